//! The worklist on the home page, tasks from hand to hand, and the pages of jobs, as a browser meets them.

use crate::browser::Browser;
use crate::town::{ADMINISTRATOR, CLERK, COLLECTOR, NEIGHBOUR, Town, name, package};
use std::collections::BTreeMap;
use vatra_core::call::{Channel, Official, Tenant};
use vatra_core::ids::SubjectId;
use vatra_core::manifest::Language;
use vatra_server::app::{Act, By, GrantChange};

const VERA: &str = "2001000000088";
const ION: &str = "2001000000099";

/// Two officials with the role `tester`, one of whom is a secretary too, and the module that opens tasks for them.
async fn town() -> (Town, Tenant) {
    let town = Town::new().await;
    let sculeni = town.tenant("sculeni").await;
    town.app.install(&sculeni, &package("worker"), By::OPERATOR).await.unwrap();
    for capability in ["registers", "jobs", "timers", "tasks"] {
        town.app.grant(&sculeni, &name("worker"), &name(capability), GrantChange::default(), By::OPERATOR).await.unwrap();
    }
    for (handle, full_name, idnp, roles) in
        [("vera", "Vera Munteanu", VERA, vec!["tester"]), ("ion", "Ion Rusu", ION, vec!["tester", "secretary"])]
    {
        let roles = roles.into_iter().map(name).collect();
        let official = Official { person: SubjectId::fresh(), handle: name(handle), name: full_name.into(), idnp: idnp.into(), roles };
        town.app.put_official(&sculeni, &official, By::OPERATOR).await.unwrap();
    }
    (town, sculeni)
}

async fn act(town: &Town, sculeni: &Tenant, action: &str, inputs: &[(&str, &str)]) -> serde_json::Value {
    let vera = town.app.official(sculeni, "vera").await.unwrap();
    let ctx = town.app.context(sculeni, &name("worker"), &vera, Channel::Portal, Language::Ro);
    let mut form: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, value) in inputs {
        form.entry((*name).to_owned()).or_default().push((*value).to_owned());
    }
    let act = Act { action: action.to_owned(), form, files: vec![], submission: None, back: String::new() };
    town.app.act(&ctx, act).await.unwrap().report
}

fn select(body: &str, selector: &str) -> Vec<String> {
    let page = scraper::Html::parse_document(body);
    let selector = scraper::Selector::parse(selector).unwrap();
    page.select(&selector)
        .map(|found| found.text().collect::<Vec<_>>().join(" ").split_whitespace().collect::<Vec<_>>().join(" "))
        .collect()
}

async fn rows(browser: &mut Browser, address: &str) -> Vec<String> {
    let answer = browser.get(address).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    select(&answer.body, "#worklist tbody tr")
}

