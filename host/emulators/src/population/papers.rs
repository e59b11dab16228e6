//! Driving licences, livestock, entrepreneurs' patents.

use super::draw::{Draw, For};
use super::kin::{FATHER, MOTHER};
use super::{Population, Seat};
use chrono::{Months, NaiveDate};

/// A driving licence.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Licence {
    /// Nine digits.
    pub number: String,
    /// `B`, `B C`…
    pub categories: &'static str,
    /// Issued on.
    pub issued: NaiveDate,
    /// Good until.
    pub expires: NaiveDate,
}

/// Animals of a kind that a household keeps.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Animals {
    /// `bovine`, `ovine`, `porcine`, `caprine`.
    pub species: &'static str,
    /// How many.
    pub count: u32,
}

/// An entrepreneur's patent: leave to carry on a small trade.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Patent {
    /// `AA` and six digits.
    pub number: String,
    /// What for.
    pub activity: &'static str,
    /// From.
    pub from: NaiveDate,
    /// Until.
    pub until: NaiveDate,
}

impl Population {
    fn adult(&self, number: u32) -> Option<(Seat, Draw)> {
        let seat = Self::seat(number)?;
        (self.lives(seat) && self.is_adult(seat)).then(|| (seat, Draw::new(self.seed, For::Papers, number)))
    }

    /// Somebody's driving licence.
    #[must_use]
    pub fn licence(&self, number: u32) -> Option<Licence> {
        let (seat, mut draw) = self.adult(number)?;
        if !draw.chance(550) {
            return None;
        }
        let least = (self.birth_year(seat) + 19).clamp(2016, 2025);
        let year = least + i32::try_from(draw.below(u32::try_from(2026 - least).unwrap_or(1))).unwrap_or_default();
        let issued = NaiveDate::from_yo_opt(year, draw.below(365) + 1)?;
        let categories = draw.pick(&["B", "B", "B", "B C", "B C E", "A B"]);
        let digits = draw.below(1_000_000_000);
        Some(Licence { number: format!("{digits:09}"), categories, issued, expires: issued.checked_add_months(Months::new(120))? })
    }

    /// What somebody's household keeps; they stand under father or mother.
    #[must_use]
    pub fn animals(&self, number: u32) -> Vec<Animals> {
        let Some((seat, mut draw)) = self.adult(number) else { return Vec::new() };
        let keeps = seat.member == FATHER || seat.member == MOTHER && !self.lives(seat.family.seat(FATHER));
        if !keeps || !draw.chance(450) {
            return Vec::new();
        }
        let mut herd = Vec::new();
        for (species, most) in [("bovine", 4), ("ovine", 25), ("porcine", 6), ("caprine", 8)] {
            if draw.chance(400) {
                herd.push(Animals { species, count: draw.below(most) + 1 });
            }
        }
        herd
    }

    /// Somebody's patents.
    #[must_use]
    pub fn patents(&self, number: u32) -> Vec<Patent> {
        let Some((_, mut draw)) = self.adult(number) else { return Vec::new() };
        draw.below(1_000);
        if !draw.chance(30) {
            return Vec::new();
        }
        let activity =
            draw.pick(&["comerț cu amănuntul", "croitorie", "reparația încălțămintei", "servicii de coafor", "lucrări de tîmplărie"]);
        let month = draw.below(12) + 1;
        let Some(from) = NaiveDate::from_ymd_opt(2025, month, 1) else { return Vec::new() };
        let until = from.checked_add_months(Months::new(12)).and_then(|end| end.pred_opt()).unwrap_or(from);
        vec![Patent { number: format!("AA{:06}", draw.below(1_000_000)), activity, from, until }]
    }
}
