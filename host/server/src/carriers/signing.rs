//! Signatures by MSign: what somebody is to sign is posted once they asked for it, followed until MSign has an answer, and kept if it counts.

use super::{Ended, read};
use crate::app::{App, By, Carried, Carrier, HOST, ask_again, done};
use async_trait::async_trait;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Weak};
use vatra_core::audit::{AuditEntry, AuditKind};
use vatra_core::call::{Channel, Tenant};
use vatra_core::clock::Instant;
use vatra_core::documents::{Document, DocumentChange, Kept, Standing as Document_};
use vatra_core::ids::{BadName, DocumentId, Name, SigningId, SubjectId};
use vatra_core::manifest::Language;
use vatra_core::providers::{ContentKind, ExpectedSigner, SignContent, SignFault, SignRequest, SignStatus, Signatures, Signed};
use vatra_core::signing::{
    Content, EXPIRE, Place, Posting, PostingProgress, SERVICE, SIGN, SIGNATURE, SignatureJudge, SignedDocument, SignerOutcome,
    SigningChange, SigningRequest, Standing, Unfit,
};
use vatra_core::store::{OutboxItem, Settled, Snapshot};
use vatra_core::unit::Unit;

/// How soon MSign is asked first what became of it, and how late at the latest, in seconds.
const SOONEST: i64 = 5;
const LATEST: i64 = 600;
/// A request whose last day has passed is left to whoever is signing just then for so long, in seconds.
const LAST_MOMENT: i64 = 600;
/// Under way at once for one municipality.
const AT_ONCE: u32 = 4;
/// People of signed documents whom the trail names one by one.
const NAMED: usize = 1_000;

/// Has signatures made by MSign.
pub struct Signer {
    app: Weak<App>,
    service: Name,
    signatures: Arc<dyn Signatures>,
    judge: Arc<dyn SignatureJudge>,
}

fn written(progress: &PostingProgress) -> String {
    serde_json::to_string(progress).unwrap_or_default()
}

/// One content of a request to MSign: of which signer's which.
struct Part {
    place: Place,
    content: Content,
    document: Option<(Document, u32)>,
}

/// Somebody's contents as they are sent.
struct Load {
    requests: BTreeMap<SigningId, SigningRequest>,
    parts: Vec<Part>,
    request: SignRequest,
}

#[async_trait]
impl Carrier for Signer {
    fn service(&self) -> &Name {
        &self.service
    }

    fn at_once(&self) -> u32 {
        AT_ONCE
    }

    async fn carry(&self, tenant: &Tenant, item: &OutboxItem) -> Carried {
        let Some(app) = self.app.upgrade() else { return Carried::Later("the host ends".into()) };
        let carried = match item.outgoing.kind.as_str() {
            SIGN => self.sign(&app, tenant, item).await,
            EXPIRE => expire(&app, tenant, item).await,
            _ => Err(Ended::Parked("unknown-kind")),
        };
        carried.map_or_else(Carried::from, Carried::Settled)
    }
}

impl Signer {
    /// For this host and this MSign.
    ///
    /// # Errors
    /// None in practice: the service's name is one.
    pub fn new(app: &Arc<App>, signatures: Arc<dyn Signatures>, judge: Arc<dyn SignatureJudge>) -> Result<Self, BadName> {
        Ok(Self { app: Arc::downgrade(app), service: Name::new(SERVICE)?, signatures, judge })
    }

    async fn sign(&self, app: &App, tenant: &Tenant, item: &OutboxItem) -> Result<Settled, Ended> {
        let posting: Posting = read(&item.outgoing.payload)?;
        let progress: PostingProgress = if item.answer.is_empty() { PostingProgress::default() } else { read(&item.answer)? };
        match progress.taken.clone() {
            None => self.post(app, tenant, item, &posting).await,
            Some((at, id)) => self.follow(app, tenant, item, &posting, progress, at, &id).await,
        }
    }

