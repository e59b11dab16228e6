//! The pool of workers: a few warm processes, one document at a time each, replaced when one ends.

use crate::job::{Job, Limits, Made, Refused};
use crate::turns::Turns;
use crate::worker::Worker;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use vatra_core::ids::TenantId;

/// How the pool is set up.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Settings {
    /// The worker's program.
    pub program: PathBuf,
    /// How many workers.
    pub workers: usize,
    /// After so many documents a worker is replaced, so that nothing gathers in it.
    pub documents_each: u32,
    /// What each may use.
    pub limits: Limits,
}

impl Settings {
    /// The usual ones, with this program.
    pub fn with(program: PathBuf) -> Self {
        Self { program, workers: 2, documents_each: 500, limits: Limits::default() }
    }

    /// The usual ones: two workers, whose program lies beside the running one (or, for tests, in the folder above).
    ///
    /// # Errors
    /// When it lies in neither place.
    pub fn beside_this_program() -> Result<Self, Refused> {
        let here = std::env::current_exe().map_err(|error| Refused::Unavailable(error.to_string()))?;
        let places = here.ancestors().skip(1).take(2).map(|folder| folder.join("vatra-documents-worker"));
        let program = places.into_iter().find(|program| program.is_file());
        let program = program.ok_or_else(|| Refused::Unavailable(format!("no vatra-documents-worker beside {}", here.display())))?;
        Ok(Self::with(program))
    }
}

/// Makes documents. Clones share the workers.
#[derive(Clone)]
pub struct Renderer(Arc<Pool>);

struct Pool {
    settings: Settings,
    turns: Arc<Turns>,
    idle: Mutex<Vec<Worker>>,
}

impl Renderer {
    /// With these settings; workers are started when they are needed, or by [`Self::warm`].
    pub fn new(settings: Settings) -> Self {
        let workers = settings.workers.max(1);
        Self(Arc::new(Pool { settings, turns: Turns::new(workers), idle: Mutex::default() }))
    }

    /// Starts the workers that are missing.
    ///
    /// # Errors
    /// [`Refused::Unavailable`] when one cannot be started.
    pub async fn warm(&self) -> Result<(), Refused> {
        while self.0.idle().len() < self.0.settings.workers.max(1) {
            let worker = self.0.start().await?;
            self.0.keep(worker);
        }
        Ok(())
    }

    /// Makes one document, when it is this municipality's turn. Whatever it does ends with its own worker.
    ///
    /// # Errors
    /// [`Refused`].
    pub async fn render(&self, tenant: TenantId, job: &Job) -> Result<Made, Refused> {
        let turn = self.0.turns.take(tenant).await.ok_or(Refused::Busy)?;
        let idle = self.0.idle().pop().and_then(Worker::alive);
        let mut worker = match idle {
            Some(worker) => worker,
            None => self.0.start().await?,
        };
        let outcome = worker.make(job).await;
        let stays = outcome.is_ok() && worker.done < self.0.settings.documents_each;
        if stays {
            self.0.keep(worker);
        } else {
            drop(worker);
            self.refill();
        }
        drop(turn);
        let outcome = outcome.and_then(|made| made);
        if let Err(refused) = &outcome
            && !matches!(refused, Refused::Template(_))
        {
            tracing::warn!(%tenant, document = %job.document, %refused, "a document was not made");
        }
        outcome
    }

    /// Starts one in place of one that ended, while nobody waits for it.
    fn refill(&self) {
        let pool = self.0.clone();
        tokio::spawn(async move {
            if let Ok(worker) = pool.start().await {
                pool.keep(worker);
            }
        });
    }
}

impl Pool {
    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Worker>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
    /// One more idle worker than places is one too many: it ends.
    fn keep(&self, worker: Worker) {
        let mut idle = self.idle();
        if idle.len() < self.settings.workers.max(1) {
            idle.push(worker);
        }
    }
    async fn start(&self) -> Result<Worker, Refused> {
        Worker::start(&self.settings.program, self.settings.limits).await
    }
}
