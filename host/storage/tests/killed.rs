//! Killed at any moment, nothing is lost, doubled or half-written: a child process keeps units of work and records payments until it gets
//! SIGKILL; then the data is looked through.
//!
//! `VATRA_KILLS` says how often (200 on SQLite by default, a quarter of that on PostgreSQL, whose server survives).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::print_stdout)]

mod support;

use rand::Rng;
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Command, Stdio};
use std::time::Duration;
use support::*;
use vatra_core::ids::{EntryId, SubmissionId, TenantId};
use vatra_core::providers::Confirmation;
use vatra_core::store::{Municipal, Recorded};
use vatra_core::value::{Money, Value};
use vatra_storage::{DatabaseUrl, Storage};

/// Entries of one unit.
const ENTRIES: usize = 25;

/// What the child does, in a process of its own; nothing in the ordinary run.
#[tokio::test]
async fn child() {
    let Ok(round) = std::env::var("VATRA_KILLED_ROUND") else { return };
    let text = |name: &str| std::env::var(name).unwrap();
    let database = match std::env::var("VATRA_KILLED_URL") {
        Ok(url) => DatabaseUrl::Postgres(url),
        Err(_) => DatabaseUrl::Sqlite(text("VATRA_KILLED_FILE").into()),
    };
    let tenant = TenantId(text("VATRA_KILLED_TENANT").parse().unwrap());
    let storage = open_at(database, text("VATRA_KILLED_FOLDER").into()).await;
    let verified = storage.verify_audit(tenant).await.unwrap();
    assert!(verified.faults.is_empty(), "{verified:?}");
    say("ready");
    for n in 0.. {
        work(&storage, tenant, &format!("{round}-{n}")).await;
    }
}

/// Straight to the pipe: the test harness keeps `println!` to itself.
fn say(line: &str) {
    let mut out = std::io::stderr().lock();
    writeln!(out, "{line}").unwrap();
    out.flush().unwrap();
}

async fn work(storage: &Storage, tenant: TenantId, name: &str) {
    let mut unit = unit();
    for n in 0..ENTRIES {
        let person = subject(&format!("Pîslaru {name}"), &format!("{name}-{n}"));
        unit.entries.push(account(&format!("{name}-{n}"), &[("taxpayer", Value::Subject(person.id)), ("due", money(100))]));
        unit.subjects.push(person);
    }
    unit.orders.push(order(name, &[60, 40]));
    unit.audit.push(row("import", &[unit.subjects[0].id]));
    unit.submission = Some((SubmissionId::fresh(), name.to_owned()));
    storage.commit(tenant, unit).await.unwrap();
    say(&format!("kept {name}"));
    let told = Confirmation { payment: format!("P-{name}"), number: name.to_owned(), amount: Money(100), paid_at: now(), lines: vec![] };
    // MPay repeats itself until it is answered.
    let (a, b) = tokio::join!(
        storage.record_payment(tenant, &told, row("payment", &[])),
        storage.record_payment(tenant, &told, row("payment", &[])),
    );
    let mut outcomes = [a.unwrap(), b.unwrap()];
    outcomes.sort_by_key(|outcome| *outcome == Recorded::Again);
    assert_eq!(outcomes, [Recorded::New, Recorded::Again]);
    say(&format!("paid {name}"));
    storage.audit(tenant, vec![row("look", &[])]).await.unwrap();
}

/// What the child acknowledged before it died.
#[derive(Default)]
struct Acknowledged {
    kept: BTreeSet<String>,
    paid: BTreeSet<String>,
}

fn kill_one(stage: &Stage, tenant: TenantId, round: usize, acknowledged: &mut Acknowledged) {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["child", "--exact", "--nocapture", "--test-threads=1"]);
    command.env("VATRA_KILLED_ROUND", round.to_string()).env("VATRA_KILLED_TENANT", tenant.to_string());
    command.env("VATRA_KILLED_FOLDER", stage.folder.path());
    match &stage.database {
        DatabaseUrl::Sqlite(path) => command.env("VATRA_KILLED_FILE", path),
        DatabaseUrl::Postgres(url) => command.env("VATRA_KILLED_URL", url),
    };
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap());
    let mut first = String::new();
    lines.read_line(&mut first).unwrap();
    if first.trim() != "ready" {
        lines.read_to_string(&mut first).unwrap();
        panic!("round {round}: the child did not begin: {first}");
    }
    // A unit and its payment take some 20 ms on SQLite; on PostgreSQL a new connection prepares its statements first.
    let longest = if matches!(stage.database, DatabaseUrl::Sqlite(_)) { 60_000 } else { 200_000 };
    std::thread::sleep(Duration::from_micros(rand::thread_rng().gen_range(0..longest)));
    child.kill().unwrap();
    child.wait().unwrap();
    let mut rest = String::new();
    lines.read_to_string(&mut rest).unwrap();
    assert!(!rest.contains("panicked"), "round {round}: {rest}");
    // The last line may be torn.
    for line in rest.split_inclusive('\n').filter(|line| line.ends_with('\n')) {
        match line.trim().split_once(' ') {
            Some(("kept", name)) => acknowledged.kept.insert(name.to_owned()),
            Some(("paid", name)) => acknowledged.paid.insert(name.to_owned()),
            _ => panic!("round {round}: {line}"),
        };
    }
}

