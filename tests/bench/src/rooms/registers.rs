//! What the Nth entry of a register costs: a unit of work with one entry, durable, on both databases.

use crate::figure::{Figure, Spread};
use crate::{millis, site};
use anyhow::Result;
use std::time::Instant;
use vatra_storage::testing::TestPostgres;

const POINTS: [usize; 4] = [1, 1_000, 10_000, 100_000];
const SAMPLES: usize = 41;

pub(crate) async fn measure() -> Result<Vec<Figure>> {
    let mut figures = curve("SQLite", None).await?;
    match TestPostgres::durable() {
        Ok(server) => figures.extend(curve("PostgreSQL", Some(server.database().await?)).await?),
        Err(why) => figures.push(Figure::missing("registers", "entries, PostgreSQL", "ms", why.to_string())),
    }
    Ok(figures)
}

async fn curve(title: &str, database: Option<String>) -> Result<Vec<Figure>> {
    const REGISTER: &str = "lookup-people";
    let folder = tempfile::tempdir()?;
    let app = site::open(folder.path(), database).await?;
    let tenant = site::municipality(&app, "sculeni", 1).await?;
    let module = site::put(&app, &tenant, "lookup").await?;
    let mut entries = 0;
    let mut figures = Vec::new();
    for point in POINTS {
        while entries + 1 < point {
            let most = (point - 1 - entries).min(10_000);
            let mut unit = site::unit(&app, &tenant, &module, REGISTER).await?;
            for index in entries..entries + most {
                site::person(&mut unit, REGISTER, index)?;
            }
            app.store.commit(tenant.id, unit).await?;
            entries += most;
        }
        let mut samples = Vec::new();
        for _ in 0..SAMPLES {
            let mut unit = site::unit(&app, &tenant, &module, REGISTER).await?;
            site::person(&mut unit, REGISTER, entries)?;
            entries += 1;
            let from = Instant::now();
            app.store.commit(tenant.id, unit).await?;
            samples.push(millis(from));
        }
        figures.push(Figure::new("registers", format!("entry number {point} of a register, {title}"), "ms", Spread::of(samples)?));
    }
    app.close().await;
    Ok(figures)
}
