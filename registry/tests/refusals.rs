//! What is refused at install, by name, before a byte of it runs; and what is not.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeMap;
use vatra_core::documents::Template;
use vatra_core::ids::Name;
use vatra_registry::{Package, PackageError, Templates, Translations, pack, pack_with, package};

const MANIFEST: &str = r#"
name = "example"
version = "1.0.0"
licence = "MIT"
world = "role-module"
publisher = "Example"
home = "home"
title = { ro = "Exemplu", ru = "Пример", en = "Example" }
description = { ro = "Exemplu", ru = "Пример", en = "Example" }
roles = { clerk = { ro = "Funcționar", ru = "Служащий", en = "Clerk" } }

[capabilities.mpay]
purpose = { ro = "Plăți", ru = "Платежи", en = "Payments" }

[[screens]]
name = "home"
roles = ["clerk"]
"#;

fn words() -> Translations {
    Translations { ro: "a = unu\n".into(), ru: "a = один\n".into(), en: "a = one\n".into() }
}

/// A component that imports these (each with one function) and exports these.
fn component(imports: &[&str], exports: &[&str]) -> Vec<u8> {
    let imports: String = imports.iter().map(|name| format!("(import \"{name}\" (instance (export \"f\" (func))))\n")).collect();
    let exports: String = exports
        .iter()
        .enumerate()
        .map(|(index, name)| {
            format!("(component $c{index}) (instance $i{index} (instantiate $c{index})) (export \"{name}\" (instance $i{index}))\n")
        })
        .collect();
    wat::parse_str(format!("(component\n{imports}{exports})")).unwrap()
}

const SCREENS: &str = "vatra:modules/screens@0.1.0";

fn refusal(imports: &[&str], exports: &[&str]) -> PackageError {
    Package::read(&pack(&component(imports, exports), MANIFEST, &words()).unwrap()).unwrap_err()
}

#[test]
fn a_whole_package_is_read() {
    let imports = ["vatra:clock/clock@0.1.0", "vatra:mpay/orders@0.1.0"];
    let exports = [SCREENS, "vatra:modules/events@0.1.0", "init"];
    let bytes = pack(&component(&imports, &exports), MANIFEST, &words()).unwrap();
    let package = Package::read_verified(&bytes, &package::digest(&bytes)).unwrap();
    assert_eq!(package.manifest.name.as_str(), "example");
    assert_eq!(package.translations, words());
    assert_eq!(package.imports, imports);
    assert_eq!(package.exports.len(), 3);
    assert_eq!(bytes, pack(&component(&imports, &exports), MANIFEST, &words()).unwrap(), "packing is reproducible");
}

#[test]
fn an_import_of_no_vatra_host_is_refused_by_name() {
    let error = refusal(&["wasi:filesystem/types@0.2.0"], &[SCREENS]);
    assert_eq!(error.to_string(), "the module imports wasi:filesystem/types@0.2.0, which no Vatra host offers");
    assert!(matches!(refusal(&["vatra:mpay/orders@0.1.0", "secret"], &[SCREENS]), PackageError::UnknownImport(name) if name == "secret"));
}

#[test]
fn a_version_that_this_host_does_not_serve_is_refused_with_those_that_it_does() {
    let error = refusal(&["vatra:mpay/orders@9.0.0"], &[SCREENS]);
    assert_eq!(
        error.to_string(),
        "the module imports vatra:mpay/orders@9.0.0, and this host serves vatra:mpay/orders@0.1.0: build it against a version that is \
         served, or upgrade the host"
    );
    let error = refusal(&[], &["vatra:modules/screens@0.2.0"]);
    assert!(matches!(&error, PackageError::UnknownVersion { verb: "exports", served, .. } if served == &[SCREENS]), "{error}");
}

#[test]
fn another_host_is_asked_for_by_its_version() {
    let manifest = MANIFEST.replace("home = \"home\"", "home = \"home\"\nrequires-host = \">=7.0.0\"");
    let error = Package::read(&pack(&component(&[], &[SCREENS]), &manifest, &words()).unwrap()).unwrap_err();
    let host = package::HOST.to_string();
    assert_eq!(error, PackageError::OtherHost { wanted: ">=7.0.0".into(), host: host.clone() });
    assert!(error.to_string().contains(">=7.0.0") && error.to_string().contains(&host));
}

