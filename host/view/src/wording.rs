//! Words and values of a screen as the reader reads them.

use crate::catalogue::Catalogue;
use crate::format::{self, strip_controls};
use crate::messages::say;
use fluent_bundle::{FluentArgs, FluentValue};
use serde_json::json;
use vatra_core::manifest::Language;
use vatra_core::value::{Fields, Value};
use vatra_core::view::{Resolved, Words};

/// The reader's language, the module's translations, and what the host found out.
#[derive(Clone, Copy, Debug)]
pub struct Wording<'a> {
    /// The reader's.
    pub language: Language,
    /// The module's.
    pub catalogue: &'a Catalogue,
    /// People's names and entries' numbers.
    pub resolved: &'a Resolved,
}

impl Wording<'_> {
    /// The words; a key without a message in any language shows as itself.
    pub fn words(&self, words: &Words) -> String {
        match words {
            Words::Plain(text) => strip_controls(text),
            Words::Key(key, fields) => {
                strip_controls(&self.catalogue.message(self.language, key, &self.arguments(fields)).unwrap_or_else(|| key.clone()))
            }
        }
    }

    /// A date in this language.
    pub(crate) fn date(language: Language, date: chrono::NaiveDate) -> String {
        format::date(date, language)
    }

    /// A message of the module by its key, if it has one.
    pub fn message(&self, key: &str) -> Option<String> {
        self.catalogue.message(self.language, key, &FluentArgs::new()).map(|text| strip_controls(&text))
    }

    /// The value as people write it; empty for no value. A choice is written by the message `choice-CODE`, or else by its code.
    pub fn value(&self, value: &Value) -> String {
        let language = self.language;
        match value {
            Value::None => String::new(),
            Value::Flag(flag) => say(language, if *flag { "yes" } else { "no" }),
            Value::Integer(number) => format::number(*number, language),
            Value::Money(money) => format::money(*money, language),
            Value::Decimal(decimal) => format::decimal(decimal, language),
            Value::Text(text) | Value::Personal(text) => strip_controls(text),
            Value::Choice(code) => self.message(&format!("choice-{code}")).unwrap_or_else(|| code.clone()),
            Value::Date(date) => format::date(*date, language),
            Value::Instant(instant) => format::instant(*instant, language),
            Value::Subject(id) => {
                self.resolved.people.get(id).map_or_else(|| say(language, "unknown-person"), |person| strip_controls(&person.name))
            }
            Value::Entry(entry) => self.resolved.numbers.get(&entry.id).cloned().unwrap_or_else(|| say(language, "being-numbered")),
            Value::Document(id) => self.resolved.documents.get(id).map_or_else(
                || say(language, "document-unknown"),
                |document| strip_controls(document.number.as_ref().unwrap_or(&document.title)),
            ),
            Value::Cadastral(text) | Value::Iban(text) => strip_controls(text),
        }
    }

    /// A choice of a field or input: the message `OWNER-FIELD-CODE` (owner: the register or action), or else `choice-CODE`, or else
    /// the code.
    pub fn choice(&self, owner: &str, field: &str, code: &str) -> String {
        self.message(&format!("{owner}-{field}-{code}")).unwrap_or_else(|| self.value(&Value::Choice(code.to_owned())))
    }

    /// The value of a register's field as people write it: a choice has its own words.
    pub fn cell(&self, register: &str, field: &str, value: &Value) -> String {
        match value {
            Value::Choice(code) => self.choice(register, field, code),
            other => self.value(other),
        }
    }

    /// What a field of a register is called: the message `REGISTER-FIELD`, or else `field-FIELD`, or else its name.
    pub fn field(&self, register: &str, field: &str) -> String {
        let own = self.message(&format!("{register}-{field}")).or_else(|| self.message(&format!("field-{field}")));
        own.unwrap_or_else(|| field.replace('-', " "))
    }

    /// Why an entry was changed. `CODE` and `CODE: PARTICULAR` are put into words by the message `reason-CODE` with its `$particular`, if there is one.
    pub fn reason(&self, reason: &str) -> String {
        let (code, particular) = reason.split_once(": ").unwrap_or((reason, ""));
        let arguments: FluentArgs<'_> = [("particular", FluentValue::from(particular))].into_iter().collect();
        let plain = code.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        let known = if plain { self.catalogue.message(self.language, &format!("reason-{code}"), &arguments) } else { None };
        strip_controls(&known.unwrap_or_else(|| reason.to_owned()))
    }

    /// What a register is called: the message `register-REGISTER`, or else `REGISTER-title`, or else its name.
    pub fn register(&self, register: &str) -> String {
        let own = self.message(&format!("register-{register}")).or_else(|| self.message(&format!("{register}-title")));
        own.unwrap_or_else(|| register.replace('-', " "))
    }

    /// The value with its kind, as data and as text.
    pub fn value_json(&self, value: &Value) -> serde_json::Value {
        let (kind, raw) = match value {
            Value::None => return serde_json::Value::Null,
            Value::Flag(flag) => ("flag", json!(flag)),
            Value::Integer(number) => ("integer", json!(number)),
            Value::Money(money) => ("money", json!(money.0)),
            Value::Decimal(decimal) => ("decimal", json!(decimal.as_str())),
            Value::Text(text) | Value::Personal(text) => ("text", json!(text)),
            Value::Choice(code) => ("choice", json!(code)),
            Value::Date(date) => ("date", json!(date.to_string())),
            Value::Instant(instant) => ("instant", json!(instant.rfc3339())),
            Value::Subject(id) => ("subject", json!(id.to_string())),
            Value::Entry(entry) => ("entry", json!({"register": entry.register.as_str(), "id": entry.id.to_string()})),
            Value::Document(text) => ("document", json!(text)),
            Value::Cadastral(text) => ("cadastral", json!(text)),
            Value::Iban(text) => ("iban", json!(text)),
        };
        json!({"kind": kind, "raw": raw, "text": self.value(value)})
    }

    /// Arguments of a message: whole numbers stay numbers (for plurals), flags and choices stay codes (for selectors), everything
    /// else is the text that people read.
    fn arguments(&self, fields: &Fields) -> FluentArgs<'static> {
        fields
            .iter()
            .map(|(name, value)| {
                let argument = match value {
                    Value::Integer(number) => FluentValue::from(*number),
                    Value::Flag(flag) => FluentValue::from(flag.to_string()),
                    Value::Choice(code) => FluentValue::from(code.clone()),
                    other => FluentValue::from(self.value(other)),
                };
                (name.clone(), argument)
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;
    use vatra_core::ids::{EntryId, Name, SubjectId};
    use vatra_core::value::{EntryRef, Money};
    use vatra_core::view::PersonData;

    #[test]
    fn arguments_are_written_by_their_type() -> Result<(), Box<dyn std::error::Error>> {
        let text = "notice = { $who }: { $due } până la { $until } ({ $entry })\nstate = { $paid ->\n    [true] achitat\n   *[false] neachitat\n }";
        let catalogue = Catalogue::new(text, "", "").map_err(|faults| faults.join("\n"))?;
        let (ana, entry) = (SubjectId::fresh(), EntryRef { register: Name::new("notices")?, id: EntryId::fresh() });
        let mut resolved = Resolved::default();
        resolved.people.insert(ana, PersonData { name: "Ana Pîslaru".into(), idn: None, company: false });
        let fields: Fields = BTreeMap::from([
            ("who".into(), Value::Subject(ana)),
            ("due".into(), Value::Money(Money(123_450))),
            ("until".into(), Value::Date("2026-09-25".parse()?)),
            ("entry".into(), Value::Entry(entry.clone())),
        ]);
        let write = |resolved: &Resolved| {
            Wording { language: Language::Ro, catalogue: &catalogue, resolved }.words(&Words::Key("notice".into(), fields.clone()))
        };
        assert_eq!(write(&resolved), "Ana Pîslaru: 1\u{a0}234,50\u{a0}lei până la 25.09.2026 (în curs de numerotare)");
        resolved.numbers.insert(entry.id, "IF-2026-00042".into());
        assert!(write(&resolved).ends_with("(IF-2026-00042)"));
        let wording = Wording { language: Language::Ro, catalogue: &catalogue, resolved: &resolved };
        let paid = Words::Key("state".into(), BTreeMap::from([("paid".into(), Value::Flag(true))]));
        assert_eq!(wording.words(&paid), "achitat");
        assert_eq!(wording.words(&Words::Key("no-such".into(), Fields::new())), "no-such");
        assert_eq!(wording.cell("runs", "year", &Value::Integer(2027)), "2027");
        assert_eq!(wording.cell("runs", "rows", &Value::Integer(12_027)), "12\u{a0}027");
        Ok(())
    }
}
