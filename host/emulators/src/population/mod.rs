//! The invented population that the registers of the emulated Republic know: some 37,000 people in families, with homes, land, companies, vehicles
//! and debts, over the seventeen pilot municipalities.
//!
//! Nothing is stored. Person `n` is a function of the seed and `n`, and every relation can be followed both ways by arithmetic: from a
//! person to parents, spouse, children, home and property, and back from an identifier, a cadastral number or a plate to its person. The frame is
//! a *family* of [`MEMBERS`] people over three generations (`kin.rs`); chance decides on names, births, deaths, marriages between neighbouring
//! families, moves and possessions.
//!
//! Nobody here exists. Identifiers begin with 29 and 19, so that invented ones are known by sight, and their check digits hold; those who sign in to the
//! demo have others.

mod companies;
mod draw;
mod goods;
mod homes;
mod idn;
mod kin;
mod land;
mod names;
mod papers;
mod people;
mod places;
mod registered;

#[cfg(test)]
mod tests;

pub use companies::{Company, CompanyStanding, Form};
pub use goods::{BUDGETS, Debt, Vehicle};
pub use homes::{Address, Dwelling, Registration};
pub use kin::Kin;
pub use land::{Estate, EstateKind, Share};
pub use papers::{Animals, Licence, Patent};
pub use people::{Name, Person, Sex};
pub use places::{MUNICIPALITIES, Municipality};
pub use registered::{Registered, registered};

use idn::Identifiers;

/// People in a family: four grandparents, father and mother, an uncle and an aunt, three children, a cousin.
pub const MEMBERS: u32 = 12;

/// The seed of demos and tests that do not name another.
pub const SEED: u64 = 2026;

/// Who has something: a person or a legal entity, by number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Holder {
    /// A person.
    Person(u32),
    /// A legal entity.
    Company(u32),
}

/// A family's place.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct Family {
    /// The municipality's place in [`MUNICIPALITIES`].
    town: usize,
    /// The family's place in its municipality.
    place: u32,
    /// Counted over all municipalities.
    number: u32,
}

/// A person's place.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct Seat {
    family: Family,
    member: u32,
}

/// The population of one seed. Cheap to make and to copy; [`Default`] is that of [`SEED`].
#[derive(Clone, Copy, Debug)]
pub struct Population {
    seed: u64,
    identifiers: Identifiers,
}

impl Default for Population {
    fn default() -> Self {
        Self::new(SEED)
    }
}

impl Population {
    /// The population of a seed. Those who sign in to the demo ([`registered`]) are part of each.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { seed, identifiers: Identifiers::new(seed) }
    }

    /// How many people there are, the dead included: numbers below this are people.
    #[must_use]
    pub fn people(&self) -> u32 {
        families() * MEMBERS
    }

    /// The numbers of a municipality's families' people.
    #[must_use]
    pub fn people_of(&self, municipality: &Municipality) -> std::ops::Range<u32> {
        let before: u32 = MUNICIPALITIES.iter().take_while(|each| each.cuatm != municipality.cuatm).map(|each| each.families).sum();
        before * MEMBERS..(before + municipality.families) * MEMBERS
    }

    /// The number of whoever bears an IDNP or IDNO.
    #[must_use]
    pub fn holder(&self, idn: &str) -> Option<Holder> {
        self.by_idnp(idn).map(Holder::Person).or_else(|| self.by_idno(idn).map(Holder::Company))
    }

    /// IDNP or IDNO.
    #[must_use]
    pub fn idn(&self, holder: Holder) -> Option<String> {
        match holder {
            Holder::Person(number) => Some(self.person(number)?.idnp),
            Holder::Company(number) => Some(self.company(number)?.idno),
        }
    }

    fn seat(number: u32) -> Option<Seat> {
        Some(Seat { family: family(number / MEMBERS)?, member: number % MEMBERS })
    }
}

impl Seat {
    fn number(self) -> u32 {
        self.family.number * MEMBERS + self.member
    }
}

impl Family {
    fn municipality(self) -> Option<&'static Municipality> {
        MUNICIPALITIES.get(self.town)
    }

    /// The neighbour so many places on, in the same municipality, round and round.
    fn neighbour(self, by: i64) -> Self {
        let families = i64::from(self.municipality().map_or(1, |town| town.families));
        let place = u32::try_from((i64::from(self.place) + by).rem_euclid(families)).unwrap_or_default();
        Self { place, number: self.number - self.place + place, ..self }
    }

    fn seat(self, member: u32) -> Seat {
        Seat { family: self, member }
    }
}

fn families() -> u32 {
    MUNICIPALITIES.iter().map(|each| each.families).sum()
}

fn family(number: u32) -> Option<Family> {
    let mut place = number;
    for (town, municipality) in MUNICIPALITIES.iter().enumerate() {
        if place < municipality.families {
            return Some(Family { town, place, number });
        }
        place -= municipality.families;
    }
    None
}
