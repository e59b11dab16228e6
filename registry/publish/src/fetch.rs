//! Fetching: a package with all that is said of it, from a registry, from a bundle or from a file, every digest checked.

use crate::bundle;
use crate::local::{Local, tag};
use crate::problem::Problem;
use crate::{MOST_LISTS, MOST_SIGNATURES, of_signatures};
use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};
use vatra_core::clock::Instant;
use vatra_core::digest::Digest;
use vatra_core::manifest::Manifest;
use vatra_distribution::client::{Client, Reference};
use vatra_distribution::manifest::media;
use vatra_distribution::names::Pointer;
use vatra_trust::{Envelope, KeyId, Publication, Publisher, Refusal, Revocations};

/// The longest file that is read as a component, in bytes: with the byte that is too much.
const MOST_FILE: u64 = (32 << 20) + 1;

/// A package and what is said of it. Every digest was computed; nothing was believed, and nobody's signature was looked at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fetched {
    /// The manifest: its digest names the package.
    pub manifest_bytes: Vec<u8>,
    /// The configuration.
    pub config_bytes: Vec<u8>,
    /// The component.
    pub component: Vec<u8>,
    /// Signatures: envelopes (DSSE) as JSON, by their artefacts' digests.
    pub signatures: Vec<Vec<u8>>,
    /// Lists of parts: CycloneDX as JSON, by their artefacts' digests.
    pub sboms: Vec<Vec<u8>>,
}

impl Fetched {
    /// The digest that names the package, and that is signed.
    #[must_use]
    pub fn digest(&self) -> Digest {
        Digest::of(&self.manifest_bytes)
    }

    /// The keys that are said to have signed. Anybody may say so: see [`Self::signed_by`].
    #[must_use]
    pub fn signers(&self) -> BTreeSet<KeyId> {
        let envelopes = self.signatures.iter().filter_map(|json| Envelope::read(json).ok());
        envelopes.flat_map(|envelope| envelope.signers().cloned().collect::<Vec<_>>()).collect()
    }

    /// Whether this key of the publisher signed it already.
    pub(crate) fn is_signed_with(&self, publisher: &Publisher, key: &KeyId, at: Instant) -> bool {
        self.signatures.iter().any(|json| is_signature(json, publisher, key, &self.digest(), at))
    }

    /// The statement by which this publisher published exactly this package, whose manifest was read from it, and the key that signed.
    ///
    /// # Errors
    /// [`Problem::Unsigned`]; [`Problem::Trust`] with what is wrong with the signature that comes nearest.
    pub fn signed_by(
        &self,
        publisher: &Publisher,
        manifest: &Manifest,
        at: Instant,
        revoked: &Revocations,
    ) -> Result<(Publication, KeyId), Problem> {
        let mut nearest = None;
        for json in &self.signatures {
            let held = Envelope::read(json).and_then(|envelope| {
                let (publication, key) = publisher.publication(&envelope, &self.digest(), at, revoked)?;
                let same = |what, signed: String, actual: String| {
                    if signed == actual { Ok(()) } else { Err(Refusal::OtherSubject { what, signed, actual }) }
                };
                same("component", publication.component.to_string(), Digest::of(&self.component).to_string())?;
                same("module", publication.module.to_string(), manifest.name.to_string())?;
                same("version", publication.version.to_string(), manifest.version.clone())?;
                Ok((publication, key))
            });
            match held {
                Ok(held) => return Ok(held),
                // Anybody's signature may lie beside the publisher's: what is wrong with that says more.
                Err(Refusal::UnknownKey { .. }) if nearest.is_some() => {}
                Err(refusal @ Refusal::UnknownKey { .. }) => nearest = Some(refusal),
                Err(refusal) => match &nearest {
                    None | Some(Refusal::UnknownKey { .. }) => nearest = Some(refusal),
                    Some(_) => {}
                },
            }
        }
        Err(nearest.map_or(Problem::Unsigned, Problem::Trust))
    }
}

/// Whether an envelope is the publication of this digest, by this key of the publisher.
pub(crate) fn is_signature(json: &[u8], publisher: &Publisher, key: &KeyId, digest: &Digest, at: Instant) -> bool {
    let opened = Envelope::read(json).and_then(|it| publisher.publication(&it, digest, at, &Revocations::default()));
    opened.is_ok_and(|(_, by)| by == *key)
}

/// Where a package comes from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Origin {
    /// A component's file: unsigned.
    File(PathBuf),
    /// An OCI image layout, a folder or a tar of one; which of its packages, by its tag.
    Bundle(PathBuf, Option<String>),
    /// A registry.
    Registry(Reference),
}

