//! Opening tasks and changing them: each change holds only if the task still stands as it was seen.

use super::{officials_only, read, said, told};
use crate::bindings::vatra::types::values::{Failure, Subject};
use crate::convert;
use crate::registers::Stop;
use crate::state::{CallState, invalid};
use crate::view;
use vatra_core::grants::{Ask, Denial};
use vatra_core::ids::{Name, SubjectId};
use vatra_core::tasks::{Change, Priority, SERVICE, Standing, Task, TaskChange};
use vatra_core::value::Value;
use vatra_core::view::Words;

/// Characters of plain words.
const TITLE: usize = 200;

pub(super) async fn open(state: &mut CallState, task: told::Opening) -> Result<String, Stop> {
    state.writable(SERVICE)?;
    state.allow(SERVICE, &[Ask::Member("roles", &task.role)])?;
    let role = Name::new(&task.role).map_err(|_| invalid("role", "type"))?;
    Name::new(&task.kind).map_err(|_| invalid("kind", "type"))?;
    let title = view::words(state, task.title)?;
    nameless(&title)?;
    let opens = view::link(state, task.opens)?;
    nameless(&opens.label)?;
    if state.binding.manifest.screen(&opens.screen).is_none() {
        return Err(invalid("opens", "unknown-screen").into());
    }
    let about = match task.about {
        None => None,
        Some(entry) => Some(convert::entry_from_guest(&entry).ok_or_else(|| invalid("about", "type"))?),
    };
    // Its number is shown to whoever holds the role.
    if about.as_ref().is_some_and(|about| state.binding.manifest.register(about.register.as_str()).is_none()) {
        return Err(invalid("about", "unknown-register").into());
    }
    let due = match task.due {
        None => None,
        Some(date) => Some(convert::date_from_guest(date).ok_or_else(|| invalid("due", "date"))?),
    };
    let assignee = match task.assignee {
        None => None,
        Some(subject) => Some(holder(state, "assignee", &subject, &role).await?),
    };
    state.used.write(1, &state.limits)?;
    let task = Task {
        id: state.work.next_task(),
        module: state.ctx.module.clone(),
        version: 1,
        standing: if assignee.is_some() { Standing::Claimed } else { Standing::Open },
        kind: task.kind,
        title,
        opens,
        about,
        role,
        assignee,
        due,
        priority: match task.priority {
            told::Priority::Low => Priority::Low,
            told::Priority::Normal => Priority::Normal,
            told::Priority::High => Priority::High,
        },
        opened_at: state.ctx.now,
        closed_at: None,
        note: String::new(),
    };
    let id = task.id.to_string();
    state.work.tasks.push(TaskChange::Open(Box::new(task.clone())));
    state.work.tasked.insert(task.id, task);
    Ok(id)
}

/// A worklist shows them to whoever holds a role: they name nobody.
fn nameless(words: &Words) -> Result<(), Failure> {
    match words {
        Words::Key(key, arguments) => {
            let names = arguments.values().any(|value| matches!(value, Value::Subject(_) | Value::Personal(_)));
            if names || key.len() > TITLE { Err(invalid("title", if names { "personal" } else { "too-long" })) } else { Ok(()) }
        }
        Words::Plain(text) if text.trim().is_empty() => Err(invalid("title", "required")),
        Words::Plain(text) if text.chars().count() > TITLE => Err(invalid("title", "too-long")),
        Words::Plain(_) => Ok(()),
    }
}

/// An official who holds the role.
async fn holder(state: &mut CallState, field: &str, subject: &Subject, role: &Name) -> Result<SubjectId, Stop> {
    let person = state.binding.sealer.subject(&subject.token).map_err(|_| invalid(field, "token"))?;
    let officials = state.officials().await?;
    let holds = officials.iter().any(|official| official.person == person && official.roles.contains(role));
    if holds { Ok(person) } else { Err(invalid(field, "role").into()) }
}

pub(super) async fn assign(state: &mut CallState, id: &str, version: u32, to: Option<Subject>, reason: String) -> Result<u32, Stop> {
    let task = read::one(state, id).await?;
    said("reason", &reason, task.assignee.is_some())?;
    let to = match to {
        None => None,
        Some(subject) => Some(holder(state, "to", &subject, &task.role).await?),
    };
    change(state, id, version, Change::Assign(to, reason)).await
}

pub(super) async fn claim(state: &mut CallState, id: &str, version: u32) -> Result<u32, Stop> {
    let task = read::one(state, id).await?;
    let caller = &state.ctx.caller;
    match caller.person.filter(|_| caller.roles.contains(&task.role)) {
        Some(person) => change(state, id, version, Change::Claim(person)).await,
        None => Err(state.deny(Denial::new(SERVICE, "role", task.role.as_str())).into()),
    }
}

/// The version afterwards.
pub(super) async fn change(state: &mut CallState, id: &str, version: u32, change: Change) -> Result<u32, Stop> {
    state.writable(SERVICE)?;
    officials_only(state)?;
    let task = read::one(state, id).await?;
    if task.version != version {
        return Err(Failure::Conflict.into());
    }
    let next = task.after(&change, state.ctx.now).ok_or(Failure::Conflict)?;
    state.used.write(1, &state.limits)?;
    let tell = next.module != state.ctx.module;
    state.work.tasks.push(TaskChange::Set { task: Box::new(next.clone()), turn: change.turn(), tell });
    let version = next.version;
    state.work.tasked.insert(next.id, next);
    Ok(version)
}
