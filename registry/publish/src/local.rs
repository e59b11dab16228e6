//! A package in its author's hands: the artefact that it will be everywhere, what is signed of it, what it is made of.

use crate::fetch::Fetched;
use crate::parts::Parts;
use crate::problem::Problem;
use semver::Version;
use std::path::Path;
use vatra_core::clock::Instant;
use vatra_core::digest::Digest;
use vatra_core::ids::Name;
use vatra_distribution::artifact::{self, Built, Component};
use vatra_distribution::client::{Reference, ReferenceError};
use vatra_distribution::names::Pointer;
use vatra_registry::{Package, sbom};
use vatra_trust::{Envelope, PrivateKey, Publication, Publisher, Revocations, Statement};

/// A package that a host would take. The same component is the same artefact, on every machine and day.
#[derive(Debug)]
pub struct Local {
    /// As a host reads it.
    pub package: Package,
    /// The component.
    pub component: Vec<u8>,
    /// The artefact.
    pub built: Built,
    /// The list of its parts, CycloneDX, as it will be attached.
    pub parts: Option<Vec<u8>>,
}

impl Local {
    /// Makes the artefact of a component.
    ///
    /// # Errors
    /// [`Problem::Package`]: what no host would run is not published.
    pub fn read(component: Vec<u8>) -> Result<Self, Problem> {
        let package = Package::read(&component)?;
        let surface = Component { exports: package.exports.clone(), imports: package.imports.clone(), target: None };
        let built = artifact::package(component.clone(), surface)?;
        Ok(Self { package, component, built, parts: None })
    }

    /// Attaches a list of its parts that somebody made.
    ///
    /// # Errors
    /// [`Problem::Parts`] when it is none, or says that it is another package's.
    pub fn with_parts(self, json: Vec<u8>) -> Result<Self, Problem> {
        let parts = Parts::read(&json)?;
        parts.belongs_to(&self.package.digest)?;
        Ok(Self { parts: Some(json), ..self })
    }

    /// Attaches the list of its parts, made of the crate in this folder and of the lock file there or above.
    ///
    /// # Errors
    /// [`Problem::Unreadable`]; [`Problem::Parts`] when they do not go together.
    pub fn with_crate(self, folder: &Path) -> Result<Self, Problem> {
        let text =
            |path: &Path| std::fs::read_to_string(path).map_err(|cause| Problem::Unreadable { place: path.display().to_string(), cause });
        let cargo = folder.join("Cargo.toml");
        let table: Result<toml::Table, _> = text(&cargo)?.parse();
        let table = table.map_err(|error| Problem::Parts(format!("{}: {error}", cargo.display())))?;
        let name = table.get("package").and_then(|package| package.get("name")).and_then(toml::Value::as_str);
        let name = name.ok_or_else(|| Problem::Parts(format!("{} names no package", cargo.display())))?;
        let place = || folder.display().to_string();
        let whole = folder.canonicalize().map_err(|cause| Problem::Unreadable { place: place(), cause })?;
        let lock = whole.ancestors().map(|above| above.join("Cargo.lock")).find(|lock| lock.is_file());
        let lock = lock.ok_or_else(|| Problem::Parts(format!("neither in {} nor above is a Cargo.lock", place())))?;
        let list = sbom::of_cargo(&self.package, name, &text(&lock)?).map_err(|error| Problem::Parts(error.to_string()))?;
        self.with_parts(sbom::text(&list).into_bytes())
    }

    /// The digest that names it everywhere: of its manifest.
    #[must_use]
    pub fn digest(&self) -> &Digest {
        &self.built.descriptor.digest
    }

    /// The tag of its version. What stands behind a plus in a version stands behind an underscore in a tag, which has none.
    #[must_use]
    pub fn tag(&self) -> String {
        tag(&self.package.manifest.version)
    }

    /// Where it is published: what was typed, with the version if that is missing.
    ///
    /// # Errors
    /// [`Problem::Reference`]; [`Problem::OtherVersion`] when something else than the package's version was typed.
    pub fn reference(&self, typed: &str) -> Result<Reference, Problem> {
        let tag = self.tag();
        let read = match typed.parse::<Reference>() {
            Err(ReferenceError::Version(_)) => format!("{typed}:{tag}").parse()?,
            read => read?,
        };
        match &read.pointer {
            Pointer::Tag(said) if said.as_str() == tag => Ok(read),
            other => Err(Problem::OtherVersion {
                place: typed.to_owned(),
                tag: other.to_string(),
                version: self.package.manifest.version.clone(),
            }),
        }
    }

    /// What its publisher states: this digest is this version of my module.
    ///
    /// # Errors
    /// [`Problem::OtherPublisher`] when its manifest names another.
    pub fn publication(&self, publisher: &Name, at: Instant) -> Result<Publication, Problem> {
        let manifest = &self.package.manifest;
        if let Some(said) = manifest.publisher_id.as_ref().filter(|said| *said != publisher) {
            return Err(Problem::OtherPublisher { said: said.to_string(), publisher: publisher.to_string() });
        }
        Ok(Publication {
            publisher: publisher.clone(),
            module: manifest.name.clone(),
            version: version(&manifest.version)?,
            manifest: self.digest().clone(),
            component: Digest::of(&self.component),
            at: Instant(at.0.div_euclid(1_000).saturating_mul(1_000)),
        })
    }

    /// Signs it. What the publisher's own keyring would not take is not handed out.
    ///
    /// # Errors
    /// As [`Self::publication`]; [`Problem::Trust`] when the key is none of the publisher's, or does not hold now.
    pub fn sign(&self, publisher: &Publisher, key: &PrivateKey, at: Instant) -> Result<Envelope, Problem> {
        let statement = Statement::Publication(self.publication(&publisher.name, at)?);
        let envelope = statement.sign(&[key]);
        publisher.publication(&envelope, self.digest(), at, &Revocations::default())?;
        Ok(envelope)
    }

    /// As whoever fetches it will have it, with these signatures.
    #[must_use]
    pub fn fetched(&self, signatures: Vec<Vec<u8>>) -> Fetched {
        Fetched {
            manifest_bytes: self.built.manifest.to_vec(),
            config_bytes: self.built.blobs.first().map(|(_, bytes)| bytes.to_vec()).unwrap_or_default(),
            component: self.component.clone(),
            signatures,
            sboms: self.parts.iter().cloned().collect(),
        }
    }
}

/// The tag of a version.
pub(crate) fn tag(version: &str) -> String {
    version.replace('+', "_")
}

/// A manifest's version; it was checked when the manifest was read.
pub(crate) fn version(text: &str) -> Result<Version, Problem> {
    text.parse().map_err(|error| Problem::Bundle { place: text.to_owned(), cause: format!("its version is no version: {error}") })
}
