//! What a document is filled in with, opened: names for people, words for sealed values, rows for listings. Kept with the draft, so that what
//! is issued says what was drafted.

use super::Later;
use crate::app::App;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use std::collections::{BTreeMap, BTreeSet};
use vatra_capabilities::Binding;
use vatra_core::call::Tenant;
use vatra_core::documents::Recipe;
use vatra_core::ids::{DocumentId, SubjectId};
use vatra_core::register::Reach;
use vatra_core::seal::Sealer;
use vatra_core::store::Snapshot;
use vatra_core::unit::Subject;
use vatra_core::value::{Fields, Value};
use vatra_documents::values;

/// Rows of a listing.
const MOST: u32 = 1_000;

/// See the module.
#[derive(Serialize, Deserialize)]
pub(crate) struct Record {
    /// Whose record it is: two documents that say the same share no bytes, and the end of one is not the other's.
    document: DocumentId,
    /// As templates get it.
    pub(crate) data: Map<String, Json>,
    /// Whose names stand in it.
    pub(crate) people: BTreeSet<SubjectId>,
}

impl Record {
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Later> {
        serde_json::from_slice(bytes).map_err(|_| Later("what was drafted cannot be read".to_owned()))
    }

    pub(super) fn written(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// Reads and opens what the recipe names.
    pub(super) async fn assemble(
        app: &App,
        tenant: &Tenant,
        binding: &Binding,
        document: DocumentId,
        recipe: &Recipe,
    ) -> Result<Self, Later> {
        let mut snapshot = app.store.snapshot(tenant.id).await?;
        let mut listed: Vec<(&str, Vec<Fields>)> = Vec::new();
        for listing in &recipe.listings {
            let schema = binding.manifest.register(listing.query.register.as_str());
            let schema = schema.ok_or_else(|| Later(format!("the module has no register {}", listing.query.register)))?;
            let page = snapshot.find(schema, &listing.query, Reach::Module, 0, MOST).await?;
            let rows = page.entries.into_iter().map(|entry| {
                let mut fields = entry.fields;
                fields.extend(entry.number.map(|number| ("number".to_owned(), Value::Text(number))));
                // What is empty is `none` in a template, and not missing.
                schema.fields.iter().for_each(|field| {
                    fields.entry(field.name.clone()).or_default();
                });
                fields
            });
            listed.push((&listing.name, rows.collect()));
        }
        let rows = listed.iter().flat_map(|(_, rows)| rows).flat_map(Fields::values);
        let named = rows.filter_map(|value| if let Value::Subject(id) = value { Some(*id) } else { None });
        let people: BTreeSet<SubjectId> = recipe.people().chain(named).collect();
        let ids: Vec<SubjectId> = people.iter().copied().collect();
        let mut known: BTreeMap<SubjectId, Subject> = BTreeMap::new();
        for (id, subject) in ids.iter().zip(self::people(snapshot.as_mut(), &ids).await?) {
            known.extend(subject.map(|subject| (*id, subject)));
        }
        let who = |id: SubjectId| known.get(&id).cloned();
        let mut data = values::fields(&opened(&binding.sealer, &recipe.fields)?, &who);
        for (name, rows) in &recipe.tables {
            let rows = rows.iter().map(|row| Ok(Json::Object(values::fields(&opened(&binding.sealer, row)?, &who))));
            data.insert(name.clone(), Json::Array(rows.collect::<Result<_, Later>>()?));
        }
        for (name, rows) in &listed {
            data.insert((*name).to_owned(), rows.iter().map(|row| Json::Object(values::fields(row, &who))).collect());
        }
        Ok(Self { document, data, people })
    }
}

/// Each of these, in their order. Somebody who was merged answers under another id, and not everybody may be there.
async fn people(snapshot: &mut dyn Snapshot, ids: &[SubjectId]) -> Result<Vec<Option<Subject>>, Later> {
    let all = snapshot.subjects(ids).await?;
    if all.len() == ids.len() {
        return Ok(all.into_iter().map(Some).collect());
    }
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        found.push(snapshot.subjects(std::slice::from_ref(id)).await?.into_iter().next());
    }
    Ok(found)
}

/// Sealed values as the words that they hold.
fn opened(sealer: &Sealer, fields: &Fields) -> Result<Fields, Later> {
    let open = |(name, value): (&String, &Value)| {
        let value = match value {
            Value::Personal(token) => Value::Personal(sealer.open(token).map_err(|_| Later("a sealed value does not open".to_owned()))?.1),
            other => other.clone(),
        };
        Ok((name.clone(), value))
    };
    fields.iter().map(open).collect()
}
