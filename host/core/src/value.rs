//! Values that cross the border between a module and the host, as the host holds them: sealed values opened, subjects by id.

use crate::clock::Instant;
use crate::ids::{EntryId, Name, SubjectId};
use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// Money in bani (1/100 leu).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Money(pub i64);

impl Money {
    /// The largest amount either way: 10^15 bani, exact in every guest language.
    pub const LIMIT: i64 = 1_000_000_000_000_000;

    /// The sum, or nothing when it leaves the limit.
    pub fn plus(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self).filter(|sum| sum.in_range())
    }
    /// Whether the amount is one that may cross the border.
    pub fn in_range(self) -> bool {
        (-Self::LIMIT..=Self::LIMIT).contains(&self.0)
    }
    /// Reads an xs:decimal of lei as MPay writes it (`9267.00`, `-1.5`): exact to the ban, further digits must be zeros.
    pub fn from_decimal(text: &str) -> Option<Self> {
        let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || whole.len() > 13 || !plain(whole) || !plain(fraction) || fraction.len() > 20 {
            return None;
        }
        let (first, rest) = fraction.split_at(fraction.len().min(2));
        if rest.bytes().any(|byte| byte != b'0') {
            return None;
        }
        let cents: i64 = format!("{first:0<2}").parse().ok()?;
        let lei: i64 = whole.parse().ok()?;
        Some(Self(sign * lei.checked_mul(100)?.checked_add(cents)?)).filter(|money| money.in_range())
    }
    /// `9267.00`
    pub fn decimal(self) -> String {
        let sign = if self.0 < 0 { "-" } else { "" };
        let bani = self.0.unsigned_abs();
        format!("{sign}{}.{:02}", bani / 100, bani % 100)
    }
    /// Reads an amount as people and old systems write it: `1 234,50`, `1.234,5`, `1234.50`, `-96,00`; at most two decimals.
    pub fn parse(text: &str) -> Option<Self> {
        let text: String = text.trim().chars().filter(|c| !c.is_whitespace() && *c != '\u{a0}' && *c != '\u{202f}').collect();
        let (negative, text) = match text.strip_prefix(['-', '−']) {
            Some(rest) => (true, rest.to_owned()),
            None => (false, text),
        };
        let (whole, fraction) = split_number(&text)?;
        if fraction.len() > 2 {
            return None;
        }
        let lei: i64 = whole.parse().ok()?;
        let mut bani: i64 = if fraction.is_empty() { 0 } else { fraction.parse().ok()? };
        if fraction.len() == 1 {
            bani *= 10;
        }
        let total = lei.checked_mul(100)?.checked_add(bani)?;
        Some(Self(if negative { -total } else { total })).filter(|money| money.in_range())
    }
}
impl fmt::Display for Money {
    /// `1 234,50`, with no-break spaces.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let total = self.0.unsigned_abs();
        let lei = (total / 100).to_string();
        let mut grouped = String::new();
        for (index, digit) in lei.chars().enumerate() {
            if index > 0 && (lei.len() - index).is_multiple_of(3) {
                grouped.push('\u{a0}');
            }
            grouped.push(digit);
        }
        let sign = if self.0 < 0 { "-" } else { "" };
        write!(f, "{sign}{grouped},{:02}", total % 100)
    }
}

/// Splits a number into its whole and fractional digits, whichever of `,` and `.` is the decimal sign.
fn split_number(text: &str) -> Option<(String, String)> {
    let decimal = match (text.rfind(','), text.rfind('.')) {
        (Some(comma), Some(dot)) => Some(comma.max(dot)),
        (Some(one), None) | (None, Some(one)) => {
            // `1,234,567` and `1.234.567` group thousands; a single sign is decimal.
            let sign = text.get(one..=one)?;
            (text.matches(sign).count() == 1).then_some(one)
        }
        (None, None) => None,
    };
    let (whole, fraction) = match decimal {
        Some(at) => (text.get(..at)?, text.get(at + 1..)?),
        None => (text, ""),
    };
    let grouped: Vec<&str> = whole.split([',', '.']).collect();
    let well_grouped = grouped.iter().skip(1).all(|group| group.len() == 3);
    let whole = grouped.concat();
    let plain = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    (well_grouped && !whole.is_empty() && plain(&whole) && plain(fraction)).then(|| (whole, fraction.to_owned()))
}

/// An exact decimal in its plain form (`-?[0-9]+(\.[0-9]+)?`).
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Decimal(String);

impl Decimal {
    /// Takes the plain form; at most 18 whole and 9 fractional digits, trailing zeros dropped.
    pub fn new(text: &str) -> Option<Self> {
        let (sign, rest) = match text.strip_prefix('-') {
            Some(rest) => ("-", rest),
            None => ("", text),
        };
        let (whole, fraction) = rest.split_once('.').unwrap_or((rest, ""));
        let plain = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        let dangling = rest.ends_with('.');
        if whole.is_empty() || dangling || whole.len() > 18 || fraction.len() > 9 || !plain(whole) || !plain(fraction) {
            return None;
        }
        let whole = whole.trim_start_matches('0');
        let whole = if whole.is_empty() { "0" } else { whole };
        let fraction = fraction.trim_end_matches('0');
        let sign = if whole == "0" && fraction.is_empty() { "" } else { sign };
        Some(Self(if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }))
    }
    /// Reads a decimal as people write it (comma or point).
    pub fn parse(text: &str) -> Option<Self> {
        let text: String = text.trim().chars().filter(|c| !c.is_whitespace() && *c != '\u{a0}' && *c != '\u{202f}').collect();
        let (sign, rest) = match text.strip_prefix('-') {
            Some(rest) => ("-", rest),
            None => ("", text.as_str()),
        };
        let (whole, fraction) = split_number(rest)?;
        Self::new(&if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") })
    }
    /// The plain form.
    pub fn as_str(&self) -> &str {
        &self.0
    }
    /// In units of 10^-9, for ordering.
    pub fn nanos(&self) -> i128 {
        let (negative, rest) = match self.0.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, self.0.as_str()),
        };
        let (whole, fraction) = rest.split_once('.').unwrap_or((rest, ""));
        let nanos: i128 = format!("{whole}{fraction:0<9}").parse().unwrap_or(0);
        if negative { -nanos } else { nanos }
    }
}

