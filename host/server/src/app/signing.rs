//! Signing, as officials do it: what waits for them, sent to MSign with one errand, or refused.

use super::{App, AppError, By, DocumentFile, HOST};
use serde_json::json;
use std::collections::BTreeMap;
use vatra_core::audit::AuditKind;
use vatra_core::call::{Channel, Official, Tenant};
use vatra_core::documents::{Document, Standing as Document_};
use vatra_core::ids::{DocumentId, Name, OutboxId, SigningId};
use vatra_core::manifest::Language;
use vatra_core::providers::{BrowserForm, ContentKind, Errand, Signatures};
use vatra_core::signing::{Place, Posting, PostingProgress, SERVICE, SIGN, SigningChange, SigningRequest, Standing};
use vatra_core::store::{CommitError, OutboxItem, OutboxState, Snapshot};
use vatra_core::unit::{Outgoing, Unit};
use vatra_core::view::SigningItem;

/// The export by which modules hear what became of what they asked for.
const EVENTS: &str = "vatra:modules/events@0.1.0";
/// Requests of a queue, and of one errand.
const MOST: u32 = 500;
/// Bytes of one request to MSign, which takes a third more of them.
const MOST_BYTES: u64 = 40 << 20;
/// Tries of what others change meanwhile.
const TRIES: usize = 4;

/// What waits for somebody.
#[derive(Debug)]
pub struct ToSign {
    /// The request.
    pub request: SigningRequest,
    /// Which signer they are.
    pub signer: usize,
    /// Its documents, as they stand.
    pub documents: Vec<Document>,
}

impl ToSign {
    /// Whether all of it is there to be signed.
    pub fn is_ready(&self) -> bool {
        let there = |document: &Document| {
            let stands = matches!(document.standing, Document_::Draft | Document_::Issued | Document_::Received);
            stands && document.kept.as_ref().is_some_and(|kept| kept.address.is_some())
        };
        self.documents.len() == self.request.body.documents().count() && self.documents.iter().all(there)
    }
    fn bytes(&self) -> u64 {
        self.documents.iter().filter_map(|document| document.kept.as_ref()).map(|kept| kept.size).sum()
    }
    fn place(&self) -> Place {
        Place { request: self.request.id, signer: u32::try_from(self.signer).unwrap_or(u32::MAX) }
    }
}

/// What somebody wants to sign.
pub enum Wanted {
    /// These requests.
    Requests(Vec<SigningId>),
    /// What waits for these documents of a module.
    Documents(Name, Vec<DocumentId>),
}

/// How far an errand is.
pub enum Stage {
    /// MSign does not have it yet.
    Preparing,
    /// The person goes to MSign with this.
    Ready(BrowserForm),
    /// It came to this: `signed`, `refused`, `expired`, or a code for why it does not count; and where they go on.
    Ended(String, String),
}

impl App {
    /// From now on this is where people sign.
    pub fn set_signatures(&self, signatures: std::sync::Arc<dyn Signatures>) {
        let _ = self.signatures.set(signatures);
    }

    /// Whether anybody can sign here.
    pub fn signs(&self) -> bool {
        self.signatures.get().is_some()
    }

    /// Whether a module is told of events.
    pub(crate) async fn listens(&self, tenant: &Tenant, module: &Name) -> bool {
        let Ok(binding) = self.runtime.binding(tenant.id, module).await else { return false };
        self.words_of_binding(&binding).is_ok_and(|words| words.package.exports.iter().any(|export| export == EVENTS))
    }

    /// What waits for them, as a queue shows it.
    ///
    /// # Errors
    /// As [`Self::to_sign`].
    pub async fn signing_items(&self, tenant: &Tenant, official: &Official, language: Language) -> Result<Vec<SigningItem>, AppError> {
        let slug = &tenant.slug;
        let mut items = Vec::new();
        for one in self.to_sign(tenant, official).await? {
            let signer = one.request.signers.get(one.signer);
            let module = self.runtime.binding(tenant.id, &one.request.module).await;
            let documents = one.documents.iter().map(|document| {
                let text = document.number.as_ref().map_or_else(|| document.title.clone(), |number| format!("{} {number}", document.title));
                (text, format!("/{slug}/signing/documents/{}", document.id))
            });
            items.push(SigningItem {
                id: one.request.id.to_string(),
                title: one.request.body.title.clone(),
                module: module.map_or_else(|_| one.request.module.to_string(), |module| module.manifest.title.get(language).to_owned()),
                reason: signer.map(|signer| signer.reason.clone()).unwrap_or_default(),
                documents: documents.collect(),
                until: one.request.body.until,
                ready: one.is_ready(),
                errand: signer.and_then(|signer| signer.posting).map(|posting| format!("/{slug}/signing/{posting}")),
                note: signer.map(|signer| signer.note.clone()).unwrap_or_default(),
            });
        }
        Ok(items)
    }

