//! What the emulated institutions know of somebody, as elements. An answer is what the catalogue's paths pick out of it, so that a data set of known
//! elements needs an entry there and nothing here.

use crate::population::{Estate, EstateKind, Holder, Population};
use vatra_core::value::Money;

/// An element of what is known: with a text, or with elements.
pub(super) enum Fact {
    Text(String),
    Parts(Vec<(&'static str, Fact)>),
}

pub(super) type Facts = Vec<(&'static str, Fact)>;

fn text(name: &'static str, text: impl Into<String>) -> (&'static str, Fact) {
    (name, Fact::Text(text.into()))
}

fn parts(name: &'static str, parts: Facts) -> (&'static str, Fact) {
    (name, Fact::Parts(parts))
}

/// `12.05`
fn lei(money: Money) -> String {
    format!("{}.{:02}", money.0 / 100, money.0 % 100)
}

/// Everything about a person or a legal entity; none for those who are not there.
pub(super) fn about(population: &Population, holder: Holder) -> Option<Facts> {
    let mut facts = match holder {
        Holder::Person(number) => person(population, number)?,
        Holder::Company(number) => company(population, number)?,
    };
    let estates = population.estates(holder);
    for (list, one, kind) in [
        ("Lands", "Land", EstateKind::Land),
        ("Buildings", "Building", EstateKind::Building),
        ("Residences", "Residence", EstateKind::Residence),
    ] {
        let of_kind = estates.iter().filter(|estate| estate.kind == kind);
        facts.push(parts(list, of_kind.map(|estate| parts(one, of_estate(estate, holder))).collect()));
    }
    let debts = population.debts(holder).into_iter().map(|debt| {
        let amounts = [("TotalDebt", debt.total()), ("BaseDebt", debt.base), ("PenaltyDebt", debt.penalty), ("FineDebt", debt.fine)];
        let mut one = vec![text("Budget", debt.budget.to_string())];
        one.extend(amounts.map(|(name, amount)| text(name, lei(amount))));
        parts("Debt", one)
    });
    facts.push(parts("Debts", debts.collect()));
    let vehicles = population.vehicles(holder).into_iter().map(|vehicle| {
        parts(
            "Vehicle",
            vec![
                text("RegistrationNumber", vehicle.plate),
                text("VIN", vehicle.vin),
                text("Model", vehicle.model),
                text("Year", vehicle.year.to_string()),
                text("EngineCapacity", vehicle.engine.to_string()),
            ],
        )
    });
    facts.push(parts("Vehicles", vehicles.collect()));
    Some(facts)
}

fn of_estate(estate: &Estate, holder: Holder) -> Facts {
    let mut facts = vec![
        text("CadastralNumber", estate.cadastral.as_str()),
        text("Purpose", estate.purpose),
        text("Area", estate.area.to_string()),
        text("Value", lei(estate.value)),
    ];
    facts.extend(
        estate
            .owners
            .iter()
            .find(|share| share.holder == holder)
            .map(|share| text("Share", format!("{}/{}", share.numerator, share.denominator))),
    );
    facts
}

fn person(population: &Population, number: u32) -> Option<Facts> {
    let person = population.person(number)?;
    let idnp = |number: u32| population.person(number).map(|each| each.idnp).unwrap_or_default();
    let mut facts = vec![
        text("IDNP", person.idnp.as_str()),
        text("FamilyName", person.name.family.as_str()),
        text("GivenName", person.name.given.as_str()),
        text("DateOfBirth", person.birth.to_string()),
        text("Sex", person.sex.code().to_string()),
    ];
    facts.extend(person.death.map(|death| text("DateOfDeath", death.to_string())));
    let kin = population.kin(number)?;
    facts.extend(kin.spouse.map(|spouse| parts("Spouse", vec![text("IDNP", idnp(spouse))])));
    facts.push(parts("Children", kin.children.iter().map(|child| parts("Child", vec![text("IDNP", idnp(*child))])).collect()));
    let registrations = population.registrations(number).unwrap_or_default().into_iter().map(|each| {
        let mut address = vec![
            text("Region", each.address.district),
            text("Locality", each.address.locality),
            text("Street", each.address.street),
            text("House", each.address.house),
        ];
        address.extend(each.address.flat.map(|flat| text("Flat", flat)));
        let mut registration = vec![parts("Address", address)];
        registration.extend(each.from.map(|day| text("From", day.to_string())));
        registration.extend(each.until.map(|day| text("Until", day.to_string())));
        parts("Registration", registration)
    });
    facts.push(parts("Registrations", registrations.collect()));
    if let Some(licence) = population.licence(number) {
        facts.extend([
            text("Number", licence.number),
            text("Categories", licence.categories),
            text("IssuedOn", licence.issued.to_string()),
            text("ExpiresOn", licence.expires.to_string()),
        ]);
    }
    let animals = population
        .animals(number)
        .into_iter()
        .map(|each| parts("Animal", vec![text("Species", each.species), text("Count", each.count.to_string())]));
    facts.push(parts("Animals", animals.collect()));
    let patents = population.patents(number).into_iter().map(|each| {
        parts(
            "Patent",
            vec![
                text("Number", each.number),
                text("Activity", each.activity),
                text("ValidFrom", each.from.to_string()),
                text("ValidTo", each.until.to_string()),
            ],
        )
    });
    facts.push(parts("Patents", patents.collect()));
    Some(facts)
}

fn company(population: &Population, number: u32) -> Option<Facts> {
    let company = population.company(number)?;
    let named = |number: u32| population.person(number).map(|each| (each.idnp.clone(), each.full_name())).unwrap_or_default();
    let (idnp, name) = named(company.administrator);
    let founders = company.founders.iter().map(|founder| {
        let (idn, name) = named(*founder);
        parts("Founder", vec![text("IDN", idn), text("FullName", name)])
    });
    Some(vec![
        text("IDNO", company.idno.as_str()),
        text("Name", company.name.as_str()),
        text("LegalForm", company.form.code()),
        text("Status", company.standing.words()),
        text("RegistrationDate", company.registered.to_string()),
        text("Address", company.address.line()),
        parts("Administrator", vec![text("IDNP", idnp), text("FullName", name)]),
        parts("Founders", founders.collect()),
    ])
}

/// Everything about what stands under a cadastral number.
pub(super) fn under(population: &Population, cadastral: &str) -> Option<Facts> {
    let estate = population.estate(cadastral)?;
    let owners = estate.owners.iter().map(|share| {
        let name = match share.holder {
            Holder::Person(number) => population.person(number).map(|each| each.full_name()),
            Holder::Company(number) => population.company(number).map(|each| each.name),
        };
        parts(
            "Owner",
            vec![
                text("IDN", population.idn(share.holder).unwrap_or_default()),
                text("FullName", name.unwrap_or_default()),
                text("Share", format!("{}/{}", share.numerator, share.denominator)),
            ],
        )
    });
    let residents = estate.dwelling.map(|home| population.residents(home)).unwrap_or_default();
    let residents =
        residents.into_iter().filter_map(|number| population.person(number)).map(|each| parts("Resident", vec![text("IDNP", each.idnp)]));
    let mut facts = vec![
        text("CadastralNumber", estate.cadastral.as_str()),
        text("Purpose", estate.purpose),
        text("Area", estate.area.to_string()),
        text("Value", lei(estate.value)),
        parts("Owners", owners.collect()),
        parts("Residents", residents.collect()),
    ];
    facts.extend(estate.address.map(|address| text("Address", address.line())));
    Some(facts)
}
