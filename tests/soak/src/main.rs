//! `vatra-soak [SECONDS]`: the whole corpus of hostile modules in a loop, beside a normal load in other municipalities. Nothing may crash,
//! every fixture has to come to what it says, every answer to the neighbours has to be right and every entry of theirs to be kept, and
//! the memory has to return to where it was once everything was warm. Prints a line a round and one of JSON at the end.

mod load;

use anyhow::{Result, bail};
use futures::StreamExt;
use load::{Load, Seen};
use serde_json::json;
use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use vatra_hosting_tests::House;
use vatra_hosting_tests::fixture::{Fixture, Neighbour, run};

/// The allocator of the program that people run: what it keeps is what a host keeps.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// So many fixtures misbehave at the same time.
const AT_ONCE: usize = 3;
/// Rounds until every place of the engine and every cache was used once: what is resident then is what it has to return to.
const WARM: usize = 2;
/// What may stay resident more than that, in MiB: what the allocator and the database's caches keep.
const MARGIN_MIB: u64 = 64;
/// And for each municipality that came since, in KiB: who works there, its modules, its place in the queues.
const MUNICIPALITY_KIB: u64 = 32;

fn say(line: &str) -> Result<()> {
    Ok(writeln!(std::io::stdout(), "{line}")?)
}

/// Resident memory of this process that is its own, in MiB: pages of the database's file are the system's.
fn resident_mib() -> Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:"));
    let kib = line.and_then(|rest| rest.split_whitespace().next()).and_then(|number| number.parse::<u64>().ok());
    kib.map(|kib| kib / 1024).ok_or_else(|| anyhow::anyhow!("this system does not tell how much memory is resident"))
}

/// Every fixture once, each in a municipality of its own: calls, and what was not as it has to be.
async fn round(house: &House, neighbour: &Neighbour<'_>, fixtures: &[Fixture], number: usize) -> (u64, Vec<String>) {
    let ran = futures::stream::iter(fixtures.iter().enumerate())
        .map(|(index, fixture)| async move {
            match run(house, neighbour, fixture, &format!("round-{number}-{index}")).await {
                Ok(ran) => (ran.calls, ran.findings),
                Err(error) => (0, vec![format!("{}: {error:#}", fixture.name)]),
            }
        })
        .buffer_unordered(AT_ONCE)
        .collect::<Vec<_>>()
        .await;
    let calls = ran.iter().map(|(calls, _)| calls).sum();
    (calls, ran.into_iter().flat_map(|(_, findings)| findings).collect())
}

async fn soak(seconds: u64) -> Result<()> {
    let house = Arc::new(House::patient().await?);
    let fixtures = Fixture::all()?;
    let cases: usize = fixtures.iter().map(|fixture| fixture.cases.len()).sum();
    let neighbour = Neighbour::of(&house).await?;
    let load = Load::settle(house.clone()).await?;
    let alone = load.alone(Duration::from_secs(5)).await?;
    say(&format!("{} fixtures, {cases} ways in; the neighbours alone: {}", fixtures.len(), alone.words()))?;

    let over = Arc::new(AtomicBool::new(false));
    let working = tokio::spawn(load.clone().until(over.clone()));
    let began = Instant::now();
    let (mut rounds, mut calls, mut findings, mut settled) = (0, 0, Vec::new(), 0);
    let mut most = 0;
    say("round   seconds  hostile calls  findings  own memory, MiB")?;
    while rounds <= WARM || began.elapsed() < Duration::from_secs(seconds) {
        let (made, found) = round(&house, &neighbour, &fixtures, rounds).await;
        rounds += 1;
        calls += made;
        for finding in &found {
            say(&format!("  {finding}"))?;
        }
        let resident = resident_mib()?;
        most = most.max(resident);
        if rounds == WARM {
            settled = resident;
        }
        say(&format!("{rounds:>5} {:>9} {made:>14} {:>9} {resident:>13}", began.elapsed().as_secs(), found.len()))?;
        findings.extend(found);
    }
    over.store(true, Ordering::Relaxed);
    let beside: Seen = working.await??;
    load.kept().await?;
    let lasted = began.elapsed().as_secs();
    tokio::time::sleep(Duration::from_secs(2)).await;
    let resident = resident_mib()?;
    say(&format!("the neighbours beside it: {}", beside.words()))?;
    say(&format!("resident once warm {settled} MiB, at most {most} MiB, at the end {resident} MiB"))?;
    let margin = MARGIN_MIB + (rounds.saturating_sub(WARM) * fixtures.len()) as u64 * MUNICIPALITY_KIB / 1024;
    let told = json!({
        "soak": { "seconds": lasted, "rounds": rounds, "fixtures": fixtures.len(), "ways": cases, "hostile_calls": calls, "findings": findings.len(),
        "neighbours": beside.json(), "neighbours_alone": alone.json(),
        "resident_mib": { "once_warm": settled, "most": most, "at_the_end": resident, "margin": margin } }
    });
    say(&told.to_string())?;
    if !findings.is_empty() {
        bail!("{} findings", findings.len());
    }
    if resident > settled + margin {
        bail!("{} MiB did not return", resident - settled);
    }
    Ok(())
}

fn main() -> Result<()> {
    let seconds = std::env::args().nth(1).map_or(Ok(600), |text| text.parse())?;
    tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build()?.block_on(soak(seconds))
}
