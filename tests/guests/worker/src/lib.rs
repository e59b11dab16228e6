//! Works in steps, wakes itself later, opens tasks, and notes what it is told of them.
#![cfg_attr(target_arch = "wasm32", no_std)]

use vatra_guest_kit::*;
use vatra_sdk::contract::vatra::jobs::types::JobState;
use vatra_sdk::contract::vatra::tasks::tasks::Scope;
use vatra_sdk::contract::vatra::tasks::types::{Opening, Priority, Task};
use vatra_sdk::contract::vatra::timers::types::{Moment, Timer};
use vatra_sdk::contract::vatra::view::view::{BoundTable, Button, Link, Message, Scope as Shown, Worklist};
use vatra_sdk::host::{caller, queue, tasks, timers};
use vatra_sdk::prelude::{Block, Date, Event, Events, Jobs, Progress};

struct Worker;

fn value(inputs: &[Field], name: &str) -> Value {
    inputs.iter().find(|field| field.name == name).map_or(Value::None, |field| field.value.clone())
}

fn date(inputs: &[Field], name: &str) -> Option<Date> {
    if let Value::Date(date) = value(inputs, name) { Some(date) } else { None }
}

fn entry(inputs: &[Field]) -> Option<EntryRef> {
    if let Value::Entry(entry) = value(inputs, "entry") { Some(entry) } else { None }
}

fn subject(inputs: &[Field]) -> Option<Subject> {
    if let Value::Subject(subject) = value(inputs, "to") { Some(subject) } else { None }
}

fn optional(inputs: &[Field], name: &str) -> Option<String> {
    Some(given_text(inputs, name).to_owned()).filter(|text| !text.is_empty())
}

/// `Standing::Running 2/3 as`
fn job(state: &JobState) -> String {
    let total = state.total.map_or_else(|| "-".to_owned(), |total| total.to_string());
    let failure = state.failure.clone().unwrap_or_default();
    format!("{:?} {}/{total} {} {failure}", state.standing, state.done, state.note).trim().to_owned()
}

/// `Standing::Claimed 2 overdue Note`
fn task(task: &Task) -> String {
    let late = if task.overdue { "overdue" } else { "in-time" };
    let whose = if task.task.assignee.is_some() { "somebody-s" } else { "nobody-s" };
    format!("{:?} {} {whose} {late} {} {}", task.standing, task.version, task.module, task.note).trim().to_owned()
}

fn line(register: &str, what: impl Into<String>) -> Result<EntryRef, Failure> {
    registers::add(register, &[text("what", what)])
}

fn opening(inputs: &[Field], number: i64) -> Result<Opening, Failure> {
    let about = match given_text(inputs, "line") {
        "" => None,
        what => Some(line("worker-lines", what)?),
    };
    let title = match given_text(inputs, "title") {
        "" => Words::Key(Message { key: "look-at".to_owned(), arguments: vec![field("number", Value::Integer(number))] }),
        title => plain(title),
    };
    let screen = optional(inputs, "screen").unwrap_or_else(|| "home".to_owned());
    Ok(Opening {
        kind: "look".to_owned(),
        title,
        opens: Link { label: plain("Acasă"), screen, parameters: vec![text("latest", "count")] },
        about,
        role: given_text(inputs, "role").to_owned(),
        assignee: subject(inputs),
        due: date(inputs, "due"),
        priority: Priority::Normal,
    })
}

/// Lines to tick, with what is done to each.
fn lines() -> Block {
    let table = BoundTable::of(everything("worker-lines"), "lines", plain("Rânduri"), plain("Nimic")).column("number", plain("Număr"));
    let button = Button::performs("mark", plain("Însemnați")).with("what", "însemnat").confirm(plain("Le însemnați?"));
    Block::Bound(table.column("what", plain("Ce")).bulk(button))
}

/// Notes of a line what it was; a bad one is refused.
fn mark(inputs: &[Field]) -> Result<Answer, Failure> {
    let at = entry(inputs).ok_or(Failure::NotFound)?;
    let found = registers::get(&at)?;
    if given_text(&found.fields, "what") == "bad" {
        return Ok(Answer { outcome: Outcome::Rejected(vec![("entry".to_owned(), plain("Rândul este rău."))]), report: Vec::new() });
    }
    line("worker-told", format!("{} {}", given_text(&found.fields, "what"), given_text(inputs, "what")))?;
    Ok(done(Vec::new()))
}

