//! Hostile modules that a table of outcomes (`fixtures.rs`) does not do justice to: what they do to others meanwhile, and over several calls.

use anyhow::{Result, anyhow};
use vatra_core::view::{Block, Words};
use vatra_hosting_tests::House;
use vatra_hosting_tests::fixture::Fixture;
use vatra_runtime::CallError;
use vatra_server::app::Shown;

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
    house.install_bytes(&house.sculeni, &Fixture::named("loop")?.package()?).await?;
    house.install(&house.lozova, "echo").await?;
    neighbour_is_well(&house).await?;
    let spinning = async {
        let (a, b, c) = tokio::join!(
            house.show(&house.sculeni, "loop", "home", &[]),
            house.act(&house.sculeni, "loop", "go", &[], None),
            house.show(&house.sculeni, "loop", "home", &[]),
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
    for ended in spun? {
        assert!(["over-budget:cpu", "over-budget:wall-clock"].contains(&ended.as_str()), "{ended}");
    }
    neighbour_is_well(&house).await
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
        invented: true,
    };
    let again = House { app: vatra_server::app::App::open(options).await?, ..house };
    let shown = again.show(&again.lozova, "echo", "home", &[]).await?;
    let words = shown.err().map(|error| error.to_string()).unwrap_or_default();
    assert!(words.contains("digest"), "{words}");
    Ok(())
}
