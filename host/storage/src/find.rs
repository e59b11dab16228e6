//! Queries of a register: conditions, search, sorting and paging over the key and word indexes.
//!
//! A page is found in one of two ways: by walking the sort's keys in order until the page is full, or by sorting all that matches.
//! The number of matches, which is wanted anyway, decides.

use crate::codec::{self, ENTRY};
use crate::db::{Dialect, Param, Tx, params};
use crate::dialect::{Search, each, one_by_one};
use crate::fault::Fault;
use crate::index;
use std::collections::HashMap;
use uuid::Uuid;
use vatra_core::fold::words;
use vatra_core::ids::TenantId;
use vatra_core::register::{Comparison, Condition, Entry, EntryPage, Query, Reach, RegisterSchema};
use vatra_core::store::StoreError;

/// Words of a search that are heeded.
const MOST_WORDS: usize = 12;

/// A register's entries, counted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Counts {
    pub(crate) all: u64,
    pub(crate) open: u64,
}

/// SQL with its parameters, in the order of the text.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sql {
    pub(crate) text: String,
    pub(crate) params: Vec<Param>,
}

impl Sql {
    pub(crate) fn push(&mut self, text: &str, params: Vec<Param>) -> &mut Self {
        self.text.push_str(text);
        self.params.extend(params);
        self
    }
}

/// What a query matches, ready to be counted, sorted or summed.
#[derive(Debug)]
pub(crate) struct Matches<'a> {
    tenant: TenantId,
    query: &'a Query,
    search: Option<Search>,
    dialect: Dialect,
    /// The condition whose keys are read first, when there is no search.
    first: usize,
}

/// Keys that are counted to find the condition that fewest entries meet.
const PROBE: i64 = 2_000;

impl<'a> Matches<'a> {
    /// Checks the query against the schema, and finds out where to begin.
    pub(crate) async fn new(tx: &mut Tx, tenant: TenantId, schema: &RegisterSchema, query: &'a Query, reach: Reach) -> Result<Self, Fault> {
        let named = query.all_of.iter().map(|condition| &condition.name).chain(query.sort.iter().map(|sorting| &sorting.name));
        for name in named {
            if !index::keyed(schema, name) {
                return Err(StoreError::Missing(format!("an index of '{name}' in register '{}'", schema.name)).into());
            }
        }
        let mut words = query.search.as_deref().map(words).unwrap_or_default();
        words.truncate(MOST_WORDS);
        let closed = [false, true].into_iter().filter(|closed| query.include_closed || !closed);
        let scopes = closed.map(|closed| index::scope(tenant, &schema.name, closed)).collect();
        let search = (!words.is_empty()).then_some(Search { scopes, words, personal: reach == Reach::Host });
        let mut matches = Self { tenant, query, search, dialect: tx.dialect(), first: 0 };
        if matches.search.is_none() && query.all_of.len() > 1 {
            let mut fewest = i64::MAX;
            for (place, condition) in query.all_of.iter().enumerate() {
                let mut sql = Sql::default();
                sql.push("SELECT count(*) FROM (", vec![]);
                matches.keys_of(&mut sql, condition);
                sql.push(" LIMIT ?) p", params![PROBE]);
                let count: i64 = tx.search(sql).await?.first().map_or(Ok(0), |row| row.get(0))?;
                if count < fewest {
                    (fewest, matches.first) = (count, place);
                }
            }
        }
        Ok(matches)
    }

    /// Everything in the register matches.
    pub(crate) fn is_all(&self) -> bool {
        self.search.is_none() && self.query.all_of.is_empty()
    }

    /// A condition that an entry's key meets, as `EXISTS`.
    fn exists(&self, out: &mut Sql, entry: &str, condition: &Condition) {
        let start = format!(" AND EXISTS (SELECT 1 FROM entry_keys c WHERE c.tenant = ? AND c.entry = {entry} AND c.field = ? AND ");
        out.push(&start, params![self.tenant.0, condition.name.as_str()]);
        compare(out, "c.key", condition);
        out.push(one_by_one(self.dialect), vec![]).push(")", vec![]);
    }

