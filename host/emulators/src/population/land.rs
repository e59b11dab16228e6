//! Land and houses. A family has ten parcels: five under its homes, four fields, and one more that belongs to a company, to the municipality or
//! to the family. Whose they are follows from who lives: what the dead had went to their heirs, the last of it to the municipality.

use super::draw::{Draw, For};
use super::homes::{Address, BROTHERS, COUPLES, Dwelling, HOMES, PARENTS, address, moved_from, moved_to};
use super::kin::{BROTHER, COUSIN, ELDEST, FATHER, MOTHER, SISTER};
use super::{Family, Holder, MUNICIPALITIES, Municipality, Population, Seat};
use vatra_core::value::Money;

/// Parcels of a family.
const PARCELS: u32 = 10;
const OTHER: u32 = 9;
/// Cadastral sectors are numbered from here, parcels in them from 100.
const FIRST_SECTOR: u32 = 201;
const A_SECTOR: u32 = 900;

/// What something in the cadastre is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EstateKind {
    /// A parcel: `9256201248`.
    Land,
    /// A building on it: `9256201248.01`.
    Building,
    /// A flat in it: `9256201248.01.001`.
    Residence,
}

/// A part of something: `numerator` of `denominator`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Share {
    /// Whose.
    pub holder: Holder,
    /// How many parts.
    pub numerator: u32,
    /// Of how many.
    pub denominator: u32,
}

/// Something in the cadastre.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Estate {
    /// The cadastral number.
    pub cadastral: String,
    /// What it is.
    pub kind: EstateKind,
    /// What it serves for, as tax rolls say it (`teren agricol`, `casă de locuit`).
    pub purpose: &'static str,
    /// Square metres.
    pub area: u32,
    /// As assessed for taxes.
    pub value: Money,
    /// Whose it is; the shares make a whole.
    pub owners: Vec<Share>,
    /// Where it is; fields have none.
    pub address: Option<Address>,
    /// The home that it is, with those who live there; for houses and flats.
    pub dwelling: Option<Dwelling>,
    /// The municipality.
    pub municipality: &'static Municipality,
}

#[derive(Clone, Copy)]
struct Parcel {
    family: Family,
    at: u32,
}

impl Parcel {
    fn number(self) -> Option<String> {
        let place = self.family.place * PARCELS + self.at;
        let zone = self.family.municipality()?.zone;
        Some(format!("{zone}{:03}{:03}", FIRST_SECTOR + place / A_SECTOR, 100 + place % A_SECTOR))
    }
}

impl Population {
    /// What stands under a cadastral number.
    #[must_use]
    pub fn estate(&self, cadastral: &str) -> Option<Estate> {
        self.estates_on(parcel(cadastral.get(..10)?)?).into_iter().find(|estate| estate.cadastral == cadastral)
    }

    /// Everything that somebody has or has a share in.
    #[must_use]
    pub fn estates(&self, holder: Holder) -> Vec<Estate> {
        let mut parcels: Vec<Parcel> = Vec::new();
        let mut all = |family: Family, of: &[u32]| parcels.extend(of.iter().map(|at| Parcel { family, at: *at }));
        match holder {
            Holder::Person(number) => {
                let Some(seat) = Self::seat(number) else { return Vec::new() };
                let before = seat.family.neighbour(-1);
                all(seat.family, &[0, 1, 2, 3, 4, 5, 6, 7, 8, OTHER]);
                all(before, &[BROTHERS, COUPLES, 8]);
                let moved = moved_to(seat.family);
                if moved != seat.family {
                    all(moved, &[PARENTS]);
                }
            }
            Holder::Company(number) => {
                for family in self.company_families(number) {
                    all(family, &[0, 1, 2, 3, 4, 5, 6, 7, 8, OTHER]);
                }
            }
        }
        let has = |estate: &Estate| estate.owners.iter().any(|share| share.holder == holder);
        parcels.into_iter().flat_map(|parcel| self.estates_on(parcel)).filter(has).collect()
    }

    /// The house or flat that a home is.
    #[must_use]
    pub fn estate_of(&self, dwelling: Dwelling) -> Option<Estate> {
        self.estates_on(Parcel { family: dwelling.family, at: dwelling.home }).into_iter().find(|estate| estate.dwelling.is_some())
    }

