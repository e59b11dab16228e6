//! Documents as the municipality keeps them: what they are made from, where they stand, and what units of work do to them.

pub mod code;
mod template;

pub use template::{BadTemplate, Template};

use crate::blobs::Address;
use crate::call::{Caller, Channel};
use crate::clock::Instant;
use crate::ids::{DocumentId, Name, SubjectId};
use crate::manifest::{Language, Localized, ShownField};
use crate::register::{Numbering, Query};
use crate::value::{EntryRef, Fields, Value};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// The service of the outbox that makes documents.
pub const SERVICE: &str = "documents";
/// What it is asked for: to make a version.
pub const MAKE: &str = "make";
/// To erase the bytes of what was destroyed.
pub const ERASE: &str = "erase";

/// Where a document stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Came from outside, or was made by the module itself.
    Received,
    /// The host is still making it.
    Making,
    /// May be made again.
    Draft,
    /// Numbered and frozen.
    Issued,
    /// No longer valid.
    Annulled,
    /// The template did not hold.
    Failed,
    /// Its time was over: number, type and digest are left.
    Destroyed,
}

impl Standing {
    /// All of them.
    pub const ALL: [Self; 7] = [Self::Received, Self::Making, Self::Draft, Self::Issued, Self::Annulled, Self::Failed, Self::Destroyed];
    /// `received`
    pub fn code(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Making => "making",
            Self::Draft => "draft",
            Self::Issued => "issued",
            Self::Annulled => "annulled",
            Self::Failed => "failed",
            Self::Destroyed => "destroyed",
        }
    }
    /// From its code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|standing| standing.code() == code)
    }
}

/// Rows that the host reads itself when it makes the document.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Listing {
    /// Under which the template finds them.
    pub name: String,
    /// Which.
    pub query: Query,
}

/// What a document is made from. Personal texts that came through the module are kept as it held them, sealed: see
/// [`crate::seal::Sealer`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Recipe {
    /// Of the module's manifest.
    pub template: Name,
    /// What the type is called.
    pub kind_title: Localized,
    /// Of the whole document.
    pub language: Language,
    /// Filled in.
    pub fields: Fields,
    /// Rows that the template repeats over.
    pub tables: Vec<(String, Vec<Fields>)>,
    /// Rows that the host reads.
    pub listings: Vec<Listing>,
    /// The number of the MPay order that it asks to be paid.
    #[serde(default)]
    pub pays: Option<String>,
    /// What the check page shows to anyone.
    pub shown: Vec<ShownField>,
    /// How the type is numbered.
    pub numbering: Option<Numbering>,
    /// For how many years from issue it is kept; for ever when absent.
    pub retention_years: Option<u32>,
}

impl Recipe {
    /// The people whom its fields and tables name.
    pub fn people(&self) -> impl Iterator<Item = SubjectId> + '_ {
        let rows = self.tables.iter().flat_map(|(_, rows)| rows);
        std::iter::once(&self.fields).chain(rows).flat_map(Fields::values).filter_map(|value| match value {
            Value::Subject(id) => Some(*id),
            _ => None,
        })
    }
}

/// Bytes that are kept.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Kept {
    /// Where; none once they were erased.
    pub address: Option<Address>,
    /// How many.
    pub size: u64,
    /// SHA-256, in hexadecimal.
    pub digest: String,
}

