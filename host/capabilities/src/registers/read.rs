//! Reading: by reference, by key, by query; always as of the start of the call, with the call's own writes laid over single entries.

use super::Stop;
use crate::bindings::vatra::registers::registers as wit;
use crate::bindings::vatra::types::values::{EntryRef as WitRef, Failure, Value as WitValue};
use crate::convert;
use crate::state::{CallState, Mode, invalid};
use vatra_core::grants::Denial;
use vatra_core::register::{self, Comparison, Condition, Entry, FieldType, Query, Reach, RegisterSchema, Sorting};
use vatra_core::seal::Origin;
use vatra_core::store::StoreError;
use vatra_core::value::{EntryRef, Value};

/// Entries that a page may hold.
const MAX_PAGE: u32 = 500;

/// The entry as the call sees it, with the version that is stored (none for one that the call added).
pub(super) async fn entry(state: &mut CallState, at: &EntryRef) -> Result<(Entry, Option<u32>), Stop> {
    if let Some(new) = state.work.added(at.id) {
        let fields = new.fields.clone();
        let entry = Entry { at: at.clone(), number: None, version: 1, closed: false, opened: state.ctx.now, fields };
        return Ok((entry, None));
    }
    state.used.read(1, &state.limits)?;
    let found = state.snapshot().await?.entries(std::slice::from_ref(at)).await?.into_iter().next();
    state.work.saw(at.id, found.as_ref().map(|entry| entry.version));
    let Some(entry) = found else { return Err(Failure::NotFound.into()) };
    let stored = entry.version;
    Ok((state.work.overlay(entry), Some(stored)))
}

/// A reference to an entry of a register that the grant opens.
pub(super) fn reference(state: &mut CallState, entry: &WitRef) -> Result<(RegisterSchema, EntryRef), Stop> {
    let schema = state.register(&entry.register)?;
    let at = convert::entry_from_guest(entry).ok_or(Failure::NotFound)?;
    Ok((schema, at))
}

fn to_guest(state: &CallState, schema: &RegisterSchema, entry: &Entry) -> wit::Entry {
    let personal = |name: &str| schema.field(name).is_some_and(register::FieldSchema::is_personal);
    wit::Entry {
        ref_: convert::entry_ref(&entry.at),
        number: entry.number.clone(),
        version: entry.version,
        closed: entry.closed,
        fields: convert::fields_to_guest(&state.binding.sealer, Origin::Stored, personal, &entry.fields),
    }
}

pub(super) async fn get(state: &mut CallState, entry_ref: WitRef) -> Result<wit::Entry, Stop> {
    let (schema, at) = reference(state, &entry_ref)?;
    let (entry, _) = entry(state, &at).await?;
    Ok(to_guest(state, &schema, &entry))
}

/// Personal fields and people's names are out of a module's reach: it could guess them one by one.
fn within_reach(state: &mut CallState, schema: &RegisterSchema, name: &str, sorting: bool) -> Result<(), Stop> {
    if name == "number" || (sorting && name == "opened") {
        return Ok(());
    }
    let (base, attribute) = name.split_once('.').unwrap_or((name, ""));
    let Some(field) = schema.field(base) else { return Err(invalid(name, "unknown-field").into()) };
    if field.is_personal() || !attribute.is_empty() {
        return Err(state.deny(Denial::new("registers", "personal", format!("{}.{name}", schema.name))).into());
    }
    if !schema.is_keyed(field) {
        return Err(invalid(name, "not-indexed").into());
    }
    Ok(())
}