    /// Sends it off. When the answer was lost it is sent again: nobody is led to the first request, which ends by itself.
    async fn post(&self, app: &App, tenant: &Tenant, item: &OutboxItem, posting: &Posting) -> Result<Settled, Ended> {
        let mut snapshot = app.store.snapshot(tenant.id).await?;
        let ids: Vec<SigningId> = posting.places.iter().map(|place| place.request).collect();
        let requests: BTreeMap<SigningId, SigningRequest> = snapshot.signing(&ids).await?.into_iter().map(|one| (one.id, one)).collect();
        let still = |place: &Place| {
            let signer = requests.get(&place.request).and_then(|request| request.signers.get(place.signer as usize));
            signer.is_some_and(|signer| signer.standing == Standing::Signing && signer.posting == Some(item.outgoing.id))
        };
        let places: Vec<Place> = posting.places.iter().copied().filter(still).collect();
        if places.is_empty() {
            return self.settle(app, tenant, item, posting, "gone", Vec::new(), Vec::new(), Vec::new()).await;
        }
        let Some(load) = load(app, tenant, snapshot.as_mut(), posting, &places, None).await? else {
            return self.fail(app, tenant, item, posting, &places, "unready").await;
        };
        drop(snapshot);
        let progress = PostingProgress {
            begun: Some(app.clock.now()),
            places,
            sent: load.parts.iter().filter_map(|part| part.document.as_ref().map(|(document, version)| (document.id, *version))).collect(),
            ..PostingProgress::default()
        };
        if !app.store.outbox_note(tenant.id, item.outgoing.id, &written(&progress)).await? {
            return Err(Ended::Done);
        }
        match self.signatures.post(&load.request).await {
            Ok(id) => {
                let now = app.clock.now();
                let progress = PostingProgress { begun: None, taken: Some((now, id.clone())), ..progress };
                Ok(Settled { reference: Some(id), ..ask_again(written(&progress), now.plus_seconds(SOONEST)) })
            }
            Err(SignFault::InvalidParameter(cause)) => {
                tracing::warn!(tenant = %tenant.slug, item = %item.outgoing.id, "MSign refused a request: {cause}");
                self.fail(app, tenant, item, posting, &progress.places, "rejected").await
            }
            Err(SignFault::RequestNotFound) => Err(Ended::Later("MSign does not know what it is asked".into())),
            Err(SignFault::Provider(error)) => Err(error.into()),
        }
    }

    #[allow(clippy::too_many_arguments, reason = "what it was read from goes along")]
    async fn follow(
        &self,
        app: &App,
        tenant: &Tenant,
        item: &OutboxItem,
        posting: &Posting,
        progress: PostingProgress,
        at: Instant,
        id: &str,
    ) -> Result<Settled, Ended> {
        let response = match self.signatures.response(id, Language::Ro).await {
            Err(SignFault::RequestNotFound) => return self.again(app, tenant, item, posting, &progress.places, "unknown").await,
            Err(SignFault::InvalidParameter(cause)) => return Err(Ended::Later(cause)),
            Err(SignFault::Provider(error)) => return Err(error.into()),
            Ok(response) => response,
        };
        match response.status {
            SignStatus::Pending => {
                let now = app.clock.now();
                let age = (now.0 - at.0) / 1_000;
                Ok(ask_again(written(&progress), now.plus_seconds((age / 4).clamp(SOONEST, LATEST))))
            }
            SignStatus::Expired => self.again(app, tenant, item, posting, &progress.places, "expired").await,
            // MSign does not say whether the person refused or something failed; its words are for the person alone.
            SignStatus::Failure => {
                let outcome = SignerOutcome::Ended(Standing::Refused, "msign".to_owned());
                self.all(app, tenant, item, posting, &progress.places, "refused", &outcome, Vec::new()).await
            }
            SignStatus::Success => self.keep(app, tenant, item, posting, &progress, response.results).await,
        }
    }

