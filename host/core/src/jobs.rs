//! Jobs: long work of a module in steps, each a unit of work, and when it comes round by itself.

use crate::call::Acting;
use crate::clock::Instant;
use crate::ids::{JobId, Name, SubjectId};
use crate::manifest::Language;
use chrono::{Datelike, Days, NaiveDate, NaiveTime};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The capability, and the beginning of its events' kinds.
pub const SERVICE: &str = "jobs";
/// The event that a job ended.
pub const ENDED: &str = "jobs.ended";
/// Attempts of one step before its job fails.
pub const ATTEMPTS: u32 = 7;
/// The same while a service that it needs is down: three days, as what leaves for a service is tried.
pub const ATTEMPTS_OUTSIDE: u32 = 150;
/// Bytes of a cursor.
pub const MOST_CURSOR: usize = 64 << 10;
/// Characters of a note.
pub const MOST_NOTE: usize = 500;

/// How far a job is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// No step was made yet.
    Waiting,
    /// Some steps were made.
    Running,
    /// All of them.
    Finished,
    /// One of them, again and again.
    Failed,
    /// Somebody had enough.
    Cancelled,
}

impl Standing {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Waiting, Self::Running, Self::Finished, Self::Failed, Self::Cancelled];
    /// `waiting`
    pub fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Finished => "finished",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }
    /// From its code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|standing| standing.code() == code)
    }
    /// Whether any step is to come.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Waiting | Self::Running)
    }
}

/// Who started a job: whose steps they are.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Starter {
    /// None when it was its schedule, or an event.
    pub person: Option<SubjectId>,
    /// The person's language.
    #[serde(default)]
    pub language: Language,
    /// For whom they acted.
    #[serde(default)]
    pub acting: Option<Acting>,
}

/// A job.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Job {
    /// Its id; in the order in which they were started.
    pub id: JobId,
    /// Whose it is.
    pub module: Name,
    /// As the manifest declares it.
    pub name: Name,
    /// Who started it.
    pub by: Starter,
    /// How far it is.
    pub standing: Standing,
    /// What its next step is given.
    pub cursor: Option<String>,
    /// Steps that were kept.
    pub steps: u32,
    /// So much of it.
    pub done: u64,
    /// Of so much.
    pub total: Option<u64>,
    /// The module's words; nothing personal.
    pub note: String,
    /// When it was asked for.
    pub created_at: Instant,
    /// When its first step was kept.
    pub started_at: Option<Instant>,
    /// When it ended.
    pub ended_at: Option<Instant>,
    /// Failed attempts of the next step.
    pub attempts: u32,
    /// Not before this moment.
    pub next_at: Instant,
    /// Somebody had enough: it ends before its next step.
    pub cancelling: bool,
    /// Why its last step failed: a code, empty when it did not.
    pub failure: String,
}

impl Job {
    /// A new one.
    pub fn new(id: JobId, module: Name, name: Name, by: Starter, cursor: Option<String>, at: Instant) -> Self {
        Self {
            id,
            module,
            name,
            by,
            standing: Standing::Waiting,
            cursor,
            steps: 0,
            done: 0,
            total: None,
            note: String::new(),
            created_at: at,
            started_at: None,
            ended_at: None,
            attempts: 0,
            next_at: at,
            cancelling: false,
            failure: String::new(),
        }
    }

    /// As everybody is told: one that is being cancelled has had its last step.
    pub fn told(&self) -> Standing {
        if self.cancelling && self.standing.is_open() { Standing::Cancelled } else { self.standing }
    }

    /// How long to wait before its next attempt, in seconds; none when it has had enough of them. `outside`: it is no fault of the module's.
    pub fn patience(attempts: u32, outside: bool) -> Option<i64> {
        const WAITS: [i64; ATTEMPTS as usize - 1] = [1, 5, 30, 120, 600, 1_800];
        let longest = WAITS.last().copied().filter(|_| outside && attempts + 1 < ATTEMPTS_OUTSIDE);
        WAITS.get(attempts as usize).copied().or(longest)
    }
}

/// What a step came to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Progress {
    /// What the next step is given; none when there is none.
    pub cursor: Option<String>,
    /// So much of it.
    pub done: u64,
    /// Of so much.
    pub total: Option<u64>,
    /// The module's words.
    pub note: String,
}

