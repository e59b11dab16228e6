//! Documents: made by units of work, brought to what was made of them, numbered without gaps.

use crate::support::*;
use vatra_core::blobs::Address;
use vatra_core::documents::{Document, DocumentChange, Finished, Kept, Outcome, Recipe, SERVICE, Standing, ToMake};
use vatra_core::ids::{DocumentId, EntryId, OutboxId, TenantId};
use vatra_core::manifest::{Language, Localized};
use vatra_core::register::Numbering;
use vatra_core::store::{CommitError, Municipal, Platform, Settled};
use vatra_core::unit::{Outgoing, Unit};
use vatra_core::value::EntryRef;

stories![
    a_document_is_made_issued_and_annulled,
    numbers_are_given_in_order_and_only_to_what_is_kept,
    what_moved_on_is_not_overwritten,
    documents_belong_to_their_module_and_municipality,
    documents_are_sought_by_the_beginning_of_their_numbers,
    what_is_past_its_time_is_destroyed_and_nothing_else,
];

fn drafted(kind: &str) -> Document {
    Document {
        id: DocumentId::fresh(),
        module: named("tax-collector"),
        kind: kind.into(),
        title: "Certificat".into(),
        number: None,
        standing: Standing::Making,
        version: 1,
        media_type: "application/pdf".into(),
        name: String::new(),
        kept: None,
        record: None,
        subject: None,
        entry: Some(EntryRef { register: named("accounts"), id: EntryId::fresh() }),
        made_at: unit().at,
        issued_on: None,
        valid_until: None,
        signatures: 0,
        code: None,
        keep_until: None,
        note: String::new(),
        recipe: Some(Recipe {
            template: named("certificate"),
            kind_title: Localized { ro: "Certificat".into(), ru: "Справка".into(), en: "Certificate".into() },
            language: Language::Ro,
            fields: fields(&[("sum", money(5))]),
            tables: vec![],
            listings: vec![],
            pays: None,
            shown: vec![],
            numbering: Some(Numbering("C-{year}-{seq:3}".into())),
            retention_years: Some(5),
        }),
    }
}

fn kept(byte: u8) -> Kept {
    Kept { address: Some(Address([byte; 32])), size: 7, digest: format!("{byte:02x}").repeat(32) }
}

fn with(changes: Vec<DocumentChange>) -> Unit {
    let mut unit = unit();
    unit.documents = changes;
    unit
}

fn issue(document: &Document, version: u32, seen: Standing, code: &str) -> DocumentChange {
    DocumentChange::Issue { id: document.id, version, seen, valid_until: None, code: code.into() }
}

async fn read(stage: &Stage, tenant: TenantId, id: DocumentId) -> Document {
    stage.storage.snapshot(tenant).await.unwrap().document(id).await.unwrap().unwrap()
}

/// Settles an order as its maker does; whether the document was still as it was ordered.
async fn finish(stage: &Stage, tenant: TenantId, order: ToMake, issued: bool, outcome: Outcome) -> bool {
    let outgoing =
        Outgoing { id: OutboxId::fresh(), service: named(SERVICE), kind: "make".into(), payload: serde_json::to_string(&order).unwrap() };
    let mut ordering = unit();
    ordering.outgoing.push(outgoing.clone());
    stage.commit(tenant, ordering).await.unwrap();
    let document = Some(Finished { order, issued, outcome });
    let settled = Settled { answer: "{}".into(), again: None, reference: None, forget: true, events: vec![], document, audit: vec![] };
    let done = stage.storage.outbox_settle(tenant, outgoing.id, &settled).await.unwrap();
    let open = stage.storage.outbox_open(tenant).await.unwrap();
    assert_eq!(open.iter().any(|item| item.outgoing.id == outgoing.id), !done, "what was not settled waits");
    done
}

fn made(byte: u8) -> Outcome {
    Outcome::Made { kept: kept(byte), record: Address([9; 32]) }
}

