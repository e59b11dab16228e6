//! One visit: when and where, what to bring, moved or cancelled as long as it is to come.

use crate::choose::{Choosing, Step};
use crate::home_link;
use crate::told::{self, Titles};
use vatra_sdk::contract::vatra::appointments::types::{Appointment, Standing};
use vatra_sdk::contract::vatra::view::view::{Notice, Summary};
use vatra_sdk::host::{booking, services};
use vatra_sdk::prelude::*;

/// When, what and where, in words.
pub(crate) fn told(screen: Screen, one: &Appointment, titles: &Titles) -> Result<Screen, Failure> {
    let counters = match booking::counters(&one.service) {
        Err(Failure::Denied(_)) => Vec::new(),
        other => other?,
    };
    let counter = counters.into_iter().find(|counter| counter.id == one.counter);
    let (title, place) = counter.map_or_else(|| (one.counter.clone(), String::new()), |counter| (counter.title, counter.place));
    let mut items = vec![Item::of("field-service", titles.of(&one.service)), Item::of("field-counter", title)];
    if !place.is_empty() {
        items.push(Item::of("field-place", place));
    }
    items.push(Item::of("field-minutes", i64::from(one.minutes)));
    items.extend(one.number.as_ref().map(|number| Item::of("field-number", number)));
    let title = told::at("visit-when", one.starts, Vec::new());
    Ok(screen.block(Block::Summary(Summary { title: Some(title), items })))
}

/// What the service's passport says to bring.
pub(crate) fn papers(screen: Screen, service: &str) -> Result<Screen, Failure> {
    let passport = match services::describe(service) {
        Ok(passport) => passport,
        Err(Failure::Denied(_) | Failure::NotFound) => return Ok(screen),
        Err(other) => return Err(other),
    };
    if passport.documents.is_empty() {
        return Ok(screen);
    }
    let papers = passport.documents.into_iter().map(|paper| {
        let key = if paper.required { "paper-required" } else { "paper-optional" };
        match paper.hint.as_str() {
            "" => words!(key, title = paper.title),
            hint => words!(format!("{key}-hint"), title = paper.title, hint = hint),
        }
    });
    Ok(papers.fold(screen.heading("papers-title"), Screen::text))
}

/// As it stands, when nothing can be done about it any more.
fn over(one: &Appointment) -> Option<Notice> {
    let over = match one.standing {
        Standing::Booked if one.starts > clock::now() => return None,
        Standing::Booked => Notice::of(Tone::Neutral, "visit-passed"),
        Standing::Arrived => Notice::of(Tone::Success, "visit-arrived"),
        Standing::Served => Notice::of(Tone::Success, "visit-served"),
        Standing::Missed => Notice::of(Tone::Warning, "visit-missed").text("visit-missed-text"),
        Standing::Cancelled => Notice::of(Tone::Warning, "visit-cancelled"),
    };
    Some(over)
}

/// The screen `visit`.
pub(crate) fn screen(id: &str) -> Result<Screen, Failure> {
    let (one, titles) = (booking::get(id)?, Titles::read()?);
    let mut screen = Screen::titled("visit-title").under(home_link());
    let over = over(&one);
    let is_over = over.is_some();
    screen = screen.maybe(over.map(Block::Notice));
    if one.called_at.is_some() && matches!(one.standing, Standing::Booked | Standing::Arrived) {
        screen = screen.notice(Notice::of(Tone::Success, "visit-called"));
    }
    screen = told(screen, &one, &titles)?;
    if !one.note.is_empty() {
        screen = screen.summary("visit-note", vec![Item::of("field-note", &one.note)]);
    }
    if is_over {
        return Ok(screen.links(vec![Link::to("choose", "book-link")]));
    }
    screen = papers(screen, &one.service)?;
    let cancel = Form::posts("cancel", "cancel-title", "cancel-submit")
        .input(Input::of("reason", "cancel-reason").hint("cancel-reason-hint"))
        .with("visit", &one.id)
        .with("version", one.version)
        .check_answers();
    Ok(screen.heading("visit-change").links(vec![Link::to("move", "move-link").with("visit", &one.id)]).form(cancel))
}

/// What somebody who moves or cancels finds out instead, when it is not as they saw it.
fn changed(id: &str) -> Result<Answer, Failure> {
    let mut shown = screen(id)?;
    shown.blocks.insert(0, Block::Notice(Notice::of(Tone::Warning, "changed-title").text("changed-text")));
    Ok(Answer::show(shown))
}

/// The screen `move`.
pub(crate) fn moving(parameters: &[Field]) -> Result<Screen, Failure> {
    let one = booking::get(&parameters.text("visit")?)?;
    if over(&one).is_some() {
        return screen(&one.id);
    }
    Choosing::moving(one, parameters)?.screen(None)
}

/// The action `reschedule`.
pub(crate) fn reschedule(inputs: &[Field]) -> Result<Answer, Failure> {
    let (id, counter, starts) = (inputs.text("visit")?, inputs.text("counter")?, inputs.need::<Instant>("starts")?);
    let version = u32::try_from(inputs.integer("version")?).unwrap_or_default();
    let reason = inputs.maybe::<String>("reason")?.unwrap_or_default();
    match booking::reschedule(&id, version, Some(counter.as_str()), starts, &reason) {
        Ok(_) => Ok(Answer::go(Link::to("visit", "visit-open").with("visit", &id)).report("visit", id)),
        Err(Failure::Conflict) => {
            let one = booking::get(&id)?;
            if one.version != version {
                return changed(&id);
            }
            Choosing::moving(one, inputs)?.back_to(Step::Day, starts).map(Answer::show)
        }
        Err(Failure::Invalid(violation)) if violation.rule == "standing" => changed(&id),
        Err(Failure::Invalid(violation)) if matches!(violation.rule.as_str(), "past" | "counter") => {
            Choosing::moving(booking::get(&id)?, inputs)?.back_to(Step::Days, starts).map(Answer::show)
        }
        Err(other) => Err(other),
    }
}

/// The action `cancel`.
pub(crate) fn cancel(inputs: &[Field]) -> Result<Answer, Failure> {
    let id = inputs.text("visit")?;
    let version = u32::try_from(inputs.integer("version")?).unwrap_or_default();
    match booking::cancel(&id, version, &inputs.maybe::<String>("reason")?.unwrap_or_default()) {
        Ok(()) => Ok(Answer::go(Link::to("visit", "visit-open").with("visit", &id))),
        Err(Failure::Conflict) => changed(&id),
        Err(Failure::Invalid(violation)) if violation.rule == "standing" => changed(&id),
        Err(other) => Err(other),
    }
}
