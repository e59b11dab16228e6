//! SAML 2.0 by the HTTP-POST binding: what a service provider needs, and what an identity provider (the emulator of MPass) needs.
//! Messages are made unsigned and then signed with [`sign`]; what is accepted was always signed as a whole, by the partner's pinned key.

mod issue;
mod logout;
mod message;
mod metadata;
mod request;
mod response;

pub use issue::{Issue, failure, issue};
pub use logout::{LogoutDone, LogoutRequest, SignOut, accept_logout_request, accept_logout_response, logout_request, logout_response};
pub use message::{Expected, NameId, Rules, claimed_issuer};
pub use metadata::{Descriptor, Partner, Role, describe, partner};
pub use request::{AuthnRequest, SignInAsked, accept_authn_request, authn_request};
pub use response::{SignedIn, accept_response};

use crate::dsig::{self, SignError};
use crate::key::SigningKey;
use crate::xml::Limits;
use crate::{Refusal, Suite};

/// Signs a message: RSA-SHA256 over the whole of it, the signature right after the Issuer.
///
/// # Errors
/// When the text is not a message with ID and Issuer, or the key cannot sign.
pub fn sign(message: &str, key: &SigningKey) -> Result<String, SignError> {
    dsig::enveloped(message, Suite::RsaSha256, key)
}

/// A message as the form field `SAMLRequest` or `SAMLResponse` holds it: base64, not compressed.
#[must_use]
pub fn to_field(message: &str) -> String {
    crate::encode(message.as_bytes())
}

/// The message in a form field.
///
/// # Errors
/// When the field is too long or not base64 of UTF-8.
pub fn from_field(field: &str) -> Result<String, Refusal> {
    if field.len() > Limits::SAML.bytes * 3 / 2 {
        return Err(Refusal::TooLarge);
    }
    let bytes = crate::decode(field).ok_or(Refusal::Malformed("the form field"))?;
    String::from_utf8(bytes).map_err(|_| Refusal::NotUtf8)
}

/// RelayState: at most 80 bytes (SAML bindings, 3.4.3).
///
/// # Errors
/// [`Refusal::TooLarge`].
pub fn relay_state(state: &str) -> Result<&str, Refusal> {
    if state.len() > 80 { Err(Refusal::TooLarge) } else { Ok(state) }
}
