//! Committers: many small units of work and audit rows, of many tenants, kept in one transaction and with one wait for the disk.
//!
//! Whatever queued while the last transaction was being written goes into the next; there is no window to wait for, and a lone writer
//! finds the committer idle. Nobody is answered before the transaction that has their work is durable, whatever the answer. A unit of
//! work that conflicts, repeats or fails is undone alone, to a savepoint of its own.
//!
//! SQLite has one committer. On PostgreSQL there are a few, each tenant at the same one always, so that within a host nobody waits for a
//! tenant's lock; other hosts are kept apart by that lock (see [`crate::audit::begin`]), which makes a tenant's writers take turns and
//! their transactions serialisable without the database having to find out.

mod batch;
mod queue;
mod thread;

use crate::audit;
use crate::db::{Dialect, Tx};
use crate::fault::Fault;
use crate::shared::Shared;
use queue::Queue;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use thread::Thread;
use tokio::sync::oneshot;
use uuid::Uuid;
use vatra_core::audit::AuditEntry;
use vatra_core::ids::TenantId;
use vatra_core::store::StoreError;

/// What one transaction takes at most, in audit rows or what takes as long; a unit of work that weighs more goes alone.
const BATCH: usize = 512;

/// What one tenant has of a transaction at most while others write, too: they wait for it.
const SHARE: usize = 4;
/// For so long after somebody else wrote, others may write again.
const COMPANY: Duration = Duration::from_millis(100);

/// Whose turn the host's own tables take.
pub(crate) const HOST: TenantId = TenantId(Uuid::nil());

/// What a body gives: its outcome and the audit rows that go with it.
pub(crate) type Performed<T> = Result<(T, Vec<AuditEntry>), Fault>;
/// A body at work.
pub(crate) type Performing<'t, T> = Pin<Box<dyn Future<Output = Performed<T>> + Send + 't>>;

/// A piece of work within a transaction. Performed again when the transaction has to be.
trait Work: Send {
    fn perform<'t>(&'t mut self, tx: &'t mut Tx) -> Pin<Box<dyn Future<Output = Result<Vec<AuditEntry>, Fault>> + Send + 't>>;
    /// Whether anybody still waits for it.
    fn wanted(&self) -> bool;
    fn answer(self: Box<Self>, outcome: Result<(), Fault>);
}

struct Body<T, F> {
    body: F,
    done: Option<T>,
    answer: oneshot::Sender<Result<T, Fault>>,
}

impl<T, F> Work for Body<T, F>
where
    T: Send,
    F: for<'t> Fn(&'t mut Tx) -> Performing<'t, T> + Send,
{
    fn perform<'t>(&'t mut self, tx: &'t mut Tx) -> Pin<Box<dyn Future<Output = Result<Vec<AuditEntry>, Fault>> + Send + 't>> {
        let performing = (self.body)(tx);
        let done = &mut self.done;
        Box::pin(async move {
            let (value, entries) = performing.await?;
            *done = Some(value);
            Ok(entries)
        })
    }
    fn wanted(&self) -> bool {
        !self.answer.is_closed()
    }
    fn answer(self: Box<Self>, outcome: Result<(), Fault>) {
        let Self { done, answer, .. } = *self;
        // Whoever asked may have given up.
        let _ = answer.send(outcome.and_then(|()| done.ok_or_else(|| Fault::corrupt("a transaction without its outcome"))));
    }
}

/// What waits for a committer.
struct Job {
    tenant: TenantId,
    weight: usize,
    kind: Kind,
}

enum Kind {
    /// Audit rows that stand alone; written even if whoever asked has given up.
    Rows(Vec<AuditEntry>, oneshot::Sender<Result<(), Fault>>),
    /// Anything else.
    Work(Box<dyn Work>),
}

impl Job {
    fn answer(self, outcome: Result<(), Fault>) {
        match self.kind {
            Kind::Rows(_, answer) => {
                let _ = answer.send(outcome);
            }
            Kind::Work(work) => work.answer(outcome),
        }
    }
    fn is_wanted(&self) -> bool {
        match &self.kind {
            Kind::Rows(..) => true,
            Kind::Work(work) => work.wanted(),
        }
    }
}

#[derive(Default)]
struct Lane {
    queue: Queue<Job>,
    /// Who came last.
    last: Option<TenantId>,
    /// When somebody came after somebody else.
    company: Option<Instant>,
    /// A task is writing, and will look at the queue again.
    busy: bool,
}

