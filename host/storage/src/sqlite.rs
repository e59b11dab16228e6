//! A connection to SQLite, used where the asker is: most queries are over in microseconds, less than it takes to hand them to another thread
//! and to be woken by their answer. What takes longer goes on in a thread for blocking work.

use crate::db::{Param, Row};
use crate::dialect;
use crate::fault::Fault;
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, ErrorCode, OpenFlags, ToSql};
use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// How long a query may hold the thread that asks, a worker of the runtime.
const SHORT: Duration = Duration::from_micros(300);
/// Instructions of SQLite's machine between two looks at the clock: some 5 µs.
const INSTRUCTIONS: std::ffi::c_int = 128;
/// Statements that a connection keeps prepared.
const STATEMENTS: usize = 400;
/// The index of words gathers its matches in one instruction, however many there are.
const WORDS: &str = "entry_words MATCH";

/// How to connect.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    pub(crate) path: PathBuf,
    /// Bytes of the file that are mapped into memory.
    pub(crate) mapped: u64,
    /// KiB of pages that the connection keeps.
    pub(crate) cache: u32,
    /// Pages of the log after which it is written back.
    pub(crate) wal_pages: u32,
    /// A reader is refused every write, and asks from the runtime's workers; the writer has a thread to itself.
    pub(crate) reader: bool,
}

/// Until when a statement may go on: nanoseconds since the connection was opened, none when it may take its time.
#[derive(Debug)]
struct Watch {
    opened: Instant,
    until: AtomicU64,
}

impl Watch {
    fn begin(&self, most: Option<Duration>) {
        let until = most.map_or(u64::MAX, |most| (self.opened.elapsed() + most).as_nanos() as u64);
        self.until.store(until, Ordering::Relaxed);
    }
    fn is_over(&self) -> bool {
        let until = self.until.load(Ordering::Relaxed);
        until != u64::MAX && self.opened.elapsed().as_nanos() as u64 >= until
    }
}

/// See the module.
#[derive(Debug)]
pub(crate) struct Sqlite {
    /// None after a query was given up while another thread worked at it.
    connection: Option<Connection>,
    watch: Arc<Watch>,
    reader: bool,
}

/// Stops what another thread is doing for nobody.
struct Abandoned(Option<rusqlite::InterruptHandle>);

impl Drop for Abandoned {
    fn drop(&mut self) {
        if let Some(handle) = &self.0 {
            handle.interrupt();
        }
    }
}

impl Sqlite {
    pub(crate) fn open(options: &Options) -> Result<Self, rusqlite::Error> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&options.path, flags)?;
        connection.busy_timeout(Duration::from_secs(20))?;
        let Options { mapped, cache, wal_pages, reader, .. } = options;
        let query_only = if *reader { "on" } else { "off" };
        connection.execute_batch(&format!(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = off; PRAGMA temp_store = memory; \
             PRAGMA mmap_size = {mapped}; PRAGMA cache_size = -{cache}; PRAGMA wal_autocheckpoint = {wal_pages}; \
             PRAGMA query_only = {query_only}"
        ))?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        let watch = Arc::new(Watch { opened: Instant::now(), until: AtomicU64::new(u64::MAX) });
        if *reader {
            let watch = Arc::clone(&watch);
            connection.progress_handler(INSTRUCTIONS, Some(move || watch.is_over()))?;
        }
        Ok(Self { connection: Some(connection), watch, reader: *reader })
    }

    fn connection(&self) -> Result<&Connection, Fault> {
        self.connection.as_ref().ok_or_else(|| Fault::Lost("the connection was given up".to_owned()))
    }

    /// All rows of a query.
    pub(crate) async fn rows(&mut self, sql: &str, params: Vec<Param>) -> Result<Vec<Row>, Fault> {
        let (sql, params) = dialect::for_sqlite(sql, params)?;
        if !self.reader {
            return Ok(query(self.connection()?, &sql, &params)?);
        }
        if !sql.contains(WORDS) {
            self.watch.begin(Some(SHORT));
            let answer = query(self.connection()?, &sql, &params);
            self.watch.begin(None);
            match answer {
                Err(error) if error.sqlite_error_code() == Some(ErrorCode::OperationInterrupted) => {}
                answer => return Ok(answer?),
            }
        }
        self.aside(sql.into_owned(), params).await
    }

    /// In a thread for blocking work; stopped when nobody waits for it any more.
    async fn aside(&mut self, sql: String, params: Vec<Param>) -> Result<Vec<Row>, Fault> {
        let mut abandoned = Abandoned(Some(self.connection()?.get_interrupt_handle()));
        let lost = || Fault::Lost("the connection was given up".to_owned());
        let connection = self.connection.take().ok_or_else(lost)?;
        let working = tokio::task::spawn_blocking(move || {
            let answer = query(&connection, &sql, &params);
            (connection, answer)
        });
        let (connection, answer) = working.await.map_err(|_| lost())?;
        abandoned.0 = None;
        self.connection = Some(connection);
        Ok(answer?)
    }

    /// Runs a statement; how many rows it touched. It holds the thread until it is done.
    pub(crate) fn execute(&mut self, sql: &str, params: &[Param]) -> Result<u64, Fault> {
        let mut statement = self.connection()?.prepare_cached(sql)?;
        bind(&mut statement, params)?;
        Ok(statement.raw_execute()? as u64)
    }

    /// Runs a statement without parameters or rows.
    pub(crate) fn run(&mut self, sql: &str) -> Result<(), Fault> {
        self.execute(sql, &[]).map(|_| ())
    }

    /// Ends a transaction that may have ended by itself; whether the connection can be used again.
    pub(crate) fn rollback(&mut self) -> bool {
        match &self.connection {
            Some(connection) => connection.is_autocommit() || connection.execute_batch("ROLLBACK").is_ok(),
            None => false,
        }
    }
}

