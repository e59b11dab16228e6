//! One visit as the official has it: who, when, what happened; marked, cancelled. And those that no longer fit.

use crate::home_link;
use crate::told::{self, Counters, Titles};
use vatra_sdk::contract::vatra::appointments::types::{Appointment, Standing};
use vatra_sdk::contract::vatra::view::view::Notice;
use vatra_sdk::host::registers::Entry;
use vatra_sdk::host::{booking, calendar};
use vatra_sdk::prelude::*;

/// The register of telephones.
const VISITORS: &str = "visitors";

/// What is remembered of a visitor, if the register is open.
fn remembered(visitor: &Subject) -> Result<Option<Entry>, Failure> {
    match registers::find(&Query::of(VISITORS).equal("visitor", visitor), 1, None) {
        Ok(page) => Ok(page.entries.into_iter().next()),
        Err(Failure::Denied(_)) => Ok(None),
        Err(other) => Err(other),
    }
}

/// Remembers a visitor and their telephone.
pub(crate) fn remember(visitor: &Subject, phone: Option<&Value>) -> Result<(), Failure> {
    let known = remembered(visitor)?;
    let kept = match (known, phone) {
        (Some(entry), Some(phone)) => {
            registers::correct(&entry.ref_, entry.version, &[field("phone", phone.clone())], "reason-phone").map(drop)
        }
        (Some(_), None) => Ok(()),
        (None, phone) => {
            registers::add(VISITORS, &fields!["visitor" => visitor, "phone" => phone.cloned().unwrap_or(Value::None)]).map(drop)
        }
    };
    // Somebody is booked in all the same where nothing may be remembered.
    match kept {
        Err(Failure::Denied(_)) => Ok(()),
        other => other,
    }
}

/// The buttons that say what happened; what cannot follow is not offered.
pub(crate) fn marks(one: &Appointment) -> Vec<Button> {
    let may: &[Standing] = match one.standing {
        // Who comes another day has neither come nor missed it yet.
        Standing::Booked if clock::date_of(one.starts) > clock::today() => &[],
        Standing::Booked => &[Standing::Arrived, Standing::Served, Standing::Missed],
        Standing::Arrived => &[Standing::Served, Standing::Missed, Standing::Booked],
        Standing::Served | Standing::Missed => &[Standing::Arrived],
        Standing::Cancelled => &[],
    };
    let is_slip = |next: Standing| {
        next == Standing::Booked || (next == Standing::Arrived && matches!(one.standing, Standing::Served | Standing::Missed))
    };
    let button = |next: &Standing| {
        let label = match next {
            _ if is_slip(*next) => "mark-undo",
            Standing::Arrived => "mark-arrived",
            Standing::Served => "mark-served",
            _ => "mark-missed",
        };
        // What usually follows stands out.
        let usual = matches!((one.standing, next), (Standing::Booked, Standing::Arrived) | (Standing::Arrived, Standing::Served));
        let tone = if usual { Tone::Success } else { Tone::Neutral };
        Button::performs("mark", label).with("visit", &one.id).with("version", one.version).with("standing", told::code(*next)).tone(tone)
    };
    may.iter().map(button).collect()
}

