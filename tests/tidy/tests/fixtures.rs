//! Hostile modules are fixtures: one that no test names guards nothing.

use std::error::Error;
use vatra_tidy::{sources, verdict};

type Outcome = Result<(), Box<dyn Error>>;

#[test]
fn every_fixture_has_a_test_that_names_it() -> Outcome {
    let tree = sources()?;
    let fixtures: Vec<&str> =
        tree.iter().filter_map(|source| source.path.strip_prefix("tests/guests/")?.strip_suffix("/manifest.toml")).collect();
    assert!(fixtures.len() > 5, "the fixtures were not found");
    let tests: Vec<&str> = tree
        .iter()
        .filter(|source| source.extension() == "rs" && !source.path.starts_with("tests/guests/") && !source.path.starts_with("tests/tidy/"))
        .map(|source| source.words())
        .filter(|text| text.contains("#[test]") || text.contains("::test]") || text.contains("::test("))
        .collect();
    let unused = fixtures.into_iter().filter(|name| !tests.iter().any(|text| text.contains(&format!("\"{name}\""))));
    Ok(verdict("each folder of tests/guests is named by a test of the host", unused.map(str::to_owned).collect())?)
}
