//! The calendar of the counters: on each day how many visitors each has, and when it is closed.

use crate::home_link;
use crate::told::Counters;
use vatra_sdk::contract::vatra::appointments::types::{Appointment, Standing};
use vatra_sdk::contract::vatra::view::view::{Calendar, CalendarItem};
use vatra_sdk::host::calendar;
use vatra_sdk::prelude::*;

/// Days that are shown: as many as the host lists at once.
const DAYS: u16 = 62;

/// How many visitors a counter has on a day, and when the first comes.
fn counted(visits: &[Appointment], day_of: impl Fn(Instant) -> Date) -> BTreeMap<(Date, &str), (Instant, i64)> {
    let mut days: BTreeMap<(Date, &str), (Instant, i64)> = BTreeMap::new();
    for one in visits.iter().filter(|one| one.standing != Standing::Cancelled) {
        let entry = days.entry((day_of(one.starts), one.counter.as_str())).or_insert((one.starts, 0));
        *entry = (entry.0.min(one.starts), entry.1 + 1);
    }
    days
}

/// The screen `calendar`.
pub(crate) fn screen(parameters: &[Field]) -> Result<Screen, Failure> {
    let only = parameters.maybe::<String>("counter")?;
    let counters = Counters::read()?;
    let today = clock::today();
    let from = Date { day: 1, ..today };
    let last = from.plus_days(u32::from(DAYS) - 1);
    let visits = calendar::visits(only.as_deref(), from, last)?;
    let visitors = counted(&visits, clock::date_of).into_iter().map(|((date, counter), (first, count))| CalendarItem {
        at: first,
        minutes: 0,
        label: words!("calendar-line", counter = counters.title(counter), count = count),
        tone: if date < today { Tone::Neutral } else { Tone::Success },
        opens: Some(Link::to("day", "calendar-open").with("date", date).with("counter", counter)),
        button: None,
    });
    let mut items: Vec<CalendarItem> = visitors.collect();
    for closure in calendar::closures(only.as_deref(), clock::now())? {
        let mut date = clock::date_of(closure.from).max(from);
        while date <= last {
            let begins = clock::instant_of(date, 0).unwrap_or(closure.from);
            if begins >= closure.to {
                break;
            }
            items.push(CalendarItem {
                at: begins.max(closure.from),
                minutes: 0,
                label: words!("calendar-closed", counter = counters.title(&closure.counter)),
                tone: Tone::Danger,
                opens: Some(Link::to("counter", "calendar-open").with("counter", &closure.counter)),
                button: None,
            });
            date = date.plus_days(1);
        }
    }
    let mut links: Vec<Link> = Vec::new();
    if only.is_some() {
        links.push(Link::to("calendar", "day-all-counters"));
    } else if counters.0.len() > 1 {
        let link = |counter: &vatra_sdk::contract::vatra::appointments::types::Counter| {
            Link::to("calendar", words!("calendar-only", counter = &counter.title)).with("counter", &counter.id)
        };
        links.extend(counters.0.iter().map(link));
    }
    let title = match &only {
        Some(counter) => words!("calendar-of", counter = counters.title(counter)),
        None => "calendar-title".into(),
    };
    let calendar = Calendar { id: "visits".into(), title: "calendar-days".into(), from, days: DAYS, items, empty: "calendar-empty".into() };
    Ok(Screen::titled(title).under(home_link()).links(links).block(Block::Calendar(calendar)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cancelled_visits_are_not_counted() {
        let visit = |starts, counter: &str, standing| Appointment {
            id: String::new(),
            number: None,
            version: 1,
            service: "certificate".into(),
            counter: counter.into(),
            starts,
            minutes: 20,
            visitor: Subject { token: String::new() },
            standing,
            case: None,
            note: String::new(),
            called_at: None,
        };
        let visits = [
            visit(30, "a", Standing::Booked),
            visit(20, "a", Standing::Served),
            visit(10, "a", Standing::Cancelled),
            visit(40, "b", Standing::Missed),
        ];
        let day = Date::of(2026, 10, 1);
        let days = counted(&visits, |_| day);
        assert_eq!(days.into_iter().collect::<Vec<_>>(), [((day, "a"), (20, 2)), ((day, "b"), (40, 1))]);
    }
}
