//! Safe XML and what stands on it: XML signatures, WS-Security for SOAP 1.1, SAML 2.0. No I/O, no clock, no storage: moments are
//! arguments, caches are traits.
//!
//! Two rules hold everywhere. What a caller can read is what was signed: verification gives back the signed elements, and an element leads
//! only inwards. And a message is of exactly the shape that its profile describes, or it is refused; nothing is passed over.
//!
//! A service provider that answers signed questions:
//!
//! ```
//! use vatra_xmlsec::wss::{Header, Rules, Sealing, open, secure};
//! use vatra_xmlsec::xml::{Limits, Xml};
//! use vatra_xmlsec::{Policy, Refusal, ReplayCache};
//!
//! /// The number of the order that is asked for.
//! async fn asked(request: &[u8], policy: &Policy<'_>, cache: &dyn ReplayCache) -> Result<String, Refusal> {
//!     let message = Xml::from_bytes(request, &Limits::SOAP)?;
//!     let opened = open(&message, policy, &Rules::default())?.first(cache).await?;
//!     let mut parts = opened.payload.sequence("GetOrderDetails")?;
//!     let query = parts.required("https://mpay.gov.md", "query")?;
//!     let key = query.elements().find(|part| part.is("https://mpay.gov.md", "OrderKey"));
//!     key.ok_or(Refusal::Missing("OrderKey"))?.text("OrderKey")
//! }
//!
//! fn answer(payload: &str, sealing: &Sealing<'_>) -> Option<String> {
//!     secure(payload, &[] as &[Header<'_>], sealing).ok()
//! }
//! ```

mod dsig;
mod key;
pub mod names;
mod refusal;
mod replay;
pub mod saml;
mod time;
mod trust;
pub mod wss;
pub mod xml;

pub use dsig::{Accepts, Policy, SignError, Suite};
pub use key::{Certificate, KeyError, SigningKey};
pub use refusal::Refusal;
pub use replay::{CacheUnavailable, Memory, Once, ReplayCache};
pub use trust::{KeyHint, Pinned, Trust};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// A new identifier for a message or a part of one: 128 random bits, an NCName.
///
/// # Errors
/// When the system has no randomness.
pub fn fresh_id() -> Result<String, KeyError> {
    let mut bytes = [0_u8; 16];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| KeyError::Failed)?;
    Ok(format!("_{}", hex::encode(bytes)))
}

pub(crate) fn encode(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Base64 with white space anywhere.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    let dense: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    STANDARD.decode(dense).ok()
}
