//! Why a statement, a key or a package is not trusted, in words for whoever publishes or installs it.

use crate::key::KeyId;
use crate::moment;
use semver::Version;
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
    /// Nobody signed it.
    #[error("the package is not signed: its publisher signs it with `vatra plugin sign` or `vatra plugin publish`")]
    Unsigned,
    /// Signed by somebody whom this host does not know.
    #[error(
        "publisher '{0}' is not trusted here: the operator compares the key's fingerprint with the publisher, then runs `vatra publisher trust`"
    )]
    UnknownPublisher(Name),
    /// What a municipality installed was not approved, or is kept otherwise than it was approved.
    #[error("{0}")]
    NotApproved(String),
    /// A kill switch.
    #[error("{what} was stopped by the operator on {}: {reason}", moment::text(*.at))]
    Stopped {
        /// The module, municipality, package or publisher.
        what: String,
        /// Since when.
        at: Instant,
        /// Why.
        reason: String,
    },
    /// Below the version that is installed.
    #[error("{module} {offered} is below {installed}, which is installed: go back on purpose with `vatra plugin rollback`")]
    Downgrade {
        /// The module.
        module: Name,
        /// What is installed.
        installed: Version,
        /// What was offered.
        offered: Version,
    },
    /// Another publisher's module of this name is installed.
    #[error(
        "{module} of publisher '{installed}' is installed, and this is publisher '{offered}''s: remove the one before installing the other"
    )]
    OtherPublisher {
        /// The module.
        module: Name,
        /// Whose is installed.
        installed: Name,
        /// Whose was offered.
        offered: Name,
    },
    /// A register is another installed module's.
    #[error(
        "the register '{register}' is kept by {module}, which is installed: of two modules with the same register a municipality has one"
    )]
    SharedRegister {
        /// Which.
        register: Name,
        /// Whose it is now.
        module: Name,
    },
    /// What a register holds would not fit.
    #[error("the register '{register}' holds entries that would not fit: {problem}")]
    Registers {
        /// Which.
        register: Name,
        /// What changes that cannot.
        problem: String,
    },
}

impl Refusal {
    /// A stable code: `unsigned`, `wrong-signature`, `expired`…
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed(_) => "malformed",
            Self::UnknownKey { .. } => "unknown-key",
            Self::WrongSignature(_) => "wrong-signature",
            Self::Expired { .. } => "expired",
            Self::NotYet { .. } => "not-yet",
            Self::Revoked { .. } => "revoked",
            Self::OtherStatement { .. } => "other-statement",
            Self::OtherSubject { .. } => "other-subject",
            Self::Keyring { .. } => "keyring",
            Self::Unsigned => "unsigned",
            Self::UnknownPublisher(_) => "unknown-publisher",
            Self::NotApproved(_) => "not-approved",
            Self::Stopped { .. } => "stopped",
            Self::Downgrade { .. } => "downgrade",
            Self::OtherPublisher { .. } => "other-publisher",
            Self::SharedRegister { .. } => "shared-register",
            Self::Registers { .. } => "registers",
        }
    }
}
