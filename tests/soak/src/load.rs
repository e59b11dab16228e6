//! Municipalities that only want to work: they look at screens and enter things, and notice whether anything of it is wrong.

use anyhow::{Result, anyhow, bail};
use serde_json::{Value as Json, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};
use vatra_core::call::Tenant;
use vatra_core::view::{Block, Words};
use vatra_hosting_tests::House;
use vatra_hosting_tests::fixture::Fixture;

/// So many of them.
const TOWNS: usize = 4;
/// Between two calls of one of them: a load, not a flood.
const PAUSE: Duration = Duration::from_millis(5);

/// What they saw.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    calls: u64,
    /// Microseconds of each, sorted.
    times: Vec<u64>,
}

impl Seen {
    fn at(&self, part: f64) -> f64 {
        let index = (self.times.len().saturating_sub(1) as f64 * part) as usize;
        self.times.get(index).copied().unwrap_or_default() as f64 / 1_000.0
    }
    pub(crate) fn words(&self) -> String {
        format!(
            "{} calls, all of them right; p50 {:.1} ms, p99 {:.1} ms, longest {:.0} ms",
            self.calls,
            self.at(0.5),
            self.at(0.99),
            self.at(1.0)
        )
    }
    pub(crate) fn json(&self) -> Json {
        json!({ "calls": self.calls, "p50_ms": self.at(0.5), "p99_ms": self.at(0.99), "longest_ms": self.at(1.0) })
    }
}

/// The load.
#[derive(Clone)]
pub(crate) struct Load {
    house: Arc<House>,
    towns: Arc<Vec<(Tenant, AtomicU64)>>,
}

impl Load {
    /// Founds the municipalities.
    pub(crate) async fn settle(house: Arc<House>) -> Result<Self> {
        let keeps = Fixture::named("keeps-for-comparison")?.package()?;
        let mut towns = Vec::new();
        for number in 0..TOWNS {
            let tenant = house.municipality(&format!("town-{number}"), "Town", "0200000").await?;
            house.install(&tenant, "echo").await?;
            house.install_bytes(&tenant, &keeps).await?;
            towns.push((tenant, AtomicU64::new(0)));
        }
        Ok(Self { house, towns: Arc::new(towns) })
    }

    /// For a while, with nobody else there.
    pub(crate) async fn alone(&self, time: Duration) -> Result<Seen> {
        let over = Arc::new(AtomicBool::new(false));
        let working = tokio::spawn(self.clone().until(over.clone()));
        tokio::time::sleep(time).await;
        over.store(true, Ordering::Relaxed);
        working.await?
    }

    /// Until it is over; an error at the first answer that is not right.
    pub(crate) async fn until(self, over: Arc<AtomicBool>) -> Result<Seen> {
        let work = (0..self.towns.len()).map(|index| self.work(index, &over));
        let mut seen = Seen::default();
        for town in futures::future::try_join_all(work).await? {
            seen.calls += town.calls;
            seen.times.extend(town.times);
        }
        seen.times.sort_unstable();
        Ok(seen)
    }

    async fn work(&self, index: usize, over: &AtomicBool) -> Result<Seen> {
        let (tenant, kept) = self.towns.get(index).ok_or_else(|| anyhow!("no town {index}"))?;
        let mut seen = Seen::default();
        while !over.load(Ordering::Relaxed) {
            let began = Instant::now();
            if seen.calls % 10 == 9 {
                let acted = self.house.act(tenant, "keeps-for-comparison", "go", &[], None).await?;
                let acted = acted.map_err(|error| anyhow!("{}: {error}", tenant.slug))?;
                if acted.report != json!({ "text": "Fixture" }) {
                    bail!("{} was answered {}", tenant.slug, acted.report);
                }
                kept.fetch_add(1, Ordering::Relaxed);
            } else {
                let text = format!("{index}-{}", seen.calls);
                let shown = self.house.show(tenant, "echo", "home", &[("text", &text)]).await?;
                let shown = shown.map_err(|error| anyhow!("{}: {error}", tenant.slug))?;
                match shown.screen.blocks.as_slice() {
                    [Block::Text(Words::Plain(said)), Block::Text(Words::Plain(calls))] if *said == text && calls == "calls: 1" => {}
                    other => bail!("{} saw {other:?}", tenant.slug),
                }
            }
            seen.times.push(u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX));
            seen.calls += 1;
            tokio::time::sleep(PAUSE).await;
        }
        Ok(seen)
    }

    /// Whether every entry that was acknowledged is there, and no other.
    pub(crate) async fn kept(&self) -> Result<()> {
        for (tenant, kept) in self.towns.iter() {
            let mut snapshot = self.house.app.store.snapshot(tenant.id).await?;
            let state = snapshot.register_state(&vatra_core::ids::Name::new("things")?).await?;
            if state != kept.load(Ordering::Relaxed) {
                bail!("{}: {kept:?} entries were acknowledged, {state} commits are there", tenant.slug);
            }
            let trail = self.house.app.store.verify_audit(tenant.id).await?;
            if !trail.faults.is_empty() {
                bail!("{}: the audit trail is broken", tenant.slug);
            }
        }
        Ok(())
    }
}
