//! MLog, emulated: keeps signed events, refuses what is not signed by a known system, and answers searches.

mod api;
mod faults;

pub use faults::Fault;

use crate::fault::{Emulated, Switches};
use axum::Router;
use serde_json::{Map, Value};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use vatra_core::clock::Clock;
use vatra_xmlsec::Trust;

/// The emulator. Clones are the same service.
#[derive(Clone)]
pub struct Emulator {
    inner: Arc<Inner>,
}

struct Inner {
    clock: Arc<dyn Clock>,
    clients: Arc<dyn Trust>,
    events: Mutex<Vec<Map<String, Value>>>,
    switches: Switches<Fault>,
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
    /// A service that takes what those sign whose certificates `clients` knows.
    pub fn new(clients: Arc<dyn Trust>, clock: Arc<dyn Clock>) -> Self {
        Self { inner: Arc::new(Inner { clock, clients, events: Mutex::default(), switches: Switches::default() }) }
    }

    /// Everything that is registered, in order, with `@uid`.
    #[must_use]
    pub fn events(&self) -> Vec<Map<String, Value>> {
        self.kept().clone()
    }

    fn kept(&self) -> MutexGuard<'_, Vec<Map<String, Value>>> {
        self.inner.events.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
