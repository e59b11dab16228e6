//! The public page of a municipality's acts: looked through by anybody, without signing in.

use super::{HostPage, render};
use crate::format;
use crate::messages::{say, say_with};
use crate::page::Frame;
use crate::ui::{Anchor, Ask, Cell, Choice, Control, Grid, Head, Piece, Row, Sheet};
use crate::urls;
use vatra_core::acts::{Act, ActKind};
use vatra_core::manifest::Language;
use vatra_core::view::Tone;

/// Acts on a page.
pub const ROWS: u32 = 50;

/// A page of acts.
pub struct ActsView<'a> {
    /// Latest first.
    pub acts: &'a [Act],
    /// How many there are.
    pub total: u64,
    /// From 1.
    pub page: u32,
    /// What was searched for.
    pub words: &'a str,
    /// Only of this sort.
    pub kind: Option<ActKind>,
    /// Only of this year.
    pub year: Option<i32>,
}

impl ActsView<'_> {
    fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        pairs.extend((!self.words.is_empty()).then(|| ("q", self.words.to_owned())));
        pairs.extend(self.kind.map(|kind| ("kind", kind.code().to_owned())));
        pairs.extend(self.year.map(|year| ("year", year.to_string())));
        pairs
    }
}

fn kind(kind: ActKind, language: Language) -> String {
    say(language, &format!("act-{}", kind.code()))
}

/// `{base}` is the page's address; an act is at `{base}/{id}`.
pub fn acts(frame: &Frame<'_>, base: &str, view: &ActsView<'_>) -> String {
    let language = frame.language;
    let control = |name: &str, key: &str, ask: Ask| Control {
        id: name.to_owned(),
        name: name.to_owned(),
        label: say(language, key),
        title: say(language, key),
        ask,
        ..Control::default()
    };
    let line =
        |value: String, width: &'static str, mode: &'static str| Ask::Line { value, suffix: None, kind: "text", mode, width, exact: true };
    let choice = |one: ActKind| Choice {
        id: String::new(),
        value: one.code().to_owned(),
        label: kind(one, language),
        checked: view.kind == Some(one),
        then: Vec::new(),
    };
    let asked = !view.pairs().is_empty();
    let sheet = Sheet {
        id: "acts-search".to_owned(),
        title: None,
        action: base.to_owned(),
        post: false,
        files: false,
        hidden: Vec::new(),
        controls: vec![
            control("q", "acts-words", line(view.words.to_owned(), "", "search")),
            control("kind", "acts-kind", Ask::Select(ActKind::ALL.map(choice).into())),
            control(
                "year",
                "acts-year",
                line(view.year.map(|year| year.to_string()).unwrap_or_default(), "govuk-input--width-4", "numeric"),
            ),
        ],
        submit: say(language, "acts-search"),
        tone: Tone::Neutral,
        cancel: asked.then(|| Anchor::new(say(language, "show-all"), base.to_owned())),
    };
    let row = |act: &Act| {
        let mut title = Cell::link(act.title.clone(), format!("{base}/{}", act.document));
        if act.repealed_by.is_some() {
            title = Cell::link(format!("{} ({})", act.title, say(language, "act-repealed")), format!("{base}/{}", act.document));
        }
        let in_force = act.in_force_from.map(|date| format::date(date, language)).unwrap_or_default();
        let nowrap = |text: String| Cell { nowrap: true, ..Cell::text(text) };
        let cells = vec![
            nowrap(act.number.clone()),
            nowrap(format::date(act.date, language)),
            title,
            Cell::text(kind(act.kind, language)),
            nowrap(in_force),
        ];
        Row { cells, ..Row::default() }
    };
    let grid = Grid {
        id: "acts".to_owned(),
        caption: say(language, "acts-title"),
        heads: ["act-number", "act-date", "act-title", "acts-kind", "act-in-force"].map(|key| Head::text(say(language, key))).into(),
        rows: view.acts.iter().map(row).collect(),
        status: (view.total > 0).then(|| say_with(language, "acts-count", &[("count", view.total.into())])),
        empty: say(language, if asked { "acts-nothing" } else { "acts-none" }),
        stacked: true,
        ..Grid::default()
    };
    let at = |page: u32| urls::with_query(base, view.pairs().into_iter().chain([("page", page.to_string())]));
    let mut links = Vec::new();
    if view.page > 1 {
        links.push(Anchor::new(say(language, "acts-later"), at(view.page - 1)));
    }
    if u64::from(view.page) * u64::from(ROWS) < view.total {
        links.push(Anchor::new(say(language, "acts-earlier"), at(view.page + 1)));
    }
    let mut pieces = vec![Piece::Sheet(Box::new(sheet)), Piece::Grid(Box::new(grid))];
    if !links.is_empty() {
        pieces.push(Piece::Links(links));
    }
    render(frame, &HostPage { title: say(language, "acts-title"), pieces, ..HostPage::default() })
}
