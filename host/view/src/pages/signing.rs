//! The signing queue: what waits for the reader's signature, read, ticked and signed together, or refused.

use super::{HostPage, home_link, render};
use crate::format;
use crate::messages::{say, say_with};
use crate::page::Frame;
use crate::ui::{Anchor, Ask, Bulk, BulkPress, Cell, Control, Grid, Head, Piece, Row, Said, Sheet, Tick};
use vatra_core::manifest::Language;
use vatra_core::view::Tone;

pub use vatra_core::view::SigningItem as Item;

/// In forms: a ticked request.
pub const TICK: &str = "request";
/// In forms: `sign` or `refuse`.
pub const DECISION: &str = "decision";
/// In forms: why it is refused.
pub const REASON: &str = "reason";

/// The queue; `action` is where forms are posted to.
pub fn queue(frame: &Frame<'_>, action: &str, items: &[Item]) -> String {
    let mut pieces = vec![Piece::Text(say(frame.language, "signing-text")), Piece::Grid(Box::new(grid(frame.language, action, items)))];
    for item in items.iter().filter(|item| item.documents.len() > 1) {
        pieces.push(Piece::Section { id: format!("documents-{}", item.id), title: format::strip_controls(&item.title) });
        pieces.push(Piece::Links(item.documents.iter().map(|(text, href)| Anchor::new(text, href)).collect()));
    }
    page(frame, pieces, Vec::new())
}

/// The queue's table.
pub(crate) fn grid(language: Language, action: &str, items: &[Item]) -> Grid {
    let state = |item: &Item| match (&item.errand, item.ready, item.note.as_str()) {
        (Some(href), ..) => Cell::link(say(language, "signing-continue"), href.clone()),
        (None, false, _) => Cell::tag(say(language, "signing-unready"), Tone::Neutral),
        (None, true, "") => Cell::tag(say(language, "signing-ready"), Tone::Success),
        (None, true, note) => {
            let key = if ["expired", "superseded"].contains(&note) { format!("signing-note-{note}") } else { "signing-note".to_owned() };
            Cell::tag(say(language, &key), Tone::Warning)
        }
    };
    let documents = |item: &Item| match item.documents.as_slice() {
        [(text, href)] => Cell::link(text.clone(), href.clone()),
        [] => Cell::text(""),
        many => Cell::link(say_with(language, "signing-documents", &[("count", many.len().into())]), format!("#documents-{}", item.id)),
    };
    let row = |item: &Item| Row {
        tick: (item.ready && item.errand.is_none()).then(|| Tick {
            id: format!("tick-{}", item.id),
            value: item.id.clone(),
            label: item.title.clone(),
            checked: false,
        }),
        cells: vec![
            Cell::text(format::strip_controls(&item.title)),
            documents(item),
            Cell::text(item.reason.clone()),
            Cell::text(item.module.clone()),
            Cell { nowrap: true, ..Cell::text(item.until.map(|last| format::date(last, language)).unwrap_or_default()) },
            state(item),
        ],
        ..Row::default()
    };
    let heads = ["signing-what", "signing-document", "signing-reason", "signing-module", "signing-until", "signing-state"];
    let press = |key: &str, tone, decision: &str| BulkPress {
        label: say(language, key),
        tone,
        action: action.to_owned(),
        with: format!("{DECISION}={decision}"),
    };
    Grid {
        id: "signing".to_owned(),
        caption: say(language, "signing-queue"),
        heads: heads.iter().map(|key| Head::text(say(language, key))).collect(),
        rows: items.iter().map(row).collect(),
        empty: say(language, "signing-empty"),
        stacked: true,
        bulk: Some(Bulk {
            hidden: Vec::new(),
            all: None,
            name: TICK.to_owned(),
            presses: vec![press("signing-sign", Tone::Success, "sign"), press("signing-refuse", Tone::Danger, "refuse")],
        }),
        ..Grid::default()
    }
}

/// Why what was ticked is refused; `missing` when the reason was not given.
pub fn refuse(frame: &Frame<'_>, action: &str, ids: &[String], titles: &[String], missing: bool) -> String {
    let language = frame.language;
    let error = missing.then(|| say(language, "signing-reason-missing"));
    let control = Control {
        id: REASON.to_owned(),
        name: REASON.to_owned(),
        label: say(language, "signing-refuse-reason"),
        title: say(language, "signing-refuse-reason"),
        hint: Some(say(language, "signing-refuse-hint")),
        error: error.clone(),
        ask: Ask::Area { value: String::new() },
        ..Control::default()
    };
    let mut hidden: Vec<(String, String)> = ids.iter().map(|id| (TICK.to_owned(), id.clone())).collect();
    hidden.push((DECISION.to_owned(), "refuse".to_owned()));
    let sheet = Sheet {
        id: "refuse".to_owned(),
        title: None,
        action: action.to_owned(),
        post: true,
        files: false,
        hidden,
        controls: vec![control],
        submit: say(language, "signing-refuse"),
        tone: Tone::Danger,
        cancel: Some(Anchor::new(say(language, "signing-title"), action)),
    };
    let text = titles.iter().map(|title| format::strip_controls(title)).collect::<Vec<_>>().join("\n");
    let errors = error.into_iter().map(|error| Anchor::new(error, format!("#{REASON}"))).collect();
    page(frame, vec![Piece::Text(text), Piece::Sheet(Box::new(sheet))], errors)
}

/// The errand is under way: MSign is asked, or asked again. The page looks again by itself; `on` leads to MSign once more, for whoever came back
/// without having decided.
pub fn waits(frame: &Frame<'_>, queue: &str, on: Option<&str>) -> String {
    let language = frame.language;
    let key = if on.is_some() { "signing-checked" } else { "signing-preparing" };
    let text = Some(say(language, &format!("{key}-text")));
    let mut links = vec![Anchor::new(say(language, "signing-title"), queue)];
    links.extend(on.map(|href| Anchor::new(say(language, "signing-continue"), href)));
    let pieces = vec![Piece::Notice(Said { tone: Tone::Neutral, title: say(language, key), text }), Piece::Links(links)];
    page(frame, pieces, Vec::new())
}

/// What an errand came to, for the page after it.
pub fn ended(language: Language, code: &str) -> Said {
    let (tone, key) = match code {
        "signed" => (Tone::Success, "signing-done"),
        "refused" => (Tone::Warning, "signing-refused"),
        "expired" | "unknown" => (Tone::Warning, "signing-expired"),
        "gone" => (Tone::Warning, "signing-gone"),
        _ => (Tone::Danger, "signing-failed"),
    };
    Said { tone, title: say(language, key), text: Some(say(language, &format!("{key}-text"))) }
}

fn page(frame: &Frame<'_>, pieces: Vec<Piece>, errors: Vec<Anchor>) -> String {
    let title = say(frame.language, "signing-title");
    render(frame, &HostPage { title, breadcrumbs: vec![home_link(frame)], errors, pieces, ..HostPage::default() })
}
