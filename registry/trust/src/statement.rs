//! What publishers sign.

use crate::envelope::Envelope;
use crate::key::{KeyId, PrivateKey, PublicKey};
use crate::moment;
use crate::refusal::Refusal;
use semver::Version;
use serde::{Deserialize, Serialize};
use vatra_core::clock::Instant;
use vatra_core::digest::Digest;
use vatra_core::ids::Name;

/// The type of the payload.
pub const PAYLOAD: &str = "application/vnd.vatra.statement.v1+json";

/// A statement.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "statement", rename_all = "kebab-case")]
pub enum Statement {
    /// This is that version of my module.
    Publication(Publication),
    /// This is a key of mine.
    Key(KeyStatement),
    /// This holds no longer.
    Revocation(Revocation),
}

/// This manifest's digest is that version of my module.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Publication {
    /// Who publishes it: the first part of the repository's name.
    pub publisher: Name,
    /// The module, as its manifest names it.
    pub module: Name,
    /// The version, as its manifest has it.
    pub version: Version,
    /// Of the OCI manifest.
    pub manifest: Digest,
    /// Of the component: the manifest's one layer.
    pub component: Digest,
    /// When it was signed.
    #[serde(with = "moment")]
    pub at: Instant,
}

/// A key of a publisher. Signed by itself, and by a key before it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct KeyStatement {
    /// Whose.
    pub publisher: Name,
    /// What the publisher is called.
    pub title: String,
    /// 0 for the first.
    pub number: u32,
    /// The key.
    pub key: PublicKey,
    /// The first moment at which it holds.
    #[serde(with = "moment")]
    pub from: Instant,
    /// The first moment at which it holds no longer.
    #[serde(with = "moment")]
    pub until: Instant,
}

/// This holds no longer, from whenever it was signed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Revocation {
    /// Who withdraws.
    pub publisher: Name,
    /// What.
    pub what: What,
    /// Why, for the town halls that have it installed.
    pub reason: String,
    /// When it was withdrawn.
    #[serde(with = "moment")]
    pub at: Instant,
}

/// What a publisher may withdraw.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// A key, and all that it signed.
    Key(KeyId),
    /// A version of a module, whatever its digest.
    #[serde(rename_all = "kebab-case")]
    Version {
        /// The module.
        module: Name,
        /// The version.
        version: Version,
    },
    /// Everything.
    Publisher,
}

impl Statement {
    /// What it is.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Publication(_) => "publication",
            Self::Key(_) => "key",
            Self::Revocation(_) => "revocation",
        }
    }

    /// Signs it.
    #[must_use]
    pub fn sign(&self, keys: &[&PrivateKey]) -> Envelope {
        // Names, digests and numbers: writing them to memory does not fail.
        Envelope::seal(PAYLOAD, &serde_json::to_vec(self).unwrap_or_default(), keys)
    }

    /// The statement of an envelope, when this key signed it.
    ///
    /// # Errors
    /// [`Refusal`]: the signature does not hold, or what is signed is no statement.
    pub fn open(envelope: &Envelope, key: &PublicKey) -> Result<Self, Refusal> {
        let payload = envelope.open(PAYLOAD, key)?;
        serde_json::from_slice(&payload).map_err(|error| Refusal::Malformed(error.to_string()))
    }

    /// The publication.
    ///
    /// # Errors
    /// [`Refusal::OtherStatement`].
    pub fn publication(self) -> Result<Publication, Refusal> {
        match self {
            Self::Publication(publication) => Ok(publication),
            other => Err(Refusal::OtherStatement { found: other.kind(), wanted: "publication" }),
        }
    }

    /// The key.
    ///
    /// # Errors
    /// [`Refusal::OtherStatement`].
    pub fn key(self) -> Result<KeyStatement, Refusal> {
        match self {
            Self::Key(key) => Ok(key),
            other => Err(Refusal::OtherStatement { found: other.kind(), wanted: "key" }),
        }
    }

    /// The revocation.
    ///
    /// # Errors
    /// [`Refusal::OtherStatement`].
    pub fn revocation(self) -> Result<Revocation, Refusal> {
        match self {
            Self::Revocation(revocation) => Ok(revocation),
            other => Err(Refusal::OtherStatement { found: other.kind(), wanted: "revocation" }),
        }
    }
}
