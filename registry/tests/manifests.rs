//! What is told of a manifest's mistakes, with their places; and the schema that editors complete manifests by.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::path::{Path, PathBuf};
use vatra_registry::source::Source;
use vatra_registry::{Severity, Translations, build, schema};

const WHOLE: &str = r#"name = "example"
version = "1.0.0"
licence = "MIT"
world = "role-module"
publisher = "Example"
publisher-id = "example"
requires-host = ">=0.1"
home = "home"
events = ["paid"]
title = { ro = "Exemplu", ru = "Пример", en = "Example" }
description = { ro = "Exemplu", ru = "Пример", en = "Example" }

[roles]
clerk = { ro = "Funcționar", ru = "Служащий", en = "Clerk" }

[capabilities.mpay]
purpose = { ro = "Plăți", ru = "Платежи", en = "Payments" }
parameters = { services = ["fees"], ceiling = 1000 }

[budgets.memory]
value = 268435456
purpose = { ro = "Tabele mari", ru = "Большие таблицы", en = "Large tables" }

[[screens]]
name = "home"
roles = ["clerk"]

[[screens]]
name = "second"
roles = ["clerk"]
parameters = [{ name = "text", type = "text" }]

[[registers]]
name = "things"
unique = ["key"]
fields = [
  { name = "key", type = "text" },
  { name = "phone", type = "phone" },
]
"#;

/// `CODE line:column "what stands there"` of everything that is told.
fn told(text: &str) -> Vec<String> {
    let source = Source::read("vatra.toml", text);
    let line = |it: &vatra_registry::Diagnostic| {
        let place = it.place.as_ref().map_or("nowhere".to_owned(), |place| format!("{}:{} {}", place.line, place.column, place.text));
        format!("{} {place}", it.code.trim_start_matches("manifest::"))
    };
    assert!(source.diagnostics.all.iter().all(|it| it.severity == Severity::Error));
    source.diagnostics.all.iter().map(line).collect()
}

fn changed(from: &str, to: &str) -> Vec<String> {
    assert!(WHOLE.contains(from), "{from}");
    told(&WHOLE.replacen(from, to, 1))
}

#[test]
fn a_whole_manifest_has_nothing_to_be_told() {
    assert_eq!(told(WHOLE), Vec::<String>::new());
}

#[test]
fn a_mistake_is_told_with_line_column_and_what_stands_there() {
    let cases = [
        ("version = \"1.0.0\"", "version = \"1.0\"", "version 2:11 \"1.0\""),
        ("licence = \"MIT\"", "licence = \"My own\"", "licence 3:11 \"My own\""),
        ("\">=0.1\"", "\"new\"", "requires-host 7:17 \"new\""),
        ("home = \"home\"", "home = \"start\"", "unknown-home 8:8 \"start\""),
        ("events = [\"paid\"]", "events = [\"paid\", \"timer\"]", "unasked-event 9:19 \"timer\""),
        ("ru = \"Пример\"", "ru = \" \"", "no-words 10:32 \" \""),
        ("[capabilities.mpay]", "[capabilities.mpey]", "unknown-capability 16:15 mpey"),
        ("value = 268435456", "value = 5", "usual-budget 21:9 5"),
        ("name = \"second\"", "name = \"home\"", "twice 29:8 \"home\""),
        ("roles = [\"clerk\"]\nparameters", "roles = [\"clerk\", \"mayor\"]\nparameters", "unknown-role 30:19 \"mayor\""),
        ("unique = [\"key\"]", "unique = [\"key\", \"phone\"]", "personal 35:18 \"phone\""),
        ("{ name = \"key\", type = \"text\" }", "{ name = \"Key\", type = \"text\" }", "field-name 37:12 \"Key\""),
    ];
    for (from, to, expected) in cases {
        let all = changed(from, to);
        assert!(all.iter().any(|it| it == expected), "{to}: {all:?}");
    }
}