/// A document as it stands, with its last version.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Document {
    /// Its id.
    pub id: DocumentId,
    /// Whose document it is.
    pub module: Name,
    /// The document type.
    pub kind: String,
    /// Nothing personal.
    pub title: String,
    /// Given when it is issued, if its type is numbered.
    pub number: Option<String>,
    /// Where it stands.
    pub standing: Standing,
    /// From 1.
    pub version: u32,
    /// As in RFC 6838.
    pub media_type: String,
    /// The file's name; empty for what the host makes.
    pub name: String,
    /// The last version's bytes; none while they are being made.
    pub kept: Option<Kept>,
    /// Everything that is filled in, opened: what an issued document is made from is what its draft was made from.
    pub record: Option<Address>,
    /// Whom it is about.
    pub subject: Option<SubjectId>,
    /// What it belongs to.
    pub entry: Option<EntryRef>,
    /// When its last version was asked for.
    pub made_at: Instant,
    /// When it was issued; also while the issued version is being made.
    pub issued_on: Option<NaiveDate>,
    /// Last day on which it holds.
    pub valid_until: Option<NaiveDate>,
    /// How many signatures the last version carries.
    pub signatures: u32,
    /// The verification code.
    pub code: Option<String>,
    /// Last day on which it must be kept; for ever when absent.
    pub keep_until: Option<NaiveDate>,
    /// Why it failed or was annulled.
    pub note: String,
    /// What it is made from; none for what was received.
    pub recipe: Option<Recipe>,
}

impl Document {
    /// Whether whoever calls may be shown it at all: on phones one has what is one's own, or that of whom one acts for.
    #[must_use]
    pub fn is_open_to(&self, caller: &Caller) -> bool {
        caller.channel != Channel::Evo || (self.subject.is_some() && self.subject == caller.principal())
    }

    /// The day until which a document of this retention is kept that was issued (or came) on this day.
    pub fn keep_until(from: NaiveDate, years: Option<u32>) -> Option<NaiveDate> {
        from.checked_add_months(chrono::Months::new(years?.checked_mul(12)?))
    }
}

/// One version of a document.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DocumentVersion {
    /// From 1.
    pub version: u32,
    /// When it was asked for.
    pub at: Instant,
    /// By whom.
    pub by: Option<SubjectId>,
    /// Why.
    pub reason: String,
    /// Its bytes; none while they are being made, or when they never were.
    pub kept: Option<Kept>,
}

/// What a unit of work does to a document of its module.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum DocumentChange {
    /// A new one, as it is to stand: [`Standing::Making`], or [`Standing::Received`] with its bytes.
    New(Box<Document>),
    /// Made again, from another recipe.
    Remake {
        /// As it is to stand; its version is the one that was seen and one more.
        document: Box<Document>,
        /// Where it was seen to stand.
        seen: Standing,
        /// Why.
        reason: String,
    },
    /// Numbered, dated and frozen. What was drafted is made again with number and code; what is still being made is made so at once.
    Issue {
        /// Which.
        id: DocumentId,
        /// The version that was seen.
        version: u32,
        /// Where it was seen to stand: [`Standing::Making`] or [`Standing::Draft`].
        seen: Standing,
        /// Last day on which it holds.
        valid_until: Option<NaiveDate>,
        /// Its verification code; a code that somebody else's document has is a conflict.
        code: String,
    },
    /// No longer valid; only what is issued.
    Annul {
        /// Which.
        id: DocumentId,
        /// Why.
        reason: String,
    },
    /// Kept longer, until this day; never shorter.
    Retain {
        /// Which.
        id: DocumentId,
        /// The new last day.
        until: NaiveDate,
        /// Why.
        reason: String,
    },
    /// Nobody sees its content any more; its bytes are erased after the commit. Only past its last day.
    Destroy {
        /// Which.
        id: DocumentId,
    },
}

/// What the outbox carries to whoever makes documents: everything else is kept with the document.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ToMake {
    /// Which document.
    pub document: DocumentId,
    /// Which version of it. Nothing is to be done any more when it moved on.
    pub version: u32,
}

/// What becomes of a document when an order of the outbox is settled.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finished {
    /// What was ordered.
    pub order: ToMake,
    /// Whether it was made as issued, with number and code. One that was issued meanwhile is to be made anew.
    pub issued: bool,
    /// What came of it.
    pub outcome: Outcome,
}

/// How making a document ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// It was made.
    Made {
        /// Its bytes.
        kept: Kept,
        /// What was filled in.
        record: Address,
    },
    /// It cannot be made: why, in words without anything personal.
    Failed(String),
    /// It was destroyed, and its bytes are erased.
    Erased,
}
