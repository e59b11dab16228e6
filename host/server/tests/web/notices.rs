//! The tax collector's work in the browser: a notice is checked, issued, paid at MPay, and cannot be issued or paid twice.

use crate::browser::{Answer, Browser, HOST};
use crate::town::{COLLECTOR, ROLL, Town};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use vatra_core::clock::Clock;
use vatra_core::value::Money;
use vatra_emulators::fault::{Emulated as _, Fault};
use vatra_emulators::mpay::{Delivery, PaymentRequest};
use vatra_server::commands::{self, Command, MpayReconcile, MpayRefund};

const IMPORT: &str = "/sculeni/tax-collector/actions/import-roll";
const ISSUE: &str = "/sculeni/tax-collector/actions/issue-notice";

/// The page of the first account of an imported roll.
async fn account(browser: &mut Browser) -> Answer {
    let hidden = browser.get("/sculeni/tax-collector/import").await.hidden(IMPORT);
    browser.upload(IMPORT, &hidden, "roll", "rol.csv", ROLL.as_bytes()).await;
    let accounts = browser.get("/sculeni/tax-collector/accounts?accounts.q=bejenari").await;
    let link = accounts.body.split("href=\"").map(|rest| rest.split('"').next().unwrap()).find(|href| href.contains("account?entry="));
    let page = browser.get(&link.unwrap().replace("&amp;", "&")).await;
    assert_eq!(page.status, 200, "{}", page.body);
    page
}

fn with(hidden: &[(String, String)], more: &[(&str, &str)]) -> Vec<(String, String)> {
    hidden.iter().cloned().chain(more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))).collect()
}

async fn post(browser: &mut Browser, address: &str, fields: &[(String, String)]) -> Answer {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    browser.post(address, &fields).await
}

