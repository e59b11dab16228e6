//! What is withdrawn, by its publisher or by whoever keeps this host. Looked up at every load: sets, no signatures.

use crate::key::KeyId;
use crate::refusal::Refusal;
use crate::statement::{Publication, Revocation, What};
use semver::Version;
use std::collections::HashMap;
use vatra_core::clock::Instant;
use vatra_core::digest::Digest;
use vatra_core::ids::Name;

/// Since when and why.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Withdrawn {
    /// For people: `key 4f…`, `version 1.2.0 of tax-collector`.
    pub what: String,
    /// Since when.
    pub at: Instant,
    /// Why.
    pub reason: String,
}

impl Withdrawn {
    /// The refusal of whatever depends on it.
    #[must_use]
    pub fn refusal(&self) -> Refusal {
        Refusal::Revoked { what: self.what.clone(), at: self.at, reason: self.reason.clone() }
    }
}

/// All that is withdrawn.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Revocations {
    publishers: HashMap<Name, Withdrawn>,
    keys: HashMap<(Name, KeyId), Withdrawn>,
    versions: HashMap<(Name, Name, Version), Withdrawn>,
    digests: HashMap<Digest, Withdrawn>,
}

impl Revocations {
    /// Withdraws what a publisher withdrew. The first reason stays.
    pub fn add(&mut self, revocation: &Revocation) {
        let publisher = &revocation.publisher;
        let withdrawn = |what: String| Withdrawn { what, at: revocation.at, reason: revocation.reason.clone() };
        match &revocation.what {
            What::Publisher => {
                self.publishers.entry(publisher.clone()).or_insert_with(|| withdrawn(format!("publisher '{publisher}'")));
            }
            What::Key(key) => {
                let name = (publisher.clone(), key.clone());
                self.keys.entry(name).or_insert_with(|| withdrawn(format!("key {key} of publisher '{publisher}'")));
            }
            What::Version { module, version } => {
                let name = (publisher.clone(), module.clone(), version.clone());
                self.versions.entry(name).or_insert_with(|| withdrawn(format!("version {version} of {publisher}/{module}")));
            }
        }
    }

    /// Withdraws a package by its manifest's or its component's digest, whoever published it: the host's own.
    pub fn add_digest(&mut self, digest: Digest, reason: &str, at: Instant) {
        let withdrawn = Withdrawn { what: format!("package {digest}"), at, reason: reason.to_owned() };
        self.digests.entry(digest).or_insert(withdrawn);
    }

    /// Why a key no longer counts.
    #[must_use]
    pub fn of_key(&self, publisher: &Name, key: &KeyId) -> Option<&Withdrawn> {
        self.publishers.get(publisher).or_else(|| self.keys.get(&(publisher.clone(), key.clone())))
    }

    /// Why a publication no longer counts.
    #[must_use]
    pub fn of_publication(&self, publication: &Publication) -> Option<&Withdrawn> {
        let Publication { publisher, module, version, manifest, component, .. } = publication;
        let named = || self.versions.get(&(publisher.clone(), module.clone(), version.clone()));
        let digest = || self.digests.get(manifest).or_else(|| self.digests.get(component));
        self.publishers.get(publisher).or_else(digest).or_else(named)
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.publishers.len() + self.keys.len() + self.versions.len() + self.digests.len()
    }

    /// Whether nothing is withdrawn.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
