//! `vatra:appointments`: visits at a counter, the calendars of counters, and those who come without an appointment.
//!
//! Parameters of the grant: `parts` (`booking`, `calendar`, `queue`); `services` and `counters` where the manifest names some, all otherwise.

mod booking;
mod calendar;
mod queue;

use crate::bindings::vatra::appointments::types as wit;
use crate::bindings::vatra::types::values::{Failure, Subject};
use crate::convert;
use crate::registers::Stop;
use crate::state::{CallState, invalid};
use chrono::NaiveDate;
use vatra_core::appointments::{
    Appointment, AppointmentChange, Counter, MOST_REASON, NoticeChange, SERVICE, Slot, Standing, Week, counters, notice, slots,
};
use vatra_core::call::Channel;
use vatra_core::clock::Instant;
use vatra_core::grants::{Ask, Denial};
use vatra_core::ids::{AppointmentId, Name, SubjectId};
use vatra_core::manifest::{Localized, Param};
use vatra_core::seal::Sealer;
use vatra_core::services::Offered;
use vatra_core::settings::COUNTERS;

impl wit::Host for CallState {}

/// Visits of a calendar that are looked through at once.
const FAR: i64 = 400;

/// Whether the grant opens this part, for this service or counter where it names any.
fn open(state: &mut CallState, part: &str, of: &[(&str, &str)]) -> Result<(), Failure> {
    let allowed = state.allow(SERVICE, &[Ask::Member("parts", part)])?;
    for (parameter, member) in of {
        match allowed.parameters.get(*parameter) {
            Some(Param::Set(set)) if set.contains(*member) => {}
            None => {}
            Some(_) => return Err(state.deny(Denial::new(SERVICE, *parameter, *member))),
        }
    }
    Ok(())
}

/// Whether an official is at work, outside of the citizens' app.
fn is_official(state: &CallState) -> bool {
    let caller = &state.ctx.caller;
    !caller.roles.is_empty() && matches!(caller.channel, Channel::Portal | Channel::Counter | Channel::CommandLine)
}

fn officials_only(state: &mut CallState) -> Result<(), Failure> {
    if is_official(state) { Ok(()) } else { Err(state.deny(Denial::new(SERVICE, "officials", ""))) }
}

/// For whom the caller acts: themselves, or the principal of their mandate.
fn own(state: &CallState) -> Option<SubjectId> {
    state.ctx.caller.principal()
}

/// Whose visit it is to be.
fn visitor(state: &mut CallState, given: Option<&Subject>) -> Result<Option<SubjectId>, Failure> {
    let own = own(state);
    let Some(given) = given else { return Ok(own) };
    let person = state.binding.sealer.subject(&given.token).map_err(|_| invalid("visitor", "token"))?;
    if Some(person) == own || is_official(state) { Ok(Some(person)) } else { Err(state.deny(Denial::new(SERVICE, "others", ""))) }
}

/// Whether a parameter of the grant lists this; a grant that names none lists all.
fn listed(granted: Option<&Param>, one: &Name) -> bool {
    match granted {
        None => true,
        Some(Param::Set(set)) => set.contains(one.as_str()),
        Some(Param::AtMost(_)) => false,
    }
}

fn named(field: &str, text: &str) -> Result<Name, Failure> {
    Name::new(text).map_err(|_| invalid(field, "type"))
}

fn moment(field: &str, at: u64) -> Result<Instant, Failure> {
    // Beyond it no date can be written.
    const LAST: i64 = 4_102_444_800_000;
    i64::try_from(at).ok().filter(|at| *at < LAST).map(Instant).ok_or_else(|| invalid(field, "range"))
}

fn day(field: &str, date: crate::bindings::vatra::types::values::Date) -> Result<NaiveDate, Failure> {
    convert::date_from_guest(date).filter(|date| (2000..2100).contains(&chrono::Datelike::year(date))).ok_or_else(|| invalid(field, "date"))
}

fn said(text: &str, required: bool) -> Result<(), Failure> {
    match text.trim().is_empty() {
        true if required => Err(invalid("reason", "required")),
        false if text.chars().count() > MOST_REASON => Err(invalid("reason", "too-long")),
        _ => Ok(()),
    }
}

/// The first moments of a day and of the one after.
fn bounds(date: NaiveDate) -> (Instant, Instant) {
    let next = date.succ_opt().unwrap_or(date);
    (Instant::first_of(date), Instant::first_of(next))
}

/// The counters that the municipality has.
async fn all_counters(state: &mut CallState) -> Result<Vec<Counter>, Stop> {
    state.used.read(1, &state.limits)?;
    let today = state.ctx.today();
    Ok(counters(&state.snapshot().await?.setting(COUNTERS).await?, today))
}

/// When counters are open, as this call leaves them.
async fn week(state: &mut CallState, from: Instant, to: Instant) -> Result<Week, Stop> {
    let today = state.ctx.today();
    let mut week = state.snapshot().await?.counter_weeks(from, to, today).await?;
    state.used.read(week.schedules.len() + week.closures.len(), &state.limits)?;
    for change in &state.work.appointments {
        match change {
            AppointmentChange::Schedule(one) => {
                week.schedules.retain(|other| (&other.counter, other.since) != (&one.counter, one.since));
                week.schedules.push(one.clone());
            }
            AppointmentChange::Close(one) => week.closures.push(one.clone()),
            AppointmentChange::Reopen(id) => week.closures.retain(|one| one.id != *id),
            _ => {}
        }
    }
    Ok(week)
}

