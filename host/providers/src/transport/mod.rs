//! HTTPS towards a service: mutual TLS with the system certificate, a limit on time, on requests at once and on tries, and no requests for a while to
//! a service that does not answer. Nothing here knows what is being said.
//!
//! Every service has a [`Client`] of its own, all share one [`System`]. A service that is down costs its own callers a plain [`Failure`] and
//! nobody else anything.

mod breaker;
mod client;
mod failure;
mod system;
mod tls;
mod watched;

pub use breaker::{Breaker, Open, Pass, Standing};
pub use client::{Answer, Call, Client, Health, Style};
pub use failure::{Failure, Fate};
pub use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
pub use reqwest::{Method, StatusCode, header};
pub use system::{Authorities, CertificateFacts, Pinned, System};
pub use watched::{Looked, Reloads, Unusable, keep_fresh};