    /// A subquery for matching entries' ids (column `entry`), with the conditions that it leaves to be checked.
    fn source(&self) -> (Sql, Vec<&'a Condition>) {
        let mut out = Sql::default();
        if let Some(search) = &self.search {
            let (text, params) = search.source(self.dialect, self.tenant.0);
            out.push(text, params);
            return (out, self.query.all_of.iter().collect());
        }
        let Some(first) = self.query.all_of.get(self.first) else {
            out.push("SELECT f.id AS entry FROM entries f WHERE f.tenant = ? AND f.register = ?", self.scope_params());
            if !self.query.include_closed {
                out.push(" AND NOT f.closed", vec![]);
            }
            return (out, Vec::new());
        };
        self.keys_of(&mut out, first);
        let rest = self.query.all_of.iter().enumerate().filter(|(place, _)| *place != self.first);
        (out, rest.map(|(_, condition)| condition).collect())
    }

    /// A query for the entries that meet one condition.
    fn keys_of(&self, out: &mut Sql, condition: &Condition) {
        out.push("SELECT f.entry AS entry FROM entry_keys f WHERE f.tenant = ? AND f.register = ?", self.scope_params());
        out.push(" AND f.field = ? AND ", params![condition.name.as_str()]);
        compare(out, "f.key", condition);
        if !self.query.include_closed {
            out.push(" AND NOT f.closed", vec![]);
        }
    }

    fn scope_params(&self) -> Vec<Param> {
        params![self.tenant.0, self.query.register.as_str()]
    }

    /// `FROM (…) m`, and after it what the source leaves to be checked, as ` AND …`.
    pub(crate) fn from(&self) -> (Sql, Sql) {
        let (source, rest) = self.source();
        let mut from = Sql::default();
        from.push(" FROM (", vec![]).push(&source.text, source.params).push(") m", vec![]);
        let mut checks = Sql::default();
        for condition in rest {
            self.exists(&mut checks, "m.entry", condition);
        }
        (from, checks)
    }

    pub(crate) fn include_closed(&self) -> bool {
        self.query.include_closed
    }

    /// How many match, when it is not all.
    pub(crate) fn counting(&self) -> Sql {
        let mut sql = Sql::default();
        match &self.search {
            Some(search) if self.query.all_of.is_empty() => {
                let (text, params) = search.count(self.dialect);
                sql.push(text, params);
            }
            _ => {
                let (from, checks) = self.from();
                sql.push("SELECT count(*)", vec![]).push(&from.text, from.params);
                sql.push(" WHERE 1 = 1", vec![]).push(&checks.text, checks.params);
            }
        }
        sql
    }

    async fn count(&self, tx: &mut Tx, counts: Counts) -> Result<u64, Fault> {
        if self.is_all() {
            return Ok(if self.query.include_closed { counts.all } else { counts.open });
        }
        tx.search(self.counting()).await?.first().map_or(Ok(0), |row| row.count(0))
    }

    fn order(&self, out: &mut Sql, entry: &str, limit: u32, offset: u64) {
        out.push(" ORDER BY ", vec![]);
        for (place, sorting) in self.query.sort.iter().enumerate() {
            let direction = if sorting.descending { " DESC" } else { "" };
            out.push(&format!("k{place}.key{direction}, "), vec![]);
        }
        // In the direction of the sorting, so that one index gives the whole order.
        let direction = if self.query.sort.last().is_some_and(|sorting| sorting.descending) { " DESC" } else { "" };
        out.push(&format!("{entry}{direction} LIMIT ? OFFSET ?"), params![limit, offset]);
    }

    fn join_keys(&self, out: &mut Sql, from: usize) {
        for place in from..self.query.sort.len() {
            out.push(&format!(" CROSS JOIN entry_keys k{place}"), vec![]);
        }
    }

    fn match_keys(&self, out: &mut Sql, from: usize, entry: &str) {
        for (place, sorting) in self.query.sort.iter().enumerate().skip(from) {
            let text = format!(" AND k{place}.tenant = ? AND k{place}.entry = {entry} AND k{place}.field = ?");
            out.push(&text, params![self.tenant.0, sorting.name.as_str()]);
        }
    }

    /// Sorts all that matches.
    fn sorted(&self, limit: u32, offset: u64) -> Sql {
        let (from, checks) = self.from();
        let mut sql = Sql::default();
        sql.push("SELECT m.entry", vec![]).push(&from.text, from.params);
        self.join_keys(&mut sql, 0);
        sql.push(" WHERE 1 = 1", vec![]);
        self.match_keys(&mut sql, 0, "m.entry");
        sql.push(&checks.text, checks.params);
        self.order(&mut sql, "m.entry", limit, offset);
        sql
    }