impl Origin {
    /// What somebody typed: `oci:PATH`, `oci:PATH:VERSION`, the path of a file or of a bundle, or a place in a registry. What is there under that
    /// name as a file is the file.
    ///
    /// # Errors
    /// [`Problem::Origin`] when it is none of them.
    pub fn read(typed: &str) -> Result<Self, Problem> {
        if let Some(path) = typed.strip_prefix("oci:") {
            return Ok(match path.rsplit_once(':') {
                Some((before, tag)) if !Path::new(path).exists() && !tag.contains('/') => Self::Bundle(before.into(), Some(tag.to_owned())),
                _ => Self::Bundle(path.into(), None),
            });
        }
        let path = Path::new(typed);
        if path.is_dir() || path.extension().is_some_and(|end| end == "tar") && path.exists() {
            return Ok(Self::Bundle(path.into(), None));
        }
        if path.exists() {
            return Ok(Self::File(path.into()));
        }
        match typed.parse() {
            Ok(reference) => Ok(Self::Registry(reference)),
            Err(cause) => Err(Problem::Origin { place: typed.chars().take(200).collect(), cause }),
        }
    }

    /// Refuses a package that lies under another version's name: an old one, handed out as a new one.
    ///
    /// # Errors
    /// [`Problem::OtherVersion`].
    pub fn names(&self, manifest: &Manifest) -> Result<(), Problem> {
        let said = match self {
            Self::Registry(Reference { pointer: Pointer::Tag(said), .. }) => said.as_str(),
            Self::Bundle(_, Some(said)) => said,
            _ => return Ok(()),
        };
        // `latest` and the like say no version.
        let is_version = said.replacen('_', "+", 1).parse::<semver::Version>().is_ok();
        if is_version && said != tag(&manifest.version) {
            let (place, version) = (self.to_string(), manifest.version.clone());
            return Err(Problem::OtherVersion { place, tag: said.to_owned(), version });
        }
        Ok(())
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(out),
            Self::Bundle(path, None) => write!(out, "oci:{}", path.display()),
            Self::Bundle(path, Some(tag)) => write!(out, "oci:{}:{tag}", path.display()),
            Self::Registry(reference) => reference.fmt(out),
        }
    }
}

/// Fetches a package. From a file it comes as it would be published, unsigned.
///
/// # Errors
/// [`Problem`]: what is altered, too large or no package is refused, each with its words; nothing of it is kept.
pub async fn fetch(client: &Client, from: &Origin) -> Result<Fetched, Problem> {
    match from {
        Origin::Registry(at) => pulled(client, at).await,
        Origin::Bundle(path, tag) => {
            let (path, tag, limits) = (path.clone(), tag.clone(), *client.limits());
            aside(path.clone(), move || bundle::read(&path, tag.as_deref(), &limits)).await
        }
        Origin::File(path) => {
            let path = path.clone();
            aside(path.clone(), move || Ok(Local::read(file(&path)?)?.fetched(Vec::new()))).await
        }
    }
}

/// Off the threads that answer requests.
async fn aside<T: Send + 'static>(path: PathBuf, work: impl FnOnce() -> Result<T, Problem> + Send + 'static) -> Result<T, Problem> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|error| {
        let cause = std::io::Error::other(error);
        Err(Problem::Unreadable { place: path.display().to_string(), cause })
    })
}

/// A component's file, to its end or to where it is too large anyway.
///
/// # Errors
/// [`Problem::Unreadable`].
pub fn file(path: &Path) -> Result<Vec<u8>, Problem> {
    use std::io::Read as _;
    let mut bytes = Vec::new();
    let read = std::fs::File::open(path).and_then(|file| file.take(MOST_FILE).read_to_end(&mut bytes));
    read.map_err(|cause| Problem::Unreadable { place: path.display().to_string(), cause })?;
    Ok(bytes)
}

async fn pulled(client: &Client, at: &Reference) -> Result<Fetched, Problem> {
    let artifact = client.pull(at).await?;
    let digest = Digest::of(&artifact.manifest);
    let at = at.at(&digest);
    let signatures = referred(client, &at, &digest, SIGNATURES).await?;
    let sboms = referred(client, &at, &digest, LISTS).await?;
    let (manifest_bytes, config_bytes, component) = (artifact.manifest, artifact.config_bytes, artifact.component);
    Ok(Fetched { manifest_bytes, config_bytes, component, signatures, sboms })
}

/// A kind of referrers: artefact type, media type of its content, what they are called, how many are read.
pub(crate) type Kind = (&'static str, &'static str, &'static str, usize);

pub(crate) const SIGNATURES: Kind = (media::SIGNATURE, media::DSSE, "signatures", MOST_SIGNATURES);
pub(crate) const LISTS: Kind = (media::CYCLONEDX, media::CYCLONEDX, "lists of parts", MOST_LISTS);

/// What referrers of a kind carry, in the order of their digests.
pub(crate) async fn referred(client: &Client, at: &Reference, subject: &Digest, kind: Kind) -> Result<Vec<Vec<u8>>, Problem> {
    let (artifact_type, media_type, what, limit) = kind;
    let client = if kind == SIGNATURES { client.within(of_signatures(client.limits())) } else { client.clone() };
    let mut found = client.referrers(at, subject, artifact_type).await?;
    found.sort_by_key(|it| it.digest.to_string());
    found.dedup_by(|one, other| one.digest == other.digest);
    if found.len() > limit {
        return Err(Problem::TooMany { what, count: found.len(), limit });
    }
    let mut all = Vec::new();
    for it in &found {
        all.push(client.referrer(at, subject, it, artifact_type, media_type).await?);
    }
    Ok(all)
}
