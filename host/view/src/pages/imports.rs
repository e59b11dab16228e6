//! A table on its way into a module: which of its columns is what, and how its rows will be read.

use super::{HostPage, home_link, render};
use crate::format;
use crate::messages::{say, say_with};
use crate::page::Frame;
use crate::ui::{Anchor, Ask, Cell, Choice, Control, Fact, Grid, Head, Piece, Press, Row, Said, Sheet};
use vatra_core::view::Tone;

/// Where an import is.
#[derive(Clone, Debug)]
pub struct ImportPlace<'a> {
    /// Its module.
    pub module: Anchor,
    /// The file's name.
    pub name: &'a str,
    /// The import's own address.
    pub here: String,
    /// The screen where it began.
    pub back: String,
}

/// Something that a column has to be found for.
#[derive(Clone, Debug)]
pub struct TargetView {
    /// Sent as `column-KEY`.
    pub key: String,
    /// What the module calls it.
    pub title: String,
    /// What it holds.
    pub hint: String,
    /// Rows cannot be read without it.
    pub required: bool,
    /// The column chosen or guessed, from 0.
    pub chosen: Option<usize>,
}

/// A question about how the file writes something.
#[derive(Clone, Copy, Debug)]
pub struct Question {
    /// The answer that is chosen.
    pub chosen: &'static str,
}

/// Which column is what.
#[derive(Clone, Debug)]
pub struct MappingView<'a> {
    /// Where.
    pub place: ImportPlace<'a>,
    /// The file's columns: letter, heading, examples.
    pub columns: &'a [(String, String, String)],
    /// What they are wanted for.
    pub targets: Vec<TargetView>,
    /// Names of the workbook's sheets.
    pub sheets: &'a [String],
    /// The one that is shown.
    pub sheet: usize,
    /// Asked when dates can be read in two ways: `day` or `month` first.
    pub order: Option<Question>,
    /// Asked when numbers can: `comma` or `point`.
    pub mark: Option<Question>,
    /// What is wrong: key and words.
    pub wrong: &'a [(String, String)],
}

fn number(count: u64, frame: &Frame<'_>) -> String {
    format::number(i64::try_from(count).unwrap_or(i64::MAX), frame.language)
}

fn host_page(frame: &Frame<'_>, place: &ImportPlace<'_>, title: String, pieces: Vec<Piece>) -> HostPage {
    HostPage { title, breadcrumbs: vec![home_link(frame), place.module.clone()], pieces, ..HostPage::default() }
}

fn discard(frame: &Frame<'_>, place: &ImportPlace<'_>) -> Press {
    Press {
        label: say(frame.language, "import-discard"),
        tone: Tone::Neutral,
        post: true,
        action: format!("{}/discard", place.here),
        hidden: Vec::new(),
        primary: false,
    }
}

/// The page on which somebody says which column of the file is what.
pub fn mapping(frame: &Frame<'_>, view: &MappingView<'_>) -> String {
    let language = frame.language;
    let place = &view.place;
    let named = |key: &str| say_with(language, key, &[("file", format::strip_controls(place.name).into())]);
    let mut pieces = vec![Piece::Text(named("import-columns-text"))];
    if view.sheets.len() > 1 {
        let choice = |(at, name): (usize, &String)| Choice {
            id: format!("sheet-{at}"),
            value: at.to_string(),
            label: format::strip_controls(name),
            checked: at == view.sheet,
            then: Vec::new(),
        };
        let control = Control {
            id: "sheet".to_owned(),
            name: "sheet".to_owned(),
            label: say(language, "import-sheet"),
            title: say(language, "import-sheet"),
            ask: Ask::Select(view.sheets.iter().enumerate().map(choice).collect()),
            ..Control::default()
        };
        pieces.push(Piece::Sheet(Box::new(Sheet {
            id: "sheets".to_owned(),
            title: None,
            action: place.here.clone(),
            post: false,
            files: false,
            hidden: Vec::new(),
            controls: vec![control],
            submit: say(language, "import-sheet-show"),
            tone: Tone::Neutral,
            cancel: None,
        })));
    }
    let row = |(letter, heading, examples): &(String, String, String)| {
        let heading = if heading.is_empty() { say(language, "import-no-heading") } else { format::strip_controls(heading) };
        Row { cells: vec![Cell::text(letter), Cell::text(heading), Cell::text(format::strip_controls(examples))], ..Row::default() }
    };
    pieces.push(Piece::Grid(Box::new(Grid {
        id: "columns".to_owned(),
        caption: say(language, "import-file-columns"),
        heads: ["import-letter", "import-heading", "import-examples"].iter().map(|key| Head::text(say(language, key))).collect(),
        rows: view.columns.iter().map(row).collect(),
        empty: say(language, "empty-table"),
        stacked: true,
        ..Grid::default()
    })));
    let mut controls: Vec<Control> = view.targets.iter().map(|target| select(frame, view, target)).collect();
    controls.extend(view.order.map(|asked| radios(frame, "order", asked.chosen, &["day", "month"])));
    controls.extend(view.mark.map(|asked| radios(frame, "mark", asked.chosen, &["comma", "point"])));
    let errors = controls
        .iter()
        .filter_map(|control| {
            Some(Anchor::new(format!("{}: {}", control.title, control.error.as_ref()?), format!("#{}", control.target())))
        })
        .collect();
    pieces.push(Piece::Sheet(Box::new(Sheet {
        id: "mapping".to_owned(),
        title: Some(say(language, "import-wanted")),
        action: place.here.clone(),
        post: true,
        files: false,
        hidden: vec![("sheet".to_owned(), view.sheet.to_string())],
        controls,
        submit: say(language, "import-continue"),
        tone: Tone::Success,
        cancel: None,
    })));
    pieces.push(Piece::Buttons(vec![discard(frame, place)]));
    let page = HostPage { errors, ..host_page(frame, place, say(language, "import-columns-title"), pieces) };
    render(frame, &page)
}

