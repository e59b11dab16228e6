//! What a module is made of, as a CycloneDX list (1.5, JSON): the crates that its `Cargo.lock` reaches from its own. Nothing in it depends on when or
//! where it was made.

use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

use crate::package::Package;

/// The media type of the list.
pub const MEDIA_TYPE: &str = "application/vnd.cyclonedx+json";

/// Why there is no list.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum SbomError {
    /// Not a lock file of cargo's.
    #[error("Cargo.lock cannot be read: {0}")]
    Lock(String),
    /// The module's crate is not in it.
    #[error("Cargo.lock does not know the crate '{0}': run cargo in its folder, and build again")]
    Unknown(String),
}

#[derive(Deserialize)]
struct Lock {
    #[serde(default)]
    package: Vec<Crate>,
}

/// A crate of the lock file; others are read over.
#[derive(Deserialize)]
struct Crate {
    name: String,
    version: String,
    source: Option<String>,
    checksum: Option<String>,
    #[serde(default)]
    dependencies: Vec<String>,
}

impl Crate {
    fn of_registry(&self) -> bool {
        self.source.as_deref().is_some_and(|source| source.starts_with("registry+"))
    }

    /// Unique in a lock file: version and, of what no registry has, its source.
    fn reference(&self) -> String {
        match &self.source {
            Some(_) if self.of_registry() => self.purl(),
            Some(source) => format!("{source}#{}@{}", self.name, self.version),
            None => format!("path:{}@{}", self.name, self.version),
        }
    }

    fn purl(&self) -> String {
        // Crates' names need no escape; of a version a plus does.
        format!("pkg:cargo/{}@{}", self.name, self.version.replace('+', "%2B"))
    }

    fn component(&self) -> Value {
        let mut component = json!({
            "type": "library", "bom-ref": self.reference(), "name": self.name, "version": self.version,
        });
        if let Some(map) = component.as_object_mut() {
            if let Some(checksum) = &self.checksum {
                map.insert("hashes".into(), json!([{ "alg": "SHA-256", "content": checksum }]));
            }
            if self.of_registry() {
                map.insert("purl".into(), self.purl().into());
            }
        }
        component
    }
}

/// The crates of a lock file, found as it writes dependencies: `name`, `name version`, or `name version (source)`.
struct Crates<'a>(BTreeMap<&'a str, Vec<&'a Crate>>);

impl<'a> Crates<'a> {
    fn find(&self, written: &str) -> Option<&'a Crate> {
        let mut words = written.split(' ');
        let all = self.0.get(words.next()?)?;
        let (version, source) = (words.next(), words.next().map(|source| source.trim_matches(['(', ')'])));
        let fits = |it: &&&Crate| {
            version.is_none_or(|version| it.version == version)
                && source.is_none_or(|source| it.source.as_deref().is_some_and(|of| of.split('#').next() == source.split('#').next()))
        };
        all.iter().find(fits).copied()
    }
}

/// The list of a package, of which `root` is the crate, and `lock` the lock file it was built with.
///
/// # Errors
/// [`SbomError`].
pub fn of_cargo(package: &Package, root: &str, lock: &str) -> Result<Value, SbomError> {
    let lock: Lock = toml::from_str(lock).map_err(|error| SbomError::Lock(error.message().to_owned()))?;
    let mut by_name: BTreeMap<&str, Vec<&Crate>> = BTreeMap::new();
    for found in &lock.package {
        by_name.entry(&found.name).or_default().push(found);
    }
    let crates = Crates(by_name);
    // Of two of that name the one that is being developed.
    let own = crates.0.get(root).and_then(|all| all.iter().find(|it| it.source.is_none()));
    let start = own.ok_or_else(|| SbomError::Unknown(root.to_owned()))?;
    let mut reached: BTreeMap<String, (&Crate, BTreeSet<String>)> = BTreeMap::new();
    let mut open: Vec<&Crate> = vec![start];
    while let Some(at) = open.pop() {
        if reached.contains_key(&at.reference()) {
            continue;
        }
        let needs: Vec<&Crate> = at.dependencies.iter().filter_map(|written| crates.find(written)).collect();
        reached.insert(at.reference(), (at, needs.iter().map(|it| it.reference()).collect()));
        open.extend(needs);
    }
    let module = format!("vatra:{}@{}", package.manifest.name, package.manifest.version);
    let mut dependencies = vec![json!({ "ref": module, "dependsOn": [start.reference()] })];
    dependencies.extend(reached.iter().map(|(reference, (_, needs))| json!({ "ref": reference, "dependsOn": needs })));
    Ok(json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.5.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": serial(&package.digest),
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": module,
                "name": package.manifest.name,
                "version": package.manifest.version,
                "publisher": package.manifest.publisher,
                "description": package.manifest.description.en,
                "hashes": [{ "alg": "SHA-256", "content": package.digest }],
                "licenses": [{ "expression": package.manifest.licence }],
            },
        },
        "components": reached.values().map(|(it, _)| it.component()).collect::<Vec<_>>(),
        "dependencies": dependencies,
    }))
}

/// As it is written to a file and attached to a package: the same of the same package.
pub fn text(list: &Value) -> String {
    serde_json::to_string_pretty(list).unwrap_or_default() + "\n"
}

/// A UUID of version 8, made of the package's digest: one package has one list.
fn serial(digest: &str) -> String {
    let hash = Sha256::digest(format!("vatra-sbom:{digest}"));
    let mut bytes = [0u8; 16];
    bytes.iter_mut().zip(hash).for_each(|(to, from)| *to = from);
    let mut hex: Vec<char> = hex::encode(bytes).chars().collect();
    if let Some(version) = hex.get_mut(12) {
        *version = '8';
    }
    if let Some(variant) = hex.get_mut(16) {
        *variant = match *variant {
            '0' | '4' | '8' | 'c' => '8',
            '1' | '5' | '9' | 'd' => '9',
            '2' | '6' | 'a' | 'e' => 'a',
            _ => 'b',
        };
    }
    let part = |from: usize, to: usize| hex.get(from..to).map(|part| part.iter().collect::<String>()).unwrap_or_default();
    format!("urn:uuid:{}-{}-{}-{}-{}", part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32))
}
