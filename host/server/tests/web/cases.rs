//! Applications on the web: applied for with the form on a screen, and followed by anyone with number and code.

use crate::browser::{Answer, Browser};
use crate::town::{CLERK, Town, name, package};
use vatra_core::call::{Channel, Official};
use vatra_core::ids::SubjectId;
use vatra_core::manifest::Language;
use vatra_server::app::{Act, By, GrantChange};

const REGISTRAR: &str = "2001000000077";
const FOLLOW: &str = "/sculeni/cases";
const FORM: &str = "/sculeni/petitions/actions/vatra-form-family-certificate";

async fn town() -> Town {
    let town = Town::new().await;
    let sculeni = town.tenant("sculeni").await;
    for module in ["reception", "petitions"] {
        let package = town.app.install(&sculeni, &package(module), By::OPERATOR).await.unwrap();
        for capability in package.manifest.capabilities.keys() {
            let mut change = GrantChange::default();
            if capability.as_str() == "mpay" {
                change.settings.insert("account.fees".into(), "MD38TRPBAA113110A01234AA".into());
            }
            town.app.grant(&sculeni, &name(module), capability, change, By::OPERATOR).await.unwrap();
        }
    }
    let official = Official {
        person: SubjectId::fresh(),
        handle: name("registrar"),
        name: "Ion Registrator".into(),
        idnp: REGISTRAR.into(),
        roles: [name("tester")].into(),
    };
    town.app.put_official(&sculeni, &official, By::OPERATOR).await.unwrap();
    town
}

/// The hidden fields of the page's form with these answers.
fn filled<'a>(page: &'a Answer, hidden: &'a [(String, String)], answers: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    assert_eq!(page.status, 200, "{}", page.body);
    hidden.iter().map(|(name, value)| (name.as_str(), value.as_str())).chain(answers.iter().copied()).collect()
}

