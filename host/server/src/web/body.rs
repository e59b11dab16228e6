//! Reading what a form sent, up to a limit and no further; and answering someone who is still sending.

use axum::body::{Body, BodyDataStream, Bytes};
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Request};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use futures::{StreamExt, stream};
use std::time::Duration;
use tokio::io::AsyncReadExt;
use vatra_runtime::File;
use vatra_view::urls;

/// Bytes of a form's files together, as people are told: 20 MiB.
const FILES: usize = 20 * 1024 * 1024;
/// And of everything else in it.
const REST: usize = 256 * 1024;
/// Fields of a form.
const FIELDS: usize = 10_000;
/// Between two pieces of a body.
const PAUSE: Duration = Duration::from_secs(30);
/// For a whole body.
const WHOLE: Duration = Duration::from_secs(600);
/// Bytes of a refused body that are read and thrown away, so that a browser which sends first and reads later sees the page.
const DISCARDED: usize = 1024 * 1024 * 1024;

/// What a form sent.
#[derive(Default)]
pub(crate) struct Sent {
    pub(crate) fields: urls::Pairs,
    pub(crate) files: Vec<File>,
}

/// Why a form could not be read.
pub(crate) enum Unread {
    /// With what still comes.
    TooLarge(Box<BodyDataStream>),
    Slow,
    /// 400, or 415 for an unknown format.
    Bad(StatusCode),
}

impl Sent {
    /// The first field of this name; empty when there is none.
    pub(crate) fn field(&self, name: &str) -> &str {
        self.fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }
}

/// Bytes of a message of MPass: a signed one is some ten thousand.
const MESSAGE: usize = 512 * 1024;

/// Reads what MPass posts through somebody's browser.
///
/// # Errors
/// The status to refuse it with.
pub(crate) async fn message(headers: &HeaderMap, body: Body) -> Result<Sent, StatusCode> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default().to_ascii_lowercase();
    if !kind.starts_with("application/x-www-form-urlencoded") {
        return Err(StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    let reading = tokio::time::timeout(PAUSE, axum::body::to_bytes(body, MESSAGE));
    let bytes = reading.await.map_err(|_| StatusCode::REQUEST_TIMEOUT)?.map_err(|_| StatusCode::PAYLOAD_TOO_LARGE)?;
    let text = std::str::from_utf8(&bytes).map_err(|_| StatusCode::BAD_REQUEST)?;
    Ok(Sent { fields: urls::parse_query(text), files: Vec::new() })
}

/// Reads a form, urlencoded or multipart.
pub(crate) async fn read(headers: &HeaderMap, body: Body) -> Result<Sent, Unread> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default().to_ascii_lowercase();
    let multipart = kind.starts_with("multipart/form-data");
    if !multipart && !kind.starts_with("application/x-www-form-urlencoded") {
        return Err(Unread::Bad(StatusCode::UNSUPPORTED_MEDIA_TYPE));
    }
    let bytes = whole(headers, body).await?;
    if multipart {
        return parts(headers, bytes).await;
    }
    let text = String::from_utf8(bytes).map_err(|_| Unread::Bad(StatusCode::BAD_REQUEST))?;
    let fields = urls::parse_query(&text);
    if fields.len() > FIELDS {
        return Err(Unread::Bad(StatusCode::BAD_REQUEST));
    }
    Ok(Sent { fields, files: Vec::new() })
}

async fn whole(headers: &HeaderMap, body: Body) -> Result<Vec<u8>, Unread> {
    let limit = FILES + REST;
    let mut stream = body.into_data_stream();
    let length = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()).and_then(|text| text.parse::<u64>().ok());
    if length.is_some_and(|length| length > limit as u64) {
        return Err(Unread::TooLarge(Box::new(stream)));
    }
    let mut bytes = Vec::with_capacity(length.unwrap_or_default().min(1024 * 1024) as usize);
    let reading = async {
        loop {
            match tokio::time::timeout(PAUSE, stream.next()).await {
                Err(_) => return Err(Unread::Slow),
                Ok(None) => return Ok(true),
                Ok(Some(Err(_))) => return Err(Unread::Bad(StatusCode::BAD_REQUEST)),
                Ok(Some(Ok(piece))) if bytes.len() + piece.len() > limit => return Ok(false),
                Ok(Some(Ok(piece))) => bytes.extend_from_slice(&piece),
            }
        }
    };
    match tokio::time::timeout(WHOLE, reading).await {
        Err(_) => Err(Unread::Slow),
        Ok(Err(unread)) => Err(unread),
        Ok(Ok(true)) => Ok(bytes),
        Ok(Ok(false)) => Err(Unread::TooLarge(Box::new(stream))),
    }
}

