//! Tickets of the day, and who is called next.

use super::{SERVICE, all_counters, booked, bounds, is_official, listed, millis, named, officials_only, open, own, visitor, week};
use crate::bindings::vatra::appointments::queue as wit;
use crate::bindings::vatra::types::values::{Failure, Subject};
use crate::convert;
use crate::registers::{Stop, counted};
use crate::state::{CallState, invalid};
use chrono::Datelike as _;
use std::collections::BTreeSet;
use vatra_core::appointments::{Appointment, AppointmentChange, Standing, Ticket, Waiting, Week, letter};
use vatra_core::ids::{Name, TicketId};

type Answer<T> = wasmtime::Result<Result<T, Failure>>;

const PART: &str = "queue";

impl wit::Host for CallState {
    async fn services(&mut self) -> Answer<Vec<String>> {
        counted!(self, "appointments.services-today", async {
            open(self, PART, &[])?;
            let granted = self.allow(SERVICE, &[])?.parameters.get("services").cloned();
            let given = given_today(self).await?;
            Ok::<_, Stop>(given.iter().filter(|service| listed(granted.as_ref(), service)).map(ToString::to_string).collect())
        })
    }
    async fn take(&mut self, service: String, visitor: Option<Subject>) -> Answer<String> {
        counted!(self, "appointments.take", take(self, &service, visitor.as_ref()))
    }
    async fn describe(&mut self, ticket: String) -> Answer<wit::Ticket> {
        counted!(self, "appointments.describe", async {
            open(self, PART, &[])?;
            let id: TicketId = ticket.parse().map_err(|_| Failure::NotFound)?;
            let today = today(self).await?;
            let (own, official) = (own(self), is_official(self));
            let found = today.iter().find(|one| one.id == id && (official || (own.is_some() && one.visitor == own)));
            Ok::<_, Stop>(self::ticket(self, found.ok_or(Failure::NotFound)?))
        })
    }
    async fn mine(&mut self) -> Answer<Vec<wit::Ticket>> {
        counted!(self, "appointments.tickets", async {
            open(self, PART, &[])?;
            let Some(own) = own(self) else { return Ok(Vec::new()) };
            let today = today(self).await?;
            let own = today.iter().rev().filter(|one| one.visitor == Some(own));
            Ok::<_, Stop>(own.map(|one| ticket(self, one)).collect())
        })
    }
    async fn call_next(&mut self, counter: String) -> Answer<Option<wit::Ticket>> {
        counted!(self, "appointments.call-next", call_next(self, &counter))
    }
    async fn waiting(&mut self) -> Answer<Vec<wit::Ticket>> {
        counted!(self, "appointments.waiting", async {
            officials_only(self)?;
            open(self, PART, &[])?;
            let due = due(self, None).await?;
            let today = today(self).await?;
            let tickets = today.iter().filter(|one| one.counter.is_none()).map(|one| ticket(self, one));
            Ok::<_, Stop>(due.iter().map(|one| visit(self, one)).chain(tickets).collect())
        })
    }
}

/// Today's tickets, as this call leaves them.
async fn today(state: &mut CallState) -> Result<Vec<Ticket>, Stop> {
    let today = state.ctx.today();
    let mut all = state.snapshot().await?.tickets(today).await?;
    state.used.read(all.len(), &state.limits)?;
    for change in &state.work.appointments {
        match change {
            AppointmentChange::Take(ticket) => all.push((**ticket).clone()),
            AppointmentChange::Call { who: Waiting::Ticket(id), counter } => {
                all.iter_mut().filter(|one| one.id == *id).for_each(|one| one.counter = Some(counter.clone()));
            }
            _ => {}
        }
    }
    Ok(all)
}

/// Visitors of today whose time has come and whom nobody called, soonest first.
async fn due(state: &mut CallState, counter: Option<&Name>) -> Result<Vec<Appointment>, Stop> {
    let (from, to) = bounds(state.ctx.today());
    let now = state.ctx.now;
    let waits =
        |one: &Appointment| matches!(one.standing, Standing::Booked | Standing::Arrived) && one.called_at.is_none() && one.starts <= now;
    let mut all = booked(state, counter, from, to).await?;
    all.retain(waits);
    Ok(all)
}

async fn week_today(state: &mut CallState) -> Result<Week, Stop> {
    let (from, to) = bounds(state.ctx.today());
    week(state, from, to).await
}

