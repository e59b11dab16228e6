//! Measures storage on SQLite (or, with `BENCH_DATABASE=postgres`, on a throw-away PostgreSQL): a bulk unit of work of 2,761 entries, and pages of a register of
//! 100,000 entries with searches, sorts and filters, among other municipalities' registers. Prints medians.
//!
//! `cargo run -p vatra-storage --example search_bench [ENTRIES] [OTHER_TENANTS]`
#![allow(clippy::print_stdout, clippy::expect_used, clippy::indexing_slicing)]

use std::collections::BTreeMap;
use std::time::{Duration, Instant as Timer};
use vatra_core::audit::{AuditEntry, AuditKind};
use vatra_core::call::{Channel, Tenant};
use vatra_core::clock::Instant;
use vatra_core::ids::{CallId, EntryId, Name, SubjectId, TenantId};
use vatra_core::register::{Aggregate, Comparison, Condition, Function, Query, Reach, RegisterSchema, Sorting};
use vatra_core::store::{Municipal, Platform};
use vatra_core::unit::{NewEntry, Subject, Unit};
use vatra_core::value::{EntryRef, Fields, Money, Value};
use vatra_storage::testing::TestPostgres;
use vatra_storage::{Config, DatabaseUrl, Storage, open};

const SCHEMA: &str = r#"{"name": "accounts", "numbering": "CF-{year}-{seq:6}", "unique": ["account"], "fields": [
  {"name": "account", "type": "text", "required": true, "indexed": true, "searchable": true},
  {"name": "taxpayer", "type": "subject", "required": true, "searchable": true},
  {"name": "object", "type": "cadastral", "indexed": true, "searchable": true},
  {"name": "street", "type": "text", "personal": true, "searchable": true},
  {"name": "kind", "type": "choice:land|building|other", "indexed": true},
  {"name": "due", "type": "money", "indexed": true},
  {"name": "paid", "type": "money", "indexed": true},
  {"name": "until", "type": "date", "indexed": true}]}"#;
const FIRST: [&str; 12] =
    ["Ion", "Maria", "Ștefan", "Ana", "Vasile", "Elena", "Gheorghe", "Nadejda", "Țurcan", "Ludmila", "Petru", "Iulia"];

fn now() -> Instant {
    Instant(1_790_000_000_000)
}

/// Family names as different as real ones: a few thousand.
fn family(n: usize) -> String {
    const A: [&str; 20] =
        ["Pî", "Ște", "Că", "Bo", "Țîm", "Ro", "Mun", "Gri", "Cio", "Du", "Lu", "Ce", "Ba", "Ne", "Vî", "Ha", "Su", "Tu", "Fra", "Ză"];
    const B: [&str; 20] =
        ["sla", "rbu", "lda", "tna", "ba", "șca", "tea", "go", "ba", "mi", "pu", "bo", "la", "gru", "lcu", "ncu", "rdu", "dor", "sî", "ga"];
    const C: [&str; 12] = ["ru", "ru", "re", "ri", "nu", "escu", "n", "ș", "ția", "liuc", "rean", "iță"];
    format!("{}{}{}", A[n % 20], B[(n / 20) % 20], C[(n / 400) % 12])
}

fn unit(next: &mut usize, schema: &RegisterSchema, count: usize) -> Unit {
    let mut unit = Unit::new(now(), None, Name::new("tax-collector").expect("a name"));
    unit.schemas.insert(schema.name.clone(), schema.clone());
    for _ in 0..count {
        let n = *next;
        *next += 1;
        let id = SubjectId::fresh();
        let name = format!("{} {}", family(n.wrapping_mul(7_919)), FIRST[n % 12]);
        unit.subjects.push(Subject { id, company: false, idn: Some(format!("{:013}", 2_000_000_000_000usize + n)), name });
        let fields: Fields = BTreeMap::from([
            ("account".to_owned(), Value::Text(format!("{:07}", n))),
            ("taxpayer".to_owned(), Value::Subject(id)),
            ("object".to_owned(), Value::Cadastral(format!("92562{:05}", n % 100_000))),
            ("street".to_owned(), Value::Personal(format!("str. {} {}", family(n / 3), n % 90))),
            ("kind".to_owned(), Value::Choice(["land", "building", "other"][n % 3].to_owned())),
            ("due".to_owned(), Value::Money(Money((n as i64 * 7_907) % 900_000))),
            ("paid".to_owned(), Value::Money(Money(0))),
            ("until".to_owned(), Value::Date("2026-09-25".parse().expect("a date"))),
        ]);
        unit.entries.push(NewEntry { at: EntryRef { register: schema.name.clone(), id: EntryId::fresh() }, fields });
    }
    unit.audit.push(row());
    unit
}

fn row() -> AuditEntry {
    AuditEntry {
        at: now(),
        kind: AuditKind::ActionKept,
        call: CallId::fresh(),
        actor: None,
        channel: Channel::Portal,
        module: None,
        what: "bench".into(),
        detail: "{}".into(),
        legal_basis: String::new(),
        about: Vec::new(),
    }
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort();
    times[times.len() / 2].as_secs_f64() * 1_000.0
}

