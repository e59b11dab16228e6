//! One search over everything that an official may open: registers whose entries they have a screen for, the people in them, documents, payment
//! orders. What one query costs is bounded by what is asked of the index, not by what the registers hold.

use super::entries::keeps_registers;
use super::resolve::{numbers, people, shows_people};
use super::{App, AppError, Municipality};
use crate::app::packages::Words;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use vatra_core::audit::AuditKind;
use vatra_core::call::{CallContext, Channel, Official};
use vatra_core::documents::{Document, Standing};
use vatra_core::fold::{fold, words};
use vatra_core::ids::{CallId, Name, SubjectId};
use vatra_core::manifest::Language;
use vatra_core::register::{Entry, FieldType, Query, Reach, RegisterSchema};
use vatra_core::store::Order;
use vatra_core::value::{EntryRef, Value};
use vatra_core::view::{PersonData, Resolved};
use vatra_runtime::CallError;

/// Registers that one search looks into at most.
pub const MOST_REGISTERS: usize = 40;
/// Entries read of each register: the first ones are shown, and people are looked for in all of them.
const READ: u32 = 20;
/// People, documents.
const MOST: usize = 10;

/// What of it is asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SearchScope {
    /// The first ones of everything.
    Everything,
    /// A page of one register of a module: from 0, and so many a page.
    Register(Name, Name, u64, u32),
}

/// What was found in a register.
pub struct RegisterHits {
    /// The module.
    pub module: Name,
    /// The register.
    pub schema: RegisterSchema,
    /// Where its entries are shown to the reader.
    pub screen: Name,
    /// The first ones, or a page.
    pub entries: Vec<Entry>,
    /// How many there are.
    pub total: u64,
    /// People and entries that they name.
    pub resolved: Resolved,
    pub(crate) words: Arc<Words>,
}

/// Somebody who was found in a register.
pub struct PersonHit {
    /// Who.
    pub person: PersonData,
    /// In which module.
    pub module: Name,
    /// An entry about them, and where it is shown.
    pub entry: EntryRef,
    /// The screen.
    pub screen: Name,
}

/// Everything that was found but tasks.
#[derive(Default)]
pub struct Searched {
    /// By register, in the order of modules.
    pub registers: Vec<RegisterHits>,
    /// By name.
    pub people: Vec<PersonHit>,
    /// By number.
    pub documents: Vec<Document>,
    /// The one with this number.
    pub orders: Vec<Order>,
}

impl App {
    /// Searches on behalf of an official. Whose data is found is in the trail of each module before anything is given.
    ///
    /// # Errors
    /// [`AppError`].
    pub async fn search(
        &self,
        at: &Municipality,
        official: &Official,
        language: Language,
        call: CallId,
        sought: &str,
        scope: &SearchScope,
    ) -> Result<Searched, AppError> {
        let mut found = Searched::default();
        let mut left = MOST_REGISTERS;
        let mut named: BTreeMap<SubjectId, PersonHit> = BTreeMap::new();
        for plugged in at.modules.iter().filter(|plugged| plugged.enabled) {
            let Ok(known) = self.words_of(plugged) else { continue };
            let manifest = &known.package.manifest;
            let registers: Vec<(&RegisterSchema, &Name)> = manifest
                .registers
                .iter()
                .filter(|register| match scope {
                    SearchScope::Everything => true,
                    SearchScope::Register(module, name, ..) => *module == plugged.module && *name == register.name,
                })
                .filter_map(|register| Some((register, manifest.entry_screen(register.name.as_str(), &official.roles)?)))
                .take(left)
                .collect();
            if registers.is_empty() {
                continue;
            }
            left -= registers.len();
            let ctx = self.context_of(call, at.tenant.clone(), &plugged.module, official, Channel::Portal, language);
            match self.search_registers(&ctx, known.clone(), &registers, sought, scope, &mut named).await {
                Ok(hits) => found.registers.extend(hits),
                // What is withheld from a module, or does not load, is not searched.
                Err(CallError::Store(error)) => return Err(error.into()),
                Err(error) => tracing::debug!(module = %plugged.module, "not searched: {}", error.code()),
            }
        }
        found.people = named.into_values().take(MOST).collect();
        found.people.sort_by_key(|hit| fold(&hit.person.name));
        if *scope == SearchScope::Everything {
            let modules = self.modules_of(at, official).await;
            let mut snapshot = self.store.snapshot(at.tenant.id).await?;
            let typed = sought.trim();
            let spellings: BTreeSet<String> = [typed.to_owned(), typed.to_uppercase()].into();
            for spelling in &spellings {
                let more = snapshot.documents_numbered(&modules, spelling, MOST as u32).await?;
                found
                    .documents
                    .extend(more.into_iter().filter(|document| !matches!(document.standing, Standing::Failed | Standing::Destroyed)));
            }
            found.documents.truncate(MOST);
            let order = snapshot.any_order(typed).await?;
            found.orders.extend(order.filter(|order| modules.contains(&order.order.module)));
        }
        Ok(found)
    }