/// What the counters give on this weekday; nothing on a day off.
async fn given_today(state: &mut CallState) -> Result<BTreeSet<Name>, Stop> {
    let (week, date) = (week_today(state).await?, state.ctx.today());
    if week.days.is_off(date) {
        return Ok(BTreeSet::new());
    }
    let weekday = date.weekday().number_from_monday();
    let known = all_counters(state).await?;
    let open = known.iter().filter_map(|counter| week.schedule(&counter.id, date));
    let open = open.filter(|schedule| schedule.hours.iter().any(|hours| u32::from(hours.weekday) == weekday));
    Ok(open.flat_map(|schedule| schedule.services.iter().cloned()).collect())
}

async fn take(state: &mut CallState, service: &str, given: Option<&Subject>) -> Result<String, Stop> {
    state.writable(SERVICE)?;
    open(state, PART, &[("services", service)])?;
    let service = named("service", service)?;
    let official = is_official(state);
    let visitor = match given {
        // Somebody at the door need not say who they are; on the phone one takes a ticket for oneself.
        None if official => None,
        None => Some(own(state).ok_or_else(|| invalid("visitor", "required"))?),
        Some(given) => visitor(state, Some(given))?,
    };
    let (given, date) = (given_today(state).await?, state.ctx.today());
    if !given.contains(&service) {
        return Err(invalid("service", "service").into());
    }
    let letter = letter(&service, &given);
    if !official && today(state).await?.iter().any(|one| one.visitor == visitor && one.counter.is_none()) {
        return Err(invalid("service", "waiting").into());
    }
    state.used.write(1, &state.limits)?;
    let (id, taken_at) = (state.work.next_ticket(), state.ctx.now);
    state.work.reached.extend(visitor);
    let ticket = Ticket { id, number: String::new(), day: date, letter, service, visitor, taken_at, counter: None };
    state.work.appointments.push(AppointmentChange::Take(Box::new(ticket)));
    Ok(id.to_string())
}

async fn call_next(state: &mut CallState, counter: &str) -> Result<Option<wit::Ticket>, Stop> {
    state.writable(SERVICE)?;
    officials_only(state)?;
    open(state, PART, &[("counters", counter)])?;
    let counter = named("counter", counter)?;
    let (week, date) = (week_today(state).await?, state.ctx.today());
    let Some(schedule) = week.schedule(&counter, date) else { return Err(Failure::NotFound.into()) };
    let (who, called) = if let Some(mut next) = due(state, Some(&counter)).await?.into_iter().next() {
        next.called_at = Some(state.ctx.now);
        let (who, called) = (Waiting::Appointment(next.id), visit(state, &next));
        state.work.reached.insert(next.visitor);
        state.work.appointed.insert(next.id, next);
        (who, called)
    } else {
        let waiting = today(state).await?.into_iter().filter(|one| one.counter.is_none());
        let Some(mut next) = waiting.into_iter().find(|one| schedule.services.contains(&one.service)) else { return Ok(None) };
        next.counter = Some(counter.clone());
        state.work.reached.extend(next.visitor);
        (Waiting::Ticket(next.id), ticket(state, &next))
    };
    state.used.write(1, &state.limits)?;
    state.work.appointments.push(AppointmentChange::Call { who, counter });
    Ok(Some(called))
}

fn ticket(state: &CallState, ticket: &Ticket) -> wit::Ticket {
    wit::Ticket {
        id: ticket.id.to_string(),
        number: (!ticket.number.is_empty()).then(|| ticket.number.clone()),
        service: ticket.service.to_string(),
        visitor: ticket.visitor.map(|id| convert::subject(&state.binding.sealer, id)),
        taken_at: millis(ticket.taken_at),
        counter: ticket.counter.as_ref().map(ToString::to_string),
        appointment: None,
    }
}

fn visit(state: &CallState, visit: &Appointment) -> wit::Ticket {
    wit::Ticket {
        id: visit.id.to_string(),
        number: (!visit.number.is_empty()).then(|| visit.number.clone()),
        service: visit.service.to_string(),
        visitor: Some(convert::subject(&state.binding.sealer, visit.visitor)),
        taken_at: millis(visit.starts),
        counter: Some(visit.counter.to_string()),
        appointment: Some(visit.id.to_string()),
    }
}