async fn tabs(browser: &mut Browser) -> Vec<String> {
    select(&browser.get("/sculeni").await.body, ".vatra-tabs a")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worklist_is_claimed_given_on_and_given_back() {
    let (town, sculeni) = town().await;
    // 2026-09-25 is a Friday: due on Monday, and late since Wednesday.
    let late = act(&town, &sculeni, "open", &[("role", "tester"), ("due", "2026-09-23"), ("line", "x")]).await;
    act(&town, &sculeni, "open", &[("role", "tester"), ("due", "2026-09-28"), ("title", "Altceva <b>")]).await;
    act(&town, &sculeni, "open", &[("role", "secretary")]).await;
    let task = format!("/sculeni/tasks/{}", late["task"].as_str().unwrap());
    let (mut vera, mut ion) = (town.signed_in(VERA).await, town.signed_in(ION).await);
    assert_eq!(tabs(&mut vera).await, ["Ale mele 0", "Neatribuite 2", "Întârziate 1", "Toate 2", "De semnat 0", "În așteptarea plății 0"]);
    assert_eq!(tabs(&mut ion).await[1], "Neatribuite 3");
    assert!(rows(&mut vera, "/sculeni").await[0].contains("Nu aveți nicio sarcină"));
    let all = rows(&mut vera, "/sculeni?show=all").await;
    assert_eq!(all.len(), 2);
    assert!(all[0].starts_with("De privit nr. 0 · L-0001 Lucrător 23.09.2026 · întârziat cu 2 zile lucrătoare Preiau"), "{}", all[0]);
    assert!(all[1].starts_with("Altceva <b> Lucrător 28.09.2026 · peste o zi lucrătoare Preiau"), "{}", all[1]);
    let russian = vera.get("/sculeni?show=overdue&lang=ru").await.body;
    assert!(russian.contains("Посмотреть № 0 · L-0001") && russian.contains("опоздание 2 рабочих дня"), "{russian}");
    vera.get("/sculeni?lang=ro").await;

    // Of others nobody learns anything, and nothing can be done to it.
    for idnp in [CLERK, COLLECTOR, NEIGHBOUR, ADMINISTRATOR] {
        let mut other = town.signed_in(idnp).await;
        assert_eq!(other.get(&task).await.status, 404, "{idnp}");
        for deed in ["claim", "assign", "release"] {
            assert_eq!(other.post(&format!("{task}/{deed}"), &[("version", "1")]).await.status, 404, "{idnp} {deed}");
        }
    }

    let back = "/sculeni?show=unassigned";
    let claimed = vera.post(&format!("{task}/claim"), &[("version", "1"), ("back", back)]).await;
    assert_eq!((claimed.status, claimed.location()), (303, back));
    assert!(vera.get(back).await.body.contains("Sarcina este a dumneavoastră"));
    let quicker = ion.post(&format!("{task}/claim"), &[("version", "1"), ("back", "https://evil.example/")]).await;
    assert_eq!(quicker.location(), task, "somebody was quicker, and nobody is led elsewhere");
    let page = ion.get(&task).await.body;
    assert!(page.contains("Altcineva a schimbat sarcina") && page.contains("Vera Munteanu") && page.contains("Rolul"), "{page}");

    // To somebody else only with a reason, and only to whoever holds the role.
    let person = async |handle| town.app.official(&sculeni, handle).await.unwrap().person.to_string();
    let (ion_s, clerk_s) = (person("ion").await, person("secretar").await);
    let assign = format!("{task}/assign");
    let unreasoned = vera.post(&assign, &[("version", "2"), ("to", &ion_s), ("reason", " ")]).await;
    assert!(
        unreasoned.status == 422 && unreasoned.body.contains("Scrieți motivul: sarcina este luată de la cineva"),
        "{}",
        unreasoned.body
    );
    assert_eq!(vera.post(&assign, &[("version", "2"), ("to", &clerk_s), ("reason", "x")]).await.status, 422);
    assert_eq!(vera.post(&assign, &[("version", "2"), ("to", &ion_s), ("reason", "Concediu <b>")]).await.location(), task);
    let history = ion.get(&task).await.body;
    assert!(history.contains("Concediu &#60;b&#62;") && !history.contains("Concediu <b>"), "{history}");
    assert_eq!(rows(&mut ion, "/sculeni?show=mine").await.len(), 1);
    assert_eq!(vera.post(&format!("{task}/release"), &[("version", "3")]).await.location(), task, "it is not hers any more");
    assert_eq!(ion.post(&format!("{task}/release"), &[("version", "3")]).await.location(), "/sculeni");
    assert_eq!(tabs(&mut ion).await[..2], ["Ale mele 0", "Neatribuite 3"]);
    let trail = town.trail("sculeni", 3).await;
    let deeds = [("task", "released"), ("task", "assigned"), ("task", "claimed")].map(|(kind, what)| (kind.to_owned(), what.to_owned()));
    assert_eq!(trail, deeds);
    // Nothing comes from another site.
    ion.headers = vec![("sec-fetch-site", "cross-site".into()), ("origin", "https://evil.example".into())];
    assert_eq!(ion.post(&format!("{task}/claim"), &[("version", "4")]).await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_tasks_are_read_page_by_page() {
    let (town, sculeni) = town().await;
    act(&town, &sculeni, "open", &[("role", "tester"), ("count", "60")]).await;
    let mut vera = town.signed_in(VERA).await;
    let address = |page: u32| format!("/sculeni?show=unassigned&page={page}");
    let mut seen = std::collections::BTreeSet::new();
    for (page, count) in [(1, 25), (2, 25), (3, 10)] {
        let rows = rows(&mut vera, &address(page)).await;
        assert_eq!(rows.len(), count);
        seen.extend(rows.into_iter().map(|row| row.split(" Lucrător").next().unwrap().to_owned()));
    }
    assert_eq!(seen.len(), 60);
    for nonsense in ["page=0", "page=99999999999", "page=x", "show=nothing", "show=payment&page=40"] {
        assert_eq!(vera.get(&format!("/sculeni?{nonsense}")).await.status, 200, "{nonsense}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_has_a_page_that_says_how_far_it_is() {
    let (town, _) = town().await;
    let mut vera = town.signed_in(VERA).await;
    let form = [("name", "count"), ("cursor", "0/3"), ("go", "true")];
    let begun = vera.post("/sculeni/worker/actions/start", &form).await;
    let job = begun.location().to_owned();
    assert!(begun.status == 303 && job.starts_with("/sculeni/worker/jobs/"), "{}", begun.body);
    town.app.step_due().await.unwrap();
    let page = vera.get(&job).await.body;
    assert!(
        page.contains("<h1 class=\"govuk-heading-l\">Numărarea</h1>") && page.contains("1 din 3") && page.contains("Vera Munteanu"),
        "{page}"
    );
    // Asked for anew by itself, with scripts and without.
    assert!(page.contains(&format!("hx-get=\"{job}\"")) && page.contains("<noscript><meta http-equiv=\"refresh\""));
    for (idnp, status) in [(COLLECTOR, 403), (CLERK, 403), (NEIGHBOUR, 404), (ADMINISTRATOR, 200)] {
        assert_eq!(town.signed_in(idnp).await.get(&job).await.status, status, "{idnp}");
    }
    let own = job.split('?').next().unwrap();
    assert_eq!(town.signed_in(CLERK).await.post(&format!("{own}/cancel"), &[]).await.status, 403);
    assert_eq!(vera.get(&job.replace("/worker/", "/tax-collector/")).await.status, 404, "of its own module");

    assert_eq!(vera.post(&format!("{own}/cancel"), &[]).await.location(), own);
    assert!(vera.get(&job).await.body.contains("Se oprește"));
    town.app.step_due().await.unwrap();
    let over = vera.get(&job).await.body;
    assert!(over.contains("Oprită") && !over.contains("hx-get") && !over.contains("http-equiv"), "{over}");
    let list = town.signed_in(ADMINISTRATOR).await.get("/sculeni/admin/jobs").await.body;
    assert!(list.contains(own) && list.contains("Numărarea") && list.contains("Oprită"), "{list}");
}
