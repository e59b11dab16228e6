//! Applications for public services: where they stand, what may be done with them, by when they are decided.

mod fields;
mod notices;
mod store;
mod turns;

pub use fields::{CaseFields, Wrong, is_personal, read, to_supply};
pub use notices::{Receipt, Said, notice};
pub use store::{CaseQuery, CaseSnapshot};
pub use turns::{BrokenRule, Move};

use crate::ids::{CaseId, Name, SubjectId};
use crate::register::Numbering;
use crate::services::{Days, Term};
use crate::unit::Outgoing;
use crate::value::EntryRef;
use crate::workdays::WorkingDays;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The capability, and the beginning of its events' kinds.
pub const SERVICE: &str = "cases";
/// The event about a case.
pub const CHANGED: &str = "cases.changed";
/// Characters of a note or reason.
pub const MOST_NOTE: usize = 2_000;

/// How cases are numbered: without gaps, by municipality and year.
pub fn numbering() -> Numbering {
    Numbering("C-{year}-{seq:5}".to_owned())
}

/// What is kept of the code by which a case is followed.
pub fn code_hash(id: CaseId, code: &str) -> String {
    let mut hasher = Sha256::new();
    for part in [b"vatra case code v1".as_slice(), id.0.as_bytes(), code.as_bytes()] {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part);
    }
    hex::encode(hasher.finalize())
}

/// Where a case stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Handed in.
    Submitted,
    /// Taken up.
    InWork,
    /// Something is asked of the applicant.
    WaitingApplicant,
    /// Something is to be paid.
    WaitingPayment,
    /// Decided so.
    Approved,
    /// Decided so.
    Refused,
    /// Taken back by the applicant.
    Withdrawn,
}

impl Standing {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Submitted, Self::InWork, Self::WaitingApplicant, Self::WaitingPayment, Self::Approved, Self::Refused, Self::Withdrawn];
    /// `in-work`
    pub fn code(self) -> &'static str {
        match self {
            Self::Submitted => "submitted",
            Self::InWork => "in-work",
            Self::WaitingApplicant => "waiting-applicant",
            Self::WaitingPayment => "waiting-payment",
            Self::Approved => "approved",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
        }
    }
    /// From its code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|standing| standing.code() == code)
    }
    /// Whether something remains to be done.
    pub fn is_open(self) -> bool {
        !matches!(self, Self::Approved | Self::Refused | Self::Withdrawn)
    }
    /// Whether it was decided.
    pub fn is_decided(self) -> bool {
        matches!(self, Self::Approved | Self::Refused)
    }
}

/// What is asked of the applicant.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Question {
    /// The service's fields that are to be supplied.
    pub fields: Vec<String>,
    /// What for.
    pub note: String,
    /// The last day for it.
    pub until: NaiveDate,
}

/// An application. What it says is kept apart (see [`CaseSnapshot::case_fields`]).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Case {
    /// Its id.
    pub id: CaseId,
    /// The reference number, given when it is kept; empty before.
    pub number: String,
    /// From 1.
    pub version: u32,
    /// The public service, by code.
    pub service: Name,
    /// The module through which it was handed in.
    pub module: Name,
    /// The module that handled the service then.
    pub handler: Name,
    /// Where it stands.
    pub standing: Standing,
    /// For whom.
    pub applicant: SubjectId,
    /// Who handed it in, when somebody else.
    pub by: Option<SubjectId>,
    /// The power of attorney for that; none for an official at a counter.
    pub mandate: Option<String>,
    /// When it was handed in.
    pub submitted_on: NaiveDate,
    /// By when it is decided; none when that takes as long as it takes.
    pub due: Option<NaiveDate>,
    /// In which days the term is counted.
    pub counted: Days,
    /// Since when it waits for the applicant.
    pub waits_since: Option<NaiveDate>,
    /// What is asked of the applicant.
    pub asked: Option<Question>,
    /// What it came to: documents by id.
    pub results: Vec<String>,
    /// What is to be paid: orders by number.
    pub orders: Vec<String>,
    /// What the handling module tied it to.
    pub entry: Option<EntryRef>,
    /// Stars, 1 to 5.
    pub rating: Option<u8>,
    /// What was said last.
    pub note: String,
}

impl Case {
    /// The last day of a term that begins on the day after it was handed in.
    pub fn due(term: Term, submitted_on: NaiveDate, days: &WorkingDays) -> Option<NaiveDate> {
        match term.counted {
            Days::Working => days.add(submitted_on, i64::from(term.days)),
            Days::Calendar => submitted_on.checked_add_days(chrono::Days::new(u64::from(term.days))).map(|last| days.or_next(last)),
        }
    }

    /// Whether its term has passed. It does not while the case waits for the applicant.
    pub fn is_overdue(&self, today: NaiveDate) -> bool {
        self.standing.is_open() && self.standing != Standing::WaitingApplicant && self.due.is_some_and(|due| due < today)
    }
}

/// Something that happened to a case.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Step {
    /// When.
    pub at: crate::clock::Instant,
    /// By whom.
    pub by: Option<SubjectId>,
    /// Where the case stood then.
    pub standing: Standing,
    /// What was said.
    pub note: String,
    /// Whether anyone with number and code may read the note: the municipality's words, not the applicant's.
    pub shown: bool,
}

/// Why the handling module is told.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Turn {
    /// It was handed in.
    Submitted,
    /// What was asked for was supplied.
    Supplied,
    /// It was taken back.
    Withdrawn,
    /// Its term has passed.
    Overdue,
    /// The applicant said how it was.
    Rated,
}

/// The event: JSON in the inbox.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CaseTold {
    /// Why.
    pub turn: Turn,
    /// As it stood then.
    pub case: Case,
}

/// What a unit of work does to cases. Whatever changed since it was seen is a conflict.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CaseChange {
    /// A new one; its number is given here.
    Submit {
        /// The case.
        case: Box<Case>,
        /// What it says.
        fields: CaseFields,
        /// See [`code_hash`].
        code: String,
        /// The module that is told.
        tell: Name,
        /// What the applicant is told, with the number.
        receipt: Box<(Outgoing, Receipt)>,
    },
    /// As it stands from now on, one version later.
    Set {
        /// The case afterwards.
        case: Box<Case>,
        /// All that it says from now on, when that changes.
        fields: Option<CaseFields>,
        /// Whether it is a step of its timeline, and whether anyone may read its note.
        step: Option<bool>,
        /// The module that is told, and why.
        tell: Option<(Name, Turn)>,
    },
    /// The module is told that its term has passed; a conflict when it was changed, or was told.
    Overdue {
        /// Which.
        id: CaseId,
        /// As it was seen.
        version: u32,
        /// The module.
        tell: Name,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_term_ends_on_a_working_day() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let days = WorkingDays::default();
        // Thursday 1 October 2026.
        let from = day("2026-10-01");
        assert_eq!(Case::due(Term { days: 5, counted: Days::Working }, from, &days), Some(day("2026-10-08")));
        assert_eq!(Case::due(Term { days: 9, counted: Days::Calendar }, from, &days), Some(day("2026-10-12")));
    }

    #[test]
    fn a_code_is_kept_as_a_hash_of_its_own_case() {
        let (one, other) = (CaseId::fresh(), CaseId::fresh());
        assert_eq!(code_hash(one, "7K2M9QXD441H"), code_hash(one, "7K2M9QXD441H"));
        assert_ne!(code_hash(one, "7K2M9QXD441H"), code_hash(other, "7K2M9QXD441H"));
        assert!(!code_hash(one, "7K2M9QXD441H").contains("7K2M"));
    }
}
