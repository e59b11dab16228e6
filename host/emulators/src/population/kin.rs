//! Who belongs to whom.
//!
//! A family is twelve people: the father's parents (0, 1), the mother's parents (2, 3), father and mother (4, 5), the father's brother (6), the
//! mother's sister (7), the children of 4 and 5 (8 to 10), and a cousin (11). The brother of one family may marry the sister of the next; the
//! cousin is hers, and his too if they did. The eldest children (8) of two neighbours marry if their ages fit, the even family's is the man.

use super::draw::{Draw, For};
use super::{Family, Population, Seat, registered};
use chrono::{Datelike, NaiveDate};

pub(super) const FATHER: u32 = 4;
pub(super) const MOTHER: u32 = 5;
pub(super) const BROTHER: u32 = 6;
pub(super) const SISTER: u32 = 7;
pub(super) const ELDEST: u32 = 8;
pub(super) const COUSIN: u32 = 11;

/// The last day that chance knows anything of: nobody is born and nobody dies after it.
const LAST_YEAR: i32 = 2025;

/// A person's relatives, by number. The dead are among them.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Kin {
    /// The father, where he is known.
    pub father: Option<u32>,
    /// The mother, where she is known.
    pub mother: Option<u32>,
    /// Wife or husband; of the widowed the one who died.
    pub spouse: Option<u32>,
    /// By age.
    pub children: Vec<u32>,
}

/// Years of birth in a family.
pub(super) struct Births([i32; 12]);

impl Births {
    pub(super) fn of(&self, member: u32) -> i32 {
        self.0.get(member as usize).copied().unwrap_or(1990)
    }
}

impl Population {
    /// Parents, spouse and children.
    #[must_use]
    pub fn kin(&self, number: u32) -> Option<Kin> {
        let Seat { family, member } = Self::seat(number)?;
        let before = family.neighbour(-1);
        let one = |family: Family, member: u32| Some(family.seat(member).number());
        let (father, mother) = match member {
            FATHER | BROTHER => (one(family, 0), one(family, 1)),
            MOTHER | SISTER => (one(family, 2), one(family, 3)),
            8..=10 => (one(family, FATHER), one(family, MOTHER)),
            COUSIN => (one(family, BROTHER).filter(|_| self.siblings_married(family)), one(family.neighbour(1), SISTER)),
            _ => (None, None),
        };
        let spouse = match member {
            0..=5 => one(family, member ^ 1),
            BROTHER if self.siblings_married(family) => one(family.neighbour(1), SISTER),
            SISTER if self.siblings_married(before) => one(before, BROTHER),
            ELDEST => self.young_couple(family).map(|(man, woman)| if man.family == family { woman.number() } else { man.number() }),
            _ => None,
        };
        let children = match member {
            0 | 1 => [FATHER, BROTHER].iter().map(|child| family.seat(*child).number()).collect(),
            2 | 3 => [MOTHER, SISTER].iter().map(|child| family.seat(*child).number()).collect(),
            FATHER | MOTHER => (8..=10).map(|child| family.seat(child).number()).collect(),
            BROTHER if self.siblings_married(family) => one(family, COUSIN).into_iter().collect(),
            SISTER => one(before, COUSIN).into_iter().collect(),
            _ => Vec::new(),
        };
        Some(Kin { father, mother, spouse, children })
    }

    pub(super) fn births(&self, family: Family) -> Births {
        let mut draw = Draw::new(self.seed, For::Births, family.number);
        let mut years = |least: i32, limit: u32| least + i32::try_from(draw.below(limit)).unwrap_or_default();
        let mother = years(1962, 29);
        let father = mother - years(0, 7);
        let fathers_mother = father - years(19, 15);
        let mothers_mother = mother - years(19, 15);
        let brother = father + years(2, 6);
        let sister = mother + years(2, 6);
        let eldest = mother + years(19, 9);
        let second = eldest + years(2, 3);
        let third = second + years(2, 3);
        let fathers_father = fathers_mother - years(0, 7);
        let mothers_father = mothers_mother - years(0, 7);
        // The cousin's is his mother's, who belongs to the next family: see `birth_year`.
        let after = years(19, 9);
        Births([
            fathers_father,
            fathers_mother,
            mothers_father,
            mothers_mother,
            father,
            mother,
            brother,
            sister,
            eldest,
            second,
            third,
            after,
        ])
    }

