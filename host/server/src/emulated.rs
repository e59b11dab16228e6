//! All government services emulated in this process: a house of emulators in the data folder, to which the host connects as it would to the real
//! ones, by a `services.toml`. Whom MPass knows are the officials of every municipality, live.

use crate::app::{App, Desk};
use crate::services::{self, Connected, NotConnected};
use crate::web::{WebConfig, roles_in_words};
use async_trait::async_trait;
use std::path::Path;
use std::sync::Arc;
use vatra_core::manifest::Language;
use vatra_core::providers::{IdentityProvider, ProviderError};
use vatra_core::store::StoreError;
use vatra_emulators::mpass::{People, Person};
use vatra_emulators::{House, NotOpened};

/// Where the house is, in the data folder: its keys, and the `services.toml` that leads to it.
pub const FOLDER: &str = "emulators";

/// Why services are not emulated, in words for the operator.
#[derive(Debug, thiserror::Error)]
pub enum NotEmulated {
    /// The house does not open.
    #[error(transparent)]
    House(#[from] NotOpened),
    /// The host does not connect to it.
    #[error(transparent)]
    Services(#[from] NotConnected),
    /// MPass does not take the portal's metadata.
    #[error("the emulated MPass does not take the portal's metadata: {0}")]
    Metadata(String),
}

/// Services that are emulated and connected, as long as this lives.
pub struct Emulated {
    /// The services.
    pub house: House,
    /// How the host reaches them.
    pub connected: Option<Connected>,
}

/// Opens the house of this data folder and connects the host to it. `config` says already where people reach the portal. Until the portal is served, MPay
/// asks within the process.
///
/// # Errors
/// [`NotEmulated`].
pub async fn open(app: &Arc<App>, data: &Path, config: &mut WebConfig) -> Result<Emulated, NotEmulated> {
    let folder = data.join(FOLDER);
    let house = House::open(&folder, &config.public_base, Arc::new(DemoPeople(app.clone())), app.clock.clone()).await?;
    let connected = services::connect(app, &folder, config)?;
    if let Some(client) = &config.mpass {
        let taken = house.mpass.register(&IdentityProvider::metadata(client.as_ref()));
        taken.map_err(|refusal| NotEmulated::Metadata(refusal.to_string()))?;
    }
    house.mpay.connect(Arc::new(Desk(app.clone())));
    app.set_payment_pages(Arc::new(house.mpay.clone()));
    config.emulators = Some(house.clone());
    tracing::warn!("all government services are emulated: whoever reaches this portal can sign in as anyone");
    Ok(Emulated { house, connected })
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
