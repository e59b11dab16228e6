//! A whole country on one machine: 900 municipalities with 8 modules each. The modules are one component under eight names: eight digests, each
//! compiled, linked and kept apart.

use crate::child::Process;
use crate::figure::{Figure, Spread, number};
use crate::{millis, site};
use anyhow::{Context, Result};
use serde_json::Value as Json;
use std::path::Path;
use std::time::Instant;
use vatra_hosting_tests::package;

const MUNICIPALITIES: usize = 900;
const MODULES: usize = 8;
const INSTALLS: usize = MUNICIPALITIES * MODULES;
/// Installs around each point of the curve.
const WINDOW: usize = 16;

pub(crate) async fn measure() -> Result<Vec<Figure>> {
    let folder = tempfile::tempdir()?;
    let installs = seed(folder.path()).await?;
    let mut figures = curve(&installs)?;
    let path = folder.path().to_string_lossy().into_owned();

    let mut touching = Process::start(&["touch", &path])?;
    let told = touching.says()?;
    drop(touching);
    let memory = told.get("memory").and_then(Json::as_array).context("memory")?;
    let kib = |stage: usize, field: &str| memory.get(stage).and_then(|stage| stage.get(field)).and_then(Json::as_f64).context("memory");
    let mib = |kib: f64| kib / 1024.0;
    let each = (kib(2, "anonymous")? - kib(1, "anonymous")?) / (kib(2, "touched")? - kib(1, "touched")?);
    let touched = told.get("ms").and_then(Json::as_f64).context("time")? / INSTALLS as f64;
    let title = format!("{MUNICIPALITIES} municipalities × {MODULES} modules, all touched once: resident memory");
    figures.push(
        Figure::once("density", title, "MiB", mib(kib(2, "resident")?))
            .aims(150.0, 64.0)
            .beside("proportional", format!("{:.0} MiB", mib(kib(2, "proportional")?)))
            .beside("anonymous", format!("{:.0} MiB", mib(kib(2, "anonymous")?)))
            .beside("just opened", format!("{:.0} MiB", mib(kib(0, "resident")?)))
            .beside("to touch one", format!("{touched:.2} ms")),
    );
    figures.push(Figure::once("density", "memory of one more touched install", "KiB", each).aims(4.0, 1.0));

    let mut starts = Vec::new();
    let mut opened = Vec::new();
    for index in [0, 133, 450, 711, 899] {
        let (slug, module) = (slug(index), module(index % MODULES));
        let from = Instant::now();
        let mut process = Process::start(&["first", &path, &slug, &module])?;
        let told = process.says()?;
        starts.push(from.elapsed().as_secs_f64());
        opened.push(told.get("opened").and_then(Json::as_f64).context("opened")?);
    }
    figures.push(
        Figure::new("density", format!("start with {INSTALLS} installs until the first answer of any"), "s", Spread::of(starts)?)
            .aims(2.0, 0.5)
            .beside("database opened after", format!("{} ms", number(Spread::of(opened)?.median))),
    );
    Ok(figures)
}

fn slug(index: usize) -> String {
    format!("m-{index}")
}

fn module(index: usize) -> String {
    format!("taxes-{index}")
}

/// Installs everything, one after the other; what each install and its grants took, in milliseconds.
async fn seed(folder: &Path) -> Result<Vec<(f64, f64)>> {
    let app = site::open(folder, None).await?;
    let original = package("tax-collector")?;
    let packages: Vec<Vec<u8>> = (0..MODULES).map(|index| site::renamed(&original, &module(index))).collect::<Result<_>>()?;
    let mut took = Vec::with_capacity(INSTALLS);
    for index in 0..MUNICIPALITIES {
        let tenant = site::municipality(&app, &slug(index), index).await?;
        for bytes in &packages {
            let from = Instant::now();
            let package = site::install(&app, &tenant, bytes).await?;
            let installed = millis(from);
            site::grant(&app, &tenant, &package).await?;
            took.push((installed, millis(from) - installed));
        }
    }
    app.close().await;
    Ok(took)
}

fn curve(installs: &[(f64, f64)]) -> Result<Vec<Figure>> {
    // The first of each package compiles it.
    let points = [10, 100, 1_000, INSTALLS];
    let mut figures = Vec::new();
    for point in points {
        let end = (point + WINDOW / 2).clamp(MODULES + WINDOW, installs.len());
        let around = installs.get(end - WINDOW..end).context("the curve")?;
        let grants = Spread::of(around.iter().map(|(_, grants)| *grants).collect())?;
        let install = Spread::of(around.iter().map(|(install, _)| *install).collect())?;
        figures.push(
            Figure::new("density", format!("adding one install: around the {point}th"), "ms", install)
                .aims(2.0, 1.0)
                .beside("its grants", format!("{} ms", number(grants.median))),
        );
    }
    Ok(figures)
}