#[test]
fn what_cannot_be_read_is_told_with_its_place_too() {
    let cases = [
        ("world = \"role-module\"", "world = \"rol-module\"", "unknown-value 4:9 \"rol-module\""),
        ("roles = [\"clerk\"]\n\n", "roles = \"clerk\"\n\n", "wrong-type 26:9 \"clerk\""),
        ("type = \"phone\"", "type = \"phones\"", "value 38:28 \"phones\""),
        ("ceiling = 1000", "ceiling = 1.5", "value 18:47 1.5"),
        ("[budgets.memory]", "[budgets.memori]", "unknown-value 20:10 memori"),
        ("home = \"home\"", "home = home", "syntax 8:8 home"),
        ("events = [\"paid\"]", "events = [\"paid\"]\nevents = []", "syntax 10:1 events"),
    ];
    for (from, to, expected) in cases {
        let all = changed(from, to);
        assert!(all.iter().any(|it| it == expected), "{to}: {all:?}");
    }
    let missing = changed("licence = \"MIT\"\n", "");
    assert!(missing.iter().any(|it| it.starts_with("missing-key")), "{missing:?}");
}

#[test]
fn every_unknown_key_is_told_with_the_nearest_known_one() {
    let text = WHOLE.replace("publisher =", "publsher =").replace("unique =", "uniqe =").replace("value =", "valeu =");
    let source = Source::read("vatra.toml", &text);
    let helps: Vec<String> = source.diagnostics.all.iter().map(|it| format!("{} {}", it.message, it.help)).collect();
    for (wrong, right) in [("publsher", "publisher"), ("uniqe", "unique"), ("valeu", "value")] {
        let told = |it: &&String| it.contains(&format!("'{wrong}'")) && it.contains(&format!("did you mean '{right}'?"));
        assert!(helps.iter().any(|it| told(&it)), "{wrong}: {helps:?}");
    }
    let drawn = source.diagnostics.render(false, 100);
    assert!(drawn.contains("vatra.toml:5:1") && drawn.contains("publsher") && drawn.contains("manifest::unknown-key"), "{drawn}");
}

/// A component that imports these (each with one function) and exports the screens.
fn component(imports: &[&str]) -> Vec<u8> {
    let imports: String = imports.iter().map(|name| format!("(import \"{name}\" (instance (export \"ask\" (func))))\n")).collect();
    let screens = vatra_registry::contract::SCREENS;
    wat::parse_str(format!("(component {imports} (component $c) (instance $i (instantiate $c)) (export \"{screens}\" (instance $i)))"))
        .unwrap()
}

