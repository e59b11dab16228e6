//! One search over everything that the reader may open.

use super::{HostPage, home_link, render};
use crate::messages::{say, say_with};
use crate::page::Frame;
use crate::ui::{Anchor, Ask, Cell, Control, Grid, Head, Pages, Piece, Row, Sheet};
use vatra_core::view::Tone;

/// Something found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hit {
    /// What, and where it is handled; an empty address leads nowhere.
    pub link: Anchor,
    /// Particulars.
    pub details: String,
    /// In which module.
    pub place: String,
}

/// What was found of one kind.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Group {
    /// Its id in the page.
    pub id: String,
    /// What they are.
    pub title: String,
    /// The first ones, or a page of them.
    pub hits: Vec<Hit>,
    /// How many there are; none when it was not counted.
    pub total: Option<u64>,
    /// Where all of them are shown.
    pub all: Option<String>,
    /// Pages, where only this kind is shown.
    pub pages: Option<Pages>,
}

/// What was sought and found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Found {
    /// Nothing was asked yet.
    Nothing,
    /// Too little was typed.
    Short,
    /// Everything found, by kind.
    Groups(Vec<Group>),
}

/// The page; `action` is where the form goes, by GET, with what was typed as `q`.
pub fn search(frame: &Frame<'_>, action: &str, typed: &str, found: &Found) -> String {
    let language = frame.language;
    let mut pieces = vec![form(frame, action, typed)];
    match found {
        Found::Nothing => {}
        Found::Short => pieces.push(Piece::Text(say(language, "search-short"))),
        Found::Groups(groups) if groups.iter().all(|group| group.hits.is_empty()) => pieces.push(Piece::Text(say(language, "search-none"))),
        Found::Groups(groups) => {
            for group in groups.iter().filter(|group| !group.hits.is_empty()) {
                pieces.push(grid(frame, group));
                if let Some(all) = &group.all {
                    let text = say_with(language, "search-all-of-group", &[("group", group.title.clone().into())]);
                    pieces.push(Piece::Links(vec![Anchor::new(text, all.clone())]));
                }
            }
        }
    }
    pieces.push(Piece::Text(say(language, "search-scope")));
    let title = say(language, "search-title");
    render(frame, &HostPage { title, breadcrumbs: vec![home_link(frame)], pieces, ..HostPage::default() })
}

fn grid(frame: &Frame<'_>, group: &Group) -> Piece {
    let language = frame.language;
    let row = |hit: &Hit| {
        let what = if hit.link.href.is_empty() { Cell::text(hit.link.text.clone()) } else { Cell::link(&hit.link.text, &hit.link.href) };
        Row { cells: vec![what, Cell::text(hit.details.clone()), Cell::text(hit.place.clone())], ..Row::default() }
    };
    let status = match group.total {
        Some(total) => say_with(language, "rows-found", &[("count", total.into())]),
        None => say_with(language, "search-many", &[("count", group.hits.len().into())]),
    };
    Piece::Grid(Box::new(Grid {
        id: group.id.clone(),
        caption: group.title.clone(),
        heads: ["search-what", "search-details", "search-where"].iter().map(|key| Head::text(say(language, key))).collect(),
        rows: group.hits.iter().map(row).collect(),
        status: Some(status),
        pages: group.pages.clone(),
        stacked: true,
        ..Grid::default()
    }))
}

fn form(frame: &Frame<'_>, action: &str, typed: &str) -> Piece {
    let language = frame.language;
    let control = Control {
        id: "q".to_owned(),
        name: "q".to_owned(),
        label: say(language, "search-everything"),
        title: say(language, "search-everything"),
        hint: Some(say(language, "search-placeholder-hint")),
        ask: Ask::Line { value: typed.to_owned(), suffix: None, kind: "search", mode: "", width: "govuk-input--width-20", exact: true },
        ..Control::default()
    };
    Piece::Sheet(Box::new(Sheet {
        id: "search".to_owned(),
        title: None,
        action: action.to_owned(),
        post: false,
        files: false,
        hidden: Vec::new(),
        controls: vec![control],
        submit: say(language, "search"),
        tone: Tone::Success,
        cancel: None,
    }))
}
