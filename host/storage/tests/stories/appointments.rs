//! Appointments: a place is given once, a visit moves with its reminder, a closed counter takes nobody, and tickets are called once.

use crate::support::*;
use vatra_core::appointments::{
    Appointment, AppointmentChange, Closure, Hours, Schedule, Standing, Ticket, Waiting, free, remind_at, slots,
};
use vatra_core::clock::Instant;
use vatra_core::ids::{AppointmentId, ClosureId, SubjectId, TenantId, TicketId};
use vatra_core::settings::{DAYS_OFF, Enacted};
use vatra_core::store::{CommitError, Municipal, Platform};
use vatra_core::unit::Unit;
use vatra_core::value::Value;

stories![
    a_place_is_given_once_however_many_book_at_once,
    a_visit_is_moved_and_cancelled_with_its_reminder,
    a_closed_counter_takes_nobody,
    tickets_are_numbered_by_the_day_and_called_once,
];

/// 9:00 of 1 October 2026 in Chișinău, a Thursday.
const NINE: Instant = Instant(1_790_834_400_000);

fn week() -> Schedule {
    let hours = vec![Hours { weekday: 4, opens: 540, closes: 600, minutes: 20, places: 2 }];
    Schedule { counter: named("desk"), since: "2026-09-01".parse().unwrap(), services: vec![named("certificate")], hours }
}

fn visit(starts: Instant) -> Appointment {
    Appointment {
        id: AppointmentId::fresh(),
        number: String::new(),
        version: 1,
        module: named("visits"),
        service: named("certificate"),
        counter: named("desk"),
        starts,
        minutes: 20,
        place: 0,
        visitor: SubjectId::fresh(),
        standing: Standing::Booked,
        case: None,
        note: String::new(),
        remind_at: remind_at(starts, now()),
        called_at: None,
    }
}

fn change(change: AppointmentChange) -> Unit {
    let mut unit = unit();
    unit.appointments.push(change);
    unit
}

fn book(visit: &Appointment) -> Unit {
    change(AppointmentChange::Book { appointment: Box::new(visit.clone()), tell: Some(named("certificates")) })
}

fn set(before: &Appointment, edit: impl FnOnce(&mut Appointment)) -> Unit {
    let mut next = Appointment { version: before.version + 1, ..before.clone() };
    edit(&mut next);
    change(AppointmentChange::Set { appointment: Box::new(next), tell: None })
}

async fn open(stage: &Stage) -> TenantId {
    let tenant = stage.tenant("sculeni").await;
    stage.commit(tenant, change(AppointmentChange::Schedule(week()))).await.unwrap();
    tenant
}

async fn one(stage: &Stage, tenant: TenantId, id: AppointmentId) -> Appointment {
    stage.storage.snapshot(tenant).await.unwrap().appointment(id).await.unwrap().unwrap()
}

/// Free places of the day, in the order of its visits.
async fn left(stage: &Stage, tenant: TenantId) -> Vec<u16> {
    let mut snapshot = stage.storage.snapshot(tenant).await.unwrap();
    let (from, to) = (NINE.plus_seconds(-36_000), NINE.plus_seconds(36_000));
    let week = snapshot.counter_weeks(from, to, now().civil_date()).await.unwrap();
    let booked = snapshot.appointments(Some(&named("desk")), from, to).await.unwrap();
    let offered = slots(&week, &named("desk"), NINE.civil_date());
    free(offered, &booked, now()).into_iter().map(|slot| slot.places).collect()
}

