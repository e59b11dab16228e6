//! MSign, the Government Electronic Signature Service.

use super::ProviderError;
use crate::clock::Instant;
use crate::manifest::Language;
use async_trait::async_trait;
use serde::{Deserialize, Serialize};

/// What a request is about: PDFs or digests, never both (ContentType).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ContentKind {
    /// SHA-1 digests of 20 bytes; each is answered by a detached signature (XAdES-T).
    Hash,
    /// PDF documents; each comes back signed (PAdES).
    Pdf,
}

/// One content of a request (SignContent).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SignContent {
    /// A PDF, or a digest of 20 bytes.
    pub content: Vec<u8>,
    /// CorrelationID: ours, at most 36 characters, unique within the request.
    pub correlation: String,
    /// Name: shown while signing, at most 256 characters; nothing personal. Empty for none.
    pub name: String,
    /// MultipleSignatures: others may sign the PDF after this one.
    pub co_signed: bool,
}

/// For whom somebody signs.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Delegation {
    /// DelegatorID: IDNP or IDNO.
    pub delegator: String,
    /// DelegatorType: an organisation, otherwise a person.
    pub organisation: bool,
    /// DelegatedRoleID: MSign's number of the role; 0 for any.
    pub role: i32,
}

/// Who is to sign; MSign checks it against the certificate (ExpectedSigner).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ExpectedSigner {
    /// ID: the person's IDNP.
    pub idnp: String,
    /// In whose stead.
    pub delegation: Option<Delegation>,
}

/// What is to be signed by one person in one go (SignRequest).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SignRequest {
    /// ContentType.
    pub kind: ContentKind,
    /// Contents, at least one.
    pub contents: Vec<SignContent>,
    /// ShortContentDescription: at most 90 characters, also shown on the telephone; nothing personal.
    pub title: String,
    /// ContentDescription: at most 512 characters; empty for the title again.
    pub description: String,
    /// SignatureReason: at most 255 characters, written into PDFs; empty for none.
    pub reason: String,
    /// Anyone when there is none.
    pub signer: Option<ExpectedSigner>,
}

/// How far a request is (SignStatus).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SignStatus {
    /// The person has not decided.
    Pending,
    /// Every content is signed.
    Success,
    /// Refused, or failed; the request is of no use any more.
    Failure,
    /// Nobody signed in time; the request is of no use any more.
    Expired,
}

/// One signed content (SignResult).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Signed {
    /// As given.
    pub correlation: String,
    /// The signer's certificate in DER. Personal data.
    pub certificate: Vec<u8>,
    /// The signed PDF, or the detached signature in XML.
    pub signature: Vec<u8>,
}

/// What MSign says of a request (SignResponse).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SignResponse {
    /// Status.
    pub status: SignStatus,
    /// Message: why not, in the language that was asked for; empty otherwise. For the person, not for logs.
    pub message: String,
    /// Results, in the order of the contents: those of [`SignStatus::Success`] alone.
    pub results: Vec<Signed>,
}

/// One thing whose signatures are to be checked (VerificationContent).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VerificationContent {
    /// The digest that was signed; none for PDFs.
    pub digest: Option<Vec<u8>>,
    /// CorrelationID.
    pub correlation: String,
    /// The signed PDF, or the detached signature.
    pub signature: Vec<u8>,
}

/// One signature, as MSign judges it (VerificationCertificate).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VerifiedSignature {
    /// The signer's certificate in DER. Personal data.
    pub certificate: Vec<u8>,
    /// SignatureValid.
    pub valid: bool,
    /// By the time stamp, when there is a valid one.
    pub signed_at: Option<Instant>,
    /// The certificate's subject, for showing. Personal data.
    pub subject: String,
}

/// What MSign says of one thing (VerificationResult).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Verification {
    /// As given.
    pub correlation: String,
    /// SignaturesValid: all of them.
    pub valid: bool,
    /// MSign's words, in the language that was asked for.
    pub message: String,
    /// In the order in which they were given.
    pub signatures: Vec<VerifiedSignature>,
}

/// With what the person signs; MSign asks when none is given.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Instrument {
    /// The mobile signature; it needs the telephone's number and the expected signer.
    Mobile,
    /// A USB token of MoldSign.
    MoldSign,
    /// The electronic identity card.
    NationalId,
    /// A token of Secure Sign.
    SecureSign,
    /// The tax service's signature.
    Tax,
}

impl Instrument {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 5] = [Self::Mobile, Self::MoldSign, Self::NationalId, Self::SecureSign, Self::Tax];
    /// As the browser's form names it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Mobile => "mobile",
            Self::MoldSign => "moldsign",
            Self::NationalId => "nationalid",
            Self::SecureSign => "securesign",
            Self::Tax => "tax",
        }
    }
    /// From the form's name.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|instrument| instrument.code() == code)
    }
}

/// How the person is sent to MSign.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Errand {
    /// Where MSign posts `RequestID` and `RelayState` afterwards. That is no proof of anything: ask [`Signatures::response`].
    pub return_url: String,
    /// Comes back unchanged; empty for none.
    pub relay_state: String,
    /// MSign's pages.
    pub language: Language,
    /// Skips the choice.
    pub instrument: Option<Instrument>,
    /// MSISDN: the signer's telephone, digits alone.
    pub telephone: Option<String>,
}

/// A form for the person's browser to post.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BrowserForm {
    /// Where it goes.
    pub action: String,
    /// Its fields.
    pub fields: Vec<(&'static str, String)>,
}

/// Why MSign did not do it.
#[derive(Debug, thiserror::Error)]
pub enum SignFault {
    /// RequestNotFound: it never was there, or was cleared away.
    #[error("MSign does not know the request")]
    RequestNotFound,
    /// InvalidParameter: the request itself is wrong, so that trying again is of no use.
    #[error("MSign does not take the request: {0}")]
    InvalidParameter(String),
    /// It cannot be reached, or refuses us.
    #[error(transparent)]
    Provider(#[from] ProviderError),
}

/// MSign: signatures of people. Posting is not idempotent: who does not hear the answer posts again, and the first request expires
/// by itself, since nobody is sent to it. All the other questions may be repeated.
#[async_trait]
pub trait Signatures: Send + Sync {
    /// PostSignRequest. Returns the request's id, at most 64 characters.
    ///
    /// # Errors
    /// [`SignFault`].
    async fn post(&self, request: &SignRequest) -> Result<String, SignFault>;
    /// GetSignResponse: also what tells for certain, after the person came back.
    ///
    /// # Errors
    /// [`SignFault`].
    async fn response(&self, request: &str, language: Language) -> Result<SignResponse, SignFault>;
    /// VerifySignatures.
    ///
    /// # Errors
    /// [`SignFault`].
    async fn verify(&self, kind: ContentKind, contents: &[VerificationContent], language: Language)
    -> Result<Vec<Verification>, SignFault>;
    /// Where the person signs.
    fn form(&self, request: &str, errand: &Errand) -> BrowserForm;
}
