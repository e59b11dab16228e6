//! Fields by name.

use crate::contract::vatra::registers::registers::Entry;
use crate::contract::vatra::types::values::{Date, EntryRef, Failure, Field, Subject, Value, Violation};
use crate::values::{Bani, FromValue};
use alloc::string::String;

/// A field of this name.
pub fn field(name: &str, value: impl Into<Value>) -> Field {
    Field { name: name.into(), value: value.into() }
}

/// Several fields: `fields!["account" => number, "due" => Bani(100)]`.
#[macro_export]
macro_rules! fields {
    ($($name:expr => $value:expr),* $(,)?) => {
        $crate::prelude::vec![$($crate::field($name, $value)),*]
    };
}

/// The failure that says which field breaks which rule.
pub fn invalid(field: &str, rule: &str) -> Failure {
    Failure::Invalid(Violation { field: field.into(), rule: rule.into() })
}

/// Reads fields by their names. Missing fields and empty ones are alike.
///
/// Every method fails with `invalid`: rule `required` when there is no value, `type` when it is of another type.
pub trait Read {
    /// The value, unless it is missing or empty.
    fn value(&self, name: &str) -> Option<&Value>;

    /// The value as this type, if there is one.
    ///
    /// # Errors
    /// Rule `type` when it is of another.
    fn maybe<T: FromValue>(&self, name: &str) -> Result<Option<T>, Failure> {
        match self.value(name) {
            None => Ok(None),
            Some(value) => T::from_value(value).map(Some).ok_or_else(|| invalid(name, "type")),
        }
    }
    /// The value as this type.
    ///
    /// # Errors
    /// Rule `required` or `type`.
    fn need<T: FromValue>(&self, name: &str) -> Result<T, Failure> {
        self.maybe(name)?.ok_or_else(|| invalid(name, "required"))
    }
    /// An amount.
    ///
    /// # Errors
    /// As [`Self::need`].
    fn money(&self, name: &str) -> Result<Bani, Failure> {
        self.need(name)
    }
    /// A whole number.
    ///
    /// # Errors
    /// As [`Self::need`].
    fn integer(&self, name: &str) -> Result<i64, Failure> {
        self.need(name)
    }
    /// Words; also the code of a choice, a decimal, a cadastral number or an IBAN.
    ///
    /// # Errors
    /// As [`Self::need`].
    fn text(&self, name: &str) -> Result<String, Failure> {
        self.need(name)
    }
    /// A civil date.
    ///
    /// # Errors
    /// As [`Self::need`].
    fn date(&self, name: &str) -> Result<Date, Failure> {
        self.need(name)
    }
    /// A person or company.
    ///
    /// # Errors
    /// As [`Self::need`].
    fn subject(&self, name: &str) -> Result<Subject, Failure> {
        self.need(name)
    }
    /// An entry of a register.
    ///
    /// # Errors
    /// As [`Self::need`].
    fn entry(&self, name: &str) -> Result<EntryRef, Failure> {
        self.need(name)
    }
}

impl Read for [Field] {
    fn value(&self, name: &str) -> Option<&Value> {
        self.iter().find(|field| field.name == name).map(|field| &field.value).filter(|value| !matches!(value, Value::None))
    }
}

impl Read for Entry {
    fn value(&self, name: &str) -> Option<&Value> {
        self.fields.as_slice().value(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_and_empty_are_alike() {
        let fields = fields!["due" => Bani(7), "note" => Value::None];
        assert_eq!(fields.money("due"), Ok(Bani(7)));
        assert_eq!(fields.text("due"), Err(invalid("due", "type")));
        assert_eq!(fields.text("note"), Err(invalid("note", "required")));
        assert_eq!(fields.text("nothing"), Err(invalid("nothing", "required")));
        assert_eq!(fields.maybe::<String>("note"), Ok(None));
    }
}
