//! Building entries' keys and words anew: when a person's name changes, and when a register's schema does.

use crate::codec::{self, ENTRY};
use crate::db::{Param, Tx, params};
use crate::dialect::{Kind, Table, insert, put_words};
use crate::fault::Fault;
use crate::index::{self, Indexable, People};
use crate::people;
use std::collections::BTreeMap;
use uuid::Uuid;
use vatra_core::ids::{Name, SubjectId, TenantId};
use vatra_core::register::{Entry, FieldType, RegisterSchema};
use vatra_core::value::Value;

const KEYS: Table = Table {
    name: "entry_keys",
    columns: &[
        ("tenant", Kind::Uuid),
        ("register", Kind::Text),
        ("field", Kind::Text),
        ("closed", Kind::Bool),
        ("key", Kind::Text),
        ("entry", Kind::Uuid),
    ],
    suffix: "",
};
const UNIQUE: &[(&str, Kind)] =
    &[("tenant", Kind::Uuid), ("register", Kind::Text), ("field", Kind::Text), ("key", Kind::Text), ("entry", Kind::Uuid)];
/// Unique keys: taken is a fault.
pub(crate) const UNIQUE_KEYS: Table = Table { name: "unique_keys", columns: UNIQUE, suffix: "" };
/// Unique keys of entries that were there before the key was declared: the first keeps it.
const LATE_UNIQUE_KEYS: Table = Table { name: "unique_keys", columns: UNIQUE, suffix: "ON CONFLICT DO NOTHING" };

const PAGE: usize = 500;

impl<'a> From<&'a Entry> for Indexable<'a> {
    fn from(entry: &'a Entry) -> Self {
        Self { id: entry.at.id.0, number: entry.number.as_deref(), opened: entry.opened, closed: entry.closed, fields: &entry.fields }
    }
}

/// Rows of unique keys for these fields.
pub(crate) fn unique_rows<'a>(
    schema: &'a RegisterSchema,
    id: Uuid,
    fields: &'a vatra_core::value::Fields,
) -> impl Iterator<Item = Vec<Param>> + 'a {
    schema.unique.iter().filter_map(move |field| {
        let key = fields.get(field).and_then(codec::unique_key)?;
        Some(params![field.as_str(), key, id])
    })
}

/// Keys to be written, by field and whether their entries are closed.
#[derive(Debug, Default)]
pub(crate) struct Keys(BTreeMap<(String, bool), Vec<Vec<Param>>>);

impl Keys {
    /// One key.
    pub(crate) fn put(&mut self, field: String, key: String, entry: Indexable<'_>) {
        self.0.entry((field, entry.closed)).or_default().push(params![key, entry.id]);
    }
    /// All keys of an entry.
    pub(crate) fn put_all(&mut self, schema: &RegisterSchema, entry: Indexable<'_>, people: &People) {
        for (field, key) in index::keys(schema, entry, people) {
            self.put(field, key, entry);
        }
    }
    /// Writes them.
    pub(crate) async fn write(self, tx: &mut Tx, tenant: TenantId, register: &Name) -> Result<(), Fault> {
        for ((field, closed), rows) in self.0 {
            insert(tx, &KEYS, params![tenant.0, register.as_str(), field, closed], rows).await?;
        }
        Ok(())
    }
}

/// After a person's name or identifier changed: the entries that name them are found by the new one.
pub(crate) async fn person(tx: &mut Tx, tenant: TenantId, person: SubjectId) -> Result<(), Fault> {
    let registers = tx.rows("SELECT name, schema FROM registers WHERE tenant = ?", params![tenant.0]).await?;
    for row in registers {
        let schema: RegisterSchema = row.json(1)?;
        let key = Value::Subject(person).sort_key().unwrap_or_default();
        let mut ids = std::collections::BTreeSet::new();
        for field in schema.fields.iter().filter(|field| field.kind == FieldType::Subject) {
            let sql = "SELECT entry FROM entry_keys WHERE tenant = ? AND register = ? AND field = ? AND key = ?";
            for row in tx.rows(sql, params![tenant.0, schema.name.as_str(), field.name.as_str(), key.as_str()]).await? {
                ids.insert(row.get::<Uuid>(0)?);
            }
        }
        let ids: Vec<Uuid> = ids.into_iter().collect();
        for chunk in ids.chunks(PAGE) {
            let entries = load(tx, tenant, chunk).await?;
            rebuild(tx, tenant, &schema, &entries).await?;
        }
    }
    Ok(())
}

