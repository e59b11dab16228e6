//! Measures the audit trail: one row about one person a call, durable when it returns, by 1 to 256 writers over 900 municipalities, on SQLite
//! (WAL, synchronous FULL) and PostgreSQL (fsync and synchronous_commit on). CPU is that of this process and all that it started.
//!
//! `cargo run --workspace --example audit_bench [ROWS] [TENANTS]`
#![allow(clippy::print_stdout, clippy::expect_used, clippy::indexing_slicing)]

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant as Timer};
use vatra_core::audit::{AuditEntry, AuditKind};
use vatra_core::call::{Channel, Tenant};
use vatra_core::clock::Instant;
use vatra_core::ids::{CallId, Name, SubjectId, TenantId};
use vatra_core::store::{Municipal, Platform};
use vatra_storage::testing::TestPostgres;
use vatra_storage::{Config, DatabaseUrl, Storage, open};

fn look() -> AuditEntry {
    AuditEntry {
        at: Instant(1_790_000_000_000),
        kind: AuditKind::Look,
        call: CallId::fresh(),
        actor: Some(SubjectId::fresh()),
        channel: Channel::Counter,
        module: Name::new("tax-collector").ok(),
        what: "population-register".into(),
        detail: r#"{"operation":"person-by-idnp"}"#.into(),
        legal_basis: "Codul fiscal, art. 161".into(),
        about: vec![SubjectId::fresh()],
    }
}

/// Seconds of processor time, by program, of this process and of all that it started.
fn processor_time() -> HashMap<String, f64> {
    let mut all: HashMap<u32, (u32, String, f64)> = HashMap::new();
    for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Ok(stat) = std::fs::read_to_string(entry.path().join("stat")) else { continue };
        let (Some((pid, _)), Some((start, rest))) = (stat.split_once(' '), stat.rsplit_once(") ")) else { continue };
        let fields: Vec<&str> = rest.split(' ').collect();
        let number = |place: usize| fields.get(place).and_then(|text| text.parse::<u32>().ok()).unwrap_or(0);
        let name = start.split_once('(').map_or("", |(_, name)| name);
        let ticks = f64::from(number(11)) + f64::from(number(12));
        all.insert(pid.parse().unwrap_or(0), (number(1), name.to_owned(), ticks / 100.0));
    }
    let own = std::process::id();
    let mut out = HashMap::new();
    for (pid, (_, name, seconds)) in &all {
        let mut up = *pid;
        while up > 1 && up != own {
            up = all.get(&up).map_or(0, |(parent, _, _)| *parent);
        }
        if up == own {
            *out.entry(if *pid == own { "host".to_owned() } else { name.clone() }).or_insert(0.0) += seconds;
        }
    }
    out
}

async fn measure(storage: &Storage, tenants: &Arc<Vec<TenantId>>, writers: usize, rows: usize) {
    let next = Arc::new(AtomicUsize::new(0));
    let (before, timer) = (processor_time(), Timer::now());
    let mut tasks = tokio::task::JoinSet::new();
    for writer in 0..writers {
        let (storage, tenants, next) = (storage.clone(), Arc::clone(tenants), Arc::clone(&next));
        tasks.spawn(async move {
            let mut times = Vec::with_capacity(rows / writers);
            while next.fetch_add(1, Ordering::Relaxed) < rows {
                let tenant = tenants[(times.len() * 7_919 + writer * 104_729) % tenants.len()];
                let timer = Timer::now();
                storage.audit(tenant, vec![look()]).await.expect("a row");
                times.push(timer.elapsed());
            }
            times
        });
    }
    let mut times: Vec<Duration> = tasks.join_all().await.into_iter().flatten().collect();
    let (seconds, after) = (timer.elapsed().as_secs_f64(), processor_time());
    times.sort_unstable();
    let at = |share: usize| times[(times.len() * share / 100).min(times.len() - 1)].as_secs_f64() * 1_000.0;
    let spent = |name: &str| {
        let one = |all: &HashMap<String, f64>| all.get(name).copied().unwrap_or(0.0);
        (one(&after) - one(&before)) / rows as f64 * 1_000_000.0
    };
    let (host, server) = (spent("host"), spent("postgres"));
    let rate = rows as f64 / seconds;
    println!("{writers:8} {rate:10.0} {:9.3} {:9.3} {host:12.1} {server:14.1}", at(50), at(99));
}

async fn all(name: &str, database: DatabaseUrl, rows: usize, tenants: usize) {
    let folder = tempfile::tempdir().expect("a folder");
    let checkpoints = cap_std::fs::Dir::open_ambient_dir(folder.path(), cap_std::ambient_authority()).expect("the folder");
    let database = if let DatabaseUrl::Sqlite(_) = database { DatabaseUrl::Sqlite(folder.path().join("vatra.db")) } else { database };
    let storage = open(Config { database, checkpoints, readers: 4 }).await.expect("storage");
    let mut ids = Vec::with_capacity(tenants);
    for n in 0..tenants {
        let slug = Name::new(format!("home-{n}")).expect("a slug");
        let tenant =
            Tenant { id: TenantId::fresh(), slug, name: String::new(), district: String::new(), cuatm: String::new(), idno: String::new() };
        storage.add_tenant(&tenant).await.expect("a tenant");
        ids.push(tenant.id);
    }
    let ids = Arc::new(ids);
    println!("\n{name}, {tenants} municipalities");
    println!("{:>8} {:>10} {:>9} {:>9} {:>12} {:>14}", "writers", "rows/s", "p50 ms", "p99 ms", "host µs/row", "server µs/row");
    for writers in [1, 8, 64, 256] {
        let rows = if writers == 1 { rows / 20 } else { rows };
        measure(&storage, &ids, writers, rows).await;
    }
    storage.close().await;
}

#[tokio::main(worker_threads = 2)]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let mut number = |otherwise: usize| arguments.next().and_then(|text| text.parse().ok()).unwrap_or(otherwise);
    let (rows, tenants) = (number(50_000), number(900));
    let only = std::env::var("BENCH_DATABASE").unwrap_or_default();
    if only != "postgres" {
        all("SQLite (WAL, synchronous FULL)", DatabaseUrl::Sqlite(std::path::PathBuf::new()), rows, tenants).await;
    }
    if only != "sqlite" {
        let cluster = TestPostgres::durable().expect("a cluster");
        let url = cluster.database().await.expect("a database");
        all("PostgreSQL (fsync and synchronous_commit on)", DatabaseUrl::Postgres(url), rows, tenants).await;
    }
}
