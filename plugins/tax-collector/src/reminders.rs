//! Reminders before and after the date of a notice, as the municipality's setting `reminders` says, by a job of every day. Each is sent once, also when
//! the host was down on its day.

use crate::messages::{self, AFTER, BEFORE, Letter};
use crate::notices::{Notice, Status};
use vatra_sdk::contract::vatra::config::settings;
use vatra_sdk::prelude::*;

/// The job of the manifest.
pub(crate) const JOB: &str = "reminders";
/// The setting.
const SETTING: &str = "reminders";
/// Notices of one step.
const STEP: u32 = 200;
/// A reminder that is later than this many days is not sent any more.
const LATE: u32 = 5;

/// When a reminder is sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Rule {
    before: bool,
    days: u32,
}

impl Rule {
    /// What the register calls it; also what makes it one of a kind.
    fn kind(self) -> &'static str {
        if self.before { "reminder-before" } else { "reminder-after" }
    }

    /// The dates of the notices that it reminds of today: from, and up to.
    fn due(self, today: Date) -> (Date, Date) {
        if self.before {
            // Not once the date has passed: that is the other kind's.
            let last = today.plus_days(self.days);
            (today.plus_days(self.days.saturating_sub(LATE)), last)
        } else {
            (back(today, self.days + LATE), back(today, self.days))
        }
    }
}

fn back(date: Date, days: u32) -> Date {
    (0..days).fold(date, |date, _| date.yesterday())
}

fn rules() -> Result<Vec<Rule>, Failure> {
    let rows = match settings::table(SETTING, clock::today()) {
        Ok(rows) => rows,
        Err(Failure::Denied(_) | Failure::NotFound) => return Ok(Vec::new()),
        Err(other) => return Err(other),
    };
    let rule = |row: &Vec<Field>| {
        let row = row.as_slice();
        let days = u32::try_from(row.integer("days").ok()?).ok().filter(|days| *days <= 365)?;
        Some(Rule { before: row.text("when").ok()? == "before", days })
    };
    Ok(rows.iter().filter_map(rule).collect())
}

/// A step of the job. The cursor: which rule, which status, how many were sent, and where in the notices the step begins.
pub(crate) fn step(cursor: Option<String>) -> Result<Progress, Failure> {
    let rules = rules()?;
    let cursor = cursor.unwrap_or_default();
    let mut parts = cursor.splitn(3, ' ');
    let at: usize = parts.next().and_then(|at| at.parse().ok()).unwrap_or(0);
    let sent: u64 = parts.next().and_then(|sent| sent.parse().ok()).unwrap_or(0);
    let from = parts.next();
    let statuses = [Status::Open, Status::PartlyPaid];
    let (Some(rule), Some(status)) = (rules.get(at / statuses.len()).copied(), statuses.get(at % statuses.len())) else {
        return Ok(Progress { cursor: None, done: sent, total: Some(sent), note: String::new() });
    };
    let (first, last) = rule.due(clock::today());
    let query = Query::of("notices")
        .only("due-date", Comparison::AtLeast, first)
        .only("due-date", Comparison::AtMost, last)
        .equal("status", Choice(status.code()))
        .sort("due-date");
    let page = registers::find(&query, STEP, from)?;
    let said: &Letter = if rule.before { &BEFORE } else { &AFTER };
    let kind = format!("{}-{}", rule.kind(), rule.days);
    let mut letters = Vec::new();
    for entry in &page.entries {
        let notice = Notice::read(entry)?;
        let key = Value::Text(messages::key(&notice.at, &kind));
        let gone = notice.expires.is_some_and(|expires| expires < clock::today());
        if gone || registers::lookup("messages", "key", &key)?.is_some() {
            continue;
        }
        letters.push((
            notice.at.clone(),
            messages::letter(said, &notice.taxpayer, notice.amount - notice.paid, notice.due_date, &notice.order, None),
        ));
    }
    let sent = sent + letters.len() as u64;
    messages::send_keyed(letters, rule.kind(), &kind)?;
    let next = match page.next {
        Some(next) => format!("{at} {sent} {next}"),
        None => format!("{} {sent}", at + 1),
    };
    Ok(Progress { cursor: Some(next), done: sent, total: None, note: String::new() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reminder_has_a_few_days_to_be_sent() {
        let today = Date::of(2026, 9, 20);
        assert_eq!(Rule { before: true, days: 7 }.due(today), (Date::of(2026, 9, 22), Date::of(2026, 9, 27)));
        assert_eq!(Rule { before: true, days: 3 }.due(today), (today, Date::of(2026, 9, 23)));
        assert_eq!(Rule { before: false, days: 1 }.due(today), (Date::of(2026, 9, 14), Date::of(2026, 9, 19)));
    }
}
