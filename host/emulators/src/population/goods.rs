//! Vehicles and debts.

use super::draw::{Draw, For};
use super::kin::{BROTHER, FATHER, MOTHER};
use super::{CompanyStanding, Family, Holder, Population, Seat, family};
use vatra_core::value::Money;

/// Vehicles that a family has at most.
const VEHICLES: u32 = 3;

/// A vehicle.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Vehicle {
    /// `ABC 123`.
    pub plate: String,
    /// Vehicle identification number, 17 characters (invented).
    pub vin: String,
    /// Make and model.
    pub model: &'static str,
    /// Year of manufacture.
    pub year: i32,
    /// Cubic centimetres.
    pub engine: u32,
    /// Whose.
    pub owner: Holder,
}

/// MConnect's budgets: the state's, social insurance, the local ones (3), health insurance (the others' numbers are invented).
pub const BUDGETS: [u8; 4] = [1, 2, 3, 4];

/// What somebody owes a budget. `total` is the sum of the others.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Debt {
    /// One of [`BUDGETS`].
    pub budget: u8,
    /// The tax itself.
    pub base: Money,
    /// For lateness.
    pub penalty: Money,
    /// Fines.
    pub fine: Money,
}

impl Debt {
    /// All of it.
    #[must_use]
    pub fn total(&self) -> Money {
        Money(self.base.0 + self.penalty.0 + self.fine.0)
    }
}

const MODELS: [(&str, u32); 12] = [
    ("Dacia Logan", 1_390),
    ("Dacia Duster", 1_461),
    ("Skoda Octavia", 1_598),
    ("Volkswagen Golf", 1_896),
    ("Toyota Prius", 1_798),
    ("Opel Astra", 1_686),
    ("Renault Megane", 1_461),
    ("Ford Focus", 1_560),
    ("Mercedes-Benz Sprinter", 2_148),
    ("VAZ 2107", 1_452),
    ("MTZ 82", 4_750),
    ("Lada Niva", 1_690),
];

impl Population {
    /// What somebody drives.
    #[must_use]
    pub fn vehicles(&self, holder: Holder) -> Vec<Vehicle> {
        let families = match holder {
            Holder::Person(number) => Self::seat(number).map(|seat| seat.family).into_iter().collect(),
            Holder::Company(number) => self.company_families(number),
        };
        let all = families.into_iter().flat_map(|family| (0..VEHICLES).filter_map(move |at| self.vehicle_at(family, at)));
        all.filter(|vehicle| vehicle.owner == holder).collect()
    }

    /// The vehicle that bears a plate.
    #[must_use]
    pub fn vehicle(&self, plate: &str) -> Option<Vehicle> {
        let number = self.by_plate(plate)?;
        self.vehicle_at(family(number / VEHICLES)?, number % VEHICLES)
    }

    fn vehicle_at(&self, family: Family, at: u32) -> Option<Vehicle> {
        let number = family.number * VEHICLES + at;
        let mut draw = Draw::new(self.seed, For::Vehicle, number);
        let able = |seats: &[Seat]| {
            seats.iter().find(|seat| self.lives(**seat) && self.is_adult(**seat)).map(|seat| Holder::Person(seat.number()))
        };
        let owner = match at {
            0 => able(&[family.seat(FATHER), family.seat(MOTHER)]).filter(|_| draw.chance(600)),
            1 => able(&[family.seat(BROTHER), family.seat(0)]).filter(|_| draw.chance(350)),
            _ => match self.company_of(family) {
                Some(company) => Some(Holder::Company(company)),
                None => able(&[family.seat(9)]).filter(|_| draw.chance(250)),
            },
        }?;
        let model = match owner {
            Holder::Company(_) => draw.below(4) + 8,
            Holder::Person(_) => draw.below(10),
        };
        let (model, engine) = MODELS.get(model as usize).copied()?;
        let year = 1998 + i32::try_from(draw.below(27)).unwrap_or_default();
        let vin = format!("XMD{:04X}{:03X}{:07}", number % 65_536, draw.below(4_096), draw.below(10_000_000));
        Some(Vehicle { plate: self.plate(number), vin: vin.replace(['I', 'O', 'Q'], "X"), model, year, engine, owner })
    }

    /// What somebody owes; minors, the dead and those struck off owe nothing.
    #[must_use]
    pub fn debts(&self, holder: Holder) -> Vec<Debt> {
        let index = match holder {
            Holder::Person(number) => match Self::seat(number) {
                Some(seat) if self.lives(seat) && self.is_adult(seat) => number,
                _ => return Vec::new(),
            },
            Holder::Company(number) => match self.company(number) {
                Some(company) if company.standing != CompanyStanding::StruckOff => self.people() + number,
                _ => return Vec::new(),
            },
        };
        let mut draw = Draw::new(self.seed, For::Debt, index);
        let often = |budget| if budget == 3 { 280 } else { 60 };
        let mut out = Vec::new();
        for budget in BUDGETS {
            if draw.chance(often(budget)) {
                let base = i64::from(1_000 + draw.below(250_000));
                let penalty = base * i64::from(draw.below(30)) / 100;
                let fine = if draw.chance(150) { i64::from(draw.below(6) + 1) * 5_000 } else { 0 };
                out.push(Debt { budget, base: Money(base), penalty: Money(penalty), fine: Money(fine) });
            }
        }
        out
    }
}
