//! Days, hours and services in words: what modules say to people besides tables.

use crate::contract::vatra::appointments::booking::Slot;
use crate::contract::vatra::clock::clock;
use crate::contract::vatra::types::values::{Date, Denial, Failure, Field, Instant};
use crate::contract::vatra::view::view::{Message, Words};
use crate::fields::field;
use crate::host::services;
use alloc::borrow::ToOwned;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// Services of a page of the catalogue, and pages that are read.
const PAGE: u32 = 100;
const PAGES: usize = 5;

/// Minutes after midnight as on a clock: `9:20`.
pub fn hour(minutes: u16) -> String {
    format!("{}:{:02}", minutes / 60, minutes % 60)
}

/// A message that says a day in words (see [`Date::spoken`]), with other arguments besides.
pub fn on(key: &str, day: Date, more: Vec<Field>) -> Words {
    let mut arguments = day.spoken();
    arguments.extend(more);
    Words::Key(Message { key: key.into(), arguments })
}

/// A message that says a moment in words: its day as [`on`] does, and the argument `time`, which is its hour.
pub fn at(key: &str, moment: Instant, mut more: Vec<Field>) -> Words {
    more.push(field("time", hour(clock::minutes_of(moment))));
    on(key, clock::date_of(moment), more)
}

/// Titles of public services by code, in the caller's language.
#[derive(Debug)]
pub struct Titles {
    titles: BTreeMap<String, String>,
    /// Why there are none: the catalogue is withheld.
    pub denied: Option<Denial>,
}

impl Titles {
    /// As the catalogue has them. Where it is withheld services keep their codes.
    ///
    /// # Errors
    /// What the catalogue answers, but for a denial.
    pub fn read() -> Result<Self, Failure> {
        let mut titles = BTreeMap::new();
        let mut cursor: Option<String> = None;
        for _ in 0..PAGES {
            match services::search("", None, PAGE, cursor.as_deref()) {
                Ok(page) => {
                    titles.extend(page.services.into_iter().map(|one| (one.code, one.title)));
                    cursor = page.next;
                }
                Err(Failure::Denied(denial)) => return Ok(Self { titles, denied: Some(denial) }),
                Err(other) => return Err(other),
            }
            if cursor.is_none() {
                break;
            }
        }
        Ok(Self { titles, denied: None })
    }

    /// A service's title, or else its code.
    pub fn of(&self, service: &str) -> String {
        self.titles.get(service).cloned().unwrap_or_else(|| service.to_owned())
    }

    /// Codes of all that are known.
    pub fn codes(&self) -> impl Iterator<Item = &str> {
        self.titles.keys().map(String::as_str)
    }
}

/// Days on which visits are free, each with all the places of its visits.
pub fn free_by_day(slots: &[Slot]) -> Vec<(Date, i64)> {
    by_day(slots, clock::date_of, |date| clock::instant_of(date.plus_days(1), 0))
}

/// `day_of` is asked once a day; `next_of` is the first moment after it.
fn by_day(slots: &[Slot], day_of: impl Fn(Instant) -> Date, next_of: impl Fn(Date) -> Option<Instant>) -> Vec<(Date, i64)> {
    let mut days: Vec<(Date, i64)> = Vec::new();
    let mut until: Option<Instant> = None;
    for slot in slots {
        match days.last_mut() {
            Some((_, places)) if until.is_some_and(|until| slot.starts < until) => *places += i64::from(slot.free),
            _ => {
                let date = day_of(slot.starts);
                until = next_of(date);
                days.push((date, i64::from(slot.free)));
            }
        }
    }
    days
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_by_day() {
        const DAY: u64 = 86_400_000;
        let first = Date::of(2026, 10, 1);
        let slot = |counter: &str, starts, free| Slot { counter: counter.into(), starts, minutes: 20, free };
        let slots = [slot("a", 10, 1), slot("b", DAY - 1, 2), slot("a", DAY, 3), slot("b", 3 * DAY + 5, 1)];
        let day_of = |at| first.plus_days(u32::try_from(at / DAY).unwrap_or_default());
        let days = by_day(&slots, day_of, |date| Some(u64::from(first.days_until(date) + 1) * DAY));
        assert_eq!(days, [(first, 3), (first.plus_days(1), 3), (first.plus_days(3), 1)]);
    }

    #[test]
    fn hours_are_written_as_on_a_clock() {
        assert_eq!((hour(560).as_str(), hour(0).as_str(), hour(1_439).as_str()), ("9:20", "0:00", "23:59"));
    }
}
