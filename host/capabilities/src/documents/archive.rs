//! The end of a document's time: a legal act, on the strength of a signed one, and in the trail.

use super::read::own;
use super::write::{free, order, reasoned, tell, touch};
use crate::bindings::vatra::types::values::{Date, DocumentRef};
use crate::convert;
use crate::registers::Stop;
use crate::state::{CallState, invalid};
use serde_json::json;
use vatra_core::documents::{Document, DocumentChange, ERASE, Standing};

/// Documents of one call.
const MOST: usize = 500;

pub(super) async fn retain(state: &mut CallState, document: DocumentRef, until: Date, reason: String) -> Result<(), Stop> {
    state.writable("documents")?;
    let before = own(state, &document).await?;
    reasoned(&reason)?;
    let until = convert::date_from_guest(until).ok_or_else(|| invalid("until", "date"))?;
    if before.standing == Standing::Destroyed {
        return Err(invalid("document", "standing").into());
    }
    if before.keep_until.is_none_or(|last| until < last) {
        return Err(invalid("until", "retention").into());
    }
    state.used.write(1, &state.limits)?;
    let document = Document { keep_until: Some(until), note: reason.clone(), ..before };
    state.work.documents.push(DocumentChange::Retain { id: document.id, until, reason });
    tell(state, "retain", &document, json!({ "until": until.to_string() }));
    touch(state, document);
    Ok(())
}

pub(super) async fn destroy(state: &mut CallState, documents: Vec<DocumentRef>, act: DocumentRef) -> Result<(), Stop> {
    state.writable("documents")?;
    let act = own(state, &act).await?;
    if documents.len() > MOST {
        return Err(invalid("documents", "too-many").into());
    }
    if act.standing != Standing::Issued || act.signatures == 0 {
        return Err(invalid("act", "unsigned").into());
    }
    let today = state.ctx.today();
    state.used.write(documents.len(), &state.limits)?;
    let mut all: Vec<Document> = Vec::with_capacity(documents.len());
    // All are looked at before anything is done to one.
    for document in &documents {
        let before = own(state, document).await?;
        if matches!(before.standing, Standing::Making | Standing::Destroyed) || before.id == act.id {
            return Err(invalid("documents", "standing").into());
        }
        if all.iter().any(|other| other.id == before.id) {
            return Err(invalid("documents", "duplicate").into());
        }
        if before.keep_until.is_none_or(|last| today <= last) {
            return Err(invalid("documents", "retention").into());
        }
        free(state, &before).await?;
        all.push(before);
    }
    for before in all {
        order(state, ERASE, before.id, before.version)?;
        state.work.documents.push(DocumentChange::Destroy { id: before.id });
        tell(state, "destroy", &before, json!({ "act": act.id, "number": act.number }));
        touch(state, Document { standing: Standing::Destroyed, subject: None, recipe: None, note: String::new(), ..before });
    }
    Ok(())
}
