//! A host and an emulated MSign that know each other.

use anyhow::{Context, Result, anyhow};
use async_trait::async_trait;
use axum::Router;
use chrono::TimeDelta;
use vatra_core::call::Official;
use vatra_core::ids::OutboxId;
use vatra_core::manifest::Language;
use vatra_core::providers::{Errand, ProviderError};
use vatra_emulators::fault::Emulated as _;
use vatra_emulators::mpass::{People, Person};
use vatra_emulators::msign::{Decision, Emulator};
use vatra_emulators::tls::{Keys, serve};
use vatra_hosting_tests::{House, NOON};
use vatra_server::app::{Stage, Wanted};
use vatra_server::services::{self, Connected, FILE};
use vatra_server::web::WebConfig;

struct Nobody;

#[async_trait]
impl People for Nobody {
    async fn people(&self, _: Language) -> Result<Vec<Person>, ProviderError> {
        Ok(Vec::new())
    }
}

/// A host whose module has documents signed.
pub(crate) struct Served {
    /// The host.
    pub(crate) house: House,
    /// An emulated MSign.
    pub(crate) msign: Emulator,
    /// An official.
    pub(crate) ana: Official,
    _connected: Connected,
}

/// A host with this module, and an emulated MSign, which know each other by their certificates alone.
pub(crate) async fn served(module: &str) -> Result<Served> {
    let house = House::patient().await?;
    let folder = house.folder.path().join("data");
    let keys = Keys::valid((NOON.utc() - TimeDelta::days(3_650), NOON.utc() + TimeDelta::days(3_650)))?;
    let ours = keys.system("Sculeni")?;
    let msign = Emulator::new(std::sync::Arc::new(Nobody), house.clock.clone())?;
    let anchor = msign.trust()?.anchors.first().context("an authority")?.pem();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let port = listener.local_addr()?.port();
    let settings = format!(
        "[system]\ncertificate = 'system.pem'\nkey = 'key.pem'\nauthorities = 'authorities.pem'\n\
         [msign]\npages = 'https://msign.example.md'\nauthorities = ['msign.pem']\nservice-lists = ['/lists/0.crl', '/lists/1.crl']\n\
         [msign.service]\naddress = 'https://127.0.0.1:{port}/msign'\ntries = 1\n"
    );
    let files = [
        ("system.pem", ours.certificate.as_str()),
        ("key.pem", ours.key.as_str()),
        ("authorities.pem", &keys.authority_pem()),
        ("msign.pem", &anchor),
        (FILE, &settings),
    ];
    for (name, text) in files {
        std::fs::write(folder.join(name), text)?;
    }
    let routes = Router::new().nest("/msign", msign.api());
    tokio::spawn(async move { serve(listener, routes, &keys, std::future::pending()).await });
    let mut config = WebConfig::new(([127, 0, 0, 1], 0).into());
    let connected = services::connect(&house.app, &folder, &mut config)?.context("the file is there")?;
    house.install(&house.sculeni, module).await?;
    let ana = house.app.official(&house.sculeni, "ana").await?;
    Ok(Served { house, msign, ana, _connected: connected })
}

impl Served {
    /// Everything that waits for somebody, begun with one errand and brought to MSign.
    pub(crate) async fn begin(&self, official: &Official) -> Result<Vec<OutboxId>> {
        let waits = self.house.app.to_sign(&self.house.sculeni, official).await?;
        let wanted = Wanted::Requests(waits.iter().map(|one| one.request.id).collect());
        let begun = self.house.app.begin_signing(&self.house.sculeni, official, &wanted, "").await?;
        self.house.app.carry_due().await?;
        Ok(begun)
    }

    /// Where an errand stands.
    pub(crate) async fn stage(&self, official: &Official, posting: OutboxId) -> Result<Option<Stage>> {
        let errand = Errand {
            return_url: "https://vatra.example.md/auth/msign".into(),
            relay_state: String::new(),
            language: Language::Ro,
            instrument: None,
            telephone: None,
        };
        Ok(self.house.app.errand(&self.house.sculeni, official, posting, &errand).await?)
    }

    /// MSign's id of a request that the person can go to.
    pub(crate) async fn at_msign(&self, official: &Official, posting: OutboxId) -> Result<String> {
        match self.stage(official, posting).await?.context("an errand")? {
            Stage::Ready(form) => Ok(form.action.rsplit('/').next().unwrap_or_default().to_owned()),
            Stage::Preparing => Err(anyhow!("MSign does not have it")),
            Stage::Ended(code, _) => Err(anyhow!("it ended: {code}")),
        }
    }

    /// The person signs at MSign, or refuses.
    pub(crate) async fn decide(&self, official: &Official, posting: OutboxId, signs: bool) -> Result<()> {
        let sign = Decision::Sign { idnp: official.idnp.clone(), name: official.name.clone() };
        let request = self.at_msign(official, posting).await?;
        Ok(self.msign.decide(&request, if signs { sign } else { Decision::Refuse }).await?)
    }

    /// The person came back, or somebody says so.
    pub(crate) async fn back(&self, posting: OutboxId) -> Result<()> {
        self.house.app.returned(&self.house.sculeni, posting).await?;
        self.house.app.carry_due().await?;
        Ok(())
    }
}
