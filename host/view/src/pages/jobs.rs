//! Jobs of modules: how far one is, and the administrator's list of all.

use super::administration::{Place, frame_page};
use super::{HostPage, home_link, render};
use crate::explain;
use crate::format;
use crate::messages::{say, say_with};
use crate::page::Frame;
use crate::ui::{Anchor, Cell, Fact, Grid, Head, Piece, Press, Row, Said};
use vatra_core::bulk::Came;
use vatra_core::jobs::{Job, Standing};
use vatra_core::manifest::Language;
use vatra_core::view::Tone;

/// Seconds after which the page is asked for anew where no scripts run.
const AGAIN: u32 = 5;

/// A job with what is said of it.
#[derive(Clone, Debug)]
pub struct JobView {
    /// The job.
    pub job: Job,
    /// What it is called.
    pub title: String,
    /// Its module's title and address.
    pub module: Anchor,
    /// Who started it; none when it was its schedule or an event.
    pub who: Option<String>,
    /// Its page.
    pub href: String,
    /// The page that it was started from, where that is known.
    pub back: Option<String>,
}

fn standing(language: Language, job: &Job) -> Cell {
    let (key, tone) = match job.standing {
        _ if job.cancelling && job.standing.is_open() => ("job-stopping", Tone::Warning),
        Standing::Waiting | Standing::Running if job.attempts > 0 => ("job-retrying", Tone::Warning),
        Standing::Waiting => ("job-waiting", Tone::Neutral),
        Standing::Running => ("job-running", Tone::Neutral),
        Standing::Finished => ("job-finished", Tone::Success),
        Standing::Failed => ("job-failed", Tone::Danger),
        Standing::Cancelled => ("job-cancelled", Tone::Warning),
    };
    Cell::tag(say(language, key), tone)
}

fn progress(language: Language, job: &Job) -> String {
    let done = format::number(i64::try_from(job.done).unwrap_or(i64::MAX), language);
    match job.total {
        Some(total) => {
            let total = format::number(i64::try_from(total).unwrap_or(i64::MAX), language);
            say_with(language, "job-done-of", &[("done", done.into()), ("total", total.into())])
        }
        None => say_with(language, "job-done", &[("done", done.into())]),
    }
}

/// Why its last step failed, in words.
fn trouble(language: Language, failure: &str) -> String {
    let mut parts = failure.splitn(3, ':');
    match (parts.next().unwrap_or_default(), parts.next(), parts.next()) {
        ("denied", Some(capability), Some(rule)) => {
            let denial = vatra_core::grants::Denial::new(capability, rule, "");
            explain::explain(&denial, &explain::capability_title(capability, language), language)
        }
        ("over-budget", Some(budget), _) => {
            let budget = crate::messages::find(language, &format!("budget-{budget}")).unwrap_or_else(|| budget.to_owned());
            say_with(language, "job-over-budget", &[("budget", budget.into())])
        }
        ("invalid", Some(rule), _) => explain::rule(rule, language),
        ("unavailable", ..) => say(language, "job-unavailable"),
        ("not-found", ..) => say(language, "job-not-found"),
        ("conflict", ..) => say(language, "job-conflict"),
        _ => say(language, "job-broke"),
    }
}

/// What came of the entries of a job that performs an action on many.
#[derive(Clone, Debug)]
pub struct BulkResults {
    /// Performed.
    pub done: u64,
    /// Refused.
    pub refused: u64,
    /// The first ones that were refused or else performed: the entry with where it is shown, what came of it, and why.
    pub rows: Vec<(Cell, Came, String)>,
    /// Where all of them are downloaded.
    pub csv: String,
}

/// What came of an entry, in words.
pub fn came(language: Language, came: Came) -> String {
    say(language, &format!("bulk-{}", came.code()))
}

fn results(language: Language, bulk: &BulkResults) -> Vec<Piece> {
    let tone = |came: &Came| match came {
        Came::Done => Tone::Success,
        Came::Refused => Tone::Danger,
        Came::Waiting => Tone::Neutral,
    };
    let row = |(entry, what, reason): &(Cell, Came, String)| Row {
        cells: vec![entry.clone(), Cell::tag(came(language, *what), tone(what)), Cell::text(format::strip_controls(reason))],
        ..Row::default()
    };
    let number = |count: u64| format::number(i64::try_from(count).unwrap_or(i64::MAX), language);
    let counts = say_with(language, "bulk-counts", &[("done", number(bulk.done).into()), ("refused", number(bulk.refused).into())]);
    let grid = Grid {
        id: "bulk".to_owned(),
        caption: say(language, "bulk-results"),
        heads: ["bulk-entry", "bulk-result", "bulk-reason"].iter().map(|key| Head::text(say(language, key))).collect(),
        rows: bulk.rows.iter().map(row).collect(),
        empty: say(language, "empty-table"),
        status: Some(counts),
        exports: vec![Anchor::new(say(language, "bulk-csv"), bulk.csv.clone())],
        stacked: true,
        ..Grid::default()
    };
    vec![Piece::Grid(Box::new(grid))]
}

