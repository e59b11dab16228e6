//! MPass, emulated: the service that says who has signed in.
//!
//! An identity provider of SAML 2.0 with the HTTP-POST binding, as MPass publishes it: `/login/saml`, `/logout/saml` and `/meta/saml` beneath
//! [`BASE`]. It knows the service providers whose metadata was [registered](Emulator::register), takes their signed requests, lets a person choose
//! who they are and by which method they prove it, and posts a signed answer back. There is no script: where MPass's pages send a form by
//! themselves, here a person presses a button.
//!
//! It remembers whom it has signed in, so that single logout works from both sides; all of that in memory, which ends with the process.

mod answer;
mod api;
mod fault;
mod logout;
mod pages;
mod people;
mod sessions;
mod steps;
mod text;

#[cfg(test)]
mod tests;

pub use api::Client;
pub use fault::Fault;
pub use people::{Identity, People, Person};

use crate::fault::{Emulated, Switches};
use crate::web;
use answer::Begun;
use axum::Router;
use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use vatra_core::clock::{Clock, Instant};
use vatra_core::providers::{Posting, ProviderError, SignInMethod};
use vatra_pki::authority::{Authority, Subject};
use vatra_xmlsec::saml::{self, Descriptor, Expected, Partner, Role, Rules};
use vatra_xmlsec::xml::{Limits, Xml};
use vatra_xmlsec::{Accepts, Certificate, Memory, Pinned, Policy, Refusal, SigningKey};

/// Where its pages are.
pub const BASE: &str = "/emulators/mpass";

/// How long a request waits for its person, in seconds (MPass: IssueInstant ± 10 minutes).
pub const LIFETIME: i64 = 600;

/// Requests and sessions kept at most, each; the oldest go first.
const KEPT: usize = 10_000;

/// The emulator. Clones are the same service.
#[derive(Clone)]
pub struct Emulator {
    inner: Arc<Inner>,
}

struct Inner {
    people: Arc<dyn People>,
    clock: Arc<dyn Clock>,
    /// The portal's address, under which the pages are.
    site: String,
    key: Arc<SigningKey>,
    stranger: OnceLock<SigningKey>,
    switches: Switches<Fault>,
    seen: Memory,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    clients: Vec<api::Client>,
    partners: Vec<Partner>,
    /// By handle: what the browser carries from page to page.
    requests: HashMap<String, Asked>,
    /// By SessionIndex.
    sessions: HashMap<String, Session>,
    /// The IDs of the last answer that said who is there.
    used: Option<(String, String)>,
    /// Requests to sign out that wait for an answer: ID and whom they went to.
    outs: VecDeque<(String, String)>,
}

/// A sign-in that a portal began (AuthnRequest), and how far its person is.
#[derive(Clone)]
struct Asked {
    id: String,
    /// The service provider's entity ID.
    partner: String,
    answer_to: String,
    relay_state: String,
    at: Instant,
    chosen: Option<steps::Chosen>,
}

/// Somebody whom a portal was told of.
#[derive(Clone)]
struct Session {
    partner: String,
    idnp: String,
    name: String,
    at: Instant,
}

fn refused(cause: impl Into<String>) -> ProviderError {
    ProviderError::Refused { service: "MPass", cause: cause.into() }
}

fn unacceptable(refusal: Refusal) -> ProviderError {
    refused(format!("the request is not acceptable: {refusal}"))
}

/// A key and certificate for an emulated system, valid from 2020 to 2050 whatever the clock says.
///
/// # Errors
/// When no key could be made.
pub fn make_key(name: &str) -> Result<SigningKey, vatra_pki::SignError> {
    let valid = crate::tls::decades();
    let authority = Authority::root("Emulated system authority", valid)?;
    let made = authority.issue(Subject::System { name, hosts: &[] }, valid)?;
    // Services whose contracts publish RSA-SHA1 are emulated too.
    Ok(made.key.with_sha1(&made.pkcs8)?)
}

impl fmt::Debug for Emulator {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Emulator({})", self.entity())
    }
}

/// The switch of faults spoils every answer; the page's own goes before it.
impl Emulated for Emulator {
    type Fault = Fault;

    fn switches(&self) -> &Switches<Fault> {
        &self.inner.switches
    }

    fn routes(&self) -> Router {
        api::routes().with_state(self.clone())
    }
}

impl Emulator {
    /// An emulator within the portal at `site` (`https://primaria.md`), whose list of people comes live from `people`, and which signs with `key`.
    pub fn new(people: Arc<dyn People>, clock: Arc<dyn Clock>, site: &str, key: Arc<SigningKey>) -> Self {
        let site = site.trim_end_matches('/').to_owned();
        let (stranger, switches, seen, state) = (OnceLock::new(), Switches::default(), Memory::default(), Mutex::default());
        Self { inner: Arc::new(Inner { people, clock, site, key, stranger, switches, seen, state }) }
    }

    fn at(&self, path: &str) -> String {
        format!("{}{BASE}{path}", self.inner.site)
    }

    /// Its entity ID: the address of its metadata.
    pub fn entity(&self) -> String {
        self.at("/meta/saml")
    }

    /// Where its pages begin: a service's address, as `services.toml` has it.
    pub fn address(&self) -> String {
        self.at("")
    }

    /// The certificate with which it signs.
    pub fn certificate(&self) -> Certificate {
        self.inner.key.certificate().clone()
    }

    /// Its metadata.
    pub fn metadata(&self) -> String {
        saml::describe(&Descriptor {
            role: Role::IdentityProvider,
            entity: &self.entity(),
            address: &self.at("/login/saml"),
            logout: &self.at("/logout/saml"),
            certificates: &[self.certificate()],
        })
    }