    /// Keeps what was signed, if every bit of it is what was asked for.
    async fn keep(
        &self,
        app: &App,
        tenant: &Tenant,
        item: &OutboxItem,
        posting: &Posting,
        progress: &PostingProgress,
        results: Vec<Signed>,
    ) -> Result<Settled, Ended> {
        let mut snapshot = app.store.snapshot(tenant.id).await?;
        let sent: BTreeMap<DocumentId, u32> = progress.sent.iter().copied().collect();
        let load = load(app, tenant, snapshot.as_mut(), posting, &progress.places, Some(&sent)).await?;
        drop(snapshot);
        let Some(Load { requests, parts, request }) = load else {
            return self.fail(app, tenant, item, posting, &progress.places, "gone").await;
        };
        let checked = match self.judge.check(request, results).await {
            Ok(checked) => checked,
            Err(Unfit::NotNow) => return Err(Ended::Later("whether a certificate was revoked is not known".into())),
            Err(Unfit::No(code)) => return self.fail(app, tenant, item, posting, &progress.places, code).await,
        };
        let mut by_place: BTreeMap<Place, (Instant, Vec<SignedDocument>, Vec<DocumentId>)> = BTreeMap::new();
        let (mut detached, mut about) = (Vec::new(), BTreeSet::new());
        for (part, (at, signature)) in parts.into_iter().zip(checked) {
            let kept = Kept {
                address: Some(app.blobs.put(tenant.id, &signature).await?),
                size: signature.len() as u64,
                digest: hex::encode(Sha256::digest(&signature)),
            };
            let (latest, documents, signatures) = by_place.entry(part.place).or_insert((at, Vec::new(), Vec::new()));
            *latest = at.max(*latest);
            match (part.document, requests.get(&part.place.request)) {
                (Some((document, version)), _) => {
                    about.extend(document.subject);
                    documents.push(SignedDocument { id: document.id, version, kept });
                }
                (None, Some(request)) => {
                    let document = signature_of(app, request, &part.content, kept);
                    signatures.push(document.id);
                    detached.push(DocumentChange::New(Box::new(document)));
                }
                (None, None) => {}
            }
        }
        let outcomes = by_place
            .into_iter()
            .map(|(place, (at, documents, signatures))| (place, SignerOutcome::Signed { at, documents, signatures }))
            .collect();
        let by = By { person: Some(posting.person), channel: Channel::Portal };
        let detail =
            json!({ "item": item.outgoing.id, "requests": progress.places.len(), "contents": progress.sent.len() + detached.len() });
        let mut row = app.row(by, AuditKind::Document, Some(&item.module), "sign", &detail);
        row.about = about.into_iter().take(NAMED).collect();
        if let Ok(binding) = app.runtime.binding(tenant.id, &item.module).await
            && let Some(Ok(allowed)) = binding.capabilities.get(SERVICE)
        {
            row.legal_basis.clone_from(&allowed.legal_basis);
        }
        self.settle(app, tenant, item, posting, "signed", outcomes, detached, vec![row]).await
    }

    async fn again(
        &self,
        app: &App,
        tenant: &Tenant,
        item: &OutboxItem,
        posting: &Posting,
        places: &[Place],
        code: &str,
    ) -> Result<Settled, Ended> {
        let outcome = SignerOutcome::Again(code.to_owned());
        self.all(app, tenant, item, posting, places, code, &outcome, Vec::new()).await
    }

    /// Nothing of it is kept, and an operator sees it.
    async fn fail(
        &self,
        app: &App,
        tenant: &Tenant,
        item: &OutboxItem,
        posting: &Posting,
        places: &[Place],
        code: &'static str,
    ) -> Result<Settled, Ended> {
        tracing::error!(tenant = %tenant.slug, module = %item.module, item = %item.outgoing.id, "signatures do not count: {code}");
        let by = By { person: None, channel: Channel::Event };
        let detail = json!({ "item": item.outgoing.id, "reason": code, "requests": places.len() });
        let row = app.row(by, AuditKind::Parked, Some(&item.module), "msign.sign", &detail);
        let outcome = SignerOutcome::Ended(Standing::Failed, code.to_owned());
        self.all(app, tenant, item, posting, places, code, &outcome, vec![row]).await
    }