async fn tenant(storage: &Storage, slug: &str) -> TenantId {
    let id = TenantId::fresh();
    let slug = Name::new(slug).expect("a slug");
    let tenant = Tenant { id, slug, name: String::new(), district: String::new(), cuatm: String::new(), idno: String::new() };
    storage.add_tenant(&tenant).await.expect("a tenant");
    id
}

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1).filter_map(|argument| argument.parse::<usize>().ok());
    let entries = arguments.next().unwrap_or(100_000);
    let others = arguments.next().unwrap_or(40);
    let folder = tempfile::tempdir().expect("a folder");
    let checkpoints = cap_std::fs::Dir::open_ambient_dir(folder.path(), cap_std::ambient_authority()).expect("the folder");
    let postgres = std::env::var("BENCH_DATABASE").is_ok_and(|name| name == "postgres").then(TestPostgres::start);
    let database = match &postgres {
        Some(started) => DatabaseUrl::Postgres(started.as_ref().expect("a cluster").database().await.expect("a database")),
        None => DatabaseUrl::Sqlite(folder.path().join("vatra.db")),
    };
    println!("on {}", if postgres.is_some() { "PostgreSQL (without fsync)" } else { "SQLite (WAL, synchronous FULL)" });
    let storage = open(Config { database: database.clone(), checkpoints, readers: 4 }).await.expect("storage");
    let schema: RegisterSchema = serde_json::from_str(SCHEMA).expect("a schema");

    let mut n = 0;
    let mut times = Vec::new();
    for index in 0..others.max(5) {
        let other = tenant(&storage, &format!("other-{index}")).await;
        let unit = unit(&mut n, &schema, 2_761);
        let timer = Timer::now();
        storage.commit(other, unit).await.expect("a commit");
        times.push(timer.elapsed());
    }
    println!("{:50} {:9.2} ms", "commit of 2,761 entries with their people", median(times));

    let home = tenant(&storage, "sculeni").await;
    let (mut n, timer) = (0, Timer::now());
    while n < entries {
        let count = 2_500.min(entries - n);
        let unit = unit(&mut n, &schema, count);
        storage.commit(home, unit).await.expect("a commit");
    }
    println!("{:50} {:9.2} s", format!("filling a register with {entries} entries"), timer.elapsed().as_secs_f64());

    if let DatabaseUrl::Postgres(url) = &database {
        // Autovacuum would, within a minute.
        let pool = sqlx::PgPool::connect(url).await.expect("a connection");
        sqlx::query("VACUUM ANALYZE").execute(&pool).await.expect("statistics");
    }
    let mut times = Vec::new();
    for _ in 0..200 {
        let timer = Timer::now();
        storage.audit(home, vec![row()]).await.expect("a row");
        times.push(timer.elapsed());
    }
    println!("{:50} {:9.3} ms", "one audit row, durable", median(times));

    let by = |name: &str, descending| Sorting { name: name.into(), descending };
    let searched = |words: &str| Some(words.to_owned());
    let equal = Condition { name: "kind".into(), comparison: Comparison::Equal, value: Value::Choice("land".into()) };
    let rare = Condition { name: "account".into(), comparison: Comparison::Equal, value: Value::Text("0004711".into()) };
    let dear = Condition { name: "due".into(), comparison: Comparison::AtLeast, value: Value::Money(Money(890_000)) };
    let cases: Vec<(&str, Query, u64)> = vec![
        ("first page, sorted by name", query(&schema, None, vec![by("taxpayer.name", false)], vec![]), 0),
        ("first page, no sort", query(&schema, None, vec![], vec![]), 0),
        ("page 1,000, sorted by amount, largest first", query(&schema, None, vec![by("due", true)], vec![]), 50_000),
        ("search 'pislaru', sorted by name", query(&schema, searched("pislaru"), vec![by("taxpayer.name", false)], vec![]), 0),
        ("search 'PÎSLARU ion'", query(&schema, searched("PÎSLARU ion"), vec![by("due", true)], vec![]), 0),
        ("search 'pis', sorted by name", query(&schema, searched("pis"), vec![by("taxpayer.name", false)], vec![]), 0),
        ("search 's' (most entries), sorted by name", query(&schema, searched("s"), vec![by("taxpayer.name", false)], vec![]), 0),
        ("search a cadastral number", query(&schema, searched("9256204711"), vec![by("taxpayer.name", false)], vec![]), 0),
        ("search without a match", query(&schema, searched("xyzzy"), vec![by("taxpayer.name", false)], vec![]), 0),
        ("filter by kind, sorted by name", query(&schema, None, vec![by("taxpayer.name", false)], vec![equal.clone()]), 0),
        ("filter by account, sorted by name", query(&schema, None, vec![by("taxpayer.name", false)], vec![rare]), 0),
        (
            "filter by amount and kind, by amount, then name",
            { query(&schema, None, vec![by("due", true), by("taxpayer.name", false)], vec![dear, equal.clone()]) },
            0,
        ),
        ("search 'pislaru' and filter by kind", query(&schema, searched("pislaru"), vec![by("due", false)], vec![equal]), 0),
    ];
    for (name, query, offset) in cases {
        let (mut times, mut total) = (Vec::new(), 0);
        for _ in 0..15 {
            let timer = Timer::now();
            let mut snapshot = storage.snapshot(home).await.expect("a snapshot");
            let page = snapshot.find(&schema, &query, Reach::Host, offset, 50).await.expect("a page");
            total = page.total;
            times.push(timer.elapsed());
        }
        println!("{name:50} {:9.2} ms   of {total}", median(times));
    }
    let mut times = Vec::new();
    let all = query(&schema, None, vec![], vec![]);
    for _ in 0..5 {
        let timer = Timer::now();
        let mut snapshot = storage.snapshot(home).await.expect("a snapshot");
        let sum = Aggregate { function: Function::Sum, name: "due".into() };
        snapshot.summarise(&schema, &all, &["kind".to_owned()], &[sum]).await.expect("sums");
        times.push(timer.elapsed());
    }
    println!("{:50} {:9.2} ms", "sum of amounts by kind", median(times));
    storage.close().await;
}

fn query(schema: &RegisterSchema, search: Option<String>, sort: Vec<Sorting>, all_of: Vec<Condition>) -> Query {
    Query { register: schema.name.clone(), all_of, search, sort, include_closed: false }
}
