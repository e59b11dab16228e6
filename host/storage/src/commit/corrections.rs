//! Corrections: of the version that was read, keeping what the entry said before; keys and words follow.

use super::entries::VERSIONS;
use super::{Tally, people_of, schema};
use crate::codec;
use crate::db::{Param, Tx, params};
use crate::dialect::{insert, put_words};
use crate::fault::Fault;
use crate::index::{self, Indexable};
use crate::reindex::{self, Keys, UNIQUE_KEYS};
use crate::totals::Change;
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;
use vatra_core::ids::{Name, TenantId};
use vatra_core::register::{Entry, RegisterSchema};
use vatra_core::store::StoreError;
use vatra_core::unit::{Correction, Unit};

const CHUNK: usize = 512;

/// Makes the unit's corrections.
pub(super) async fn make(tx: &mut Tx, tenant: TenantId, unit: &Unit, tally: &mut BTreeMap<Name, Tally>) -> Result<(), Fault> {
    let mut by_register: BTreeMap<&Name, Vec<&Correction>> = BTreeMap::new();
    for correction in &unit.corrections {
        by_register.entry(&correction.at.register).or_default().push(correction);
    }
    for (register, corrections) in &by_register {
        for chunk in corrections.chunks(CHUNK) {
            let tally = tally.entry((*register).clone()).or_default();
            tally.closed += correct(tx, tenant, unit, register, chunk, tally.changes.as_mut()).await?;
        }
    }
    Ok(())
}

/// Makes corrections of one register; how many entries they closed.
async fn correct(
    tx: &mut Tx,
    tenant: TenantId,
    unit: &Unit,
    register: &Name,
    corrections: &[&Correction],
    changes: Option<&mut Vec<Change>>,
) -> Result<i64, Fault> {
    let ids: Vec<Uuid> = corrections.iter().map(|correction| correction.at.id.0).collect();
    let entries = reindex::load(tx, tenant, &ids).await?;
    let before: HashMap<Uuid, Entry> = entries.into_iter().map(|entry| (entry.at.id.0, entry)).collect();
    let mut pairs = Vec::with_capacity(corrections.len());
    let mut closed = 0;
    for correction in corrections {
        let entry = before.get(&correction.at.id.0).filter(|entry| entry.at.register == *register);
        let entry = entry.filter(|entry| entry.version == correction.version).ok_or(Fault::Conflict)?;
        if entry.closed {
            return Err(StoreError::Missing(format!("an open entry {}", correction.at.id)).into());
        }
        let mut after = entry.clone();
        codec::apply(&mut after.fields, &correction.fields);
        after.version += 1;
        after.closed = correction.close;
        closed += i64::from(correction.close);
        pairs.push((*correction, entry, after));
    }
    let schema = schema(unit, register)?;
    write(tx, tenant, unit, schema, &pairs).await?;
    if let Some(changes) = changes {
        changes.extend(pairs.iter().map(|(_, before, after)| Change::of(schema, Some((*before).into()), after.into())));
    }
    Ok(closed)
}

async fn write(
    tx: &mut Tx,
    tenant: TenantId,
    unit: &Unit,
    schema: &RegisterSchema,
    pairs: &[(&Correction, &Entry, Entry)],
) -> Result<(), Fault> {
    let referred = pairs.iter().flat_map(|(_, before, after)| index::referred(&before.fields).chain(index::referred(&after.fields)));
    let people = people_of(tx, tenant, referred).await?;
    let (mut versions, mut keys, mut words, mut unique) = (Vec::new(), Keys::default(), Vec::new(), Vec::new());
    let mut stale_keys: BTreeMap<String, Vec<Uuid>> = BTreeMap::new();
    let mut stale_unique: Vec<Vec<Param>> = Vec::new();
    for (correction, before, after) in pairs {
        let id = after.at.id.0;
        let (fields, personal) = codec::split(schema, &after.fields)?;
        let sql = "UPDATE entries SET version = ?, closed = ?, fields = ?, personal = ? WHERE tenant = ? AND id = ?";
        tx.execute(sql, params![after.version, after.closed, fields, personal, tenant.0, id]).await?;
        let (fields, personal) = codec::split(schema, &correction.fields)?;
        let by = unit.by.map(|by| by.0);
        versions.push(params![id, after.version, unit.at.0, by, correction.reason.as_str(), fields, personal]);

        let (was, now) = (Indexable::from(*before), Indexable::from(after));
        let (old, new) = (index::keys(schema, was, &people), index::keys(schema, now, &people));
        for (field, key) in new {
            if old.get(&field) == Some(&key) && was.closed == now.closed {
                continue;
            }
            stale_keys.entry(field.clone()).or_default().push(id);
            keys.put(field, key, now);
        }
        for field in &schema.unique {
            let (old, new) = (before.fields.get(field).and_then(codec::unique_key), after.fields.get(field).and_then(codec::unique_key));
            if old == new {
                continue;
            }
            stale_unique.extend(old.map(|key| params![tenant.0, schema.name.as_str(), field.as_str(), key, id]));
            unique.extend(new.map(|key| params![field.as_str(), key, id]));
        }
        let (old, new) = (index::entry_words(tenant, schema, was, &people), index::entry_words(tenant, schema, now, &people));
        if old.plain != new.plain || old.personal != new.personal {
            words.push(new);
        }
    }
    insert(tx, &VERSIONS, params![tenant.0], versions).await?;
    for (field, ids) in stale_keys {
        let sql = "DELETE FROM entry_keys WHERE tenant = ? AND field = ? AND entry IN (??)";
        tx.execute(sql, vec![tenant.0.into(), field.into(), Param::Uuids(ids)]).await?;
    }
    keys.write(tx, tenant, &schema.name).await?;
    for key in stale_unique {
        let sql = "DELETE FROM unique_keys WHERE tenant = ? AND register = ? AND field = ? AND key = ? AND entry = ?";
        tx.execute(sql, key).await?;
    }
    insert(tx, &UNIQUE_KEYS, params![tenant.0, schema.name.as_str()], unique).await?;
    put_words(tx, tenant.0, words, true).await
}
