//! The history of entries as a timeline. Reasons of changes are codes of this module's translations, with a particular after a colon.

use vatra_sdk::host::registers::Change;
use vatra_sdk::prelude::*;

/// A reason to be stored with a change; [`words_of`] puts it into words.
pub(crate) fn reason(code: &str, particular: &str) -> String {
    if particular.is_empty() { code.to_owned() } else { format!("{code}: {particular}") }
}

/// The codes of reasons that have words.
const CODES: [&str; 11] = [
    "roll-import",
    "payment",
    "notice-cancelled",
    "notice-printed",
    "assessment",
    "assessment-prepared",
    "assessment-approved",
    "assessment-applied",
    "assessment-dropped",
    "mailing-step",
    "message-told",
];

fn words_of(version: u32, reason: &str) -> Words {
    let (code, particular) = reason.split_once(": ").unwrap_or((reason, ""));
    if CODES.contains(&code) {
        words!(format!("reason-{code}"), particular = particular)
    } else if version == 1 {
        "reason-entered".into()
    } else {
        plain(reason)
    }
}

/// What happened to one entry.
pub(crate) struct Changes {
    /// What the entry is called among others; empty when it is alone.
    called: String,
    changes: Vec<Change>,
}

impl Changes {
    pub(crate) fn of(called: impl Into<String>, changes: Vec<Change>) -> Self {
        Self { called: called.into(), changes }
    }
}

/// Fields that say nothing to a reader of one account's history; references to other entries neither.
const SKIPPED: [&str; 3] = ["account-number", "order", "taxpayer"];

/// A field in a summary. A year is no number of anything, and is written without a space.
pub(crate) fn item(name: &str, value: Value) -> Item {
    let year = i64::from_value(&value).filter(|_| name == "year").map(|year| Value::Text(year.to_string()));
    Item::of(format!("field-{name}"), year.unwrap_or(value))
}

/// Every change of these entries, oldest first.
pub(crate) fn timeline(entries: Vec<Changes>) -> Vec<Happening> {
    let mut all: Vec<(String, Change)> =
        entries.into_iter().flat_map(|entry| entry.changes.into_iter().map(move |change| (entry.called.clone(), change))).collect();
    all.sort_by_key(|(_, change)| change.at);
    all.into_iter()
        .map(|(called, change)| {
            let mut happening = Happening::at(change.at, words_of(change.version, &change.reason)).by(change.by);
            if !called.is_empty() {
                happening = happening.detail(Item::of("history-entry", called));
            }
            change
                .fields
                .into_iter()
                .filter(|field| !SKIPPED.contains(&field.name.as_str()) && !matches!(field.value, Value::Entry(_)))
                .filter(|field| change.version > 1 || !matches!(field.value, Value::None))
                .fold(happening, |happening, field| happening.detail(item(&field.name, field.value)))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(version: u32, at: u64, reason: &str) -> Change {
        Change { version, at, by: None, reason: reason.into(), fields: fields!["due" => Bani(1), "phone" => Value::None] }
    }

    #[test]
    fn entries_are_told_together_in_the_order_of_time() {
        let told = timeline(vec![
            Changes::of("A", vec![change(1, 10, ""), change(2, 30, "payment: P1")]),
            Changes::of("B", vec![change(1, 20, "")]),
        ]);
        assert_eq!(told.iter().map(|it| it.at.clone()).collect::<Vec<_>>(), [10, 20, 30].map(Value::Instant));
        assert_eq!(told.iter().map(|it| it.details.len()).collect::<Vec<_>>(), [2, 2, 3]);
    }

    #[test]
    fn reasons_have_words() {
        assert_eq!(words_of(2, &reason("payment", "P1")), words!("reason-payment", particular = "P1"));
        assert_eq!(words_of(1, ""), "reason-entered".into());
        assert_eq!(words_of(2, "corectat la cerere"), plain("corectat la cerere"));
    }
}
