//! `vatra:tasks`: what someone has to do by when.
//!
//! Parameters of the grant: `roles` (who may be given tasks, and asked for), `modules` (others whose tasks may be seen and changed).

mod change;
mod read;

pub use read::task;

use crate::bindings::vatra::tasks::tasks as wit;
use crate::bindings::vatra::tasks::types as told;
use crate::bindings::vatra::types::values::{Date, EntryRef, Failure, Subject};
use crate::convert;
use crate::registers::{Stop, counted};
use crate::state::{CallState, invalid};
use vatra_core::call::Channel;
use vatra_core::grants::{Ask, Denial};
use vatra_core::tasks::{Change, MOST_NOTE, SERVICE};

type Answer<T> = wasmtime::Result<Result<T, Failure>>;

impl told::Host for CallState {}

impl wit::Host for CallState {
    async fn open(&mut self, task: told::Opening) -> Answer<String> {
        counted!(self, "tasks.open", change::open(self, task))
    }
    async fn get(&mut self, task: String) -> Answer<told::Task> {
        counted!(self, "tasks.get", async {
            let found = read::one(self, &task).await?;
            Ok::<_, Stop>(self::task(&self.binding.sealer, &found, self.ctx.today()))
        })
    }
    async fn assign(&mut self, task: String, version: u32, to: Option<Subject>, reason: String) -> Answer<u32> {
        counted!(self, "tasks.assign", change::assign(self, &task, version, to, reason))
    }
    async fn claim(&mut self, task: String, version: u32) -> Answer<u32> {
        counted!(self, "tasks.claim", change::claim(self, &task, version))
    }
    async fn postpone(&mut self, task: String, version: u32, due: Date, reason: String) -> Answer<u32> {
        counted!(self, "tasks.postpone", async {
            let due = convert::date_from_guest(due).ok_or_else(|| invalid("due", "date"))?;
            said("reason", &reason, true)?;
            change::change(self, &task, version, Change::Postpone(due, reason)).await
        })
    }
    async fn complete(&mut self, task: String, version: u32, note: String) -> Answer<u32> {
        counted!(self, "tasks.complete", async {
            said("note", &note, false)?;
            change::change(self, &task, version, Change::Complete(note)).await
        })
    }
    async fn cancel(&mut self, task: String, version: u32, reason: String) -> Answer<u32> {
        counted!(self, "tasks.cancel", async {
            said("reason", &reason, true)?;
            change::change(self, &task, version, Change::Cancel(reason)).await
        })
    }
    async fn listing(&mut self, scope: wit::Scope, limit: u32, cursor: Option<String>) -> Answer<wit::Page> {
        counted!(self, "tasks.listing", read::listing(self, scope, limit, cursor))
    }
    async fn tasks_of(&mut self, entry: EntryRef) -> Answer<Vec<told::Task>> {
        counted!(self, "tasks.tasks-of", read::of_entry(self, &entry))
    }
    async fn holders(&mut self, role: String) -> Answer<Vec<Subject>> {
        counted!(self, "tasks.holders", async {
            officials_only(self)?;
            self.allow(SERVICE, &[Ask::Member("roles", &role)])?;
            let officials = self.officials().await?;
            self.used.read(officials.len(), &self.limits)?;
            let holders = officials.iter().filter(|official| official.roles.iter().any(|held| held.as_str() == role));
            Ok::<_, Stop>(holders.map(|official| convert::subject(&self.binding.sealer, official.person)).collect())
        })
    }
}

/// Worklists are for officials: in the citizens' app a module opens tasks for them, and sees none.
fn officials_only(state: &mut CallState) -> Result<(), Failure> {
    match state.ctx.caller.channel {
        Channel::Evo => Err(state.deny(Denial::new(SERVICE, "subject", ""))),
        _ => Ok(()),
    }
}

fn said(field: &str, text: &str, required: bool) -> Result<(), Failure> {
    match text.trim().is_empty() {
        true if required => Err(invalid(field, "required")),
        false if text.chars().count() > MOST_NOTE => Err(invalid(field, "too-long")),
        _ => Ok(()),
    }
}
