//! A file that may be a table: a text or a workbook. What it looks like before anybody has said what its columns are.

use super::book;
use super::mapping::{Mapping, Mark, plain};
use super::table::FileError;
use super::text::{self, Visit};
use std::collections::BTreeSet;
use vatra_core::fold::tidy;
use vatra_core::manifest::UploadSchema;

/// Columns of a table, at most.
pub const MOST_COLUMNS: usize = 500;
/// Rows among which the headings are looked for: exports have a title and a date over them.
const HEADING_ROWS: usize = 20;
/// Rows after the headings that are looked at.
const SAMPLE: usize = 200;
/// Examples of a column.
const EXAMPLES: usize = 3;
/// Characters of a heading or example that are shown.
const SHOWN: usize = 100;

enum Kind {
    Text(String),
    Book(Vec<u8>),
}

/// A file with its sheets.
pub struct Source {
    kind: Kind,
    sheets: Vec<String>,
}

/// What a column's values allow to be said of how the file writes dates or numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Seen<T> {
    /// There are none.
    #[default]
    Nothing,
    /// This, and nothing speaks against it.
    Surely(T),
    /// It could be either.
    Ambiguous,
}

/// A sheet's headings, and what the first rows under them look like.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Outline {
    /// Which sheet.
    pub sheet: usize,
    /// The line of the headings.
    pub line: u32,
    /// What separates the cells of a text.
    pub delimiter: u8,
    /// As they are written, tidied and cut.
    pub headings: Vec<String>,
    /// The first different values of each column, cut.
    pub examples: Vec<Vec<String>>,
    /// Whether dates with strokes put the month first.
    pub month_first: Seen<bool>,
    /// The sign before decimals.
    pub mark: Seen<Mark>,
}

fn cut(text: &str) -> String {
    tidy(text).chars().filter(|c| !c.is_control()).take(SHOWN).collect()
}

impl Source {
    /// Opens a file.
    ///
    /// # Errors
    /// [`FileError`] when it is no table.
    pub fn open(bytes: &[u8]) -> Result<Self, FileError> {
        if book::is_book(bytes) {
            let sheets = book::sheets(bytes)?;
            return Ok(Self { kind: Kind::Book(bytes.to_vec()), sheets });
        }
        let text = text::decode(bytes)?;
        if text.trim().is_empty() {
            return Err(FileError::Empty);
        }
        Ok(Self { kind: Kind::Text(text), sheets: Vec::new() })
    }

    /// Names of a workbook's sheets that can be seen; none for a text.
    pub fn sheets(&self) -> &[String] {
        &self.sheets
    }

    fn rows(&self, (sheet, delimiter, mark): (usize, u8, Mark), visit: &mut Visit<'_>) -> Result<(), FileError> {
        match &self.kind {
            Kind::Text(text) => text::each(text, delimiter, visit),
            Kind::Book(bytes) => book::each(bytes, self.sheets.get(sheet).map(String::as_str).unwrap_or_default(), mark, visit),
        }
    }

    /// Every row with its line, until the visitor has seen enough.
    pub(super) fn each(&self, mapping: &Mapping, visit: &mut Visit<'_>) -> Result<(), FileError> {
        self.rows((mapping.sheet, mapping.delimiter, mapping.mark), visit)
    }

    /// What a sheet looks like: the one that is asked for, or the one that looks most like the schema.
    ///
    /// # Errors
    /// [`FileError`].
    pub fn outline(&self, schema: &UploadSchema, sheet: Option<usize>) -> Result<Outline, FileError> {
        let wanted: BTreeSet<String> = super::mapping::targets(schema).iter().map(|target| plain(target.heading)).collect();
        let ways: Vec<(usize, u8)> = match &self.kind {
            Kind::Text(_) => b";,\t|".iter().map(|delimiter| (0, *delimiter)).collect(),
            Kind::Book(_) => (0..self.sheets.len()).filter(|at| sheet.is_none_or(|sheet| sheet == *at)).map(|at| (at, 0)).collect(),
        };
        let mut best: Option<((usize, usize), (usize, u8))> = None;
        let mut failed = FileError::Empty;
        for way in ways {
            // A text that is broken with one delimiter may be whole with another.
            match self.heading(way, &wanted) {
                Ok(Some((_, found, cells))) if best.is_none_or(|(score, _)| (found, cells) > score) => best = Some(((found, cells), way)),
                Ok(_) => {}
                Err(error) => failed = error,
            }
        }
        let (_, way) = best.ok_or(failed)?;
        let (line, ..) = self.heading(way, &wanted)?.ok_or(FileError::Empty)?;
        self.sample(way, line)
    }