    /// Makes a service provider known by its metadata, in the place of what was known of it.
    ///
    /// # Errors
    /// When it is not a service provider's metadata.
    pub fn register(&self, metadata: &str) -> Result<(), Refusal> {
        let partner = saml::partner(metadata, Role::ServiceProvider)?;
        let mut state = self.state();
        state.partners.retain(|known| known.entity != partner.entity);
        state.partners.push(partner);
        Ok(())
    }

    /// Makes a system known, as the directory of clients tells it to other services.
    pub fn know(&self, client: api::Client) {
        self.state().clients.push(client);
    }

    /// Its pages, for the portal's router.
    pub fn pages(&self) -> Router {
        crate::pages(pages::routes(self.clone()))
    }

    /// Does what a person at the pages does: takes what the portal posts, signs in by this method, and gives what is posted back.
    ///
    /// # Errors
    /// When the request is not acceptable.
    pub async fn answer(
        &self,
        posting: &Posting,
        who: &Identity,
        method: SignInMethod,
        fault: Option<Fault>,
    ) -> Result<Posting, ProviderError> {
        let field = |name: &str| posting.fields.iter().find(|(key, _)| *key == name).map(|(_, value)| value.as_str());
        let handle = self.take(field("SAMLRequest").unwrap_or_default(), field("RelayState").unwrap_or_default()).await?;
        self.finish(&handle, Some((who, method)), fault)
    }

    /// Takes a posted request; its handle.
    async fn take(&self, request: &str, relay_state: &str) -> Result<String, ProviderError> {
        let now = self.inner.clock.now();
        let text = saml::from_field(request).map_err(unacceptable)?;
        let relay_state = saml::relay_state(relay_state).map_err(unacceptable)?.to_owned();
        let (once, partner) = {
            let xml = Xml::parse(&text, &Limits::SAML).map_err(unacceptable)?;
            let partner = self.partner(&saml::claimed_issuer(&xml).map_err(unacceptable)?)?;
            let (address, us) = (self.at("/login/saml"), self.entity());
            let trust = Pinned(partner.certificates.clone());
            let expected = self.expected(&partner, &us, &address, &trust);
            let once = saml::accept_authn_request(&xml, &partner.addresses, &expected).map_err(unacceptable)?;
            (once, partner.entity)
        };
        self.inner.seen.forget(now.utc());
        let asked = once.first(&self.inner.seen).await.map_err(unacceptable)?;
        let handle = web::token();
        let asked = Asked { id: asked.id, partner, answer_to: asked.answer_to, relay_state, at: now, chosen: None };
        let mut state = self.state();
        state.forget(now);
        state.requests.insert(handle.clone(), asked);
        Ok(handle)
    }

    /// Ends a request with an answer; nobody when the person gave up.
    fn finish(&self, handle: &str, who: Option<(&Identity, SignInMethod)>, fault: Option<Fault>) -> Result<Posting, ProviderError> {
        let asked = self.asked(handle).ok_or_else(|| refused("the sign-in request is unknown"))?;
        let fault = fault.or(self.fault().get());
        let used = self.state().used.clone();
        let Begun { posting, index, ids } = self.make(&asked, who, fault, used)?;
        let mut state = self.state();
        state.requests.remove(handle);
        if let (Some((who, _)), Some(index), None) = (who, index, fault) {
            let name = format!("{} {}", who.first_name, who.last_name);
            let session = Session { partner: asked.partner, idnp: who.idnp.clone(), name, at: self.inner.clock.now() };
            drop_oldest(&mut state.sessions, |session| session.at);
            state.sessions.insert(index, session);
            state.used = Some(ids);
        }
        Ok(posting)
    }

    fn asked(&self, handle: &str) -> Option<Asked> {
        let mut state = self.state();
        state.forget(self.inner.clock.now());
        state.requests.get(handle).cloned()
    }

    fn partner(&self, entity: &str) -> Result<Partner, ProviderError> {
        let known = self.state().partners.iter().find(|known| known.entity == entity).cloned();
        known.ok_or_else(|| refused("no such service provider is known"))
    }

    fn expected<'e>(&self, partner: &'e Partner, us: &'e str, address: &'e str, trust: &'e Pinned) -> Expected<'e> {
        let policy = Policy { trust, accepts: Accepts::Sha256, now: self.inner.clock.now().utc() };
        Expected { partner: &partner.entity, us, address, policy, rules: Rules::default() }
    }

    /// A key that is not MPass's, made when it is wanted.
    fn stranger(&self) -> Result<&SigningKey, ProviderError> {
        if let Some(key) = self.inner.stranger.get() {
            return Ok(key);
        }
        let made = make_key("Not MPass").map_err(|error| refused(error.to_string()))?;
        Ok(self.inner.stranger.get_or_init(|| made))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.inner.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Drops what has grown old, and the oldest of what is too many.
    fn forget(&mut self, now: Instant) {
        self.requests.retain(|_, asked| now < asked.at.plus_seconds(LIFETIME));
        drop_oldest(&mut self.requests, |asked| asked.at);
    }
}

/// Makes room for one more.
fn drop_oldest<T>(kept: &mut HashMap<String, T>, age: impl Fn(&T) -> Instant) {
    while kept.len() >= KEPT {
        let Some(oldest) = kept.iter().min_by_key(|(_, each)| age(each)).map(|(key, _)| key.clone()) else { return };
        kept.remove(&oldest);
    }
}