/// What is booked from this moment to before that one, as this call leaves it.
async fn booked(state: &mut CallState, counter: Option<&Name>, from: Instant, to: Instant) -> Result<Vec<Appointment>, Stop> {
    let stored = state.snapshot().await?.appointments(counter, from, to).await?;
    state.used.read(stored.len(), &state.limits)?;
    let touched = &state.work.appointed;
    let within = |one: &&Appointment| counter.is_none_or(|counter| one.counter == *counter) && one.starts >= from && one.starts < to;
    let untouched = stored.into_iter().filter(|one| !touched.contains_key(&one.id));
    let mut all: Vec<Appointment> = untouched.chain(touched.values().filter(within).cloned()).collect();
    all.sort_by(|one, other| (one.starts, &one.counter, one.place, one.id).cmp(&(other.starts, &other.counter, other.place, other.id)));
    Ok(all)
}

/// An appointment that the caller may see: their own, or any for an official. Of others they learn nothing, not even that they are there.
async fn one(state: &mut CallState, appointment: &str) -> Result<Appointment, Stop> {
    let id: AppointmentId = appointment.parse().map_err(|_| Failure::NotFound)?;
    state.used.read(1, &state.limits)?;
    let found = match state.work.appointed.get(&id) {
        Some(found) => Some(found.clone()),
        None => state.snapshot().await?.appointment(id).await?,
    };
    let own = own(state);
    let official = is_official(state);
    Ok(found.filter(|found| official || own == Some(found.visitor)).ok_or(Failure::NotFound)?)
}

/// The visit that a counter offers at this moment with a place left; the appointment itself holds none.
async fn slot(state: &mut CallState, service: &Name, counter: &Name, starts: Instant, moved: Option<AppointmentId>) -> Result<Slot, Stop> {
    if starts <= state.ctx.now {
        return Err(invalid("starts", "past").into());
    }
    let date = starts.civil_date();
    let (from, to) = bounds(date);
    let week = week(state, from, to).await?;
    let known = all_counters(state).await?.iter().any(|one| one.id == *counter);
    if !known || !week.schedule(counter, date).is_some_and(|schedule| schedule.services.contains(service)) {
        return Err(invalid("counter", "counter").into());
    }
    let mut there = booked(state, Some(counter), from, to).await?;
    there.retain(|one| Some(one.id) != moved);
    let offered = slots(&week, counter, date).into_iter().filter(|slot| slot.starts == starts).collect();
    let free = vatra_core::appointments::free(offered, &there, state.ctx.now);
    free.into_iter().next().ok_or_else(|| Failure::Conflict.into())
}

/// The services that the municipality's modules handle.
async fn offered(state: &mut CallState) -> Result<Vec<Offered>, Stop> {
    match state.services.clone() {
        Some(directory) => Ok(directory.services(state.ctx.tenant.id).await?),
        None => Ok(Vec::new()),
    }
}

/// Keeps what happened to an appointment: the module that handles the service hears of it, and so does a visitor for whom somebody else did it.
async fn keep(state: &mut CallState, next: Appointment, change: NoticeChange) -> Result<(), Stop> {
    let services = offered(state).await?;
    let handled = services.iter().find(|one| one.service.code == next.service);
    let tell = handled.and_then(|one| one.listener(SERVICE)).filter(|module| **module != state.ctx.module).cloned();
    state.work.reached.insert(next.visitor);
    if own(state) != Some(next.visitor) {
        let known = all_counters(state).await?;
        let counter = known.iter().find(|one| one.id == next.counter);
        let code = next.service.to_string();
        let title = handled.map_or_else(|| Localized { ro: code.clone(), ru: code.clone(), en: code }, |one| one.service.title.clone());
        let told = notice(change, &state.ctx.tenant.name, &next, &title, counter);
        let service = Name::new(crate::mnotify::SERVICE).map_err(|_| Failure::NotFound)?;
        state.work.leave(&service, crate::mnotify::TELL, &told)?;
    }
    let appointment = Box::new(next.clone());
    state.work.appointments.push(match next.version {
        1 => AppointmentChange::Book { appointment, tell },
        _ => AppointmentChange::Set { appointment, tell },
    });
    state.work.appointed.insert(next.id, next);
    Ok(())
}

fn standing(standing: Standing) -> wit::Standing {
    match standing {
        Standing::Booked => wit::Standing::Booked,
        Standing::Arrived => wit::Standing::Arrived,
        Standing::Served => wit::Standing::Served,
        Standing::Missed => wit::Standing::Missed,
        Standing::Cancelled => wit::Standing::Cancelled,
    }
}

fn millis(at: Instant) -> u64 {
    u64::try_from(at.0).unwrap_or_default()
}

fn counter(counter: &Counter) -> wit::Counter {
    wit::Counter { id: counter.id.to_string(), title: counter.title.clone(), place: counter.place.clone() }
}

/// An appointment for a module.
pub fn appointment(sealer: &Sealer, appointment: &Appointment) -> wit::Appointment {
    wit::Appointment {
        id: appointment.id.to_string(),
        number: (!appointment.number.is_empty()).then(|| appointment.number.clone()),
        version: appointment.version,
        service: appointment.service.to_string(),
        counter: appointment.counter.to_string(),
        starts: millis(appointment.starts),
        minutes: appointment.minutes,
        visitor: convert::subject(sealer, appointment.visitor),
        standing: standing(appointment.standing),
        case: appointment.case.clone(),
        note: appointment.note.clone(),
        called_at: appointment.called_at.map(millis),
    }
}
