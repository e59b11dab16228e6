//! What is wrong with what an author wrote: where, why, and how to mend it.

use miette::{LabeledSpan, NamedSource, SourceCode};
use serde::Serialize;
use std::fmt;
use std::ops::Range;

/// Whether it keeps the package from being made.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// It does.
    Error,
    /// It does not, and is probably not meant.
    Warning,
}

/// A place in a text.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct Place {
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
    /// Bytes from the beginning of the text.
    pub start: usize,
    /// As [`Self::start`]; the first that does not belong to it.
    pub end: usize,
    /// What stands there, at most a line of it.
    pub text: String,
}

impl Place {
    /// The place of these bytes of a text.
    pub fn new(source: &str, span: Range<usize>) -> Self {
        let floor = |mut at: usize| {
            at = at.min(source.len());
            while !source.is_char_boundary(at) {
                at -= 1;
            }
            at
        };
        let (start, end) = (floor(span.start), floor(span.end.max(span.start)));
        let before = source.get(..start).unwrap_or_default();
        let line = before.rsplit('\n').next().unwrap_or_default();
        let text = source.get(start..end).unwrap_or_default().lines().next().unwrap_or_default();
        Self {
            line: before.matches('\n').count() + 1,
            column: line.chars().count() + 1,
            start,
            end,
            text: text.chars().take(200).collect(),
        }
    }
}

/// One thing that is wrong.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Diagnostic {
    /// Whether it is an error.
    pub severity: Severity,
    /// A stable code: `manifest::unknown-key`.
    pub code: String,
    /// What is wrong and why, in a sentence without its full stop.
    pub message: String,
    /// Where; none of what the manifest should have and has not.
    pub place: Option<Place>,
    /// How to mend it; empty where the sentence says it.
    pub help: String,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Diagnostic {}

impl miette::Diagnostic for Diagnostic {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(&self.code))
    }
    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
        })
    }
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        (!self.help.is_empty()).then(|| Box::new(&self.help) as Box<dyn fmt::Display>)
    }
    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let place = self.place.as_ref()?;
        // Of what goes over many lines the first is underlined.
        let span = (place.start, place.end.min(place.start + place.text.len().max(1)) - place.start);
        Some(Box::new(std::iter::once(LabeledSpan::new_primary_with_span(Some("here".to_owned()), span))))
    }
}

/// Everything that is wrong with a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Diagnostics {
    /// The text, with its file's name.
    source: (String, String),
    /// In the order of their places.
    pub all: Vec<Diagnostic>,
}

impl Diagnostics {
    /// Of this text; its file is called so.
    pub fn of(file: &str, text: &str) -> Self {
        Self { source: (file.to_owned(), text.to_owned()), all: Vec::new() }
    }
    /// Notes one; those without a place come last.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        let at = |it: &Diagnostic| it.place.as_ref().map_or(usize::MAX, |place| place.start);
        let index = self.all.partition_point(|other| at(other) <= at(&diagnostic));
        self.all.insert(index, diagnostic);
    }
    /// Those that keep the package from being made.
    pub fn errors(&self) -> impl Iterator<Item = &Diagnostic> {
        self.all.iter().filter(|it| it.severity == Severity::Error)
    }
    /// Whether there are any.
    pub fn has_errors(&self) -> bool {
        self.errors().next().is_some()
    }
    /// For a machine: `file`, and `diagnostics` as [`Diagnostic`] is written.
    pub fn json(&self) -> serde_json::Value {
        serde_json::json!({ "file": self.source.0, "diagnostics": self.all })
    }
    /// For whoever reads a terminal: each with the lines around its place. Colours only when they are asked for.
    pub fn render(&self, colours: bool, width: usize) -> String {
        let theme = if colours { miette::GraphicalTheme::unicode() } else { miette::GraphicalTheme::unicode_nocolor() };
        let handler = miette::GraphicalReportHandler::new_themed(theme).with_width(width).without_syntax_highlighting();
        let source = NamedSource::new(&self.source.0, self.source.1.clone());
        let mut out = String::new();
        for diagnostic in &self.all {
            let placed = Placed { diagnostic, source: &source };
            if handler.render_report(&mut out, &placed).is_err() {
                out.push_str(&diagnostic.message);
            }
            out.push('\n');
        }
        out
    }
}

/// In one line for each, errors only: for logs, and for replies of the host.
impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, it) in self.errors().enumerate() {
            if index > 0 {
                f.write_str("; ")?;
            }
            if let Some(place) = &it.place {
                write!(f, "line {}, column {}: ", place.line, place.column)?;
            }
            f.write_str(&it.message)?;
            if !it.help.is_empty() {
                write!(f, ": {}", it.help)?;
            }
        }
        Ok(())
    }
}

/// A diagnostic with its text.
struct Placed<'a> {
    diagnostic: &'a Diagnostic,
    source: &'a NamedSource<String>,
}

impl fmt::Debug for Placed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.diagnostic, f)
    }
}
impl fmt::Display for Placed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self.diagnostic, f)
    }
}
impl std::error::Error for Placed<'_> {}
impl miette::Diagnostic for Placed<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.diagnostic.code()
    }
    fn severity(&self) -> Option<miette::Severity> {
        self.diagnostic.severity()
    }
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.diagnostic.help()
    }
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self.source)
    }
    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        self.diagnostic.labels()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_in_lines_and_characters() {
        let text = "a = 1\nș = ț\n";
        let at = text.find('ț').unwrap_or_default();
        let place = Place::new(text, at..at + 'ț'.len_utf8());
        assert_eq!((place.line, place.column, place.text.as_str()), (2, 5, "ț"));
        // Beyond the end, in the middle of a letter, back to front: still a place.
        assert_eq!(Place::new(text, 1_000..2_000).line, 3);
        assert_eq!(Place::new(text, at + 1..at + 1).column, 5);
        assert_eq!(Place::new("abc", std::ops::Range { start: 2, end: 1 }).text, "");
    }

    #[test]
    fn what_comes_first_in_the_text_is_told_first() {
        let mut all = Diagnostics::of("vatra.toml", "abcdef");
        for start in [3, 1, 2] {
            all.push(Diagnostic {
                severity: Severity::Error,
                code: "manifest::x".into(),
                message: format!("at {start}"),
                place: Some(Place::new("abcdef", start..start + 1)),
                help: String::new(),
            });
        }
        assert_eq!(all.to_string(), "line 1, column 2: at 1; line 1, column 3: at 2; line 1, column 4: at 3");
        let drawn = all.render(false, 80);
        assert!(drawn.contains("vatra.toml:1:2") && drawn.contains("abcdef") && !drawn.contains('\u{1b}'), "{drawn}");
    }
}
