//! The audit trail: appending to a tenant's chain, and reading it.

pub(crate) mod checkpoint;
mod journal;
pub(crate) mod of_call;
pub(crate) mod verify;

use crate::db::{Dialect, Param, Row, Tx, params};
use crate::dialect::{BEGIN_WRITE_POSTGRES, BEGIN_WRITE_SQLITE, Kind, PostgresScript, Table, insert};
use crate::fault::Fault;
use std::collections::BTreeMap;
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
const HEADS: Table = Table {
    name: "audit_heads",
    columns: &[("tenant", Kind::Uuid), ("sequence", Kind::Int), ("hash", Kind::Bytes)],
    suffix: "ON CONFLICT (tenant) DO UPDATE SET sequence = EXCLUDED.sequence, hash = EXCLUDED.hash",
};
const NEW_HEADS: Table = Table { suffix: "ON CONFLICT DO NOTHING", ..HEADS };
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

/// The end of a chain, from its sequence and hash.
fn head(row: &Row) -> Result<Head, Fault> {
    Ok(Head { sequence: row.count(0)?, hash: hash(row, 1)? })
}

fn hash(row: &Row, column: usize) -> Result<[u8; 32], Fault> {
    // A hash of another length cannot match: it reads as one that never does.
    Ok(row.get::<Vec<u8>>(column)?.try_into().unwrap_or([0; 32]))
}

/// The ends of chains, by tenant.
pub(crate) type Heads = BTreeMap<TenantId, Head>;

/// Reads the ends of these chains. With `lock`, begins a transaction in which nobody else writes these tenants' data: SQLite has one
/// writer; PostgreSQL locks the ends, in the order of tenants, for every host. Without, nothing is begun on PostgreSQL.
pub(crate) async fn begin(tx: &mut Tx, tenants: &[TenantId], lock: bool) -> Result<Heads, Fault> {
    let postgres = tx.dialect() == Dialect::Postgres;
    let mut heads = Heads::new();
    if tenants.is_empty() {
        tx.begin_alone(BEGIN_WRITE_SQLITE, BEGIN_WRITE_POSTGRES).await?;
        return Ok(heads);
    }
    let ids = |tenants: &[TenantId]| vec![Param::Uuids(tenants.iter().map(|tenant| tenant.0).collect())];
    let plain = "SELECT tenant, sequence, hash FROM audit_heads WHERE tenant IN (??)";
    let locking = "SELECT tenant, sequence, hash FROM audit_heads WHERE tenant IN (??) ORDER BY tenant FOR UPDATE";
    let rows = match (postgres, lock) {
        (false, _) | (true, true) => {
            let sql = if postgres { locking } else { plain };
            tx.begin(BEGIN_WRITE_SQLITE, BEGIN_WRITE_POSTGRES, sql, ids(tenants)).await?
        }
        (true, false) => tx.rows(plain, ids(tenants)).await?,
    };
    read_heads(&rows, &mut heads)?;
    let missing: Vec<TenantId> = tenants.iter().copied().filter(|tenant| !heads.contains_key(tenant)).collect();
    if postgres && lock && !missing.is_empty() {
        // A tenant's first write: there must be something to lock.
        let first = missing.iter().map(|tenant| params![tenant.0, 0i64, genesis(*tenant).to_vec()]).collect();
        insert(tx, &NEW_HEADS, vec![], first).await?;
        read_heads(&tx.rows(locking, ids(&missing)).await?, &mut heads)?;
    }
    for tenant in missing {
        heads.entry(tenant).or_insert_with(|| Head { sequence: 0, hash: genesis(tenant) });
    }
    Ok(heads)
}

fn read_heads(rows: &[Row], heads: &mut Heads) -> Result<(), Fault> {
    for row in rows {
        heads.insert(TenantId(row.get(0)?), Head { sequence: row.count(1)?, hash: hash(row, 2)? });
    }
    Ok(())
}

