//! The audit trail: appending to a tenant's chain, and reading it.

pub(crate) mod checkpoint;
pub(crate) mod lane;
pub(crate) mod verify;

use crate::db::{Param, Row, Tx, params};
use crate::dialect::{Kind, Table, insert};
use crate::fault::Fault;
use uuid::Uuid;
use vatra_core::audit::{AuditEntry, AuditKind, AuditRow, chain_hash, genesis};
use vatra_core::call::Channel;
use vatra_core::clock::Instant;
use vatra_core::ids::{CallId, SubjectId, TenantId};
use vatra_core::store::AuditFilter;

const ROWS: Table = Table {
    name: "audit",
    columns: &[
        ("tenant", Kind::Uuid),
        ("sequence", Kind::Int),
        ("at", Kind::Int),
        ("kind", Kind::Text),
        ("call", Kind::Uuid),
        ("actor", Kind::Uuid),
        ("channel", Kind::Text),
        ("module", Kind::Text),
        ("what", Kind::Text),
        ("detail", Kind::Text),
        ("legal_basis", Kind::Text),
        ("about", Kind::Bytes),
        ("hash", Kind::Bytes),
    ],
    suffix: "",
};
const ABOUT: Table =
    Table { name: "audit_about", columns: &[("tenant", Kind::Uuid), ("subject", Kind::Uuid), ("sequence", Kind::Int)], suffix: "" };
const SELECT: &str = "SELECT a.sequence, a.at, a.kind, a.call, a.actor, a.channel, a.module, a.what, a.detail, a.legal_basis, a.about, \
     a.hash FROM audit a WHERE a.tenant = ?";

/// The end of a chain.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Head {
    pub(crate) sequence: u64,
    pub(crate) hash: [u8; 32],
}

/// What an append did, for the checkpoint that follows its commit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Appended {
    pub(crate) tenant: TenantId,
    pub(crate) before: Head,
    pub(crate) after: Head,
    /// When the last row was written.
    pub(crate) at: Instant,
}

/// The end of a tenant's chain as the database has it.
pub(crate) async fn head(tx: &mut Tx, tenant: TenantId) -> Result<Option<Head>, Fault> {
    let row = tx.row("SELECT sequence, hash FROM audit_heads WHERE tenant = ?", params![tenant.0]).await?;
    row.map(|row| Ok(Head { sequence: row.count(0)?, hash: hash(&row, 1)? })).transpose()
}

fn hash(row: &Row, column: usize) -> Result<[u8; 32], Fault> {
    // A hash of another length cannot match: it reads as one that never does.
    Ok(row.get::<Vec<u8>>(column)?.try_into().unwrap_or([0; 32]))
}

/// Appends rows; the caller holds the tenant's turn.
pub(crate) async fn append(tx: &mut Tx, tenant: TenantId, entries: Vec<AuditEntry>) -> Result<Option<Appended>, Fault> {
    let Some(at) = entries.last().map(|entry| entry.at) else { return Ok(None) };
    let before = head(tx, tenant).await?.unwrap_or(Head { sequence: 0, hash: genesis(tenant) });
    let mut after = before;
    let mut rows = Vec::with_capacity(entries.len());
    let mut about = Vec::new();
    for entry in entries {
        let entry = tidy(entry);
        after.sequence += 1;
        after.hash = chain_hash(&after.hash, after.sequence, &entry);
        about.extend(entry.about.iter().map(|id| params![id.0, after.sequence]));
        rows.push(row(after, &entry));
    }
    let sql = "INSERT INTO audit_heads (tenant, sequence, hash) VALUES (?, ?, ?) \
         ON CONFLICT (tenant) DO UPDATE SET sequence = EXCLUDED.sequence, hash = EXCLUDED.hash";
    // A sequence that another host took meanwhile is a matter of order, not of keys.
    let reorder = |fault| if matches!(fault, Fault::Unique) { Fault::Serialization } else { fault };
    tx.execute(sql, params![tenant.0, after.sequence, after.hash.to_vec()]).await.map_err(reorder)?;
    insert(tx, &ROWS, params![tenant.0], rows).await.map_err(reorder)?;
    insert(tx, &ABOUT, params![tenant.0], about).await.map_err(reorder)?;
    Ok(Some(Appended { tenant, before, after, at }))
}

