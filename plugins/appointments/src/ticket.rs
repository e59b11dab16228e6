//! Tickets of today's queue: one's own, and taking one.

use crate::home_link;
use crate::told::{self, Titles};
use vatra_sdk::contract::vatra::appointments::queue::Ticket;
use vatra_sdk::contract::vatra::view::view::Notice;
use vatra_sdk::host::{booking, tickets};
use vatra_sdk::prelude::*;

/// What the ticket says: its number, large, and where its holder was called to.
fn one(screen: Screen, ticket: &Ticket, titles: &Titles) -> Result<Screen, Failure> {
    let number = ticket.number.clone().unwrap_or_default();
    let screen = screen.figures(vec![Figure::of(words!("ticket-number", service = titles.of(&ticket.service)), number.clone())]);
    let Some(called) = &ticket.counter else {
        return Ok(screen.text(words!("ticket-waits", time = told::hour(clock::minutes_of(ticket.taken_at)))));
    };
    let counters = match booking::counters(&ticket.service) {
        Err(Failure::Denied(_)) => Vec::new(),
        other => other?,
    };
    let counter = counters.into_iter().find(|counter| counter.id == *called);
    let (title, place) = counter.map_or_else(|| (called.clone(), String::new()), |counter| (counter.title, counter.place));
    let notice = Notice::of(Tone::Success, words!("ticket-called", number = number, counter = title));
    Ok(screen.notice(if place.is_empty() { notice } else { notice.text(words!("ticket-place", place = place)) }))
}

/// The screen `ticket`.
pub(crate) fn screen() -> Result<Screen, Failure> {
    let titles = Titles::read()?;
    let own = tickets::mine()?;
    let mut screen = Screen::titled("ticket-title").under(home_link());
    let waits = own.iter().any(|ticket| ticket.counter.is_none());
    if let Some(last) = own.first() {
        screen = one(screen, last, &titles)?;
    }
    if waits {
        return Ok(screen.text("ticket-waits-text"));
    }
    let given = tickets::services()?;
    if given.is_empty() {
        return Ok(screen.text("ticket-none"));
    }
    let take = |code: &String| Button::performs("take", words!("service-line", title = titles.of(code))).with("service", code);
    Ok(screen.heading("ticket-take").text("ticket-take-text").buttons(given.iter().map(take).collect()))
}

/// The action `take`.
pub(crate) fn take(inputs: &[Field]) -> Result<Answer, Failure> {
    match tickets::take(&inputs.text("service")?, None) {
        Ok(id) => Ok(Answer::go(Link::to("ticket", "ticket-link")).report("ticket", id)),
        Err(Failure::Invalid(violation)) if violation.rule == "waiting" => {
            Ok(Answer::done(Notice::of(Tone::Warning, "ticket-one").text("ticket-one-text")))
        }
        Err(Failure::Invalid(violation)) if violation.rule == "service" => Ok(Answer::done(Notice::of(Tone::Warning, "ticket-not-today"))),
        Err(other) => Err(other),
    }
}
