//! What a call does to documents: buffered in the unit of work, done when it is kept.

use super::read::{own, reference};
use super::recipe;
use crate::bindings::vatra::documents::documents as wit;
use crate::bindings::vatra::types::values::{Date, DocumentRef, Failure};
use crate::convert;
use crate::mpay::own_order;
use crate::registers::Stop;
use crate::state::{CallState, HostError, invalid};
use crate::work::MAX_REASON;
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};
use vatra_core::audit::{AuditEntry, AuditKind};
use vatra_core::documents::{Document, DocumentChange, Kept, MAKE, Recipe, SERVICE, Standing, ToMake, code};
use vatra_core::grants::{Ask, Denial, RECEIVED};
use vatra_core::ids::{DocumentId, Name, SubjectId};
use vatra_core::manifest::World;
use vatra_core::register::FileKind;
use vatra_core::signing::SigningRequest;
use vatra_core::store::StoreError;
use vatra_core::value::EntryRef;

/// Bytes that a module may keep in one document.
const MAX_CONTENT: usize = 4 << 20;
const PDF: &str = "application/pdf";

/// A document that this call begins.
fn new(state: &mut CallState, standing: Standing) -> Document {
    Document {
        id: DocumentId(state.work.next_id().0),
        module: state.ctx.module.clone(),
        kind: String::new(),
        title: String::new(),
        number: None,
        standing,
        version: 1,
        media_type: PDF.to_owned(),
        name: String::new(),
        kept: None,
        record: None,
        subject: None,
        entry: None,
        made_at: state.ctx.now,
        issued_on: None,
        valid_until: None,
        signatures: 0,
        code: None,
        keep_until: None,
        note: String::new(),
        recipe: None,
    }
}

pub(super) async fn make(state: &mut CallState, making: wit::Making) -> Result<DocumentRef, Stop> {
    state.writable("documents")?;
    let made = recipe::read(state, making)?;
    payable(state, &made.recipe).await?;
    state.used.write(1, &state.limits)?;
    let document = Document {
        kind: made.kind.to_string(),
        title: made.title,
        subject: made.subject,
        entry: made.entry,
        keep_until: Document::keep_until(state.ctx.today(), made.recipe.retention_years),
        recipe: Some(made.recipe),
        ..new(state, Standing::Making)
    };
    order(state, MAKE, document.id, 1)?;
    state.work.documents.push(DocumentChange::New(Box::new(document.clone())));
    Ok(touch(state, document))
}

/// Whether the order that it asks to be paid is one of the module's.
async fn payable(state: &mut CallState, recipe: &Recipe) -> Result<(), Stop> {
    let Some(number) = &recipe.pays else { return Ok(()) };
    match own_order(state, number).await {
        Ok(_) => Ok(()),
        Err(Stop::Failure(Failure::NotFound)) => Err(invalid("pays", "unknown").into()),
        Err(other) => Err(other),
    }
}

pub(super) async fn remake(
    state: &mut CallState,
    document: DocumentRef,
    version: u32,
    making: wit::Making,
    reason: String,
) -> Result<u32, Stop> {
    state.writable("documents")?;
    let made = recipe::read(state, making)?;
    payable(state, &made.recipe).await?;
    let before = own(state, &document).await?;
    reasoned(&reason)?;
    let open = match before.standing {
        Standing::Draft | Standing::Failed => true,
        Standing::Making => before.issued_on.is_none(),
        Standing::Received | Standing::Issued | Standing::Annulled | Standing::Destroyed => false,
    };
    free(state, &before).await?;
    if !open || before.recipe.is_none() || before.signatures > 0 {
        return Err(invalid("document", "standing").into());
    }
    if before.version != version {
        return Err(Failure::Conflict.into());
    }
    if before.kind != made.kind.as_str() {
        return Err(invalid("template", "kind").into());
    }
    state.used.write(1, &state.limits)?;
    let seen = before.standing;
    let document = Document {
        title: made.title,
        subject: made.subject,
        entry: made.entry,
        recipe: Some(made.recipe),
        standing: Standing::Making,
        version: version + 1,
        kept: None,
        record: None,
        made_at: state.ctx.now,
        note: String::new(),
        ..before
    };
    order(state, MAKE, document.id, document.version)?;
    state.work.documents.push(DocumentChange::Remake { document: Box::new(document.clone()), seen, reason });
    touch(state, document);
    Ok(version + 1)
}

