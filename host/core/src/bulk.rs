//! An action on many entries: performed entry by entry by a job of the host's, each a unit of work of its own, with what came of each.

use crate::ids::{JobId, Name};
use crate::value::EntryRef;
use serde::{Deserialize, Serialize};

/// The job's name: of the host's own, whatever the module's jobs are called.
pub const JOB: &str = "vatra-bulk";
/// Entries of one job.
pub const MOST_ROWS: u64 = 10_000;
/// Entries of one step.
pub const STEP_ROWS: u32 = 20;
/// Characters of a reason.
pub const MOST_REASON: usize = 500;

/// What is to be done: the job's cursor.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Plan {
    /// The module's action, which takes one entry as its input `entry`.
    pub action: Name,
    /// The register of the entries.
    pub register: Name,
    /// What else the action is given, as a form sends it; nothing personal.
    pub parameters: Vec<(String, String)>,
    /// The button's words, in the language of whoever pressed it.
    pub label: String,
    /// The place of the entry that is next, from 0.
    pub next: u32,
    /// How many there are.
    pub total: u32,
}

impl Plan {
    /// From a cursor; none when it is not one.
    pub fn read(cursor: &str) -> Option<Self> {
        serde_json::from_str(cursor).ok()
    }
}

/// What came of an entry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Came {
    /// It is not its turn yet.
    Waiting,
    /// The action was performed and kept.
    Done,
    /// The action was refused, with nothing kept.
    Refused,
}

impl Came {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Waiting, Self::Done, Self::Refused];
    /// `waiting`
    pub fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Done => "done",
            Self::Refused => "refused",
        }
    }
    /// From its code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|came| came.code() == code)
    }
}

/// An entry of such a job.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BulkRow {
    /// From 0.
    pub place: u32,
    /// Which.
    pub entry: EntryRef,
    /// What came of it.
    pub came: Came,
    /// Why it was refused, in the language of whoever began.
    pub reason: String,
}

/// What a unit of work does to the entries of such jobs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum BulkChange {
    /// A job is to have these entries, in this order.
    Rows(JobId, Vec<EntryRef>),
    /// What came of some.
    Came(JobId, Vec<BulkRow>),
}
