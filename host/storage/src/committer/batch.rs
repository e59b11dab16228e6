//! One batch: written, and everyone in it answered.

use super::{HOST, Job, Kind};
use crate::audit;
use crate::db::{Dialect, Tx};
use crate::fault::Fault;
use crate::shared::Shared;
use std::collections::BTreeSet;
use std::time::Duration;
use vatra_core::audit::AuditEntry;
use vatra_core::ids::TenantId;

/// How often a transaction that the database could not order is tried before that is told.
const ATTEMPTS: u32 = 12;

/// Why a batch was not kept.
enum Failure {
    /// Nothing of it was.
    Undone(Fault),
    /// Whether it was is not known: the connection was lost while it was being ended.
    Unknown(Fault),
}

/// Writes a batch, again while the database asks for it, then each job alone; answers everyone.
pub(super) async fn write(shared: &Shared, jobs: Vec<Job>) {
    let mut jobs: Vec<Job> = jobs.into_iter().filter(Job::is_wanted).collect();
    let mut attempt = 0;
    while !jobs.is_empty() {
        attempt += 1;
        let mut outcomes: Vec<Result<(), Fault>> = jobs.iter().map(|_| Ok(())).collect();
        match attempt_once(shared, &mut jobs, &mut outcomes).await {
            Ok(Settled::All) => {
                let tell = move || jobs.into_iter().zip(outcomes).for_each(|(job, outcome)| job.answer(outcome));
                match shared.pools.dialect {
                    Dialect::Postgres => tell(),
                    // From one of the runtime's own threads: from here, each of them would be woken for itself.
                    Dialect::Sqlite => drop(tokio::spawn(async move { tell() })),
                }
                return;
            }
            Ok(Settled::Alone(place)) => {
                let outcome = outcomes.swap_remove(place);
                jobs.remove(place).answer(outcome);
                attempt = 0;
            }
            Err(Failure::Undone(Fault::Serialization | Fault::Lost(_))) if attempt < ATTEMPTS => {
                tokio::time::sleep(Duration::from_millis(u64::from(attempt) * 2)).await;
            }
            Err(Failure::Undone(_)) if jobs.len() > 1 => {
                for job in jobs {
                    Box::pin(write(shared, vec![job])).await;
                }
                return;
            }
            Err(Failure::Undone(fault) | Failure::Unknown(fault)) => {
                return jobs.into_iter().for_each(|job| job.answer(Err(fault.again())));
            }
        }
    }
}

enum Settled {
    /// Everything that did not fail is durable.
    All,
    /// The only body failed and everything was undone: the others are to be tried without it.
    Alone(usize),
}

async fn attempt_once(shared: &Shared, jobs: &mut [Job], outcomes: &mut [Result<(), Fault>]) -> Result<Settled, Failure> {
    let tenants: BTreeSet<TenantId> = jobs.iter().map(|job| job.tenant).filter(|tenant| *tenant != HOST).collect();
    let tenants: Vec<TenantId> = tenants.into_iter().collect();
    let bodies = jobs.iter().filter(|job| matches!(job.kind, Kind::Work(_))).count();
    let lock = bodies > 0;
    let mut tx = shared.pools.write().await.map_err(Failure::Undone)?;
    let heads = match audit::begin(&mut tx, &tenants, lock).await {
        Ok(heads) => heads,
        Err(fault) => return Err(undo(tx, fault).await),
    };
    let mut given: Vec<Vec<AuditEntry>> = Vec::new();
    given.resize_with(jobs.len(), Vec::new);
    let apart = bodies > 1;
    let mut begun = false;
    let places = jobs.iter_mut().zip(outcomes.iter_mut()).zip(&mut given).enumerate();
    for (place, ((job, outcome), entries)) in places {
        let Kind::Work(work) = &mut job.kind else { continue };
        if apart {
            if let Err(fault) = next_savepoint(&mut tx, begun).await {
                return Err(undo(tx, fault).await);
            }
            begun = true;
        }
        match work.perform(&mut tx).await {
            Ok(rows) => *entries = rows.into_iter().map(audit::tidy).collect(),
            Err(fault @ (Fault::Serialization | Fault::Lost(_))) => return Err(undo(tx, fault).await),
            Err(fault) if apart => {
                *outcome = Err(fault);
                if let Err(fault) = tx.run("ROLLBACK TO SAVEPOINT unit").await {
                    return Err(undo(tx, fault).await);
                }
            }
            Err(fault) => {
                *outcome = Err(fault);
                tx.rollback().await;
                return Ok(Settled::Alone(place));
            }
        }
    }
    let rows = jobs.iter().zip(&given).flat_map(|(job, given)| {
        let entries = if let Kind::Rows(entries, _) = &job.kind { entries } else { given };
        entries.iter().map(|entry| (job.tenant, entry))
    });
    let rows: Vec<(TenantId, &AuditEntry)> = rows.collect();
    let appended = match audit::append_and_commit(tx, lock, &heads, &rows).await {
        Ok(appended) => appended,
        Err(fault @ Fault::Lost(_)) => return Err(Failure::Unknown(fault)),
        Err(fault) => return Err(Failure::Undone(fault)),
    };
    shared.checkpoints.advance(&appended);
    Ok(Settled::All)
}

async fn next_savepoint(tx: &mut Tx, begun: bool) -> Result<(), Fault> {
    match (begun, tx.dialect()) {
        (false, _) => tx.run("SAVEPOINT unit").await,
        (true, Dialect::Postgres) => tx.run("RELEASE SAVEPOINT unit; SAVEPOINT unit").await,
        (true, Dialect::Sqlite) => {
            tx.run("RELEASE SAVEPOINT unit").await?;
            tx.run("SAVEPOINT unit").await
        }
    }
}

async fn undo(tx: Tx, fault: Fault) -> Failure {
    // Its outcome is the fault.
    let _ = tx.end(Err(fault.again())).await;
    Failure::Undone(fault)
}