    #[allow(clippy::too_many_arguments, reason = "what it was read from goes along")]
    async fn all(
        &self,
        app: &App,
        tenant: &Tenant,
        item: &OutboxItem,
        posting: &Posting,
        places: &[Place],
        ended: &str,
        outcome: &SignerOutcome,
        rows: Vec<AuditEntry>,
    ) -> Result<Settled, Ended> {
        let outcomes = places.iter().map(|place| (*place, outcome.clone())).collect();
        self.settle(app, tenant, item, posting, ended, outcomes, Vec::new(), rows).await
    }

    /// Brings order, signers and documents to their end in one transaction, with what the modules are told.
    #[allow(clippy::too_many_arguments, reason = "what it was read from goes along")]
    async fn settle(
        &self,
        app: &App,
        tenant: &Tenant,
        item: &OutboxItem,
        posting: &Posting,
        ended: &str,
        outcomes: Vec<(Place, SignerOutcome)>,
        documents: Vec<DocumentChange>,
        rows: Vec<AuditEntry>,
    ) -> Result<Settled, Ended> {
        let ids: Vec<SigningId> = outcomes.iter().map(|(place, _)| place.request).collect();
        let requests = app.store.snapshot(tenant.id).await?.signing(&ids).await?;
        let modules: BTreeSet<Name> = requests.iter().map(|request| request.module.clone()).collect();
        let mut listening = BTreeSet::new();
        for module in modules {
            if app.listens(tenant, &module).await {
                listening.insert(module);
            }
        }
        let tell: BTreeMap<SigningId, bool> = requests.iter().map(|request| (request.id, listening.contains(&request.module))).collect();
        let outcomes = outcomes.into_iter().map(|(place, outcome)| (place, tell.get(&place.request) == Some(&true), outcome)).collect();
        let answer = written(&PostingProgress { ended: ended.to_owned(), ..PostingProgress::default() });
        let mut unit = Unit::new(app.clock.now(), Some(posting.person), item.module.clone());
        unit.documents = documents;
        unit.signing.push(SigningChange::Settle { posting: item.outgoing.id, answer, outcomes });
        unit.audit = rows;
        app.store.commit(tenant.id, unit).await?;
        // What the host itself asked for. It is taken in again when a host starts, should this one end here.
        if requests.iter().any(|request| request.module.as_str() == HOST)
            && let Err(error) = app.take_in_signed(tenant).await
        {
            tracing::error!(tenant = %tenant.slug, "approvals are not taken in: {error}");
        }
        Err(Ended::Done)
    }
}

/// A detached signature as a document of the request's module.
fn signature_of(app: &App, request: &SigningRequest, content: &Content, kept: Kept) -> Document {
    let title = if let Content::Digest(name, _) = content { name.chars().take(200).collect() } else { String::new() };
    Document {
        id: DocumentId::fresh(),
        module: request.module.clone(),
        kind: SIGNATURE.to_owned(),
        title: if title.is_empty() { request.body.title.clone() } else { title },
        number: None,
        standing: Document_::Received,
        version: 1,
        media_type: "application/xml".to_owned(),
        name: "signature.xml".to_owned(),
        kept: Some(kept),
        record: None,
        subject: None,
        entry: None,
        made_at: app.clock.now(),
        issued_on: None,
        valid_until: None,
        signatures: 0,
        code: None,
        keep_until: None,
        note: String::new(),
        recipe: None,
    }
}

