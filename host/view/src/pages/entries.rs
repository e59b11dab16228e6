//! An entry of a register by itself: its history, and what two people made of it at once.

use super::{HostPage, home_link, render};
use crate::format;
use crate::messages::{say, say_with};
use crate::page::Frame;
use crate::ui::{Anchor, Cell, Fact, Grid, Head, Piece, Press, Row};
use vatra_core::clock::Instant;
use vatra_core::view::Tone;

/// A value before and after, in words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Difference {
    /// What the field is called.
    pub field: String,
    /// Empty when there was none.
    pub before: String,
    /// Empty when there is none.
    pub after: String,
}

/// A version of an entry.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Version {
    /// From 1.
    pub version: u32,
    /// When it was made.
    pub at: Instant,
    /// By whom; none when by no person.
    pub who: Option<String>,
    /// Why.
    pub reason: String,
    /// It closed the entry.
    pub closes: bool,
    /// What changed.
    pub differences: Vec<Difference>,
}

/// An entry with its history.
#[derive(Clone, Debug)]
pub struct History {
    /// Its number.
    pub number: Option<String>,
    /// Its module and its register.
    pub places: Vec<Anchor>,
    /// Where it is shown.
    pub entry: Option<String>,
    /// Newest first.
    pub versions: Vec<Version>,
    /// Whether something personal is shown in part.
    pub sealed: bool,
}

/// Every version of an entry: when, who, why, and field by field what became of it.
pub fn history(frame: &Frame<'_>, history: &History) -> String {
    let language = frame.language;
    let mut pieces = vec![Piece::Text(say(language, "history-text"))];
    if history.sealed {
        pieces.push(Piece::Text(say(language, "history-sealed")));
    }
    for version in &history.versions {
        let number = say_with(language, "history-version", &[("version", version.version.into())]);
        let what = match version.version {
            _ if version.closes => "history-closed",
            1 => "history-entered",
            _ => "history-corrected",
        };
        pieces.push(Piece::Heading { level: 2, text: format!("{number}: {}", say(language, what)) });
        let who = version.who.clone().unwrap_or_else(|| say(language, "history-by-itself"));
        let mut facts = vec![
            Fact::new(say(language, "history-when"), Cell::text(format::instant(version.at, language))),
            Fact::new(say(language, "history-who"), Cell::text(who)),
        ];
        if version.version > 1 {
            let reason = Some(version.reason.clone()).filter(|reason| !reason.is_empty());
            let reason = reason.unwrap_or_else(|| say(language, "history-no-reason"));
            facts.push(Fact::new(say(language, "history-why"), Cell::text(reason)));
        }
        pieces.push(Piece::Facts { title: None, facts });
        pieces.push(changes(frame, version, &number));
    }
    if let Some(entry) = &history.entry {
        pieces.push(Piece::Links(vec![Anchor::new(say(language, "history-back"), entry.clone())]));
    }
    let mut breadcrumbs = vec![home_link(frame)];
    breadcrumbs.extend(history.places.iter().cloned());
    let title = history.number.as_ref().map_or_else(
        || say(language, "history-title"),
        |number| say_with(language, "history-title-of", &[("number", number.clone().into())]),
    );
    render(frame, &HostPage { title, breadcrumbs, pieces, ..HostPage::default() })
}

fn changes(frame: &Frame<'_>, version: &Version, caption: &str) -> Piece {
    let language = frame.language;
    if version.differences.is_empty() {
        return Piece::Text(say(language, "history-same"));
    }
    let first = version.version == 1;
    let keys: &[&str] = if first { &["history-field", "history-after"] } else { &["history-field", "history-before", "history-after"] };
    let row = |difference: &Difference| {
        let Difference { field, before, after } = difference.clone();
        let mut cells = vec![Cell::text(field), Cell::text(before), Cell::text(after)];
        if first {
            cells.remove(1);
        }
        Row { cells, ..Row::default() }
    };
    Piece::Grid(Box::new(Grid {
        id: format!("v{}", version.version),
        caption: caption.to_owned(),
        heads: keys.iter().map(|key| Head::text(say(language, key))).collect(),
        rows: version.differences.iter().map(row).collect(),
        ..Grid::default()
    }))
}

/// A field of an entry that two people changed: in words, empty for no value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Contested {
    /// What it is called.
    pub field: String,
    /// When the form was opened.
    pub seen: String,
    /// As the reader entered it.
    pub mine: String,
    /// As the register says now.
    pub now: String,
    /// As it will be when the reader keeps theirs.
    pub kept: String,
}

/// What the reader entered meets what somebody else saved meanwhile.
#[derive(Clone, Debug)]
pub struct Conflict {
    /// Its module.
    pub module: Anchor,
    /// Who saved it meanwhile, when, and which version that made.
    pub by: Vec<(String, Instant, u32)>,
    /// The fields of the form.
    pub fields: Vec<Contested>,
    /// The entry was closed: nothing can be kept.
    pub closed: bool,
    /// Where the form goes with the reader's values over the present ones.
    pub action: String,
    /// And what with.
    pub hidden: Vec<(String, String)>,
    /// Where the reader goes who drops them.
    pub back: String,
}

/// Both, field by field, with the choice between them. Nothing was kept, and nothing of what was entered is lost.
pub fn conflict(frame: &Frame<'_>, conflict: &Conflict) -> String {
    let language = frame.language;
    let mut pieces = vec![Piece::Text(say(language, if conflict.closed { "conflict-closed" } else { "conflict-text" }))];
    for (who, at, version) in &conflict.by {
        let when = format::instant(*at, language);
        let text =
            say_with(language, "conflict-who", &[("who", who.clone().into()), ("version", (*version).into()), ("when", when.into())]);
        pieces.push(Piece::Text(text));
    }
    let row = |field: &Contested| {
        let Contested { field, seen, mine, now, kept } = field.clone();
        let changed = mine != seen;
        let mine = if changed { Cell::tag(mine, Tone::Warning) } else { Cell::text(mine) };
        Row { cells: vec![Cell::text(field), Cell::text(seen), mine, Cell::text(now), Cell::text(kept)], ..Row::default() }
    };
    let heads = ["history-field", "conflict-seen", "conflict-mine", "conflict-now", "conflict-kept"];
    pieces.push(Piece::Grid(Box::new(Grid {
        id: "conflict".to_owned(),
        caption: say(language, "conflict-table"),
        heads: heads.iter().map(|key| Head::text(say(language, key))).collect(),
        rows: conflict.fields.iter().map(row).collect(),
        stacked: true,
        ..Grid::default()
    })));
    if !conflict.closed {
        pieces.push(Piece::Text(say(language, "conflict-untouched")));
        pieces.push(Piece::Buttons(vec![Press {
            label: say(language, "conflict-keep-mine"),
            tone: Tone::Success,
            post: true,
            action: conflict.action.clone(),
            hidden: conflict.hidden.clone(),
            primary: true,
        }]));
    }
    pieces.push(Piece::Links(vec![Anchor::new(say(language, "conflict-drop"), conflict.back.clone())]));
    let page = HostPage {
        title: say(language, "conflict-title"),
        breadcrumbs: vec![home_link(frame), conflict.module.clone()],
        pieces,
        ..HostPage::default()
    };
    render(frame, &page)
}
