//! The circuit breaker: who does not answer is left alone for a while, so that nobody waits for nothing and it can recover.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use vatra_core::clock::Instant;

/// Failures in a row that open it.
const THRESHOLD: u32 = 5;
/// The first pause; doubled each time a probe fails.
const FIRST_PAUSE: i64 = 5;
/// The longest pause.
const LONGEST_PAUSE: i64 = 120;

/// How it stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// Requests go through.
    Closed,
    /// None goes through before this moment; then one does, to see.
    Open {
        /// Until when.
        until: Instant,
    },
    /// One is on its way, to see.
    Probing,
}

/// Not now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Open;

#[derive(Debug)]
struct State {
    standing: Standing,
    failures: u32,
    /// In seconds: the next pause.
    pause: i64,
    /// Counts openings and closings: who began before one has no say after it.
    turn: u64,
}

/// A breaker. Clones are the same one.
#[derive(Clone, Debug)]
pub struct Breaker(Arc<Mutex<State>>);

impl Default for Breaker {
    fn default() -> Breaker {
        Breaker(Arc::new(Mutex::new(State { standing: Standing::Closed, failures: 0, pause: FIRST_PAUSE, turn: 0 })))
    }
}

/// Leave to send one request. Dropped without a word (its caller gave up), it says nothing of the service.
#[derive(Debug)]
pub struct Pass {
    breaker: Breaker,
    turn: u64,
    probe: bool,
    told: bool,
}

impl Breaker {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How it stands.
    #[must_use]
    pub fn standing(&self) -> Standing {
        self.state().standing
    }

    /// Asks to send a request.
    ///
    /// # Errors
    /// [`Open`], as long as the service is left alone, or somebody else sees whether it is back.
    pub fn enter(&self, now: Instant) -> Result<Pass, Open> {
        let mut state = self.state();
        let probe = match state.standing {
            Standing::Closed => false,
            Standing::Open { until } if now >= until => {
                state.standing = Standing::Probing;
                true
            }
            Standing::Open { .. } | Standing::Probing => return Err(Open),
        };
        Ok(Pass { breaker: self.clone(), turn: state.turn, probe, told: false })
    }
}

impl Pass {
    /// The service answered.
    pub fn answered(mut self) {
        self.told = true;
        let mut state = self.breaker.state();
        if state.turn != self.turn {
            return;
        }
        state.failures = 0;
        if self.probe {
            *state = State { standing: Standing::Closed, failures: 0, pause: FIRST_PAUSE, turn: state.turn + 1 };
        }
    }

    /// The service did not answer.
    pub fn failed(mut self, now: Instant) {
        self.told = true;
        let mut state = self.breaker.state();
        if state.turn != self.turn {
            return;
        }
        state.failures += 1;
        if self.probe || state.failures >= THRESHOLD {
            let until = now.plus_seconds(state.pause);
            let pause = (state.pause * 2).min(LONGEST_PAUSE);
            *state = State { standing: Standing::Open { until }, failures: 0, pause, turn: state.turn + 1 };
        }
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        if self.told || !self.probe {
            return;
        }
        let mut state = self.breaker.state();
        if state.turn == self.turn {
            // The next request sees whether the service is back.
            state.standing = Standing::Open { until: Instant(i64::MIN) };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Instant = Instant(1_000_000);

    fn fail(breaker: &Breaker, times: u32, now: Instant) {
        for _ in 0..times {
            breaker.enter(now).unwrap().failed(now);
        }
    }

    #[test]
    fn it_opens_after_failures_in_a_row_and_closes_after_one_probe() {
        let breaker = Breaker::default();
        fail(&breaker, THRESHOLD - 1, START);
        breaker.enter(START).unwrap().answered();
        fail(&breaker, THRESHOLD - 1, START);
        assert_eq!(breaker.standing(), Standing::Closed, "an answer between them starts the count anew");
        fail(&breaker, 1, START);
        assert_eq!(breaker.standing(), Standing::Open { until: START.plus_seconds(FIRST_PAUSE) });
        assert_eq!(breaker.enter(START.plus_seconds(FIRST_PAUSE - 1)).unwrap_err(), Open);

        let later = START.plus_seconds(FIRST_PAUSE);
        let probe = breaker.enter(later).unwrap();
        assert_eq!(breaker.enter(later).unwrap_err(), Open, "one at a time");
        probe.failed(later);
        assert_eq!(breaker.standing(), Standing::Open { until: later.plus_seconds(2 * FIRST_PAUSE) }, "longer each time");

        let later = later.plus_seconds(2 * FIRST_PAUSE);
        breaker.enter(later).unwrap().answered();
        assert_eq!(breaker.standing(), Standing::Closed);
        fail(&breaker, THRESHOLD, later);
        assert_eq!(breaker.standing(), Standing::Open { until: later.plus_seconds(FIRST_PAUSE) }, "the pauses begin anew");
    }

    #[test]
    fn pauses_have_a_longest() {
        let (breaker, mut now) = (Breaker::default(), START);
        fail(&breaker, THRESHOLD, now);
        for _ in 0..10 {
            let Standing::Open { until } = breaker.standing() else { panic!("open") };
            now = until;
            fail(&breaker, 1, now);
        }
        assert_eq!(breaker.standing(), Standing::Open { until: now.plus_seconds(LONGEST_PAUSE) });
    }

    #[test]
    fn a_probe_that_was_given_up_says_nothing() {
        let breaker = Breaker::default();
        fail(&breaker, THRESHOLD, START);
        let later = START.plus_seconds(FIRST_PAUSE);
        drop(breaker.enter(later).unwrap());
        breaker.enter(later).unwrap().answered();
        assert_eq!(breaker.standing(), Standing::Closed);
    }

    #[test]
    fn who_began_before_it_opened_has_no_say_after_it() {
        let breaker = Breaker::default();
        let (late_failure, late_answer) = (breaker.enter(START).unwrap(), breaker.enter(START).unwrap());
        fail(&breaker, THRESHOLD, START);
        let open = breaker.standing();
        late_answer.answered();
        late_failure.failed(START.plus_seconds(1));
        assert_eq!(breaker.standing(), open);
    }
}
