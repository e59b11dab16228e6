//! Timers: what wakes a module later, once.

use crate::clock::Instant;
use crate::value::EntryRef;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// The capability, and the beginning of its events' kinds.
pub const SERVICE: &str = "timers";
/// The event that a timer has come.
pub const FIRED: &str = "timers.fired";
/// Pending ones of a module.
pub const MOST: u64 = 100_000;
/// How far ahead one may be, in days: ten years.
pub const FURTHEST_DAYS: i64 = 3_653;
/// From midnight until the host wakes modules for a day, in seconds: 05:00, before work begins.
const EARLY: i64 = 5 * 3_600;

/// When a timer fires.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Moment {
    /// Then.
    At(Instant),
    /// Early on this day, in Europe/Chisinau.
    On(NaiveDate),
}

impl Moment {
    /// From when on it is due.
    pub fn due(self) -> Instant {
        match self {
            Self::At(at) => at,
            Self::On(day) => Instant::first_of(day).plus_seconds(EARLY),
        }
    }
}

/// A timer of a module.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Timer {
    /// Unique in the module.
    pub name: String,
    /// When it fires.
    pub moment: Moment,
    /// What it is about.
    pub about: Option<EntryRef>,
}

/// What a unit of work does to a timer of its module.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TimerChange {
    /// Sets it, or moves the one of this name.
    Set(Timer),
    /// Takes it away; fine when there is none.
    Cancel(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_before_work_does() {
        for day in ["2026-01-15", "2026-07-15"] {
            let due = day.parse().map(|day| Moment::On(day).due().local_text());
            assert_eq!(due.ok(), Some(format!("15.{}.2026 05:00", &day[5..7])));
        }
    }
}
