//! Documents as officials and the public get them.

use super::{App, AppError};
use crate::carriers::Record;
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;
use vatra_capabilities::Binding;
use vatra_core::audit::AuditKind;
use vatra_core::blobs::BlobError;
use vatra_core::call::{CallContext, Tenant};
use vatra_core::documents::{Document, Standing};
use vatra_core::ids::{DocumentId, Name, SubjectId, TenantId};
use vatra_core::manifest::Language;
use vatra_runtime::CallError;
use vatra_view::pages::check::{Holds, Signed, Verdict};

/// People of a document whom the trail names one by one.
const NAMED: usize = 1_000;

/// A document's bytes.
pub struct File {
    /// Its name.
    pub name: String,
    /// As in RFC 6838.
    pub media_type: String,
    /// All of it.
    pub bytes: Vec<u8>,
}

pub(super) fn unreadable(error: &BlobError) -> CallError {
    CallError::Host(error.to_string())
}

impl App {
    /// A document of the module, for an official who may open any of its screens; none while it is being made. That somebody looked is in the
    /// trail before anything is given.
    ///
    /// # Errors
    /// [`CallError::NotFound`] when the module has no such document, or it failed or was destroyed; [`CallError::Denied`] without a role.
    pub async fn document(&self, ctx: &CallContext, binding: &Binding, id: &str) -> Result<Option<File>, CallError> {
        let missing = || CallError::NotFound(format!("document {}", id.chars().take(40).collect::<String>()));
        let roles: BTreeSet<Name> = binding.manifest.screens.iter().flat_map(|screen| screen.roles.iter().cloned()).collect();
        self.runtime.require_role(ctx, "documents", &roles).await?;
        self.given(ctx, Some(binding), id.parse().map_err(|_| missing())?).await
    }

    /// The same for whoever may have it for another reason.
    pub(super) async fn given(&self, ctx: &CallContext, binding: Option<&Binding>, id: DocumentId) -> Result<Option<File>, CallError> {
        let missing = || CallError::NotFound(format!("document {id}"));
        let found = self.store.snapshot(ctx.tenant.id).await?.document(id).await?;
        let document = found.filter(|found| found.module == ctx.module && found.is_open_to(&ctx.caller)).ok_or_else(missing)?;
        if matches!(document.standing, Standing::Failed | Standing::Destroyed) {
            return Err(missing());
        }
        if document.standing == Standing::Making {
            return Ok(None);
        }
        let address = document.kept.as_ref().and_then(|kept| kept.address).ok_or_else(missing)?;
        let mut about: BTreeSet<SubjectId> = document.subject.into_iter().collect();
        about.extend(self.record(ctx.tenant.id, &document).await?.into_iter().flat_map(|record| record.people));
        let people = about.len();
        let legal_basis = binding
            .and_then(|binding| binding.capabilities.get("documents"))
            .and_then(|allowed| Some(allowed.as_ref().ok()?.legal_basis.clone()));
        let mut row = ctx.row(AuditKind::Look, "document", json!({ "document": id, "version": document.version, "people": people }));
        row.legal_basis = legal_basis.unwrap_or_default();
        row.about.extend(about.into_iter().take(NAMED));
        self.store.audit(ctx.tenant.id, vec![row]).await?;
        let bytes = self.blobs.get(ctx.tenant.id, address).await.map_err(|error| unreadable(&error))?;
        Ok(Some(File { name: file_name(&document), media_type: document.media_type, bytes }))
    }

    /// What anyone may know who has this code: none when no document that was issued has it.
    ///
    /// # Errors
    /// [`AppError`].
    pub async fn check_document(&self, code: &str, language: Language) -> Result<Option<Verdict>, AppError> {
        let Some((home, id)) = self.store.home_of_document(code).await? else { return Ok(None) };
        let document = self.store.snapshot(home).await?.document(id).await?;
        let tenant = self.store.tenants().await?.into_iter().find(|tenant| tenant.id == home);
        let (Some(tenant), Some(document)) = (tenant, document) else { return Ok(None) };
        let expired = document.valid_until.is_some_and(|last| last < self.clock.now().civil_date());
        let holds = match document.standing {
            Standing::Annulled => Holds::Annulled,
            Standing::Issued if expired => Holds::Expired,
            Standing::Issued => Holds::Valid,
            _ => return Ok(None),
        };
        Ok(self.verdict(&tenant, document, holds, language).await?)
    }

    /// Whether a document's signatures hold.
    async fn signed(&self, tenant: TenantId, document: &Document) -> Result<Option<Signed>, CallError> {
        let address = document.kept.as_ref().and_then(|kept| kept.address);
        let Some(address) = address.filter(|_| document.signatures > 0) else { return Ok(None) };
        let Some(judge) = self.runtime.judge() else { return Ok(Some(Signed::Unknown)) };
        let pdf = self.blobs.get(tenant, address).await.map_err(|error| unreadable(&error))?;
        let judged = judge.judge(pdf).await.unwrap_or_default();
        let expected = document.signatures as usize;
        Ok(Some(match judged.iter().find_map(|one| one.fault) {
            Some("revocation-unknown") => Signed::Unknown,
            None if judged.len() >= expected => Signed::Hold(judged.len()),
            _ => Signed::Fail,
        }))
    }

    async fn verdict(&self, tenant: &Tenant, document: Document, holds: Holds, language: Language) -> Result<Option<Verdict>, CallError> {
        let signed = self.signed(tenant.id, &document).await?;
        let record = self.record(tenant.id, &document).await?;
        let (Some(recipe), Some(issued_on), Some(record)) = (document.recipe, document.issued_on, record) else { return Ok(None) };
        let shown = recipe.shown.iter().filter_map(|field| {
            let value = text(record.data.get(&field.name)?, language)?;
            Some((field.title.get(language).to_owned(), value))
        });
        Ok(Some(Verdict {
            holds,
            kind: recipe.kind_title.get(language).to_owned(),
            issuer: vatra_view::town_hall(tenant, language),
            number: document.number,
            issued_on,
            valid_until: document.valid_until,
            shown: shown.collect(),
            signed,
        }))
    }

    async fn record(&self, tenant: TenantId, document: &Document) -> Result<Option<Record>, CallError> {
        let Some(address) = document.record else { return Ok(None) };
        let bytes = self.blobs.get(tenant, address).await.map_err(|error| unreadable(&error))?;
        Ok(serde_json::from_slice(&bytes).ok())
    }
}

/// What a document is called as a file: `certificate-12-2026.pdf`.
pub(crate) fn file_name(document: &Document) -> String {
    if !document.name.is_empty() {
        return document.name.clone();
    }
    let number = document.number.clone().unwrap_or_else(|| document.id.to_string());
    let number: String = number.chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
    format!("{}-{number}.pdf", document.kind)
}

/// A value of a record as it is written; none for what is empty.
fn text(value: &Json, language: Language) -> Option<String> {
    match value {
        Json::Null | Json::Array(_) => None,
        Json::Bool(flag) => Some(vatra_view::say(language, if *flag { "yes" } else { "no" })),
        Json::Number(number) => Some(number.to_string()),
        Json::String(text) => Some(text.clone()),
        Json::Object(value) => value.get("text").and_then(Json::as_str).map(str::to_owned),
    }
}