/// The screen `visit`.
pub(crate) fn screen(id: &str) -> Result<Screen, Failure> {
    let one = booking::get(id)?;
    let (counters, titles) = (Counters::read()?, Titles::read()?);
    let day = clock::date_of(one.starts);
    let mut screen = Screen::titled(told::at("visit-title", one.starts, Vec::new()))
        .under(home_link())
        .under(Link::to("day", told::on("day-title", day, Vec::new())).with("date", day));
    if one.called_at.is_some() && matches!(one.standing, Standing::Booked | Standing::Arrived) {
        screen = screen.notice(Notice::of(Tone::Success, words!("visit-called", counter = counters.title(&one.counter))));
    }
    screen = screen.person(one.visitor.clone());
    let mut items = vec![
        Item::of("field-service", titles.of(&one.service)),
        Item::of("field-counter", counters.title(&one.counter)),
        Item::of("field-minutes", i64::from(one.minutes)),
        Item::of("field-number", one.number.clone()),
    ];
    items.extend(remembered(&one.visitor)?.and_then(|entry| entry.value("phone").cloned()).map(|phone| Item::of("field-phone", phone)));
    if !one.note.is_empty() {
        items.push(Item::of("field-note", &one.note));
    }
    screen = screen.summary(words!("visit-standing", standing = told::code(one.standing)), items);
    let marks = marks(&one);
    if !marks.is_empty() {
        screen = screen.heading("visit-what").buttons(marks);
    }
    if one.standing != Standing::Booked {
        return Ok(screen);
    }
    let cancel = Form::posts("cancel", "cancel-title", "cancel-submit")
        .input(Input::of("reason", "cancel-reason").hint("reason-told-hint"))
        .with("visit", &one.id)
        .with("version", one.version)
        .check_answers();
    Ok(screen.heading("visit-change").links(vec![Link::to("move", "move-link").with("visit", &one.id)]).form(cancel))
}

fn version(inputs: &[Field]) -> Result<u32, Failure> {
    Ok(u32::try_from(inputs.integer("version")?).unwrap_or_default())
}

/// The action `mark`.
pub(crate) fn mark(inputs: &[Field]) -> Result<Answer, Failure> {
    let standing = match inputs.text("standing")?.as_str() {
        "booked" => Standing::Booked,
        "arrived" => Standing::Arrived,
        "served" => Standing::Served,
        "missed" => Standing::Missed,
        _ => return Err(invalid("standing", "type")),
    };
    match calendar::mark(&inputs.text("visit")?, version(inputs)?, standing) {
        Ok(_) => Ok(Answer::done(Notice::of(Tone::Success, words!("marked", standing = told::code(standing))))),
        Err(Failure::Conflict | Failure::Invalid(_)) => Ok(told::changed()),
        Err(other) => Err(other),
    }
}

/// The action `cancel`.
pub(crate) fn cancel(inputs: &[Field]) -> Result<Answer, Failure> {
    match booking::cancel(&inputs.text("visit")?, version(inputs)?, &inputs.text("reason")?) {
        Ok(()) => Ok(Answer::done(Notice::of(Tone::Success, "cancelled").text("cancelled-text"))),
        Err(Failure::Invalid(violation)) if violation.field == "reason" => {
            Ok(Answer::rejected(vec![("reason".into(), "wrong-reason-long".into())]))
        }
        Err(Failure::Conflict | Failure::Invalid(_)) => Ok(told::changed()),
        Err(other) => Err(other),
    }
}

/// The screen `displaced`.
pub(crate) fn displaced() -> Result<Screen, Failure> {
    let titles = Titles::read()?;
    let counters = Counters::read()?;
    let left = calendar::displaced()?;
    let screen = Screen::titled("displaced-title").under(home_link());
    if left.is_empty() {
        return Ok(screen.notice(Notice::of(Tone::Success, "displaced-none")));
    }
    let link = |one: &Appointment| {
        let more = fields!["who" => &one.visitor, "service" => titles.of(&one.service), "counter" => counters.title(&one.counter)];
        Link::to("move", told::at("displaced-line", one.starts, more)).with("visit", &one.id)
    };
    Ok(screen.notice(Notice::of(Tone::Warning, "displaced-warning").text("displaced-text")).links(left.iter().map(link).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::told::code;

    #[test]
    fn standings_have_a_code_each() {
        let all = [Standing::Booked, Standing::Arrived, Standing::Served, Standing::Missed, Standing::Cancelled];
        let codes: BTreeSet<&str> = all.into_iter().map(|standing| code(standing).0).collect();
        assert_eq!(codes.len(), 5);
    }
}
