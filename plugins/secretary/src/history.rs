//! The history of entries as a timeline. Reasons of changes are codes of this module's translations, or the words of whoever made them.

use vatra_sdk::prelude::*;

/// The codes of reasons that have words.
const CODES: [&str; 19] = [
    "certificate-withdrawn",
    "certificate-supplied",
    "certificate-paid",
    "certificate-issued",
    "certificate-asked",
    "certificate-refused",
    "certificate-not-signed",
    "certificate-signed",
    "letter-answering",
    "letter-answered",
    "answer-refused",
    "answer-signed",
    "answer-sent",
    "answer-handed",
    "decision-voted",
    "decision-sent",
    "decision-countersigned",
    "decision-signed",
    "decision-published",
];

fn words_of(version: u32, reason: &str) -> Words {
    match reason {
        "" if version == 1 => "reason-entered".into(),
        code if CODES.contains(&code) => format!("reason-{code}").as_str().into(),
        words => plain(words),
    }
}

/// Fields that say nothing to a reader.
const SKIPPED: [&str; 5] = ["task", "signing", "message", "document-version", "document"];

/// Every change of an entry, oldest first, as the end of a screen.
pub(crate) fn told(screen: Screen, at: &EntryRef) -> Result<Screen, Failure> {
    let happenings = registers::history(at)?.into_iter().map(|change| {
        let happening = Happening::at(change.at, words_of(change.version, &change.reason)).by(change.by);
        change
            .fields
            .into_iter()
            .filter(|field| !SKIPPED.contains(&field.name.as_str()) && !matches!(field.value, Value::Entry(_)))
            .filter(|field| change.version > 1 && !matches!(field.value, Value::Sealed(_)))
            .fold(happening, |happening, field| happening.detail(Item::of(format!("field-{}", field.name), field.value)))
    });
    Ok(screen.heading("history-title").timeline(happenings.collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_have_words() {
        assert_eq!(words_of(1, ""), "reason-entered".into());
        assert_eq!(words_of(3, "answer-signed"), "reason-answer-signed".into());
        assert_eq!(words_of(2, "la cererea petiționarului"), plain("la cererea petiționarului"));
    }
}
