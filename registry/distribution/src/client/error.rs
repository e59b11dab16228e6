//! Why something was not pulled or pushed, in words for whoever asked for it.

use super::transport::TransportError;
use crate::artifact::Refusal;
use vatra_core::digest::Digest;

/// Why something was not pulled or pushed.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// No connection, no TLS, no answer.
    #[error("{registry} cannot be reached: {cause}")]
    Unreachable {
        /// Which registry.
        registry: String,
        /// What the network said.
        cause: TransportError,
    },
    /// It stands still.
    #[error("{registry} is too slow: nothing came for {seconds} s, or the whole took too long")]
    TooSlow {
        /// Which registry.
        registry: String,
        /// How long was waited, in seconds.
        seconds: u64,
    },
    /// No credential, or a bad one.
    #[error("{registry} wants to know who asks: {message}. Check the user name and the password or token for it")]
    Unauthorized {
        /// Which registry.
        registry: String,
        /// What it said.
        message: String,
    },
    /// Not with this credential.
    #[error("{registry} refuses: {message}")]
    Denied {
        /// Which registry.
        registry: String,
        /// What it said.
        message: String,
    },
    /// Not there.
    #[error("{registry} does not have {what}")]
    NotFound {
        /// Which registry.
        registry: String,
        /// What was asked for.
        what: String,
    },
    /// Another answer than the specification's.
    #[error("{registry} answered {status} to {what}: {message}")]
    Answer {
        /// Which registry.
        registry: String,
        /// What was asked for.
        what: String,
        /// The status.
        status: u16,
        /// What it said.
        message: String,
    },
    /// More bytes than allowed.
    #[error("{registry} sends more than {limit} bytes for {what}: refused")]
    TooLong {
        /// Which registry.
        registry: String,
        /// What was asked for.
        what: String,
        /// How many bytes it may have.
        limit: u64,
    },
    /// The connection ended before the content did.
    #[error("{registry} broke off in the middle of {what}: {cause}")]
    BrokeOff {
        /// Which registry.
        registry: String,
        /// What was asked for.
        what: String,
        /// What the network said.
        cause: String,
    },
    /// Other content than was asked for.
    #[error("{registry} sent something else for {what}: the digest is {actual}, expected {expected}")]
    Digest {
        /// Which registry.
        registry: String,
        /// What was asked for.
        what: String,
        /// What it should be.
        expected: Digest,
        /// What came.
        actual: Digest,
    },
    /// Round and round.
    #[error("{registry} redirects in a circle or too often (last to {to}): refused")]
    RedirectLoop {
        /// Which registry.
        registry: String,
        /// Where to.
        to: String,
    },
    /// To where one does not go.
    #[error("{registry} redirects to {to}, which is refused: {why}")]
    Redirect {
        /// Which registry.
        registry: String,
        /// Where to.
        to: String,
        /// Why not.
        why: &'static str,
    },
    /// What it wants to know it does not ask for as the specification says, or for somebody else.
    #[error("{registry} asks for a credential in a way that is refused: {why}")]
    Challenge {
        /// Which registry.
        registry: String,
        /// Why.
        why: String,
    },
    /// Not as the specification says.
    #[error("{registry} does not keep to the distribution specification: {why}")]
    Protocol {
        /// Which registry.
        registry: String,
        /// In what.
        why: String,
    },
    /// It is whole, but not what it should be.
    #[error(transparent)]
    Refused(#[from] Refusal),
}
