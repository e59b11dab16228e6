//! The portal as officials have it: a municipality with 100,000 accounts, 100,000 tasks and 50 modules, over HTTP with session and audit; notices in bulk;
//! a workbook of everything.

use crate::child::Process;
use crate::figure::{Figure, Spread};
use crate::{millis, site};
use anyhow::{Context, Result, anyhow, bail};
use serde_json::Value as Json;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use vatra_core::clock::{Clock as _, SystemClock};
use vatra_core::ids::{EntryId, Name, SubjectId, TaskId};
use vatra_core::tasks::{Priority, Standing, Task, TaskChange};
use vatra_core::unit::{NewEntry, Subject, Unit};
use vatra_core::value::{EntryRef, Fields, Money, Value};
use vatra_core::view::{Link, Words};
use vatra_documents::{Renderer, Settings};
use vatra_hosting_tests::{House, package};
use vatra_server::app::{App, Carrier};
use vatra_server::carriers::Maker;

const ENTRIES: usize = 100_000;
const TASKS: usize = 100_000;
const MODULES: usize = 50;
const SURNAMES: [&str; 8] = ["Pîslaru", "Știrbu", "Țurcan", "Căldare", "Moraru", "Rotari", "Gheorghiță", "Munteanu"];

pub(crate) async fn measure() -> Result<Vec<Figure>> {
    let folder = tempfile::tempdir()?;
    let accounts = seed(folder.path()).await?;
    let mut process = Process::start(&["full", &folder.path().to_string_lossy()])?;
    let told = process.says()?;
    let field = |field: &str| told.get(field).and_then(Json::as_str).unwrap_or_default().to_owned();
    let portal = Arc::new(Portal { address: field("url").trim_start_matches("http://").to_owned(), cookie: field("cookie") });

    let mut figures = Vec::new();
    for (name, paths, floor) in [
        ("home, p95 of one user", vec!["/sculeni".to_owned(), "/sculeni?show=all".to_owned()], 20.0),
        (
            "page of a register with a search, p95 of one user",
            ["pislaru", "stirbu", "turcan+ana12", "9256000-0123"]
                .iter()
                .map(|words| format!("/sculeni/tax-collector/accounts?accounts.q={words}"))
                .collect(),
            15.0,
        ),
    ] {
        let spread = portal.sample(&paths, 100)?;
        figures.push(Figure::once("portal", name, "ms", spread.1).floor_of(floor).beside("median", format!("{:.1} ms", spread.0)));
    }
    let posted = portal.posts(&accounts)?;
    figures.push(
        Figure::once("portal", "form post that issues a notice, p95 of one user", "ms", posted.1)
            .floor_of(20.0)
            .beside("median", format!("{:.1} ms", posted.0)),
    );
    figures.push(portal.crowd(200, Duration::from_secs(30))?);
    figures.push(portal.workbook(&process)?);
    drop(process);
    figures.push(notices(2_000, false).await?.floor_of(100.0));
    figures.push(notices(100, true).await?.floor_of(8.0));
    Ok(figures)
}

/// Fills a folder; ids of some accounts.
async fn seed(folder: &Path) -> Result<Vec<String>> {
    let app = site::open(folder, None).await?;
    let tenant = site::municipality(&app, "sculeni", 1).await?;
    let module = site::put(&app, &tenant, "tax-collector").await?;
    let echo = package("echo")?;
    for number in 1..MODULES {
        let other = site::install(&app, &tenant, &site::renamed(&echo, &format!("echo-{number}"))?).await?;
        site::grant(&app, &tenant, &other).await?;
    }
    let mut some = Vec::new();
    for chunk in 0..ENTRIES / 10_000 {
        let mut unit = site::unit(&app, &tenant, &module, "accounts").await?;
        for index in chunk * 10_000..(chunk + 1) * 10_000 {
            let at = account(&mut unit, index)?;
            if index % 200 == 0 {
                some.push(at.id.to_string());
            }
        }
        app.store.commit(tenant.id, unit).await?;
    }
    let (now, role) = (SystemClock.now(), Name::new("tax-collector")?);
    for chunk in 0..TASKS / 10_000 {
        let mut unit = Unit::new(now, None, module.clone());
        for index in chunk * 10_000..(chunk + 1) * 10_000 {
            let due = now.civil_date() + chrono::Days::new((index % 90) as u64);
            unit.tasks.push(TaskChange::Open(Box::new(Task {
                id: TaskId::fresh(),
                module: module.clone(),
                version: 1,
                standing: Standing::Open,
                kind: "look".into(),
                title: Words::Plain(format!("Verificați contul {index}")),
                opens: Link { label: Words::Plain("Contul".into()), screen: "home".into(), parameters: Fields::new() },
                about: None,
                role: role.clone(),
                assignee: None,
                due: Some(due),
                priority: Priority::Normal,
                opened_at: now,
                closed_at: None,
                note: String::new(),
            })));
        }
        app.store.commit(tenant.id, unit).await?;
    }
    app.close().await;
    Ok(some)
}

