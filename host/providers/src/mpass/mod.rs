//! MPass over SAML 2.0, as a service provider: the HTTP-POST binding, messages signed as a whole with RSA-SHA256.

mod attributes;

use crate::settings::Site;
use crate::transport::System;
use async_trait::async_trait;
use serde::Deserialize;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use vatra_core::clock::{Clock, Instant};
use vatra_core::ident::Idnp;
use vatra_core::providers::{IdentityProvider, Posting, ProviderError, SignInMethod, SignOutAsked, SignOutDone, SignedIn};
use vatra_xmlsec::saml::{self, AuthnRequest, Descriptor, Expected, LogoutDone, LogoutRequest, NameId, Role, Rules};
use vatra_xmlsec::xml::{Limits, Xml};
use vatra_xmlsec::{Accepts, Policy, Refusal, Trust, fresh_id};

pub use vatra_xmlsec::{CacheUnavailable, Pinned, ReplayCache, SigningKey};

const SERVICE: &str = "MPass";

/// `[mpass]` of `services.toml`.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Settings {
    /// Where MPass is: its pages are `/login/saml` and `/logout/saml` beneath.
    pub address: Site,
    /// What MPass calls itself (Issuer); the address of its metadata unless said.
    pub entity: Option<String>,
    /// What we are called at MPass; the portal's address unless said.
    pub our_entity: Option<String>,
    /// The certificates with which MPass signs, in PEM: one, or two while it changes them.
    pub certificates: Vec<PathBuf>,
}

/// Who is who and where.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Parties {
    /// MPass's entity ID.
    pub mpass: String,
    /// Where sign-ins are posted to.
    pub login: String,
    /// Where logouts are posted to.
    pub logout: String,
    /// Our entity ID.
    pub us: String,
    /// Where MPass posts who has signed in (AssertionConsumerServiceURL).
    pub answers: String,
    /// Where MPass posts logouts, and answers to ours.
    pub logouts: String,
}

impl Settings {
    /// Who is who, for a portal at this address with these routes.
    #[must_use]
    pub fn parties(&self, portal: &str, answers: &str, logouts: &str) -> Parties {
        let portal = portal.trim_end_matches('/');
        Parties {
            mpass: self.entity.clone().unwrap_or_else(|| self.address.join("/meta/saml")),
            login: self.address.join("/login/saml"),
            logout: self.address.join("/logout/saml"),
            us: self.our_entity.clone().unwrap_or_else(|| portal.to_owned()),
            answers: format!("{portal}{answers}"),
            logouts: format!("{portal}{logouts}"),
        }
    }
}

/// Has the key that signs our messages, whichever it is at the moment.
pub trait Signs: Send + Sync {
    /// The key with its certificate.
    fn signing(&self) -> Arc<SigningKey>;
}

impl Signs for System {
    fn signing(&self) -> Arc<SigningKey> {
        System::signing(self)
    }
}

impl Signs for Arc<SigningKey> {
    fn signing(&self) -> Arc<SigningKey> {
        self.clone()
    }
}

/// MPass's client: our side of SAML.
pub struct Client {
    parties: Parties,
    key: Arc<dyn Signs>,
    trust: Arc<dyn Trust>,
    replay: Arc<dyn ReplayCache>,
    clock: Arc<dyn Clock>,
}

impl fmt::Debug for Client {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Client({:?})", self.parties)
    }
}

impl Client {
    /// A client. `replay` is shared by all hosts of an installation.
    #[must_use]
    pub fn new(
        parties: Parties,
        key: Arc<dyn Signs>,
        trust: Arc<dyn Trust>,
        replay: Arc<dyn ReplayCache>,
        clock: Arc<dyn Clock>,
    ) -> Client {
        Client { parties, key, trust, replay, clock }
    }

    /// Who is who and where.
    #[must_use]
    pub fn parties(&self) -> &Parties {
        &self.parties
    }

    fn expected<'e>(&'e self, address: &'e str) -> Expected<'e> {
        let policy = Policy { trust: &*self.trust, accepts: Accepts::Sha256, now: self.clock.now().utc() };
        Expected { partner: &self.parties.mpass, us: &self.parties.us, address, policy, rules: Rules::default() }
    }

    fn post(&self, address: &str, field: &'static str, message: &str, relay_state: &str) -> Result<Posting, ProviderError> {
        let unable = |cause: &str| ProviderError::Refused { service: SERVICE, cause: cause.to_owned() };
        let state = saml::relay_state(relay_state).map_err(|_| unable("RelayState is longer than 80 bytes"))?;
        let signed = saml::sign(message, &self.key.signing()).map_err(|error| unable(&format!("the message cannot be signed: {error}")))?;
        let mut fields = vec![(field, saml::to_field(&signed))];
        if !state.is_empty() {
            fields.push(("RelayState", state.to_owned()));
        }
        Ok(Posting { address: address.to_owned(), fields })
    }
}

