//! The home screen: one's visits to come, a way to book, past visits in short. A guest learns what this is for.

use crate::told::{self, Titles};
use crate::{is_signed_in, visit};
use vatra_sdk::contract::vatra::appointments::types::{Appointment, Standing};
use vatra_sdk::contract::vatra::view::view::Notice;
use vatra_sdk::host::booking;
use vatra_sdk::prelude::*;

/// Past and cancelled visits that are shown.
const PAST: usize = 10;

fn book() -> Link {
    Link::to("choose", "book-link")
}

/// The screen `home`.
pub(crate) fn screen() -> Result<Screen, Failure> {
    let titles = Titles::read()?;
    let screen = Screen::titled("home-title");
    let screen = match &titles.denied {
        Some(denial) => screen.notice(told::denied(denial)),
        None => screen,
    };
    if is_signed_in() { mine(screen, &titles) } else { guest(screen, &titles) }
}

fn guest(screen: Screen, titles: &Titles) -> Result<Screen, Failure> {
    let screen = screen.text("home-guest").notice(Notice::of(Tone::Neutral, "sign-in-title").text("sign-in-text"));
    let given = booking::services()?;
    if given.is_empty() {
        return Ok(screen.text("services-none"));
    }
    let links = given.iter().map(|code| Link::to("choose", words!("service-line", title = titles.of(code))).with("service", code));
    Ok(screen.heading("services-title").text("services-text").links(links.collect()))
}

fn is_to_come(one: &Appointment, now: Instant) -> bool {
    matches!(one.standing, Standing::Booked | Standing::Arrived) && one.starts + u64::from(one.minutes) * 60_000 > now
}

fn mine(screen: Screen, titles: &Titles) -> Result<Screen, Failure> {
    let now = clock::now();
    let (to_come, past): (Vec<_>, Vec<_>) = booking::mine()?.into_iter().partition(|one| is_to_come(one, now));
    let mut screen = screen.links(vec![book(), Link::to("ticket", "ticket-link")]);
    screen = screen.heading("home-to-come");
    if to_come.is_empty() {
        screen = screen.text("home-none");
    }
    for one in &to_come {
        screen = visit::told(screen, one, titles)?.links(vec![Link::to("visit", "visit-open").with("visit", &one.id)]);
    }
    if past.is_empty() {
        return Ok(screen);
    }
    let line = |one: &Appointment| {
        let more = fields!["service" => titles.of(&one.service), "standing" => told::code(one.standing)];
        Link::to("visit", told::at("past-line", one.starts, more)).with("visit", &one.id)
    };
    Ok(screen.heading("home-past").links(past.iter().take(PAST).map(line).collect()))
}