async fn a_place_is_given_once_however_many_book_at_once(stage: Stage) {
    let (tenant, lozova) = (open(&stage).await, stage.tenant("lozova").await);
    // SQLite has one host, PostgreSQL any number.
    let elsewhere = tempfile::tempdir().unwrap();
    let shared = matches!(stage.database, vatra_storage::DatabaseUrl::Postgres(_));
    let other = if shared { open_at(stage.database.clone(), elsewhere.path().into()).await } else { stage.storage.clone() };
    let mut bookers = tokio::task::JoinSet::new();
    for n in 0..40 {
        let storage = if n % 2 == 0 { stage.storage.clone() } else { other.clone() };
        bookers.spawn(async move { storage.commit(tenant, book(&visit(NINE))).await });
    }
    let outcomes = bookers.join_all().await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 2);
    assert_eq!(outcomes.iter().filter(|outcome| matches!(outcome, Err(CommitError::Conflict))).count(), 38);
    let booked = stage.storage.snapshot(tenant).await.unwrap().appointments(None, NINE, NINE.plus_seconds(1)).await.unwrap();
    let given: Vec<_> = booked.iter().map(|one| (one.place, one.number.as_str())).collect();
    assert_eq!((given[0].0, given[1].0), (0, 1));
    let mut numbers = [given[0].1, given[1].1];
    numbers.sort_unstable();
    assert_eq!(numbers, ["P-2026-00001", "P-2026-00002"], "those who came too late took no number");
    assert_eq!(left(&stage, tenant).await, [2, 2]);
    let told = stage.storage.inbox_open(tenant).await.unwrap();
    assert!(told.len() == 2 && told.iter().all(|told| told.module.as_str() == "certificates" && told.payload.contains("P-2026-0000")));
    // Between two visits there is none, nor where there is no such counter, nor in the neighbours' town hall.
    let elsewhere = Appointment { counter: named("unknown"), ..visit(NINE) };
    for (tenant, visit) in [(tenant, visit(NINE.plus_seconds(60))), (tenant, elsewhere), (lozova, visit(NINE))] {
        assert!(matches!(stage.commit(tenant, book(&visit)).await, Err(CommitError::Conflict)));
    }
    // The database holds it by itself.
    let stolen = format!("UPDATE appointments SET place = 1 WHERE place = 0 AND tenant = {}", stage.id(tenant.0));
    assert!(stage.raw_fails(&stolen).await);
    if shared {
        other.close().await;
    }
}

async fn a_visit_is_moved_and_cancelled_with_its_reminder(stage: Stage) {
    let (tenant, lozova) = (open(&stage).await, stage.tenant("lozova").await);
    let (first, second, third) = (visit(NINE), visit(NINE), visit(NINE.plus_seconds(1_200)));
    for visit in [&first, &second, &third] {
        stage.commit(tenant, book(visit)).await.unwrap();
    }
    let booked = one(&stage, tenant, third.id).await;
    assert_eq!((booked.version, booked.number.as_str(), booked.place), (1, "P-2026-00003", 0));
    assert!(stage.storage.snapshot(lozova).await.unwrap().appointment(third.id).await.unwrap().is_none());
    assert!(matches!(stage.commit(tenant, set(&booked, |next| next.starts = NINE)).await, Err(CommitError::Conflict)), "it is full");
    // Whoever goes makes room, and is not reminded.
    let leaving = one(&stage, tenant, second.id).await;
    let cancel = |next: &mut Appointment| (next.standing, next.remind_at, next.note) = (Standing::Cancelled, None, "Plecat".into());
    stage.commit(tenant, set(&leaving, cancel)).await.unwrap();
    assert!(matches!(stage.commit(tenant, set(&leaving, |next| next.starts = NINE)).await, Err(CommitError::Conflict)), "seen before");
    let gone = one(&stage, tenant, second.id).await;
    assert!(matches!(stage.commit(tenant, set(&gone, |next| next.standing = Standing::Booked)).await, Err(CommitError::Conflict)));
    stage.commit(tenant, set(&booked, |next| next.starts = NINE)).await.unwrap();
    let moved = one(&stage, tenant, third.id).await;
    assert_eq!((moved.version, moved.starts, moved.place, moved.number.as_str()), (2, NINE, leaving.place, "P-2026-00003"));
    assert_eq!(left(&stage, tenant).await, [2, 2], "at nine none is left");

    let at = first.remind_at.unwrap();
    assert_eq!(at.local_text(), "30.09.2026 09:00");
    assert!(stage.storage.reminders_waiting(Instant(at.0 - 1)).await.unwrap().is_empty());
    assert_eq!(stage.storage.reminders_waiting(at).await.unwrap(), [tenant]);
    let due = stage.storage.snapshot(tenant).await.unwrap().appointments_to_remind(at, 10).await.unwrap();
    assert_eq!(due.iter().map(|one| one.id).collect::<Vec<_>>(), [first.id, third.id]);
    for one in &due {
        let told = || change(AppointmentChange::Reminded { id: one.id, version: one.version });
        stage.commit(tenant, told()).await.unwrap();
        assert!(matches!(stage.commit(tenant, told()).await, Err(CommitError::Conflict)), "once");
    }
    assert!(stage.storage.reminders_waiting(at).await.unwrap().is_empty());
    let mine = stage.storage.snapshot(tenant).await.unwrap().appointments_of(third.visitor, now(), 10).await.unwrap();
    assert_eq!(mine.iter().map(|one| (one.id, one.remind_at)).collect::<Vec<_>>(), [(third.id, None)]);
}

