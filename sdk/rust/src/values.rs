//! Values: from Rust's types, and back.

use crate::contract::vatra::types::values::{Date, DocumentRef, EntryRef, Instant, Sealed, Subject, Value};
use alloc::borrow::ToOwned;
use alloc::string::String;
use core::iter::Sum;
use core::ops::{Add, AddAssign, Sub};

/// Money in bani (1/100 leu). Sums stop at the limits of `i64`, far beyond the ±10^15 that may cross the border.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Bani(pub i64);

impl Add for Bani {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}
impl AddAssign for Bani {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}
impl Sub for Bani {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}
impl Sum for Bani {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self(0), Add::add)
    }
}

/// The code of a choice that the manifest lists.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Choice<'a>(pub &'a str);

macro_rules! value_from {
    ($($from:ty => |$it:ident| $to:expr),+ $(,)?) => {
        $(impl From<$from> for Value {
            fn from($it: $from) -> Self {
                $to
            }
        })+
    };
}
value_from! {
    Bani => |it| Value::Money(it.0),
    bool => |it| Value::Flag(it),
    i64 => |it| Value::Integer(it),
    u32 => |it| Value::Integer(i64::from(it)),
    Instant => |it| Value::Instant(it),
    String => |it| Value::Text(it),
    &str => |it| Value::Text(it.to_owned()),
    &String => |it| Value::Text(it.clone()),
    Choice<'_> => |it| Value::Choice(it.0.to_owned()),
    Date => |it| Value::Date(it),
    Subject => |it| Value::Subject(it),
    &Subject => |it| Value::Subject(it.clone()),
    Sealed => |it| Value::Sealed(it),
    EntryRef => |it| Value::Entry(it),
    &EntryRef => |it| Value::Entry(it.clone()),
    DocumentRef => |it| Value::Document(it),
}
impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(it: Option<T>) -> Self {
        it.map_or(Value::None, Into::into)
    }
}

/// What a value can be read as.
pub trait FromValue: Sized {
    /// The value as this type; none when it is of another.
    fn from_value(value: &Value) -> Option<Self>;
}

macro_rules! from_value {
    ($($to:ty: $pattern:pat => $out:expr),+ $(,)?) => {
        $(impl FromValue for $to {
            fn from_value(value: &Value) -> Option<Self> {
                match value {
                    $pattern => Some($out),
                    _ => None,
                }
            }
        })+
    };
}
from_value! {
    Bani: Value::Money(it) => Bani(*it),
    bool: Value::Flag(it) => *it,
    i64: Value::Integer(it) => *it,
    String: Value::Text(it) | Value::Choice(it) | Value::Decimal(it) | Value::Cadastral(it) | Value::Iban(it) => it.clone(),
    Date: Value::Date(it) => *it,
    Instant: Value::Instant(it) => *it,
    Subject: Value::Subject(it) => it.clone(),
    Sealed: Value::Sealed(it) => it.clone(),
    EntryRef: Value::Entry(it) => it.clone(),
    DocumentRef: Value::Document(it) => it.clone(),
}
impl FromValue for Value {
    fn from_value(value: &Value) -> Option<Self> {
        Some(value.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_adds_without_wrapping() {
        assert_eq!([Bani(1), Bani(2), Bani(-4)].into_iter().sum::<Bani>(), Bani(-1));
        assert_eq!(Bani(i64::MAX) + Bani(1), Bani(i64::MAX));
        assert_eq!(Bani(i64::MIN) - Bani(1), Bani(i64::MIN));
    }

    #[test]
    fn values_come_back_as_what_they_were() {
        assert_eq!(Bani::from_value(&Bani(5).into()), Some(Bani(5)));
        assert_eq!(i64::from_value(&Bani(5).into()), None);
        assert_eq!(String::from_value(&Choice("open").into()), Some("open".to_owned()));
        assert_eq!(Value::from(None::<i64>), Value::None);
    }
}
