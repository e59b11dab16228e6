//! Entries of a register one by one: their history for whoever may read them, and corrections that meet.

use super::App;
use super::packages::Words;
use super::resolve::{numbers, people};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use vatra_capabilities::Binding;
use vatra_core::audit::AuditKind;
use vatra_core::call::CallContext;
use vatra_core::ids::{EntryId, Name, SubjectId};
use vatra_core::manifest::{ActionSchema, ENTRY, Manifest, REASON, VERSION};
use vatra_core::register::{Change, Entry, RegisterSchema};
use vatra_core::store::Snapshot;
use vatra_core::value::{EntryRef, Fields, Value};
use vatra_core::view::Resolved;
use vatra_runtime::{CallError, Seen};

/// A field's value before and after a change.
pub(crate) type Turned = (String, Value, Value);

/// An entry with all that became of it.
pub struct EntryHistory {
    /// As it stands.
    pub entry: Entry,
    /// The screen that shows it to the reader.
    pub screen: Name,
    /// Oldest first: each change, and what it changed, field by field in the register's order.
    pub(crate) changes: Vec<(Change, Vec<Turned>)>,
    /// People and entries that the values name.
    pub resolved: Resolved,
    /// Names of those who made the changes, as far as they are known.
    pub by: BTreeMap<SubjectId, String>,
    pub(crate) words: Arc<Words>,
}

/// A correction that meets another one.
pub struct Clash {
    /// Which entry.
    pub at: EntryRef,
    /// As it stands now.
    pub now: Entry,
    /// As the person saw it.
    pub before: Fields,
    /// What the person entered.
    pub entered: Vec<(String, Value)>,
    /// What was saved meanwhile, oldest first.
    pub meanwhile: Vec<Change>,
    /// Names of those who did.
    pub by: BTreeMap<SubjectId, String>,
    /// People and entries that the values name.
    pub resolved: Resolved,
    pub(crate) words: Arc<Words>,
}

/// Who may read the entries of a register one by one: whoever may open a screen that shows one.
fn readers(manifest: &Manifest, register: &str) -> BTreeSet<Name> {
    let roles = manifest.screens.iter().flat_map(|screen| screen.roles.iter().cloned());
    roles.filter(|role| manifest.entry_screen(register, &[role.clone()].into()).is_some()).collect()
}

/// Whether the municipality lets the module keep registers at all.
pub(super) fn keeps_registers(binding: &Binding) -> Result<(), CallError> {
    match binding.capabilities.get("registers") {
        Some(Err(denial)) => Err(CallError::Denied(denial.clone())),
        Some(Ok(_)) => Ok(()),
        None => Err(CallError::NotFound("registers".to_owned())),
    }
}

/// Each change with what it changed: values before and after, where they differ.
fn turned(schema: &RegisterSchema, changes: Vec<Change>) -> Vec<(Change, Vec<Turned>)> {
    let mut state = Fields::new();
    let each = changes.into_iter().map(|change| {
        let mut differences = Vec::new();
        for field in &schema.fields {
            let Some(after) = change.fields.get(&field.name) else { continue };
            let before = state.insert(field.name.clone(), after.clone()).unwrap_or_default();
            if before != *after {
                differences.push((field.name.clone(), before, after.clone()));
            }
        }
        (change, differences)
    });
    each.collect()
}

/// The fields as a version had them.
fn as_of(changes: &[Change], version: u32) -> Fields {
    let mut state = Fields::new();
    for change in changes.iter().filter(|change| change.version <= version) {
        state.extend(change.fields.iter().map(|(name, value)| (name.clone(), value.clone())));
    }
    state
}

/// What values name.
async fn named<'a>(snapshot: &mut dyn Snapshot, binding: &Binding, values: impl Iterator<Item = &'a Value>) -> Result<Resolved, CallError> {
    let (mut ids, mut entries) = (BTreeSet::new(), BTreeSet::new());
    for value in values {
        match value {
            Value::Subject(id) => drop(ids.insert(*id)),
            Value::Entry(entry) => drop(entries.insert(entry.clone())),
            _ => {}
        }
    }
    let people = people(snapshot, binding, &ids).await?;
    Ok(Resolved { people, numbers: numbers(snapshot, &entries).await?, ..Resolved::default() })
}

async fn names(snapshot: &mut dyn Snapshot, changes: impl Iterator<Item = &Change>) -> Result<BTreeMap<SubjectId, String>, CallError> {
    let ids: BTreeSet<SubjectId> = changes.filter_map(|change| change.by).collect();
    let ids: Vec<SubjectId> = ids.into_iter().collect();
    Ok(snapshot.subjects(&ids).await?.into_iter().map(|person| (person.id, person.name)).collect())
}

