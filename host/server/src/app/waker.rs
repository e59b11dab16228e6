//! What comes by its time: timers, tasks that are overdue, jobs that come round every day or year.

use super::{App, AppError, By};
use serde_json::json;
use std::sync::Arc;
use std::time::{Duration, Instant as Moment};
use tokio::task::JoinHandle;
use vatra_core::audit::AuditKind;
use vatra_core::call::{Channel, Tenant};
use vatra_core::clock::Instant;
use vatra_core::ids::{JobId, Name};
use vatra_core::jobs::{Job, JobChange, Round, SERVICE, Starter};
use vatra_core::manifest::JobSchema;
use vatra_core::store::{CommitError, StoreError};
use vatra_core::unit::Unit;
use vatra_runtime::CallError;

/// How often timers and overdue tasks are looked for.
const LOOK: Duration = Duration::from_secs(1);
/// How often schedules are.
const SCHEDULES: Duration = Duration::from_secs(20);
/// How long one host looks alone, in seconds; it says so again long before.
const ALONE: i64 = 30;
/// How often it does.
const AGAIN: Duration = Duration::from_secs(10);
/// Taken at once.
const SOME: u32 = 500;

impl App {
    /// Keeps waking modules until the host stops.
    pub fn start_waker(self: &Arc<Self>) -> JoinHandle<()> {
        let app = self.clone();
        tokio::spawn(async move {
            let (mut schedules, mut alone): (Option<Moment>, Option<Moment>) = (None, None);
            loop {
                let look: Result<(), AppError> = async {
                    // The only host on its database asks nobody.
                    if app.stale_after().is_some() && alone.is_none_or(|since| since.elapsed() >= AGAIN) {
                        alone = app.alone_for("waker", ALONE).await?.then(Moment::now);
                        if alone.is_none() {
                            return Ok(());
                        }
                    }
                    app.wake_due().await?;
                    app.remind().await?;
                    if schedules.is_none_or(|last| last.elapsed() >= SCHEDULES) {
                        schedules = Some(Moment::now());
                        app.go_rounds().await?;
                    }
                    Ok(())
                }
                .await;
                if let Err(error) = look {
                    tracing::error!("timers wait: {error}");
                }
                tokio::time::sleep(LOOK).await;
            }
        })
    }

    /// Puts into the inbox what is due: timers, tasks and cases that became overdue; how many.
    ///
    /// # Errors
    /// [`AppError::Store`].
    pub async fn wake_due(&self) -> Result<u64, AppError> {
        let (now, today) = (self.clock.now(), self.clock.now().civil_date());
        let mut woken = 0;
        for tenant in self.store.timers_waiting(now).await? {
            woken += self.store.timers_fire(tenant, now, SOME).await?;
        }
        for tenant in self.store.tasks_overdue(today).await? {
            woken += self.store.tasks_tell_overdue(tenant, today, now, SOME).await?;
        }
        woken += self.tell_overdue_cases().await?;
        if woken > 0 {
            self.tell_arrived();
        }
        Ok(woken)
    }

    /// Starts the jobs whose schedules have come round; how many. One whose moments passed while the host was down starts once.
    ///
    /// # Errors
    /// [`AppError::Store`].
    pub async fn go_rounds(&self) -> Result<u32, AppError> {
        let mut started = 0;
        for (tenant, modules) in self.store.installations().await? {
            let mut known: Option<Vec<Round>> = None;
            for (installed, _) in modules.into_iter().filter(|(installed, _)| installed.disabled_at.is_none()) {
                let binding = match self.runtime.binding(tenant.id, &installed.module).await {
                    Ok(binding) => binding,
                    Err(CallError::Store(error)) => return Err(error.into()),
                    // Its own page says what is wrong with it.
                    Err(_) => continue,
                };
                if !matches!(binding.capabilities.get(SERVICE), Some(Ok(_))) {
                    continue;
                }
                for schema in binding.manifest.jobs.iter().filter(|schema| schema.schedule.is_some()) {
                    if known.is_none() {
                        known = Some(self.store.rounds(tenant.id).await?);
                    }
                    let round = known.iter().flatten().find(|round| round.module == installed.module && round.name == schema.name);
                    started += u32::from(self.go_round(&tenant, &installed.module, schema, round).await?);
                }
            }
        }
        Ok(started)
    }

    async fn go_round(&self, tenant: &Tenant, module: &Name, schema: &JobSchema, known: Option<&Round>) -> Result<bool, AppError> {
        let Some(schedule) = &schema.schedule else { return Ok(false) };
        let now = self.clock.now();
        let Some(next_at) = schedule.next(now) else { return Ok(false) };
        let text = serde_json::to_string(schedule).map_err(|error| StoreError::Corrupt(error.to_string()))?;
        match known.filter(|round| round.schedule == text) {
            None => {
                let round = Round { module: module.clone(), name: schema.name.clone(), schedule: text, next_at };
                self.store.put_round(tenant.id, &round).await?;
                Ok(false)
            }
            Some(round) if round.next_at > now => Ok(false),
            Some(round) => self.start_round(tenant, schema, round, next_at).await,
        }
    }

    async fn start_round(&self, tenant: &Tenant, schema: &JobSchema, round: &Round, next_at: Instant) -> Result<bool, AppError> {
        let now = self.clock.now();
        let job = Job::new(JobId::fresh(), round.module.clone(), round.name.clone(), Starter::default(), None, now);
        let detail = json!({ "job": job.id, "due": round.next_at.rfc3339() });
        let by = By { person: None, channel: Channel::Job };
        let mut unit = Unit::new(now, None, round.module.clone());
        unit.audit.push(self.row(by, AuditKind::Job, Some(&round.module), round.name.as_str(), &detail));
        let (alone, round) = (schema.one_at_a_time, Some((round.next_at, next_at)));
        unit.jobs.push(JobChange::Start { job: Box::new(job), alone, round });
        match self.store.commit(tenant.id, unit).await {
            Ok(_) => {
                self.runtime.nudge();
                Ok(true)
            }
            Err(CommitError::Store(error)) => Err(error.into()),
            // Another host was quicker, or the one before is still under way: its turn comes.
            Err(_) => Ok(false),
        }
    }
}
