//! Notices, and what MPay says about them.

use crate::support::{Data, table};
use serde_json::{Value as Json, json};

fn account(data: &Data, number: &str) -> String {
    let screen = data.show("accounts", &[&format!("accounts.q={number}")]).done();
    table(&screen, "accounts")["rows"][0]["entry"].as_str().unwrap().to_owned()
}

/// Issues a notice on an account: its entry, and its order's number.
fn issue(data: &Data, number: &str, amount: &str) -> (String, String) {
    let ran = data.run(&notice(&account(data, number), amount, "2099-12-31").iter().map(String::as_str).collect::<Vec<_>>());
    let json = ran.done();
    assert_eq!((&json["outcome"], &json["screen"]), (&json!("go"), &json!("notice")), "{json}");
    (json["report"]["notice"].as_str().unwrap().to_owned(), json["report"]["order"].as_str().unwrap().to_owned())
}

fn notice(entry: &str, amount: &str, day: &str) -> Vec<String> {
    let fields = [format!("entry={entry}"), format!("amount={amount}"), format!("due-date={day}"), format!("expires={day}")];
    let mut arguments: Vec<String> = ["act", "sculeni", "tax-collector", "issue-notice", "--as", "perceptor"].map(str::to_owned).into();
    arguments.extend(fields.into_iter().flat_map(|field| ["-F".to_owned(), field]));
    arguments
}

/// What is still owed on an account, in bani.
fn outstanding(data: &Data, number: &str) -> i64 {
    let screen = data.show("accounts", &[&format!("accounts.q={number}")]).done();
    let table = table(&screen, "accounts");
    let at = table["columns"].as_array().unwrap().iter().position(|column| column["name"] == "outstanding").unwrap();
    table["rows"][0]["cells"][at]["raw"].as_i64().unwrap()
}

fn paid(data: &Data, number: &str) -> Json {
    data.run(&["mpay", "show", number]).done()["order"]["paid_bani"].clone()
}

#[test]
fn a_notice_is_paid_in_parts_and_each_payment_counts_once() {
    let data = Data::imported();
    let (_, order) = issue(&data, "7000000-000001", "1200");
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
    assert_eq!(outstanding(&data, "7000000-000001"), 99_950);
    assert_eq!(data.run(&["mpay", "pay", &order, "--amount", "0"]).refused(), "amount");
    data.run(&["mpay", "pay", &order]).done();
    assert_eq!(paid(&data, &order), json!(120_000));
    assert_eq!(data.run(&["mpay", "pay", &order, "--amount", "1"]).refused(), "already-paid");
    assert_eq!(data.run(&["inbox", "list", "sculeni"]).done()["items"], json!([]));
    assert_eq!(outstanding(&data, "7000000-000001"), 0);
}

#[test]
fn a_payment_waits_while_the_grant_is_revoked() {
    let data = Data::imported();
    let (_, order) = issue(&data, "7000000-000003", "350");
    data.run(&["grant", "remove", "sculeni", "tax-collector", "mpay", "--as", "administrator"]).done();
    data.run(&["mpay", "pay", &order, "--amount", "100"]).done();
    let waiting = data.run(&["inbox", "list", "sculeni"]).done();
    assert_eq!((&waiting["items"][0]["kind"], &waiting["items"][0]["state"]), (&json!("mpay.paid"), &json!("waiting")), "{waiting}");
    // The module opens and no longer issues.
    data.show("home", &[]).done();
    assert_eq!(outstanding(&data, "7000000-000003"), 35_000);
    let again = notice(&account(&data, "7000000-000003"), "10", "2099-12-31");
    let ran = data.run(&again.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(ran.refused(), "denied");
    assert_eq!((&ran.json()["error"]["capability"], &ran.json()["error"]["rule"]), (&json!("mpay"), &json!("revoked")));

    data.run(&["grant", "restore", "sculeni", "tax-collector", "mpay", "--as", "administrator"]).done();
    assert_eq!(data.run(&["inbox", "list", "sculeni"]).done()["items"], json!([]));
    assert_eq!(paid(&data, &order), json!(10_000));
    assert_eq!(outstanding(&data, "7000000-000003"), 25_000);
}

#[test]
fn a_cancelled_notice_is_not_paid() {
    let data = Data::imported();
    let (entry, order) = issue(&data, "7000000-000004", "2000");
    let entry = format!("entry={entry}");
    data.run(&["act", "sculeni", "tax-collector", "cancel-notice", "--as", "perceptor", "-F", &entry]).done();
    assert_eq!(data.run(&["mpay", "pay", &order, "--amount", "1"]).refused(), "cancelled");
    assert_eq!(data.run(&["mpay", "show", "000000000"]).refused(), "unknown-order");
}

#[test]
fn an_expired_notice_is_not_paid() {
    let data = Data::imported();
    let (_, order) = issue(&data, "7000000-000004", "2000");
    let ran = data.run(&["--clock", "2100-01-01", "mpay", "pay", &order, "--amount", "1"]);
    assert_eq!(ran.refused(), "expired");
    data.run(&["--clock", "2099-12-31", "mpay", "pay", &order, "--amount", "1"]).done();
    // Time is set in a demo only, and by whoever starts the host.
    assert_eq!(data.run(&["--clock", "tomorrow", "tenant", "list"]).code, 2);
    let demo = data.demo();
    assert_eq!(data.run(&["--clock", "2100-01-01", "tenant", "list"]).code, 3);
    drop(demo);
    let bare = Data::empty();
    bare.run(&["tenant", "add", "a", "--name", "A", "--district", "B", "--cuatm", "1234567"]).done();
    assert_eq!(bare.run(&["--clock", "2100-01-01", "tenant", "list"]).code, 3);
}
