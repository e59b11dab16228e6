//! Dependencies point one way (ARCHITECTURE.md, "The house"): which crate may know which, and which libraries stay in which room.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use vatra_tidy::{root, sources, verdict};

type Outcome = Result<(), Box<dyn Error>>;

/// Which of our crates each room may depend on. A new crate needs a line here.
const MAY_KNOW: &[(&str, &[&str])] = &[
    ("host/core", &[]),
    ("host/capabilities", &["core"]),
    ("host/runtime", &["core", "capabilities"]),
    ("host/xml-security", &[]),
    ("host/pki", &["xmlsec"]),
    ("host/providers", &["core", "xmlsec", "pki"]),
    ("host/emulators", &["core", "xmlsec", "pki"]),
    ("host/storage", &["core"]),
    ("host/view", &["core"]),
    ("host/documents", &["core"]),
    ("host/documents/worker", &["core", "documents"]),
    ("registry", &["core"]),
    ("registry/distribution", &["core"]),
    ("registry/trust", &["core"]),
    ("registry/publish", &["core", "registry", "distribution", "trust"]),
    (
        "host/server",
        &[
            "core",
            "capabilities",
            "runtime",
            "providers",
            "emulators",
            "pki",
            "storage",
            "registry",
            "distribution",
            "trust",
            "view",
            "documents",
        ],
    ),
    (
        "host/cli",
        &[
            "core",
            "capabilities",
            "runtime",
            "providers",
            "emulators",
            "storage",
            "registry",
            "distribution",
            "trust",
            "publish",
            "view",
            "documents",
            "server",
        ],
    ),
    ("sdk/rust", &[]),
    ("sdk/testing", &[]),
];

/// Libraries that stay in their rooms. Checked for every kind of dependency but those of tests.
const STAYS_IN: &[(&str, &[&str])] = &[
    ("wasmtime", &["host/capabilities", "host/runtime"]),
    ("sqlx", &["host/storage"]),
    ("rusqlite", &["host/storage"]),
    ("axum", &["host/server", "host/emulators", "registry/distribution"]),
    ("tower-http", &["host/server", "host/emulators"]),
    ("typst", &["host/documents/worker"]),
    ("reqwest", &["host/providers", "registry/distribution"]),
    ("rustls", &["host/providers", "host/emulators", "host/pki", "registry/distribution"]),
    ("tokio-rustls", &["host/emulators"]),
];

/// What may not even be reached through others, by package name in the lock file.
const NEVER_REACHES: &[(&str, &[&str])] = &[
    ("vatra-core", &["tokio", "sqlx", "sqlx-core", "axum", "wasmtime", "hyper"]),
    ("vatra-xmlsec", &["tokio", "sqlx", "sqlx-core", "axum", "wasmtime", "hyper", "vatra-core"]),
    ("vatra-pki", &["tokio", "sqlx", "sqlx-core", "axum", "wasmtime", "hyper", "vatra-core"]),
    ("vatra-view", &["tokio", "sqlx", "sqlx-core", "axum", "wasmtime", "hyper"]),
    ("vatra-storage", &["axum", "wasmtime"]),
    ("vatra-documents", &["sqlx", "sqlx-core", "axum", "wasmtime", "typst", "typst-library"]),
    ("vatra-cli", &["typst", "typst-library", "vatra-documents-worker"]),
    ("vatra-emulators", &["sqlx", "sqlx-core", "wasmtime"]),
    ("vatra-distribution", &["sqlx", "sqlx-core", "wasmtime"]),
    ("vatra-publish", &["sqlx", "sqlx-core", "wasmtime"]),
    ("vatra-sdk", &["tokio", "sqlx", "sqlx-core", "axum", "wasmtime", "vatra-core"]),
];

struct Crate {
    folder: String,
    name: String,
    /// Of ordinary builds and build scripts.
    dependencies: BTreeSet<String>,
    /// The workspace's lints, or a table of its own that bans the same of clippy's.
    lints: bool,
}

