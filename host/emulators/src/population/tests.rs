//! Everything fits together: looked at from both ends, for every person, home, parcel, company and vehicle there is.

use super::*;
use chrono::{Datelike, NaiveDate};
use std::collections::{HashMap, HashSet};
use vatra_core::ident::{Idno, Idnp, is_cadastral_number};

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 9, 1).unwrap()
}

fn everyone(population: &Population) -> Vec<Person> {
    (0..population.people()).map(|number| population.person(number).unwrap()).collect()
}

#[test]
fn there_are_people_enough_of_every_age_everywhere() {
    let population = Population::default();
    let all = everyone(&population);
    let living = all.iter().filter(|each| each.death.is_none()).count();
    let minors = all.iter().filter(|each| each.age(today()).is_some_and(|age| age < 18)).count();
    let pensioners = all.iter().filter(|each| each.age(today()).is_some_and(|age| age >= 63)).count();
    assert!(living >= 25_000, "{living}");
    assert!(minors * 10 > living, "{minors} of {living}");
    assert!(pensioners * 10 > living, "{pensioners} of {living}");
    assert!(all.iter().filter_map(|each| each.age(today())).all(|age| age < 106));
    for municipality in &MUNICIPALITIES {
        let numbers = population.people_of(municipality);
        assert!(numbers.len() >= 1_300, "{}", municipality.name);
        assert!(numbers.clone().all(|number| all[number as usize].native == municipality));
    }
}

#[test]
fn it_is_always_the_same_and_another_with_another_seed() {
    let (one, again, other) = (Population::new(1), Population::new(1), Population::new(2));
    let told = |population: &Population, number| {
        let person = population.person(number).unwrap();
        (person.idnp.clone(), person.full_name(), person.birth, population.kin(number), population.estates(Holder::Person(number)))
    };
    for number in (0..one.people()).step_by(97) {
        assert!(told(&one, number) == told(&again, number));
    }
    assert!((0..one.people()).step_by(97).filter(|number| told(&one, *number) == told(&other, *number)).count() == 0);
    // What was given to tests and screenshots must not change with a library or a careless edit.
    let first = Population::default().person(12 * 1_000).unwrap();
    assert_eq!(
        (first.full_name().as_str(), first.idnp.as_str(), first.birth.to_string().as_str()),
        ("Petru Sandu", "2940946878946", "1948-02-11")
    );
}

#[test]
fn identifiers_are_well_formed_and_lead_back() {
    let population = Population::default();
    let mut seen = HashSet::new();
    for person in everyone(&population) {
        assert!(Idnp::new(&person.idnp).is_ok_and(|idnp| idnp.check_digit_fits()));
        assert_eq!(population.by_idnp(&person.idnp), Some(person.number));
        assert_eq!(population.holder(&person.idnp), Some(Holder::Person(person.number)));
        assert!(seen.insert(person.idnp.clone()), "IDNP are unique");
    }
    for number in 0..population.companies() {
        let company = population.company(number).unwrap();
        assert!(Idno::new(&company.idno).is_ok());
        assert_eq!(population.holder(&company.idno), Some(Holder::Company(number)));
        assert!(seen.insert(company.idno));
    }
    for stranger in ["", "29", "2900000000001", "1900000000000", "29000000000o0", "2209043966243", "ș"] {
        assert!(population.holder(stranger).is_none_or(|holder| population.idn(holder).as_deref() == Some(stranger)), "{stranger}");
    }
}

