//! The nation's MConnect day: 525,000 questions to data holders, asked by a module about a person, 64 at a time. Each is in the trail, durable,
//! before it is sent to the data holder, who is in the process and answers at once.

use crate::figure::{Figure, Spread};
use crate::site;
use anyhow::{Result, anyhow, bail};
use async_trait::async_trait;
use futures::StreamExt;
use std::sync::Arc;
use std::time::Instant;
use vatra_core::ids::SubjectId;
use vatra_core::providers::{DataAnswer, DataExchange, DataRequest, ProviderError};
use vatra_core::unit::{Subject, Unit};
use vatra_core::value::{Fields, Value};
use vatra_core::view::Block;
use vatra_hosting_tests::NOON;
use vatra_storage::testing::TestPostgres;

/// Queries of the day.
const DAY: f64 = 525_000.0;
/// Queries measured, in each of [`ROUNDS`].
const SAMPLE: usize = 10_000;
const ROUNDS: usize = 3;
const AT_ONCE: usize = 64;
/// People asked about.
const PEOPLE: usize = 1_000;

/// Knows everybody.
struct Holder;

#[async_trait]
impl DataExchange for Holder {
    async fn ask(&self, request: &DataRequest) -> Result<Option<DataAnswer>, ProviderError> {
        let fields: Fields = request.fields.iter().map(|field| (field.clone(), Value::Text("resident".into()))).collect();
        Ok(Some(DataAnswer { rows: vec![(String::new(), fields)], at: NOON }))
    }
}

pub(crate) async fn measure() -> Result<Vec<Figure>> {
    let name = |database: &str| format!("525,000 audited data queries through a module (of {}), {database}", ROUNDS * SAMPLE);
    let sqlite = Figure::new("day", name("SQLite"), "s", queries(None).await?).aims(60.0, 30.0);
    let postgres = match TestPostgres::durable() {
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
    let module = site::put(&app, &tenant, "asker").await?;
    app.runtime.offer_exchange(Arc::new(Holder));
    let mut unit = Unit::new(NOON, None, module.clone());
    for index in 0..PEOPLE {
        let (id, idn, name) = (SubjectId::fresh(), Some(format!("3{index:012}")), format!("Pîslaru Ana{index}"));
        unit.subjects.push(Subject { id, company: false, idn, name });
    }
    let people: Vec<String> = unit.subjects.iter().map(|subject| subject.id.to_string()).collect();
    app.store.commit(tenant.id, unit).await?;
    let usual = site::context(&app, &tenant, &module).await?;
    let mut samples = Vec::new();
    for round in 0..=ROUNDS {
        let most = if round == 0 { SAMPLE / 10 } else { SAMPLE };
        let from = Instant::now();
        let calls = futures::stream::iter(0..most).map(|index| {
            let (app, usual) = (app.clone(), usual.clone());
            let about = people.get(index % PEOPLE).cloned().unwrap_or_default();
            tokio::spawn(async move {
                let ctx = vatra_core::call::CallContext { call: vatra_core::ids::CallId::fresh(), now: app.clock.now(), ..usual };
                let asked = vec![("about".to_owned(), about), ("fields".to_owned(), "status".to_owned())];
                app.show(&ctx, "ask", &asked).await
            })
        });
        let mut calls = calls.buffer_unordered(AT_ONCE);
        while let Some(outcome) = calls.next().await {
            let shown = outcome?.map_err(|error| anyhow!("{error}"))?;
            if !matches!(shown.screen.blocks.as_slice(), [Block::Summary { items, .. }] if items.len() == 1) {
                bail!("a question was not answered");
            }
        }
        // The first round warms up.
        if round > 0 {
            samples.push(from.elapsed().as_secs_f64() * DAY / most as f64);
        }
    }
    app.close().await;
    Spread::of(samples)
}
