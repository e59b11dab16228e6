//! Pulling: what a name points to, packages, and what refers to them.

use super::Client;
use super::error::ClientError;
use super::reference::Reference;
use super::wire::{Answer, Ask, Place};
use crate::artifact::{self, Config, Refusal};
use crate::manifest::{Descriptor, Manifest, media};
use crate::names::{Pointer, Repository, Tag};
use axum::body::Bytes;
use axum::http::{Method, StatusCode, header};
use reqwest::Url;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use vatra_core::digest::{Algorithm, Digest, Hasher};

/// The most pages of a list that are read: who has more hides something in them.
const PAGES: usize = 32;

/// A package that was pulled: every digest computed, every size bounded.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Artifact {
    /// What describes its manifest: its digest names it.
    pub descriptor: Descriptor,
    /// The manifest's bytes.
    pub manifest: Vec<u8>,
    /// What its configuration says.
    pub config: Config,
    /// The configuration's bytes.
    pub config_bytes: Vec<u8>,
    /// The component.
    pub component: Vec<u8>,
}

/// What a package says of itself before its component is pulled.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Described {
    /// Of its manifest.
    pub digest: Digest,
    /// What its configuration says.
    pub config: Config,
    /// Where its component is, and how large.
    pub component: Descriptor,
}

impl Client {
    pub(super) fn asking<'a>(&self, at: &'a Reference, what: String, method: Method, path: &'a str) -> Ask<'a> {
        let headers = Vec::new();
        Ask {
            registry: &at.registry,
            repository: Some(&at.repository),
            push: false,
            what,
            method,
            place: Place::Path(path),
            headers,
            body: Bytes::new(),
        }
    }

    /// A manifest's bytes, their digest (the one asked for, else SHA-256) and the media type it came as.
    pub(super) async fn manifest(&self, at: &Reference) -> Result<(Vec<u8>, Digest, String), ClientError> {
        let path = format!("manifests/{}", at.pointer);
        let mut ask = self.asking(at, format!("the manifest {at}"), Method::GET, &path);
        ask.headers.push((header::ACCEPT, media::MANIFESTS.join(", ")));
        let answer = self.get(&ask).await?;
        let came = answer.header("content-type").unwrap_or_default().split(';').next().unwrap_or_default().trim().to_owned();
        let said = answer.header("docker-content-digest").map(str::to_owned);
        let asked = match &at.pointer {
            Pointer::Digest(digest) => Some(digest.clone()),
            Pointer::Tag(_) => None,
        };
        let algorithm = asked.as_ref().map_or(Algorithm::Sha256, Digest::algorithm);
        let hasher = Some(Hasher::new(algorithm));
        let (bytes, actual) = self.read_hashed(&ask, answer, self.limits().manifest, hasher).await?;
        let actual = actual.unwrap_or_else(|| Digest::with(algorithm, &bytes));
        // A tag's digest is what came; the header may only confirm it, if it is of the same algorithm.
        let said = said.and_then(|said| said.parse::<Digest>().ok()).filter(|said| said.algorithm() == algorithm);
        for expected in asked.into_iter().chain(said) {
            if expected != actual {
                let (registry, what) = (at.registry.clone(), ask.what.clone());
                return Err(ClientError::Digest { registry, what, expected, actual });
            }
        }
        Ok((bytes, actual, came))
    }

    /// A blob, of exactly the size and digest that `descriptor` says.
    pub(super) async fn fetch(&self, at: &Reference, what: &'static str, descriptor: &Descriptor) -> Result<Vec<u8>, ClientError> {
        let path = format!("blobs/{}", descriptor.digest);
        let ask = self.asking(at, format!("the {what} of {at}"), Method::GET, &path);
        let answer = self.get(&ask).await?;
        let hasher = Hasher::new(descriptor.digest.algorithm());
        let (bytes, actual) = self.read_hashed(&ask, answer, descriptor.size, Some(hasher)).await?;
        let (said, length, expected) = (descriptor.size, bytes.len() as u64, &descriptor.digest);
        if said != length {
            return Err(Refusal::Size { what, said, actual: length }.into());
        }
        match actual {
            Some(actual) if actual == *expected => Ok(bytes),
            actual => {
                let actual = actual.unwrap_or_else(|| Digest::of(&bytes));
                Err(Refusal::Digest { what, expected: expected.clone(), actual }.into())
            }
        }
    }

