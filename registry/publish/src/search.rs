//! Searching: what a registry has, where it tells. The specification knows no search; `_catalog`, which many registries still answer, is gone through.

use crate::problem::Problem;
use futures::StreamExt as _;
use semver::Version;
use serde::Serialize;
use std::collections::BTreeSet;
use vatra_core::digest::Digest;
use vatra_distribution::client::{Client, ClientError, Reference};
use vatra_distribution::names::{Pointer, Repository};
use vatra_registry::contract::{BASE, capability};

/// How many repositories are looked into.
const MOST: usize = 500;

/// How many are asked about at once.
const AT_ONCE: usize = 8;

/// A module that was found.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Found {
    /// The registry with the repository.
    pub name: String,
    /// Its newest version's tag.
    pub newest: String,
    /// Its versions, the newest first.
    pub versions: Vec<String>,
    /// Of the newest.
    pub digest: Digest,
    /// Of the newest's component, in bytes.
    pub size: u64,
    /// The capabilities that it uses.
    pub capabilities: BTreeSet<String>,
}

/// What a search came to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Search {
    /// By name.
    pub found: Vec<Found>,
    /// Whether the registry has more repositories than were looked into.
    pub cut: bool,
}

/// The packages of a registry whose name, or one of whose capabilities, has each of these words in it. Repositories of other things are left out.
///
/// # Errors
/// [`Problem::NoCatalogue`] when the registry does not tell what it has; [`Problem::Registry`].
pub async fn search(client: &Client, registry: &str, words: &[String]) -> Result<Search, Problem> {
    let mut names = match client.catalogue(registry).await {
        Ok(names) => names,
        Err(error @ (ClientError::NotFound { .. } | ClientError::Denied { .. } | ClientError::Answer { .. })) => {
            return Err(Problem::NoCatalogue { registry: registry.to_owned(), said: error.to_string() });
        }
        Err(error) => return Err(error.into()),
    };
    names.sort();
    names.dedup();
    let cut = names.len() > MOST;
    names.truncate(MOST);
    let words: Vec<String> = words.iter().map(|word| word.to_lowercase()).collect();
    let all: Vec<Result<Option<Found>, ClientError>> =
        futures::stream::iter(names).map(|name| look(client, registry, name)).buffered(AT_ONCE).collect().await;
    let mut found = Vec::new();
    for it in all {
        found.extend(it?.filter(|it| words.iter().all(|word| fits(it, word))));
    }
    Ok(Search { found, cut })
}

fn fits(found: &Found, word: &str) -> bool {
    let name = found.name.split_once('/').map_or("", |(_, name)| name);
    name.contains(word) || found.capabilities.iter().any(|capability| capability.contains(word))
}

/// One repository; nothing when no package is there.
async fn look(client: &Client, registry: &str, repository: Repository) -> Result<Option<Found>, ClientError> {
    let Ok(pointer) = "latest".parse::<Pointer>() else { return Ok(None) };
    let at = Reference { registry: registry.to_owned(), repository, pointer };
    let tags = match client.tags(&at).await {
        Err(ClientError::NotFound { .. } | ClientError::Denied { .. } | ClientError::Unauthorized { .. }) => return Ok(None),
        tags => tags?,
    };
    let versions = ordered(tags);
    let Some(newest) = versions.first() else { return Ok(None) };
    let Ok(pointer) = newest.parse::<Pointer>() else { return Ok(None) };
    let described = match client.describe(&Reference { pointer, ..at.clone() }).await {
        Err(ClientError::Refused(_) | ClientError::NotFound { .. }) => return Ok(None),
        described => described?,
    };
    let imports = described.config.component.imports;
    let used = imports.iter().filter(|import| !BASE.contains(&import.as_str())).filter_map(|import| capability(import));
    Ok(Some(Found {
        name: format!("{registry}/{}", at.repository),
        newest: newest.clone(),
        digest: described.digest,
        size: described.component.size,
        capabilities: used.map(str::to_owned).collect(),
        versions,
    }))
}

/// Tags that are versions, the newest first; releases before what was tried out. Others, as `sha256-…` of referrers, are no versions.
fn ordered(tags: Vec<String>) -> Vec<String> {
    let version = |tag: &String| tag.replacen('_', "+", 1).parse::<Version>().ok();
    let mut all: Vec<(bool, Version, String)> =
        tags.into_iter().filter_map(|tag| version(&tag).map(|version| (version.pre.is_empty(), version, tag))).collect();
    all.sort_by(|one, other| other.cmp(one));
    all.into_iter().map(|(_, _, tag)| tag).collect()
}

#[cfg(test)]
mod tests {
    use super::ordered;

    #[test]
    fn releases_come_before_what_is_tried_out() {
        let tags = ["1.9.0", "latest", "1.10.0", "2.0.0-rc.1", "sha256-00", "1.10.0_moldova"].map(str::to_owned).to_vec();
        assert_eq!(ordered(tags), ["1.10.0_moldova", "1.10.0", "1.9.0", "2.0.0-rc.1"]);
    }
}
