//! Pieces and pages as HTML, by the templates. Every text is escaped there; only what a template made is put in unescaped.

use crate::messages::spoken;
use crate::ui::{Anchor, Ask, Control, Grid, Piece, Said, Sheet};
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

/// Who reads, in the header.
#[derive(Clone, Debug)]
pub(crate) struct HeadReader {
    pub(crate) name: String,
    pub(crate) roles: String,
    pub(crate) sign_out: String,
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
pub(crate) struct Chrome {
    pub(crate) lang: Lang,
    pub(crate) title: String,
    pub(crate) place: Option<Anchor>,
    pub(crate) footer_place: Option<String>,
    pub(crate) service: Option<Anchor>,
    pub(crate) navigation: Vec<NavLink>,
    pub(crate) breadcrumbs: Vec<Anchor>,
    pub(crate) languages: Vec<Tongue>,
    pub(crate) reader: Option<HeadReader>,
    pub(crate) flash: Option<Said>,
    /// Their links lead to inputs; without one they are about the whole.
    pub(crate) errors: Vec<Anchor>,
}

impl Chrome {
    /// The window's title: from the particular to the general, with a word of warning in front when something is wrong.
    fn head_title(&self) -> String {
        let mut parts = vec![self.title.clone()];
        parts.extend(self.service.as_ref().map(|service| service.text.clone()));
        parts.extend(self.place.as_ref().map(|place| place.text.clone()));
        parts.push("Vatra".to_owned());
        let title = parts.join(" – ");
        if self.errors.is_empty() { title } else { format!("{}: {title}", self.lang.say("error")) }
    }
}

#[derive(Template)]
#[template(path = "layout.html")]
struct Layout<'a> {
    p: &'a Chrome,
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
#[template(path = "control.html")]
struct ControlView<'a> {
    c: &'a Control,
    /// Ids of what describes it.
    told: String,
    lang: Lang,
}

/// A whole page.
pub(crate) fn page_html(chrome: &Chrome, pieces: &[Piece]) -> String {
    html(&Layout { p: chrome, pieces })
}

/// Writing into a string does not fail, so that there is no error to tell.
fn html(template: &impl Template) -> String {
    template.render().unwrap_or_default()
}

fn piece_html(piece: &Piece, lang: &Lang) -> String {
    html(&PieceView { piece, lang: *lang })
}

fn grid_html(grid: &Grid, lang: &Lang) -> String {
    html(&GridView { grid, lang: *lang })
}

fn sheet_html(sheet: &Sheet, lang: &Lang) -> String {
    html(&SheetView { sheet, lang: *lang })
}

fn control_html(control: &Control, lang: &Lang) -> String {
    let mut told = Vec::new();
    if control.hint.is_some() {
        told.push(format!("{}-hint", control.id));
    }
    if control.error.is_some() {
        told.push(format!("{}-error", control.id));
    }
    html(&ControlView { c: control, told: told.join(" "), lang: *lang })
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
