//! `vatra:jobs`: long work started, looked at and stopped. Its steps are calls of their own (`runtime/jobs`).
//! No parameters: a module starts its own jobs alone, which its manifest declares.

use crate::bindings::jobs::exports::vatra::modules::jobs as exported;
use crate::bindings::vatra::jobs::queue as wit;
use crate::bindings::vatra::jobs::types as told;
use crate::bindings::vatra::types::values::Failure;
use crate::registers::{Stop, counted};
use crate::state::{CallState, invalid};
use vatra_core::ids::JobId;
use vatra_core::jobs::{Job, JobChange, MOST_CURSOR, MOST_NOTE, Progress, SERVICE, Standing, Starter};
use vatra_core::manifest::JobSchema;

/// Jobs that one call may start.
const MOST_STARTED: usize = 20;

type Answer<T> = wasmtime::Result<Result<T, Failure>>;

impl told::Host for CallState {}

impl wit::Host for CallState {
    async fn start(&mut self, name: String, cursor: Option<String>) -> Answer<String> {
        counted!(self, "jobs.start", start(self, &name, cursor))
    }
    async fn standing_of(&mut self, job: String) -> Answer<told::JobState> {
        counted!(self, "jobs.standing-of", async {
            let job = own(self, &job).await?;
            Ok::<_, Stop>(state(&job))
        })
    }
    async fn latest(&mut self, name: String) -> Answer<Option<told::JobState>> {
        counted!(self, "jobs.latest", async {
            let schema = schema(self, &name)?;
            self.used.read(1, &self.limits)?;
            if let Some(job) = self.work.started().filter(|job| job.name == schema.name).last() {
                return Ok(Some(state(job)));
            }
            let module = self.ctx.module.clone();
            let found = self.snapshot().await?.jobs(Some(&module), Some(&schema.name), 1).await?;
            Ok::<_, Stop>(found.first().map(state))
        })
    }
    async fn cancel(&mut self, job: String) -> Answer<()> {
        counted!(self, "jobs.cancel", cancel(self, &job))
    }
}

fn schema(state: &mut CallState, name: &str) -> Result<JobSchema, Stop> {
    state.allow(SERVICE, &[])?;
    Ok(state.binding.manifest.job(name).cloned().ok_or_else(|| invalid("name", "unknown-job"))?)
}

async fn start(state: &mut CallState, name: &str, cursor: Option<String>) -> Result<String, Stop> {
    state.writable(SERVICE)?;
    let schema = schema(state, name)?;
    if cursor.as_ref().is_some_and(|cursor| cursor.len() > MOST_CURSOR) {
        return Err(invalid("cursor", "too-long").into());
    }
    if state.work.started().count() >= MOST_STARTED {
        return Err(invalid("name", "too-many").into());
    }
    let module = state.ctx.module.clone();
    if schema.one_at_a_time {
        let started = state.work.started().any(|job| job.name == schema.name);
        if started || state.snapshot().await?.job_open(&module, &schema.name).await? {
            return Err(invalid("name", "running").into());
        }
    }
    state.used.write(1, &state.limits)?;
    let caller = &state.ctx.caller;
    let by = Starter { person: caller.person, language: caller.language, acting: caller.acting.clone() };
    let job = Job::new(state.work.next_job(), module, schema.name, by, cursor, state.ctx.now);
    let id = job.id.to_string();
    state.work.jobs.push(JobChange::Start { job: Box::new(job), alone: schema.one_at_a_time, round: None });
    Ok(id)
}

/// A job of this module, as this call leaves it.
async fn own(state: &mut CallState, job: &str) -> Result<Job, Stop> {
    state.allow(SERVICE, &[])?;
    state.used.read(1, &state.limits)?;
    let id: JobId = job.parse().map_err(|_| Failure::NotFound)?;
    if let Some(job) = state.work.started().find(|job| job.id == id) {
        return Ok(job.clone());
    }
    let found = state.snapshot().await?.job(id).await?;
    let mut found = found.filter(|found| found.module == state.ctx.module).ok_or(Failure::NotFound)?;
    found.cancelling |= state.work.jobs.contains(&JobChange::Cancel(id));
    Ok(found)
}

async fn cancel(state: &mut CallState, job: &str) -> Result<(), Stop> {
    state.writable(SERVICE)?;
    let job = own(state, job).await?;
    if !job.told().is_open() {
        return Err(invalid("job", "finished").into());
    }
    state.used.write(1, &state.limits)?;
    state.work.jobs.push(JobChange::Cancel(job.id));
    Ok(())
}

/// A job for its module.
pub fn state(job: &Job) -> told::JobState {
    told::JobState {
        id: job.id.to_string(),
        name: job.name.to_string(),
        standing: match job.told() {
            Standing::Waiting => told::Standing::Waiting,
            Standing::Running => told::Standing::Running,
            Standing::Finished => told::Standing::Finished,
            Standing::Failed => told::Standing::Failed,
            Standing::Cancelled => told::Standing::Cancelled,
        },
        done: job.done,
        total: job.total,
        note: job.note.clone(),
        started_at: job.started_at.map(|at| u64::try_from(at.0).unwrap_or_default()),
        failure: (job.standing == Standing::Failed).then(|| job.failure.clone()),
    }
}

/// What a step came to.
///
/// # Errors
/// The rule that it breaks.
pub fn progress(progress: exported::Progress) -> Result<Progress, &'static str> {
    let exported::Progress { cursor, done, total, note } = progress;
    if cursor.as_ref().is_some_and(|cursor| cursor.len() > MOST_CURSOR) {
        return Err("a cursor of more than 64 KiB");
    }
    if note.chars().count() > MOST_NOTE || note.chars().any(|c| c.is_control() && c != '\n') {
        return Err("a note of more than 500 characters");
    }
    // Numbers that a database holds.
    let most = |number: u64| number.min(i64::MAX.unsigned_abs());
    Ok(Progress { cursor, done: most(done), total: total.map(most), note })
}
