//! `vatra inbox list`: what arrived from outside and was not handled yet.

use super::{Reply, Result, text};
use crate::app::App;
use serde_json::{Value as Json, json};
use vatra_core::store::InboxState;

pub(super) async fn list(app: &App, municipality: &str) -> Result<Reply> {
    let tenant = app.tenant(municipality).await?;
    let items = app.store.inbox_open(tenant.id).await?;
    let state = |state| match state {
        InboxState::Waiting => "waiting",
        InboxState::Parked => "parked",
        InboxState::Done => "done",
    };
    let rows: Vec<Vec<String>> = items
        .iter()
        .map(|item| {
            vec![
                item.id.to_string(),
                item.received_at.local_text(),
                item.module.to_string(),
                item.kind.clone(),
                state(item.state).to_owned(),
                item.attempts.to_string(),
            ]
        })
        .collect();
    let data: Vec<Json> = items
        .iter()
        .map(|item| {
            json!({
                "id": item.id, "received-at": item.received_at.rfc3339(), "module": item.module, "kind": item.kind, "state": state(item.state),
                "attempts": item.attempts, "payload": serde_json::from_str::<Json>(&item.payload).unwrap_or_default(),
            })
        })
        .collect();
    let text = if rows.is_empty() {
        format!("{}: everything that arrived was handled.", tenant.name)
    } else {
        text::table(&["event", "received", "module", "kind", "state", "attempts"], &rows)
    };
    Ok(Reply::done(text, json!({ "municipality": tenant.slug, "items": data })))
}
