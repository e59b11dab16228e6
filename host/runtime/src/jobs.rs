//! `step`: one unit of work of a job. Its writes, its cursor and its row in the trail are kept together, or none of them.

use crate::call::{Call, Runtime};
use crate::failure::CallError;
use crate::perform::{ATTEMPTS, unit};
use crate::usage::Kind;
use serde_json::json;
use std::collections::BTreeSet;
use std::sync::Arc;
use vatra_capabilities::{Mode, Outside};
use vatra_core::audit::AuditKind;
use vatra_core::call::{Assurance, CallContext, Caller, Channel, Tenant};
use vatra_core::ids::{CallId, Name};
use vatra_core::jobs::{Job, JobChange, SERVICE};
use vatra_core::store::CommitError;

/// What came of a step.
#[derive(Debug)]
pub enum Stepped {
    /// It is kept.
    Kept,
    /// The job moved on meanwhile: it was cancelled, or another host made the step.
    Gone,
    /// The module, or its grant of jobs, is withheld: the job waits without an attempt being counted.
    Held(CallError),
    /// It failed; nothing of it was kept.
    Failed(CallError),
}

impl Runtime {
    /// Makes a job's next step, as whoever started it; `roles` are those that they hold now.
    ///
    /// # Errors
    /// [`CallError::Store`] when storage fails.
    pub async fn step(&self, tenant: &Tenant, job: &Job, roles: BTreeSet<Name>) -> Result<Stepped, CallError> {
        let ready = match self.ready(tenant.id, &job.module).await {
            Ok(ready) => ready,
            Err(error @ CallError::NotFound(_)) => return Ok(Stepped::Held(error)),
            Err(CallError::Store(error)) => return Err(error.into()),
            Err(error) => return Ok(Stepped::Failed(error)),
        };
        match ready.binding.capabilities.get(SERVICE) {
            Some(Ok(_)) => {}
            Some(Err(denial)) => return Ok(Stepped::Held(CallError::Denied(denial.clone()))),
            None => return Ok(Stepped::Failed(CallError::contract("a job of a module that does not ask for jobs"))),
        }
        let Some(worker) = ready.linked.jobs.as_ref().filter(|_| ready.binding.manifest.job(job.name.as_str()).is_some()) else {
            return Ok(Stepped::Failed(CallError::contract("the module does not know this job")));
        };
        let ctx = Arc::new(self.job_context(tenant, job, roles));
        let what = job.name.as_str();
        let call = Call { ctx: &ctx, ready: &ready, kind: Kind::Step, what };
        let id = job.id.to_string();
        let mut outside = Outside::default();
        for attempt in 0..ATTEMPTS {
            let mut store = self.store(&ctx, &ready, Mode::Write);
            store.data_mut().attempt = attempt;
            outside.rewind();
            store.data_mut().outside = std::mem::take(&mut outside);
            let turn = match self.turn(&ctx, true).await {
                Ok(turn) => turn,
                Err(error) => return Ok(Stepped::Failed(error)),
            };
            let (ran, mut state, spent) = self
                .run(&call, turn, store, async |store| {
                    let module = worker.instantiate_async(&mut *store).await?;
                    module.vatra_modules_jobs().call_step(&mut *store, &id, what, job.cursor.as_deref()).await
                })
                .await;
            outside = std::mem::take(&mut state.outside);
            let mut rows = self.denial_rows(&ctx, &state, what);
            let made = match ran {
                Ok(Ok(progress)) => vatra_capabilities::jobs::progress(progress).map_err(CallError::contract),
                Ok(Err(failure)) => Err(failure.into()),
                Err(error) => Err(error),
            };
            self.count(&call, &state, spent, made.as_ref().err());
            let progress = match made {
                Ok(progress) => progress,
                Err(error) => {
                    let mut detail = error.detail();
                    detail.insert("job".into(), json!(job.id));
                    rows.push(self.row(&ctx, AuditKind::ActionFailed, what, &detail.into()));
                    self.services.store.audit(tenant.id, rows).await?;
                    return Ok(Stepped::Failed(error));
                }
            };
            let detail = json!({ "job": job.id, "step": job.steps + 1, "done": progress.done, "last": progress.cursor.is_none() });
            let row = self.row(&ctx, AuditKind::ActionKept, what, &detail);
            let mut unit = unit(&ctx, state, row, rows);
            unit.jobs.push(JobChange::Step { id: job.id, steps: job.steps, progress });
            match self.commit(tenant.id, unit).await {
                Ok(_) => return Ok(Stepped::Kept),
                Err(CommitError::Conflict) => {}
                Err(CommitError::Store(error)) => return Err(error.into()),
                Err(CommitError::Handled | CommitError::Repeated(_)) => return Ok(Stepped::Gone),
            }
            let now = self.services.store.snapshot(tenant.id).await?.job(job.id).await?;
            if now.is_none_or(|now| now.steps != job.steps || !now.standing.is_open()) {
                return Ok(Stepped::Gone);
            }
            tokio::time::sleep(std::time::Duration::from_millis(u64::from(attempt) * 5)).await;
        }
        Ok(Stepped::Failed(CallError::Conflict))
    }

    /// A call that nobody sits before, made for whoever started the job.
    fn job_context(&self, tenant: &Tenant, job: &Job, roles: BTreeSet<Name>) -> CallContext {
        let caller = Caller {
            person: job.by.person,
            roles,
            assurance: if job.by.person.is_some() { Assurance::High } else { Assurance::Anonymous },
            channel: Channel::Job,
            language: job.by.language,
            acting: job.by.acting.clone(),
        };
        CallContext {
            tenant: Arc::new(tenant.clone()),
            module: job.module.clone(),
            caller,
            call: CallId::fresh(),
            now: self.services.clock.now(),
            seed: rand::random(),
        }
    }
}
