//! A clock for demos that goes on from another day.

use chrono::NaiveDate;
use vatra_core::clock::{Clock, Instant, SystemClock};

/// The machine's clock, moved by whole days.
pub(crate) struct MovedClock {
    seconds: i64,
}

impl MovedClock {
    /// Today becomes this day; the time of day stays.
    pub(crate) fn to(day: NaiveDate) -> Self {
        let days = day.signed_duration_since(SystemClock.now().civil_date()).num_days();
        Self { seconds: days * 24 * 60 * 60 }
    }
}

impl Clock for MovedClock {
    fn now(&self) -> Instant {
        SystemClock.now().plus_seconds(self.seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_shows_the_day_and_goes_on() {
        for text in ["2020-01-15", "2100-01-15"] {
            let day: NaiveDate = text.parse().unwrap_or_default();
            // Summer time may move midnight by an hour.
            let apart = MovedClock::to(day).now().civil_date().signed_duration_since(day).num_days().abs();
            assert!(apart <= 1, "{text}");
        }
    }
}
