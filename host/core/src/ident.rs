//! The Republic of Moldova's identifiers.

use std::fmt;

/// Digits weighted 7, 3, 1, 7, 3, 1… over the first twelve, modulo ten.
fn check_digit(first: &[u8]) -> u8 {
    let sum: u32 = first.iter().zip([7u32, 3, 1].iter().cycle()).map(|(digit, weight)| u32::from(*digit) * weight).sum();
    (sum % 10) as u8
}

fn digits(text: &str) -> Option<[u8; 13]> {
    let bytes = text.as_bytes();
    let mut out = [0u8; 13];
    if bytes.len() != 13 {
        return None;
    }
    for (slot, byte) in out.iter_mut().zip(bytes) {
        *slot = byte.checked_sub(b'0').filter(|digit| *digit < 10)?;
    }
    Some(out)
}

/// What is wrong with an identifier.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum IdentError {
    /// Not thirteen digits.
    #[error("an identifier has 13 digits")]
    Length,
    /// The last digit does not follow from the others.
    #[error("the check digit does not fit")]
    CheckDigit,
}

/// A person's identification number (13 digits). Its check digit is advice only: some genuine numbers fail it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Idnp(String);

/// A legal entity's identification number (13 digits with a check digit that always holds).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Idno(String);

impl Idnp {
    /// Takes thirteen digits.
    ///
    /// # Errors
    /// [`IdentError::Length`] for anything else.
    pub fn new(text: &str) -> Result<Self, IdentError> {
        digits(text).map(|_| Self(text.to_owned())).ok_or(IdentError::Length)
    }
    /// Whether the check digit fits. Warn when it does not; never refuse.
    pub fn check_digit_fits(&self) -> bool {
        fits(&self.0)
    }
    /// The digits. Personal data.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
impl Idno {
    /// Takes thirteen digits whose check digit fits.
    ///
    /// # Errors
    /// [`IdentError`] says which of the two fails.
    pub fn new(text: &str) -> Result<Self, IdentError> {
        digits(text).ok_or(IdentError::Length)?;
        if fits(text) { Ok(Self(text.to_owned())) } else { Err(IdentError::CheckDigit) }
    }
    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
// An IDNP never reaches a log by way of `{:?}`.
impl fmt::Debug for Idnp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Idnp(…)")
    }
}
impl fmt::Debug for Idno {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Idno({})", self.0)
    }
}

fn fits(text: &str) -> bool {
    digits(text).is_some_and(|all| all.split_last().is_some_and(|(last, first)| check_digit(first) == *last))
}

/// Whether the text is a cadastral number: 7 digits of zone and sector, 3 of the parcel, then optionally `.NN` for a building
/// and `.NNN` for a unit in it.
pub fn is_cadastral_number(text: &str) -> bool {
    let mut parts = text.split('.');
    let all = |part: &str, length: usize| part.len() == length && part.bytes().all(|b| b.is_ascii_digit());
    parts.next().is_some_and(|parcel| all(parcel, 10))
        && parts.next().is_none_or(|building| all(building, 2))
        && parts.next().is_none_or(|unit| all(unit, 3))
        && parts.next().is_none()
}

/// Whether the text is a Moldovan IBAN: `MD`, 22 characters, mod 97 = 1 (ISO 13616).
pub fn is_iban(text: &str) -> bool {
    if text.len() != 24 || !text.starts_with("MD") || !text.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase()) {
        return false;
    }
    let (head, tail) = text.split_at(4);
    let remainder = tail.chars().chain(head.chars()).fold(0u32, |sum, c| match c.to_digit(36) {
        Some(digit) if digit > 9 => (sum * 100 + digit) % 97,
        Some(digit) => (sum * 10 + digit) % 97,
        None => sum,
    });
    remainder == 1
}

/// The bank's code (BIC) behind a treasury account: the State Treasury's, whose IBANs have the bank code `TR`. None for accounts elsewhere, where
/// no tax is paid.
pub fn treasury_bank(iban: &str) -> Option<&'static str> {
    (is_iban(iban) && iban.get(4..6) == Some("TR")).then_some("TREZMD2X")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits() {
        // 1003600012345: weights 7 3 1 over 1 0 0 3 6 0 0 1 2 3 4 5-1…, worked by hand for 100360001234.
        let twelve = [1, 0, 0, 3, 6, 0, 0, 1, 2, 3, 4, 5];
        assert_eq!(check_digit(&twelve), (7 + 21 + 18 + 3 + 2 + 21 + 12 + 5) as u8 % 10);
        assert!(Idno::new("1003600012345").is_err() || Idno::new("1003600012349").is_err());
        assert_eq!(Idno::new("12"), Err(IdentError::Length));
        assert!(Idnp::new("2209043966243").is_ok());
        assert_eq!(format!("{:?}", Idnp::new("2209043966243")), "Ok(Idnp(…))");
    }

    #[test]
    fn cadastral_numbers() {
        for good in ["9256201541", "9256201248.04", "9256201248.04.012"] {
            assert!(is_cadastral_number(good), "{good}");
        }
        for bad in ["", "XX9256201559.04", "925620154", "9256201248.4", "9256201248.04.12", "9256201248.04.012.1", "9256201248."] {
            assert!(!is_cadastral_number(bad), "{bad}");
        }
    }

    #[test]
    fn ibans() {
        assert!(is_iban("MD24AG000225100013104168"));
        assert!(!is_iban("MD25AG000225100013104168"));
        assert!(!is_iban("RO24AG000225100013104168"));
    }
}
