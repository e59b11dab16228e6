//! New entries: numbered without gaps in the order of the unit, historied, keyed, searchable.

use super::{Tally, people_of, schema};
use crate::codec;
use crate::db::{Tx, params};
use crate::dialect::{Kind, Table, insert, put_words};
use crate::fault::Fault;
use crate::index::{self, Indexable};
use crate::reindex::{Keys, UNIQUE_KEYS, unique_rows};
use crate::totals::Change;
use std::collections::BTreeMap;
use vatra_core::ids::{Name, TenantId};
use vatra_core::register::{Numbering, RegisterSchema};
use vatra_core::unit::{Committed, NewEntry, Unit};
use vatra_core::value::Fields;

const ENTRIES: Table = Table {
    name: "entries",
    columns: &[
        ("tenant", Kind::Uuid),
        ("register", Kind::Text),
        ("id", Kind::Uuid),
        ("number", Kind::Text),
        ("version", Kind::Int),
        ("closed", Kind::Bool),
        ("opened", Kind::Int),
        ("fields", Kind::Text),
        ("personal", Kind::Text),
    ],
    suffix: "",
};
/// The history.
pub(super) const VERSIONS: Table = Table {
    name: "entry_versions",
    columns: &[
        ("tenant", Kind::Uuid),
        ("entry", Kind::Uuid),
        ("version", Kind::Int),
        ("changed_at", Kind::Int),
        ("changed_by", Kind::Uuid),
        ("reason", Kind::Text),
        ("fields", Kind::Text),
        ("personal", Kind::Text),
    ],
    suffix: "",
};
/// Entries that are prepared before they are written.
const CHUNK: usize = 1_024;

/// Adds the unit's new entries.
pub(super) async fn add(tx: &mut Tx, tenant: TenantId, unit: &Unit, tally: &mut BTreeMap<Name, Tally>) -> Result<Committed, Fault> {
    let mut committed = Committed::default();
    let mut by_register: BTreeMap<&Name, Vec<&NewEntry>> = BTreeMap::new();
    for entry in &unit.entries {
        by_register.entry(&entry.at.register).or_default().push(entry);
    }
    for (register, entries) in by_register {
        let schema = schema(unit, register)?;
        let added = i64::try_from(entries.len()).unwrap_or(i64::MAX);
        let mut numbers = match &schema.numbering {
            Some(numbering) => Some(Numbers::take(tx, tenant, register.as_str(), numbering, unit.at.civil_date(), added).await?),
            None => None,
        };
        for chunk in entries.chunks(CHUNK) {
            let numbered = chunk.iter().map(|entry| (*entry, numbers.as_mut().map(Numbers::next))).collect();
            let changes = tally.entry(register.clone()).or_default().changes.as_mut();
            write(tx, tenant, unit, schema, numbered, &mut committed, changes).await?;
        }
        tally.entry(register.clone()).or_default().added += added;
    }
    Ok(committed)
}

async fn write(
    tx: &mut Tx,
    tenant: TenantId,
    unit: &Unit,
    schema: &RegisterSchema,
    entries: Vec<(&NewEntry, Option<String>)>,
    committed: &mut Committed,
    mut changes: Option<&mut Vec<Change>>,
) -> Result<(), Fault> {
    let people = people_of(tx, tenant, entries.iter().flat_map(|(entry, _)| index::referred(&entry.fields))).await?;
    let (mut rows, mut versions, mut keys) = (Vec::new(), Vec::new(), Keys::default());
    let (mut unique, mut words) = (Vec::new(), Vec::new());
    for (entry, number) in entries {
        let id = entry.at.id.0;
        let kept: Fields = entry.fields.iter().filter(|(_, value)| !value.is_none()).map(|(n, v)| (n.clone(), v.clone())).collect();
        let (fields, personal) = codec::split(schema, &kept)?;
        let indexable = Indexable { id, number: number.as_deref(), opened: unit.at, closed: false, fields: &kept };
        keys.put_all(schema, indexable, &people);
        if let Some(changes) = &mut changes {
            changes.push(Change::of(schema, None, indexable));
        }
        words.push(index::entry_words(tenant, schema, indexable, &people));
        unique.extend(unique_rows(schema, id, &kept));
        let by = unit.by.map(|by| by.0);
        versions.push(params![id, 1i64, unit.at.0, by, "", fields.as_str(), personal.clone()]);
        rows.push(params![id, number.clone(), 1i64, false, unit.at.0, fields, personal]);
        committed.numbers.extend(number.map(|number| (entry.at.id, number)));
    }
    let register = schema.name.as_str();
    insert(tx, &ENTRIES, params![tenant.0, register], rows).await?;
    insert(tx, &VERSIONS, params![tenant.0], versions).await?;
    insert(tx, &UNIQUE_KEYS, params![tenant.0, register], unique).await?;
    keys.write(tx, tenant, &schema.name).await?;
    put_words(tx, tenant.0, words, false).await
}

/// Numbers of one series, taken in one piece.
pub(super) struct Numbers<'a> {
    numbering: &'a Numbering,
    year: i32,
    given: i64,
}

impl<'a> Numbers<'a> {
    pub(super) async fn take(
        tx: &mut Tx,
        tenant: TenantId,
        register: &str,
        numbering: &'a Numbering,
        today: chrono::NaiveDate,
        count: i64,
    ) -> Result<Self, Fault> {
        let year = chrono::Datelike::year(&today);
        let series = numbering.series(year);
        let sql = "SELECT given FROM counters WHERE tenant = ? AND register = ? AND series = ?";
        let row = tx.row(sql, params![tenant.0, register, series.as_str()]).await?;
        let given: i64 = row.map_or(Ok(0), |row| row.get(0))?;
        let sql = "INSERT INTO counters (tenant, register, series, given) VALUES (?, ?, ?, ?) \
             ON CONFLICT (tenant, register, series) DO UPDATE SET given = EXCLUDED.given";
        tx.execute(sql, params![tenant.0, register, series, given + count]).await?;
        Ok(Self { numbering, year, given })
    }
    pub(super) fn next(&mut self) -> String {
        self.given += 1;
        self.numbering.number(self.year, self.given)
    }
}
