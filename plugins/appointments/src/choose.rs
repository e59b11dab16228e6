//! Choosing a visit step by step: the service, the counter, the day, the hour, a last look. Each step is an address, so that the way back is the way back.

use crate::told::{self, Titles};
use crate::{home_link, is_signed_in, visit};
use vatra_sdk::contract::vatra::appointments::types::{Appointment, Counter};
use vatra_sdk::contract::vatra::view::view::Notice;
use vatra_sdk::host::booking::{self, Slot, Visit};
use vatra_sdk::prelude::*;
use vatra_sdk::spoken::free_by_day;

/// How far ahead visits are offered, in days: as far as the host lists them at once.
const AHEAD: u32 = 62;
/// Days that are shown at once.
const DAYS: usize = 10;
/// Noon, in minutes after midnight.
const NOON: u16 = 720;

/// What is asked next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Step {
    Counters,
    Days,
    Day,
}

/// What was chosen so far.
pub(crate) struct Choosing {
    /// The visit that is moved; none for a new one.
    visit: Option<Appointment>,
    service: String,
    counter: Option<String>,
    after: Option<Date>,
    day: Option<Date>,
    starts: Option<Instant>,
    titles: Titles,
}

impl Choosing {
    /// A new visit for this service.
    fn new(service: String, parameters: &[Field]) -> Result<Self, Failure> {
        Ok(Self {
            visit: None,
            service,
            counter: parameters.maybe("counter")?,
            after: parameters.maybe("after")?,
            day: parameters.maybe("day")?,
            starts: parameters.maybe("starts")?,
            titles: Titles::read()?,
        })
    }

    /// Another time for this visit.
    pub(crate) fn moving(visit: Appointment, parameters: &[Field]) -> Result<Self, Failure> {
        Ok(Self { service: visit.service.clone(), visit: Some(visit), ..Self::new(String::new(), parameters)? })
    }

    /// To the same choice with what was chosen up to a step.
    fn link(&self, label: impl Into<Words>, step: Step) -> Link {
        let link = match &self.visit {
            Some(visit) => Link::to("move", label).with("visit", &visit.id),
            None => Link::to("choose", label).with("service", &self.service),
        };
        if step == Step::Counters {
            return link;
        }
        let link = if let Some(counter) = &self.counter { link.with("counter", counter) } else { link };
        match (step, self.day) {
            (Step::Day, Some(day)) => link.with("day", day),
            _ => link,
        }
    }

