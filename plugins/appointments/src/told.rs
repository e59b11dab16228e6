//! How standings and refusals are said.

use vatra_sdk::contract::vatra::appointments::types::Standing;
use vatra_sdk::contract::vatra::view::view::Notice;
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
    let known = ["not-granted", "revoked", "expired", "parts", "services", "counters", "others"];
    let rule = known.into_iter().find(|rule| denial.rule == *rule).unwrap_or("other");
    Notice::of(Tone::Warning, words!("denied-title", capability = Choice(&denial.capability)))
        .text(words!("denied-text", rule = Choice(rule)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_that_nobody_foresaw_has_words_too() {
        let rule = |rule: &str| match denied(&Denial { capability: "appointments".into(), rule: rule.into(), detail: String::new() }).text {
            Some(Words::Key(message)) => message.arguments,
            _ => Vec::new(),
        };
        assert_eq!(rule("revoked"), fields!["rule" => Choice("revoked")]);
        assert_eq!(rule("of-tomorrow"), fields!["rule" => Choice("other")]);
    }
}
