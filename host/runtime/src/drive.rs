//! Drives a guest to its end, slice by slice: never longer than its budgets of time, and never so that others starve.
//!
//! The engine interrupts a running guest at each tick. A call that has computed for a tick goes on in the slow lane, which leaves a worker
//! thread free for short calls and serves municipalities in turn.

use crate::engine::TICK;
use crate::gate::{Gate, Pass, Patience};
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};
use vatra_capabilities::budget::{Budget, Limits};
use vatra_core::ids::TenantId;

/// Time that a call took.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Spent {
    /// On a worker thread.
    pub(crate) cpu: Duration,
    /// Waiting for a place.
    pub(crate) queued: Duration,
    /// Waiting in the slow lane.
    pub(crate) lane: Duration,
    /// In all, from the first instruction on.
    pub(crate) wall: Duration,
}

/// Runs the guest; ends it when its wall clock or its time on a worker thread runs out, wherever it is: within itself, or in a host
/// function that hangs.
pub(crate) async fn drive<T>(
    slow_lane: &Arc<Gate>,
    tenant: TenantId,
    limits: &Limits,
    guest: impl Future<Output = wasmtime::Result<T>>,
) -> (wasmtime::Result<T>, Spent) {
    let mut guest = pin!(guest);
    let begun = Instant::now();
    let wall = Duration::from_millis(limits.wall_clock);
    let cpu = Duration::from_millis(limits.cpu);
    let mut spent = Spent::default();
    // Most calls never wait: they need no timer.
    let mut timer: Option<Pin<Box<tokio::time::Sleep>>> = None;
    let mut turn: Option<Pin<Box<dyn Future<Output = Option<Pass>> + Send + '_>>> = None;
    let mut long = false;
    let mut lane_since = None;
    let result = poll_fn(|cx| {
        let over = |budget| Poll::Ready(Err(wasmtime::Error::new(limits.over(budget))));
        let mut pass = None;
        let mut my_turn = true;
        if long {
            let waiting = turn.get_or_insert_with(|| Box::pin(async { slow_lane.enter(tenant, Patience::Endless).await.ok() }));
            match waiting.as_mut().poll(cx) {
                Poll::Ready(granted) => {
                    turn = None;
                    pass = granted;
                    spent.lane += lane_since.take().map_or(Duration::ZERO, |since: Instant| since.elapsed());
                }
                Poll::Pending => {
                    lane_since.get_or_insert_with(Instant::now);
                    my_turn = false;
                }
            }
        }
        if my_turn {
            let from = Instant::now();
            let polled = guest.as_mut().poll(cx);
            let slice = from.elapsed();
            drop(pass);
            spent.cpu += slice;
            if let Poll::Ready(result) = polled {
                return Poll::Ready(result);
            }
            if spent.cpu >= cpu {
                return over(Budget::Cpu);
            }
            long |= spent.cpu >= TICK;
        }
        let timer = timer.get_or_insert_with(|| Box::pin(tokio::time::sleep_until((begun + wall).into())));
        if timer.as_mut().poll(cx).is_ready() || begun.elapsed() >= wall {
            return over(Budget::WallClock);
        }
        Poll::Pending
    })
    .await;
    spent.wall = begun.elapsed();
    (result, spent)
}

#[cfg(test)]
mod tests {
    use super::*;
    use vatra_capabilities::budget::OverBudget;

    fn ended<T>(result: wasmtime::Result<T>) -> Option<Budget> {
        result.err().and_then(|error| error.downcast_ref::<OverBudget>().map(|over| over.budget))
    }

    /// Computes without end, two milliseconds at a time.
    async fn busy() -> wasmtime::Result<()> {
        loop {
            std::thread::sleep(Duration::from_millis(2));
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn a_host_function_that_hangs_ends_with_the_call() {
        let lane = Gate::new(1, 1, 1);
        let limits = Limits { wall_clock: 20, ..Limits::default() };
        let (result, spent) = drive(&lane, TenantId::fresh(), &limits, std::future::pending::<wasmtime::Result<()>>()).await;
        assert_eq!(ended(result), Some(Budget::WallClock));
        assert!(spent.cpu < Duration::from_millis(20), "waiting is not computing");
    }

    #[tokio::test]
    async fn slices_add_up() {
        let lane = Gate::new(1, 1, 1);
        let limits = Limits { cpu: 20, wall_clock: 60_000, ..Limits::default() };
        let (result, _) = drive(&lane, TenantId::fresh(), &limits, busy()).await;
        assert_eq!(ended(result), Some(Budget::Cpu));
        assert_eq!(lane.load(), (0, 0), "the slow lane is free again");
    }

    #[tokio::test]
    async fn a_call_that_waits_for_the_slow_lane_still_has_its_deadline() {
        let lane = Gate::new(1, 1, 1);
        let _held = lane.enter(TenantId::fresh(), Patience::Endless).await.unwrap();
        let limits = Limits { cpu: 60_000, wall_clock: 40, ..Limits::default() };
        let (result, spent) = drive(&lane, TenantId::fresh(), &limits, busy()).await;
        assert_eq!(ended(result), Some(Budget::WallClock));
        assert!(spent.cpu < Duration::from_millis(20), "it ran although the lane was taken");
    }
}
