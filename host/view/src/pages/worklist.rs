//! The worklist on a municipality's home page, and the page of one task.

use super::{HostPage, home_link, render};
use crate::format;
use crate::messages::{say, say_with};
use crate::page::Frame;
use crate::ui::{Anchor, Ask, Cell, Choice, Control, Event, Fact, Grid, Head, PageLink, Pages, Piece, Press, Row, Sheet, Tab};
use crate::urls;
use chrono::NaiveDate;
use vatra_core::manifest::Language;
use vatra_core::tasks::{Priority, Scope, Standing, Turn};
use vatra_core::value::Money;
use vatra_core::view::Tone;

/// In addresses: what is shown.
pub const SHOW: &str = "show";
/// In addresses: the page, from 1.
pub const PAGE: &str = "page";
/// Of [`SHOW`]: what waits to be paid.
pub const PAYMENT: &str = "payment";
/// In forms: the version that was seen.
pub const VERSION: &str = "version";
/// In forms: to whom.
pub const TO: &str = "to";
/// In forms: why.
pub const REASON: &str = "reason";
/// In forms: the page to go back to.
pub const BACK: &str = "back";
/// Rows a page.
pub const ROWS: u32 = 25;

/// A date with the working days that are left until it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Due {
    /// The date.
    pub date: NaiveDate,
    /// Working days until then; negative when it has passed.
    pub days: i64,
    /// Today.
    pub today: NaiveDate,
}

impl Due {
    fn cell(self, language: Language) -> Cell {
        let Self { date, days, today } = self;
        let count = days.unsigned_abs();
        let left = |key: &str| say_with(language, key, &[("count", count.into())]);
        let words = match (date.cmp(&today), count) {
            (std::cmp::Ordering::Equal, _) => say(language, "work-due-today"),
            (std::cmp::Ordering::Greater, _) => left("work-due-in"),
            (std::cmp::Ordering::Less, _) => left("work-late-by"),
        };
        let text = format!("{} · {words}", format::date(date, language));
        if date < today { Cell::tag(text, Tone::Danger) } else { Cell::text(text) }
    }
}

/// A task of a worklist.
#[derive(Clone, Debug)]
pub struct Item {
    /// Its title in the reader's language, with the number of what it is about.
    pub title: String,
    /// Where it is done; none when its module cannot be opened.
    pub href: Option<String>,
    /// Its own page.
    pub details: String,
    /// The module's title.
    pub module: String,
    /// By when.
    pub due: Option<Due>,
    /// How much it matters.
    pub priority: Priority,
    /// Who has it.
    pub assignee: Option<String>,
    /// Where the reader claims it, and the version that they see; none when somebody has it.
    pub claim: Option<(String, u32)>,
}

/// An order that waits for being paid.
#[derive(Clone, Debug)]
pub struct Payment {
    /// Its number.
    pub number: String,
    /// What for.
    pub reason: String,
    /// The module's title and address.
    pub module: Anchor,
    /// By when.
    pub due: Option<Due>,
    /// What is left to be paid.
    pub rest: Money,
}

/// What a worklist shows.
#[derive(Clone, Debug)]
pub enum Shown {
    /// Tasks.
    Tasks(Scope, Vec<Item>),
    /// Orders to be paid.
    Payments(Vec<Payment>),
}

/// A worklist.
#[derive(Clone, Debug)]
pub struct Work {
    /// What of it is shown.
    pub shown: Shown,
    /// How many tasks there are, in the order of [`Scope::ALL`].
    pub tasks: [u64; 4],
    /// How many orders wait.
    pub payments: u64,
    /// What is shown is counted no further.
    pub most: u64,
    /// Nor are the others.
    pub most_elsewhere: u64,
    /// The page shown, from 1.
    pub page: u32,
}

