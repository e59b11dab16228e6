//! What leaves for the services: put in by the unit of work that wants it, taken out by whoever sends it.

use crate::codec::version;
use crate::db::{Param, Row, Tx, params};
use crate::dialect::{Kind, Table, insert};
use crate::fault::Fault;
use crate::{documents, inbox};
use vatra_core::clock::Instant;
use vatra_core::ids::{Name, OutboxId, TenantId};
use vatra_core::store::{OutboxItem, OutboxState, Settled};
use vatra_core::unit::{Outgoing, Unit};

const ITEM: &str = "SELECT id, module, service, kind, payload, created_at, attempts, state, answer FROM outbox WHERE tenant = ?";

const OUTBOX: Table = Table {
    name: "outbox",
    columns: &[
        ("tenant", Kind::Uuid),
        ("module", Kind::Text),
        ("created_at", Kind::Int),
        ("attempts", Kind::Int),
        ("state", Kind::Text),
        ("next_at", Kind::Int),
        ("answer", Kind::Text),
        ("reference", Kind::Text),
        ("id", Kind::Uuid),
        ("service", Kind::Text),
        ("kind", Kind::Text),
        ("payload", Kind::Text),
    ],
    suffix: "",
};

fn code(state: OutboxState) -> &'static str {
    match state {
        OutboxState::Waiting => "waiting",
        OutboxState::Sent => "sent",
        OutboxState::Parked => "parked",
        OutboxState::Done => "done",
    }
}

/// Reads a row of these.
pub(crate) fn item(row: &Row) -> Result<OutboxItem, Fault> {
    let state: String = row.get(7)?;
    let known = [OutboxState::Waiting, OutboxState::Sent, OutboxState::Parked, OutboxState::Done];
    let state = known.into_iter().find(|known| code(*known) == state);
    Ok(OutboxItem {
        outgoing: Outgoing { id: OutboxId(row.get(0)?), service: row.name(2)?, kind: row.get(3)?, payload: row.get(4)? },
        module: row.name(1)?,
        created_at: Instant(row.get(5)?),
        attempts: version(row, 6)?,
        state: state.ok_or_else(|| Fault::corrupt("the state of what leaves"))?,
        answer: row.get(8)?,
    })
}

/// Whether a service's name of something is known, of any tenant.
pub(crate) const KNOWS: &str = "SELECT 1 FROM outbox WHERE service = ? AND reference = ? AND reference <> ''";

/// Takes what is due, oldest first; it is due again at `until`.
pub(crate) async fn take(
    tx: &mut Tx,
    tenant: TenantId,
    service: &str,
    now: Instant,
    until: Instant,
    limit: u32,
) -> Result<Vec<OutboxItem>, Fault> {
    let due = format!("{ITEM} AND state <> 'done' AND state <> 'parked' AND service = ? AND next_at <= ? ORDER BY created_at, id LIMIT ?");
    let rows = tx.rows(&due, params![tenant.0, service, now.0, limit]).await?;
    let items = rows.iter().map(item).collect::<Result<Vec<_>, _>>()?;
    if !items.is_empty() {
        let mut given = params![until.0, tenant.0];
        given.push(Param::Uuids(items.iter().map(|item| item.outgoing.id.0).collect()));
        tx.execute("UPDATE outbox SET next_at = ? WHERE tenant = ? AND id IN (??)", given).await?;
    }
    Ok(items)
}

/// Of any tenant: whose are due for a service.
pub(crate) const WAITING: &str =
    "SELECT DISTINCT tenant FROM outbox WHERE state <> 'done' AND state <> 'parked' AND service = ? AND next_at <= ?";

/// Not done, oldest first: of a tenant.
pub(crate) fn open() -> String {
    format!("{ITEM} AND state <> 'done' ORDER BY created_at, id")
}

/// Puts in what a unit of work wants to leave, due at once.
pub(crate) async fn put(tx: &mut Tx, tenant: TenantId, unit: &Unit) -> Result<(), Fault> {
    put_these(tx, tenant, unit, &unit.outgoing).await
}

/// As [`put`], of what was only written at the commit.
pub(crate) async fn put_these(tx: &mut Tx, tenant: TenantId, unit: &Unit, outgoing: &[Outgoing]) -> Result<(), Fault> {
    let (at, waiting) = (unit.at.0, code(OutboxState::Waiting));
    let of = |one: &Outgoing| params![one.id.0, one.service.as_str(), one.kind.as_str(), one.payload.as_str()];
    insert(tx, &OUTBOX, params![tenant.0, unit.module.as_str(), at, 0i64, waiting, at, "", ""], outgoing.iter().map(of).collect()).await
}

