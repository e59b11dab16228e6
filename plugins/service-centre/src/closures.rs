//! Times in which a counter takes nobody: closed for a reason, which the visitors are told; opened after all.

use crate::hours::time;
use crate::told::{self, Counters, Titles};
use vatra_sdk::contract::vatra::appointments::calendar::Closure;
use vatra_sdk::contract::vatra::view::view::Notice;
use vatra_sdk::host::calendar;
use vatra_sdk::prelude::*;

/// Those to come, with the way to open again for whoever may.
pub(crate) fn list(screen: Screen, counter: &str) -> Result<Screen, Failure> {
    let mut screen = screen;
    for closure in calendar::closures(Some(counter), clock::now())? {
        screen = screen.notice(Notice::of(Tone::Warning, line(&closure)).text(plain(closure.reason.clone())));
        if crate::is_head() {
            let open = Button::performs("reopen", "reopen-submit").with("closure", &closure.id).confirm("reopen-confirm");
            screen = screen.buttons(vec![open]);
        }
    }
    Ok(screen)
}

/// From when to when.
pub(crate) fn line(closure: &Closure) -> Words {
    words!("closed-line", from = closure.from, until = closure.to)
}

/// The form that closes a counter.
pub(crate) fn form(counter: &str) -> Form {
    let today = clock::today();
    Form::posts("close", "close-title", "close-submit")
        .input(Input::of("from", "close-from").filled(today))
        .input(Input::of("from-hour", "close-from-hour").hint("close-from-hour-hint"))
        .input(Input::of("to", "close-to").filled(today))
        .input(Input::of("to-hour", "close-to-hour").hint("close-to-hour-hint"))
        .input(Input::of("everywhere", "close-everywhere"))
        .input(Input::of("reason", "close-reason").hint("close-reason-hint"))
        .with("counter", counter)
        .check_answers()
}

/// A moment from a day and an hour as it was typed; without an hour, what is said.
fn moment(inputs: &[Field], day: &str, hour: &str, otherwise: u16) -> Result<Result<Instant, (String, Words)>, Failure> {
    let date = inputs.date(day)?;
    let minutes = match inputs.maybe::<String>(hour)? {
        None => otherwise,
        Some(text) => match time(&text) {
            Some(minutes) => minutes,
            None => return Ok(Err((hour.into(), "wrong-hour".into()))),
        },
    };
    // The end of a day is the beginning of the next.
    let (date, minutes) = if minutes == 1_440 { (date.plus_days(1), 0) } else { (date, minutes) };
    Ok(clock::instant_of(date, minutes).ok_or_else(|| (hour.into(), "wrong-hour".into())))
}

/// The action `close`: those who were booked then are cancelled, and told why.
pub(crate) fn close(inputs: &[Field]) -> Result<Answer, Failure> {
    let (from, to) = (moment(inputs, "from", "from-hour", 0)?, moment(inputs, "to", "to-hour", 1_440)?);
    let (from, to) = match (from, to) {
        (Ok(from), Ok(to)) => (from, to),
        (from, to) => return Ok(Answer::rejected([from.err(), to.err()].into_iter().flatten().collect())),
    };
    if to <= from {
        return Ok(Answer::rejected(vec![("to".into(), "wrong-close-order".into())]));
    }
    if to <= clock::now() {
        return Ok(Answer::rejected(vec![("to".into(), "wrong-close-past".into())]));
    }
    let (counter, reason) = (inputs.text("counter")?, inputs.text("reason")?);
    let counters = if inputs.maybe::<bool>("everywhere")?.unwrap_or_default() {
        Counters::read()?.0.into_iter().map(|counter| counter.id).collect()
    } else {
        vec![counter]
    };
    let mut cancelled = Vec::new();
    for counter in &counters {
        match calendar::close(counter, from, to, &reason) {
            Ok(visits) => cancelled.extend(visits),
            Err(Failure::Invalid(violation)) if violation.field == "to" => {
                return Ok(Answer::rejected(vec![("to".into(), "wrong-close-long".into())]));
            }
            Err(Failure::Invalid(violation)) if violation.field == "reason" => {
                return Ok(Answer::rejected(vec![("reason".into(), "wrong-reason-long".into())]));
            }
            Err(other) => return Err(other),
        }
    }
    let count = i64::try_from(cancelled.len()).unwrap_or(i64::MAX);
    if count == 0 {
        return Ok(Answer::done(Notice::of(Tone::Success, "closed-done")).report("cancelled", count));
    }
    // Whoever reads MNotify tomorrow should hear of it today: their names are shown to be called.
    let titles = Titles::read()?;
    let heads = ["field-when", "field-visitor", "field-service"];
    let table = cancelled.iter().fold(Table::of("closed-visitors", heads), |table, one| {
        let cells = vec![one.starts.into(), Value::from(&one.visitor), titles.of(&one.service).into()];
        table.row_opening(cells, Link::to("visit", "visit-open").with("visit", &one.id))
    });
    let screen = Screen::titled("closed-title")
        .under(crate::home_link())
        .notice(Notice::of(Tone::Success, words!("closed-cancelled", count = count)).text("closed-cancelled-text"))
        .table(table)
        .links(vec![Link::to("counters", "counters-title")]);
    Ok(Answer::show(screen).report("cancelled", count))
}

/// The action `reopen`.
pub(crate) fn reopen(inputs: &[Field]) -> Result<Answer, Failure> {
    match calendar::reopen(&inputs.text("closure")?) {
        Ok(()) => Ok(Answer::done(Notice::of(Tone::Success, "reopened").text("reopened-text"))),
        Err(Failure::NotFound) => Ok(told::changed()),
        Err(other) => Err(other),
    }
}