    fn estates_on(&self, parcel: Parcel) -> Vec<Estate> {
        let Parcel { family, at } = parcel;
        let (Some(number), Some(municipality)) = (parcel.number(), family.municipality()) else { return Vec::new() };
        let mut draw = Draw::new(self.seed, For::Land, family.number * PARCELS + at);
        let owners = self.owners(parcel);
        let place = || address(family, family.place * HOMES + at.min(HOMES - 1), None);
        let home = at < HOMES;
        let (purpose, area, price) = match at {
            _ if home => ("teren intravilan", 400 + draw.below(1_400), 90),
            OTHER if !matches!(owners.first().map(|share| share.holder), Some(Holder::Person(_))) => {
                ("teren intravilan", 600 + draw.below(9_000), 60)
            }
            5 => ("teren agricol", 3_000 + draw.below(18_000), 12),
            6 => ("vie și livadă", 2_000 + draw.below(16_000), 30),
            7 => ("teren agricol", 4_000 + draw.below(20_000), 12),
            _ => ("grădină", 500 + draw.below(2_000), 25),
        };
        let worth = |area: u32, lei: u32| Money(i64::from(area) * i64::from(lei) * 100);
        let estate = |suffix: &str, kind, purpose, area, lei, dwelling| Estate {
            cadastral: format!("{number}{suffix}"),
            kind,
            purpose,
            area,
            value: worth(area, lei),
            owners: owners.clone(),
            address: if home || kind != EstateKind::Land { place() } else { None },
            dwelling,
            municipality,
        };
        let mut out = vec![estate("", EstateKind::Land, purpose, area, price, None)];
        let dwelling = Dwelling { family, home: at };
        let floor = 45 + draw.below(120);
        if at == COUPLES {
            out.push(estate(".01", EstateKind::Building, "bloc locativ", floor * 3, 4_000, None));
            let mut flat = estate(".01.001", EstateKind::Residence, "apartament", floor, 7_500, Some(dwelling));
            flat.address = self.address(dwelling);
            out.push(flat);
        } else if home {
            out.push(estate(".01", EstateKind::Building, "casă de locuit", floor, 6_000, Some(dwelling)));
            if draw.chance(450) {
                out.push(estate(".02", EstateKind::Building, "construcție auxiliară", 15 + draw.below(60), 1_200, None));
            }
        } else if at == OTHER && purpose == "teren intravilan" {
            out.push(estate(".01", EstateKind::Building, "construcție comercială", 80 + draw.below(900), 3_500, None));
        }
        out
    }

    fn owners(&self, parcel: Parcel) -> Vec<Share> {
        let Parcel { family, at } = parcel;
        let seats = |family: Family, members: &[u32]| members.iter().map(|member| family.seat(*member)).collect::<Vec<_>>();
        let next = family.neighbour(1);
        let parents = moved_from(family);
        let generations: Vec<Vec<Seat>> = match at {
            0 => vec![seats(family, &[0, 1]), seats(family, &[FATHER, BROTHER]), seats(family, &[8, 9, 10])],
            1 => vec![seats(family, &[2, 3]), seats(family, &[MOTHER, SISTER]), seats(family, &[8, 9, 10])],
            PARENTS => vec![seats(parents, &[FATHER, MOTHER]), seats(parents, &[8, 9, 10])],
            BROTHERS if self.siblings_married(family) => vec![vec![family.seat(BROTHER), next.seat(SISTER)], seats(family, &[COUSIN])],
            COUPLES => match self.young_couple(family).filter(|(man, _)| man.family == family) {
                Some((man, woman)) => vec![vec![man, woman]],
                None => vec![seats(family, &[FATHER, MOTHER]), seats(family, &[8, 9, 10])],
            },
            5 => vec![seats(family, &[0]), seats(family, &[1]), seats(family, &[FATHER, BROTHER]), seats(family, &[8, 9, 10])],
            6 => vec![seats(family, &[2]), seats(family, &[3]), seats(family, &[MOTHER, SISTER]), seats(family, &[8, 9, 10])],
            8 => vec![seats(family, &[BROTHER]), vec![next.seat(SISTER)].into_iter().filter(|_| self.siblings_married(family)).collect()],
            OTHER => match self.company_of(family) {
                Some(company) => return vec![Share { holder: Holder::Company(company), numerator: 1, denominator: 1 }],
                None if family.place % 10 == 7 => Vec::new(),
                None => vec![seats(family, &[FATHER]), seats(family, &[MOTHER]), seats(family, &[ELDEST])],
            },
            _ => vec![seats(family, &[FATHER]), seats(family, &[MOTHER]), seats(family, &[8, 9, 10])],
        };
        for generation in generations {
            let living: Vec<Seat> = generation.into_iter().filter(|seat| self.lives(*seat)).collect();
            if !living.is_empty() {
                let denominator = u32::try_from(living.len()).unwrap_or(1);
                return living.into_iter().map(|seat| Share { holder: Holder::Person(seat.number()), numerator: 1, denominator }).collect();
            }
        }
        vec![Share { holder: Holder::Company(self.town_hall_of(family.town)), numerator: 1, denominator: 1 }]
    }
}

/// The parcel of a number of ten digits.
fn parcel(number: &str) -> Option<Parcel> {
    if !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let zone = number.get(..4)?;
    let sector: u32 = number.get(4..7)?.parse().ok()?;
    let within: u32 = number.get(7..)?.parse().ok()?;
    let place = sector.checked_sub(FIRST_SECTOR)? * A_SECTOR + within.checked_sub(100)?;
    let first: u32 = MUNICIPALITIES.iter().take_while(|each| each.zone != zone).map(|each| each.families).sum();
    let municipality = MUNICIPALITIES.iter().find(|each| each.zone == zone)?;
    let family = place / PARCELS;
    let known = family < municipality.families && within - 100 < A_SECTOR;
    known.then(|| super::family(first + family)).flatten().map(|family| Parcel { family, at: place % PARCELS })
}
