//! Forms of several pages with their drafts, people sought by name, forms with rows, maps and calendars, as a browser meets them.

use crate::browser::{Answer, Browser};
use crate::town::{Town, name, package};
use vatra_core::call::Official;
use vatra_core::ids::SubjectId;
use vatra_server::app::{By, GrantChange};

const TESTER: &str = "2001000000088";
const OTHER: &str = "2001000000099";
const FORM: &str = "/sculeni/clerk/declare";
const POST: &str = "/sculeni/clerk/actions/declare";
const OUTLINE: &str = r#"{"type":"Polygon","coordinates":[[[28.06,47.15],[28.07,47.15],[28.07,47.16],[28.06,47.15]]]}"#;

async fn town() -> Town {
    let town = Town::new().await;
    let sculeni = town.tenant("sculeni").await;
    town.app.install(&sculeni, &package("clerk"), By::OPERATOR).await.unwrap();
    town.app.grant(&sculeni, &name("clerk"), &name("registers"), GrantChange::default(), By::OPERATOR).await.unwrap();
    for (handle, full_name, idnp) in [("tester", "Ana Tester", TESTER), ("other", "Ion Testarosu", OTHER)] {
        let roles = [name("tester")].into();
        let official = Official { person: SubjectId::fresh(), handle: name(handle), name: full_name.into(), idnp: idnp.into(), roles };
        town.app.put_official(&sculeni, &official, By::OPERATOR).await.unwrap();
    }
    town
}

/// Posts the page's form with these answers, as its hidden fields say.
async fn answer(browser: &mut Browser, page: &Answer, answers: &[(&str, &str)]) -> Answer {
    let hidden = page.hidden(POST);
    let mut fields: Vec<(&str, &str)> = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    // A page about its draft has a second form, which forgets it.
    if let Some(second) = fields.iter().skip(1).position(|(name, _)| *name == "submission") {
        fields.truncate(second + 1);
    }
    fields.extend(answers);
    browser.post(POST, &fields).await
}

async fn on(browser: &mut Browser, went: &Answer) -> Answer {
    assert_eq!(went.status, 303, "{}", went.text("main"));
    let page = browser.get(went.location()).await;
    assert_eq!(page.status, 200);
    page
}

