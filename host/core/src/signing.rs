//! Signing requests: what is to be signed by whom, how far it is, and what units of work do to it.

use crate::clock::Instant;
use crate::documents::Kept;
use crate::ids::{DocumentId, Name, OutboxId, SigningId, SubjectId};
use crate::providers::{ContentKind, SignRequest, Signed};
use async_trait::async_trait;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The service of the outbox that has signatures made.
pub const SERVICE: &str = "msign";
/// What it is asked for: to send somebody's signatures off, and to fetch them.
pub const SIGN: &str = "sign";
/// To end a request after its last day.
pub const EXPIRE: &str = "expire";
/// The type of the documents that detached signatures are kept as.
pub const SIGNATURE: &str = "signature";

/// How far a signer, or a whole request, is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// Comes after another signer.
    Queued,
    /// May sign.
    Waiting,
    /// Was sent to MSign.
    Signing,
    /// Signed; a request when everybody has.
    Signed,
    /// Refused.
    Refused,
    /// Nobody signed in time.
    Expired,
    /// The module took it back, or another signer ended it.
    Cancelled,
    /// What came back from MSign does not count.
    Failed,
}

impl Standing {
    /// All of them.
    pub const ALL: [Self; 8] =
        [Self::Queued, Self::Waiting, Self::Signing, Self::Signed, Self::Refused, Self::Expired, Self::Cancelled, Self::Failed];
    /// `waiting`
    pub fn code(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Waiting => "waiting",
            Self::Signing => "signing",
            Self::Signed => "signed",
            Self::Refused => "refused",
            Self::Expired => "expired",
            Self::Cancelled => "cancelled",
            Self::Failed => "failed",
        }
    }
    /// From its code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|standing| standing.code() == code)
    }
    /// Whether anything may still come of it.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Queued | Self::Waiting | Self::Signing)
    }
}

/// One thing to be signed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Content {
    /// A PDF.
    Document(DocumentId),
    /// A digest of 20 bytes (SHA-1), with its name.
    Digest(String, Vec<u8>),
}

/// Who is asked.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Who {
    /// This person.
    Person(SubjectId),
    /// Whoever holds the role when they sign.
    Role(Name),
}

/// Somebody who is to sign.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Signer {
    /// Who is asked.
    pub who: Who,
    /// Written into PDFs; nothing personal.
    pub reason: String,
    /// How far they are.
    pub standing: Standing,
    /// Who it is, once they began.
    pub by: Option<SubjectId>,
    /// When they signed (by the time stamp), refused, or it ended.
    pub at: Option<Instant>,
    /// Their words when refusing, MSign's when it failed there, a code when the answer does not count.
    pub note: String,
    /// The order of the outbox that has it signed.
    pub posting: Option<OutboxId>,
}

/// A signing request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SigningRequest {
    /// Its id; in the order in which they were opened.
    pub id: SigningId,
    /// Whose it is.
    pub module: Name,
    /// How far it is.
    pub standing: Standing,
    /// When it was opened.
    pub opened_at: Instant,
    /// Everything that does not change.
    pub body: SigningBody,
    /// In their order.
    pub signers: Vec<Signer>,
    /// Detached signatures, in the order in which they came: of each signer one for each digest.
    pub signatures: Vec<DocumentId>,
}

/// What does not change of a request.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SigningBody {
    /// At most 90 characters; nothing personal.
    pub title: String,
    /// At most 512 characters; nothing personal.
    pub description: String,
    /// All documents, or none.
    pub contents: Vec<Content>,
    /// Whether one signs after the other.
    pub in_order: bool,
    /// Last day.
    pub until: Option<NaiveDate>,
}

impl SigningBody {
    /// Documents or digests.
    pub fn kind(&self) -> ContentKind {
        if self.contents.iter().any(|content| matches!(content, Content::Document(_))) { ContentKind::Pdf } else { ContentKind::Hash }
    }
    /// The documents to be signed.
    pub fn documents(&self) -> impl Iterator<Item = DocumentId> + '_ {
        self.contents.iter().filter_map(|content| match content {
            Content::Document(id) => Some(*id),
            Content::Digest(..) => None,
        })
    }
}

impl SigningRequest {
    /// The signers that this person may be now.
    pub fn waiting_for(&self, person: SubjectId, roles: &BTreeSet<Name>) -> Option<usize> {
        self.signers.iter().position(|signer| {
            signer.standing == Standing::Waiting
                && match &signer.who {
                    Who::Person(who) => *who == person,
                    Who::Role(role) => roles.contains(role),
                }
        })
    }
}

/// A signer of a request.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct Place {
    /// The request.
    pub request: SigningId,
    /// The signer, from 0.
    pub signer: u32,
}

