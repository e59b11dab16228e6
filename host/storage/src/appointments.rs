//! Appointments, counters' weeks and tickets, as they are read.

use crate::codec::version;
use crate::db::{Row, Tx, json, params};
use crate::fault::Fault;
use crate::settings;
use chrono::NaiveDate;
use uuid::Uuid;
use vatra_core::appointments::{Appointment, CHANGED, Closure, Schedule, Standing, Ticket, Week};
use vatra_core::clock::Instant;
use vatra_core::ids::{AppointmentId, ClosureId, InboxId, Name, SubjectId, TenantId, TicketId};
use vatra_core::settings::{DAYS_OFF, DAYS_WORKED, working_days};
use vatra_core::store::{InboxItem, InboxState};

pub(crate) const COLUMNS: &str =
    "id, number, version, module, service, counter, starts, minutes, place, visitor, standing, about_case, note, remind_at, called_at";
const TICKET: &str = "SELECT id, number, day, service, visitor, taken_at, counter FROM tickets";

/// Whose visitors are to be reminded.
pub(crate) const REMINDERS: &str = "SELECT t.id FROM tenants t WHERE EXISTS (SELECT 1 FROM appointments a WHERE a.tenant = t.id \
     AND a.remind_at IS NOT NULL AND a.remind_at <= ?) ORDER BY t.slug";

fn corrupt(what: &str) -> Fault {
    Fault::corrupt(what)
}

fn small(row: &Row, column: usize) -> Result<u16, Fault> {
    u16::try_from(row.get::<i64>(column)?).map_err(|_| corrupt("an appointment"))
}

fn appointment(row: &Row) -> Result<Appointment, Fault> {
    let standing: String = row.get(10)?;
    Ok(Appointment {
        id: AppointmentId(row.get(0)?),
        number: row.get(1)?,
        version: version(row, 2)?,
        module: row.name(3)?,
        service: row.name(4)?,
        counter: row.name(5)?,
        starts: Instant(row.get(6)?),
        minutes: small(row, 7)?,
        place: small(row, 8)?,
        visitor: SubjectId(row.get(9)?),
        standing: Standing::from_code(&standing).ok_or_else(|| corrupt("an appointment"))?,
        case: row.get(11)?,
        note: row.get(12)?,
        remind_at: row.get::<Option<i64>>(13)?.map(Instant),
        called_at: row.get::<Option<i64>>(14)?.map(Instant),
    })
}

pub(crate) async fn one(tx: &mut Tx, tenant: TenantId, id: AppointmentId) -> Result<Option<Appointment>, Fault> {
    let sql = format!("SELECT {COLUMNS} FROM appointments WHERE tenant = ? AND id = ?");
    tx.row(&sql, params![tenant.0, id.0]).await?.as_ref().map(appointment).transpose()
}

/// Those that begin from this moment to before that one, in their order; cancelled ones too.
pub(crate) async fn between(
    tx: &mut Tx,
    tenant: TenantId,
    counter: Option<&Name>,
    from: Instant,
    to: Instant,
) -> Result<Vec<Appointment>, Fault> {
    let sql =
        format!("SELECT {COLUMNS} FROM appointments WHERE tenant = ? AND starts >= ? AND starts < ? ORDER BY starts, counter, place, id");
    let rows = tx.rows(&sql, params![tenant.0, from.0, to.0]).await?;
    let all = rows.iter().map(appointment).collect::<Result<Vec<_>, _>>()?;
    Ok(all.into_iter().filter(|one| counter.is_none_or(|counter| one.counter == *counter)).collect())
}

pub(crate) async fn of_visitor(
    tx: &mut Tx,
    tenant: TenantId,
    visitor: SubjectId,
    since: Instant,
    limit: u32,
) -> Result<Vec<Appointment>, Fault> {
    let sql =
        format!("SELECT {COLUMNS} FROM appointments WHERE tenant = ? AND visitor = ? AND starts >= ? ORDER BY starts DESC, id LIMIT ?");
    tx.rows(&sql, params![tenant.0, visitor.0, since.0, limit]).await?.iter().map(appointment).collect()
}

