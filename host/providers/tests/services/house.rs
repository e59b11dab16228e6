//! All emulators behind one port, and clients of them.

use axum::Router;
use std::sync::{Arc, LazyLock};
use std::time::Duration;
use tempfile::TempDir;
use vatra_core::catalogue::Catalogue;
use vatra_core::clock::{Clock, FixedClock, Instant, SystemClock};
use vatra_emulators::fault::Emulated as _;
use vatra_emulators::population::{Municipality, Population};
use vatra_emulators::tls::{Keys, Pair, serve};
use vatra_emulators::{events, mconnect, mlog, mnotify, mpower};
use vatra_providers::mconnect::Client as MConnect;
use vatra_providers::mlog::Client as MLog;
use vatra_providers::mnotify::Client as MNotify;
use vatra_providers::mpower::Client as MPower;
use vatra_providers::settings::{Address, Endpoint, SystemFiles};
use vatra_providers::transport::{Client, Style, System};
use vatra_xmlsec::{Memory, Pinned, SigningKey};

pub(crate) static KEYS: LazyLock<Keys> = LazyLock::new(|| Keys::new(&SystemClock).unwrap());
static OURS: LazyLock<Pair> = LazyLock::new(|| KEYS.system("Sculeni").unwrap());
/// MConnect signs its answers with a key of its own.
static THEIRS: LazyLock<Pair> = LazyLock::new(|| KEYS.system("MConnect").unwrap());

/// Everything that tests need, at a time that they can set.
pub(crate) struct House {
    pub(crate) clock: Arc<FixedClock>,
    pub(crate) population: Population,
    pub(crate) mconnect: mconnect::Emulator,
    pub(crate) events: events::Emulator,
    pub(crate) mpower: mpower::Emulator,
    pub(crate) mnotify: mnotify::Emulator,
    pub(crate) mlog: mlog::Emulator,
    pub(crate) system: Arc<System>,
    catalogue: Arc<Catalogue>,
    address: String,
    folder: TempDir,
}

fn signing(pair: &Pair) -> SigningKey {
    SigningKey::from_pem(&pair.certificate, &pair.key).unwrap()
}

impl House {
    pub(crate) async fn new() -> House {
        House::with(Catalogue::builtin().clone()).await
    }

    pub(crate) async fn with(catalogue: Catalogue) -> House {
        let clock = Arc::new(FixedClock::at(SystemClock.now()));
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in [
            ("system.pem", &OURS.certificate),
            ("key.pem", &OURS.key),
            ("authorities.pem", &KEYS.authority_pem()),
            ("mconnect.pem", &THEIRS.certificate),
        ] {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        let files = SystemFiles { certificate: "system.pem".into(), key: "key.pem".into(), authorities: "authorities.pem".into() };
        let system = Arc::new(System::load(&files, folder.path()).unwrap());
        let population = Population::default();
        let clients = Arc::new(Pinned(vec![signing(&OURS).certificate().clone()]));
        let catalogue = Arc::new(catalogue);
        let mconnect = mconnect::Emulator::new(population, catalogue.clone(), Arc::new(signing(&THEIRS)), clients.clone(), clock.clone());
        let events = events::Emulator::new(clock.clone(), Duration::from_millis(100));
        let mpower = mpower::Emulator::new(clock.clone());
        let mnotify = mnotify::Emulator::new(clock.clone());
        let mlog = mlog::Emulator::new(clients, clock.clone());
        let routes = Router::new()
            .nest("/mconnect", mconnect.api())
            .nest("/mconnect-events", events.api())
            .nest("/mpower", mpower.api())
            .nest("/mnotify", mnotify.api())
            .nest("/mlog", mlog.api());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("https://127.0.0.1:{}", listener.local_addr().unwrap().port());
        tokio::spawn(serve(listener, routes, &KEYS, std::future::pending()));
        House { clock, population, mconnect, events, mpower, mnotify, mlog, system, catalogue, address, folder }
    }

    /// With all certificates and our key.
    pub(crate) fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    pub(crate) fn address(&self, path: &str) -> Address {
        Address::try_from(format!("{}/{path}", self.address)).unwrap()
    }

    /// A client that asks once and waits for a second.
    pub(crate) fn transport(&self, service: &'static str, path: &str, style: Style) -> Arc<Client> {
        let endpoint = Endpoint { tries: 1, timeout_seconds: 1, ..Endpoint::at(self.address(path)) };
        Arc::new(Client::new(service, style, &endpoint, &self.system, self.clock.clone()).unwrap())
    }

    /// The only municipality's IDNO.
    pub(crate) fn town_hall(&self) -> String {
        let town = self.population.town_hall(Municipality::find("sculeni").unwrap()).unwrap();
        self.population.company(town).unwrap().idno
    }

    pub(crate) fn data(&self) -> MConnect {
        MConnect {
            transport: self.transport("MConnect", "mconnect", Style::Soap),
            system: self.system.clone(),
            catalogue: self.catalogue.clone(),
            system_user: None,
            trust: Arc::new(Pinned(vec![signing(&THEIRS).certificate().clone()])),
            replay: Arc::new(Memory::default()),
            sha1: false,
            clock: self.clock.clone(),
        }
    }

    pub(crate) fn mandates(&self) -> MPower {
        MPower { transport: self.transport("MPower", "mpower", Style::Rest), clock: self.clock.clone() }
    }

    pub(crate) fn notices(&self) -> MNotify {
        MNotify { transport: self.transport("MNotify", "mnotify", Style::Rest) }
    }

    pub(crate) fn log(&self) -> MLog {
        let transport = self.transport("MLog", "mlog", Style::Rest);
        MLog { transport, system: self.system.clone(), search_basis: "Legea nr. 133/2011".to_owned() }
    }

    pub(crate) fn later(&self, seconds: i64) {
        let now: Instant = self.clock.now();
        self.clock.set(now.plus_seconds(seconds));
    }
}
