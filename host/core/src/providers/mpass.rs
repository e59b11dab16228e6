//! MPass, the Government Authentication and Access Control Service. Messages travel through the person's browser, as forms that it posts.

use super::ProviderError;
use crate::clock::Instant;
use crate::manifest::Language;
use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// A form that the person's browser posts to another site. `Debug` shows neither fields nor address.
#[derive(Clone, PartialEq, Eq)]
pub struct Posting {
    /// Where to.
    pub address: String,
    /// Names and values.
    pub fields: Vec<(&'static str, String)>,
}

impl fmt::Debug for Posting {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Posting(…)")
    }
}

/// How someone proved who they are.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignInMethod {
    /// In the EVO application (EVOSign).
    EvoSign,
    /// Mobile signature.
    MobileSignature,
    /// Electronic signature on a USB token.
    Token,
    /// A password and a code.
    TwoStep,
    /// One that we do not know.
    Other,
}

impl SignInMethod {
    /// All that people choose from.
    pub const ALL: [Self; 4] = [Self::EvoSign, Self::MobileSignature, Self::Token, Self::TwoStep];

    /// `mobile-signature`
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::EvoSign => "evo-sign",
            Self::MobileSignature => "mobile-signature",
            Self::Token => "token",
            Self::TwoStep => "two-step",
            Self::Other => "other",
        }
    }

    /// From its code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.code() == code)
    }

    /// The class (AuthnContextClassRef) that stands for it. MPass publishes methods and not their classes [invented: the standard's nearest,
    /// replaceable here].
    #[must_use]
    pub fn class(self) -> &'static str {
        match self {
            Self::EvoSign => "urn:oasis:names:tc:SAML:2.0:ac:classes:MobileOneFactorContract",
            Self::MobileSignature => "urn:oasis:names:tc:SAML:2.0:ac:classes:MobileTwoFactorContract",
            Self::Token => "urn:oasis:names:tc:SAML:2.0:ac:classes:SmartcardPKI",
            Self::TwoStep => "urn:oasis:names:tc:SAML:2.0:ac:classes:TimeSyncToken",
            Self::Other => "urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified",
        }
    }

    /// The method behind a class.
    #[must_use]
    pub fn from_class(class: &str) -> Self {
        Self::ALL.into_iter().find(|method| method.class() == class).unwrap_or(Self::Other)
    }

    /// Whether a qualified signature stands behind it.
    #[must_use]
    pub fn is_by_signature(self) -> bool {
        matches!(self, Self::EvoSign | Self::MobileSignature | Self::Token)
    }
}

/// A legal entity that someone administers (AdministeredLegalEntity).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LegalEntity {
    /// Its name.
    pub name: String,
    /// Its IDNO.
    pub idno: String,
}

/// Who MPass says has signed in. No `Debug`: an IDNP never reaches a log that way.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedIn {
    /// The person's IDNP (NameID).
    pub idnp: String,
    /// FirstName.
    pub first_name: String,
    /// LastName.
    pub last_name: String,
    /// SessionIndex, for single logout.
    pub session_index: String,
    /// How the person proved who they are.
    pub method: SignInMethod,
    /// When.
    pub at: Instant,
    /// SessionNotOnOrAfter: after it the person signs in anew.
    pub session_end: Option<Instant>,
    /// Language.
    pub language: Option<Language>,
    /// AdministeredLegalEntity, and what a certificate names (IDNO, CompanyName).
    pub represents: Vec<LegalEntity>,
    /// All attributes, as MPass names them.
    pub attributes: BTreeMap<String, Vec<String>>,
}

impl SignedIn {
    /// First and last name.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name).trim().to_owned()
    }
}

/// MPass ends sessions of ours. No `Debug`, as above.
#[derive(Clone, PartialEq, Eq)]
pub struct SignOutAsked {
    /// The request's ID, which the answer names.
    pub id: String,
    /// Whose sessions.
    pub idnp: String,
    /// Which sessions; all of the person's when there is none.
    pub session_indexes: Vec<String>,
}

/// How single logout ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SignOutDone {
    /// Everywhere.
    Everywhere,
    /// Some services could not be told.
    Partially,
}

/// MPass: sign-in and single logout. RelayState comes back with the answer as it was given, 80 bytes at most.
#[async_trait]
pub trait IdentityProvider: Send + Sync {
    /// What the browser posts to MPass for a sign-in. `request` is its id (InResponseTo), an NCName that nobody can guess.
    ///
    /// # Errors
    /// When no request can be made.
    async fn begin(&self, request: &str, relay_state: &str) -> Result<Posting, ProviderError>;
    /// Checks the posted answer (`SAMLResponse`) to the request; each answer is good once.
    ///
    /// # Errors
    /// When the answer was not made by MPass for this request, is old, or was used before.
    async fn complete(&self, request: &str, response: &str) -> Result<SignedIn, ProviderError>;
    /// What the browser posts to MPass so that the person is signed out everywhere.
    ///
    /// # Errors
    /// When no request can be made.
    async fn begin_sign_out(&self, request: &str, idnp: &str, session_index: &str, relay_state: &str) -> Result<Posting, ProviderError>;
    /// Checks the posted answer (`SAMLResponse`) to the request to sign out.
    ///
    /// # Errors
    /// As [`Self::complete`], and when nobody was signed out.
    async fn complete_sign_out(&self, request: &str, response: &str) -> Result<SignOutDone, ProviderError>;
    /// Checks MPass's request to end sessions (`SAMLRequest`); each is good once.
    ///
    /// # Errors
    /// As [`Self::complete`].
    async fn sign_out_asked(&self, request: &str) -> Result<SignOutAsked, ProviderError>;
    /// What the browser posts to MPass when the sessions have ended. `asked` is the id of MPass's request.
    ///
    /// # Errors
    /// When no answer can be made.
    async fn answer_sign_out(&self, asked: &str, done: SignOutDone, relay_state: &str) -> Result<Posting, ProviderError>;
    /// Our metadata, which MPass's operator wants.
    fn metadata(&self) -> String;
}