fn account(unit: &mut Unit, index: usize) -> Result<EntryRef> {
    let id = SubjectId::fresh();
    let surname = SURNAMES.get(index * 7 % 8).context("a name")?;
    unit.subjects.push(Subject { id, company: false, idn: Some(format!("3{index:012}")), name: format!("{surname} Ana{}", index % 977) });
    let owed = Value::Money(Money(10_000 + index as i64));
    let fields = [
        ("account", Value::Text(format!("9256000-{index:06}"))),
        ("taxpayer", Value::Subject(id)),
        ("object", Value::Text("teren intravilan".into())),
        ("cadastral", Value::Cadastral(format!("9256{:06}", index % 1_000_000))),
        ("due", owed.clone()),
        ("paid-before", Value::Money(Money(0))),
        ("paid-mpay", Value::Money(Money(0))),
        ("outstanding", owed),
        ("due-date", Value::Date("2026-09-25".parse()?)),
    ];
    let at = EntryRef { register: Name::new("accounts")?, id: EntryId::fresh() };
    unit.entries.push(NewEntry { at: at.clone(), fields: fields.map(|(name, value)| (name.to_owned(), value)).into() });
    Ok(at)
}

/// A served portal.
struct Portal {
    address: String,
    cookie: String,
}

impl Portal {
    /// One request on a connection of its own: the status, how many bytes came, and how long it took in ms.
    fn ask(&self, request: &str) -> Result<(u16, usize, f64)> {
        let from = Instant::now();
        let mut stream = TcpStream::connect(&self.address)?;
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        stream.write_all(request.as_bytes())?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        let status = answer.get(9..12).and_then(|digits| std::str::from_utf8(digits).ok()?.parse().ok()).context("a status")?;
        Ok((status, answer.len(), millis(from)))
    }

    fn get(&self, path: &str) -> Result<(usize, f64)> {
        let (address, cookie) = (&self.address, &self.cookie);
        match self.ask(&format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n"))? {
            (200, bytes, took) => Ok((bytes, took)),
            (status, ..) => bail!("{path} answered {status}"),
        }
    }

    /// Median and p95 of so many pages, one after the other, once warm.
    fn sample(&self, paths: &[String], count: usize) -> Result<(f64, f64)> {
        for path in paths {
            self.get(path)?;
        }
        percentiles(paths.iter().cycle().take(count).map(|path| Ok(self.get(path)?.1)).collect::<Result<_>>()?)
    }

    fn posts(&self, accounts: &[String]) -> Result<(f64, f64)> {
        let due = (SystemClock.now().civil_date() + chrono::Days::new(30)).format("%d.%m.%Y").to_string();
        let (address, cookie) = (&self.address, &self.cookie);
        let post = |account: &String| -> Result<f64> {
            let body = format!("entry={account}&amount=10%2C00&due-date={due}");
            let request = format!(
                "POST /sculeni/tax-collector/actions/issue-notice HTTP/1.1\r\nHost: {address}\r\nOrigin: http://{address}\r\nSec-Fetch-Site: same-origin\r\n\
                 Cookie: {cookie}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
                body.len()
            );
            match self.ask(&request)? {
                (303, _, took) => Ok(took),
                (status, ..) => bail!("the form was answered with {status}"),
            }
        };
        percentiles(accounts.iter().take(100).map(post).collect::<Result<_>>()?)
    }

