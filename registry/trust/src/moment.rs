//! Moments in signed statements: RFC 3339 in UTC, whole seconds, one way of writing each.

use serde::{Deserialize, Deserializer, Serializer, de::Error};
use vatra_core::clock::Instant;

/// The beginning of the second: what a statement keeps of a moment.
pub(crate) fn whole(moment: Instant) -> Instant {
    Instant(moment.0.div_euclid(1_000).saturating_mul(1_000))
}

pub(crate) fn text(moment: Instant) -> String {
    moment.utc().format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

pub(crate) fn serialize<S: Serializer>(moment: &Instant, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&text(*moment))
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Instant, D::Error> {
    let written = String::deserialize(from)?;
    let moment = Instant::from_xsd(&written).filter(|moment| text(*moment) == written);
    moment.ok_or_else(|| D::Error::custom(format!("'{written}' is not a moment like 2026-11-23T10:00:00Z")))
}
