//! Counters: what each gives and when, set by the head.

use crate::told::{self, Counters, Titles};
use crate::{closures, home_link, hours, is_head};
use vatra_sdk::contract::vatra::appointments::calendar::Week;
use vatra_sdk::contract::vatra::view::view::{Grid, GridRow, Notice};
use vatra_sdk::host::calendar;
use vatra_sdk::prelude::*;

/// The screen `counters`.
pub(crate) fn list() -> Result<Screen, Failure> {
    let (counters, titles) = (Counters::read()?, Titles::read()?);
    let mut screen = Screen::titled("counters-title").under(home_link());
    if counters.0.is_empty() {
        return Ok(screen.notice(Notice::of(Tone::Warning, "counters-none").text("counters-none-text")));
    }
    for counter in &counters.0 {
        screen = screen.heading(plain(counter.title.clone()));
        if !counter.place.is_empty() {
            screen = screen.text(plain(counter.place.clone()));
        }
        let weeks = calendar::weeks(&counter.id)?;
        screen = match weeks.first() {
            None => screen.text("counter-no-week"),
            Some(week) if week.services.is_empty() => screen.text("counter-no-services"),
            Some(week) => screen.text(words!("counter-gives", services = services(week, &titles))),
        };
        screen = closures::list(screen, &counter.id)?;
        screen = screen.links(vec![Link::to("counter", words!("counter-open", counter = &counter.title)).with("counter", &counter.id)]);
    }
    Ok(screen.text("counters-text"))
}

fn services(week: &Week, titles: &Titles) -> String {
    let titles: Vec<String> = week.services.iter().map(|code| titles.of(code)).collect();
    titles.join("; ")
}

/// The screen `counter`.
pub(crate) fn one(id: &str) -> Result<Screen, Failure> {
    let (counters, titles) = (Counters::read()?, Titles::read()?);
    let counter = counters.0.iter().find(|counter| counter.id == id).ok_or(Failure::NotFound)?;
    let mut screen = Screen::titled(plain(counter.title.clone())).under(home_link()).under(Link::to("counters", "counters-title"));
    if let Some(denial) = &titles.denied {
        screen = screen.notice(told::denied(denial));
    }
    if !counter.place.is_empty() {
        screen = screen.text(plain(counter.place.clone()));
    }
    screen = closures::list(screen, id)?;
    let (weeks, today) = (calendar::weeks(id)?, clock::today());
    if weeks.is_empty() {
        screen = screen.text("counter-no-week");
    }
    for week in &weeks {
        let title = if week.since <= today { "week-now".into() } else { told::on("week-from", week.since, Vec::new()) };
        screen = screen.block(hours::summary(title, week));
        screen = screen.text(match week.services.is_empty() {
            true => "counter-no-services".into(),
            false => words!("counter-gives", services = services(week, &titles)),
        });
    }
    let links = vec![Link::to("day", "counter-day").with("counter", id), Link::to("calendar", "counter-calendar").with("counter", id)];
    screen = screen.links(links);
    if !is_head() {
        return Ok(screen.text("counter-head-only"));
    }
    Ok(screen.form(hours::form(id, weeks.first())).block(Block::Grid(given(id, &weeks, &titles))).form(closures::form(id)))
}

/// Every service there is, with whether this counter gives it.
fn given(counter: &str, weeks: &[Week], titles: &Titles) -> Grid {
    let gives = |code: &str| weeks.first().is_some_and(|week| week.services.iter().any(|one| one == code));
    let row = |code: &String| GridRow { id: code.clone(), label: titles.of(code).into(), values: fields!["given" => gives(code)] };
    Grid {
        action: "set-services".into(),
        title: "services-title".into(),
        rows: known(weeks, titles).iter().map(row).collect(),
        inputs: vec![Input::of("given", "services-given")],
        parameters: fields!["counter" => counter],
        submit: "services-submit".into(),
    }
}

/// Codes of the catalogue and of what the counter gives already.
fn known(weeks: &[Week], titles: &Titles) -> BTreeSet<String> {
    titles.codes().map(ToOwned::to_owned).chain(weeks.iter().flat_map(|week| week.services.iter().cloned())).collect()
}

/// The action `set-services`: from today on, and in the weeks that follow.
pub(crate) fn set_services(inputs: &[Field]) -> Result<Answer, Failure> {
    let (counter, today) = (inputs.text("counter")?, clock::today());
    let (weeks, titles) = (calendar::weeks(&counter)?, Titles::read()?);
    let mut services = Vec::new();
    for code in known(&weeks, &titles) {
        if inputs.maybe::<bool>(&format!("{code}.given"))?.unwrap_or_default() {
            services.push(code);
        }
    }
    let mut left: BTreeSet<String> = BTreeSet::new();
    if weeks.is_empty() {
        calendar::set_hours(&counter, &services, &[], today)?;
    }
    for week in &weeks {
        let displaced = calendar::set_hours(&counter, &services, &week.hours, week.since.max(today))?;
        left.extend(displaced.into_iter().map(|visit| visit.id));
    }
    let left = i64::try_from(left.len()).unwrap_or(i64::MAX);
    if left > 0 {
        return Ok(Answer::go(Link::to("displaced", "displaced-title")).report("displaced", left));
    }
    let notice = Notice::of(Tone::Success, "services-saved");
    let notice = if weeks.iter().all(|week| week.hours.is_empty()) { notice.text("services-saved-no-hours") } else { notice };
    Ok(Answer::done(notice).report("displaced", left))
}
