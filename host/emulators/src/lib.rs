//! Counterparts of the government services, with pages and fault switches.
//!
//! Each service has a folder of its own: [`mpass`] signs people in, [`mpay`] takes payments, [`msign`] signs documents. They speak the services' own protocols from the other
//! side, so that a demo needs nobody's permission and tests can make a service misbehave. A [`House`] is all of them together. `contract` (feature `testing`) holds what a client
//! must do, whoever it speaks to.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::header;
use axum::middleware;
use axum::routing::get;

#[cfg(any(test, feature = "testing"))]
pub mod contract;
pub mod events;
pub mod fault;
mod house;
pub mod mconnect;
pub mod mlog;
pub mod mnotify;
pub mod mpass;
pub mod mpay;
pub mod mpower;
pub mod msign;
pub mod population;
mod text;
pub mod tls;
mod web;

pub use house::{Controlled, House, NotOpened, SERVICES};

#[cfg(test)]
mod tests;

/// No form of the emulators comes near this, in bytes: a signed message is the longest.
const LARGEST_FORM: usize = 64 * 1024;

/// The style sheet of all pages, to be served beside them.
pub fn assets() -> Router {
    pages(Router::new().route(web::STYLESHEET, get(stylesheet)))
}

/// Pages as all emulators' are served: with their own `Content-Security-Policy` (no script, no inline style), needing no session. Whether a POST comes
/// from the portal's own pages is the server's business.
pub(crate) fn pages(routes: Router) -> Router {
    routes.layer(DefaultBodyLimit::max(LARGEST_FORM)).layer(middleware::from_fn(web::around))
}

async fn stylesheet() -> impl axum::response::IntoResponse {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "public, max-age=300")], include_str!("emulators.css"))
}
