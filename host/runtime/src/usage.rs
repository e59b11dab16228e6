//! What modules use: per install for the operator, per module for the metrics.

use crate::drive::Spent;
use crate::failure::CallError;
use metrics::{Counter, Histogram, counter, histogram};
use serde::Serialize;
use std::collections::HashSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};
use vatra_capabilities::CallState;
use vatra_core::ids::Name;

/// Modules that have labels of their own in the metrics; further ones share the label `other`.
const LABELS: usize = 200;

/// What a call was for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A screen.
    Render,
    /// An action.
    Perform,
    /// An event.
    Handle,
    /// What is owed on an order.
    Quote,
    /// A step of a job.
    Step,
}

impl Kind {
    /// `render`, `perform`, `handle`…
    pub fn code(self) -> &'static str {
        match self {
            Self::Render => "render",
            Self::Perform => "perform",
            Self::Handle => "handle",
            Self::Quote => "quote",
            Self::Step => "step",
        }
    }
}

/// What an installed module used since the host started.
#[derive(Debug, Default)]
pub(crate) struct Usage {
    running: AtomicU32,
    calls: AtomicU64,
    failed: AtomicU64,
    over_budget: AtomicU64,
    denials: AtomicU64,
    cpu_us: AtomicU64,
    wall_us: AtomicU64,
    longest_us: AtomicU64,
    host_calls: AtomicU64,
    most_memory: AtomicU64,
}

/// [`Usage`] at a moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct UsageNow {
    /// Calls that are running.
    pub running: u32,
    /// Calls that ended.
    pub calls: u64,
    /// Of these, how many failed.
    pub failed: u64,
    /// Of these, how many used up a budget.
    pub over_budget: u64,
    /// Locks found shut.
    pub denials: u64,
    /// Time on worker threads, in µs.
    pub cpu_us: u64,
    /// Time from start to answer, in µs.
    pub wall_us: u64,
    /// The longest call, in µs.
    pub longest_us: u64,
    /// Calls of host functions.
    pub host_calls: u64,
    /// Most linear memory of one call, in bytes.
    pub most_memory: u64,
}

/// A call that is running.
pub(crate) struct Running<'a>(&'a Usage);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.running.fetch_sub(1, Relaxed);
    }
}

pub(crate) fn micros(time: std::time::Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

impl Usage {
    pub(crate) fn begin(&self) -> Running<'_> {
        self.running.fetch_add(1, Relaxed);
        Running(self)
    }

    pub(crate) fn end(&self, spent: Spent, state: &CallState, failed: Option<&CallError>) {
        self.calls.fetch_add(1, Relaxed);
        self.cpu_us.fetch_add(micros(spent.cpu), Relaxed);
        self.wall_us.fetch_add(micros(spent.wall), Relaxed);
        self.longest_us.fetch_max(micros(spent.wall), Relaxed);
        self.host_calls.fetch_add(state.used.host_calls, Relaxed);
        self.most_memory.fetch_max(state.limiter.memory(), Relaxed);
        self.denials.fetch_add(state.denials.len() as u64, Relaxed);
        if let Some(error) = failed {
            self.failed.fetch_add(1, Relaxed);
            self.over_budget.fetch_add(u64::from(matches!(error, CallError::OverBudget(_))), Relaxed);
        }
    }

    pub(crate) fn now(&self) -> UsageNow {
        UsageNow {
            running: self.running.load(Relaxed),
            calls: self.calls.load(Relaxed),
            failed: self.failed.load(Relaxed),
            over_budget: self.over_budget.load(Relaxed),
            denials: self.denials.load(Relaxed),
            cpu_us: self.cpu_us.load(Relaxed),
            wall_us: self.wall_us.load(Relaxed),
            longest_us: self.longest_us.load(Relaxed),
            host_calls: self.host_calls.load(Relaxed),
            most_memory: self.most_memory.load(Relaxed),
        }
    }
}

/// The metrics of a module, looked up once.
pub(crate) struct Meters {
    module: String,
    kinds: [(Counter, Histogram); 5],
    cpu: Counter,
}

impl Meters {
    pub(crate) fn end(&self, kind: Kind, spent: Spent, failed: Option<&CallError>, denials: usize) {
        if let Some((ok, seconds)) = self.kinds.get(kind as usize) {
            seconds.record(spent.wall.as_secs_f64());
            match failed {
                None => ok.increment(1),
                Some(error) => self.failed(kind, error),
            }
        }
        self.cpu.increment(micros(spent.cpu));
        if denials > 0 {
            counter!("vatra_denials_total", "module" => self.module.clone()).increment(denials as u64);
        }
    }

    fn failed(&self, kind: Kind, error: &CallError) {
        let outcome = error.class();
        counter!("vatra_calls_total", "module" => self.module.clone(), "kind" => kind.code(), "outcome" => outcome).increment(1);
        if let CallError::OverBudget(over) = error {
            counter!("vatra_over_budget_total", "module" => self.module.clone(), "budget" => over.budget.code()).increment(1);
        }
    }
}

/// Hands out labels, of which there are not more than [`LABELS`]: anyone may write a module, and call it what they like.
#[derive(Default)]
pub(crate) struct Labels(Mutex<HashSet<String>>);

impl Labels {
    pub(crate) fn meters(&self, module: &Name) -> Meters {
        let module = {
            let mut known = crate::call::lock(&self.0);
            if known.len() < LABELS || known.contains(module.as_str()) {
                known.insert(module.as_str().to_owned());
                module.as_str().to_owned()
            } else {
                "other".to_owned()
            }
        };
        let kind = |kind: Kind| {
            (
                counter!("vatra_calls_total", "module" => module.clone(), "kind" => kind.code(), "outcome" => "ok"),
                histogram!("vatra_call_seconds", "module" => module.clone(), "kind" => kind.code()),
            )
        };
        Meters {
            kinds: [Kind::Render, Kind::Perform, Kind::Handle, Kind::Quote, Kind::Step].map(kind),
            cpu: counter!("vatra_call_cpu_microseconds_total", "module" => module.clone()),
            module,
        }
    }
}

/// Says in the metrics what the others mean.
pub fn describe_metrics() {
    use metrics::{Unit, describe_counter, describe_gauge, describe_histogram};
    describe_counter!("vatra_calls_total", Unit::Count, "Calls of modules, by outcome");
    describe_histogram!("vatra_call_seconds", Unit::Seconds, "Calls of modules, from their first instruction to their answer");
    describe_counter!("vatra_call_cpu_microseconds_total", Unit::Microseconds, "Time of calls on worker threads");
    describe_counter!("vatra_over_budget_total", Unit::Count, "Calls that used up a budget");
    describe_counter!("vatra_denials_total", Unit::Count, "Locks that calls found shut");
    describe_counter!("vatra_busy_total", Unit::Count, "Calls that were told to come back later");
    describe_gauge!("vatra_calls_running", Unit::Count, "Calls that are running");
    describe_gauge!("vatra_calls_waiting", Unit::Count, "Calls that wait for their turn");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_bounded() {
        let labels = Labels::default();
        for index in 0..LABELS {
            assert_ne!(labels.meters(&Name::new(format!("module-{index}")).unwrap()).module, "other");
        }
        assert_eq!(labels.meters(&Name::new("one-more").unwrap()).module, "other");
        assert_eq!(labels.meters(&Name::new("module-3").unwrap()).module, "module-3");
    }
}
