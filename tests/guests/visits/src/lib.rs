//! Visits as citizens and officials have them, and the services that they are for.
#![cfg_attr(target_arch = "wasm32", no_std)]

use vatra_guest_kit::*;
use vatra_sdk::contract::vatra::appointments::booking::{self, Visit};
use vatra_sdk::contract::vatra::appointments::calendar::{self, Hours};
use vatra_sdk::contract::vatra::appointments::queue::{self, Ticket};
use vatra_sdk::contract::vatra::appointments::types::{Appointment, Standing};
use vatra_sdk::contract::vatra::catalogue::services;
use vatra_sdk::contract::vatra::clock::clock;
use vatra_sdk::contract::vatra::types::values::Date;

struct Visits;

fn optional<'a>(inputs: &'a [Field], name: &str) -> Option<&'a str> {
    Some(given_text(inputs, name)).filter(|text| !text.is_empty())
}

fn date(inputs: &[Field], name: &str) -> Option<Date> {
    inputs.iter().find(|field| field.name == name).and_then(|field| match field.value {
        Value::Date(date) => Some(date),
        _ => None,
    })
}

fn visitor(inputs: &[Field]) -> Option<Subject> {
    inputs.iter().find(|field| field.name == "visitor").and_then(|field| match &field.value {
        Value::Subject(subject) => Some(subject.clone()),
        _ => None,
    })
}

fn moment(inputs: &[Field], name: &str) -> u64 {
    u64::try_from(given_number(inputs, name, 0)).unwrap_or_default()
}

fn visit(visit: &Appointment) -> String {
    let called = if visit.called_at.is_some() { " called" } else { "" };
    let number = visit.number.as_deref().unwrap_or("-");
    format!("{number} v{} {:?} {} {} {}{called} {}", visit.version, visit.standing, visit.counter, visit.starts, visit.id, visit.note)
}

fn ticket(ticket: &Ticket) -> String {
    let kind = if ticket.appointment.is_some() { "visit" } else { "ticket" };
    format!("{kind} {} {}", ticket.number.as_deref().unwrap_or("-"), ticket.counter.as_deref().unwrap_or("-"))
}

fn lines(parameters: &[Field]) -> Result<Vec<String>, Failure> {
    let (service, counter, today) = (given_text(parameters, "service"), optional(parameters, "counter"), clock::today());
    let from = date(parameters, "from").unwrap_or(today);
    Ok(match given_text(parameters, "show") {
        "free" => {
            let found = booking::free(service, counter, from, date(parameters, "to").unwrap_or(from))?;
            found.iter().map(|slot| format!("{} {} {} {}", slot.counter, slot.starts, slot.minutes, slot.free)).collect()
        }
        "counters" => booking::counters(service)?.iter().map(|one| format!("{} {} {}", one.id, one.title, one.place)).collect(),
        "given" => booking::services()?,
        "get" => vec![visit(&booking::get(given_text(parameters, "ticket"))?)],
        "displaced" => calendar::displaced()?.iter().map(visit).collect(),
        "tickets" => queue::mine()?.iter().map(ticket).collect(),
        "wall" => {
            let at = clock::now();
            vec![format!("{} {:?}", clock::minutes_of(at), clock::instant_of(today, clock::minutes_of(at)).map(|found| found == at))]
        }
        "mine" => booking::mine()?.iter().map(visit).collect(),
        "all-counters" => calendar::counters()?.into_iter().map(|one| one.id).collect(),
        "week" => {
            let weeks = calendar::weeks(counter.unwrap_or_default())?;
            weeks
                .iter()
                .map(|week| format!("{}.{}: {} hours for {}", week.since.day, week.since.month, week.hours.len(), week.services.join(" ")))
                .collect()
        }
        "closures" => {
            calendar::closures(counter, clock::now())?.iter().map(|one| format!("{} {} {}", one.id, one.counter, one.reason)).collect()
        }
        "day" => calendar::visits(counter, from, date(parameters, "to").unwrap_or(from))?.iter().map(visit).collect(),
        "waiting" => queue::waiting()?.iter().map(ticket).collect(),
        "ticket" => vec![ticket(&queue::describe(given_text(parameters, "ticket"))?)],
        "services" => {
            let found = services::search(given_text(parameters, "words"), None, 1, None)?;
            let mut lines: Vec<String> =
                found.services.iter().map(|one| format!("{}: {}, {}", one.code, one.title, one.provider)).collect();
            lines.push(format!("{} in all, next {:?}", found.total, found.next));
            lines
        }
        "passport" => {
            let passport = services::describe(service)?;
            let term = passport
                .term
                .map_or("no term".to_owned(), |term| format!("{} days{}", term.days, if term.working { " of work" } else { "" }));
            vec![format!(
                "{term}, {:?}, {} papers, {:?}, here {}",
                passport.fee,
                passport.documents.len(),
                passport.life_events,
                passport.handled_here
            )]
        }
        "life" => services::life_events()?.iter().map(|event| format!("{} {} {}", event.code, event.title, event.services)).collect(),
        _ => vec!["Visits".to_owned()],
    })
}

