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

/// Stops what another thread is doing, or is about to do, for nobody.
struct Abandoned(Option<Arc<Watch>>);

impl Drop for Abandoned {
    fn drop(&mut self) {
        if let Some(watch) = &self.0 {
            watch.begin(Some(Duration::ZERO));
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
        let mut abandoned = Abandoned(Some(Arc::clone(&self.watch)));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::params;

    const OPTIONS: fn(PathBuf) -> Options = |path| Options { path, mapped: 0, cache: 2_000, wal_pages: 1_000, reader: true };
    /// Counts for as long as it takes to count so far.
    const COUNT: &str = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) SELECT count(*), max(i) FROM n";

    #[tokio::test]
    async fn a_long_query_leaves_the_thread_to_others_and_the_snapshot_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let options = OPTIONS(folder.path().join("data"));
        let mut writer = Sqlite::open(&Options { reader: false, ..options.clone() }).unwrap();
        writer.run("CREATE TABLE seen (what TEXT)").unwrap();
        let mut reader = Sqlite::open(&options).unwrap();
        reader.run("BEGIN DEFERRED").unwrap();
        assert!(reader.rows("SELECT what FROM seen", vec![]).await.unwrap().is_empty());
        writer.execute("INSERT INTO seen VALUES (?)", &["later".into()]).unwrap();

        // One thread has both: the other task runs while the query does.
        let turns = Arc::new(AtomicU64::new(0));
        let beside = tokio::spawn({
            let turns = Arc::clone(&turns);
            async move {
                loop {
                    turns.fetch_add(1, Ordering::Relaxed);
                    tokio::task::yield_now().await;
                }
            }
        });
        let rows = reader.rows(COUNT, params![2_000_000i64]).await.unwrap();
        beside.abort();
        assert_eq!((rows[0].get::<i64>(0).unwrap(), rows[0].get::<i64>(1).unwrap()), (2_000_000, 2_000_000));
        assert!(turns.load(Ordering::Relaxed) > 10, "the query held the thread");
        assert!(reader.rows("SELECT what FROM seen", vec![]).await.unwrap().is_empty(), "still the same snapshot");
        assert!(reader.rollback());
        assert_eq!(reader.rows("SELECT what FROM seen", vec![]).await.unwrap().len(), 1);
    }

    #[tokio::test]
    async fn a_query_that_nobody_waits_for_is_stopped() {
        let folder = tempfile::tempdir().unwrap();
        let mut reader = Sqlite::open(&OPTIONS(folder.path().join("data"))).unwrap();
        let endless = reader.rows(COUNT, params![i64::MAX]);
        assert!(tokio::time::timeout(Duration::from_millis(20), endless).await.is_err());
        assert!(matches!(reader.rows("SELECT 1", vec![]).await, Err(Fault::Lost(_))), "the connection went with it");
        // Nothing ends before the blocking threads do: the runtime's end waits for them.
    }

    #[tokio::test]
    async fn a_reader_does_not_write() {
        let folder = tempfile::tempdir().unwrap();
        let options = OPTIONS(folder.path().join("data"));
        Sqlite::open(&Options { reader: false, ..options.clone() }).unwrap().run("CREATE TABLE seen (what TEXT)").unwrap();
        let mut reader = Sqlite::open(&options).unwrap();
        assert!(reader.execute("INSERT INTO seen VALUES ('x')", &[]).is_err());
    }
}
