//! Those who come without an appointment: tickets given, the next one called.

use crate::home_link;
use crate::told::{self, Counters, Titles};
use vatra_sdk::contract::vatra::appointments::queue::Ticket;
use vatra_sdk::contract::vatra::view::view::Notice;
use vatra_sdk::host::tickets;
use vatra_sdk::prelude::*;

/// Who waits, in the order in which they are called.
pub(crate) fn waiting(screen: Screen, all: &[Ticket], titles: &Titles) -> Screen {
    if all.is_empty() {
        return screen.text("queue-empty");
    }
    let heads = ["field-ticket", "field-visitor", "field-service", "field-since"];
    let row = |ticket: &Ticket| {
        let number = ticket.number.clone().unwrap_or_default();
        vec![
            number.into(),
            Value::from(ticket.visitor.as_ref()),
            titles.of(&ticket.service).into(),
            told::hour(clock::minutes_of(ticket.taken_at)).into(),
        ]
    };
    screen.table(all.iter().map(row).fold(Table::of("queue-waiting", heads), Table::row))
}

/// A button for each counter that calls the next.
pub(crate) fn callers(counters: &Counters) -> Vec<Button> {
    let call = |counter: &vatra_sdk::contract::vatra::appointments::types::Counter| {
        Button::performs("call-next", words!("call-submit", counter = &counter.title)).with("counter", &counter.id).tone(Tone::Success)
    };
    counters.0.iter().map(call).collect()
}

/// What became of a ticket: given, or called.
fn told_of(ticket: &Ticket, counters: &Counters, titles: &Titles) -> Notice {
    let number = ticket.number.clone().unwrap_or_default();
    let notice = match &ticket.counter {
        Some(counter) => Notice::of(Tone::Success, words!("ticket-called", number = number, counter = counters.title(counter))),
        None => Notice::of(Tone::Success, words!("ticket-given", number = number)),
    };
    notice.text(plain(titles.of(&ticket.service)))
}

/// The screen `queue`.
pub(crate) fn screen(parameters: &[Field]) -> Result<Screen, Failure> {
    let (counters, titles) = (Counters::read()?, Titles::read()?);
    let mut screen = Screen::titled("queue-title").under(home_link());
    if let Some(id) = parameters.maybe::<String>("ticket")? {
        match tickets::describe(&id) {
            Ok(ticket) => screen = screen.notice(told_of(&ticket, &counters, &titles)),
            // Yesterday's address.
            Err(Failure::NotFound) => {}
            Err(other) => return Err(other),
        }
    }
    let all = tickets::waiting()?;
    screen = screen.figures(vec![Figure::of("home-waiting", i64::try_from(all.len()).unwrap_or(i64::MAX))]);
    if !counters.0.is_empty() {
        screen = screen.heading("call-title").buttons(callers(&counters));
    }
    screen = waiting(screen, &all, &titles);
    let given = tickets::services()?;
    screen = screen.heading("give-title");
    if given.is_empty() {
        return Ok(screen.text("give-none"));
    }
    let give = |code: &String| Button::performs("give-ticket", words!("give-submit", service = titles.of(code))).with("service", code);
    Ok(screen.text("give-text").buttons(given.iter().map(give).collect()))
}

/// The action `give-ticket`.
pub(crate) fn give(inputs: &[Field]) -> Result<Answer, Failure> {
    match tickets::take(&inputs.text("service")?, None) {
        Ok(id) => Ok(Answer::go(Link::to("queue", "queue-title").with("ticket", &id)).report("ticket", id)),
        Err(Failure::Invalid(violation)) if violation.rule == "service" => Ok(Answer::done(Notice::of(Tone::Warning, "give-not-today"))),
        Err(other) => Err(other),
    }
}

/// The action `call-next`.
pub(crate) fn call(inputs: &[Field]) -> Result<Answer, Failure> {
    match tickets::call_next(&inputs.text("counter")?) {
        Ok(None) => Ok(Answer::done(Notice::of(Tone::Neutral, "call-nobody").text("call-nobody-text"))),
        Ok(Some(ticket)) => {
            let answer = match &ticket.appointment {
                Some(visit) => Answer::go(Link::to("visit", "visit-open").with("visit", visit)),
                None => Answer::go(Link::to("queue", "queue-title").with("ticket", &ticket.id)),
            };
            Ok(answer.report("called", ticket.number.unwrap_or_default()))
        }
        Err(Failure::Conflict) => Ok(told::changed()),
        Err(Failure::NotFound) => Ok(Answer::done(Notice::of(Tone::Warning, "call-no-week"))),
        Err(other) => Err(other),
    }
}
