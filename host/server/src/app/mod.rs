//! What a Vatra host can do, whoever asks: sign people in, show screens, perform actions, administer, receive payments.

mod act;
mod acts;
mod admin;
mod bulk;
mod cases;
mod connection;
mod directory;
mod documents;
mod drafts;
mod entries;
mod evo;
mod export;
pub(crate) mod imports;
mod inbox;
mod installs;
mod invented;
mod jobs;
mod orders;
mod outbox;
mod packages;
mod people;
mod reminders;
mod resolve;
mod screen;
mod search;
mod services;
mod settings;
mod signing;
mod sought;
mod trust;
mod waker;
mod worklist;

pub use act::{Act, Acted, Complaint, Outcome};
pub use admin::{By, GrantChange, GrantView, InstalledView};
pub use bulk::BulkView;
pub use cases::HostFormDone;
pub(crate) use connection::HOST;
pub use connection::{QUESTIONS, Requested};
pub use directory::{Municipality, OTHERS, Office, Plugged};
pub use documents::File as DocumentFile;
pub(crate) use documents::file_name;
pub use entries::{Clash, EntryHistory};
pub use evo::{Bundle, Envelope, EnvelopeSignature, LIST_SECONDS, LIST_TYPE, ListKey};
pub use export::{Export, Format as ExportFormat};
pub use installs::{Admitted, Approved, Choices, Keeping, Life, Offer, Plan, PlannedRegister, SignedBy, Switch};
pub use orders::Desk;
pub use outbox::{Carried, Carrier};
pub(crate) use outbox::{ask_again, done};
pub use packages::{Packages, PackagesError};
pub use screen::{Pairs, Shown};
pub use search::{MOST_REGISTERS, PersonHit, RegisterHits, SearchScope, Searched};
pub use settings::SettingView;
pub use signing::{Stage, ToSign, Wanted};
pub(crate) use sought::Found;
pub use vatra_runtime::Config as EngineConfig;
pub(crate) use worklist::TaskWords;
pub use worklist::{Changed as TaskChanged, Counts, MOST_COUNTED, MOST_ELSEWHERE, Part, TaskView, WorkPage};

use crate::services::Fares;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock, RwLock, Weak};
use tokio::sync::Notify;
use vatra_core::blobs::Blobs;
use vatra_core::clock::Clock;
use vatra_core::providers::{PaymentPages, Signatures};
use vatra_core::seal::MasterKey;
use vatra_core::services::ServiceDirectory;
use vatra_core::store::{Changed, Store, StoreError};
use vatra_documents::Renderer;
use vatra_documents::blobs::FileBlobs;
use vatra_runtime::{CallError, Config, Runtime, Services};
use vatra_trust::Refusal;

/// How to open a host.
pub struct Options {
    /// The data folder: keys, packages, compiled code, checkpoints, and the SQLite file unless `database` says otherwise.
    pub data: PathBuf,
    /// `postgres://…` instead of the SQLite file.
    pub database: Option<String>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// The engine's settings.
    pub engine: Config,
    /// All data are invented, as a demo's: modules count as signed and approved without anybody signing.
    pub invented: bool,
}

