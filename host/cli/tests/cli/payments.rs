//! Notices, and what MPay says about them.

use crate::support::{Data, table};
use serde_json::{Value as Json, json};

fn account(data: &Data, number: &str) -> String {
    let screen = data.show("accounts", &[&format!("accounts.q={number}")]).done();
    table(&screen, "accounts")["rows"][0]["entry"].as_str().unwrap().to_owned()
}

/// Issues a notice on an account and returns its order's number.
fn issue(data: &Data, number: &str, amount: &str) -> String {
    let entry = format!("entry={}", account(data, number));
    let amount = format!("amount={amount}");
    let ran = data.run(&[
        "act",
        "sculeni",
        "tax-collector",
        "issue-notice",
        "--as",
        "perceptor",
        "-F",
        &entry,
        "-F",
        &amount,
        "-F",
        "due-date=2099-12-31",
    ]);
    ran.done();
    let notices = data.show("notices", &["notices.sort=-number"]).done();
    let table = table(&notices, "notices");
    let at = table["columns"].as_array().unwrap().iter().position(|column| column["name"] == "order").unwrap();
    table["rows"][0]["cells"][at]["raw"].as_str().unwrap().to_owned()
}

fn paid(data: &Data, number: &str) -> Json {
    data.run(&["mpay", "show", number]).done()["order"]["paid_bani"].clone()
}

#[test]
fn a_notice_is_paid_in_parts_and_each_payment_counts_once() {
    let data = Data::imported();
    let order = issue(&data, "7000000-000001", "1200");
    let first = data.run(&["mpay", "pay", &order, "--amount", "200,50", "--twice"]).done();
    assert_eq!(
        (&first["acknowledged"], &first["order"]["paid_bani"], &first["order"]["status"]),
        (&json!(2), &json!(20_050), &json!("partially-paid"))
    );
    // The same payment told again, late, is the same payment.
    let payment = first["payment"].as_str().unwrap();
    data.run(&["mpay", "confirm", &order, "--amount", "200,50", "--payment", payment]).done();
    assert_eq!(paid(&data, &order), json!(20_050));
    assert_eq!(data.run(&["mpay", "confirm", &order, "--amount", "1", "--payment", payment]).refused(), "invalid-parameter");
    assert_eq!(data.run(&["mpay", "pay", &order, "--amount", "5000"]).refused(), "too-much");
    data.run(&["mpay", "pay", &order]).done();
    assert_eq!(paid(&data, &order), json!(120_000));
    assert_eq!(data.run(&["mpay", "pay", &order, "--amount", "1"]).refused(), "already-paid");
    assert_eq!(data.run(&["inbox", "list", "sculeni"]).done()["items"], json!([]));
    let screen = data.show("accounts", &["accounts.q=7000000-000001"]).done().to_string();
    assert!(!screen.contains("\"raw\":120000,\"text\":\"1\u{a0}200,00 lei\"}}]"), "{screen}");
}

#[test]
fn a_payment_waits_while_the_grant_is_revoked() {
    let data = Data::imported();
    let order = issue(&data, "7000000-000003", "350");
    data.run(&["grant", "remove", "sculeni", "tax-collector", "mpay", "--as", "administrator"]).done();
    data.run(&["mpay", "pay", &order, "--amount", "100"]).done();
    let waiting = data.run(&["inbox", "list", "sculeni"]).done();
    assert_eq!((&waiting["items"][0]["kind"], &waiting["items"][0]["state"]), (&json!("mpay.paid"), &json!("waiting")), "{waiting}");
    // The module opens and no longer issues.
    data.show("home", &[]).done();
    let entry = format!("entry={}", account(&data, "7000000-000003"));
    let ran = data.run(&[
        "act",
        "sculeni",
        "tax-collector",
        "issue-notice",
        "--as",
        "perceptor",
        "-F",
        &entry,
        "-F",
        "amount=10",
        "-F",
        "due-date=2099-12-31",
    ]);
    assert_eq!(ran.refused(), "denied");
    assert_eq!((&ran.json()["error"]["capability"], &ran.json()["error"]["rule"]), (&json!("mpay"), &json!("revoked")));

    data.run(&["grant", "restore", "sculeni", "tax-collector", "mpay", "--as", "administrator"]).done();
    assert_eq!(data.run(&["inbox", "list", "sculeni"]).done()["items"], json!([]));
    assert_eq!(paid(&data, &order), json!(10_000));
}

#[test]
fn a_cancelled_notice_is_not_paid() {
    let data = Data::imported();
    let order = issue(&data, "7000000-000004", "2000");
    let notices = data.show("notices", &[]).done();
    let entry = format!("entry={}", table(&notices, "notices")["rows"][0]["entry"].as_str().unwrap());
    data.run(&["act", "sculeni", "tax-collector", "cancel-notice", "--as", "perceptor", "-F", &entry]).done();
    assert_eq!(data.run(&["mpay", "pay", &order, "--amount", "1"]).refused(), "cancelled");
    assert_eq!(data.run(&["mpay", "show", "000000000"]).refused(), "unknown-order");
}
