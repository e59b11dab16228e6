//! The bytes of a package in a registry, and of what refers to it.
//!
//! - A **package** is an image manifest with the configuration `application/vnd.wasm.config.v0+json` and one layer `application/wasm`, as
//!   the tools of the Wasm working group make them. No `artifactType`.
//! - A **signature** is an image manifest whose `subject` is the package, of the artefact type `application/vnd.vatra.signature.v1`, with an
//!   empty configuration and one layer, the DSSE envelope.
//! - A **bill of materials** is the same with the artefact type and the layer `application/vnd.cyclonedx+json`.
//!
//! The same component yields the same bytes, and so the same digest, on every machine and day.

mod build;
mod read;

pub use build::{Built, package, referrer, sbom, signature};
pub use read::{Layout, Limits, Refusal, check, check_config, layout, referrer_layout};

use serde::{Deserialize, Serialize};
use vatra_core::digest::Digest;

/// The configuration of a component.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Config {
    /// The epoch: when it was built is not part of what it is.
    pub created: String,
    /// `wasm`.
    pub architecture: String,
    /// `wasip2`.
    pub os: String,
    /// The digest of the layer.
    pub layer_digests: Vec<Digest>,
    /// What the component imports and exports.
    pub component: Component,
}

/// What a component imports and exports: the names of its interfaces.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Component {
    /// Exports.
    pub exports: Vec<String>,
    /// Imports.
    pub imports: Vec<String>,
    /// The world it is made for, if it says one.
    pub target: Option<String>,
}

/// When every artefact was created.
const CREATED: &str = "1970-01-01T00:00:00Z";
const ARCHITECTURE: &str = "wasm";
const OS: &str = "wasip2";