    fn title(&self) -> &'static str {
        if self.visit.is_some() { "move-title" } else { "book-title" }
    }

    fn begin(&self) -> Screen {
        let screen = Screen::titled(self.title()).under(home_link());
        match &self.visit {
            Some(visit) => screen.under(Link::to("visit", "visit-title").with("visit", &visit.id)),
            None => screen.under(Link::to("choose", "book-title")),
        }
    }

    /// The step that is to be answered, said something first.
    pub(crate) fn screen(mut self, notice: Option<Notice>) -> Result<Screen, Failure> {
        let counters = booking::counters(&self.service)?;
        let mut screen = self.begin().maybe(notice.map(Block::Notice));
        if counters.is_empty() {
            return Ok(screen.text("counters-none"));
        }
        if let [only] = counters.as_slice() {
            self.counter = Some(only.id.clone());
        }
        let chosen = self.counter.as_ref().and_then(|id| counters.iter().find(|counter| counter.id == *id));
        let mut items = vec![Item::of("field-service", self.titles.of(&self.service))];
        items.extend(chosen.map(|counter| Item::of("field-counter", place(counter))));
        screen = screen.summary("chosen-title", items);
        let Some(counter) = chosen else { return Ok(self.counters(screen, &counters)) };
        match (self.day, self.starts) {
            (_, Some(starts)) => self.check(screen, counter, starts),
            (Some(day), None) => self.hours(screen, counter, day),
            (None, None) => self.days(screen, counter, counters.len() > 1),
        }
    }

    /// Back to an earlier step, because the place was taken or the hour has passed.
    pub(crate) fn back_to(mut self, step: Step, starts: Instant) -> Result<Screen, Failure> {
        self.starts = None;
        self.day = (step == Step::Day).then(|| clock::date_of(starts));
        let notice = match step {
            Step::Day => Notice::of(Tone::Warning, "taken-title").text("taken-text"),
            _ => Notice::of(Tone::Warning, "passed-title").text("passed-text"),
        };
        self.screen(Some(notice))
    }

    fn counters(&self, screen: Screen, counters: &[Counter]) -> Screen {
        let link = |counter: &Counter| self.link(plain(place(counter)), Step::Counters).with("counter", &counter.id);
        screen.heading("counters-title").links(counters.iter().map(link).collect())
    }

    fn free(&self, counter: &Counter, from: Date, to: Date) -> Result<Vec<Slot>, Failure> {
        booking::free(&self.service, Some(counter.id.as_str()), from, to)
    }

    fn days(&self, screen: Screen, counter: &Counter, others: bool) -> Result<Screen, Failure> {
        let today = clock::today();
        let slots = self.free(counter, today, today.plus_days(AHEAD))?;
        let days = free_by_day(&slots);
        let screen = screen.heading("days-title");
        let shown: Vec<&(Date, i64)> = days.iter().filter(|(date, _)| self.after.is_none_or(|after| *date > after)).collect();
        let link = |(date, places): &&(Date, i64)| {
            self.link(told::on("day-line", *date, fields!["places" => *places]), Step::Days).with("day", *date)
        };
        let mut links: Vec<Link> = shown.iter().take(DAYS).map(link).collect();
        if let (Some((last, _)), true) = (shown.get(DAYS - 1), shown.len() > DAYS) {
            links.push(self.link("days-later", Step::Days).with("after", *last));
        }
        if others {
            links.push(self.link("counters-other", Step::Counters));
        }
        Ok(if days.is_empty() { screen.text("days-none").links(links) } else { screen.links(links) })
    }

    fn hours(&self, screen: Screen, counter: &Counter, day: Date) -> Result<Screen, Failure> {
        let slots = if day < clock::today() { Vec::new() } else { self.free(counter, day, day)? };
        let mut screen = screen.heading(told::on("hours-title", day, Vec::new()));
        if slots.is_empty() {
            screen = screen.text("hours-none");
        }
        let (morning, afternoon): (Vec<_>, Vec<_>) =
            slots.iter().map(|slot| (slot, clock::minutes_of(slot.starts))).partition(|(_, minutes)| *minutes < NOON);
        for (title, part) in [("hours-morning", morning), ("hours-afternoon", afternoon)] {
            if part.is_empty() {
                continue;
            }
            let link = |(slot, minutes): &(&Slot, u16)| {
                let label = words!("hour-line", time = told::hour(*minutes), places = i64::from(slot.free));
                self.link(label, Step::Day).with("starts", slot.starts)
            };
            screen = screen.heading(title).links(part.iter().map(link).collect());
        }
        Ok(screen.links(vec![self.link("days-other", Step::Days)]))
    }

    fn check(self, screen: Screen, counter: &Counter, starts: Instant) -> Result<Screen, Failure> {
        let day = clock::date_of(starts);
        let offered = if starts <= clock::now() { Vec::new() } else { self.free(counter, day, day)? };
        let Some(slot) = offered.into_iter().find(|slot| slot.starts == starts) else {
            return Self { starts: None, day: Some(day), ..self }.screen(Some(Notice::of(Tone::Warning, "taken-title").text("taken-text")));
        };
        let mut screen = screen.heading(told::at("visit-when", starts, Vec::new()));
        screen = screen.text(words!("check-minutes", minutes = i64::from(slot.minutes)));
        screen = visit::papers(screen, &self.service)?;
        let other = self.link("hours-other", Step::Day);
        let other = if self.day.is_some() { other } else { other.with("day", day) };
        let Some(visit) = &self.visit else {
            if !is_signed_in() {
                return Ok(screen.notice(Notice::of(Tone::Neutral, "sign-in-title").text("sign-in-text")).links(vec![other]));
            }
            let book = Button::performs("book", "book-submit")
                .with("service", &self.service)
                .with("counter", &counter.id)
                .with("starts", starts)
                .tone(Tone::Success);
            return Ok(screen.buttons(vec![book]).links(vec![other]));
        };
        let form = Form::posts("reschedule", "move-submit-title", "move-submit")
            .input(Input::of("reason", "move-reason").hint("cancel-reason-hint"))
            .with("visit", &visit.id)
            .with("version", visit.version)
            .with("counter", &counter.id)
            .with("starts", starts);
        Ok(screen.text(told::at("move-instead", visit.starts, Vec::new())).form(form).links(vec![other]))
    }
}

/// A counter's title and where it is.
fn place(counter: &Counter) -> String {
    if counter.place.is_empty() { counter.title.clone() } else { format!("{}, {}", counter.title, counter.place) }
}

/// The screen `choose`.
pub(crate) fn screen(parameters: &[Field]) -> Result<Screen, Failure> {
    let given = booking::services()?;
    if let Some(service) = parameters.maybe::<String>("service")? {
        return Choosing::new(service, parameters)?.screen(None);
    }
    let titles = Titles::read()?;
    let mut screen = Screen::titled("book-title").under(home_link());
    if let Some(denial) = &titles.denied {
        screen = screen.notice(told::denied(denial));
    }
    if given.is_empty() {
        return Ok(screen.text("services-none"));
    }
    let link = |code: &String| Link::to("choose", words!("service-line", title = titles.of(code))).with("service", code);
    Ok(screen.heading("services-title").links(given.iter().map(link).collect()))
}

/// The action `book`.
pub(crate) fn book(inputs: &[Field]) -> Result<Answer, Failure> {
    let (service, counter, starts) = (inputs.text("service")?, inputs.text("counter")?, inputs.need::<Instant>("starts")?);
    let visit = Visit { service: service.clone(), counter, starts, visitor: None, case: None };
    let back = |step| Choosing::new(service.clone(), inputs)?.back_to(step, starts).map(Answer::show);
    match booking::book(&visit) {
        Ok(id) => Ok(Answer::go(Link::to("visit", "visit-open").with("visit", &id)).report("visit", id)),
        Err(Failure::Conflict) => back(Step::Day),
        Err(Failure::Invalid(violation)) => match violation.rule.as_str() {
            "past" | "counter" => back(Step::Days),
            "too-many" => Ok(Answer::done(Notice::of(Tone::Warning, "too-many-title").text("too-many-text"))),
            "required" => Ok(Answer::done(Notice::of(Tone::Neutral, "sign-in-title").text("sign-in-text"))),
            _ => Err(Failure::Invalid(violation)),
        },
        Err(other) => Err(other),
    }
}