#[test]
fn families_are_families() {
    let population = Population::default();
    let all = everyone(&population);
    let (mut couples, mut widowed, mut fatherless) = (0, 0, 0);
    for person in &all {
        let kin = population.kin(person.number).unwrap();
        assert!(person.death.is_none_or(|death| death > person.birth && death < today()));
        if let Some(spouse) = kin.spouse {
            let theirs = population.kin(spouse).unwrap();
            let spouse = &all[spouse as usize];
            assert_eq!(theirs.spouse, Some(person.number), "marriage is mutual");
            assert_eq!(theirs.children, kin.children, "the couples' children are both's");
            assert!(spouse.sex != person.sex && spouse.name.family.trim_end_matches('a') == person.name.family.trim_end_matches('a'));
            assert!(population.married_on(person.number).is_none_or(|day| day.years_since(person.birth).is_some_and(|age| age >= 17)));
            couples += 1;
            widowed += usize::from(spouse.death.is_some() && person.death.is_none());
        }
        for parent in [kin.father, kin.mother].into_iter().flatten() {
            let parent = &all[parent as usize];
            assert!(population.kin(parent.number).unwrap().children.contains(&person.number));
            let age = person.birth.year() - parent.birth.year();
            assert!((18..=50).contains(&age), "a parent of {age}");
            assert!(parent.death.is_none_or(|death| death > person.birth), "parents live when their children are born");
        }
        if let Some(father) = kin.father {
            assert_eq!(all[father as usize].sex, Sex::Male);
            let same = |a: &str, b: &str| a == b || format!("{a}a") == b;
            assert!(same(&all[father as usize].name.at_birth, &person.name.at_birth), "children bear their father's name");
        }
        fatherless += usize::from(kin.father.is_none() && kin.mother.is_some());
        if let Some(mother) = kin.mother {
            assert_eq!(all[mother as usize].sex, Sex::Female);
            assert!(all[mother as usize].birth.year() + 46 > person.birth.year());
        }
        // Nobody's ancestor or sibling is their spouse.
        assert!(
            kin.spouse.is_none_or(|spouse| !kin.children.contains(&spouse) && kin.father != Some(spouse) && kin.mother != Some(spouse))
        );
        for child in &kin.children {
            let theirs = population.kin(*child).unwrap();
            assert!(theirs.father == Some(person.number) || theirs.mother == Some(person.number));
        }
        let ages: Vec<NaiveDate> = kin.children.iter().map(|child| all[*child as usize].birth).collect();
        assert!(ages.windows(2).all(|pair| (pair[1] - pair[0]).num_days() > 270), "siblings are born apart");
    }
    assert!(couples > 10_000 && widowed > 500 && fatherless > 500, "{couples} {widowed} {fatherless}");
}

#[test]
fn names_are_in_the_right_letters() {
    let latin = |text: &str| text.chars().all(|c| c.is_ascii_alphabetic() || "ăâîșțĂÂÎȘȚ-".contains(c));
    let cyrillic = |text: &str| text.chars().all(|c| ('А'..='я').contains(&c) || "Ёё-".contains(c));
    let mut diacritics = 0;
    for person in everyone(&Population::default()) {
        let Name { given, family, at_birth } = &person.name;
        assert!([given, family, at_birth].iter().all(|part| !part.is_empty() && latin(part)), "{family}");
        let Name { given, family, at_birth } = &person.name_ru;
        assert!([given, family, at_birth].iter().all(|part| !part.is_empty() && cyrillic(part)), "{family}");
        diacritics += usize::from(!person.full_name().is_ascii());
    }
    assert!(diacritics > 5_000, "{diacritics}");
}

#[test]
fn everyone_who_lives_lives_somewhere_and_is_found_there() {
    let population = Population::default();
    let mut found = HashMap::new();
    let mut addresses = HashSet::new();
    for municipality in &MUNICIPALITIES {
        for dwelling in population.dwellings(municipality) {
            for person in population.residents(dwelling) {
                assert_eq!(found.insert(person, dwelling), None, "nobody lives in two homes");
            }
            let address = population.address(dwelling).unwrap();
            assert_eq!(address.municipality, municipality.cuatm);
            assert!(addresses.insert((address.cuatm, address.street, address.house, address.flat)), "addresses are unique");
            let estate = population.estate_of(dwelling).unwrap();
            assert_eq!(estate.dwelling, Some(dwelling));
        }
    }
    let mut moved = 0;
    for person in everyone(&population) {
        let home = population.home(person.number);
        assert_eq!(home, found.get(&person.number).copied());
        assert_eq!(home.is_some(), person.death.is_none(), "the living have a home");
        let Some(home) = home else { continue };
        let registrations = population.registrations(person.number).unwrap();
        assert_eq!(registrations[0].until, None);
        assert_eq!(registrations[0].address, population.address(home).unwrap());
        moved += usize::from(registrations.len() == 2 && registrations[1].address.municipality != registrations[0].address.municipality);
        if person.age(today()).is_some_and(|age| age < 18) {
            let grown = population.residents(home).iter().any(|other| population.person(*other).unwrap().is_adult(today()));
            assert!(grown, "no child lives alone");
        }
    }
    assert!(moved > 300, "{moved}");
}