/// What the outbox carries to MSign: one request there, by one person.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Posting {
    /// Whose signatures.
    pub places: Vec<Place>,
    /// Who signs.
    pub person: SubjectId,
    /// Where they go afterwards, within the portal; empty for their queue.
    pub back: String,
}

/// How far a posting is: the outbox's answer.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct PostingProgress {
    /// When it was sent and not answered yet.
    pub begun: Option<Instant>,
    /// When MSign took it, and by which id.
    pub taken: Option<(Instant, String)>,
    /// Whose signatures were asked for.
    #[serde(default)]
    pub places: Vec<Place>,
    /// The versions of documents that were sent.
    #[serde(default)]
    pub sent: Vec<(DocumentId, u32)>,
    /// What came of it: a code, or empty while nothing has.
    #[serde(default)]
    pub ended: String,
}

/// What the module is told of a signer (`msign.signed`, `msign.refused`).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SigningTold {
    /// Of which request.
    pub place: Place,
    /// How far they are.
    pub standing: Standing,
    /// Who it was.
    pub by: Option<SubjectId>,
    /// When.
    pub at: Option<Instant>,
    /// See [`Signer::note`].
    pub note: String,
}

/// The next version of a document: the one before, with one signature more.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SignedDocument {
    /// Which.
    pub id: DocumentId,
    /// The version that was signed.
    pub version: u32,
    /// The new one's bytes.
    pub kept: Kept,
}

/// What became of a signer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SignerOutcome {
    /// Signed. The documents get their next version, unless one has moved on: then the signer waits again.
    Signed {
        /// By the time stamp.
        at: Instant,
        /// Documents that carry their signatures.
        documents: Vec<SignedDocument>,
        /// Documents that are detached signatures; made by the same unit.
        signatures: Vec<DocumentId>,
    },
    /// It ended, with the words or code that are noted.
    Ended(Standing, String),
    /// It came to nothing and may be tried again; with a code for why.
    Again(String),
}

/// What a unit of work does to signing requests.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SigningChange {
    /// A new one. Its documents hold still until it is closed; one that another open request has is a conflict.
    Open(Box<SigningRequest>),
    /// Taken back by its module; a conflict unless it is open.
    Cancel {
        /// Which.
        id: SigningId,
        /// Why.
        reason: String,
    },
    /// A signer that waits, or was sent to MSign, refuses. That closes the request.
    Refuse {
        /// Whose.
        place: Place,
        /// Who.
        by: SubjectId,
        /// Why.
        reason: String,
        /// Whether the module is told; not when it is the module that says so.
        tell: bool,
    },
    /// Signers that wait are sent to MSign by this order of the outbox.
    Begin {
        /// Whose.
        places: Vec<Place>,
        /// Who signs.
        by: SubjectId,
        /// The order.
        posting: OutboxId,
    },
    /// What came of an order. A conflict when it was settled before; signers that are not there any more are passed over.
    Settle {
        /// The order.
        posting: OutboxId,
        /// What is left of it.
        answer: String,
        /// What became of each, and whether its module is told.
        outcomes: Vec<(Place, bool, SignerOutcome)>,
    },
    /// Its last day has passed.
    Expire {
        /// Which.
        id: SigningId,
        /// The order that says so.
        order: OutboxId,
        /// Whether the module is told.
        tell: bool,
    },
}

/// One signature of a document, as this host judges it. No `Debug`: it names somebody.
#[derive(Clone, PartialEq, Eq)]
pub struct Judged {
    /// IDNP in the certificate; none when it has none, or the certificate cannot be read.
    pub idnp: Option<String>,
    /// The name in the certificate; empty when it cannot be read.
    pub name: String,
    /// By the time stamp.
    pub signed_at: Option<Instant>,
    /// Why it does not count: a code; none when it does.
    pub fault: Option<&'static str>,
}

/// Why the answer of MSign does not count.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Unfit {
    /// It does not count, for good: a code.
    No(&'static str),
    /// It cannot be judged now: whether a certificate was revoked is not known.
    NotNow,
}

/// Signatures as this host judges them, whatever MSign says.
#[async_trait]
pub trait SignatureJudge: Send + Sync {
    /// Holds MSign's results against what was asked for; when each was signed, in the order of the contents.
    ///
    /// # Errors
    /// [`Unfit`]: nothing of it counts then.
    async fn check(&self, request: SignRequest, results: Vec<Signed>) -> Result<Vec<(Instant, Vec<u8>)>, Unfit>;
    /// The signatures of a PDF, in the order in which they were made.
    ///
    /// # Errors
    /// A code when the document cannot be read as strictly as it takes.
    async fn judge(&self, pdf: Vec<u8>) -> Result<Vec<Judged>, &'static str>;
    /// A detached signature over this digest.
    async fn judge_digest(&self, digest: Vec<u8>, signature: Vec<u8>) -> Judged;
}
