//! The signing queue: what waits is read, ticked, and signed with one errand or refused; the way back is open to MSign's site and believes nothing.

use crate::town::{COLLECTOR, NEIGHBOUR, Town, name, package};
use std::collections::BTreeMap;
use vatra_core::call::{Channel, Official};
use vatra_core::ids::SubjectId;
use vatra_core::manifest::Language;
use vatra_emulators::msign::Decision;
use vatra_server::app::{Act, By, GrantChange};

const MAYOR: &str = "2001000000077";
const QUEUE: &str = "/sculeni/signing";

/// Three documents, each with a request that waits for whoever holds the role `tester`.
async fn asked(town: &Town) {
    let sculeni = town.tenant("sculeni").await;
    town.app.install(&sculeni, &package("scribe"), By::OPERATOR).await.unwrap();
    for capability in ["documents", "registers", "msign"] {
        town.app.grant(&sculeni, &name("scribe"), &name(capability), GrantChange::default(), By::OPERATOR).await.unwrap();
    }
    let mayor = Official {
        person: SubjectId::fresh(),
        handle: name("mayor"),
        name: "Ion Primar".into(),
        idnp: MAYOR.into(),
        roles: [name("tester")].into(),
    };
    town.app.put_official(&sculeni, &mayor, By::OPERATOR).await.unwrap();
    let mayor = town.app.official(&sculeni, "mayor").await.unwrap();
    let ctx = town.app.context(&sculeni, &name("scribe"), &mayor, Channel::Portal, Language::Ro);
    let form = [("count", "3"), ("each", "true")].map(|(name, value)| (name.to_owned(), vec![value.to_owned()]));
    let act = Act { action: "sign".into(), form: BTreeMap::from(form), files: vec![], submission: None, back: String::new() };
    town.app.act(&ctx, act).await.unwrap();
}

fn all<'a>(page: &'a scraper::Html, selector: &str, attribute: &'a str) -> Vec<String> {
    let selector = scraper::Selector::parse(selector).unwrap();
    page.select(&selector).filter_map(|found| found.attr(attribute).map(str::to_owned)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_is_signed_with_one_errand_or_refused() {
    let town = Town::new().await;
    asked(&town).await;
    let msign = &town.emulated.house.msign;
    let mut mayor = town.signed_in(MAYOR).await;
    let home = mayor.get("/sculeni").await;
    assert!(home.body.contains(QUEUE) && home.body.contains("3 cereri"), "{}", home.body);
    let queue = mayor.get(QUEUE).await;
    let page = scraper::Html::parse_document(&queue.body);
    let ticks = all(&page, "input[type=checkbox][name=request]", "value");
    let links = all(&page, "td a[href*='/signing/documents/']", "href");
    assert_eq!((ticks.len(), links.len()), (3, 3), "{}", queue.body);
    let file = mayor.get(&links[0]).await;
    assert_eq!((file.status, file.header("content-type")), (200, "application/pdf"));
    // It does not wait for others, who are not told that it is there.
    for idnp in [COLLECTOR, NEIGHBOUR] {
        let mut other = town.signed_in(idnp).await;
        assert!(!other.get(QUEUE).await.body.contains("De semnat</th>"));
        assert_eq!(other.get(&links[0]).await.status, 404, "{idnp}");
    }

    assert_eq!(mayor.post(QUEUE, &[("vatra-with", "decision=sign")]).await.location(), QUEUE, "nothing is ticked");
    let begun = mayor.post(QUEUE, &[("request", &ticks[0]), ("request", &ticks[1]), ("vatra-with", "decision=sign")]).await;
    let errand = begun.location().to_owned();
    assert!(begun.status == 303 && errand.starts_with("/sculeni/signing/"), "{}", begun.body);
    let early = mayor.get(&errand).await;
    assert_eq!((early.status, early.header("refresh")), (202, "2"));
    town.app.carry_due().await.unwrap();
    assert_eq!(msign.taken(), 1, "both are one request");
    let over = mayor.get(&errand).await;
    let page = scraper::Html::parse_document(&over.body);
    let there = all(&page, "form[method=post][action*='/emulators/msign/']", "action");
    let [action] = there.as_slice() else { panic!("{}", over.body) };
    assert!(over.header("content-security-policy").contains("form-action"));
    let relay = over.hidden(action).into_iter().find(|(name, _)| name == "RelayState").unwrap().1;
    let request = action.rsplit('/').next().unwrap().to_owned();
    assert_eq!(town.signed_in(COLLECTOR).await.get(&errand).await.status, 404, "somebody else's errand");

    // From MSign's site, by anyone, before anything was signed: nothing comes of it.
    let mut anyone = town.browser();
    anyone.headers = vec![("sec-fetch-site", "cross-site".into()), ("origin", "https://msign.gov.md".into())];
    let back = anyone.post("/auth/msign", &[("RequestID", &request), ("RelayState", &relay)]).await;
    assert_eq!((back.status, back.location().to_owned()), (303, format!("{errand}?back=1")));
    town.app.carry_due().await.unwrap();
    let waits = mayor.get(&format!("{errand}?back=1")).await;
    assert!(waits.status == 202 && waits.body.contains(&errand), "{}", waits.body);
    for nonsense in ["", "x", "sculeni:x", "nowhere:0199aaaa-0000-7000-8000-000000000001", "Ș:0199aaaa-0000-7000-8000-000000000001"] {
        assert_eq!(anyone.post("/auth/msign", &[("RelayState", nonsense)]).await.status, 303, "{nonsense}");
    }
    // No other form comes from another site.
    assert_eq!(anyone.post(QUEUE, &[("request", &ticks[2]), ("vatra-with", "decision=sign")]).await.status, 403);

    msign.decide(&request, Decision::Sign { idnp: MAYOR.into(), name: "Ion Primar".into() }).await.unwrap();
    anyone.post("/auth/msign", &[("RequestID", &request), ("RelayState", &relay)]).await;
    town.app.carry_due().await.unwrap();
    assert_eq!(mayor.get(&format!("{errand}?back=1")).await.location(), QUEUE);
    let queue = mayor.get(QUEUE).await;
    assert!(queue.body.contains("Documentele sunt semnate"), "{}", queue.body);
    let page = scraper::Html::parse_document(&queue.body);
    assert_eq!(all(&page, "input[type=checkbox][name=request]", "value"), [ticks[2].clone()]);

    // Refused, with a reason.
    let last = ("request", ticks[2].as_str());
    let ask = mayor.post(QUEUE, &[last, ("vatra-with", "decision=refuse")]).await;
    assert!(ask.status == 200 && ask.body.contains("De ce refuzați"), "{}", ask.body);
    assert_eq!(mayor.post(QUEUE, &[last, ("decision", "refuse"), ("reason", " ")]).await.status, 422);
    assert_eq!(mayor.post(QUEUE, &[last, ("decision", "refuse"), ("reason", "Suma e greșită")]).await.location(), QUEUE);
    let queue = mayor.get(QUEUE).await;
    assert!(queue.body.contains("Nimic nu așteaptă"), "{}", queue.body);
    assert_eq!(town.trail("sculeni", 1).await, [("document".to_owned(), "sign-refused".to_owned())]);
}
