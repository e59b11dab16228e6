//! A week of a counter as people write it: `8:00-12:00, 13:00-16:30` for each weekday, and one length and number of places for all visits.

use crate::told::{self, hour};
use vatra_sdk::contract::vatra::appointments::calendar::{Hours, Week};
use vatra_sdk::contract::vatra::view::view::{Notice, Summary};
use vatra_sdk::host::calendar;
use vatra_sdk::prelude::*;

/// Names of the form's inputs, from Monday on.
pub(crate) const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
/// Of one visit, in minutes; and visitors at the same time.
const MINUTES: core::ops::RangeInclusive<i64> = 5..=480;
const PLACES: core::ops::RangeInclusive<i64> = 1..=50;
/// Proposed where nothing was set yet: twenty minutes, one visitor.
const USUAL: (u16, u16) = (20, 1);

/// What is wrong with the hours of a day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Wrong {
    /// Not `8:00-12:00`.
    Unreadable,
    /// It closes before it opens.
    Order,
    /// Two parts of the day meet, or stand in the wrong order.
    Overlap,
    /// No visit fits into a part.
    Short,
}

impl Wrong {
    fn words(self) -> Words {
        match self {
            Self::Unreadable => "wrong-hours-unreadable",
            Self::Order => "wrong-hours-order",
            Self::Overlap => "wrong-hours-overlap",
            Self::Short => "wrong-hours-short",
        }
        .into()
    }
}

/// `8`, `8:30`, `08.30` or `24:00` in minutes after midnight.
pub(crate) fn time(text: &str) -> Option<u16> {
    let text = text.trim();
    let (hours, minutes) = text.split_once([':', '.']).unwrap_or((text, "00"));
    let number = |text: &str, longest: usize| -> Option<u16> {
        (!text.is_empty() && text.len() <= longest && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok()).flatten()
    };
    let (hours, minutes) = (number(hours, 2)?, number(minutes, 2).filter(|_| minutes.len() == 2)?);
    let at = hours * 60 + minutes;
    (minutes < 60 && at <= 1_440).then_some(at)
}

/// The parts of a day in which a counter is open; none when nothing is written.
fn day(text: &str, minutes: u16) -> Result<Vec<(u16, u16)>, Wrong> {
    let mut parts: Vec<(u16, u16)> = Vec::new();
    for part in text.split([',', ';']).map(str::trim).filter(|part| !part.is_empty() && !matches!(*part, "-" | "–" | "—")) {
        let (opens, closes) = part.split_once(['-', '–', '—']).ok_or(Wrong::Unreadable)?;
        let (opens, closes) = (time(opens).ok_or(Wrong::Unreadable)?, time(closes).ok_or(Wrong::Unreadable)?);
        if opens >= closes {
            return Err(Wrong::Order);
        }
        if closes - opens < minutes {
            return Err(Wrong::Short);
        }
        if parts.last().is_some_and(|(_, last)| opens < *last) {
            return Err(Wrong::Overlap);
        }
        parts.push((opens, closes));
    }
    Ok(parts)
}

/// The hours of a weekday (1 is Monday) as they are written.
fn written(hours: &[Hours], weekday: u8) -> String {
    let mut parts: Vec<(u16, u16)> = hours.iter().filter(|one| one.weekday == weekday).map(|one| (one.opens, one.closes)).collect();
    parts.sort_unstable();
    let parts: Vec<String> = parts.into_iter().map(|(opens, closes)| format!("{}–{}", hour(opens), hour(closes))).collect();
    parts.join(", ")
}

fn weekdays() -> impl Iterator<Item = (u8, &'static str)> {
    (1_u8..).zip(WEEKDAYS)
}

/// What a week says: its days and hours.
pub(crate) fn summary(title: Words, week: &Week) -> Block {
    let day = |(number, name): (u8, &str)| {
        let hours = written(&week.hours, number);
        (!hours.is_empty()).then(|| Item::of(format!("day-{name}"), hours))
    };
    let mut items: Vec<Item> = weekdays().filter_map(day).collect();
    if let Some(first) = week.hours.first() {
        items.push(Item::of("field-minutes", i64::from(first.minutes)));
        items.push(Item::of("field-places", i64::from(first.places)));
    }
    Block::Summary(Summary { title: Some(title), items })
}