/// Appends rows to their tenants' chains, whose ends were read, and ends the transaction, if there is one.
pub(crate) async fn append_and_commit(
    mut tx: Tx,
    lock: bool,
    before: &Heads,
    entries: &[(TenantId, &AuditEntry)],
) -> Result<Vec<Appended>, Fault> {
    let mut appended: BTreeMap<TenantId, Appended> = BTreeMap::new();
    let (mut rows, mut about) = (Vec::new(), Vec::new());
    for (tenant, entry) in entries.iter().copied() {
        let before = *before.get(&tenant).ok_or_else(|| Fault::corrupt("rows without the end of their chain"))?;
        let one = appended.entry(tenant).or_insert(Appended { tenant, before, after: before, at: entry.at });
        one.after.sequence += 1;
        one.after.hash = chain_hash(&one.after.hash, one.after.sequence, entry);
        one.at = entry.at;
        about.push(entry.about.iter().map(|id| params![tenant.0, id.0, one.after.sequence]).collect::<Vec<_>>());
        rows.push(row(tenant, one.after, entry));
    }
    let heads = appended.values().map(|one| params![one.tenant.0, one.after.sequence, one.after.hash.to_vec()]).collect::<Vec<_>>();
    // A sequence that another host took meanwhile is a matter of order, not of keys.
    let reorder = |fault| if matches!(fault, Fault::Unique) { Fault::Serialization } else { fault };
    let written = match tx.dialect() {
        Dialect::Sqlite => write_sqlite(&mut tx, heads, rows, about).await,
        Dialect::Postgres => write_postgres(&mut tx, lock, heads, rows, about).await,
    };
    tx.end(written).await.map_err(reorder)?;
    Ok(appended.into_values().collect())
}

async fn write_sqlite(tx: &mut Tx, heads: Vec<Vec<Param>>, rows: Vec<Vec<Param>>, about: Vec<Vec<Vec<Param>>>) -> Result<(), Fault> {
    insert(tx, &ROWS, vec![], rows).await?;
    insert(tx, &ABOUT, vec![], about.into_iter().flatten().collect()).await?;
    insert(tx, &HEADS, vec![], heads).await?;
    tx.run("COMMIT").await
}

async fn write_postgres(
    tx: &mut Tx,
    lock: bool,
    heads: Vec<Vec<Param>>,
    rows: Vec<Vec<Param>>,
    about: Vec<Vec<Vec<Param>>>,
) -> Result<(), Fault> {
    if !rows.is_empty() {
        let about: Vec<Vec<Param>> = about.into_iter().flatten().collect();
        let mut script = PostgresScript::default();
        script.insert(&HEADS, vec![], &heads)?;
        script.insert(&ABOUT, vec![], &about)?;
        script.insert(&ROWS, vec![], &rows)?;
        script.execute(tx).await?;
    }
    if lock { tx.run("COMMIT").await } else { Ok(()) }
}

/// As it will be read back: people sorted and without doubles; no NUL, which PostgreSQL's text does not hold.
pub(crate) fn tidy(mut entry: AuditEntry) -> AuditEntry {
    entry.about.sort_unstable();
    entry.about.dedup();
    for text in [&mut entry.what, &mut entry.detail, &mut entry.legal_basis] {
        if text.contains('\0') {
            *text = text.replace('\0', "\u{fffd}");
        }
    }
    entry
}

fn row(tenant: TenantId, head: Head, entry: &AuditEntry) -> Vec<Param> {
    let about: Vec<u8> = entry.about.iter().flat_map(|id| *id.0.as_bytes()).collect();
    params![
        tenant.0,
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

/// A query for rows of the trail, newest first.
pub(crate) fn rows(tenant: TenantId, filter: &AuditFilter) -> (String, Vec<Param>) {
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
    if let Some(person) = filter.actor {
        sql.push_str(" AND a.actor = ?");
        given.push(person.0.into());
    }
    if let Some(module) = &filter.module {
        sql.push_str(" AND a.module = ?");
        given.push(module.as_str().into());
    }
    for (moment, condition) in [(filter.from, " AND a.at >= ?"), (filter.until, " AND a.at < ?")] {
        if let Some(moment) = moment {
            sql.push_str(condition);
            given.push(moment.0.into());
        }
    }
    if let Some(before) = filter.before {
        sql.push_str(" AND a.sequence < ?");
        given.push(before.into());
    }
    sql.push_str(" ORDER BY a.sequence DESC LIMIT ?");
    given.push(filter.limit.into());
    (sql, given)
}

/// A query for rows of the trail after this one, oldest first.
pub(crate) fn after(tenant: TenantId, sequence: u64, limit: u32) -> (String, Vec<Param>) {
    (format!("{SELECT} AND a.sequence > ? ORDER BY a.sequence LIMIT ?"), params![tenant.0, sequence, limit])
}

/// Reads what such a query found.
pub(crate) fn read_rows(rows: &[Row]) -> Result<Vec<AuditRow>, Fault> {
    rows.iter().map(|row| read(row)?.ok_or_else(|| Fault::corrupt("a row of the audit trail: verify it"))).collect()
}