/// One of a module's.
pub(crate) async fn one(tx: &mut Tx, tenant: TenantId, module: &Name, id: OutboxId) -> Result<Option<OutboxItem>, Fault> {
    let sql = format!("{ITEM} AND id = ? AND module = ?");
    tx.row(&sql, params![tenant.0, id.0, module.as_str()]).await?.as_ref().map(item).transpose()
}

/// One of any module's.
pub(crate) async fn any(tx: &mut Tx, tenant: TenantId, id: OutboxId) -> Result<Option<OutboxItem>, Fault> {
    tx.row(&format!("{ITEM} AND id = ?"), params![tenant.0, id.0]).await?.as_ref().map(item).transpose()
}

/// Makes one due that was sent.
pub(crate) async fn hasten(tx: &mut Tx, tenant: TenantId, id: OutboxId, now: Instant) -> Result<(), Fault> {
    let sql = "UPDATE outbox SET next_at = ? WHERE tenant = ? AND id = ? AND state = ? AND next_at > ?";
    tx.execute(sql, params![now.0, tenant.0, id.0, code(OutboxState::Sent), now.0]).await?;
    Ok(())
}

/// Keeps what the service answered; false when nothing remained to be done, or the document has moved on.
pub(crate) async fn settle(tx: &mut Tx, tenant: TenantId, id: OutboxId, settled: &Settled) -> Result<bool, Fault> {
    let open = "SELECT id FROM outbox WHERE tenant = ? AND id = ? AND state <> 'done'";
    if tx.row(open, params![tenant.0, id.0]).await?.is_none() {
        return Ok(false);
    }
    if let Some(finished) = &settled.document
        && !documents::finish(tx, tenant, finished).await?
    {
        return Ok(false);
    }
    let state = code(if settled.again.is_some() { OutboxState::Sent } else { OutboxState::Done });
    let next = settled.again.map_or(0, |at| at.0);
    let sql = "UPDATE outbox SET answer = ?, state = ?, next_at = ?, attempts = 0, reference = CASE WHEN ? THEN ? ELSE reference END, \
         payload = CASE WHEN ? THEN '' ELSE payload END WHERE tenant = ? AND id = ? AND state <> 'done'";
    let reference = settled.reference.as_deref();
    let named = params![reference.is_some(), reference.unwrap_or_default(), settled.forget];
    let given = [params![settled.answer.as_str(), state, next], named, params![tenant.0, id.0]].concat();
    if tx.execute(sql, given).await? == 0 {
        return Ok(false);
    }
    inbox::put(tx, tenant, &settled.events).await?;
    Ok(true)
}

/// Notes what is known so far; false when nothing remained to be done.
pub(crate) async fn note(tx: &mut Tx, tenant: TenantId, id: OutboxId, answer: &str) -> Result<bool, Fault> {
    let state = code(if answer.is_empty() { OutboxState::Waiting } else { OutboxState::Sent });
    let sql = "UPDATE outbox SET answer = ?, state = ? WHERE tenant = ? AND id = ? AND state <> 'done'";
    Ok(tx.execute(sql, params![answer, state, tenant.0, id.0]).await? > 0)
}

/// After a failed attempt. What was sent stays so: it is asked about again, not sent.
pub(crate) async fn retry(tx: &mut Tx, tenant: TenantId, id: OutboxId, next: Option<Instant>) -> Result<(), Fault> {
    let parked = code(OutboxState::Parked);
    let sql = "UPDATE outbox SET attempts = attempts + 1, state = CASE WHEN ? THEN ? ELSE state END, next_at = ? \
         WHERE tenant = ? AND id = ? AND state <> 'done'";
    tx.execute(sql, params![next.is_none(), parked, next.map_or(0, |at| at.0), tenant.0, id.0]).await?;
    Ok(())
}

/// Makes a service's open ones due. What was parked after it had been sent is asked about, not sent again.
pub(crate) async fn wake(tx: &mut Tx, tenant: TenantId, service: &str, now: Instant) -> Result<u64, Fault> {
    let (waiting, sent) = (code(OutboxState::Waiting), code(OutboxState::Sent));
    let sql = "UPDATE outbox SET state = CASE WHEN answer = '' THEN ? ELSE ? END, next_at = ? \
         WHERE tenant = ? AND service = ? AND state <> 'done'";
    tx.execute(sql, params![waiting, sent, now.0, tenant.0, service]).await
}
