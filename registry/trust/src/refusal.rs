//! Why a statement, a key or a package is not trusted, in words for whoever publishes or installs it.

use crate::key::KeyId;
use crate::moment;
use vatra_core::clock::Instant;
use vatra_core::ids::Name;

/// What is wrong.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum Refusal {
    /// Not an envelope, or not of a statement that is known.
    #[error("the signed statement cannot be read: {0}")]
    Malformed(String),
    /// Signed, but by keys that are not the publisher's.
    #[error("the signature is by key {key}, which is none of the keys of publisher '{publisher}'")]
    UnknownKey {
        /// The key that is said to have signed; of several the first.
        key: KeyId,
        /// Whose keys were looked at.
        publisher: Name,
    },
    /// The key is the publisher's, the signature is not the key's.
    #[error("the signature does not hold under key {0}: what was signed was changed, or somebody else signed")]
    WrongSignature(KeyId),
    /// The key had ended when it would have been needed.
    #[error("key {key} held until {}, and this is of {}: the publisher signs anew with its present key", moment::text(*.until), moment::text(*.at))]
    Expired {
        /// Which.
        key: KeyId,
        /// The first moment at which it held no longer.
        until: Instant,
        /// The moment that counts.
        at: Instant,
    },
    /// The key did not hold yet.
    #[error("key {key} holds from {}, and this is of {}", moment::text(*.from), moment::text(*.at))]
    NotYet {
        /// Which.
        key: KeyId,
        /// Its first moment.
        from: Instant,
        /// The moment that counts.
        at: Instant,
    },
    /// Withdrawn.
    #[error("{what} was withdrawn on {}: {reason}", moment::text(*.at))]
    Revoked {
        /// The key, version, digest or publisher.
        what: String,
        /// When.
        at: Instant,
        /// Why, in the words of whoever withdrew it.
        reason: String,
    },
    /// Another statement than was asked for.
    #[error("the statement is a {found}, and a {wanted} is needed")]
    OtherStatement {
        /// What it is.
        found: &'static str,
        /// What is needed.
        wanted: &'static str,
    },
    /// It is about something else.
    #[error("the {what} that was signed is {signed}, and this is {actual}")]
    OtherSubject {
        /// `manifest`, `package`, `module`, `version`, `publisher`.
        what: &'static str,
        /// What was signed.
        signed: String,
        /// What it is checked for.
        actual: String,
    },
    /// A publisher's keys do not follow from each other.
    #[error("the keys of publisher '{publisher}' do not follow from each other: {problem}")]
    Keyring {
        /// Whose.
        publisher: Name,
        /// What is wrong.
        problem: String,
    },
    /// Not approved by the municipality.
    #[error("{0}")]
    NotApproved(String),
}