impl Work {
    fn count(&self, count: u64, shown: bool) -> String {
        let most = if shown { self.most } else { self.most_elsewhere };
        if count >= most { format!("{most}+") } else { count.to_string() }
    }
    fn total(&self) -> u64 {
        match &self.shown {
            Shown::Tasks(scope, _) => {
                Scope::ALL.iter().position(|all| all == scope).and_then(|at| self.tasks.get(at)).copied().unwrap_or(0)
            }
            Shown::Payments(_) => self.payments,
        }
    }
}

/// The pieces of the home page; `signing` is the queue, and how many requests wait in it.
pub(super) fn pieces(frame: &Frame<'_>, work: &Work, signing: Option<&(String, usize)>) -> Vec<Piece> {
    let language = frame.language;
    let shows = |code: &str| urls::with_query(frame.path, [(SHOW, code)]);
    let mut tabs: Vec<Tab> = Scope::ALL
        .iter()
        .zip(work.tasks)
        .map(|(scope, count)| {
            let current = matches!(&work.shown, Shown::Tasks(shown, _) if shown == scope);
            let link = Anchor::new(say(language, &format!("work-{}", scope.code())), shows(scope.code()));
            Tab { link, count: Some(work.count(count, current)), current }
        })
        .collect();
    tabs.extend(signing.map(|(href, waits)| Tab {
        link: Anchor::new(say(language, "work-signing"), href.clone()),
        count: Some(waits.to_string()),
        current: false,
    }));
    let current = matches!(work.shown, Shown::Payments(_));
    let link = Anchor::new(say(language, "work-payment"), shows(PAYMENT));
    tabs.push(Tab { link, count: Some(work.count(work.payments, current)), current });
    let (code, grid) = match &work.shown {
        Shown::Tasks(scope, items) => (scope.code(), tasks(frame, *scope, items)),
        Shown::Payments(orders) => (PAYMENT, payments(language, orders)),
    };
    let pages = pages(work, &grid.caption, |page| urls::with_query(frame.path, [(SHOW, code), (PAGE, page.to_string().as_str())]));
    let grid = Grid { id: "worklist".to_owned(), empty: say(language, &format!("work-{code}-empty")), pages, ..grid };
    vec![Piece::Tabs { label: say(language, "work"), tabs }, Piece::Grid(Box::new(grid))]
}

fn pages(work: &Work, caption: &str, href: impl Fn(u32) -> String) -> Option<Pages> {
    let last = u32::try_from(work.total().div_ceil(u64::from(ROWS))).unwrap_or(u32::MAX);
    if last <= 1 {
        return None;
    }
    let near = |page: &u32| *page == 1 || *page == last || page.abs_diff(work.page) <= 1;
    let mut numbers = Vec::new();
    let mut before = 0;
    for page in (1..=last).filter(near) {
        if page > before + 1 {
            numbers.push(PageLink { page: None, href: String::new(), current: false });
        }
        numbers.push(PageLink { page: Some(page), href: href(page), current: page == work.page });
        before = page;
    }
    Some(Pages {
        label: caption.to_owned(),
        previous: (work.page > 1).then(|| href(work.page - 1)),
        next: (work.page < last).then(|| href(work.page + 1)),
        numbers,
    })
}

fn heads(language: Language, keys: &[&str]) -> Vec<Head> {
    keys.iter().map(|key| Head { numeric: *key == "work-rest", ..Head::text(say(language, key)) }).collect()
}

