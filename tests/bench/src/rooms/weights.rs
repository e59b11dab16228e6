//! What each module's package weighs, and what it is compiled to.

use crate::figure::Figure;
use crate::site;
use anyhow::Result;
use vatra_hosting_tests::package;

const MODULES: [&str; 3] = ["tax-collector", "echo", "lookup"];

pub(crate) async fn measure() -> Result<Vec<Figure>> {
    let folder = tempfile::tempdir()?;
    let app = site::open(folder.path(), None).await?;
    let tenant = site::municipality(&app, "sculeni", 1).await?;
    let mut figures = Vec::new();
    for name in MODULES {
        let bytes = package(name)?;
        let installed = site::install(&app, &tenant, &bytes).await?;
        let compiled = std::fs::read_dir(folder.path().join("compiled"))?.flatten();
        let compiled = compiled.filter(|file| file.file_name().to_string_lossy().starts_with(&installed.digest));
        let compiled: u64 = compiled.filter_map(|file| file.metadata().ok()).map(|file| file.len()).sum();
        let figure = Figure::once("weights", format!("package of `{name}`"), "KiB", bytes.len() as f64 / 1024.0);
        figures.push(figure.beside("compiled", format!("{} KiB", compiled / 1024)));
    }
    app.close().await;
    Ok(figures)
}