pub(super) async fn issue(state: &mut CallState, document: DocumentRef, version: u32, valid_until: Option<Date>) -> Result<u32, Stop> {
    state.writable("documents")?;
    let before = own(state, &document).await?;
    let today = state.ctx.today();
    let valid_until = match valid_until {
        None => None,
        Some(date) => Some(convert::date_from_guest(date).ok_or_else(|| invalid("valid-until", "date"))?),
    };
    if valid_until.is_some_and(|last| last < today) {
        return Err(invalid("valid-until", "past").into());
    }
    let seen = before.standing;
    free(state, &before).await?;
    if !matches!(seen, Standing::Making | Standing::Draft) || before.issued_on.is_some() || before.signatures > 0 {
        return Err(invalid("document", "standing").into());
    }
    if before.version != version {
        return Err(Failure::Conflict.into());
    }
    state.used.write(1, &state.limits)?;
    let counter = (state.work.documents.len() as u64) | (u64::from(state.attempt) << 32);
    let code = code::code(&crate::base::draw(&state.ctx.seed, b"document-code", counter));
    let drafted = seen == Standing::Draft;
    let document = Document {
        standing: Standing::Making,
        version: version + u32::from(drafted),
        kept: None,
        made_at: state.ctx.now,
        issued_on: Some(today),
        valid_until,
        keep_until: Document::keep_until(today, before.recipe.as_ref().and_then(|recipe| recipe.retention_years)),
        code: Some(code.clone()),
        ..before
    };
    if drafted {
        order(state, MAKE, document.id, document.version)?;
    }
    state.work.documents.push(DocumentChange::Issue { id: document.id, version, seen, valid_until, code });
    tell(state, "issue", &document, Json::Null);
    let version = document.version;
    touch(state, document);
    Ok(version)
}

pub(super) async fn store(state: &mut CallState, file: wit::File) -> Result<DocumentRef, Stop> {
    state.writable("documents")?;
    state.allow("documents", &[Ask::Member("kinds", &file.kind), Ask::Member("media-types", &file.media_type)])?;
    if file.content.len() > MAX_CONTENT {
        return Err(invalid("content", "too-long").into());
    }
    let plain = |c: char| !c.is_control() && !matches!(c, '/' | '\\' | '"');
    if file.name.is_empty() || file.name.chars().count() > 120 || !file.name.chars().all(plain) {
        return Err(invalid("name", "name").into());
    }
    let title = recipe::title(file.title)?;
    let (subject, entry) = recipe::about(state, file.subject.as_ref(), file.entry.as_ref())?;
    state.used.write(1, &state.limits)?;
    let about = Received { kind: &file.kind, name: file.name, media_type: &file.media_type, title, subject, content: &file.content };
    keep(state, about, entry).await
}

/// A file that the host itself had from a service.
pub(crate) struct Received<'a> {
    /// The document type.
    pub(crate) kind: &'a str,
    /// The file's name.
    pub(crate) name: String,
    /// As in RFC 6838.
    pub(crate) media_type: &'a str,
    /// Nothing personal.
    pub(crate) title: String,
    /// Whom it is about.
    pub(crate) subject: Option<SubjectId>,
    /// Its bytes.
    pub(crate) content: &'a [u8],
}

/// Keeps it as a document of the module's, once the call is kept.
pub(crate) async fn received(state: &mut CallState, file: Received<'_>) -> Result<DocumentRef, Stop> {
    keep(state, file, None).await
}

/// The document type of files that people send with forms.
const SENT: &str = "received";
/// Characters of a file's name that are kept.
const MAX_FILE_NAME: usize = 200;

/// Keeps a file that somebody sent with a form, whose content showed that it is of this kind. The module is given the document.
///
/// # Errors
/// The failure that the person is told, or the end of the call.
pub async fn uploaded(
    state: &mut CallState,
    kind: FileKind,
    name: &str,
    content: &[u8],
) -> Result<Result<DocumentRef, Failure>, HostError> {
    // Without the folders that old browsers send, and without what a file system or a header would stumble over.
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = name.chars().filter(|c| !c.is_control()).take(MAX_FILE_NAME).collect();
    let name = if name.trim().is_empty() { format!("file.{}", kind.code()) } else { name };
    // On phones it is the sender's own, or that of whom they act for; nobody else is given it there.
    let phones = state.binding.manifest.world == World::EvoModule;
    let subject = if phones { state.ctx.caller.principal() } else { None };
    let allowed = match (phones, subject) {
        (false, _) => state.allow(SERVICE, &[]),
        (true, Some(_)) => state.allow(RECEIVED, &[]),
        (true, None) => Err(state.deny(Denial::new(SERVICE, "phones", ""))),
    };
    let kept = match allowed {
        Ok(_) => {
            let file = Received { kind: SENT, title: name.clone(), name, media_type: kind.media_type(), subject, content };
            keep(state, file, None).await
        }
        Err(failure) => Err(failure.into()),
    };
    match kept {
        Ok(document) => Ok(Ok(document)),
        Err(Stop::Failure(failure)) => Ok(Err(failure)),
        Err(Stop::Host(error)) => Err(error),
    }
}

