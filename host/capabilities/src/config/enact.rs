//! Changing a setting on the strength of a decision.

use super::{SERVICE, day, filled};
use crate::bindings::vatra::types::values::{Date, DocumentRef, Failure, Field};
use crate::convert;
use crate::documents;
use crate::registers::Stop;
use crate::state::{CallState, invalid};
use serde_json::json;
use vatra_core::audit::{AuditEntry, AuditKind};
use vatra_core::documents::Standing;
use vatra_core::grants::Ask;
use vatra_core::settings::{Enacted, MOST_ROWS};
use vatra_core::value::Fields;

pub(super) async fn enact(
    state: &mut CallState,
    name: &str,
    rows: Vec<Vec<Field>>,
    since: Date,
    decision: &DocumentRef,
    table: bool,
) -> Result<(), Stop> {
    state.writable(SERVICE)?;
    state.allow(SERVICE, &[Ask::Member("enacts", name)])?;
    let schema = state.binding.manifest.setting(name).cloned().ok_or(Failure::NotFound)?;
    let since = day(since, "since")?;
    if since < state.ctx.today() {
        return Err(invalid("since", "past").into());
    }
    if !table && schema.many {
        return Err(invalid("name", "table").into());
    }
    if rows.len() > MOST_ROWS {
        return Err(invalid("rows", "too-many").into());
    }
    let document = documents::own(state, decision).await?;
    if document.standing != Standing::Issued || document.signatures == 0 {
        return Err(invalid("decision", "unsigned").into());
    }
    let mut read: Vec<Fields> = Vec::with_capacity(rows.len());
    for row in rows {
        let mut fields = Fields::new();
        for Field { name, value } in row {
            let (value, _) = convert::from_guest(&state.binding.sealer, value).map_err(|rule| invalid(&name, rule))?;
            if fields.insert(name.clone(), value).is_some() {
                return Err(invalid(name, "twice").into());
            }
        }
        read.push(filled(fields));
    }
    schema.check(&read).map_err(|(field, rule)| invalid(field, rule))?;
    state.used.write(read.len().max(1), &state.limits)?;
    let title = match &document.number {
        Some(number) => format!("{} {number}", document.title),
        None => document.title.clone(),
    };
    let detail = json!({ "setting": schema.name, "since": since, "rows": read.len(), "document": document.id });
    let row = AuditEntry { kind: AuditKind::Administration, what: "setting".to_owned(), ..state.look(SERVICE, detail, &[]) };
    state.work.audit.push(row);
    state.work.enacted.push(Enacted {
        setting: schema.name,
        since,
        rows: read,
        decision: title.chars().take(200).collect(),
        document: Some(document.id),
        at: state.ctx.now,
        by: state.ctx.caller.person,
    });
    Ok(())
}
