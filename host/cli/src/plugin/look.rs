//! Looking at a package before anybody installs it.

use super::Inspect;
use anyhow::Result;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use vatra_core::clock::{Clock as _, SystemClock};
use vatra_core::digest::Digest;
use vatra_core::manifest::{Language, Manifest};
use vatra_publish::fetch::file;
use vatra_publish::{Fetched, Origin, Parts, Problem, fetch};
use vatra_registry::words::say;
use vatra_registry::{Difference, inspect as report, package};
use vatra_server::commands::Reply;
use vatra_trust::{KeyId, Keyring, Revocations};

/// A package, whatever a host would think of it.
struct Package {
    component: Vec<u8>,
    manifest: Manifest,
    /// None of a bare file.
    fetched: Option<Fetched>,
}

impl Package {
    async fn of(asked: &Inspect, origin: &Origin) -> Result<Self> {
        let (component, fetched) = match origin {
            // One that no host would run is looked at too.
            Origin::File(path) => (file(path)?, None),
            other => {
                let registry = match other {
                    Origin::Registry(at) => Some(at.registry.as_str()),
                    _ => None,
                };
                let fetched = fetch(&asked.login.client(registry, None)?, other).await?;
                (fetched.component.clone(), Some(fetched))
            }
        };
        let manifest = package::manifest_of(&component).map_err(Problem::from)?;
        origin.names(&manifest)?;
        Ok(Self { component, manifest, fetched })
    }
}

/// Who signed.
enum Signed {
    Verified { publisher: String, title: String, key: KeyId, day: String },
    Unverified(BTreeSet<KeyId>),
    Nobody,
}

impl Signed {
    fn of(asked: &Inspect, package: &Package) -> Result<Self> {
        let empty = Fetched {
            manifest_bytes: Vec::new(),
            config_bytes: Vec::new(),
            component: Vec::new(),
            signatures: Vec::new(),
            sboms: Vec::new(),
        };
        let fetched = package.fetched.as_ref().unwrap_or(&empty);
        let Some(path) = &asked.publisher_keys else {
            let keys = fetched.signers();
            return Ok(if keys.is_empty() { Self::Nobody } else { Self::Unverified(keys) });
        };
        let publisher = Keyring::read(&file(path)?).and_then(|keyring| keyring.verify()).map_err(Problem::from)?;
        let (publication, key) = fetched.signed_by(&publisher, &package.manifest, SystemClock.now(), &Revocations::default())?;
        let day = publication.at.civil_date().to_string();
        Ok(Self::Verified { publisher: publisher.name.to_string(), title: publisher.title, key, day })
    }

    fn text(&self, language: Language) -> String {
        match self {
            Self::Verified { publisher, title, key, day } => {
                let arguments =
                    [("publisher", publisher.clone()), ("title", title.clone()), ("key", key.to_string()), ("day", day.clone())];
                say(language, "signed-verified", &arguments)
            }
            Self::Unverified(keys) => {
                let keys: Vec<String> = keys.iter().map(ToString::to_string).collect();
                say(language, "signed-unverified", &[("keys", keys.join(", "))])
            }
            Self::Nobody => say(language, "signed-nobody", &[]),
        }
    }

    fn json(&self) -> Value {
        match self {
            Self::Verified { publisher, title, key, day } => {
                json!({ "standing": "verified", "publisher": publisher, "title": title, "key": key, "day": day })
            }
            Self::Unverified(keys) => json!({ "standing": "unverified", "keys": keys }),
            Self::Nobody => json!({ "standing": "unsigned" }),
        }
    }
}

/// A list of parts: in short, or why it is not believed.
fn list(json: &[u8], digest: &str) -> Result<Parts, Problem> {
    let parts = Parts::read(json)?;
    parts.belongs_to(digest)?;
    Ok(parts)
}

pub(super) async fn inspect(asked: &Inspect) -> Result<Reply> {
    let language = asked.lang;
    let origin = Origin::read(&asked.package)?;
    let package = Package::of(asked, &origin).await?;
    let signed = Signed::of(asked, &package)?;
    let report = report(&package.component).map_err(Problem::from)?;
    let sboms = package.fetched.iter().flat_map(|fetched| &fetched.sboms);
    let lists: Vec<Result<Parts, Problem>> = sboms.map(|json| list(json, &report.digest)).collect();
    let difference = match &asked.diff {
        Some(old) => Some(Difference::between(&Package::of(asked, &Origin::read(old)?).await?.manifest, &package.manifest)),
        None => None,
    };
    let digest = package.fetched.as_ref().map(Fetched::digest);

    let mut text = report.text(language);
    if let Some(digest) = &digest {
        text.push_str(&format!("{}\n", say(language, "package-digest", &[("digest", digest.to_string())])));
    }
    text.push_str(&format!("{}\n", signed.text(language)));
    if lists.is_empty() {
        text.push_str(&format!("{}\n", say(language, "parts-none", &[])));
    }
    for list in &lists {
        let line = match list {
            Ok(parts) => {
                let first = parts.first.iter().take(5).cloned().collect::<Vec<_>>().join(", ");
                say(language, "parts-list", &[("count", parts.count.to_string()), ("format", parts.format.clone()), ("first", first)])
            }
            Err(problem) => say(language, "parts-refused", &[("reason", problem.to_string())]),
        };
        text.push_str(&format!("{line}\n"));
    }
    if let Some(difference) = &difference {
        text.push_str(&format!("\n{}", difference.text(language)));
    }
    let lists: Vec<Value> = lists
        .iter()
        .map(|list| match list {
            Ok(parts) => json!(parts),
            Err(problem) => json!({ "refused": problem.to_string() }),
        })
        .collect();
    let mut told = json!({
        "origin": origin.to_string(), "digest": digest, "component": Digest::of(&package.component),
        "report": report, "signature": signed.json(), "sboms": lists,
    });
    if let (Some(difference), Some(map)) = (difference, told.as_object_mut()) {
        map.insert("difference".to_owned(), json!(difference));
    }
    Ok(Reply { code: 0, text, json: told })
}
