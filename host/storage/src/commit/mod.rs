//! The unit of work: checked against what it read and kept in one short transaction, or not at all.

mod appointments;
mod cases;
mod corrections;
mod documents;
mod entries;
mod signing;

use crate::db::{Param, Tx, params};
use crate::dialect::each;
use crate::fault::Fault;
use crate::shared::Shared;
use crate::totals::{Change, Written};
use crate::{acts, bulk, inbox, jobs, outbox, payments, people, reindex, settings, tasks, timers};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use uuid::Uuid;
use vatra_core::ids::{Name, SubjectId, SubmissionId, TenantId};
use vatra_core::register::RegisterSchema;
use vatra_core::store::StoreError;
use vatra_core::unit::{Committed, ReadSet, Unit};

/// The answer that was given to a form.
pub(crate) const SUBMISSION: &str = "SELECT answer FROM submissions WHERE tenant = ? AND id = ?";
/// What an entry takes to write, in audit rows.
const ENTRY_WEIGHT: usize = 12;

/// Keeps a unit of work.
pub(crate) async fn commit(shared: &Arc<Shared>, tenant: TenantId, unit: Unit) -> Result<Committed, Fault> {
    let weight = 4
        + unit.audit.len()
        + ENTRY_WEIGHT * (unit.entries.len() + unit.corrections.len())
        + unit.subjects.len()
        + 8 * (unit.appointments.len() + unit.cases.len())
        + unit.outgoing.len()
        + unit.timers.len()
        + 4 * (unit.jobs.len() + unit.tasks.len())
        + 4 * unit.documents.len()
        + 2 * unit.acts.len()
        + unit.signing.iter().map(signing::weight).sum::<usize>();
    let watched = watched(shared, tenant, &unit);
    let unit = Arc::new(unit);
    let write = shared.write(tenant, weight, move |tx| {
        let (unit, watched) = (Arc::clone(&unit), watched.clone());
        Box::pin(async move { Ok((apply(tx, tenant, &unit, watched).await?, unit.audit.clone())) })
    });
    let (committed, written) = write.await?;
    shared.totals.note(tenant, written);
    Ok(committed)
}

/// The registers of which running totals are kept, each with nothing changed yet.
fn watched(shared: &Shared, tenant: TenantId, unit: &Unit) -> BTreeSet<Name> {
    let mut changes: BTreeMap<&Name, usize> = BTreeMap::new();
    let entries = unit.entries.iter().map(|entry| &entry.at.register);
    for register in entries.chain(unit.corrections.iter().map(|correction| &correction.at.register)) {
        *changes.entry(register).or_default() += 1;
    }
    let watched = changes.into_iter().filter(|(register, count)| shared.totals.watches(tenant, register, *count));
    watched.map(|(register, _)| register.clone()).collect()
}

async fn apply(tx: &mut Tx, tenant: TenantId, unit: &Unit, watched: BTreeSet<Name>) -> Result<(Committed, Vec<Written>), Fault> {
    if let Some((id, _)) = &unit.submission
        && let Some(answer) = submission(tx, tenant, *id).await?
    {
        return Err(Fault::Repeated(answer));
    }
    if let Some(event) = unit.handled {
        inbox::finish(tx, tenant, event).await?;
    }
    check_reads(tx, tenant, &unit.reads).await?;
    people::add(tx, tenant, &unit.subjects).await?;
    let mut tally: BTreeMap<Name, Tally> = BTreeMap::new();
    for register in watched {
        tally.entry(register).or_default().changes = Some(Vec::new());
    }
    let mut committed = entries::add(tx, tenant, unit, &mut tally).await?;
    corrections::make(tx, tenant, unit, &mut tally).await?;
    let written = settle(tx, tenant, unit, tally).await?;
    payments::add_orders(tx, tenant, unit.at, &unit.orders).await?;
    for (number, reason) in &unit.cancelled_orders {
        payments::cancel_order(tx, tenant, &unit.module, number, reason).await?;
    }
    for enacted in &unit.enacted {
        settings::enact(tx, tenant, enacted).await?;
    }
    appointments::change(tx, tenant, unit).await?;
    documents::change(tx, tenant, unit).await?;
    committed.cases = cases::change(tx, tenant, unit).await?;
    outbox::put(tx, tenant, unit).await?;
    signing::change(tx, tenant, unit).await?;
    acts::change(tx, tenant, unit).await?;
    timers::change(tx, tenant, unit).await?;
    tasks::change(tx, tenant, unit).await?;
    jobs::change(tx, tenant, unit).await?;
    bulk::change(tx, tenant, unit).await?;
    if let Some((id, answer)) = &unit.submission {
        let sql = "INSERT INTO submissions (tenant, id, performed_at, answer) VALUES (?, ?, ?, ?)";
        tx.execute(sql, params![tenant.0, id.0, unit.at.0, answer.as_str()]).await?;
    }
    Ok((committed, written))
}