/// See the module.
pub(crate) struct Committers {
    lanes: Vec<Arc<Mutex<Lane>>>,
    thread: Thread,
}

impl std::fmt::Debug for Committers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Committers").field("lanes", &self.lanes.len()).finish()
    }
}

fn lock(lane: &Mutex<Lane>) -> MutexGuard<'_, Lane> {
    lane.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Committers {
    /// So many.
    pub(crate) fn new(lanes: u32) -> Self {
        Self { lanes: (0..lanes.max(1)).map(|_| Arc::default()).collect(), thread: Thread::default() }
    }
    fn submit(&self, shared: &Arc<Shared>, job: Job) -> Result<(), Fault> {
        // The end of an id of version 7 is random.
        let place = (job.tenant.0.as_u128() % self.lanes.len() as u128) as usize;
        let lane = self.lanes.get(place).ok_or_else(|| Fault::corrupt("no committer"))?;
        let begin = {
            let mut lane = lock(lane);
            if lane.last.replace(job.tenant).is_some_and(|last| last != job.tenant) {
                lane.company = Some(Instant::now());
            }
            lane.queue.push(job.tenant, job);
            !std::mem::replace(&mut lane.busy, true)
        };
        if begin {
            let at_work = AtWork { shared: Arc::clone(shared), lane: Arc::clone(lane), done: false };
            match shared.pools.dialect {
                Dialect::Postgres => drop(tokio::spawn(at_work.run())),
                // Its statements hold the thread that runs them.
                Dialect::Sqlite => self.thread.begin(at_work),
            }
        }
        Ok(())
    }
}

/// The task that writes what a lane has, until it has nothing.
struct AtWork {
    shared: Arc<Shared>,
    lane: Arc<Mutex<Lane>>,
    done: bool,
}

impl AtWork {
    async fn run(mut self) {
        loop {
            let batch = {
                let mut lane = lock(&self.lane);
                let company = lane.company.is_some_and(|since| since.elapsed() < COMPANY);
                let batch = lane.queue.take(BATCH, if company { SHARE } else { BATCH }, |job| job.weight);
                if batch.is_empty() {
                    lane.busy = false;
                    self.done = true;
                    return;
                }
                batch
            };
            let several = batch.len() > 1;
            batch::write(&self.shared, batch).await;
            if several {
                // Those who were answered may have more: let them queue first.
                match self.shared.pools.dialect {
                    Dialect::Postgres => tokio::task::yield_now().await,
                    Dialect::Sqlite => std::thread::yield_now(),
                }
            }
        }
    }
}

impl Drop for AtWork {
    fn drop(&mut self) {
        if !self.done {
            // The runtime is being shut down, or something panicked. Whoever waits is told by their answer being dropped.
            let mut lane = lock(&self.lane);
            lane.busy = false;
            lane.queue.clear();
        }
    }
}

impl Shared {
    /// Performs a body in a transaction in which nobody else writes this tenant's data; durable when this returns, or undone. `weight` is
    /// in audit rows, or what takes as long.
    pub(crate) async fn write<T, F>(self: &Arc<Self>, tenant: TenantId, weight: usize, body: F) -> Result<T, Fault>
    where
        T: Send + 'static,
        F: for<'t> Fn(&'t mut Tx) -> Performing<'t, T> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let kind = Kind::Work(Box::new(Body { body, done: None, answer }));
        self.committers.submit(self, Job { tenant, weight, kind })?;
        answered.await.unwrap_or_else(|_| Err(stopped()))
    }

    /// Writes audit rows; durable when this returns.
    pub(crate) async fn append(self: &Arc<Self>, tenant: TenantId, entries: Vec<AuditEntry>) -> Result<(), Fault> {
        if entries.is_empty() {
            return Ok(());
        }
        let (answer, answered) = oneshot::channel();
        let weight = entries.len();
        let entries = entries.into_iter().map(audit::tidy).collect();
        self.committers.submit(self, Job { tenant, weight, kind: Kind::Rows(entries, answer) })?;
        answered.await.unwrap_or_else(|_| Err(stopped()))
    }
}

fn stopped() -> Fault {
    StoreError::Database("the committer has stopped".to_owned()).into()
}
