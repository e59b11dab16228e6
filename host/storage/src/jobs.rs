//! Jobs: started, stepped and ended by units of work, so that a step's writes and the cursor after it are kept together.

use crate::codec::version;
use crate::db::{Row, Tx, json, params};
use crate::fault::Fault;
use crate::inbox;
use vatra_core::clock::Instant;
use vatra_core::ids::{InboxId, JobId, Name, TenantId};
use vatra_core::jobs::{ENDED, Job, JobChange, Progress, Round, Standing};
use vatra_core::store::{InboxItem, InboxState};
use vatra_core::unit::Unit;

const JOB: &str = "SELECT id, module, name, starter, standing, cursor, steps, done, total, note, created_at, started_at, ended_at, attempts, \
     next_at, cancelling, failure FROM jobs WHERE tenant = ?";
const OPEN: &str = "standing IN ('waiting', 'running')";

/// Whose are due.
pub(crate) const WAITING: &str = "SELECT t.id FROM tenants t WHERE EXISTS \
     (SELECT 1 FROM jobs k WHERE k.tenant = t.id AND k.standing IN ('waiting', 'running') AND k.next_at <= ?) ORDER BY t.slug";

/// When jobs come round, of a tenant.
pub(crate) const ROUNDS: &str = "SELECT module, name, schedule, next_at FROM job_rounds WHERE tenant = ? ORDER BY module, name";

pub(crate) fn round(row: &Row) -> Result<Round, Fault> {
    Ok(Round { module: row.name(0)?, name: row.name(1)?, schedule: row.get(2)?, next_at: Instant(row.get(3)?) })
}

pub(crate) fn job(row: &Row) -> Result<Job, Fault> {
    let standing: String = row.get(4)?;
    let count = |number: Option<i64>| number.map(|number| u64::try_from(number).unwrap_or_default());
    Ok(Job {
        id: JobId(row.get(0)?),
        module: row.name(1)?,
        name: row.name(2)?,
        by: row.json(3)?,
        standing: Standing::from_code(&standing).ok_or_else(|| Fault::corrupt("the standing of a job"))?,
        cursor: row.get(5)?,
        steps: version(row, 6)?,
        done: row.count(7)?,
        total: count(row.get(8)?),
        note: row.get(9)?,
        created_at: Instant(row.get(10)?),
        started_at: row.get::<Option<i64>>(11)?.map(Instant),
        ended_at: row.get::<Option<i64>>(12)?.map(Instant),
        attempts: version(row, 13)?,
        next_at: Instant(row.get(14)?),
        cancelling: row.get(15)?,
        failure: row.get(16)?,
    })
}

/// Open and due, first what has waited longest: of a tenant, at a time, at most so many.
pub(crate) fn due() -> String {
    format!("{JOB} AND {OPEN} AND next_at <= ? ORDER BY next_at, id LIMIT ?")
}

pub(crate) async fn one(tx: &mut Tx, tenant: TenantId, id: JobId) -> Result<Option<Job>, Fault> {
    tx.row(&format!("{JOB} AND id = ?"), params![tenant.0, id.0]).await?.as_ref().map(job).transpose()
}

pub(crate) async fn latest(
    tx: &mut Tx,
    tenant: TenantId,
    module: Option<&Name>,
    name: Option<&Name>,
    limit: u32,
) -> Result<Vec<Job>, Fault> {
    let mut sql = JOB.to_owned();
    let mut given = params![tenant.0];
    for (column, wanted) in [("module", module), ("name", name)] {
        if let Some(wanted) = wanted {
            sql = format!("{sql} AND {column} = ?");
            given.push(wanted.as_str().into());
        }
    }
    given.extend(params![limit]);
    tx.rows(&format!("{sql} ORDER BY id DESC LIMIT ?"), given).await?.iter().map(job).collect()
}

pub(crate) async fn is_open(tx: &mut Tx, tenant: TenantId, module: &Name, name: &Name) -> Result<bool, Fault> {
    let sql = format!("SELECT id FROM jobs WHERE tenant = ? AND module = ? AND name = ? AND {OPEN} LIMIT 1");
    Ok(tx.row(&sql, params![tenant.0, module.as_str(), name.as_str()]).await?.is_some())
}

pub(crate) async fn put_round(tx: &mut Tx, tenant: TenantId, round: &Round) -> Result<(), Fault> {
    let sql = "INSERT INTO job_rounds (tenant, module, name, schedule, next_at) VALUES (?, ?, ?, ?, ?) \
         ON CONFLICT (tenant, module, name) DO UPDATE SET schedule = EXCLUDED.schedule, next_at = EXCLUDED.next_at";
    let Round { module, name, schedule, next_at } = round;
    tx.execute(sql, params![tenant.0, module.as_str(), name.as_str(), schedule.as_str(), next_at.0]).await?;
    Ok(())
}

/// After a step that was not kept.
pub(crate) async fn retry(tx: &mut Tx, tenant: TenantId, id: JobId, next: Instant, failure: &str, counts: bool) -> Result<(), Fault> {
    let sql = format!("UPDATE jobs SET attempts = attempts + ?, next_at = ?, failure = ? WHERE tenant = ? AND id = ? AND {OPEN}");
    tx.execute(&sql, params![i64::from(counts), next.0, failure, tenant.0, id.0]).await?;
    Ok(())
}