/// The form that sets a counter's week, filled with the one that it has.
pub(crate) fn form(counter: &str, week: Option<&Week>) -> Form {
    let hours = week.map(|week| week.hours.as_slice()).unwrap_or_default();
    let (minutes, places) = hours.first().map_or(USUAL, |first| (first.minutes, first.places));
    let form = Form::posts("set-hours", "hours-title", "hours-submit")
        .input(Input::of("since", "hours-since").hint("hours-since-hint").filled(clock::today()));
    let form = weekdays().fold(form, |form, (number, name)| {
        let input = Input::of(name, format!("day-{name}")).filled(written(hours, number));
        form.input(if number == 1 { input.hint("hours-day-hint") } else { input })
    });
    form.input(Input::of("minutes", "field-minutes").hint("hours-minutes-hint").filled(i64::from(minutes)))
        .input(Input::of("places", "field-places").hint("hours-places-hint").filled(i64::from(places)))
        .with("counter", counter)
}

/// What is wrong with the form, by input.
type Complaints = Vec<(String, Words)>;

/// A week from what was typed, or what is wrong with each input.
fn read(inputs: &[Field]) -> Result<Result<Vec<Hours>, Complaints>, Failure> {
    let mut wrong: Vec<(String, Words)> = Vec::new();
    let (minutes, places) = (inputs.integer("minutes")?, inputs.integer("places")?);
    if !MINUTES.contains(&minutes) {
        wrong.push(("minutes".into(), "wrong-minutes".into()));
    }
    if !PLACES.contains(&places) {
        wrong.push(("places".into(), "wrong-places".into()));
    }
    let (minutes, places) = (u16::try_from(minutes).unwrap_or(USUAL.0), u16::try_from(places).unwrap_or(USUAL.1));
    let mut hours = Vec::new();
    for (weekday, name) in weekdays() {
        match day(&inputs.maybe::<String>(name)?.unwrap_or_default(), minutes) {
            Ok(parts) => hours.extend(parts.into_iter().map(|(opens, closes)| Hours { weekday, opens, closes, minutes, places })),
            Err(rule) => wrong.push((name.into(), rule.words())),
        }
    }
    Ok(if wrong.is_empty() { Ok(hours) } else { Err(wrong) })
}

