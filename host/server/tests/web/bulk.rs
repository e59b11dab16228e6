//! An action on many entries: ticked or all that are found, shown first, performed one by one, with what came of each. Without scripts.

use crate::browser::Browser;
use crate::town::{COLLECTOR, Town, name, package};
use std::collections::BTreeMap;
use vatra_core::call::{Channel, Official, Tenant};
use vatra_core::ids::SubjectId;
use vatra_core::manifest::Language;
use vatra_core::register::{Query, Reach};
use vatra_server::app::{Act, By, GrantChange};

const VERA: &str = "2001000000088";
const ION: &str = "2001000000099";
const SCREEN: &str = "/sculeni/worker/home?scope=lines";
const MARK: &str = "/sculeni/worker/actions/mark";

/// A register of thirty lines, of which two are bad.
async fn town() -> (Town, Tenant) {
    let town = Town::new().await;
    let sculeni = town.tenant("sculeni").await;
    town.app.install(&sculeni, &package("worker"), By::OPERATOR).await.unwrap();
    for capability in ["registers", "jobs", "timers", "tasks"] {
        town.app.grant(&sculeni, &name("worker"), &name(capability), GrantChange::default(), By::OPERATOR).await.unwrap();
    }
    for (handle, idnp) in [("vera", VERA), ("ion", ION)] {
        let roles = [name("tester")].into();
        let official = Official { person: SubjectId::fresh(), handle: name(handle), name: handle.into(), idnp: idnp.into(), roles };
        town.app.put_official(&sculeni, &official, By::OPERATOR).await.unwrap();
    }
    let vera = town.app.official(&sculeni, "vera").await.unwrap();
    for number in 0..30 {
        let what = if number % 15 == 3 { "bad".to_owned() } else { format!("rand{number}") };
        let form: BTreeMap<String, Vec<String>> =
            [("role", "tester".to_owned()), ("line", what)].map(|(n, v)| (n.to_owned(), vec![v])).into();
        let ctx = town.app.context(&sculeni, &name("worker"), &vera, Channel::Portal, Language::Ro);
        town.app.act(&ctx, Act { action: "open".into(), form, files: vec![], submission: None, back: String::new() }).await.unwrap();
    }
    (town, sculeni)
}

fn values(body: &str, selector: &str) -> Vec<(String, String)> {
    let page = scraper::Html::parse_document(body);
    let selector = scraper::Selector::parse(selector).unwrap();
    let one =
        |input: scraper::ElementRef<'_>| (input.value().attr("name").unwrap().to_owned(), input.value().attr("value").unwrap().to_owned());
    page.select(&selector).map(one).collect()
}

/// The ticks of the rows that can be performed.
fn good(body: &str) -> Vec<(String, String)> {
    let page = scraper::Html::parse_document(body);
    let row = scraper::Selector::parse("#t-lines tbody tr").unwrap();
    page.select(&row)
        .filter(|row| !row.text().any(|text| text.trim() == "bad"))
        .flat_map(|row| values(&format!("<table><tbody>{}</tbody></table>", row.html()), "input[name=entry]"))
        .collect()
}

/// Presses a button of the form over the table with these further fields.
async fn press(browser: &mut Browser, body: &str, form: &str, more: &[(String, String)]) -> crate::browser::Answer {
    let mut fields = values(body, &format!("{form} input[type=hidden], {form} button[name]"));
    fields.extend_from_slice(more);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    browser.post(MARK, &fields).await
}

async fn told(town: &Town, sculeni: &Tenant) -> u64 {
    let binding = town.app.runtime.binding(sculeni.id, &name("worker")).await.unwrap();
    let schema = binding.manifest.register("worker-told").unwrap();
    let query = Query { register: schema.name.clone(), all_of: vec![], search: None, sort: vec![], include_closed: true };
    town.app.store.snapshot(sculeni.id).await.unwrap().find(schema, &query, Reach::Host, 0, 1).await.unwrap().total
}

