//! Audit rows that stand alone: whatever queued during one commit is written in the next, together. A lone writer waits for nobody.

use crate::audit::append;
use crate::db::Dialect;
use crate::fault::Fault;
use crate::shared::{Shared, transact};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{mpsc, oneshot};
use vatra_core::audit::AuditEntry;
use vatra_core::ids::TenantId;
use vatra_core::store::StoreError;

/// Requests that one transaction takes at most.
const BATCH: usize = 1_024;

#[derive(Debug)]
struct Request {
    tenant: TenantId,
    entries: Vec<AuditEntry>,
    answer: oneshot::Sender<Result<(), String>>,
}

/// Queues, each with a task that writes it: one for SQLite, which has one writer; one a tenant on PostgreSQL.
#[derive(Debug)]
pub(crate) struct Lanes {
    shared: Arc<Shared>,
    queues: Mutex<HashMap<Option<TenantId>, mpsc::UnboundedSender<Request>>>,
}

impl Lanes {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self { shared, queues: Mutex::default() }
    }

    /// Writes rows; durable when this returns.
    pub(crate) async fn write(&self, tenant: TenantId, entries: Vec<AuditEntry>) -> Result<(), StoreError> {
        if entries.is_empty() {
            return Ok(());
        }
        let (answer, answered) = oneshot::channel();
        self.send(Request { tenant, entries, answer })?;
        match answered.await {
            Ok(outcome) => outcome.map_err(StoreError::Database),
            Err(_) => Err(StoreError::Database("the audit writer has stopped".to_owned())),
        }
    }

    fn send(&self, request: Request) -> Result<(), StoreError> {
        let lane = (self.shared.dialect() == Dialect::Postgres).then_some(request.tenant);
        let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        let request = match queues.get(&lane) {
            Some(queue) => match queue.send(request) {
                Ok(()) => return Ok(()),
                // Its task is gone (its runtime was shut down): a new one takes over.
                Err(mpsc::error::SendError(request)) => request,
            },
            None => request,
        };
        let (queue, requests) = mpsc::unbounded_channel();
        tokio::spawn(run(Arc::clone(&self.shared), requests));
        let sent = queue.send(request).map_err(|_| StoreError::Database("the audit writer has stopped".to_owned()));
        queues.insert(lane, queue);
        sent
    }
}

async fn run(shared: Arc<Shared>, mut requests: mpsc::UnboundedReceiver<Request>) {
    let mut batch = Vec::new();
    while requests.recv_many(&mut batch, BATCH).await > 0 {
        let mut rows: BTreeMap<TenantId, Vec<AuditEntry>> = BTreeMap::new();
        let mut answers = Vec::with_capacity(batch.len());
        for request in batch.drain(..) {
            rows.entry(request.tenant).or_default().extend(request.entries);
            answers.push(request.answer);
        }
        let outcome = write(&shared, &rows).await.map_err(|fault| match StoreError::from(fault) {
            StoreError::Database(cause) => cause,
            other => other.to_string(),
        });
        for answer in answers {
            // Whoever asked may have given up; the rows stand all the same.
            let _ = answer.send(outcome.clone());
        }
    }
}

async fn write(shared: &Shared, rows: &BTreeMap<TenantId, Vec<AuditEntry>>) -> Result<(), Fault> {
    // In the order of ids, as every holder of several turns.
    let mut turns = Vec::with_capacity(rows.len());
    for tenant in rows.keys() {
        turns.push(shared.turn(*tenant).await);
    }
    let appended = transact!(shared, tx, {
        let mut outcome = Ok(Vec::with_capacity(rows.len()));
        for (tenant, entries) in rows {
            match append(&mut tx, *tenant, entries.clone()).await {
                Ok(one) => {
                    if let Ok(all) = &mut outcome {
                        all.extend(one);
                    }
                }
                Err(fault) => {
                    outcome = Err(fault);
                    break;
                }
            }
        }
        outcome
    })?;
    appended.iter().for_each(|one| shared.checkpoints.advance(one));
    Ok(())
}
