//! Checking one row: rules in the schema's order, the first that rejects names the reason; warnings of accepted rows.

use super::mapping::{Mapping, Mark, Part};
use super::table::{Named, Problem, Row};
use std::collections::{BTreeMap, BTreeSet};
use vatra_core::fold;
use vatra_core::ident::{Idno, Idnp, is_cadastral_number, is_iban, treasury_bank};
use vatra_core::manifest::{RowRule, UploadColumn, UploadRule, UploadSchema};
use vatra_core::register::FieldType;
use vatra_core::value::{Decimal, Fields, Money, Value};

/// What becomes of a row.
pub(super) enum Verdict {
    Accepted(Row, Vec<Problem>),
    Rejected(Problem),
}

struct Place<'a> {
    column: &'a UploadColumn,
    at: Option<usize>,
    name_at: Option<usize>,
    kind_at: Option<usize>,
    /// The schema has a column that tells persons from companies, and the file has none.
    tells_by_number: bool,
}

/// Checks rows one after another; remembers what has to be unique.
pub(super) struct Checker<'a> {
    schema: &'a UploadSchema,
    places: BTreeMap<&'a str, Place<'a>>,
    written: Written,
    seen: BTreeMap<(usize, &'a str), BTreeSet<String>>,
}

/// A cell as read: the text that is there, and the value if it can be read as the column's type.
struct Cell {
    text: String,
    value: Option<Value>,
    company: bool,
    name: String,
}

impl<'a> Checker<'a> {
    pub(super) fn new(schema: &'a UploadSchema, mapping: &Mapping) -> Self {
        let places = schema
            .columns
            .iter()
            .map(|column| {
                let place = Place {
                    column,
                    at: mapping.place(&column.field, Part::Value),
                    name_at: mapping.place(&column.field, Part::Name),
                    kind_at: mapping.place(&column.field, Part::Kind),
                    tells_by_number: column.kind_heading.is_some(),
                };
                (column.field.as_str(), place)
            })
            .collect();
        Self { schema, places, written: Written { month_first: mapping.month_first, mark: mapping.mark }, seen: BTreeMap::new() }
    }

    pub(super) fn row(&mut self, line: u32, cells: &[&str]) -> Verdict {
        let read: BTreeMap<&str, Cell> = self.places.iter().map(|(field, place)| (*field, read(place, cells, self.written))).collect();
        let problem = |field: &str, rule: &str, rejected: bool| {
            let column = self.places.get(field).map(|place| place.column.heading.clone()).unwrap_or_default();
            Problem { line, column, rule: rule.to_owned(), rejected }
        };
        for (field, cell) in &read {
            // A cell that a spreadsheet would run as a formula is never somebody's data.
            if is_formula(&cell.text) || is_formula(&cell.name) {
                return Verdict::Rejected(problem(field, "formula", true));
            }
        }
        let mut warnings = Vec::new();
        for warning_pass in [false, true] {
            for (index, rule) in self.schema.rules.iter().enumerate().filter(|(_, rule)| rule.rejects != warning_pass) {
                if let Some(field) = self.broken(index, rule, &read) {
                    if rule.rejects {
                        return Verdict::Rejected(problem(field, rule.name.as_str(), true));
                    }
                    warnings.push(problem(field, rule.name.as_str(), false));
                }
            }
        }
        // What no rule of the schema spoke of must still be of the column's type.
        for (field, cell) in &read {
            let Some(place) = self.places.get(field) else { continue };
            let readable = match &cell.value {
                Some(value) => place.column.kind.admits(value),
                // A subject becomes a reference later, if its identifier can be one.
                None if place.column.kind == FieldType::Subject => cell.text.is_empty() || is_identifier(&cell.text),
                None => cell.text.is_empty(),
            };
            if !readable {
                return Verdict::Rejected(problem(field, "unreadable", true));
            }
        }
        for (index, rule) in self.schema.rules.iter().enumerate().filter(|(_, rule)| rule.rule == RowRule::Unique) {
            for field in &rule.fields {
                if let Some(key) = read.get(field.as_str()).and_then(Cell::key) {
                    self.seen.entry((index, field.as_str())).or_default().insert(key);
                }
            }
        }
        let mut people = Vec::new();
        let mut fields = Fields::new();
        for (field, cell) in read {
            // Of a column that the file has not nothing is known, not even that it is empty.
            let Some(place) = self.places.get(field).filter(|place| place.at.is_some()) else { continue };
            if place.column.kind == FieldType::Subject && !cell.text.is_empty() {
                people.push(Named { field: field.to_owned(), company: cell.company, idn: cell.text, name: cell.name });
                continue;
            }
            fields.insert(field.to_owned(), cell.value.unwrap_or_default());
        }
        warnings.sort_by(|a, b| (a.line, &a.rule).cmp(&(b.line, &b.rule)));
        Verdict::Accepted(Row { line, fields, people }, warnings)
    }

