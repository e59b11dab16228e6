//! A call's rows, of all municipalities, without an index that every row would have to pay for.
//!
//! A call's id begins with the time when the call began, in milliseconds (UUID version 7), and rows are written in the order of commits:
//! so a chain is in the order of its calls' ids, but for the time that calls take. The beginning of the hour in which a call's rows can be
//! is found by halving.

use crate::audit::{SELECT, read_rows};
use crate::db::{Pools, Tx, params};
use crate::fault::Fault;
use uuid::Uuid;
use vatra_core::audit::AuditRow;
use vatra_core::ids::{CallId, TenantId};

/// What a row may be out of order by, in milliseconds.
const SKEW: u64 = 3_600_000;

fn millis(call: Uuid) -> u64 {
    (call.as_u128() >> 80) as u64
}

/// See [`vatra_core::store::Platform::audit_of_call`].
pub(crate) async fn find(pools: &Pools, call: CallId) -> Result<Vec<(TenantId, AuditRow)>, Fault> {
    let (mut tx, heads) = pools.read("SELECT tenant, sequence FROM audit_heads ORDER BY tenant", vec![]).await?;
    let began = millis(call.0);
    let mut out = Vec::new();
    for head in heads {
        let (tenant, last) = (head.get::<Uuid>(0)?, head.count(1)?);
        let from = first_since(&mut tx, tenant, 1, last, began.saturating_sub(SKEW)).await?;
        let until = first_since(&mut tx, tenant, from, last, began.saturating_add(SKEW)).await?;
        let sql = format!("{SELECT} AND a.sequence >= ? AND a.sequence <= ? AND a.call = ? ORDER BY a.sequence");
        let rows = tx.rows(&sql, params![tenant, from, until, call.0]).await?;
        out.extend(read_rows(&rows)?.into_iter().map(|row| (TenantId(tenant), row)));
    }
    tx.rollback().await;
    Ok(out)
}

/// The first row from `low` on whose call began at this time or later; one after the last when there is none.
async fn first_since(tx: &mut Tx, tenant: Uuid, mut low: u64, last: u64, millis_since: u64) -> Result<u64, Fault> {
    let mut high = last + 1;
    while low < high {
        let middle = low + (high - low) / 2;
        let sql = "SELECT call FROM audit WHERE tenant = ? AND sequence >= ? ORDER BY sequence LIMIT 1";
        let row = tx.row(sql, params![tenant, middle]).await?;
        let since = row.map(|row| row.get::<Uuid>(0)).transpose()?.is_none_or(|call| millis(call) >= millis_since);
        if since { high = middle } else { low = middle + 1 }
    }
    Ok(low)
}
