//! Hostile modules: each is refused cleanly, nothing of it is kept, and the neighbours notice nothing.

use anyhow::{Result, anyhow};
use vatra_core::view::{Block, Words};
use vatra_hosting_tests::{House, package};
use vatra_runtime::CallError;
use vatra_server::app::{By, Shown};

fn fault<T>(result: Result<T, CallError>) -> String {
    result.err().map(|error| error.code()).unwrap_or_default()
}

fn texts(shown: &Shown) -> Vec<String> {
    let text = |block: &Block| if let Block::Text(Words::Plain(text)) = block { Some(text.clone()) } else { None };
    shown.screen.blocks.iter().filter_map(text).collect()
}

/// The neighbour works, in a memory that nobody used before.
async fn neighbour_is_well(house: &House) -> Result<()> {
    let shown = house.show(&house.lozova, "echo", "home", &[("text", "still here")]).await?.map_err(|error| anyhow!("{error}"))?;
    assert_eq!(texts(&shown), ["still here", "calls: 1"]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_endless_loop_ends_while_others_are_served() -> Result<()> {
    let house = House::open().await?;
    house.install(&house.sculeni, "endless-loop").await?;
    house.install(&house.lozova, "echo").await?;
    neighbour_is_well(&house).await?;
    let spinning = async {
        let (a, b, c) = tokio::join!(
            house.show(&house.sculeni, "endless-loop", "spin", &[]),
            house.act(&house.sculeni, "endless-loop", "spin", &[], None),
            house.show(&house.sculeni, "endless-loop", "spin", &[]),
        );
        anyhow::Ok([fault(a?), fault(b?), fault(c?)])
    };
    let working = async {
        for _ in 0..20 {
            neighbour_is_well(&house).await?;
        }
        anyhow::Ok(())
    };
    let (spun, worked) = tokio::join!(spinning, working);
    worked?;
    // Whichever is spent first: they share the slow lane.
    let spun = spun?;
    assert!(spun.iter().all(|ended| ["over-budget:cpu", "over-budget:wall-clock"].contains(&ended.as_str())), "{spun:?}");
    neighbour_is_well(&house).await
}

#[tokio::test]
async fn memory_is_bounded() -> Result<()> {
    let house = House::open().await?;
    house.install(&house.sculeni, "memory-bomb").await?;
    house.install(&house.lozova, "echo").await?;
    let shown = fault(house.show(&house.sculeni, "memory-bomb", "swell", &[]).await?);
    let acted = fault(house.act(&house.sculeni, "memory-bomb", "swell", &[], None).await?);
    assert_eq!([shown, acted], ["over-budget:memory"; 2]);
    neighbour_is_well(&house).await
}

#[tokio::test]
async fn pages_are_bounded() -> Result<()> {
    let house = House::open().await?;
    house.install(&house.sculeni, "huge-page").await?;
    house.install(&house.lozova, "echo").await?;
    for (screen, query) in [
        ("blocks", vec![("count", "100000")]),
        ("blocks", vec![("count", "600")]),
        ("text", vec![("bytes", "33554432")]),
        ("text", vec![("bytes", "20000")]),
        ("table", vec![("count", "100000")]),
        ("table", vec![("count", "1500")]),
    ] {
        let shown = house.show(&house.sculeni, "huge-page", screen, &query).await?;
        let words = shown.as_ref().err().map(ToString::to_string).unwrap_or_default();
        let ended = fault(shown);
        assert!(
            ["over-budget:view", "over-budget:host-bytes", "over-budget:memory"].contains(&ended.as_str()),
            "{screen} {query:?}: {ended} {words}"
        );
        neighbour_is_well(&house).await?;
    }
    Ok(())
}

#[tokio::test]
async fn lists_and_calls_are_bounded_and_nothing_of_them_is_kept() -> Result<()> {
    let house = House::open().await?;
    house.install(&house.sculeni, "huge-list").await?;
    house.install(&house.sculeni, "call-storm").await?;
    house.install(&house.lozova, "echo").await?;
    for (action, inputs) in [("flood", vec![("rows", "200000"), ("bytes", "200")]), ("trickle", vec![("rows", "200000"), ("bytes", "40")])]
    {
        let acted = house.act(&house.sculeni, "huge-list", action, &inputs, None).await?;
        let words = acted.as_ref().err().map(ToString::to_string).unwrap_or_default();
        let ended = fault(acted);
        assert!(
            ["host-bytes", "entries-written", "host-calls", "memory", "cpu"].iter().any(|budget| ended == format!("over-budget:{budget}")),
            "{action}: {ended} {words}"
        );
        neighbour_is_well(&house).await?;
    }
    for kind in ["clock", "random", "log", "find", "add"] {
        let acted = house.act(&house.sculeni, "call-storm", "storm", &[("kind", kind)], None).await?;
        let ended = fault(acted);
        assert!(["over-budget:host-calls", "over-budget:log", "over-budget:cpu"].contains(&ended.as_str()), "{kind}: {ended}");
        neighbour_is_well(&house).await?;
    }
    let served = house.show(&house.sculeni, "call-storm", "storm", &[("kind", "clock"), ("calls", "100")]).await?;
    assert_eq!(served.ok().map(|shown| texts(&shown)), Some(vec!["served: 100".to_owned()]));
    let mut snapshot = house.app.store.snapshot(house.sculeni.id).await?;
    for register in ["huge-things", "storm-things"] {
        assert_eq!(snapshot.register_state(&vatra_core::ids::Name::new(register)?).await?, 0, "{register} was written to");
    }
    Ok(())
}

#[tokio::test]
async fn a_panic_and_a_failure_keep_nothing_and_leave_no_gap() -> Result<()> {
    let house = House::open().await?;
    house.install(&house.sculeni, "panic").await?;
    let kept = async || {
        let shown = house.show(&house.sculeni, "panic", "home", &[]).await?.map_err(|error| anyhow!("{error}"))?;
        anyhow::Ok(texts(&shown).concat())
    };
    assert_eq!(fault(house.show(&house.sculeni, "panic", "panic", &[]).await?), "module:trap");
    house.report(&house.sculeni, "panic", "keep", &[], None).await?;
    assert_eq!(fault(house.act(&house.sculeni, "panic", "panic", &[], None).await?), "module:trap");
    assert!(matches!(house.act(&house.sculeni, "panic", "fail", &[], None).await?, Err(CallError::Unavailable(_))));
    house.report(&house.sculeni, "panic", "keep", &[], None).await?;
    assert_eq!(kept().await?, "kept: 2");
    let binding =
        house.app.runtime.binding(house.sculeni.id, &vatra_core::ids::Name::new("panic")?).await.map_err(|error| anyhow!("{error}"))?;
    let schema = binding.manifest.registers.first().ok_or_else(|| anyhow!("a register"))?;
    let query = vatra_core::register::Query {
        register: schema.name.clone(),
        all_of: Vec::new(),
        search: None,
        sort: Vec::new(),
        include_closed: true,
    };
    let mut snapshot = house.app.store.snapshot(house.sculeni.id).await?;
    let page = snapshot.find(schema, &query, vatra_core::register::Reach::Host, 0, 10).await?;
    let mut numbers: Vec<_> = page.entries.iter().filter_map(|entry| entry.number.clone()).collect();
    numbers.sort();
    assert_eq!(numbers.len(), 2);
    assert!(numbers[0].ends_with('1') && numbers[1].ends_with('2'), "{numbers:?}");
    Ok(())
}

#[tokio::test]
async fn what_a_manifest_does_not_ask_for_is_refused_at_install_by_name() -> Result<()> {
    let house = House::open().await?;
    for (fixture, named) in [("undeclared-import", "wasi:cli/environment"), ("unasked-import", "vatra:mpay/orders")] {
        let refused = house.app.install(&house.sculeni, &package(fixture)?, By::OPERATOR).await;
        let words = refused.err().map(|error| error.to_string()).unwrap_or_default();
        assert!(words.contains(named), "{fixture}: {words}");
    }
    assert!(house.app.store.installed(house.sculeni.id).await?.is_empty());
    Ok(())
}

#[tokio::test]
async fn a_tampered_package_is_refused_when_it_is_loaded() -> Result<()> {
    let house = House::open().await?;
    house.install(&house.lozova, "echo").await?;
    let folder = house.folder.path().join("data/packages");
    let file = std::fs::read_dir(&folder)?.next().transpose()?.ok_or_else(|| anyhow!("a package"))?.path();
    let mut bytes = std::fs::read(&file)?;
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    std::fs::write(&file, bytes)?;
    let options = vatra_server::app::Options {
        data: house.folder.path().join("data"),
        database: None,
        clock: house.clock.clone(),
        engine: vatra_runtime::Config::default(),
    };
    let again = House { app: vatra_server::app::App::open(options).await?, ..house };
    let shown = again.show(&again.lozova, "echo", "home", &[]).await?;
    let words = shown.err().map(|error| error.to_string()).unwrap_or_default();
    assert!(words.contains("digest"), "{words}");
    Ok(())
}
