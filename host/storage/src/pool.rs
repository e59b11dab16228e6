//! Connections, as many as are allowed, opened when they are first needed and kept. Taking one that lies ready costs the database nothing,
//! and neither does giving it back clean; one given back within a transaction is rolled back first.

use crate::db::Dialect;
use crate::fault::Fault;
use crate::sqlite::{self, Sqlite};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, Connection as _, SqlSafeStr as _};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use vatra_core::store::StoreError;

/// How to connect.
#[derive(Clone)]
pub(crate) enum Options {
    /// To a file.
    Sqlite(sqlite::Options),
    /// To a server.
    Postgres(Box<PgConnectOptions>),
}

/// A connection to one of the databases.
#[derive(Debug)]
pub(crate) enum Connection {
    /// To a file.
    Sqlite(Sqlite),
    /// To a server.
    Postgres(PgConnection),
}

impl Connection {
    pub(crate) async fn open(options: &Options) -> Result<Self, Fault> {
        Ok(match options {
            Options::Sqlite(options) => Self::Sqlite(Sqlite::open(options)?),
            Options::Postgres(options) => Self::Postgres(PgConnection::connect_with(options).await?),
        })
    }
    /// Runs a statement without parameters.
    pub(crate) async fn run(&mut self, sql: &str) -> Result<(), Fault> {
        match self {
            Self::Sqlite(connection) => connection.run(sql),
            Self::Postgres(connection) => {
                sqlx::raw_sql(AssertSqlSafe(sql.to_owned()).into_sql_str()).execute(connection).await?;
                Ok(())
            }
        }
    }
    pub(crate) async fn close(self) {
        if let Self::Postgres(connection) = self {
            // Nothing is left to do when the farewell fails.
            let _ = connection.close().await;
        }
    }
}

/// SQLite connections that map the file. They are those that are used most, as the last given back is the first taken; each maps the same pages,
/// which are counted as resident once for each of them.
const MAPPED: usize = 2;

/// See the module.
pub(crate) struct Pool {
    options: Options,
    size: u32,
    permits: Arc<Semaphore>,
    /// The last given back is the first taken: what few connections can do, few do.
    idle: Mutex<Vec<Connection>>,
}

impl std::fmt::Debug for Pool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pool").field("size", &self.size).finish_non_exhaustive()
    }
}

impl Pool {
    /// How many connections there may be.
    pub(crate) fn size(&self) -> u32 {
        self.size
    }
    /// How to reach the server, if there is one.
    pub(crate) fn postgres(&self) -> Option<PgConnectOptions> {
        if let Options::Postgres(options) = &self.options { Some((**options).clone()) } else { None }
    }
    /// With at most so many connections; none yet.
    pub(crate) fn new(options: Options, size: u32) -> Arc<Self> {
        let permits = Arc::new(Semaphore::new(size as usize));
        Arc::new(Self { options, size, permits, idle: Mutex::default() })
    }
    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
    /// Puts in a connection that was opened already.
    pub(crate) fn put(&self, connection: Connection) {
        self.idle().push(connection);
    }
    /// Closes what lies ready.
    pub(crate) fn forget(&self) {
        self.idle().clear();
    }
    /// A connection, when one is free.
    pub(crate) async fn take(self: &Arc<Self>) -> Result<Lease, Fault> {
        let closed = |_| Fault::from(StoreError::Database("the database is closed".to_owned()));
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(closed)?;
        let ready = self.idle().pop();
        let connection = match ready {
            Some(connection) => connection,
            // Whoever holds a permit has a connection, or opens one.
            None => match (&self.options, self.size as usize - self.permits.available_permits()) {
                (Options::Sqlite(options), nth) if nth > MAPPED => {
                    Connection::open(&Options::Sqlite(sqlite::Options { mapped: 0, cache: 2_000, ..options.clone() })).await?
                }
                (options, _) => Connection::open(options).await?,
            },
        };
        Ok(Lease { connection: Some(connection), state: State::Clean, pool: Arc::clone(self), permit: Some(permit) })
    }
    /// Waits until every connection was given back, and closes them.
    pub(crate) async fn close(&self) {
        // Whoever waits already is served first.
        if let Ok(_all) = self.permits.acquire_many(self.size).await {
            self.permits.close();
        }
        let idle = std::mem::take(&mut *self.idle());
        for connection in idle {
            connection.close().await;
        }
    }
}

/// What is known of a connection.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum State {
    /// Outside of any transaction.
    Clean,
    /// Perhaps within one.
    Open,
    /// Not to be used again.
    Lost,
}

/// A connection, taken. Dropped, it goes back.
#[derive(Debug)]
pub(crate) struct Lease {
    connection: Option<Connection>,
    pub(crate) state: State,
    pool: Arc<Pool>,
    permit: Option<OwnedSemaphorePermit>,
}

impl Lease {
    /// Of which database.
    pub(crate) fn dialect(&self) -> Dialect {
        match self.pool.options {
            Options::Sqlite(_) => Dialect::Sqlite,
            Options::Postgres(_) => Dialect::Postgres,
        }
    }
    /// The connection.
    pub(crate) fn connection(&mut self) -> Result<&mut Connection, Fault> {
        self.connection.as_mut().ok_or_else(|| Fault::Lost("the connection was given up".to_owned()))
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let (Some(mut connection), Some(permit)) = (self.connection.take(), self.permit.take()) else { return };
        match (self.state, &mut connection) {
            (State::Clean, _) => self.pool.put(connection),
            (State::Open, Connection::Sqlite(sqlite)) => {
                if sqlite.rollback() {
                    self.pool.put(connection);
                }
            }
            (State::Open, Connection::Postgres(_)) => {
                // Without a runtime the connection is closed, and the transaction gone with it.
                let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
                let pool = Arc::clone(&self.pool);
                runtime.spawn(async move {
                    if connection.run("ROLLBACK").await.is_ok() {
                        pool.put(connection);
                    }
                    drop(permit);
                });
            }
            (State::Lost, _) => {}
        }
    }
}
