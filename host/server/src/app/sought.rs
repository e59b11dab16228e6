//! People whom a form asks for: found by number, or by name among those whom the module keeps.

use super::App;
use super::resolve::shows_people;
use std::collections::{BTreeMap, BTreeSet};
use vatra_core::audit::AuditKind;
use vatra_core::call::CallContext;
use vatra_core::fold::fold;
use vatra_core::ids::SubjectId;
use vatra_core::manifest::InputSchema;
use vatra_core::register::{FieldType, Query, Reach};
use vatra_core::value::Value;
use vatra_core::view::PersonData;
use vatra_runtime::CallError;
use vatra_view::{Posted, SoughtBy, people_chosen, people_sought};

/// So many are offered at most.
const MOST: usize = 20;
/// So many entries of a register are looked through for a name.
const ENTRIES: u32 = 100;

/// Whom the host found for the inputs of a form.
#[derive(Default)]
pub(crate) struct Found {
    /// To choose from, by input.
    pub(crate) people: Vec<(String, Vec<(SubjectId, PersonData)>)>,
    /// Inputs for which nobody was found, or too little was typed.
    pub(crate) wrong: Vec<(String, &'static str)>,
}

impl Found {
    /// Nothing was sought, or all were found by their numbers.
    pub(crate) fn is_empty(&self) -> bool {
        self.people.is_empty() && self.wrong.is_empty()
    }
}

impl App {
    /// Looks for the people whom the reader has typed. Who has a number is put into the form at once; names are to be chosen from.
    ///
    /// # Errors
    /// Storage.
    pub(crate) async fn seek(&self, ctx: &CallContext, inputs: &[InputSchema], form: &mut Posted) -> Result<Found, CallError> {
        let binding = self.runtime.binding(ctx.tenant.id, &ctx.module).await?;
        let mut found = Found::default();
        let sought = people_sought(inputs, form);
        if sought.is_empty() || shows_people(&binding).is_none() {
            return Ok(found);
        }
        let mut snapshot = self.store.snapshot(ctx.tenant.id).await?;
        let mut seen = BTreeSet::new();
        for one in sought {
            match one.by {
                SoughtBy::Idn(idn) => match snapshot.subjects_by_idn(&[idn]).await?.into_iter().next() {
                    None => found.wrong.push((one.input, "subject-none")),
                    Some(person) => {
                        seen.insert(person.id);
                        form.insert(one.input, vec![person.id.to_string()]);
                    }
                },
                SoughtBy::Name(name) if fold(&name).chars().filter(|c| c.is_alphanumeric()).count() < 3 => {
                    found.wrong.push((one.input, "subject-short"));
                }
                SoughtBy::Name(name) => {
                    let mut ids = BTreeSet::new();
                    for register in &binding.manifest.registers {
                        let fields: Vec<&str> = register
                            .fields
                            .iter()
                            .filter(|field| field.kind == FieldType::Subject && field.searchable)
                            .map(|field| field.name.as_str())
                            .collect();
                        if fields.is_empty() {
                            continue;
                        }
                        let query = Query {
                            register: register.name.clone(),
                            all_of: Vec::new(),
                            search: Some(name.clone()),
                            sort: Vec::new(),
                            include_closed: false,
                        };
                        for entry in snapshot.find(register, &query, Reach::Host, 0, ENTRIES).await?.entries {
                            ids.extend(fields.iter().filter_map(|field| match entry.fields.get(*field) {
                                Some(Value::Subject(id)) => Some(*id),
                                _ => None,
                            }));
                        }
                    }
                    let ids: Vec<SubjectId> = ids.into_iter().collect();
                    // The words may have been found elsewhere in the entry.
                    let words: Vec<String> = fold(&name).split_whitespace().map(str::to_owned).collect();
                    let is_named = |name: &str| {
                        let name = fold(name);
                        words.iter().all(|word| name.split(|c: char| !c.is_alphanumeric()).any(|part| part.starts_with(word.as_str())))
                    };
                    let people: BTreeMap<String, (SubjectId, PersonData)> = snapshot
                        .subjects(&ids)
                        .await?
                        .into_iter()
                        .filter(|person| is_named(&person.name))
                        .map(|person| {
                            let data = PersonData { name: person.name.clone(), idn: person.idn, company: person.company };
                            (format!("{} {}", fold(&person.name), person.id), (person.id, data))
                        })
                        .collect();
                    let people: Vec<_> = people.into_values().take(MOST).collect();
                    seen.extend(people.iter().map(|(id, _)| *id));
                    if people.is_empty() {
                        found.wrong.push((one.input, "subject-none"));
                    } else {
                        found.people.push((one.input, people));
                    }
                }
            }
        }
        drop(snapshot);
        self.looked(ctx, &binding, AuditKind::Look, &seen, false).await?;
        Ok(found)
    }

    /// Whom the form names already, so that they are there when it is shown again.
    ///
    /// # Errors
    /// Storage.
    pub(crate) async fn chosen(
        &self,
        ctx: &CallContext,
        inputs: &[InputSchema],
        form: &Posted,
    ) -> Result<Vec<(String, Vec<(SubjectId, PersonData)>)>, CallError> {
        let binding = self.runtime.binding(ctx.tenant.id, &ctx.module).await?;
        let named = people_chosen(inputs, form);
        if named.is_empty() || shows_people(&binding).is_none() {
            return Ok(Vec::new());
        }
        let ids: BTreeSet<SubjectId> = named.iter().map(|(_, id)| *id).take(MOST * 10).collect();
        let asked: Vec<SubjectId> = ids.iter().copied().collect();
        let known: BTreeMap<SubjectId, PersonData> = self
            .store
            .people(ctx.tenant.id, &asked)
            .await?
            .into_iter()
            .map(|person| (person.id, PersonData { name: person.name, idn: person.idn, company: person.company }))
            .collect();
        self.looked(ctx, &binding, AuditKind::Look, &ids, false).await?;
        Ok(named.into_iter().filter_map(|(input, id)| Some((input, vec![(id, known.get(&id)?.clone())]))).collect())
    }
}
