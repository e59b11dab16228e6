//! The home screen: today. Who comes next, how many wait, what is free, what has to be mended.

use crate::told::{self, Counters, Titles};
use crate::{day, queue};
use vatra_sdk::contract::vatra::appointments::queue::Ticket;
use vatra_sdk::contract::vatra::appointments::types::{Appointment, Standing};
use vatra_sdk::contract::vatra::view::view::Notice;
use vatra_sdk::host::{booking, calendar, tickets};
use vatra_sdk::prelude::*;

/// Visitors to come and people who wait that are shown.
const NEXT: usize = 3;
const WAITING: usize = 5;

/// The rest of a part that may be withheld; none when it is, with the notice put on the screen.
fn or_told<T>(screen: Screen, part: Result<T, Failure>) -> Result<(Screen, Option<T>), Failure> {
    match part {
        Ok(part) => Ok((screen, Some(part))),
        Err(Failure::Denied(denial)) => Ok((screen.notice(told::denied(&denial)), None)),
        Err(other) => Err(other),
    }
}

/// Places that are free at the counters for the rest of today.
fn free(counters: &Counters) -> Result<i64, Failure> {
    let today = clock::today();
    let mut free = 0;
    for counter in &counters.0 {
        // A counter's visits are the same for all of its services.
        let weeks = calendar::weeks(&counter.id)?;
        let Some(service) = weeks.first().filter(|week| week.since <= today).and_then(|week| week.services.first()) else { continue };
        let slots = booking::free(service, Some(counter.id.as_str()), today, today)?;
        free += slots.iter().map(|slot| i64::from(slot.free)).sum::<i64>();
    }
    Ok(free)
}

fn count(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}

/// The screen `home`.
pub(crate) fn screen() -> Result<Screen, Failure> {
    let today = clock::today();
    let titles = Titles::read()?;
    let screen = Screen::titled(told::on("home-today", today, Vec::new()));
    let screen = match &titles.denied {
        Some(denial) => screen.notice(told::denied(denial)),
        None => screen,
    };
    let (mut screen, counters) = or_told(screen, Counters::read())?;
    let Some(counters) = counters else { return Ok(screen.links(vec![Link::to("guide", "guide-title")])) };
    if counters.0.is_empty() {
        screen = screen.notice(Notice::of(Tone::Warning, "counters-none").text("counters-none-text"));
    }
    let left = calendar::displaced()?;
    if !left.is_empty() {
        let notice = Notice::of(Tone::Warning, words!("home-displaced", count = count(left.len()))).text("displaced-text");
        screen = screen.notice(notice).links(vec![Link::to("displaced", "displaced-title")]);
    }
    let visits = calendar::visits(None, today, today)?;
    let expected: Vec<&Appointment> = visits.iter().filter(|one| matches!(one.standing, Standing::Booked | Standing::Arrived)).collect();
    let (next_screen, waiting): (Screen, Option<Vec<Ticket>>) = or_told(screen, tickets::waiting())?;
    let (mut screen, free) = or_told(next_screen, free(&counters))?;
    let to_day = || Link::to("day", told::on("day-title", today, Vec::new())).with("date", today);
    let mut figures = vec![Figure::of("home-expected", count(expected.len())).opens(to_day())];
    figures.extend(waiting.as_ref().map(|all| Figure::of("home-waiting", count(all.len())).opens(Link::to("queue", "queue-title"))));
    figures.extend(free.map(|free| Figure::of("home-free", free).opens(Link::to("book", "book-title"))));
    screen = screen.figures(figures);
    let links = vec![Link::to("queue", "give-title"), Link::to("guide", "guide-title")];
    screen = screen.links(links);
    if let Some(all) = &waiting {
        if !counters.0.is_empty() {
            screen = screen.heading("call-title").buttons(queue::callers(&counters));
        }
        screen = queue::waiting(screen, all.get(..WAITING).unwrap_or(all), &titles);
        if all.len() > WAITING {
            screen = screen.links(vec![Link::to("queue", "queue-all")]);
        }
    }
    screen = screen.heading("home-next");
    if expected.is_empty() {
        return Ok(screen.text("home-nobody"));
    }
    screen = expected.iter().take(NEXT).fold(screen, |screen, one| day::open(screen, one, &titles));
    Ok(if expected.len() > NEXT { screen.links(vec![to_day()]) } else { screen })
}
