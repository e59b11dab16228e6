//! A person as the State Register of Population has them.

use super::draw::{Draw, For};
use super::kin::{BROTHER, COUSIN, ELDEST, FATHER, MOTHER, SISTER};
use super::names::{FAMILIES, MEN, Pair, SLAVIC_FAMILIES, WOMEN, feminine};
use super::{Family, Municipality, Population, Seat, registered};
use chrono::{Datelike, NaiveDate};

/// As registers have it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sex {
    /// Code 1.
    Male,
    /// Code 2.
    Female,
}

impl Sex {
    /// MPass: Gender.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Male => 1,
            Self::Female => 2,
        }
    }
}

/// A name in one alphabet. No `Debug`, so that it reaches no log that way.
#[derive(Clone, PartialEq, Eq)]
pub struct Name {
    /// First name.
    pub given: String,
    /// Family name.
    pub family: String,
    /// Family name at birth.
    pub at_birth: String,
}

/// A person. No `Debug`, as above.
#[derive(Clone, PartialEq, Eq)]
pub struct Person {
    /// Below [`Population::people`].
    pub number: u32,
    /// 13 digits; the check digit holds.
    pub idnp: String,
    /// In Romanian.
    pub name: Name,
    /// In Russian.
    pub name_ru: Name,
    /// Male or female.
    pub sex: Sex,
    /// Date of birth.
    pub birth: NaiveDate,
    /// Date of death.
    pub death: Option<NaiveDate>,
    /// Where their family comes from, and where they were born.
    pub native: &'static Municipality,
}

impl Person {
    /// Whole years on a day; none for the dead and the unborn.
    #[must_use]
    pub fn age(&self, day: NaiveDate) -> Option<u32> {
        let lived = self.death.is_none_or(|death| day < death);
        if lived { day.years_since(self.birth) } else { None }
    }

    /// Alive and at least 18 on a day.
    #[must_use]
    pub fn is_adult(&self, day: NaiveDate) -> bool {
        self.age(day).is_some_and(|age| age >= 18)
    }

    /// First name, last name.
    #[must_use]
    pub fn full_name(&self) -> String {
        format!("{} {}", self.name.given, self.name.family)
    }
}

impl Population {
    /// A person.
    #[must_use]
    pub fn person(&self, number: u32) -> Option<Person> {
        let seat = Self::seat(number)?;
        let sex = self.sex(seat);
        let known = registered::of_family(seat.family).filter(|each| each.member() == seat.member);
        let given = known.map_or_else(|| self.given(seat, sex), registered::Registered::first);
        let at_birth = inflected(self.family_name_at_birth(seat), sex);
        let family = inflected(self.family_name(seat), sex);
        Some(Person {
            number,
            idnp: known.map_or_else(|| self.idnp(number), |each| each.idnp.to_owned()),
            name: Name { given: given.0.to_owned(), family: family.0, at_birth: at_birth.0 },
            name_ru: Name { given: given.1.to_owned(), family: family.1, at_birth: at_birth.1 },
            sex,
            birth: self.birth(seat)?,
            death: self.death(seat),
            native: seat.family.municipality()?,
        })
    }

    fn sex(&self, seat: Seat) -> Sex {
        let man = match seat.member {
            0 | 2 | FATHER | BROTHER => true,
            1 | 3 | MOTHER | SISTER => false,
            ELDEST => seat.family.place.is_multiple_of(2),
            _ => {
                let mut draw = Draw::new(self.seed, For::Person, seat.number());
                draw.below(365);
                draw.chance(512)
            }
        };
        if man { Sex::Male } else { Sex::Female }
    }

    fn given(&self, seat: Seat, sex: Sex) -> Pair {
        let mut draw = Draw::new(self.seed, For::Names, seat.number());
        let list = match sex {
            Sex::Male => &MEN,
            Sex::Female => &WOMEN,
        };
        let first = draw.pick(list);
        // Brothers and sisters bear different names.
        let taken = (ELDEST..seat.member).filter(|_| seat.member < COUSIN).any(|elder| {
            let elder = seat.family.seat(elder);
            self.sex(elder) == sex && self.given(elder, sex) == first
        });
        if taken { list.get((first.0.len() * 7 + seat.member as usize) % list.len()).copied().unwrap_or(first) } else { first }
    }

    /// The names that a family's two sides bear, and those that its two grandmothers were born with.
    fn family_names(&self, family: Family) -> [Pair; 4] {
        let mut draw = Draw::new(self.seed, For::Names, self.people() + family.number);
        let slavic = family.municipality().map_or(0, |town| town.slavic);
        let mut one = || if draw.chance(slavic) { draw.pick(&SLAVIC_FAMILIES) } else { draw.pick(&FAMILIES) };
        let mut names = [one(), one(), one(), one()];
        if let (Some(known), Some(first)) = (registered::of_family(family), names.first_mut()) {
            *first = known.last();
        }
        names
    }

    fn family_name_at_birth(&self, seat: Seat) -> Pair {
        let [fathers, mothers, one, other] = self.family_names(seat.family);
        match seat.member {
            1 => one,
            3 => other,
            2 | MOTHER | SISTER => mothers,
            COUSIN if !self.siblings_married(seat.family) => {
                let [_, mothers, _, _] = self.family_names(seat.family.neighbour(1));
                mothers
            }
            _ => fathers,
        }
    }

    /// Wives bear their husbands' names.
    fn family_name(&self, seat: Seat) -> Pair {
        let [fathers, mothers, _, _] = self.family_names(seat.family);
        let before = seat.family.neighbour(-1);
        match seat.member {
            1 | MOTHER => fathers,
            3 => mothers,
            SISTER if self.siblings_married(before) => {
                let [theirs, ..] = self.family_names(before);
                theirs
            }
            ELDEST => match self.young_couple(seat.family) {
                Some((man, woman)) if woman == seat => {
                    let [theirs, ..] = self.family_names(man.family);
                    theirs
                }
                _ => fathers,
            },
            _ => self.family_name_at_birth(seat),
        }
    }

    /// When a marriage was made, for people who have a spouse.
    #[must_use]
    pub fn married_on(&self, number: u32) -> Option<NaiveDate> {
        let spouse = self.kin(number)?.spouse?;
        let (one, other) = (Self::seat(number)?, Self::seat(spouse)?);
        let youngest = self.birth_year(one).max(self.birth_year(other));
        // Not before both are of age; parents marry in the year before their first child at the latest.
        let children = self.kin(number)?.children;
        let first = children.iter().filter_map(|child| Self::seat(*child)).map(|child| self.birth_year(child)).min();
        let year = (youngest + 22).min(first.map_or(i32::MAX, |year| year - 1)).max(youngest + 18);
        NaiveDate::from_yo_opt(year, 200).filter(|day| day.year() <= 2025)
    }
}

fn inflected(name: Pair, sex: Sex) -> (String, String) {
    match sex {
        Sex::Male => (name.0.to_owned(), name.1.to_owned()),
        Sex::Female => feminine(name),
    }
}
