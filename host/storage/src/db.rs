//! The thin layer over the two databases: a transaction, parameters and rows. SQL is written once, with `?` for a parameter and
//! `IN (??)` for a list of them.

use crate::dialect;
use crate::fault::Fault;
use crate::find::Sql;
use crate::gather::Gathered;
use crate::pool::{Connection, Lease, Pool, State};
use crate::sqlite::{self, Column};
use sqlx::postgres::{PgArguments, PgRow, Postgres};
use sqlx::{AssertSqlSafe, Decode, Row as _, Type};
use std::borrow::Cow;
use std::sync::Arc;
use tracing::Instrument;
use uuid::Uuid;

/// A statement in the traces: its text, in which every value is a parameter.
fn statement(sql: &str) -> tracing::Span {
    tracing::trace_span!("statement", sql)
}

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
pub(crate) struct Pools {
    pub(crate) dialect: Dialect,
    /// One on SQLite, one a committer on PostgreSQL.
    pub(crate) writers: Arc<Pool>,
    /// For snapshots.
    pub(crate) readers: Arc<Pool>,
    /// Reads of many calls together.
    pub(crate) gathered: Gathered,
}

impl Pools {
    /// A connection to write with, outside of any transaction yet.
    pub(crate) async fn write(&self) -> Result<Tx, Fault> {
        Ok(Tx { lease: self.writers.take().await? })
    }
    /// A transaction that reads one state of the data. That state is fixed by its first query, which is this one.
    pub(crate) async fn read(&self, sql: &str, params: Vec<Param>) -> Result<(Tx, Vec<Row>), Fault> {
        let mut tx = Tx { lease: self.readers.take().await? };
        let began = tx.begin(dialect::BEGIN_READ_SQLITE, dialect::BEGIN_READ_POSTGRES, sql, params.clone()).await;
        if !matches!(began, Err(Fault::Lost(_))) {
            return Ok((tx, began?));
        }
        // The server was restarted meanwhile: nothing that lies ready can be used.
        tx.lease.state = State::Lost;
        self.readers.forget();
        let mut tx = Tx { lease: self.readers.take().await? };
        let rows = tx.begin(dialect::BEGIN_READ_SQLITE, dialect::BEGIN_READ_POSTGRES, sql, params).await?;
        Ok((tx, rows))
    }
    /// One query, whose statement is a transaction of its own.
    pub(crate) async fn read_once(&self, sql: &str, params: Vec<Param>) -> Result<Vec<Row>, Fault> {
        read_once(&self.readers, sql, params).await
    }
    pub(crate) async fn close(&self) {
        self.readers.close().await;
        self.writers.close().await;
    }
}

