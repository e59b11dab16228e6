//! The visitor's side: free places, one's own visits, and those that an official books for somebody.

use super::{
    SERVICE, all_counters, booked, bounds, counter, day, keep, listed, millis, moment, named, one, open, own, said, slot, visitor, week,
};
use crate::bindings::vatra::appointments::booking as wit;
use crate::bindings::vatra::appointments::types as told;
use crate::bindings::vatra::types::values::{Date, Failure};
use crate::registers::{Stop, counted};
use crate::state::{CallState, invalid};
use std::collections::BTreeSet;
use vatra_core::appointments::{Appointment, MOST_DAYS, NoticeChange, Standing, free, remind_at, slots};
use vatra_core::clock::Instant;
use vatra_core::ids::{Name, SubjectId};

type Answer<T> = wasmtime::Result<Result<T, Failure>>;

const PART: &str = "booking";
/// Visits to come that one may have.
const MOST_OWN: usize = 10;
const MOST_MINE: u32 = 200;
/// How long past visits are shown, in seconds: a year.
const PAST: i64 = 366 * 86_400;
/// Characters of a case's id.
const MOST_CASE: usize = 64;

impl wit::Host for CallState {
    async fn services(&mut self) -> Answer<Vec<String>> {
        counted!(self, "appointments.services", async {
            open(self, PART, &[])?;
            let granted = self.allow(SERVICE, &[])?.parameters.get("services").cloned();
            let now = self.ctx.now;
            let (week, today) = (week(self, now, now).await?, self.ctx.today());
            let known = all_counters(self).await?;
            let given = known.iter().flat_map(|one| week.from_day(&one.id, today)).flat_map(|one| &one.services);
            let all: BTreeSet<&Name> = given.filter(|service| listed(granted.as_ref(), service)).collect();
            Ok::<_, Stop>(all.into_iter().map(ToString::to_string).collect())
        })
    }
    async fn counters(&mut self, service: String) -> Answer<Vec<told::Counter>> {
        counted!(self, "appointments.counters", async {
            open(self, PART, &[("services", &service)])?;
            let service = named("service", &service)?;
            let now = self.ctx.now;
            let (week, today) = (week(self, now, now).await?, self.ctx.today());
            let gives = |id| week.from_day(id, today).iter().any(|one| one.services.contains(&service));
            Ok::<_, Stop>(all_counters(self).await?.iter().filter(|one| gives(&one.id)).map(counter).collect())
        })
    }
    async fn free(&mut self, service: String, counter: Option<String>, from: Date, to: Date) -> Answer<Vec<wit::Slot>> {
        counted!(self, "appointments.free", list(self, &service, counter.as_deref(), from, to))
    }
    async fn book(&mut self, visit: wit::Visit) -> Answer<String> {
        counted!(self, "appointments.book", book(self, visit))
    }
    async fn reschedule(&mut self, appointment: String, version: u32, counter: Option<String>, starts: u64, reason: String) -> Answer<u32> {
        counted!(self, "appointments.reschedule", reschedule(self, &appointment, version, counter.as_deref(), starts, reason))
    }
    async fn cancel(&mut self, appointment: String, version: u32, reason: String) -> Answer<()> {
        counted!(self, "appointments.cancel", async {
            said(&reason, false)?;
            let before = to_come(self, &appointment, version).await?;
            let next = Appointment { standing: Standing::Cancelled, remind_at: None, note: reason.trim().to_owned(), ..after(&before) };
            self.used.write(1, &self.limits)?;
            keep(self, next, NoticeChange::Cancelled).await
        })
    }
    async fn get(&mut self, appointment: String) -> Answer<told::Appointment> {
        counted!(self, "appointments.get", async {
            open(self, PART, &[])?;
            let found = one(self, &appointment).await?;
            Ok::<_, Stop>(super::appointment(&self.binding.sealer, &found))
        })
    }
    async fn mine(&mut self) -> Answer<Vec<told::Appointment>> {
        counted!(self, "appointments.mine", async {
            open(self, PART, &[])?;
            let Some(own) = own(self) else { return Ok(Vec::new()) };
            let all = of(self, own, self.ctx.now.plus_seconds(-PAST)).await?;
            let now = self.ctx.now;
            let (past, mut to_come): (Vec<_>, Vec<_>) = all.into_iter().partition(|one| one.starts < now);
            to_come.reverse();
            Ok::<_, Stop>(to_come.iter().chain(&past).map(|one| super::appointment(&self.binding.sealer, one)).collect())
        })
    }
}

/// Somebody's visits from this moment on, latest first, as this call leaves them.
async fn of(state: &mut CallState, visitor: SubjectId, since: Instant) -> Result<Vec<Appointment>, Stop> {
    let stored = state.snapshot().await?.appointments_of(visitor, since, MOST_MINE).await?;
    state.used.read(stored.len(), &state.limits)?;
    let touched = &state.work.appointed;
    let untouched = stored.into_iter().filter(|one| !touched.contains_key(&one.id));
    let mut all: Vec<Appointment> = untouched.chain(touched.values().filter(|one| one.visitor == visitor).cloned()).collect();
    all.sort_by_key(|one| std::cmp::Reverse((one.starts, one.id)));
    Ok(all)
}