const ANSWERS: [(&str, &str); 4] = [("amount", "1 000,50"), ("due-date-day", "30"), ("due-date-month", "10"), ("due-date-year", "2026")];

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_is_checked_issued_and_paid() {
    let town = Town::new().await;
    let mut browser = town.signed_in(COLLECTOR).await;
    let page = account(&mut browser).await;

    let check = post(&mut browser, ISSUE, &with(&page.hidden(ISSUE), &ANSWERS)).await;
    assert_eq!(check.status, 200, "{}", check.body);
    assert!(check.body.contains("1\u{a0}000,50") && check.body.contains("Verificați"), "{}", check.body);
    assert!(!town.trail("sculeni", 3).await.iter().any(|(_, what)| what == "issue-notice"), "only asked");

    // Both buttons carry the answers; the first one sends them.
    let sent = check.hidden(ISSUE);
    let change = sent.iter().position(|(name, _)| name == "vatra-change").unwrap();
    let (send, _) = sent.split_at(sent.len() / 2);
    let send: Vec<(String, String)> = send.iter().filter(|(name, _)| name != "vatra-change").cloned().collect();
    assert!(change >= send.len());
    let changed = post(&mut browser, ISSUE, &with(&send, &[("vatra-change", "1")])).await;
    assert_eq!(changed.status, 200);
    assert!(changed.body.contains("value=\"1 000,50\""), "the form again, as it was filled in: {}", changed.body);

    let issued = post(&mut browser, ISSUE, &send).await;
    assert_eq!(issued.status, 303, "{}", issued.body);
    assert!(issued.location().starts_with("/sculeni/tax-collector/notice?entry="), "{}", issued.location());
    let again = post(&mut browser, ISSUE, &send).await;
    assert_eq!((again.status, again.location()), (303, issued.location()), "the same form once more");

    let notice = browser.get(issued.location()).await;
    assert!(notice.body.contains("Formularul a fost trimis deja"));
    let pay = notice.body.split("href=\"").map(|rest| rest.split('"').next().unwrap()).find(|href| href.contains("OrderKey="));
    let pay = pay.unwrap().replace("&amp;", "&");
    let number = pay.split("OrderKey=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    assert_eq!(town.browser().get(&pay).await.status, 200, "anyone may pay");
    // The way to a real MPay is a form; here it leads to the emulated one.
    let leg = town.browser().get(&format!("/mpay/pay/{number}?back=%2Fsculeni")).await;
    let sent = leg.hidden(&format!("http://{HOST}/emulators/mpay/service/pay"));
    let expected = [("ServiceID", "local-taxes"), ("OrderKey", number.as_str()), ("ReturnUrl", "http://127.0.0.1:8080/sculeni")];
    assert_eq!(sent, expected.map(|(name, value)| (name.to_owned(), value.to_owned())), "{}", leg.body);
    let request = PaymentRequest::new(number.clone(), Money(100_050), Delivery::Twice);
    let payment = town.mpay.pay(request).await.unwrap();
    town.mpay.told(&payment.confirmation.payment).await;
    town.app.deliver_due().await.unwrap();
    let paid = browser.get(issued.location()).await;
    assert!(paid.body.contains("1\u{a0}000,50") && !paid.body.contains("OrderKey="), "nothing is left to pay: {}", paid.body);
    money_goes_back(&town, &number, &payment.confirmation.payment).await;
    let trail = town.trail("sculeni", 20).await;
    assert_eq!(trail.iter().filter(|(kind, what)| kind == "action-kept" && what == "issue-notice").count(), 1, "{trail:?}");
    assert_eq!(trail.iter().filter(|(kind, _)| kind == "handled").count(), 1, "{trail:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rejected_form_keeps_what_was_typed() {
    let town = Town::new().await;
    let mut browser = town.signed_in(COLLECTOR).await;
    let page = account(&mut browser).await;
    let answers = [("amount", "mult"), ("due-date-day", "31"), ("due-date-month", "2"), ("due-date-year", "2026")];
    let rejected = post(&mut browser, ISSUE, &with(&page.hidden(ISSUE), &answers)).await;
    assert_eq!(rejected.status, 422);
    let page = scraper::Html::parse_document(&rejected.body);
    let links = scraper::Selector::parse(".govuk-error-summary a").unwrap();
    let targets: Vec<&str> = page.select(&links).filter_map(|link| link.attr("href")).collect();
    assert_eq!(targets.len(), 2, "{}", rejected.text(".govuk-error-summary"));
    for target in targets {
        let input = scraper::Selector::parse(target).unwrap();
        assert!(page.select(&input).next().is_some(), "{target} is on the page");
    }
    assert!(rejected.body.contains("value=\"mult\"") && rejected.body.contains("value=\"31\""), "{}", rejected.body);

    // What the module itself rejects: more than is owed.
    let check = [("amount", "999 999"), ("due-date-day", "30"), ("due-date-month", "10"), ("due-date-year", "2026")];
    let hidden: Vec<(String, String)> = rejected.hidden(ISSUE).into_iter().filter(|(name, _)| name != "vatra-check").collect();
    let rejected = post(&mut browser, ISSUE, &with(&hidden, &check)).await;
    assert_eq!(rejected.status, 422, "{}", rejected.body);
    assert!(!rejected.text(".govuk-error-summary").is_empty());
}

/// The emulated MPay gives a part back; the portal learns of it from the day's statement, once.
async fn money_goes_back(town: &Town, number: &str, payment: &str) {
    town.mpay.refund(payment, Money(50)).unwrap();
    let file = STANDARD.encode(town.mpay.statement(town.clock.now().civil_date(), None));
    let reconcile = async |apply| {
        let asked = MpayReconcile { municipality: "sculeni".into(), file: file.clone(), from: None, until: None, apply, person: None };
        commands::run(&town.app, Command::MpayReconcile(asked)).await
    };
    let standing = async || commands::run(&town.app, Command::MpayShow { number: number.to_owned() }).await.json["order"]["status"].clone();
    let looked = reconcile(false).await;
    assert_eq!(
        (looked.code, &looked.json["agrees"], &looked.json["refunds"][0]["standing"]),
        (0, &json!(true), &json!("new")),
        "{}",
        looked.text
    );
    assert_eq!(standing().await, "paid", "looking changes nothing");
    for recorded in [1, 0] {
        let done = reconcile(true).await;
        assert_eq!((done.code, &done.json["recorded"]), (0, &json!(recorded)), "{}", done.text);
    }
    assert_eq!(standing().await, "completed");
    let asked =
        MpayRefund { number: number.into(), payment: None, amount: None, reason: "paid twice".into(), withdraw: false, person: None };
    let noted = commands::run(&town.app, Command::MpayRefund(asked.clone())).await;
    assert_eq!((noted.code, &noted.json["amount_bani"]), (0, &json!(100_000)), "{}", noted.text);
    assert_eq!(standing().await, "refunding");
    assert_eq!(commands::run(&town.app, Command::MpayRefund(asked.clone())).await.code, 1, "nothing is left");
    let withdrawn = commands::run(&town.app, Command::MpayRefund(MpayRefund { withdraw: true, ..asked })).await;
    assert_eq!(withdrawn.json["withdrawn"], 1);
    assert_eq!(standing().await, "completed");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_shows_the_demo_makes_its_services_misbehave() {
    let town = Town::new().await;
    let mut browser = town.browser();
    let fault = [("service", "mpay"), ("switch", "fault"), ("code", "unsigned")];
    let switched = browser.post("/emulators/control", &fault).await;
    assert_eq!((switched.status, switched.location()), (303, "/emulators/control?changed=1"));
    assert_eq!(town.mpay.fault().get().map(Fault::code), Some("unsigned"));
    let front = browser.get("/emulators/").await;
    assert!(front.body.contains("/emulators/mnotify") && front.body.contains("Mesaj nesemnat"), "{}", front.body);
    assert!(town.emulated.connected.is_some(), "by services.toml");
}
