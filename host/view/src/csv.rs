//! Tables as files that spreadsheets open: UTF-8 with a byte order mark, semicolons, CRLF.
//!
//! A cell that a spreadsheet would take for a formula gets an apostrophe before it, unless it is a number.

use crate::wording::Wording;
use vatra_core::manifest::Language;
use vatra_core::value::{Money, Value};
use vatra_core::view::{BoundRow, BoundTable};

/// The beginning of a file, with its headings.
pub fn head(titles: &[String]) -> Vec<u8> {
    let mut out = String::from("\u{feff}");
    line(&mut out, titles.iter().map(|title| guard(title)));
    out.into_bytes()
}

/// Rows of typed values as a file. Amounts are written without unit and without grouping, so that they can be summed.
pub fn csv(titles: &[String], rows: &[Vec<Value>], wording: &Wording<'_>) -> Vec<u8> {
    let mut out = head(titles);
    for row in rows {
        let mut text = String::new();
        line(&mut text, row.iter().map(|value| cell(value, wording)));
        out.extend_from_slice(text.as_bytes());
    }
    out
}

/// Words as they are as a file.
pub fn plain(titles: &[String], rows: impl Iterator<Item = Vec<String>>) -> Vec<u8> {
    let mut out = String::from("\u{feff}");
    line(&mut out, titles.iter().map(|title| guard(title)));
    for row in rows {
        line(&mut out, row.iter().map(|cell| guard(cell)));
    }
    out.into_bytes()
}

/// A bound table's rows as lines of a file, with the words of its choices.
pub fn lines(table: &BoundTable, rows: &[BoundRow], wording: &Wording<'_>) -> Vec<u8> {
    let mut out = String::new();
    for row in rows {
        let cells = row.cells.iter().zip(&table.columns).map(|(value, column)| match value {
            Value::Choice(code) => guard(&wording.choice(table.query.register.as_str(), &column.name, code)),
            other => cell(other, wording),
        });
        line(&mut out, cells);
    }
    out.into_bytes()
}

fn cell(value: &Value, wording: &Wording<'_>) -> String {
    match value {
        Value::Integer(number) => number.to_string(),
        Value::Money(money) => plain_amount(*money, wording.language),
        Value::Decimal(decimal) if wording.language == Language::En => decimal.as_str().to_owned(),
        Value::Decimal(decimal) => decimal.as_str().replace('.', ","),
        Value::Date(date) if wording.language == Language::En => date.format("%Y-%m-%d").to_string(),
        other => guard(&wording.value(other)),
    }
}

fn plain_amount(money: Money, language: Language) -> String {
    let total = money.0.unsigned_abs();
    let sign = if money.0 < 0 { "-" } else { "" };
    format!("{sign}{}{}{:02}", total / 100, if language == Language::En { '.' } else { ',' }, total % 100)
}

/// An apostrophe before what a spreadsheet would calculate. White space in front does not hide a formula.
fn guard(text: &str) -> String {
    if is_formula(text) { format!("'{text}") } else { text.to_owned() }
}

/// Whether a spreadsheet would calculate the text when somebody types it.
pub fn is_formula(text: &str) -> bool {
    let begins = text.trim_start_matches([' ', '\u{a0}']).starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    begins && !is_number(text)
}

fn is_number(text: &str) -> bool {
    let rest = text.strip_prefix(['+', '-']).unwrap_or(text);
    let digits = rest.chars().filter(char::is_ascii_digit).count();
    digits > 0
        && rest.starts_with(|c: char| c.is_ascii_digit())
        && rest.chars().all(|c| c.is_ascii_digit() || matches!(c, ' ' | '\u{a0}' | '.' | ','))
        && rest.chars().filter(|c| *c == ',').count() <= 1
}

fn line(out: &mut String, cells: impl Iterator<Item = String>) {
    for (index, cell) in cells.enumerate() {
        if index > 0 {
            out.push(';');
        }
        if cell.contains([';', '"', '\n', '\r']) || cell.starts_with(' ') || cell.ends_with(' ') {
            out.push('"');
            out.push_str(&cell.replace('"', "\"\""));
            out.push('"');
        } else {
            out.push_str(&cell);
        }
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Catalogue;
    use vatra_core::view::Resolved;

    fn write(rows: &[Vec<Value>], language: Language) -> String {
        let (catalogue, resolved) = (Catalogue::empty(), Resolved::default());
        String::from_utf8(csv(&["Nume".into(), "=Sumă".into()], rows, &Wording { language, catalogue: &catalogue, resolved: &resolved }))
            .unwrap_or_default()
    }

    #[test]
    fn spreadsheets_open_it() {
        let rows = [vec![Value::Personal("Știrbu; \"Ana\"".into()), Value::Money(Money(-123_450))]];
        assert_eq!(write(&rows, Language::Ro), "\u{feff}Nume;'=Sumă\r\n\"Știrbu; \"\"Ana\"\"\";-1234,50\r\n");
        assert!(write(&rows, Language::En).ends_with(";-1234.50\r\n"));
    }

    #[test]
    fn formulas_are_not_calculated() {
        for (text, written) in [
            ("=1+1", "'=1+1"),
            ("+CMD|' /C calc'!A0", "'+CMD|' /C calc'!A0"),
            ("-2+3", "'-2+3"),
            ("@SUM(A1)", "'@SUM(A1)"),
            (" =1+1", "\"' =1+1\"".trim_matches('"')),
            ("-96,00", "-96,00"),
            ("+37369111222", "+37369111222"),
            ("+", "'+"),
            ("-", "'-"),
            ("—", "—"),
            ("a=1", "a=1"),
        ] {
            assert_eq!(guard(text), written, "{text}");
        }
    }
}