pub(crate) async fn to_remind(tx: &mut Tx, tenant: TenantId, now: Instant, limit: u32) -> Result<Vec<Appointment>, Fault> {
    let sql = format!(
        "SELECT {COLUMNS} FROM appointments WHERE tenant = ? AND remind_at IS NOT NULL AND remind_at <= ? ORDER BY remind_at, id LIMIT ?"
    );
    tx.rows(&sql, params![tenant.0, now.0, limit]).await?.iter().map(appointment).collect()
}

/// When counters are open; closures only as far as they meet these moments.
pub(crate) async fn week(tx: &mut Tx, tenant: TenantId, from: Instant, to: Instant, today: NaiveDate) -> Result<Week, Fault> {
    let sql = "SELECT counter, since, services, hours FROM counter_weeks WHERE tenant = ? ORDER BY counter, since";
    let schedule = |row: &Row| {
        let since: String = row.get(1)?;
        let since = since.parse().map_err(|_| corrupt("the date of a counter's week"))?;
        Ok::<_, Fault>(Schedule { counter: row.name(0)?, since, services: row.json(2)?, hours: row.json(3)? })
    };
    let schedules = tx.rows(sql, params![tenant.0]).await?.iter().map(schedule).collect::<Result<_, _>>()?;
    let sql =
        "SELECT id, counter, starts, ends, reason FROM counter_closures WHERE tenant = ? AND ends > ? AND starts < ? ORDER BY starts, id";
    let closure = |row: &Row| {
        let (from, to) = (Instant(row.get(2)?), Instant(row.get(3)?));
        Ok::<_, Fault>(Closure { id: ClosureId(row.get(0)?), counter: row.name(1)?, from, to, reason: row.get(4)? })
    };
    let closures = tx.rows(sql, params![tenant.0, from.0, to.0]).await?.iter().map(closure).collect::<Result<_, _>>()?;
    let (off, worked) = (settings::one(tx, tenant, DAYS_OFF).await?, settings::one(tx, tenant, DAYS_WORKED).await?);
    Ok(Week { schedules, closures, days: working_days(&off, &worked, today) })
}

fn ticket(row: &Row) -> Result<Ticket, Fault> {
    let (number, day): (String, String) = (row.get(1)?, row.get(2)?);
    Ok(Ticket {
        id: TicketId(row.get(0)?),
        letter: number.chars().next().ok_or_else(|| corrupt("a ticket"))?,
        number,
        day: day.parse().map_err(|_| corrupt("a ticket"))?,
        service: row.name(3)?,
        visitor: row.get::<Option<Uuid>>(4)?.map(SubjectId),
        taken_at: Instant(row.get(5)?),
        counter: row.get::<Option<String>>(6)?.map(Name::new).transpose().map_err(|_| corrupt("a ticket"))?,
    })
}

pub(crate) async fn ticket_of(tx: &mut Tx, tenant: TenantId, id: TicketId) -> Result<Option<Ticket>, Fault> {
    tx.row(&format!("{TICKET} WHERE tenant = ? AND id = ?"), params![tenant.0, id.0]).await?.as_ref().map(ticket).transpose()
}

/// Of a day, in the order in which they were taken.
pub(crate) async fn tickets(tx: &mut Tx, tenant: TenantId, day: NaiveDate) -> Result<Vec<Ticket>, Fault> {
    let sql = format!("{TICKET} WHERE tenant = ? AND day = ? ORDER BY taken_at, id");
    tx.rows(&sql, params![tenant.0, day.to_string()]).await?.iter().map(ticket).collect()
}

/// What the module that handles the service is told.
pub(crate) fn event(appointment: &Appointment, module: &Name, at: Instant) -> Result<InboxItem, Fault> {
    let (id, kind, payload) = (InboxId::fresh(), CHANGED.to_owned(), json(appointment)?);
    Ok(InboxItem { id, module: module.clone(), kind, payload, received_at: at, attempts: 0, state: InboxState::Waiting })
}
