//! One municipality at full load: what another one's officials notice of it.

use crate::figure::{Figure, Spread};
use crate::site;
use anyhow::{Context, Result, anyhow};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;
use vatra_core::call::CallContext;
use vatra_core::ids::CallId;
use vatra_hosting_tests::fixture::Fixture;
use vatra_server::app::App;

const ROUNDS: usize = 5;
const PAGES: usize = 400;
/// Callers of the busy municipality: more than it has places.
const CALLERS: usize = 48;

/// Pages that are shown to one official, one after the other; the slowest but one in a hundred, in ms.
async fn p99(app: &Arc<App>, ctx: &CallContext) -> Result<f64> {
    let (app, ctx) = (app.clone(), ctx.clone());
    // On a worker thread, as requests are.
    let pages = tokio::spawn(async move {
        let mut samples = Vec::with_capacity(PAGES);
        for index in 0..PAGES {
            let query = vec![("code".to_owned(), format!("p-{}", index % 1_000))];
            let ctx = CallContext { call: CallId::fresh(), now: app.clock.now(), ..ctx.clone() };
            let from = Instant::now();
            app.show(&ctx, "home", &query).await.map_err(|error| anyhow!("{error}"))?;
            samples.push(from.elapsed().as_secs_f64() * 1e3);
        }
        samples.sort_by(f64::total_cmp);
        samples.get(PAGES * 99 / 100).copied().context("pages")
    });
    pages.await?
}

/// Calls without end by the busy municipality, until told to stop.
fn load(app: &Arc<App>, ctx: &CallContext, stop: &Arc<AtomicBool>) -> Vec<tokio::task::JoinHandle<()>> {
    let caller = |_| {
        let (app, ctx, stop) = (app.clone(), ctx.clone(), stop.clone());
        tokio::spawn(async move {
            while !stop.load(Ordering::Relaxed) {
                let ctx = CallContext { call: CallId::fresh(), now: app.clock.now(), ..ctx.clone() };
                // Over budget or told to come back: that is what it is here for.
                let _ = app.show(&ctx, "home", &vec![("code".to_owned(), "p-1".to_owned())]).await;
            }
        })
    };
    (0..CALLERS).map(caller).collect()
}

pub(crate) async fn measure() -> Result<Vec<Figure>> {
    let folder = tempfile::tempdir()?;
    let app = site::open(folder.path(), None).await?;
    let (quiet, busy) = (site::municipality(&app, "sculeni", 1).await?, site::municipality(&app, "lozova", 2).await?);
    let lookup = site::put(&app, &quiet, "lookup").await?;
    site::people(&app, &quiet, &lookup).await?;
    let ctx = site::context(&app, &quiet, &lookup).await?;
    p99(&app, &ctx).await?;

    let mut figures = Vec::new();
    let spinner = site::install(&app, &busy, &Fixture::named("loop")?.package()?).await?;
    let spinner = spinner.manifest.name.clone();
    let same = site::put(&app, &busy, "lookup").await?;
    site::people(&app, &busy, &same).await?;
    for (what, module) in [("modules that never return", spinner), ("pages like its own", same)] {
        let busy = site::context(&app, &busy, &module).await?;
        let (mut alone, mut beside) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            alone.push(p99(&app, &ctx).await?);
            let stop = Arc::new(AtomicBool::new(false));
            let callers = load(&app, &busy, &stop);
            tokio::time::sleep(std::time::Duration::from_millis(300)).await;
            beside.push(p99(&app, &ctx).await?);
            stop.store(true, Ordering::Relaxed);
            for caller in callers {
                caller.await?;
            }
        }
        let ratio = Spread::of_ratios(&beside, &alone)?;
        let (alone, beside) = (Spread::of(alone)?, Spread::of(beside)?);
        figures.push(
            Figure::new("fair", format!("p99 of a page while another municipality calls {what}, times its own alone"), "×", ratio)
                .floor_of(3.0)
                .beside("alone", format!("{:.1} ms", alone.median))
                .beside("beside it", format!("{:.1} ms", beside.median)),
        );
    }
    app.close().await;
    Ok(figures)
}
