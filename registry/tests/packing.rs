//! The packer as authors run it: the same folder gives the same bytes, and what it is made of is listed.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use cyclonedx_bom::models::bom::{Bom, SpecVersion};
use cyclonedx_bom::validation::Validate as _;
use std::path::Path;
use std::process::{Command, Output};
use vatra_registry::{Package, Risk, inspect, sbom};

const MANIFEST: &str = r#"name = "example"
version = "1.0.0"
licence = "MIT"
world = "role-module"
publisher = "Example"
home = "home"
title = { ro = "Exemplu", ru = "Пример", en = "Example" }
description = { ro = "Exemplu", ru = "Пример", en = "Example" }
roles = { clerk = { ro = "a", ru = "a", en = "a" } }

[capabilities.mpay]
purpose = { ro = "Plăți", ru = "Платежи", en = "Payments" }
parameters = { services = ["fees"], accounts = ["budget"], ceiling = 250000 }

[capabilities.registers]
purpose = { ro = "Registre", ru = "Регистры", en = "Registers" }
parameters = { registers = ["things"] }

[[screens]]
name = "home"
roles = ["clerk"]

[[registers]]
name = "things"
fields = [{ name = "key", type = "text" }, { name = "phone", type = "phone" }]

[[templates]]
name = "paper"
kind = "paper"
title = { ro = "a", ru = "a", en = "a" }
"#;

const LOCK: &str = r#"version = 4

[[package]]
name = "example-module"
version = "1.0.0"
dependencies = ["left 1.0.0", "right"]

[[package]]
name = "left"
version = "1.0.0"
source = "registry+https://github.com/rust-lang/crates.io-index"
checksum = "aa00000000000000000000000000000000000000000000000000000000000000"
dependencies = ["right"]

[[package]]
name = "left"
version = "2.0.0"
source = "registry+https://github.com/rust-lang/crates.io-index"
checksum = "bb00000000000000000000000000000000000000000000000000000000000000"

[[package]]
name = "right"
version = "0.3.1+wasm"
source = "registry+https://github.com/rust-lang/crates.io-index"
checksum = "cc00000000000000000000000000000000000000000000000000000000000000"

[[package]]
name = "unrelated"
version = "9.9.9"
"#;

fn component(imports: &[&str]) -> Vec<u8> {
    let imports: String = imports.iter().map(|name| format!("(import \"{name}\" (instance (export \"ask\" (func))))\n")).collect();
    let screens = vatra_registry::contract::SCREENS;
    wat::parse_str(format!("(component {imports} (component $c) (instance $i (instantiate $c)) (export \"{screens}\" (instance $i)))"))
        .unwrap()
}

/// Writes a module's folder, its files in this order.
fn folder(at: &Path, manifest: &str, backwards: bool) {
    let mut files: Vec<(String, Vec<u8>)> = vec![
        ("module.wasm".into(), component(&["vatra:mpay/orders@0.1.0"])),
        ("vatra.toml".into(), manifest.into()),
        ("Cargo.toml".into(), b"[package]\nname = \"example-module\"\n".to_vec()),
        ("Cargo.lock".into(), LOCK.into()),
        ("templates/paper/main.typ".into(), b"#let render(it) = []".to_vec()),
        ("templates/paper/b.svg".into(), b"<svg/>".to_vec()),
        ("templates/paper/parts/a.svg".into(), b"<svg/>".to_vec()),
    ];
    files.extend(["ro", "ru", "en"].map(|language| (format!("translations/{language}.ftl"), format!("a = {language}\n").into_bytes())));
    if backwards {
        files.reverse();
    }
    for (path, content) in files {
        let path = at.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }
}

fn pack(at: &Path, out: &str, more: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vatra-pack"));
    command.arg("--module").arg(at.join("module.wasm")).arg("--folder").arg(at).arg("--out").arg(at.join(out)).args(more);
    command.env("NO_COLOR", "1").output().unwrap()
}

