//! The government services that `services.toml` names, connected when the host starts. Their certificates are read anew when they change.

use crate::app::App;
use crate::web::{Kept, PayPages, Replays, WebConfig, mpass_parties};
use std::path::Path;
use std::sync::Arc;
use vatra_core::catalogue::Catalogue;
use vatra_providers::settings::{self, Services};
use vatra_providers::transport::{Client, Health, Pinned, Reloads, Style, System, keep_fresh};
use vatra_providers::{mconnect, mpass, mpay};

/// The file in the data folder.
pub const FILE: &str = "services.toml";

/// Why services are not connected, in words for the operator.
#[derive(Debug, thiserror::Error)]
pub enum NotConnected {
    /// The file cannot be read.
    #[error("{FILE}: {0}")]
    File(#[from] std::io::Error),
    /// It says what cannot be.
    #[error(transparent)]
    Settings(#[from] settings::Wrong),
    /// Keys or certificates.
    #[error("{0}")]
    Certificates(String),
}

/// Services that are connected, as long as this lives.
pub struct Connected {
    system: Arc<System>,
    clients: Vec<Arc<Client>>,
    fresh: tokio::task::JoinHandle<()>,
}

impl Connected {
    /// How each fares.
    pub fn health(&self) -> Vec<Health> {
        self.clients.iter().map(|client| client.health()).collect()
    }

    /// Until our certificate ends; negative after.
    fn days_left(&self, app: &App) -> i64 {
        self.system.facts().days_left(app.clock.now().utc())
    }
}

impl Drop for Connected {
    fn drop(&mut self) {
        self.fresh.abort();
    }
}

/// Connects what the file names: sign-in and payments into the portal's settings, data of other institutions into the runtime. None when there is no
/// file: the host then serves without.
///
/// # Errors
/// [`NotConnected`]; nothing is half connected then.
pub fn connect(app: &Arc<App>, folder: &Path, config: &mut WebConfig) -> Result<Option<Connected>, NotConnected> {
    let text = match std::fs::read_to_string(folder.join(FILE)) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            tracing::warn!("there is no {FILE} in the data folder: nobody can sign in");
            return Ok(None);
        }
        text => text?,
    };
    let services = Services::read(&text, FILE)?;
    let unusable = |error: vatra_providers::transport::Unusable| NotConnected::Certificates(error.to_string());
    let system = Arc::new(System::load(&services.system, folder).map_err(unusable)?);
    let mut watched: Vec<Arc<dyn Reloads>> = vec![system.clone()];
    let mut pinned = |files: &[std::path::PathBuf]| -> Result<Arc<Pinned>, NotConnected> {
        let found = Arc::new(Pinned::load(files, folder).map_err(unusable)?);
        watched.push(found.clone());
        Ok(found)
    };
    let mut clients = Vec::new();
    let replays = Arc::new(Replays(app.store.clone()));
    let clock = || app.clock.clone();
    if let Some(settings) = &services.mpass {
        let parties = mpass_parties(config, settings);
        let client = mpass::Client::new(parties, system.clone(), pinned(&settings.certificates)?, replays.clone(), clock());
        config.mpass = Some(Arc::new(client));
    }
    if let Some(settings) = &services.mpay {
        let (trust, kept) = (pinned(&settings.certificates)?, Arc::new(Kept(app.clone())));
        let endpoint = mpay::Endpoint::new(system.clone(), trust, replays.clone(), kept, clock(), settings.sha1);
        config.mpay = Some(Arc::new(endpoint));
        config.mpay_pages = Some(settings.address.clone());
        app.set_payment_pages(Arc::new(PayPages(config.public_base.trim_end_matches('/').to_owned())));
    }
    if let Some(endpoint) = &services.mconnect {
        let transport = Client::new(mconnect::SERVICE, Style::Soap, endpoint, &system, clock());
        let transport = Arc::new(transport.map_err(|failure| NotConnected::Certificates(failure.to_string()))?);
        clients.push(transport.clone());
        app.runtime.offer_exchange(Arc::new(mconnect::Client {
            transport,
            system: system.clone(),
            catalogue: Arc::new(Catalogue::builtin().clone()),
            system_user: None,
            trust: pinned(&endpoint.certificates)?,
            replay: replays,
            sha1: endpoint.sha1.unwrap_or(false),
            clock: clock(),
        }));
    }
    let named = [
        ("mpay.api", services.mpay.is_some_and(|mpay| mpay.api.is_some())),
        ("msign", services.msign.is_some()),
        ("mconnect-events", services.mconnect_events.is_some()),
        ("mpower", services.mpower.is_some()),
        ("mnotify", services.mnotify.is_some()),
        ("mlog", services.mlog.is_some()),
    ];
    for (name, _) in named.into_iter().filter(|(_, named)| *named) {
        tracing::warn!("{FILE} names {name}, which this host does not use");
    }
    let connected = Connected { system, clients, fresh: tokio::spawn(keep_fresh(watched)) };
    tracing::info!("the system certificate is good for {} more days", connected.days_left(app));
    Ok(Some(connected))
}