async fn count(stage: &Stage, what: &str) -> usize {
    stage.raw_text(&format!("SELECT CAST({what} AS TEXT)")).await.unwrap().parse().unwrap()
}

async fn look_through(stage: &Stage, tenant: TenantId, acknowledged: &Acknowledged) -> usize {
    let storage = open_at(stage.database.clone(), stage.folder.path().into()).await;
    // PostgreSQL's servers finish what the dead child had sent before they notice.
    tokio::time::sleep(Duration::from_millis(300)).await;
    let verified = storage.verify_audit(tenant).await.unwrap();
    assert!(verified.faults.is_empty(), "{verified:?}");
    // All or nothing of each unit.
    let units = count(stage, "(SELECT count(*) FROM submissions)").await;
    assert_eq!(count(stage, "(SELECT count(*) FROM audit WHERE what = 'import')").await, units);
    assert_eq!(count(stage, "(SELECT count(*) FROM audit_about)").await, units);
    assert_eq!(count(stage, "(SELECT count(*) FROM orders)").await, units);
    assert_eq!(count(stage, "(SELECT count(*) FROM order_homes)").await, units);
    for table in ["entries", "entry_versions", "unique_keys", "subjects"] {
        assert_eq!(count(stage, &format!("(SELECT count(*) FROM {table})")).await, units * ENTRIES, "{table}");
    }
    let keys = count(stage, "(SELECT count(DISTINCT field) FROM entry_keys)").await;
    assert_eq!(count(stage, "(SELECT count(*) FROM entry_keys)").await, units * ENTRIES * keys);
    // Numbers without gaps, none twice.
    if units > 0 {
        assert_eq!(count(stage, "(SELECT given FROM counters)").await, units * ENTRIES);
        assert_eq!(count(stage, "(SELECT state FROM registers)").await, units);
        assert_eq!(count(stage, "(SELECT open FROM registers)").await, units * ENTRIES);
    }
    assert_eq!(count(stage, "(SELECT count(DISTINCT number) FROM entries)").await, units * ENTRIES);
    // The search agrees.
    assert_eq!(stage_total(&storage, tenant, "pislaru").await, units * ENTRIES);
    // Each payment once: its order, its event, its audit row.
    let payments = count(stage, "(SELECT count(*) FROM payments)").await;
    assert_eq!(count(stage, "(SELECT count(*) FROM inbox)").await, payments);
    assert_eq!(count(stage, "(SELECT count(*) FROM audit WHERE what = 'payment')").await, payments);
    assert_eq!(count(stage, "(SELECT count(*) FROM orders WHERE paid = 100 AND status = 'paid')").await, payments);
    assert_eq!(count(stage, "(SELECT count(*) FROM orders WHERE paid = 0 AND status = 'active')").await, units - payments);
    // Nothing that was acknowledged is lost.
    let mut snapshot = storage.snapshot(tenant).await.unwrap();
    for name in &acknowledged.kept {
        assert!(snapshot.any_order(name).await.unwrap().is_some(), "unit {name} was acknowledged");
    }
    for name in &acknowledged.paid {
        assert_eq!(snapshot.payments(name).await.unwrap().len(), 1, "payment {name} was acknowledged");
    }
    drop(snapshot);
    storage.close().await;
    units
}

async fn stage_total(storage: &Storage, tenant: TenantId, words: &str) -> usize {
    let query = vatra_core::register::Query { search: Some(words.into()), ..all() };
    let mut snapshot = storage.snapshot(tenant).await.unwrap();
    snapshot.find(&schema(), &query, vatra_core::register::Reach::Host, 0, 1).await.unwrap().total as usize
}

async fn kill_often(stage: Stage, kills: usize) {
    let tenant = stage.tenant("sculeni").await;
    // Nobody else has the file open: every child recovers it from the last one's death.
    stage.storage.close().await;
    let mut acknowledged = Acknowledged::default();
    for round in 0..kills {
        kill_one(&stage, tenant, round, &mut acknowledged);
        if round % 25 == 0 {
            look_through(&stage, tenant, &acknowledged).await;
        }
    }
    let units = look_through(&stage, tenant, &acknowledged).await;
    println!("{kills} kills, {units} units kept, {} of them acknowledged", acknowledged.kept.len());
    assert!(units > kills / 2, "the children came to work: {units} units");
    // And work goes on.
    let storage = open_at(stage.database.clone(), stage.folder.path().into()).await;
    work(&storage, tenant, &format!("after-{}", EntryId::fresh())).await;
}

fn kills() -> usize {
    std::env::var("VATRA_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(200)
}

#[tokio::test]
async fn nothing_is_lost_on_sqlite() {
    if std::env::var("VATRA_KILLED_ROUND").is_err() {
        kill_often(Stage::sqlite().await, kills()).await;
    }
}

#[tokio::test]
async fn nothing_is_lost_on_postgres() {
    if std::env::var("VATRA_KILLED_ROUND").is_err() {
        kill_often(Stage::postgres().await, kills().div_ceil(4)).await;
    }
}
