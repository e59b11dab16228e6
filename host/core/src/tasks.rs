//! Tasks: what someone has to do by when. A worklist is made of them.

use crate::clock::Instant;
use crate::ids::{Name, SubjectId, TaskId};
use crate::value::EntryRef;
use crate::view::{Link, Words};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The capability, and the beginning of its events' kinds.
pub const SERVICE: &str = "tasks";
/// The event that somebody else changed a task, or that it is overdue.
pub const CHANGED: &str = "tasks.changed";
/// Characters of a reason or note.
pub const MOST_NOTE: usize = 500;

/// How much it matters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Priority {
    /// It can wait.
    Low,
    /// As others.
    Normal,
    /// Before others.
    High,
}

impl Priority {
    /// `normal`
    pub fn code(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Normal => "normal",
            Self::High => "high",
        }
    }
}

/// How far it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Nobody has it.
    Open,
    /// Somebody has.
    Claimed,
    /// It was done.
    Done,
    /// It need not be done.
    Cancelled,
}

impl Standing {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Open, Self::Claimed, Self::Done, Self::Cancelled];
    /// `open`
    pub fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Claimed => "claimed",
            Self::Done => "done",
            Self::Cancelled => "cancelled",
        }
    }
    /// From its code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|standing| standing.code() == code)
    }
    /// Whether it remains to be done.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Open | Self::Claimed)
    }
}

/// A task.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Task {
    /// Its id; in the order in which they were opened.
    pub id: TaskId,
    /// The module that opened it.
    pub module: Name,
    /// From 1.
    pub version: u32,
    /// How far it is.
    pub standing: Standing,
    /// A code of the module's.
    pub kind: String,
    /// Names nobody.
    pub title: Words,
    /// Where it is done.
    pub opens: Link,
    /// What it is about.
    pub about: Option<EntryRef>,
    /// Who may claim it.
    pub role: Name,
    /// Who has it.
    pub assignee: Option<SubjectId>,
    /// By when.
    pub due: Option<NaiveDate>,
    /// How much it matters.
    pub priority: Priority,
    /// When it was opened.
    pub opened_at: Instant,
    /// When it was done or cancelled.
    pub closed_at: Option<Instant>,
    /// Said when it was last assigned, postponed, completed or cancelled.
    pub note: String,
}

impl Task {
    /// Past its due date and still open.
    pub fn is_overdue(&self, today: NaiveDate) -> bool {
        self.standing.is_open() && self.due.is_some_and(|due| due < today)
    }
}

/// What somebody did to a task.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Turn {
    /// Opened it.
    Opened,
    /// Took it.
    Claimed,
    /// Gave it to somebody.
    Assigned,
    /// Gave it back to nobody.
    Released,
    /// Moved its date.
    Postponed,
    /// Did it.
    Completed,
    /// Did away with it.
    Cancelled,
}

impl Turn {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Opened, Self::Claimed, Self::Assigned, Self::Released, Self::Postponed, Self::Completed, Self::Cancelled];
    /// `claimed`
    pub fn code(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Claimed => "claimed",
            Self::Assigned => "assigned",
            Self::Released => "released",
            Self::Postponed => "postponed",
            Self::Completed => "completed",
            Self::Cancelled => "cancelled",
        }
    }
    /// From its code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|turn| turn.code() == code)
    }
}

impl Task {
    /// As it stands after this turn, one version later. `None` when it is over, or the turn makes no sense.
    #[must_use]
    pub fn after(&self, turn: &Change, at: Instant) -> Option<Self> {
        if !self.standing.is_open() {
            return None;
        }
        let mut next = Self { version: self.version + 1, ..self.clone() };
        match turn {
            Change::Claim(by) => {
                if self.assignee.is_some() {
                    return None;
                }
                (next.assignee, next.standing) = (Some(*by), Standing::Claimed);
            }
            Change::Assign(to, reason) => {
                (next.assignee, next.note) = (*to, reason.clone());
                next.standing = if to.is_some() { Standing::Claimed } else { Standing::Open };
            }
            Change::Postpone(due, reason) => (next.due, next.note) = (Some(*due), reason.clone()),
            Change::Complete(note) => (next.standing, next.closed_at, next.note) = (Standing::Done, Some(at), note.clone()),
            Change::Cancel(reason) => (next.standing, next.closed_at, next.note) = (Standing::Cancelled, Some(at), reason.clone()),
        }
        Some(next)
    }
}

/// What is to be done to a task.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Change {
    /// By this person.
    Claim(SubjectId),
    /// To somebody or nobody, why.
    Assign(Option<SubjectId>, String),
    /// To this day, why.
    Postpone(NaiveDate, String),
    /// With a note.
    Complete(String),
    /// Why.
    Cancel(String),
}

impl Change {
    /// What it is called.
    pub fn turn(&self) -> Turn {
        match self {
            Self::Claim(_) => Turn::Claimed,
            Self::Assign(Some(_), _) => Turn::Assigned,
            Self::Assign(None, _) => Turn::Released,
            Self::Postpone(..) => Turn::Postponed,
            Self::Complete(_) => Turn::Completed,
            Self::Cancel(_) => Turn::Cancelled,
        }
    }
}

/// What a unit of work does to tasks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TaskChange {
    /// A new one.
    Open(Box<Task>),
    /// As it stands from now on; a conflict when the version before is another one's.
    Set {
        /// The task afterwards; its version is the one that was seen and one more.
        task: Box<Task>,
        /// What was done.
        turn: Turn,
        /// Whether its module is told.
        tell: bool,
    },
}

/// What somebody did to a task, as its page shows it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TaskTurn {
    /// The version that it made.
    pub version: u32,
    /// When.
    pub at: Instant,
    /// Who; none for a module by itself.
    pub by: Option<SubjectId>,
    /// What.
    pub turn: Turn,
    /// To whom.
    pub assignee: Option<SubjectId>,
    /// Why.
    pub reason: String,
}

/// Which tasks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scope {
    /// Somebody's own.
    Mine,
    /// Nobody's, that they may claim.
    Unassigned,
    /// Past their date: their own and those of their roles.
    Overdue,
    /// Their own and those of their roles.
    All,
}

impl Scope {
    /// All of them, as a worklist offers them.
    pub const ALL: [Self; 4] = [Self::Mine, Self::Unassigned, Self::Overdue, Self::All];
    /// `mine`
    pub fn code(self) -> &'static str {
        match self {
            Self::Mine => "mine",
            Self::Unassigned => "unassigned",
            Self::Overdue => "overdue",
            Self::All => "all",
        }
    }
    /// From its code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.code() == code)
    }
}

/// A worklist: open tasks, soonest due first, then by priority and age.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TaskQuery {
    /// Which.
    pub scope: Scope,
    /// Whose worklist.
    pub person: Option<SubjectId>,
    /// The roles that they hold.
    pub roles: BTreeSet<Name>,
    /// Only tasks of these modules; all when none.
    pub modules: Option<BTreeSet<Name>>,
    /// Only tasks of these kinds; all when empty.
    pub kinds: BTreeSet<String>,
    /// The day that it is.
    pub today: NaiveDate,
}
