//! What is taxed, by which tax, and how much for a year, by the rates that the council set.
//!
//! Fiscal Code no. 1163/1997, titles VI (real estate, land) and VII (local fees): the local council sets the rates, so they are the municipality's setting
//! `tax-rates`. A rate holds for a year when it was set to hold on the year's first day or later in it.

use vatra_sdk::contract::vatra::config::settings;
use vatra_sdk::prelude::*;

/// The setting.
const RATES: &str = "tax-rates";
/// Decimals (percents, hectares) are held in millionths.
const SCALE: i128 = 1_000_000;

/// What is taxed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Category {
    AgriculturalLand,
    BuildingLand,
    Garden,
    Orchard,
    Dwelling,
    Commercial,
    Garage,
    Other,
}

impl Category {
    pub(crate) const ALL: [Self; 8] = [
        Self::AgriculturalLand,
        Self::BuildingLand,
        Self::Garden,
        Self::Orchard,
        Self::Dwelling,
        Self::Commercial,
        Self::Garage,
        Self::Other,
    ];

    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::AgriculturalLand => "agricultural-land",
            Self::BuildingLand => "building-land",
            Self::Garden => "garden",
            Self::Orchard => "orchard",
            Self::Dwelling => "dwelling",
            Self::Commercial => "commercial",
            Self::Garage => "garage",
            Self::Other => "other-object",
        }
    }

    pub(crate) fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|category| category.code() == code)
    }

    /// By what the roll calls the object.
    pub(crate) fn of(object: &str) -> Self {
        let object = fold(object);
        let words = [
            (Self::AgriculturalLand, ["agricol", "arabil"].as_slice()),
            (Self::BuildingLand, ["intravilan", "constructii locative"].as_slice()),
            (Self::Garden, ["gradin"].as_slice()),
            (Self::Orchard, ["vie", "livad", "livezi"].as_slice()),
            (Self::Dwelling, ["locuit", "locativ", "apartament"].as_slice()),
            (Self::Commercial, ["comercial", "magazin", "depozit", "industrial"].as_slice()),
            (Self::Garage, ["garaj"].as_slice()),
        ];
        let found = words.into_iter().find(|(_, words)| words.iter().any(|word| object.contains(word)));
        found.map_or(Self::Other, |(category, _)| category)
    }

    pub(crate) fn levy(self) -> Levy {
        match self {
            Self::AgriculturalLand | Self::BuildingLand | Self::Garden | Self::Orchard => Levy::Land,
            Self::Dwelling | Self::Commercial | Self::Garage => Levy::RealEstate,
            Self::Other => Levy::Other,
        }
    }
}

/// The tax that an object falls under.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Levy {
    Land,
    RealEstate,
    Other,
}

impl Levy {
    pub(crate) const ALL: [Self; 3] = [Self::Land, Self::RealEstate, Self::Other];

    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Land => "land-tax",
            Self::RealEstate => "real-estate-tax",
            Self::Other => "other-tax",
        }
    }
}

/// Small letters without Romanian diacritics, in either way of writing them.
fn fold(text: &str) -> String {
    let plain = |letter: char| match letter {
        'ă' | 'â' => 'a',
        'î' => 'i',
        'ș' | 'ş' => 's',
        'ț' | 'ţ' => 't',
        other => other,
    };
    text.to_lowercase().chars().map(plain).collect()
}

/// `0.0288` in millionths: digits beyond the sixth say nothing. None below zero.
pub(crate) fn millionths(text: &str) -> Option<i64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits: String = part.chars().chain("000000".chars()).take(6).collect();
    let (whole, part): (i64, i64) = (whole.parse().ok()?, digits.parse().ok()?);
    (whole >= 0 && !text.starts_with('-')).then(|| whole.checked_mul(1_000_000)?.checked_add(part)).flatten()
}

/// What a rate is multiplied by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Unit {
    /// Percent of the object's value.
    Percent,
    /// Lei for each hectare.
    PerHectare,
    /// Lei for each object.
    PerObject,
}

impl Unit {
    pub(crate) const ALL: [Self; 3] = [Self::Percent, Self::PerHectare, Self::PerObject];

    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Percent => "percent",
            Self::PerHectare => "lei-per-hectare",
            Self::PerObject => "lei-per-object",
        }
    }
}

