//! Municipalities, officials, modules and grants.

use crate::support::{Data, packages};
use serde_json::json;

#[test]
fn a_municipality_is_made_from_nothing() {
    let data = Data::empty();
    let add = ["tenant", "add", "pirjolteni", "--name", "Pîrjolteni", "--district", "Călărași", "--cuatm", "2526000"];
    assert_eq!(data.run(&add).done()["municipality"]["name"], "Pîrjolteni");
    assert_eq!(data.run(&add).refused(), "exists");
    let mut wrong = add;
    wrong[2] = "Pîrjolteni";
    assert_eq!(data.run(&wrong).refused(), "usage");
    let person = |idnp: &str, role: &str| {
        data.run(&["tenant", "people", "pirjolteni", "--add", "primar", "--name", "Ana Rusu", "--idnp", idnp, "--role", role])
    };
    assert_eq!(person("123", "mayor").refused(), "usage");
    assert_eq!(person("2001122334455", "mayor").done()["person"]["roles"], json!(["mayor"]));
    assert_eq!(person("2001122334455", "accountant").done()["person"]["roles"], json!(["accountant"]));
    let people = data.run(&["tenant", "people", "pirjolteni"]).done()["people"].clone();
    assert_eq!(people.as_array().map(Vec::len), Some(1), "{people}");
    assert_eq!(data.run(&["audit", "verify"]).done()["unbroken"], true);
}

#[test]
fn seeding_again_changes_nothing() {
    let data = Data::seeded();
    data.run(&["grant", "remove", "sculeni", "tax-collector", "mpay"]).done();
    let rows = |data: &Data| data.run(&["audit", "list", "sculeni", "--limit", "1"]).done()["rows"][0]["sequence"].clone();
    let before = rows(&data);
    let seeded = data.run(&["demo", "--seed-only"]).done();
    assert_eq!(seeded["municipalities"].as_array().map(Vec::len), Some(3));
    assert_eq!(rows(&data), before);
    let grants = data.run(&["grant", "list", "sculeni", "tax-collector"]).done();
    let mpay = grants["modules"][0]["capabilities"].as_array().unwrap().iter().find(|each| each["capability"] == "mpay").unwrap();
    assert_eq!(mpay["standing"], "revoked");
}

#[test]
fn a_package_is_installed_granted_disabled_and_enabled() {
    let data = Data::seeded();
    let package = packages().join("tax-collector.wasm");
    let installed = data.run(&["plugin", "install", "lozova", package.to_str().unwrap(), "--as", "administrator"]).done();
    assert!(installed["capabilities"].as_array().unwrap().iter().all(|each| each["standing"] == "not-granted"), "{installed}");
    let home = ["show", "lozova", "tax-collector", "home", "--as", "perceptor"];
    // Nothing is granted: the module runs and says so, or is denied; it is never there without the grant.
    assert!(data.run(&home).code <= 1);

    let grant = data.run(&[
        "grant",
        "add",
        "lozova",
        "tax-collector",
        "mpay",
        "--param",
        "ceiling=500,50",
        "--param",
        "services=local-taxes",
        "--setting",
        "account.local-budget=MD56TRPBAF113210A92560AA",
        "--until",
        "2099-12-31",
        "--as",
        "administrator",
    ]);
    let grant = grant.done()["grant"].clone();
    assert_eq!(
        (&grant["standing"], &grant["grant"]["parameters"]["ceiling"], &grant["grant"]["until"]),
        (&json!("granted"), &json!(50_050), &json!("2099-12-31"))
    );
    for (wrong, words) in [
        (["--setting", "account.local-budget=MD00"], "IBAN"),
        (["--param", "colour=red"], "colour"),
        (["--until", "31.12.2027"], "YYYY-MM-DD"),
    ] {
        let ran = data.run(&[&["grant", "add", "lozova", "tax-collector", "mpay"][..], &wrong[..]].concat());
        assert_eq!(ran.refused(), "usage");
        assert!(ran.json()["error"]["detail"].as_str().unwrap().contains(words), "{}", ran.out);
    }
    let role = data.run(&["grant", "add", "lozova", "tax-collector", "uploads", "--as", "perceptor"]);
    assert_eq!(role.refused(), "role");

    data.run(&["plugin", "disable", "lozova", "tax-collector"]).done();
    assert_eq!(data.run(&home).refused(), "not-found");
    data.run(&["plugin", "enable", "lozova", "tax-collector"]).done();
    assert!(data.run(&home).code <= 1);
    let rows = data.run(&["audit", "list", "lozova", "--kind", "module", "--kind", "grant"]).done()["rows"].clone();
    assert_eq!((&rows[0]["what"], &rows[0]["handle"]), (&json!("enable"), &json!(null)), "{rows}");
    assert!(rows.as_array().unwrap().iter().any(|row| row["what"] == "grant" && row["handle"] == "administrator"), "{rows}");
}

#[test]
fn a_file_that_is_no_package_is_refused() {
    let data = Data::seeded();
    let ran = data.run(&["plugin", "install", "lozova", file!().rsplit('/').next().unwrap()]);
    assert_eq!(ran.code, 2, "{}", ran.out);
    let ran = data.run(&["plugin", "install", "lozova", &crate::support::sample("roll.csv")]);
    assert_eq!(ran.refused(), "package-refused");
    assert_eq!(data.run(&["plugin", "list", "lozova"]).done()["modules"], json!([]));
}
