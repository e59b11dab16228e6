//! The invented population as lines, for tests and imports elsewhere: `population_lines people|estates|companies|vehicles|debts csv|json
//! [MUNICIPALITY]` writes to the standard output.

use std::error::Error;
use std::io::Write;
use vatra_emulators::population::{Holder, MUNICIPALITIES, Municipality, Population};

type Row = Vec<(&'static str, String)>;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (what, form) = (arguments.next().unwrap_or_default(), arguments.next().unwrap_or_default());
    let towns: Vec<&Municipality> = match arguments.next() {
        Some(name) => vec![Municipality::find(&name).ok_or("no such municipality: use a slug or a CUATM code")?],
        None => MUNICIPALITIES.iter().collect(),
    };
    let population = Population::default();
    let mut out = std::io::stdout().lock();
    let mut table = csv::Writer::from_writer(Vec::new());
    for (at, row) in towns.into_iter().flat_map(|town| rows(&population, &what, town)).enumerate() {
        match form.as_str() {
            "json" => {
                let fields = row.into_iter().map(|(name, value)| (name.to_owned(), serde_json::Value::from(value)));
                writeln!(out, "{}", serde_json::Value::Object(fields.collect()))?;
            }
            "csv" => {
                if at == 0 {
                    table.write_record(row.iter().map(|(name, _)| name))?;
                }
                table.write_record(row.iter().map(|(_, value)| value))?;
            }
            _ => return Err("the form is csv or json".into()),
        }
    }
    out.write_all(&table.into_inner()?)?;
    Ok(())
}

fn rows(population: &Population, what: &str, town: &Municipality) -> Vec<Row> {
    let people = || population.people_of(town);
    let companies = || (0..population.companies()).filter_map(|number| population.company(number)).filter(|each| each.municipality == town);
    let holders = || people().map(Holder::Person).chain(companies().map(|each| Holder::Company(each.number)));
    let idn = |holder| population.idn(holder).unwrap_or_default();
    let known = |number: Option<u32>| number.and_then(|number| population.idn(Holder::Person(number))).unwrap_or_default();
    match what {
        "people" => people()
            .filter_map(|number| population.person(number))
            .map(|person| {
                let kin = population.kin(person.number).unwrap_or_default();
                let home = population.home(person.number).and_then(|home| population.address(home));
                vec![
                    ("idnp", person.idnp.clone()),
                    ("first_name", person.name.given.clone()),
                    ("last_name", person.name.family.clone()),
                    ("name_ru", format!("{} {}", person.name_ru.given, person.name_ru.family)),
                    ("sex", person.sex.code().to_string()),
                    ("born", person.birth.to_string()),
                    ("died", person.death.map(|day| day.to_string()).unwrap_or_default()),
                    ("father", known(kin.father)),
                    ("mother", known(kin.mother)),
                    ("spouse", known(kin.spouse)),
                    ("address", home.map(|address| address.line()).unwrap_or_default()),
                ]
            })
            .collect(),
        "companies" => companies()
            .map(|company| {
                vec![
                    ("idno", company.idno),
                    ("name", company.name),
                    ("standing", company.standing.words().to_owned()),
                    ("registered", company.registered.to_string()),
                    ("administrator", known(Some(company.administrator))),
                    ("address", company.address.line()),
                ]
            })
            .collect(),
        "estates" => holders()
            .flat_map(|holder| {
                population.estates(holder).into_iter().filter_map(move |estate| {
                    let share = *estate.owners.iter().find(|share| share.holder == holder)?;
                    Some(vec![
                        ("owner", idn(holder)),
                        ("share", format!("{}/{}", share.numerator, share.denominator)),
                        ("cadastral_number", estate.cadastral),
                        ("purpose", estate.purpose.to_owned()),
                        ("square_metres", estate.area.to_string()),
                        ("value_bani", estate.value.0.to_string()),
                    ])
                })
            })
            .collect(),
        "vehicles" => holders()
            .flat_map(|holder| {
                population.vehicles(holder).into_iter().map(move |vehicle| {
                    vec![
                        ("owner", idn(holder)),
                        ("plate", vehicle.plate),
                        ("vin", vehicle.vin),
                        ("model", vehicle.model.to_owned()),
                        ("year", vehicle.year.to_string()),
                    ]
                })
            })
            .collect(),
        "debts" => holders()
            .flat_map(|holder| {
                population.debts(holder).into_iter().map(move |debt| {
                    vec![("owner", idn(holder)), ("budget", debt.budget.to_string()), ("total_bani", debt.total().0.to_string())]
                })
            })
            .collect(),
        _ => Vec::new(),
    }
}
