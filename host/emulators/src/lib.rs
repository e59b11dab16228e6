//! Counterparts of the government services, with pages and fault switches.
//!
//! Each service has a folder of its own. [`mconnect`], [`events`], [`mpower`], [`mnotify`] and [`mlog`] have an *API* face: the published protocol
//! over mutual TLS ([`tls::serve`]), beneath an address of their own each (`/mconnect`, `/mconnect-events`, `/mpower`, `/mnotify`, `/mlog`). [`mpass`]
//! and [`mpay`] stand in the host's process behind the traits of [`vatra_core::providers`]. Pages are for browsers, in the portal under `/emulators/`.
//!
//! All know the same invented [`population`], and all can be told to misbehave ([`fault`]). `contract` (feature `testing`) holds what any client must do,
//! against an emulator or a real endpoint.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::header;
use axum::middleware;
use axum::routing::get;

#[cfg(any(test, feature = "testing"))]
pub mod contract;
pub mod events;
pub mod fault;
pub mod mconnect;
pub mod mlog;
pub mod mnotify;
pub mod mpass;
pub mod mpay;
pub mod mpower;
pub mod population;
mod text;
pub mod tls;
mod web;

#[cfg(test)]
mod tests;

/// No form of the emulators comes near this, in bytes.
const LARGEST_FORM: usize = 16 * 1024;

/// All pages, under `/emulators/`: merge it into the portal's router. [`mpay::Emulator::connect`] gives it its order desk.
///
/// The pages carry their own `Content-Security-Policy` (no script, no inline style) and need no session. Whether a POST comes from
/// the portal's own pages is the server's business.
pub fn router(mpass: mpass::Emulator, mpay: mpay::Emulator) -> Router {
    let routes = Router::new().merge(mpass::routes(mpass)).merge(mpay::routes(mpay));
    pages(routes.route(web::STYLESHEET, get(stylesheet)))
}

/// Pages as all emulators' are served.
pub(crate) fn pages(routes: Router) -> Router {
    routes.layer(DefaultBodyLimit::max(LARGEST_FORM)).layer(middleware::from_fn(web::around))
}

async fn stylesheet() -> impl axum::response::IntoResponse {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "public, max-age=300")], include_str!("emulators.css"))
}
