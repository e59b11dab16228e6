//! The government services that `services.toml` names, connected when the host starts. Their certificates are read anew when they change.

use crate::app::App;
use crate::carriers::{Announcer, Bookmarks, Listeners, Notifier, Signer};
use crate::web::{Kept, PayPages, Replays, WebConfig, mpass_parties};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::task::JoinSet;
use vatra_capabilities::mconnect::EVENTS;
use vatra_core::catalogue::Catalogue;
use vatra_core::ids::Name;
use vatra_core::providers::AuditSink;
use vatra_providers::mconnect::events;
use vatra_providers::settings::{self, Endpoint, Services};
use vatra_providers::transport::{Authorities, Client, Health, Pinned, Reloads, Style, System, keep_fresh};
use vatra_providers::{mconnect, mlog, mnotify, mpass, mpay, mpower, msign};

/// The file in the data folder.
pub const FILE: &str = "services.toml";

/// How long a failed service is left alone before events are asked for again.
const AFTER_FAILURE: Duration = Duration::from_secs(15);
/// How long one host listens alone, in seconds: longer than a poll and a new instance take.
const LISTENING: i64 = 240;
/// On what basis we look up at MLog what we registered there ourselves.
const SEARCH_BASIS: &str = "Legea nr. 133/2011 privind protecția datelor cu caracter personal";

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

/// How the services fare, for pages and metrics.
pub struct Fares {
    system: Arc<System>,
    clients: Vec<Arc<Client>>,
}

impl Fares {
    /// How each fares.
    pub fn health(&self) -> Vec<Health> {
        self.clients.iter().map(|client| client.health()).collect()
    }

    /// Our certificate's serial number, by which the services know us.
    pub fn serial(&self) -> String {
        self.system.facts().serial
    }

    /// Until our certificate ends; negative after.
    pub fn days_left(&self, now: vatra_core::clock::Instant) -> i64 {
        self.system.facts().days_left(now.utc())
    }
}

/// Services that are connected, as long as this lives.
pub struct Connected {
    fares: Arc<Fares>,
    /// MLog, if there is one.
    pub sink: Option<Arc<dyn AuditSink>>,
    consumer: Option<events::Consumer>,
    /// They end with it.
    tasks: JoinSet<()>,
}

impl Connected {
    /// How each fares.
    pub fn health(&self) -> Vec<Health> {
        self.fares.health()
    }

    /// Begins to hear events of other institutions and to bring the audit trails to MLog: for hosts that serve.
    pub fn start(&mut self, app: &Arc<App>) {
        if let Some(consumer) = self.consumer.take() {
            self.tasks.spawn(listen(app.clone(), consumer));
        }
        if let Some(sink) = self.sink.clone() {
            self.tasks.spawn(app.clone().keep_forwarding(sink));
        }
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
    let to = |name, style, endpoint: &Endpoint, clients: &mut Vec<Arc<Client>>| -> Result<Arc<Client>, NotConnected> {
        let transport = Client::new(name, style, endpoint, &system, clock());
        let transport = Arc::new(transport.map_err(|failure| NotConnected::Certificates(failure.to_string()))?);
        clients.push(transport.clone());
        Ok(transport)
    };
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
        let transport = to(mconnect::SERVICE, Style::Soap, endpoint, &mut clients)?;
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
    if let Some(endpoint) = &services.mnotify {
        let notices = Arc::new(mnotify::Client { transport: to(mnotify::SERVICE, Style::Rest, endpoint, &mut clients)? });
        app.add_carrier(Arc::new(Notifier::new(app, notices, named("mnotify")?)));
    }
    let mut authorities = None;
    if let Some(settings) = &services.msign {
        let transport = to("MSign", Style::Soap, &settings.service, &mut clients)?;
        let files = settings.authorities.iter().chain(&settings.lists);
        let found = Arc::new(Authorities::load(files, folder).map_err(unusable)?);
        if found.trust().anchors.is_empty() {
            tracing::warn!("{FILE} names no authorities for signatures: none will count");
        }
        let judge = Arc::new(msign::Judge::new(settings, found.clone(), transport.clone(), clock()));
        let signatures = Arc::new(msign::MSign::new(transport, settings.pages.as_str()));
        let signer = Signer::new(app, signatures.clone(), judge.clone()).map_err(|error| NotConnected::Certificates(error.to_string()))?;
        app.add_carrier(Arc::new(signer));
        app.set_signatures(signatures);
        app.runtime.offer_judge(judge);
        authorities = Some(found);
    }
    let (mut consumer, mut sink) = (None, None);
    if let Some(endpoint) = &services.mconnect_events {
        let transport = to(events::SERVICE, Style::Rest, endpoint, &mut clients)?;
        app.add_carrier(Arc::new(Announcer::new(app, Arc::new(events::Producer { transport: transport.clone() }), named(EVENTS)?)));
        consumer = Some(events::Consumer {
            transport,
            address: endpoint.address.clone(),
            group: "vatra".to_owned(),
            inbox: Arc::new(Listeners::new(app.clone())),
            places: Arc::new(Bookmarks(app.store.clone())),
            sure: Mutex::default(),
        });
    }
    if let Some(endpoint) = &services.mlog {
        let transport = to(mlog::SERVICE, Style::Rest, endpoint, &mut clients)?;
        let client = mlog::Client { transport, system: system.clone(), search_basis: SEARCH_BASIS.to_owned() };
        sink = Some(Arc::new(client) as Arc<dyn AuditSink>);
    }
    if let Some(endpoint) = &services.mpower {
        let transport = to(mpower::SERVICE, Style::Rest, endpoint, &mut clients)?;
        app.runtime.offer_mandates(Arc::new(mpower::Client { transport, clock: clock() }));
    }
    if let Some(endpoint) = services.mpay.as_ref().and_then(|mpay| mpay.api.as_ref()) {
        let transport = to(mpay::SERVICE, Style::Rest, endpoint, &mut clients)?;
        app.runtime.offer_invoices(Arc::new(mpay::Client { transport }));
    }
    watched.extend(authorities.map(|found| found as Arc<dyn Reloads>));
    let mut tasks = JoinSet::new();
    tasks.spawn(keep_fresh(watched));
    let fares = Arc::new(Fares { system, clients });
    tracing::info!("the system certificate is good for {} more days", fares.days_left(app.clock.now()));
    app.set_fares(fares.clone());
    Ok(Some(Connected { fares, sink, consumer, tasks }))
}

fn named(service: &str) -> Result<Name, NotConnected> {
    Name::new(service).map_err(|error| NotConnected::Certificates(error.to_string()))
}

/// Hears what other institutions tell, for ever.
async fn listen(app: Arc<App>, consumer: events::Consumer) {
    loop {
        match app.alone_for("mconnect-events", LISTENING).await {
            Ok(true) => match consumer.step().await {
                Ok(_) => continue,
                Err(error) => tracing::error!("events of other institutions wait: {error}"),
            },
            Ok(false) => {}
            Err(error) => tracing::error!("events of other institutions wait: {error}"),
        }
        tokio::time::sleep(AFTER_FAILURE).await;
    }
}
