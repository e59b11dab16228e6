//! From a file's bytes to typed rows: encoding and delimiter are found out, headings matched, every row checked.

use super::check::{Checker, Verdict};
use std::collections::BTreeSet;
use vatra_core::fold::fold;
use vatra_core::ids::SubjectId;
use vatra_core::manifest::{UploadColumn, UploadSchema};
use vatra_core::unit::Subject;
use vatra_core::value::Fields;

/// Why a file cannot be taken at all. Codes; the host has words for each.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum FileError {
    /// It holds nothing, or only headings.
    #[error("the file is empty")]
    Empty,
    /// It is a workbook, picture, archive…
    #[error("the file is not a CSV table")]
    NotATable,
    /// It says it is UTF-8 and is not.
    #[error("the file's UTF-8 is broken at line {line}")]
    BrokenText {
        /// Where.
        line: u32,
    },
    /// Columns that the schema needs are missing.
    #[error("columns are missing: {}", .0.join(", "))]
    MissingColumns(Vec<String>),
    /// More rows than the schema takes.
    #[error("more than {0} rows")]
    TooManyRows(u32),
    /// The quotes do not pair up.
    #[error("the table breaks off at line {line}")]
    Broken {
        /// Where.
        line: u32,
    },
}

impl FileError {
    /// A stable code: `file-empty`, `file-type`…
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "file-empty",
            Self::NotATable => "file-type",
            Self::BrokenText { .. } => "file-utf8",
            Self::MissingColumns(_) => "file-columns",
            Self::TooManyRows(_) => "file-rows",
            Self::Broken { .. } => "file-broken",
        }
    }
    /// What the message is about: a line, columns, a number of rows.
    pub fn detail(&self) -> String {
        match self {
            Self::Empty | Self::NotATable => String::new(),
            Self::BrokenText { line } | Self::Broken { line } => line.to_string(),
            Self::MissingColumns(columns) => columns.join(", "),
            Self::TooManyRows(rows) => rows.to_string(),
        }
    }
}

/// What is wrong with a row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    /// Line of the file, the heading being 1.
    pub line: u32,
    /// The column's heading.
    pub column: String,
    /// The rule's name.
    pub rule: String,
    /// Whether the row was left out.
    pub rejected: bool,
}

/// An accepted row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// Line of the file.
    pub line: u32,
    /// Typed cells; empty ones as [`vatra_core::value::Value::None`].
    pub fields: Fields,
    /// People named in it, until they are resolved: field, company, identifier, name.
    pub people: Vec<Named>,
}

/// A person or company named by a row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Named {
    /// The field that becomes a reference.
    pub field: String,
    /// A company.
    pub company: bool,
    /// IDNP or IDNO.
    pub idn: String,
    /// The name, tidied.
    pub name: String,
}

/// A table, read and checked.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ParsedTable {
    /// The file's name, without folders.
    pub name: String,
    /// SHA-256 of the file, in hexadecimal.
    pub digest: String,
    /// Data rows.
    pub rows: u32,
    /// Rows that passed.
    pub accepted: Vec<Row>,
    /// In the order of the file.
    pub problems: Vec<Problem>,
    /// Fields that are sealed towards the module.
    pub personal: BTreeSet<String>,
    /// People that the municipality does not know yet (after [`super::resolve`]).
    pub new_subjects: Vec<Subject>,
    /// Everyone named in accepted rows.
    pub subjects: BTreeSet<SubjectId>,
}

impl ParsedTable {
    /// Rows left out.
    pub fn rejected(&self) -> u32 {
        self.problems.iter().filter(|problem| problem.rejected).count() as u32
    }
    /// Accepted rows with a warning.
    pub fn warned(&self) -> u32 {
        self.problems.iter().filter(|problem| !problem.rejected).map(|problem| problem.line).collect::<BTreeSet<_>>().len() as u32
    }
}

/// Reads a table.
///
/// # Errors
/// [`FileError`] when it cannot be taken at all; single bad rows are problems of the result.
pub fn read_table(schema: &UploadSchema, name: &str, bytes: &[u8], digest: String) -> Result<ParsedTable, FileError> {
    let text = decode(bytes)?;
    if text.trim().is_empty() {
        return Err(FileError::Empty);
    }
    let mut best: Option<(usize, u8)> = None;
    for delimiter in *b";,\t|" {
        let found =
            headings(&text, delimiter).map_or(0, |found| schema.columns.iter().filter(|c| at(&found, &c.heading).is_some()).count());
        if best.is_none_or(|(most, _)| found > most) {
            best = Some((found, delimiter));
        }
    }
    let delimiter = best.map_or(b';', |(_, delimiter)| delimiter);
    let headings = headings(&text, delimiter).ok_or(FileError::Empty)?;
    let missing: Vec<String> = schema
        .columns
        .iter()
        .filter(|column| !column.optional)
        .flat_map(|column| [Some(&column.heading), column.name_heading.as_ref(), column.kind_heading.as_ref()])
        .flatten()
        .filter(|heading| at(&headings, heading).is_none())
        .cloned()
        .collect();
    if !missing.is_empty() {
        return Err(FileError::MissingColumns(missing));
    }

    let base = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let mut table = ParsedTable {
        name: base.chars().filter(|c| !c.is_control()).take(200).collect(),
        digest,
        personal: schema.columns.iter().filter(|column| is_personal(column)).map(|column| column.field.clone()).collect(),
        ..ParsedTable::default()
    };
    let mut checker = Checker::new(schema, &headings);
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).has_headers(true).from_reader(text.as_bytes());
    let mut record = csv::StringRecord::new();
    // Up to which byte lines were counted, and the line there.
    let mut counted = (0, 1_u32);
    loop {
        let line = reader.position().line() as u32;
        match reader.read_record(&mut record) {
            Ok(false) => break,
            Ok(true) => {}
            Err(_) => return Err(FileError::Broken { line }),
        }
        // The reader's own count lags behind by one after CRLF.
        let begins = record.position().map_or(0, |position| position.byte() as usize);
        let begins = begins + text.bytes().skip(begins).take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        counted.1 += line_ends(text.get(counted.0..begins).unwrap_or_default());
        counted.0 = begins.max(counted.0);
        let line = counted.1;
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        table.rows += 1;
        if table.rows > schema.max_rows {
            return Err(FileError::TooManyRows(schema.max_rows));
        }
        let cells: Vec<&str> = record.iter().collect();
        match checker.row(line, &cells) {
            Verdict::Accepted(row, warnings) => {
                table.accepted.push(row);
                table.problems.extend(warnings);
            }
            Verdict::Rejected(problem) => table.problems.push(problem),
        }
    }
    if table.rows == 0 {
        return Err(FileError::Empty);
    }
    Ok(table)
}

