//! Everything in which the two databases differ: placeholders, lists, bulk inserts, the word index and JSON.

use crate::db::{Dialect, Param, Tx, params};
use crate::fault::Fault;
use sqlx::Arguments as _;
use sqlx::postgres::PgArguments;
use std::borrow::Cow;
use std::fmt::Write as _;
use uuid::Uuid;

pub(crate) const BEGIN_WRITE_SQLITE: &str = "BEGIN IMMEDIATE";
/// Writers of a municipality are kept apart by a lock on the end of its audit chain: see [`crate::committer`].
pub(crate) const BEGIN_WRITE_POSTGRES: &str = "BEGIN ISOLATION LEVEL READ COMMITTED";
pub(crate) const BEGIN_READ_SQLITE: &str = "BEGIN DEFERRED";
pub(crate) const BEGIN_READ_POSTGRES: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

fn refused(error: sqlx::error::BoxDynError) -> Fault {
    sqlx::Error::Encode(error).into()
}

/// SQL and parameters for SQLite: `IN (??)` becomes as many `?` as a power of two holds, so that few shapes of a statement exist.
pub(crate) fn for_sqlite(sql: &str, params: Vec<Param>) -> Result<(Cow<'_, str>, Vec<Param>), Fault> {
    if !params.iter().any(Param::is_list) {
        return Ok((Cow::Borrowed(sql), params));
    }
    let mut flat = Vec::with_capacity(params.len() + 16);
    let mut out = String::with_capacity(sql.len() + 64);
    let mut rest = sql;
    for param in params {
        match param {
            Param::Uuids(list) => list_sqlite(&mut out, &mut rest, &mut flat, list)?,
            Param::Texts(list) => list_sqlite(&mut out, &mut rest, &mut flat, list)?,
            Param::Ints(list) => list_sqlite(&mut out, &mut rest, &mut flat, list)?,
            one => {
                let (before, after) = rest.split_once('?').ok_or_else(|| Fault::corrupt("more parameters than places"))?;
                out.push_str(before);
                out.push('?');
                rest = after;
                flat.push(one);
            }
        }
    }
    out.push_str(rest);
    Ok((Cow::Owned(out), flat))
}

fn list_sqlite<T: Clone + Into<Param>>(out: &mut String, rest: &mut &str, flat: &mut Vec<Param>, list: Vec<T>) -> Result<(), Fault> {
    let (before, after) = rest.split_once("IN (??)").ok_or_else(|| Fault::corrupt("a list without its place"))?;
    out.push_str(before);
    out.push_str("IN (");
    let places = if list.is_empty() { 0 } else { list.len().next_power_of_two() };
    for (place, value) in list.iter().chain(std::iter::repeat(list.last()).flatten()).take(places).enumerate() {
        out.push_str(if place == 0 { "?" } else { ",?" });
        flat.push(value.clone().into());
    }
    out.push(')');
    *rest = after;
    Ok(())
}

/// Rows of a table by their ids, for a `FROM`: parameters are the tenant and a list. PostgreSQL looks for each by its key, whatever it believed to
/// know of the table when it planned: prepared while a table is small, it would later go through all that a tenant has.
pub(crate) fn each(dialect: Dialect, table: &str, name: &str) -> String {
    match dialect {
        Dialect::Sqlite => format!("{table} {name} WHERE {name}.tenant = ? AND {name}.id IN (??)"),
        Dialect::Postgres => format!(
            "(SELECT ?::uuid AS tenant) o CROSS JOIN UNNEST((??)) AS i(id) \
             CROSS JOIN LATERAL (SELECT * FROM {table} k WHERE k.tenant = o.tenant AND k.id = i.id LIMIT 1) {name}"
        ),
    }
}