    /// The digest of what a reference points to now. The manifest is read for it: a registry's word is not taken.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn resolve(&self, at: &Reference) -> Result<Digest, ClientError> {
        self.manifest(at).await.map(|(_, digest, _)| digest)
    }

    /// Pulls a package.
    ///
    /// # Errors
    /// [`ClientError`]; [`ClientError::Refused`] before any blob is asked for when the manifest is not a package's or says sizes over the
    /// limits.
    pub async fn pull(&self, at: &Reference) -> Result<Artifact, ClientError> {
        let (manifest, digest, came) = self.manifest(at).await?;
        let layout = artifact::layout(&manifest, &came, self.limits())?;
        let config_bytes = self.fetch(at, "configuration", &layout.config).await?;
        let config = artifact::check_config(&layout, &config_bytes)?;
        let component = self.fetch(at, "component", &layout.layer).await?;
        let descriptor = Descriptor { digest, ..Descriptor::of(media::MANIFEST, &manifest) };
        Ok(Artifact { descriptor, manifest, config, config_bytes, component })
    }

    /// What a package's manifest and configuration say; its component stays where it is.
    ///
    /// # Errors
    /// As [`Self::pull`].
    pub async fn describe(&self, at: &Reference) -> Result<Described, ClientError> {
        let (manifest, digest, came) = self.manifest(at).await?;
        let layout = artifact::layout(&manifest, &came, self.limits())?;
        let config_bytes = self.fetch(at, "configuration", &layout.config).await?;
        let config = artifact::check_config(&layout, &config_bytes)?;
        Ok(Described { digest, config, component: layout.layer })
    }

    /// What refers to `subject` in the reference's repository: manifests of this artefact type. Asks the referrers' address, and where a
    /// registry has none, the tag that the specification falls back to.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn referrers(&self, at: &Reference, subject: &Digest, artifact_type: &str) -> Result<Vec<Descriptor>, ClientError> {
        let mut url = Url::parse("http://x/").map_err(|error| self.protocol(&self.asking(at, String::new(), Method::GET, ""), error))?;
        url.query_pairs_mut().append_pair("artifactType", artifact_type);
        let path = format!("referrers/{subject}?{}", url.query().unwrap_or_default());
        let mut ask = self.asking(at, format!("what refers to {subject}"), Method::GET, &path);
        ask.headers.push((header::ACCEPT, media::INDEX.to_owned()));
        let mut all = Vec::new();
        for _ in 0..PAGES {
            let answer = self.ask(&ask).await?;
            if answer.status == StatusCode::NOT_FOUND && all.is_empty() {
                let index = self.fallback_index(at, subject).await?;
                all.extend(index.into_iter().flat_map(|index| index.manifests.unwrap_or_default()));
                all.retain(|found: &Descriptor| found.artifact_type.as_deref() == Some(artifact_type));
                return Ok(all);
            }
            if !answer.status.is_success() {
                return Err(self.refused(&ask, answer).await);
            }
            let next = self.next_page(&ask, &answer)?;
            let bytes = self.read(&ask, answer, self.limits().manifest).await?;
            let index = Manifest::read(&bytes, media::INDEX).map_err(|error| self.protocol(&ask, error))?;
            // A registry need not have filtered.
            let wanted = |found: &Descriptor| found.artifact_type.as_deref() == Some(artifact_type);
            all.extend(index.manifests.unwrap_or_default().into_iter().filter(wanted));
            let Some(next) = next else { return Ok(all) };
            ask.place = Place::Url(next);
        }
        Err(self.protocol(&ask, "its list of referrers has no end"))
    }

    /// The index under the tag of a subject, where registries without the referrers' address keep what refers to it.
    pub(super) async fn fallback_index(&self, at: &Reference, subject: &Digest) -> Result<Option<Manifest>, ClientError> {
        // A tag has at most 128 characters: the specification cuts the longer ones.
        let name: String = subject.file_name().chars().take(128).collect();
        let Ok(tag) = name.parse::<Tag>() else { return Ok(None) };
        let at = Reference { pointer: Pointer::Tag(tag), ..at.clone() };
        let found = match self.manifest(&at).await {
            Err(ClientError::NotFound { .. }) => return Ok(None),
            found => found?,
        };
        let index = Manifest::read(&found.0, media::INDEX);
        let why = |error| self.protocol(&self.asking(&at, String::new(), Method::GET, ""), format!("the tag of referrers: {error}"));
        index.map(Some).map_err(why)
    }

    /// What a referrer of `subject` carries: the only layer of its manifest, of this media type.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn referrer(
        &self,
        at: &Reference,
        subject: &Digest,
        found: &Descriptor,
        artifact_type: &str,
        media_type: &str,
    ) -> Result<Vec<u8>, ClientError> {
        let at = at.at(&found.digest);
        let (manifest, _, _) = self.manifest(&at).await?;
        let layout = artifact::referrer_layout(&manifest, subject, artifact_type, media_type, self.limits())?;
        self.fetch(&at, "referrer's content", &layout.layer).await
    }

    /// The tags of the reference's repository.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn tags(&self, at: &Reference) -> Result<Vec<String>, ClientError> {
        #[derive(Deserialize)]
        struct List {
            tags: Option<Vec<String>>,
        }
        let ask = self.asking(at, format!("the tags of {}", at.repository), Method::GET, "tags/list");
        let all = self.list(ask, "tags", |list: List| list.tags).await?;
        // What is no tag is not shown to anyone.
        Ok(all.into_iter().filter(|tag| tag.parse::<Tag>().is_ok()).collect())
    }

    /// The repositories of a registry that tells of them (`_catalog`, which the specification has dropped and many registries still answer).
    ///
    /// # Errors
    /// [`ClientError`]; [`ClientError::NotFound`] and others when the registry does not tell.
    pub async fn catalogue(&self, registry: &str) -> Result<Vec<Repository>, ClientError> {
        #[derive(Deserialize)]
        struct List {
            repositories: Option<Vec<String>>,
        }
        let (what, headers) = ("a list of its repositories".to_owned(), Vec::new());
        let place = Place::Path("_catalog?n=1000");
        let ask = Ask { registry, repository: None, push: false, what, method: Method::GET, place, headers, body: Bytes::new() };
        let all = self.list(ask, "repositories", |list: List| list.repositories).await?;
        Ok(all.into_iter().filter_map(|name| name.parse().ok()).collect())
    }

    /// A list in pages.
    async fn list<T: DeserializeOwned>(
        &self,
        mut ask: Ask<'_>,
        of: &str,
        names: impl Fn(T) -> Option<Vec<String>>,
    ) -> Result<Vec<String>, ClientError> {
        let mut all = Vec::new();
        for _ in 0..PAGES {
            let answer = self.get(&ask).await?;
            let next = self.next_page(&ask, &answer)?;
            let bytes = self.read(&ask, answer, self.limits().manifest).await?;
            let list = serde_json::from_slice(&bytes).map_err(|error| self.protocol(&ask, format!("its list of {of}: {error}")))?;
            all.extend(names(list).unwrap_or_default());
            let Some(next) = next else { return Ok(all) };
            ask.place = Place::Url(next);
        }
        Err(self.protocol(&ask, format!("its list of {of} has no end")))
    }

    /// Where a list goes on: at the same registry, or nowhere.
    fn next_page(&self, ask: &Ask<'_>, answer: &Answer) -> Result<Option<Url>, ClientError> {
        let Some(link) = answer.header("link") else { return Ok(None) };
        let target = link.split_once('<').and_then(|(_, rest)| rest.split_once('>')).filter(|(_, rest)| rest.contains("next"));
        let Some((target, _)) = target else { return Ok(None) };
        let next = answer.url.join(target).map_err(|error| self.protocol(ask, error))?;
        if next.origin() != answer.url.origin() {
            return Err(self.protocol(ask, "its list goes on at another registry"));
        }
        Ok(Some(next))
    }
}