#[tokio::test(flavor = "multi_thread")]
async fn all_that_is_found_is_shown_and_performed_one_by_one() {
    let (town, sculeni) = town().await;
    let mut vera = town.signed_in(VERA).await;
    let page = vera.get(SCREEN).await.body;
    assert!(page.contains("Toate cele 30 găsite"), "{page}");
    let preview = press(&mut vera, &page, "#t-lines form", &[("vatra-all".to_owned(), "1".to_owned())]).await;
    assert_eq!(preview.status, 200, "{}", preview.body);
    assert!(preview.body.contains("pentru 30 de înregistrări") && preview.body.contains("Le însemnați?"), "{}", preview.body);
    assert_eq!(values(&preview.body, "#bulk input").len(), 0);
    assert_eq!(told(&town, &sculeni).await, 0, "asked first");

    let form = format!("form[action=\"{MARK}\"]");
    let begun = press(&mut vera, &preview.body, &form, &[]).await;
    assert_eq!(begun.status, 303, "{}", begun.body);
    let job = begun.location().to_owned();
    assert_eq!(press(&mut vera, &preview.body, &form, &[]).await.location(), job, "sent twice, begun once");
    assert_eq!(town.app.step_due().await.unwrap(), 1);
    assert_eq!(town.app.step_due().await.unwrap(), 1);
    assert_eq!(town.app.step_due().await.unwrap(), 0, "twenty at a time, and nothing after the last");
    assert_eq!(told(&town, &sculeni).await, 28);

    let page = vera.get(&job).await;
    assert!(page.body.contains("Efectuate: 28. Refuzate: 2.") && page.body.contains("Rândul este rău."), "{}", page.body);
    assert!(page.body.contains("L-0004") && page.body.contains("/sculeni/worker/home?entry="), "{}", page.body);
    let results = format!("{}/results", job.split('?').next().unwrap());
    let csv = vera.get(&results).await;
    assert!(csv.header("content-type").starts_with("text/csv"));
    assert_eq!(csv.body.lines().count(), 31, "{}", csv.body);
    assert_eq!(csv.body.lines().filter(|line| line.contains("refuzat") && line.contains("Rândul este rău.")).count(), 2, "{}", csv.body);

    // Of whoever began it, and nobody else's.
    for other in [ION, COLLECTOR] {
        let mut other = town.signed_in(other).await;
        assert_eq!((other.get(&job).await.status, other.get(&results).await.status), (403, 403));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ticked_rows_are_performed_and_nothing_that_is_not_there() {
    let (town, sculeni) = town().await;
    let mut vera = town.signed_in(VERA).await;
    let page = vera.get(SCREEN).await.body;
    let ticks = good(&page);
    assert!(ticks.len() >= 23, "{page}");
    let none = press(&mut vera, &page, "#t-lines form", &[]).await.body;
    assert!(
        none.contains("Nu ați ales nicio înregistrare") && values(&none, &format!("form[action=\"{MARK}\"] input")).is_empty(),
        "{none}"
    );
    let mut ticked = ticks[..2].to_vec();
    ticked.push(("entry".to_owned(), "0199aaaa-0000-7000-8000-000000000001".to_owned()));
    ticked.push(ticks[0].clone());
    let preview = press(&mut vera, &page, "#t-lines form", &ticked).await;
    assert!(preview.body.contains("pentru 2 înregistrări"), "{}", preview.body);
    let form = format!("form[action=\"{MARK}\"]");
    let begun = press(&mut vera, &preview.body, &form, &[]).await;
    assert_eq!(begun.status, 303, "{}", begun.body);
    assert_eq!(town.app.step_due().await.unwrap(), 1);
    assert_eq!(told(&town, &sculeni).await, 2);
    // On one entry the same action needs no job.
    let (name, entry) = ticks[2].clone();
    assert_eq!(vera.post(MARK, &[(name.as_str(), entry.as_str())]).await.status, 303);
    assert_eq!(told(&town, &sculeni).await, 3);
    assert_eq!(town.app.step_due().await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_lost_the_office_does_nothing_more() {
    let (town, sculeni) = town().await;
    let mut vera = town.signed_in(VERA).await;
    let page = vera.get(SCREEN).await.body;
    let preview = press(&mut vera, &page, "#t-lines form", &[("vatra-all".to_owned(), "1".to_owned())]).await;
    let job = press(&mut vera, &preview.body, &format!("form[action=\"{MARK}\"]"), &[]).await.location().to_owned();
    assert_eq!(town.app.step_due().await.unwrap(), 1);
    let mut official = town.app.official(&sculeni, "vera").await.unwrap();
    official.roles = [name("secretary")].into();
    town.app.put_official(&sculeni, &official, By::OPERATOR).await.unwrap();
    assert_eq!(town.app.step_due().await.unwrap(), 1);
    // How many of the two bad ones are among the first twenty is chance.
    let done = told(&town, &sculeni).await;
    assert!((18..=20).contains(&done), "the first twenty, less bad ones: {done}");
    let page = vera.get(&job).await.body;
    assert!(page.contains(&format!("Efectuate: {done}. Refuzate: {}.", 30 - done)), "{page}");
}
