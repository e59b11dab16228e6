//! What people type, as typed values: checked against the manifest, for the web and the command line alike.

use crate::format::strip_controls;
use crate::limits;
use chrono::{Datelike, NaiveDate};
use std::collections::BTreeMap;
use vatra_core::clock::Instant;
use vatra_core::ident;
use vatra_core::manifest::InputSchema;
use vatra_core::register::FieldType;
use vatra_core::value::{Decimal, EntryRef, Money, Value};

/// A form as posted: every name with its values.
pub type Posted = BTreeMap<String, Vec<String>>;

/// An input's name and the code of the rule it breaks.
pub type BrokenRule = (String, &'static str);

/// Reads a form or a screen's parameters. Files are the caller's business and are skipped; names that the schema does not know are
/// left alone (see [`unknown_inputs`]). Control characters are dropped and white space trimmed; texts
/// of personal inputs come as [`Value::Personal`]. A flag that was not sent is `no`.
///
/// Dates come in three parts (`NAME-day`, `NAME-month`, `NAME-year`) or in one (`2026-09-25`, `25.09.2026`).
///
/// # Errors
/// Every input that is wrong with the code of the rule it breaks: `required`, `single`, `too-many`, `too-long`, `integer`, `money`,
/// `decimal`, `date`, `instant`, `choice`, `flag`, `subject`, `entry`, `document`, `cadastral`, `iban`, `phone`, `email`.
pub fn parse_inputs(schema: &[InputSchema], form: &Posted) -> Result<Vec<(String, Value)>, Vec<BrokenRule>> {
    let mut values = Vec::new();
    let mut wrong = Vec::new();
    for input in schema.iter().filter(|input| !matches!(input.kind, FieldType::TableFile(_))) {
        match parse_input(input, form) {
            Ok(read) => values.extend(read.into_iter().map(|value| (input.name.clone(), value))),
            Err(rule) => wrong.push((input.name.clone(), rule)),
        }
    }
    if wrong.is_empty() { Ok(values) } else { Err(wrong) }
}

/// Names of the form that neither the schema nor the host knows: the command line refuses them.
pub fn unknown_inputs(schema: &[InputSchema], form: &Posted) -> Vec<String> {
    let known = |name: &str| {
        schema.iter().any(|input| {
            let part = name.strip_prefix(input.name.as_str());
            part.is_some_and(|part| part.is_empty() || (input.kind == FieldType::Date && matches!(part, "-day" | "-month" | "-year")))
        })
    };
    form.keys().filter(|name| !known(name) && !crate::urls::RESERVED.contains(&name.as_str())).cloned().collect()
}

fn parse_input(input: &InputSchema, form: &Posted) -> Result<Vec<Value>, &'static str> {
    let mut texts: Vec<String> =
        form.get(&input.name).into_iter().flatten().map(|text| clean(text, &input.kind)).filter(|text| !text.is_empty()).collect();
    if texts.is_empty() && input.kind == FieldType::Date {
        texts.extend(date_parts(&input.name, form));
    }
    if texts.len() > limits::ROWS {
        return Err("too-many");
    }
    if texts.len() > 1 && !input.many {
        // A ticked box and the hidden `no` before it count as one.
        if input.kind != FieldType::Flag {
            return Err("single");
        }
        texts.drain(..texts.len() - 1);
    }
    if texts.is_empty() {
        return match (&input.kind, input.required) {
            (FieldType::Flag, false) if !input.many => Ok(vec![Value::Flag(false)]),
            (_, true) => Err("required"),
            (_, false) => Ok(Vec::new()),
        };
    }
    let mut values = texts.iter().map(|text| parse_value(&input.kind, text)).collect::<Result<Vec<_>, _>>()?;
    if input.is_personal() {
        for value in &mut values {
            if let Value::Text(text) = value {
                *value = Value::Personal(std::mem::take(text));
            }
        }
    }
    // A required flag is a declaration: it must be ticked.
    if input.kind == FieldType::Flag && input.required && values.contains(&Value::Flag(false)) {
        return Err("required");
    }
    Ok(values)
}

/// Without control characters; only long texts keep their lines.
fn clean(text: &str, kind: &FieldType) -> String {
    let text = strip_controls(&text.replace("\r\n", "\n").replace('\r', "\n"));
    match kind {
        FieldType::LongText => text.trim().to_owned(),
        _ => text.replace(['\n', '\t'], " ").trim().to_owned(),
    }
}

/// The three parts joined as `dd.mm.yyyy`; none when all are empty.
fn date_parts(name: &str, form: &Posted) -> Option<String> {
    let part = |what: &str| form.get(&format!("{name}-{what}")).and_then(|values| values.first()).map_or("", |text| text.trim());
    let (day, month, year) = (part("day"), part("month"), part("year"));
    (!(day.is_empty() && month.is_empty() && year.is_empty())).then(|| format!("{day}.{month}.{year}"))
}

