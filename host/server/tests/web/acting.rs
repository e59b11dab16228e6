//! Acting for somebody else: chosen openly, said on every page, in the trail, and over when the mandate is.

use crate::town::{COLLECTOR, NOW, ROLL, Town};
use vatra_core::clock::Instant;
use vatra_core::providers::Party;
use vatra_core::store::AuditFilter;
use vatra_emulators::fault::{Emulated as _, Trouble};
use vatra_emulators::mpower::Grant;

const PRINCIPAL: &str = "2003000000017";

fn party(idn: &str, name: &str) -> Party {
    Party { idn: idn.into(), legal: false, name: name.into() }
}

/// A mandate of Elena's for this person, in force for a month.
fn give(town: &Town, agent: &str) -> String {
    let grant = Grant {
        kind: "AT-2100101".into(),
        principal: party(PRINCIPAL, "Elena Reprezentata"),
        agent: party(agent, "Ana Perceptor"),
        from: NOW,
        until: Some(Instant(NOW.0 + 86_400_000 * 30)),
        acceptance: false,
        provider: ("1900000000015".into(), "Sculeni".into()),
    };
    town.emulated.house.mpower.grant(grant).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_acts_for_another_does_so_openly() {
    let town = Town::new().await;
    let (mine, somebody_s) = (give(&town, COLLECTOR), give(&town, "2001000000099"));
    let mut browser = town.signed_in(COLLECTOR).await;
    assert!(browser.get("/sculeni").await.body.contains("href=\"/sculeni/acting\""));
    let page = browser.get("/sculeni/acting").await;
    assert!(page.body.contains("Elena Reprezentata") && page.body.contains(&mine) && !page.body.contains(&somebody_s), "{}", page.body);
    // A mandate of somebody else's does not exist for them, nor one that nobody gave.
    for code in [somebody_s.as_str(), "0000000000000000", "x"] {
        assert_eq!(browser.post("/sculeni/acting", &[("mandate", code)]).await.status, 404, "{code}");
    }
    assert_eq!(browser.post("/sculeni/acting", &[("mandate", mine.as_str())]).await.location(), "/sculeni");
    for page in ["/sculeni", "/sculeni/tax-collector/home", "/sculeni/tax-collector/accounts"] {
        let page = browser.get(page).await;
        assert!(page.text(".govuk-inset-text").contains("Elena Reprezentata"), "{}", page.body);
    }
    let hidden = vec![("vatra-from".to_owned(), "import".to_owned())];
    let import = "/sculeni/tax-collector/actions/import-roll";
    assert_eq!(browser.upload(import, &hidden, "roll", "rol.csv", ROLL.as_bytes()).await.status, 303);
    browser.get("/sculeni/tax-collector/accounts").await;
    let tenant = town.tenant("sculeni").await;
    let mut snapshot = town.app.store.snapshot(tenant.id).await.unwrap();
    let principal = snapshot.subjects_by_idn(&[PRINCIPAL.to_owned()]).await.unwrap()[0].id;
    drop(snapshot);
    let filter = AuditFilter { about: Some(principal), limit: 10, ..AuditFilter::default() };
    let rows = town.app.audit(&tenant, &filter).await.unwrap();
    assert!(
        ["acting", "import-roll", "look"].iter().all(|what| rows.iter().any(|row| row.entry.what == *what))
            && rows.iter().all(|row| row.entry.detail.contains(&mine)),
        "{rows:?}"
    );

    assert_eq!(browser.post("/sculeni/acting", &[("mandate", "")]).await.location(), "/sculeni");
    assert_eq!(browser.get("/sculeni").await.text(".govuk-inset-text"), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mandate_that_is_revoked_ends_it_and_so_does_a_register_that_is_silent_for_long() {
    let town = Town::new().await;
    let mpower = &town.emulated.house.mpower;
    let mine = give(&town, COLLECTOR);
    let mut browser = town.signed_in(COLLECTOR).await;
    let acts = |body: &str| body.contains("Elena Reprezentata");
    browser.post("/sculeni/acting", &[("mandate", mine.as_str())]).await;
    browser.get("/sculeni").await;
    mpower.revoke(&mine, PRINCIPAL).unwrap();
    assert!(acts(&browser.get("/sculeni").await.body), "asked a moment ago");
    town.later(301);
    let home = browser.get("/sculeni").await;
    assert!(!acts(&home.body) && home.body.contains("Nu mai acționați"), "{}", home.body);

    let mine = give(&town, COLLECTOR);
    browser.post("/sculeni/acting", &[("mandate", mine.as_str())]).await;
    browser.get("/sculeni").await;
    mpower.trouble().set(Some(Trouble::Unavailable));
    town.later(600);
    assert!(acts(&browser.get("/sculeni").await.body), "not at once");
    town.later(301);
    assert!(!acts(&browser.get("/sculeni").await.body));
    let page = browser.get("/sculeni/acting").await;
    assert_eq!(page.status, 503);
    assert!(page.body.contains("MPower nu răspunde"), "{}", page.body);
    assert_eq!(browser.get("/sculeni/tax-collector/home").await.status, 200, "everything else works");
}