impl App {
    /// An entry's history, for whoever may open a screen that shows such an entry.
    ///
    /// # Errors
    /// [`CallError::NotFound`] when there is no such register or entry; [`CallError::Denied`] without a role, or when registers are withheld.
    pub async fn history(&self, ctx: &CallContext, binding: &Binding, register: &str, entry: &str) -> Result<EntryHistory, CallError> {
        let missing = || CallError::NotFound(format!("entry {}", entry.chars().take(40).collect::<String>()));
        let manifest = &binding.manifest;
        let schema = manifest.register(register).ok_or_else(missing)?;
        self.runtime.require_role(ctx, "history", &readers(manifest, register)).await?;
        if let Err(CallError::Denied(denial)) = keeps_registers(binding) {
            let detail = json!({ "capability": denial.capability, "rule": denial.rule, "in": "history" });
            self.store.audit(ctx.tenant.id, vec![ctx.row(AuditKind::Denial, &denial.capability, detail)]).await?;
            return Err(CallError::Denied(denial));
        }
        let screen = manifest.entry_screen(register, &ctx.caller.roles).ok_or_else(missing)?.clone();
        let at = EntryRef { register: schema.name.clone(), id: entry.parse::<EntryId>().map_err(|_| missing())? };
        let mut snapshot = self.store.snapshot(ctx.tenant.id).await?;
        let entry = snapshot.entries(std::slice::from_ref(&at)).await?.pop().ok_or_else(missing)?;
        let changes = turned(schema, snapshot.history(&at).await?);
        let values = changes.iter().flat_map(|(_, turned)| turned).flat_map(|(_, before, after)| [before, after]);
        let resolved = named(snapshot.as_mut(), binding, values).await?;
        let by = names(snapshot.as_mut(), changes.iter().map(|(change, _)| change)).await?;
        drop(snapshot);
        let about = resolved.people.keys().copied().collect();
        self.looked(ctx, binding, AuditKind::Look, &about, schema.fields.iter().any(|field| field.is_personal())).await?;
        Ok(EntryHistory { entry, screen, changes, resolved, by, words: self.words_of_binding(binding)? })
    }

    /// Of an action that corrects an entry, which and as it was seen; or what it meets, when somebody else was quicker.
    pub(super) async fn seen(
        &self,
        ctx: &CallContext,
        binding: &Binding,
        action: &ActionSchema,
        inputs: &[(String, Value)],
    ) -> Result<Result<Option<Seen>, Box<Clash>>, CallError> {
        let Some(register) = &action.corrects else { return Ok(Ok(None)) };
        let input = |name: &str| inputs.iter().find(|(input, _)| input == name).map(|(_, value)| value);
        let invalid = |field: &str| CallError::Invalid { field: field.to_owned(), rule: "required".to_owned() };
        let Some(Value::Entry(at)) = input(ENTRY).filter(|_| action.inputs.iter().any(|input| input.name == ENTRY)) else {
            return Err(invalid(ENTRY));
        };
        let Some(Value::Integer(version)) = input(VERSION) else { return Err(invalid(VERSION)) };
        let Some(Value::Text(reason)) = input(REASON) else { return Err(invalid(REASON)) };
        let version = u32::try_from(*version).map_err(|_| invalid(VERSION))?;
        let mut snapshot = self.store.snapshot(ctx.tenant.id).await?;
        let now = snapshot.entries(std::slice::from_ref(at)).await?.pop().filter(|entry| entry.at.register == *register);
        let now = now.ok_or_else(|| CallError::NotFound(format!("entry {}", at.id)))?;
        if now.version == version && !now.closed {
            return Ok(Ok(Some(Seen { entry: at.clone(), version, reason: reason.clone() })));
        }
        let history = snapshot.history(at).await?;
        let before = as_of(&history, version);
        let meanwhile: Vec<Change> = history.into_iter().filter(|change| change.version > version).collect();
        let entered: Vec<(String, Value)> = inputs.to_vec();
        let values = before.values().chain(now.fields.values()).chain(entered.iter().map(|(_, value)| value));
        let resolved = named(snapshot.as_mut(), binding, values).await?;
        let by = names(snapshot.as_mut(), meanwhile.iter()).await?;
        drop(snapshot);
        let about = resolved.people.keys().copied().collect();
        self.looked(ctx, binding, AuditKind::Look, &about, true).await?;
        let words = self.words_of_binding(binding)?;
        Ok(Err(Box::new(Clash { at: at.clone(), now, before, entered, meanwhile, by, resolved, words })))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vatra_core::clock::Instant;

    fn change(version: u32, fields: &[(&str, Value)]) -> Change {
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        Change { version, at: Instant(0), by: None, reason: String::new(), fields }
    }

    #[test]
    fn differences_are_those_that_differ() {
        let schema: RegisterSchema = serde_json::from_value(serde_json::json!({
            "name": "plots", "fields": [{ "name": "use", "type": "text" }, { "name": "area", "type": "integer" }]
        }))
        .unwrap();
        let text = |text: &str| Value::Text(text.to_owned());
        let changes = vec![
            change(1, &[("use", text("arable")), ("area", Value::Integer(5))]),
            change(2, &[("use", text("arable")), ("area", Value::Integer(6))]),
            change(3, &[("use", Value::None)]),
        ];
        assert_eq!(as_of(&changes, 2).get("area"), Some(&Value::Integer(6)));
        let turned: Vec<Vec<Turned>> = turned(&schema, changes).into_iter().map(|(_, turned)| turned).collect();
        assert_eq!(turned[0].len(), 2);
        assert_eq!(turned[1], [("area".to_owned(), Value::Integer(5), Value::Integer(6))]);
        assert_eq!(turned[2], [("use".to_owned(), text("arable"), Value::None)]);
    }
}