/// What is sent for these places: of documents the version that was sent, or the last one. None when something of it is not there.
async fn load(
    app: &App,
    tenant: &Tenant,
    snapshot: &mut dyn Snapshot,
    posting: &Posting,
    places: &[Place],
    sent: Option<&BTreeMap<DocumentId, u32>>,
) -> Result<Option<Load>, Ended> {
    let ids: Vec<SigningId> = places.iter().map(|place| place.request).collect();
    let requests: BTreeMap<SigningId, SigningRequest> = snapshot.signing(&ids).await?.into_iter().map(|one| (one.id, one)).collect();
    let person = snapshot.subjects(&[posting.person]).await?.pop();
    let (Some(idnp), Some(first)) = (person.and_then(|person| person.idn), places.first()) else { return Ok(None) };
    let Some(lead) = requests.get(&first.request) else { return Ok(None) };
    let (mut parts, mut contents) = (Vec::new(), Vec::new());
    for (number, place) in places.iter().enumerate() {
        let Some(request) = requests.get(&place.request) else { return Ok(None) };
        for (at, content) in request.body.contents.iter().enumerate() {
            let part = match content {
                Content::Digest(name, digest) => {
                    let correlation = format!("{number}-{at}");
                    contents.push(SignContent { content: digest.clone(), correlation, name: name.clone(), co_signed: false });
                    Part { place: *place, content: content.clone(), document: None }
                }
                Content::Document(id) => {
                    let Some(document) = snapshot.document(*id).await? else { return Ok(None) };
                    let version = sent.map_or(Some(document.version), |sent| sent.get(id).copied());
                    let kept = match version {
                        Some(version) if version == document.version => document.kept.clone(),
                        Some(version) => {
                            let all = snapshot.document_versions(*id).await?;
                            all.into_iter().find(|one| one.version == version).and_then(|one| one.kept)
                        }
                        None => None,
                    };
                    let (Some(version), Some(address)) = (version, kept.and_then(|kept| kept.address)) else { return Ok(None) };
                    contents.push(SignContent {
                        content: app.blobs.get(tenant.id, address).await?,
                        correlation: id.to_string(),
                        name: document.title.clone(),
                        co_signed: request.signers.len() > 1,
                    });
                    Part { place: *place, content: content.clone(), document: Some((document, version)) }
                }
            };
            parts.push(part);
        }
    }
    let reason = lead.signers.get(first.signer as usize).map(|signer| signer.reason.clone()).unwrap_or_default();
    let (title, description) = if places.len() == 1 {
        (lead.body.title.clone(), lead.body.description.clone())
    } else {
        (vatra_view::say_with(Language::Ro, "signing-many", &[("count", contents.len().into())]), String::new())
    };
    let kind = lead.body.kind();
    let signer = Some(ExpectedSigner { idnp, delegation: None });
    let request = SignRequest { kind, contents, title, description, reason, signer };
    Ok(Some(Load { requests, parts, request })
        .filter(|load| load.request.kind == ContentKind::Hash || load.parts.iter().all(|part| part.document.is_some())))
}

/// Ends a request after its last day.
async fn expire(app: &App, tenant: &Tenant, item: &OutboxItem) -> Result<Settled, Ended> {
    let id: SigningId = read(&item.outgoing.payload)?;
    let found = app.store.snapshot(tenant.id).await?.signing(&[id]).await?.pop();
    let Some(request) = found.filter(|found| found.standing.is_open()) else { return Ok(done("{}".to_owned())) };
    let now = app.clock.now();
    let Some(after) = request.body.until.and_then(|last| last.succ_opt()) else { return Ok(done("{}".to_owned())) };
    if now.civil_date() < after {
        return Ok(ask_again("{}".to_owned(), Instant::first_of(after)));
    }
    if request.signers.iter().any(|signer| signer.standing == Standing::Signing) {
        return Ok(ask_again("{}".to_owned(), now.plus_seconds(LAST_MOMENT)));
    }
    let by = By { person: None, channel: Channel::Event };
    let row = app.row(by, AuditKind::Document, Some(&request.module), "sign-expired", &json!({ "request": id }));
    let mut unit = Unit::new(now, None::<SubjectId>, item.module.clone());
    let tell = app.listens(tenant, &request.module).await;
    unit.signing.push(SigningChange::Expire { id, order: item.outgoing.id, tell });
    unit.audit.push(row);
    app.store.commit(tenant.id, unit).await?;
    Err(Ended::Done)
}
