//! Pushing: blobs that are not there yet, then the manifest.

use super::Client;
use super::error::ClientError;
use super::reference::Reference;
use super::wire::{Ask, Place};
use crate::artifact::Built;
use crate::manifest::{Descriptor, Manifest, media};
use crate::names::{Pointer, Tag};
use axum::body::Bytes;
use axum::http::{Method, StatusCode, header};
use vatra_core::digest::Digest;

impl Client {
    fn pushing<'a>(&self, at: &'a Reference, what: String, method: Method, path: &'a str) -> Ask<'a> {
        Ask { push: true, ..self.asking(at, what, method, path) }
    }

    /// Pushes an artefact to where the reference points. A referrer is pushed under its digest: give the reference of its subject with
    /// [`Reference::at`] the referrer's own digest. Answers its digest.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn push(&self, at: &Reference, built: &Built) -> Result<Digest, ClientError> {
        for (descriptor, bytes) in &built.blobs {
            self.push_blob(at, descriptor, bytes.clone()).await?;
        }
        let knows_subjects = self.push_manifest(at, media::MANIFEST, built.manifest.clone()).await?;
        if let Some(subject) = built.subject.as_ref().filter(|_| !knows_subjects) {
            self.note_referrer(at, subject, built).await?;
        }
        Ok(built.descriptor.digest.clone())
    }

    async fn push_blob(&self, at: &Reference, descriptor: &Descriptor, bytes: Bytes) -> Result<(), ClientError> {
        let (path, what) = (format!("blobs/{}", descriptor.digest), format!("the blob {}", descriptor.digest));
        if self.ask(&self.pushing(at, what.clone(), Method::HEAD, &path)).await?.status == StatusCode::OK {
            return Ok(());
        }
        let begin = self.pushing(at, what, Method::POST, "blobs/uploads/");
        let answer = self.get(&begin).await?;
        let location = answer.header("location").and_then(|location| answer.url.join(location).ok());
        let mut location = location.ok_or_else(|| self.protocol(&begin, "an upload without an address"))?;
        location.query_pairs_mut().append_pair("digest", &descriptor.digest.to_string());
        let kind = vec![(header::CONTENT_TYPE, "application/octet-stream".to_owned())];
        self.get(&Ask { method: Method::PUT, place: Place::Url(location), headers: kind, body: bytes, ..begin }).await?;
        Ok(())
    }

    /// Whether the registry said that it keeps what refers to the subject.
    async fn push_manifest(&self, at: &Reference, media_type: &str, bytes: Bytes) -> Result<bool, ClientError> {
        let path = format!("manifests/{}", at.pointer);
        let digest = Digest::of(&bytes);
        let mut ask = self.pushing(at, format!("the manifest {at}"), Method::PUT, &path);
        ask.headers.push((header::CONTENT_TYPE, media_type.to_owned()));
        ask.body = bytes;
        let answer = self.get(&ask).await?;
        let said = answer.header("docker-content-digest").and_then(|said| said.parse::<Digest>().ok());
        if let Some(actual) = said.filter(|said| said.algorithm() == digest.algorithm() && *said != digest) {
            return Err(ClientError::Digest { registry: at.registry.clone(), what: ask.what, expected: digest, actual });
        }
        Ok(answer.headers.contains_key("oci-subject"))
    }

    /// Adds a referrer to the index under its subject's tag, as the specification wants of clients of registries that do not keep it.
    async fn note_referrer(&self, at: &Reference, subject: &Descriptor, built: &Built) -> Result<(), ClientError> {
        let name: String = subject.digest.file_name().chars().take(128).collect();
        let Ok(tag) = name.parse::<Tag>() else { return Ok(()) };
        let found = self.fallback_index(at, &subject.digest).await?;
        let mut manifests = found.and_then(|index| index.manifests).unwrap_or_default();
        if manifests.iter().any(|known| known.digest == built.descriptor.digest) {
            return Ok(());
        }
        let kind = Manifest::read(&built.manifest, media::MANIFEST).ok().and_then(|manifest| manifest.kind().map(str::to_owned));
        manifests.push(Descriptor { artifact_type: kind, ..built.descriptor.clone() });
        let index = Manifest {
            schema_version: 2,
            media_type: Some(media::INDEX.to_owned()),
            artifact_type: None,
            config: None,
            layers: None,
            manifests: Some(manifests),
            subject: None,
            annotations: None,
        };
        let at = Reference { pointer: Pointer::Tag(tag), ..at.clone() };
        let bytes = serde_json::to_vec(&index).map_err(|error| self.protocol(&self.pushing(&at, String::new(), Method::PUT, ""), error))?;
        self.push_manifest(&at, media::INDEX, bytes.into()).await?;
        Ok(())
    }
}
