//! Timers: set by units of work, turned into events when they are due.

use crate::db::{Param, Tx, json, params};
use crate::fault::Fault;
use crate::inbox;
use std::collections::BTreeMap;
use vatra_core::clock::Instant;
use vatra_core::ids::{InboxId, Name, TenantId};
use vatra_core::store::{InboxItem, InboxState};
use vatra_core::timers::{FIRED, Timer, TimerChange};
use vatra_core::unit::Unit;
use vatra_core::value::EntryRef;

/// Whose are due. Asked municipality by municipality, each by its index: there may be millions of timers.
pub(crate) const WAITING: &str =
    "SELECT t.id FROM tenants t WHERE EXISTS (SELECT 1 FROM timers k WHERE k.tenant = t.id AND k.fires_at <= ?) ORDER BY t.slug";

pub(crate) async fn change(tx: &mut Tx, tenant: TenantId, unit: &Unit) -> Result<(), Fault> {
    let module = unit.module.as_str();
    for change in &unit.timers {
        match change {
            TimerChange::Set(timer) => {
                let sql = "INSERT INTO timers (tenant, module, name, fires_at, timer, about) VALUES (?, ?, ?, ?, ?, ?) \
                     ON CONFLICT (tenant, module, name) DO UPDATE SET fires_at = EXCLUDED.fires_at, timer = EXCLUDED.timer, about = EXCLUDED.about";
                let about = timer.about.as_ref().map(|about| about.id.0);
                tx.execute(sql, params![tenant.0, module, timer.name.as_str(), timer.moment.due().0, json(timer)?, about]).await?;
            }
            TimerChange::Cancel(name) => {
                tx.execute("DELETE FROM timers WHERE tenant = ? AND module = ? AND name = ?", params![tenant.0, module, name.as_str()])
                    .await?;
            }
        }
    }
    Ok(())
}

/// Takes what is due and puts it into the inbox; how many there were.
pub(crate) async fn fire(tx: &mut Tx, tenant: TenantId, now: Instant, limit: u32) -> Result<u64, Fault> {
    let sql = "SELECT module, name, timer FROM timers WHERE tenant = ? AND fires_at <= ? ORDER BY fires_at LIMIT ?";
    let mut events = Vec::new();
    let mut gone: BTreeMap<Name, Vec<String>> = BTreeMap::new();
    for row in tx.rows(sql, params![tenant.0, now.0, limit]).await? {
        let module = row.name(0)?;
        gone.entry(module.clone()).or_default().push(row.get(1)?);
        let (id, kind, payload) = (InboxId::fresh(), FIRED.to_owned(), row.get(2)?);
        events.push(InboxItem { id, module, kind, payload, received_at: now, attempts: 0, state: InboxState::Waiting });
    }
    for (module, names) in gone {
        let given = vec![tenant.0.into(), module.as_str().into(), Param::Texts(names)];
        tx.execute("DELETE FROM timers WHERE tenant = ? AND module = ? AND name IN (??)", given).await?;
    }
    inbox::put(tx, tenant, &events).await
}

pub(crate) async fn about(tx: &mut Tx, tenant: TenantId, module: &Name, about: &EntryRef) -> Result<Vec<Timer>, Fault> {
    let sql = "SELECT timer FROM timers WHERE tenant = ? AND about = ? AND module = ? ORDER BY name";
    let rows = tx.rows(sql, params![tenant.0, about.id.0, module.as_str()]).await?;
    rows.iter().map(|row| row.json(0)).collect()
}

pub(crate) async fn pending(tx: &mut Tx, tenant: TenantId, module: &Name, at_most: u64) -> Result<u64, Fault> {
    let sql = "SELECT count(*) FROM (SELECT 1 FROM timers WHERE tenant = ? AND module = ? LIMIT ?) found";
    tx.row(sql, params![tenant.0, module.as_str(), at_most]).await?.map_or(Ok(0), |row| row.count(0))
}