/// SQL and arguments for PostgreSQL: `?` becomes `$n`, `IN (??)` becomes `= ANY($n)`, another list `(??)` becomes `($n)`.
pub(crate) fn for_postgres(sql: &str, params: Vec<Param>) -> Result<(String, PgArguments), Fault> {
    let mut arguments = PgArguments::default();
    let mut out = String::with_capacity(sql.len() + 64);
    let mut rest = sql;
    for (index, param) in params.into_iter().enumerate() {
        let place = index + 1;
        let is_list = param.is_list();
        let mark = if is_list { "(??)" } else { "?" };
        let (before, after) = rest.split_once(mark).ok_or_else(|| Fault::corrupt("more parameters than places"))?;
        match before.strip_suffix("IN ").filter(|_| is_list) {
            Some(before) => write!(out, "{before}= ANY(${place})"),
            None if is_list => write!(out, "{before}(${place})"),
            None => write!(out, "{before}${place}"),
        }
        .map_err(|_| Fault::corrupt("a statement"))?;
        rest = after;
        one_postgres(&mut arguments, param).map_err(refused)?;
    }
    out.push_str(rest);
    Ok((out, arguments))
}

fn one_postgres(arguments: &mut PgArguments, param: Param) -> Result<(), sqlx::error::BoxDynError> {
    match param {
        Param::Uuid(id) => arguments.add(id),
        Param::Text(text) => arguments.add(text),
        Param::Int(number) => arguments.add(number),
        Param::Bool(flag) => arguments.add(flag),
        Param::Bytes(bytes) => arguments.add(bytes),
        Param::Uuids(list) => arguments.add(list),
        Param::Texts(list) => arguments.add(list),
        Param::Ints(list) => arguments.add(list),
    }
}

/// What a column of a bulk insert holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// Ids.
    Uuid,
    /// Texts.
    Text,
    /// Numbers.
    Int,
    /// Yes or no.
    Bool,
    /// Bytes.
    Bytes,
    /// A text search vector (PostgreSQL).
    Vector,
}

/// Where a bulk insert goes.
#[derive(Debug)]
pub(crate) struct Table {
    /// Its name.
    pub(crate) name: &'static str,
    /// Its columns.
    pub(crate) columns: &'static [(&'static str, Kind)],
    /// After the values: `ON CONFLICT …`.
    pub(crate) suffix: &'static str,
}

/// Inserts any number of rows whose first columns have shared values: multi-row VALUES in powers of two on SQLite (few shapes, each
/// prepared once), UNNEST on PostgreSQL. The first column that is not shared is never null.
pub(crate) async fn insert(tx: &mut Tx, table: &Table, shared: Vec<Param>, rows: Vec<Vec<Param>>) -> Result<(), Fault> {
    if rows.is_empty() {
        return Ok(());
    }
    match tx.dialect() {
        Dialect::Sqlite => {
            let own = table.columns.len().saturating_sub(shared.len());
            let most = most_rows(own);
            let mut left = rows.len();
            let mut rows = rows.into_iter();
            while left > 0 {
                let size = left.next_power_of_two().min(most);
                insert_shape(tx, table, &shared, rows.by_ref().take(size), size).await?;
                left = left.saturating_sub(size);
            }
        }
        Dialect::Postgres => {
            let mut script = PostgresScript::default();
            script.insert(table, shared, &rows)?;
            script.execute(tx).await?;
        }
    }
    Ok(())
}

/// Rows of one statement on SQLite: what it prepares stays in memory.
pub(crate) fn most_rows(columns: usize) -> usize {
    match columns {
        ..=4 => 256,
        5..=8 => 128,
        _ => 64,
    }
}

/// Inserts at most `size` rows in a statement of that shape; what is missing is filled with rows of nulls, which are left out.
pub(crate) async fn insert_shape(
    tx: &mut Tx,
    table: &Table,
    shared: &[Param],
    rows: impl Iterator<Item = Vec<Param>>,
    size: usize,
) -> Result<(), Fault> {
    let own = table.columns.len().saturating_sub(shared.len());
    let mut params = Vec::with_capacity(shared.len() + own * size);
    params.extend_from_slice(shared);
    params.extend(rows.flatten());
    params.resize(shared.len() + own * size, Param::Int(None));
    tx.execute(&insert_sqlite(table, shared.len(), own, size), params).await?;
    Ok(())
}