fn select(frame: &Frame<'_>, view: &MappingView<'_>, target: &TargetView) -> Control {
    let language = frame.language;
    let id = format!("column-{}", target.key.replace('.', "-"));
    let none = Choice {
        id: format!("{id}-none"),
        value: String::new(),
        label: say(language, if target.required { "import-choose" } else { "import-leave-out" }),
        checked: target.chosen.is_none(),
        then: Vec::new(),
    };
    let column = |(at, (letter, heading, _)): (usize, &(String, String, String))| {
        let heading = if heading.is_empty() { say(language, "import-no-heading") } else { format::strip_controls(heading) };
        Choice {
            id: format!("{id}-{at}"),
            value: at.to_string(),
            label: format!("{letter} · {heading}"),
            checked: target.chosen == Some(at),
            then: Vec::new(),
        }
    };
    let title = target.title.clone();
    Control {
        label: if target.required { title.clone() } else { format!("{title} {}", say(language, "optional")) },
        title,
        hint: Some(target.hint.clone()),
        error: view.wrong.iter().find(|(key, _)| *key == target.key).map(|(_, text)| text.clone()),
        ask: Ask::Select(std::iter::once(none).chain(view.columns.iter().enumerate().map(column)).collect()),
        name: format!("column-{}", target.key),
        id,
        about: None,
    }
}

fn radios(frame: &Frame<'_>, name: &str, chosen: &str, codes: &[&str]) -> Control {
    let language = frame.language;
    let choice = |(at, code): (usize, &&str)| Choice {
        id: if at == 0 { name.to_owned() } else { format!("{name}-{at}") },
        value: (*code).to_owned(),
        label: say(language, &format!("import-{name}-{code}")),
        checked: *code == chosen,
        then: Vec::new(),
    };
    Control {
        id: name.to_owned(),
        name: name.to_owned(),
        label: say(language, &format!("import-{name}")),
        title: say(language, &format!("import-{name}")),
        hint: Some(say(language, &format!("import-{name}-hint"))),
        ask: Ask::Radios(codes.iter().enumerate().map(choice).collect()),
        ..Control::default()
    }
}

/// A row that is left out.
#[derive(Clone, Debug)]
pub struct Refused {
    /// Its line in the file.
    pub line: u32,
    /// The column that is wrong.
    pub column: String,
    /// Why, in words.
    pub reason: String,
}

/// How a file will be read.
#[derive(Clone, Debug)]
pub struct PreviewView<'a> {
    /// Where.
    pub place: ImportPlace<'a>,
    /// Rows of the file.
    pub total: u64,
    /// Rows that will be taken.
    pub accepted: u64,
    /// Rows that are left out.
    pub refused: u64,
    /// Rows that are taken with a warning.
    pub warned: u64,
    /// Columns as the module calls them.
    pub heads: Vec<String>,
    /// The first rows: line and cells.
    pub rows: &'a [(u32, Vec<String>)],
    /// The first rows that are left out.
    pub problems: &'a [Refused],
    /// Columns that the file calls otherwise: what the module calls them, and the file.
    pub used: &'a [(String, String)],
    /// What the file has no column for, as the module calls it.
    pub absent: &'a [String],
}

