//! The citizens' app: a page that phones install, its service worker, and the API ([`api`]) by which it loads modules at run time.
//!
//! The page holds nothing of anybody: it is the same for all, so that a phone may keep it. What is somebody's comes over the API, with the session
//! that signing in through MPass gave.

pub(crate) mod api;

use super::Web;
use super::visit::{Visit, page};
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::sync::LazyLock;
use vatra_view::pages::evo as pages;
use vatra_view::{assets, urls};

/// The app's page.
pub(crate) const APP: &str = "/evo";
/// What browsers install it by.
pub(crate) const MANIFEST: &str = "/evo/app.webmanifest";
/// What keeps it when there is no connection.
pub(crate) const WORKER: &str = "/evo/worker.js";

/// Whether an address is the app's page.
pub(crate) fn is_of_the_app(address: &str) -> bool {
    address == APP || address.strip_prefix(APP).is_some_and(|rest| rest.starts_with('?'))
}

/// Besides what every page may: a manifest and a worker of its own.
static POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    let policy = format!("{}; manifest-src 'self'; worker-src 'self'", assets::content_security_policy(&[]));
    HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static("default-src 'none'"))
});

/// `GET /evo?lang=…`: the app.
pub(crate) async fn shell(State(web): State<Web>, visit: Visit) -> Response {
    let key = web.app.list_key();
    let mut response = page(StatusCode::OK, pages::shell(visit.language, &key.id(), &key.public()));
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, POLICY.clone());
    response
}

/// `GET /evo/app.webmanifest?lang=…`
pub(crate) async fn manifest(visit: Visit) -> Response {
    let kind = HeaderValue::from_static("application/manifest+json");
    ([(header::CONTENT_TYPE, kind)], pages::manifest(visit.language)).into_response()
}

/// `GET /evo/worker.js`: with the addresses of what it keeps, so that a new build is a new worker.
pub(crate) async fn worker() -> Response {
    let text = pages::worker();
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/javascript; charset=utf-8")),
        (header::HeaderName::from_static("service-worker-allowed"), HeaderValue::from_static(APP)),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; connect-src 'self'")),
    ];
    (headers, text).into_response()
}

/// Where signing in begins that leads back to the app.
pub(crate) fn sign_in() -> String {
    urls::with_query("/signin", [("then", APP)])
}