/// A select of rows: shared values first, bound once, then each row's own. (Numbered places would say the same, but SQLite looks each of
/// them up in a list.)
fn insert_sqlite(table: &Table, shared: usize, own: usize, rows: usize) -> String {
    let mut out = String::with_capacity(256 + rows * (own * 2 + 2));
    let _ = write!(out, "INSERT INTO {} (", table.name);
    for (place, (name, _)) in table.columns.iter().enumerate() {
        let _ = write!(out, "{}{name}", if place == 0 { "" } else { "," });
    }
    out.push_str(") SELECT ");
    for place in 0..shared + own {
        out.push_str(if place == 0 { "" } else { "," });
        let _ = if place < shared { write!(out, "?") } else { write!(out, "column{}", place - shared + 1) };
    }
    out.push_str(" FROM (VALUES ");
    for row in 0..rows {
        out.push_str(if row == 0 { "(" } else { ",(" });
        for column in 0..own {
            out.push_str(if column == 0 { "?" } else { ",?" });
        }
        out.push(')');
    }
    let _ = write!(out, ") WHERE column1 IS NOT NULL {}", table.suffix);
    out
}

/// A statement for PostgreSQL that inserts into several tables in one step.
#[derive(Default)]
pub(crate) struct PostgresScript {
    inserts: Vec<String>,
    places: usize,
    arguments: PgArguments,
}

impl PostgresScript {
    /// Inserts rows.
    pub(crate) fn insert(&mut self, table: &Table, shared: Vec<Param>, rows: &[Vec<Param>]) -> Result<(), Fault> {
        let (mut select, mut unnest, mut unnested) = (Vec::new(), Vec::new(), Vec::new());
        let alone = shared.len();
        for param in shared {
            one_postgres(&mut self.arguments, param).map_err(refused)?;
        }
        let names: Vec<&str> = table.columns.iter().map(|(name, _)| *name).collect();
        for (place, (name, kind)) in table.columns.iter().enumerate() {
            let (sql_type, cast) = match kind {
                Kind::Uuid => ("uuid", ""),
                Kind::Text => ("text", ""),
                Kind::Int => ("int8", ""),
                Kind::Bool => ("bool", ""),
                Kind::Bytes => ("bytea", ""),
                Kind::Vector => ("text", "::tsvector"),
            };
            self.places += 1;
            if place < alone {
                select.push(format!("${}::{sql_type}", self.places));
                continue;
            }
            select.push(format!("c.{name}{cast}"));
            unnest.push(format!("${}::{sql_type}[]", self.places));
            unnested.push(*name);
            let column = rows.iter().filter_map(|row| row.get(place - alone));
            column_argument(&mut self.arguments, *kind, column).map_err(refused)?;
        }
        let (names, select, unnest, unnested) = (names.join(", "), select.join(", "), unnest.join(", "), unnested.join(", "));
        self.inserts
            .push(format!("INSERT INTO {} ({names}) SELECT {select} FROM UNNEST({unnest}) AS c({unnested}) {}", table.name, table.suffix));
        Ok(())
    }
    /// Runs it: all of it, or nothing.
    pub(crate) async fn execute(mut self, tx: &mut Tx) -> Result<u64, Fault> {
        let Some(last) = self.inserts.pop() else { return Ok(0) };
        let mut sql = String::new();
        for (place, insert) in self.inserts.iter().enumerate() {
            let _ = write!(sql, "{} i{place} AS ({insert})", if place == 0 { "WITH" } else { "," });
        }
        let sql = if sql.is_empty() { last } else { format!("{sql} {last}") };
        tx.execute_postgres(sql, self.arguments).await
    }
}

fn column_argument<'a>(
    arguments: &mut PgArguments,
    kind: Kind,
    column: impl Iterator<Item = &'a Param>,
) -> Result<(), sqlx::error::BoxDynError> {
    match kind {
        Kind::Uuid => arguments.add(column.map(|p| if let Param::Uuid(id) = p { *id } else { None }).collect::<Vec<_>>()),
        Kind::Text | Kind::Vector => {
            arguments.add(column.map(|p| if let Param::Text(text) = p { text.clone() } else { None }).collect::<Vec<_>>())
        }
        Kind::Int => arguments.add(column.map(|p| if let Param::Int(number) = p { *number } else { None }).collect::<Vec<_>>()),
        Kind::Bool => arguments.add(column.map(|p| matches!(p, Param::Bool(true))).collect::<Vec<_>>()),
        Kind::Bytes => {
            arguments.add(column.map(|p| if let Param::Bytes(bytes) = p { Some(bytes.clone()) } else { None }).collect::<Vec<_>>())
        }
    }
}

