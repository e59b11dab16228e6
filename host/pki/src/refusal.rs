//! Why a signature does not count, and why one could not be made.

use chrono::{DateTime, Utc};
use vatra_xmlsec::KeyError;

/// Why a signature, a certificate or a time stamp is not accepted. Holds nothing of what was signed.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refusal {
    /// This is not what it should be.
    #[error("{0} cannot be read")]
    Unreadable(&'static str),
    /// An algorithm, a key length or a curve outside of the list.
    #[error("signed with an algorithm that is not accepted")]
    Algorithm,
    /// SHA-1 or MD5, whose collisions can be made.
    #[error("signed with a digest that is broken")]
    WeakDigest,
    /// The signature brings no certificate that fits what it says of its signer.
    #[error("the signer's certificate is not in the signature")]
    NoCertificate,
    /// The signature does not say, under its own protection, which certificate made it, or names another (RFC 5035).
    #[error("the signature is not bound to the certificate that it shows")]
    CertificateNotBound,
    /// What is signed is not what was signed.
    #[error("the content was changed after it was signed")]
    Changed,
    /// The certificate's key did not make the signature.
    #[error("the signature was not made with the certificate's key")]
    Signature,
    /// Nothing proves when it was signed.
    #[error("there is no time stamp")]
    NoTimeStamp,
    /// The time stamp belongs to something else.
    #[error("the time stamp was given to something else")]
    StampOfAnother,
    /// The time stamp lies in the future.
    #[error("the time stamp lies in the future")]
    StampInFuture,
    /// The time stamp itself does not count.
    #[error("the time stamp does not count: {0}")]
    Stamp(Box<Refusal>),
    /// The time-stamp authority said no, or answered something else than it was asked.
    #[error("the time-stamp authority did not answer what it was asked")]
    StampNotGranted,
    /// No path leads from the certificate to an authority that is trusted.
    #[error("the certificate was not issued by a trusted authority")]
    UnknownIssuer,
    /// Past the end of a certificate's validity.
    #[error("the certificate had expired")]
    Expired,
    /// Before the beginning of a certificate's validity.
    #[error("the certificate was not valid yet")]
    NotYetValid,
    /// Revoked before the moment that counts.
    #[error("the certificate was revoked on {0}")]
    Revoked(DateTime<Utc>),
    /// No revocation list says anything about it.
    #[error("whether the certificate was revoked is not known")]
    RevocationUnknown,
    /// Issued for something else.
    #[error("the certificate was not issued for this use")]
    Usage,
    /// The path breaks another rule of RFC 5280.
    #[error("the certification path does not hold")]
    Path,
    /// The signed ranges are not the whole document but for the signature itself.
    #[error("the signature does not cover the whole document")]
    NotCovered,
    /// The signature does not stand in the gap that its ranges leave.
    #[error("the signature does not stand where the document says")]
    Misplaced,
    /// After the signature something else was added than further signatures.
    #[error("the document was changed after it was signed: {0}")]
    ChangedLater(&'static str),
}

/// Why something of ours could not be signed.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum SignError {
    /// The key cannot sign.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The document cannot be signed, or the time stamp does not fit.
    #[error(transparent)]
    Content(#[from] Refusal),
    /// A signature, a certificate or a list could not be written.
    #[error("{0} could not be written")]
    Writing(&'static str),
}
