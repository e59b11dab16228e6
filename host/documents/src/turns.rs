//! Whose turn it is at the workers: one after the other, municipality by municipality, so that three hundred documents of one never
//! stand before one of another.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::oneshot;
use vatra_core::ids::TenantId;

/// How many may wait in all.
const WAITING: usize = 2_000;

pub(crate) struct Turns(Mutex<State>);

struct State {
    free: usize,
    waiting: usize,
    /// Who waits, by municipality; each stands in `order` once.
    queues: BTreeMap<TenantId, VecDeque<oneshot::Sender<Turn>>>,
    order: VecDeque<TenantId>,
}

/// A place at the workers, given back when it is dropped.
pub(crate) struct Turn(Option<Arc<Turns>>);

impl Turns {
    /// With so many places.
    pub(crate) fn new(places: usize) -> Arc<Self> {
        Arc::new(Self(Mutex::new(State { free: places, waiting: 0, queues: BTreeMap::new(), order: VecDeque::new() })))
    }

    /// A place for this municipality's document, once it is its turn; none when too many wait.
    pub(crate) async fn take(self: &Arc<Self>, tenant: TenantId) -> Option<Turn> {
        let waits = {
            let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if state.free > 0 {
                state.free -= 1;
                return Some(Turn(Some(self.clone())));
            }
            if state.waiting >= WAITING {
                return None;
            }
            state.waiting += 1;
            let (sender, receiver) = oneshot::channel();
            if !state.order.contains(&tenant) {
                state.order.push_back(tenant);
            }
            state.queues.entry(tenant).or_default().push_back(sender);
            receiver
        };
        waits.await.ok()
    }

    /// Gives the place to the next municipality's first; whoever no longer waits is passed over.
    fn give(self: Arc<Self>) {
        loop {
            let next = {
                let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
                let Some(tenant) = state.order.pop_front() else {
                    state.free += 1;
                    return;
                };
                let queue = state.queues.entry(tenant).or_default();
                let next = queue.pop_front();
                if queue.is_empty() {
                    state.queues.remove(&tenant);
                } else {
                    state.order.push_back(tenant);
                }
                state.waiting = state.waiting.saturating_sub(1);
                next
            };
            let Some(next) = next else { continue };
            match next.send(Turn(Some(self.clone()))) {
                Ok(()) => return,
                // Taken back, so that dropping it does not give the place a second time.
                Err(mut turn) => turn.0 = None,
            }
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if let Some(turns) = self.0.take() {
            turns.give();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_batch_of_one_municipality_lets_another_pass() {
        let turns = Turns::new(1);
        let (busy, other) = (TenantId::fresh(), TenantId::fresh());
        let first = turns.take(busy).await.unwrap();
        let (told, mut heard) = tokio::sync::mpsc::unbounded_channel();
        let mut tasks = Vec::new();
        for (tenant, name) in [(busy, "a"), (busy, "b"), (busy, "c"), (other, "x")] {
            let (turns, told) = (turns.clone(), told.clone());
            tasks.push(tokio::spawn(async move {
                let turn = turns.take(tenant).await.unwrap();
                told.send(name).unwrap();
                drop(turn);
            }));
            tokio::task::yield_now().await;
        }
        // One that gave up waiting does not keep its place.
        tasks.remove(1).abort();
        drop(first);
        let mut order = Vec::new();
        for _ in 0..3 {
            order.push(heard.recv().await.unwrap());
        }
        assert_eq!(order, ["a", "x", "c"]);
        drop(turns.take(other).await.unwrap());
    }
}
