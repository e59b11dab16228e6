//! Chance that is always the same: what is drawn depends on the seed and on what it is drawn for, never on what was drawn before for others.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

/// What is drawn for; each has its own stream of chance.
#[derive(Clone, Copy)]
pub(super) enum For {
    Births = 1,
    Names = 2,
    Person = 3,
    Death = 4,
    Ties = 5,
    Land = 6,
    Company = 7,
    Vehicle = 8,
    Debt = 9,
    Papers = 10,
}

/// A stream of chance.
pub(super) struct Draw(ChaCha8Rng);

impl Draw {
    pub(super) fn new(seed: u64, what: For, index: u32) -> Self {
        let mut key = [0; 32];
        for (slot, byte) in key.iter_mut().zip(seed.to_le_bytes()) {
            *slot = byte;
        }
        let mut chance = ChaCha8Rng::from_seed(key);
        chance.set_stream(((what as u64) << 32) | u64::from(index));
        Self(chance)
    }

    /// A number from 0 up to but not including the limit.
    pub(super) fn below(&mut self, limit: u32) -> u32 {
        // The bias of the remainder is below one in a billion.
        u32::try_from(self.0.next_u64() % u64::from(limit.max(1))).unwrap_or_default()
    }

    /// True so many times in a thousand.
    pub(super) fn chance(&mut self, in_a_thousand: u32) -> bool {
        self.below(1000) < in_a_thousand
    }

    pub(super) fn pick<T: Copy + Default>(&mut self, list: &[T]) -> T {
        let at = self.below(u32::try_from(list.len()).unwrap_or(1));
        list.get(at as usize).copied().unwrap_or_default()
    }
}

/// A one-to-one change of numbers below a modulus, so that neighbours do not get neighbouring identifiers and identifiers lead back.
#[derive(Clone, Copy)]
pub(super) struct Shuffle {
    modulus: u64,
    factor: u64,
    back: u64,
    shift: u64,
}

impl Shuffle {
    /// The factor must have no divisor in common with the modulus.
    pub(super) fn new(modulus: u64, factor: u64, shift: u64) -> Self {
        Self { modulus, factor, back: inverse(factor, modulus), shift: shift % modulus }
    }

    pub(super) fn there(&self, number: u64) -> u64 {
        (product(number, self.factor, self.modulus) + self.shift) % self.modulus
    }

    pub(super) fn back(&self, number: u64) -> u64 {
        product((number % self.modulus + self.modulus - self.shift) % self.modulus, self.back, self.modulus)
    }
}

fn product(a: u64, b: u64, modulus: u64) -> u64 {
    u64::try_from(u128::from(a) * u128::from(b) % u128::from(modulus)).unwrap_or_default()
}

/// The number by which the factor has to be multiplied to become 1 (extended Euclidean algorithm).
fn inverse(factor: u64, modulus: u64) -> u64 {
    let (mut rest, mut next) = (i128::from(modulus), i128::from(factor));
    let (mut found, mut coming) = (0_i128, 1_i128);
    while next != 0 {
        let times = rest / next;
        (rest, next) = (next, rest - times * next);
        (found, coming) = (coming, found - times * coming);
    }
    u64::try_from(found.rem_euclid(i128::from(modulus))).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn shuffles_lead_back(number in 0_u64..10_000_000_000, seed: u64) {
            let shuffle = Shuffle::new(10_000_000_000, 6_180_339_887, seed);
            prop_assert!(shuffle.there(number) < 10_000_000_000);
            prop_assert_eq!(shuffle.back(shuffle.there(number)), number);
        }
    }

    #[test]
    fn streams_do_not_depend_on_each_other() {
        let drawn = |index| Draw::new(7, For::Names, index).below(1_000_000);
        assert_eq!(drawn(3), drawn(3));
        assert_ne!(drawn(3), drawn(4));
        assert_ne!(drawn(3), Draw::new(7, For::Births, 3).below(1_000_000));
        assert_ne!(drawn(3), Draw::new(8, For::Names, 3).below(1_000_000));
    }
}
