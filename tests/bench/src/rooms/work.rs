//! A day's work in a town hall: the import of a tax roll, and a page of a large register.

use crate::figure::{Figure, Spread};
use crate::millis;
use anyhow::{Context, Result, anyhow, bail};
use serde_json::json;
use std::time::Instant;
use vatra_core::ids::{EntryId, Name, SubjectId};
use vatra_core::unit::{NewEntry, Subject, Unit};
use vatra_core::value::{EntryRef, Fields, Money, Value};
use vatra_hosting_tests::{House, NOON, package};

const ROLL: &[u8] = include_bytes!("../../../hosting/data/tax-roll-sculeni.csv");

pub(crate) async fn measure() -> Result<Vec<Figure>> {
    Ok(vec![imports().await?, search().await?])
}

/// The roll of 2,840 rows through the module in one unit of work, on SQLite with durable commits.
async fn imports() -> Result<Figure> {
    let mut samples = Vec::new();
    for _ in 0..7 {
        let house = House::with(vatra_runtime::Config::default()).await?;
        house.install(&house.sculeni, "tax-collector").await?;
        house.show(&house.sculeni, "tax-collector", "home", &[]).await?.map_err(|error| anyhow!("{error}"))?;
        let from = Instant::now();
        let report = house.report(&house.sculeni, "tax-collector", "import-roll", &[], Some(("roll", ROLL))).await?;
        samples.push(millis(from));
        if report.get("accepted") != Some(&json!(2761)) {
            bail!("the import went wrong: {report}");
        }
    }
    let figure = Figure::new("work", "import of 2,840 rows, one unit of work, SQLite durable", "ms", Spread::of(samples)?);
    Ok(figure.beside("to parse and check the file alone", format!("{:.0} ms", parsing()?.median)))
}

const SURNAMES: [&str; 8] = ["Pîslaru", "Știrbu", "Țurcan", "Căldare", "Moraru", "Rotari", "Gheorghiță", "Munteanu"];

/// A page of a register of 100,000 entries, by a word without diacritics that finds an eighth of them, at the server.
async fn search() -> Result<Figure> {
    const ENTRIES: usize = 100_000;
    let house = House::with(vatra_runtime::Config::default()).await?;
    let module = house.install(&house.sculeni, "tax-collector").await?;
    let binding = house.app.runtime.binding(house.sculeni.id, &module).await.map_err(|error| anyhow!("{error}"))?;
    let schema = binding.manifest.register("accounts").context("the register")?;
    for chunk in 0..ENTRIES / 10_000 {
        let mut unit = Unit::new(NOON, None, module.clone());
        unit.schemas.insert(schema.name.clone(), schema.clone());
        for index in chunk * 10_000..(chunk + 1) * 10_000 {
            let id = SubjectId::fresh();
            let surname = SURNAMES.get(index * 7 % 8).context("a name")?;
            let name = format!("{surname} Ana{}", index % 977);
            unit.subjects.push(Subject { id, company: false, idn: Some(format!("3{index:012}")), name });
            let fields: Fields = [
                ("account", Value::Text(format!("9256000-{index:06}"))),
                ("taxpayer", Value::Subject(id)),
                ("object", Value::Text("teren intravilan".into())),
                ("cadastral", Value::Cadastral(format!("9256{:06}", index % 1_000_000))),
                ("due", Value::Money(Money(index as i64 * 10))),
                ("outstanding", Value::Money(Money(index as i64 * 10))),
                ("due-date", Value::Date("2026-09-25".parse()?)),
            ]
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
            unit.entries.push(NewEntry { at: EntryRef { register: Name::new("accounts")?, id: EntryId::fresh() }, fields });
        }
        house.app.store.commit(house.sculeni.id, unit).await?;
    }
    let mut samples = Vec::new();
    for words in ["pislaru", "stirbu", "turcan ana12", "caldare", "9256000-0123"].into_iter().cycle().take(50) {
        let from = Instant::now();
        let shown = house.show(&house.sculeni, "tax-collector", "accounts", &[("accounts.q", words)]).await?;
        samples.push(millis(from));
        let shown = shown.map_err(|error| anyhow!("{error}"))?;
        if shown.resolved.tables.values().all(|table| table.rows.is_empty()) {
            bail!("nothing found for {words}");
        }
    }
    Ok(Figure::new("work", "page of a register of 100,000 entries, searched, audited", "ms", Spread::of(samples)?))
}

/// What the import is bounded by: reading the table and checking every cell.
fn parsing() -> Result<Spread> {
    let package = vatra_registry::Package::read(&package("tax-collector")?)?;
    let schema = package.manifest.upload("tax-roll").context("the upload's schema")?;
    let mut samples = Vec::new();
    for _ in 0..7 {
        let from = Instant::now();
        vatra_capabilities::uploads::read_table(schema, "roll.csv", ROLL, String::new())?;
        samples.push(millis(from));
    }
    Spread::of(samples)
}
