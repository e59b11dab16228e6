//! What the test modules share: short screens, answers, inputs and the words for a failure. They speak the contract's bindings
//! directly: a hostile module need not keep to the SDK's manners.
#![cfg_attr(target_arch = "wasm32", no_std)]

extern crate alloc;

pub use alloc::format;
pub use alloc::string::{String, ToString};
pub use alloc::vec::Vec;
pub use alloc::{borrow::ToOwned, vec};
pub use vatra_sdk::contract::exports::vatra::modules::screens::Guest;
pub use vatra_sdk::contract::vatra::registers::registers::{self, Query};
pub use vatra_sdk::contract::vatra::types::values::{EntryRef, Failure, Field, Sealed, Subject, Value};
pub use vatra_sdk::contract::vatra::view::view::{Answer, Block, Notice, Outcome, Screen, Tone, Words};
pub use vatra_sdk::module;

/// Plain words.
pub fn plain(text: impl Into<String>) -> Words {
    Words::Plain(text.into())
}

/// A screen with one paragraph for each text.
pub fn page(texts: impl IntoIterator<Item = String>) -> Screen {
    screen(texts.into_iter().map(|text| Block::Text(plain(text))).collect())
}

/// A screen of these blocks.
pub fn screen(blocks: Vec<Block>) -> Screen {
    Screen { title: plain("Fixture"), breadcrumbs: Vec::new(), blocks }
}

/// An answer with this report.
pub fn done(report: Vec<Field>) -> Answer {
    Answer { outcome: Outcome::Done(Notice { tone: Tone::Neutral, title: plain("Done"), text: None }), report }
}

/// A field of this value.
pub fn field(name: impl Into<String>, value: Value) -> Field {
    Field { name: name.into(), value }
}

/// A field of this text.
pub fn text(name: impl Into<String>, value: impl Into<String>) -> Field {
    field(name, Value::Text(value.into()))
}

/// The text given as this input; empty when there is none.
pub fn given_text<'a>(inputs: &'a [Field], name: &str) -> &'a str {
    inputs.iter().find(|field| field.name == name).map_or("", |field| match &field.value {
        Value::Text(text) | Value::Choice(text) => text,
        _ => "",
    })
}

/// The number given as this input, or the default.
pub fn given_number(inputs: &[Field], name: &str, default: i64) -> i64 {
    inputs.iter().find(|field| field.name == name).map_or(default, |field| match field.value {
        Value::Integer(number) | Value::Money(number) => number,
        _ => default,
    })
}

/// A query of a whole register.
pub fn everything(register: &str) -> Query {
    Query { register: register.to_owned(), all_of: Vec::new(), search: None, sort: Vec::new(), include_closed: true }
}

/// `ok`, or the failure in a line: `denied registers register things`.
pub fn verdict<T>(result: &Result<T, Failure>) -> String {
    match result {
        Ok(_) => "ok".to_owned(),
        Err(failure) => words(failure),
    }
}

/// A failure in a line.
pub fn words(failure: &Failure) -> String {
    match failure {
        Failure::Denied(denial) => format!("denied {} {} {}", denial.capability, denial.rule, denial.detail),
        Failure::Invalid(violation) => format!("invalid {} {}", violation.field, violation.rule),
        Failure::Conflict => "conflict".to_owned(),
        Failure::NotFound => "not-found".to_owned(),
        Failure::OverBudget(budget) => format!("over-budget {budget}"),
        Failure::Unavailable(service) => format!("unavailable {service}"),
    }
}
