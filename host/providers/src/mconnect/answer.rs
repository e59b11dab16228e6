//! An answer, once its signature was found good.

use super::SERVICE;
use crate::rest::refused;
use chrono::NaiveDate;
use vatra_core::catalogue::{DataField, DataSet, Kind};
use vatra_core::ident::is_cadastral_number;
use vatra_core::providers::ProviderError;
use vatra_core::value::{Decimal, Fields, Money, Value};
use vatra_xmlsec::names::SOAP;
use vatra_xmlsec::xml::Element;

/// Rows of an answer at most: what a screen can show, and what a wrong contract could bring is cut off with an error.
const MOST_ROWS: usize = 10_000;

/// What an answer says. No `Debug`: it is somebody's data.
pub enum Told {
    /// Each with the part that it belongs to; only the fields that were asked for.
    Rows(Vec<(String, Fields)>),
    /// The holder knows no such subject.
    NotFound,
}

/// Reads an answer's element.
///
/// Elements are found by their local names: contracts differ in the namespaces of inner elements, and all of it was signed.
///
/// # Errors
/// [`ProviderError`], never with a word of the answer.
pub fn read(payload: Element<'_>, set: &DataSet, wanted: &[String]) -> Result<Told, ProviderError> {
    if payload.is(SOAP, "Fault") {
        return fault(payload);
    }
    if payload.name() != set.contract.answer {
        return Err(refused(SERVICE, "its answer is to another question"));
    }
    let mut rows = Vec::new();
    let own = row(payload, set, None, wanted)?;
    if !own.is_empty() {
        rows.push((String::new(), own));
    }
    for part in &set.parts {
        for element in all(payload, &part.path) {
            let fields = row(element, set, Some(part.name.as_str()), wanted)?;
            if !fields.is_empty() {
                rows.push((part.name.as_str().to_owned(), fields));
            }
            if rows.len() > MOST_ROWS {
                return Err(refused(SERVICE, "its answer has too many rows"));
            }
        }
    }
    Ok(Told::Rows(rows))
}

/// MConnect's faults (invented: MPay's names, and NotFound). Only known codes are repeated; the reason may name somebody.
fn fault(fault: Element<'_>) -> Result<Told, ProviderError> {
    let code = fault.elements().find(|part| part.name() == "faultcode").and_then(|part| part.text("faultcode").ok()).unwrap_or_default();
    let local = code.rsplit(':').next().unwrap_or_default();
    match local {
        "NotFound" => Ok(Told::NotFound),
        "Unavailable" | "InternalError" | "Server" => {
            Err(ProviderError::Unavailable { service: SERVICE, cause: "the holder of the data does not answer".into() })
        }
        "AuthenticationFailed" => Err(refused(SERVICE, "AuthenticationFailed")),
        "AuthorizationFailed" => Err(refused(SERVICE, "AuthorizationFailed")),
        "InvalidParameter" => Err(refused(SERVICE, "InvalidParameter")),
        _ => Err(refused(SERVICE, "it answered with a fault")),
    }
}

/// Every element at the end of a path.
fn all<'x>(from: Element<'x>, path: &str) -> Vec<Element<'x>> {
    path.split('/').fold(vec![from], |found, name| {
        found.into_iter().flat_map(|each| each.elements().filter(|inside| inside.name() == name).collect::<Vec<_>>()).collect()
    })
}

fn row(from: Element<'_>, set: &DataSet, part: Option<&str>, wanted: &[String]) -> Result<Fields, ProviderError> {
    let mut fields = Fields::new();
    let of_part = |field: &&DataField| field.part.as_ref().map(|name| name.as_str()) == part;
    for field in set.fields.iter().filter(of_part).filter(|field| wanted.iter().any(|name| name == field.name.as_str())) {
        let Some(element) = all(from, &field.path).into_iter().next() else { continue };
        let text = element.text("a field").map_err(|_| not_of_its_kind(field))?;
        let text = text.trim();
        if !text.is_empty() {
            fields.insert(field.name.as_str().to_owned(), value(field, text)?);
        }
    }
    Ok(fields)
}

fn not_of_its_kind(field: &DataField) -> ProviderError {
    refused(SERVICE, format!("the field {} of its answer is not of its kind", field.name))
}

fn value(field: &DataField, text: &str) -> Result<Value, ProviderError> {
    let wrong = || not_of_its_kind(field);
    // .NET writes dates with a time behind them.
    let date = |text: &str| text.get(..10).and_then(|day| day.parse::<NaiveDate>().ok());
    let plain = match field.kind {
        Kind::Text => Value::Text(text.to_owned()),
        Kind::Date => Value::Date(date(text).ok_or_else(wrong)?),
        Kind::Integer => Value::Integer(text.parse().map_err(|_| wrong())?),
        Kind::Decimal => Value::Decimal(Decimal::new(text).ok_or_else(wrong)?),
        Kind::Money => Value::Money(Decimal::new(text).and_then(|_| Money::parse(text)).ok_or_else(wrong)?),
        Kind::Cadastral => Value::Cadastral(Some(text).filter(|text| is_cadastral_number(text)).ok_or_else(wrong)?.to_owned()),
        Kind::Flag => Value::Flag(text.parse().map_err(|_| wrong())?),
        Kind::Idn => Value::Text(
            Some(text).filter(|text| text.len() == 13 && text.bytes().all(|byte| byte.is_ascii_digit())).ok_or_else(wrong)?.to_owned(),
        ),
    };
    if !field.personal {
        return Ok(plain);
    }
    // Personal values are words to modules; they are checked all the same.
    Ok(Value::Personal(match plain {
        Value::Date(date) => date.to_string(),
        Value::Money(money) => money.to_string(),
        _ => text.to_owned(),
    }))
}
