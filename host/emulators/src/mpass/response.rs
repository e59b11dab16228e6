//! The answer to a sign-in, the ways in which it can be wrong, and the checks that find them.

use super::{Identity, LIFETIME};
use crate::web;
use vatra_core::clock::Instant;
use vatra_core::providers::SignedIn;

/// A wrong answer. The portal must refuse each.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// The Response carries no signature.
    Unsigned,
    /// It is signed, with a certificate that is not MPass's.
    WrongCertificate,
    /// InResponseTo names another request.
    WrongInResponseTo,
    /// NotOnOrAfter has passed.
    Expired,
    /// The same answer was used before.
    Replayed,
    /// The person gave up: status AuthnFailed instead of Success.
    Declined,
}

impl Fault {
    /// All that the page can be switched to.
    pub const ALL: [Self; 6] =
        [Self::Unsigned, Self::WrongCertificate, Self::WrongInResponseTo, Self::Expired, Self::Replayed, Self::Declined];

    /// `wrong-certificate`
    pub fn code(self) -> &'static str {
        match self {
            Self::Unsigned => "unsigned",
            Self::WrongCertificate => "wrong-certificate",
            Self::WrongInResponseTo => "wrong-in-response-to",
            Self::Expired => "expired",
            Self::Replayed => "replayed",
            Self::Declined => "declined",
        }
    }
    /// From its code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|fault| fault.code() == code)
    }
}

/// By whom an answer is signed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Signature {
    Absent,
    MPass,
    Stranger,
}

/// An answer (SAML Response with its Assertion).
pub(super) struct Response {
    in_response_to: String,
    pub(super) issue_instant: Instant,
    not_on_or_after: Instant,
    signature: Signature,
    success: bool,
    used: bool,
    name_id: String,
    first_name: String,
    last_name: String,
    session_index: String,
}

impl Response {
    /// The answer that this person is there, spoilt in the way asked for.
    pub(super) fn new(request: &str, who: &Identity, now: Instant, fault: Option<Fault>) -> Self {
        let mut response = Self {
            in_response_to: request.to_owned(),
            issue_instant: now,
            not_on_or_after: now.plus_seconds(LIFETIME),
            signature: Signature::MPass,
            success: true,
            used: false,
            name_id: who.idnp.clone(),
            first_name: who.first_name.clone(),
            last_name: who.last_name.clone(),
            session_index: web::token(),
        };
        match fault {
            None => {}
            Some(Fault::Unsigned) => response.signature = Signature::Absent,
            Some(Fault::WrongCertificate) => response.signature = Signature::Stranger,
            Some(Fault::WrongInResponseTo) => response.in_response_to = web::token(),
            Some(Fault::Expired) => response.not_on_or_after = now,
            Some(Fault::Replayed) => response.used = true,
            Some(Fault::Declined) => response.success = false,
        }
        response
    }

    /// What a service provider must check, in the order in which it can be trusted; a good answer is used up.
    ///
    /// # Errors
    /// What is wrong with it, for the operator: never about the person.
    pub(super) fn accept(&mut self, request: &str, now: Instant) -> Result<SignedIn, String> {
        match self.signature {
            Signature::MPass => {}
            Signature::Absent => return Err("the response is not signed".to_owned()),
            Signature::Stranger => return Err("the response is signed with a certificate that is not MPass's".to_owned()),
        }
        if self.in_response_to != request {
            return Err("the response answers another request (InResponseTo)".to_owned());
        }
        if !self.success {
            return Err("nobody signed in (status AuthnFailed)".to_owned());
        }
        if now >= self.not_on_or_after {
            return Err(format!("the response expired at {} (NotOnOrAfter)", self.not_on_or_after.rfc3339()));
        }
        if self.used {
            return Err("the response was used before".to_owned());
        }
        self.used = true;
        Ok(SignedIn {
            idnp: self.name_id.clone(),
            first_name: self.first_name.clone(),
            last_name: self.last_name.clone(),
            session_index: self.session_index.clone(),
        })
    }
}