fn bind(statement: &mut rusqlite::Statement<'_>, params: &[Param]) -> rusqlite::Result<()> {
    params.iter().zip(1usize..).try_for_each(|(param, place)| statement.raw_bind_parameter(place, param))
}

fn query(connection: &Connection, sql: &str, params: &[Param]) -> rusqlite::Result<Vec<Row>> {
    let mut statement = connection.prepare_cached(sql)?;
    bind(&mut statement, params)?;
    let columns = statement.column_count();
    let mut rows = statement.raw_query();
    let mut out = Vec::new();
    while let Some(row) = rows.next()? {
        out.push(Row::Sqlite((0..columns).map(|column| row.get(column)).collect::<Result<Vec<Value>, _>>()?));
    }
    Ok(out)
}

impl ToSql for Param {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let value = match self {
            Self::Uuid(id) => id.as_ref().map(|id| ValueRef::Blob(id.as_bytes())),
            Self::Text(text) => text.as_ref().map(|text| ValueRef::Text(text.as_bytes())),
            Self::Int(number) => number.map(ValueRef::Integer),
            Self::Bool(flag) => Some(ValueRef::Integer((*flag).into())),
            Self::Bytes(bytes) => Some(ValueRef::Blob(bytes)),
            Self::Uuids(_) | Self::Texts(_) | Self::Ints(_) => {
                return Err(rusqlite::Error::ToSqlConversionFailure("a list where a value stands".into()));
            }
        };
        Ok(ToSqlOutput::Borrowed(value.unwrap_or(ValueRef::Null)))
    }
}

/// What a column holds, read back.
pub(crate) trait Column: Sized {
    /// None when the value is of another kind.
    fn read(value: &Value) -> Option<Self>;
}

macro_rules! columns {
    ($($kind:ty: $pattern:pat => $read:expr),* $(,)?) => {
        $(impl Column for $kind {
            fn read(value: &Value) -> Option<Self> {
                if let $pattern = value { $read } else { None }
            }
        })*
    };
}
columns! {
    i64: Value::Integer(number) => Some(*number),
    bool: Value::Integer(number) => Some(*number != 0),
    String: Value::Text(text) => Some(text.clone()),
    Vec<u8>: Value::Blob(bytes) => Some(bytes.clone()),
    uuid::Uuid: Value::Blob(bytes) => uuid::Uuid::from_slice(bytes).ok(),
}

impl<T: Column> Column for Option<T> {
    fn read(value: &Value) -> Option<Self> {
        if matches!(value, Value::Null) { Some(None) } else { T::read(value).map(Some) }
    }
}

/// The text in a column, if it is text.
pub(crate) fn text(value: Option<&Value>) -> Option<Cow<'_, str>> {
    if let Some(Value::Text(text)) = value { Some(Cow::Borrowed(text)) } else { None }
}
