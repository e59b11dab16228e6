//! `/v2/NAME/manifests/REFERENCE`

use super::errors::{Code, Failure};
use super::{Answer, CONTENT_DIGEST, Call, headers};
use crate::manifest::Manifest;
use crate::names::{Pointer, Repository};
use axum::body::Body;
use axum::http::{HeaderName, Method, StatusCode, header};
use axum::response::IntoResponse;
use vatra_core::digest::Digest;

const OCI_SUBJECT: HeaderName = HeaderName::from_static("oci-subject");

impl Call<'_> {
    pub(super) async fn manifest(&self, repository: &Repository, pointer: &Pointer, body: Body) -> Answer {
        match self.parts.method {
            Method::PUT => self.put_manifest(repository, pointer, body).await,
            Method::DELETE => {
                let was_there = self.store().delete_manifest(repository, pointer).await?;
                let unknown = || Failure::missing(Code::ManifestUnknown, format!("{repository} has no manifest {pointer}"));
                was_there.then(|| StatusCode::ACCEPTED.into_response()).ok_or_else(unknown)
            }
            _ => self.get_manifest(repository, pointer).await,
        }
    }

    async fn get_manifest(&self, repository: &Repository, pointer: &Pointer) -> Answer {
        let stored = self.store().manifest(repository, pointer).await?;
        let stored = stored.ok_or_else(|| Failure::missing(Code::ManifestUnknown, format!("{repository} has no manifest {pointer}")))?;
        let digest = stored.digest.to_string();
        let tag = format!("\"{digest}\"");
        let about = headers([
            (CONTENT_DIGEST, &digest),
            (header::ETAG, &tag),
            (header::CONTENT_TYPE, &stored.media_type),
            (header::CONTENT_LENGTH, &stored.bytes.len().to_string()),
        ]);
        if self.header(&header::IF_NONE_MATCH).is_some_and(|known| known == tag) {
            let about = headers([(CONTENT_DIGEST, &digest), (header::ETAG, &tag)]);
            return Ok((StatusCode::NOT_MODIFIED, about).into_response());
        }
        let body = if self.parts.method == Method::HEAD { Body::empty() } else { Body::from(stored.bytes) };
        Ok((about, body).into_response())
    }

    async fn put_manifest(&self, repository: &Repository, pointer: &Pointer, body: Body) -> Answer {
        let most = self.store().limits().manifest;
        let too_large = || {
            let message = format!("the manifest is larger than {most} bytes, which is the limit");
            Failure::new(StatusCode::PAYLOAD_TOO_LARGE, Code::SizeInvalid, message)
        };
        if self.content_length().is_some_and(|length| length > most as u64) {
            return Err(too_large());
        }
        let came = self.header(&header::CONTENT_TYPE).map(|came| came.split(';').next().unwrap_or_default().trim().to_owned());
        let came = came.ok_or_else(|| Failure::bad(Code::ManifestInvalid, "a manifest needs a Content-Type"))?;
        if let Some(why) = self.registry.settings.content.refuses_type(&came) {
            return Err(Failure::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, Code::Unsupported, why));
        }
        let (mut pieces, mut bytes) = (self.read(body), Vec::new());
        while let Some(piece) = pieces.next().await? {
            if bytes.len() + piece.len() > most {
                return Err(too_large());
            }
            bytes.extend_from_slice(&piece);
        }
        let manifest = Manifest::read(&bytes, &came).map_err(|error| Failure::bad(Code::ManifestInvalid, error.to_string()))?;
        if let Some(why) = self.registry.settings.content.refuses(&manifest) {
            return Err(Failure::bad(Code::ManifestInvalid, why));
        }
        let (digest, tag) = match pointer {
            Pointer::Tag(tag) => (Digest::of(&bytes), Some(tag.clone())),
            Pointer::Digest(digest) => {
                let actual = Digest::with(digest.algorithm(), &bytes);
                if actual != *digest {
                    let message = format!("the manifest's digest is {actual}, expected {digest}");
                    return Err(Failure::bad(Code::DigestInvalid, message));
                }
                (actual, None)
            }
        };
        let subject = manifest.subject.as_ref().map(|subject| subject.digest.to_string());
        self.store().put_manifest(repository, bytes, manifest, &came, &digest, tag).await?;
        let mut about =
            headers([(header::LOCATION, &format!("/v2/{repository}/manifests/{digest}")), (CONTENT_DIGEST, &digest.to_string())]);
        if let Some(subject) = subject {
            about.extend(headers([(OCI_SUBJECT, &subject)]));
        }
        Ok((StatusCode::CREATED, about).into_response())
    }
}