    /// Walks the first sort's keys (or the entries) in order.
    fn walked(&self, limit: u32, offset: u64) -> Sql {
        let mut sql = Sql::default();
        let entry = if let Some(first) = self.query.sort.first() {
            sql.push("SELECT k0.entry FROM entry_keys k0", vec![]);
            self.join_keys(&mut sql, 1);
            sql.push(" WHERE k0.tenant = ? AND k0.register = ? AND k0.field = ?", self.scope_params());
            sql.params.push(first.name.as_str().into());
            "k0.entry"
        } else {
            sql.push("SELECT k0.id FROM entries k0 WHERE k0.tenant = ? AND k0.register = ?", self.scope_params());
            "k0.id"
        };
        if !self.query.include_closed {
            sql.push(" AND NOT k0.closed", vec![]);
        }
        self.match_keys(&mut sql, 1, entry);
        for condition in &self.query.all_of {
            if self.query.sort.first().is_some_and(|sorting| sorting.name == condition.name) {
                sql.push(" AND ", vec![]);
                compare(&mut sql, "k0.key", condition);
            } else {
                self.exists(&mut sql, entry, condition);
            }
        }
        if let Some(search) = &self.search {
            let (text, params) = search.holds(self.dialect, self.tenant.0, entry);
            sql.push(" AND ", vec![]).push(&text, params);
        }
        self.order(&mut sql, entry, limit, offset);
        sql
    }

    /// Whether walking reads less than sorting. Walking passes `1 / share` keys for each entry that it finds; with a search, it
    /// first gathers all matches.
    fn walk_is_shorter(&self, counts: Counts, total: u64, wanted: u64) -> bool {
        if self.is_all() {
            return true;
        }
        let all = if self.query.include_closed { counts.all } else { counts.open };
        let walk = wanted.min(total).saturating_mul(all) / total.max(1);
        let gather = if self.search.is_some() { total } else { 0 };
        walk.saturating_add(gather) < total.saturating_mul(3)
    }
}

/// Compares a key. Empty fields have the empty key, which is neither less nor more than anything.
fn compare(out: &mut Sql, key: &str, condition: &Condition) {
    let value = condition.value.sort_key().unwrap_or_default();
    let (text, compared) = match condition.comparison {
        Comparison::Equal => (format!("{key} = ?"), true),
        Comparison::NotEqual => (format!("{key} <> ?"), true),
        Comparison::Less => (format!("({key} < ? AND {key} > '')"), true),
        Comparison::AtMost => (format!("({key} <= ? AND {key} > '')"), true),
        Comparison::More => (format!("{key} > ?"), true),
        Comparison::AtLeast => (format!("({key} >= ? AND {key} > '')"), true),
        Comparison::IsEmpty => (format!("{key} = ''"), false),
        Comparison::IsNotEmpty => (format!("{key} > ''"), false),
    };
    out.push(&text, if compared { params![value] } else { vec![] });
}

/// A page of a query.
pub(crate) async fn find(
    tx: &mut Tx,
    matches: &Matches<'_>,
    counts: Counts,
    total: Option<u64>,
    offset: u64,
    limit: u32,
) -> Result<EntryPage, Fault> {
    let total = match total {
        Some(total) => total,
        None => matches.count(tx, counts).await?,
    };
    if offset >= total || limit == 0 {
        return Ok(EntryPage { entries: Vec::new(), total });
    }
    let wanted = offset.saturating_add(u64::from(limit));
    let walk = matches.walk_is_shorter(counts, total, wanted);
    let sql = if walk { matches.walked(limit, offset) } else { matches.sorted(limit, offset) };
    let rows = tx.search(sql).await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.get(0)).collect::<Result<_, _>>()?;
    Ok(EntryPage { entries: in_order(tx, matches.tenant, &ids).await?, total })
}

/// Entries by id, in the order of the ids; those that exist.
pub(crate) async fn in_order(tx: &mut Tx, tenant: TenantId, ids: &[Uuid]) -> Result<Vec<Entry>, Fault> {
    let mut found: HashMap<Uuid, Entry> = HashMap::with_capacity(ids.len());
    let sql = format!("SELECT {ENTRY} FROM {}", each(tx.dialect(), "entries", "e"));
    for chunk in ids.chunks(512) {
        for row in tx.rows(&sql, vec![tenant.0.into(), Param::Uuids(chunk.to_vec())]).await? {
            let entry = codec::entry(&row)?;
            found.insert(entry.at.id.0, entry);
        }
    }
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}
