//! Forms of a module: performed once, shown again with what is wrong.

use crate::town::{COLLECTOR, ROLL, Town};

const IMPORT: &str = "/sculeni/tax-collector/actions/import-roll";

/// The report was shown, or the browser sent to it.
fn is_performed(answer: &crate::browser::Answer) -> bool {
    answer.status == 200 || answer.location().starts_with("/sculeni/tax-collector/import-report?")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_sent_twice_is_performed_once() {
    let town = Town::new().await;
    let mut browser = town.signed_in(COLLECTOR).await;
    let page = browser.get("/sculeni/tax-collector/import").await;
    assert_eq!(page.status, 200, "{}", page.body);
    let hidden = page.hidden(IMPORT);
    assert!(hidden.iter().any(|(name, _)| name == "submission"), "{hidden:?}");
    let first = browser.upload(IMPORT, &hidden, "roll", "rol.csv", ROLL.as_bytes()).await;
    assert!(is_performed(&first), "{}", first.body);

    let second = browser.upload(IMPORT, &hidden, "roll", "rol.csv", ROLL.as_bytes()).await;
    assert_eq!(second.status, 303);
    // To where the first one led, or back to the form when it led nowhere.
    let led = if first.location().is_empty() { "/sculeni/tax-collector/import" } else { first.location() };
    assert_eq!(second.location(), led);
    let told = browser.get(second.location()).await;
    assert!(told.body.contains("Formularul a fost trimis deja"), "{}", told.body);
    assert!(!browser.get(second.location()).await.body.contains("Formularul a fost trimis deja"), "said once");
    let trail = town.trail("sculeni", 100).await;
    assert_eq!(trail.iter().filter(|(kind, _)| kind == "action-kept").count(), 1, "{trail:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_forms_are_two() {
    let town = Town::new().await;
    let mut browser = town.signed_in(COLLECTOR).await;
    let mut ids = std::collections::BTreeSet::new();
    for _ in 0..2 {
        let hidden = browser.get("/sculeni/tax-collector/import").await.hidden(IMPORT);
        ids.extend(hidden.into_iter().filter(|(name, _)| name == "submission"));
    }
    assert_eq!(ids.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_cannot_be_taken_is_explained_at_the_form() {
    let town = Town::new().await;
    let mut browser = town.signed_in(COLLECTOR).await;
    let hidden = browser.get("/sculeni/tax-collector/import").await.hidden(IMPORT);
    let heading = ROLL.lines().next().unwrap();
    for (name, bytes, words) in [
        ("gol.csv", Vec::new(), "este gol"),
        ("antet.csv", heading.as_bytes().to_vec(), "este gol"),
        ("rol.xlsx", b"PK\x03\x04\x14\x00\x06\x00rest of an archive".to_vec(), "nu este un tabel CSV"),
        ("alt.csv", b"Nume;Prenume\r\nA;B\r\n".to_vec(), "lipsesc coloane"),
        ("utf8.csv", [b"\xef\xbb\xbf".as_slice(), heading.as_bytes(), b"\r\n9256;F;\xff\xfe;x\r\n"].concat(), "deteriorat"),
    ] {
        let answer = browser.upload(IMPORT, &hidden, "roll", name, &bytes).await;
        assert_eq!(answer.status, 422, "{name}: {}", answer.body);
        let summary = answer.text(".govuk-error-summary");
        assert!(summary.contains(words), "{name}: {summary:?}");
        assert!(answer.body.contains(&format!("action=\"{IMPORT}\"")), "{name}: the form is there again");
    }
    let trail = town.trail("sculeni", 100).await;
    assert!(!trail.iter().any(|(kind, _)| kind == "action-kept"), "{trail:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_imported_is_found_without_diacritics_and_exported() {
    let town = Town::new().await;
    let mut browser = town.signed_in(COLLECTOR).await;
    let hidden = browser.get("/sculeni/tax-collector/import").await.hidden(IMPORT);
    assert!(is_performed(&browser.upload(IMPORT, &hidden, "roll", "rol.csv", ROLL.as_bytes()).await));
    let all = browser.get("/sculeni/tax-collector/accounts").await;
    assert!(all.body.contains("Pîslaru Petru") && all.body.contains("Bejenari Maria"), "{}", all.body);
    let found = browser.get("/sculeni/tax-collector/accounts?accounts.q=pislaru").await;
    assert!(found.body.contains("Pîslaru Petru") && !found.body.contains("Bejenari Maria"), "{}", found.body);
    assert!(town.trail("sculeni", 2).await.iter().any(|(kind, _)| kind == "look"));

    let file = browser.get("/sculeni/tax-collector/accounts?accounts.q=pislaru&export=accounts").await;
    assert_eq!(file.status, 200, "{}", file.body);
    assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(file.header("content-disposition"), "attachment; filename=\"sculeni-accounts-2026-09-25.csv\"");
    assert_eq!(file.header("cache-control"), "no-store");
    assert!(file.body.contains("Pîslaru Petru") && !file.body.contains("Bejenari"), "{}", file.body);
    assert!(town.trail("sculeni", 1).await.iter().any(|(kind, _)| kind == "export"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_origin_leads_nowhere_else() {
    let town = Town::new().await;
    let mut browser = town.signed_in(COLLECTOR).await;
    for from in ["https://evil.example/", "//evil.example", "../../../signout", "no-screen?x=y"] {
        let answer = browser.post(IMPORT, &[("vatra-from", from)]).await;
        assert_eq!(answer.status, 422, "{from}");
        assert!(!answer.body.contains("evil.example"), "{from}");
    }
}
