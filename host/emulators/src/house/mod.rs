//! All emulated services together: one authority for their certificates, one port of mutual TLS with their APIs, one router with their pages, one page
//! with their faults, and the `services.toml` by which a host connects to them as it would to the real ones.

mod control;
mod keys;
mod text;

#[cfg(test)]
mod tests;

use crate::fault::{Control, Emulated};
use crate::mpass::People;
use crate::mpay::{Http, Remote, Retries, Services};
use crate::population::Population;
use crate::tls::{NotServed, prepare};
use crate::{events, mconnect, mlog, mnotify, mpass, mpay, mpower, msign};
use axum::Router;
use keys::{AUTHORITY, Ring, SYSTEM};
pub(crate) use keys::{certificate_file, key_file, put};
use std::fmt::{self, Write as _};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use vatra_core::catalogue::Catalogue;
use vatra_core::clock::Clock;
use vatra_pki::{Certificate, SignError};
use vatra_xmlsec::{Pinned, Suite};

/// What a host reads to connect, in the house's folder, where its paths begin too.
pub const SERVICES: &str = "services.toml";

/// How long the events bus holds a poll.
const HOLD: Duration = Duration::from_secs(20);

/// Why the emulators do not start.
#[derive(Debug, thiserror::Error)]
pub enum NotOpened {
    /// A file of their folder.
    #[error("{}: {cause}", file.display())]
    File {
        /// Which.
        file: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
    /// Their keys.
    #[error("the emulators' keys: {0}")]
    Keys(#[from] SignError),
    /// Their port.
    #[error("the emulators' port: {0}")]
    Port(#[from] NotServed),
}

/// A switch of a service, by name.
pub struct Controlled<'h> {
    /// `mconnect`
    pub service: &'static str,
    /// `trouble` or `fault`
    pub switch: &'static str,
    /// The switch.
    pub control: &'h dyn Control,
}

/// The emulated services. Clones are the same house; the last one closes its port.
#[derive(Clone)]
pub struct House {
    /// Sign-in.
    pub mpass: mpass::Emulator,
    /// Payments.
    pub mpay: mpay::Emulator,
    /// Signatures.
    pub msign: msign::Emulator,
    /// Data of institutions.
    pub mconnect: mconnect::Emulator,
    /// Events of institutions.
    pub events: events::Emulator,
    /// Powers of attorney.
    pub mpower: mpower::Emulator,
    /// Notices.
    pub mnotify: mnotify::Emulator,
    /// The government's audit trail.
    pub mlog: mlog::Emulator,
    inner: Arc<Inner>,
}

struct Inner {
    folder: PathBuf,
    ring: Ring,
    clock: Arc<dyn Clock>,
    port: u16,
    serving: tokio::task::JoinHandle<()>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl fmt::Debug for House {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "House({})", self.inner.folder.display())
    }
}

impl House {
    /// Opens the house of this folder, which is made when it is missing, within the portal at `site` (`http://127.0.0.1:8080`): makes its keys if it has
    /// none, serves its APIs on a free port of this machine, and writes [`SERVICES`]. Whom MPass and MSign know comes live from `people`. MPay has
    /// no order desk yet.
    ///
    /// # Errors
    /// [`NotOpened`].
    pub async fn open(folder: &Path, site: &str, people: Arc<dyn People>, clock: Arc<dyn Clock>) -> Result<House, NotOpened> {
        use std::os::unix::fs::DirBuilderExt;
        let file = |cause| NotOpened::File { file: folder.to_owned(), cause };
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(file)?;
        let ring = Ring::open(folder)?;
        let system = keys::signing(&ring.system)?;
        let clients = Arc::new(Pinned(vec![system.certificate().clone()]));
        let catalogue = Arc::new(Catalogue::builtin().clone());
        let mpass = mpass::Emulator::new(people.clone(), clock.clone(), site, Arc::new(ring.signing("mpass")?));
        mpass.know(known(&ring)?);
        let mpay = mpay::Emulator::at(clock.clone(), site, Retries::default());
        let msign = msign::Emulator::kept(folder, people, clock.clone())?;
        let key = Arc::new(ring.signing("mconnect")?);
        let mconnect = mconnect::Emulator::new(Population::default(), catalogue, key, clients.clone(), clock.clone());
        let events = events::Emulator::new(clock.clone(), HOLD);
        let (mpower, mnotify) = (mpower::Emulator::new(clock.clone()), mnotify::Emulator::new(clock.clone()));
        let mlog = mlog::Emulator::new(clients, clock.clone());

        let network = |cause: std::io::Error| NotOpened::Port(cause.into());
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(network)?;
        let port = listener.local_addr().map_err(network)?.port();
        let routes = Router::new()
            .nest("/mpass", mpass.api())
            .nest("/mpay", mpay.api())
            .nest("/msign", msign.api())
            .nest("/mconnect", mconnect.api())
            .nest("/mconnect-events", events.api())
            .nest("/mpower", mpower.api())
            .nest("/mnotify", mnotify.api())
            .nest("/mlog", mlog.api());
        let serving = prepare(listener, routes, &ring.tls, std::future::pending())?;
        let serving = tokio::spawn(async move {
            if let Err(cause) = serving.await {
                tracing::error!(%cause, "the emulators' port is closed");
            }
        });
        let inner = Arc::new(Inner { folder: folder.to_owned(), ring, clock, port, serving });
        let house = House { mpass, mpay, msign, mconnect, events, mpower, mnotify, mlog, inner };
        put(folder, SERVICES, &house.services(site))?;
        Ok(house)
    }