    /// What waits for an official, in person or by role, and what they were sent to MSign with; oldest first.
    ///
    /// # Errors
    /// [`AppError::Store`].
    pub async fn to_sign(&self, tenant: &Tenant, official: &Official) -> Result<Vec<ToSign>, AppError> {
        let mut snapshot = self.store.snapshot(tenant.id).await?;
        let mut all = Vec::new();
        for (request, signer) in self.requests_to_sign(snapshot.as_mut(), official).await? {
            let mut documents = Vec::new();
            for id in request.body.documents() {
                documents.extend(snapshot.document(id).await?);
            }
            all.push(ToSign { request, signer, documents });
        }
        Ok(all)
    }

    /// How many requests wait for an official.
    ///
    /// # Errors
    /// [`AppError::Store`].
    pub async fn number_to_sign(&self, tenant: &Tenant, official: &Official) -> Result<usize, AppError> {
        let mut snapshot = self.store.snapshot(tenant.id).await?;
        Ok(self.requests_to_sign(snapshot.as_mut(), official).await?.len())
    }

    async fn requests_to_sign(&self, snapshot: &mut dyn Snapshot, official: &Official) -> Result<Vec<(SigningRequest, usize)>, AppError> {
        let today = self.clock.now().civil_date();
        let mut all = Vec::new();
        for request in snapshot.signing_waiting(official.person, &official.roles, None, MOST).await? {
            let sent = |signer: &vatra_core::signing::Signer| signer.standing == Standing::Signing && signer.by == Some(official.person);
            let signer = request.waiting_for(official.person, &official.roles).or_else(|| request.signers.iter().position(sent));
            all.extend(signer.filter(|_| request.body.until.is_none_or(|last| today <= last)).map(|signer| (request, signer)));
        }
        Ok(all)
    }

    /// Begins to sign: one request to MSign for each kind and reason, all of whose documents the person signs at once. What does not wait for them, or is not
    /// ready, is left.
    ///
    /// # Errors
    /// [`AppError`].
    pub async fn begin_signing(
        &self,
        tenant: &Tenant,
        official: &Official,
        wanted: &Wanted,
        back: &str,
    ) -> Result<Vec<OutboxId>, AppError> {
        for _ in 0..TRIES {
            match self.try_to_begin(tenant, official, wanted, back).await {
                Err(CommitError::Conflict) => {}
                Ok(begun) => return Ok(begun),
                Err(CommitError::Store(error)) => return Err(error.into()),
                Err(CommitError::Handled | CommitError::Repeated(_)) => break,
            }
        }
        Ok(Vec::new())
    }

    async fn try_to_begin(&self, tenant: &Tenant, official: &Official, wanted: &Wanted, back: &str) -> Result<Vec<OutboxId>, CommitError> {
        let all = self.to_sign(tenant, official).await.map_err(|error| match error {
            AppError::Store(error) => error,
            other => vatra_core::store::StoreError::Database(other.to_string()),
        })?;
        let mut groups: BTreeMap<(bool, String), Vec<Vec<Place>>> = BTreeMap::new();
        let mut filled: BTreeMap<(bool, String), u64> = BTreeMap::new();
        let mut modules: BTreeMap<SigningId, Name> = BTreeMap::new();
        for one in &all {
            let asked = match wanted {
                Wanted::Requests(ids) => ids.contains(&one.request.id),
                Wanted::Documents(module, ids) => one.request.module == *module && one.request.body.documents().any(|id| ids.contains(&id)),
            };
            let Some(signer) = one.request.signers.get(one.signer) else { continue };
            if !asked || signer.standing != Standing::Waiting || !one.is_ready() || !self.may_sign(tenant, &one.request.module).await {
                continue;
            }
            let key = (one.request.body.kind() == ContentKind::Hash, signer.reason.clone());
            let (postings, bytes) = (groups.entry(key.clone()).or_default(), filled.entry(key).or_default());
            if postings.is_empty() || *bytes + one.bytes() > MOST_BYTES {
                postings.push(Vec::new());
                *bytes = 0;
            }
            *bytes += one.bytes();
            if let Some(last) = postings.last_mut() {
                last.push(one.place());
            }
            modules.insert(one.request.id, one.request.module.clone());
        }
        let mut begun = Vec::new();
        for places in groups.into_values().flatten() {
            let Some(module) = places.first().and_then(|place| modules.get(&place.request)) else { continue };
            let id = OutboxId::fresh();
            let posting = Posting { places: places.clone(), person: official.person, back: back.to_owned() };
            let payload = serde_json::to_string(&posting).unwrap_or_default();
            let service = Name::new(SERVICE).map_err(|error| vatra_core::store::StoreError::Corrupt(error.to_string()))?;
            let by = By { person: Some(official.person), channel: Channel::Portal };
            let detail = json!({ "item": id, "requests": places.len() });
            let mut unit = Unit::new(self.clock.now(), Some(official.person), module.clone());
            unit.audit.push(self.row(by, AuditKind::Document, Some(module), "sign-begun", &detail));
            unit.signing.push(SigningChange::Begin { places, by: official.person, posting: id });
            unit.outgoing.push(Outgoing { id, service, kind: SIGN.to_owned(), payload });
            self.store.commit(tenant.id, unit).await?;
            begun.push(id);
        }
        if !begun.is_empty() {
            self.runtime.nudge();
        }
        Ok(begun)
    }

