//! Fairness between municipalities on the worker threads. The async runtime serves what is ready in the order in which it became ready: a hundred
//! requests of one municipality would stand before one of another. So whoever has more under way than there are workers asks for each slice of
//! its work anew, and slices are given municipality by municipality, no more at once than there are workers; one worker fewer while others have
//! something to do, too. Whoever has little under way asks nobody.

use crate::call::lock;
use rustc_hash::FxHashMap;
use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};
use vatra_core::ids::TenantId;

/// For so long after somebody else came, a worker is left to others.
const COMPANY: Duration = Duration::from_millis(100);

/// See the module.
#[derive(Debug)]
pub(crate) struct Slices {
    workers: usize,
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    /// Slices given and not yet at their end.
    given: usize,
    /// Who came last.
    last: Option<TenantId>,
    /// When somebody came after somebody else.
    company: Option<Instant>,
    /// Held by each piece of work under way.
    under_way: FxHashMap<TenantId, Arc<()>>,
    /// Never with an empty queue.
    waiting: FxHashMap<TenantId, VecDeque<Arc<Ticket>>>,
    /// Each municipality of `waiting`, in the order of their turns.
    turns: VecDeque<TenantId>,
}

#[derive(Debug)]
struct Ticket(Mutex<Stage>);

#[derive(Debug)]
enum Stage {
    /// Has a slice, or needs none yet.
    Idle,
    Waiting(Waker),
    Given,
    Gone,
}

impl Slices {
    /// For so many worker threads.
    pub(crate) fn new(workers: usize) -> Self {
        Self { workers: workers.max(1), inner: Mutex::default() }
    }

    /// Runs a municipality's work to its end.
    pub(crate) async fn run<T>(&self, tenant: TenantId, work: impl Future<Output = T>) -> T {
        let under_way = {
            let mut inner = lock(&self.inner);
            if inner.last.replace(tenant).is_some_and(|last| last != tenant) {
                inner.company = Some(Instant::now());
            }
            Arc::clone(inner.under_way.entry(tenant).or_default())
        };
        let own = Own { slices: self, tenant, ticket: Arc::new(Ticket(Mutex::new(Stage::Idle))), under_way };
        let mut work = pin!(work);
        poll_fn(|cx| match own.may_run(cx) {
            Some(_slice) => work.as_mut().poll(cx),
            None => Poll::Pending,
        })
        .await
    }

    /// Gives slices to those whose turn it is.
    fn give(&self, inner: &mut Inner) -> Vec<Waker> {
        let mut woken = Vec::new();
        let company = inner.company.is_some_and(|since| since.elapsed() < COMPANY);
        let places = if company { self.workers.saturating_sub(1).max(1) } else { self.workers };
        while inner.given < places
            && let Some(tenant) = inner.turns.pop_front()
        {
            let Some(queue) = inner.waiting.get_mut(&tenant) else { continue };
            let next = queue.pop_front();
            if queue.is_empty() {
                inner.waiting.remove(&tenant);
            } else {
                inner.turns.push_back(tenant);
            }
            let Some(ticket) = next else { continue };
            let mut stage = lock(&ticket.0);
            if let Stage::Waiting(waker) = std::mem::replace(&mut *stage, Stage::Given) {
                inner.given += 1;
                woken.push(waker);
            } else {
                *stage = Stage::Gone;
            }
        }
        woken
    }

    fn give_back(&self) {
        let woken = {
            let mut inner = lock(&self.inner);
            inner.given -= 1;
            self.give(&mut inner)
        };
        woken.into_iter().for_each(Waker::wake);
    }
}

/// A piece of work under way.
struct Own<'a> {
    slices: &'a Slices,
    tenant: TenantId,
    ticket: Arc<Ticket>,
    under_way: Arc<()>,
}

/// A slice, at its end when dropped.
struct Slice<'a>(Option<&'a Slices>);

impl Drop for Slice<'_> {
    fn drop(&mut self) {
        if let Some(slices) = self.0 {
            slices.give_back();
        }
    }
}