fn too_much(error: &PackageError) -> (&'static str, usize) {
    let PackageError::TooMuch { what, limit } = error else { panic!("{error}") };
    assert!(error.to_string().contains(what) && error.to_string().contains(&limit.to_string()));
    (what, *limit)
}

#[test]
fn more_of_anything_than_a_module_needs_is_refused_before_it_is_validated() {
    let packed = |text: &str| Package::read(&pack(&wat::parse_str(text).unwrap(), MANIFEST, &words()).unwrap()).unwrap_err();
    let nested = |depth: usize| format!("{}{}", "(component ".repeat(depth), ")".repeat(depth));
    assert_eq!(too_much(&packed(&nested(40))), ("levels of components in components", 16));
    assert!(!matches!(packed(&nested(10)), PackageError::TooMuch { .. }));
    let many = |what: &str, count: usize| format!("(component {})", what.repeat(count));
    assert_eq!(too_much(&packed(&many("(component)", 6_000))), ("modules and components in it", 5_000));
    assert_eq!(too_much(&packed(&many("(core type (func)) (type (func)) ", 30_000))), ("sections", 50_000));
    let imports: String = (0..1_001).map(|number| format!("(import \"i{number}\" (func))")).collect();
    assert_eq!(too_much(&packed(&format!("(component {imports})"))), ("imports", 1_000));
    let long = format!("(component (import \"{}\" (func)))", "a".repeat(600));
    assert_eq!(too_much(&packed(&long)), ("bytes in the name of an import", 512));
    let exports: String = (0..1_001).map(|number| format!("(export \"e{number}\" (func $f))")).collect();
    assert_eq!(too_much(&packed(&format!("(component (import \"f\" (func $f)) {exports})"))), ("exports", 1_000));
}

#[test]
fn a_package_of_thousands_of_sections_or_endless_words_is_refused() {
    let mut bytes = pack(&component(&[], &[SCREENS]), MANIFEST, &words()).unwrap();
    let whole = bytes.len();
    (0..2_000).for_each(|_| bytes.extend([0, 2, 1, b'x']));
    assert_eq!(too_much(&Package::read(&bytes).unwrap_err()), ("custom sections", 2_000));
    bytes.truncate(whole);
    let name = vec![b'x'; 600];
    bytes.extend([0, 0xda, 0x04, 0xd8, 0x04]);
    bytes.extend(name);
    assert_eq!(too_much(&Package::read(&bytes).unwrap_err()), ("bytes in the name of a custom section", 512));
    let endless = Translations { ro: "# a\n".repeat(1 << 20), ..words() };
    let error = Package::read(&pack(&component(&[], &[SCREENS]), MANIFEST, &endless).unwrap()).unwrap_err();
    assert_eq!(too_much(&error).0, "bytes in the words of one language");
    let long = format!("{MANIFEST}{}", "# long\n".repeat(200_000));
    assert!(package::read_manifest(&long).unwrap_err().to_string().contains("longer than 1024 KiB"));
    // Tables in tables: the parser gives up in words, not in its stack.
    for deep in
        [format!("a = {}", "[".repeat(100_000)), format!("a = {}1", "{b = ".repeat(100_000)), format!("[{}a]", "a.".repeat(100_000))]
    {
        assert!(matches!(package::read_manifest(&deep), Err(PackageError::Manifest(_))));
    }
}

#[test]
fn an_interface_without_functions_of_no_vatra_host_is_refused_too() {
    let bytes = wat::parse_str(format!(
        "(component (import \"wasi:io/error@0.2.0\" (instance)) (component $c) (instance $i (instantiate $c)) (export \"{SCREENS}\" (instance $i)))"
    ))
    .unwrap();
    let error = Package::read(&pack(&bytes, MANIFEST, &words()).unwrap()).unwrap_err();
    assert_eq!(error, PackageError::UnknownImport("wasi:io/error@0.2.0".into()));
}

