//! Who published a package, and whether that still holds. A publisher signs statements (DSSE, Ed25519): this manifest's digest is this version of
//! my module; this is my next key; what I once published is withdrawn. Pure: no clock and no files but those that are handed in.
//!
//! Rooms: [`key`]; [`envelope`] (DSSE); [`statement`], what is signed; [`keyring`], a publisher's keys, each brought in by one before it;
//! [`revoked`], what is withdrawn; [`approval`], what a municipality approved.

pub mod approval;
pub mod envelope;
pub mod key;
pub mod keyring;
mod moment;
pub mod refusal;
pub mod revoked;
pub mod statement;

pub use approval::{Approval, Permission, Upgrades};
pub use envelope::Envelope;
pub use key::{KeyId, PrivateKey, PublicKey};
pub use keyring::{Keyring, Publisher};
pub use refusal::Refusal;
pub use revoked::{Revocations, Withdrawn};
pub use statement::{KeyStatement, Publication, Revocation, Statement};
