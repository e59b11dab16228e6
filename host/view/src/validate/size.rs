//! Counts and sizes.

use super::{Check, Problem};
use crate::limits;
use vatra_core::value::Value;
use vatra_core::view::Words;

impl Check<'_> {
    /// Whether there are not too many.
    pub(super) fn count(&mut self, at: &str, what: &'static str, found: usize, limit: usize) -> bool {
        if found > limit {
            self.problem(at, Problem::TooMany { what, found, limit });
        }
        found <= limit
    }

    pub(super) fn weigh(&mut self, bytes: usize) {
        self.bytes = self.bytes.saturating_add(bytes);
    }

    pub(super) fn bytes(&mut self, at: &str, found: usize, limit: usize) {
        self.weigh(found);
        if found > limit {
            self.problem(at, Problem::TooLong { found, limit });
        }
    }

    /// A code, id or key.
    pub(super) fn code(&mut self, at: &str, text: &str) {
        self.bytes(at, text.len(), limits::LABEL_BYTES);
    }

    pub(super) fn words(&mut self, at: &str, words: &Words, limit: usize) {
        match words {
            Words::Plain(text) => self.bytes(at, text.len(), limit),
            Words::Key(key, fields) => {
                self.code(at, key);
                self.count(at, "arguments", fields.len(), limits::FIELDS);
                for (name, value) in fields {
                    self.code(at, name);
                    self.value(at, value);
                }
            }
        }
    }

    pub(super) fn value(&mut self, at: &str, value: &Value) {
        match value {
            Value::Text(text) | Value::Personal(text) => self.bytes(at, text.len(), limits::TEXT_BYTES),
            Value::Choice(text) | Value::Document(text) | Value::Cadastral(text) | Value::Iban(text) => self.code(at, text),
            Value::Money(money) if !money.in_range() => self.problem(at, Problem::Unfit("an amount beyond ±10^15 bani")),
            Value::None => {}
            _ => self.weigh(16),
        }
    }
}
