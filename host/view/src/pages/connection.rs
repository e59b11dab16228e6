//! The request by which a municipality asks to be connected to MConnect.

use super::administration::{Place, frame_page};
use super::render;
use crate::format;
use crate::messages::{say, say_with};
use crate::page::{FormState, Frame};
use crate::ui::{Anchor, Ask, Cell, Control, Fact, Grid, Head, Panel, Piece, Row, Said, Sheet};
use crate::urls;
use vatra_core::catalogue::{ConnectionRequest, Line, Wrong};
use vatra_core::clock::Instant;
use vatra_core::ids::SubmissionId;
use vatra_core::manifest::Language;
use vatra_core::settings::DETAILS;
use vatra_core::view::Tone;

/// A request that was drawn up.
pub struct Drawn {
    /// Its document.
    pub id: String,
    /// When.
    pub at: Instant,
    /// How many signatures it carries.
    pub signatures: u32,
    /// Whether it waits for one.
    pub waits: bool,
}

/// What the page shows.
pub struct ConnectionView<'a> {
    /// What would be asked for now.
    pub request: &'a ConnectionRequest,
    /// The same in the reader's language.
    pub lines: &'a [Line],
    /// What still keeps it from being sent.
    pub wrong: &'a [Wrong],
    /// Those that were drawn up, oldest first.
    pub drawn: &'a [Drawn],
    /// A form that was posted and is shown again.
    pub form: Option<&'a FormState>,
    /// Gives the form an id of its own.
    pub submission: &'a dyn Fn() -> SubmissionId,
}

/// The page; its form posts `questions` to `{base}/connection`.
pub fn connection(frame: &Frame<'_>, base: &str, view: &ConnectionView<'_>) -> String {
    let language = frame.language;
    let request = view.request;
    let fact = |key: &str, text: &str| Fact::new(say(language, key), Cell::text(text));
    let mut pieces = vec![
        Piece::Text(say(language, "connection-text")),
        Piece::Facts {
            title: Some(say(language, "connection-who")),
            facts: vec![
                fact("connection-name", &request.institution.name),
                fact("connection-idno", &request.institution.idno),
                fact("connection-address", &request.institution.address),
                fact("connection-contact", &request.institution.contact),
                fact("connection-system", &request.system),
                Fact::new(say(language, "connection-certificate"), Cell::code(request.certificate.clone())),
            ],
        },
    ];
    for line in view.lines {
        let list = |titles: &[String]| titles.join(", ");
        pieces.push(Piece::Panel(Box::new(Panel {
            title: line.title.clone(),
            tag: None,
            facts: vec![
                fact("connection-owner", &line.owner),
                fact("connection-plain", &list(&line.plain)),
                fact("connection-personal", &list(&line.personal)),
                fact("purpose", &line.purpose),
                fact("legal-basis", &line.legal_basis),
            ],
            sheets: Vec::new(),
        })));
    }
    let mut errors = Vec::new();
    if view.wrong.is_empty() {
        let sheet = sheet(view, base, language);
        for control in &sheet.controls {
            errors.extend(control.error.iter().map(|text| Anchor::new(text.clone(), format!("#{}", control.target()))));
        }
        pieces.push(Piece::Sheet(Box::new(sheet)));
    } else {
        let mut reasons: Vec<String> = view.wrong.iter().map(|wrong| words(wrong, language)).collect();
        reasons.dedup();
        let text = Some(reasons.join("\n"));
        pieces.push(Piece::Notice(Said { tone: Tone::Warning, title: say(language, "connection-not-ready"), text }));
        if view.wrong.iter().any(|wrong| matches!(wrong, Wrong::Empty(_))) {
            pieces.push(Piece::Links(vec![Anchor::new(say(language, "connection-details"), format!("{base}/settings/{DETAILS}"))]));
        }
    }
    if !view.drawn.is_empty() {
        pieces.push(drawn(view, base, language));
    }
    let mut page = frame_page(language, base, Place::Services, say(language, "connection"), pieces);
    page.breadcrumbs = vec![Anchor::new(say(language, "services"), format!("{base}/services"))];
    page.errors = errors;
    render(frame, &page)
}

/// What is missing, and where it is mended.
fn words(wrong: &Wrong, language: Language) -> String {
    match wrong {
        Wrong::Empty("the institution's name" | "the address" | "the contact") => say(language, "connection-no-details"),
        Wrong::Idno => say(language, "connection-no-idno"),
        Wrong::Nothing => say(language, "connection-nothing"),
        Wrong::NoSuchSet(set) | Wrong::NoSuchField { set, .. } | Wrong::Twice(set) | Wrong::LongBasis(set) => {
            say_with(language, "connection-set-wrong", &[("set", set.as_str().into())])
        }
        Wrong::Empty(_) => say(language, "connection-grant-thin"),
    }
}

fn sheet(view: &ConnectionView<'_>, base: &str, language: Language) -> Sheet {
    let posted = view.form.and_then(|state| state.posted.get("questions")).and_then(|values| values.first()).cloned();
    let error = view.form.and_then(|state| state.errors.first()).map(|(_, text)| text.clone());
    let label = say(language, "connection-questions");
    Sheet {
        id: "connection".to_owned(),
        title: Some(say(language, "connection-draw-up")),
        action: format!("{base}/connection"),
        post: true,
        files: false,
        hidden: vec![(urls::SUBMISSION.to_owned(), (view.submission)().to_string())],
        controls: vec![Control {
            id: "questions".to_owned(),
            name: "questions".to_owned(),
            title: label.clone(),
            label,
            hint: Some(say(language, "connection-questions-hint")),
            error,
            ask: Ask::Line {
                value: posted.unwrap_or_else(|| view.request.sets.first().map_or_else(String::new, |set| set.questions_a_day.to_string())),
                suffix: None,
                kind: "text",
                mode: "numeric",
                width: "govuk-input--width-10",
                exact: true,
            },
            ..Control::default()
        }],
        submit: say(language, "connection-submit"),
        tone: Tone::Success,
        cancel: None,
    }
}

fn drawn(view: &ConnectionView<'_>, base: &str, language: Language) -> Piece {
    let rows = view.drawn.iter().rev().map(|one| {
        let (key, tone) = match (one.signatures, one.waits) {
            (0, true) => ("connection-waits", Tone::Warning),
            (0, false) => ("connection-unsigned", Tone::Danger),
            _ => ("connection-signed", Tone::Success),
        };
        let link = Cell::link(say(language, "document-download"), format!("{base}/connection/{}", one.id));
        let cells = vec![Cell { nowrap: true, ..Cell::text(format::instant(one.at, language)) }, Cell::tag(say(language, key), tone), link];
        Row { tick: None, cells, ..Row::default() }
    });
    Piece::Grid(Box::new(Grid {
        id: "drawn".to_owned(),
        caption: say(language, "connection-drawn"),
        heads: ["connection-at", "status", "connection-file"].map(|key| Head::text(say(language, key))).into(),
        rows: rows.collect(),
        ..Grid::default()
    }))
}
