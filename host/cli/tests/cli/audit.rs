//! The audit trail, proved unbroken, and found broken when somebody went behind its back.

use crate::support::Data;
use serde_json::{Value as Json, json};

fn verify(data: &Data) -> (i32, Json) {
    let ran = data.run(&["audit", "verify", "sculeni"]);
    (ran.code, ran.json())
}

fn fault(data: &Data) -> String {
    let (code, json) = verify(data);
    assert_eq!((code, &json["unbroken"], &json["error"]["code"]), (1, &json!(false), &json!("audit-broken")), "{json}");
    let faults = json["trails"][0]["faults"].as_array().unwrap();
    assert!(faults.iter().all(|fault| fault["text"].as_str().is_some_and(|text| !text.is_empty())), "{json}");
    faults.iter().map(|fault| fault["fault"].as_str().unwrap()).collect::<Vec<_>>().join(" ")
}

#[test]
fn an_untouched_trail_is_unbroken_and_names_who_did_what() {
    let data = Data::imported();
    let (code, json) = verify(&data);
    assert_eq!((code, &json["unbroken"]), (0, &json!(true)), "{json}");
    assert!(json["trails"][0]["rows"].as_u64() > Some(8));
    let rows = data.run(&["audit", "list", "sculeni", "--kind", "action-kept"]).done()["rows"].clone();
    assert_eq!(
        (&rows[0]["what"], &rows[0]["handle"], &rows[0]["channel"]),
        (&json!("import-roll"), &json!("perceptor"), &json!("command-line")),
        "{rows}"
    );
}

#[test]
fn a_look_at_a_person_is_found_by_that_person() {
    let data = Data::imported();
    data.show("accounts", &["accounts.q=moara"]).done();
    let idno = std::fs::read_to_string(crate::support::sample("roll.csv")).unwrap();
    let idno = idno.lines().find(|line| line.contains("Moara")).unwrap().split(';').nth(2).unwrap().to_owned();
    let rows = data.run(&["audit", "list", "sculeni", "--about", &idno, "--kind", "look"]).done()["rows"].clone();
    assert_eq!((&rows[0]["kind"], &rows[0]["handle"]), (&json!("look"), &json!("perceptor")), "{rows}");
    assert!(!rows.to_string().contains(&idno), "identifiers are not written into the trail");
    assert_eq!(data.run(&["audit", "list", "sculeni", "--about", "2999999999999"]).refused(), "not-found");
    assert_eq!(data.run(&["audit", "list", "sculeni", "--kind", "gossip"]).refused(), "usage");
}

#[test]
fn an_altered_row_is_found() {
    let data = Data::imported();
    assert!(data.sql("UPDATE audit SET what = 'nothing' WHERE sequence = 3") > 0);
    assert!(fault(&data).contains("altered"));
    let words = data.words(&["audit", "verify"]);
    assert_eq!(words.code, 1);
    assert!(words.err.contains("row 3 was altered"), "{}", words.err);
}

#[test]
fn a_removed_row_is_found() {
    let data = Data::imported();
    assert!(data.sql("DELETE FROM audit WHERE sequence = 4") > 0);
    assert!(fault(&data).contains("missing"));
}

#[test]
fn rows_that_changed_places_are_found() {
    let data = Data::imported();
    data.sql("UPDATE audit SET sequence = -3 WHERE sequence = 3");
    data.sql("UPDATE audit SET sequence = 3 WHERE sequence = 4");
    data.sql("UPDATE audit SET sequence = 4 WHERE sequence = -3");
    assert!(fault(&data).contains("altered"));
}

#[test]
fn an_end_that_was_cut_off_is_found() {
    let data = Data::imported();
    assert!(data.sql("DELETE FROM audit WHERE sequence > 2") > 0);
    data.sql(
        "UPDATE audit_heads SET sequence = 2, hash = (SELECT hash FROM audit a WHERE a.tenant = audit_heads.tenant AND a.sequence = 2) \
         WHERE EXISTS (SELECT 1 FROM audit a WHERE a.tenant = audit_heads.tenant AND a.sequence = 2)",
    );
    assert!(fault(&data).contains("cut-off"));
}
