//! The officials' side: when counters are open, who is booked there, and who came.

use super::{
    FAR, SERVICE, all_counters, booked, bounds, counter, day, keep, listed, millis, moment, named, officials_only, one, open, said, week,
};
use crate::bindings::vatra::appointments::calendar as wit;
use crate::bindings::vatra::appointments::types as told;
use crate::bindings::vatra::types::values::{Date, Failure};
use crate::convert;
use crate::registers::{Stop, counted};
use crate::state::{CallState, invalid};
use vatra_core::appointments::{Appointment, AppointmentChange, Closure, Hours, MOST_DAYS, NoticeChange, Schedule, Standing, check_hours};
use vatra_core::clock::Instant;
use vatra_core::ids::{ClosureId, Name};

type Answer<T> = wasmtime::Result<Result<T, Failure>>;

const PART: &str = "calendar";
/// Services that one counter gives.
const MOST_SERVICES: usize = 200;
/// The longest closure, in milliseconds: a year.
const LONGEST: i64 = 366 * 86_400_000;
/// No visit is as long, in seconds.
const DAY: i64 = 86_400;

impl wit::Host for CallState {
    async fn counters(&mut self) -> Answer<Vec<told::Counter>> {
        counted!(self, "appointments.all-counters", async {
            officials_only(self)?;
            open(self, PART, &[])?;
            let granted = self.allow(SERVICE, &[])?.parameters.get("counters").cloned();
            Ok::<_, Stop>(all_counters(self).await?.iter().filter(|one| listed(granted.as_ref(), &one.id)).map(counter).collect())
        })
    }
    async fn weeks(&mut self, counter: String) -> Answer<Vec<wit::Week>> {
        counted!(self, "appointments.weeks", async {
            let counter = kept(self, &counter).await?;
            let (now, today) = (self.ctx.now, self.ctx.today());
            let week = week(self, now, now).await?;
            let hours = |one: &Hours| wit::Hours {
                weekday: one.weekday,
                opens: one.opens,
                closes: one.closes,
                minutes: one.minutes,
                places: one.places,
            };
            let told = |one: &Schedule| wit::Week {
                since: convert::date(one.since),
                services: one.services.iter().map(ToString::to_string).collect(),
                hours: one.hours.iter().map(hours).collect(),
            };
            Ok::<_, Stop>(week.from_day(&counter, today).into_iter().map(told).collect())
        })
    }
    async fn set_hours(
        &mut self,
        counter: String,
        services: Vec<String>,
        hours: Vec<wit::Hours>,
        since: Date,
    ) -> Answer<Vec<told::Appointment>> {
        counted!(self, "appointments.set-hours", set_hours(self, &counter, &services, &hours, since))
    }
    async fn close(&mut self, counter: String, from: u64, to: u64, reason: String) -> Answer<Vec<told::Appointment>> {
        counted!(self, "appointments.close", close(self, &counter, from, to, reason))
    }
    async fn closures(&mut self, counter: Option<String>, after: u64) -> Answer<Vec<wit::Closure>> {
        counted!(self, "appointments.closures", async {
            officials_only(self)?;
            open(self, PART, &[])?;
            let counter = match counter {
                None => None,
                Some(counter) => Some(kept(self, &counter).await?),
            };
            let after = moment("after", after)?;
            let week = week(self, after, Instant::MAX).await?;
            let of = |one: &&Closure| counter.as_ref().is_none_or(|counter| one.counter == *counter);
            let each = |one: &Closure| wit::Closure {
                id: one.id.to_string(),
                counter: one.counter.to_string(),
                from: millis(one.from),
                to: millis(one.to),
                reason: one.reason.clone(),
            };
            Ok::<_, Stop>(week.closures.iter().filter(of).map(each).collect())
        })
    }
    async fn reopen(&mut self, closure: String) -> Answer<()> {
        counted!(self, "appointments.reopen", async {
            self.writable(SERVICE)?;
            officials_only(self)?;
            open(self, PART, &[])?;
            let id: ClosureId = closure.parse().map_err(|_| Failure::NotFound)?;
            let week = week(self, Instant(0), Instant::MAX).await?;
            let found = week.closures.iter().find(|one| one.id == id).ok_or(Failure::NotFound)?;
            open(self, PART, &[("counters", found.counter.as_str())])?;
            self.used.write(1, &self.limits)?;
            self.work.appointments.push(AppointmentChange::Reopen(id));
            Ok::<_, Stop>(())
        })
    }
    async fn visits(&mut self, counter: Option<String>, from: Date, to: Date) -> Answer<Vec<told::Appointment>> {
        counted!(self, "appointments.visits", async {
            officials_only(self)?;
            open(self, PART, &[])?;
            let (from, to) = (day("from", from)?, day("to", to)?);
            if !(0..=MOST_DAYS).contains(&to.signed_duration_since(from).num_days()) {
                return Err(invalid("to", "range").into());
            }
            let counter = counter.map(|counter| named("counter", &counter)).transpose()?;
            if let Some(counter) = &counter {
                open(self, PART, &[("counters", counter.as_str())])?;
            }
            let all = booked(self, counter.as_ref(), bounds(from).0, bounds(to).1).await?;
            seen(self, all.iter())
        })
    }
    async fn displaced(&mut self) -> Answer<Vec<told::Appointment>> {
        counted!(self, "appointments.displaced", async {
            officials_only(self)?;
            open(self, PART, &[])?;
            let (from, to) = (self.ctx.now, self.ctx.now.plus_seconds(FAR * DAY));
            let week = week(self, from, to).await?;
            let known = all_counters(self).await?;
            let there = booked(self, None, from, to).await?;
            let stays = |one: &Appointment| known.iter().any(|counter| counter.id == one.counter) && week.offers(one);
            seen(self, there.iter().filter(|one| one.standing == Standing::Booked && !stays(one)))
        })
    }
    async fn mark(&mut self, appointment: String, version: u32, standing: told::Standing) -> Answer<u32> {
        counted!(self, "appointments.mark", async {
            self.writable(SERVICE)?;
            officials_only(self)?;
            open(self, PART, &[])?;
            let before = one(self, &appointment).await?;
            open(self, PART, &[("counters", before.counter.as_str())])?;
            if before.version != version {
                return Err(Failure::Conflict.into());
            }
            let standing = match standing {
                told::Standing::Booked => Standing::Booked,
                told::Standing::Arrived => Standing::Arrived,
                told::Standing::Served => Standing::Served,
                told::Standing::Missed => Standing::Missed,
                // Taking a visit back has a reason, and is told.
                told::Standing::Cancelled => return Err(invalid("standing", "standing").into()),
            };
            if !before.standing.may_become(standing) {
                return Err(invalid("standing", "standing").into());
            }
            self.used.write(1, &self.limits)?;
            let next = Appointment { version: before.version + 1, standing, remind_at: None, ..before };
            let version = next.version;
            self.work.reached.insert(next.visitor);
            self.work.appointments.push(AppointmentChange::Set { appointment: Box::new(next.clone()), tell: None });
            self.work.appointed.insert(next.id, next);
            Ok::<_, Stop>(version)
        })
    }
}