    pub(super) fn birth_year(&self, seat: Seat) -> i32 {
        let year = self.births(seat.family).of(seat.member);
        if seat.member == COUSIN { self.births(seat.family.neighbour(1)).of(SISTER) + year } else { year }
    }

    /// Whether the family's brother and the next family's sister are married.
    pub(super) fn siblings_married(&self, family: Family) -> bool {
        let next = family.neighbour(1);
        let (him, her) = (self.birth_year(family.seat(BROTHER)), self.birth_year(next.seat(SISTER)));
        let cousin = self.birth_year(family.seat(COUSIN));
        (him - her).abs() <= 10 && cousin - him >= 19 && Draw::new(self.seed, For::Ties, family.number).chance(850)
    }

    /// The eldest of this family and of its neighbour, man first, if they are married.
    pub(super) fn young_couple(&self, family: Family) -> Option<(Seat, Seat)> {
        let even = if family.place.is_multiple_of(2) { family } else { family.neighbour(-1) };
        let odd = even.neighbour(1);
        // The last family of an odd number has no neighbour of its own.
        if odd.place != even.place + 1 {
            return None;
        }
        let (man, woman) = (even.seat(ELDEST), odd.seat(ELDEST));
        let (his, hers) = (self.birth_year(man), self.birth_year(woman));
        let mut draw = Draw::new(self.seed, For::Ties, even.number);
        draw.below(2);
        (his <= 2002 && hers <= 2002 && (his - hers).abs() <= 8 && draw.chance(750)).then_some((man, woman))
    }

    pub(super) fn birth(&self, seat: Seat) -> Option<NaiveDate> {
        let day = Draw::new(self.seed, For::Person, seat.number()).below(365);
        NaiveDate::from_yo_opt(self.birth_year(seat), day + 1)
    }

    pub(super) fn death(&self, seat: Seat) -> Option<NaiveDate> {
        if registered::of_family(seat.family).is_some_and(|each| each.member() == seat.member) {
            return None;
        }
        let mut draw = Draw::new(self.seed, For::Death, seat.number());
        let birth = self.birth_year(seat);
        let man = matches!(seat.member, 0 | 2 | FATHER | BROTHER);
        let lifespan = (if man { 55 } else { 60 }) + i32::try_from(draw.below(22) + draw.below(22)).unwrap_or_default();
        let day = draw.below(365) + 1;
        let mut year = birth + lifespan;
        let early = match seat.member {
            // A father who leaves small children.
            FATHER if draw.chance(40) => Some(self.birth_year(seat.family.seat(10)).max(2008) + 1),
            9 if draw.chance(15) => Some(birth + 19),
            _ => None,
        };
        if let Some(from) = early.filter(|from| *from <= LAST_YEAR) {
            let span = u32::try_from(LAST_YEAR - from + 1).unwrap_or(1);
            year = year.min(from + i32::try_from(draw.below(span)).unwrap_or_default());
        }
        if year > LAST_YEAR { None } else { NaiveDate::from_yo_opt(year, day) }
    }

    /// Whether somebody lives.
    pub(super) fn lives(&self, seat: Seat) -> bool {
        self.death(seat).is_none()
    }

    /// Of age at the end of the last year that chance knows of.
    pub(super) fn is_adult(&self, seat: Seat) -> bool {
        self.birth(seat).is_some_and(|birth| birth.year() <= LAST_YEAR - 18)
    }
}
