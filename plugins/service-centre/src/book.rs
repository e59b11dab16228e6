//! Booking for somebody who is present or on the phone, and moving a visit: the service, the day, the hour at one of the counters, the person. Each step is an
//! address.

use crate::told::{self, Counters, Titles};
use crate::{home_link, visit};
use vatra_sdk::contract::vatra::appointments::types::{Appointment, Standing};
use vatra_sdk::contract::vatra::view::view::{Heading, Notice};
use vatra_sdk::host::booking::{self, Slot, Visit};
use vatra_sdk::prelude::*;
use vatra_sdk::spoken::free_by_day;

/// How far ahead visits are offered, in days: as far as the host lists them at once.
const AHEAD: u32 = 62;
/// Days that are shown at once.
const DAYS: usize = 10;

/// What was chosen so far.
struct Choosing {
    /// The visit that is moved; none for a new one.
    visit: Option<Appointment>,
    service: String,
    after: Option<Date>,
    titles: Titles,
    counters: Counters,
}

impl Choosing {
    fn new(visit: Option<Appointment>, service: String, parameters: &[Field]) -> Result<Self, Failure> {
        Ok(Self { visit, service, after: parameters.maybe("after")?, titles: Titles::read()?, counters: Counters::read()? })
    }

    fn link(&self, label: impl Into<Words>) -> Link {
        match &self.visit {
            Some(visit) => Link::to("move", label).with("visit", &visit.id),
            None => Link::to("book", label).with("service", &self.service),
        }
    }

    fn begin(&self, notice: Option<Notice>) -> Screen {
        let screen = match &self.visit {
            Some(visit) => Screen::titled(words!("move-title", who = &visit.visitor))
                .under(home_link())
                .under(Link::to("visit", told::at("visit-title", visit.starts, Vec::new())).with("visit", &visit.id)),
            None => Screen::titled("book-title").under(home_link()).under(Link::to("book", "book-title")),
        };
        let screen =
            screen.maybe(notice.map(Block::Notice)).summary("chosen-title", vec![Item::of("field-service", self.titles.of(&self.service))]);
        match &self.visit {
            Some(visit) => screen.text(told::at("move-from", visit.starts, fields!["counter" => self.counters.title(&visit.counter)])),
            None => screen,
        }
    }

    /// What is free within these days, of the counters whose calendars are kept here.
    fn free(&self, from: Date, to: Date) -> Result<Vec<Slot>, Failure> {
        let mut slots = booking::free(&self.service, None, from, to)?;
        slots.retain(|slot| self.counters.0.iter().any(|counter| counter.id == slot.counter));
        Ok(slots)
    }

    fn days(&self, notice: Option<Notice>) -> Result<Screen, Failure> {
        let today = clock::today();
        let slots = self.free(today, today.plus_days(AHEAD))?;
        let days = free_by_day(&slots);
        let screen = self.begin(notice).heading("days-title");
        if days.is_empty() {
            return Ok(screen.text("days-none"));
        }
        let shown: Vec<&(Date, i64)> = days.iter().filter(|(date, _)| self.after.is_none_or(|after| *date > after)).collect();
        let link = |(date, places): &&(Date, i64)| self.link(told::on("day-line", *date, fields!["places" => *places])).with("day", *date);
        let mut links: Vec<Link> = shown.iter().take(DAYS).map(link).collect();
        if let (Some((last, _)), true) = (shown.get(DAYS - 1), shown.len() > DAYS) {
            links.push(self.link("days-later").with("after", *last));
        }
        Ok(screen.links(links))
    }

    fn hours(&self, day: Date, notice: Option<Notice>) -> Result<Screen, Failure> {
        let slots = if day < clock::today() { Vec::new() } else { self.free(day, day)? };
        let mut screen = self.begin(notice).heading(told::on("hours-of", day, Vec::new()));
        if slots.is_empty() {
            screen = screen.text("hours-none");
        }
        for counter in &self.counters.0 {
            let here = slots.iter().filter(|slot| slot.counter == counter.id);
            let link = |slot: &Slot| {
                let label = words!("hour-line", time = told::hour(clock::minutes_of(slot.starts)), places = i64::from(slot.free));
                self.link(label).with("day", day).with("counter", &slot.counter).with("starts", slot.starts)
            };
            let links: Vec<Link> = here.map(link).collect();
            if !links.is_empty() {
                let heading = Heading { text: plain(counter.title.clone()), level: 3 };
                screen = screen.block(Block::Heading(heading)).links(links);
            }
        }
        Ok(screen.links(vec![self.link("days-other")]))
    }

