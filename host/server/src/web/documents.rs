//! Documents: downloaded by officials, checked by anyone.

use super::Web;
use super::refusal::Refusal;
use super::screens::Place;
use super::seat::Seat;
use super::visit::{Visit, page, see};
use crate::app::DocumentFile;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::time::Duration;
use tokio::sync::Semaphore;
use tower_sessions::Session;
use vatra_core::documents::code;
use vatra_view::pages::check::{self, Checked};
use vatra_view::{Frame, urls};

/// Where codes are typed.
pub(crate) const CHECK: &str = "/check";
/// So many codes that do not exist are answered in a [`PAUSE`]: with 2^60 codes nobody finds one by trying.
const GUESSES: usize = 16;
pub(super) const PAUSE: Duration = Duration::from_secs(1);

/// See [`GUESSES`].
pub(crate) fn guesses() -> Semaphore {
    Semaphore::new(GUESSES)
}

/// `GET /{tenant}/{module}/documents/{document}`: the bytes of the last version.
pub(crate) async fn download(
    State(web): State<Web>,
    visit: Visit,
    session: Session,
    Path((tenant, module, document)): Path<(String, String, String)>,
) -> Result<Response, Refusal> {
    let place = Place::enter(&web, &visit, &session, &tenant, &module).await?;
    let found = web.app.document(&place.ctx, &place.ready.binding, &document).await.map_err(|error| place.refusal(&visit, error))?;
    Ok(given(&visit, &place.seat, found))
}

/// The file, or a page that looks again while it is being made.
pub(crate) fn given(visit: &Visit, seat: &Seat, found: Option<DocumentFile>) -> Response {
    let Some(file) = found else {
        let mut response = page(StatusCode::ACCEPTED, vatra_view::pages::wait(&seat.frame(visit, None), "document-wait"));
        response.headers_mut().insert(header::REFRESH, HeaderValue::from_static("2"));
        return response;
    };
    sent(file)
}

/// A file as a download.
pub(crate) fn sent(file: DocumentFile) -> Response {
    let plain: String = file.name.chars().map(|c| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '_' }).collect();
    let disposition = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{}", urls::encode(&file.name));
    let kind = HeaderValue::from_str(&file.media_type).unwrap_or(HeaderValue::from_static("application/octet-stream"));
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_DISPOSITION, HeaderValue::from_str(&disposition).unwrap_or(HeaderValue::from_static("attachment"))),
        // Whatever a browser makes of it: nothing of the portal's.
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox")),
    ];
    (headers, file.bytes).into_response()
}

/// `GET /check?code=…`: asks for a code, or leads to what was typed.
pub(crate) async fn ask(State(web): State<Web>, visit: Visit) -> Result<Response, Refusal> {
    match visit.asked("code").map(str::trim).filter(|typed| !typed.is_empty()) {
        None => Ok(shown(&visit, StatusCode::OK, "", &Checked::Nothing)),
        Some(typed) => match code::typed(typed) {
            Some(code) => Ok(see(&format!("{CHECK}/{code}"))),
            None => unknown(&web, &visit, typed).await,
        },
    }
}

/// `GET /check/{code}`: whether the document with this code is genuine and holds.
pub(crate) async fn check(State(web): State<Web>, visit: Visit, Path(typed): Path<String>) -> Result<Response, Refusal> {
    let found = match code::typed(&typed) {
        Some(code) => web.app.check_document(&code, visit.language).await.map_err(|error| Refusal::host(&visit, error))?,
        None => None,
    };
    match found {
        Some(verdict) => Ok(shown(&visit, StatusCode::OK, &typed, &Checked::Found(Box::new(verdict)))),
        None => unknown(&web, &visit, &typed).await,
    }
}

/// The same for every code that nobody was given, however it is written, and not at once.
async fn unknown(web: &Web, visit: &Visit, typed: &str) -> Result<Response, Refusal> {
    let Ok(_place) = web.guesses.try_acquire() else {
        let mut response = shown(visit, StatusCode::TOO_MANY_REQUESTS, typed, &Checked::Busy);
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("60"));
        return Ok(response);
    };
    tokio::time::sleep(PAUSE).await;
    Ok(shown(visit, StatusCode::NOT_FOUND, typed, &Checked::Unknown))
}

fn shown(visit: &Visit, status: StatusCode, typed: &str, checked: &Checked) -> Response {
    let frame = Frame { language: visit.language, tenant: None, path: &visit.path, query: &visit.query, reader: None, flash: None };
    let typed: String = typed.chars().take(40).collect();
    page(status, check::check(&frame, CHECK, &typed, checked))
}
