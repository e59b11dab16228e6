//! The emulated MPass: its people are the officials of every municipality, live; the portal is known to it, and it to the portal.

use super::mpay::{ENDPOINT, KnownServices};
use super::seat::roles_in_words;
use super::{Kept, Replays, WebConfig, signin, signout};
use crate::app::App;
use async_trait::async_trait;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, OnceLock};
use vatra_core::manifest::Language;
use vatra_core::providers::ProviderError;
use vatra_core::store::StoreError;
use vatra_emulators::mpass::{self, Emulator, People, Person};
use vatra_emulators::mpay::{Carrier, Http, Remote};
use vatra_pki::SignError;
use vatra_providers::mpass::{Client, Parties, Pinned, SigningKey};
use vatra_providers::mpay::{Endpoint, Suite};

/// The emulated MPass's key and the portal's own: made once a process, and worth nothing anywhere else.
static KEYS: OnceLock<(Arc<SigningKey>, Arc<SigningKey>)> = OnceLock::new();

fn keys() -> Result<(Arc<SigningKey>, Arc<SigningKey>), SignError> {
    if let Some(keys) = KEYS.get() {
        return Ok(keys.clone());
    }
    let made = (Arc::new(mpass::make_key("MPass")?), Arc::new(mpass::make_key("Portal")?));
    Ok(KEYS.get_or_init(|| made).clone())
}

/// The endpoint that the emulated MPay calls. It signs with the key that MPass has too: one certificate for all emulated services.
pub(crate) fn endpoint(app: &Arc<App>) -> Result<Endpoint, SignError> {
    let (theirs, ours) = keys()?;
    let trust = Arc::new(Pinned(vec![theirs.certificate().clone()]));
    let (replays, kept) = (Arc::new(Replays(app.store.clone())), Arc::new(Kept(app.clone())));
    Ok(Endpoint::new(Arc::new(ours), trust, replays, kept, app.clock.clone(), true))
}

/// How the emulated MPay reaches the endpoint, once it is known where that listens.
pub(crate) struct Wire(Box<dyn Fn(Arc<dyn Carrier>) -> Remote + Send>);

impl Wire {
    /// A desk at this listener.
    pub(crate) fn to(&self, listener: SocketAddr) -> Option<Remote> {
        let host = match listener.ip() {
            ip if ip.is_unspecified() && ip.is_ipv4() => Ipv4Addr::LOCALHOST.into(),
            ip if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
            ip => ip,
        };
        let address = format!("http://{}{}", SocketAddr::new(host, listener.port()), ENDPOINT);
        Http::new(&address).map(|http| (self.0)(Arc::new(http)))
    }
}

/// See [`Wire`].
pub(crate) fn wire(app: &Arc<App>) -> Result<Wire, SignError> {
    let (theirs, ours) = keys()?;
    let (app, portal) = (app.clone(), ours.certificate().clone());
    Ok(Wire(Box::new(move |carrier| {
        let services = Arc::new(KnownServices(app.clone()));
        Remote::new(carrier, theirs.clone(), portal.clone(), services, app.clock.clone(), Suite::RsaSha1)
    })))
}

/// The emulator, and the portal's client of it.
pub(crate) fn mpass(app: &Arc<App>, config: &WebConfig) -> Result<(Emulator, Client), SignError> {
    let (theirs, ours) = keys()?;
    let portal = config.public_base.trim_end_matches('/');
    let emulator = Emulator::new(Arc::new(DemoPeople(app.clone())), app.clock.clone(), portal, theirs);
    let parties = Parties {
        mpass: emulator.entity(),
        login: format!("{}/login/saml", emulator.address()),
        logout: format!("{}/logout/saml", emulator.address()),
        us: portal.to_owned(),
        answers: format!("{portal}{}", signin::RETURN),
        logouts: format!("{portal}{}", signout::LOGOUTS),
    };
    let trust = Arc::new(Pinned(vec![emulator.certificate()]));
    let replays = Arc::new(Replays(app.store.clone()));
    let client = Client::new(parties, Arc::new(ours), trust, replays, app.clock.clone());
    emulator
        .register(&vatra_core::providers::IdentityProvider::metadata(&client))
        .map_err(|_| SignError::Writing("the portal's metadata"))?;
    Ok((emulator, client))
}

pub(crate) struct DemoPeople(pub(crate) Arc<App>);

#[async_trait]
impl People for DemoPeople {
    async fn people(&self, language: Language) -> Result<Vec<Person>, ProviderError> {
        let failed = |error: StoreError| ProviderError::Unavailable { service: "MPass", cause: error.to_string() };
        let mut people = Vec::new();
        for tenant in self.0.store.tenants().await.map_err(failed)? {
            for official in self.0.store.officials(tenant.id).await.map_err(failed)? {
                let (first_name, last_name) = split(&official.name);
                let roles = roles_in_words(&self.0, &tenant, &official, language).await.map_err(failed)?;
                people.push(Person {
                    idnp: official.idnp,
                    first_name,
                    last_name,
                    municipality: tenant.name.clone(),
                    slug: tenant.slug.to_string(),
                    roles,
                });
            }
        }
        Ok(people)
    }
}

/// First and last name of a full name; the parts joined again make the same name.
fn split(name: &str) -> (String, String) {
    match name.trim().split_once(' ') {
        Some((first, last)) => (first.to_owned(), last.trim().to_owned()),
        None => (name.trim().to_owned(), String::new()),
    }
}