/// Line ends of any kind: LF, CRLF, and the CR alone of old systems.
fn line_ends(text: &str) -> u32 {
    let bytes = text.as_bytes();
    let pairs = bytes.windows(2).filter(|pair| pair == b"\r\n").count();
    (bytes.iter().filter(|byte| matches!(byte, b'\r' | b'\n')).count() - pairs) as u32
}

fn is_personal(column: &UploadColumn) -> bool {
    use vatra_core::register::FieldType;
    column.personal || matches!(column.kind, FieldType::Phone | FieldType::Email)
}

/// Where a heading stands; compared without case, diacritics and doubled spaces.
pub(super) fn at(headings: &[String], heading: &str) -> Option<usize> {
    let wanted = plain(heading);
    headings.iter().position(|found| *found == wanted)
}

fn plain(heading: &str) -> String {
    fold(&heading.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn headings(text: &str, delimiter: u8) -> Option<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).has_headers(false).from_reader(text.as_bytes());
    let mut record = csv::StringRecord::new();
    match reader.read_record(&mut record) {
        Ok(true) => Some(record.iter().map(plain).collect()),
        _ => None,
    }
}

/// The file's text. A byte-order mark decides; otherwise UTF-8 if it is that throughout; otherwise one of the old code pages of
/// Romanian and Russian systems, unless it is plainly UTF-8 with a few broken bytes.
fn decode(bytes: &[u8]) -> Result<String, FileError> {
    if bytes.is_empty() {
        return Err(FileError::Empty);
    }
    if let Some((encoding, mark)) = encoding_rs::Encoding::for_bom(bytes) {
        let body = bytes.get(mark..).unwrap_or_default();
        if encoding == encoding_rs::UTF_8 {
            return std::str::from_utf8(body).map(str::to_owned).map_err(|error| broken(body, error.valid_up_to()));
        }
        let (text, broken_text) = encoding.decode_without_bom_handling(body);
        return if broken_text { Err(FileError::BrokenText { line: 1 }) } else { Ok(text.into_owned()) };
    }
    const MAGIC: [&[u8]; 6] = [b"PK\x03\x04", b"%PDF", b"\xd0\xcf\x11\xe0", b"\x89PNG", b"\xff\xd8\xff", b"\x1f\x8b"];
    if MAGIC.iter().any(|magic| bytes.starts_with(magic)) || bytes.contains(&0) {
        return Err(FileError::NotATable);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.to_owned()),
        Err(error) => {
            let lossy = String::from_utf8_lossy(bytes);
            let bad = lossy.chars().filter(|c| *c == char::REPLACEMENT_CHARACTER).count();
            let good = lossy.chars().filter(|c| !c.is_ascii() && *c != char::REPLACEMENT_CHARACTER).count();
            if good > bad * 4 {
                return Err(broken(bytes, error.valid_up_to()));
            }
            let encoding = if is_cyrillic(bytes) { encoding_rs::WINDOWS_1251 } else { encoding_rs::WINDOWS_1250 };
            Ok(encoding.decode_without_bom_handling(bytes).0.into_owned())
        }
    }
}

/// Whether the words of an old code page are Russian: those are of high bytes throughout, where Romanian ones have a few among plain
/// letters.
fn is_cyrillic(bytes: &[u8]) -> bool {
    let (mut mixed, mut whole) = (0, 0);
    for word in bytes.split(|byte| !byte.is_ascii_alphabetic() && *byte < 0x80).filter(|word| word.len() > 1) {
        match word.iter().filter(|byte| **byte >= 0x80).count() {
            0 => {}
            high if high == word.len() => whole += 1,
            _ => mixed += 1,
        }
    }
    whole > mixed
}

fn broken(bytes: &[u8], at: usize) -> FileError {
    let line = bytes.get(..at).unwrap_or_default().iter().filter(|byte| **byte == b'\n').count() as u32 + 1;
    FileError::BrokenText { line }
}