async fn keep(state: &mut CallState, file: Received<'_>, entry: Option<EntryRef>) -> Result<DocumentRef, Stop> {
    // Kept before the call's work is: bytes that nothing refers to are nobody's, and what refers to them is only kept after them.
    let blobs = state.blobs.clone().ok_or_else(|| Failure::Unavailable(SERVICE.to_owned()))?;
    let address = blobs.put(state.ctx.tenant.id, file.content).await;
    let address = address.map_err(|error| HostError::Store(StoreError::Database(error.to_string())))?;
    let kept = Kept { address: Some(address), size: file.content.len() as u64, digest: hex::encode(Sha256::digest(file.content)) };
    let document = Document {
        keep_until: Document::keep_until(state.ctx.today(), state.binding.manifest.retention_years(file.kind)),
        kind: file.kind.to_owned(),
        title: file.title,
        media_type: file.media_type.to_owned(),
        name: file.name,
        kept: Some(kept),
        subject: file.subject,
        entry,
        ..new(state, Standing::Received)
    };
    state.work.documents.push(DocumentChange::New(Box::new(document.clone())));
    Ok(touch(state, document))
}

pub(super) async fn annul(state: &mut CallState, document: DocumentRef, reason: String) -> Result<(), Stop> {
    state.writable("documents")?;
    let before = own(state, &document).await?;
    reasoned(&reason)?;
    if reason.trim().is_empty() {
        return Err(invalid("reason", "required").into());
    }
    if before.standing != Standing::Issued {
        return Err(invalid("document", "standing").into());
    }
    state.used.write(1, &state.limits)?;
    let document = Document { standing: Standing::Annulled, note: reason.clone(), ..before };
    state.work.documents.push(DocumentChange::Annul { id: document.id, reason });
    tell(state, "annul", &document, Json::Null);
    touch(state, document);
    Ok(())
}

/// A document holds still while somebody is asked to sign it.
pub(crate) async fn free(state: &mut CallState, document: &Document) -> Result<(), Stop> {
    let asked = |request: &SigningRequest| request.standing.is_open() && request.body.documents().any(|id| id == document.id);
    if state.work.requested.values().any(asked) {
        return Err(invalid("document", "signing").into());
    }
    // Until the commit: also when this call closes the request.
    if !state.snapshot().await?.signing_of(&[document.id]).await?.is_empty() { Err(invalid("document", "signing").into()) } else { Ok(()) }
}

pub(super) fn reasoned(reason: &str) -> Result<(), Failure> {
    if reason.len() > MAX_REASON { Err(invalid("reason", "too-long")) } else { Ok(()) }
}

pub(super) fn touch(state: &mut CallState, document: Document) -> DocumentRef {
    let id = document.id;
    state.work.reached.extend(document.subject);
    state.work.reached.extend(document.recipe.iter().flat_map(Recipe::people));
    state.work.touched.insert(id, document);
    reference(id)
}

/// What leaves for whoever makes documents.
pub(super) fn order(state: &mut CallState, what: &str, document: DocumentId, version: u32) -> Result<(), Stop> {
    let service = Name::new(SERVICE).map_err(|error| HostError::Store(StoreError::Corrupt(error.to_string())))?;
    state.work.leave(&service, what, &ToMake { document, version })?;
    Ok(())
}

/// A legal act is in the trail by itself, with what it was done to.
pub(super) fn tell(state: &mut CallState, what: &str, document: &Document, more: Json) {
    let mut detail = json!({ "document": document.id, "type": document.kind, "version": document.version });
    if let (Some(detail), Json::Object(more)) = (detail.as_object_mut(), more) {
        detail.extend(more);
    }
    let about: Vec<SubjectId> = document.subject.into_iter().collect();
    let row = AuditEntry { kind: AuditKind::Document, what: what.to_owned(), ..state.look(SERVICE, detail, &about) };
    state.work.audit.push(row);
}
