//! Acts of the municipality that are published on its page, for everybody.
//!
//! Law no. 436/2006 on local public administration, article 10; Government decision no. 672/2017 on the State Register of Local Acts.

use crate::clock::Instant;
use crate::fold::fold;
use crate::ids::{DocumentId, Name};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// The capability.
pub const SERVICE: &str = "opendata";
/// Characters of a title.
pub const MOST_TITLE: usize = 200;

/// What sort of act.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ActKind {
    /// Of the local council.
    Decision,
    /// Of the mayor.
    Disposition,
    /// Of a sitting.
    Minutes,
    /// To everybody.
    Notice,
}

impl ActKind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Decision, Self::Disposition, Self::Minutes, Self::Notice];

    /// `decision`
    pub fn code(self) -> &'static str {
        match self {
            Self::Decision => "decision",
            Self::Disposition => "disposition",
            Self::Minutes => "minutes",
            Self::Notice => "notice",
        }
    }

    /// From its code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// A published act. It goes by the id of its document.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Act {
    /// The act, signed.
    pub document: DocumentId,
    /// What everybody sees in its place, where the act holds personal data.
    pub public_version: Option<DocumentId>,
    /// Of the module that published it.
    pub module: Name,
    /// What sort.
    pub kind: ActKind,
    /// Nothing personal.
    pub title: String,
    /// The document's.
    pub number: String,
    /// The document's.
    pub date: NaiveDate,
    /// From when it holds, when that is not its publication.
    pub in_force_from: Option<NaiveDate>,
    /// When it was published.
    pub published_at: Instant,
    /// The act that repealed it.
    pub repealed_by: Option<DocumentId>,
}

impl Act {
    /// What is searched: number and title without case and diacritics.
    pub fn words(&self) -> String {
        fold(&format!("{} {}", self.number, self.title))
    }

    /// What everybody is given.
    pub fn shown(&self) -> DocumentId {
        self.public_version.unwrap_or(self.document)
    }
}

/// What happens to acts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ActChange {
    /// A new one.
    Publish(Box<Act>),
    /// By a later act.
    Repeal {
        /// Which.
        act: DocumentId,
        /// By which.
        by: DocumentId,
    },
}

/// Which acts are looked for.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ActQuery {
    /// Only of this sort.
    pub kind: Option<ActKind>,
    /// Only of this year.
    pub year: Option<i32>,
    /// Folded; all of them occur in number or title.
    pub words: Vec<String>,
}
