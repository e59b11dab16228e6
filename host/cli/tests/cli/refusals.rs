//! What is refused, by whom, and how it is said.

use crate::support::{Data, sample};
use serde_json::json;

#[test]
fn a_person_without_the_role_is_refused_and_the_trail_says_so() {
    let data = Data::seeded();
    let roll = format!("roll=@{}", sample("roll.csv"));
    let ran = data.run(&["act", "sculeni", "tax-collector", "import-roll", "--as", "Ion Bejan", "-F", &roll]);
    assert_eq!(ran.refused(), "denied");
    assert_eq!(ran.json()["error"]["rule"], "role");
    let rows = data.run(&["audit", "list", "sculeni", "--kind", "denial"]).done()["rows"].clone();
    assert_eq!((&rows[0]["handle"], &rows[0]["channel"]), (&json!("primar"), &json!("command-line")), "{rows}");
    assert_eq!((&rows[0]["what"], &rows[0]["detail"]["in"]), (&json!("role"), &json!("import-roll")), "{rows}");
}

#[test]
fn what_does_not_exist_is_named() {
    let data = Data::seeded();
    let act =
        |municipality: &str, module: &str, action: &str, person: &str| data.run(&["act", municipality, module, action, "--as", person]);
    assert_eq!(act("nowhere", "tax-collector", "import-roll", "perceptor").refused(), "not-found");
    // Lozova has the people, but not the module.
    assert_eq!(act("lozova", "tax-collector", "import-roll", "perceptor").refused(), "not-found");
    let unknown = act("sculeni", "tax-collector", "burn", "perceptor");
    assert_eq!(unknown.refused(), "not-found");
    assert!(unknown.json()["error"]["detail"].as_str().unwrap().contains("import-roll"));
    let nobody = act("sculeni", "tax-collector", "import-roll", "Elena Pascari");
    assert_eq!(nobody.refused(), "not-found");
    assert!(nobody.json()["error"]["detail"].as_str().unwrap().contains("perceptor"));
    let screen = data.show("attic", &[]);
    assert_eq!(screen.refused(), "not-found");
    assert!(screen.json()["error"]["detail"].as_str().unwrap().contains("accounts"));
}

#[test]
fn unknown_inputs_are_refused_with_the_known_ones() {
    let data = Data::seeded();
    let roll = sample("roll.csv");
    let act = |field: &str| data.run(&["act", "sculeni", "tax-collector", "import-roll", "--as", "perceptor", "-F", field]);
    for field in ["rol=1", &format!("file=@{roll}"), "roll=text", "submission=1"] {
        let ran = act(field);
        assert_eq!(ran.refused(), "unknown-input", "{field}");
        assert!(ran.json()["error"]["detail"].as_str().unwrap().contains("roll=@FILE"), "{}", ran.out);
    }
    let missing = data.run(&["act", "sculeni", "tax-collector", "import-roll", "--as", "perceptor"]);
    assert_eq!(missing.refused(), "required");
}

#[test]
fn what_cannot_be_understood_has_a_code_of_its_own() {
    let data = Data::seeded();
    for arguments in [
        &["act", "sculeni"][..],
        &["fly"],
        &["show", "sculeni", "tax-collector", "home", "--as", "perceptor", "--lang", "de"],
        &["act", "sculeni", "tax-collector", "import-roll", "--as", "perceptor", "-F", "roll"],
        &["act", "sculeni", "tax-collector", "import-roll", "--as", "perceptor", "-F", "roll=@/nowhere/roll.csv"],
    ] {
        assert_eq!(data.words(arguments).code, 2, "{arguments:?}");
    }
}

#[test]
fn without_a_data_folder_nothing_is_made_up() {
    let data = Data::under("missing");
    let ran = data.run(&["tenant", "list"]);
    assert_eq!(ran.code, 3, "{}", ran.out);
    assert!(ran.json()["error"]["title"].as_str().unwrap().contains("--data"), "{}", ran.out);
    assert!(!data.path().exists());
}

#[test]
fn a_tampered_package_is_not_loaded() {
    let data = Data::seeded();
    let listed = data.run(&["plugin", "list", "sculeni"]).done();
    let modules = listed["modules"].as_array().unwrap();
    let at = modules.iter().position(|module| module["module"] == "tax-collector").unwrap();
    let digest = modules[at]["digest"].as_str().unwrap().to_owned();
    let package = data.path().join("packages").join(format!("{digest}.wasm"));
    let mut bytes = std::fs::read(&package).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&package, bytes).unwrap();

    let ran = data.show("home", &[]);
    assert_eq!(ran.refused(), "package-tampered");
    assert!(ran.json()["error"]["detail"].as_str().unwrap().contains(&digest), "{}", ran.out);
    assert_eq!(data.import("roll.csv").refused(), "package-tampered");
    let listed = data.run(&["plugin", "list", "sculeni"]).done();
    assert_eq!(listed["modules"][at]["standing"], "unusable");
}