impl Guest for Worker {
    fn render(_: String, parameters: Vec<Field>) -> Result<Screen, Failure> {
        let or_words = |result: Result<Vec<String>, Failure>| page(result.unwrap_or_else(|failure| vec![words(&failure)]));
        if let Some(id) = optional(&parameters, "job") {
            return Ok(or_words(queue::standing_of(&id).map(|state| vec![job(&state)])));
        }
        if let Some(name) = optional(&parameters, "latest") {
            return Ok(or_words(queue::latest(&name).map(|state| state.iter().map(job).collect())));
        }
        if let Some(id) = optional(&parameters, "task") {
            return Ok(or_words(tasks::get(&id).map(|found| vec![task(&found)])));
        }
        if let Some(entry) = entry(&parameters) {
            let mut lines: Vec<String> = tasks::tasks_of(&entry)?.iter().map(task).collect();
            lines.extend(timers::pending(&entry)?.into_iter().map(|timer| timer.name));
            return Ok(page(lines));
        }
        let scope = match given_text(&parameters, "scope") {
            "mine" => Scope::Mine,
            "unassigned" => Scope::Unassigned,
            "overdue" => Scope::Overdue,
            "all" => Scope::All,
            "block" => {
                let list = |id: &str, kinds: Vec<String>| Worklist {
                    id: id.to_owned(),
                    title: plain("De făcut"),
                    scope: Shown::All,
                    kinds,
                    everywhere: false,
                    empty: plain("Nimic"),
                };
                let mut screen = page(Vec::<String>::new());
                screen.blocks = vec![Block::Worklist(list("all", Vec::new())), Block::Worklist(list("none", vec!["other".to_owned()]))];
                return Ok(screen);
            }
            "lines" => return Ok(screen(vec![lines()])),
            _ => return Ok(page(["Work".to_owned()])),
        };
        let mut lines = Vec::new();
        let mut cursor = None;
        loop {
            let found = tasks::listing(scope, 2, cursor.as_deref())?;
            lines.extend(found.tasks.iter().map(task));
            cursor = found.next;
            if cursor.is_none() {
                lines.push(format!("{} in all, {} testers", found.total, tasks::holders("tester")?.len()));
                return Ok(page(lines));
            }
        }
    }

    fn perform(action: String, inputs: Vec<Field>) -> Result<Answer, Failure> {
        let reason = given_text(&inputs, "reason");
        if action == "mark" {
            return mark(&inputs);
        }
        Ok(done(match action.as_str() {
            "start" => {
                let id = queue::start(given_text(&inputs, "name"), optional(&inputs, "cursor").as_deref())?;
                if value(&inputs, "go") == Value::Flag(true) {
                    return Ok(Answer { outcome: Outcome::Job(id), report: Vec::new() });
                }
                vec![text("job", id)]
            }
            "stop" => {
                queue::cancel(given_text(&inputs, "job"))?;
                Vec::new()
            }
            "timer" => match date(&inputs, "on") {
                Some(day) => {
                    let about = match entry(&inputs) {
                        None => Some(line("worker-lines", "woken")?),
                        about => about,
                    };
                    let entry = about.as_ref().map(|about| about.id.clone()).unwrap_or_default();
                    timers::set(&Timer { name: given_text(&inputs, "name").to_owned(), moment: Moment::On(day), about })?;
                    vec![text("entry", entry)]
                }
                None => {
                    timers::cancel(given_text(&inputs, "name"))?;
                    Vec::new()
                }
            },
            "open" => {
                let mut opened = Vec::new();
                for number in 0..given_number(&inputs, "count", 1) {
                    let id = tasks::open(&opening(&inputs, number)?)?;
                    opened.push(text(if number == 0 { "task".to_owned() } else { format!("task{number}") }, id));
                }
                opened
            }
            _ => {
                let (id, version) = (given_text(&inputs, "task"), given_number(&inputs, "version", 1).try_into().unwrap_or_default());
                let version = match given_text(&inputs, "what") {
                    "claim" => tasks::claim(id, version),
                    "assign" => tasks::assign(id, version, subject(&inputs).as_ref(), reason),
                    "postpone" => tasks::postpone(id, version, date(&inputs, "due").ok_or(Failure::NotFound)?, reason),
                    "complete" => tasks::complete(id, version, reason),
                    _ => tasks::cancel(id, version, reason),
                }?;
                vec![field("version", Value::Integer(version.into()))]
            }
        }))
    }
}

impl Jobs for Worker {
    /// The cursor is `from/to`, or how to fail.
    fn step(id: String, name: String, cursor: Option<String>) -> Result<Progress, Failure> {
        let cursor = cursor.unwrap_or_else(|| "0/1".to_owned());
        let (from, to) = match cursor.split_once('/') {
            Some((from, to)) => (from.parse().unwrap_or(0u64), to.parse().unwrap_or(0u64)),
            None if cursor == "trap" => panic!("a step that breaks down"),
            None if cursor == "stop" => {
                queue::cancel(&id)?;
                (0, 2)
            }
            None => {
                line("worker-lines", "never kept")?;
                return Err(Failure::Unavailable(cursor));
            }
        };
        let who = caller::current();
        let by = match (who.person.is_some(), who.roles.len()) {
            (true, roles) => format!("somebody with {roles} roles"),
            (false, _) => "nobody".to_owned(),
        };
        line("worker-lines", format!("{name} {from} {by}"))?;
        let next = from + 1;
        Ok(Progress { cursor: (next < to).then(|| format!("{next}/{to}")), done: next, total: Some(to), note: format!("after {from}") })
    }
}

impl Events for Worker {
    fn handle(event: Event) -> Result<(), Failure> {
        let what = match event {
            Event::Timer(timer) => format!("timer {}", timer.name),
            Event::JobEnded(state) => format!("{} {}", state.name, job(&state)),
            Event::TaskChanged(changed) => task(&changed),
            _ => return Ok(()),
        };
        line("worker-told", what).map(|_| ())
    }
}

module!(Worker);
vatra_sdk::events!(Worker);
vatra_sdk::jobs!(Worker);