impl<'a> Own<'a> {
    fn may_run(&self, cx: &Context<'_>) -> Option<Slice<'a>> {
        {
            let mut stage = lock(&self.ticket.0);
            match &mut *stage {
                Stage::Given => {
                    *stage = Stage::Idle;
                    return Some(Slice(Some(self.slices)));
                }
                Stage::Waiting(waker) => {
                    waker.clone_from(cx.waker());
                    return None;
                }
                Stage::Idle if Arc::strong_count(&self.under_way) - 1 <= self.slices.workers => return Some(Slice(None)),
                Stage::Idle | Stage::Gone => *stage = Stage::Waiting(cx.waker().clone()),
            }
        }
        // Also when its turn has come already it goes to the end of the workers' queue: whoever stands there is seen first.
        let woken = {
            let mut inner = lock(&self.slices.inner);
            let queue = inner.waiting.entry(self.tenant).or_default();
            queue.push_back(Arc::clone(&self.ticket));
            if queue.len() == 1 {
                inner.turns.push_back(self.tenant);
            }
            self.slices.give(&mut inner)
        };
        woken.into_iter().for_each(Waker::wake);
        None
    }
}

impl Drop for Own<'_> {
    fn drop(&mut self) {
        let stage = std::mem::replace(&mut *lock(&self.ticket.0), Stage::Gone);
        if matches!(stage, Stage::Given) {
            self.slices.give_back();
        }
        let mut inner = lock(&self.slices.inner);
        if let Stage::Waiting(_) = stage
            && let Some(queue) = inner.waiting.get_mut(&self.tenant)
        {
            queue.retain(|ticket| !Arc::ptr_eq(ticket, &self.ticket));
            if queue.is_empty() {
                inner.waiting.remove(&self.tenant);
                inner.turns.retain(|tenant| *tenant != self.tenant);
            }
        }
        // The map's and this one: whoever else begins holds the lock.
        if Arc::strong_count(&self.under_way) == 2 {
            inner.under_way.remove(&self.tenant);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives way as a guest does at a tick: ready again at once.
    async fn give_way() {
        let mut given = false;
        poll_fn(|cx| {
            if std::mem::replace(&mut given, true) {
                return Poll::Ready(());
            }
            cx.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
    }

    /// Five slices, each of which is written down.
    async fn work(tenant: TenantId, ran: Arc<Mutex<Vec<TenantId>>>) {
        for _ in 0..5 {
            lock(&ran).push(tenant);
            give_way().await;
        }
    }

    #[tokio::test]
    async fn who_has_little_to_do_never_stands_behind_who_has_much() {
        let slices = Arc::new(Slices::new(1));
        let (busy, quiet) = (TenantId::fresh(), TenantId::fresh());
        let ran = Arc::new(Mutex::new(Vec::new()));
        let mut all = Vec::new();
        for tenant in std::iter::repeat_n(busy, 100).chain([quiet]) {
            let (slices, ran) = (Arc::clone(&slices), Arc::clone(&ran));
            all.push(tokio::spawn(async move { slices.run(tenant, work(tenant, ran)).await }));
        }
        for each in all {
            each.await.unwrap();
        }
        let ran = lock(&ran).clone();
        assert_eq!(ran.len(), 505, "everything was done");
        let last = ran.iter().rposition(|tenant| *tenant == quiet).unwrap();
        assert!(last < 20, "five slices of the quiet one ended at {last}, behind a hundred of the busy one");
        let inner = lock(&slices.inner);
        assert!(inner.given == 0 && inner.under_way.is_empty() && inner.waiting.is_empty() && inner.turns.is_empty(), "{inner:?}");
    }

    #[tokio::test]
    async fn who_gives_up_leaves_nothing_behind() {
        let slices = Arc::new(Slices::new(1));
        let tenant = TenantId::fresh();
        let mut all = Vec::new();
        for _ in 0..50 {
            let slices = Arc::clone(&slices);
            all.push(tokio::spawn(async move {
                slices
                    .run(tenant, async {
                        loop {
                            give_way().await
                        }
                    })
                    .await
            }));
        }
        for _ in 0..20 {
            tokio::task::yield_now().await;
        }
        for each in &all {
            each.abort();
        }
        for each in all {
            let outcome: Result<(), _> = each.await;
            assert!(outcome.is_err());
        }
        {
            let inner = lock(&slices.inner);
            assert!(inner.given == 0 && inner.under_way.is_empty() && inner.waiting.is_empty() && inner.turns.is_empty(), "{inner:?}");
        }
        assert_eq!(slices.run(tenant, async { 7 }).await, 7);
    }
}
