//! Visits at a counter: when counters are open, what is booked there, and who waits without an appointment.

mod notices;
mod slots;

pub use notices::{Change as NoticeChange, notice};
pub use slots::{Slot, Week, free, place, slots};

use crate::clock::Instant;
use crate::ids::{AppointmentId, ClosureId, Name, SubjectId, TicketId};
use crate::register::Numbering;
use crate::settings::{self, Enacted};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// The capability, and the beginning of its events' kinds.
pub const SERVICE: &str = "appointments";
/// The event that an appointment was booked, moved or cancelled.
pub const CHANGED: &str = "appointments.changed";
/// Days ahead that are shown at most.
pub const MOST_DAYS: i64 = 62;
/// Characters of a reason.
pub const MOST_REASON: usize = 500;
/// Rows of a week.
pub const MOST_HOURS: usize = 50;
/// When one is reminded on the day before: the hour by the clock on the wall.
const REMINDED_AT: u32 = 9;

/// How appointments are numbered.
pub fn numbering() -> Numbering {
    Numbering("P-{year}-{seq:5}".to_owned())
}

/// How far an appointment is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// To come.
    Booked,
    /// The visitor is there.
    Arrived,
    /// Over.
    Served,
    /// The visitor did not come.
    Missed,
    /// Taken back.
    Cancelled,
}

impl Standing {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Booked, Self::Arrived, Self::Served, Self::Missed, Self::Cancelled];
    /// `booked`
    pub fn code(self) -> &'static str {
        match self {
            Self::Booked => "booked",
            Self::Arrived => "arrived",
            Self::Served => "served",
            Self::Missed => "missed",
            Self::Cancelled => "cancelled",
        }
    }
    /// From its code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|standing| standing.code() == code)
    }
    /// Whether this may follow upon that.
    pub fn may_become(self, next: Self) -> bool {
        match self {
            Self::Booked => matches!(next, Self::Arrived | Self::Served | Self::Missed | Self::Cancelled),
            Self::Arrived => matches!(next, Self::Booked | Self::Served | Self::Missed),
            // A slip of the finger is mended.
            Self::Served | Self::Missed => next == Self::Arrived,
            Self::Cancelled => false,
        }
    }
}

/// A counter of the municipality, as its settings have it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Counter {
    /// Its name in calendars.
    pub id: Name,
    /// `Ghișeul 2`
    pub title: String,
    /// Where it is: `bir. 4, parter`.
    pub place: String,
}

/// The counters that there are on a day.
pub fn counters(entered: &[Enacted], today: NaiveDate) -> Vec<Counter> {
    let rows = settings::on(entered, today).map(|one| one.rows.as_slice()).unwrap_or_default();
    let counter = |row: &crate::value::Fields| {
        let text = |name: &str| settings::text(row, name).to_owned();
        Some(Counter { id: Name::new(text("id")).ok()?, title: text("title"), place: text("place") })
    };
    rows.iter().filter_map(counter).collect()
}

/// When a counter is open on a weekday. Several of a day stand one after the other.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct Hours {
    /// 1 is Monday.
    pub weekday: u8,
    /// In minutes after midnight in Europe/Chisinau.
    pub opens: u16,
    /// As above; at most 1440.
    pub closes: u16,
    /// Of one visit.
    pub minutes: u16,
    /// Visitors at the same time.
    pub places: u16,
}

/// Whether these hours can be a week, and the rule that they break.
///
/// # Errors
/// `weekday`, `range`, `minutes`, `places`, `overlap` or `too-many`.
pub fn check_hours(hours: &[Hours]) -> Result<(), &'static str> {
    if hours.len() > MOST_HOURS {
        return Err("too-many");
    }
    for one in hours {
        if !(1..=7).contains(&one.weekday) {
            return Err("weekday");
        }
        if one.closes > 1_440 || one.opens >= one.closes {
            return Err("range");
        }
        if one.minutes < 5 || one.minutes > one.closes - one.opens {
            return Err("minutes");
        }
        if one.places == 0 || one.places > 50 {
            return Err("places");
        }
    }
    let mut sorted = hours.to_vec();
    sorted.sort_unstable();
    let overlap = |pair: &[Hours]| matches!(pair, [a, b] if a.weekday == b.weekday && b.opens < a.closes);
    if sorted.windows(2).any(overlap) { Err("overlap") } else { Ok(()) }
}

/// What a counter does from a day on, until the next.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Schedule {
    /// Which counter.
    pub counter: Name,
    /// The first day on which it holds. Of two for the same day the later one replaces the other.
    pub since: NaiveDate,
    /// Public services that are given there, by code.
    pub services: Vec<Name>,
    /// Its week.
    pub hours: Vec<Hours>,
}

/// A time in which a counter takes nobody.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Closure {
    /// Its id.
    pub id: ClosureId,
    /// Which counter.
    pub counter: Name,
    /// Its first moment.
    pub from: Instant,
    /// The first moment after it.
    pub to: Instant,
    /// Told to those whose visits are cancelled; names nobody.
    pub reason: String,
}

/// A visit.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Appointment {
    /// Its id.
    pub id: AppointmentId,
    /// Given when it is kept; empty before.
    pub number: String,
    /// From 1.
    pub version: u32,
    /// The module that it was booked through.
    pub module: Name,
    /// The public service, by code.
    pub service: Name,
    /// The counter.
    pub counter: Name,
    /// When.
    pub starts: Instant,
    /// How long.
    pub minutes: u16,
    /// Which of the counter's places, from 0; given when it is kept.
    pub place: u16,
    /// Who comes.
    pub visitor: SubjectId,
    /// How far it is.
    pub standing: Standing,
    /// The case that it is about, by id.
    pub case: Option<String>,
    /// Why it was moved or cancelled.
    pub note: String,
    /// When the visitor is reminded; none when they were, or need not be.
    pub remind_at: Option<Instant>,
    /// When the visitor was called to the counter.
    pub called_at: Option<Instant>,
}

