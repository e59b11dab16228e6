//! Instants as the messages write them.

use crate::Refusal;
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};

/// An xs:dateTime in UTC, as `Z` or `+00:00`. Local time, with or without an offset, is refused: SAML and WS-Security demand UTC.
pub(crate) fn read(text: &str, what: &'static str) -> Result<DateTime<Utc>, Refusal> {
    let text = text.trim();
    if !(text.ends_with('Z') || text.ends_with("+00:00")) || !text.contains('T') || text.len() > 40 {
        return Err(Refusal::Malformed(what));
    }
    DateTime::parse_from_rfc3339(text).map(|moment| moment.with_timezone(&Utc)).map_err(|_| Refusal::Malformed(what))
}

/// As an xs:dateTime, to the millisecond.
pub(crate) fn write(moment: DateTime<Utc>) -> String {
    moment.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// A moment at most `age` ago; clocks may differ by `skew` either way.
pub(crate) fn recent(moment: DateTime<Utc>, now: DateTime<Utc>, age: TimeDelta, skew: TimeDelta) -> Result<(), Refusal> {
    if moment - now > skew {
        Err(Refusal::TooEarly)
    } else if now - moment > age + skew {
        Err(Refusal::TooLate)
    } else {
        Ok(())
    }
}

/// A moment that is still to come; clocks may differ by `skew`.
pub(crate) fn before(now: DateTime<Utc>, end: DateTime<Utc>, skew: TimeDelta) -> Result<(), Refusal> {
    if now - skew >= end { Err(Refusal::TooLate) } else { Ok(()) }
}

/// A moment that has come; clocks may differ by `skew`.
pub(crate) fn since(start: DateTime<Utc>, now: DateTime<Utc>, skew: TimeDelta) -> Result<(), Refusal> {
    if start - now > skew { Err(Refusal::TooEarly) } else { Ok(()) }
}