/// As it will be read back: people sorted and without doubles; no NUL, which PostgreSQL's text does not hold.
fn tidy(mut entry: AuditEntry) -> AuditEntry {
    entry.about.sort_unstable();
    entry.about.dedup();
    for text in [&mut entry.what, &mut entry.detail, &mut entry.legal_basis] {
        if text.contains('\0') {
            *text = text.replace('\0', "\u{fffd}");
        }
    }
    entry
}

fn row(head: Head, entry: &AuditEntry) -> Vec<Param> {
    let about: Vec<u8> = entry.about.iter().flat_map(|id| *id.0.as_bytes()).collect();
    params![
        head.sequence,
        entry.at.0,
        entry.kind.code(),
        entry.call.0,
        entry.actor.map(|id| id.0),
        entry.channel.code(),
        entry.module.as_ref().map(|name| name.as_str().to_owned()),
        entry.what.as_str(),
        entry.detail.as_str(),
        entry.legal_basis.as_str(),
        about,
        head.hash.to_vec(),
    ]
}

/// A row; nothing when it holds what no row was ever written with.
fn read(row: &Row) -> Result<Option<AuditRow>, Fault> {
    const CHANNELS: [Channel; 6] = [Channel::Portal, Channel::Evo, Channel::Counter, Channel::CommandLine, Channel::Event, Channel::Job];
    let channel: String = row.get(5)?;
    let about: Vec<u8> = row.get(10)?;
    let module: Option<String> = row.get(6)?;
    let kind = AuditKind::from_code(&row.get::<String>(2)?);
    let channel = CHANNELS.into_iter().find(|known| known.code() == channel);
    let module = module.map(vatra_core::ids::Name::new).transpose();
    let about = about.chunks(16).map(|id| Uuid::from_slice(id).map(SubjectId)).collect();
    let (Some(kind), Some(channel), Ok(module), Ok(about)) = (kind, channel, module, about) else { return Ok(None) };
    let entry = AuditEntry {
        at: Instant(row.get(1)?),
        kind,
        call: CallId(row.get(3)?),
        actor: row.get::<Option<Uuid>>(4)?.map(SubjectId),
        channel,
        module,
        what: row.get(7)?,
        detail: row.get(8)?,
        legal_basis: row.get(9)?,
        about,
    };
    Ok(Some(AuditRow { sequence: row.count(0)?, entry, hash: hash(row, 11)? }))
}

/// Rows of the trail, newest first.
pub(crate) async fn rows(tx: &mut Tx, tenant: TenantId, filter: &AuditFilter) -> Result<Vec<AuditRow>, Fault> {
    let mut sql = SELECT.to_owned();
    let mut given = params![tenant.0];
    if let Some(person) = filter.about {
        sql.push_str(" AND a.sequence IN (SELECT b.sequence FROM audit_about b WHERE b.tenant = ? AND b.subject = ?)");
        given.extend(params![tenant.0, person.0]);
    }
    if !filter.kinds.is_empty() {
        sql.push_str(" AND a.kind IN (??)");
        given.push(Param::Texts(filter.kinds.iter().map(|kind| kind.code().to_owned()).collect()));
    }
    if let Some(before) = filter.before {
        sql.push_str(" AND a.sequence < ?");
        given.push(before.into());
    }
    sql.push_str(" ORDER BY a.sequence DESC LIMIT ?");
    given.push(filter.limit.into());
    let rows = tx.rows(&sql, given).await?;
    rows.iter().map(|row| read(row)?.ok_or_else(|| Fault::corrupt("a row of the audit trail: verify it"))).collect()
}
