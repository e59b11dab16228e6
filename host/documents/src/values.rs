//! Values of the host as a template gets them.
//!
//! Words, choices, cadastral numbers and IBANs are strings, whole numbers and flags are themselves, nothing is `none`. The others are
//! dictionaries whose `text` is how they are written, beside their plain form: money `(bani: 12350, text: "123,50")`, decimals
//! `(decimal: "0.5", text: "0,5")`, dates `(date: "2026-09-25", text: "25.09.2026")`, moments `(instant: …, text: …)`,
//! people `(name: …, idn: …, company: …, text: …)`.

use serde_json::{Value as Json, json};
use vatra_core::ids::SubjectId;
use vatra_core::unit::Subject;
use vatra_core::value::{Fields, Value};

/// Fields as a dictionary. `who` opens a subject; one that is not known becomes `none`.
pub fn fields(fields: &Fields, who: &dyn Fn(SubjectId) -> Option<Subject>) -> serde_json::Map<String, Json> {
    fields.iter().map(|(name, field)| (name.clone(), value(field, who))).collect()
}

/// One value.
pub fn value(value: &Value, who: &dyn Fn(SubjectId) -> Option<Subject>) -> Json {
    match value {
        Value::None => Json::Null,
        Value::Flag(flag) => json!(flag),
        Value::Integer(number) => json!(number),
        Value::Money(money) => json!({ "bani": money.0, "text": money.to_string() }),
        Value::Decimal(decimal) => json!({ "decimal": decimal.as_str(), "text": decimal.as_str().replace('.', ",") }),
        Value::Text(text) | Value::Choice(text) | Value::Personal(text) | Value::Cadastral(text) | Value::Iban(text) => json!(text),
        Value::Date(date) => json!({ "date": date.to_string(), "text": date.format("%d.%m.%Y").to_string() }),
        Value::Instant(instant) => json!({ "instant": instant.rfc3339(), "text": instant.local_text() }),
        Value::Subject(id) => who(*id).map_or(
            Json::Null,
            |subject| json!({ "name": subject.name, "idn": subject.idn, "company": subject.company, "text": subject.name }),
        ),
        Value::Entry(entry) => json!(entry.id.to_string()),
        Value::Document(id) => json!(id),
    }
}
