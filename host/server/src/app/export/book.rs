//! A table as a workbook: numbers, dates and amounts are cells of their types, words are words and never a formula. Rows go to a file as they are
//! written.

use super::{Head, failed, written};
use chrono::{Datelike, NaiveDate, Timelike};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatBorder, Workbook, Worksheet};
use std::fs::File;
use vatra_core::clock::Instant;
use vatra_core::register::FieldType;
use vatra_core::value::Value;
use vatra_core::view::BoundTable;
use vatra_runtime::CallError;
use vatra_view::Wording;

/// Lines over the rows: title, by whom, filters, an empty one, headings.
const HEADINGS: u32 = 4;
/// Characters of a cell, by the format's specification.
const CELL: usize = 32_767;
/// Characters of a worksheet's name, likewise.
const NAME: usize = 31;

struct Looks {
    money: Format,
    date: Format,
    instant: Format,
    integer: Format,
    decimal: Format,
    text: Format,
    /// A word that begins like a formula stays a word when somebody edits the cell.
    quoted: Format,
}

/// A workbook that is being written.
pub(super) struct Book {
    workbook: Workbook,
    looks: Looks,
    next: u32,
    columns: u16,
}

fn place(index: usize) -> u16 {
    u16::try_from(index).unwrap_or(u16::MAX)
}

impl Book {
    pub(super) fn begin(head: &Head) -> Result<Self, CallError> {
        let mut workbook = Workbook::new();
        workbook.set_properties(&DocProperties::new().set_title(&head.title).set_author("Vatra"));
        let sheet = workbook.add_worksheet_with_constant_memory().map_err(failed)?;
        lay_out(sheet, head).map_err(failed)?;
        let number = |form: &str| Format::new().set_num_format(form);
        let looks = Looks {
            money: number("#,##0.00"),
            date: number("dd\\.mm\\.yyyy"),
            instant: number("dd\\.mm\\.yyyy\\ hh:mm"),
            integer: number("0"),
            decimal: number("General"),
            text: Format::new(),
            quoted: Format::new().set_quote_prefix(),
        };
        Ok(Self { workbook, looks, next: HEADINGS + 1, columns: place(head.columns.len()) })
    }

    pub(super) fn row(&mut self, table: &BoundTable, cells: &[Value], wording: &Wording<'_>) -> Result<(), CallError> {
        let Self { workbook, looks, next, .. } = self;
        let sheet = workbook.worksheet_from_index(0).map_err(failed)?;
        for (index, (value, column)) in cells.iter().zip(&table.columns).enumerate() {
            let (row, at) = (*next, place(index));
            match value {
                Value::None => Ok(&mut *sheet),
                Value::Integer(number) if number.unsigned_abs() <= 1 << 53 => {
                    sheet.write_number_with_format(row, at, *number as f64, &looks.integer)
                }
                Value::Money(money) => sheet.write_number_with_format(row, at, money.0 as f64 / 100.0, &looks.money),
                Value::Date(date) if day(*date).is_some() => match day(*date) {
                    Some(day) => sheet.write_datetime_with_format(row, at, &day, &looks.date),
                    None => Ok(&mut *sheet),
                },
                Value::Instant(instant) => match moment(*instant) {
                    Some(moment) => sheet.write_datetime_with_format(row, at, &moment, &looks.instant),
                    None => sheet.write_string_with_format(row, at, wording.value(value), &looks.text),
                },
                // Fifteen digits are what a cell keeps.
                Value::Decimal(decimal) if decimal.as_str().len() <= 15 => match decimal.as_str().parse::<f64>() {
                    Ok(number) => sheet.write_number_with_format(row, at, number, &looks.decimal),
                    Err(_) => sheet.write_string_with_format(row, at, decimal.as_str(), &looks.text),
                },
                other => {
                    let text: String = written(table, column, other, wording).chars().take(CELL / 2).collect();
                    let look = if vatra_view::csv::is_formula(&text) { &looks.quoted } else { &looks.text };
                    sheet.write_string_with_format(row, at, text, look)
                }
            }
            .map_err(failed)?;
        }
        *next += 1;
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<File, CallError> {
        if self.columns > 0 && self.next > HEADINGS + 1 {
            let sheet = self.workbook.worksheet_from_index(0).map_err(failed)?;
            sheet.autofilter(HEADINGS, 0, self.next - 1, self.columns - 1).map_err(failed)?;
        }
        let file = tempfile::tempfile().map_err(failed)?;
        let mut out = std::io::BufWriter::new(file);
        self.workbook.save_to_writer(&mut out).map_err(failed)?;
        out.into_inner().map_err(failed)
    }
}

/// What stands over the rows, widths, and how it comes out on paper.
fn lay_out(sheet: &mut Worksheet, head: &Head) -> Result<(), rust_xlsxwriter::XlsxError> {
    let name: String = head.title.chars().map(|c| if "[]:*?/\\'".contains(c) { ' ' } else { c }).take(NAME).collect();
    if !name.trim().is_empty() {
        sheet.set_name(name.trim())?;
    }
    for (index, (_, kind)) in head.columns.iter().enumerate() {
        sheet.set_column_width(place(index), width(kind.as_ref()))?;
    }
    sheet.set_freeze_panes(HEADINGS + 1, 0)?;
    sheet.set_repeat_rows(HEADINGS, HEADINGS)?;
    sheet.set_landscape();
    sheet.set_paper_size(9);
    sheet.set_print_fit_to_pages(1, 0);
    sheet.set_footer("&L&D&C&A&R&P / &N");
    sheet.write_string_with_format(0, 0, &head.title, &Format::new().set_bold().set_font_size(14))?;
    sheet.write_string(1, 0, &head.made)?;
    sheet.write_string(2, 0, &head.filters)?;
    let look = Format::new().set_bold().set_text_wrap().set_background_color(0xEE_F4_F3).set_border_bottom(FormatBorder::Thin);
    for (index, (title, _)) in head.columns.iter().enumerate() {
        sheet.write_string_with_format(HEADINGS, place(index), title, &look)?;
    }
    Ok(())
}

fn width(kind: Option<&FieldType>) -> f64 {
    match kind {
        Some(FieldType::Integer | FieldType::Flag) => 10.0,
        Some(FieldType::Date | FieldType::Decimal) => 12.0,
        Some(FieldType::Money) => 15.0,
        Some(FieldType::Instant | FieldType::Cadastral | FieldType::Phone) => 18.0,
        Some(FieldType::LongText) => 60.0,
        _ => 28.0,
    }
}

/// Nothing for days before the calendar of workbooks begins.
fn day(date: NaiveDate) -> Option<ExcelDateTime> {
    let year = u16::try_from(date.year()).ok()?;
    ExcelDateTime::from_ymd(year, u8::try_from(date.month()).ok()?, u8::try_from(date.day()).ok()?).ok()
}

/// The civil time in Europe/Chisinau, to the minute.
fn moment(instant: Instant) -> Option<ExcelDateTime> {
    let text = instant.local_text();
    let (_, time) = text.split_once(' ')?;
    let time = chrono::NaiveTime::parse_from_str(time, "%H:%M").ok()?;
    day(instant.civil_date())?.and_hms(u16::try_from(time.hour()).ok()?, u8::try_from(time.minute()).ok()?, 0).ok()
}
