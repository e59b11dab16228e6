//! Documents on the web: had by officials who may, checked by anyone, and nothing told to whoever tries codes.

use crate::browser::Answer;
use crate::town::{CLERK, NEIGHBOUR, Town, name, package};
use std::collections::BTreeMap;
use std::sync::Arc;
use vatra_core::audit::AuditKind;
use vatra_core::call::{Channel, Official};
use vatra_core::ids::SubjectId;
use vatra_core::manifest::Language;
use vatra_core::store::AuditFilter;
use vatra_server::app::{Act, App, By, GrantChange};
use vatra_server::carriers::{Maker, renderer};

const SCRIBE: &str = "2001000000077";
const NAME: &str = "Țurcanu Ștefan-Ioniță";
const IDNP: &str = "2000000000014";

async fn act(app: &App, municipality: &str, action: &str, inputs: &[(&str, &str)]) -> serde_json::Value {
    let tenant = app.tenant(municipality).await.unwrap();
    let official = app.official(&tenant, "scribe").await.unwrap();
    let ctx = app.context(&tenant, &name("scribe"), &official, Channel::Portal, Language::Ro);
    let form: BTreeMap<String, Vec<String>> = inputs.iter().map(|(name, value)| ((*name).to_owned(), vec![(*value).to_owned()])).collect();
    app.act(&ctx, Act { action: action.to_owned(), form, files: vec![], submission: None, back: String::new() }).await.unwrap().report
}

