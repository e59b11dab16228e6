//! What a unit of work does to appointments. Whether a place is left is counted here, where units come one after the other; that it is given once
//! the database holds too.

use super::entries::Numbers;
use crate::appointments::{between, event, one, week};
use crate::db::{Tx, json, params};
use crate::fault::Fault;
use crate::inbox;
use vatra_core::appointments::{Appointment, AppointmentChange, Closure, Standing, Ticket, Waiting, numbering, place};
use vatra_core::clock::Instant;
use vatra_core::ids::{Name, TenantId};
use vatra_core::register::Numbering;
use vatra_core::unit::Unit;

/// No visit is as long, in seconds.
const LONGEST: i64 = 86_400;

/// Makes the unit's changes, in their order.
pub(super) async fn change(tx: &mut Tx, tenant: TenantId, unit: &Unit) -> Result<(), Fault> {
    for change in &unit.appointments {
        match change {
            AppointmentChange::Book { appointment, tell } => {
                let booked = book(tx, tenant, unit, appointment).await?;
                told(tx, tenant, unit, &booked, tell.as_ref()).await?;
            }
            AppointmentChange::Set { appointment, tell } => {
                set(tx, tenant, unit, appointment).await?;
                told(tx, tenant, unit, appointment, tell.as_ref()).await?;
            }
            AppointmentChange::Schedule(schedule) => {
                let sql = "INSERT INTO counter_weeks (tenant, counter, since, services, hours, at, by_whom) VALUES (?, ?, ?, ?, ?, ?, ?) \
                     ON CONFLICT (tenant, counter, since) DO UPDATE \
                     SET services = EXCLUDED.services, hours = EXCLUDED.hours, at = EXCLUDED.at, by_whom = EXCLUDED.by_whom";
                let (services, hours) = (json(&schedule.services)?, json(&schedule.hours)?);
                let given = params![tenant.0, schedule.counter.as_str(), schedule.since.to_string(), services, hours, unit.at.0];
                tx.execute(sql, [given, params![unit.by.map(|by| by.0)]].concat()).await?;
            }
            AppointmentChange::Close(closure) => close(tx, tenant, unit, closure).await?,
            AppointmentChange::Reopen(id) => {
                let sql = "DELETE FROM counter_closures WHERE tenant = ? AND id = ?";
                touched(tx.execute(sql, params![tenant.0, id.0]).await?)?;
            }
            AppointmentChange::Take(ticket) => take(tx, tenant, ticket).await?,
            AppointmentChange::Call { who, counter } => call(tx, tenant, unit, *who, counter).await?,
            AppointmentChange::Reminded { id, version } => {
                let sql = "UPDATE appointments SET remind_at = NULL WHERE tenant = ? AND id = ? AND version = ? AND remind_at IS NOT NULL";
                touched(tx.execute(sql, params![tenant.0, id.0, *version]).await?)?;
            }
        }
    }
    Ok(())
}

fn touched(rows: u64) -> Result<(), Fault> {
    if rows == 0 { Err(Fault::Conflict) } else { Ok(()) }
}

async fn told(tx: &mut Tx, tenant: TenantId, unit: &Unit, appointment: &Appointment, tell: Option<&Name>) -> Result<(), Fault> {
    let Some(module) = tell else { return Ok(()) };
    inbox::put(tx, tenant, &[event(appointment, module, unit.at)?]).await?;
    Ok(())
}

/// The place that it is given; a conflict when none is left.
async fn given_place(tx: &mut Tx, tenant: TenantId, at: Instant, wanted: &Appointment) -> Result<u16, Fault> {
    let (starts, ends) = (wanted.starts, wanted.ends());
    let week = week(tx, tenant, starts, ends, at.civil_date()).await?;
    let booked = between(tx, tenant, Some(&wanted.counter), starts.plus_seconds(-LONGEST), ends).await?;
    let others: Vec<Appointment> = booked.into_iter().filter(|other| other.id != wanted.id).collect();
    place(&week, &wanted.counter, starts, wanted.minutes, &others).ok_or(Fault::Conflict)
}

