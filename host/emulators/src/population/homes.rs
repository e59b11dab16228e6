//! Where people live. A family has five homes: its two pairs of grandparents', the parents', one for the brother when he marries, one for the
//! young couple. One family in sixteen has moved: its parents and children live in the house that another of those families left.

use super::kin::{BROTHER, COUSIN, ELDEST, FATHER, MOTHER, SISTER};
use super::places::STREETS;
use super::{Family, MUNICIPALITIES, Population, Seat, family, registered};
use chrono::{Datelike, NaiveDate};

/// Homes of a family.
pub(super) const HOMES: u32 = 5;
/// The parents' home among them.
pub(super) const PARENTS: u32 = 2;
pub(super) const BROTHERS: u32 = 3;
pub(super) const COUPLES: u32 = 4;

/// Every so many families one has moved.
const MOVERS: u32 = 16;
/// Its place among them.
const MOVER: u32 = 7;
/// How many movers further on the new home is.
const FURTHER: u32 = 31;
const HOUSES_A_STREET: u32 = 80;

/// A house or flat.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Dwelling {
    pub(super) family: Family,
    pub(super) home: u32,
}

/// Where something is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Address {
    /// The district, in Romanian.
    pub district: &'static str,
    /// The municipality's CUATM code.
    pub municipality: &'static str,
    /// Village or town, in Romanian.
    pub locality: &'static str,
    /// The village's CUATM code.
    pub cuatm: &'static str,
    /// Without `str.`.
    pub street: &'static str,
    /// House number.
    pub house: String,
    /// Flat, in houses with several.
    pub flat: Option<String>,
}

/// A registration of somebody's home.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Registration {
    /// Where.
    pub address: Address,
    /// From when, where it is known.
    pub from: Option<NaiveDate>,
    /// Until when; none for the present one.
    pub until: Option<NaiveDate>,
}

impl Address {
    /// `str. Păcii 12, Sculeni, Ungheni`.
    #[must_use]
    pub fn line(&self) -> String {
        let flat = self.flat.as_ref().map(|flat| format!(", ap. {flat}")).unwrap_or_default();
        format!("str. {} {}{flat}, {}, {}", self.street, self.house, self.locality, self.district)
    }
}

impl Population {
    /// Where somebody lives; none for the dead.
    #[must_use]
    pub fn home(&self, number: u32) -> Option<Dwelling> {
        let seat = Self::seat(number)?;
        if !self.lives(seat) {
            return None;
        }
        let Seat { family, member } = seat;
        let at = |family, home| Some(Dwelling { family, home });
        match member {
            0 | 1 => at(family, 0),
            2 | 3 => at(family, 1),
            BROTHER if self.siblings_married(family) => at(family, BROTHERS),
            BROTHER => at(family, 0),
            SISTER | COUSIN => {
                let brothers = if member == SISTER { family.neighbour(-1) } else { family };
                if self.siblings_married(brothers) { at(brothers, BROTHERS) } else { at(brothers.neighbour(1), 1) }
            }
            ELDEST => match self.young_couple(family) {
                Some((man, _)) => at(man.family, COUPLES),
                None => at(moved_to(family), PARENTS),
            },
            _ => at(moved_to(family), PARENTS),
        }
    }

    /// Who lives in a house or flat, by number.
    #[must_use]
    pub fn residents(&self, dwelling: Dwelling) -> Vec<u32> {
        let Dwelling { family, home } = dwelling;
        let mut seats = Vec::new();
        match home {
            0 => seats.extend([family.seat(0), family.seat(1), family.seat(BROTHER)]),
            1 => {
                let before = family.neighbour(-1);
                seats.extend([family.seat(2), family.seat(3), family.seat(SISTER), before.seat(COUSIN)]);
            }
            PARENTS => {
                let family = moved_from(family);
                seats.extend([FATHER, MOTHER, 8, 9, 10].map(|member| family.seat(member)));
            }
            BROTHERS => seats.extend([family.seat(BROTHER), family.neighbour(1).seat(SISTER), family.seat(COUSIN)]),
            _ => seats.extend([family.seat(ELDEST), family.neighbour(1).seat(ELDEST)]),
        }
        seats.into_iter().map(Seat::number).filter(|number| self.home(*number) == Some(dwelling)).collect()
    }