    fn last(&self, counter: &str, starts: Instant) -> Result<Screen, Failure> {
        let day = clock::date_of(starts);
        let is_free = starts > clock::now() && self.free(day, day)?.iter().any(|slot| slot.starts == starts && slot.counter == counter);
        if !is_free {
            return self.hours(day, Some(taken()));
        }
        let title = told::at("hour-chosen", starts, fields!["counter" => self.counters.title(counter)]);
        let form = match &self.visit {
            Some(visit) => Form::posts("reschedule", title, "move-submit")
                .input(Input::of("reason", "move-reason").hint("reason-told-hint"))
                .with("visit", &visit.id)
                .with("version", visit.version),
            None => Form::posts("book-for", title, "book-submit")
                .input(Input::of("visitor", "field-visitor").hint("book-visitor-hint"))
                .input(Input::of("phone", "field-phone").hint("book-phone-hint"))
                .with("service", &self.service),
        };
        let form = form.with("counter", counter).with("starts", starts);
        Ok(self.begin(None).form(form).links(vec![self.link("hours-other").with("day", day), self.link("days-other")]))
    }

    fn screen(&self, parameters: &[Field]) -> Result<Screen, Failure> {
        match (parameters.maybe::<Date>("day")?, parameters.maybe::<String>("counter")?, parameters.maybe::<Instant>("starts")?) {
            (_, Some(counter), Some(starts)) => self.last(&counter, starts),
            (Some(day), ..) => self.hours(day, None),
            _ => self.days(None),
        }
    }

    /// What is shown instead of what could not be done; none when it is another failure.
    fn instead(&self, failure: &Failure, starts: Instant) -> Result<Option<Answer>, Failure> {
        match failure {
            Failure::Conflict => self.hours(clock::date_of(starts), Some(taken())).map(Answer::show).map(Some),
            Failure::Invalid(violation) if matches!(violation.rule.as_str(), "past" | "counter") => {
                self.days(Some(Notice::of(Tone::Warning, "passed-title").text("passed-text"))).map(Answer::show).map(Some)
            }
            _ => Ok(None),
        }
    }
}

fn taken() -> Notice {
    Notice::of(Tone::Warning, "taken-title").text("taken-text")
}

/// The screen `book`.
pub(crate) fn screen(parameters: &[Field]) -> Result<Screen, Failure> {
    if let Some(service) = parameters.maybe::<String>("service")? {
        return Choosing::new(None, service, parameters)?.screen(parameters);
    }
    let (given, titles) = (booking::services()?, Titles::read()?);
    let mut screen = Screen::titled("book-title").under(home_link());
    if let Some(denial) = &titles.denied {
        screen = screen.notice(told::denied(denial));
    }
    if given.is_empty() {
        return Ok(screen.text("book-no-services").links(vec![Link::to("counters", "counters-title")]));
    }
    let link = |code: &String| Link::to("book", words!("service-line", title = titles.of(code))).with("service", code);
    Ok(screen.heading("book-services").links(given.iter().map(link).collect()))
}

/// The screen `move`.
pub(crate) fn moving(parameters: &[Field]) -> Result<Screen, Failure> {
    let one = booking::get(&parameters.text("visit")?)?;
    if one.standing != Standing::Booked {
        return visit::screen(&one.id);
    }
    let service = one.service.clone();
    Choosing::new(Some(one), service, parameters)?.screen(parameters)
}

/// The action `book-for`.
pub(crate) fn book(inputs: &[Field]) -> Result<Answer, Failure> {
    let (service, counter, starts) = (inputs.text("service")?, inputs.text("counter")?, inputs.need::<Instant>("starts")?);
    let visitor = inputs.subject("visitor")?;
    let booked = booking::book(&Visit { service: service.clone(), counter, starts, visitor: Some(visitor.clone()), case: None });
    match booked {
        Ok(id) => {
            visit::remember(&visitor, inputs.value("phone"))?;
            Ok(Answer::go(Link::to("visit", "visit-open").with("visit", &id)).report("visit", id))
        }
        Err(Failure::Invalid(violation)) if violation.rule == "too-many" => {
            Ok(Answer::rejected(vec![("visitor".into(), "wrong-too-many".into())]))
        }
        Err(failure) => Choosing::new(None, service, inputs)?.instead(&failure, starts)?.ok_or(failure),
    }
}

/// The action `reschedule`.
pub(crate) fn reschedule(inputs: &[Field]) -> Result<Answer, Failure> {
    let (id, counter, starts) = (inputs.text("visit")?, inputs.text("counter")?, inputs.need::<Instant>("starts")?);
    let version = u32::try_from(inputs.integer("version")?).unwrap_or_default();
    let failure = match booking::reschedule(&id, version, Some(counter.as_str()), starts, &inputs.text("reason")?) {
        Ok(_) => return Ok(Answer::go(Link::to("visit", "visit-open").with("visit", &id)).report("visit", id)),
        Err(Failure::Invalid(violation)) if violation.rule == "standing" => return Ok(told::changed()),
        Err(Failure::Invalid(violation)) if violation.field == "reason" => {
            return Ok(Answer::rejected(vec![("reason".into(), "wrong-reason-long".into())]));
        }
        Err(failure) => failure,
    };
    let one = booking::get(&id)?;
    if failure == Failure::Conflict && one.version != version {
        return Ok(told::changed());
    }
    let service = one.service.clone();
    Choosing::new(Some(one), service, inputs)?.instead(&failure, starts)?.ok_or(failure)
}
