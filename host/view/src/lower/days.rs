//! Calendars: months and weeks as a grid, days as a list.

use super::Lower;
use crate::format;
use crate::messages::{say, say_with};
use crate::ui::{Anchor, Day, Days, Piece, Slot};
use crate::urls;
use chrono::{Datelike, Days as Add, NaiveDate, Weekday};
use std::collections::BTreeMap;
use vatra_core::manifest::Language;
use vatra_core::view::{Calendar, CalendarItem};

/// Weeks of a month's page.
const WEEKS: u64 = 6;

#[derive(Clone, Copy, PartialEq)]
enum Span {
    Month,
    Week,
    List,
}

impl Span {
    const ALL: [(Self, &'static str); 3] = [(Self::Month, "month"), (Self::Week, "week"), (Self::List, "list")];
}

impl Lower<'_> {
    pub(super) fn calendar(&self, calendar: &Calendar) -> Piece {
        let language = self.language();
        let last = calendar.from.checked_add_days(Add::new(u64::from(calendar.days.max(1)) - 1)).unwrap_or(calendar.from);
        let asked = |what: &str| {
            let mut found = self.context.frame.query.iter().rev().filter(|(name, _)| name.strip_prefix(calendar.id.as_str()) == Some(what));
            found.next().map(|(_, value)| value.as_str())
        };
        let span = asked(".as").and_then(|asked| Span::ALL.into_iter().find(|(_, code)| *code == asked)).map(|(span, _)| span);
        let span = span.unwrap_or(if calendar.days > 14 { Span::Month } else { Span::Week });
        let day = asked(".day").and_then(crate::inputs::parse_date).unwrap_or(calendar.from).clamp(calendar.from, last);
        let (first, end) = match span {
            Span::Month => {
                let first = day.with_day(1).unwrap_or(day);
                (first, next_month(first).pred_opt().unwrap_or(first))
            }
            Span::Week => (monday(day), monday(day).checked_add_days(Add::new(6)).unwrap_or(day)),
            Span::List => (calendar.from, last),
        };
        let mut on: BTreeMap<NaiveDate, Vec<&CalendarItem>> = BTreeMap::new();
        for item in &calendar.items {
            on.entry(item.at.civil_date()).or_default().push(item);
        }
        on.values_mut().for_each(|items| items.sort_by_key(|item| item.at));
        let within = |day: NaiveDate| (calendar.from..=last).contains(&day) && (first..=end).contains(&day);
        let make = |day: NaiveDate| {
            let slots = on.get(&day).filter(|_| within(day)).into_iter().flatten().map(|item| self.slot(item));
            Day {
                number: day.day().to_string(),
                name: long(day, language),
                date: day.to_string(),
                within: within(day),
                slots: slots.collect(),
            }
        };
        let weeks = if span == Span::List {
            vec![on.keys().filter(|day| within(**day)).map(|day| make(*day)).collect()]
        } else {
            let weeks =
                (0..if span == Span::Week { 1 } else { WEEKS }).filter_map(|week| monday(first).checked_add_days(Add::new(week * 7)));
            let weeks = weeks.take_while(|week| *week <= end);
            let weeks = weeks.map(|week| (0..7).filter_map(|day| week.checked_add_days(Add::new(day))).map(make).collect::<Vec<Day>>());
            weeks.filter(|week| week.iter().any(|day| day.within)).collect()
        };
        let url = |span: Span, day: NaiveDate| {
            let names = [format!("{}.as", calendar.id), format!("{}.day", calendar.id)];
            let [as_name, day_name] = &names;
            let mut pairs = self.context.query_without(&[as_name, day_name, "confirm", "confirm.", "export"]);
            let code = Span::ALL.into_iter().find(|(other, _)| *other == span).map_or("list", |(_, code)| code);
            pairs.push((as_name.clone(), code.to_owned()));
            pairs.push((day_name.clone(), day.to_string()));
            format!("{}#c-{}", urls::with_query(self.context.frame.path, pairs), calendar.id)
        };
        let title = self.wording.words(&calendar.title);
        let turn = |key: &str, to: Option<NaiveDate>| Some(Anchor::new(say(language, key), url(span, to?)));
        let words = |span: Span| match span {
            Span::Month => month(first, language),
            _ => format!("{} – {}", format::date(first, language), format::date(end, language)),
        };
        let (before, after) = match span {
            Span::Month => ("calendar-month-before", "calendar-month-after"),
            _ => ("calendar-week-before", "calendar-week-after"),
        };
        let turns = span != Span::List;
        Piece::Days(Box::new(Days {
            id: format!("c-{}", calendar.id),
            span: words(span),
            ways: Span::ALL.map(|(other, code)| (say(language, &format!("calendar-{code}")), url(other, day), other == span)).to_vec(),
            previous: turn(before, first.pred_opt().filter(|day| turns && *day >= calendar.from)),
            next: turn(after, end.succ_opt().filter(|day| turns && *day <= last)),
            heads: if turns { (0..7).map(|day| say(language, &format!("weekday-short-{day}"))).collect() } else { Vec::new() },
            weeks,
            hidden: self.hidden(),
            empty: calendar.items.is_empty().then(|| self.wording.words(&calendar.empty)),
            title,
        }))
    }

    fn slot(&self, item: &CalendarItem) -> Slot {
        let time =
            |instant: vatra_core::clock::Instant| instant.local_text().split_once(' ').map(|(_, time)| time.to_owned()).unwrap_or_default();
        let begins = time(item.at);
        let time =
            if item.minutes == 0 { begins } else { format!("{begins}–{}", time(item.at.plus_seconds(i64::from(item.minutes) * 60))) };
        let button = item.button.as_ref().filter(|button| self.context.may_perform(&button.action));
        let press = button.filter(|button| button.confirm.is_none());
        let asks = button.filter(|button| button.confirm.is_some()).and_then(|button| self.press(button));
        let opens = item.opens.as_ref().filter(|link| self.context.may_open(&link.screen));
        Slot {
            time,
            text: self.wording.words(&item.label),
            tone: item.tone,
            asks: asks.is_some(),
            href: asks
                .map(|press| urls::with_query(&press.action, press.hidden))
                .or_else(|| opens.map(|link| urls::screen_url(self.context.base, &link.screen, &link.parameters))),
            press: press.map(|button| {
                (urls::action_url(self.context.base, &button.action), urls::to_query(urls::parameters_to_pairs(&button.parameters)))
            }),
        }
    }
}

fn monday(day: NaiveDate) -> NaiveDate {
    day.week(Weekday::Mon).first_day()
}

fn next_month(first: NaiveDate) -> NaiveDate {
    first.checked_add_months(chrono::Months::new(1)).unwrap_or(first)
}

/// `Septembrie 2026`
fn month(day: NaiveDate, language: Language) -> String {
    format!("{} {}", say(language, &format!("month-{}", day.month())), day.year())
}

/// `luni, 21 septembrie 2026`
fn long(day: NaiveDate, language: Language) -> String {
    let weekday = say(language, &format!("weekday-{}", day.weekday().num_days_from_monday()));
    let month = say(language, &format!("month-of-{}", day.month()));
    say_with(
        language,
        "long-date",
        &[
            ("weekday", weekday.into()),
            ("day", day.day().to_string().into()),
            ("month", month.into()),
            ("year", day.year().to_string().into()),
        ],
    )
}