async fn a_document_is_made_issued_and_annulled(stage: Stage) {
    let tenant = stage.tenant("sculeni").await;
    let new = drafted("certificate");
    let id = new.id;
    stage.commit(tenant, with(vec![DocumentChange::New(Box::new(new.clone()))])).await.unwrap();
    assert_eq!(read(&stage, tenant, id).await, new, "it is read as it was made");
    assert!(finish(&stage, tenant, ToMake { document: id, version: 1 }, false, made(1)).await);
    let draft = read(&stage, tenant, id).await;
    assert_eq!((draft.standing, draft.kept.clone(), draft.record), (Standing::Draft, Some(kept(1)), Some(Address([9; 32]))));

    stage.commit(tenant, with(vec![issue(&new, 1, Standing::Draft, "7K2M9QXD44TH")])).await.unwrap();
    let making = read(&stage, tenant, id).await;
    assert_eq!((making.standing, making.version, making.number.as_deref()), (Standing::Making, 2, Some("C-2026-001")));
    assert_eq!((making.kept, making.record), (None, Some(Address([9; 32]))), "from what the draft was made from");
    assert_eq!(making.issued_on, Some(unit().at.civil_date()));
    assert_eq!(making.keep_until, Some("2031-09-26".parse().unwrap()));
    assert_eq!(stage.storage.home_of_document("7K2M9QXD44TH").await.unwrap(), Some((tenant, id)));
    assert_eq!(stage.storage.home_of_document("7K2M9QXD44TJ").await.unwrap(), None);
    let annul = || DocumentChange::Annul { id, reason: "By decision 7".into() };
    assert!(matches!(stage.commit(tenant, with(vec![annul()])).await, Err(CommitError::Conflict)), "it is not issued yet");
    assert!(finish(&stage, tenant, ToMake { document: id, version: 2 }, true, made(2)).await);
    assert_eq!(read(&stage, tenant, id).await.standing, Standing::Issued);

    stage.commit(tenant, with(vec![annul()])).await.unwrap();
    let annulled = read(&stage, tenant, id).await;
    assert_eq!((annulled.standing, annulled.note.as_str()), (Standing::Annulled, "By decision 7"));
    assert!(matches!(stage.commit(tenant, with(vec![annul()])).await, Err(CommitError::Conflict)), "once");
    let versions = stage.storage.snapshot(tenant).await.unwrap().document_versions(id).await.unwrap();
    let digests: Vec<_> = versions.iter().map(|version| (version.version, version.kept.clone())).collect();
    assert_eq!(digests, [(1, Some(kept(1))), (2, Some(kept(2)))]);
}

async fn numbers_are_given_in_order_and_only_to_what_is_kept(stage: Stage) {
    let tenant = stage.tenant("sculeni").await;
    let all: Vec<Document> = (0..3).map(|_| drafted("certificate")).collect();
    let other = drafted("extract");
    let mut changes: Vec<DocumentChange> = all.iter().chain([&other]).map(|new| DocumentChange::New(Box::new(new.clone()))).collect();
    // Issued at once, while they are still to be made.
    changes.extend([&all[1], &all[0], &other].iter().enumerate().map(|(n, new)| issue(new, 1, Standing::Making, &format!("CODE{n}"))));
    stage.commit(tenant, with(changes)).await.unwrap();
    // Somebody else's code: nothing is kept, and no number is lost.
    let refused = with(vec![issue(&all[2], 1, Standing::Making, "CODE0")]);
    assert!(matches!(stage.commit(tenant, refused).await, Err(CommitError::Conflict)));
    stage.commit(tenant, with(vec![issue(&all[2], 1, Standing::Making, "CODE3")])).await.unwrap();
    let mut numbers = Vec::new();
    for new in all.iter().chain([&other]) {
        let document = read(&stage, tenant, new.id).await;
        assert_eq!((document.version, document.standing), (1, Standing::Making), "made as issued, at once");
        numbers.push(document.number.unwrap());
    }
    assert_eq!(numbers, ["C-2026-002", "C-2026-001", "C-2026-003", "C-2026-001"], "each type has its own series");

    // They are found by the beginning of their numbers, by whoever may see the module's, and nowhere else.
    let found = async |tenant, module: &str, number: &str, limit| {
        let mut snapshot = stage.storage.snapshot(tenant).await.unwrap();
        let found = snapshot.documents_numbered(&[named(module)].into(), number, limit).await.unwrap();
        found.into_iter().filter_map(|document| document.number).collect::<Vec<_>>()
    };
    assert_eq!(found(tenant, "tax-collector", "C-2026-00", 3).await, ["C-2026-001", "C-2026-001", "C-2026-002"]);
    assert_eq!(found(tenant, "tax-collector", "C-2026-003", 3).await, ["C-2026-003"]);
    assert!(found(tenant, "tax-collector", "c_2026", 3).await.is_empty());
    assert!(found(tenant, "secretary", "C-2026", 3).await.is_empty());
    assert!(found(stage.tenant("lozova").await, "tax-collector", "C-2026", 3).await.is_empty());
}

