//! Values across the border: towards a module personal texts are sealed and subjects become tokens; from a module tokens are
//! checked and opened.

use crate::bindings::vatra::types::values as wit;
use chrono::{Datelike, NaiveDate};
use vatra_core::clock::Instant;
use vatra_core::ids::{Name, SubjectId};
use vatra_core::register::RegisterSchema;
use vatra_core::seal::{Origin, Sealer};
use vatra_core::value::{Decimal, EntryRef, Fields, Money, Value};

/// A date for the module.
pub fn date(date: NaiveDate) -> wit::Date {
    wit::Date { year: u16::try_from(date.year()).unwrap_or_default(), month: date.month() as u8, day: date.day() as u8 }
}

/// A subject's token.
pub fn subject(sealer: &Sealer, id: SubjectId) -> wit::Subject {
    wit::Subject { token: sealer.subject_token(id) }
}

/// A value for the module; personal texts are sealed with this origin.
pub fn to_guest(sealer: &Sealer, origin: Origin, value: &Value) -> wit::Value {
    match value {
        Value::None => wit::Value::None,
        Value::Flag(flag) => wit::Value::Flag(*flag),
        Value::Integer(number) => wit::Value::Integer(*number),
        Value::Money(Money(bani)) => wit::Value::Money(*bani),
        Value::Decimal(decimal) => wit::Value::Decimal(decimal.as_str().to_owned()),
        Value::Text(text) => wit::Value::Text(text.clone()),
        Value::Choice(code) => wit::Value::Choice(code.clone()),
        Value::Date(day) => wit::Value::Date(date(*day)),
        Value::Instant(at) => wit::Value::Instant(u64::try_from(at.0).unwrap_or_default()),
        Value::Subject(id) => wit::Value::Subject(subject(sealer, *id)),
        Value::Personal(text) => wit::Value::Sealed(wit::Sealed { token: sealer.seal(origin, text) }),
        Value::Entry(entry) => wit::Value::Entry(entry_ref(entry)),
        Value::Document(id) => wit::Value::Document(wit::DocumentRef { id: id.clone() }),
        Value::Cadastral(text) => wit::Value::Cadastral(text.clone()),
        Value::Iban(text) => wit::Value::Iban(text.clone()),
    }
}

/// An entry's reference for the module.
pub fn entry_ref(entry: &EntryRef) -> wit::EntryRef {
    wit::EntryRef { register: entry.register.to_string(), id: entry.id.to_string() }
}

/// Fields for the module; those that the schema calls personal are sealed.
pub fn fields_to_guest(sealer: &Sealer, origin: Origin, personal: impl Fn(&str) -> bool, fields: &Fields) -> Vec<wit::Field> {
    fields
        .iter()
        .map(|(name, value)| {
            let value = match value {
                Value::Text(text) if personal(name) => to_guest(sealer, origin, &Value::Personal(text.clone())),
                value => to_guest(sealer, origin, value),
            };
            wit::Field { name: name.clone(), value }
        })
        .collect()
}

/// What is wrong with a value that a module gave: a rule's code.
pub type Rule = &'static str;

/// A value from a module, with the origin of a sealed one.
///
/// # Errors
/// The rule that it breaks: `token`, `type`, `range`.
pub fn from_guest(sealer: &Sealer, value: wit::Value) -> Result<(Value, Option<Origin>), Rule> {
    Ok((
        match value {
            wit::Value::None => Value::None,
            wit::Value::Flag(flag) => Value::Flag(flag),
            wit::Value::Integer(number) => Value::Integer(number),
            wit::Value::Money(bani) => {
                let money = Money(bani);
                if !money.in_range() {
                    return Err("range");
                }
                Value::Money(money)
            }
            wit::Value::Decimal(text) => Value::Decimal(Decimal::new(&text).ok_or("type")?),
            wit::Value::Text(text) => Value::Text(text),
            wit::Value::Choice(code) => Value::Choice(code),
            wit::Value::Date(date) => Value::Date(date_from_guest(date).ok_or("date")?),
            wit::Value::Instant(at) => Value::Instant(Instant(i64::try_from(at).map_err(|_| "range")?)),
            wit::Value::Subject(subject) => Value::Subject(sealer.subject(&subject.token).map_err(|_| "token")?),
            wit::Value::Sealed(sealed) => {
                let (origin, text) = sealer.open(&sealed.token).map_err(|_| "token")?;
                return Ok((Value::Personal(text), Some(origin)));
            }
            wit::Value::Entry(entry) => Value::Entry(entry_from_guest(&entry).ok_or("type")?),
            wit::Value::Document(document) => Value::Document(document.id),
            wit::Value::Cadastral(text) => Value::Cadastral(text),
            wit::Value::Iban(text) => Value::Iban(text),
        },
        None,
    ))
}

/// A civil date, if it exists.
pub fn date_from_guest(date: wit::Date) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(i32::from(date.year), u32::from(date.month), u32::from(date.day))
}

/// A reference, if it is well formed.
pub fn entry_from_guest(entry: &wit::EntryRef) -> Option<EntryRef> {
    Some(EntryRef { register: Name::new(&entry.register).ok()?, id: entry.id.parse().ok()? })
}

/// Fields of a register from a module: each known, once, of its type; sealed values only where the field is personal, or else the
/// module could store one in the open and read it back.
///
/// # Errors
/// The field and the rule that it breaks.
pub fn register_fields(sealer: &Sealer, schema: &RegisterSchema, fields: Vec<wit::Field>) -> Result<(Fields, Vec<String>), (String, Rule)> {
    let mut out = Fields::new();
    let mut sent = Vec::new();
    for wit::Field { name, value } in fields {
        let Some(field) = schema.field(&name) else { return Err((name, "unknown-field")) };
        let (value, origin) = from_guest(sealer, value).map_err(|rule| (name.clone(), rule))?;
        let value = match value {
            Value::Personal(_) if !field.is_personal() => return Err((name, "sealed")),
            Value::Text(text) if field.is_personal() => Value::Personal(text),
            value => value,
        };
        if !field.kind.admits(&value) {
            return Err((name, "type"));
        }
        if origin == Some(Origin::Sent) {
            sent.push(name.clone());
        }
        if out.insert(name.clone(), value).is_some() {
            return Err((name, "twice"));
        }
    }
    Ok((out, sent))
}
