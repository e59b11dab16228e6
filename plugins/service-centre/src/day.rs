//! Visitors of a day, counter by counter: who is to come with the buttons that mark them, who is done with below.

use crate::told::{self, Counters, Titles};
use crate::{home_link, visit};
use vatra_sdk::contract::vatra::appointments::types::{Appointment, Counter, Standing};
use vatra_sdk::contract::vatra::view::view::{Heading, Notice};
use vatra_sdk::host::calendar;
use vatra_sdk::prelude::*;

/// Whether somebody is still expected or there.
fn is_open(one: &Appointment) -> bool {
    matches!(one.standing, Standing::Booked | Standing::Arrived)
}

/// A visitor in a line, leading to the visit.
pub(crate) fn line(one: &Appointment, titles: &Titles) -> Link {
    let more = fields!["who" => &one.visitor, "service" => titles.of(&one.service), "standing" => told::code(one.standing)];
    Link::to("visit", told::at("visitor-line", one.starts, more)).with("visit", &one.id)
}

/// Somebody who is to come today, with what can be said of them.
pub(crate) fn open(screen: Screen, one: &Appointment, titles: &Titles) -> Screen {
    let text = told::at("visitor-heading", one.starts, fields!["who" => &one.visitor]);
    let more = words!(
        "visitor-text",
        service = titles.of(&one.service),
        number = one.number.clone().unwrap_or_default(),
        standing = told::code(one.standing)
    );
    screen
        .block(Block::Heading(Heading { text, level: 3 }))
        .text(more)
        .buttons(visit::marks(one))
        .links(vec![Link::to("visit", "visit-open").with("visit", &one.id)])
}

/// The screen `day`.
pub(crate) fn screen(parameters: &[Field]) -> Result<Screen, Failure> {
    let today = clock::today();
    let day = parameters.maybe::<Date>("date")?.unwrap_or(today);
    let only = parameters.maybe::<String>("counter")?;
    let (counters, titles) = (Counters::read()?, Titles::read()?);
    let visits = calendar::visits(only.as_deref(), day, day)?;
    let to = |label: &str, date: Date| {
        let link = Link::to("day", told::on(label, date, Vec::new())).with("date", date);
        if let Some(counter) = &only { link.with("counter", counter) } else { link }
    };
    let mut links = vec![to("day-before", day.yesterday()), to("day-after", day.plus_days(1))];
    if only.is_some() {
        links.push(Link::to("day", "day-all-counters").with("date", day));
    }
    let mut screen = Screen::titled(told::on("day-title", day, Vec::new())).under(home_link()).links(links);
    if let Some(denial) = &titles.denied {
        screen = screen.notice(told::denied(denial));
    }
    let shown: Vec<&Counter> = counters.0.iter().filter(|counter| only.as_ref().is_none_or(|only| *only == counter.id)).collect();
    if visits.is_empty() {
        screen = screen.notice(Notice::of(Tone::Neutral, "day-empty"));
    }
    for counter in shown {
        let here: Vec<&Appointment> = visits.iter().filter(|one| one.counter == counter.id).collect();
        if here.is_empty() {
            continue;
        }
        screen = screen.heading(words!("day-counter", counter = &counter.title));
        let (open, done): (Vec<&Appointment>, Vec<&Appointment>) = here.into_iter().partition(|one| is_open(one));
        if day > today {
            screen = screen.links(open.iter().map(|one| line(one, &titles)).collect());
        } else {
            screen = open.iter().fold(screen, |screen, one| self::open(screen, one, &titles));
        }
        if !done.is_empty() {
            screen = screen
                .block(Block::Heading(Heading { text: "day-done".into(), level: 3 }))
                .links(done.iter().map(|one| line(one, &titles)).collect());
        }
    }
    Ok(screen)
}
