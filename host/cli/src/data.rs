//! The data folder: whoever opens it holds its lock; whoever finds it locked talks to the host that holds it.

use crate::clock::{Moment, MovedClock};
use anyhow::{Context, bail};
use fd_lock::{RwLock, RwLockWriteGuard};
use std::fs::{File, OpenOptions};
use std::io::ErrorKind;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use vatra_core::clock::{Clock, SystemClock};
use vatra_server::app::{App, EngineConfig, Options};
use vatra_server::commands::{self, Command, Reply};
use vatra_server::demo::MARK;

/// How long a command waits for another one that has the data open.
const PATIENCE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(50);

/// Where the data are.
pub(crate) struct Place {
    /// The data folder.
    pub(crate) folder: PathBuf,
    /// PostgreSQL, if not SQLite in the folder.
    pub(crate) database: Option<String>,
    /// From when a demo's clock goes on.
    pub(crate) moment: Option<Moment>,
}

/// The data folder, locked until the program ends.
pub(crate) struct Held {
    _guard: RwLockWriteGuard<'static, File>,
}

impl Place {
    /// Locks the data folder; none when somebody else has.
    pub(crate) fn lock(&self) -> anyhow::Result<Option<Held>> {
        let path = self.folder.join("lock");
        let place = || format!("The data folder cannot be locked: {}", path.display());
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path).with_context(place)?;
        // Held to the end of the program, so that it need not be given back.
        let lock: &'static mut RwLock<File> = Box::leak(Box::new(RwLock::new(file)));
        match lock.try_write() {
            Ok(guard) => Ok(Some(Held { _guard: guard })),
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(None),
            Err(error) => Err(error).with_context(place),
        }
    }

    /// Makes the data folder, readable by its user only.
    pub(crate) fn make(&self) -> anyhow::Result<()> {
        use std::os::unix::fs::DirBuilderExt;
        let place = || format!("The data folder cannot be made: {}", self.folder.display());
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&self.folder).with_context(place)
    }

    /// Whether all that is in it is invented.
    fn is_demo(&self) -> bool {
        self.folder.join(MARK).is_file()
    }

    fn clock(&self) -> anyhow::Result<Arc<dyn Clock>> {
        let Some(moment) = self.moment else { return Ok(Arc::new(SystemClock)) };
        if !self.is_demo() {
            bail!("--clock is for demo data only, and {} was not made by `vatra demo`", self.folder.display());
        }
        Ok(Arc::new(MovedClock::to(moment)))
    }

    /// The engine's settings: `engine.toml` in the data folder, if the operator wrote one.
    fn engine(&self) -> anyhow::Result<EngineConfig> {
        let path = self.folder.join("engine.toml");
        match std::fs::read_to_string(&path) {
            Ok(text) => toml::from_str(&text).with_context(|| format!("{} cannot be understood", path.display())),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Default::default()),
            Err(error) => Err(error).with_context(|| format!("{} cannot be read", path.display())),
        }
    }

    /// Opens the data. The caller holds the lock.
    pub(crate) async fn open(&self, _held: &Held) -> anyhow::Result<Arc<App>> {
        let engine = self.engine()?;
        let options =
            Options { data: self.folder.clone(), database: self.database.clone(), clock: self.clock()?, engine, invented: self.is_demo() };
        App::open(options).await.with_context(|| format!("The data in {} cannot be opened", self.folder.display()))
    }
}

/// Asks the host that runs on the data folder, or does it here.
pub(crate) async fn ask_or_run(place: &Place, command: Command) -> anyhow::Result<Reply> {
    if matches!(command, Command::TenantAdd(_)) {
        place.make()?;
    } else if !place.folder.is_dir() {
        let mend = "name the folder with --data, or make one: vatra demo --seed-only, or vatra tenant add";
        bail!("There is no data folder {}: {mend}", place.folder.display());
    }
    let mut waited = Duration::ZERO;
    loop {
        if let Some(held) = place.lock()? {
            let app = place.open(&held).await?;
            let reply = commands::run(&app, command).await;
            app.close().await;
            return Ok(reply);
        }
        // Locked by a host, by a host that is only starting, or by another command, which soon ends.
        if place.moment.is_some() && place.folder.join(commands::SOCKET).exists() {
            bail!("--clock cannot be given to a host that runs: stop it, or start the demo with --clock");
        }
        match commands::ask(&place.folder, &command).await {
            Ok(reply) => return Ok(reply),
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::ConnectionRefused) => {}
            Err(error) => return Err(error).context("The host that runs on this data folder does not answer"),
        }
        if waited >= PATIENCE {
            bail!("The data folder {} is in use by another command that does not end", place.folder.display());
        }
        tokio::time::sleep(PAUSE).await;
        waited += PAUSE;
    }
}