    /// So many officials, each looking at something, thinking for 5 s, looking at the next; p95 of what they wait.
    fn crowd(self: &Arc<Self>, officials: usize, during: Duration) -> Result<Figure> {
        let paths = [
            "/sculeni",
            "/sculeni/tax-collector/home",
            "/sculeni/tax-collector/accounts?accounts.q=pislaru",
            "/sculeni/tax-collector/notices",
        ];
        let until = Instant::now() + during;
        let each = (0..officials).map(|official| {
            let portal = Arc::clone(self);
            std::thread::spawn(move || -> Result<Vec<f64>> {
                // They do not come all at once.
                std::thread::sleep(Duration::from_millis((official * 5_000 / officials) as u64));
                let mut waited = Vec::new();
                let mut at = official;
                while Instant::now() < until {
                    let path = paths.get(at % paths.len()).context("a page")?;
                    waited.push(portal.get(path)?.1);
                    at += 1;
                    std::thread::sleep(Duration::from_millis(4_500 + (official * 37 % 1_000) as u64));
                }
                Ok(waited)
            })
        });
        let each: Vec<_> = each.collect();
        let (mut waited, mut errors) = (Vec::new(), Vec::new());
        for one in each {
            match one.join().map_err(|_| anyhow!("an official's thread broke down"))? {
                Ok(found) => waited.extend(found),
                Err(error) => errors.push(format!("{error:#}")),
            }
        }
        let pages = waited.len();
        let (median, p95) = percentiles(waited)?;
        let figure = Figure::once("portal", "200 officials, 5 s of thought between pages, p95", "ms", p95).floor_of(150.0);
        Ok(figure
            .beside("median", format!("{median:.1} ms"))
            .beside("pages", pages.to_string())
            .beside("errors", format!("{} {}", errors.len(), errors.first().cloned().unwrap_or_default())))
    }

    /// Everything as a workbook, and what memory the host took at most.
    fn workbook(&self, process: &Process) -> Result<Figure> {
        let peak = |process: &Process| -> Result<f64> {
            let status = std::fs::read_to_string(format!("/proc/{}/status", process.id()))?;
            let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("the most memory")?;
            Ok(line.trim().trim_end_matches(" kB").trim().parse::<f64>()? / 1_024.0)
        };
        let before = peak(process)?;
        let (bytes, took) = self.get("/sculeni/tax-collector/accounts?export=accounts.xlsx")?;
        let grown = peak(process)? - before;
        let figure = Figure::once("portal", "100,000 rows as a workbook (XLSX)", "s", took / 1_000.0).floor_of(5.0);
        Ok(figure
            .beside("file", format!("{:.1} MiB", bytes as f64 / 1_048_576.0))
            .beside("more memory", format!("{grown:.0} MiB (floor 100)")))
    }
}

fn percentiles(mut samples: Vec<f64>) -> Result<(f64, f64)> {
    samples.sort_by(f64::total_cmp);
    let at = |part: usize| {
        samples.get((samples.len() * part / 100).min(samples.len().saturating_sub(1))).copied().context("nothing was measured")
    };
    Ok((at(50)?, at(95)?))
}

/// Notices of so many accounts by the module's job, on SQLite with durable commits; on paper, too, each made by a worker.
async fn notices(accounts: usize, paper: bool) -> Result<Figure> {
    let house = House::with(vatra_runtime::Config::default()).await?;
    let module = house.install(&house.sculeni, "tax-collector").await?;
    let app: &Arc<App> = &house.app;
    if paper {
        let maker: Arc<dyn Carrier> = Arc::new(Maker::new(app, Renderer::new(Settings::beside_this_program()?), "https://vatra.md")?);
        app.add_carrier(maker);
    }
    let mut unit = site::unit(app, &house.sculeni, &module, "accounts").await?;
    for index in 0..accounts {
        account(&mut unit, index)?;
    }
    app.store.commit(house.sculeni.id, unit).await?;
    let from = Instant::now();
    let mut inputs = vec![("whom", "all-owing"), ("due-date", "25.12.2026"), ("tell", "on")];
    inputs.extend(paper.then_some(("paper", "on")));
    house.report(&house.sculeni, "tax-collector", "issue-notices", &inputs, None).await?;
    while app.step_due().await? > 0 {}
    if paper {
        while app.carry_due().await? > 0 {}
    }
    let seconds = millis(from) / 1_000.0;
    let binding = app.runtime.binding(house.sculeni.id, &module).await.map_err(|error| anyhow!("{error}"))?;
    let schema = binding.manifest.register("notices").context("the register")?;
    let query =
        vatra_core::register::Query { register: schema.name.clone(), all_of: vec![], search: None, sort: vec![], include_closed: true };
    let found = app.store.snapshot(house.sculeni.id).await?.find(schema, &query, vatra_core::register::Reach::Host, 0, 1).await?;
    if found.total != accounts as u64 {
        bail!("{} notices of {accounts}", found.total);
    }
    let name = if paper { "notices in bulk with paper, told" } else { "notices in bulk without paper, told" };
    Ok(Figure::new("portal", name, "/s", Spread::of(vec![accounts as f64 / seconds])?).more_is_better())
}
