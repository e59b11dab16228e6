//! The nation's MConnect day: 525,000 audited queries through a module, 64 at a time, each durable in the trail before it is answered. Until the
//! capability for MConnect is there, each query is a register lookup that shows a person.

use crate::figure::{Figure, Spread};
use crate::site;
use anyhow::{Result, anyhow};
use futures::StreamExt;
use std::time::Instant;
use vatra_storage::testing::TestPostgres;

/// Queries of the day.
const DAY: f64 = 525_000.0;
/// Queries measured, in each of [`ROUNDS`].
const SAMPLE: usize = 10_000;
const ROUNDS: usize = 3;
const AT_ONCE: usize = 64;

pub(crate) async fn measure() -> Result<Vec<Figure>> {
    let name = |database: &str| format!("525,000 audited queries through a module (from {}), {database}", ROUNDS * SAMPLE);
    let sqlite = Figure::new("day", name("SQLite"), "s", queries(None).await?).aims(60.0, 30.0);
    let postgres = match TestPostgres::shared() {
        Ok(server) => Figure::new("day", name("PostgreSQL"), "s", queries(Some(server.database().await?)).await?).aims(60.0, 30.0),
        Err(why) => Figure::missing("day", name("PostgreSQL"), "s", why.to_string()),
    };
    Ok(vec![sqlite, postgres])
}

/// Seconds that the day would take.
async fn queries(database: Option<String>) -> Result<Spread> {
    let folder = tempfile::tempdir()?;
    let app = site::open(folder.path(), database).await?;
    let tenant = site::municipality(&app, "sculeni", 1).await?;
    let module = site::put(&app, &tenant, "lookup").await?;
    site::people(&app, &tenant, &module).await?;
    let usual = site::context(&app, &tenant, &module).await?;
    let mut samples = Vec::new();
    for round in 0..=ROUNDS {
        let most = if round == 0 { SAMPLE / 10 } else { SAMPLE };
        let from = Instant::now();
        let calls = futures::stream::iter(0..most).map(|index| {
            let (app, usual) = (app.clone(), usual.clone());
            tokio::spawn(async move {
                let ctx = vatra_core::call::CallContext { call: vatra_core::ids::CallId::fresh(), now: app.clock.now(), ..usual };
                let code = format!("p-{}", index % site::PEOPLE);
                app.show(&ctx, "home", &vec![("code".to_owned(), code)]).await.map(|_| ())
            })
        });
        let mut calls = calls.buffer_unordered(AT_ONCE);
        while let Some(outcome) = calls.next().await {
            outcome?.map_err(|error| anyhow!("{error}"))?;
        }
        // The first round warms up.
        if round > 0 {
            samples.push(from.elapsed().as_secs_f64() * DAY / most as f64);
        }
    }
    app.close().await;
    Spread::of(samples)
}
