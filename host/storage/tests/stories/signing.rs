//! Signing requests: opened, begun, settled and closed by units of work, each once.

use crate::support::*;
use std::collections::BTreeSet;
use vatra_core::blobs::Address;
use vatra_core::documents::{Document, DocumentChange, Kept, Standing as At};
use vatra_core::ids::{DocumentId, Name, OutboxId, SigningId, SubjectId, TenantId};
use vatra_core::signing::{
    Content, Place, SERVICE, SIGN, SignedDocument, Signer, SignerOutcome, SigningBody, SigningChange, SigningRequest, Standing, Who,
};
use vatra_core::store::{CommitError, Municipal};
use vatra_core::unit::{Outgoing, Unit};

stories![
    a_request_goes_from_signer_to_signer_and_is_settled_once,
    its_documents_hold_still_until_it_is_closed,
    a_version_that_was_superseded_is_not_kept,
    one_refuses_and_the_others_are_asked_no_more,
];

fn kept(byte: u8) -> Kept {
    Kept { address: Some(Address([byte; 32])), size: 7, digest: format!("{byte:02x}").repeat(32) }
}

fn document() -> Document {
    Document {
        id: DocumentId::fresh(),
        module: named("tax-collector"),
        kind: "decision".into(),
        title: "Decizia".into(),
        number: None,
        standing: At::Received,
        version: 1,
        media_type: "application/pdf".into(),
        name: "decizia.pdf".into(),
        kept: Some(kept(1)),
        record: None,
        subject: None,
        entry: None,
        made_at: unit().at,
        issued_on: None,
        valid_until: None,
        signatures: 0,
        code: None,
        keep_until: None,
        note: String::new(),
        recipe: None,
    }
}

fn signer(who: Who, standing: Standing) -> Signer {
    Signer { who, reason: "Aprobat".into(), standing, by: None, at: None, note: String::new(), posting: None }
}

fn request(document: DocumentId, signers: Vec<Signer>) -> SigningRequest {
    SigningRequest {
        id: SigningId::fresh(),
        module: named("tax-collector"),
        standing: Standing::Waiting,
        opened_at: unit().at,
        body: SigningBody {
            title: "De semnat".into(),
            description: String::new(),
            contents: vec![Content::Document(document)],
            in_order: true,
            until: None,
        },
        signers,
        signatures: vec![],
    }
}

fn change(change: SigningChange) -> Unit {
    let mut unit = unit();
    unit.signing.push(change);
    unit
}

fn begin(place: Place, by: SubjectId, posting: OutboxId) -> Unit {
    let mut unit = change(SigningChange::Begin { places: vec![place], by, posting });
    unit.outgoing.push(Outgoing { id: posting, service: named(SERVICE), kind: SIGN.into(), payload: "{}".into() });
    unit
}

fn signed(id: DocumentId, version: u32, byte: u8) -> SignerOutcome {
    SignerOutcome::Signed { at: unit().at, documents: vec![SignedDocument { id, version, kept: kept(byte) }], signatures: vec![] }
}

fn settle(posting: OutboxId, place: Place, outcome: SignerOutcome) -> Unit {
    change(SigningChange::Settle { posting, answer: "{}".into(), outcomes: vec![(place, true, outcome)] })
}

async fn read(stage: &Stage, tenant: TenantId, id: SigningId) -> SigningRequest {
    stage.storage.snapshot(tenant).await.unwrap().signing(&[id]).await.unwrap().pop().unwrap()
}

async fn waits(stage: &Stage, tenant: TenantId, person: SubjectId, roles: &[&str]) -> usize {
    let roles: BTreeSet<Name> = roles.iter().map(|role| named(role)).collect();
    stage.storage.snapshot(tenant).await.unwrap().signing_waiting(person, &roles, None, 10).await.unwrap().len()
}

/// A document with a request for the secretary, and then for whoever is mayor.
async fn opened(stage: &Stage) -> (TenantId, DocumentId, SigningRequest, SubjectId) {
    let tenant = stage.tenant("sculeni").await;
    let (document, secretary) = (document(), SubjectId::fresh());
    let signers = vec![signer(Who::Person(secretary), Standing::Waiting), signer(Who::Role(named("mayor")), Standing::Queued)];
    let request = request(document.id, signers);
    let id = document.id;
    let mut unit = change(SigningChange::Open(Box::new(request.clone())));
    unit.documents.push(DocumentChange::New(Box::new(document)));
    stage.commit(tenant, unit).await.unwrap();
    (tenant, id, request, secretary)
}

