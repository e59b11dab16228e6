//! `vatra plugin top`: what modules use, and what they may use.

use super::{Reply, Result, text};
use crate::app::App;
use serde_json::{Value as Json, json};
use std::collections::HashMap;
use vatra_capabilities::budget::Budget;

/// Modules that are shown in words; the JSON has them all.
const SHOWN: usize = 40;

pub(super) async fn top(app: &App, municipality: Option<&str>) -> Result<Reply> {
    let tenants = match municipality {
        Some(slug) => vec![app.tenant(slug).await?],
        None => app.store.tenants().await?,
    };
    let slugs: HashMap<_, _> = tenants.iter().map(|tenant| (tenant.id, tenant.slug.as_str())).collect();
    let only = if municipality.is_some() { tenants.first().map(|tenant| tenant.id) } else { None };
    let mut all = app.runtime.in_use(only);
    all.sort_by_key(|one| std::cmp::Reverse((one.usage.running, one.usage.cpu_us, one.usage.calls)));
    let (running, waiting) = app.runtime.load();
    let used: Vec<_> = all.iter().filter(|one| one.usage.calls > 0 || one.usage.running > 0).collect();
    let rows: Vec<Vec<String>> = used
        .iter()
        .take(SHOWN)
        .map(|one| {
            let usage = &one.usage;
            vec![
                slugs.get(&one.tenant).copied().unwrap_or_default().to_owned(),
                one.module.to_string(),
                one.version.clone(),
                usage.running.to_string(),
                usage.calls.to_string(),
                usage.failed.to_string(),
                usage.over_budget.to_string(),
                usage.denials.to_string(),
                millis(usage.cpu_us),
                millis(usage.longest_us),
                format!("{} / {}", mebibytes(usage.most_memory), mebibytes(one.limits.memory)),
            ]
        })
        .collect();
    let mut lines = vec![format!("Calls running: {running}, waiting: {waiting}. Modules ready: {}.", all.len())];
    if rows.is_empty() {
        lines.push("No module has been called since the host started.".to_owned());
    } else {
        let headings =
            ["municipality", "module", "version", "running", "calls", "failed", "over", "denied", "cpu ms", "longest ms", "memory MiB"];
        lines.push(text::table(&headings, &rows));
    }
    if used.len() > SHOWN {
        lines.push(format!("… and {} more: --json shows them all.", used.len() - SHOWN));
    }
    let modules: Vec<Json> = all
        .iter()
        .map(|one| {
            let limits: serde_json::Map<String, Json> =
                Budget::ALL.iter().map(|budget| (budget.code().to_owned(), one.limits.get(*budget).into())).collect();
            json!({
                "municipality": slugs.get(&one.tenant), "module": one.module, "version": one.version, "usage": one.usage, "budgets": limits,
            })
        })
        .collect();
    Ok(Reply::done(lines.join("\n"), json!({ "running": running, "waiting": waiting, "modules": modules })))
}

fn millis(micros: u64) -> String {
    format!("{}.{}", micros / 1_000, micros % 1_000 / 100)
}

fn mebibytes(bytes: u64) -> String {
    format!("{}.{}", bytes >> 20, ((bytes & 0xf_ffff) * 10) >> 20)
}
