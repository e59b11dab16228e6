//! Pieces and pages as HTML, by the templates. Every text is escaped there; only what a template made is put in unescaped.

use crate::messages::spoken;
use crate::page::Reader;
use crate::ui::{Anchor, Ask, Atlas, Control, Days, Drawing, Foot, Grid, Piece, Plot, Rows, Said, Sheet};
use askama::Template;
use vatra_core::manifest::Language;
use vatra_core::view::Tone;

/// A language, as templates use it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Lang(pub(crate) Language);

impl Lang {
    pub(crate) fn say(self, key: &str) -> &str {
        spoken(self.0, key)
    }
    pub(crate) fn code(self) -> &'static str {
        self.0.code()
    }
}

/// A language that the page can be read in.
#[derive(Clone, Debug)]
pub(crate) struct Tongue {
    pub(crate) code: &'static str,
    pub(crate) short: &'static str,
    pub(crate) name: &'static str,
    pub(crate) href: String,
    pub(crate) current: bool,
}

/// A place in the module's or administration's navigation.
#[derive(Clone, Debug)]
pub(crate) struct NavLink {
    pub(crate) text: String,
    pub(crate) href: String,
    pub(crate) current: bool,
}

/// Everything of a page but its pieces.
#[derive(Clone, Debug)]
pub(crate) struct Chrome<'a> {
    pub(crate) lang: Lang,
    pub(crate) title: String,
    pub(crate) place: Option<Anchor>,
    pub(crate) footer_place: Option<String>,
    pub(crate) service: Option<Anchor>,
    pub(crate) navigation: Vec<NavLink>,
    pub(crate) breadcrumbs: Vec<Anchor>,
    pub(crate) languages: [Tongue; 3],
    pub(crate) reader: Option<&'a Reader>,
    pub(crate) flash: Option<&'a Said>,
    /// Their links lead to inputs; without one they are about the whole.
    pub(crate) errors: Vec<Anchor>,
    /// Asked for anew after so many seconds where no scripts run.
    pub(crate) refresh: Option<u32>,
}

impl Chrome<'_> {
    /// The window's title: from the particular to the general, with a word of warning in front when something is wrong.
    fn head_title(&self) -> String {
        let mut title = String::new();
        if !self.errors.is_empty() {
            title.extend([self.lang.say("error"), ": "]);
        }
        for part in [Some(&self.title), self.service.as_ref().map(|service| &service.text), self.place.as_ref().map(|place| &place.text)] {
            title.extend(part.into_iter().flat_map(|part| [part.as_str(), " – "]));
        }
        title.push_str("Vatra");
        title
    }
}

#[derive(Template)]
#[template(path = "layout.html")]
struct Layout<'a> {
    p: &'a Chrome<'a>,
    pieces: &'a [Piece],
}

#[derive(Template)]
#[template(path = "piece.html")]
struct PieceView<'a> {
    piece: &'a Piece,
    lang: Lang,
}

#[derive(Template)]
#[template(path = "grid.html")]
struct GridView<'a> {
    grid: &'a Grid,
    lang: Lang,
}

#[derive(Template)]
#[template(path = "sheet.html")]
struct SheetView<'a> {
    sheet: &'a Sheet,
    lang: Lang,
}

#[derive(Template)]
#[template(path = "rows.html")]
struct RowsView<'a> {
    rows: &'a Rows,
    lang: Lang,
}

#[derive(Template)]
#[template(path = "plot.html")]
struct PlotView<'a> {
    plot: &'a Plot,
    lang: Lang,
}

#[derive(Template)]
#[template(path = "map.html")]
struct MapView<'a> {
    map: &'a Atlas,
    lang: Lang,
}

#[derive(Template)]
#[template(path = "days.html")]
struct DaysView<'a> {
    days: &'a Days,
    lang: Lang,
}

#[derive(Template)]
#[template(path = "control.html")]
struct ControlView<'a> {
    c: &'a Control,
    /// Ids of what describes it.
    told: String,
    lang: Lang,
}

/// A whole page.
pub(crate) fn page_html(chrome: &Chrome<'_>, pieces: &[Piece]) -> String {
    html(&Layout { p: chrome, pieces })
}

/// Writing into a string does not fail, so that there is no error to tell.
fn html(template: &impl Template) -> String {
    template.render().unwrap_or_default()
}

// Parts are written into the page as they are made.

fn piece_html<'a>(piece: &'a Piece, lang: &Lang) -> PieceView<'a> {
    PieceView { piece, lang: *lang }
}

fn grid_html<'a>(grid: &'a Grid, lang: &Lang) -> GridView<'a> {
    GridView { grid, lang: *lang }
}

fn sheet_html<'a>(sheet: &'a Sheet, lang: &Lang) -> SheetView<'a> {
    SheetView { sheet, lang: *lang }
}

fn rows_html<'a>(rows: &'a Rows, lang: &Lang) -> RowsView<'a> {
    RowsView { rows, lang: *lang }
}

fn plot_html<'a>(plot: &'a Plot, lang: &Lang) -> PlotView<'a> {
    PlotView { plot, lang: *lang }
}

fn map_html<'a>(map: &'a Atlas, lang: &Lang) -> MapView<'a> {
    MapView { map, lang: *lang }
}

fn days_html<'a>(days: &'a Days, lang: &Lang) -> DaysView<'a> {
    DaysView { days, lang: *lang }
}

fn control_html<'a>(control: &'a Control, lang: &Lang) -> ControlView<'a> {
    let mut told = Vec::new();
    if control.hint.is_some() {
        told.push(format!("{}-hint", control.id));
    }
    if control.error.is_some() {
        told.push(format!("{}-error", control.id));
    }
    ControlView { c: control, told: told.join(" "), lang: *lang }
}

fn tone_class(tone: &Tone) -> &'static str {
    match tone {
        Tone::Neutral => "neutral",
        Tone::Success => "success",
        Tone::Warning => "warning",
        Tone::Danger => "danger",
    }
}

fn tone_title(tone: &Tone) -> &'static str {
    match tone {
        Tone::Neutral => "tone-neutral",
        Tone::Success => "tone-success",
        Tone::Warning => "tone-warning",
        Tone::Danger => "tone-danger",
    }
}

/// Columns that totals do not reach: what stands beside the table's own.
pub(crate) fn beyond(grid: &Grid, foot: &Foot) -> std::ops::Range<usize> {
    0..grid.heads.len().saturating_sub(foot.across + foot.cells.len())
}

/// The heading of a column, for tables that become lists.
fn head_of<'a>(grid: &'a Grid, column: &usize) -> &'a str {
    grid.heads.get(*column).map_or("", |head| head.text.as_str())
}

fn progress_title(progress: &str) -> &'static str {
    match progress {
        "done" => "progress-done",
        "current" => "progress-current",
        _ => "progress-to-do",
    }
}

fn arrow(way: &str) -> &'static str {
    match way {
        "map-in" => "+",
        "map-out" => "−",
        "map-left" => "←",
        "map-right" => "→",
        "map-up" => "↑",
        "map-down" => "↓",
        _ => "⤢",
    }
}

fn heading_class(level: &u8) -> &'static str {
    match level {
        2 => "govuk-heading-m",
        _ => "govuk-heading-s",
    }
}

fn paragraphs(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty())
}

fn date_parts(parts: &[String; 3]) -> [(&'static str, &str); 3] {
    let [day, month, year] = parts;
    [("day", day), ("month", month), ("year", year)]
}