impl Appointment {
    /// The first moment after it.
    pub fn ends(&self) -> Instant {
        self.starts.plus_seconds(i64::from(self.minutes) * 60)
    }
    /// Whether it takes a place of its counter.
    pub fn takes_place(&self) -> bool {
        self.standing != Standing::Cancelled
    }
}

/// When somebody is reminded of a visit: at nine of the day before; not at all when that has passed.
pub fn remind_at(starts: Instant, now: Instant) -> Option<Instant> {
    let nine = starts.civil_date().pred_opt()?.and_hms_opt(REMINDED_AT, 0, 0)?;
    let at = chrono::TimeZone::from_local_datetime(&chrono_tz::Europe::Chisinau, &nine).earliest()?;
    let at = Instant(at.timestamp_millis());
    (at > now).then_some(at)
}

/// Somebody who came without an appointment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ticket {
    /// Its id; in the order in which they were taken.
    pub id: TicketId,
    /// `B07`: given when it is kept; empty before.
    pub number: String,
    /// The day that it is for.
    pub day: NaiveDate,
    /// The letter that its number begins with.
    pub letter: char,
    /// For which service.
    pub service: Name,
    /// Whose, if that was asked.
    pub visitor: Option<SubjectId>,
    /// When.
    pub taken_at: Instant,
    /// Where they were called to.
    pub counter: Option<Name>,
}

/// The letter of a service's tickets: by its place among the services given at counters, so that a hall hears them apart.
pub fn letter<'a>(service: &Name, given: impl IntoIterator<Item = &'a Name>) -> char {
    let sorted: std::collections::BTreeSet<&Name> = given.into_iter().collect();
    let at = sorted.iter().position(|one| *one == service).unwrap_or_default() % 26;
    char::from(b'A'.saturating_add(u8::try_from(at).unwrap_or_default()))
}

/// Who is next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Waiting {
    /// A visitor with an appointment.
    Appointment(AppointmentId),
    /// A ticket.
    Ticket(TicketId),
}

/// What a unit of work does to appointments. Whatever changed since it was seen is a conflict.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum AppointmentChange {
    /// A new one; a conflict when no place is left at that moment.
    Book {
        /// The visit; number and place are given here.
        appointment: Box<Appointment>,
        /// The module that is told.
        tell: Option<Name>,
    },
    /// As it stands from now on, one version later. Moved to another time or counter it is given a place there, or is a conflict.
    Set {
        /// The visit afterwards.
        appointment: Box<Appointment>,
        /// The module that is told.
        tell: Option<Name>,
    },
    /// A counter's week.
    Schedule(Schedule),
    /// A time in which a counter is closed; a conflict while a visit is booked in it.
    Close(Closure),
    /// It is open after all.
    Reopen(ClosureId),
    /// A new ticket.
    Take(Box<Ticket>),
    /// To this counter; a conflict when somebody else called them.
    Call {
        /// Whom.
        who: Waiting,
        /// Where to.
        counter: Name,
    },
    /// The visitor is reminded of it as it stands; a conflict when it was changed, or they were.
    Reminded {
        /// Which.
        id: AppointmentId,
        /// As it was seen.
        version: u32,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{COUNTERS, HOST};
    use crate::value::{Fields, Value};

    fn named(text: &str) -> Name {
        Name::new(text).unwrap()
    }

    #[test]
    fn counters_are_rows_of_a_setting() {
        let row = |id: &str| -> Fields {
            [("id", id), ("title", "Ghișeul 1")].map(|(name, text)| (name.to_owned(), Value::Text(text.to_owned()))).into()
        };
        let schema = HOST.iter().find(|schema| schema.name.as_str() == COUNTERS).unwrap();
        assert!(schema.problems().is_empty() || schema.problems().iter().all(|problem| problem.what.contains("host's own")));
        assert_eq!(schema.check(&[row("desk-1"), row("desk-2")]), Ok(()));
        assert_eq!(schema.check(&[row("desk-1"), row("desk-1")]), Err(("id".to_owned(), "duplicate")));
        assert_eq!(schema.check(&[row("Ghișeul 1")]), Err(("id".to_owned(), "type")));
        let (since, at) = ("2026-10-01".parse().unwrap(), Instant(0));
        let entered =
            Enacted { setting: named(COUNTERS), since, rows: vec![row("desk-1")], decision: String::new(), document: None, at, by: None };
        assert_eq!(counters(std::slice::from_ref(&entered), "2026-09-30".parse().unwrap()), []);
        let counter = Counter { id: named("desk-1"), title: "Ghișeul 1".into(), place: String::new() };
        assert_eq!(counters(&[entered], since), [counter]);
    }

    #[test]
    fn one_is_reminded_at_nine_of_the_day_before() {
        // Ten o'clock on Monday 26 October 2026; clocks were put back the day before.
        let monday = Instant::first_of("2026-10-26".parse().unwrap()).plus_seconds(36_000);
        let at = remind_at(monday, Instant(0)).unwrap();
        assert_eq!(at.local_text(), "25.10.2026 09:00");
        assert_eq!((remind_at(monday, Instant(at.0 - 1)), remind_at(monday, at)), (Some(at), None));
    }

    #[test]
    fn a_hall_hears_services_apart() {
        let services = ["water", "certificate", "land"].map(named);
        let letters = ["certificate", "land", "water", "unknown"].map(|service| letter(&named(service), &services));
        assert_eq!(letters, ['A', 'B', 'C', 'A']);
    }
}
