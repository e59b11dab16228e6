//! Identifiers that lead back to whom they belong.

use super::draw::Shuffle;
use super::{Population, families, registered};

/// Ten digits follow the two with which invented identifiers begin.
const DIGITS: u64 = 10_000_000_000;
/// Three letters and three digits.
const PLATES: u64 = 26 * 26 * 26 * 1000;

#[derive(Clone, Copy, Debug)]
pub(super) struct Identifiers {
    people: Shuffle,
    companies: Shuffle,
    plates: Shuffle,
}

impl Identifiers {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            people: Shuffle::new(DIGITS, 6_180_339_887, seed.wrapping_mul(7_919)),
            companies: Shuffle::new(DIGITS, 2_718_281_829, seed.wrapping_mul(104_729)),
            plates: Shuffle::new(PLATES, 7_071_067, seed.wrapping_mul(1_299_709)),
        }
    }
}

impl std::fmt::Debug for Shuffle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Shuffle(…)")
    }
}

/// Thirteen digits: the prefix, ten digits, the check digit (weights 7, 3, 1).
fn with_check_digit(prefix: u64, ten: u64) -> String {
    let twelve = format!("{prefix:02}{ten:010}");
    let sum: u32 = twelve
        .bytes()
        .map(|byte| u32::from(byte.saturating_sub(b'0')))
        .zip([7, 3, 1].into_iter().cycle())
        .map(|(digit, weight)| digit * weight)
        .sum();
    format!("{twelve}{}", sum % 10)
}

/// The ten digits of an identifier that has the prefix and whose check digit holds.
fn ten_digits(prefix: &str, idn: &str) -> Option<u64> {
    let ten = idn.strip_prefix(prefix)?.get(..10).filter(|ten| ten.bytes().all(|byte| byte.is_ascii_digit()))?.parse().ok()?;
    (with_check_digit(prefix.parse().ok()?, ten) == idn).then_some(ten)
}

impl Population {
    pub(super) fn idnp(&self, number: u32) -> String {
        with_check_digit(29, self.identifiers.people.there(u64::from(number)))
    }

    /// The number of whoever bears an IDNP.
    #[must_use]
    pub fn by_idnp(&self, idnp: &str) -> Option<u32> {
        if let Some(number) = registered::number(idnp) {
            return Some(number);
        }
        let number = u32::try_from(self.identifiers.people.back(ten_digits("29", idnp)?)).ok()?;
        // Whoever is registered bears the registered number and no other.
        (number < self.people() && self.person(number)?.idnp == idnp).then_some(number)
    }

    pub(super) fn idno(&self, number: u32) -> String {
        with_check_digit(19, self.identifiers.companies.there(u64::from(number)))
    }

    /// The number of the legal entity that bears an IDNO.
    #[must_use]
    pub fn by_idno(&self, idno: &str) -> Option<u32> {
        let number = u32::try_from(self.identifiers.companies.back(ten_digits("19", idno)?)).ok()?;
        (number < self.companies()).then_some(number)
    }

    /// `ABC 123`.
    pub(super) fn plate(&self, vehicle: u32) -> String {
        let mixed = self.identifiers.plates.there(u64::from(vehicle));
        let letter = |at: u64| char::from(b'A' + u8::try_from(at % 26).unwrap_or_default());
        let letters = mixed / 1000;
        format!("{}{}{} {:03}", letter(letters / 676), letter(letters / 26), letter(letters), mixed % 1000)
    }

    pub(super) fn by_plate(&self, plate: &str) -> Option<u32> {
        let (letters, digits) = plate.split_once(' ')?;
        if letters.len() != 3 || digits.len() != 3 || !letters.bytes().all(|byte| byte.is_ascii_uppercase()) {
            return None;
        }
        let letters = letters.bytes().fold(0, |sum, byte| sum * 26 + u64::from(byte - b'A'));
        let digits: u64 = digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())??;
        let vehicle = u32::try_from(self.identifiers.plates.back(letters * 1000 + digits)).ok()?;
        (vehicle < families() * 3).then_some(vehicle)
    }
}
