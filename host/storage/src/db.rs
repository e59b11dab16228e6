//! The thin layer over the two databases: a transaction, parameters and rows. SQL is written once, with `?` for a parameter and
//! `IN (??)` for a list of them.

use crate::dialect;
use crate::fault::Fault;
use sqlx::postgres::{PgPool, PgRow, Postgres};
use sqlx::sqlite::{Sqlite, SqlitePool, SqliteRow};
use sqlx::{AssertSqlSafe, Decode, Row as _, Transaction, Type};
use uuid::Uuid;

/// Which database.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Dialect {
    /// A file of its own.
    Sqlite,
    /// A server, shared by any number of hosts.
    Postgres,
}

/// Connections: writers and readers apart, so that a call holding a snapshot never waits for itself.
#[derive(Debug)]
pub(crate) enum Pools {
    /// One writer.
    Sqlite {
        /// Exactly one connection.
        writer: SqlitePool,
        /// Read-only ones.
        readers: SqlitePool,
    },
    /// Several writers, a tenant at a time each.
    Postgres {
        /// For transactions that write.
        writers: PgPool,
        /// For snapshots.
        readers: PgPool,
    },
}

impl Pools {
    pub(crate) fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite { .. } => Dialect::Sqlite,
            Self::Postgres { .. } => Dialect::Postgres,
        }
    }
    /// A transaction that writes, serialisable.
    pub(crate) async fn write(&self) -> Result<Tx, Fault> {
        Ok(match self {
            Self::Sqlite { writer, .. } => Tx::Sqlite(writer.begin_with(dialect::BEGIN_WRITE_SQLITE).await?),
            Self::Postgres { writers, .. } => Tx::Postgres(writers.begin_with(dialect::BEGIN_WRITE_POSTGRES).await?),
        })
    }
    /// A transaction that reads one state of the data. That state is fixed by its first query.
    pub(crate) async fn read(&self) -> Result<Tx, Fault> {
        Ok(match self {
            Self::Sqlite { readers, .. } => Tx::Sqlite(readers.begin_with(dialect::BEGIN_READ_SQLITE).await?),
            Self::Postgres { readers, .. } => Tx::Postgres(readers.begin_with(dialect::BEGIN_READ_POSTGRES).await?),
        })
    }
    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Self::Postgres { writers, readers } => {
                readers.close().await;
                writers.close().await;
            }
        }
    }
}

/// A parameter.
#[derive(Clone, Debug)]
pub(crate) enum Param {
    /// An id.
    Uuid(Option<Uuid>),
    /// Text.
    Text(Option<String>),
    /// A number.
    Int(Option<i64>),
    /// Yes or no.
    Bool(bool),
    /// Bytes.
    Bytes(Vec<u8>),
    /// A list of ids, for `IN (??)`.
    Uuids(Vec<Uuid>),
    /// A list of texts, for `IN (??)`.
    Texts(Vec<String>),
    /// A list of numbers, for `IN (??)`.
    Ints(Vec<i64>),
}

