//! Values, names and queries made of bytes: often near what is declared, or else nothing would get past the first check.

use arbitrary::{Result, Unstructured};
use vatra_core::clock::Instant;
use vatra_core::ids::{EntryId, Name, SubjectId};
use vatra_core::manifest::Manifest;
use vatra_core::register::{Comparison, Condition, Query, Sorting};
use vatra_core::value::{Decimal, EntryRef, Fields, Money, Value};

/// The manifest that everything is checked against.
pub(crate) fn manifest() -> Option<Manifest> {
    toml::from_str(include_str!("vatra.toml")).ok()
}

/// Marks whatever text comes from a module: it must never come out as an element.
pub(crate) const MARK: &str = "<i>\"'&";

/// At most so many of what is nested, or most bytes would make one list.
pub(crate) fn several<'a, T>(u: &mut Unstructured<'a>, make: impl Fn(&mut Unstructured<'a>) -> Result<T>) -> Result<Vec<T>> {
    let count = u.int_in_range(0..=4)?;
    (0..count).map(|_| make(u)).collect()
}

pub(crate) fn text(u: &mut Unstructured<'_>) -> Result<String> {
    const NAMES: [&str; 24] = [
        "home", "thing", "do", "things", "text", "count", "sum", "share", "day", "at", "kind", "kinds", "yes", "phone", "who", "note",
        "entry", "who.name", "number", "opened", "a", "b", "key", "long",
    ];
    Ok(match u.int_in_range(0..=9)? {
        0..=6 => (*u.choose(&NAMES)?).to_owned(),
        7 => MARK.to_owned(),
        _ => u.arbitrary::<&str>()?.chars().take(300).collect(),
    })
}

fn uuid(u: &mut Unstructured<'_>) -> Result<uuid::Uuid> {
    Ok(uuid::Uuid::from_u128(u128::from(u.arbitrary::<u16>()?)))
}

pub(crate) fn subject(u: &mut Unstructured<'_>) -> Result<SubjectId> {
    Ok(SubjectId(uuid(u)?))
}

pub(crate) fn value(u: &mut Unstructured<'_>) -> Result<Value> {
    Ok(match u.int_in_range(0..=14)? {
        0 => Value::None,
        1 => Value::Flag(u.arbitrary()?),
        2 => Value::Integer(u.arbitrary()?),
        3 => Value::Money(Money(u.arbitrary()?)),
        4 => Decimal::new(&format!("{}.{}", u.arbitrary::<i32>()?, u.arbitrary::<u16>()?)).map_or(Value::None, Value::Decimal),
        5 => Value::Choice(text(u)?),
        6 => chrono_date(u)?,
        7 => Value::Instant(Instant(u.arbitrary()?)),
        8 => Value::Subject(subject(u)?),
        9 => Value::Personal(text(u)?),
        10 => {
            Value::Entry(EntryRef { register: Name::new("things").map_err(|_| arbitrary::Error::IncorrectFormat)?, id: EntryId(uuid(u)?) })
        }
        11 => Value::Document(text(u)?),
        12 => Value::Cadastral(text(u)?),
        13 => Value::Iban(text(u)?),
        _ => Value::Text(text(u)?),
    })
}

fn chrono_date(u: &mut Unstructured<'_>) -> Result<Value> {
    let text = format!("{:04}-{:02}-{:02}", u.int_in_range(0..=9999)?, u.int_in_range(1..=12)?, u.int_in_range(1..=31)?);
    Ok(vatra_view::parse_date(&text).map_or(Value::None, Value::Date))
}

pub(crate) fn fields(u: &mut Unstructured<'_>) -> Result<Fields> {
    Ok(several(u, |u| Ok((text(u)?, value(u)?)))?.into_iter().collect())
}

pub(crate) fn query(u: &mut Unstructured<'_>) -> Result<Query> {
    const COMPARISONS: [Comparison; 8] = [
        Comparison::Equal,
        Comparison::NotEqual,
        Comparison::Less,
        Comparison::AtMost,
        Comparison::More,
        Comparison::AtLeast,
        Comparison::IsEmpty,
        Comparison::IsNotEmpty,
    ];
    let condition = |u: &mut Unstructured<'_>| Ok(Condition { name: text(u)?, comparison: *u.choose(&COMPARISONS)?, value: value(u)? });
    Ok(Query {
        register: Name::new("things").map_err(|_| arbitrary::Error::IncorrectFormat)?,
        all_of: several(u, condition)?,
        search: if u.arbitrary()? { Some(text(u)?) } else { None },
        sort: several(u, |u| Ok(Sorting { name: text(u)?, descending: u.arbitrary()? }))?,
        include_closed: u.arbitrary()?,
    })
}
