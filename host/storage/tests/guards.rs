//! Guards over the text of the house: no way to a municipality's data without its tenant.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Tables that belong to the host as a whole.
const PLATFORM: [&str; 14] = [
    "tenants",
    "official_homes",
    "order_homes",
    "document_codes",
    "sessions",
    "revisions",
    "seen",
    "bookmarks",
    "leases",
    "publishers",
    "components",
    "packages",
    "package_signatures",
    "stops",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Migrations by name.
fn migrations(dialect: &str) -> Vec<(String, String)> {
    let folder = root().join("migrations").join(dialect);
    let mut all: Vec<(String, String)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read_to_string(&path).unwrap()))
        .collect();
    all.sort();
    all
}

/// `CREATE TABLE name (` … `)` with its columns' text.
fn tables(sql: &str) -> Vec<(String, String)> {
    sql.split("CREATE TABLE ")
        .skip(1)
        .map(|rest| {
            let (name, rest) = rest.split_once(" (").unwrap();
            // Over several lines, or in one.
            let line = rest.split(';').next().unwrap();
            let columns = line.split_once("\n)").or_else(|| line.rsplit_once(')')).unwrap().0;
            (name.to_owned(), columns.to_owned())
        })
        .collect()
}

#[test]
fn every_municipal_function_takes_the_tenant_first() {
    for (file, of, at_least) in [("store.rs", "pub trait Municipal", 15), ("packages.rs", "pub trait InstallStore", 5)] {
        let text = std::fs::read_to_string(root().join("host/core/src").join(file)).unwrap();
        let (_, body) = text.split_once(of).unwrap();
        let (body, _) = body.split_once("\n}").unwrap();
        let functions: Vec<&str> = body.split("async fn ").skip(1).collect();
        assert!(functions.len() > at_least, "the trait was found: {} functions", functions.len());
        for function in functions {
            let (name, arguments) = function.split_once('(').unwrap();
            let arguments: String = arguments.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(arguments.starts_with("&self, tenant: TenantId"), "{name} does not take `tenant: TenantId` first");
        }
    }
}

#[test]
fn the_host_s_own_functions_know_no_municipality() {
    let text = std::fs::read_to_string(root().join("host/core/src/packages.rs")).unwrap();
    let (_, body) = text.split_once("pub trait PackageStore").unwrap();
    let (body, _) = body.split_once("\n}").unwrap();
    assert!(!body.contains("TenantId"), "what is a municipality's belongs to `InstallStore`");
}

#[test]
fn both_databases_have_the_same_migrations_in_one_sequence() {
    let names = |dialect: &str| migrations(dialect).into_iter().map(|(name, _)| name).collect::<Vec<_>>();
    assert_eq!(names("sqlite"), names("postgres"));
    for (name, place) in names("sqlite").iter().zip(1..) {
        assert!(name.starts_with(&format!("{place:04}_")) && name.ends_with(".sql"), "{name} is not number {place}");
    }
    let embedded = include_str!("../src/migrations.rs");
    for name in names("sqlite") {
        assert!(embedded.contains(&format!("\"{}\"", name.trim_end_matches(".sql"))), "{name} is not embedded");
    }
}

#[test]
fn every_municipal_key_begins_with_the_tenant() {
    let mut seen = BTreeSet::new();
    for dialect in ["sqlite", "postgres"] {
        for (file, sql) in migrations(dialect) {
            for (table, columns) in tables(&sql) {
                if PLATFORM.contains(&table.as_str()) {
                    continue;
                }
                let keyed = columns.contains("PRIMARY KEY (tenant, ")
                    || columns.lines().any(|line| line.trim().starts_with("tenant ") && line.contains("PRIMARY KEY"));
                assert!(keyed, "{dialect}/{file}: the primary key of '{table}' does not begin with tenant");
                seen.insert(table);
            }
        }
    }
    assert!(seen.len() > 15, "tables were found: {seen:?}");
}

#[test]
fn every_index_of_municipal_data_begins_with_the_tenant() {
    for dialect in ["sqlite", "postgres"] {
        for (file, sql) in migrations(dialect) {
            for statement in sql.split(';').filter(|statement| statement.contains("INDEX ") && !statement.contains("DROP INDEX ")) {
                let (_, on) = statement.split_once(" ON ").unwrap();
                let table = on.split([' ', '(']).next().unwrap();
                // The word index begins each word with its municipality's mark; its numbers belong to the file.
                let by_words = on.contains("USING gin (words)") || on.contains("(slot)");
                // What a service tells us of names no municipality: only what left for it.
                let by_words = by_words || on.contains("(service, reference)");
                assert!(PLATFORM.contains(&table) || by_words || on.contains("(tenant, "), "{dialect}/{file}: {statement}");
            }
        }
    }
}
