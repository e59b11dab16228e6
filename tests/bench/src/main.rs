//! The measured numbers: medians, each with its aim and, where there is one, the plain limit of the same work measured beside it.
#![allow(clippy::print_stdout)]

mod limits;

use anyhow::{Context, Result, anyhow, bail};
use serde_json::json;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use vatra_core::ids::{EntryId, Name, SubjectId};
use vatra_core::unit::{NewEntry, Subject, Unit};
use vatra_core::value::{EntryRef, Fields, Money, Value};
use vatra_hosting_tests::{House, NOON};

const ROLL: &[u8] = include_bytes!("../../hosting/data/tax-roll-sculeni.csv");

/// One measured figure.
struct Figure {
    name: &'static str,
    unit: &'static str,
    median: f64,
    worst: f64,
    runs: usize,
    aim: f64,
    limit: Option<(&'static str, f64)>,
}

fn figure(name: &'static str, unit: &'static str, aim: f64, mut samples: Vec<f64>, limit: Option<(&'static str, f64)>) -> Result<Figure> {
    samples.sort_by(f64::total_cmp);
    let median = *samples.get(samples.len() / 2).context("samples")?;
    let worst = *samples.last().context("samples")?;
    Ok(Figure { name, unit, median, worst, runs: samples.len(), aim, limit })
}

fn millis(from: Instant) -> f64 {
    from.elapsed().as_secs_f64() * 1_000.0
}

#[tokio::main]
async fn main() -> Result<()> {
    let figures = [imports().await?, search().await?, calls().await?, start()?];
    println!("{:<58} {:>12} {:>12} {:>8} {:>6}   plain limit beside it", "figure", "median", "worst", "aim", "runs");
    for figure in &figures {
        let limit = figure.limit.map(|(what, value)| format!("{value:.1} {} {what}", figure.unit)).unwrap_or_default();
        let cell = |value: f64| format!("{value:.1} {}", figure.unit);
        println!(
            "{:<58} {:>12} {:>12} {:>8} {:>6}   {limit}",
            figure.name,
            cell(figure.median),
            cell(figure.worst),
            cell(figure.aim),
            figure.runs
        );
    }
    let rows: Vec<_> = figures
        .iter()
        .map(|figure| {
            json!({
                "figure": figure.name, "unit": figure.unit, "median": figure.median, "worst": figure.worst, "runs": figure.runs,
                "aim": figure.aim, "met": figure.median <= figure.aim,
                "limit": figure.limit.map(|(what, value)| json!({ "of": what, "median": value })),
            })
        })
        .collect();
    println!("{}", json!({ "figures": rows }));
    Ok(())
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
    figure(
        "import of 2,840 rows, one unit of work, SQLite durable",
        "ms",
        500.0,
        samples,
        Some(("to parse and check the file alone", limits::parsing(ROLL)?)),
    )
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
    figure("page of a register of 100,000 entries, searched, audited", "ms", 15.0, samples, None)
}

/// A fresh instance and a trivial call, every budget on.
async fn calls() -> Result<Figure> {
    let house = House::with(vatra_runtime::Config::default()).await?;
    let echo = house.install(&house.sculeni, "echo").await?;
    let ana = house.app.official(&house.sculeni, "ana").await?;
    let ctx = house.app.context(&house.sculeni, &echo, &ana, vatra_core::call::Channel::Portal, vatra_core::manifest::Language::Ro);
    let parameters = Fields::new();
    let mut samples = Vec::new();
    for round in 0..12_000 {
        let from = Instant::now();
        house.app.runtime.render(&ctx, "home", &parameters).await.map_err(|error| anyhow!("{error}"))?;
        if round >= 2_000 {
            samples.push(from.elapsed().as_secs_f64() * 1e6);
        }
    }
    figure("fresh instance and a trivial call, every budget on", "µs", 25.0, samples, None)
}

/// From starting the demo's process, seeded before, to its first page.
fn start() -> Result<Figure> {
    let binary = std::env::var_os("VATRA_BIN").map(PathBuf::from).unwrap_or_else(|| vatra_hosting_tests::target().join("debug/vatra"));
    let folder = tempfile::tempdir()?;
    let demo = || {
        let mut command = Command::new(&binary);
        command.arg("demo").arg("--data").arg(folder.path().join("data")).env("VATRA_PACKAGES", vatra_hosting_tests::packages());
        command
    };
    let seeded = demo().arg("--seed-only").stdout(Stdio::null()).status().with_context(|| format!("{} does not run", binary.display()))?;
    if !seeded.success() {
        bail!("the demo does not seed");
    }
    let mut samples = Vec::new();
    for _ in 0..7 {
        let from = Instant::now();
        let mut child = demo().args(["--listen", "127.0.0.1:0"]).stdout(Stdio::piped()).spawn()?;
        let page = first_page(&mut child);
        samples.push(millis(from));
        child.kill()?;
        child.wait()?;
        page?;
    }
    figure("demo start to the first page", "ms", 1_000.0, samples, None)
}

fn first_page(child: &mut std::process::Child) -> Result<()> {
    let out = child.stdout.take().context("its output")?;
    for line in BufReader::new(out).lines() {
        let line = line?;
        let Some(at) = line.find("http://") else { continue };
        let address = line.get(at + 7..).unwrap_or_default().trim_end_matches('/').split('/').next().unwrap_or_default().to_owned();
        let mut stream = TcpStream::connect(&address).with_context(|| format!("'{address}' in '{line}'"))?;
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        stream.write_all(format!("GET / HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").as_bytes())?;
        let mut page = String::new();
        stream.read_to_string(&mut page)?;
        if !page.starts_with("HTTP/1.1 200") || !page.contains("</html>") {
            bail!("the first page is not one: {}", page.lines().next().unwrap_or_default());
        }
        return Ok(());
    }
    bail!("the demo printed no address")
}