/// A typed value. Personal text is plain here; it is sealed on its way to a module.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Value {
    /// Empty.
    #[default]
    None,
    /// Yes or no.
    Flag(bool),
    /// A whole number.
    Integer(i64),
    /// An amount in bani.
    Money(Money),
    /// An exact decimal.
    Decimal(Decimal),
    /// Words.
    Text(String),
    /// One of the choices that the manifest lists.
    Choice(String),
    /// A civil date in Europe/Chisinau.
    Date(NaiveDate),
    /// A moment.
    Instant(Instant),
    /// A person or company.
    Subject(SubjectId),
    /// A personal text, opened. Only the host sees it.
    Personal(String),
    /// An entry of a register.
    Entry(EntryRef),
    /// A document, by its id.
    Document(String),
    /// A cadastral number.
    Cadastral(String),
    /// An IBAN.
    Iban(String),
}

impl Value {
    /// Whether there is nothing in it.
    pub fn is_none(&self) -> bool {
        matches!(self, Self::None)
    }
    /// The number that sums run over: integers and money.
    pub fn number(&self) -> Option<i64> {
        match self {
            Self::Integer(number) | Self::Money(Money(number)) => Some(*number),
            _ => None,
        }
    }
    /// A text whose byte order is the value's order, for index keys: numbers biased and in hexadecimal, words folded, at most 200
    /// characters. Empty values have no key.
    pub fn sort_key(&self) -> Option<String> {
        let hex = |number: i64| format!("{:016x}", (number as u64) ^ (1 << 63));
        Some(match self {
            Self::None => return None,
            Self::Flag(flag) => if *flag { "1" } else { "0" }.to_owned(),
            Self::Integer(number) | Self::Money(Money(number)) | Self::Instant(Instant(number)) => hex(*number),
            Self::Decimal(decimal) => format!("{:032x}", (decimal.nanos() as u128) ^ (1 << 127)),
            Self::Text(text) | Self::Choice(text) | Self::Personal(text) | Self::Cadastral(text) | Self::Iban(text) => {
                crate::fold::fold(text).chars().take(200).collect()
            }
            Self::Date(date) => date.format("%Y-%m-%d").to_string(),
            Self::Subject(id) => id.to_string(),
            Self::Entry(entry) => entry.id.to_string(),
            Self::Document(id) => id.clone(),
        })
    }
}

/// An entry of a register.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct EntryRef {
    /// The register.
    pub register: Name,
    /// The entry.
    pub id: EntryId,
}

/// Fields by name, in the order of their names.
pub type Fields = BTreeMap<String, Value>;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lei_are_read_to_the_ban() {
        for (text, bani) in
            [("9267.00", 926_700), ("0.01", 1), ("1", 100), ("1.5", 150), ("1.50000", 150), ("0", 0), ("007.10", 710), ("-0.05", -5)]
        {
            assert_eq!(Money::from_decimal(text), Some(Money(bani)), "{text}");
            assert_eq!(Money::from_decimal(&Money(bani).decimal()), Some(Money(bani)));
        }
        for wrong in ["", ".5", "--1", "+1", "1,5", "1e3", "1.005", "1.2.3", " 1", "99999999999999", "NaN", "1.-5", "-"] {
            assert_eq!(Money::from_decimal(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn amounts_as_people_write_them() {
        for (text, bani) in [
            ("966 521,00", 96_652_100),
            ("1 234,5", 123_450),
            ("1.234,50", 123_450),
            ("1,234.50", 123_450),
            ("1.234.567", 123_456_700),
            ("0,00", 0),
            ("-96,00", -9_600),
            ("12", 1_200),
            ("7\u{a0}500,25", 750_025),
        ] {
            assert_eq!(Money::parse(text), Some(Money(bani)), "{text}");
        }
        for text in ["", "n/a", "1,2,3", "1,234,5", "12,345.678", "--1", "1e3", "99999999999999999", ",50", "=1+1"] {
            assert_eq!(Money::parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_can_be_read_back(bani in -Money::LIMIT..=Money::LIMIT) {
            prop_assert_eq!(Money::parse(&Money(bani).to_string()), Some(Money(bani)));
        }

        #[test]
        fn keys_sort_as_amounts_do(a in any::<i64>(), b in any::<i64>()) {
            prop_assert_eq!(a.cmp(&b), Value::Integer(a).sort_key().cmp(&Value::Integer(b).sort_key()));
        }

        #[test]
        fn keys_sort_as_decimals_do(a in -1_000_000i64..1_000_000, b in -1_000_000i64..1_000_000) {
            let decimal = |n: i64| Decimal::new(&format!("{}{}.{:04}", if n < 0 { "-" } else { "" }, n.abs() / 10_000, n.abs() % 10_000));
            let (Some(x), Some(y)) = (decimal(a), decimal(b)) else { return Err(TestCaseError::fail("a decimal")) };
            prop_assert_eq!(a.cmp(&b), Value::Decimal(x).sort_key().cmp(&Value::Decimal(y).sort_key()));
        }
    }
}
