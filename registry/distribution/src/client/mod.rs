//! The client of this and of other registries. It believes nothing: every digest is computed, every size is bounded while bytes come,
//! every redirect is followed by hand.
//!
//! Not built on the crate `oci-client`, which tests use as a peer: that reads manifests, tokens and errors to their end however long they
//! are, follows redirects anywhere, and sends passwords to whatever address a registry names as its source of tokens.

mod error;
mod pull;
mod push;
mod reference;
mod transport;
mod wire;

pub use error::ClientError;
pub use pull::{Artifact, Described};
pub use reference::{Reference, ReferenceError};
pub use transport::{InProcess, Roots, Transport, TransportError, Web};

use crate::artifact::Limits;
use crate::server::Credential;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// How a client behaves.
#[derive(Clone, Debug)]
pub struct Options {
    /// What is too much.
    pub limits: Limits,
    /// Credentials, by the registry's host (`host` or `host:port`).
    pub credentials: BTreeMap<String, Credential>,
    /// Other hosts to which a registry's credential may be sent when the registry names them as its source of tokens, by that registry's host.
    pub token_hosts: BTreeMap<String, BTreeSet<String>>,
    /// Registries that are asked without TLS. None but those of this machine should be.
    pub plain: BTreeSet<String>,
    /// How long to wait for an answer, and for each piece of it.
    pub stall: Duration,
    /// How long one content may take in all.
    pub patience: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            credentials: BTreeMap::new(),
            token_hosts: BTreeMap::new(),
            plain: BTreeSet::new(),
            stall: Duration::from_secs(30),
            patience: Duration::from_secs(600),
        }
    }
}

/// A client of registries. Clones share what they know of how to say who they are.
#[derive(Clone)]
pub struct Client {
    transport: Arc<dyn Transport>,
    options: Arc<Options>,
    /// Authorization headers that were accepted, by registry and scope.
    known: Arc<Mutex<BTreeMap<(String, String), String>>>,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Client")
    }
}

impl Client {
    /// A client that asks through this.
    pub fn new(transport: Arc<dyn Transport>, options: Options) -> Self {
        Self { transport, options: Arc::new(options), known: Arc::default() }
    }

    /// The same, for which other sizes are too much.
    #[must_use]
    pub fn within(&self, limits: Limits) -> Self {
        let options = Arc::new(Options { limits, ..(*self.options).clone() });
        Self { options, ..self.clone() }
    }

    /// What is too much for it.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.options.limits
    }
}