#[test]
fn the_same_files_give_the_same_bytes_wherever_and_in_whatever_order_they_lie() {
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    folder(here.path(), MANIFEST, false);
    folder(there.path(), MANIFEST, true);
    let list = |at: &Path| at.join("list.json").display().to_string();
    for (at, out) in [(here.path(), "one.wasm"), (here.path(), "two.wasm"), (there.path(), "one.wasm")] {
        let done = pack(at, out, &["--sbom", &list(at)]);
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }
    let bytes = |at: &Path, name: &str| std::fs::read(at.join(name)).unwrap();
    assert_eq!(bytes(here.path(), "one.wasm"), bytes(here.path(), "two.wasm"));
    assert_eq!(bytes(here.path(), "one.wasm"), bytes(there.path(), "one.wasm"));
    assert_eq!(bytes(here.path(), "list.json"), bytes(there.path(), "list.json"));
}

#[test]
fn the_list_of_what_it_is_made_of_is_cyclonedx_and_names_what_is_reached() {
    let here = tempfile::tempdir().unwrap();
    folder(here.path(), MANIFEST, false);
    assert!(pack(here.path(), "one.wasm", &[]).status.success());
    let package = Package::read(&std::fs::read(here.path().join("one.wasm")).unwrap()).unwrap();
    let list = sbom::of_cargo(&package, "example-module", LOCK).unwrap();
    let read = Bom::parse_from_json_v1_5(sbom::text(&list).as_bytes()).unwrap();
    assert!(read.validate_version(SpecVersion::V1_5).passed(), "{:?}", read.validate_version(SpecVersion::V1_5));
    let references: Vec<&str> = list["components"].as_array().unwrap().iter().map(|it| it["bom-ref"].as_str().unwrap()).collect();
    assert_eq!(references, ["path:example-module@1.0.0", "pkg:cargo/left@1.0.0", "pkg:cargo/right@0.3.1%2Bwasm"]);
    assert_eq!(list["metadata"]["component"]["hashes"][0]["content"], package.digest.as_str());
    assert_eq!(list["dependencies"][0]["dependsOn"][0], "path:example-module@1.0.0");
    let serial = list["serialNumber"].as_str().unwrap();
    assert_eq!(list, sbom::of_cargo(&package, "example-module", LOCK).unwrap());
    let other = Package { digest: "00".repeat(32), ..package.clone() };
    assert_ne!(sbom::of_cargo(&other, "example-module", LOCK).unwrap()["serialNumber"], serial, "another package has another list");

    let unknown = sbom::of_cargo(&package, "nobody", LOCK).unwrap_err();
    assert!(unknown.to_string().contains("'nobody'"));
    assert!(matches!(sbom::of_cargo(&package, "example-module", "no lock"), Err(sbom::SbomError::Lock(_))));
}

#[test]
fn mistakes_are_told_with_their_place_and_nothing_is_written() {
    let here = tempfile::tempdir().unwrap();
    folder(here.path(), &MANIFEST.replace("[capabilities.mpay]", "[capabilities.tasks]"), false);
    let refused = pack(here.path(), "one.wasm", &[]);
    let told = String::from_utf8(refused.stderr).unwrap();
    assert_eq!(refused.status.code(), Some(1));
    assert!(told.contains("manifest::undeclared") && told.contains("vatra:mpay/orders@0.1.0 (ask)"), "{told}");
    assert!(told.contains("[capabilities.mpay]") && !told.contains('\u{1b}'), "{told}");
    assert!(!here.path().join("one.wasm").exists());

    let refused = pack(here.path(), "one.wasm", &["--json"]);
    let json: serde_json::Value = serde_json::from_slice(&refused.stdout).unwrap();
    assert_eq!((refused.status.code(), &json["diagnostics"][0]["code"]), (Some(1), &"manifest::undeclared".into()));
    assert_eq!(json["diagnostics"][0]["place"]["line"], 11);

    assert!(pack(here.path(), "one.wasm", &["--unchecked"]).status.success());
    let looked = inspect(&std::fs::read(here.path().join("one.wasm")).unwrap()).unwrap();
    assert!(looked.refusal.as_ref().unwrap().contains("vatra:mpay/orders@0.1.0"));
    let standing: Vec<(&str, String)> =
        looked.permissions.iter().map(|it| (it.capability.as_str(), format!("{:?}", it.standing))).collect();
    assert_eq!(
        standing,
        [("mpay", "Unasked".into()), ("registers", "Unused".into()), ("tasks", "Unused".into())]
            .map(|(name, standing): (&str, String)| (name, standing))
    );

    let usage = Command::new(env!("CARGO_BIN_EXE_vatra-pack")).arg("--colour").output().unwrap();
    assert_eq!(usage.status.code(), Some(2));
}

