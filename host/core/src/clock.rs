//! Time: instants in UTC, civil dates in Europe/Chisinau.

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeZone, Timelike, Utc};
use serde::{Deserialize, Serialize};

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Instant(pub i64);

impl Instant {
    /// This many seconds later (earlier when negative).
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1000)))
    }
    /// The civil date in Europe/Chisinau.
    pub fn civil_date(self) -> NaiveDate {
        self.utc().with_timezone(&chrono_tz::Europe::Chisinau).date_naive()
    }
    /// Later than any other.
    pub const MAX: Self = Self(i64::MAX);
    /// The first moment of a civil date in Europe/Chisinau.
    pub fn first_of(date: NaiveDate) -> Self {
        // Clocks there are moved after midnight: a day's first moment exists, once.
        let midnight = date.and_time(chrono::NaiveTime::MIN);
        let local = chrono_tz::Europe::Chisinau.from_local_datetime(&midnight).earliest();
        Self(local.map_or_else(|| midnight.and_utc().timestamp_millis(), |local| local.timestamp_millis()))
    }
    /// What a clock on the wall in Chișinău shows, in minutes after midnight.
    pub fn wall_minutes(self) -> u16 {
        let local = self.utc().with_timezone(&chrono_tz::Europe::Chisinau);
        u16::try_from(local.hour() * 60 + local.minute()).unwrap_or_default()
    }
    /// The moment at which that clock shows these minutes after midnight. Of an hour that comes twice the first; none for one that does not come.
    pub fn at_wall(date: NaiveDate, minutes: u16) -> Option<Self> {
        let time = chrono::NaiveTime::from_num_seconds_from_midnight_opt(u32::from(minutes) * 60, 0)?;
        let local = chrono_tz::Europe::Chisinau.from_local_datetime(&date.and_time(time)).earliest()?;
        Some(Self(local.timestamp_millis()))
    }
    /// As a UTC time; instants beyond chrono's range become the epoch.
    pub fn utc(self) -> DateTime<Utc> {
        Utc.timestamp_millis_opt(self.0).single().unwrap_or_default()
    }
    /// Reads an xs:dateTime: with a zone, or as MPay writes it, local time without one, which is Chișinău's.
    pub fn from_xsd(text: &str) -> Option<Self> {
        if let Ok(zoned) = DateTime::parse_from_rfc3339(text) {
            return Some(Self(zoned.timestamp_millis()));
        }
        let local = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").ok()?;
        let found = chrono_tz::Europe::Chisinau.from_local_datetime(&local).earliest()?;
        Some(Self(found.timestamp_millis()))
    }
    /// `2026-09-25T14:05:00` in Europe/Chisinau: MPay's xs:dateTime.
    pub fn local_xsd(self) -> String {
        self.utc().with_timezone(&chrono_tz::Europe::Chisinau).format("%Y-%m-%dT%H:%M:%S").to_string()
    }
    /// `25.09.2026 14:05` in Europe/Chisinau.
    pub fn local_text(self) -> String {
        self.utc().with_timezone(&chrono_tz::Europe::Chisinau).format("%d.%m.%Y %H:%M").to_string()
    }
    /// RFC 3339 in UTC, with milliseconds.
    pub fn rfc3339(self) -> String {
        self.utc().to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
    }
}

/// Where the host takes the time from; settable in demo and tests.
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> Instant;
}

/// The machine's clock.
#[derive(Debug, Default, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods)] // the one place that reads the wall clock
    fn now(&self) -> Instant {
        Instant(Utc::now().timestamp_millis())
    }
}

/// A clock that stands where it was put.
#[derive(Debug)]
pub struct FixedClock(std::sync::atomic::AtomicI64);

impl FixedClock {
    /// Stands at this instant.
    pub fn at(instant: Instant) -> Self {
        Self(std::sync::atomic::AtomicI64::new(instant.0))
    }
    /// Moves to this instant.
    pub fn set(&self, instant: Instant) {
        self.0.store(instant.0, std::sync::atomic::Ordering::SeqCst);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Instant {
        Instant(self.0.load(std::sync::atomic::Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_civil_date_is_chisinau_s() {
        // 2026-09-25T22:30:00Z is already the 26th in Chișinău (UTC+3 in summer).
        let late = Instant(1_790_375_400_000);
        assert_eq!(late.rfc3339(), "2026-09-25T22:30:00.000Z");
        assert_eq!(late.civil_date().to_string(), "2026-09-26");
        assert_eq!(late.local_text(), "26.09.2026 01:30");
        assert_eq!((late.local_xsd().as_str(), Instant::from_xsd("2026-09-26T01:30:00")), ("2026-09-26T01:30:00", Some(late)));
        assert_eq!(Instant::from_xsd("2026-12-01T10:51:23.1234567"), Instant::from_xsd("2026-12-01T08:51:23.123Z"));
        assert_eq!(Instant::from_xsd("2026-12-01"), None);
        // In winter and summer, and on both days when the clocks are moved.
        for day in ["2026-01-15", "2026-03-29", "2026-09-26", "2026-10-25"].map(|day| day.parse::<NaiveDate>().unwrap()) {
            let first = Instant::first_of(day);
            assert_eq!((first.civil_date(), Instant(first.0 - 1).civil_date()), (day, day.pred_opt().unwrap()));
        }
    }

    #[test]
    fn a_clock_on_the_wall_is_read_and_found() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert_eq!(Instant(1_790_375_400_000).wall_minutes(), 90);
        assert_eq!(Instant::at_wall(day("2026-09-26"), 90), Some(Instant(1_790_375_400_000)));
        // Put forward at two in the morning of 29 March: half past two does not come. Put back at three on 25 October: it comes twice.
        assert_eq!(Instant::at_wall(day("2026-03-29"), 150), None);
        let first = Instant::at_wall(day("2026-10-25"), 150).unwrap();
        assert_eq!((first.wall_minutes(), first.plus_seconds(3_600).wall_minutes()), (150, 150));
        assert_eq!(Instant::at_wall(day("2026-09-26"), 1_440), None);
        for minutes in (0..1_440).filter(|minutes| minutes % 7 == 0) {
            assert_eq!(Instant::at_wall(day("2026-09-26"), minutes).map(Instant::wall_minutes), Some(minutes));
        }
    }
}