/// An entry's words, prefixed already.
#[derive(Debug)]
pub(crate) struct EntryWords {
    /// Whose.
    pub(crate) entry: Uuid,
    /// Words that are not personal.
    pub(crate) plain: Vec<String>,
    /// Personal words.
    pub(crate) personal: Vec<String>,
}

/// Writes entries' words; `replace` when the entries may have had some.
pub(crate) async fn put_words(tx: &mut Tx, tenant: Uuid, items: Vec<EntryWords>, replace: bool) -> Result<(), Fault> {
    const VECTORS: Table = Table {
        name: "entry_words",
        columns: &[("tenant", Kind::Uuid), ("entry", Kind::Uuid), ("words", Kind::Vector)],
        suffix: "ON CONFLICT (tenant, entry) DO UPDATE SET words = EXCLUDED.words",
    };
    const SLOTS: Table =
        Table { name: "entry_slots", columns: &[("tenant", Kind::Uuid), ("entry", Kind::Uuid), ("slot", Kind::Int)], suffix: "" };
    const WORDS: Table =
        Table { name: "entry_words", columns: &[("rowid", Kind::Int), ("plain", Kind::Text), ("personal", Kind::Text)], suffix: "" };
    if items.is_empty() {
        return Ok(());
    }
    if tx.dialect() == Dialect::Postgres {
        let rows = items.into_iter().map(|item| params![item.entry, vector(&item)]).collect();
        return insert(tx, &VECTORS, params![tenant], rows).await;
    }
    let mut known = std::collections::HashMap::new();
    if replace {
        for chunk in items.chunks(512) {
            let ids = Param::Uuids(chunk.iter().map(|item| item.entry).collect());
            let rows = tx.rows("SELECT entry, slot FROM entry_slots WHERE tenant = ? AND entry IN (??)", vec![tenant.into(), ids]).await?;
            let mut slots = Vec::with_capacity(rows.len());
            for row in rows {
                known.insert(row.get::<Uuid>(0)?, row.get::<i64>(1)?);
                slots.push(row.get::<i64>(1)?);
            }
            if !slots.is_empty() {
                tx.execute("DELETE FROM entry_words WHERE rowid IN (??)", vec![Param::Ints(slots)]).await?;
            }
        }
    }
    let last = tx.row("SELECT max(slot) FROM entry_slots", vec![]).await?;
    let mut last = last.map(|row| row.get::<Option<i64>>(0)).transpose()?.flatten().unwrap_or(0);
    let mut slots = Vec::new();
    // FTS5 flushes whenever row ids go backwards.
    let mut words = std::collections::BTreeMap::new();
    for item in items {
        let slot = known.get(&item.entry).copied().unwrap_or_else(|| {
            last += 1;
            slots.push(params![item.entry, last]);
            last
        });
        words.insert(slot, params![slot, item.plain.join(" "), item.personal.join(" ")]);
    }
    insert(tx, &SLOTS, params![tenant], slots).await?;
    insert(tx, &WORDS, vec![], words.into_values().collect()).await
}

/// The words as PostgreSQL reads a vector: letters and digits only, so that nothing needs quoting. Weight A: not personal.
fn vector(item: &EntryWords) -> String {
    let mut weights: std::collections::BTreeMap<&str, &str> = item.personal.iter().map(|word| (word.as_str(), "2B")).collect();
    for word in &item.plain {
        weights.entry(word).and_modify(|weight| *weight = "1A,2B").or_insert("1A");
    }
    let mut out = String::new();
    for (word, weight) in weights {
        let _ = write!(out, "{word}:{weight} ");
    }
    out
}

/// A search: the prefixes that may stand before a word, the beginnings of words, and whether personal words count.
#[derive(Clone, Debug)]
pub(crate) struct Search {
    /// Of open entries, or of open and closed ones.
    pub(crate) scopes: Vec<String>,
    /// Folded.
    pub(crate) words: Vec<String>,
    /// [`vatra_core::register::Reach::Host`].
    pub(crate) personal: bool,
}

