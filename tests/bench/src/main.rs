//! The measured numbers: medians and spreads beside floors, aims and peers, as a table and as JSON.
//!
//! `vatra-bench [--only NAME] [--json FILE]`: `NAME` is a room (`engine`, `fair`, `http`, `day`, `density`, `registers`, `work`, `portal`, `services`, `start`, `weights`).
//! What each figure measures, exactly: `docs/benchmarks.md`.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod child;
mod figure;
mod machine;
mod rooms;
mod site;

use anyhow::{Context, Result, bail};
use serde_json::json;
use std::time::Instant;

/// As the `vatra` command has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

pub(crate) fn millis(from: Instant) -> f64 {
    from.elapsed().as_secs_f64() * 1_000.0
}

fn main() -> Result<()> {
    let mut words = std::env::args().skip(1);
    let (mut only, mut file) = (None, None);
    while let Some(word) = words.next() {
        match word.as_str() {
            // This program again, as a process of its own that is measured.
            "child" => return child::run(words.collect()),
            "--only" => only = Some(words.next().context("--only NAME")?),
            "--json" => file = Some(words.next().context("--json FILE")?),
            other => bail!("'{other}' is not understood: vatra-bench [--only NAME] [--json FILE]"),
        }
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let report = runtime.block_on(measure(only.as_deref()))?;
    if let Some(file) = file {
        std::fs::write(&file, format!("{report:#}\n")).with_context(|| file)?;
    }
    println!("{report}");
    Ok(())
}

async fn measure(only: Option<&str>) -> Result<serde_json::Value> {
    let machine = machine::describe();
    println!("{}\n{}", machine.join(" · "), figure::headings());
    let mut figures = Vec::new();
    let mut broken = Vec::new();
    let mut known = false;
    for room in rooms::ALL.into_iter().filter(|room| only.is_none_or(|only| only == *room)) {
        known = true;
        let began = Instant::now();
        match rooms::measure(room).await {
            Ok(found) => {
                found.iter().for_each(|figure| println!("{}", figure.line()));
                figures.extend(found.iter().map(figure::Figure::json));
            }
            // One room that cannot be measured does not take the others with it.
            Err(error) => {
                println!("{room}: broken: {error:#}");
                broken.push(json!({ "room": room, "error": format!("{error:#}") }));
            }
        }
        eprintln!("{room}: {:.0} s", began.elapsed().as_secs_f64());
    }
    if !known {
        bail!("there is no room '{}': {}", only.unwrap_or_default(), rooms::ALL.join(", "));
    }
    Ok(json!({ "machine": machine, "figures": figures, "broken": broken }))
}
