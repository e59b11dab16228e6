//! A clock for demos that goes on from another moment.

use chrono::{NaiveDate, NaiveTime, Timelike};
use std::str::FromStr;
use vatra_core::clock::{Clock, Instant, SystemClock};

/// A day, with the time on Chișinău's clocks if one is wanted: `2026-10-01` or `2026-10-01T09:30`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Moment {
    day: NaiveDate,
    /// Minutes after midnight.
    minutes: Option<u16>,
}

impl FromStr for Moment {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || format!("`{text}` is no day and no moment: write 2026-10-01 or 2026-10-01T09:30");
        let (day, time) = text.split_once('T').map_or((text, None), |(day, time)| (day, Some(time)));
        let day = day.parse().map_err(|_| wrong())?;
        let read = |time: &str| NaiveTime::parse_from_str(time, "%H:%M").ok();
        let minutes = match time {
            Some(time) => Some(read(time).and_then(|time| u16::try_from(time.hour() * 60 + time.minute()).ok()).ok_or_else(wrong)?),
            None => None,
        };
        if minutes.is_some_and(|minutes| Instant::at_wall(day, minutes).is_none()) {
            return Err(format!("`{text}` does not come: clocks are put forward that night"));
        }
        Ok(Self { day, minutes })
    }
}

/// The machine's clock, moved.
pub(crate) struct MovedClock {
    /// In milliseconds.
    by: i64,
}

impl MovedClock {
    /// Now becomes this moment. Of a day alone: the time of day stays, whichever side of summer time it is on.
    pub(crate) fn to(moment: Moment) -> Self {
        let now = SystemClock.now();
        let then = Instant::at_wall(moment.day, moment.minutes.unwrap_or_else(|| now.wall_minutes()));
        // A time of day that does not come on that day.
        let then = then.unwrap_or_else(|| Instant::first_of(moment.day));
        Self { by: then.0.saturating_sub(now.0) }
    }
}

impl Clock for MovedClock {
    fn now(&self) -> Instant {
        Instant(SystemClock.now().0.saturating_add(self.by))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(text: &str) -> Moment {
        text.parse().unwrap()
    }

    #[test]
    fn a_day_alone_is_that_day_at_any_time_of_the_year() {
        for text in ["2020-01-15", "2026-07-15", "2100-01-15"] {
            let shown = MovedClock::to(moment(text)).now();
            assert_eq!(shown.civil_date().to_string(), text);
        }
    }

    #[test]
    fn a_moment_is_that_moment_and_goes_on() {
        for (text, shown) in [("2026-10-01T09:30", "01.10.2026 09:30"), ("2026-01-15T23:59", "15.01.2026 23:59")] {
            let moment = moment(text);
            let clock = MovedClock::to(moment);
            assert_eq!(Instant::at_wall(moment.day, moment.minutes.unwrap()).unwrap().local_text(), shown);
            let (first, second) = (clock.now(), clock.now());
            assert!(second >= first && first >= Instant::at_wall(moment.day, moment.minutes.unwrap()).unwrap(), "{text}");
        }
    }

    #[test]
    fn what_is_no_moment_is_refused_with_what_to_write() {
        for text in ["tomorrow", "2026-13-01", "2026-10-01T25:00", "2026-10-01T9", "2026-10-01 09:30", ""] {
            assert!(text.parse::<Moment>().unwrap_err().contains("2026-10-01T09:30"), "{text}");
        }
        // Half past two of the night in which clocks are put forward.
        assert!("2026-03-29T02:30".parse::<Moment>().unwrap_err().contains("does not come"));
    }
}