    /// The line that looks like headings, how many of the wanted it has, and how many cells.
    fn heading(&self, (sheet, delimiter): (usize, u8), wanted: &BTreeSet<String>) -> Result<Option<(u32, usize, usize)>, FileError> {
        let mut rows: Vec<(u32, usize, usize)> = Vec::new();
        self.rows((sheet, delimiter, Mark::Either), &mut |line, cells| {
            let filled = cells.iter().filter(|cell| !cell.trim().is_empty()).count();
            if filled > 0 {
                let found: BTreeSet<String> = cells.iter().take(MOST_COLUMNS).map(|cell| plain(cell)).collect();
                rows.push((line, wanted.intersection(&found).count(), filled));
            }
            Ok(rows.len() < HEADING_ROWS)
        })?;
        let most = rows.iter().map(|row| row.1).max().unwrap_or_default();
        let widest = rows.iter().map(|row| row.2).max().unwrap_or_default();
        Ok(rows.into_iter().find(|(_, found, cells)| if most > 0 { *found == most } else { cells * 2 > widest }))
    }

    fn sample(&self, (sheet, delimiter): (usize, u8), line: u32) -> Result<Outline, FileError> {
        let mut outline = Outline { sheet, line, delimiter, ..Outline::default() };
        let (mut dates, mut numbers, mut rows) = (Order::default(), Signs::default(), 0);
        self.rows((sheet, delimiter, Mark::Either), &mut |at, cells| {
            if at < line {
                return Ok(true);
            }
            if at == line {
                let width = cells.iter().rposition(|cell| !cell.trim().is_empty()).map_or(0, |last| last + 1);
                if width > MOST_COLUMNS {
                    return Err(FileError::TooManyColumns(u32::try_from(MOST_COLUMNS).unwrap_or(u32::MAX)));
                }
                outline.headings = cells.iter().take(width).map(|cell| cut(cell)).collect();
                outline.examples = vec![Vec::new(); width];
                return Ok(true);
            }
            rows += 1;
            for (cell, examples) in cells.iter().zip(&mut outline.examples) {
                let cell = cell.trim();
                dates.see(cell);
                numbers.see(cell);
                if examples.len() < EXAMPLES && !cell.is_empty() {
                    let cell = cut(cell);
                    if !examples.contains(&cell) {
                        examples.push(cell);
                    }
                }
            }
            Ok(rows < SAMPLE)
        })?;
        // A row may have values under no heading: they are columns, too, but nobody can tell which.
        outline.month_first = dates.say();
        // Numbers of a workbook are numbers.
        outline.mark = if matches!(self.kind, Kind::Text(_)) { numbers.say() } else { Seen::Nothing };
        Ok(outline)
    }
}

/// Dates with strokes: which part is over twelve.
#[derive(Default)]
struct Order {
    any: bool,
    day_first: bool,
    month_first: bool,
}

impl Order {
    fn see(&mut self, text: &str) {
        let mut parts = text.split('/').map(|part| part.parse::<u32>().ok());
        let (Some(Some(first)), Some(Some(second)), Some(Some(_)), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
            return;
        };
        self.any = true;
        self.day_first |= first > 12;
        self.month_first |= second > 12;
    }

    fn say(&self) -> Seen<bool> {
        match (self.any, self.day_first, self.month_first) {
            (false, ..) => Seen::Nothing,
            (_, true, false) => Seen::Surely(false),
            (_, false, true) => Seen::Surely(true),
            _ => Seen::Ambiguous,
        }
    }
}

/// Numbers with signs: `1.234` alone may be a thousand or one and a bit.
#[derive(Default)]
struct Signs {
    unsure: bool,
    comma: bool,
    point: bool,
}

impl Signs {
    fn see(&mut self, text: &str) {
        let digits = text.strip_prefix(['-', '−']).unwrap_or(text);
        if digits.is_empty()
            || !digits.starts_with(|c: char| c.is_ascii_digit())
            || !digits.chars().all(|c| c.is_ascii_digit() || ",. \u{a0}\u{202f}".contains(c))
        {
            return;
        }
        let (commas, points) = (digits.matches(',').count(), digits.matches('.').count());
        let after = digits.rfind([',', '.']).map_or(0, |at| digits.len() - at - 1);
        match (commas, points) {
            (0, 0) => {}
            (1, 0) if after == 3 => self.unsure = true,
            (0, 1) if after == 3 => self.unsure = true,
            (1, 0) => self.comma = true,
            (0, 1) => self.point = true,
            // Several of one sign group thousands: dates like 01.02.2026 say nothing.
            (0, _) | (_, 0) => {}
            _ if digits.rfind(',') > digits.rfind('.') => self.comma = true,
            _ => self.point = true,
        }
    }

    fn say(&self) -> Seen<Mark> {
        match (self.unsure, self.comma, self.point) {
            // Every number can be read for itself.
            (false, ..) => Seen::Nothing,
            (_, true, false) => Seen::Surely(Mark::Comma),
            (_, false, true) => Seen::Surely(Mark::Point),
            _ => Seen::Ambiguous,
        }
    }
}
