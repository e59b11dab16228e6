//! What every file keeps to: its place, its first line, its length, no unfinished marks, no folders of one machine.

use std::collections::BTreeSet;
use std::error::Error;
use vatra_tidy::{Source, root, sources, verdict};

type Outcome = Result<(), Box<dyn Error>>;

/// The top-level folders (ARCHITECTURE.md, "The house"). Hidden ones are beside the house.
const FOLDERS: &[&str] = &["host", "plugins", "wit", "sdk", "migrations", "tests", "registry", "docs"];
/// The files in the root.
const FILES: &[&str] = &[
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "Cargo.lock",
    "Cargo.toml",
    "DECISIONS.md",
    "LICENSE",
    "Makefile",
    "README.md",
    "SECURITY.md",
    "clippy.toml",
    "rustfmt.toml",
];
/// A file longer than this has more than one subject.
const LINES: usize = 600;

fn rust() -> std::io::Result<impl Iterator<Item = Source>> {
    Ok(sources()?.into_iter().filter(|source| source.extension() == "rs"))
}

#[test]
fn the_root_holds_the_house_and_nothing_else() -> Outcome {
    let mut findings = BTreeSet::new();
    for source in sources()? {
        let (known, what) = match source.path.split_once('/') {
            Some((folder, _)) => (FOLDERS.contains(&folder), folder),
            None => (FILES.contains(&source.path.as_str()), source.path.as_str()),
        };
        if !known && !what.starts_with('.') {
            findings.insert(what.to_owned());
        }
    }
    Ok(verdict("top-level folders and files are fixed", findings.into_iter().collect())?)
}

#[test]
fn every_source_says_what_it_is_for() -> Outcome {
    let silent: Vec<String> = rust()?.filter(|source| !source.words().starts_with("//! ")).map(|source| source.path).collect();
    Ok(verdict("the first line of a Rust file is `//! ` and what the file is for", silent)?)
}

#[test]
fn no_file_outgrows_its_subject() -> Outcome {
    let written = ["rs", "html", "scss", "mjs", "sh", "sql", "ftl", "toml", "wit", "py"];
    let rooms = ["host", "plugins", "sdk", "registry", "wit", "migrations", "tests"];
    let long = sources()?
        .into_iter()
        // What was released is one file, and nobody edits it.
        .filter(|source| {
            rooms.contains(&source.room()) && written.contains(&source.extension()) && !source.path.starts_with("wit/released/")
        })
        .map(|source| (source.words().lines().count(), source.path))
        .filter(|(lines, _)| *lines > LINES)
        .map(|(lines, path)| format!("{path}: {lines} lines"))
        .collect();
    Ok(verdict("no file over 600 lines: does it still have one subject?", long)?)
}

#[test]
fn nothing_is_left_unfinished() -> Outcome {
    // Put together here, so that this file does not find itself.
    let marks = [["to", "do!("], ["unimpl", "emented!("], ["#[ig", "nore"], ["FIX", "ME"], ["TO", "DO:"]].map(|parts| parts.concat());
    let mut findings = Vec::new();
    for source in rust()? {
        for (number, line) in source.words().lines().enumerate() {
            if let Some(mark) = marks.iter().find(|mark| line.contains(mark.as_str())) {
                findings.push(format!("{}:{}: {mark}", source.path, number + 1));
            }
        }
    }
    Ok(verdict("no unfinished marks, no ignored tests", findings)?)
}

#[test]
fn no_program_but_the_benchmark_opens_a_portal_without_sessions() -> Outcome {
    let name = ["open", "_house"].concat();
    let mut findings = Vec::new();
    for source in rust()? {
        let may = ["host/server/src/web/", "tests/bench/"].iter().any(|room| source.path.starts_with(room));
        if !may && source.words().contains(&name) {
            findings.push(source.path);
        }
    }
    Ok(verdict("a portal where everyone is signed in is for measuring only", findings)?)
}

#[test]
fn no_file_names_a_folder_of_one_machine() -> Outcome {
    let home = ["ho", "me"].concat();
    let root_home = ["ro", "ot"].concat();
    let mut places = vec![format!("/{home}/"), format!("/{root_home}/")];
    // Where this very tree lies, unless that is a folder that every machine has.
    if let Some(above) = root().parent().and_then(|path| path.to_str()).filter(|path| path.len() > 1 && *path != "/tmp") {
        places.push(format!("{above}/"));
    }
    let mut findings = Vec::new();
    for source in sources()? {
        for (number, line) in source.words().lines().enumerate() {
            if let Some(place) = places.iter().find(|place| begins_with_place(line, place)) {
                findings.push(format!("{}:{}: {place}", source.path, number + 1));
            }
        }
    }
    Ok(verdict("no absolute paths of a machine", findings)?)
}

/// Whether the place stands in the line as the beginning of a path (and not in the middle of an address or of another path).
fn begins_with_place(line: &str, place: &str) -> bool {
    line.match_indices(place)
        .any(|(at, _)| !line.get(..at).unwrap_or_default().ends_with(|c: char| c.is_alphanumeric() || "._-~*})".contains(c)))
}

#[test]
fn places_are_found_at_the_beginning_of_paths_only() {
    assert!(begins_with_place("see \"/srv/x\"", "/srv/"));
    assert!(begins_with_place("/srv/x", "/srv/"));
    assert!(!begins_with_place("http://host/srv/x", "/srv/"));
}

#[test]
fn node_packages_are_exact_and_name_no_registry() -> Outcome {
    let mut findings = Vec::new();
    for source in sources()? {
        let name = source.path.rsplit('/').next().unwrap_or_default();
        if name == "package-lock.json" && source.words().contains("\"resolved\"") {
            findings.push(format!("{}: names where packages were fetched from", source.path));
        }
        if name == "package.json" && source.words().lines().any(|line| line.contains(": \"^") || line.contains(": \"~")) {
            findings.push(format!("{}: versions are not exact", source.path));
        }
    }
    Ok(verdict("node packages are locked", findings)?)
}