/// What a unit of work does to jobs. Each holds only if the job still stands as it was seen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum JobChange {
    /// A new one. A conflict when `alone` and another of its name is open.
    Start {
        /// As it is to stand.
        job: Box<Job>,
        /// Only one at a time.
        alone: bool,
        /// When its schedule brought it: the moment that it was due, and the next one. A conflict when another host was quicker.
        round: Option<(Instant, Instant)>,
    },
    /// A step was made, whose writes are the rest of this unit. Ends the job when no other is to come.
    Step {
        /// Which job.
        id: JobId,
        /// How many steps it had.
        steps: u32,
        /// What it came to.
        progress: Progress,
    },
    /// It is to end before its next step.
    Cancel(JobId),
    /// It ended without another step: failed, with the reason's code, or cancelled.
    End {
        /// Which job.
        id: JobId,
        /// How many steps it had.
        steps: u32,
        /// [`Standing::Failed`] or [`Standing::Cancelled`].
        standing: Standing,
        /// Why it failed.
        failure: String,
    },
}

/// When a job comes round by itself, in Europe/Chisinau.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, tag = "every", rename_all = "kebab-case")]
pub enum Schedule {
    /// Every day.
    Day {
        /// `05:30`
        at: String,
    },
    /// Every year.
    Year {
        /// `01-15`: month and day. 29 February is the 28th where there is none.
        on: String,
        /// `05:30`
        at: String,
    },
}

impl Schedule {
    fn time(&self) -> Option<NaiveTime> {
        let (Self::Day { at } | Self::Year { at, .. }) = self;
        NaiveTime::parse_from_str(at, "%H:%M").ok().filter(|_| at.len() == 5)
    }

    /// Month and day.
    fn day(&self) -> Option<Option<(u32, u32)>> {
        let Self::Year { on, .. } = self else { return Some(None) };
        // A leap year knows every day.
        let day = NaiveDate::parse_from_str(&format!("2024-{on}"), "%Y-%m-%d").ok().filter(|_| on.len() == 5)?;
        Some(Some((day.month(), day.day())))
    }

    /// Whether it says a day and a time that there are.
    pub fn is_valid(&self) -> bool {
        self.time().is_some() && self.day().is_some()
    }

    /// The first moment after this one at which it comes round; none when it says what is not.
    pub fn next(&self, after: Instant) -> Option<Instant> {
        let (time, day) = (self.time()?, self.day()?);
        let seconds = i64::from(chrono::Timelike::num_seconds_from_midnight(&time));
        let on = |date: NaiveDate| Instant::first_of(date).plus_seconds(seconds);
        let today = after.civil_date();
        match day {
            None => (0..=2).filter_map(|days| today.checked_add_days(Days::new(days))).map(on).find(|at| *at > after),
            Some((month, day)) => {
                let of = |year| NaiveDate::from_ymd_opt(year, month, day).or_else(|| NaiveDate::from_ymd_opt(year, month, day - 1));
                (0..=1).filter_map(|years| of(today.year() + years)).map(on).find(|at| *at > after)
            }
        }
    }
}

/// A job's schedule, as storage knows it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Round {
    /// Whose job.
    pub module: Name,
    /// Its name.
    pub name: Name,
    /// The schedule, as JSON: another one begins anew.
    pub schedule: String,
    /// When it comes round next.
    pub next_at: Instant,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(schedule: &Schedule, at: &str) -> Option<String> {
        let at = Instant::from_xsd(at)?;
        schedule.next(at).map(Instant::local_text)
    }

    #[test]
    fn schedules_come_round_in_local_time() {
        let daily = Schedule::Day { at: "05:30".into() };
        assert_eq!(after(&daily, "2026-07-01T05:29:00").as_deref(), Some("01.07.2026 05:30"));
        assert_eq!(after(&daily, "2026-07-01T05:30:00").as_deref(), Some("02.07.2026 05:30"));
        let yearly = Schedule::Year { on: "01-15".into(), at: "05:30".into() };
        assert_eq!(after(&yearly, "2026-01-15T05:30:00").as_deref(), Some("15.01.2027 05:30"));
        assert_eq!(after(&yearly, "2026-01-02T00:00:00").as_deref(), Some("15.01.2026 05:30"));
        let leap = Schedule::Year { on: "02-29".into(), at: "00:00".into() };
        assert_eq!(after(&leap, "2026-01-02T00:00:00").as_deref(), Some("28.02.2026 00:00"));
        assert_eq!(after(&leap, "2028-01-02T00:00:00").as_deref(), Some("29.02.2028 00:00"));
        for (on, at) in [("13-01", "05:30"), ("02-30", "05:30"), ("1-5", "05:30"), ("01-15", "25:00"), ("01-15", "5:30")] {
            assert!(!Schedule::Year { on: on.into(), at: at.into() }.is_valid(), "{on} {at}");
        }
    }

    #[test]
    fn a_step_is_tried_so_many_times_and_no_more() {
        for (outside, attempts) in [(false, ATTEMPTS), (true, ATTEMPTS_OUTSIDE)] {
            let waits: Vec<i64> = (0..).map_while(|attempts| Job::patience(attempts, outside)).collect();
            assert!(waits.len() + 1 == attempts as usize && waits.is_sorted());
        }
    }
}
