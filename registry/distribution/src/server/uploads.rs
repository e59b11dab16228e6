//! `/v2/NAME/blobs/uploads/…`

use super::auth::Action;
use super::errors::{Code, Failure};
use super::{Answer, CONTENT_DIGEST, Call, headers};
use crate::names::Repository;
use crate::store::{Entered, UploadError};
use axum::body::Body;
use axum::http::{HeaderName, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tokio::task::JoinHandle;
use uuid::Uuid;
use vatra_core::digest::Digest;

const UPLOAD_UUID: HeaderName = HeaderName::from_static("docker-upload-uuid");

/// What is written to the disk at once, in bytes: the next is received meanwhile, so that an upload holds twice as much.
const BATCH: usize = 1 << 20;

/// Where a chunk says it belongs: its first byte and its length.
#[derive(Clone, Copy)]
struct Chunk {
    begins: u64,
    length: u64,
}

fn location(repository: &Repository, id: Uuid) -> String {
    format!("/v2/{repository}/blobs/uploads/{id}")
}

/// How far an upload has come. The specification has no word for nothing; clients know `0-0`.
fn progress(status: StatusCode, repository: &Repository, id: Uuid, size: u64) -> Response {
    let range = format!("0-{}", size.saturating_sub(1));
    let about = headers([(header::LOCATION, &location(repository, id)), (header::RANGE, &range), (UPLOAD_UUID, &id.to_string())]);
    (status, about).into_response()
}

/// That the repository has a blob now.
fn created(repository: &Repository, digest: &Digest) -> Response {
    let about = headers([(header::LOCATION, &format!("/v2/{repository}/blobs/{digest}")), (CONTENT_DIGEST, &digest.to_string())]);
    (StatusCode::CREATED, about).into_response()
}

impl Call<'_> {
    fn owner(&self) -> Option<&str> {
        self.who.as_ref().map(|who| who.0.as_str())
    }

    fn digest_asked(&self, name: &str) -> Result<Option<Digest>, Failure> {
        let read = |text: &String| text.parse().map_err(|error| Failure::bad(Code::DigestInvalid, format!("{name}: {error}")));
        self.query.get(name).map(read).transpose()
    }

    /// `POST …/uploads/`: with `digest` the whole blob at once, with `mount` another repository's, otherwise the beginning of an upload.
    pub(super) async fn begin(&self, repository: &Repository, body: Body) -> Answer {
        let digest = self.digest_asked("digest")?;
        if let (Some(mount), Some(from)) = (self.digest_asked("mount")?, self.query.get("from")) {
            let from: Repository = from.parse()?;
            // Whoever may not pull from there learns nothing: it goes on as if that repository did not have the blob.
            let may = self.registry.door.may(self.who.as_ref(), &from, Action::Pull).await;
            if may && self.store().mount(&from, repository, &mount).await? {
                return Ok(created(repository, &mount));
            }
        }
        let (id, entered) = self.store().begin(repository, self.owner()).await?;
        let Some(digest) = digest else {
            return Ok(progress(StatusCode::ACCEPTED, repository, id, entered.size()));
        };
        // Whoever sends all at once knows no upload to go on with: what does not end well is over.
        self.receive(entered.fleeting(), body, None).await?.finish(repository, &digest).await?;
        Ok(created(repository, &digest))
    }

    pub(super) async fn upload(&self, repository: &Repository, id: Uuid, body: Body) -> Answer {
        let entered = self.store().enter(id, repository, self.owner()).await?;
        match self.parts.method {
            Method::PATCH => {
                let chunk = self.chunk(&entered)?;
                let entered = self.receive(entered, body, chunk).await?.note().await?;
                Ok(progress(StatusCode::ACCEPTED, repository, id, entered.size()))
            }
            Method::PUT => {
                let digest = self.digest_asked("digest")?;
                let digest = digest.ok_or_else(|| Failure::bad(Code::DigestInvalid, "the last request of an upload needs ?digest="))?;
                let chunk = self.chunk(&entered)?;
                self.receive(entered, body, chunk).await?.finish(repository, &digest).await?;
                Ok(created(repository, &digest))
            }
            Method::DELETE => {
                entered.cancel().await?;
                Ok(StatusCode::NO_CONTENT.into_response())
            }
            _ => Ok(progress(StatusCode::NO_CONTENT, repository, id, entered.size())),
        }
    }

    /// Where the chunk belongs, if it says so: right behind what is there, as long as the body, or it is refused before it is read.
    fn chunk(&self, entered: &Entered) -> Result<Option<Chunk>, Failure> {
        let Some(range) = self.parts.headers.get(header::CONTENT_RANGE) else { return Ok(None) };
        let numbers = range.to_str().ok().and_then(|range| range.split_once('-'));
        let numbers = numbers.and_then(|(first, last)| Some((first.parse::<u64>().ok()?, last.parse::<u64>().ok()?)));
        let Some((begins, last)) = numbers.filter(|(first, last)| first <= last && *last < u64::MAX) else {
            return Err(Failure::bad(Code::BlobUploadInvalid, "Content-Range is not two numbers, as 0-1023, the second not smaller"));
        };
        let (length, has) = (last - begins + 1, entered.size());
        if begins != has {
            return Err(UploadError::OutOfOrder { begins, has }.into());
        }
        if let Some(actual) = self.content_length().filter(|actual| *actual != length) {
            return Err(UploadError::Length { said: length, actual }.into());
        }
        Ok(Some(Chunk { begins, length }))
    }

    /// Writes the body behind what is there. Of a chunk that is not as long as it says nothing is kept; of one whose connection breaks,
    /// what came.
    async fn receive(&self, mut entered: Entered, body: Body, chunk: Option<Chunk>) -> Result<Entered, Failure> {
        let most = self.store().limits().blob;
        if self.content_length().is_some_and(|length| entered.size().saturating_add(length) > most) {
            entered.cancel().await?;
            return Err(UploadError::TooLarge(most).into());
        }
        let mark = entered.mark()?;
        let mut pieces = self.read(body);
        let (mut writer, mut batch, mut waiting, mut received) = (Writer::Idle(entered), Vec::new(), 0, 0_u64);
        let broken = loop {
            let piece = match pieces.next().await {
                Ok(Some(piece)) => piece,
                Ok(None) => break None,
                Err(failure) => break Some(failure),
            };
            received += piece.len() as u64;
            if chunk.is_some_and(|chunk| received > chunk.length) {
                break None;
            }
            waiting += piece.len();
            batch.push(piece);
            if waiting >= BATCH {
                writer = Writer::Busy(tokio::spawn(writer.rest().await?.write(std::mem::take(&mut batch))));
                waiting = 0;
            }
        };
        let entered = writer.rest().await?.write(batch).await?;
        if let Some(failure) = broken {
            entered.note().await?;
            return Err(failure);
        }
        match chunk {
            Some(Chunk { begins, length }) if received != length => {
                let entered = entered.back(mark).await?;
                debug_assert_eq!(entered.size(), begins, "an upload goes back to where the chunk began");
                Err(UploadError::Length { said: length, actual: received }.into())
            }
            _ => Ok(entered),
        }
    }
}

/// An upload, or a batch of it being written. Were the request dropped, that batch would still be written whole.
enum Writer {
    Idle(Entered),
    Busy(JoinHandle<Result<Entered, UploadError>>),
}

impl Writer {
    async fn rest(self) -> Result<Entered, UploadError> {
        match self {
            Self::Idle(entered) => Ok(entered),
            Self::Busy(writing) => writing.await.unwrap_or_else(|error| Err(std::io::Error::other(error).into())),
        }
    }
}