/// A module's query, checked against the register's schema.
pub(crate) fn query(state: &mut CallState, query: wit::Query) -> Result<(RegisterSchema, Query), Stop> {
    let schema = state.register(&query.register)?;
    let mut all_of = Vec::with_capacity(query.all_of.len());
    for condition in query.all_of {
        within_reach(state, &schema, &condition.name, false)?;
        let (value, _) = convert::from_guest(&state.binding.sealer, condition.value).map_err(|rule| invalid(&condition.name, rule))?;
        let fits = match schema.field(&condition.name) {
            Some(field) => field.kind.admits(&value),
            None => matches!(value, Value::Text(_) | Value::None),
        };
        if !fits {
            return Err(invalid(&condition.name, "type").into());
        }
        all_of.push(Condition { name: condition.name, comparison: comparison(condition.comparison), value });
    }
    let mut sort = Vec::with_capacity(query.sort.len());
    for sorting in query.sort {
        within_reach(state, &schema, &sorting.name, true)?;
        sort.push(Sorting { name: sorting.name, descending: sorting.descending });
    }
    if sort.len() > 4 || all_of.len() > 16 {
        return Err(invalid("", "too-many").into());
    }
    let search = query.search.filter(|words| !words.trim().is_empty());
    if search.as_ref().is_some_and(|words| words.len() > 500) {
        return Err(invalid("search", "too-long").into());
    }
    let register = schema.name.clone();
    Ok((schema, Query { register, all_of, search, sort, include_closed: query.include_closed }))
}

fn comparison(comparison: wit::Comparison) -> Comparison {
    match comparison {
        wit::Comparison::Equal => Comparison::Equal,
        wit::Comparison::NotEqual => Comparison::NotEqual,
        wit::Comparison::Less => Comparison::Less,
        wit::Comparison::AtMost => Comparison::AtMost,
        wit::Comparison::More => Comparison::More,
        wit::Comparison::AtLeast => Comparison::AtLeast,
        wit::Comparison::IsEmpty => Comparison::IsEmpty,
        wit::Comparison::IsNotEmpty => Comparison::IsNotEmpty,
    }
}

/// Remembers that the register was searched: the commit holds only if nothing was written to it since.
async fn searched(state: &mut CallState, schema: &RegisterSchema) -> Result<(), Stop> {
    if state.mode == Mode::Write && !state.work.reads.registers.contains_key(&schema.name) {
        let seen = state.snapshot().await?.register_state(&schema.name).await?;
        state.work.reads.registers.insert(schema.name.clone(), seen);
    }
    Ok(())
}

pub(super) async fn find(state: &mut CallState, asked: wit::Query, limit: u32, cursor: Option<String>) -> Result<wit::Page, Stop> {
    let (schema, query) = query(state, asked)?;
    let offset: u64 = match &cursor {
        None => 0,
        Some(text) => text.parse().map_err(|_| invalid("cursor", "type"))?,
    };
    let limit = limit.clamp(1, MAX_PAGE);
    searched(state, &schema).await?;
    let page = state.snapshot().await?.find(&schema, &query, Reach::Module, offset, limit).await?;
    state.used.read(page.entries.len().max(1), &state.limits)?;
    let next = offset + page.entries.len() as u64;
    let entries = page.entries.iter().map(|entry| to_guest(state, &schema, entry)).collect();
    Ok(wit::Page { entries, next: (next < page.total).then(|| next.to_string()), total: page.total })
}

pub(super) async fn lookup(state: &mut CallState, register: String, key: String, value: WitValue) -> Result<Option<wit::Entry>, Stop> {
    let schema = state.register(&register)?;
    if !schema.unique.contains(&key) {
        return Err(invalid(key, "not-unique").into());
    }
    let (value, _) = convert::from_guest(&state.binding.sealer, value).map_err(|rule| invalid(&key, rule))?;
    let wanted = value.sort_key();
    let added = state
        .work
        .added_to(&schema.name)
        .find(|entry| entry.fields.get(&key).and_then(Value::sort_key) == wanted)
        .map(|new| new.at.clone());
    if let Some(at) = added {
        let (entry, _) = entry(state, &at).await?;
        return Ok(Some(to_guest(state, &schema, &entry)));
    }
    state.used.read(1, &state.limits)?;
    let found = state.snapshot().await?.lookup(&schema, &key, std::slice::from_ref(&value)).await?.into_iter().next();
    match found {
        Some(entry) => {
            state.work.saw(entry.at.id, Some(entry.version));
            let entry = state.work.overlay(entry);
            Ok(Some(to_guest(state, &schema, &entry)))
        }
        None => {
            searched(state, &schema).await?;
            Ok(None)
        }
    }
}

