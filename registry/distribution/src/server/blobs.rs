//! `/v2/NAME/blobs/DIGEST`

use super::errors::{Code, Failure};
use super::{Answer, CONTENT_DIGEST, Call, headers};
use crate::names::Repository;
use axum::body::{Body, Bytes};
use axum::http::{Method, StatusCode, header};
use axum::response::IntoResponse;
use cap_std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use tokio::task::JoinHandle;
use vatra_core::digest::Digest;

/// What is read from the disk at once, in bytes.
const PIECE: usize = 512 << 10;

/// What a Range header asks of content of some size.
#[derive(Debug, PartialEq, Eq)]
enum Span {
    Whole,
    /// From the first of these to the last, both included.
    Part(u64, u64),
    Nothing,
}

/// More than one range, or what is no range, is answered with the whole, as HTTP allows.
fn span(range: Option<&str>, size: u64) -> Span {
    let Some((first, last)) = range.and_then(|range| range.strip_prefix("bytes=")).and_then(|range| range.split_once('-')) else {
        return Span::Whole;
    };
    let end = size.saturating_sub(1);
    match (first.trim().parse::<u64>(), last.trim().parse::<u64>()) {
        (Ok(first), Ok(last)) if first > last => Span::Whole,
        (Ok(first), _) if !last.trim().is_empty() && last.trim().parse::<u64>().is_err() => {
            let _ = first;
            Span::Whole
        }
        (Ok(first), last) if first < size => Span::Part(first, last.unwrap_or(end).min(end)),
        (Ok(_), _) => Span::Nothing,
        (Err(_), Ok(count)) if first.trim().is_empty() => match (count, size) {
            (0, _) | (_, 0) => Span::Nothing,
            _ => Span::Part(size.saturating_sub(count), end),
        },
        _ => Span::Whole,
    }
}

impl Call<'_> {
    pub(super) async fn blob(&self, repository: &Repository, digest: &Digest) -> Answer {
        if self.parts.method == Method::DELETE {
            self.store().unlink(repository, digest).await?;
            return Ok(StatusCode::ACCEPTED.into_response());
        }
        let found = self.store().blob(repository, digest).await?;
        let (file, size) = found.ok_or_else(|| Failure::missing(Code::BlobUnknown, format!("{repository} has no blob {digest}")))?;
        let tag = format!("\"{digest}\"");
        let digest = digest.to_string();
        let mut about = headers([
            (CONTENT_DIGEST, &digest),
            (header::ETAG, &tag),
            (header::ACCEPT_RANGES, "bytes"),
            (header::CONTENT_TYPE, "application/octet-stream"),
        ]);
        if self.header(&header::IF_NONE_MATCH).is_some_and(|known| known == tag) {
            about.remove(header::CONTENT_TYPE);
            return Ok((StatusCode::NOT_MODIFIED, about).into_response());
        }
        let head = self.parts.method == Method::HEAD;
        let range = if head { None } else { self.header(&header::RANGE) };
        let (status, first, length) = match span(range, size) {
            Span::Whole => (StatusCode::OK, 0, size),
            Span::Part(first, last) => {
                about.extend(headers([(header::CONTENT_RANGE, &format!("bytes {first}-{last}/{size}"))]));
                (StatusCode::PARTIAL_CONTENT, first, last - first + 1)
            }
            Span::Nothing => {
                let failure = Failure::new(StatusCode::RANGE_NOT_SATISFIABLE, Code::SizeInvalid, format!("the blob has {size} bytes"));
                return Err(failure.with(header::CONTENT_RANGE, super::value(&format!("bytes */{size}"))));
            }
        };
        about.extend(headers([(header::CONTENT_LENGTH, &length.to_string())]));
        let body = if head { Body::empty() } else { Body::from_stream(pieces(file, first, length)) };
        Ok((status, about, body).into_response())
    }
}

/// A file's content, the next piece read while the last one is sent. No thread waits for a slow client.
fn pieces(file: File, first: u64, length: u64) -> impl futures::Stream<Item = io::Result<Bytes>> + Send {
    type Reading = JoinHandle<io::Result<(File, Vec<u8>)>>;
    fn read(mut file: File, seek: Option<u64>, left: u64) -> Reading {
        tokio::task::spawn_blocking(move || {
            if let Some(seek) = seek {
                file.seek(SeekFrom::Start(seek))?;
            }
            let mut bytes = vec![0; PIECE.min(usize::try_from(left).unwrap_or(PIECE))];
            file.read_exact(&mut bytes)?;
            Ok((file, bytes))
        })
    }
    let begin = (length > 0).then(|| (read(file, Some(first), length), length));
    futures::stream::try_unfold(begin, |state| async {
        let Some((reading, left)) = state else { return Ok(None) };
        let (file, bytes) = reading.await.unwrap_or_else(|error| Err(io::Error::other(error)))?;
        let left = left.saturating_sub(bytes.len() as u64);
        let next = (left > 0).then(|| (read(file, None, left), left));
        Ok(Some((Bytes::from(bytes), next)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_those_of_http() {
        for (range, expected) in [
            ("bytes=0-0", Span::Part(0, 0)),
            ("bytes=2-", Span::Part(2, 9)),
            ("bytes=2-5", Span::Part(2, 5)),
            ("bytes=2-500", Span::Part(2, 9)),
            ("bytes=-3", Span::Part(7, 9)),
            ("bytes=-300", Span::Part(0, 9)),
            ("bytes=10-", Span::Nothing),
            ("bytes=-0", Span::Nothing),
            ("bytes=5-2", Span::Whole),
            ("bytes=1-x", Span::Whole),
            ("bytes=0-1,4-5", Span::Whole),
            ("lines=0-1", Span::Whole),
            ("bytes=-", Span::Whole),
            ("bytes=99999999999999999999-", Span::Whole),
        ] {
            assert_eq!(span(Some(range), 10), expected, "{range}");
        }
        assert_eq!(span(None, 10), Span::Whole);
        assert_eq!(span(Some("bytes=0-"), 0), Span::Nothing);
    }
}
