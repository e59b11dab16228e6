//! Every fixture of `tests/guests`, in every way that it names, beside a neighbour who works on.

use anyhow::Result;
use futures::StreamExt;
use std::collections::BTreeSet;
use vatra_hosting_tests::House;
use vatra_hosting_tests::fixture::{Fixture, Neighbour, run};

/// So many fixtures misbehave at the same time.
const AT_ONCE: usize = 3;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn hostile_modules_come_to_what_they_say_and_leave_nothing_behind() -> Result<()> {
    let house = House::patient().await?;
    let neighbour = Neighbour::of(&house).await?;
    let only = std::env::var("VATRA_FIXTURE").ok();
    let mut fixtures = Fixture::all()?;
    fixtures.retain(|fixture| only.as_ref().is_none_or(|only| fixture.name == *only));
    let (house, neighbour) = (&house, &neighbour);
    let ran = futures::stream::iter(fixtures.iter().enumerate())
        .map(|(index, fixture)| async move {
            let ran = run(house, neighbour, fixture, &format!("fixture-{index}")).await;
            ran.map_or_else(|error| vec![format!("{}: {error:#}", fixture.name)], |ran| ran.findings)
        })
        .buffer_unordered(AT_ONCE)
        .collect::<Vec<_>>()
        .await;
    let findings: Vec<String> = ran.into_iter().flatten().collect();
    assert!(findings.is_empty(), "\n{}", findings.join("\n"));
    Ok(())
}

#[test]
fn there_are_fixtures_enough_and_none_twice() -> Result<()> {
    let fixtures = Fixture::all()?;
    let names: BTreeSet<&str> = fixtures.iter().map(|fixture| fixture.name.as_str()).collect();
    assert!(names.len() >= 40, "{} fixtures", names.len());
    assert_eq!(names.len(), fixtures.len());
    Ok(())
}