    async fn search_registers(
        &self,
        ctx: &CallContext,
        known: Arc<Words>,
        registers: &[(&RegisterSchema, &Name)],
        sought: &str,
        scope: &SearchScope,
        named: &mut BTreeMap<SubjectId, PersonHit>,
    ) -> Result<Vec<RegisterHits>, CallError> {
        let binding = self.runtime.binding(ctx.tenant.id, &ctx.module).await?;
        keeps_registers(&binding)?;
        let (offset, limit) = match scope {
            SearchScope::Everything => (0, READ),
            SearchScope::Register(_, _, offset, limit) => (*offset, *limit),
        };
        let mut snapshot = self.store.snapshot(ctx.tenant.id).await?;
        let (mut hits, mut about, mut personal) = (Vec::new(), BTreeSet::new(), false);
        for (schema, screen) in registers {
            let query = Query {
                register: schema.name.clone(),
                all_of: Vec::new(),
                search: Some(sought.to_owned()),
                sort: Vec::new(),
                include_closed: true,
            };
            let page = snapshot.find(schema, &query, Reach::Host, offset, limit).await?;
            if page.entries.is_empty() {
                continue;
            }
            let (mut ids, mut entries) = (BTreeSet::new(), BTreeSet::new());
            for value in page.entries.iter().flat_map(|entry| entry.fields.values()) {
                match value {
                    Value::Subject(id) => drop(ids.insert(*id)),
                    Value::Entry(entry) => drop(entries.insert(entry.clone())),
                    _ => {}
                }
            }
            let people = people(snapshot.as_mut(), &binding, &ids).await?;
            about.extend(people.keys().copied());
            personal |= schema.fields.iter().any(|field| field.is_personal());
            if *scope == SearchScope::Everything && shows_people(&binding).is_some() {
                people_in(schema, screen, ctx, &page.entries, &people, sought, named);
            }
            let numbers = numbers(snapshot.as_mut(), &entries).await?;
            hits.push(RegisterHits {
                module: ctx.module.clone(),
                schema: (*schema).clone(),
                screen: (*screen).clone(),
                entries: page.entries,
                total: page.total,
                resolved: Resolved { people, numbers, ..Resolved::default() },
                words: known.clone(),
            });
        }
        drop(snapshot);
        self.looked(ctx, &binding, AuditKind::Look, &about, personal).await?;
        Ok(hits)
    }
}

/// People of these entries whose name or number is what was sought: the entry may have been found by other words.
fn people_in(
    schema: &RegisterSchema,
    screen: &Name,
    ctx: &CallContext,
    entries: &[Entry],
    people: &BTreeMap<SubjectId, PersonData>,
    sought: &str,
    named: &mut BTreeMap<SubjectId, PersonHit>,
) {
    let wanted = words(sought);
    let is_meant = |person: &PersonData| {
        let text = fold(&format!("{} {}", person.name, person.idn.as_deref().unwrap_or_default()));
        wanted.iter().all(|word| text.split(|c: char| !c.is_alphanumeric()).any(|part| part.starts_with(word.as_str())))
    };
    for entry in entries {
        for field in schema.fields.iter().filter(|field| field.kind == FieldType::Subject && field.searchable) {
            let Some(Value::Subject(id)) = entry.fields.get(&field.name) else { continue };
            let Some(person) = people.get(id).filter(|person| is_meant(person)) else { continue };
            named.entry(*id).or_insert_with(|| PersonHit {
                person: person.clone(),
                module: ctx.module.clone(),
                entry: entry.at.clone(),
                screen: screen.clone(),
            });
        }
    }
}