/// Why the host could not do it, for the operator.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The data folder cannot be used.
    #[error("data folder {path}: {cause}")]
    Data {
        /// Which file or folder.
        path: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
    /// What was named does not exist.
    #[error("{0}")]
    NotFound(String),
    /// What was asked makes no sense; how to mend it.
    #[error("{0}")]
    Usage(String),
    /// A package was refused.
    #[error(transparent)]
    Package(#[from] PackagesError),
    /// Its publisher or approval does not count.
    #[error(transparent)]
    Trust(#[from] Refusal),
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A call failed.
    #[error(transparent)]
    Call(#[from] CallError),
}

/// A host.
pub struct App {
    /// Storage.
    pub store: Arc<dyn Store>,
    /// The engine room.
    pub runtime: Runtime,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Packages of installed modules.
    pub packages: Arc<Packages>,
    pub(crate) trust: Arc<trust::Trust>,
    invented: invented::Publisher,
    /// The bytes of documents.
    pub blobs: Arc<dyn Blobs>,
    /// Which public services modules handle.
    pub services: Arc<dyn ServiceDirectory>,
    pay: RwLock<Option<Arc<dyn PaymentPages>>>,
    /// Which host this is among those on the same database.
    host: uuid::Uuid,
    carriers: RwLock<Vec<Arc<dyn Carrier>>>,
    fares: OnceLock<Arc<Fares>>,
    /// The address that people type, without `/` at its end; none while it is not known.
    public_base: OnceLock<String>,
    signatures: OnceLock<Arc<dyn Signatures>>,
    renderer: OnceLock<Renderer>,
    arrived: Notify,
    directory: directory::Directory,
    list_key: ListKey,
}

impl App {
    /// Opens the data folder and the database.
    ///
    /// # Errors
    /// [`AppError`] in words for the operator.
    pub async fn open(options: Options) -> Result<Arc<Self>, AppError> {
        let at = |path: PathBuf| move |cause: std::io::Error| AppError::Data { path, cause };
        std::fs::create_dir_all(&options.data).map_err(at(options.data.clone()))?;
        let folder = cap_std::fs::Dir::open_ambient_dir(&options.data, cap_std::ambient_authority()).map_err(at(options.data.clone()))?;
        let master = master_key(&folder).map_err(at(options.data.join(KEY_FILE)))?;
        let list_key = ListKey::of(&master);
        folder.create_dir_all("audit").map_err(at(options.data.join("audit")))?;
        let checkpoints = folder.open_dir("audit").map_err(at(options.data.join("audit")))?;
        let database = match options.database {
            Some(url) => vatra_storage::DatabaseUrl::Postgres(url),
            None => vatra_storage::DatabaseUrl::Sqlite(options.data.join("vatra.sqlite")),
        };
        // The data folder of a host is nobody else's.
        let shared = matches!(database, vatra_storage::DatabaseUrl::Postgres(_));
        let storage = vatra_storage::open(vatra_storage::Config { database, checkpoints, readers: 32 }).await?;
        let store: Arc<dyn Store> = Arc::new(storage);
        folder.create_dir_all("packages").map_err(at(options.data.join("packages")))?;
        let packages = Arc::new(Packages::new(folder.open_dir("packages").map_err(at(options.data.join("packages")))?));
        folder.create_dir_all("blobs").map_err(at(options.data.join("blobs")))?;
        let blobs = folder.open_dir("blobs").map_err(at(options.data.join("blobs")))?;
        let blobs = FileBlobs::open(blobs, master.clone()).map_err(|error| AppError::Usage(error.to_string()))?;
        let blobs: Arc<dyn Blobs> = Arc::new(blobs);
        let trust = trust::Trust::open(store.clone(), packages.clone(), &master, options.invented).await?;
        let (trust, invented) = (Arc::new(trust), invented::Publisher::of(&master));
        let services = Services {
            store: store.clone(),
            blobs: blobs.clone(),
            clock: options.clock.clone(),
            master,
            modules: trust.clone(),
            cache: Some(options.data.join("compiled")),
        };
        let runtime = Runtime::new(options.engine, services).map_err(AppError::Usage)?;
        let offered: Arc<dyn ServiceDirectory> = Arc::new(services::Installed { store: store.clone(), packages: packages.clone() });
        runtime.offer_services(offered.clone());
        Ok(Arc::new(Self {
            store,
            runtime,
            clock: options.clock,
            packages,
            trust,
            invented,
            blobs,
            services: offered,
            pay: RwLock::new(None),
            host: uuid::Uuid::now_v7(),
            carriers: RwLock::default(),
            fares: OnceLock::new(),
            public_base: OnceLock::new(),
            signatures: OnceLock::new(),
            renderer: OnceLock::new(),
            arrived: Notify::new(),
            directory: directory::Directory::new(shared.then_some(directory::OTHERS)),
            list_key,
        }))
    }

    /// Makes every installed module ready, so that no call has to, and obeys changes that other hosts make from now on. For hosts that
    /// serve; a single command does without. Ends with the host.
    ///
    /// # Errors
    /// [`AppError::Store`].
    pub async fn make_ready(self: &Arc<Self>) -> Result<(), AppError> {
        let mut changes = self.store.changes().await?;
        let installations = self.store.installations().await?;
        let each = installations
            .into_iter()
            .flat_map(|(tenant, modules)| modules.into_iter().map(move |(installed, grants)| (tenant.id, installed, grants)));
        self.runtime.warm(each.collect()).await;
        for tenant in self.store.tenants().await? {
            if let Err(error) = self.take_in_signed(&tenant).await {
                tracing::error!(tenant = %tenant.slug, "approvals are not taken in: {error}");
            }
        }
        let app = Arc::downgrade(self);
        tokio::spawn(async move {
            loop {
                let changed = changes.next().await;
                let Some(app) = app.upgrade() else { break };
                match changed {
                    Changed::Module(tenant, module) => {
                        app.runtime.refresh(tenant, &module);
                        app.forget(tenant);
                    }
                    Changed::Trust => app.take_in_trust().await,
                    Changed::Everything => {
                        app.take_in_trust().await;
                        app.runtime.refresh_all();
                        app.directory.forget_all();
                    }
                }
                app.arrived.notify_one();
            }
        });
        tokio::spawn(watch_first_calls(Arc::downgrade(self)));
        Ok(())
    }

    /// Until it succeeds: what is stopped must not be run because the database was away for a moment.
    async fn take_in_trust(&self) {
        while let Err(error) = self.trust_changed().await {
            tracing::error!("whom the host trusts cannot be read; it is tried again: {error}");
            tokio::time::sleep(TRUST_PAUSE).await;
        }
    }

    /// Closes the database, once everything is written; the last thing to be done with a host.
    pub async fn close(&self) {
        self.store.close().await;
    }

    /// From now on this is what makes the host's own documents.
    pub fn set_renderer(&self, renderer: Renderer) {
        let _ = self.renderer.set(renderer);
    }

    pub(crate) fn set_fares(&self, fares: Arc<Fares>) {
        let _ = self.fares.set(fares);
    }

    /// How the government's services fare, if the host is connected to any.
    pub fn fares(&self) -> Option<&Arc<Fares>> {
        self.fares.get()
    }

    /// Where orders can be paid; set once when the pages are known.
    pub fn set_payment_pages(&self, pages: Arc<dyn PaymentPages>) {
        *self.pay.write().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(pages);
    }

    /// The address that people type; set once.
    pub fn set_public_base(&self, base: &str) {
        let _set_before = self.public_base.set(base.trim_end_matches('/').to_owned());
    }

    /// Where anyone can check the document with this code.
    pub(crate) fn check_url(&self, code: &str) -> Option<String> {
        Some(format!("{}/check/{code}", self.public_base.get()?))
    }

    /// The address where anyone can pay the order; empty when there is none.
    pub fn pay_url(&self, number: &str) -> String {
        self.pay.read().unwrap_or_else(std::sync::PoisonError::into_inner).as_ref().map(|pages| pages.pay_url(number)).unwrap_or_default()
    }
}

/// Takes versions back whose first calls fail.
async fn watch_first_calls(app: Weak<App>) {
    while let Some(host) = app.upgrade() {
        // The host may end while nothing falls.
        let fall = tokio::time::timeout(WATCH, host.runtime.next_fall()).await;
        let Ok((tenant, module, digest)) = fall else { continue };
        let returned = match host.store.tenants().await {
            Ok(all) => match all.into_iter().find(|one| one.id == tenant) {
                Some(tenant) => host.return_from(&tenant, &module, &digest).await,
                None => Ok(None),
            },
            Err(error) => Err(error.into()),
        };
        match returned {
            Ok(Some(installed)) => {
                tracing::error!(%module, version = installed.version, "the first calls of a new version failed: gone back")
            }
            Ok(None) => {}
            Err(error) => tracing::error!(%module, "the first calls of a new version failed, and it cannot be gone back from: {error}"),
        }
    }
}

/// How long a host that ended is held at most by looking for versions that fail.
const WATCH: std::time::Duration = std::time::Duration::from_millis(500);

/// Between two tries to read whom the host trusts.
const TRUST_PAUSE: std::time::Duration = std::time::Duration::from_millis(500);

const KEY_FILE: &str = "master.key";

/// The host's master key: made at the first start, readable by the host's user only.
fn master_key(folder: &cap_std::fs::Dir) -> std::io::Result<MasterKey> {
    use cap_std::fs::{OpenOptions, OpenOptionsExt};
    use std::io::{Error, ErrorKind, Read, Write};
    match folder.open(KEY_FILE) {
        Ok(mut file) => {
            let mut text = String::new();
            file.read_to_string(&mut text)?;
            let bytes = hex::decode(text.trim()).map_err(|_| Error::new(ErrorKind::InvalidData, "not a key"))?;
            let bytes: [u8; 32] = bytes.try_into().map_err(|_| Error::new(ErrorKind::InvalidData, "not a key of 32 bytes"))?;
            Ok(MasterKey::new(bytes))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let key = MasterKey::generate();
            let mut file = folder.open_with(KEY_FILE, OpenOptions::new().write(true).create_new(true).mode(0o600))?;
            writeln!(file, "{}", hex::encode(key.bytes()))?;
            file.sync_all()?;
            Ok(key)
        }
        Err(error) => Err(error),
    }
}
