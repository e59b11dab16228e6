//! Legal entities: each municipality's town hall and school, and a company for every tenth family.

use super::draw::{Draw, For};
use super::kin::{BROTHER, ELDEST, FATHER, MOTHER, SISTER};
use super::names::COMPANIES;
use super::{Address, Family, MUNICIPALITIES, Municipality, Population, Seat, family};
use chrono::{Datelike, NaiveDate};

/// Town hall and school come before the companies.
const PUBLIC: u32 = 2;
const EVERY: u32 = 10;
const PLACE: u32 = 3;

/// The form of a legal entity.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// A public institution.
    Public,
    /// Societate cu răspundere limitată.
    Limited,
    /// Întreprindere individuală.
    Individual,
    /// Gospodărie țărănească (de fermier).
    Farm,
}

impl Form {
    /// As the register abbreviates it.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Public => "IP",
            Self::Limited => "SRL",
            Self::Individual => "ÎI",
            Self::Farm => "GȚ",
        }
    }
}

/// Whether a legal entity is there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CompanyStanding {
    /// Works.
    Active,
    /// Being wound up.
    Liquidation,
    /// Struck off.
    StruckOff,
}

impl CompanyStanding {
    /// As the register says it.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Active => "activă",
            Self::Liquidation => "în proces de lichidare",
            Self::StruckOff => "radiată",
        }
    }
}

/// A legal entity.
#[derive(Clone, PartialEq, Eq)]
pub struct Company {
    /// Below [`Population::companies`].
    pub number: u32,
    /// 13 digits; the check digit holds.
    pub idno: String,
    /// With its form.
    pub name: String,
    /// Its form.
    pub form: Form,
    /// Whether it is there.
    pub standing: CompanyStanding,
    /// When it was registered.
    pub registered: NaiveDate,
    /// Where it is.
    pub address: Address,
    /// Who administers it, by number.
    pub administrator: u32,
    /// Who founded it, by number; none for public institutions.
    pub founders: Vec<u32>,
    /// The municipality.
    pub municipality: &'static Municipality,
}

fn companies_in(families: u32) -> u32 {
    PUBLIC + (families + EVERY - 1 - PLACE) / EVERY
}

impl Population {
    /// How many legal entities there are: numbers below this are legal entities.
    #[must_use]
    pub fn companies(&self) -> u32 {
        MUNICIPALITIES.iter().map(|each| companies_in(each.families)).sum()
    }

    /// The town hall of a municipality.
    #[must_use]
    pub fn town_hall(&self, municipality: &Municipality) -> Option<u32> {
        MUNICIPALITIES.iter().position(|each| each == municipality).map(|town| self.town_hall_of(town))
    }

    pub(super) fn town_hall_of(&self, town: usize) -> u32 {
        MUNICIPALITIES.iter().take(town).map(|each| companies_in(each.families)).sum()
    }

    /// The company that has its seat on a family's land.
    pub(super) fn company_of(&self, family: Family) -> Option<u32> {
        (family.place % EVERY == PLACE).then(|| self.town_hall_of(family.town) + PUBLIC + family.place / EVERY)
    }

    /// Its municipality, and its place there.
    fn locate(number: u32) -> Option<(usize, u32)> {
        let mut place = number;
        for (town, municipality) in MUNICIPALITIES.iter().enumerate() {
            let here = companies_in(municipality.families);
            if place < here {
                return Some((town, place));
            }
            place -= here;
        }
        None
    }

    fn family_at(town: usize, place: u32) -> Option<Family> {
        let first: u32 = MUNICIPALITIES.iter().take(town).map(|each| each.families).sum();
        family(first + place)
    }

    /// Families on whose land a legal entity may have something.
    pub(super) fn company_families(&self, number: u32) -> Vec<Family> {
        match Self::locate(number) {
            // What nobody inherited, anywhere in the municipality.
            Some((town, 0)) => {
                let families = MUNICIPALITIES.get(town).map_or(0, |each| each.families);
                (0..families).filter_map(|place| Self::family_at(town, place)).collect()
            }
            Some((town, place)) if place >= PUBLIC => Self::family_at(town, (place - PUBLIC) * EVERY + PLACE).into_iter().collect(),
            _ => Vec::new(),
        }
    }

