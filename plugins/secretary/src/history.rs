//! The history of entries as a timeline. Reasons of changes are codes of this module's translations, with a particular after a colon where there is one, or
//! the words of whoever made them.

use vatra_sdk::contract::vatra::msign::types::{Signing, Standing};
use vatra_sdk::prelude::*;

/// What the signer said when refusing; empty when it was refused at MSign, where nothing is asked, and when nobody refused: then the note is a code.
pub(crate) fn refusal(signing: &Signing) -> &str {
    if signing.standing == Standing::Refused && signing.note != "msign" { signing.note.trim() } else { "" }
}

/// Why something was not signed, to be stored with the change: with the signer's words, if there are any.
pub(crate) fn unsigned(signing: &Signing, code: &str) -> String {
    match refusal(signing) {
        "" => code.to_owned(),
        words => format!("{code}-because: {words}"),
    }
}

/// The codes of reasons that have words.
const CODES: [&str; 23] = [
    "certificate-withdrawn",
    "certificate-supplied",
    "certificate-paid",
    "certificate-issued",
    "certificate-asked",
    "certificate-refused",
    "certificate-not-signed",
    "certificate-not-signed-because",
    "certificate-signed",
    "letter-answering",
    "letter-answered",
    "answer-refused",
    "answer-refused-because",
    "answer-signed",
    "answer-sent",
    "answer-handed",
    "decision-voted",
    "decision-sent",
    "decision-countersigned",
    "decision-signed",
    "decision-published",
    "decision-refused",
    "decision-refused-because",
];

fn words_of(version: u32, reason: &str) -> Words {
    match reason.split_once(": ").unwrap_or((reason, "")) {
        ("", "") if version == 1 => "reason-entered".into(),
        (code, "") if CODES.contains(&code) => format!("reason-{code}").as_str().into(),
        (code, particular) if CODES.contains(&code) => words!(format!("reason-{code}"), particular = particular),
        _ => plain(reason),
    }
}

/// Fields that say nothing to a reader.
const SKIPPED: [&str; 6] = ["task", "signing", "message", "document-version", "document", "answer"];

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
        assert_eq!(
            words_of(4, "answer-refused-because: nota: alt termen"),
            words!("reason-answer-refused-because", particular = "nota: alt termen")
        );
        assert_eq!(words_of(2, "nota: alt termen"), plain("nota: alt termen"));
        assert_eq!(words_of(2, "la cererea petiționarului"), plain("la cererea petiționarului"));
    }
}