    /// Whether the module may still have anything signed.
    async fn may_sign(&self, tenant: &Tenant, module: &Name) -> bool {
        if module.as_str() == HOST {
            return true;
        }
        let binding = self.runtime.binding(tenant.id, module).await;
        binding.is_ok_and(|binding| matches!(binding.capabilities.get(SERVICE), Some(Ok(_))))
    }

    /// Refuses what waits for an official; how many requests that closed.
    ///
    /// # Errors
    /// [`AppError`].
    pub async fn refuse_signing(&self, tenant: &Tenant, official: &Official, ids: &[SigningId], reason: &str) -> Result<usize, AppError> {
        let mut refused = 0;
        for one in self.to_sign(tenant, official).await?.iter().filter(|one| ids.contains(&one.request.id)) {
            let module = &one.request.module;
            let by = By { person: Some(official.person), channel: Channel::Portal };
            let mut unit = Unit::new(self.clock.now(), Some(official.person), module.clone());
            unit.audit.push(self.row(by, AuditKind::Document, Some(module), "sign-refused", &json!({ "request": one.request.id })));
            let tell = self.listens(tenant, module).await;
            unit.signing.push(SigningChange::Refuse { place: one.place(), by: official.person, reason: reason.to_owned(), tell });
            match self.store.commit(tenant.id, unit).await {
                Ok(_) => refused += 1,
                Err(CommitError::Store(error)) => return Err(error.into()),
                Err(_) => {}
            }
        }
        self.tell_arrived();
        Ok(refused)
    }

    /// A document that an official is asked to sign, whatever else they may open.
    ///
    /// # Errors
    /// [`AppError`]; [`AppError::NotFound`] when it does not wait for them.
    pub async fn document_to_sign(
        &self,
        tenant: &Tenant,
        official: &Official,
        id: &str,
        language: Language,
    ) -> Result<Option<DocumentFile>, AppError> {
        let missing = || AppError::NotFound("no such document waits".to_owned());
        let id: DocumentId = id.parse().map_err(|_| missing())?;
        let all = self.to_sign(tenant, official).await?;
        let one = all.iter().find(|one| one.request.body.documents().any(|document| document == id)).ok_or_else(missing)?;
        let ctx = self.context(tenant, &one.request.module, official, Channel::Portal, language);
        let binding = match one.request.module.as_str() {
            HOST => None,
            _ => Some(self.runtime.binding(tenant.id, &one.request.module).await?),
        };
        Ok(self.given(&ctx, binding.as_deref(), id).await?)
    }

    /// How far an errand of an official's is; none when there is no such errand of theirs.
    ///
    /// # Errors
    /// [`AppError::Store`].
    pub async fn errand(&self, tenant: &Tenant, official: &Official, id: OutboxId, errand: &Errand) -> Result<Option<Stage>, AppError> {
        let Some((item, posting, progress)) = self.posting(tenant, id).await? else { return Ok(None) };
        let Some(signatures) = self.signatures.get().filter(|_| posting.person == official.person) else { return Ok(None) };
        Ok(Some(match (item.state, progress.taken) {
            (OutboxState::Done, _) => Stage::Ended(progress.ended, posting.back),
            (_, Some((_, request))) => Stage::Ready(signatures.form(&request, errand)),
            (_, None) => Stage::Preparing,
        }))
    }

    /// Somebody says that the person came back from MSign, which proves nothing: MSign is asked.
    ///
    /// # Errors
    /// [`AppError::Store`].
    pub async fn returned(&self, tenant: &Tenant, id: OutboxId) -> Result<(), AppError> {
        let Some((item, _, progress)) = self.posting(tenant, id).await? else { return Ok(()) };
        if item.state != OutboxState::Done && progress.taken.is_some() {
            self.store.outbox_hasten(tenant.id, id, self.clock.now()).await?;
            self.runtime.nudge();
        }
        Ok(())
    }

    async fn posting(&self, tenant: &Tenant, id: OutboxId) -> Result<Option<(OutboxItem, Posting, PostingProgress)>, AppError> {
        let found = self.store.snapshot(tenant.id).await?.any_outgoing(id).await?;
        let Some(item) = found.filter(|item| item.outgoing.service.as_str() == SERVICE && item.outgoing.kind == SIGN) else {
            return Ok(None);
        };
        let Ok(posting) = serde_json::from_str(&item.outgoing.payload) else { return Ok(None) };
        let progress = serde_json::from_str(&item.answer).unwrap_or_default();
        Ok(Some((item, posting, progress)))
    }
}
