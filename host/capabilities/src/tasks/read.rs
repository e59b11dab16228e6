//! Tasks that a module may see: its own, and those of the modules that the grant names.

use super::{officials_only, told, wit};
use crate::bindings::vatra::types::values::{EntryRef, Failure, Field};
use crate::bindings::vatra::view::view;
use crate::convert;
use crate::registers::Stop;
use crate::state::{CallState, invalid};
use chrono::NaiveDate;
use std::collections::BTreeSet;
use vatra_core::ids::{Name, TaskId};
use vatra_core::manifest::Param;
use vatra_core::seal::{Origin, Sealer};
use vatra_core::tasks::{Priority, SERVICE, Scope, Standing, Task, TaskQuery};
use vatra_core::value::Fields;
use vatra_core::view::{Link, Words};

/// Tasks of a page.
const PAGE: u32 = 200;

/// Modules whose tasks this one may see and change.
fn modules(state: &mut CallState) -> Result<BTreeSet<Name>, Stop> {
    let allowed = state.allow(SERVICE, &[])?;
    let mut modules = BTreeSet::from([state.ctx.module.clone()]);
    if let Some(Param::Set(others)) = allowed.parameters.get("modules") {
        modules.extend(others.iter().filter_map(|other| Name::new(other).ok()));
    }
    Ok(modules)
}

/// A task that the module may see, as this call leaves it. Of others it learns nothing, not even that they are there.
pub(super) async fn one(state: &mut CallState, task: &str) -> Result<Task, Stop> {
    officials_only(state)?;
    let modules = modules(state)?;
    state.used.read(1, &state.limits)?;
    let id: TaskId = task.parse().map_err(|_| Failure::NotFound)?;
    if let Some(task) = state.work.tasked.get(&id) {
        return Ok(task.clone());
    }
    let found = state.snapshot().await?.task(id).await?;
    found.filter(|found| modules.contains(&found.module)).ok_or_else(|| Failure::NotFound.into())
}

pub(super) async fn of_entry(state: &mut CallState, entry: &EntryRef) -> Result<Vec<told::Task>, Stop> {
    officials_only(state)?;
    let modules = modules(state)?;
    let about = convert::entry_from_guest(entry).ok_or(Failure::NotFound)?;
    let stored = state.snapshot().await?.tasks_of(&modules, &about).await?;
    state.used.read(stored.len(), &state.limits)?;
    let tasked = &state.work.tasked;
    let untouched = stored.into_iter().filter(|task| !tasked.contains_key(&task.id));
    let mut all: Vec<Task> = untouched.chain(tasked.values().filter(|task| task.about.as_ref() == Some(&about)).cloned()).collect();
    all.sort_by_key(|task| task.id);
    let today = state.ctx.today();
    Ok(all.iter().map(|found| task(&state.binding.sealer, found, today)).collect())
}

pub(super) async fn listing(state: &mut CallState, scope: wit::Scope, limit: u32, cursor: Option<String>) -> Result<wit::Page, Stop> {
    officials_only(state)?;
    let scope = match scope {
        wit::Scope::Mine => Scope::Mine,
        wit::Scope::Unassigned => Scope::Unassigned,
        wit::Scope::Overdue => Scope::Overdue,
        wit::Scope::All => Scope::All,
    };
    let offset: u64 = cursor.map_or(Ok(0), |cursor| cursor.parse()).map_err(|_| invalid("cursor", "type"))?;
    let (modules, today, limit) = (modules(state)?, state.ctx.today(), limit.clamp(1, PAGE));
    let caller = &state.ctx.caller;
    let (person, roles) = (caller.person, caller.roles.clone());
    let query = TaskQuery { scope, person, roles, modules: Some(modules), kinds: BTreeSet::new(), today };
    let snapshot = state.snapshot().await?;
    let found = snapshot.tasks(&query, offset, limit).await?;
    let total = snapshot.tasks_count(&query, i64::MAX.unsigned_abs()).await?;
    state.used.read(found.len(), &state.limits)?;
    let end = offset.saturating_add(found.len() as u64);
    let next = (!found.is_empty() && end < total).then(|| end.to_string());
    Ok(wit::Page { tasks: found.iter().map(|one| task(&state.binding.sealer, one, today)).collect(), next, total })
}

fn fields(sealer: &Sealer, fields: &Fields) -> Vec<Field> {
    convert::fields_to_guest(sealer, Origin::Stored, |_| false, fields)
}

fn words(sealer: &Sealer, words: &Words) -> view::Words {
    match words {
        Words::Key(key, arguments) => view::Words::Key(view::Message { key: key.clone(), arguments: fields(sealer, arguments) }),
        Words::Plain(text) => view::Words::Plain(text.clone()),
    }
}

fn link(sealer: &Sealer, link: &Link) -> view::Link {
    view::Link { label: words(sealer, &link.label), screen: link.screen.clone(), parameters: fields(sealer, &link.parameters) }
}

/// A task for a module.
pub fn task(sealer: &Sealer, task: &Task, today: NaiveDate) -> told::Task {
    let moment = |at: vatra_core::clock::Instant| u64::try_from(at.0).unwrap_or_default();
    told::Task {
        id: task.id.to_string(),
        module: task.module.to_string(),
        version: task.version,
        standing: match task.standing {
            Standing::Open => told::Standing::Open,
            Standing::Claimed => told::Standing::Claimed,
            Standing::Done => told::Standing::Done,
            Standing::Cancelled => told::Standing::Cancelled,
        },
        task: told::Opening {
            kind: task.kind.clone(),
            title: words(sealer, &task.title),
            opens: link(sealer, &task.opens),
            about: task.about.as_ref().map(convert::entry_ref),
            role: task.role.to_string(),
            assignee: task.assignee.map(|id| convert::subject(sealer, id)),
            due: task.due.map(convert::date),
            priority: match task.priority {
                Priority::Low => told::Priority::Low,
                Priority::Normal => told::Priority::Normal,
                Priority::High => told::Priority::High,
            },
        },
        opened_at: moment(task.opened_at),
        closed_at: task.closed_at.map(moment),
        overdue: task.is_overdue(today),
        note: task.note.clone(),
    }
}
