//! What any MPass and any order desk must do, as suites that are generic over the traits: the emulators pass them here, the real
//! clients and the host run the same. Feature `testing`.
//!
//! Nothing here panics: a suite returns [`Broken`] with the sentence that does not hold.

mod desk;
mod invoices;
mod mconnect;
mod mlog;
mod mnotify;
mod mpass;
mod mpay;
mod mpower;
mod msign;

pub use desk::MemoryDesk;
pub use invoices::invoices;
pub use mconnect::{KnownPerson, about_person, data_exchange, event_bus};
pub use mlog::{audit_sink, event as log_event};
pub use mnotify::{message as notice, notices};
pub use mpass::{Browser, identity_provider};
pub use mpay::{Orders, order_desk};
pub use mpower::{KnownMandates, mandates};
pub use msign::{Samples, Signatory, signatures};

/// A sentence of the contract does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the contract is broken: {0}")]
pub struct Broken(pub String);

/// Holds, or is broken with this sentence.
fn holds(condition: bool, sentence: impl Into<String>) -> Result<(), Broken> {
    if condition { Ok(()) } else { Err(Broken(sentence.into())) }
}