#[test]
fn a_draft_is_refused_with_that_reason() {
    let error = refusal(&["vatra:drafts/parcels@0.0.1"], &[SCREENS]);
    assert_eq!(error, PackageError::Draft("vatra:drafts/parcels@0.0.1".into()));
    assert!(error.to_string().contains("no host serves it"));
}

#[test]
fn a_capability_that_the_manifest_does_not_ask_for_is_refused() {
    let error = refusal(&["vatra:registers/registers@0.1.0"], &[SCREENS]);
    let expected = PackageError::Undeclared { import: "vatra:registers/registers@0.1.0".into(), capability: "registers".into() };
    assert_eq!(error, expected);
}

#[test]
fn types_alone_need_no_capability() {
    let bytes = wat::parse_str(format!(
        "(component (import \"vatra:msign/types@0.1.0\" (instance)) (component $c) (instance $i (instantiate $c)) (export \"{SCREENS}\" (instance $i)))"
    ))
    .unwrap();
    let package = Package::read(&pack(&bytes, MANIFEST, &words()).unwrap()).unwrap();
    assert_eq!(package.imports, Vec::<String>::new());
}

#[test]
fn a_module_without_screens_is_refused() {
    assert_eq!(refusal(&[], &["vatra:modules/events@0.1.0"]), PackageError::NoScreens(SCREENS));
}

#[test]
fn an_export_that_this_host_never_calls_is_refused() {
    assert_eq!(refusal(&[], &[SCREENS, "vatra:modules/dreams@0.1.0"]), PackageError::NotCalled("vatra:modules/dreams@0.1.0".into()));
}

#[test]
fn a_changed_file_is_refused_with_both_digests() {
    let mut bytes = pack(&component(&[], &[SCREENS]), MANIFEST, &words()).unwrap();
    let admitted = package::digest(&bytes);
    for at in [9, bytes.len() / 2, bytes.len() - 1] {
        *bytes.get_mut(at).unwrap() ^= 1;
        let error = Package::read_verified(&bytes, &admitted).unwrap_err();
        assert_eq!(error, PackageError::Tampered { expected: admitted.clone(), actual: package::digest(&bytes) });
        assert!(error.to_string().contains(&admitted));
        *bytes.get_mut(at).unwrap() ^= 1;
    }
    assert!(Package::read_verified(&bytes, &admitted.to_uppercase()).is_ok());
}

#[test]
fn what_is_no_package_is_refused() {
    assert!(matches!(Package::read(b""), Err(PackageError::NotComponent(_))));
    assert!(matches!(Package::read(b"PK\x03\x04 a zip"), Err(PackageError::NotComponent(_))));
    assert!(matches!(Package::read(&wat::parse_str("(module)").unwrap()), Err(PackageError::NotComponent(_))));
    assert_eq!(Package::read(&component(&[], &[SCREENS])), Err(PackageError::Missing("vatra:manifest".into())));
    let whole = pack(&component(&[], &[SCREENS]), MANIFEST, &words()).unwrap();
    for end in 0..whole.len() {
        assert!(Package::read(whole.get(..end).unwrap()).is_err(), "cut at {end}");
    }
}

#[test]
fn a_section_cannot_be_there_twice() {
    let whole = pack(&component(&[], &[SCREENS]), MANIFEST, &words()).unwrap();
    assert_eq!(pack(&whole, MANIFEST, &words()), Err(PackageError::Twice("vatra:manifest".into())));
    let mut doubled = whole;
    let name = b"vatra:manifest";
    doubled.extend([0, name.len() as u8 + 1, name.len() as u8]);
    doubled.extend(name);
    assert_eq!(Package::read(&doubled), Err(PackageError::Twice("vatra:manifest".into())));
}

#[test]
fn a_manifest_s_mistake_is_shown_with_its_line() {
    let error = package::read_manifest(&MANIFEST.replace("roles = [\"clerk\"]", "rolls = [\"clerk\"]")).unwrap_err().to_string();
    assert!(error.contains("line 17") && error.contains("rolls"), "{error}");
    let error = package::read_manifest(&MANIFEST.replace("home = \"home\"", "home = \"start\"")).unwrap_err().to_string();
    assert!(error.contains("home screen 'start' is not declared"), "{error}");
    let error = package::read_manifest(&MANIFEST.replace("capabilities.mpay", "capabilities.files")).unwrap_err().to_string();
    assert!(error.contains("capability 'files' does not exist"), "{error}");
}