/// Reads a date as people write it: `2026-09-25`, `25.09.2026`, `5.9.2026`, `25/09/2026`. Years of four digits, 1800 to 2200.
pub fn parse_date(text: &str) -> Option<NaiveDate> {
    let number = |part: &str, longest: usize| -> Option<u32> {
        (!part.is_empty() && part.len() <= longest && part.bytes().all(|b| b.is_ascii_digit())).then(|| part.parse().ok()).flatten()
    };
    let parts: Vec<&str> = text.trim().split(['-', '.', '/']).map(str::trim).collect();
    let [first, second, third] = parts.as_slice() else { return None };
    let (year, month, day) = if text.contains('-') { (first, second, third) } else { (third, second, first) };
    let date = NaiveDate::from_ymd_opt(i32::try_from(number(year, 4)?).ok()?, number(month, 2)?, number(day, 2)?)?;
    (1800..=2200).contains(&date.year()).then_some(date)
}

fn parse_value(kind: &FieldType, text: &str) -> Result<Value, &'static str> {
    let bounded = |longest: usize| if text.chars().count() <= longest { Ok(()) } else { Err("too-long") };
    let plain: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    Ok(match kind {
        FieldType::Flag => match plain.to_lowercase().as_str() {
            "yes" | "true" | "1" | "on" | "da" | "да" => Value::Flag(true),
            "no" | "false" | "0" | "off" | "nu" | "нет" => Value::Flag(false),
            _ => return Err("flag"),
        },
        FieldType::Integer => Value::Integer(plain.parse().map_err(|_| "integer")?),
        FieldType::Money => Value::Money(Money::parse(text).ok_or("money")?),
        FieldType::Decimal => Value::Decimal(Decimal::parse(text).ok_or("decimal")?),
        FieldType::Text => {
            bounded(500)?;
            Value::Text(text.to_owned())
        }
        FieldType::LongText => {
            bounded(10_000)?;
            Value::Text(text.to_owned())
        }
        FieldType::Choice(choices) => {
            if !choices.iter().any(|code| code == text) {
                return Err("choice");
            }
            Value::Choice(text.to_owned())
        }
        FieldType::Date => Value::Date(parse_date(text).ok_or("date")?),
        FieldType::Instant => Value::Instant(Instant(plain.parse().map_err(|_| "instant")?)),
        FieldType::Subject => Value::Subject(plain.parse().map_err(|_| "subject")?),
        FieldType::Entry(register) => Value::Entry(EntryRef { register: register.clone(), id: plain.parse().map_err(|_| "entry")? }),
        FieldType::Document => {
            if plain.len() > 64 || !plain.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')) {
                return Err("document");
            }
            Value::Document(plain)
        }
        FieldType::Cadastral => {
            if !ident::is_cadastral_number(&plain) {
                return Err("cadastral");
            }
            Value::Cadastral(plain)
        }
        FieldType::Iban => {
            let iban = plain.to_uppercase();
            if !ident::is_iban(&iban) {
                return Err("iban");
            }
            Value::Iban(iban)
        }
        FieldType::Phone => Value::Personal(phone(text).ok_or("phone")?),
        FieldType::Email => {
            bounded(254)?;
            if !is_email(text) {
                return Err("email");
            }
            Value::Personal(text.to_owned())
        }
        FieldType::TableFile(_) => return Err("file"),
    })
}

/// A telephone number with 6 to 15 digits (ITU-T E.164), as typed but for odd characters.
fn phone(text: &str) -> Option<String> {
    let rest = text.strip_prefix('+').unwrap_or(text);
    let fits = rest.chars().all(|c| c.is_ascii_digit() || matches!(c, ' ' | '-' | '(' | ')' | '.' | '\u{a0}'));
    let digits = rest.chars().filter(char::is_ascii_digit).count();
    (fits && (6..=15).contains(&digits)).then(|| text.to_owned())
}

/// One `@`, something before it, and a domain with a dot; nothing that could begin another header.
fn is_email(text: &str) -> bool {
    let odd = |c: char| c.is_whitespace() || matches!(c, '<' | '>' | ',' | ';' | '"' | '(' | ')' | '\\');
    match text.split_once('@') {
        Some((before, domain)) => {
            !before.is_empty()
                && !text.contains(odd)
                && !domain.contains('@')
                && domain.contains('.')
                && domain.split('.').all(|label| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-'))
        }
        None => false,
    }
}

#[cfg(test)]
#[path = "inputs_tests.rs"]
mod tests;