    /// Every home of a municipality, inhabited or not.
    pub fn dwellings(&self, municipality: &super::Municipality) -> impl Iterator<Item = Dwelling> + use<> {
        let people = self.people_of(municipality);
        (people.start / super::MEMBERS..people.end / super::MEMBERS)
            .filter_map(family)
            .flat_map(|family| (0..HOMES).map(move |home| Dwelling { family, home }))
    }

    /// The address of a home.
    #[must_use]
    pub fn address(&self, dwelling: Dwelling) -> Option<Address> {
        let place = dwelling.family.place * HOMES + dwelling.home;
        address(dwelling.family, place, (dwelling.home == COUPLES).then(|| "1".to_owned()))
    }

    /// Where somebody lives and lived, the present first. The dead keep none.
    #[must_use]
    pub fn registrations(&self, number: u32) -> Option<Vec<Registration>> {
        let home = self.home(number)?;
        let seat = Self::seat(number)?;
        let moved = home.home == PARENTS && home.family != seat.family;
        let from = if moved { self.moved_on(seat) } else { None };
        let mut out = vec![Registration { address: self.address(home)?, from, until: None }];
        if let Some(from) = from {
            let before = Dwelling { family: seat.family, home: PARENTS };
            out.push(Registration { address: self.address(before)?, from: None, until: Some(from) });
        }
        Some(out)
    }

    /// When a family moved, for those of it who were born by then; the younger were born in the new home.
    fn moved_on(&self, seat: Seat) -> Option<NaiveDate> {
        let third = self.birth_year(seat.family.seat(10));
        let year = (third - 1).clamp(2004, 2023);
        let moved = NaiveDate::from_yo_opt(year, 250)?;
        self.birth(seat).filter(|birth| birth.year() < year).map(|_| moved)
    }
}

/// The address of the house at a place in its municipality.
pub(super) fn address(family: Family, place: u32, flat: Option<String>) -> Option<Address> {
    let municipality = family.municipality()?;
    let streets = municipality.families * HOMES / HOUSES_A_STREET + 1;
    let street = place / HOUSES_A_STREET;
    // The first half of the streets are the centre's, the others belong to the villages in turn.
    let centre = if municipality.villages.is_empty() { streets } else { streets.div_ceil(2) };
    let (locality, cuatm) = if street < centre {
        (municipality.name, municipality.cuatm)
    } else {
        let village = (street - centre) as usize % municipality.villages.len().max(1);
        municipality.villages.get(village).copied()?
    };
    let name = STREETS.get((street as usize + family.town * 3) % STREETS.len()).copied()?;
    let house = (place % HOUSES_A_STREET + 1).to_string();
    Some(Address { district: municipality.district, municipality: municipality.cuatm, locality, cuatm, street: name, house, flat })
}

fn moves(family: Family) -> bool {
    family.place % MOVERS == MOVER && registered::of_family(family).is_none()
}

/// How many families of a municipality moved.
fn movers(families: u32) -> u32 {
    (families + MOVERS - 1 - MOVER) / MOVERS
}

/// The mover so many places on, over all municipalities, round and round.
fn mover(from: Family, by: i64) -> Option<Family> {
    let before: u32 = MUNICIPALITIES.iter().take(from.town).map(|each| movers(each.families)).sum();
    let all: u32 = MUNICIPALITIES.iter().map(|each| movers(each.families)).sum();
    let at = (i64::from(before + from.place / MOVERS) + by).rem_euclid(i64::from(all));
    let mut at = u32::try_from(at).ok()?;
    let mut first = 0;
    for municipality in &MUNICIPALITIES {
        let here = movers(municipality.families);
        if at < here {
            return family(first + at * MOVERS + MOVER);
        }
        at -= here;
        first += municipality.families;
    }
    None
}

/// In which family's parental home a family's parents live.
pub(super) fn moved_to(family: Family) -> Family {
    if moves(family) { mover(family, i64::from(FURTHER)).unwrap_or(family) } else { family }
}

/// Whose parents live in a family's parental home.
pub(super) fn moved_from(family: Family) -> Family {
    if moves(family) { mover(family, -i64::from(FURTHER)).unwrap_or(family) } else { family }
}