/// Of counters that the grant does not list, nothing.
fn seen<'a>(state: &mut CallState, all: impl Iterator<Item = &'a Appointment>) -> Result<Vec<told::Appointment>, Stop> {
    let mut seen = Vec::new();
    for one in all {
        if is_granted(state, &one.counter)? {
            seen.push(super::appointment(&state.binding.sealer, one));
        }
    }
    Ok(seen)
}

fn is_granted(state: &mut CallState, counter: &Name) -> Result<bool, Failure> {
    let granted = state.allow(SERVICE, &[])?.parameters.get("counters").cloned();
    Ok(listed(granted.as_ref(), counter))
}

/// A counter that the municipality has and whose calendar the module may keep.
async fn kept(state: &mut CallState, counter: &str) -> Result<Name, Stop> {
    officials_only(state)?;
    open(state, PART, &[("counters", counter)])?;
    let counter = named("counter", counter)?;
    if all_counters(state).await?.iter().any(|one| one.id == counter) { Ok(counter) } else { Err(Failure::NotFound.into()) }
}

async fn set_hours(
    state: &mut CallState,
    counter: &str,
    services: &[String],
    hours: &[wit::Hours],
    since: Date,
) -> Result<Vec<told::Appointment>, Stop> {
    state.writable(SERVICE)?;
    let (counter, since) = (kept(state, counter).await?, day("since", since)?);
    if since < state.ctx.today() {
        return Err(invalid("since", "past").into());
    }
    if services.len() > MOST_SERVICES {
        return Err(invalid("services", "too-many").into());
    }
    let services = services.iter().map(|service| named("services", service)).collect::<Result<Vec<_>, _>>()?;
    let hour =
        |one: &wit::Hours| Hours { weekday: one.weekday, opens: one.opens, closes: one.closes, minutes: one.minutes, places: one.places };
    let hours: Vec<Hours> = hours.iter().map(hour).collect();
    check_hours(&hours).map_err(|rule| invalid("hours", rule))?;
    state.used.write(1, &state.limits)?;
    state.work.appointments.push(AppointmentChange::Schedule(Schedule { counter: counter.clone(), since, services, hours }));
    let from = Instant::first_of(since).0.max(state.ctx.now.0);
    let (from, to) = (Instant(from), Instant::first_of(since).plus_seconds(FAR * DAY));
    let week = week(state, from, to).await?;
    let there = booked(state, Some(&counter), from, to).await?;
    let stranded = there.iter().filter(|one| one.standing == Standing::Booked && !week.offers(one));
    Ok(stranded.map(|one| super::appointment(&state.binding.sealer, one)).collect())
}

async fn close(state: &mut CallState, counter: &str, from: u64, to: u64, reason: String) -> Result<Vec<told::Appointment>, Stop> {
    state.writable(SERVICE)?;
    let counter = kept(state, counter).await?;
    let (from, to) = (moment("from", from)?, moment("to", to)?);
    if from >= to || to.0 - from.0 > LONGEST {
        return Err(invalid("to", "range").into());
    }
    said(&reason, true)?;
    let reason = reason.trim().to_owned();
    let there = booked(state, Some(&counter), from.plus_seconds(-DAY), to).await?;
    let waits = |one: &Appointment| matches!(one.standing, Standing::Booked | Standing::Arrived) && one.ends() > from;
    let mut cancelled = Vec::new();
    for before in there.into_iter().filter(waits) {
        let (version, note) = (before.version + 1, reason.clone());
        let next = Appointment { version, standing: Standing::Cancelled, remind_at: None, called_at: None, note, ..before };
        cancelled.push(super::appointment(&state.binding.sealer, &next));
        keep(state, next, NoticeChange::Cancelled).await?;
    }
    state.used.write(1 + cancelled.len(), &state.limits)?;
    let id = state.work.next_closure();
    state.work.appointments.push(AppointmentChange::Close(Closure { id, counter, from, to, reason }));
    Ok(cancelled)
}