/// The rate of a category.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Rate {
    pub(crate) unit: Unit,
    /// As it was entered.
    pub(crate) text: String,
    millionths: i64,
}

impl Rate {
    fn new(unit: Unit, text: &str) -> Option<Self> {
        Some(Self { unit, text: text.to_owned(), millionths: millionths(text)? })
    }

    /// The tax of a year, rounded half up to a ban; none when what it is counted from is not known.
    pub(crate) fn tax(&self, value: Option<Bani>, area: Option<&str>) -> Option<Bani> {
        let rate = i128::from(self.millionths);
        let (product, divisor) = match self.unit {
            Unit::Percent => (i128::from(value.filter(|value| value.0 >= 0)?.0) * rate, 100 * SCALE),
            // Bani of a rate in lei, times hectares.
            Unit::PerHectare => (rate * 100 * i128::from(millionths(area?)?), SCALE * SCALE),
            Unit::PerObject => (rate * 100, SCALE),
        };
        i64::try_from((product + divisor / 2) / divisor).ok().map(Bani)
    }
}

/// The rates that hold for a year.
pub(crate) type Rates = BTreeMap<Category, Rate>;

/// The rates of a year, by what holds on its last day: the council sets them for the whole year, sometimes after it began. Empty when none were set.
pub(crate) fn rates(year: u16) -> Result<Rates, Failure> {
    match settings::table(RATES, Date::of(year, 12, 31)) {
        Ok(rows) => rows.iter().map(|row| read(row.as_slice())).collect(),
        Err(Failure::NotFound) => Ok(Rates::new()),
        Err(other) => Err(other),
    }
}

fn read(row: &[Field]) -> Result<(Category, Rate), Failure> {
    let category = Category::from_code(&row.text("category")?).ok_or_else(|| invalid("category", "type"))?;
    let unit = row.text("unit")?;
    let unit = Unit::ALL.into_iter().find(|one| one.code() == unit).ok_or_else(|| invalid("unit", "type"))?;
    Ok((category, Rate::new(unit, &row.text("rate")?).ok_or_else(|| invalid("rate", "type"))?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_known_by_what_the_roll_calls_them() {
        let of = |object| Category::of(object).code();
        assert_eq!(of("teren agricol"), "agricultural-land");
        assert_eq!(of("Teren intravilan"), "building-land");
        assert_eq!(of("GRĂDINĂ"), "garden");
        assert_eq!(of("vie și livadă"), "orchard");
        assert_eq!(of("casă de locuit"), "dwelling");
        assert_eq!(of("construcţie comercială"), "commercial");
        assert_eq!(of("iaz"), "other-object");
        assert_eq!(Category::ALL.map(|category| Category::from_code(category.code())), Category::ALL.map(Some));
    }

    #[test]
    fn a_tax_is_a_percent_of_the_value_or_so_much_for_each_hectare() {
        let rate = |unit, text| Rate::new(unit, text).unwrap();
        // 0.1 % of 123,456.78 lei is 123.45678 lei.
        assert_eq!(rate(Unit::Percent, "0.1").tax(Some(Bani(12_345_678)), None), Some(Bani(12_346)));
        assert_eq!(rate(Unit::Percent, "0.1").tax(None, Some("1")), None);
        assert_eq!(rate(Unit::Percent, "0.1").tax(Some(Bani(-1)), None), None);
        // 115 lei for each of 0.2974 hectares.
        assert_eq!(rate(Unit::PerHectare, "115").tax(None, Some("0.2974")), Some(Bani(3_420)));
        assert_eq!(rate(Unit::PerHectare, "115").tax(Some(Bani(1)), None), None);
        assert_eq!(rate(Unit::PerObject, "50.5").tax(None, None), Some(Bani(5_050)));
        assert_eq!(Rate::new(Unit::Percent, "-1"), None);
    }

    #[test]
    fn rates_are_read_exactly() {
        assert_eq!(["0.0288", "1", "0.12345678", "0"].map(millionths), [Some(28_800), Some(1_000_000), Some(123_456), Some(0)]);
        assert_eq!([millionths("-0.1"), millionths("x"), millionths("1.x")], [None, None, None]);
    }
}