/// The page that shows what will become of a file before anything does.
pub fn preview(frame: &Frame<'_>, view: &PreviewView<'_>) -> String {
    let language = frame.language;
    let place = &view.place;
    let fact = |key: &str, text: String| Fact::new(say(language, key), Cell::text(text));
    let mut pieces = vec![
        Piece::Text(say(language, "import-preview-text")),
        Piece::Facts {
            title: None,
            facts: vec![
                fact("import-file", format::strip_controls(place.name)),
                fact("import-total", number(view.total, frame)),
                fact("import-accepted", number(view.accepted, frame)),
                fact("import-refused", number(view.refused, frame)),
                fact("import-warned", number(view.warned, frame)),
            ],
        },
    ];
    if !view.used.is_empty() {
        let facts = view.used.iter().map(|(title, heading)| Fact::new(title.clone(), Cell::text(format::strip_controls(heading))));
        pieces.push(Piece::Facts { title: Some(say(language, "import-used")), facts: facts.collect() });
    }
    if !view.absent.is_empty() {
        let columns = view.absent.join("; ");
        pieces.push(Piece::Notice(Said {
            tone: Tone::Neutral,
            title: say_with(language, "import-absent", &[("columns", columns.into())]),
            text: Some(say(language, "import-absent-text")),
        }));
    }
    let mut heads = vec![Head { numeric: true, ..Head::text(say(language, "import-line")) }];
    heads.extend(view.heads.iter().map(Head::text));
    let row = |(line, cells): &(u32, Vec<String>)| {
        let mut all = vec![Cell { numeric: true, ..Cell::text(line.to_string()) }];
        all.extend(cells.iter().map(|cell| Cell::text(format::strip_controls(cell))));
        Row { cells: all, ..Row::default() }
    };
    pieces.push(Piece::Grid(Box::new(Grid {
        id: "rows".to_owned(),
        caption: say(language, "import-rows"),
        heads,
        rows: view.rows.iter().map(row).collect(),
        empty: say(language, "import-none"),
        stacked: true,
        ..Grid::default()
    })));
    if view.refused > 0 {
        pieces.push(problems(frame, view));
    }
    let mut presses = Vec::new();
    if view.accepted > 0 {
        presses.push(Press {
            label: say_with(language, "import-confirm", &[("rows", number(view.accepted, frame).into())]),
            tone: Tone::Success,
            post: true,
            action: format!("{}/confirm", place.here),
            hidden: Vec::new(),
            primary: true,
        });
    }
    presses.push(discard(frame, place));
    pieces.push(Piece::Buttons(presses));
    pieces.push(Piece::Links(vec![Anchor::new(say(language, "import-change"), place.here.clone())]));
    render(frame, &host_page(frame, place, say(language, "import-preview-title"), pieces))
}

fn problems(frame: &Frame<'_>, view: &PreviewView<'_>) -> Piece {
    let language = frame.language;
    let row = |refused: &Refused| Row {
        cells: vec![
            Cell { numeric: true, ..Cell::text(refused.line.to_string()) },
            Cell::text(refused.column.clone()),
            Cell::text(refused.reason.clone()),
        ],
        ..Row::default()
    };
    let shown = u64::try_from(view.problems.len()).unwrap_or(u64::MAX);
    let status = (shown < view.refused).then(|| {
        say_with(language, "import-refused-first", &[("shown", number(shown, frame).into()), ("all", number(view.refused, frame).into())])
    });
    Piece::Grid(Box::new(Grid {
        id: "refused".to_owned(),
        caption: say(language, "import-refused"),
        heads: ["import-line", "import-column", "import-reason"].iter().map(|key| Head::text(say(language, key))).collect(),
        rows: view.problems.iter().map(row).collect(),
        status,
        exports: vec![Anchor::new(say(language, "import-refused-file"), format!("{}/refused", view.place.here))],
        empty: say(language, "empty-table"),
        stacked: true,
        ..Grid::default()
    }))
}

/// A sheet that cannot be read, with the way back.
pub fn broken(frame: &Frame<'_>, place: &ImportPlace<'_>, why: String) -> String {
    let language = frame.language;
    let pieces = vec![
        Piece::Notice(Said { tone: Tone::Danger, title: say(language, "import-broken"), text: Some(why) }),
        Piece::Buttons(vec![discard(frame, place)]),
        Piece::Links(vec![Anchor::new(say(language, "import-change"), place.here.clone())]),
    ];
    render(frame, &host_page(frame, place, say(language, "import-columns-title"), pieces))
}
