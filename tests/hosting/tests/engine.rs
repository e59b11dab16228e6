//! Places, budgets and changes: who waits, who is told to come back, and what a running host obeys at once.

use anyhow::{Context, Result, anyhow};
use async_trait::async_trait;
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Semaphore;
use vatra_core::audit::{AuditEntry, AuditKind};
use vatra_core::call::{Channel, Tenant};
use vatra_core::ids::Name;
use vatra_core::manifest::Language;
use vatra_core::providers::{DataAnswer, DataExchange, DataRequest, ProviderError};
use vatra_core::store::AuditFilter;
use vatra_core::view::{Block, Words};
use vatra_hosting_tests::fixture::Fixture;
use vatra_hosting_tests::{House, package};
use vatra_runtime::{CallError, Config};
use vatra_server::app::{By, Shown};
use vatra_server::commands::{self, Command};

/// A data holder that answers when it is told to.
struct Slow(Semaphore);

#[async_trait]
impl DataExchange for Slow {
    async fn ask(&self, _: &DataRequest) -> Result<Option<DataAnswer>, ProviderError> {
        let permit = self.0.acquire().await.map_err(|_| ProviderError::Refused { service: "mconnect", cause: "closed".into() })?;
        permit.forget();
        Ok(None)
    }
}

async fn house(engine: Config) -> Result<(Arc<House>, Arc<Slow>)> {
    let house = Arc::new(House::with(engine).await?);
    let slow = Arc::new(Slow(Semaphore::new(0)));
    house.app.runtime.offer_exchange(slow.clone());
    Ok((house, slow))
}

fn texts(shown: &Shown) -> String {
    let text = |block: &Block| if let Block::Text(Words::Plain(text)) = block { Some(text.clone()) } else { None };
    shown.screen.blocks.iter().filter_map(text).collect::<Vec<_>>().join("|")
}

async fn rows(house: &House, tenant: &Tenant, kind: AuditKind) -> Result<Vec<AuditEntry>> {
    let filter = AuditFilter { kinds: vec![kind], limit: 1_000, ..AuditFilter::default() };
    Ok(house.app.store.audit_rows(tenant.id, &filter).await?.into_iter().map(|row| row.entry).collect())
}

