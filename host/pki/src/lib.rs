//! Certificates of people and authorities, certification paths at a given moment, CMS signatures, RFC 3161 time stamps, and signatures in PDF
//! documents (PAdES-B-T) and over digests (XAdES-B-T), made and verified. No I/O, no clock: moments are arguments, and what a time-stamp
//! authority is asked is handed out.
//!
//! One rule holds everywhere: a signature is judged at the moment that its time stamp proves, and whatever cannot be judged is refused with the
//! reason.
//!
//! ```
//! use chrono::{DateTime, Utc};
//! use vatra_pki::{Refusal, Trust, pades};
//!
//! /// Who signed an uploaded document, one line a signature.
//! fn signers(pdf: &[u8], trust: &Trust, now: DateTime<Utc>) -> Result<Vec<String>, Refusal> {
//!     let line = |found: &pades::Verdict| match &found.outcome {
//!         Ok(valid) => format!("{} at {}", valid.signer.common_name().unwrap_or_default(), valid.signed_at),
//!         Err(why) => why.to_string(),
//!     };
//!     Ok(pades::verify(pdf, trust, now)?.iter().map(line).collect())
//! }
//! ```

pub mod authority;
mod certificate;
mod cms;
mod oid;
pub mod pades;
mod path;
mod refusal;
mod revocation;
mod signature;
pub mod stamp;
mod valid;
pub mod xades;

pub use certificate::Certificate;
pub use path::{Purpose, Trust};
pub use refusal::{Refusal, SignError};
pub use revocation::RevocationList;
pub use valid::Valid;
