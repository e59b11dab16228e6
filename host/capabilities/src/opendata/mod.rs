//! `vatra:opendata/acts`: publishing what the municipality decided on its page. Nothing but what is issued and signed; data sets are not served yet.

use crate::bindings::vatra::opendata::{acts as wit, types as told};
use crate::bindings::vatra::types::values::{DocumentRef, Failure};
use crate::convert;
use crate::documents;
use crate::registers::{Stop, counted};
use crate::state::{CallState, invalid};
use serde_json::json;
use vatra_core::acts::{Act, ActChange, ActKind, MOST_TITLE, SERVICE};
use vatra_core::audit::{AuditEntry, AuditKind};
use vatra_core::documents::{Document, Standing};
use vatra_core::grants::Ask;
use vatra_core::ids::DocumentId;

type Answer<T> = wasmtime::Result<Result<T, Failure>>;

impl told::Host for CallState {}

impl wit::Host for CallState {
    async fn publish(&mut self, act: wit::Act) -> Answer<String> {
        counted!(self, "opendata.publish", publish(self, act))
    }
    async fn repeal(&mut self, publication: String, by: DocumentRef) -> Answer<()> {
        counted!(self, "opendata.repeal", repeal(self, &publication, &by))
    }
    async fn standing_of(&mut self, publication: String) -> Answer<told::ActState> {
        counted!(self, "opendata.standing-of", async {
            self.allow(SERVICE, &[])?;
            let act = own(self, &publication).await?;
            Ok::<_, Stop>(state_of(&act))
        })
    }
}

fn kind(kind: wit::Kind) -> ActKind {
    match kind {
        wit::Kind::Decision => ActKind::Decision,
        wit::Kind::Disposition => ActKind::Disposition,
        wit::Kind::Minutes => ActKind::Minutes,
        wit::Kind::Notice => ActKind::Notice,
    }
}

/// The state register gives no number as long as nobody can reach it: the page is where the act is published.
fn state_of(act: &Act) -> told::ActState {
    let standing = if act.repealed_by.is_some() { told::ActStanding::Repealed } else { told::ActStanding::Published };
    let at = u64::try_from(act.published_at.0).unwrap_or(0);
    told::ActState { id: act.document.to_string(), standing, number: None, at, note: String::new() }
}

/// Issued and signed.
async fn signed(state: &mut CallState, document: &DocumentRef, field: &str) -> Result<Document, Stop> {
    let found = documents::own(state, document).await?;
    if found.standing != Standing::Issued || found.signatures == 0 {
        return Err(invalid(field, "unsigned").into());
    }
    Ok(found)
}

async fn own(state: &mut CallState, publication: &str) -> Result<Act, Stop> {
    let id: DocumentId = publication.parse().map_err(|_| Failure::NotFound)?;
    state.used.read(1, &state.limits)?;
    let mut act = state.work.acts.iter().find_map(|change| match change {
        ActChange::Publish(act) if act.document == id => Some((**act).clone()),
        _ => None,
    });
    if act.is_none() {
        act = state.snapshot().await?.act(id).await?;
    }
    let mut act = act.filter(|act| act.module == state.ctx.module).ok_or(Failure::NotFound)?;
    for change in &state.work.acts {
        if let ActChange::Repeal { act: repealed, by } = change
            && *repealed == id
        {
            act.repealed_by = Some(*by);
        }
    }
    Ok(act)
}

async fn publish(state: &mut CallState, act: wit::Act) -> Result<String, Stop> {
    state.writable(SERVICE)?;
    let kind = kind(act.kind);
    state.allow(SERVICE, &[Ask::Member("kinds", kind.code())])?;
    let length = act.title.chars().count();
    if act.title.trim().is_empty() {
        return Err(invalid("title", "required").into());
    }
    if length > MOST_TITLE || act.title.chars().any(char::is_control) {
        return Err(invalid("title", "too-long").into());
    }
    let in_force_from = match act.in_force_from {
        Some(date) => Some(convert::date_from_guest(date).ok_or_else(|| invalid("in-force-from", "date"))?),
        None => None,
    };
    let document = signed(state, &act.document, "document").await?;
    let (Some(number), Some(date)) = (document.number.clone(), document.issued_on) else {
        return Err(invalid("document", "number").into());
    };
    // With names blacked out it is a document of its own, issued; the signatures are on the act.
    let public_version = match &act.public_version {
        Some(public) => {
            let public = documents::own(state, public).await?;
            if public.standing != Standing::Issued {
                return Err(invalid("public-version", "standing").into());
            }
            Some(public.id)
        }
        None => None,
    };
    match own(state, &document.id.to_string()).await {
        Err(Stop::Failure(Failure::NotFound)) => {}
        Ok(_) => return Err(invalid("document", "published").into()),
        Err(other) => return Err(other),
    }
    state.used.write(1, &state.limits)?;
    let detail = json!({ "act": document.id, "kind": kind.code(), "number": number });
    let row = AuditEntry { kind: AuditKind::Document, what: "publish".to_owned(), ..state.look(SERVICE, detail, &[]) };
    state.work.audit.push(row);
    state.work.acts.push(ActChange::Publish(Box::new(Act {
        document: document.id,
        public_version,
        module: state.ctx.module.clone(),
        kind,
        title: act.title,
        number,
        date,
        in_force_from,
        published_at: state.ctx.now,
        repealed_by: None,
    })));
    Ok(document.id.to_string())
}

async fn repeal(state: &mut CallState, publication: &str, by: &DocumentRef) -> Result<(), Stop> {
    state.writable(SERVICE)?;
    state.allow(SERVICE, &[])?;
    let act = own(state, publication).await?;
    let by = signed(state, by, "by").await?;
    if act.repealed_by.is_some() || by.id == act.document {
        return Err(invalid("publication", "repealed").into());
    }
    state.used.write(1, &state.limits)?;
    let detail = json!({ "act": act.document, "by": by.id });
    let row = AuditEntry { kind: AuditKind::Document, what: "repeal".to_owned(), ..state.look(SERVICE, detail, &[]) };
    state.work.audit.push(row);
    state.work.acts.push(ActChange::Repeal { act: act.document, by: by.id });
    Ok(())
}
