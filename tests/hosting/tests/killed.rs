//! The process is killed at two hundred and more points of an import and of a payment, and again and again during a job: nothing is lost, doubled or
//! half-written.

use anyhow::{Context, Result, anyhow, bail};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use vatra_core::bulk::{Came, Plan, STEP_ROWS};
use vatra_core::clock::SystemClock;
use vatra_core::ids::Name;
use vatra_core::register::Entry;
use vatra_core::value::Value;
use vatra_hosting_tests::{House, entries_in};
use vatra_server::app::{App, Options};

const ROLL: &str = include_str!("../data/tax-roll-sculeni.csv");
const ROWS: usize = 300;
const POINTS: u32 = 110;

fn vatra(data: &Path, arguments: &[&str]) -> Command {
    let binary = std::env::var_os("VATRA_BIN").map(PathBuf::from).unwrap_or_else(|| vatra_hosting_tests::target().join("debug/vatra"));
    let mut command = Command::new(binary);
    command.arg("--data").arg(data).args(arguments).env("VATRA_PACKAGES", vatra_hosting_tests::packages());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Runs to the end; what it printed.
fn run(data: &Path, arguments: &[&str]) -> Result<String> {
    let done = vatra(data, arguments).output().context("the vatra binary does not run: build it with `cargo build -p vatra-cli`")?;
    if !done.status.success() {
        bail!("vatra {arguments:?}: {}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    }
    Ok(String::from_utf8(done.stdout)?)
}

/// Starts it and kills it after this long.
fn killed(data: &Path, arguments: &[&str], after: Duration) -> Result<()> {
    let mut child = vatra(data, arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    std::thread::sleep(after);
    child.kill()?;
    child.wait()?;
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        match entry.file_type()? {
            kind if kind.is_dir() => copy(&entry.path(), &target)?,
            kind if kind.is_file() => drop(std::fs::copy(entry.path(), target)?),
            _ => {}
        }
    }
    Ok(())
}

async fn open(data: &Path) -> Result<Arc<App>> {
    Ok(App::open(Options {
        data: data.to_owned(),
        database: None,
        clock: Arc::new(SystemClock),
        engine: vatra_runtime::Config::default(),
        invented: true,
    })
    .await?)
}

async fn entries(app: &App, register: &str) -> Result<Vec<Entry>> {
    entries_in(app, "tax-collector", register).await
}

async fn unbroken(app: &App) -> Result<()> {
    let tenant = app.tenant("sculeni").await?;
    let found = app.verify_audit(&tenant).await?;
    if found.faults.is_empty() { Ok(()) } else { bail!("the trail is broken: {:?}", found.faults) }
}

/// A seeded folder, and a part of the roll.
fn seeded(folder: &Path) -> Result<(PathBuf, PathBuf)> {
    let (data, roll) = (folder.join("seeded"), folder.join("roll.csv"));
    std::fs::write(&roll, ROLL.split_inclusive('\n').take(ROWS + 1).collect::<String>())?;
    run(&data, &["demo", "--seed-only"])?;
    Ok((data, roll))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_is_whole_or_not_at_all() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let (template, roll) = seeded(folder.path())?;
    let file = format!("roll=@{}", roll.display());
    let import = ["act", "sculeni", "tax-collector", "import-roll", "--as", "perceptor", "-F", file.as_str(), "--json"];
    let whole = folder.path().join("whole");
    copy(&template, &whole)?;
    let from = Instant::now();
    let report: serde_json::Value = serde_json::from_str(&run(&whole, &import)?)?;
    let takes = from.elapsed();
    let accepted = report.pointer("/report/accepted").and_then(serde_json::Value::as_u64).context("a report")? as usize;
    assert!(accepted > ROWS / 2);

    let (mut none, mut all) = (0, 0);
    for point in 0..POINTS {
        let data = folder.path().join(format!("killed-{point}"));
        copy(&template, &data)?;
        killed(&data, &import, takes * point / (POINTS - 20))?;
        let app = open(&data).await?;
        let (accounts, imports) = (entries(&app, "accounts").await?, entries(&app, "imports").await?);
        match (accounts.len(), imports.len()) {
            (0, 0) => none += 1,
            (found, 1) if found == accepted => all += 1,
            other => bail!("killed at point {point}, {other:?} remained"),
        }
        unbroken(&app).await?;
        app.close().await;
    }
    assert!(none > 0 && all > 0, "the points did not straddle the commit: {none} before, {all} after");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_is_applied_once() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let (data, roll) = seeded(folder.path())?;
    let file = format!("roll=@{}", roll.display());
    run(&data, &["act", "sculeni", "tax-collector", "import-roll", "--as", "perceptor", "-F", &file, "--json"])?;
    let app = open(&data).await?;
    let owing = |entry: &&Entry| matches!(entry.fields.get("outstanding"), Some(Value::Money(money)) if money.0 > 200_000);
    let account = entries(&app, "accounts").await?.iter().find(owing).context("somebody owes")?.at.id.to_string();
    app.close().await;
    let entry = format!("entry={account}");
    let issue = ["act", "sculeni", "tax-collector", "issue-notice", "--as", "perceptor", "-F", &entry, "-F", "amount=2000,00"];
    let issued = run(&data, &[issue.as_slice(), &["-F", "due-date=2027-12-25", "--json"]].concat())?;
    let issued: serde_json::Value = serde_json::from_str(&issued)?;
    let order = issued.pointer("/report/order").and_then(serde_json::Value::as_str).context("the order's number")?.to_owned();

    let from = Instant::now();
    run(&data, &["mpay", "confirm", &order, "--amount", "1,00", "--payment", "P-whole"])?;
    let takes = from.elapsed();
    for point in 0..POINTS {
        let payment = format!("P-{point}");
        let confirm = ["mpay", "confirm", order.as_str(), "--amount", "1,00", "--payment", payment.as_str()];
        killed(&data, &confirm, takes * point / (POINTS - 20))?;
        // MPay was not answered: it tells again.
        if point % 2 == 0 {
            run(&data, &confirm)?;
        }
    }
    let app = open(&data).await?;
    app.deliver_due().await?;
    let tenant = app.tenant("sculeni").await?;
    let payments = app.store.snapshot(tenant.id).await?.payments(&order).await?;
    let told: i64 = payments.iter().map(|payment| payment.amount.0).sum();
    let evens = (0..POINTS).filter(|point| point % 2 == 0).map(|point| format!("P-{point}"));
    for expected in evens {
        assert_eq!(payments.iter().filter(|payment| payment.id == expected).count(), 1, "{expected} is lost or doubled");
    }
    assert!(app.store.inbox_open(tenant.id).await?.is_empty(), "events wait for ever");
    let on_account =
        entries(&app, "accounts").await?.into_iter().find(|entry| entry.at.id.to_string() == account).context("the account")?;
    assert_eq!(on_account.fields.get("paid-mpay").and_then(Value::number), Some(told), "the account shows what was paid, once");
    unbroken(&app).await
}

/// Steps of the job that is killed.
const STEPS: usize = 3_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_goes_on_where_it_was_and_repeats_nothing() -> Result<()> {
    let house = House::open().await?;
    house.install(&house.sculeni, "worker").await?;
    let cursor = format!("0/{STEPS}");
    let report = house.report(&house.sculeni, "worker", "start", &[("name", "count"), ("cursor", &cursor)], None).await?;
    let id = report["job"].as_str().context("a job")?.parse()?;
    house.app.close().await;
    let data = house.folder.path().join("data");
    let (mut within, mut seen) = (0, 0);
    let job = loop {
        // Some of them before it is ready, most of them within a step or between two.
        let more = u64::from(within) * 37 % 400;
        killed(&data, &["serve", "--listen", "127.0.0.1:0"], Duration::from_millis(300 + more))?;
        let app = open(&data).await?;
        let job = app.store.snapshot(house.sculeni.id).await?.job(id).await?.context("the job")?;
        let lines = entries_in(&app, "worker", "worker-lines").await?;
        assert_eq!((lines.len(), job.done), (job.steps as usize, u64::from(job.steps)), "its writes and its cursor are of one step");
        unbroken(&app).await?;
        app.close().await;
        within += u32::from(job.steps > seen && job.standing.is_open());
        seen = job.steps;
        if !job.standing.is_open() {
            break job;
        }
    };
    assert!(within >= 3, "it was killed {within} times on its way");
    assert_eq!((job.standing, job.steps as usize), (vatra_core::jobs::Standing::Finished, STEPS));
    let app = open(&data).await?;
    let mut made: Vec<String> = entries_in(&app, "worker", "worker-lines")
        .await?
        .iter()
        .map(|entry| if let Some(Value::Text(text)) = entry.fields.get("what") { text.clone() } else { String::new() })
        .collect();
    made.sort();
    made.dedup();
    assert_eq!(made.len(), STEPS, "each step once");
    let told = entries_in(&app, "worker", "worker-told").await?.len() + app.store.inbox_open(house.sculeni.id).await?.len();
    assert_eq!(told, 1, "and its end once");
    Ok(())
}

/// Entries that an action is performed on, twenty to a step.
const MARKED: usize = 1_200;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_action_on_many_goes_on_where_it_was() -> Result<()> {
    let house = House::open().await?;
    house.install(&house.sculeni, "worker").await?;
    house.report(&house.sculeni, "worker", "start", &[("name", "count"), ("cursor", &format!("0/{MARKED}"))], None).await?;
    while house.app.step_due().await? > 0 {}
    let lines = entries_in(&house.app, "worker", "worker-lines").await?;
    assert_eq!(lines.len(), MARKED);
    house.app.deliver_due().await?;
    let told_before = entries_in(&house.app, "worker", "worker-told").await?.len();
    let plan = Plan {
        action: Name::new("mark")?,
        register: Name::new("worker-lines")?,
        parameters: vec![("what".into(), "marked".into())],
        label: "Mark".into(),
        next: 0,
        total: MARKED as u32,
    };
    let ctx = house.context(&house.sculeni, "worker").await?;
    let entries = lines.iter().map(|line| line.at.id).collect();
    let id = house.app.start_bulk(&ctx, plan, entries, None).await.map_err(|error| anyhow!("{error}"))?;
    house.app.close().await;

    let data = house.folder.path().join("data");
    let marks = |told: &[Entry]| -> Vec<String> {
        let what = |entry: &Entry| if let Some(Value::Text(text)) = entry.fields.get("what") { text.clone() } else { String::new() };
        told.iter().map(what).filter(|text| text.ends_with(" marked")).collect()
    };
    let (mut kills, mut within, mut seen) = (0u64, 0, 0);
    loop {
        kills += 1;
        killed(&data, &["serve", "--listen", "127.0.0.1:0"], Duration::from_millis(300 + kills * 37 % 400))?;
        let app = open(&data).await?;
        let mut snapshot = app.store.snapshot(house.sculeni.id).await?;
        let job = snapshot.job(id).await?.context("the job")?;
        let done = snapshot.bulk_count(id, Came::Done).await?;
        let rows = snapshot.bulk_rows(id, None, 0, MARKED as u32).await?;
        drop(snapshot);
        let mut made = marks(&entries_in(&app, "worker", "worker-told").await?);
        let all = made.len() as u64;
        made.sort();
        made.dedup();
        assert_eq!(made.len() as u64, all, "no entry twice");
        // What the report says is done is done, and nothing beyond the step that was under way.
        assert_eq!((rows.len(), job.done), (MARKED, done));
        assert!(rows.iter().all(|row| (row.came == Came::Done) == (u64::from(row.place) < done)), "the report has no holes");
        assert!((done..=done + u64::from(STEP_ROWS)).contains(&all), "{all} of which the report knows {done}");
        unbroken(&app).await?;
        let open = job.standing.is_open();
        within += u32::from(open && all > done);
        assert!(!open || done >= seen, "nothing is undone");
        seen = done;
        if !open {
            assert_eq!((job.standing, done, all), (vatra_core::jobs::Standing::Finished, MARKED as u64, MARKED as u64));
            let told = entries_in(&app, "worker", "worker-told").await?.len() + app.store.inbox_open(house.sculeni.id).await?.len();
            assert!(told >= told_before + MARKED, "none lost");
            app.close().await;
            break;
        }
        app.close().await;
        assert!(kills < 500, "it never ends: {done} after {kills} kills");
    }
    assert!(within >= 1, "it was killed {kills} times and never in mid-step");
    Ok(())
}