async fn book(tx: &mut Tx, tenant: TenantId, unit: &Unit, wanted: &Appointment) -> Result<Appointment, Fault> {
    let place = given_place(tx, tenant, unit.at, wanted).await?;
    // No register can be called so.
    let number = Numbers::take(tx, tenant, "host appointments", &numbering(), unit.at.civil_date(), 1).await?.next();
    let booked = Appointment { place, number, ..wanted.clone() };
    let sql = "INSERT INTO appointments (tenant, id, number, version, module, service, counter, starts, minutes, place, visitor, standing, \
         about_case, note, remind_at, booked_at, by_whom) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    let given = params![
        tenant.0,
        booked.id.0,
        booked.number.as_str(),
        booked.version,
        booked.module.as_str(),
        booked.service.as_str(),
        booked.counter.as_str(),
        booked.starts.0,
        i64::from(booked.minutes),
        i64::from(booked.place),
        booked.visitor.0,
        booked.standing.code(),
        booked.case.clone(),
        booked.note.as_str(),
        booked.remind_at.map(|at| at.0),
        unit.at.0,
        unit.by.map(|by| by.0),
    ];
    tx.execute(sql, given).await?;
    Ok(booked)
}

async fn set(tx: &mut Tx, tenant: TenantId, unit: &Unit, next: &Appointment) -> Result<(), Fault> {
    let stored = one(tx, tenant, next.id).await?.ok_or(Fault::Conflict)?;
    if stored.version.saturating_add(1) != next.version || !stored.takes_place() {
        return Err(Fault::Conflict);
    }
    let moved = (&stored.counter, stored.starts, stored.minutes) != (&next.counter, next.starts, next.minutes);
    let place = if moved { given_place(tx, tenant, unit.at, next).await? } else { stored.place };
    let sql = "UPDATE appointments SET version = ?, counter = ?, starts = ?, minutes = ?, place = ?, standing = ?, note = ?, remind_at = ?, \
         called_at = ? WHERE tenant = ? AND id = ?";
    let given = params![
        next.version,
        next.counter.as_str(),
        next.starts.0,
        i64::from(next.minutes),
        i64::from(place),
        next.standing.code(),
        next.note.as_str(),
        next.remind_at.map(|at| at.0),
        next.called_at.map(|at| at.0),
        tenant.0,
        next.id.0,
    ];
    tx.execute(sql, given).await?;
    Ok(())
}

async fn close(tx: &mut Tx, tenant: TenantId, unit: &Unit, closure: &Closure) -> Result<(), Fault> {
    // Whoever was booked since the calendar was looked at has to be told as well.
    let booked = between(tx, tenant, Some(&closure.counter), closure.from.plus_seconds(-LONGEST), closure.to).await?;
    let waits = |one: &Appointment| matches!(one.standing, Standing::Booked | Standing::Arrived) && one.ends() > closure.from;
    if booked.iter().any(waits) {
        return Err(Fault::Conflict);
    }
    let sql = "INSERT INTO counter_closures (tenant, id, counter, starts, ends, reason, by_whom) VALUES (?, ?, ?, ?, ?, ?, ?)";
    let given = params![tenant.0, closure.id.0, closure.counter.as_str(), closure.from.0, closure.to.0, closure.reason.as_str()];
    tx.execute(sql, [given, params![unit.by.map(|by| by.0)]].concat()).await?;
    Ok(())
}

async fn take(tx: &mut Tx, tenant: TenantId, ticket: &Ticket) -> Result<(), Fault> {
    let (series, numbering) = (format!("host tickets {}", ticket.day), Numbering(format!("{}{{seq:2}}", ticket.letter)));
    let number = Numbers::take(tx, tenant, &series, &numbering, ticket.day, 1).await?.next();
    let sql = "INSERT INTO tickets (tenant, id, day, number, service, visitor, taken_at) VALUES (?, ?, ?, ?, ?, ?, ?)";
    let given = params![tenant.0, ticket.id.0, ticket.day.to_string(), number, ticket.service.as_str()];
    tx.execute(sql, [given, params![ticket.visitor.map(|id| id.0), ticket.taken_at.0]].concat()).await?;
    Ok(())
}

async fn call(tx: &mut Tx, tenant: TenantId, unit: &Unit, who: Waiting, counter: &Name) -> Result<(), Fault> {
    let rows = match who {
        Waiting::Appointment(id) => {
            let sql = "UPDATE appointments SET called_at = ? WHERE tenant = ? AND id = ? AND counter = ? AND called_at IS NULL \
                 AND standing IN ('booked', 'arrived')";
            tx.execute(sql, params![unit.at.0, tenant.0, id.0, counter.as_str()]).await?
        }
        Waiting::Ticket(id) => {
            let sql = "UPDATE tickets SET counter = ?, called_at = ? WHERE tenant = ? AND id = ? AND counter IS NULL";
            tx.execute(sql, params![counter.as_str(), unit.at.0, tenant.0, id.0]).await?
        }
    };
    touched(rows)
}