async fn parts(headers: &HeaderMap, bytes: Vec<u8>) -> Result<Sent, Unread> {
    let bad = |_| Unread::Bad(StatusCode::BAD_REQUEST);
    let mut request = Request::new(Body::from(bytes));
    request.headers_mut().extend(headers.get(header::CONTENT_TYPE).cloned().map(|kind| (header::CONTENT_TYPE, kind)));
    // The limit has been kept already.
    DefaultBodyLimit::disable().apply(&mut request);
    let mut form = Multipart::from_request(request, &()).await.map_err(|_| Unread::Bad(StatusCode::BAD_REQUEST))?;
    let mut sent = Sent::default();
    while let Some(field) = form.next_field().await.map_err(bad)? {
        if sent.fields.len() + sent.files.len() >= FIELDS {
            return Err(Unread::Bad(StatusCode::BAD_REQUEST));
        }
        let input = field.name().unwrap_or_default().to_owned();
        match field.file_name().map(base_name) {
            Some(name) => sent.files.push(File { input, name, bytes: field.bytes().await.map_err(bad)?.to_vec(), mapping: None }),
            None => sent.fields.push((input, field.text().await.map_err(bad)?)),
        }
    }
    Ok(sent)
}

/// Some browsers send a whole path.
fn base_name(name: &str) -> String {
    name.rsplit(['/', '\\']).next().unwrap_or_default().chars().filter(|c| !c.is_control()).take(200).collect()
}

/// Bytes of a file that are sent at once.
const PIECE: usize = 64 * 1024;

/// A file as it is read.
pub(crate) fn file(file: std::fs::File) -> Body {
    let pieces = stream::unfold(tokio::fs::File::from_std(file), |mut file| async {
        let mut piece = vec![0; PIECE];
        match file.read(&mut piece).await {
            Ok(0) => None,
            Ok(read) => {
                piece.truncate(read);
                Some((Ok(Bytes::from(piece)), file))
            }
            Err(error) => Some((Err(error), file)),
        }
    });
    Body::from_stream(pieces)
}

/// Answers at once and throws away what still comes: a connection closed while someone is sending shows them no page at all.
pub(crate) fn linger(headers: &HeaderMap, response: Response, rest: BodyDataStream) -> Response {
    // Whoever waits for `100 Continue` has not begun to send.
    if headers.contains_key(header::EXPECT) {
        return response;
    }
    let (mut parts, page) = response.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    let silence = stream::once(discard(rest)).filter_map(|()| async { None::<Result<Bytes, axum::Error>> });
    Response::from_parts(parts, Body::from_stream(page.into_data_stream().chain(silence)))
}

async fn discard(mut rest: BodyDataStream) {
    let mut read = 0;
    let reading = async {
        while let Ok(Some(Ok(piece))) = tokio::time::timeout(Duration::from_secs(5), rest.next()).await {
            read += piece.len();
            if read > DISCARDED {
                break;
            }
        }
    };
    let _ = tokio::time::timeout(Duration::from_secs(60), reading).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(kind: &str) -> HeaderMap {
        [(header::CONTENT_TYPE, HeaderValue::from_str(kind).unwrap())].into_iter().collect()
    }

    #[tokio::test]
    async fn a_path_is_not_a_file_s_name() {
        let body = "--x\r\nContent-Disposition: form-data; name=\"roll\"; filename=\"C:\\\\a\\\\b.csv\"\r\n\r\n1;2\r\n--x\r\n\
                    Content-Disposition: form-data; name=\"note\"\r\n\r\nș\r\n--x--\r\n";
        let Ok(sent) = read(&form("multipart/form-data; boundary=x"), Body::from(body)).await else { panic!("unread") };
        assert_eq!(sent.fields, vec![("note".to_owned(), "ș".to_owned())]);
        assert_eq!(sent.files.first().map(|file| (file.name.as_str(), file.bytes.as_slice())), Some(("b.csv", b"1;2".as_slice())));
    }

    #[tokio::test]
    async fn a_body_of_unknown_length_is_read_up_to_the_limit() {
        let endless = stream::repeat_with(|| Ok::<_, std::io::Error>(Bytes::from(vec![b'a'; 1024 * 1024])));
        let outcome = read(&form("application/x-www-form-urlencoded"), Body::from_stream(endless)).await;
        assert!(matches!(outcome, Err(Unread::TooLarge(_))));
    }

    #[tokio::test]
    async fn broken_forms_are_refused() {
        for (kind, body, status) in [
            ("application/json", "{}", 415),
            ("multipart/form-data", "x", 400),
            ("multipart/form-data; boundary=x", "--x\r\nContent-Disp", 400),
        ] {
            let outcome = read(&form(kind), Body::from(body)).await;
            assert!(matches!(outcome, Err(Unread::Bad(found)) if found.as_u16() == status), "{kind}");
        }
    }
}