    /// The first of a family who can run something: alive and of age.
    fn head(&self, family: Family) -> Seat {
        let able = |member: &u32| self.lives(family.seat(*member)) && self.is_adult(family.seat(*member));
        family.seat([FATHER, MOTHER, ELDEST, 9, SISTER, BROTHER].into_iter().find(able).unwrap_or(SISTER))
    }

    /// A legal entity.
    #[must_use]
    pub fn company(&self, number: u32) -> Option<Company> {
        let (town, place) = Self::locate(number)?;
        let municipality = MUNICIPALITIES.get(town)?;
        let mut draw = Draw::new(self.seed, For::Company, number);
        let company = |name: String, form, standing, year: i32, day: u32, family: Family, founders: Vec<u32>| {
            Some(Company {
                number,
                idno: self.idno(number),
                name,
                form,
                standing,
                registered: NaiveDate::from_yo_opt(year, day + 1)?,
                address: super::homes::address(family, family.place * super::homes::HOMES, None)?,
                administrator: self.head(family).number(),
                founders,
                municipality,
            })
        };
        let seat = |place| Self::family_at(town, place);
        match place {
            0 => company(format!("Primăria {}", municipality.name), Form::Public, CompanyStanding::Active, 1998, 120, seat(0)?, Vec::new()),
            1 => {
                company(format!("Gimnaziul {}", municipality.name), Form::Public, CompanyStanding::Active, 1998, 240, seat(1)?, Vec::new())
            }
            _ => {
                let family = seat((place - PUBLIC) * EVERY + PLACE)?;
                let head = self.head(family);
                let form = match draw.below(10) {
                    0..=5 => Form::Limited,
                    6..=7 => Form::Individual,
                    _ => Form::Farm,
                };
                let standing = match draw.below(100) {
                    0..=3 => CompanyStanding::StruckOff,
                    4..=6 => CompanyStanding::Liquidation,
                    _ => CompanyStanding::Active,
                };
                let mut founders = vec![head.number()];
                let partner = family.seat(BROTHER);
                let grown = (self.birth_year(head).max(self.birth_year(partner)) + 19).max(2001);
                if form == Form::Limited && partner != head && self.lives(partner) && self.is_adult(partner) && draw.chance(400) {
                    founders.push(partner.number());
                }
                let year = (grown + i32::try_from(draw.below(8)).unwrap_or_default()).min(2025);
                let plain = draw.pick(&COMPANIES);
                let name = match form {
                    Form::Limited | Form::Public => format!("{plain} {} SRL", municipality.name),
                    Form::Individual => format!("ÎI {plain} {place}"),
                    Form::Farm => format!("GȚ {plain} {place}"),
                };
                let day = draw.below(365);
                company(name, form, standing, year, day, family, founders)
            }
        }
    }

    /// Legal entities that somebody administers (first list) or founded (second), struck off or not.
    #[must_use]
    pub fn companies_of(&self, person: u32) -> (Vec<u32>, Vec<u32>) {
        let Some(seat) = Self::seat(person) else { return Default::default() };
        let hall = self.town_hall_of(seat.family.town);
        let public = (seat.family.place < PUBLIC).then(|| hall + seat.family.place);
        let known: Vec<Company> =
            public.into_iter().chain(self.company_of(seat.family)).filter_map(|number| self.company(number)).collect();
        let administers = known.iter().filter(|each| each.administrator == person).map(|each| each.number).collect();
        let founded = known.iter().filter(|each| each.founders.contains(&person)).map(|each| each.number).collect();
        (administers, founded)
    }

    /// The legal entities that somebody administers now, as MPass says them (`AdministeredLegalEntity`): name and IDNO.
    #[must_use]
    pub fn administered(&self, person: u32) -> Vec<(String, String)> {
        let (administers, _) = self.companies_of(person);
        let companies = administers.into_iter().filter_map(|number| self.company(number));
        companies.filter(|each| each.standing != CompanyStanding::StruckOff).map(|each| (each.name, each.idno)).collect()
    }
}

impl Company {
    /// Whether it could act on a day.
    #[must_use]
    pub fn acts_on(&self, day: NaiveDate) -> bool {
        self.standing != CompanyStanding::StruckOff && self.registered.year() <= day.year()
    }
}