/// Makes a module's open jobs due.
pub(crate) async fn wake(tx: &mut Tx, tenant: TenantId, module: &Name, now: Instant) -> Result<(), Fault> {
    let sql = format!("UPDATE jobs SET next_at = ? WHERE tenant = ? AND module = ? AND {OPEN} AND next_at > ?");
    tx.execute(&sql, params![now.0, tenant.0, module.as_str(), now.0]).await?;
    Ok(())
}

pub(crate) async fn change(tx: &mut Tx, tenant: TenantId, unit: &Unit) -> Result<(), Fault> {
    for change in &unit.jobs {
        match change {
            JobChange::Start { job, alone, round } => start(tx, tenant, job, *alone, *round).await?,
            JobChange::Step { id, steps, progress } => step(tx, tenant, unit.at, *id, *steps, progress).await?,
            JobChange::Cancel(id) => {
                let sql = format!("UPDATE jobs SET cancelling = ?, next_at = ? WHERE tenant = ? AND id = ? AND {OPEN}");
                held(tx.execute(&sql, params![true, unit.at.0, tenant.0, id.0]).await?)?;
            }
            JobChange::End { id, steps, standing, failure } => {
                let mut job = stands(tx, tenant, *id, *steps).await?;
                (job.standing, job.failure, job.ended_at) = (*standing, failure.clone(), Some(unit.at));
                keep(tx, tenant, &job).await?;
            }
        }
    }
    Ok(())
}

fn held(rows: u64) -> Result<(), Fault> {
    if rows == 0 { Err(Fault::Conflict) } else { Ok(()) }
}

async fn start(tx: &mut Tx, tenant: TenantId, job: &Job, alone: bool, round: Option<(Instant, Instant)>) -> Result<(), Fault> {
    let (module, name) = (job.module.as_str(), job.name.as_str());
    if alone && is_open(tx, tenant, &job.module, &job.name).await? {
        return Err(Fault::Conflict);
    }
    if let Some((was, next)) = round {
        let sql = "UPDATE job_rounds SET next_at = ? WHERE tenant = ? AND module = ? AND name = ? AND next_at = ?";
        held(tx.execute(sql, params![next.0, tenant.0, module, name, was.0]).await?)?;
    }
    let sql = "INSERT INTO jobs (tenant, id, module, name, starter, standing, cursor, steps, done, total, note, created_at, started_at, ended_at, \
         attempts, next_at, cancelling, failure) VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0, NULL, '', ?, NULL, NULL, 0, ?, ?, '')";
    let given = params![tenant.0, job.id.0, module, name, json(&job.by)?, job.standing.code(), job.cursor.clone()];
    tx.execute(sql, [given, params![job.created_at.0, job.next_at.0, false]].concat()).await?;
    Ok(())
}

/// The job, if it is as open as it was seen.
async fn stands(tx: &mut Tx, tenant: TenantId, id: JobId, steps: u32) -> Result<Job, Fault> {
    one(tx, tenant, id).await?.filter(|job| job.standing.is_open() && job.steps == steps).ok_or(Fault::Conflict)
}

async fn step(tx: &mut Tx, tenant: TenantId, at: Instant, id: JobId, steps: u32, progress: &Progress) -> Result<(), Fault> {
    let mut job = stands(tx, tenant, id, steps).await?;
    job.standing = match (&progress.cursor, job.cancelling) {
        (None, _) => Standing::Finished,
        (Some(_), true) => Standing::Cancelled,
        (Some(_), false) => Standing::Running,
    };
    (job.steps, job.attempts, job.next_at) = (steps + 1, 0, at);
    (job.cursor, job.note) = (progress.cursor.clone(), progress.note.clone());
    (job.done, job.total) = (progress.done, progress.total);
    job.failure.clear();
    job.started_at = job.started_at.or(Some(at));
    job.ended_at = (!job.standing.is_open()).then_some(at);
    keep(tx, tenant, &job).await
}

/// Writes what changes of a job, and tells its module when it is over.
async fn keep(tx: &mut Tx, tenant: TenantId, job: &Job) -> Result<(), Fault> {
    let sql = "UPDATE jobs SET standing = ?, cursor = ?, steps = ?, done = ?, total = ?, note = ?, started_at = ?, ended_at = ?, attempts = ?, \
         next_at = ?, failure = ? WHERE tenant = ? AND id = ?";
    let whole = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let given = params![job.standing.code(), job.cursor.clone(), job.steps, job.done, job.total.map(whole), job.note.as_str()];
    let times = params![job.started_at.map(|at| at.0), job.ended_at.map(|at| at.0), job.attempts, job.next_at.0, job.failure.as_str()];
    tx.execute(sql, [given, times, params![tenant.0, job.id.0]].concat()).await?;
    // A job of the host's own is nothing to its module.
    let Some(at) = job.ended_at.filter(|_| job.name.as_str() != vatra_core::bulk::JOB) else { return Ok(()) };
    let (id, module, kind) = (InboxId::fresh(), job.module.clone(), ENDED.to_owned());
    let event = InboxItem { id, module, kind, payload: json(job)?, received_at: at, attempts: 0, state: InboxState::Waiting };
    inbox::put(tx, tenant, &[event]).await.map(|_| ())
}