/// The answer that was given to a form.
async fn submission(tx: &mut Tx, tenant: TenantId, id: SubmissionId) -> Result<Option<String>, Fault> {
    let row = tx.row(SUBMISSION, params![tenant.0, id.0]).await?;
    row.map(|row| row.get(0)).transpose()
}

/// Whether everything that was read still stands as it was seen.
async fn check_reads(tx: &mut Tx, tenant: TenantId, reads: &ReadSet) -> Result<(), Fault> {
    if !reads.registers.is_empty() {
        let rows = tx.rows("SELECT name, state FROM registers WHERE tenant = ?", params![tenant.0]).await?;
        let mut now = BTreeMap::new();
        for row in rows {
            now.insert(row.name(0)?, row.count(1)?);
        }
        if reads.registers.iter().any(|(register, seen)| now.get(register).copied().unwrap_or(0) != *seen) {
            return Err(Fault::Conflict);
        }
    }
    let ids: Vec<Uuid> = reads.entries.keys().map(|id| id.0).collect();
    let mut now = BTreeMap::new();
    let sql = format!("SELECT e.id, e.version FROM {}", each(tx.dialect(), "entries", "e"));
    for chunk in ids.chunks(512) {
        for row in tx.rows(&sql, vec![tenant.0.into(), Param::Uuids(chunk.to_vec())]).await? {
            now.insert(row.get::<Uuid>(0)?, crate::codec::version(&row, 1)?);
        }
    }
    let holds = reads.entries.iter().all(|(id, seen)| now.get(&id.0) == seen.as_ref());
    if holds { Ok(()) } else { Err(Fault::Conflict) }
}

/// What a commit does to a register's counts.
#[derive(Default, Debug)]
struct Tally {
    added: i64,
    closed: i64,
    /// For running totals, where they are kept.
    changes: Option<Vec<Change>>,
}

/// The schema of a register that the unit writes.
fn schema<'a>(unit: &'a Unit, register: &Name) -> Result<&'a RegisterSchema, Fault> {
    unit.schemas.get(register).ok_or_else(|| StoreError::Missing(format!("the schema of register '{register}'")).into())
}

/// Counts the commit into every register that it wrote, and brings the register's index to the schema that it was written with.
async fn settle(tx: &mut Tx, tenant: TenantId, unit: &Unit, tally: BTreeMap<Name, Tally>) -> Result<Vec<Written>, Fault> {
    let mut written = Vec::new();
    for (register, Tally { added, closed, changes }) in tally {
        let schema = schema(unit, &register)?;
        let sql =
            "UPDATE registers SET state = state + 1, entries = entries + ?, open = open + ? WHERE tenant = ? AND name = ? RETURNING state";
        let row = tx.row(sql, params![added, added - closed, tenant.0, register.as_str()]).await?;
        if row.is_none() {
            let sql = "INSERT INTO registers (tenant, name, state, entries, open, schema) VALUES (?, ?, 1, ?, ?, ?)";
            tx.execute(sql, params![tenant.0, register.as_str(), added, added - closed, crate::db::json(schema)?]).await?;
        } else {
            reindex::register(tx, tenant, schema).await?;
        }
        if let (Some(row), Some(changes)) = (row, changes) {
            written.push(Written { register, state: row.count(0)?, changes });
        }
    }
    Ok(written)
}

/// The people that these fields refer to, with those whom the unit adds.
async fn people_of(tx: &mut Tx, tenant: TenantId, ids: impl Iterator<Item = SubjectId>) -> Result<crate::index::People, Fault> {
    people::load(tx, tenant, ids.collect()).await
}