impl Guest for Visits {
    fn render(_: String, parameters: Vec<Field>) -> Result<Screen, Failure> {
        Ok(page(lines(&parameters).unwrap_or_else(|failure| vec![words(&failure)])))
    }

    fn perform(action: String, inputs: Vec<Field>) -> Result<Answer, Failure> {
        let (id, counter, reason) = (given_text(&inputs, "visit"), given_text(&inputs, "counter"), given_text(&inputs, "reason"));
        let version = u32::try_from(given_number(&inputs, "version", 1)).unwrap_or_default();
        let listed = |visits: Vec<Appointment>| vec![text("visits", visits.iter().map(visit).collect::<Vec<_>>().join("; "))];
        let versioned = |version: u32| vec![field("version", Value::Integer(version.into()))];
        Ok(done(match action.as_str() {
            // Every weekday from nine to ten.
            "hours" => {
                let small = |name| u16::try_from(given_number(&inputs, name, 1)).unwrap_or_default();
                let day = |weekday| Hours { weekday, opens: 540, closes: 600, minutes: small("minutes"), places: small("places") };
                let week: Vec<Hours> = (1..=5).map(day).collect();
                let services: Vec<String> = given_text(&inputs, "service").split_whitespace().map(ToOwned::to_owned).collect();
                listed(calendar::set_hours(counter, &services, &week, date(&inputs, "since").unwrap_or_else(clock::today))?)
            }
            "close" => listed(calendar::close(counter, moment(&inputs, "from"), moment(&inputs, "to"), reason)?),
            "reopen" => {
                calendar::reopen(given_text(&inputs, "closure"))?;
                Vec::new()
            }
            "book" => {
                let visit = Visit {
                    service: given_text(&inputs, "service").to_owned(),
                    counter: counter.to_owned(),
                    starts: moment(&inputs, "starts"),
                    visitor: visitor(&inputs),
                    case: None,
                };
                let id = booking::book(&visit)?;
                if optional(&inputs, "fail").is_some() {
                    return Err(Failure::Unavailable("test".to_owned()));
                }
                vec![text("visit", id)]
            }
            "move" => versioned(booking::reschedule(id, version, optional(&inputs, "counter"), moment(&inputs, "starts"), reason)?),
            "cancel" => {
                booking::cancel(id, version, reason)?;
                Vec::new()
            }
            "mark" => {
                let standing = match given_text(&inputs, "standing") {
                    "arrived" => Standing::Arrived,
                    "served" => Standing::Served,
                    "missed" => Standing::Missed,
                    "booked" => Standing::Booked,
                    _ => Standing::Cancelled,
                };
                versioned(calendar::mark(id, version, standing)?)
            }
            "take" => vec![text("ticket", queue::take(given_text(&inputs, "service"), visitor(&inputs).as_ref())?)],
            _ => vec![text("called", queue::call_next(counter)?.as_ref().map_or("nobody".to_owned(), ticket))],
        }))
    }
}

module!(Visits);
