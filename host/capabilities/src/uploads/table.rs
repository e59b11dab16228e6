//! From a file's bytes to typed rows: encoding and delimiter are found out, headings matched, every row checked.

use super::check::{Checker, Verdict};
use super::mapping::{Mapping, Part};
use super::source::Source;
use std::collections::BTreeSet;
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
    /// It is a picture, an archive, a workbook of the old format or with a password…
    #[error("the file is neither a CSV table nor a workbook")]
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
    /// More columns than anybody's table has.
    #[error("more than {0} columns")]
    TooManyColumns(u32),
    /// A workbook that unpacks to more than its content could be.
    #[error("the workbook unpacks to more than {0} MiB")]
    TooLargeInside(u32),
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
            Self::TooManyColumns(_) => "file-wide",
            Self::TooLargeInside(_) => "file-unpacks",
        }
    }
    /// What the message is about: a line, columns, a number of rows.
    pub fn detail(&self) -> String {
        match self {
            Self::Empty | Self::NotATable => String::new(),
            Self::BrokenText { line } | Self::Broken { line } => line.to_string(),
            Self::MissingColumns(columns) => columns.join(", "),
            Self::TooManyRows(number) | Self::TooManyColumns(number) | Self::TooLargeInside(number) => number.to_string(),
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
    /// Typed cells; empty ones as [`vatra_core::value::Value::None`], and none of columns that the file has not.
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
    /// Fields of the schema that the file has a column for, in the schema's order.
    pub columns: Vec<String>,
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

/// Reads a table whose headings are those of the schema.
///
/// # Errors
/// [`FileError`] when it cannot be taken at all; single bad rows are problems of the result.
pub fn read_table(schema: &UploadSchema, name: &str, bytes: &[u8], digest: String) -> Result<ParsedTable, FileError> {
    let source = Source::open(bytes)?;
    let outline = source.outline(schema, None)?;
    let mapping = outline.exact(schema)?;
    read_mapped(schema, (name, digest), &source, &mapping, &mut |_, _| {})
}

/// Reads a table as somebody said which column is what. `refused` is shown every row that is left out: its cells, and why.
///
/// # Errors
/// [`FileError`] when it cannot be taken at all; single bad rows are problems of the result.
pub fn read_mapped(
    schema: &UploadSchema,
    (name, digest): (&str, String),
    source: &Source,
    mapping: &Mapping,
    refused: &mut dyn FnMut(&[&str], &Problem),
) -> Result<ParsedTable, FileError> {
    let base = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let mut table = ParsedTable {
        name: base.chars().filter(|c| !c.is_control()).take(200).collect(),
        digest,
        columns: schema
            .columns
            .iter()
            .filter(|column| mapping.place(&column.field, Part::Value).is_some())
            .map(|column| column.field.clone())
            .collect(),
        personal: schema.columns.iter().filter(|column| is_personal(column)).map(|column| column.field.clone()).collect(),
        ..ParsedTable::default()
    };
    let mut checker = Checker::new(schema, mapping);
    source.each(mapping, &mut |line, cells| {
        if line <= mapping.line || cells.iter().all(|cell| cell.trim().is_empty()) {
            return Ok(true);
        }
        table.rows += 1;
        if table.rows > schema.max_rows {
            return Err(FileError::TooManyRows(schema.max_rows));
        }
        match checker.row(line, cells) {
            Verdict::Accepted(row, warnings) => {
                table.accepted.push(row);
                table.problems.extend(warnings);
            }
            Verdict::Rejected(problem) => {
                refused(cells, &problem);
                table.problems.push(problem);
            }
        }
        Ok(true)
    })?;
    if table.rows == 0 {
        return Err(FileError::Empty);
    }
    Ok(table)
}

fn is_personal(column: &UploadColumn) -> bool {
    use vatra_core::register::FieldType;
    column.personal || matches!(column.kind, FieldType::Phone | FieldType::Email)
}
