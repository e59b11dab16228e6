//! `vatra explain CORRELATION-ID`: why a call was denied, slow or stopped, and what can be done.

use super::fault::Refusal;
use super::{Reply, Result};
use crate::app::{App, AppError};
use serde_json::{Value as Json, json};
use std::collections::HashMap;
use vatra_capabilities::budget::Budget;
use vatra_core::audit::{AuditKind, AuditRow};
use vatra_core::ids::{CallId, TenantId};
use vatra_runtime::Note;

pub(super) async fn explain(app: &App, id: &str) -> Result<Reply> {
    let id: CallId = id.trim().trim_start_matches("urn:uuid:").parse().map_err(|_| {
        Refusal::Usage(format!("'{id}' is not a request number: it has 36 characters and stands on the page that told of the trouble"))
    })?;
    let rows = app.store.audit_of_call(id).await?;
    let notes = app.runtime.recent(id);
    if rows.is_empty() && notes.is_empty() {
        let detail = "nothing was denied, changed or stopped under this number; a call that only was slow is known until the host restarts";
        return Err(AppError::NotFound(format!("request {id}: {detail}")).into());
    }
    let slugs: HashMap<TenantId, String> =
        app.store.tenants().await?.into_iter().map(|tenant| (tenant.id, tenant.slug.to_string())).collect();
    let slug = |tenant: &TenantId| slugs.get(tenant).map_or("?", String::as_str);
    let mut lines = vec![format!("Request {id}")];
    for (tenant, row) in &rows {
        lines.push(format!("  {}  {}  {}", row.entry.at.local_text(), slug(tenant), happened(row)));
        lines.extend(advice(slug(tenant), row).map(|advice| format!("      → {advice}")));
    }
    lines.extend(notes.iter().flat_map(|note| timing(slug(&note.tenant), note)));
    let data: Vec<Json> = rows
        .iter()
        .map(|(tenant, row)| {
            let detail = serde_json::from_str::<Json>(&row.entry.detail).unwrap_or_default();
            json!({
                "municipality": slug(tenant), "sequence": row.sequence, "at": row.entry.at.rfc3339(), "kind": row.entry.kind.code(),
                "module": row.entry.module, "what": row.entry.what, "detail": detail, "advice": advice(slug(tenant), row),
            })
        })
        .collect();
    Ok(Reply::done(lines.join("\n"), json!({ "request": id, "rows": data, "calls": notes })))
}

fn detail(row: &AuditRow, name: &str) -> String {
    let detail = serde_json::from_str::<Json>(&row.entry.detail).unwrap_or_default();
    match detail.get(name) {
        Some(Json::String(text)) => text.clone(),
        Some(Json::Null) | None => String::new(),
        Some(other) => other.to_string(),
    }
}

fn happened(row: &AuditRow) -> String {
    let module = row.entry.module.as_ref().map_or("the host", |module| module.as_str());
    let what = &row.entry.what;
    match row.entry.kind {
        AuditKind::Denial => format!("{module} was denied {what}: {} {}", detail(row, "rule"), detail(row, "detail")),
        AuditKind::Stopped | AuditKind::ActionFailed => {
            let limit = detail(row, "limit");
            let limit = if limit.is_empty() { limit } else { format!(" (it may have {limit})") };
            let more = detail(row, "detail");
            let more = if more.is_empty() { more } else { format!(": {more}") };
            format!("{module}, {what}: {}{limit}{more}", detail(row, "reason"))
        }
        kind => format!("{module}, {what}: {}", kind.code()),
    }
}

/// What the operator can do about it.
fn advice(slug: &str, row: &AuditRow) -> Option<String> {
    let module = row.entry.module.as_ref()?;
    match row.entry.kind {
        AuditKind::Denial => {
            let capability = detail(row, "capability");
            Some(match detail(row, "rule").as_str() {
                "not-granted" => format!("vatra grant add {slug} {module} {capability}"),
                "revoked" => format!("vatra grant restore {slug} {module} {capability}"),
                "expired" => format!("the grant is over: vatra grant add {slug} {module} {capability} --until DATE"),
                "role" => format!("the person has none of the roles that may: vatra tenant people {slug}"),
                "not-declared" => "the module's manifest does not ask for it: tell its author".to_owned(),
                "read-only" => "a screen tried to change something: tell the module's author".to_owned(),
                rule => format!("beyond the grant's '{rule}': vatra grant list {slug} {module}"),
            })
        }
        AuditKind::Stopped | AuditKind::ActionFailed => {
            let reason = detail(row, "reason");
            match reason.split_once(':') {
                Some(("over-budget", budget)) => {
                    let budget = Budget::from_code(budget)?;
                    Some(format!("if it should have more: vatra plugin budget {slug} {module} --set {budget}=VALUE"))
                }
                Some(("module", _)) => Some("the module's own fault: tell its author, with its version and this number".to_owned()),
                _ => None,
            }
        }
        _ => None,
    }
}

fn timing(slug: &str, note: &Note) -> Vec<String> {
    let ms = |micros: u64| format!("{}.{} ms", micros / 1_000, micros % 1_000 / 100);
    let rest = note.wall_us.saturating_sub(note.cpu_us).saturating_sub(note.lane_us);
    let parts = [
        ("waiting for a place", note.queued_us),
        ("computing", note.cpu_us),
        ("waiting behind other long calls", note.lane_us),
        ("waiting for storage and services", rest),
    ];
    let longest = parts.iter().max_by_key(|(_, time)| *time).map(|(what, _)| *what).unwrap_or_default();
    let mut lines = vec![
        format!("  {slug}  {} {} ({}), {}: {}", note.module, note.version, note.kind.code(), note.what, note.outcome),
        format!("      {} in all, most of it {longest}", ms(note.wall_us.saturating_add(note.queued_us))),
    ];
    lines.extend(parts.iter().map(|(what, time)| format!("      {:>12}  {what}", ms(*time))));
    lines.push(format!(
        "      {} host calls, {} entries read, {} written, {} KiB of memory",
        note.host_calls,
        note.entries_read,
        note.entries_written,
        note.memory >> 10
    ));
    lines
}
