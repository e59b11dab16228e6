//! Opening a database: connections, migrations, the audit trail's checkpoints.

use crate::audit::checkpoint::Checkpoints;
use crate::db::{Dialect, Pools};
use crate::fault::{Fault, describe};
use crate::gather::Gathered;
use crate::migrations;
use crate::pool::{Connection, Options, Pool};
use crate::shared::{Shared, Storage};
use crate::sqlite::{self, Sqlite};
use sqlx::Connection as _;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use vatra_core::store::StoreError;

/// Which database to open.
#[derive(Clone)]
pub enum DatabaseUrl {
    /// A file, made if it is not there.
    Sqlite(PathBuf),
    /// `postgres://user:password@host/database`. The database must exist.
    Postgres(String),
}

impl std::fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sqlite(path) => f.debug_tuple("Sqlite").field(path).finish(),
            Self::Postgres(_) => f.write_str("Postgres(…)"),
        }
    }
}

/// How to open storage.
#[derive(Debug)]
pub struct Config {
    /// The database.
    pub database: DatabaseUrl,
    /// A folder outside the database, for the audit trail's signed checkpoints and the key that signs them.
    pub checkpoints: cap_std::fs::Dir,
    /// Connections for reading: as many snapshots can be held at once. At least 1.
    pub readers: u32,
}

/// Statements that a connection to PostgreSQL keeps prepared.
const STATEMENTS: usize = 400;
/// Pages after which SQLite's log is written back, 16 MiB: many municipalities' chains grow at as many places, and a page that changed
/// often meanwhile is written back once.
const WAL_PAGES: u32 = 4_000;
/// Bytes of the file that a connection maps.
const MAPPED: u64 = 256 << 20;
/// Committers, each with a connection, on PostgreSQL.
const COMMITTERS: u32 = 4;

/// Opens the database and brings it up to date.
///
/// Trails whose end does not match their checkpoint are reported in the log at once (full verification:
/// [`verify_audit`](vatra_core::store::Municipal::verify_audit)).
///
/// # Errors
/// [`StoreError::Database`] when the database or the checkpoint folder cannot be opened. Never with a password in its text.
pub async fn open(config: Config) -> Result<Storage, StoreError> {
    let failed = |error: sqlx::Error| StoreError::Database(describe(&error));
    let checkpoints = Checkpoints::open(config.checkpoints)?;
    let readers = config.readers.max(1);
    let pools = match &config.database {
        DatabaseUrl::Sqlite(path) => {
            let options = sqlite::Options { path: path.clone(), mapped: MAPPED, cache: 32_000, wal_pages: WAL_PAGES, reader: false };
            // Makes the file, and its log, before anybody reads it.
            let writer = Sqlite::open(&options).map_err(Fault::from)?;
            migrations::run_sqlite(path).await?;
            let writers = Pool::new(Options::Sqlite(options.clone()), 1);
            writers.put(Connection::Sqlite(writer));
            let readers = Pool::new(Options::Sqlite(sqlite::Options { reader: true, ..options }), readers);
            Pools { dialect: Dialect::Sqlite, writers, gathered: Gathered::new(&readers), readers }
        }
        DatabaseUrl::Postgres(url) => {
            let options = PgConnectOptions::from_str(url).map_err(failed)?;
            let options = options.application_name("vatra").options([("jit", "off")]).statement_cache_capacity(STATEMENTS);
            let mut writer = PgConnection::connect_with(&options).await.map_err(failed)?;
            migrations::run_postgres(&mut writer).await?;
            let writers = Pool::new(Options::Postgres(Box::new(options.clone())), COMMITTERS);
            writers.put(Connection::Postgres(writer));
            let readers = Pool::new(Options::Postgres(Box::new(options)), readers);
            Pools { dialect: Dialect::Postgres, writers, gathered: Gathered::new(&readers), readers }
        }
    };
    let shared = Arc::new(Shared::new(pools, checkpoints));
    warn_of_broken_trails(&shared).await.map_err(StoreError::from)?;
    Ok(Storage { shared })
}

async fn warn_of_broken_trails(shared: &Shared) -> Result<(), Fault> {
    for (tenant, fault) in crate::audit::verify::ends(shared).await? {
        tracing::error!(%tenant, ?fault, "the audit trail does not match its checkpoint: run `vatra audit verify`");
    }
    Ok(())
}
