//! MConnect Events, emulated: what producers hand over is kept for five days and told to each group of consumers by long polling.
//!
//! Offsets begin anew with each consumer instance. What an instance was told and did not confirm is told again by another, once the
//! first is deleted or has not polled for a while. Unlike the real bus, groups get their events in one order.

mod api;
mod faults;

pub use faults::Fault;

use crate::fault::{Emulated, Switches};
use axum::Router;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use vatra_core::clock::{Clock, Instant};

/// How long events are kept: five days.
pub const KEPT: i64 = 5 * 86_400;
/// How long an instance lives without being polled, in seconds (invented).
pub const IDLE: i64 = 300;
/// One event, in bytes.
const LARGEST_EVENT: usize = 64 * 1024;
/// One request, in bytes.
const LARGEST_REQUEST: usize = 1024 * 1024;
/// Events in one answer at most.
const MOST: usize = 100;

/// The emulator. Clones are the same bus.
#[derive(Clone)]
pub struct Emulator {
    inner: Arc<Inner>,
}

struct Inner {
    clock: Arc<dyn Clock>,
    /// How long a poll is held.
    hold: Duration,
    state: Mutex<State>,
    arrived: Notify,
    switches: Switches<Fault>,
}

#[derive(Default)]
struct State {
    next: u64,
    events: BTreeMap<u64, (Instant, Value)>,
    dead: Vec<Value>,
    /// What each group has confirmed.
    done: HashMap<String, BTreeSet<u64>>,
    instances: HashMap<String, Instance>,
}

struct Instance {
    group: String,
    /// What it was told, in order: the offset is the place, from 1.
    told: Vec<u64>,
    polled: Instant,
}

impl Emulated for Emulator {
    type Fault = Fault;

    fn switches(&self) -> &Switches<Fault> {
        &self.inner.switches
    }

    fn routes(&self) -> Router {
        api::routes().with_state(self.clone())
    }
}

impl Emulator {
    /// A bus whose polls are held so long.
    pub fn new(clock: Arc<dyn Clock>, hold: Duration) -> Self {
        let inner = Inner { clock, hold, state: Mutex::default(), arrived: Notify::new(), switches: Switches::default() };
        Self { inner: Arc::new(inner) }
    }

    /// Another institution tells an event (CloudEvents JSON).
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn tell(&self, event: Value) -> Result<(), &'static str> {
        self.keep(vec![event])
    }

    /// Events that consumers reported as dead, with the reasons that they gave.
    #[must_use]
    pub fn dead(&self) -> Vec<Value> {
        self.state().dead.clone()
    }

    /// Events that are kept, oldest first.
    #[must_use]
    pub fn kept(&self) -> Vec<Value> {
        self.state().events.values().map(|(_, event)| event.clone()).collect()
    }

    /// All instances are gone, as when a bridge is started anew.
    pub fn forget_instances(&self) {
        self.state().instances.clear();
    }

    /// All of them or none.
    fn keep(&self, events: Vec<Value>) -> Result<(), &'static str> {
        let now = self.inner.clock.now();
        for event in &events {
            let has = |name: &str| event.get(name).and_then(Value::as_str).is_some_and(|text| !text.is_empty());
            if event.get("specversion").and_then(Value::as_str) != Some("1.0") || !["source", "id", "type"].into_iter().all(has) {
                return Err("specversion, source, id and type are required");
            }
            if event.get("type").and_then(Value::as_str).is_none_or(|kind| kind.split('.').count() < 3) {
                return Err("type is Organization.System.Entity.Action");
            }
            if let Some(time) = event.get("time").and_then(Value::as_str) {
                match chrono::DateTime::parse_from_rfc3339(time) {
                    Ok(time) if time.timestamp_millis() <= now.0 + 60_000 => {}
                    _ => return Err("time is RFC 3339 and not in the future"),
                }
            }
            if event.get("data").is_none() {
                return Err("data is required");
            }
        }
        let mut state = self.state();
        for mut event in events {
            if let Some(event) = event.as_object_mut() {
                event.entry("time").or_insert_with(|| Value::from(now.rfc3339()));
            }
            state.next += 1;
            let at = state.next;
            state.events.insert(at, (now, event));
        }
        drop(state);
        self.inner.arrived.notify_waiters();
        Ok(())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        let mut state = self.inner.state.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.inner.clock.now();
        let oldest = now.plus_seconds(-KEPT);
        state.events.retain(|_, (at, _)| *at > oldest);
        state.instances.retain(|_, instance| instance.polled > now.plus_seconds(-IDLE));
        state
    }
}

impl State {
    /// What an instance is told next, with the offsets; none when there is no such instance.
    fn next(&mut self, id: &str, now: Instant, again: bool) -> Option<Vec<Value>> {
        let group = self.instances.get(id)?.group.clone();
        let done = self.done.entry(group.clone()).or_default();
        let under_way: BTreeSet<u64> =
            self.instances.values().filter(|instance| instance.group == group).flat_map(|instance| instance.told.iter().copied()).collect();
        let waits = |at: &u64| !done.contains(at) && !under_way.contains(at);
        let mut chosen: Vec<u64> = self.events.keys().copied().filter(waits).take(MOST).collect();
        if again && let Some(first) = chosen.first().copied() {
            chosen.insert(0, first);
        }
        let instance = self.instances.get_mut(id)?;
        instance.polled = now;
        let mut out = Vec::new();
        for at in chosen {
            instance.told.push(at);
            let offset = instance.told.len().to_string();
            let Some((_, event)) = self.events.get(&at) else { continue };
            let mut event = event.clone();
            if let Some(event) = event.as_object_mut() {
                event.insert("offset".to_owned(), Value::from(offset));
            }
            out.push(event);
        }
        Some(out)
    }
}
