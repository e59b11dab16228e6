//! The module's own documents, as its call leaves them.

use crate::bindings::vatra::documents::documents as wit;
use crate::bindings::vatra::documents::types;
use crate::bindings::vatra::types::values::{DocumentRef, EntryRef, Failure};
use crate::convert;
use crate::registers::Stop;
use crate::state::CallState;
use vatra_core::clock::Instant;
use vatra_core::documents::{Document, Standing, code};
use vatra_core::ids::DocumentId;
use vatra_core::seal::Sealer;

/// A document for its module.
pub fn info(sealer: &Sealer, document: &Document) -> types::Info {
    let kept = document.kept.as_ref();
    types::Info {
        document: reference(document.id),
        kind: document.kind.clone(),
        title: document.title.clone(),
        number: document.number.clone(),
        standing: match document.standing {
            Standing::Received => types::Standing::Received,
            Standing::Making => types::Standing::Making,
            Standing::Draft => types::Standing::Draft,
            Standing::Issued => types::Standing::Issued,
            Standing::Annulled => types::Standing::Annulled,
            Standing::Failed => types::Standing::Failed,
            Standing::Destroyed => types::Standing::Destroyed,
        },
        version: document.version,
        media_type: document.media_type.clone(),
        size: kept.map_or(0, |kept| kept.size),
        digest: kept.map(|kept| kept.digest.clone()).unwrap_or_default(),
        subject: document.subject.map(|id| convert::subject(sealer, id)),
        entry: document.entry.as_ref().map(convert::entry_ref),
        made_at: moment(document.made_at),
        issued_on: document.issued_on.map(convert::date),
        valid_until: document.valid_until.map(convert::date),
        signatures: document.signatures,
        code: document.code.as_deref().map(code::spelled),
        keep_until: document.keep_until.map(convert::date),
        note: document.note.clone(),
    }
}

pub(super) fn reference(id: DocumentId) -> DocumentRef {
    DocumentRef { id: id.to_string() }
}

fn moment(at: Instant) -> u64 {
    u64::try_from(at.0).unwrap_or_default()
}

/// A document of this module, as this call leaves it.
pub(crate) async fn own(state: &mut CallState, document: &DocumentRef) -> Result<Document, Stop> {
    state.allow("documents", &[])?;
    state.used.read(1, &state.limits)?;
    let id: DocumentId = document.id.parse().map_err(|_| Failure::NotFound)?;
    if let Some(touched) = state.work.touched.get(&id) {
        return Ok(touched.clone());
    }
    let found = state.snapshot().await?.document(id).await?;
    found.filter(|found| found.module == state.ctx.module).ok_or_else(|| Failure::NotFound.into())
}

pub(super) async fn of_entry(state: &mut CallState, entry: EntryRef) -> Result<Vec<types::Info>, Stop> {
    state.allow("documents", &[])?;
    let entry = convert::entry_from_guest(&entry).ok_or(Failure::NotFound)?;
    let module = state.ctx.module.clone();
    let stored = state.snapshot().await?.documents_of(&module, &entry).await?;
    state.used.read(stored.len(), &state.limits)?;
    let touched = &state.work.touched;
    let untouched = stored.into_iter().filter(|document| !touched.contains_key(&document.id));
    let mut all: Vec<Document> =
        untouched.chain(touched.values().filter(|document| document.entry.as_ref() == Some(&entry)).cloned()).collect();
    all.sort_by_key(|document| document.id);
    Ok(all.iter().map(|document| info(&state.binding.sealer, document)).collect())
}

pub(super) async fn versions(state: &mut CallState, document: DocumentRef) -> Result<Vec<wit::Version>, Stop> {
    let document = own(state, &document).await?;
    let stored = state.snapshot().await?.document_versions(document.id).await?;
    state.used.read(stored.len(), &state.limits)?;
    let sealer = &state.binding.sealer;
    let mut all: Vec<wit::Version> = stored
        .into_iter()
        .map(|version| wit::Version {
            version: version.version,
            at: moment(version.at),
            by: version.by.map(|id| convert::subject(sealer, id)),
            reason: version.reason,
            digest: version.kept.map(|kept| kept.digest).unwrap_or_default(),
        })
        .collect();
    // What this call itself asks for.
    if all.last().is_none_or(|last| last.version < document.version) {
        all.push(wit::Version {
            version: document.version,
            at: moment(state.ctx.now),
            by: state.ctx.caller.person.map(|id| convert::subject(sealer, id)),
            reason: String::new(),
            digest: document.kept.map(|kept| kept.digest).unwrap_or_default(),
        });
    }
    Ok(all)
}
