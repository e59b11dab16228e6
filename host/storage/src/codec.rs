//! Entries as they are stored: fields as JSON, personal ones apart so that they can be erased.

use crate::db::{Row, json};
use crate::fault::Fault;
use vatra_core::clock::Instant;
use vatra_core::ids::{EntryId, SubjectId};
use vatra_core::register::{Change, Entry, RegisterSchema};
use vatra_core::value::{EntryRef, Fields, Value};

/// Columns that [`entry`] reads.
pub(crate) const ENTRY: &str = "e.id, e.register, e.number, e.version, e.closed, e.opened, e.fields, e.personal";

/// An entry from a row of [`ENTRY`].
pub(crate) fn entry(row: &Row) -> Result<Entry, Fault> {
    let mut fields: Fields = row.json(6)?;
    if let Some(personal) = row.get::<Option<String>>(7)? {
        fields.extend(crate::db::parse::<Fields>(&personal)?);
    }
    Ok(Entry {
        at: EntryRef { register: row.name(1)?, id: EntryId(row.get(0)?) },
        number: row.get(2)?,
        version: version(row, 3)?,
        closed: row.get(4)?,
        opened: Instant(row.get(5)?),
        fields,
    })
}

/// A version.
pub(crate) fn version(row: &Row, column: usize) -> Result<u32, Fault> {
    u32::try_from(row.get::<i64>(column)?).map_err(|_| Fault::corrupt("a version beyond its range"))
}

/// A change from `version, changed_at, changed_by, reason, fields, personal`.
pub(crate) fn change(row: &Row) -> Result<Change, Fault> {
    let mut fields: Fields = row.json(4)?;
    if let Some(personal) = row.get::<Option<String>>(5)? {
        fields.extend(crate::db::parse::<Fields>(&personal)?);
    }
    Ok(Change {
        version: version(row, 0)?,
        at: Instant(row.get(1)?),
        by: row.get::<Option<uuid::Uuid>>(2)?.map(SubjectId),
        reason: row.get(3)?,
        fields,
    })
}

/// Fields as JSON, and the personal ones (by the schema) as JSON of their own if there are any. A field that the schema does not
/// know is taken for personal.
pub(crate) fn split(schema: &RegisterSchema, fields: &Fields) -> Result<(String, Option<String>), Fault> {
    let is_personal = |name: &str| schema.field(name).is_none_or(vatra_core::register::FieldSchema::is_personal);
    let (personal, plain): (Vec<_>, Vec<_>) = fields.iter().partition(|(name, _)| is_personal(name));
    let object = |fields: Vec<(&String, &Value)>| json(&fields.into_iter().collect::<std::collections::BTreeMap<_, _>>());
    Ok((object(plain)?, if personal.is_empty() { None } else { Some(object(personal)?) }))
}

/// What is put into a field: nothing takes the field away.
pub(crate) fn apply(fields: &mut Fields, changes: &Fields) {
    for (name, value) in changes {
        if value.is_none() {
            fields.remove(name);
        } else {
            fields.insert(name.clone(), value.clone());
        }
    }
}

/// A unique key's text: exact, whatever its length, unlike [`Value::sort_key`].
pub(crate) fn unique_key(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) | Value::Choice(text) | Value::Personal(text) | Value::Cadastral(text) | Value::Iban(text) => Some(text.clone()),
        other => other.sort_key(),
    }
}
