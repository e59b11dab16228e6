//! Jobs of modules: made step by step in the background, municipality by municipality, until each has ended.

use super::{App, AppError, By};
use serde_json::json;
use std::collections::{BTreeSet, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use vatra_core::audit::AuditKind;
use vatra_core::call::{ADMINISTRATOR, Channel, Official, Tenant};
use vatra_core::ids::{JobId, Name, TenantId};
use vatra_core::jobs::{Job, JobChange, Standing};
use vatra_core::manifest::Manifest;
use vatra_core::store::CommitError;
use vatra_core::unit::Unit;
use vatra_runtime::{CallError, Stepped};

/// Steps under way at once, of all municipalities; no municipality has more than one.
const AT_ONCE: usize = 4;
/// How long a host has a municipality's jobs to itself, in seconds, where there are several; longer than most steps take.
const LEASE: i64 = 30;
/// How often held jobs are looked at, in seconds; a restored grant wakes them at once.
const HELD_SECONDS: i64 = 60;
/// How often what is due by its time is looked for.
const ROUND: Duration = Duration::from_secs(1);

impl App {
    /// Keeps making steps until the host stops; what is being made then is not kept, and made again.
    pub fn start_jobs(self: &Arc<Self>) -> JoinSet<()> {
        let mut tasks = JoinSet::new();
        let app = self.clone();
        tasks.spawn(async move {
            let (places, busy) = (Arc::new(Semaphore::new(AT_ONCE)), Arc::new(Mutex::new(HashSet::new())));
            let mut municipalities = JoinSet::new();
            loop {
                let left = app.runtime.left();
                match app.idle_with_jobs(&busy).await {
                    Ok(waiting) => {
                        for tenant in waiting {
                            municipalities.spawn(work_for(app.clone(), tenant, places.clone(), busy.clone()));
                        }
                    }
                    Err(error) => tracing::error!("jobs wait: {error}"),
                }
                while municipalities.try_join_next().is_some() {}
                let _ = tokio::time::timeout(ROUND, left).await;
            }
        });
        tasks
    }

    /// Municipalities whose jobs are due and that nobody works for; they are marked as worked for.
    async fn idle_with_jobs(&self, busy: &Mutex<HashSet<TenantId>>) -> Result<Vec<Tenant>, AppError> {
        let waiting = self.store.jobs_waiting(self.clock.now()).await?;
        if waiting.is_empty() {
            return Ok(Vec::new());
        }
        let mut tenants = self.store.tenants().await?;
        let mut busy = busy.lock().unwrap_or_else(PoisonError::into_inner);
        tenants.retain(|tenant| waiting.contains(&tenant.id) && busy.insert(tenant.id));
        Ok(tenants)
    }

    /// Makes one step of every job that is due; how many were kept. For whoever does not leave it to the background.
    ///
    /// # Errors
    /// [`AppError::Store`].
    pub async fn step_due(&self) -> Result<u32, AppError> {
        let waiting = self.store.jobs_waiting(self.clock.now()).await?;
        let mut kept = 0;
        for tenant in self.store.tenants().await?.into_iter().filter(|tenant| waiting.contains(&tenant.id)) {
            for job in self.store.jobs_due(tenant.id, self.clock.now(), 100).await? {
                kept += u32::from(self.step(&tenant, &job).await?);
            }
        }
        Ok(kept)
    }

    /// Makes a job's next step; whether it was kept.
    async fn step(&self, tenant: &Tenant, job: &Job) -> Result<bool, AppError> {
        if job.cancelling {
            self.end(tenant, job, Standing::Cancelled, "").await?;
            return Ok(false);
        }
        if job.name.as_str() == vatra_core::bulk::JOB {
            return self.step_bulk(tenant, job).await;
        }
        let roles = match job.by.person {
            None => BTreeSet::new(),
            Some(person) => {
                let officials = self.store.officials(tenant.id).await?;
                officials.into_iter().find(|official| official.person == person).map(|official| official.roles).unwrap_or_default()
            }
        };
        let now = self.clock.now();
        match self.runtime.step(tenant, job, roles).await? {
            Stepped::Kept => {
                self.tell_arrived();
                return Ok(true);
            }
            Stepped::Gone => {}
            Stepped::Held(error) => {
                self.store.job_retry(tenant.id, job.id, now.plus_seconds(HELD_SECONDS), &error.code(), false).await?;
            }
            Stepped::Failed(error) => {
                let code = error.code();
                tracing::warn!(tenant = %tenant.slug, module = %job.module, job = %job.id, attempt = job.attempts + 1, "a step failed: {code}");
                let outside = matches!(error, CallError::Unavailable(_) | CallError::Conflict);
                match Job::patience(job.attempts, outside) {
                    Some(wait) => self.store.job_retry(tenant.id, job.id, now.plus_seconds(wait), &code, true).await?,
                    None => self.end(tenant, job, Standing::Failed, &code).await?,
                }
            }
        }
        Ok(false)
    }

    pub(super) async fn end(&self, tenant: &Tenant, job: &Job, standing: Standing, failure: &str) -> Result<(), AppError> {
        let by = By { person: job.by.person, channel: Channel::Job };
        let detail = json!({ "job": job.id, "standing": standing, "steps": job.steps, "reason": failure });
        let mut unit = Unit::new(self.clock.now(), job.by.person, job.module.clone());
        unit.audit.push(self.row(by, AuditKind::Job, Some(&job.module), job.name.as_str(), &detail));
        unit.jobs.push(JobChange::End { id: job.id, steps: job.steps, standing, failure: failure.to_owned() });
        match self.store.commit(tenant.id, unit).await {
            Err(CommitError::Store(error)) => Err(error.into()),
            // Of a job that moved on the next look tells.
            _ => {
                self.tell_arrived();
                Ok(())
            }
        }
    }

    /// A job that this official may see: whoever started it, whoever holds a role that the manifest names, and the administrator.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when there is none; [`AppError::Call`] when they may not.
    pub async fn job(
        &self,
        tenant: &Tenant,
        official: &Official,
        module: &Name,
        id: JobId,
    ) -> Result<(Job, Arc<vatra_capabilities::Binding>), AppError> {
        let binding = self.runtime.binding(tenant.id, module).await?;
        let found = self.store.snapshot(tenant.id).await?.job(id).await?;
        let job = found.filter(|job| job.module == *module).ok_or_else(|| AppError::NotFound("no such job".to_owned()))?;
        if may_see(official, &job, &binding.manifest) {
            return Ok((job, binding));
        }
        let roles = binding.manifest.job(job.name.as_str()).map(|schema| schema.roles.clone()).unwrap_or_default();
        let wanted: Vec<&str> = roles.iter().map(Name::as_str).collect();
        let denial = vatra_core::grants::Denial::new("role", "role", wanted.join(" "));
        self.refused(tenant, Some(official.person), "job").await?;
        Err(CallError::Denied(denial).into())
    }

    /// Stops a job after the step that is under way; nothing when it is over.
    ///
    /// # Errors
    /// As [`Self::job`].
    pub async fn cancel_job(&self, tenant: &Tenant, official: &Official, module: &Name, id: JobId) -> Result<(), AppError> {
        let (job, _) = self.job(tenant, official, module, id).await?;
        if !job.told().is_open() {
            return Ok(());
        }
        let by = By { person: Some(official.person), channel: Channel::Portal };
        let mut unit = Unit::new(self.clock.now(), Some(official.person), module.clone());
        unit.audit.push(self.row(by, AuditKind::Job, Some(module), job.name.as_str(), &json!({ "job": job.id, "asked": "cancel" })));
        unit.jobs.push(JobChange::Cancel(id));
        match self.store.commit(tenant.id, unit).await {
            Err(CommitError::Store(error)) => Err(error.into()),
            _ => {
                self.runtime.nudge();
                Ok(())
            }
        }
    }
}

fn may_see(official: &Official, job: &Job, manifest: &Manifest) -> bool {
    let named = || manifest.job(job.name.as_str()).is_some_and(|schema| !schema.roles.is_disjoint(&official.roles));
    job.by.person == Some(official.person) || official.roles.contains(ADMINISTRATOR) || named()
}

/// Makes a municipality's steps one after the other, its jobs in turn, and each only when it is the municipality's turn.
async fn work_for(app: Arc<App>, tenant: Tenant, places: Arc<Semaphore>, busy: Arc<Mutex<HashSet<TenantId>>>) {
    let lease = format!("jobs:{}", tenant.id);
    loop {
        let outcome: Result<bool, AppError> = async {
            // Whoever waits for a place is let in in the order of asking.
            let Ok(_place) = places.acquire().await else { return Ok(false) };
            // Alone on its database a host asks nobody.
            if app.stale_after().is_some() && !app.alone_for(&lease, LEASE).await? {
                return Ok(false);
            }
            let Some(job) = app.store.jobs_due(tenant.id, app.clock.now(), 1).await?.into_iter().next() else { return Ok(false) };
            app.step(&tenant, &job).await?;
            Ok(true)
        }
        .await;
        match outcome {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => {
                tracing::error!(tenant = %tenant.slug, "jobs wait: {error}");
                tokio::time::sleep(ROUND).await;
                break;
            }
        }
    }
    busy.lock().unwrap_or_else(PoisonError::into_inner).remove(&tenant.id);
}
