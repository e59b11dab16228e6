//! Workbooks (XLSX): read cell by cell, after it is known how much there is. What a workbook says of its size is not believed.

use super::mapping::Mark;
use super::source::MOST_COLUMNS;
use super::table::FileError;
use super::text::Visit;
use calamine::{DataRef, Reader as _, SheetType, SheetVisible, Xlsx};
use std::io::{Cursor, Read as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use zip::ZipArchive;

/// What all parts of a workbook unpack to, in MiB.
const UNPACKED: u64 = 96;
/// And any of them that is no sheet: its strings are held in memory.
const PART: u64 = 24;
/// Parts of a workbook.
const PARTS: usize = 1_000;
/// Sheets that are offered.
const SHEETS: usize = 50;

/// Whether the file says that it is a package of Office.
pub(super) fn is_book(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
        && ZipArchive::new(Cursor::new(bytes))
            .is_ok_and(|zip| zip.file_names().any(|name| name.is_ok_and(|name| name == "xl/workbook.xml")))
}

/// Unpacks every part into nothing, as far as the limits allow.
fn measure(bytes: &[u8]) -> Result<(), FileError> {
    let too_large = || FileError::TooLargeInside(u32::try_from(UNPACKED).unwrap_or_default());
    let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| FileError::NotATable)?;
    if zip.len() > PARTS {
        return Err(too_large());
    }
    let mut left = UNPACKED << 20;
    for index in 0..zip.len() {
        let part = zip.by_index(index).map_err(|_| FileError::NotATable)?;
        let most = if part.name().is_ok_and(|name| name.starts_with("xl/worksheets/")) { left } else { left.min(PART << 20) };
        let unpacked = std::io::copy(&mut part.take(most + 1), &mut std::io::sink()).map_err(|_| FileError::NotATable)?;
        if unpacked > most {
            return Err(too_large());
        }
        left -= unpacked;
    }
    Ok(())
}

fn open(bytes: &[u8]) -> Result<Xlsx<Cursor<&[u8]>>, FileError> {
    Xlsx::new(Cursor::new(bytes)).map_err(|_| FileError::NotATable)
}

/// A workbook that nobody foresaw ends the reading of it, not the call.
fn guarded<T>(read: impl FnOnce() -> Result<T, FileError>) -> Result<T, FileError> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or(Err(FileError::NotATable))
}

/// The sheets that whoever opens it sees.
pub(super) fn sheets(bytes: &[u8]) -> Result<Vec<String>, FileError> {
    guarded(|| {
        measure(bytes)?;
        let book = open(bytes)?;
        let seen =
            book.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible);
        let names: Vec<String> = seen.take(SHEETS).map(|sheet| sheet.name.clone()).collect();
        if names.is_empty() { Err(FileError::Empty) } else { Ok(names) }
    })
}

/// Every row with its line, until the visitor has seen enough.
pub(super) fn each(bytes: &[u8], sheet: &str, mark: Mark, visit: &mut Visit<'_>) -> Result<(), FileError> {
    guarded(|| {
        let mut book = open(bytes)?;
        let mut cells = book.worksheet_cells_reader(sheet).map_err(|_| FileError::NotATable)?;
        let mut row: (u32, Vec<String>) = (0, Vec::new());
        while let Some(cell) = cells.next_cell().map_err(|_| FileError::Broken { line: row.0 + 1 })? {
            let (line, column) = cell.get_position();
            let text = written(cell.get_value(), mark);
            if text.is_empty() {
                continue;
            }
            if line < row.0 {
                return Err(FileError::Broken { line: line + 1 });
            }
            let column = column as usize;
            if column >= MOST_COLUMNS {
                return Err(FileError::TooManyColumns(u32::try_from(MOST_COLUMNS).unwrap_or(u32::MAX)));
            }
            if line > row.0 {
                if !row.1.is_empty() && !tell(&row, visit)? {
                    return Ok(());
                }
                row = (line, Vec::new());
            }
            if row.1.len() <= column {
                row.1.resize(column + 1, String::new());
            }
            if let Some(place) = row.1.get_mut(column) {
                *place = text;
            }
        }
        if !row.1.is_empty() {
            tell(&row, visit)?;
        }
        Ok(())
    })
}

fn tell(row: &(u32, Vec<String>), visit: &mut Visit<'_>) -> Result<bool, FileError> {
    let cells: Vec<&str> = row.1.iter().map(String::as_str).collect();
    visit(row.0.saturating_add(1), &cells)
}

/// A cell as somebody would type it.
fn written(value: &DataRef<'_>, mark: Mark) -> String {
    match value {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => numeral(*number, mark),
        DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(yes) => yes.to_string(),
        DataRef::DateTime(at) => match at.as_datetime() {
            // Seconds are rounded: a day is a number in a workbook.
            Some(moment) if !at.is_duration() => {
                let form = if at.as_f64().fract().abs() < 1e-6 { "%d.%m.%Y" } else { "%d.%m.%Y %H:%M" };
                moment.format(form).to_string()
            }
            _ => numeral(at.as_f64(), mark),
        },
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.strip_suffix("T00:00:00").unwrap_or(text).to_owned(),
        // What a formula could not work out is refused as a formula is.
        DataRef::Error(error) => format!("={error}"),
        DataRef::Empty => String::new(),
    }
}

/// The fifteen digits that a workbook shows of a number.
fn numeral(number: f64, mark: Mark) -> String {
    let shown = format!("{number:.14e}").parse::<f64>().unwrap_or(number);
    let text = shown.to_string();
    if mark == Mark::Comma { text.replace('.', ",") } else { text }
}