fn refused(refusal: Refusal) -> ProviderError {
    match refusal {
        Refusal::ReplayUnknown => ProviderError::Unavailable { service: SERVICE, cause: refusal.to_string() },
        _ => ProviderError::Refused { service: SERVICE, cause: refusal.to_string() },
    }
}

/// MPass's users without an IDNP have a name there; none of them is somebody here.
fn idnp(name: &NameId) -> Result<String, ProviderError> {
    match Idnp::new(&name.value) {
        Ok(_) => Ok(name.value.clone()),
        Err(_) => Err(ProviderError::Refused { service: SERVICE, cause: "the NameID is no IDNP".to_owned() }),
    }
}

#[async_trait]
impl IdentityProvider for Client {
    async fn begin(&self, request: &str, relay_state: &str) -> Result<Posting, ProviderError> {
        let message = saml::authn_request(&AuthnRequest {
            id: request,
            issuer: &self.parties.us,
            destination: &self.parties.login,
            answer_to: &self.parties.answers,
            force: false,
            passive: false,
            now: self.clock.now().utc(),
        });
        self.post(&self.parties.login, "SAMLRequest", &message, relay_state)
    }

    async fn complete(&self, request: &str, response: &str) -> Result<SignedIn, ProviderError> {
        let text = saml::from_field(response).map_err(refused)?;
        // A document is no longer held when the cache is asked.
        let once = {
            let xml = Xml::parse(&text, &Limits::SAML).map_err(refused)?;
            saml::accept_response(&xml, request, &self.expected(&self.parties.answers)).map_err(refused)?
        };
        let told = once.first(&*self.replay).await.map_err(refused)?;
        let attribute = |name: &str| told.attributes.get(name).and_then(|values| values.first()).cloned().unwrap_or_default();
        Ok(SignedIn {
            idnp: idnp(&told.name_id)?,
            first_name: attribute("FirstName"),
            last_name: attribute("LastName"),
            session_index: told.session_index,
            method: SignInMethod::from_class(&told.method),
            at: Instant(told.authenticated.timestamp_millis()),
            session_end: told.session_end.map(|end| Instant(end.timestamp_millis())),
            language: vatra_core::manifest::Language::from_code(&attribute("Language")),
            represents: attributes::represents(&told.attributes),
            attributes: told.attributes,
        })
    }

    async fn begin_sign_out(&self, request: &str, idnp: &str, session_index: &str, relay_state: &str) -> Result<Posting, ProviderError> {
        let name_id = NameId { value: idnp.to_owned(), format: None };
        let message = saml::logout_request(&LogoutRequest {
            id: request,
            issuer: &self.parties.us,
            destination: &self.parties.logout,
            name_id: &name_id,
            session_index,
            now: self.clock.now().utc(),
        });
        self.post(&self.parties.logout, "SAMLRequest", &message, relay_state)
    }

    async fn complete_sign_out(&self, request: &str, response: &str) -> Result<SignOutDone, ProviderError> {
        let text = saml::from_field(response).map_err(refused)?;
        let once = {
            let xml = Xml::parse(&text, &Limits::SAML).map_err(refused)?;
            saml::accept_logout_response(&xml, request, &self.expected(&self.parties.logouts)).map_err(refused)?
        };
        Ok(match once.first(&*self.replay).await.map_err(refused)? {
            LogoutDone::Everywhere => SignOutDone::Everywhere,
            LogoutDone::Partially => SignOutDone::Partially,
        })
    }

    async fn sign_out_asked(&self, request: &str) -> Result<SignOutAsked, ProviderError> {
        let text = saml::from_field(request).map_err(refused)?;
        let once = {
            let xml = Xml::parse(&text, &Limits::SAML).map_err(refused)?;
            saml::accept_logout_request(&xml, &self.expected(&self.parties.logouts)).map_err(refused)?
        };
        let asked = once.first(&*self.replay).await.map_err(refused)?;
        Ok(SignOutAsked { id: asked.id, idnp: idnp(&asked.name_id)?, session_indexes: asked.session_indexes })
    }

    async fn answer_sign_out(&self, asked: &str, done: SignOutDone, relay_state: &str) -> Result<Posting, ProviderError> {
        let id = fresh_id().map_err(|error| ProviderError::Unavailable { service: SERVICE, cause: error.to_string() })?;
        let done = match done {
            SignOutDone::Everywhere => LogoutDone::Everywhere,
            SignOutDone::Partially => LogoutDone::Partially,
        };
        let message = saml::logout_response(&id, &self.parties.us, &self.parties.logout, asked, done, self.clock.now().utc());
        self.post(&self.parties.logout, "SAMLResponse", &message, relay_state)
    }

    fn metadata(&self) -> String {
        saml::describe(&Descriptor {
            role: Role::ServiceProvider,
            entity: &self.parties.us,
            address: &self.parties.answers,
            logout: &self.parties.logouts,
            certificates: &[self.key.signing().certificate().clone()],
        })
    }
}
