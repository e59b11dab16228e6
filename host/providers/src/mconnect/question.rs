//! A question, before it is signed.

use super::SERVICE;
use crate::rest::refused;
use vatra_core::catalogue::{DataSet, LONGEST_BASIS, Parameter};
use vatra_core::providers::{DataRequest, ProviderError};
use vatra_core::value::Value;
use vatra_xmlsec::xml::Writer;

/// CallReason, in characters.
const LONGEST_REASON: usize = 512;
/// CallingUser and CallingEntity.
const IDENTIFIER: usize = 13;

/// What a question is made of.
#[derive(Clone, Copy)]
pub struct Question<'a> {
    /// The data set.
    pub set: &'a DataSet,
    /// What is asked.
    pub request: &'a DataRequest,
    /// CallingUser.
    pub user: &'a str,
}

/// A question to sign and send. No `Debug`: it names people.
pub struct Asked {
    /// The element in the Body.
    pub payload: String,
    /// The Calling headers: names and texts.
    pub headers: [(&'static str, String); 4],
}

/// Makes a question.
///
/// # Errors
/// [`ProviderError::Refused`] when the catalogue or MConnect's limits do not allow it.
pub fn question(question: &Question<'_>) -> Result<Asked, ProviderError> {
    let Question { set, request, user } = question;
    let entity = request.entity.as_str();
    if request.legal_basis.trim().is_empty() || request.legal_basis.chars().count() > LONGEST_BASIS {
        return Err(refused(SERVICE, "CallBasis has 1 to 256 characters"));
    }
    if request.reason.trim().is_empty() || request.reason.chars().count() > LONGEST_REASON {
        return Err(refused(SERVICE, "CallReason has 1 to 512 characters"));
    }
    if [*user, entity].iter().any(|idn| idn.is_empty() || idn.chars().count() > IDENTIFIER) {
        return Err(refused(SERVICE, "CallingUser and CallingEntity have 1 to 13 characters"));
    }
    if request.fields.iter().any(|field| set.fields_named(field).next().is_none()) {
        return Err(refused(SERVICE, "the data set has no such field"));
    }
    let known = |name: &str| set.parameters.iter().find(|parameter| parameter.name.as_str() == name);
    if request.parameters.keys().any(|name| known(name).is_none()) {
        return Err(refused(SERVICE, "the data set has no such parameter"));
    }
    let contract = &set.contract;
    let mut out = Writer::new();
    out.start_element(&contract.operation, &[("xmlns", &contract.namespace)]);
    match (&contract.subject, &request.about) {
        (Some(element), Some(idn)) => leaf(&mut out, element, idn),
        (None, None) => {}
        (Some(_), None) => return Err(refused(SERVICE, "the data set is about somebody, and nobody was named")),
        (None, Some(_)) => return Err(refused(SERVICE, "the data set is about nobody")),
    }
    for parameter in &set.parameters {
        match request.parameters.get(parameter.name.as_str()).filter(|value| !value.is_none()) {
            Some(value) => leaf(&mut out, &parameter.path, &written(parameter, value)?),
            None if parameter.required => return Err(refused(SERVICE, "a parameter that the data set needs is missing")),
            None => {}
        }
    }
    out.end_element(&contract.operation);
    Ok(Asked {
        payload: out.into_string(),
        headers: [
            ("CallingUser", (*user).to_owned()),
            ("CallingEntity", entity.to_owned()),
            ("CallBasis", request.legal_basis.clone()),
            ("CallReason", request.reason.clone()),
        ],
    })
}

fn written(parameter: &Parameter, value: &Value) -> Result<String, ProviderError> {
    use vatra_core::catalogue::Kind;
    Ok(match (parameter.kind, value) {
        (Kind::Text, Value::Text(text) | Value::Choice(text)) | (Kind::Cadastral, Value::Cadastral(text) | Value::Text(text)) => {
            text.clone()
        }
        (Kind::Integer, Value::Integer(number)) => number.to_string(),
        (Kind::Decimal, Value::Decimal(number)) => number.as_str().to_owned(),
        (Kind::Money, Value::Money(money)) => lei(money.0),
        (Kind::Flag, Value::Flag(flag)) => flag.to_string(),
        (Kind::Date, Value::Date(date)) => date.to_string(),
        // An identifier would name a person whom the audit trail does not.
        _ => return Err(refused(SERVICE, "a parameter is not of its kind")),
    })
}

/// `-12.05`
fn lei(bani: i64) -> String {
    let sign = if bani < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", bani.unsigned_abs() / 100, bani.unsigned_abs() % 100)
}

fn leaf(out: &mut Writer, name: &str, text: &str) {
    out.start_element(name, &[]);
    out.text(text);
    out.end_element(name);
}