async fn a_request_goes_from_signer_to_signer_and_is_settled_once(stage: Stage) {
    let (tenant, document, request, secretary) = opened(&stage).await;
    let other = stage.tenant("lozova").await;
    assert_eq!(read(&stage, tenant, request.id).await, request, "it is read as it was opened");
    assert!(stage.storage.snapshot(other).await.unwrap().signing(&[request.id]).await.unwrap().is_empty());
    let mayor = SubjectId::fresh();
    assert_eq!((waits(&stage, tenant, secretary, &[]).await, waits(&stage, tenant, mayor, &["mayor"]).await), (1, 0));

    let (first, place) = (OutboxId::fresh(), Place { request: request.id, signer: 0 });
    stage.commit(tenant, begin(place, secretary, first)).await.unwrap();
    assert!(matches!(stage.commit(tenant, begin(place, mayor, OutboxId::fresh())).await, Err(CommitError::Conflict)), "one at a time");
    stage.commit(tenant, settle(first, place, signed(document, 1, 2))).await.unwrap();
    assert!(matches!(stage.commit(tenant, settle(first, place, signed(document, 1, 3))).await, Err(CommitError::Conflict)), "once");
    let now = read(&stage, tenant, request.id).await;
    assert_eq!((now.standing, now.signers[0].standing, now.signers[1].standing), (Standing::Waiting, Standing::Signed, Standing::Waiting));
    assert_eq!(waits(&stage, tenant, mayor, &["mayor"]).await, 1);

    let (second, place) = (OutboxId::fresh(), Place { request: request.id, signer: 1 });
    stage.commit(tenant, begin(place, mayor, second)).await.unwrap();
    assert_eq!(waits(&stage, tenant, SubjectId::fresh(), &["mayor"]).await, 0, "another mayor is not asked meanwhile");
    stage.commit(tenant, settle(second, place, signed(document, 2, 3))).await.unwrap();
    assert_eq!(read(&stage, tenant, request.id).await.standing, Standing::Signed);
    let mut snapshot = stage.storage.snapshot(tenant).await.unwrap();
    let found = snapshot.document(document).await.unwrap().unwrap();
    assert_eq!((found.version, found.signatures, found.kept), (3, 2, Some(kept(3))));
    assert!(snapshot.signing_of(&[document]).await.unwrap().is_empty());
    let told: Vec<String> = stage.storage.inbox_open(tenant).await.unwrap().into_iter().map(|item| item.kind).collect();
    assert_eq!(told, ["msign.signed", "msign.signed"]);
}

async fn its_documents_hold_still_until_it_is_closed(stage: Stage) {
    let (tenant, document, first, _) = opened(&stage).await;
    let again = request(document, vec![signer(Who::Role(named("mayor")), Standing::Waiting)]);
    let open = || change(SigningChange::Open(Box::new(again.clone())));
    assert!(matches!(stage.commit(tenant, open()).await, Err(CommitError::Conflict)));
    let mut destroy = unit();
    destroy.documents.push(DocumentChange::Destroy { id: document });
    assert!(matches!(stage.commit(tenant, destroy).await, Err(CommitError::Conflict)));
    let stranger = Unit { module: named("another-module"), ..change(SigningChange::Cancel { id: first.id, reason: "x".into() }) };
    assert!(matches!(stage.commit(tenant, stranger).await, Err(CommitError::Conflict)), "of its own module");
    stage.commit(tenant, change(SigningChange::Cancel { id: first.id, reason: "x".into() })).await.unwrap();
    stage.commit(tenant, open()).await.unwrap();
}

async fn a_version_that_was_superseded_is_not_kept(stage: Stage) {
    let (tenant, document, request, secretary) = opened(&stage).await;
    let (posting, place) = (OutboxId::fresh(), Place { request: request.id, signer: 0 });
    stage.commit(tenant, begin(place, secretary, posting)).await.unwrap();
    stage.commit(tenant, settle(posting, place, signed(document, 7, 2))).await.unwrap();
    let now = read(&stage, tenant, request.id).await;
    assert_eq!((now.signers[0].standing, now.signers[0].note.as_str(), now.signers[0].by), (Standing::Waiting, "superseded", None));
    let found = stage.storage.snapshot(tenant).await.unwrap().document(document).await.unwrap().unwrap();
    assert_eq!((found.version, found.signatures), (1, 0));
    assert!(stage.storage.inbox_open(tenant).await.unwrap().is_empty(), "nothing is told");
}

async fn one_refuses_and_the_others_are_asked_no_more(stage: Stage) {
    let (tenant, document, request, secretary) = opened(&stage).await;
    let place = Place { request: request.id, signer: 0 };
    let refuse = |by| change(SigningChange::Refuse { place, by, reason: "Suma".into(), tell: true });
    let posting = OutboxId::fresh();
    stage.commit(tenant, begin(place, secretary, posting)).await.unwrap();
    assert!(matches!(stage.commit(tenant, refuse(SubjectId::fresh())).await, Err(CommitError::Conflict)), "not for whoever signs");
    stage.commit(tenant, refuse(secretary)).await.unwrap();
    let now = read(&stage, tenant, request.id).await;
    assert_eq!((now.standing, now.signers[1].standing), (Standing::Refused, Standing::Cancelled));
    // What they sign at MSign all the same is passed over.
    stage.commit(tenant, settle(posting, place, signed(document, 1, 2))).await.unwrap();
    let found = stage.storage.snapshot(tenant).await.unwrap().document(document).await.unwrap().unwrap();
    assert_eq!((found.version, found.signatures), (1, 0));
    assert_eq!(stage.storage.inbox_open(tenant).await.unwrap().len(), 1);
}
