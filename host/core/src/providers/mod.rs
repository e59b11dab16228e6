//! The government's services as the host sees them, a file per service. Real clients and emulators stand behind the same traits.

mod events;
mod mconnect;
mod mlog;
mod mnotify;
mod mpass;
mod mpay;
mod mpower;
mod msign;

pub use events::{Event, EventBus, EventInbox, Place, Places, Taken};
pub use mconnect::{DataAnswer, DataExchange, DataRequest};
pub use mlog::{AuditSink, LogCursor, LogCursors, LogEvent, LogSource, Registered};
pub use mnotify::{
    CalledBack, NotSent, Notice, NoticeAttachment, NoticeContent, NoticeDelivery, NoticeListed, NoticeMessage, NoticePriority,
    NoticeProgress, NoticeReader, NoticeRecipient, NoticeStanding, NoticeStatus, NoticeText, NoticeTold, Notices, Texts,
};
pub use mpass::{IdentityProvider, LegalEntity, Posting, SignInMethod, SignOutAsked, SignOutDone, SignedIn};
pub use mpay::{
    Account, ByLine, Confirmation, CustomerKind, Invoices, MPayFault, OrderDesk, OrderDetails, OrderFacts, OrderProperty, Paper,
    PaymentPages, fall_on, quoted, still_due,
};
pub use mpower::{Mandate, MandateFile, MandateSide, MandateStanding, Mandates, Party};
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