impl Search {
    fn query(&self, dialect: Dialect) -> String {
        let each = |word: &String| {
            let any: Vec<String> = self
                .scopes
                .iter()
                .map(|scope| match dialect {
                    Dialect::Sqlite => format!("\"{scope}{word}\"*"),
                    Dialect::Postgres => format!("{scope}{word}:*{}", if self.personal { "" } else { "A" }),
                })
                .collect();
            format!("({})", any.join(if dialect == Dialect::Sqlite { " OR " } else { " | " }))
        };
        let all: Vec<String> = self.words.iter().map(each).collect();
        match dialect {
            Dialect::Sqlite if self.personal => all.join(" AND "),
            Dialect::Sqlite => format!("{{plain}} : ({})", all.join(" AND ")),
            Dialect::Postgres => all.join(" & "),
        }
    }
    /// A query for the matching entries' ids (column `entry`).
    pub(crate) fn source(&self, dialect: Dialect, tenant: Uuid) -> (&'static str, Vec<Param>) {
        match dialect {
            Dialect::Sqlite => (
                "SELECT s.entry AS entry FROM entry_words CROSS JOIN entry_slots s \
                 WHERE entry_words MATCH ? AND s.slot = entry_words.rowid AND s.tenant = ?",
                params![self.query(dialect), tenant],
            ),
            Dialect::Postgres => (
                "SELECT w.entry AS entry FROM entry_words w WHERE w.words @@ ?::tsquery AND w.tenant = ?",
                params![self.query(dialect), tenant],
            ),
        }
    }
    /// The condition that an entry, named by its column, is among the matches. SQLite gathers them as the index has them, as ascending numbers:
    /// by their ids, gathering ten thousand takes thrice as long.
    pub(crate) fn holds(&self, dialect: Dialect, tenant: Uuid, entry: &str) -> (String, Vec<Param>) {
        match dialect {
            Dialect::Sqlite => (
                format!(
                    "(SELECT s.slot FROM entry_slots s WHERE s.tenant = ? AND s.entry = {entry}) \
                     IN (SELECT rowid FROM entry_words WHERE entry_words MATCH ?)"
                ),
                params![tenant, self.query(dialect)],
            ),
            Dialect::Postgres => {
                let (source, params) = self.source(dialect, tenant);
                (format!("{entry} IN ({source})"), params)
            }
        }
    }
    /// A query that counts matches by the word index alone.
    pub(crate) fn count(&self, dialect: Dialect) -> (&'static str, Vec<Param>) {
        let sql = match dialect {
            Dialect::Sqlite => "SELECT count(*) FROM entry_words WHERE entry_words MATCH ?",
            Dialect::Postgres => "SELECT count(*) FROM entry_words WHERE words @@ ?::tsquery",
        };
        (sql, params![self.query(dialect)])
    }
}

/// The end of an `EXISTS` that is to be looked up entry by entry: left to itself, PostgreSQL may read all that meets a condition first.
pub(crate) fn one_by_one(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => "",
        Dialect::Postgres => " LIMIT 1 OFFSET 0",
    }
}

/// A field of `e.fields` as JSON text. Field names are the schema's, checked by the caller.
pub(crate) fn json_field(dialect: Dialect, field: &str) -> String {
    match dialect {
        Dialect::Sqlite => format!("json_extract(e.fields, '$.\"{field}\"')"),
        Dialect::Postgres => format!("(e.fields::json -> '{field}')::text"),
    }
}

/// What a value of `e.fields` holds under its type's name: a number, or text.
pub(crate) fn json_inner(dialect: Dialect, field: &str, kind: &str, number: bool) -> String {
    match dialect {
        Dialect::Sqlite => format!("json_extract(e.fields, '$.\"{field}\".\"{kind}\"')"),
        Dialect::Postgres if number => format!("(e.fields::json #>> '{{{field},{kind}}}')::bigint"),
        Dialect::Postgres => format!("(e.fields::json #>> '{{{field},{kind}}}') COLLATE \"C\""),
    }
}

/// Sends a notice over a channel when the transaction is kept, where there is anybody to hear it.
pub(crate) fn notify(dialect: Dialect) -> Option<&'static str> {
    match dialect {
        Dialect::Sqlite => None,
        Dialect::Postgres => Some("SELECT 1 FROM (SELECT pg_notify(?, ?)) n"),
    }
}

/// A sum as a whole number.
pub(crate) fn sum(dialect: Dialect, of: &str) -> String {
    match dialect {
        Dialect::Sqlite => format!("sum({of})"),
        Dialect::Postgres => format!("sum({of})::bigint"),
    }
}
