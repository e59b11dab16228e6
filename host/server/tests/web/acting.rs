//! Acting for somebody else: chosen openly, said on every page, in the trail, and over when the mandate is.

use crate::town::{COLLECTOR, NOW, Town};
use async_trait::async_trait;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use vatra_core::clock::Instant;
use vatra_core::providers::{Mandate, MandateFile, MandateSide, MandateStanding, Mandates, Party, ProviderError};
use vatra_core::store::AuditFilter;

const MINE: &str = "1234567890123456";
const SOMEBODY_S: &str = "9999999999999999";
const PRINCIPAL: &str = "2003000000017";

/// MPower, in memory.
struct Register {
    mandates: Mutex<Vec<Mandate>>,
    down: AtomicBool,
}

fn mandate(code: &str, agent: &str) -> Mandate {
    let party = |idn: &str, name: &str| Party { idn: idn.into(), legal: false, name: name.into() };
    Mandate {
        code: code.into(),
        kind: "AT-2100101".into(),
        kind_name: "Plata impozitelor".into(),
        principal: party(PRINCIPAL, "Elena Reprezentata"),
        agent: party(agent, "Ana Perceptor"),
        from: NOW,
        until: Some(Instant(NOW.0 + 86_400_000 * 30)),
        standing: MandateStanding::Valid,
        provider: (String::new(), String::new()),
    }
}

impl Register {
    fn found<T>(&self, what: impl FnOnce(&[Mandate]) -> T) -> Result<T, ProviderError> {
        if self.down.load(SeqCst) {
            return Err(ProviderError::Unavailable { service: "MPower", cause: "told to be".into() });
        }
        Ok(what(&self.mandates.lock().unwrap()))
    }
}

#[async_trait]
impl Mandates for Register {
    async fn is_valid(&self, code: &str) -> Result<Option<bool>, ProviderError> {
        self.found(|all| all.iter().find(|mandate| mandate.code == code).map(Mandate::is_valid))
    }
    async fn details(&self, code: &str) -> Result<Option<Mandate>, ProviderError> {
        self.found(|all| all.iter().find(|mandate| mandate.code == code).cloned())
    }
    async fn between(&self, _: &str, _: &str, _: &str) -> Result<Option<Mandate>, ProviderError> {
        self.found(|_| None)
    }
    async fn list(&self, idn: &str, _: MandateSide) -> Result<Vec<Mandate>, ProviderError> {
        self.found(|all| all.iter().filter(|mandate| mandate.agent.idn == idn).cloned().collect())
    }
    async fn file(&self, _: &str) -> Result<Option<MandateFile>, ProviderError> {
        self.found(|_| None)
    }
}

async fn town() -> (Town, Arc<Register>) {
    let town = Town::new().await;
    let mandates = Mutex::new(vec![mandate(MINE, COLLECTOR), mandate(SOMEBODY_S, "2001000000099")]);
    let register = Arc::new(Register { mandates, down: AtomicBool::new(false) });
    town.app.runtime.offer_mandates(register.clone());
    (town, register)
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_acts_for_another_does_so_openly() {
    let (town, _) = town().await;
    let mut browser = town.signed_in(COLLECTOR).await;
    assert!(browser.get("/sculeni").await.body.contains("href=\"/sculeni/acting\""));
    let page = browser.get("/sculeni/acting").await;
    assert!(page.body.contains("Elena Reprezentata") && page.body.contains(MINE) && !page.body.contains(SOMEBODY_S), "{}", page.body);
    // A mandate of somebody else's does not exist for them, nor one that nobody gave.
    for code in [SOMEBODY_S, "0000000000000000", "x"] {
        assert_eq!(browser.post("/sculeni/acting", &[("mandate", code)]).await.status, 404, "{code}");
    }
    assert_eq!(browser.post("/sculeni/acting", &[("mandate", MINE)]).await.location(), "/sculeni");
    for page in ["/sculeni", "/sculeni/tax-collector/home", "/sculeni/tax-collector/accounts"] {
        let page = browser.get(page).await;
        assert!(page.text(".govuk-inset-text").contains("Elena Reprezentata"), "{}", page.body);
    }
    let tenant = town.tenant("sculeni").await;
    let mut snapshot = town.app.store.snapshot(tenant.id).await.unwrap();
    let principal = snapshot.subjects_by_idn(&[PRINCIPAL.to_owned()]).await.unwrap()[0].id;
    drop(snapshot);
    let filter = AuditFilter { about: Some(principal), limit: 10, ..AuditFilter::default() };
    let rows = town.app.audit(&tenant, &filter).await.unwrap();
    assert!(rows.iter().any(|row| row.entry.what == "acting") && rows.iter().all(|row| row.entry.detail.contains(MINE)), "{rows:?}");

    assert_eq!(browser.post("/sculeni/acting", &[("mandate", "")]).await.location(), "/sculeni");
    assert_eq!(browser.get("/sculeni").await.text(".govuk-inset-text"), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mandate_that_is_revoked_ends_it_and_so_does_a_register_that_is_silent_for_long() {
    let (town, register) = town().await;
    let mut browser = town.signed_in(COLLECTOR).await;
    let acts = |body: &str| body.contains("Elena Reprezentata");
    browser.post("/sculeni/acting", &[("mandate", MINE)]).await;
    browser.get("/sculeni").await;
    register.mandates.lock().unwrap()[0].standing = MandateStanding::Cancelled;
    assert!(acts(&browser.get("/sculeni").await.body), "asked a moment ago");
    town.later(301);
    let home = browser.get("/sculeni").await;
    assert!(!acts(&home.body) && home.body.contains("Nu mai acționați"), "{}", home.body);

    register.mandates.lock().unwrap()[0].standing = MandateStanding::Valid;
    browser.post("/sculeni/acting", &[("mandate", MINE)]).await;
    browser.get("/sculeni").await;
    register.down.store(true, SeqCst);
    town.later(600);
    assert!(acts(&browser.get("/sculeni").await.body), "not at once");
    town.later(301);
    assert!(!acts(&browser.get("/sculeni").await.body));
    let page = browser.get("/sculeni/acting").await;
    assert_eq!(page.status, 503);
    assert!(page.body.contains("MPower nu răspunde"), "{}", page.body);
    assert_eq!(browser.get("/sculeni/tax-collector/home").await.status, 200, "everything else works");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_mpower_nobody_acts_for_another() {
    let town = Town::new().await;
    let mut browser = town.signed_in(COLLECTOR).await;
    assert!(!browser.get("/sculeni").await.body.contains("/sculeni/acting"));
    assert_eq!(browser.get("/sculeni/acting").await.status, 404);
}
