//! Writing: buffered in the unit of work, kept when the call returns ok.

use super::Stop;
use super::read::{entry, reference};
use crate::bindings::vatra::registers::registers as wit;
use crate::bindings::vatra::types::values::{EntryRef as WitRef, Failure, Field};
use crate::convert;
use crate::state::{CallState, invalid};
use crate::work::MAX_REASON;
use std::collections::{BTreeMap, BTreeSet};
use vatra_core::ids::EntryId;
use vatra_core::register::{Entry, RegisterSchema};
use vatra_core::value::{Fields, Value};

fn complete(schema: &RegisterSchema, fields: &Fields) -> Result<(), Stop> {
    match schema.fields.iter().find(|field| field.required && fields.get(&field.name).is_none_or(Value::is_none)) {
        Some(missing) => Err(invalid(&missing.name, "required").into()),
        None => Ok(()),
    }
}

fn checked(state: &CallState, schema: &RegisterSchema, fields: Vec<Field>) -> Result<(Fields, Vec<String>), Stop> {
    let (fields, sent) =
        convert::register_fields(&state.binding.sealer, schema, fields).map_err(|(field, rule)| Stop::Failure(invalid(field, rule)))?;
    Ok((fields, sent))
}

/// Refuses values of unique keys that another entry has, stored or of this call. What others add meanwhile is the commit's business.
async fn not_taken(state: &mut CallState, schema: &RegisterSchema, rows: &[Fields], own: Option<EntryId>) -> Result<(), Stop> {
    for key in &schema.unique {
        let values: Vec<Value> = rows.iter().filter_map(|fields| fields.get(key)).filter(|value| !value.is_none()).cloned().collect();
        if values.is_empty() {
            continue;
        }
        let mut taken: BTreeSet<String> = state
            .work
            .added_to(&schema.name)
            .filter(|entry| Some(entry.at.id) != own)
            .filter_map(|entry| entry.fields.get(key)?.sort_key())
            .collect();
        let found = state.snapshot().await?.lookup(schema, key, &values).await?;
        for entry in found.into_iter().filter(|entry| Some(entry.at.id) != own) {
            // As this call leaves it: a correction may have given the value free.
            let entry = state.work.overlay(entry);
            taken.extend(entry.fields.get(key).and_then(Value::sort_key));
        }
        for value in values {
            if !value.sort_key().is_some_and(|value| taken.insert(value)) {
                return Err(invalid(key, "duplicate").into());
            }
        }
    }
    Ok(())
}

fn reasoned(reason: &str) -> Result<(), Stop> {
    if reason.len() > MAX_REASON { Err(invalid("reason", "too-long").into()) } else { Ok(()) }
}

pub(super) async fn add_many(state: &mut CallState, register: String, rows: Vec<Vec<Field>>) -> Result<Vec<WitRef>, Stop> {
    state.writable("registers")?;
    let schema = state.register(&register)?;
    state.used.write(rows.len(), &state.limits)?;
    let mut ready = Vec::with_capacity(rows.len());
    for row in rows {
        let (mut fields, _) = checked(state, &schema, row)?;
        fields.retain(|_, value| !value.is_none());
        complete(&schema, &fields)?;
        ready.push(fields);
    }
    not_taken(state, &schema, &ready, None).await?;
    Ok(ready.into_iter().map(|fields| convert::entry_ref(&state.work.add(&schema, fields))).collect())
}