    /// The field on which the rule is broken.
    fn broken(&self, index: usize, rule: &'a UploadRule, read: &BTreeMap<&str, Cell>) -> Option<&'a str> {
        let get = |field: &str| read.get(field);
        if rule.rule == RowRule::AtMostOther {
            let (first, second) = (rule.fields.first()?, rule.fields.get(1)?);
            let number = |field: &str| get(field)?.value.as_ref()?.number();
            return (number(first)? > number(second)?).then_some(first.as_str());
        }
        rule.fields.iter().map(String::as_str).find(|field| {
            let Some(cell) = get(field) else { return false };
            let digits = cell.text.len() == 13 && cell.text.bytes().all(|byte| byte.is_ascii_digit());
            match rule.rule {
                RowRule::IdentifierLength => !digits,
                RowRule::IdnoCheckDigit => cell.company && digits && Idno::new(&cell.text).is_err(),
                RowRule::IdnpCheckDigit => !cell.company && Idnp::new(&cell.text).is_ok_and(|idnp| !idnp.check_digit_fits()),
                RowRule::Readable => cell.value.is_none(),
                RowRule::NotNegative => cell.value.as_ref().and_then(Value::number).is_some_and(|number| number < 0),
                RowRule::DateValid | RowRule::Listed => cell.value.is_none() && !cell.text.is_empty(),
                RowRule::CadastralNumber => !cell.text.is_empty() && !is_cadastral_number(&cell.text),
                RowRule::Filled => cell.text.is_empty(),
                RowRule::Unique => cell.key().is_some_and(|key| self.seen.get(&(index, *field)).is_some_and(|seen| seen.contains(&key))),
                RowRule::AtMostOther => false,
            }
        })
    }
}

impl Cell {
    fn key(&self) -> Option<String> {
        match &self.value {
            Some(value) => value.sort_key(),
            None => (!self.text.is_empty()).then(|| fold::fold(&self.text)),
        }
    }
}

fn is_identifier(text: &str) -> bool {
    text.len() == 13 && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_formula(text: &str) -> bool {
    let mut chars = text.chars();
    match chars.next() {
        Some('=' | '@' | '\t' | '\r') => true,
        Some('+' | '-') => {
            let rest = chars.as_str();
            !rest.is_empty() && rest.chars().any(|c| c.is_alphabetic() || "()=!|".contains(c))
        }
        _ => false,
    }
}

/// How the file writes what can be read in two ways.
#[derive(Clone, Copy)]
struct Written {
    month_first: bool,
    mark: Mark,
}

impl Written {
    /// A number without what groups its thousands, when it is known which sign is which.
    fn number(self, text: &str) -> String {
        let groups: &[char] = match self.mark {
            Mark::Either => return text.to_owned(),
            Mark::Comma => &['.', '\'', '’'],
            Mark::Point => &[',', '\'', '’'],
        };
        text.replace(groups, "")
    }
}

fn read(place: &Place<'_>, cells: &[&str], written: Written) -> Cell {
    let cell = |at: Option<usize>| at.and_then(|at| cells.get(at)).map(|text| fold::tidy(text)).unwrap_or_default();
    let column = place.column;
    let text = cell(place.at);
    let mut out = Cell { value: None, company: false, name: String::new(), text };
    match &column.kind {
        FieldType::Subject => {
            out.text.retain(|c| !c.is_whitespace());
            let kind = cell(place.kind_at);
            out.company = match place.kind_at {
                Some(_) => column.company_values.iter().any(|value| fold::fold(value) == fold::fold(&kind)),
                // Where no column tells them apart the number does: a company's begins with 1, a person's does not.
                None => place.tells_by_number && out.text.starts_with('1') && Idno::new(&out.text).is_ok(),
            };
            let name = cell(place.name_at);
            out.name = if out.company { name } else { fold::person_name(&name) };
        }
        kind if out.text.is_empty() => out.value = if matches!(kind, FieldType::Money) { None } else { Some(Value::None) },
        FieldType::Money => out.value = Money::parse(&written.number(&out.text)).map(Value::Money),
        FieldType::Integer => out.value = out.text.replace(' ', "").parse().ok().map(Value::Integer),
        FieldType::Decimal => out.value = Decimal::parse(&written.number(&out.text)).map(Value::Decimal),
        FieldType::Date => out.value = date(&out.text, written.month_first).map(Value::Date),
        FieldType::Cadastral => out.value = is_cadastral_number(&out.text).then(|| Value::Cadastral(out.text.clone())),
        FieldType::Iban => out.value = is_iban(&out.text).then(|| Value::Iban(out.text.clone())),
        FieldType::Choice(choices) => {
            let code = column.values.iter().find(|(written, _)| fold::fold(written) == fold::fold(&out.text)).map(|(_, code)| code.clone());
            out.value = code.or_else(|| choices.contains(&out.text).then(|| out.text.clone())).map(Value::Choice);
        }
        FieldType::Flag => {
            out.value = match fold::fold(&out.text).as_str() {
                "da" | "yes" | "1" | "true" | "да" => Some(Value::Flag(true)),
                "nu" | "no" | "0" | "false" | "нет" => Some(Value::Flag(false)),
                _ => None,
            };
        }
        FieldType::Text | FieldType::LongText | FieldType::Phone | FieldType::Email => {
            let personal = column.personal || !matches!(column.kind, FieldType::Text | FieldType::LongText);
            out.value = Some(if personal { Value::Personal(out.text.clone()) } else { Value::Text(out.text.clone()) });
        }
        FieldType::TreasuryIban => out.value = treasury_bank(&out.text).map(|_| Value::Iban(out.text.clone())),
        // No cell of a table says any of these.
        _ => {}
    }
    out
}

fn date(text: &str, month_first: bool) -> Option<chrono::NaiveDate> {
    ["%d.%m.%Y", "%Y-%m-%d", if month_first { "%m/%d/%Y" } else { "%d/%m/%Y" }]
        .iter()
        .find_map(|format| chrono::NaiveDate::parse_from_str(text, format).ok())
        .filter(|date| (1900..=2200).contains(&chrono::Datelike::year(date)))
}
