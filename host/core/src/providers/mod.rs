//! The government's services as the host sees them, a file per service. Real clients and emulators stand behind the same traits.

mod mconnect;
mod mpass;
mod mpay;
mod msign;

pub use mconnect::{DataAnswer, DataExchange, DataRequest};
pub use mpass::{IdentityProvider, SignedIn};
pub use mpay::{Confirmation, MPayFault, OrderDesk, OrderDetails, PaymentPages};
pub use msign::{
    BrowserForm, ContentKind, Delegation, Errand, ExpectedSigner, Instrument, SignContent, SignFault, SignRequest, SignResponse,
    SignStatus, Signatures, Signed, Verification, VerificationContent, VerifiedSignature,
};

/// A service behind a capability did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum ProviderError {
    /// It cannot be reached; try later.
    #[error("{service} cannot be reached: {cause}")]
    Unavailable {
        /// Which service.
        service: &'static str,
        /// For the operator; never personal, since it is logged.
        cause: String,
    },
    /// It refused, or its answer does not hold.
    #[error("{service} refused: {cause}")]
    Refused {
        /// Which service.
        service: &'static str,
        /// For the operator; never personal, since it is logged.
        cause: String,
    },
}
