//! How standings, counters and refusals are said.

use vatra_sdk::contract::vatra::appointments::types::{Counter, Standing};
use vatra_sdk::contract::vatra::view::view::Notice;
use vatra_sdk::host::calendar;
use vatra_sdk::prelude::*;

pub(crate) use vatra_sdk::spoken::{Titles, at, hour, on};

/// The code by which messages tell standings apart.
pub(crate) fn code(standing: Standing) -> Choice<'static> {
    Choice(match standing {
        Standing::Booked => "booked",
        Standing::Arrived => "arrived",
        Standing::Served => "served",
        Standing::Missed => "missed",
        Standing::Cancelled => "cancelled",
    })
}

/// Why the municipality does not let it.
pub(crate) fn denied(denial: &Denial) -> Notice {
    let known = ["not-granted", "revoked", "expired", "parts", "services", "counters"];
    let rule = known.into_iter().find(|rule| denial.rule == *rule).unwrap_or("other");
    Notice::of(Tone::Warning, words!("denied-title", capability = Choice(&denial.capability)))
        .text(words!("denied-text", rule = Choice(rule)))
}

/// Counters of the municipality.
pub(crate) struct Counters(pub(crate) Vec<Counter>);

impl Counters {
    /// Those whose calendars the grant opens.
    pub(crate) fn read() -> Result<Self, Failure> {
        calendar::counters().map(Self)
    }

    /// A counter's title; the code of one that is there no longer.
    pub(crate) fn title(&self, id: &str) -> String {
        self.0.iter().find(|counter| counter.id == id).map_or_else(|| id.to_owned(), |counter| counter.title.clone())
    }
}

/// A notice that nothing was done because somebody else was quicker.
pub(crate) fn changed() -> Answer {
    Answer::done(Notice::of(Tone::Warning, "changed-title").text("changed-text"))
}