#[test]
fn a_core_module_becomes_a_component() {
    let mut resolve = wit_parser::Resolve::default();
    let source = "package vatra:modules@0.1.0; interface screens { render: func() -> u32; } world w { export screens; }";
    let id = resolve.push_str("modules.wit", source).unwrap();
    let world = resolve.select_world(&[id], Some("w")).unwrap();
    let mut module =
        wat::parse_str(format!("(module (memory (export \"memory\") 1) (func (export \"{SCREENS}#render\") (result i32) i32.const 7))"))
            .unwrap();
    wit_component::embed_component_metadata(&mut module, &resolve, world, wit_component::StringEncoding::UTF8).unwrap();
    let package = Package::read(&pack(&module, MANIFEST, &words()).unwrap()).unwrap();
    assert_eq!((package.imports.len(), package.exports), (0, vec![SCREENS.to_owned()]));
    let unknown = wat::parse_str("(module (import \"env\" \"f\" (func)))").unwrap();
    assert!(matches!(pack(&unknown, MANIFEST, &words()), Err(PackageError::Componentize(_))));
    assert!(matches!(pack(b"text", MANIFEST, &words()), Err(PackageError::Componentize(_))));
}

/// With the manifest's declaration of a template, and the template's files.
fn with_template(declared: &str, name: &str, files: &[(&str, &[u8])]) -> Result<Package, PackageError> {
    let manifest = format!(
        "{MANIFEST}\n[[templates]]\nname = \"{declared}\"\nkind = \"certificate\"\ntitle = {{ ro = \"C\", ru = \"C\", en = \"C\" }}\n"
    );
    let files: BTreeMap<String, Vec<u8>> = files.iter().map(|(path, content)| ((*path).to_owned(), content.to_vec())).collect();
    let template = Template::new(files).unwrap();
    Package::read(&pack_with(&component(&[], &[SCREENS]), &manifest, &words(), &Templates::from([(Name::new(name).unwrap(), template)]))?)
}

#[test]
fn templates_are_carried_and_refused_by_name() {
    let main: (&str, &[u8]) = ("main.typ", b"#let render(it) = []");
    let package = with_template("certificate", "certificate", &[main, ("parts/arms.svg", b"<svg/>")]).unwrap();
    let template = package.templates.get(&Name::new("certificate").unwrap()).unwrap();
    assert_eq!(template.files().keys().collect::<Vec<_>>(), ["main.typ", "parts/arms.svg"]);
    let error = with_template("certificate", "another", &[main]).unwrap_err();
    assert_eq!(error.to_string(), "the template 'another': the manifest does not declare it");

    // By whoever does not keep to the packer.
    let with = |sections: &[(&str, &[u8])]| {
        let manifest = format!(
            "{MANIFEST}\n[[templates]]\nname = \"certificate\"\nkind = \"certificate\"\ntitle = {{ ro = \"C\", ru = \"C\", en = \"C\" }}\n"
        );
        let mut bytes = pack(&component(&[], &[SCREENS]), &manifest, &words()).unwrap();
        for (path, content) in sections {
            let name = format!("vatra:template:certificate/{path}");
            let mut section = vec![u8::try_from(name.len()).unwrap()];
            section.extend(name.as_bytes());
            section.extend(*content);
            let mut size = section.len();
            bytes.push(0);
            while size >= 0x80 {
                bytes.push((size & 0x7f) as u8 | 0x80);
                size >>= 7;
            }
            bytes.push(size as u8);
            bytes.extend(section);
        }
        Package::read(&bytes).unwrap_err().to_string()
    };
    assert_eq!(with(&[("head.typ", b"")]), "the template 'certificate': a template has a file main.typ");
    assert_eq!(with(&[main, main]), "the package has the section 'vatra:template:certificate/main.typ' twice");
    assert!(with(&[main, ("../main.typ", b"")]).starts_with("the template 'certificate': '../main.typ' cannot be"));
    let large = vec![0; 9 << 20];
    assert!(with(&[main, ("large.txt", &large)]).starts_with("the template 'certificate': a template has at most"));
}