fn tasks(frame: &Frame<'_>, scope: Scope, items: &[Item]) -> Grid {
    let language = frame.language;
    let row = |item: &Item| {
        let title = match item.priority {
            Priority::High => format!("{} ({})", item.title, say(language, "work-urgent")),
            Priority::Normal | Priority::Low => item.title.clone(),
        };
        let claim = item.claim.as_ref().map(|(action, version)| {
            let hidden = vec![(VERSION.to_owned(), version.to_string()), (BACK.to_owned(), urls::with_query(frame.path, pairs(frame)))];
            Box::new(press(say(language, "work-claim"), action.clone(), hidden))
        });
        let whose = match (claim, &item.assignee) {
            (Some(press), _) => Cell { press: Some(press), ..Cell::text(item.title.clone()) },
            (None, assignee) => Cell::text(assignee.clone().unwrap_or_default()),
        };
        Row {
            cells: vec![
                Cell { href: item.href.clone(), ..Cell::text(title) },
                Cell::text(item.module.clone()),
                item.due.map(|due| due.cell(language)).unwrap_or_default(),
                whose,
                Cell::link(say(language, "work-details"), item.details.clone()),
            ],
            ..Row::default()
        }
    };
    Grid {
        caption: say(language, &format!("work-{}-caption", scope.code())),
        heads: heads(language, &["work-task", "work-module", "work-due", "work-assignee", "work-more"]),
        rows: items.iter().map(row).collect(),
        ..Grid::default()
    }
}

fn pairs<'a>(frame: &'a Frame<'_>) -> impl Iterator<Item = (&'a str, &'a str)> {
    frame.query.iter().filter(|(name, _)| name == SHOW || name == PAGE).map(|(name, value)| (name.as_str(), value.as_str()))
}

fn press(label: String, action: String, hidden: Vec<(String, String)>) -> Press {
    Press { label, tone: Tone::Neutral, post: true, action, hidden, primary: false }
}

fn payments(language: Language, orders: &[Payment]) -> Grid {
    let row = |order: &Payment| Row {
        cells: vec![
            Cell { nowrap: true, ..Cell::text(order.number.clone()) },
            Cell::text(format::strip_controls(&order.reason)),
            Cell::link(order.module.text.clone(), order.module.href.clone()),
            order.due.map(|due| due.cell(language)).unwrap_or_default(),
            Cell { numeric: true, nowrap: true, ..Cell::text(format::money(order.rest, language)) },
        ],
        ..Row::default()
    };
    Grid {
        caption: say(language, "work-payment-caption"),
        heads: heads(language, &["work-order", "work-reason", "work-module", "work-due", "work-rest"]),
        rows: orders.iter().map(row).collect(),
        ..Grid::default()
    }
}

/// What somebody did to a task.
#[derive(Clone, Debug)]
pub struct Step {
    /// What.
    pub turn: Turn,
    /// When.
    pub at: vatra_core::clock::Instant,
    /// Who.
    pub who: Option<String>,
    /// To whom.
    pub assignee: Option<String>,
    /// Why.
    pub reason: String,
}

/// The page of a task.
#[derive(Clone, Debug)]
pub struct TaskPage {
    /// As in the worklist.
    pub item: Item,
    /// What kind of task it is, when its module says.
    pub kind: Option<String>,
    /// The words of the link to where it is done.
    pub opens: String,
    /// How far it is.
    pub standing: Standing,
    /// Who may claim it, in words.
    pub role: String,
    /// Said last.
    pub note: String,
    /// `/{municipality}/tasks/{task}`
    pub base: String,
    /// The version seen.
    pub version: u32,
    /// The reader has it.
    pub mine: bool,
    /// Who may be given it: their ids and names.
    pub holders: Vec<(String, String)>,
    /// What was done to it, oldest first.
    pub steps: Vec<Step>,
}