    /// Where the API of this service is: `https://127.0.0.1:PORT/mconnect`.
    #[must_use]
    pub fn api_address(&self, service: &str) -> String {
        format!("https://{}/{service}", SocketAddr::from((Ipv4Addr::LOCALHOST, self.inner.port)))
    }

    fn services(&self, site: &str) -> String {
        let site = site.trim_end_matches('/');
        let mut out = format!(
            "# Written anew by the emulators at each start.

[system]
certificate = \"{}\"\nkey = \"{}\"\nauthorities = \"{AUTHORITY}\"\n",
            certificate_file(SYSTEM),
            key_file(SYSTEM)
        );
        let mut part = |name: &str, lines: &[(&str, String)]| {
            let _ = write!(out, "\n[{name}]\n");
            for (key, value) in lines {
                let _ = writeln!(out, "{key} = {value}");
            }
        };
        let page = |service: &str| format!("\"{site}/emulators/{service}\"");
        let api = |service: &str| format!("\"{}\"", self.api_address(service));
        let signs = |service: &str| format!("[\"{}\"]", certificate_file(service));
        part("mpass", &[("address", page("mpass")), ("certificates", signs("mpass"))]);
        part("mpay", &[("address", page("mpay")), ("certificates", signs("mpay"))]);
        part("mpay.api", &[("address", api("mpay"))]);
        let lists = "[\"/lists/0.crl\", \"/lists/1.crl\"]".to_owned();
        part("msign", &[("pages", page("msign")), ("authorities", signs(msign::ROOT)), ("service-lists", lists)]);
        part("msign.service", &[("address", api("msign"))]);
        part("mconnect", &[("address", api("mconnect")), ("certificates", signs("mconnect"))]);
        for service in ["mconnect-events", "mpower", "mnotify", "mlog"] {
            part(service, &[("address", api(service))]);
        }
        out
    }

    /// From now on MPay calls the portal's endpoint at this address (`http://127.0.0.1:8080/mpay`), as the real one does: signed messages over the
    /// network. False when the address is none.
    ///
    /// # Errors
    /// [`NotOpened::Keys`].
    pub fn call(&self, endpoint: &str, services: Arc<dyn Services>) -> Result<bool, NotOpened> {
        let Some(carrier) = Http::new(endpoint) else { return Ok(false) };
        let ring = &self.inner.ring;
        let portal = keys::signing(&ring.system)?.certificate().clone();
        let (key, clock) = (Arc::new(ring.signing("mpay")?), self.inner.clock.clone());
        let remote = Remote::new(Arc::new(carrier), key, portal, services, clock, Suite::RsaSha1);
        self.mpay.connect(Arc::new(remote.troubled_by(self.mpay.fault())));
        Ok(true)
    }

    /// All pages, under `/emulators/`, to be merged into the portal's router.
    pub fn pages(&self) -> Router {
        crate::assets()
            .merge(control::pages(self.clone()))
            .merge(self.mpass.pages())
            .merge(self.mpay.pages())
            .merge(self.msign.pages())
            .merge(self.mpower.pages())
            .merge(self.mnotify.pages())
    }

    /// Every switch of every service.
    #[must_use]
    pub fn controls(&self) -> Vec<Controlled<'_>> {
        [
            both("mpass", &self.mpass),
            both("mpay", &self.mpay),
            both("msign", &self.msign),
            both("mconnect", &self.mconnect),
            both("mconnect-events", &self.events),
            both("mpower", &self.mpower),
            both("mnotify", &self.mnotify),
            both("mlog", &self.mlog),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

fn both<'h>(service: &'static str, emulator: &'h impl Emulated) -> [Controlled<'h>; 2] {
    let controls: [(&'static str, &'h dyn Control); 2] = [("trouble", emulator.trouble()), ("fault", emulator.fault())];
    controls.map(|(switch, control)| Controlled { service, switch, control })
}

/// The portal, as MPass's directory knows it.
fn known(ring: &Ring) -> Result<mpass::Client, NotOpened> {
    let certificate = Certificate::from_pem(&ring.system.certificate).map_err(|_| SignError::Writing("the directory of clients"))?;
    let fingerprint = certificate.fingerprint();
    let id = fingerprint.get(..16).and_then(|bytes| uuid::Uuid::from_slice(bytes).ok()).unwrap_or_default();
    Ok(mpass::Client { id, name: "Vatra".to_owned(), owner: String::new(), certificate })
}