/// A document that was issued for somebody, and its code.
async fn issued(town: &Town) -> (String, String) {
    let app = &town.app;
    let sculeni = town.tenant("sculeni").await;
    app.install(&sculeni, &package("scribe"), By::OPERATOR).await.unwrap();
    for capability in ["documents", "registers"] {
        app.grant(&sculeni, &name("scribe"), &name(capability), GrantChange::default(), By::OPERATOR).await.unwrap();
    }
    let official = |handle: &str, full: &str, idnp: &str, role: &str| Official {
        person: SubjectId::fresh(),
        handle: name(handle),
        name: full.into(),
        idnp: idnp.into(),
        roles: [name(role)].into(),
    };
    app.put_official(&sculeni, &official("scribe", "Ion Grămătic", SCRIBE, "tester"), By::OPERATOR).await.unwrap();
    let somebody = official("somebody", NAME, IDNP, "nobody");
    app.put_official(&sculeni, &somebody, By::OPERATOR).await.unwrap();
    app.add_carrier(Arc::new(Maker::new(app, renderer().unwrap(), "https://vatra.example.md/").unwrap()));
    let about = somebody.person.to_string();
    let made = act(app, "sculeni", "make", &[("template", "certificate"), ("about", &about), ("issue", "true")]).await;
    let document = made["document"].as_str().unwrap().to_owned();
    let early = town.signed_in(SCRIBE).await.get(&format!("/sculeni/scribe/documents/{document}")).await;
    assert_eq!((early.status, early.header("refresh")), (202, "2"), "it is still being made");
    app.carry_due().await.unwrap();
    let kept = app.store.snapshot(sculeni.id).await.unwrap().document(document.parse().unwrap()).await.unwrap().unwrap();
    assert_eq!((kept.standing.code(), kept.number.as_deref()), ("issued", Some("C-2026-001")), "{}", kept.note);
    (document, kept.code.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_is_had_by_whoever_may_open_its_module_and_each_time_is_in_the_trail() {
    let town = Town::new().await;
    let (document, _) = issued(&town).await;
    let address = format!("/sculeni/scribe/documents/{document}");
    let mut scribe = town.signed_in(SCRIBE).await;
    let page = scribe.get(&format!("/sculeni/scribe/home?document={document}")).await;
    assert!(page.body.contains(&address) && page.body.contains("C-2026-001") && page.body.contains("Emis"), "{}", page.body);
    let looks = async || {
        let filter = AuditFilter { kinds: vec![AuditKind::Look], limit: 100, ..AuditFilter::default() };
        let rows = town.app.audit(&town.tenant("sculeni").await, &filter).await.unwrap();
        rows.into_iter().filter(|row| row.entry.what == "document").map(|row| row.entry.about.len()).collect::<Vec<_>>()
    };
    assert!(looks().await.is_empty(), "that it is there is no look into it");
    let answer = scribe.get(&address).await;
    assert_eq!(
        (answer.status, answer.header("content-type"), answer.header("x-content-type-options")),
        (200, "application/pdf", "nosniff")
    );
    assert!(answer.body.starts_with("%PDF-"));
    let named = "attachment; filename=\"certificate-C-2026-001.pdf\"; filename*=UTF-8''certificate-C-2026-001.pdf";
    assert_eq!(answer.header("content-disposition"), named);
    assert_eq!(answer.header("content-security-policy"), "default-src 'none'; sandbox");
    assert_eq!(looks().await, [1]);
    assert_eq!(town.signed_in(CLERK).await.get(&address).await.status, 403);
    assert_eq!(town.signed_in(NEIGHBOUR).await.get(&address).await.status, 404);
    assert_eq!(town.browser().get(&address).await.status, 303);
    for wrong in ["0199aaaa-0000-7000-8000-000000000001", "x"] {
        assert_eq!(scribe.get(&format!("/sculeni/scribe/documents/{wrong}")).await.status, 404);
    }
    assert_eq!(looks().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn anyone_checks_a_document_and_is_told_nothing_personal() {
    let town = Town::new().await;
    let (document, code) = issued(&town).await;
    let mut anyone = town.browser();
    let asked = anyone.get("/check").await;
    assert!(asked.body.contains("name=\"code\""));
    let typed = anyone.get(&format!("/check?code={}", vatra_view::urls::encode(&code.to_lowercase()))).await;
    assert_eq!((typed.status, typed.location()), (303, format!("/check/{code}").as_str()));
    for (language, words) in [("ro", ["autentic", "Scopul"]), ("ru", ["подлинный", "Цель"]), ("en", ["genuine", "Purpose"])] {
        let page = anyone.get(&format!("/check/{code}?lang={language}")).await;
        assert_eq!(page.status, 200);
        for word in words.iter().chain(&["C-2026-001", "la cerere"]) {
            assert!(page.body.contains(word), "{word} in {}", page.body);
        }
        assert!(!page.body.contains("Țurcanu") && !page.body.contains(IDNP) && !page.body.contains(&document));
        assert_eq!(page.header("cache-control"), "no-store");
    }
    act(&town.app, "sculeni", "annul", &[("document", &document)]).await;
    let page = anyone.get(&format!("/check/{code}?lang=en")).await;
    assert!(
        page.body.contains("annulled") && !page.body.contains("is genuine and valid") && !page.body.contains("Decizia"),
        "{}",
        page.body
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_that_nobody_was_given_are_answered_alike_and_few_at_a_time() {
    let town = Town::new().await;
    let plain = |answer: Answer, code: &str| answer.body.replace(code, "CODE").replace(answer.header("x-request-id"), "REQUEST");
    let mut bodies = std::collections::BTreeSet::new();
    for code in ["7K2M-9QXD-44TH", "7K2M9QXD44TJ", "short", "UUUUUUUUUUUU"] {
        let answer = town.browser().get(&format!("/check/{code}")).await;
        assert_eq!(answer.status, 404, "{code}");
        bodies.insert(plain(answer, code));
    }
    assert_eq!(bodies.len(), 1, "{bodies:#?}");
    let many = (0..40).map(|_| async { town.browser().get("/check/7K2M-9QXD-44TH").await.status });
    let statuses = futures::future::join_all(many).await;
    assert!(statuses.contains(&429) && statuses.contains(&404), "{statuses:?}");
}