#[test]
fn imports_that_are_not_declared_are_errors_and_declarations_that_are_not_used_warnings() {
    let words = Translations { ro: "a = a".into(), ru: "a = a".into(), en: "a = a".into() };
    let built = build(&component(&["vatra:registers/registers@0.1.0"]), "vatra.toml", WHOLE, &words, &Default::default());
    assert!(!built.is_whole());
    let [error] = built.diagnostics.errors().collect::<Vec<_>>()[..] else { panic!("{:?}", built.diagnostics) };
    assert_eq!(error.code, "manifest::undeclared");
    assert!(error.message.contains("vatra:registers/registers@0.1.0 (ask)") && error.message.contains("'registers'"));
    assert!(error.help.contains("[capabilities.registers]"));

    let unused = WHOLE
        .replace("[capabilities.mpay]", "[capabilities.jobs]\npurpose = { ro = \"a\", ru = \"a\", en = \"a\" }\n\n[capabilities.mpay]");
    let built = build(&component(&["vatra:mpay/orders@0.1.0"]), "vatra.toml", &unused, &words, &Default::default());
    assert!(built.is_whole(), "{:?}", built.diagnostics);
    let codes: Vec<(&str, usize)> = built.diagnostics.all.iter().map(|it| (it.code.as_str(), it.place.as_ref().unwrap().line)).collect();
    assert_eq!(codes, [("manifest::unheard-events", 9), ("manifest::unused-capability", 16)]);
    assert!(built.diagnostics.all.iter().all(|it| it.severity == Severity::Warning));
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Every manifest of the repository, with its path.
fn manifests() -> Vec<(PathBuf, String)> {
    let mut all = vec![root().join("tests/guests/wat/asks.toml"), root().join("tests/fuzz/src/vatra.toml")];
    for folder in ["plugins", "tests/guests"] {
        let entries = std::fs::read_dir(root().join(folder)).unwrap().map(|entry| entry.unwrap().path().join("vatra.toml"));
        all.extend(entries.filter(|path| path.is_file()));
    }
    assert!(all.len() > 20);
    all.into_iter().map(|path| (path.clone(), std::fs::read_to_string(path).unwrap())).collect()
}

fn instance(text: &str) -> serde_json::Value {
    serde_json::to_value(text.parse::<toml::Table>().unwrap()).unwrap()
}

#[test]
fn the_schema_is_as_published() {
    assert!(
        schema::text() == schema::PUBLISHED,
        "write it anew: cargo run -p vatra-registry --bin vatra-pack -- --schema > registry/vatra.schema.json"
    );
    jsonschema::meta::validate(&schema::generate()).unwrap();
}

#[test]
fn the_schema_accepts_every_manifest_and_so_does_the_host() {
    let validator = jsonschema::validator_for(&schema::generate()).unwrap();
    assert!(validator.is_valid(&instance(WHOLE)));
    for (path, text) in manifests() {
        // A template that makes packages has a name that is none.
        let text = text.replace("@NAME", "name");
        let instance = instance(&text);
        let errors: Vec<String> = validator.iter_errors(&instance).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{}: {errors:?}", path.display());
        assert_eq!(told(&text), Vec::<String>::new(), "{}", path.display());
        let (_, schema) = text.lines().next().unwrap().split_once("#:schema ").unwrap_or_else(|| panic!("{}: no #:schema", path.display()));
        let led = path.parent().unwrap().join(schema).canonicalize().unwrap();
        assert_eq!(led, root().join("registry/vatra.schema.json").canonicalize().unwrap());
    }
}

#[test]
fn the_schema_refuses_what_the_host_cannot_read() {
    let validator = jsonschema::validator_for(&schema::generate()).unwrap();
    let wrong = [
        ("name = \"example\"", "name = \"Example\""),
        ("name = \"example\"", "nome = \"example\""),
        ("licence = \"MIT\"\n", ""),
        ("world = \"role-module\"", "world = \"module\""),
        ("publisher-id = \"example\"", "publisher-id = \"An Example\""),
        ("events = [\"paid\"]", "events = [\"paided\"]"),
        ("en = \"Example\"", "fr = \"Exemple\""),
        ("ceiling = 1000", "ceiling = 1.5"),
        ("[budgets.memory]", "[budgets.memori]"),
        ("value = 268435456", "value = -1"),
        ("[capabilities.mpay]", "[capabilities.MPay]"),
        ("roles = [\"clerk\"]", "roles = \"clerk\""),
        ("type = \"phone\"", "type = \"phones\""),
        ("type = \"phone\"", "type = \"choice:\""),
        ("type = \"phone\"", "type = \"file:exe\""),
        ("type = \"phone\"", "type = \"phone\", secret = true"),
        ("[[registers]]\nname = \"things\"\n", "[[registers]]\n"),
    ];
    for (from, to) in wrong {
        assert!(WHOLE.contains(from), "{from}");
        let text = WHOLE.replacen(from, to, 1);
        assert!(!validator.is_valid(&instance(&text)), "the schema takes {to}");
        assert!(Source::read("vatra.toml", &text).manifest.is_none(), "the host takes {to}");
    }
}
