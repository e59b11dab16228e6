//! Reads of many calls in one query, where a query is a way to another process and back: whatever was asked while the last query was under way
//! goes into the next. A lone reader finds nothing under way.

use crate::db::{Param, Row};
use crate::fault::Fault;
use crate::people::{Kept, kept};
use crate::pool::Pool;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot;
use uuid::Uuid;
use vatra_core::ids::{SubjectId, TenantId};

/// Queries under way at once.
const LANES: usize = 2;
/// People that one query asks for.
const MOST: usize = 512;
/// Each by its key, whatever the database believes to know of the table.
const PEOPLE: &str = "SELECT i.tenant, s.id, s.company, s.idn, s.name, s.merged_into FROM UNNEST((??), (??)) AS i(tenant, id) \
     CROSS JOIN LATERAL (SELECT * FROM subjects k WHERE k.tenant = i.tenant AND k.id = i.id LIMIT 1) s";

struct Asked {
    tenant: TenantId,
    ids: Vec<SubjectId>,
    answer: oneshot::Sender<Result<Vec<Kept>, Fault>>,
}

#[derive(Default)]
struct Waiting {
    asked: Vec<Asked>,
    lanes: usize,
}

/// See the module.
pub(crate) struct Gathered {
    readers: Arc<Pool>,
    waiting: Arc<Mutex<Waiting>>,
}

impl std::fmt::Debug for Gathered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Gathered")
    }
}

fn lock(waiting: &Mutex<Waiting>) -> MutexGuard<'_, Waiting> {
    waiting.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Gathered {
    pub(crate) fn new(readers: &Arc<Pool>) -> Self {
        Self { readers: Arc::clone(readers), waiting: Arc::default() }
    }

    /// People of a municipality, those that exist, as they are kept.
    pub(crate) async fn people(&self, tenant: TenantId, ids: &[SubjectId]) -> Result<Vec<Kept>, Fault> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let (answer, answered) = oneshot::channel();
        let begin = {
            let mut waiting = lock(&self.waiting);
            waiting.asked.push(Asked { tenant, ids: ids.to_vec(), answer });
            let begin = waiting.lanes < LANES;
            waiting.lanes += usize::from(begin);
            begin
        };
        if begin {
            let lane = Lane { readers: Arc::clone(&self.readers), waiting: Arc::clone(&self.waiting), done: false };
            tokio::spawn(lane.run());
        }
        answered.await.unwrap_or_else(|_| Err(Fault::Lost("the reader has stopped".to_owned())))
    }
}

/// Asks until nobody waits.
struct Lane {
    readers: Arc<Pool>,
    waiting: Arc<Mutex<Waiting>>,
    done: bool,
}

impl Lane {
    async fn run(mut self) {
        loop {
            let batch: Vec<Asked> = {
                let mut waiting = lock(&self.waiting);
                let mut weight = 0;
                let fits = |asked: &&Asked| {
                    weight += asked.ids.len();
                    weight <= MOST || weight == asked.ids.len()
                };
                let count = waiting.asked.iter().take_while(fits).count();
                if count == 0 {
                    // With the queue in hand: whoever asks next must begin a lane.
                    waiting.lanes -= 1;
                    self.done = true;
                    return;
                }
                waiting.asked.drain(..count).collect()
            };
            let found = self.ask(&batch).await;
            for asked in batch {
                let own = match &found {
                    Ok(found) => Ok(asked.ids.iter().filter_map(|id| found.get(&(asked.tenant, *id)).cloned()).collect()),
                    Err(fault) => Err(fault.again()),
                };
                // Whoever asked may have given up.
                let _ = asked.answer.send(own);
            }
        }
    }

    async fn ask(&self, batch: &[Asked]) -> Result<HashMap<(TenantId, SubjectId), Kept>, Fault> {
        let (mut tenants, mut ids) = (Vec::<Uuid>::new(), Vec::<Uuid>::new());
        for asked in batch {
            ids.extend(asked.ids.iter().map(|id| id.0));
            tenants.resize(ids.len(), asked.tenant.0);
        }
        let rows = crate::db::read_once(&self.readers, PEOPLE, vec![Param::Uuids(tenants), Param::Uuids(ids)]).await?;
        let read = |row: &Row| {
            let kept = kept(row, 1)?;
            Ok(((TenantId(row.get(0)?), kept.subject.id), kept))
        };
        rows.iter().map(read).collect()
    }
}

impl Drop for Lane {
    fn drop(&mut self) {
        if !self.done {
            // The runtime is being shut down, or something panicked. Whoever waits is told by their answer being dropped.
            let mut waiting = lock(&self.waiting);
            waiting.lanes -= 1;
            waiting.asked.clear();
        }
    }
}
