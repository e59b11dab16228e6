//! People named by a table become references: known ones by their identifier, the others as new subjects of the unit of work.

use super::table::ParsedTable;
use crate::base::draw;
use std::collections::{BTreeMap, BTreeSet};
use vatra_core::clock::Instant;
use vatra_core::ids::SubjectId;
use vatra_core::store::{Snapshot, StoreError};
use vatra_core::unit::Subject;
use vatra_core::value::Value;

/// Puts references into the rows. New ids come from the call's moment and randomness, so that a replay gives the same ones.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn resolve(table: &mut ParsedTable, snapshot: &mut dyn Snapshot, now: Instant, seed: &[u8; 32]) -> Result<(), StoreError> {
    let wanted: BTreeSet<String> = table.accepted.iter().flat_map(|row| row.people.iter().map(|person| person.idn.clone())).collect();
    let wanted: Vec<String> = wanted.into_iter().collect();
    let known = snapshot.subjects_by_idn(&wanted).await?;
    let mut ids: BTreeMap<String, SubjectId> = known.into_iter().filter_map(|subject| Some((subject.idn?, subject.id))).collect();
    table.new_subjects.clear();
    table.subjects.clear();
    let millis = u64::try_from(now.0).unwrap_or_default();
    for row in &mut table.accepted {
        for person in &row.people {
            let id = match ids.get(&person.idn) {
                Some(id) => *id,
                None => {
                    let random = draw(seed, b"subject", table.new_subjects.len() as u64);
                    let mut ten = [0u8; 10];
                    ten.iter_mut().zip(random).for_each(|(slot, byte)| *slot = byte);
                    let id = SubjectId(uuid::Builder::from_unix_timestamp_millis(millis, &ten).into_uuid());
                    ids.insert(person.idn.clone(), id);
                    let (company, idn, name) = (person.company, Some(person.idn.clone()), person.name.clone());
                    table.new_subjects.push(Subject { id, company, idn, name });
                    id
                }
            };
            row.fields.insert(person.field.clone(), Value::Subject(id));
            table.subjects.insert(id);
        }
    }
    Ok(())
}
