//! What a module wants a document made from, checked. Sealed values stay sealed until the document is made.

use crate::bindings::vatra::documents::documents as wit;
use crate::bindings::vatra::types::values::{Failure, Field, Value as WitValue};
use crate::convert;
use crate::registers::{Stop, query};
use crate::state::{CallState, invalid};
use std::collections::BTreeSet;
use vatra_core::documents::{Listing, Recipe};
use vatra_core::grants::Ask;
use vatra_core::ids::{Name, SubjectId};
use vatra_core::manifest::Language;
use vatra_core::value::{EntryRef, Fields, Value};

/// Characters of a title.
const MAX_TITLE: usize = 200;
/// Rows of all tables, and of a listing.
const MAX_ROWS: usize = 1_000;
/// Fields, tables and listings, each.
const MAX_PARTS: usize = 200;
/// Bytes of everything that is filled in.
const MAX_BYTES: usize = 1 << 20;

/// What is to be made, and about whom.
pub(super) struct Made {
    pub(super) kind: Name,
    pub(super) title: String,
    pub(super) subject: Option<SubjectId>,
    pub(super) entry: Option<EntryRef>,
    pub(super) recipe: Recipe,
}

/// Checks it against the grant first.
pub(super) fn read(state: &mut CallState, making: wit::Making) -> Result<Made, Stop> {
    state.allow("documents", &[Ask::Member("templates", &making.template)])?;
    let schema = state.binding.manifest.template(&making.template).cloned().ok_or_else(|| invalid("template", "unknown"))?;
    let language = Language::from_code(&making.language).ok_or_else(|| invalid("language", "unknown"))?;
    let title = title(making.title)?;
    let (subject, entry) = about(state, making.subject.as_ref(), making.entry.as_ref())?;
    let parts = [making.fields.len(), making.tables.len(), making.listings.len()];
    if parts.iter().any(|part| *part > MAX_PARTS) || making.tables.iter().map(|table| table.rows.len()).sum::<usize>() > MAX_ROWS {
        return Err(invalid("fields", "too-many").into());
    }
    let mut names = BTreeSet::new();
    let mut once = |name: &str| match Name::new(name) {
        Ok(_) if names.insert(name.to_owned()) => Ok(()),
        _ => Err(invalid(name, "name")),
    };
    for field in &making.fields {
        once(&field.name)?;
    }
    let fields = fields(state, making.fields)?;
    let mut tables = Vec::with_capacity(making.tables.len());
    for table in making.tables {
        once(&table.name)?;
        let rows = table.rows.into_iter().map(|row| self::fields(state, row)).collect::<Result<_, _>>()?;
        tables.push((table.name, rows));
    }
    let mut listings = Vec::with_capacity(making.listings.len());
    for listing in making.listings {
        once(&listing.name)?;
        listings.push(Listing { query: query(state, listing.query)?.1, name: listing.name });
    }
    let recipe = Recipe {
        template: schema.name,
        kind_title: schema.title,
        language,
        fields,
        tables,
        listings,
        pays: making.pays,
        shown: schema.shown,
        numbering: schema.numbering,
        retention_years: schema.retention_years,
    };
    if serde_json::to_vec(&recipe).map_or(usize::MAX, |text| text.len()) > MAX_BYTES {
        return Err(invalid("fields", "too-long").into());
    }
    Ok(Made { kind: schema.kind, title, subject, entry, recipe })
}

/// A title, if it is one.
pub(super) fn title(title: String) -> Result<String, Failure> {
    let length = title.chars().count();
    if title.trim().is_empty() {
        return Err(invalid("title", "required"));
    }
    if length > MAX_TITLE || title.chars().any(char::is_control) { Err(invalid("title", "too-long")) } else { Ok(title) }
}

/// Whom a document is about, and the entry of the module's registers that it belongs to.
pub(super) fn about(
    state: &CallState,
    subject: Option<&crate::bindings::vatra::types::values::Subject>,
    entry: Option<&crate::bindings::vatra::types::values::EntryRef>,
) -> Result<(Option<SubjectId>, Option<EntryRef>), Failure> {
    let subject =
        subject.map(|subject| state.binding.sealer.subject(&subject.token)).transpose().map_err(|_| invalid("subject", "token"))?;
    let entry = match entry {
        None => None,
        Some(entry) => {
            let entry = convert::entry_from_guest(entry).filter(|entry| state.binding.manifest.register(entry.register.as_str()).is_some());
            Some(entry.ok_or_else(|| invalid("entry", "type"))?)
        }
    };
    Ok((subject, entry))
}

fn fields(state: &CallState, fields: Vec<Field>) -> Result<Fields, Failure> {
    let mut out = Fields::new();
    if fields.len() > MAX_PARTS {
        return Err(invalid("fields", "too-many"));
    }
    for Field { name, value } in fields {
        let sealer = &state.binding.sealer;
        let value = match value {
            // As the module holds it: what is kept of the call is not readable at rest.
            WitValue::Sealed(sealed) => sealer.open(&sealed.token).map(|_| Value::Personal(sealed.token)).map_err(|_| "token"),
            value => convert::from_guest(sealer, value).map(|(value, _)| value),
        };
        let value = value.map_err(|rule| invalid(&name, rule))?;
        if Name::new(&name).is_err() {
            return Err(invalid(name, "name"));
        }
        if out.insert(name.clone(), value).is_some() {
            return Err(invalid(name, "twice"));
        }
    }
    Ok(out)
}