/// Applies as anyone does in the portal: the form, its answers checked, handed in. The page where it leads.
async fn applied(browser: &mut Browser) -> Answer {
    let page = browser.get("/sculeni/petitions/apply?service=family-certificate").await;
    assert!(page.body.contains("Pentru ce este nevoie de certificat") && page.body.contains("De exemplu, pentru școală"), "{}", page.body);
    let hidden = page.hidden(FORM);
    let wrong = browser.post(FORM, &filled(&page, &hidden, &[("purpose", ""), ("phone", "abc")])).await;
    assert_eq!(wrong.status, 422, "{}", wrong.body);
    let kept = browser.post(FORM, &filled(&page, &hidden, &[("purpose", "Pentru bancă"), ("phone", "069 123 456")])).await;
    assert_eq!(kept.status, 303, "{}", kept.body);
    let check = browser.get(kept.location()).await;
    assert!(check.body.contains("Pentru bancă") && check.body.contains("069 123 456"), "{}", check.body);
    let again = browser.get("/sculeni/petitions/apply?service=family-certificate").await;
    assert!(again.body.contains("Pentru bancă"), "the draft is kept: {}", again.body);
    let hidden: Vec<(String, String)> = check.hidden(FORM);
    let sent = browser.post(FORM, &filled(&check, &hidden, &[])).await;
    assert!(sent.status == 303 && sent.location().starts_with("/sculeni/petitions/case?case="), "{} {}", sent.status, sent.body);
    let twice = browser.post(FORM, &filled(&check, &hidden, &[])).await;
    assert_eq!(twice.status, 303);
    let location = sent.location().to_owned();
    browser.get(&location).await
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let rest = text.split_once(before).map(|(_, rest)| rest).unwrap_or_else(|| panic!("{before} in {text}"));
    rest.split_once(after).map(|(found, _)| found).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_is_handed_in_once_and_followed_by_anyone_with_number_and_code() {
    let town = town().await;
    let mut registrar = town.signed_in(REGISTRAR).await;
    let landed = applied(&mut registrar).await;
    assert_eq!(landed.status, 200);
    assert!(landed.body.contains("C-2026-00001") && landed.body.contains("Ion Registrator"), "{}", landed.body);
    let code = between(&landed.body, "codul ", ".").to_owned();
    assert_eq!(code.len(), 14, "{code}");
    let sculeni = town.tenant("sculeni").await;
    let case = town.app.store.snapshot(sculeni.id).await.unwrap().case_numbered("C-2026-00001").await.unwrap().unwrap().0;
    assert!(town.app.store.snapshot(sculeni.id).await.unwrap().case_numbered("C-2026-00002").await.unwrap().is_none(), "sent twice");
    let seen = registrar.get(&format!("/sculeni/petitions/case?case={}", case.id)).await;
    assert!(!seen.body.contains(&code), "shown once");

    // The module that handles it asks; anyone with number and code sees what, and nothing of who applied.
    let ana = town.app.official(&sculeni, "registrar").await.unwrap();
    let ctx = town.app.context(&sculeni, &name("reception"), &ana, Channel::Portal, Language::Ro);
    let text = |name: &str, value: &str| (name.to_owned(), vec![value.to_owned()]);
    let form = [
        text("case", &case.id.to_string()),
        text("version", "1"),
        text("fields", "purpose"),
        text("note", "Care bancă?"),
        text("until", "2026-12-01"),
    ];
    let act = Act { action: "ask".into(), form: form.into(), files: vec![], submission: None, back: String::new() };
    town.app.act(&ctx, act).await.unwrap();
    let mut anyone = town.browser();
    let asked = anyone.get(FOLLOW).await;
    assert!(asked.status == 200 && asked.body.contains("name=\"code\""));
    for (language, words) in
        [("ro", "Se așteaptă solicitantul"), ("ru", "Справка о составе семьи"), ("en", "Certificate of family composition")]
    {
        let address = format!("{FOLLOW}?lang={language}");
        let page = anyone.post(&address, &[("number", "c-2026-00001 "), ("code", &code.to_lowercase())]).await;
        assert_eq!(page.status, 200, "{}", page.body);
        for word in [words, "C-2026-00001", "Care bancă?"] {
            assert!(page.body.contains(word), "{word} in {}", page.body);
        }
        assert!(!page.body.contains("Registrator") && !page.body.contains(REGISTRAR) && !page.body.contains("Pentru bancă"));
        assert_eq!(page.header("cache-control"), "no-store");
    }
    // What is asked is supplied with the form beneath the case.
    let seen = registrar.get(&format!("/sculeni/petitions/case?case={}", case.id)).await;
    let supply = format!("/sculeni/petitions/actions/vatra-form-{}", case.id);
    let hidden = seen.hidden(&supply);
    let kept = registrar.post(&supply, &filled(&seen, &hidden, &[("purpose", "Banca Satului")])).await;
    let check = registrar.get(kept.location()).await;
    let hidden = check.hidden(&supply);
    let sent = registrar.post(&supply, &filled(&check, &hidden, &[])).await;
    assert_eq!(sent.status, 303, "{}", sent.body);
    let after = registrar.get(sent.location()).await;
    assert!(after.body.contains("Completarea a fost trimisă") && after.body.contains("În lucru"), "{}", after.body);
    // A clerk without the module's role, and a form that is on no screen of theirs.
    assert_eq!(town.signed_in(CLERK).await.get("/sculeni/petitions/apply?service=family-certificate").await.status, 403);
    assert_eq!(town.signed_in(CLERK).await.post(FORM, &[("vatra-step", "x:1")]).await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_handed_in_is_answered_alike_and_few_at_a_time() {
    let town = town().await;
    let mut registrar = town.signed_in(REGISTRAR).await;
    let code = between(&applied(&mut registrar).await.body, "codul ", ".").to_owned();
    let mut bodies = std::collections::BTreeSet::new();
    // A wrong code of a number that there is, a number that there is not, no code at all; and the right ones elsewhere.
    for (place, number, code) in [
        ("sculeni", "C-2026-00001", "7K2M-9QXD-44TH"),
        ("sculeni", "C-2026-00009", code.as_str()),
        ("sculeni", "C-2026-00001", "short"),
        ("lozova", "C-2026-00001", code.as_str()),
    ] {
        let answer = town.browser().post(&format!("/{place}/cases"), &[("number", number), ("code", code)]).await;
        assert_eq!(answer.status, 404, "{place} {number} {code}");
        let plain = answer.body.replace(number, "NUMBER").replace(answer.header("x-request-id"), "REQUEST");
        bodies.insert(plain.replace("lozova", "PLACE").replace("sculeni", "PLACE").replace("Lozova", "TOWN").replace("Sculeni", "TOWN"));
    }
    assert_eq!(bodies.len(), 1, "{bodies:#?}");
    assert_eq!(town.browser().post(FOLLOW, &[("number", "C-2026-00001")]).await.status, 422);
    assert_eq!(town.browser().post("/nowhere/cases", &[]).await.status, 404);
    let many =
        (0..40).map(|_| async { town.browser().post(FOLLOW, &[("number", "C-2026-00002"), ("code", "7K2M-9QXD-44TH")]).await.status });
    let statuses = futures::future::join_all(many).await;
    assert!(statuses.contains(&429) && statuses.contains(&404), "{statuses:?}");
    let towns = town.browser().get("/cases").await;
    assert!(towns.status == 200 && towns.body.contains("href=\"/sculeni/cases\"") && towns.body.contains("href=\"/lozova/cases\""));
    for public in ["/", "/check"] {
        assert!(town.browser().get(public).await.body.contains("href=\"/cases\""), "{public}");
    }
}
