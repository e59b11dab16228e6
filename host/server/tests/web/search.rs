//! One search over everything that one may open, as a browser without scripts meets it.

use crate::town::{CLERK, COLLECTOR, NEIGHBOUR, ROLL, Town, name, package};
use std::collections::BTreeMap;
use vatra_core::call::{Channel, Official};
use vatra_core::ids::SubjectId;
use vatra_core::manifest::Language;
use vatra_core::store::AuditFilter;
use vatra_runtime::File;
use vatra_server::app::{Act, By, GrantChange};

const VERA: &str = "2001000000088";

async fn act(town: &Town, module: &str, handle: &str, action: &str, inputs: &[(&str, &str)], files: Vec<File>) -> serde_json::Value {
    let sculeni = town.tenant("sculeni").await;
    let official = town.app.official(&sculeni, handle).await.unwrap();
    let ctx = town.app.context(&sculeni, &name(module), &official, Channel::Portal, Language::Ro);
    let form: BTreeMap<String, Vec<String>> = inputs.iter().map(|(name, value)| ((*name).to_owned(), vec![(*value).to_owned()])).collect();
    let act = Act { action: action.to_owned(), form, files, submission: None, back: String::new() };
    town.app.act(&ctx, act).await.unwrap().report
}

/// A town with a roll of two accounts.
async fn town() -> Town {
    let town = Town::new().await;
    let roll = File { input: "roll".into(), name: "rol.csv".into(), bytes: ROLL.as_bytes().to_vec(), mapping: None };
    let report = act(&town, "tax-collector", "perceptor", "import-roll", &[], vec![roll]).await;
    assert!(!report.to_string().is_empty());
    town
}

fn hits(body: &str) -> Vec<(String, String)> {
    let page = scraper::Html::parse_document(body);
    let link = scraper::Selector::parse("main table tbody a").unwrap();
    page.select(&link).map(|a| (a.text().collect::<String>().trim().to_owned(), a.value().attr("href").unwrap().to_owned())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn people_and_entries_are_found_and_lead_to_where_they_are_handled() {
    let town = town().await;
    let mut collector = town.signed_in(COLLECTOR).await;
    assert!(collector.get("/sculeni").await.body.contains("action=\"/sculeni/search\""), "in the header");
    // Without diacritics, by the beginning of a word, by IDNP, by the number of an account.
    for sought in ["pislaru", "PÎSLARU petr", "2432039287932", "9256000-000002"] {
        let answer = collector.get(&format!("/sculeni/search?q={}", vatra_view::urls::encode(sought))).await;
        assert_eq!(answer.status, 200);
        let found = hits(&answer.body);
        assert!(!found.is_empty() && found.iter().all(|(_, href)| href.contains("?entry=")), "{sought}: {found:?}");
        assert!(!answer.body.contains("Bejenari"), "{sought}");
        let (_, href) = found.into_iter().find(|(_, href)| href.contains("/account?")).unwrap();
        assert!(collector.get(&href).await.body.contains("Pîslaru"), "{href}");
    }
    let people = collector.get("/sculeni/search?q=pislaru").await.body;
    assert!(people.contains("id=\"g-people\"") && people.contains("IDNP 2432039287932"), "{people}");

    // Whose data was shown is in the trail.
    let sculeni = town.tenant("sculeni").await;
    let rows = town.app.audit(&sculeni, &AuditFilter { limit: 1, ..Default::default() }).await.unwrap();
    assert_eq!((rows[0].entry.kind.code(), rows[0].entry.about.len()), ("look", 1));

    let short = collector.get("/sculeni/search?q=p&lang=en").await.body;
    assert!(short.contains("at least two letters") && hits(&short).is_empty());
    let none = collector.get("/sculeni/search?q=nimeni").await.body;
    assert!(none.contains("Nothing was found") && hits(&none).is_empty());
    let hostile = collector.get("/sculeni/search?q=%3Cb%3Ex").await.body;
    assert!(!hostile.contains("<b>x"), "{hostile}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_found_in_what_one_may_not_open() {
    let town = town().await;
    for sought in ["pislaru", "2432039287932", "9256000", "pislaru&in=tax-collector.accounts"] {
        let mut clerk = town.signed_in(CLERK).await;
        let answer = clerk.get(&format!("/sculeni/search?q={sought}")).await;
        assert!(answer.status == 200 && hits(&answer.body).is_empty() && !answer.body.contains("Petru"), "{sought}: {}", answer.body);
        assert_eq!(town.signed_in(NEIGHBOUR).await.get(&format!("/sculeni/search?q={sought}")).await.status, 404);
    }
    assert!(!town.trail("sculeni", 1).await.iter().any(|(kind, _)| kind == "look"));
}

#[tokio::test(flavor = "multi_thread")]
async fn tasks_are_found_by_their_words() {
    let town = Town::new().await;
    let sculeni = town.tenant("sculeni").await;
    town.app.install(&sculeni, &package("worker"), By::OPERATOR).await.unwrap();
    for capability in ["registers", "jobs", "timers", "tasks"] {
        town.app.grant(&sculeni, &name("worker"), &name(capability), GrantChange::default(), By::OPERATOR).await.unwrap();
    }
    let roles = [name("tester")].into();
    let vera = Official { person: SubjectId::fresh(), handle: name("vera"), name: "Vera Munteanu".into(), idnp: VERA.into(), roles };
    town.app.put_official(&sculeni, &vera, By::OPERATOR).await.unwrap();
    let task = act(&town, "worker", "vera", "open", &[("role", "tester"), ("title", "Țarină nouă")], vec![]).await;
    let href = format!("/sculeni/tasks/{}", task["task"].as_str().unwrap());
    let mut vera = town.signed_in(VERA).await;
    assert_eq!(hits(&vera.get("/sculeni/search?q=tarina").await.body), [("Țarină nouă".to_owned(), href)]);
    assert!(hits(&town.signed_in(COLLECTOR).await.get("/sculeni/search?q=tarina").await.body).is_empty());
}