pub(super) async fn merge(
    state: &mut CallState,
    register: String,
    key: String,
    rows: Vec<Vec<Field>>,
    reason: String,
) -> Result<Vec<wit::Merged>, Stop> {
    state.writable("registers")?;
    let schema = state.register(&register)?;
    reasoned(&reason)?;
    if !schema.unique.contains(&key) {
        return Err(invalid(key, "not-unique").into());
    }
    state.used.write(rows.len(), &state.limits)?;
    let mut ready = Vec::with_capacity(rows.len());
    let mut keys = Vec::with_capacity(rows.len());
    for row in rows {
        let (fields, sent) = checked(state, &schema, row)?;
        let value = fields.get(&key).cloned().unwrap_or_default();
        let sort_key = value.sort_key().ok_or_else(|| invalid(&key, "required"))?;
        keys.push(value);
        ready.push((sort_key, fields, sent));
    }
    let found = state.snapshot().await?.lookup(&schema, &key, &keys).await?;
    state.used.read(found.len(), &state.limits)?;
    let key_of = |fields: &Fields| fields.get(&key).and_then(Value::sort_key);
    let mut stored: BTreeMap<String, Entry> = BTreeMap::new();
    for entry in found {
        state.work.saw(entry.at.id, Some(entry.version));
        if let Some(at) = key_of(&entry.fields) {
            stored.insert(at, entry);
        }
    }
    let mut new: BTreeMap<String, EntryId> =
        state.work.added_to(&schema.name).filter_map(|entry| Some((key_of(&entry.fields)?, entry.at.id))).collect();
    let mut out = Vec::with_capacity(ready.len());
    for (sort_key, fields, sent) in ready {
        let (entry, version) = match (new.get(&sort_key), stored.get(&sort_key)) {
            (Some(id), _) => {
                let Some(added) = state.work.added(*id) else { continue };
                let entry = Entry {
                    at: added.at.clone(),
                    number: None,
                    version: 1,
                    closed: false,
                    opened: state.ctx.now,
                    fields: added.fields.clone(),
                };
                (entry, 0)
            }
            (None, Some(entry)) => (state.work.overlay(entry.clone()), entry.version),
            (None, None) => {
                let mut fields = fields;
                fields.retain(|_, value| !value.is_none());
                complete(&schema, &fields)?;
                let at = state.work.add(&schema, fields);
                new.insert(sort_key, at.id);
                out.push(wit::Merged { entry: convert::entry_ref(&at), effect: wit::Effect::Added });
                continue;
            }
        };
        let changes = changed(&entry.fields, fields, &sent);
        let effect = if changes.is_empty() {
            wit::Effect::Unchanged
        } else {
            if entry.closed {
                return Err(invalid(&key, "closed").into());
            }
            still_complete(&schema, &changes)?;
            state.work.correct(&schema, &entry.at, version, changes, &reason, false);
            wit::Effect::Corrected
        };
        out.push(wit::Merged { entry: convert::entry_ref(&entry.at), effect });
    }
    Ok(out)
}

/// The fields that differ. A personal text counts as the same only when it came from a person's file or form (`sent`): what the
/// module made up itself is written without telling it whether it was a good guess.
fn changed(old: &Fields, new: Fields, sent: &[String]) -> Fields {
    new.into_iter()
        .filter(|(name, value)| {
            let before = old.get(name).unwrap_or(&Value::None);
            let comparable = !matches!(value, Value::Personal(_)) || sent.contains(name);
            !(comparable && before == value)
        })
        .collect()
}

fn still_complete(schema: &RegisterSchema, changes: &Fields) -> Result<(), Stop> {
    match changes.iter().find(|(name, value)| value.is_none() && schema.field(name).is_some_and(|field| field.required)) {
        Some((name, _)) => Err(invalid(name, "required").into()),
        None => Ok(()),
    }
}

pub(super) async fn correct(
    state: &mut CallState,
    entry_ref: WitRef,
    version: u32,
    fields: Vec<Field>,
    reason: String,
    close: bool,
) -> Result<u32, Stop> {
    state.writable("registers")?;
    let (schema, at) = reference(state, &entry_ref)?;
    reasoned(&reason)?;
    state.used.write(1, &state.limits)?;
    let (fields, _) = checked(state, &schema, fields)?;
    let (entry, stored) = entry(state, &at).await?;
    if entry.version != version {
        return Err(Failure::Conflict.into());
    }
    if entry.closed || (close && stored.is_none()) {
        return Err(invalid("", "closed").into());
    }
    still_complete(&schema, &fields)?;
    not_taken(state, &schema, std::slice::from_ref(&fields), Some(at.id)).await?;
    state.work.correct(&schema, &at, stored.unwrap_or_default(), fields, &reason, close);
    Ok(stored.map_or(1, |stored| stored + 1))
}
