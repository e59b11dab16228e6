//! What arrived from outside and waits for its module.

use crate::codec::version;
use crate::db::{Row, Tx, params};
use crate::fault::Fault;
use vatra_core::clock::Instant;
use vatra_core::ids::{InboxId, Name, TenantId};
use vatra_core::store::{InboxItem, InboxState};

const ITEM: &str = "SELECT id, module, kind, payload, received_at, attempts, state FROM inbox WHERE tenant = ? AND state <> 'done'";

fn code(state: InboxState) -> &'static str {
    match state {
        InboxState::Waiting => "waiting",
        InboxState::Parked => "parked",
        InboxState::Done => "done",
    }
}

/// Reads a row of these.
pub(crate) fn item(row: &Row) -> Result<InboxItem, Fault> {
    let state: String = row.get(6)?;
    let state = [InboxState::Waiting, InboxState::Parked, InboxState::Done].into_iter().find(|known| code(*known) == state);
    Ok(InboxItem {
        id: InboxId(row.get(0)?),
        module: row.name(1)?,
        kind: row.get(2)?,
        payload: row.get(3)?,
        received_at: Instant(row.get(4)?),
        attempts: version(row, 5)?,
        state: state.ok_or_else(|| Fault::corrupt("the state of an event"))?,
    })
}

/// Waiting and due, oldest first: of a tenant, at a time, at most so many.
pub(crate) fn due() -> String {
    format!("{ITEM} AND state = 'waiting' AND next_at <= ? ORDER BY received_at, id LIMIT ?")
}

/// Of any tenant: whose are waiting and due.
pub(crate) const WAITING: &str = "SELECT DISTINCT tenant FROM inbox WHERE state <> 'done' AND state = 'waiting' AND next_at <= ?";

/// Waiting and parked, oldest first: of a tenant.
pub(crate) fn open() -> String {
    format!("{ITEM} ORDER BY received_at, id")
}

/// Puts events in that are not there, due at once; how many were not.
pub(crate) async fn put(tx: &mut Tx, tenant: TenantId, items: &[InboxItem]) -> Result<u64, Fault> {
    let sql = "INSERT INTO inbox (tenant, id, module, kind, payload, received_at, attempts, state, next_at) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (tenant, id) DO NOTHING";
    let mut new = 0;
    for InboxItem { id, module, kind, payload, received_at, attempts, state } in items {
        let (module, kind, payload) = (module.as_str(), kind.as_str(), payload.as_str());
        new +=
            tx.execute(sql, params![tenant.0, id.0, module, kind, payload, received_at.0, *attempts, code(*state), received_at.0]).await?;
    }
    Ok(new)
}

/// After a failed attempt.
pub(crate) async fn retry(tx: &mut Tx, tenant: TenantId, id: InboxId, next: Option<Instant>, counts: bool) -> Result<(), Fault> {
    let state = code(if next.is_some() { InboxState::Waiting } else { InboxState::Parked });
    let sql = "UPDATE inbox SET attempts = attempts + ?, state = ?, next_at = ? WHERE tenant = ? AND id = ? AND state <> 'done'";
    tx.execute(sql, params![i64::from(counts), state, next.map_or(0, |at| at.0), tenant.0, id.0]).await?;
    Ok(())
}

/// Makes a module's open events due.
pub(crate) async fn wake(tx: &mut Tx, tenant: TenantId, module: &Name, now: Instant) -> Result<u64, Fault> {
    let sql = "UPDATE inbox SET state = 'waiting', next_at = ? WHERE tenant = ? AND module = ? AND state <> 'done'";
    tx.execute(sql, params![now.0, tenant.0, module.as_str()]).await
}

/// Marks an event done; [`Fault::Handled`] when it is not open.
pub(crate) async fn finish(tx: &mut Tx, tenant: TenantId, id: InboxId) -> Result<(), Fault> {
    let sql = "UPDATE inbox SET state = 'done' WHERE tenant = ? AND id = ? AND state <> 'done'";
    if tx.execute(sql, params![tenant.0, id.0]).await? == 0 { Err(Fault::Handled) } else { Ok(()) }
}