#[test]
fn a_report_says_what_it_could_do_in_three_languages() {
    let here = tempfile::tempdir().unwrap();
    folder(here.path(), MANIFEST, false);
    assert!(pack(here.path(), "one.wasm", &[]).status.success());
    let bytes = std::fs::read(here.path().join("one.wasm")).unwrap();
    let report = inspect(&bytes).unwrap();
    assert_eq!((report.risk, report.refusal.as_ref(), report.size), (Risk::High, None, bytes.len()));
    let risks: Vec<(&str, Risk)> = report.permissions.iter().map(|it| (it.capability.as_str(), it.risk)).collect();
    assert_eq!(risks, [("mpay", Risk::High), ("registers", Risk::Medium)]);
    assert_eq!(report.registers[0].personal, ["phone"]);
    assert!(report.parts.iter().any(|part| part.name == "vatra:manifest" && part.bytes == MANIFEST.len()));
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(json["permissions"][0]["why"]["en"], "It asks people for money, at most 2500 lei at a time.");
    assert_eq!(json["permissions"][0]["functions"]["vatra:mpay/orders@0.1.0"][0], "ask");
    for (language, says) in vatra_core::manifest::Language::ALL.into_iter().zip(["risc ridicat", "высокий риск", "high risk"]) {
        let text = report.text(language);
        assert!(text.contains(says) && text.contains(&report.digest) && text.contains("things") && text.contains("2500"), "{text}");
        for line in text.lines() {
            let bare = |prefix: &str| line.trim().starts_with(prefix);
            assert!(!["report-", "risk-", "can-", "permission-", "event-"].into_iter().any(bare), "no words: {line}");
        }
    }
}

#[test]
fn every_capability_of_the_contract_has_words_and_a_risk() {
    use vatra_core::manifest::Language;
    use vatra_registry::contract::{BASE, IMPLEMENTED, capability};
    for name in IMPLEMENTED.iter().filter(|name| !BASE.contains(name)).filter_map(|name| capability(name)) {
        for language in Language::ALL {
            for kind in ["permission", "can"] {
                assert!(vatra_registry::words::find(language, &format!("{kind}-{name}"), &[]).is_some(), "{kind}-{name}");
            }
        }
        let asked = format!("{MANIFEST}\n[capabilities.{name}]\npurpose = {{ ro = \"a\", ru = \"a\", en = \"a\" }}\n");
        let asked = if MANIFEST.contains(&format!("[capabilities.{name}]")) { MANIFEST.to_owned() } else { asked };
        let words = vatra_registry::Translations::default();
        let template = vatra_core::documents::Template::new([("main.typ".to_owned(), Vec::new())].into()).unwrap();
        let templates = [(vatra_core::ids::Name::new("paper").unwrap(), template)].into();
        let bytes = vatra_registry::pack_with(&component(&[]), &asked, &words, &templates).unwrap();
        let report = inspect(&bytes).unwrap();
        let unknown = vatra_registry::words::say(Language::En, "risk-unknown", &[]);
        let permission = report.permissions.iter().find(|it| it.capability == name).unwrap();
        assert!(permission.why.en != unknown && permission.why.en.ends_with('.'), "{name}: {}", permission.why.en);
    }
    for event in vatra_core::manifest::EventKind::ALL {
        assert!(vatra_registry::words::find(Language::Ru, &format!("event-{}", event.code()), &[]).is_some());
    }
    for budget in vatra_core::budgets::Budget::ALL {
        assert!(vatra_registry::words::find(Language::Ro, &format!("package-budget-{budget}"), &[]).is_some());
    }
}
