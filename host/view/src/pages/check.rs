//! The public page on which anyone checks a document by its code.

use super::{HostPage, render};
use crate::format;
use crate::messages::{say, say_with};
use crate::page::Frame;
use crate::ui::{Anchor, Ask, Cell, Control, Fact, Piece, Said, Sheet};
use vatra_core::manifest::Language;
use vatra_core::view::Tone;

/// What is known of the document with a code.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Verdict {
    /// Whether it holds.
    pub holds: Holds,
    /// What its type is called.
    pub kind: String,
    /// Who issued it.
    pub issuer: String,
    /// Its number, if its type is numbered.
    pub number: Option<String>,
    /// When it was issued.
    pub issued_on: chrono::NaiveDate,
    /// Last day on which it holds.
    pub valid_until: Option<chrono::NaiveDate>,
    /// What its type shows to anyone: words and value.
    pub shown: Vec<(String, String)>,
    /// Of a signed document: whether its signatures hold.
    pub signed: Option<Signed>,
}

/// What is to be said of a document's signatures. Who signed stands in the document.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Signed {
    /// So many, all of which hold.
    Hold(usize),
    /// One of them does not.
    Fail,
    /// Nobody here can judge them now.
    Unknown,
}

/// Whether a document holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Holds {
    /// Today.
    Valid,
    /// Not before everybody who was asked to sign it has.
    Unsigned,
    /// Its last day has passed.
    Expired,
    /// It was annulled.
    Annulled,
}

/// What a check came to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Checked {
    /// Nothing was asked yet.
    Nothing,
    /// Nobody here issued this code.
    Unknown,
    /// Too many are asking for codes that do not exist.
    Busy,
    /// The document.
    Found(Box<Verdict>),
}

/// The page, with what was typed. `action` is where the form goes, by GET.
pub fn check(frame: &Frame<'_>, action: &str, typed: &str, checked: &Checked) -> String {
    let language = frame.language;
    let mut pieces = Vec::new();
    match checked {
        Checked::Found(verdict) => {
            pieces.push(told(language, verdict.holds));
            pieces.push(facts(language, verdict));
            pieces.push(Piece::Links(vec![Anchor::new(say(language, "check-again"), action)]));
        }
        Checked::Nothing => pieces.extend([Piece::Text(say(language, "check-text")), form(language, action, typed)]),
        Checked::Unknown | Checked::Busy => {
            let key = if *checked == Checked::Busy { "check-busy" } else { "check-unknown" };
            let text = Some(say(language, &format!("{key}-text")));
            pieces.push(Piece::Notice(Said { tone: Tone::Warning, title: say(language, key), text }));
            pieces.push(form(language, action, typed));
        }
    }
    pieces.push(Piece::Links(vec![Anchor::new(say(language, "follow-title"), super::cases::TOWNS)]));
    render(frame, &HostPage { title: say(language, "check-title"), pieces, ..HostPage::default() })
}

fn told(language: Language, holds: Holds) -> Piece {
    let (key, tone) = match holds {
        Holds::Valid => ("check-valid", Tone::Success),
        Holds::Unsigned => ("check-unsigned", Tone::Warning),
        Holds::Expired => ("check-expired", Tone::Warning),
        Holds::Annulled => ("check-annulled", Tone::Danger),
    };
    Piece::Notice(Said { tone, title: say(language, key), text: Some(say(language, &format!("{key}-text"))) })
}

fn facts(language: Language, verdict: &Verdict) -> Piece {
    let fact = |key: &str, text: String| Fact::new(say(language, key), Cell::text(format::strip_controls(&text)));
    let mut facts = vec![fact("check-kind", verdict.kind.clone()), fact("check-issuer", verdict.issuer.clone())];
    facts.extend(verdict.number.clone().map(|number| fact("document-number", number)));
    facts.push(fact("document-issued-on", format::date(verdict.issued_on, language)));
    facts.extend(verdict.valid_until.map(|last| fact("document-valid-until", format::date(last, language))));
    let signed = verdict.signed.map(|signed| match signed {
        Signed::Hold(count) => say_with(language, "check-signatures-hold", &[("count", count.into())]),
        Signed::Fail => say(language, "check-signatures-fail"),
        Signed::Unknown => say(language, "check-signatures-unknown"),
    });
    facts.extend(signed.map(|text| fact("check-signed", text)));
    let shown = verdict.shown.iter();
    facts.extend(shown.map(|(title, value)| Fact::new(format::strip_controls(title), Cell::text(format::strip_controls(value)))));
    Piece::Facts { title: None, facts }
}

fn form(language: Language, action: &str, typed: &str) -> Piece {
    let control = Control {
        id: "code".to_owned(),
        name: "code".to_owned(),
        label: say(language, "check-code"),
        title: say(language, "check-code"),
        hint: None,
        error: None,
        ask: Ask::Line { value: typed.to_owned(), suffix: None, kind: "text", mode: "", width: "govuk-input--width-10", exact: true },
        ..Control::default()
    };
    Piece::Sheet(Box::new(Sheet {
        id: "check".to_owned(),
        title: None,
        action: action.to_owned(),
        post: false,
        files: false,
        hidden: Vec::new(),
        controls: vec![control],
        submit: say(language, "check-submit"),
        tone: Tone::Success,
        cancel: None,
    }))
}
