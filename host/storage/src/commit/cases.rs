//! What a unit of work does to cases. Numbers are given here, where units come one after the other: none is left out.

use super::entries::Numbers;
use crate::cases::{NEVER, event, one, split};
use crate::db::{Tx, json, params};
use crate::fault::Fault;
use crate::{inbox, outbox};
use std::collections::BTreeMap;
use vatra_core::cases::{Case, CaseChange, CaseFields, Receipt, Turn, numbering};
use vatra_core::ids::{CaseId, Name, TenantId};
use vatra_core::unit::{Outgoing, Unit};

/// Makes the unit's changes, in their order; the numbers that were given.
pub(super) async fn change(tx: &mut Tx, tenant: TenantId, unit: &Unit) -> Result<BTreeMap<CaseId, String>, Fault> {
    let mut numbers = BTreeMap::new();
    for change in &unit.cases {
        match change {
            CaseChange::Submit { case, fields, code, tell, receipt } => {
                let kept = submit(tx, tenant, unit, case, fields, code).await?;
                let (outgoing, receipt): &(Outgoing, Receipt) = receipt;
                let payload = json(&receipt.notice(&kept))?;
                outbox::put_these(tx, tenant, unit, &[Outgoing { payload, ..outgoing.clone() }]).await?;
                numbers.insert(kept.id, kept.number.clone());
                inbox::put(tx, tenant, &[event(kept, Turn::Submitted, tell, unit.at)?]).await?;
            }
            CaseChange::Set { case, fields, step, tell } => {
                let kept = set(tx, tenant, case, fields.as_ref()).await?;
                if let Some(shown) = step {
                    put_step(tx, tenant, unit, &kept, *shown).await?;
                }
                if let Some((module, turn)) = tell {
                    inbox::put(tx, tenant, &[event(kept, *turn, module, unit.at)?]).await?;
                }
            }
            CaseChange::Overdue { id, version, tell } => overdue(tx, tenant, unit, *id, *version, tell).await?,
        }
    }
    Ok(numbers)
}

fn due(case: &Case) -> String {
    case.due.map_or_else(|| NEVER.to_owned(), |due| due.to_string())
}

async fn submit(tx: &mut Tx, tenant: TenantId, unit: &Unit, case: &Case, fields: &CaseFields, code: &str) -> Result<Case, Fault> {
    // No register can be called so.
    let number = Numbers::take(tx, tenant, "host cases", &numbering(), unit.at.civil_date(), 1).await?.next();
    let kept = Case { number, ..case.clone() };
    let (fields, personal) = split(fields)?;
    let sql = "INSERT INTO cases (tenant, id, number, version, service, module, standing, applicant, due, body, fields, personal, code, told) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    let given = params![tenant.0, kept.id.0, kept.number.as_str(), kept.version, kept.service.as_str(), kept.module.as_str()];
    let more = params![kept.standing.code(), kept.applicant.0, due(&kept), json(&kept)?, fields, personal, code, false];
    tx.execute(sql, [given, more].concat()).await?;
    put_step(tx, tenant, unit, &kept, true).await?;
    Ok(kept)
}

/// The case as it is kept, with its number.
async fn set(tx: &mut Tx, tenant: TenantId, next: &Case, fields: Option<&CaseFields>) -> Result<Case, Fault> {
    // One that is given another date may be overdue once more.
    let sql = "UPDATE cases SET version = ?, standing = ?, body = ?, told = CASE WHEN due = ? THEN told ELSE ? END, due = ? \
         WHERE tenant = ? AND id = ? AND version = ?";
    let due = due(next);
    let given = params![next.version, next.standing.code(), json(next)?, due.as_str(), false, due.as_str()];
    let whose = params![tenant.0, next.id.0, next.version.saturating_sub(1)];
    touched(tx.execute(sql, [given, whose].concat()).await?)?;
    if let Some(fields) = fields {
        let (fields, personal) = split(fields)?;
        let sql = "UPDATE cases SET fields = ?, personal = ? WHERE tenant = ? AND id = ?";
        tx.execute(sql, params![fields, personal, tenant.0, next.id.0]).await?;
    }
    one(tx, tenant, next.id).await?.ok_or(Fault::Conflict)
}

async fn overdue(tx: &mut Tx, tenant: TenantId, unit: &Unit, id: CaseId, version: u32, tell: &Name) -> Result<(), Fault> {
    let sql = "UPDATE cases SET told = ? WHERE tenant = ? AND id = ? AND version = ? AND NOT told";
    touched(tx.execute(sql, params![true, tenant.0, id.0, version]).await?)?;
    let case = one(tx, tenant, id).await?.ok_or(Fault::Conflict)?;
    inbox::put(tx, tenant, &[event(case, Turn::Overdue, tell, unit.at)?]).await?;
    Ok(())
}

async fn put_step(tx: &mut Tx, tenant: TenantId, unit: &Unit, case: &Case, shown: bool) -> Result<(), Fault> {
    let sql = "INSERT INTO case_steps (tenant, about, version, at, by_whom, standing, note, shown) VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
    let given = params![tenant.0, case.id.0, case.version, unit.at.0, unit.by.map(|by| by.0)];
    tx.execute(sql, [given, params![case.standing.code(), case.note.as_str(), shown]].concat()).await?;
    Ok(())
}

fn touched(rows: u64) -> Result<(), Fault> {
    if rows == 0 { Err(Fault::Conflict) } else { Ok(()) }
}