/// The page of a task: what it is, who has it, and to whom it goes. `wrong` is what is wrong with what was posted: the input, and a message's key.
pub fn task(frame: &Frame<'_>, task: &TaskPage, wrong: Option<(&str, &str)>) -> String {
    let language = frame.language;
    let item = &task.item;
    let fact = |key: &str, cell: Cell| Fact::new(say(language, key), cell);
    let (standing, tone) = match task.standing {
        Standing::Open => ("task-open", Tone::Warning),
        Standing::Claimed => ("task-claimed", Tone::Neutral),
        Standing::Done => ("task-done", Tone::Success),
        Standing::Cancelled => ("task-cancelled", Tone::Neutral),
    };
    let mut facts =
        vec![fact("task-standing", Cell::tag(say(language, standing), tone)), fact("work-module", Cell::text(item.module.clone()))];
    facts.extend(task.kind.clone().map(|kind| fact("task-kind", Cell::text(kind))));
    facts.push(fact("work-due", item.due.map(|due| due.cell(language)).unwrap_or_default()));
    facts.push(fact("task-role", Cell::text(task.role.clone())));
    facts.push(fact("work-assignee", Cell::text(item.assignee.clone().unwrap_or_default())));
    facts.push(fact("task-priority", Cell::text(say(language, &format!("task-priority-{}", item.priority.code())))));
    if !task.note.is_empty() {
        facts.push(fact("task-note", Cell::text(format::strip_controls(&task.note))));
    }
    let mut pieces = vec![Piece::Facts { title: None, facts }];
    if let Some(href) = item.href.clone().filter(|_| task.standing.is_open()) {
        pieces.push(Piece::Leave(Anchor::new(task.opens.clone(), href)));
    }
    let seen = || vec![(VERSION.to_owned(), task.version.to_string()), (BACK.to_owned(), task.base.clone())];
    if task.standing.is_open() {
        let mut presses = Vec::new();
        if item.claim.is_some() {
            presses.push(press(say(language, "work-claim"), format!("{}/claim", task.base), seen()));
        }
        if task.mine {
            presses.push(press(say(language, "task-release"), format!("{}/release", task.base), seen()));
        }
        if !presses.is_empty() {
            pieces.push(Piece::Buttons(presses));
        }
        if !task.holders.is_empty() {
            pieces.push(Piece::Sheet(Box::new(assign(language, task, wrong, seen()))));
        }
    }
    pieces.push(Piece::Heading { level: 2, text: say(language, "task-history") });
    pieces.push(Piece::Timeline(task.steps.iter().map(|step| happened(language, step)).collect()));
    let errors = wrong.map(|(input, key)| Anchor::new(say(language, key), format!("#{input}"))).into_iter().collect();
    let title = item.title.clone();
    render(frame, &HostPage { title, breadcrumbs: vec![home_link(frame)], errors, pieces, ..HostPage::default() })
}

fn assign(language: Language, task: &TaskPage, wrong: Option<(&str, &str)>, mut hidden: Vec<(String, String)>) -> Sheet {
    hidden.retain(|(name, _)| name != BACK);
    let error = |input: &str| wrong.filter(|(name, _)| *name == input).map(|(_, key)| say(language, key));
    let choice = |(value, label): &(String, String)| Choice { value: value.clone(), label: label.clone(), ..Choice::default() };
    let control = |name: &str, label: &str, hint: Option<&str>, ask| Control {
        id: name.to_owned(),
        name: name.to_owned(),
        label: say(language, label),
        title: say(language, label),
        hint: hint.map(|key| say(language, key)),
        error: error(name),
        about: None,
        ask,
    };
    Sheet {
        id: "assign".to_owned(),
        title: Some(say(language, "task-assign")),
        action: format!("{}/assign", task.base),
        post: true,
        files: false,
        hidden,
        controls: vec![
            control(TO, "task-assign-to", None, Ask::Select(task.holders.iter().map(choice).collect())),
            control(REASON, "task-assign-reason", Some("task-assign-hint"), Ask::Area { value: String::new() }),
        ],
        submit: say(language, "task-assign-submit"),
        tone: Tone::Neutral,
        cancel: None,
    }
}

fn happened(language: Language, step: &Step) -> Event {
    let fact = |key: &str, text: &String| Fact::new(say(language, key), Cell::text(format::strip_controls(text)));
    let given = step.assignee.iter().filter(|_| step.turn == Turn::Assigned).map(|to| fact("work-assignee", to));
    Event {
        what: say(language, &format!("task-turn-{}", step.turn.code())),
        at: step.at.rfc3339(),
        when: format::instant(step.at, language),
        who: step.who.clone(),
        facts: given.chain((!step.reason.is_empty()).then(|| fact("work-reason", &step.reason))).collect(),
    }
}