/// Builds a register's index by this schema and remembers that. Says whether there was anything to do.
pub(crate) async fn register(tx: &mut Tx, tenant: TenantId, schema: &RegisterSchema) -> Result<bool, Fault> {
    let name = schema.name.as_str();
    let Some(row) = tx.row("SELECT schema FROM registers WHERE tenant = ? AND name = ?", params![tenant.0, name]).await? else {
        return Ok(false);
    };
    if index::fingerprint(&row.json(0)?) == index::fingerprint(schema) {
        return Ok(false);
    }
    tx.execute("DELETE FROM entry_keys WHERE tenant = ? AND register = ?", params![tenant.0, name]).await?;
    tx.execute("DELETE FROM unique_keys WHERE tenant = ? AND register = ?", params![tenant.0, name]).await?;
    let mut last = Uuid::nil();
    loop {
        let sql = format!("SELECT {ENTRY} FROM entries e WHERE e.tenant = ? AND e.register = ? AND e.id > ? ORDER BY e.id LIMIT {PAGE}");
        let rows = tx.rows(&sql, params![tenant.0, name, last]).await?;
        let entries: Vec<Entry> = rows.iter().map(codec::entry).collect::<Result<_, _>>()?;
        let Some(end) = entries.last() else { break };
        last = end.at.id.0;
        for entry in &entries {
            let (fields, personal) = codec::split(schema, &entry.fields)?;
            let sql = "UPDATE entries SET fields = ?, personal = ? WHERE tenant = ? AND id = ? AND fields <> ?";
            tx.execute(sql, params![fields.as_str(), personal, tenant.0, entry.at.id.0, fields.as_str()]).await?;
        }
        let unique = entries.iter().flat_map(|entry| unique_rows(schema, entry.at.id.0, &entry.fields)).collect();
        insert(tx, &LATE_UNIQUE_KEYS, params![tenant.0, name], unique).await?;
        rebuild(tx, tenant, schema, &entries).await?;
    }
    let sql = "UPDATE registers SET schema = ? WHERE tenant = ? AND name = ?";
    tx.execute(sql, params![crate::db::json(schema)?, tenant.0, name]).await?;
    Ok(true)
}

/// Entries by id, in no order.
pub(crate) async fn load(tx: &mut Tx, tenant: TenantId, ids: &[Uuid]) -> Result<Vec<Entry>, Fault> {
    let mut out = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(PAGE) {
        let sql = format!("SELECT {ENTRY} FROM entries e WHERE e.tenant = ? AND e.id IN (??)");
        for row in tx.rows(&sql, vec![tenant.0.into(), Param::Uuids(chunk.to_vec())]).await? {
            out.push(codec::entry(&row)?);
        }
    }
    Ok(out)
}

async fn rebuild(tx: &mut Tx, tenant: TenantId, schema: &RegisterSchema, entries: &[Entry]) -> Result<(), Fault> {
    let referred = entries.iter().flat_map(|entry| index::referred(&entry.fields)).collect();
    let people = people::load(tx, tenant, referred).await?;
    let ids = entries.iter().map(|entry| entry.at.id.0).collect();
    tx.execute("DELETE FROM entry_keys WHERE tenant = ? AND entry IN (??)", vec![tenant.0.into(), Param::Uuids(ids)]).await?;
    let mut keys = Keys::default();
    entries.iter().for_each(|entry| keys.put_all(schema, entry.into(), &people));
    keys.write(tx, tenant, &schema.name).await?;
    let words = entries.iter().map(|entry| index::entry_words(tenant, schema, entry.into(), &people)).collect();
    put_words(tx, tenant.0, words, true).await
}