async fn a_closed_counter_takes_nobody(stage: Stage) {
    let tenant = open(&stage).await;
    let visit = visit(NINE);
    stage.commit(tenant, book(&visit)).await.unwrap();
    let shut = Closure {
        id: ClosureId::fresh(),
        counter: named("desk"),
        from: NINE.plus_seconds(600),
        to: NINE.plus_seconds(1_300),
        reason: "Ședință".into(),
    };
    let close = || change(AppointmentChange::Close(shut.clone()));
    assert!(matches!(stage.commit(tenant, close()).await, Err(CommitError::Conflict)), "somebody is booked, who has to be told");
    let booked = one(&stage, tenant, visit.id).await;
    let mut both = set(&booked, |next| next.standing = Standing::Cancelled);
    both.appointments.extend(close().appointments);
    stage.commit(tenant, both).await.unwrap();
    assert_eq!(left(&stage, tenant).await, [2], "from 9:10 to 9:21:40 nobody is received");
    assert!(matches!(stage.commit(tenant, book(&super::appointments::visit(NINE))).await, Err(CommitError::Conflict)));
    stage.commit(tenant, change(AppointmentChange::Reopen(shut.id))).await.unwrap();
    assert!(matches!(stage.commit(tenant, change(AppointmentChange::Reopen(shut.id))).await, Err(CommitError::Conflict)));
    assert_eq!(left(&stage, tenant).await, [2, 2, 2]);
    // Another week for the same day replaces the first; a day off has no visits at all.
    let wide = Schedule { hours: vec![Hours { weekday: 4, opens: 540, closes: 570, minutes: 30, places: 1 }], ..week() };
    stage.commit(tenant, change(AppointmentChange::Schedule(wide))).await.unwrap();
    assert_eq!(left(&stage, tenant).await, [1]);
    let rows = vec![fields(&[("date", Value::Date(NINE.civil_date())), ("reason", text("Hramul"))])];
    let since = "2026-01-01".parse().unwrap();
    let off = Enacted { setting: named(DAYS_OFF), since, rows, decision: String::new(), document: None, at: now(), by: None };
    stage.storage.enact(tenant, &off, row("setting", &[])).await.unwrap();
    assert!(left(&stage, tenant).await.is_empty());
    let late = Appointment { minutes: 30, ..super::appointments::visit(NINE) };
    assert!(matches!(stage.commit(tenant, book(&late)).await, Err(CommitError::Conflict)));
}

async fn tickets_are_numbered_by_the_day_and_called_once(stage: Stage) {
    let tenant = open(&stage).await;
    let ticket = |letter: char, day: &str| Ticket {
        id: TicketId::fresh(),
        number: String::new(),
        day: day.parse().unwrap(),
        letter,
        service: named("certificate"),
        visitor: None,
        taken_at: now(),
        counter: None,
    };
    let taken = [ticket('A', "2026-10-01"), ticket('B', "2026-10-01"), ticket('A', "2026-10-01"), ticket('A', "2026-10-02")];
    for ticket in &taken {
        stage.commit(tenant, change(AppointmentChange::Take(Box::new(ticket.clone())))).await.unwrap();
    }
    let day = async |day: &str| stage.storage.snapshot(tenant).await.unwrap().tickets(day.parse().unwrap()).await.unwrap();
    let numbers = |tickets: &[Ticket]| tickets.iter().map(|ticket| ticket.number.clone()).collect::<Vec<_>>();
    assert_eq!(
        (numbers(&day("2026-10-01").await), numbers(&day("2026-10-02").await)),
        (vec!["A01".into(), "B01".into(), "A02".into()], vec!["A01".into()])
    );
    // Every counter calls the same one: one of them has them.
    let visit = visit(NINE);
    stage.commit(tenant, book(&visit)).await.unwrap();
    for who in [Waiting::Ticket(taken[0].id), Waiting::Appointment(visit.id)] {
        let call = |_| stage.commit(tenant, change(AppointmentChange::Call { who, counter: named("desk") }));
        let outcomes = futures::future::join_all((0..10).map(call)).await;
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
        assert_eq!(outcomes.iter().filter(|outcome| matches!(outcome, Err(CommitError::Conflict))).count(), 9);
    }
    assert_eq!(day("2026-10-01").await[0].counter, Some(named("desk")));
    assert_eq!(one(&stage, tenant, visit.id).await.called_at, Some(now()));
}