#[test]
fn land_has_owners_who_live_and_owners_find_their_land() {
    let population = Population::default();
    let mut estates: HashMap<String, Estate> = HashMap::new();
    let holders = (0..population.people()).map(Holder::Person).chain((0..population.companies()).map(Holder::Company));
    let mut with_land = 0;
    for holder in holders {
        let mine = population.estates(holder);
        with_land += usize::from(!mine.is_empty());
        for estate in mine {
            if let Some(known) = estates.get(&estate.cadastral) {
                assert_eq!(known, &estate, "everyone sees the same");
            }
            estates.insert(estate.cadastral.clone(), estate);
        }
    }
    assert!(with_land > 10_000 && estates.len() > 30_000, "{with_land} {}", estates.len());
    for (number, estate) in &estates {
        assert!(is_cadastral_number(number) && number.starts_with(estate.municipality.zone));
        assert_eq!(population.estate(number).as_ref(), Some(estate));
        let parts: u32 = estate.owners.iter().map(|share| share.numerator).sum();
        assert!(estate.owners.iter().all(|share| share.denominator == parts), "the shares make a whole");
        assert!(estate.area > 0 && estate.value.0 > 0);
        for share in &estate.owners {
            if let Holder::Person(person) = share.holder {
                assert!(population.person(person).unwrap().death.is_none(), "the dead own nothing");
            }
            assert!(population.estates(share.holder).contains(estate), "{number} is among its owner's");
        }
    }
    // Every parcel of every municipality was reached from its owners.
    let homes: usize = MUNICIPALITIES.iter().map(|each| population.dwellings(each).count()).sum();
    assert_eq!(estates.values().filter(|estate| estate.dwelling.is_some()).count(), homes);
    assert_eq!(estates.values().filter(|estate| estate.kind == EstateKind::Land).count(), homes * 2);
    for stranger in ["", "9256201", "9256201099", "9256999999", "9256201100.09", "92562o1100", "ș256201100"] {
        assert_eq!(population.estate(stranger), None, "{stranger}");
    }
}

#[test]
fn companies_are_run_by_people_who_are_alive_and_of_age() {
    let population = Population::default();
    for number in 0..population.companies() {
        let company = population.company(number).unwrap();
        let runs = population.person(company.administrator).unwrap();
        assert!(runs.is_adult(today()), "{}", company.name);
        let (administers, _) = population.companies_of(runs.number);
        assert!(administers.contains(&number));
        assert_eq!(company.founders.is_empty(), company.form == Form::Public);
        for founder in &company.founders {
            let person = population.person(*founder).unwrap();
            assert!(person.birth.year() + 18 <= company.registered.year(), "{} was founded by a child", company.name);
            assert!(population.companies_of(*founder).1.contains(&number));
        }
    }
    let hall = population.town_hall(Municipality::find("sculeni").unwrap()).unwrap();
    assert_eq!(population.person(population.company(hall).unwrap().administrator).unwrap().full_name(), "Ion Bejan");
}

#[test]
fn vehicles_and_debts_belong_to_those_who_can_have_them() {
    let population = Population::default();
    let (mut vehicles, mut debtors) = (HashSet::new(), 0);
    let holders = (0..population.people()).map(Holder::Person).chain((0..population.companies()).map(Holder::Company));
    for holder in holders {
        let debts = population.debts(holder);
        debtors += usize::from(!debts.is_empty());
        assert!(debts.windows(2).all(|pair| pair[0].budget < pair[1].budget), "one debt a budget");
        let adult = match holder {
            Holder::Person(person) => population.person(person).unwrap().is_adult(today()),
            Holder::Company(_) => true,
        };
        let mine = population.vehicles(holder);
        assert!(adult || (debts.is_empty() && mine.is_empty()));
        for vehicle in mine {
            assert_eq!(vehicle.vin.len(), 17);
            assert_eq!(population.vehicle(&vehicle.plate).as_ref(), Some(&vehicle));
            assert!(vehicles.insert(vehicle.plate), "plates are unique");
        }
        if let Holder::Person(person) = holder {
            let papers =
                population.licence(person).is_some() || !population.animals(person).is_empty() || !population.patents(person).is_empty();
            assert!(adult || !papers);
        }
    }
    assert!(vehicles.len() > 2_000 && debtors > 3_000, "{} {debtors}", vehicles.len());
    assert_eq!(population.vehicle("AAA AAA").or(population.vehicle("ș")), None);
}

#[test]
fn those_who_sign_in_to_the_demo_are_there() {
    let population = Population::new(77);
    for each in registered() {
        let person = population.person(population.by_idnp(each.idnp).unwrap()).unwrap();
        assert!(person.idnp == each.idnp && person.full_name() == each.name && person.native.slug == each.slug);
        assert!(person.is_adult(today()) && population.home(person.number).is_some());
        assert_eq!(format!("{} {}", person.name_ru.given, person.name_ru.family), each.name_ru);
    }
    // The list of the host's demo, read as text: the crates do not know each other.
    let demo = include_str!("../../../server/src/demo/people.rs");
    let mut seen = 0;
    for line in demo.lines().filter(|line| line.trim_start().starts_with("Person { handle")) {
        let quoted = |field: &str| line.split_once(&format!("{field}: \"")).unwrap().1.split('"').next().unwrap().to_owned();
        assert!(registered().iter().any(|each| each.idnp == quoted("idnp") && each.name == quoted("name")), "{line}");
        seen += 1;
    }
    assert!(seen >= 8, "the demo's people were not found");
}