async fn list(state: &mut CallState, service: &str, counter: Option<&str>, from: Date, to: Date) -> Result<Vec<wit::Slot>, Stop> {
    open(state, PART, &[("services", service)])?;
    let service = named("service", service)?;
    let only = counter.map(|counter| named("counter", counter)).transpose()?;
    let (from, to) = (day("from", from)?, day("to", to)?);
    if !(0..=MOST_DAYS).contains(&to.signed_duration_since(from).num_days()) {
        return Err(invalid("to", "range").into());
    }
    let (first, last) = (bounds(from).0, bounds(to).1);
    let week = week(state, first, last).await?;
    let known = all_counters(state).await?;
    let there = booked(state, only.as_ref(), first, last).await?;
    let mut offered = Vec::new();
    for one in known.iter().filter(|one| only.as_ref().is_none_or(|only| *only == one.id)) {
        for date in from.iter_days().take_while(|date| *date <= to) {
            if week.schedule(&one.id, date).is_some_and(|schedule| schedule.services.contains(&service)) {
                offered.extend(slots(&week, &one.id, date));
            }
        }
    }
    let mut found = free(offered, &there, state.ctx.now);
    found.sort();
    state.used.read(found.len(), &state.limits)?;
    let each = |slot: vatra_core::appointments::Slot| wit::Slot {
        counter: slot.counter.to_string(),
        starts: millis(slot.starts),
        minutes: slot.minutes,
        free: slot.places,
    };
    Ok(found.into_iter().map(each).collect())
}

async fn book(state: &mut CallState, visit: wit::Visit) -> Result<String, Stop> {
    state.writable(SERVICE)?;
    open(state, PART, &[("services", &visit.service), ("counters", &visit.counter)])?;
    let visitor = visitor(state, visit.visitor.as_ref())?.ok_or_else(|| invalid("visitor", "required"))?;
    let (service, counter, starts) =
        (named("service", &visit.service)?, named("counter", &visit.counter)?, moment("starts", visit.starts)?);
    if visit.case.as_ref().is_some_and(|case| case.is_empty() || case.len() > MOST_CASE) {
        return Err(invalid("case", "type").into());
    }
    let slot = slot(state, &service, &counter, starts, None).await?;
    let now = state.ctx.now;
    let to_come = of(state, visitor, now).await?.iter().filter(|one| one.standing == Standing::Booked).count();
    if to_come >= MOST_OWN {
        return Err(invalid("visitor", "too-many").into());
    }
    state.used.write(1, &state.limits)?;
    let booked = Appointment {
        id: state.work.next_appointment(),
        number: String::new(),
        version: 1,
        module: state.ctx.module.clone(),
        service,
        counter,
        starts,
        minutes: slot.minutes,
        place: 0,
        visitor,
        standing: Standing::Booked,
        case: visit.case,
        note: String::new(),
        remind_at: remind_at(starts, now),
        called_at: None,
    };
    let id = booked.id.to_string();
    keep(state, booked, NoticeChange::Booked).await?;
    Ok(id)
}

/// A visit that can still be moved or taken back.
async fn to_come(state: &mut CallState, appointment: &str, version: u32) -> Result<Appointment, Stop> {
    state.writable(SERVICE)?;
    open(state, PART, &[])?;
    let found = one(state, appointment).await?;
    open(state, PART, &[("services", found.service.as_str())])?;
    if found.version != version {
        return Err(Failure::Conflict.into());
    }
    let over = found.standing != Standing::Booked || (found.starts <= state.ctx.now && !super::is_official(state));
    if over { Err(invalid("appointment", "standing").into()) } else { Ok(found) }
}

fn after(before: &Appointment) -> Appointment {
    Appointment { version: before.version + 1, called_at: None, ..before.clone() }
}

async fn reschedule(
    state: &mut CallState,
    appointment: &str,
    version: u32,
    counter: Option<&str>,
    starts: u64,
    reason: String,
) -> Result<u32, Stop> {
    said(&reason, false)?;
    let before = to_come(state, appointment, version).await?;
    let starts = moment("starts", starts)?;
    let counter = counter.map_or_else(|| Ok(before.counter.clone()), |counter| named("counter", counter))?;
    open(state, PART, &[("counters", counter.as_str())])?;
    let slot = slot(state, &before.service, &counter, starts, Some(before.id)).await?;
    state.used.write(1, &state.limits)?;
    let (minutes, remind_at, note) = (slot.minutes, remind_at(starts, state.ctx.now), reason.trim().to_owned());
    let next = Appointment { counter, starts, minutes, remind_at, note, ..after(&before) };
    let version = next.version;
    keep(state, next, NoticeChange::Moved).await?;
    Ok(version)
}