pub(super) async fn summarise(
    state: &mut CallState,
    asked: wit::Query,
    group_by: Vec<String>,
    aggregates: Vec<wit::Aggregate>,
) -> Result<Vec<wit::Bucket>, Stop> {
    let (schema, query) = query(state, asked)?;
    if group_by.len() > 3 || aggregates.is_empty() || aggregates.len() > 8 {
        return Err(invalid("", "too-many").into());
    }
    for name in &group_by {
        within_reach(state, &schema, name, false)?;
        // Entries have a number, but it is no field of theirs.
        schema.field(name).ok_or_else(|| invalid(name, "unknown-field"))?;
    }
    for wit::Aggregate { function, name } in aggregates.iter().filter(|aggregate| aggregate.function != wit::Function::Count) {
        within_reach(state, &schema, name, false)?;
        let kind = schema.field(name).map(|field| &field.kind).ok_or_else(|| invalid(name, "unknown-field"))?;
        let ordered = matches!(kind, FieldType::Date | FieldType::Instant) && *function != wit::Function::Sum;
        if !ordered && !matches!(kind, FieldType::Integer | FieldType::Money) {
            return Err(invalid(name, "type").into());
        }
    }
    let aggregates: Vec<register::Aggregate> = aggregates
        .into_iter()
        .map(|aggregate| register::Aggregate {
            function: match aggregate.function {
                wit::Function::Count => register::Function::Count,
                wit::Function::Sum => register::Function::Sum,
                wit::Function::Minimum => register::Function::Minimum,
                wit::Function::Maximum => register::Function::Maximum,
            },
            name: aggregate.name,
        })
        .collect();
    searched(state, &schema).await?;
    let buckets = match state.snapshot().await?.summarise(&schema, &query, &group_by, &aggregates).await {
        // Fields and functions are known to fit: the sum is beyond 64 bits.
        Err(StoreError::Missing(_)) => return Err(invalid("", "range").into()),
        summarised => summarised?,
    };
    state.used.read(buckets.len().max(1), &state.limits)?;
    let sealer = state.binding.sealer.clone();
    let guest = |value: &Value| convert::to_guest(&sealer, Origin::Stored, value);
    Ok(buckets
        .iter()
        .map(|bucket| wit::Bucket {
            group: bucket.group.iter().map(|(name, value)| wit::Field { name: name.clone(), value: guest(value) }).collect(),
            results: bucket.results.iter().map(guest).collect(),
        })
        .collect())
}

pub(super) async fn history(state: &mut CallState, entry_ref: WitRef) -> Result<Vec<wit::Change>, Stop> {
    let (schema, at) = reference(state, &entry_ref)?;
    if state.work.is_new(at.id) {
        return Ok(Vec::new());
    }
    let (entry, _) = entry(state, &at).await?;
    let changes = state.snapshot().await?.history(&entry.at).await?;
    state.used.read(changes.len(), &state.limits)?;
    let sealer = state.binding.sealer.clone();
    let personal = |name: &str| schema.field(name).is_some_and(register::FieldSchema::is_personal);
    Ok(changes
        .iter()
        .map(|change| wit::Change {
            version: change.version,
            at: u64::try_from(change.at.0).unwrap_or_default(),
            by: change.by.map(|id| convert::subject(&sealer, id)),
            reason: change.reason.clone(),
            fields: convert::fields_to_guest(&sealer, Origin::Stored, personal, &change.fields),
        })
        .collect())
}