impl From<Uuid> for Param {
    fn from(id: Uuid) -> Self {
        Self::Uuid(Some(id))
    }
}
impl From<Option<Uuid>> for Param {
    fn from(id: Option<Uuid>) -> Self {
        Self::Uuid(id)
    }
}
impl From<String> for Param {
    fn from(text: String) -> Self {
        // PostgreSQL's text holds no NUL; both databases are told the same.
        Self::Text(Some(if text.contains('\0') { text.replace('\0', "\u{fffd}") } else { text }))
    }
}
impl From<&str> for Param {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}
impl From<Option<String>> for Param {
    fn from(text: Option<String>) -> Self {
        text.map_or(Self::Text(None), Self::from)
    }
}
impl From<i64> for Param {
    fn from(number: i64) -> Self {
        Self::Int(Some(number))
    }
}
impl From<u32> for Param {
    fn from(number: u32) -> Self {
        Self::Int(Some(i64::from(number)))
    }
}
impl From<u64> for Param {
    fn from(number: u64) -> Self {
        Self::Int(Some(i64::try_from(number).unwrap_or(i64::MAX)))
    }
}
impl From<Option<i64>> for Param {
    fn from(number: Option<i64>) -> Self {
        Self::Int(number)
    }
}
impl From<bool> for Param {
    fn from(flag: bool) -> Self {
        Self::Bool(flag)
    }
}
impl From<Vec<u8>> for Param {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

/// Parameters from anything that is one.
macro_rules! params {
    ($($value:expr),* $(,)?) => { vec![$($crate::db::Param::from($value)),*] };
}
pub(crate) use params;

/// A transaction. Dropped without [`Tx::commit`], nothing of it remains.
#[derive(Debug)]
pub(crate) enum Tx {
    /// On SQLite.
    Sqlite(Transaction<'static, Sqlite>),
    /// On PostgreSQL.
    Postgres(Transaction<'static, Postgres>),
}

impl Tx {
    pub(crate) fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite(_) => Dialect::Sqlite,
            Self::Postgres(_) => Dialect::Postgres,
        }
    }
    /// Runs a statement; how many rows it touched.
    pub(crate) async fn execute(&mut self, sql: &str, params: Vec<Param>) -> Result<u64, Fault> {
        Ok(match self {
            Self::Sqlite(tx) => {
                let (sql, arguments) = dialect::for_sqlite(sql, params)?;
                sqlx::query_with(AssertSqlSafe(sql), arguments).execute(&mut **tx).await?.rows_affected()
            }
            Self::Postgres(tx) => {
                let (sql, arguments) = dialect::for_postgres(sql, params)?;
                sqlx::query_with(AssertSqlSafe(sql), arguments).execute(&mut **tx).await?.rows_affected()
            }
        })
    }
    /// All rows of a query.
    pub(crate) async fn rows(&mut self, sql: &str, params: Vec<Param>) -> Result<Vec<Row>, Fault> {
        Ok(match self {
            Self::Sqlite(tx) => {
                let (sql, arguments) = dialect::for_sqlite(sql, params)?;
                let rows = sqlx::query_with(AssertSqlSafe(sql), arguments).fetch_all(&mut **tx).await?;
                rows.into_iter().map(Row::Sqlite).collect()
            }
            Self::Postgres(tx) => {
                let (sql, arguments) = dialect::for_postgres(sql, params)?;
                let rows = sqlx::query_with(AssertSqlSafe(sql), arguments).fetch_all(&mut **tx).await?;
                rows.into_iter().map(Row::Postgres).collect()
            }
        })
    }
    /// The first row of a query, if there is one.
    pub(crate) async fn row(&mut self, sql: &str, params: Vec<Param>) -> Result<Option<Row>, Fault> {
        Ok(self.rows(sql, params).await?.into_iter().next())
    }
    /// Keeps it.
    pub(crate) async fn commit(self) -> Result<(), Fault> {
        match self {
            Self::Sqlite(tx) => tx.commit().await?,
            Self::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }
    /// Forgets it, and waits until the connection is free again.
    pub(crate) async fn rollback(self) -> Result<(), Fault> {
        match self {
            Self::Sqlite(tx) => tx.rollback().await?,
            Self::Postgres(tx) => tx.rollback().await?,
        }
        Ok(())
    }
}

/// A row of a result; columns by place.
#[derive(Debug)]
pub(crate) enum Row {
    /// From SQLite.
    Sqlite(SqliteRow),
    /// From PostgreSQL.
    Postgres(PgRow),
}

impl Row {
    /// The column at this place.
    pub(crate) fn get<T>(&self, column: usize) -> Result<T, Fault>
    where
        T: for<'r> Decode<'r, Sqlite> + Type<Sqlite> + for<'r> Decode<'r, Postgres> + Type<Postgres>,
    {
        Ok(match self {
            Self::Sqlite(row) => row.try_get(column)?,
            Self::Postgres(row) => row.try_get(column)?,
        })
    }
    /// A count, never below zero.
    pub(crate) fn count(&self, column: usize) -> Result<u64, Fault> {
        u64::try_from(self.get::<i64>(column)?).map_err(|_| Fault::corrupt(format!("column {column} is below zero")))
    }
    /// A name.
    pub(crate) fn name(&self, column: usize) -> Result<vatra_core::ids::Name, Fault> {
        vatra_core::ids::Name::new(self.get::<String>(column)?).map_err(|error| Fault::corrupt(error.to_string()))
    }
    /// JSON.
    pub(crate) fn json<T: serde::de::DeserializeOwned>(&self, column: usize) -> Result<T, Fault> {
        parse(&self.get::<String>(column)?)
    }
}

/// Reads JSON that we wrote. The error names the place, never the text.
pub(crate) fn parse<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, Fault> {
    serde_json::from_str(text).map_err(|error| Fault::corrupt(format!("JSON ends at line {} column {}", error.line(), error.column())))
}

/// Writes JSON.
pub(crate) fn json<T: serde::Serialize>(value: &T) -> Result<String, Fault> {
    serde_json::to_string(value).map_err(|_| Fault::corrupt("a value that is no JSON"))
}