/// The page of a job, which is asked for anew as long as it goes on. `cancel` is where it is stopped.
pub fn job(frame: &Frame<'_>, view: &JobView, cancel: &str, bulk: Option<&BulkResults>) -> String {
    let language = frame.language;
    let job = &view.job;
    let open = job.standing.is_open();
    let fact = |key: &str, cell: Cell| Fact::new(say(language, key), cell);
    let instant = |at: vatra_core::clock::Instant| Cell::text(format::instant(at, language));
    let mut facts = vec![fact("job-standing", standing(language, job)), fact("job-created", instant(job.created_at))];
    facts.extend(job.ended_at.map(|at| fact("job-ended", instant(at))));
    facts.push(fact("job-by", Cell::text(view.who.clone().unwrap_or_else(|| say(language, "job-by-itself")))));
    if !job.note.is_empty() {
        facts.push(fact("job-note", Cell::text(format::strip_controls(&job.note))));
    }
    let mut live = Vec::new();
    if open || job.total.is_some() {
        live.push(Piece::Progress { label: view.title.clone(), done: job.done, total: job.total, text: progress(language, job) });
    }
    live.push(Piece::Facts { title: None, facts });
    if !job.failure.is_empty() {
        let tone = if job.standing == Standing::Failed { Tone::Danger } else { Tone::Warning };
        let key = if open { "job-tried-again" } else { "job-failed-title" };
        live.push(Piece::Notice(Said { tone, title: say(language, key), text: Some(trouble(language, &job.failure)) }));
    }
    if open && !job.cancelling {
        live.push(Piece::Buttons(vec![Press {
            label: say(language, "job-cancel"),
            tone: Tone::Danger,
            post: true,
            action: cancel.to_owned(),
            hidden: Vec::new(),
            primary: false,
        }]));
    }
    live.extend(bulk.into_iter().flat_map(|bulk| results(language, bulk)));
    let mut links: Vec<Anchor> = view.back.iter().map(|back| Anchor::new(say(language, "job-back"), back.clone())).collect();
    links.push(view.module.clone());
    if open {
        links.insert(0, Anchor::new(say(language, "job-look-again"), view.href.clone()));
    }
    live.push(Piece::Links(links));
    let page = HostPage {
        title: view.title.clone(),
        breadcrumbs: vec![home_link(frame), view.module.clone()],
        pieces: vec![Piece::Live { id: "job".to_owned(), href: open.then(|| view.href.clone()), pieces: live }],
        refresh: open.then_some(AGAIN),
        ..HostPage::default()
    };
    render(frame, &page)
}

/// The administrator's list: newest first.
pub fn list(frame: &Frame<'_>, base: &str, jobs: &[JobView]) -> String {
    let language = frame.language;
    let row = |view: &JobView| Row {
        cells: vec![
            Cell::link(view.title.clone(), view.href.clone()),
            Cell::text(view.module.text.clone()),
            standing(language, &view.job),
            Cell::text(progress(language, &view.job)),
            Cell { nowrap: true, ..Cell::text(format::instant(view.job.created_at, language)) },
            Cell::text(view.who.clone().unwrap_or_else(|| say(language, "job-by-itself"))),
        ],
        ..Row::default()
    };
    let heads = ["job-what", "work-module", "job-standing", "job-progress", "job-created", "job-by"];
    let grid = Grid {
        id: "jobs".to_owned(),
        caption: say(language, "jobs-caption"),
        heads: heads.iter().map(|key| Head::text(say(language, key))).collect(),
        rows: jobs.iter().map(row).collect(),
        empty: say(language, "jobs-empty"),
        ..Grid::default()
    };
    render(frame, &frame_page(language, base, Place::Jobs, say(language, "jobs-title"), vec![Piece::Grid(Box::new(grid))]))
}