/// The action `set-hours`. Who no longer fits is kept, and shown to be moved.
pub(crate) fn set(inputs: &[Field]) -> Result<Answer, Failure> {
    let (counter, since) = (inputs.text("counter")?, inputs.date("since")?);
    if since < clock::today() {
        return Ok(Answer::rejected(vec![("since".into(), "wrong-since-past".into())]));
    }
    let hours = match read(inputs)? {
        Ok(hours) => hours,
        Err(wrong) => return Ok(Answer::rejected(wrong)),
    };
    // The services are those of the week that it takes the place of.
    let weeks = calendar::weeks(&counter)?;
    let services = weeks.into_iter().rfind(|week| week.since <= since).map(|week| week.services).unwrap_or_default();
    let left = calendar::set_hours(&counter, &services, &hours, since)?;
    let left = i64::try_from(left.len()).unwrap_or(i64::MAX);
    if left > 0 {
        return Ok(Answer::go(Link::to("displaced", "displaced-title")).report("displaced", left));
    }
    let notice = Notice::of(Tone::Success, told::on("hours-saved", since, Vec::new()));
    let notice = if services.is_empty() { notice.text("hours-saved-no-services") } else { notice };
    Ok(Answer::done(notice).report("displaced", left))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_read_as_people_write_them() {
        for text in ["8:00-12:00, 13:00-16:30", "08.00–12.00; 13.00–16.30", " 8 - 12 ,13-16:30, ", "8:00—12:00,13:00—16:30"] {
            assert_eq!(day(text, 20), Ok(vec![(480, 720), (780, 990)]), "{text}");
        }
        for text in ["", " ", "-", "–"] {
            assert_eq!(day(text, 20), Ok(Vec::new()), "{text}");
        }
        assert_eq!(day("0:00-24:00", 20), Ok(vec![(0, 1_440)]));
        let broken = [
            ("8:00", Wrong::Unreadable),
            ("opt-nouă", Wrong::Unreadable),
            ("8:0-9:00", Wrong::Unreadable),
            ("8:60-9:00", Wrong::Unreadable),
            ("8:00-25:00", Wrong::Unreadable),
            ("8:00-24:01", Wrong::Unreadable),
            ("-8:00", Wrong::Unreadable),
            ("8:00-9:00-10:00", Wrong::Unreadable),
            ("+8:00-9:00", Wrong::Unreadable),
            ("99999999999:00-9:00", Wrong::Unreadable),
            ("12:00-8:00", Wrong::Order),
            ("8:00-8:00", Wrong::Order),
            ("8:00-8:10", Wrong::Short),
            ("8:00-12:00, 11:00-13:00", Wrong::Overlap),
            ("13:00-16:00, 8:00-12:00", Wrong::Overlap),
        ];
        for (text, wrong) in broken {
            assert_eq!(day(text, 20), Err(wrong), "{text}");
        }
    }

    /// Whatever is written of any day is read as the same day; and whatever is read lies within a day, in order, with room for a visit.
    #[test]
    fn what_is_written_is_read_again() {
        let mut seed: u32 = 20_261_001;
        let mut next = |below: u16| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            u16::try_from(seed >> 16).unwrap_or_default() % below
        };
        for _ in 0..2_000 {
            let minutes = 5 + next(60);
            let (mut parts, mut from) = (Vec::new(), 0_u16);
            while parts.len() < usize::from(next(4)) {
                let (opens, length) = (from + next(300), minutes + next(300));
                if opens + length > 1_440 {
                    break;
                }
                parts.push((opens, opens + length));
                from = opens + length;
            }
            let hours: Vec<Hours> =
                parts.iter().map(|(opens, closes)| Hours { weekday: 3, opens: *opens, closes: *closes, minutes, places: 1 }).collect();
            assert_eq!(day(&written(&hours, 3), minutes), Ok(parts));
            assert_eq!(written(&hours, 4), "");
        }
        // Anything typed.
        let letters = ['0', '1', '8', '9', ':', '.', '-', '–', ',', ';', ' ', 'a', '€'];
        for _ in 0..20_000 {
            let text: String = (0..next(16)).filter_map(|_| letters.get(usize::from(next(13)))).collect();
            if let Ok(parts) = day(&text, 20) {
                let mut last = 0;
                for (opens, closes) in parts {
                    assert!(last <= opens && opens + 20 <= closes && closes <= 1_440, "{text}");
                    last = closes;
                }
            }
        }
    }

    #[test]
    fn every_mistake_of_a_week_is_told_at_its_place() {
        let typed = fields!["minutes" => 20_i64, "places" => 2_i64, "monday" => "8:00-9:00", "tuesday" => "x", "friday" => "9-8"];
        let wrong = read(&typed).map(|read| read.map_err(|wrong| wrong.into_iter().map(|(name, _)| name).collect::<Vec<_>>()));
        assert_eq!(wrong, Ok(Err(vec!["tuesday".to_owned(), "friday".to_owned()])));
        let typed = fields!["minutes" => 20_i64, "places" => 2_i64, "monday" => "8:00-9:00"];
        assert_eq!(read(&typed), Ok(Ok(vec![Hours { weekday: 1, opens: 480, closes: 540, minutes: 20, places: 2 }])));
        let typed = fields!["minutes" => 0_i64, "places" => 51_i64];
        assert!(matches!(read(&typed), Ok(Err(wrong)) if wrong.len() == 2));
        assert_eq!(read(&fields!["places" => 1_i64]).err(), Some(invalid("minutes", "required")));
    }
}