fn crates() -> Result<Vec<Crate>, Box<dyn Error>> {
    let mut out = Vec::new();
    let workspace: toml::Table = std::fs::read_to_string(root().join("Cargo.toml"))?.parse()?;
    let clippy = workspace.get("workspace").and_then(|table| table.get("lints")).and_then(|lints| lints.get("clippy"));
    for source in sources()? {
        let Some(folder) = source.path.strip_suffix("/Cargo.toml") else { continue };
        let manifest: toml::Table = source.words().parse()?;
        let name = manifest.get("package").and_then(|package| package.get("name")).and_then(toml::Value::as_str);
        let targets = manifest.get("target").and_then(toml::Value::as_table).into_iter().flat_map(|table| table.values());
        let mut dependencies = BTreeSet::new();
        for owner in targets.filter_map(toml::Value::as_table).chain([&manifest]) {
            for section in ["dependencies", "build-dependencies"] {
                for (key, value) in owner.get(section).and_then(toml::Value::as_table).into_iter().flatten() {
                    let package = value.get("package").and_then(toml::Value::as_str).unwrap_or(key);
                    dependencies.insert(package.to_owned());
                }
            }
        }
        let lints = manifest.get("lints").is_some_and(|lints| {
            lints.get("workspace").and_then(toml::Value::as_bool) == Some(true)
                || lints.get("clippy").is_some_and(|own| Some(own) == clippy)
        });
        out.push(Crate { folder: folder.to_owned(), name: name.unwrap_or_default().to_owned(), dependencies, lints });
    }
    assert!(out.len() > 5, "the crates were not found");
    Ok(out)
}

#[test]
fn each_crate_knows_only_those_beneath_it() -> Outcome {
    let mut findings = Vec::new();
    for found in crates()? {
        let allowed: Vec<&str> = match MAY_KNOW.iter().find(|(folder, _)| *folder == found.folder) {
            Some((_, allowed)) => allowed.to_vec(),
            // Modules, ours and hostile ones, are written against the contract alone.
            None if found.folder.starts_with("plugins/") => vec!["sdk"],
            None if found.folder.starts_with("tests/guests/") => vec!["sdk", "guest-kit"],
            // What tests may use, everything.
            None if found.folder.starts_with("tests/") || found.folder.starts_with("sdk/testkit") => continue,
            None => {
                findings.push(format!("{}: no line in MAY_KNOW says what it may depend on", found.folder));
                continue;
            }
        };
        for ours in found.dependencies.iter().filter_map(|name| name.strip_prefix("vatra-")) {
            if !allowed.contains(&ours) {
                findings.push(format!("{} depends on vatra-{ours}", found.folder));
            }
        }
    }
    Ok(verdict("dependencies point one way", findings)?)
}

#[test]
fn libraries_stay_in_their_rooms() -> Outcome {
    let mut findings = Vec::new();
    for found in crates()?.iter().filter(|found| !found.folder.starts_with("tests/")) {
        for (library, rooms) in STAYS_IN {
            let family = |name: &String| name == library || name.strip_prefix(library).is_some_and(|rest| rest.starts_with('-'));
            if found.dependencies.iter().any(family) && !rooms.contains(&found.folder.as_str()) {
                findings.push(format!("{} depends on {library}, which belongs to {}", found.folder, rooms.join(", ")));
            }
        }
    }
    Ok(verdict("some libraries stay in their rooms", findings)?)
}

#[test]
fn some_libraries_are_not_reached_at_all() -> Outcome {
    let lock: toml::Table = std::fs::read_to_string(root().join("Cargo.lock"))?.parse()?;
    let mut edges: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for package in lock.get("package").and_then(toml::Value::as_array).into_iter().flatten() {
        let name = package.get("name").and_then(toml::Value::as_str).unwrap_or_default();
        let needs = package.get("dependencies").and_then(toml::Value::as_array).into_iter().flatten();
        let needs = needs.filter_map(toml::Value::as_str).filter_map(|need| need.split(' ').next()).map(str::to_owned);
        edges.entry(name.to_owned()).or_default().extend(needs);
    }
    let mut findings = Vec::new();
    for (start, never) in NEVER_REACHES {
        assert!(edges.contains_key(*start), "the lock file does not know {start}");
        let mut ways: BTreeMap<String, String> = BTreeMap::from([((*start).to_owned(), (*start).to_owned())]);
        let mut open = vec![(*start).to_owned()];
        while let Some(at) = open.pop() {
            let way = ways.get(&at).cloned().unwrap_or_default();
            for next in edges.get(&at).into_iter().flatten() {
                if !ways.contains_key(next) {
                    ways.insert(next.clone(), format!("{way} → {next}"));
                    open.push(next.clone());
                }
            }
        }
        findings.extend(never.iter().filter_map(|library| ways.get(*library).cloned()));
    }
    Ok(verdict("some libraries are not reached, not even through others", findings)?)
}

#[test]
fn every_crate_keeps_the_workspace_s_lints() -> Outcome {
    let without = crates()?.into_iter().filter(|found| !found.lints && !found.folder.starts_with("tests/guests"));
    Ok(verdict(
        "every crate keeps the lints of the workspace",
        without.map(|found| format!("{} ({})", found.folder, found.name)).collect(),
    )?)
}