async fn what_moved_on_is_not_overwritten(stage: Stage) {
    let tenant = stage.tenant("sculeni").await;
    let new = drafted("certificate");
    let id = new.id;
    stage.commit(tenant, with(vec![DocumentChange::New(Box::new(new.clone()))])).await.unwrap();
    let again = Document { version: 2, title: "Certificat nou".into(), ..new.clone() };
    let remake = |seen| DocumentChange::Remake { document: Box::new(again.clone()), seen, reason: "A name".into() };
    assert!(matches!(stage.commit(tenant, with(vec![remake(Standing::Draft)])).await, Err(CommitError::Conflict)), "seen otherwise");
    stage.commit(tenant, with(vec![remake(Standing::Making)])).await.unwrap();
    assert!(matches!(stage.commit(tenant, with(vec![remake(Standing::Making)])).await, Err(CommitError::Conflict)), "the version moved on");
    assert!(!finish(&stage, tenant, ToMake { document: id, version: 1 }, false, made(1)).await, "the first version is not wanted any more");
    // Issued while the draft was being made: the draft comes too late.
    stage.commit(tenant, with(vec![issue(&new, 2, Standing::Making, "7K2M9QXD44TH")])).await.unwrap();
    assert!(!finish(&stage, tenant, ToMake { document: id, version: 2 }, false, made(2)).await);
    assert!(finish(&stage, tenant, ToMake { document: id, version: 2 }, true, Outcome::Failed("main.typ:3".into())).await);
    let failed = read(&stage, tenant, id).await;
    assert_eq!((failed.standing, failed.note.as_str(), failed.title.as_str()), (Standing::Failed, "main.typ:3", "Certificat nou"));
    let mended = Document { version: 3, ..again };
    let change = DocumentChange::Remake { document: Box::new(mended), seen: Standing::Failed, reason: String::new() };
    stage.commit(tenant, with(vec![change])).await.unwrap();
    let making = read(&stage, tenant, id).await;
    assert_eq!((making.number.as_deref(), making.note.as_str()), (Some("C-2026-001"), ""), "it keeps its number");
    assert!(finish(&stage, tenant, ToMake { document: id, version: 3 }, true, made(3)).await);
    assert!(!finish(&stage, tenant, ToMake { document: id, version: 3 }, true, made(4)).await, "once");
}

async fn documents_belong_to_their_module_and_municipality(stage: Stage) {
    let (tenant, lozova) = (stage.tenant("sculeni").await, stage.tenant("lozova").await);
    let new = drafted("certificate");
    stage.commit(tenant, with(vec![DocumentChange::New(Box::new(new.clone()))])).await.unwrap();
    let change = || with(vec![issue(&new, 1, Standing::Making, "7K2M9QXD44TH")]);
    assert!(matches!(stage.commit(lozova, change()).await, Err(CommitError::Conflict)));
    let stranger = Unit { module: named("another-module"), ..change() };
    assert!(matches!(stage.commit(tenant, stranger).await, Err(CommitError::Conflict)));
    assert!(stage.storage.snapshot(lozova).await.unwrap().document(new.id).await.unwrap().is_none());
    let entry = new.entry.clone().unwrap();
    let mut snapshot = stage.storage.snapshot(tenant).await.unwrap();
    assert_eq!(snapshot.documents_of(&named("tax-collector"), &entry).await.unwrap(), [new]);
    assert!(snapshot.documents_of(&named("another-module"), &entry).await.unwrap().is_empty());
    assert!(snapshot.documents_of(&named("tax-collector"), &EntryRef { register: named("notices"), ..entry }).await.unwrap().is_empty());
}

