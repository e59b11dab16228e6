//! MPass, emulated: the service that says who has signed in.
//!
//! The real one speaks SAML 2.0: the portal sends a signed AuthnRequest, MPass posts a signed Response back. Here the request is
//! registered by [`Emulator::begin`](IdentityProvider::begin) under a random handle (`SAMLRequest`), so that only requests of this very
//! portal are answered; the answer (`SAMLResponse`) is a random 256-bit reference to a [`Response`] that the emulator keeps. It is good once, for one
//! request, for ten minutes.
//!
//! One thing differs in the browser: MPass posts its answer with a form that a script sends. Scripts may be off here, so the person's
//! button answers `303 See Other` to the return path with `SAMLResponse` and `RelayState` in the query (SAML's redirect binding). The
//! return path must answer GET. `RelayState` is the request's id.
//!
//! Single logout is not emulated yet.

mod pages;
mod people;
mod response;
mod text;

#[cfg(test)]
mod tests;

pub use people::{Identity, People, Person};
pub use response::Fault;

use crate::web;
use async_trait::async_trait;
use response::Response;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use vatra_core::clock::{Clock, Instant};
use vatra_core::providers::{IdentityProvider, ProviderError, SignedIn};

pub(crate) use pages::routes;

/// Where its pages are.
pub const BASE: &str = "/emulators/mpass";

/// How long a request waits for its person, and an answer for the portal, in seconds (MPass: IssueInstant ± 10 minutes).
pub const LIFETIME: i64 = 600;

/// Requests and answers kept at most, each; the oldest go first.
const KEPT: usize = 10_000;

/// The emulator. Clones are the same service.
#[derive(Clone)]
pub struct Emulator {
    inner: Arc<Inner>,
}

struct Inner {
    people: Arc<dyn People>,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// By handle.
    requests: HashMap<String, Request>,
    /// By what the browser carries.
    responses: HashMap<String, Response>,
    fault: Option<Fault>,
}

/// A sign-in that the portal began (AuthnRequest).
#[derive(Clone)]
struct Request {
    id: String,
    return_path: String,
    issue_instant: Instant,
}

/// What the browser carries back to the portal.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reply {
    /// Where it goes: the return path with both fields in its query.
    pub location: String,
    /// `SAMLResponse`.
    pub saml_response: String,
    /// `RelayState`: the request's id.
    pub relay_state: String,
}

fn refused(cause: impl Into<String>) -> ProviderError {
    ProviderError::Refused { service: "MPass", cause: cause.into() }
}

impl Emulator {
    /// An emulator whose list of people comes live from `people`.
    pub fn new(people: Arc<dyn People>, clock: Arc<dyn Clock>) -> Self {
        Self { inner: Arc::new(Inner { people, clock, state: Mutex::default() }) }
    }

    /// From now on every answer has this fault, until told otherwise; the page's own switch goes before it.
    pub fn set_fault(&self, fault: Option<Fault>) {
        self.state().fault = fault;
    }

    /// Does what the page does when someone presses a button: answers the sign-in that `login` (from [`IdentityProvider::begin`]) stands for.
    ///
    /// # Errors
    /// When nobody registered such a request, or it is older than [`LIFETIME`] or was answered and completed.
    pub fn answer(&self, login: &str, who: &Identity, fault: Option<Fault>) -> Result<Reply, ProviderError> {
        let handle = login.split(['?', '&']).find_map(|pair| pair.strip_prefix("SAMLRequest=")).unwrap_or_default();
        self.answer_handle(handle, who, fault)
    }

    fn answer_handle(&self, handle: &str, who: &Identity, fault: Option<Fault>) -> Result<Reply, ProviderError> {
        let now = self.inner.clock.now();
        let mut state = self.state();
        state.forget(now);
        let request = state.requests.get(handle).cloned().ok_or_else(|| refused("the sign-in request is unknown"))?;
        let fault = fault.or(state.fault);
        let saml_response = web::token();
        state.responses.insert(saml_response.clone(), Response::new(&request.id, who, now, fault));
        let fields = [("SAMLResponse", saml_response.as_str()), ("RelayState", request.id.as_str())];
        Ok(Reply { location: web::with_query(&request.return_path, &fields), saml_response, relay_state: request.id })
    }

    /// Whether a request of this portal waits under the handle.
    fn knows(&self, handle: &str) -> bool {
        let now = self.inner.clock.now();
        let mut state = self.state();
        state.forget(now);
        state.requests.contains_key(handle)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.inner.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Drops what has grown old, and the oldest of what is too many.
    fn forget(&mut self, now: Instant) {
        self.requests.retain(|_, request| now < request.issue_instant.plus_seconds(LIFETIME));
        // Expired answers stay as long again, so that a late one is told apart from an invented one.
        self.responses.retain(|_, response| now < response.issue_instant.plus_seconds(2 * LIFETIME));
        drop_oldest(&mut self.requests, |request| request.issue_instant);
        drop_oldest(&mut self.responses, |response| response.issue_instant);
    }
}

/// Makes room for one more.
fn drop_oldest<T>(kept: &mut HashMap<String, T>, age: impl Fn(&T) -> Instant) {
    while kept.len() >= KEPT {
        let Some(oldest) = kept.iter().min_by_key(|(_, each)| age(each)).map(|(key, _)| key.clone()) else { return };
        kept.remove(&oldest);
    }
}

/// A SAML ID that fits into RelayState (80 bytes) and needs no escaping anywhere.
fn is_request_id(text: &str) -> bool {
    (1..=80).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'))
}

#[async_trait]
impl IdentityProvider for Emulator {
    async fn begin(&self, request: &str, return_path: &str) -> Result<String, ProviderError> {
        if !is_request_id(request) {
            return Err(refused("a request's id has 1 to 80 letters, digits, '_', '-' or '.'"));
        }
        if !web::is_local_path(return_path) {
            return Err(refused("the return path is not one of this portal: it must begin with a single '/'"));
        }
        let now = self.inner.clock.now();
        let handle = web::token();
        let mut state = self.state();
        state.forget(now);
        state.requests.insert(handle.clone(), Request { id: request.to_owned(), return_path: return_path.to_owned(), issue_instant: now });
        Ok(web::with_query(&pages::login_path(), &[("SAMLRequest", &handle)]))
    }

    async fn complete(&self, request: &str, response: &str) -> Result<SignedIn, ProviderError> {
        let now = self.inner.clock.now();
        let mut state = self.state();
        let answer = state.responses.get_mut(response).ok_or_else(|| refused("the response was not made by MPass"))?;
        let signed_in = answer.accept(request, now).map_err(refused)?;
        state.requests.retain(|_, each| each.id != request);
        Ok(signed_in)
    }
}
