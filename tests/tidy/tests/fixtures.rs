//! Hostile modules are fixtures: one that does not say what has to come of it guards nothing.

use std::error::Error;
use vatra_tidy::{sources, verdict};

/// Not fixtures: what fixtures share, and what the benchmark runs in another host.
const PEERS: [&str; 2] = ["kit", "wasi-hello"];

type Outcome = Result<(), Box<dyn Error>>;

#[test]
fn every_fixture_says_what_has_to_come_of_it() -> Outcome {
    let tree = sources()?;
    let mut findings = Vec::new();
    let mut count = 0;
    for source in tree.iter().filter(|source| source.path.starts_with("tests/guests/")) {
        let is_fixture = source.path.ends_with("/vatra.toml") || (source.path.ends_with(".wat") && !source.path.contains("/shell/"));
        if !is_fixture {
            continue;
        }
        count += 1;
        let says = source.words().lines().take_while(|line| line.starts_with(";;") || line.starts_with('#'));
        if !says.into_iter().any(|line| line.contains(" case: ") && line.contains(" => ")) {
            findings.push(format!("{}: no line `case: WAY => OUTCOME` before everything else", source.path));
        }
    }
    assert!(count >= 40, "{count} fixtures were found");
    // A crate that `build.sh` would pass over.
    for source in tree.iter().filter(|source| source.path.starts_with("tests/guests/") && source.path.ends_with("/Cargo.toml")) {
        let manifest = source.path.replace("Cargo.toml", "vatra.toml");
        let is_fixture = !PEERS.iter().any(|name| source.path.starts_with(&format!("tests/guests/{name}/")));
        if is_fixture && !tree.iter().any(|other| other.path == manifest) {
            findings.push(format!("{manifest} is missing"));
        }
    }
    // The test that reads them.
    let read = tree.iter().any(|source| source.path == "tests/hosting/tests/fixtures.rs" && source.words().contains("Fixture::all()"));
    if !read {
        findings.push("tests/hosting/tests/fixtures.rs reads no fixtures".to_owned());
    }
    Ok(verdict("each fixture of tests/guests has an expectation that a test of the host reads", findings)?)
}
