//! MConnect, emulated: institutions that answer signed questions from the invented [population](crate::population), and the events bus.
//!
//! The API has an address for each data set of the [catalogue](vatra_core::catalogue), with its WSDL at `?wsdl`. A question without legal basis or
//! reason, with a bad signature, or whose Calling headers are unsigned is refused; [`Fault::UnsignedHeaders`] lets the last pass,
//! as samples of other clients need. What was asked is kept, as the real platform keeps it for the citizens.

mod answers;
mod faults;
mod shape;
mod world;
mod wsdl;

pub use answers::Look;
pub use faults::Fault;

use crate::fault::{Emulated, Switches};
use crate::population::Population;
use axum::Router;
use axum::routing::get;
use std::sync::{Arc, Mutex, PoisonError};
use vatra_core::catalogue::Catalogue;
use vatra_core::clock::Clock;
use vatra_xmlsec::{Accepts, Memory, SigningKey, Trust};

/// The emulator. Clones are the same service.
#[derive(Clone)]
pub struct Emulator {
    inner: Arc<Inner>,
}

struct Inner {
    population: Population,
    catalogue: Arc<Catalogue>,
    key: Arc<SigningKey>,
    clients: Arc<dyn Trust>,
    accepts: Accepts,
    clock: Arc<dyn Clock>,
    replay: Memory,
    looks: Mutex<Vec<Look>>,
    switches: Switches<Fault>,
}

/// Looks kept at most; the oldest go first.
const KEPT: usize = 10_000;

impl Emulator {
    /// An emulator that signs with `key` and answers those whose certificates `clients` knows.
    pub fn new(
        population: Population,
        catalogue: Arc<Catalogue>,
        key: Arc<SigningKey>,
        clients: Arc<dyn Trust>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let inner = Inner {
            population,
            catalogue,
            key,
            clients,
            accepts: Accepts::Sha1Too,
            clock,
            replay: Memory::default(),
            looks: Mutex::default(),
            switches: Switches::default(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// Who looked at somebody's data, oldest first: what citizens see.
    #[must_use]
    pub fn looks_at(&self, idn: &str) -> Vec<Look> {
        self.inner
            .looks
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .iter()
            .filter(|look| look.subject.as_deref() == Some(idn))
            .cloned()
            .collect()
    }
}

impl Emulated for Emulator {
    type Fault = Fault;

    fn switches(&self) -> &Switches<Fault> {
        &self.inner.switches
    }

    fn routes(&self) -> Router {
        let mut router = Router::new();
        for (at, set) in self.inner.catalogue.sets().iter().enumerate() {
            let ask = move |state, headers, body| answers::ask(state, at, headers, body);
            let describe = move |state, query, headers| wsdl::describe(state, at, query, headers);
            router = router.route(&set.contract.path, get(describe).post(ask));
        }
        router.with_state(self.clone())
    }
}