/// See [`Pools::read_once`].
pub(crate) async fn read_once(readers: &Arc<Pool>, sql: &str, params: Vec<Param>) -> Result<Vec<Row>, Fault> {
    let mut again = true;
    loop {
        let mut tx = Tx { lease: readers.take().await? };
        let rows = tx.rows(sql, params.clone()).await;
        if let Err(Fault::Lost(_)) = &rows {
            tx.lease.state = State::Lost;
            if std::mem::take(&mut again) {
                readers.forget();
                continue;
            }
        }
        break rows;
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

impl Param {
    /// For `IN (??)`.
    pub(crate) fn is_list(&self) -> bool {
        matches!(self, Self::Uuids(_) | Self::Texts(_) | Self::Ints(_))
    }
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

/// A connection, within a transaction once it began one. Dropped without [`Tx::commit`], nothing of that remains.
#[derive(Debug)]
pub(crate) struct Tx {
    lease: Lease,
}

impl Tx {
    pub(crate) fn dialect(&self) -> Dialect {
        self.lease.dialect()
    }
    /// Begins a transaction with its first query.
    pub(crate) async fn begin(&mut self, sqlite: &str, postgres: &str, sql: &str, params: Vec<Param>) -> Result<Vec<Row>, Fault> {
        self.begin_alone(sqlite, postgres).await?;
        self.rows(sql, params).await
    }
    /// Begins a transaction.
    pub(crate) async fn begin_alone(&mut self, sqlite: &str, postgres: &str) -> Result<(), Fault> {
        self.lease.state = State::Open;
        let sql = if self.dialect() == Dialect::Sqlite { sqlite } else { postgres };
        self.run(sql).await
    }
    /// Runs a statement without parameters.
    pub(crate) async fn run(&mut self, sql: &str) -> Result<(), Fault> {
        self.lease.connection()?.run(sql).await
    }
    /// Runs a statement; how many rows it touched.
    pub(crate) async fn execute(&mut self, sql: &str, params: Vec<Param>) -> Result<u64, Fault> {
        match self.lease.connection()? {
            Connection::Sqlite(connection) => {
                let (sql, params) = dialect::for_sqlite(sql, params)?;
                statement(&sql).in_scope(|| connection.execute(&sql, &params))
            }
            Connection::Postgres(_) => {
                let (sql, arguments) = dialect::for_postgres(sql, params)?;
                self.execute_postgres(sql, arguments).await
            }
        }
    }
    /// PostgreSQL's own way of saying it.
    pub(crate) async fn execute_postgres(&mut self, sql: String, arguments: PgArguments) -> Result<u64, Fault> {
        match self.lease.connection()? {
            Connection::Postgres(connection) => {
                let span = statement(&sql);
                Ok(sqlx::query_with(AssertSqlSafe(sql), arguments).execute(connection).instrument(span).await?.rows_affected())
            }
            Connection::Sqlite(_) => Err(Fault::corrupt("a statement for the other database")),
        }
    }
    /// All rows of a query.
    pub(crate) async fn rows(&mut self, sql: &str, params: Vec<Param>) -> Result<Vec<Row>, Fault> {
        self.query(sql, params, true).await
    }
    /// All rows of a query whose best way depends on what is looked for: PostgreSQL plans it each time.
    pub(crate) async fn search(&mut self, sql: Sql) -> Result<Vec<Row>, Fault> {
        self.query(&sql.text, sql.params, false).await
    }
    async fn query(&mut self, sql: &str, params: Vec<Param>, prepared: bool) -> Result<Vec<Row>, Fault> {
        match self.lease.connection()? {
            Connection::Sqlite(connection) => {
                let span = statement(sql);
                connection.rows(sql, params).instrument(span).await
            }
            Connection::Postgres(connection) => {
                let (sql, arguments) = dialect::for_postgres(sql, params)?;
                let span = statement(&sql);
                let query = sqlx::query_with(AssertSqlSafe(sql), arguments).persistent(prepared);
                let rows = query.fetch_all(connection).instrument(span).await?;
                Ok(rows.into_iter().map(Row::Postgres).collect())
            }
        }
    }
    /// The first row of a query, if there is one.
    pub(crate) async fn row(&mut self, sql: &str, params: Vec<Param>) -> Result<Option<Row>, Fault> {
        Ok(self.rows(sql, params).await?.into_iter().next())
    }
    /// Keeps it.
    pub(crate) async fn commit(mut self) -> Result<(), Fault> {
        let kept = self.run("COMMIT").await;
        self.end(kept).await
    }
    /// After the last statement, which ended the transaction unless it failed: then nothing of it remains when this returns.
    pub(crate) async fn end(mut self, outcome: Result<(), Fault>) -> Result<(), Fault> {
        match &outcome {
            Ok(()) => self.lease.state = State::Clean,
            Err(Fault::Lost(_)) => self.lease.state = State::Lost,
            Err(_) => self.rollback().await,
        }
        outcome
    }
    /// Forgets it, and waits until the connection is free again.
    pub(crate) async fn rollback(mut self) {
        if self.lease.state != State::Open {
            return;
        }
        // A failed rollback means that the connection is gone, and the transaction with it. SQLite may have ended it by itself.
        match self.run("ROLLBACK").await {
            Ok(()) => self.lease.state = State::Clean,
            Err(Fault::Lost(_)) => self.lease.state = State::Lost,
            Err(_) => {}
        }
    }
}

/// A row of a result; columns by place.
#[derive(Debug)]
pub(crate) enum Row {
    /// From SQLite.
    Sqlite(Vec<rusqlite::types::Value>),
    /// From PostgreSQL.
    Postgres(PgRow),
}

impl Row {
    /// The column at this place.
    pub(crate) fn get<T>(&self, column: usize) -> Result<T, Fault>
    where
        T: Column + for<'r> Decode<'r, Postgres> + Type<Postgres>,
    {
        match self {
            Self::Sqlite(row) => row.get(column).and_then(T::read).ok_or_else(|| Fault::corrupt(format!("column {column} cannot be read"))),
            Self::Postgres(row) => Ok(row.try_get(column)?),
        }
    }
    /// The text at this place.
    fn text(&self, column: usize) -> Result<Cow<'_, str>, Fault> {
        match self {
            Self::Sqlite(row) => sqlite::text(row.get(column)).ok_or_else(|| Fault::corrupt(format!("column {column} cannot be read"))),
            Self::Postgres(row) => Ok(row.try_get::<&str, _>(column)?.into()),
        }
    }
    /// A count, never below zero.
    pub(crate) fn count(&self, column: usize) -> Result<u64, Fault> {
        u64::try_from(self.get::<i64>(column)?).map_err(|_| Fault::corrupt(format!("column {column} is below zero")))
    }
    /// A name.
    pub(crate) fn name(&self, column: usize) -> Result<vatra_core::ids::Name, Fault> {
        vatra_core::ids::Name::new(self.text(column)?).map_err(|error| Fault::corrupt(error.to_string()))
    }
    /// JSON.
    pub(crate) fn json<T: serde::de::DeserializeOwned>(&self, column: usize) -> Result<T, Fault> {
        parse(&self.text(column)?)
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
