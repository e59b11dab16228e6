//! The public pages on which anyone with its number and code follows an application.

use super::{HostPage, render};
use crate::facts::case_standing;
use crate::format;
use crate::messages::{say, say_with};
use crate::page::Frame;
use crate::ui::{Anchor, Ask, Cell, Control, Event, Fact, Piece, Said, Sheet};
use chrono::NaiveDate;
use vatra_core::call::Tenant;
use vatra_core::clock::Instant;
use vatra_core::ids::Name;
use vatra_core::manifest::Language;
use vatra_core::value::Money;
use vatra_core::view::Tone;

/// Where one chooses the municipality.
pub const TOWNS: &str = "/cases";

/// What anyone may know who has number and code: nothing personal.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Followed {
    /// Its reference number.
    pub number: String,
    /// What the service is called.
    pub service: String,
    /// Where it stands: a code of the contract.
    pub standing: Name,
    /// When it was handed in.
    pub submitted_on: NaiveDate,
    /// By when it is decided.
    pub due: Option<NaiveDate>,
    /// What is asked of the applicant, and until when.
    pub asked: Option<(String, NaiveDate)>,
    /// Orders that can be paid: number, what is left to pay, and where.
    pub to_pay: Vec<(String, Money, String)>,
    /// Oldest first: when, its standing then, and what the municipality said.
    pub steps: Vec<(Instant, Name, String)>,
}

/// What a look came to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Looked {
    /// Nothing was asked yet.
    Nothing,
    /// Number or code is missing.
    Incomplete,
    /// There is none with this number and code.
    Unknown,
    /// Too many are asking for what there is not.
    Busy,
    /// The case.
    Found(Box<Followed>),
}

/// The page, with the number that was typed. `action` is where the form goes.
pub fn follow(frame: &Frame<'_>, action: &str, number: &str, looked: &Looked) -> String {
    let language = frame.language;
    let mut pieces = Vec::new();
    let mut errors = Vec::new();
    match looked {
        Looked::Found(case) => {
            told(language, case, &mut pieces);
            pieces.push(Piece::Links(vec![Anchor::new(say(language, "follow-again"), action)]));
        }
        Looked::Nothing => pieces.extend([Piece::Text(say(language, "follow-text")), form(language, action, number)]),
        Looked::Incomplete => {
            errors.push(Anchor::new(say(language, "follow-incomplete"), "#number"));
            pieces.push(form(language, action, number));
        }
        Looked::Unknown | Looked::Busy => {
            let key = if *looked == Looked::Busy { "follow-busy" } else { "follow-unknown" };
            let text = Some(say(language, &format!("{key}-text")));
            pieces.push(Piece::Notice(Said { tone: Tone::Warning, title: say(language, key), text }));
            pieces.push(form(language, action, number));
        }
    }
    render(frame, &HostPage { title: say(language, "follow-title"), errors, pieces, ..HostPage::default() })
}

/// Where one chooses the municipality: each with the address of its page.
pub fn towns(frame: &Frame<'_>, towns: &[(Tenant, String)]) -> String {
    let language = frame.language;
    let links = towns.iter().map(|(tenant, href)| Anchor::new(crate::page::town_hall(tenant, language), href.clone())).collect();
    let pieces = vec![Piece::Text(say(language, "follow-towns")), Piece::Links(links)];
    render(frame, &HostPage { title: say(language, "follow-title"), pieces, ..HostPage::default() })
}

fn told(language: Language, case: &Followed, pieces: &mut Vec<Piece>) {
    let date = |date: NaiveDate| format::date(date, language);
    let mut facts = vec![
        Fact::new(say(language, "case-number"), Cell::text(format::strip_controls(&case.number))),
        Fact::new(say(language, "case-standing"), case_standing(language, &case.standing)),
        Fact::new(say(language, "case-submitted"), Cell::text(date(case.submitted_on))),
    ];
    facts.extend(case.due.map(|due| Fact::new(say(language, "case-due"), Cell::text(date(due)))));
    pieces.push(Piece::Facts { title: Some(format::strip_controls(&case.service)), facts });
    if let Some((note, until)) = &case.asked {
        let title = say_with(language, "case-asked", &[("date", date(*until).into())]);
        pieces.push(Piece::Notice(Said { tone: Tone::Warning, title, text: Some(format::strip_controls(note)) }));
    }
    for (number, rest, href) in &case.to_pay {
        let facts = vec![
            Fact::new(say(language, "order-number"), Cell::text(number)),
            Fact::new(say(language, "order-rest"), Cell::text(format::money(*rest, language))),
        ];
        pieces.push(Piece::Facts { title: Some(say(language, "order-title")), facts });
        pieces.push(Piece::Leave(Anchor::new(say(language, "order-pay"), href.clone())));
    }
    let event = |(at, standing, note): &(Instant, Name, String)| Event {
        what: case_standing(language, standing).text,
        at: at.rfc3339(),
        when: format::date(at.civil_date(), language),
        who: None,
        facts: (!note.is_empty())
            .then(|| Fact::new(say(language, "case-note"), Cell::text(format::strip_controls(note))))
            .into_iter()
            .collect(),
    };
    pieces.push(Piece::Timeline(case.steps.iter().map(event).collect()));
}

fn form(language: Language, action: &str, number: &str) -> Piece {
    let line = |name: &str, key: &str, value: &str| Control {
        id: name.to_owned(),
        name: name.to_owned(),
        label: say(language, key),
        title: say(language, key),
        hint: Some(say(language, &format!("{key}-hint"))),
        ask: Ask::Line { value: value.to_owned(), suffix: None, kind: "text", mode: "", width: "govuk-input--width-10", exact: true },
        ..Control::default()
    };
    Piece::Sheet(Box::new(Sheet {
        id: "follow".to_owned(),
        title: None,
        action: action.to_owned(),
        post: true,
        files: false,
        hidden: Vec::new(),
        controls: vec![line("number", "follow-number", number), line("code", "follow-code", "")],
        submit: say(language, "follow-submit"),
        tone: Tone::Success,
        cancel: None,
    }))
}