/// Until so many calls run or wait.
async fn settled(house: &House, load: (usize, usize)) -> Result<()> {
    for _ in 0..1_000 {
        if house.app.runtime.load() == load {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    Err(anyhow!("the load is {:?}, not {load:?}", house.app.runtime.load()))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_host_call_that_hangs_ends_with_the_wall_clock() -> Result<()> {
    let mut engine = Config::default();
    engine.limits.wall_clock = 200;
    let (house, _slow) = house(engine).await?;
    house.install(&house.sculeni, "asker").await?;
    let ended = house.show(&house.sculeni, "asker", "ask", &[]).await?.err().context("it ended")?;
    assert_eq!(ended.code(), "over-budget:wall-clock");
    let stopped = rows(&house, &house.sculeni, AuditKind::Stopped).await?;
    let [row] = &stopped[..] else { anyhow::bail!("one row: {stopped:?}") };
    assert_eq!(serde_json::from_str::<serde_json::Value>(&row.detail)?, json!({ "reason": "over-budget:wall-clock", "limit": 200 }));
    let explained = commands::run(&house.app, Command::Explain { request: row.call.to_string() }).await;
    assert!(explained.text.contains("vatra plugin budget sculeni asker --set wall-clock="), "{}", explained.text);
    assert!(explained.text.contains("most of it waiting for storage and services"), "{}", explained.text);
    settled(&house, (0, 0)).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_every_place_is_taken_calls_wait_and_then_are_told_to_come_back() -> Result<()> {
    let engine = Config { concurrency: 4, per_municipality: 2, queue_ms: 300, queue_length: 1, ..Config::default() };
    let (house, slow) = house(engine).await?;
    house.install(&house.sculeni, "asker").await?;
    house.install(&house.sculeni, "panic").await?;
    house.install(&house.lozova, "echo").await?;
    let ask = || {
        let house = house.clone();
        tokio::spawn(async move { house.show(&house.sculeni, "asker", "ask", &[]).await })
    };
    let held = [ask(), ask()];
    settled(&house, (2, 0)).await?;
    let waiting = ask();
    settled(&house, (2, 1)).await?;
    // The queue is full: told at once, and nothing was begun.
    let begun = rows(&house, &house.sculeni, AuditKind::ActionBegun).await?.len();
    let refused = house.act(&house.sculeni, "panic", "keep", &[], None).await?.err().context("it was refused")?;
    assert!(matches!(refused, CallError::Busy { retry_after_s: 1.. }), "{refused}");
    assert_eq!(rows(&house, &house.sculeni, AuditKind::ActionBegun).await?.len(), begun);
    // Another municipality has its places.
    let shown = house.show(&house.lozova, "echo", "home", &[]).await?.map_err(|error| anyhow!("{error}"))?;
    assert!(texts(&shown).ends_with("calls: 1"));
    // Whoever waited too long is told the same; whoever waits until a place comes free is served.
    let ended = waiting.await??.err().context("it gave up")?;
    assert_eq!(ended.code(), "busy");
    let waiting = ask();
    settled(&house, (2, 1)).await?;
    slow.0.add_permits(3);
    for call in held.into_iter().chain([waiting]) {
        let shown = call.await??.map_err(|error| anyhow!("{error}"))?;
        assert_eq!(texts(&shown), "not-found");
    }
    settled(&house, (0, 0)).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_municipality_at_full_load_leaves_the_others_their_places() -> Result<()> {
    let mut engine = Config { queue_ms: 60_000, ..Config::default() };
    engine.limits.cpu = 400;
    engine.limits.wall_clock = 60_000;
    let (house, _slow) = house(engine).await?;
    house.install_bytes(&house.sculeni, &Fixture::named("loop")?.package()?).await?;
    house.install(&house.lozova, "echo").await?;
    let spin = || {
        let house = house.clone();
        tokio::spawn(async move { house.show(&house.sculeni, "loop", "home", &[]).await })
    };
    let spinning: Vec<_> = (0..40).map(|_| spin()).collect();
    settled(&house, (32, 8)).await?;
    for _ in 0..100 {
        let shown = house.show(&house.lozova, "echo", "home", &[]).await?.map_err(|error| anyhow!("{error}"))?;
        assert!(texts(&shown).ends_with("calls: 1"));
    }
    let (running, _) = house.app.runtime.load();
    assert!(running > 0, "the load was over before the neighbour was done: nothing was tried");
    for call in spinning {
        let ended = call.await??.err().context("it ended")?;
        assert_eq!(ended.code(), "over-budget:cpu");
    }
    assert_eq!(rows(&house, &house.sculeni, AuditKind::Stopped).await?.len(), 40);
    Ok(())
}

#[tokio::test]
async fn budgets_are_adjusted_within_ceilings_and_stay_with_the_module() -> Result<()> {
    let (house, _slow) = house(Config::default()).await?;
    let greedy = Fixture::named("memory")?.package()?;
    let module = house.install_bytes(&house.sculeni, &greedy).await?;
    let swell = async || anyhow::Ok(house.show(&house.sculeni, "memory", "home", &[]).await?.err().context("it ended")?.to_string());
    assert!(swell().await?.contains(&(128u64 << 20).to_string()));
    let set = async |code: &str, value: Option<u64>| {
        house.app.set_budgets(&house.sculeni, &module, &BTreeMap::from([(code.to_owned(), value)]), By::OPERATOR).await
    };
    set("memory", Some(16 << 20)).await?;
    assert!(swell().await?.contains(&(16u64 << 20).to_string()), "the next call has the new budget");
    assert!(set("memory", Some(1 << 40)).await.is_err());
    assert!(set("memory", Some(0)).await.is_err());
    assert!(set("patience", Some(1)).await.is_err());
    house.install_bytes(&house.sculeni, &greedy).await?;
    assert!(swell().await?.contains(&(16u64 << 20).to_string()), "another version has it too");
    set("memory", None).await?;
    assert!(swell().await?.contains(&(128u64 << 20).to_string()));
    let used = house.app.runtime.in_use(Some(house.sculeni.id));
    let usage = used.iter().find(|one| one.module == module).context("it was used")?.usage;
    assert_eq!((usage.calls, usage.failed, usage.over_budget, usage.running), (4, 4, 4, 0));
    let top = commands::run(&house.app, Command::PluginTop { municipality: Some("sculeni".into()) }).await;
    assert!(top.code == 0 && top.text.contains("memory"), "{}", top.text);
    Ok(())
}

#[tokio::test]
async fn names_that_somebody_made_up_leave_nothing_behind() -> Result<()> {
    let (house, _slow) = house(Config::default()).await?;
    house.install(&house.sculeni, "asker").await?;
    for number in 0..50 {
        let ended = house.show(&house.sculeni, &format!("made-up-{number}"), "home", &[]).await?.err().context("it ended")?;
        assert_eq!(ended.code(), "not-found");
    }
    assert_eq!(house.app.runtime.installs_known(), 1);
    Ok(())
}

/// What was read before a change is never kept after it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_revocation_holds_from_the_moment_it_is_made() -> Result<()> {
    let (house, slow) = house(Config::default()).await?;
    slow.0.add_permits(1_000_000);
    house.install(&house.sculeni, "asker").await?;
    let calls: Vec<_> = (0..4)
        .map(|_| {
            let house = house.clone();
            tokio::spawn(async move {
                loop {
                    let _ = house.show(&house.sculeni, "asker", "ask", &[]).await;
                }
            })
        })
        .collect();
    for round in 0..60 {
        for revoked in [true, false] {
            house.set_revoked(&house.sculeni, "asker", "mconnect", revoked).await?;
            let shown = house.show(&house.sculeni, "asker", "ask", &[]).await?.map_err(|error| anyhow!("{error}"))?;
            let wanted = if revoked { "denied mconnect revoked " } else { "not-found" };
            assert_eq!(texts(&shown), wanted, "round {round}");
        }
    }
    calls.iter().for_each(tokio::task::JoinHandle::abort);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_in_flight_end_on_the_version_that_they_began_with() -> Result<()> {
    let (house, slow) = house(Config::default()).await?;
    let module = house.install(&house.sculeni, "asker").await?;
    let before = house.app.runtime.binding(house.sculeni.id, &module).await.map_err(|error| anyhow!("{error}"))?;
    let asking = {
        let house = house.clone();
        tokio::spawn(async move { house.show(&house.sculeni, "asker", "ask", &[]).await })
    };
    settled(&house, (1, 0)).await?;
    // Another version: the same component with one custom section more.
    let mut bytes = package("asker")?;
    bytes.extend_from_slice(&[0, 3, 2, b'v', b'2']);
    house.app.install(&house.sculeni, &bytes, By::OPERATOR).await?;
    let after = house.app.runtime.binding(house.sculeni.id, &module).await.map_err(|error| anyhow!("{error}"))?;
    assert_ne!(before.digest, after.digest);
    slow.0.add_permits(2);
    let shown = asking.await??.map_err(|error| anyhow!("{error}"))?;
    assert_eq!(texts(&shown), "not-found", "the call in flight was dropped");
    let shown = house.show(&house.sculeni, "asker", "ask", &[]).await?.map_err(|error| anyhow!("{error}"))?;
    assert_eq!(texts(&shown), "not-found");
    Ok(())
}

/// Two hosts on one database: what one is told, the other obeys.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_on_one_host_is_obeyed_by_another() -> Result<()> {
    let database = vatra_storage::testing::TestPostgres::shared()?.database().await?;
    let one = House::on_database(database.clone()).await?;
    let module = one.install(&one.sculeni, "asker").await?;
    let (other, _folder) = one.beside(database).await?;
    other.make_ready().await?;
    let ana = other.official(&one.sculeni, "ana").await?;
    let denied = async || {
        let ctx = other.context(&one.sculeni, &module, &ana, Channel::Portal, Language::Ro);
        let shown = other.show(&ctx, "ask", &Vec::new()).await.map_err(|error| anyhow!("{error}"))?;
        anyhow::Ok(texts(&shown).starts_with("denied"))
    };
    assert!(!denied().await?);
    one.app.set_revoked(&one.sculeni, &module, &Name::new("mconnect")?, true, By::OPERATOR).await?;
    for _ in 0..500 {
        if denied().await? {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    Err(anyhow!("the other host never heard of it"))
}

#[tokio::test]
async fn a_hundred_pages_of_one_municipality_do_not_stand_before_one_of_another() -> Result<()> {
    let house = House::open().await?;
    let query = vec![("code".to_owned(), "p-1".to_owned())];
    for tenant in [&house.sculeni, &house.lozova] {
        house.install(tenant, "lookup").await?;
        let who = house.app.official(tenant, "ana").await?.person.to_string();
        house.report(tenant, "lookup", "add", &[("code", "p-1"), ("who", &who)], None).await?;
        house.show(tenant, "lookup", "home", &[("code", "p-1")]).await??;
    }
    let ended = Arc::new(Mutex::new(Vec::new()));
    let (busy, quiet) = (house.context(&house.sculeni, "lookup").await?, house.context(&house.lozova, "lookup").await?);
    let mut all = Vec::new();
    // Each reads, computes, and waits for its row in the trail. On one thread all would be begun in the order of coming.
    for ctx in std::iter::repeat_n(busy, 100).chain([quiet]) {
        let (app, ended, id, query) = (house.app.clone(), ended.clone(), ctx.tenant.id, query.clone());
        all.push(tokio::spawn(async move {
            let shown = app.show(&ctx, "home", &query).await;
            ended.lock().unwrap_or_else(PoisonError::into_inner).push(id);
            shown.map(|_| ())
        }));
    }
    for page in all {
        page.await?.map_err(|error| anyhow!("{error}"))?;
    }
    let ended = ended.lock().unwrap_or_else(PoisonError::into_inner);
    let place = ended.iter().position(|id| *id == house.lozova.id);
    assert!(place.is_some_and(|place| place < 20), "shown as number {place:?} of {}", ended.len());
    Ok(())
}
