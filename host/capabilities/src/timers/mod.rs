//! `vatra:timers`: being woken later, once. No parameters: a module wakes nobody but itself.

use crate::bindings::vatra::timers::timers as wit;
use crate::bindings::vatra::timers::types as told;
use crate::bindings::vatra::types::values::{EntryRef, Failure};
use crate::convert;
use crate::registers::{Stop, counted};
use crate::state::{CallState, invalid};
use vatra_core::clock::Instant;
use vatra_core::timers::{FURTHEST_DAYS, MOST, Moment, SERVICE, Timer, TimerChange};

/// Characters of a name.
const NAME: usize = 200;

type Answer<T> = wasmtime::Result<Result<T, Failure>>;

impl told::Host for CallState {}

impl wit::Host for CallState {
    async fn set(&mut self, timer: told::Timer) -> Answer<()> {
        counted!(self, "timers.set", set(self, timer))
    }
    async fn cancel(&mut self, name: String) -> Answer<()> {
        counted!(self, "timers.cancel", async {
            self.writable(SERVICE)?;
            self.allow(SERVICE, &[])?;
            named(&name)?;
            self.used.write(1, &self.limits)?;
            self.work.timers.push(TimerChange::Cancel(name));
            Ok::<_, Stop>(())
        })
    }
    async fn pending(&mut self, about: EntryRef) -> Answer<Vec<told::Timer>> {
        counted!(self, "timers.pending", pending(self, &about))
    }
}

fn named(name: &str) -> Result<(), Failure> {
    match name.trim().is_empty() {
        true => Err(invalid("name", "required")),
        false if name.chars().count() > NAME || name.chars().any(char::is_control) => Err(invalid("name", "too-long")),
        false => Ok(()),
    }
}

async fn set(state: &mut CallState, timer: told::Timer) -> Result<(), Stop> {
    state.writable(SERVICE)?;
    state.allow(SERVICE, &[])?;
    named(&timer.name)?;
    let moment = match timer.moment {
        told::Moment::At(at) => Moment::At(Instant(i64::try_from(at).map_err(|_| invalid("moment", "range"))?)),
        told::Moment::On(day) => Moment::On(convert::date_from_guest(day).ok_or_else(|| invalid("moment", "date"))?),
    };
    // What has passed comes at once: whoever counts days need not mind.
    if moment.due() > state.ctx.now.plus_seconds(FURTHEST_DAYS * 86_400) {
        return Err(invalid("moment", "range").into());
    }
    let about = match timer.about {
        Some(entry) => Some(convert::entry_from_guest(&entry).ok_or_else(|| invalid("about", "type"))?),
        None => None,
    };
    let pending = match state.work.timers_pending {
        Some(known) => known,
        None => {
            let module = state.ctx.module.clone();
            state.snapshot().await?.timers_pending(&module, MOST).await?
        }
    };
    if pending >= MOST {
        return Err(invalid("timer", "too-many").into());
    }
    state.work.timers_pending = Some(pending + 1);
    state.used.write(1, &state.limits)?;
    state.work.timers.push(TimerChange::Set(Timer { name: timer.name, moment, about }));
    Ok(())
}

async fn pending(state: &mut CallState, about: &EntryRef) -> Result<Vec<told::Timer>, Stop> {
    state.allow(SERVICE, &[])?;
    let about = convert::entry_from_guest(about).ok_or(Failure::NotFound)?;
    let module = state.ctx.module.clone();
    let mut found = state.snapshot().await?.timers_about(&module, &about).await?;
    state.used.read(found.len(), &state.limits)?;
    // As this call leaves them.
    for change in &state.work.timers {
        let (TimerChange::Set(Timer { name, .. }) | TimerChange::Cancel(name)) = change;
        found.retain(|timer| timer.name != *name);
        if let TimerChange::Set(timer) = change
            && timer.about.as_ref() == Some(&about)
        {
            found.push(timer.clone());
        }
    }
    Ok(found.iter().map(timer).collect())
}

/// A timer for its module.
pub fn timer(timer: &Timer) -> told::Timer {
    told::Timer {
        name: timer.name.clone(),
        moment: match timer.moment {
            Moment::At(at) => told::Moment::At(u64::try_from(at.0).unwrap_or_default()),
            Moment::On(day) => told::Moment::On(convert::date(day)),
        },
        about: timer.about.as_ref().map(convert::entry_ref),
    }
}