async fn documents_are_sought_by_the_beginning_of_their_numbers(stage: Stage) {
    let (tenant, lozova) = (stage.tenant("sculeni").await, stage.tenant("lozova").await);
    for code in ["7K2M9QXD44T1", "7K2M9QXD44T2"] {
        let new = drafted("certificate");
        let changes = vec![DocumentChange::New(Box::new(new.clone())), issue(&new, 1, Standing::Making, code)];
        stage.commit(tenant, with(changes)).await.unwrap();
    }
    let (own, others) = ([named("tax-collector")].into(), [named("another-module")].into());
    let mut snapshot = stage.storage.snapshot(tenant).await.unwrap();
    let mut sought = Vec::new();
    for number in ["C-", "C-2", "c-2", "-2", "%", "", "C-\u{fffe}"] {
        sought.push(snapshot.documents_numbered(&own, number, 10).await.unwrap().len());
    }
    assert_eq!(sought, [2, 2, 0, 0, 0, 0, 0]);
    let all = snapshot.documents_numbered(&own, "C-", 10).await.unwrap();
    assert!(all[0].number < all[1].number, "in the order of their numbers");
    let second = all[1].number.clone().unwrap();
    assert_eq!(snapshot.documents_numbered(&own, &second, 10).await.unwrap(), all[1..]);
    assert_eq!(snapshot.documents_numbered(&own, "C-", 1).await.unwrap(), all[..1]);
    assert!(snapshot.documents_numbered(&others, "C-", 10).await.unwrap().is_empty());
    drop(snapshot);
    assert!(stage.storage.snapshot(lozova).await.unwrap().documents_numbered(&own, "C-", 10).await.unwrap().is_empty());
}

async fn what_is_past_its_time_is_destroyed_and_nothing_else(stage: Stage) {
    let tenant = stage.tenant("sculeni").await;
    let day = |text: &str| text.parse().unwrap();
    let stored =
        |until| Document { standing: Standing::Received, kept: Some(kept(4)), recipe: None, keep_until: until, ..drafted("export") };
    let (due, other, ever) = (stored(Some(day("2026-09-25"))), stored(Some(day("2026-09-26"))), stored(None));
    let new = |document: &Document| DocumentChange::New(Box::new(document.clone()));
    stage.commit(tenant, with(vec![new(&due), new(&other), new(&ever)])).await.unwrap();
    let destroy = |document: &Document| with(vec![DocumentChange::Destroy { id: document.id }]);
    for early in [&other, &ever] {
        assert!(matches!(stage.commit(tenant, destroy(early)).await, Err(CommitError::Conflict)), "its last day has not passed");
    }
    let retain = |until: &str| with(vec![DocumentChange::Retain { id: other.id, until: day(until), reason: "A dispute".into() }]);
    assert!(matches!(stage.commit(tenant, retain("2026-09-01")).await, Err(CommitError::Conflict)), "never shorter");
    stage.commit(tenant, retain("2030-01-01")).await.unwrap();
    assert_eq!(read(&stage, tenant, other.id).await.keep_until, Some(day("2030-01-01")));

    stage.commit(tenant, destroy(&due)).await.unwrap();
    assert!(matches!(stage.commit(tenant, destroy(&due)).await, Err(CommitError::Conflict)), "once");
    let mut snapshot = stage.storage.snapshot(tenant).await.unwrap();
    assert!(snapshot.is_kept_elsewhere(Address([4; 32]), due.id).await.unwrap(), "the same bytes");
    assert!(!snapshot.is_kept_elsewhere(Address([5; 32]), due.id).await.unwrap());
    drop(snapshot);
    let order = |document: &Document| ToMake { document: document.id, version: 1 };
    assert!(!finish(&stage, tenant, order(&other), false, Outcome::Erased).await, "it was not destroyed");
    assert!(finish(&stage, tenant, order(&due), false, Outcome::Erased).await);
    let gone = read(&stage, tenant, due.id).await;
    assert_eq!((gone.standing, gone.kept, gone.kind.as_str()), (Standing::Destroyed, Some(Kept { address: None, ..kept(4) }), "export"));
    assert_eq!(read(&stage, tenant, other.id).await.kept, Some(kept(4)));
}