fn here(page: &Answer) -> String {
    page.text("[aria-current=step] .vatra-stage__title")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_of_several_pages_is_kept_resumed_and_performed_once() {
    let town = town().await;
    let mut tester = town.signed_in(TESTER).await;
    let first = tester.get(FORM).await;
    assert_eq!((first.status, here(&first).as_str()), (200, "Owner"));

    // The person by number; what decides is missing.
    let again = answer(&mut tester, &first, &[("owner.find", TESTER)]).await;
    assert_eq!(again.status, 422);
    assert!(again.text(".govuk-error-summary").contains("Input kind"), "{}", again.text("main"));
    assert!(again.text(".govuk-radios__item label").starts_with("Ana Tester"), "who was found stays chosen");
    let second = answer(&mut tester, &first, &[("owner.find", TESTER), ("kind", "land")]).await;
    let second = on(&mut tester, &second).await;
    assert_eq!(here(&second), "Land");

    // Somebody else sees nothing of it; the same person finds it again in another browser.
    let mut other = town.signed_in(OTHER).await;
    assert_eq!(here(&other.get(&format!("{FORM}?declare.step=2")).await), "Owner");
    let mut tester = town.signed_in(TESTER).await;
    let second = tester.get(&format!("{FORM}?declare.step=2")).await;
    assert_eq!(here(&second), "Land");
    assert!(second.body.contains("25.10.2026"), "kept for thirty days");

    let wrong = answer(&mut tester, &second, &[("cadastral", "1"), ("outline", "{}")]).await;
    assert_eq!(wrong.status, 422);
    let third = answer(&mut tester, &second, &[("cadastral", "9256201541"), ("outline", OUTLINE)]).await;
    let third = on(&mut tester, &third).await;
    assert_eq!(here(&third), "More");
    // One more child, then both.
    let more = answer(&mut tester, &third, &[("children.1.born", "2015-04-03"), ("vatra-more", "children")]).await;
    assert!(more.status == 200 && more.body.contains("children.2.born"), "{}", more.status);
    let last =
        [("children.1.born", "2015-04-03"), ("children.2.born-day", "1"), ("children.2.born-month", "2"), ("children.2.born-year", "2020")];
    let check = answer(&mut tester, &more, &last).await;
    let check = on(&mut tester, &check).await;
    assert!(check.body.contains("9256201541") && check.body.contains("Ana Tester"), "{}", check.text("main"));

    let sent = answer(&mut tester, &check, &[]).await;
    let done = on(&mut tester, &sent).await;
    assert_eq!(done.text(".govuk-notification-banner__heading"), "owner kind cadastral outline children.1.born children.2.born refuse");
    assert_eq!(here(&tester.get(&format!("{FORM}?declare.step=check")).await), "Owner", "the draft is gone");
    // The same page sent again finds no draft and performs nothing.
    let twice = answer(&mut tester, &check, &[]).await;
    assert_eq!(here(&on(&mut tester, &twice).await), "Owner");

    // What was declared is on the map, and its owner can be found by name now.
    let home = tester.get("/sculeni/clerk/home").await;
    assert_eq!(home.text(".vatra-shape title"), "1. 9256201541");
    assert!(home.text("#m-parcels-list").contains("Ana Tester"));
    let form = tester.get(FORM).await;
    let found = answer(&mut tester, &form, &[("owner.find", "tést"), ("kind", "building")]).await;
    assert_eq!(found.status, 422);
    assert!(
        found.text("label[for='f1-owner']").starts_with("Ana Tester") && !found.body.contains("Testarosu"),
        "only whom the module keeps"
    );
    let nobody = answer(&mut tester, &form, &[("owner.find", "Nimeni"), ("kind", "building")]).await;
    assert!(nobody.text("#f1-owner-error").contains("Nu s-a găsit nimeni"), "{}", nobody.text("main"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_module_rejects_is_told_on_its_page_and_the_draft_stays() {
    let town = town().await;
    let mut tester = town.signed_in(TESTER).await;
    let first = tester.get(FORM).await;
    let went = answer(&mut tester, &first, &[("owner.find", TESTER), ("kind", "building")]).await;
    // Nothing of the land is asked of a building: its page is passed over.
    let more = on(&mut tester, &went).await;
    assert_eq!(here(&more), "More");
    let went = answer(&mut tester, &more, &[("refuse", "yes")]).await;
    let check = on(&mut tester, &went).await;
    let refused = answer(&mut tester, &check, &[]).await;
    assert_eq!((refused.status, here(&refused).as_str()), (422, "Owner"));
    assert!(refused.text(".govuk-error-summary").contains("Not this kind"));
    assert_eq!(here(&tester.get(&format!("{FORM}?declare.step=check")).await), "Verificați răspunsurile");
    // It is forgotten when the person says so.
    let check = tester.get(&format!("{FORM}?declare.step=check")).await;
    let hidden = check.hidden(POST);
    let forget = hidden.iter().position(|(_, value)| value == "declare:forget").unwrap();
    let begins = hidden[..forget].iter().rposition(|(name, _)| name == "submission").unwrap();
    let fields: Vec<(&str, &str)> = hidden[begins..=forget].iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let gone = tester.post(POST, &fields).await;
    assert_eq!(here(&on(&mut tester, &gone).await), "Owner");
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_places_and_codes_reach_the_module_and_the_page() {
    let town = town().await;
    let mut tester = town.signed_in(TESTER).await;
    let home = tester.get("/sculeni/clerk/home").await;
    assert_eq!(home.status, 200);
    assert!(home.text(".vatra-number__value") == "7" && home.text(".vatra-bar__value").contains("123,45"), "{}", home.text("main"));
    assert!(home.text("#c-visits").contains("09:00–09:20") && home.body.contains("vatra-qr__dark") && home.body.contains("id=\"q-queue\""));
    let votes = "/sculeni/clerk/actions/vote";
    let hidden = home.hidden(votes);
    let with = |answers: &[(&'static str, &'static str)]| {
        let hidden = hidden.iter().map(|(name, value)| (name.clone(), value.clone()));
        hidden.chain(answers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))).collect::<Vec<_>>()
    };
    for (answers, status) in [(vec![("r1.vote", "for")], 422), (vec![("r1.vote", "for"), ("r2.vote", "against")], 303)] {
        let fields = with(&answers);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let answer = tester.post(votes, &fields).await;
        assert_eq!(answer.status, status, "{answers:?}");
        if status == 303 {
            assert_eq!(on(&mut tester, &answer).await.text(".govuk-notification-banner__heading"), "r1.vote r2.vote");
        } else {
            assert!(answer.text(".govuk-error-summary").contains("Row r2, Input vote"), "{}", answer.text("main"));
        }
    }
    let submission = hidden.iter().find(|(name, _)| name == "vatra-from").map(|(_, value)| value.clone()).unwrap();
    let booked = tester.post("/sculeni/clerk/actions/book", &[("vatra-from", &submission), ("vatra-with", "place=1")]).await;
    assert_eq!(on(&mut tester, &booked).await.text(".govuk-notification-banner__heading"), "place");
}
