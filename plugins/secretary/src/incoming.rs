//! What comes in: registered with a number and a term, given to somebody, answered or closed.

use crate::terms::{self, Kind};
use crate::{history, holds, home_link, outgoing};
use vatra_sdk::contract::vatra::tasks::types::{Opening, Priority};
use vatra_sdk::contract::vatra::view::view;
use vatra_sdk::host::registers::Entry;
use vatra_sdk::host::tasks;
use vatra_sdk::prelude::*;

/// The kind of task that a letter opens.
const TASK: &str = "answer";

/// A letter that came in.
pub(crate) struct Letter {
    pub(crate) at: EntryRef,
    pub(crate) version: u32,
    pub(crate) number: String,
    pub(crate) subject: String,
    pub(crate) sender: Option<Subject>,
    pub(crate) institution: String,
    pub(crate) state: String,
    pub(crate) due: Option<Date>,
    task: Option<String>,
}

impl Letter {
    fn read(entry: &Entry) -> Result<Self, Failure> {
        Ok(Self {
            at: entry.ref_.clone(),
            version: entry.version,
            number: entry.number.clone().unwrap_or_default(),
            subject: entry.text("subject")?,
            sender: entry.maybe("sender")?,
            institution: entry.maybe("institution")?.unwrap_or_default(),
            state: entry.text("state")?,
            due: entry.maybe("due")?,
            task: entry.maybe("task")?,
        })
    }

    pub(crate) fn get(at: &EntryRef) -> Result<Self, Failure> {
        Self::read(&registers::get(at)?)
    }

    /// Whether somebody still has to do something about it.
    pub(crate) fn is_open(&self) -> bool {
        self.state == "open"
    }

    /// Corrected, and its task done with, when it says so.
    pub(crate) fn becomes(&self, state: &str, more: Vec<Field>, because: &str, done: bool) -> Result<u32, Failure> {
        let mut changed = fields!["state" => Choice(state)];
        changed.extend(more);
        if done && let Some(id) = &self.task {
            let task = tasks::get(id)?;
            if task.closed_at.is_none() {
                tasks::complete(id, task.version, "")?;
            }
        }
        registers::correct(&self.at, self.version, &changed, because)
    }
}

/// Letters that a filter leaves.
pub(crate) fn filtered(filter: &str, today: Date) -> Query {
    let all = Query::of("incoming");
    match filter {
        "open" => all.equal("state", Choice("open")),
        "overdue" => all.equal("state", Choice("open")).only("due", Comparison::Less, today),
        "petition" => all.equal("kind", Choice("petition")),
        _ => all,
    }
}

/// The screen `incoming`.
pub(crate) fn list(parameters: &[Field]) -> Result<Screen, Failure> {
    let filter = parameters.maybe::<String>("filter")?.unwrap_or_default();
    let all = [("", "incoming-all"), ("open", "incoming-open"), ("overdue", "incoming-overdue"), ("petition", "incoming-petitions")];
    let title = all.into_iter().find(|(code, _)| *code == filter).map_or("incoming-all", |(_, title)| title);
    let link = |(code, label): (&str, &str)| {
        let link = Link::to("incoming", label);
        if code.is_empty() { link } else { link.with("filter", Choice(code)) }
    };
    let mut links: Vec<Link> = all.into_iter().filter(|(code, _)| *code != filter).map(link).collect();
    if holds(&["secretary", "specialist"]) {
        links.insert(0, Link::to("register", "register-title"));
    }
    let table = BoundTable::of(filtered(&filter, clock::today()).sort_down("opened"), "incoming", title, "incoming-empty")
        .column_opening("number", "field-number", "letter-in")
        .column("received-on", "field-received-on")
        .column_opening("subject", "field-subject", "letter-in")
        .column("sender.name", "field-sender")
        .column("institution", "field-institution")
        .column("kind", "field-kind")
        .column("due", "field-due")
        .column("state", "field-state")
        .searchable()
        .exportable();
    Ok(Screen::titled("incoming-title").under(home_link()).links(links).bound(table))
}

/// The screen `register`.
pub(crate) fn register_screen() -> Screen {
    let form = Form::posts("register-letter", "register-title", "register-submit")
        .input(Input::of("kind", "field-kind").hint("register-kind-hint"))
        .input(Input::of("from", "register-from"))
        .input(Input::of("sender", "field-sender"))
        .input(Input::of("institution", "field-institution"))
        .input(Input::of("subject", "field-subject").hint("register-subject-hint"))
        .input(Input::of("their-number", "field-their-number"))
        .input(Input::of("their-date", "field-their-date"))
        .input(Input::of("received-on", "field-received-on").filled(clock::today()))
        .input(Input::of("due", "field-due").hint("register-due-hint"))
        .input(Input::of("role", "field-role").filled(Choice("specialist")))
        .input(Input::of("scan", "field-scan"));
    Screen::titled("register-title").under(home_link()).under(Link::to("incoming", "incoming-title")).form(form)
}

/// The action `register-letter`: its number, its term, and the task of whoever is responsible.
pub(crate) fn register(inputs: &[Field]) -> Result<Answer, Failure> {
    let today = clock::today();
    let received = inputs.date("received-on")?;
    let kind = Kind::from_code(&inputs.text("kind")?).ok_or_else(|| invalid("kind", "type"))?;
    let mut wrong: Vec<(String, Words)> = Vec::new();
    if received > today {
        wrong.push(("received-on".into(), "wrong-received-later".into()));
    }
    let entered = inputs.maybe::<Date>("due")?;
    if entered.is_some_and(|due| due < received) {
        wrong.push(("due".into(), "wrong-due-before".into()));
    }
    let by_law = terms::due(kind, received)?;
    if let (Some(entered), Some(last)) = (entered, by_law)
        && entered > last
    {
        wrong.push(("due".into(), words!("wrong-due-after-law", last = last)));
    }
    if kind == Kind::Institution && entered.is_none() {
        wrong.push(("due".into(), "wrong-due-missing".into()));
    }
    if !wrong.is_empty() {
        return Ok(Answer::rejected(wrong));
    }
    let due = entered.or(by_law);
    let role = inputs.text("role")?;
    // What needs no answer is registered, and that is all.
    let state = if kind == Kind::Notice { "closed" } else { "open" };
    let letter = registers::add(
        "incoming",
        &fields![
            "kind" => Choice(kind.code()),
            "sender" => inputs.maybe::<Subject>("sender")?,
            "institution" => inputs.maybe::<String>("institution")?,
            "subject" => inputs.text("subject")?,
            "their-number" => inputs.maybe::<String>("their-number")?,
            "their-date" => inputs.maybe::<Date>("their-date")?,
            "received-on" => received,
            "due" => due,
            "state" => Choice(state),
            "role" => Choice(&role),
            "scan" => inputs.value("scan").cloned().unwrap_or(Value::None),
        ],
    )?;
    if state == "open" {
        let task = tasks::open(&Opening {
            kind: TASK.into(),
            title: words!("task-answer", number = &letter),
            opens: Link::to("letter-in", "task-open").with("entry", &letter),
            about: Some(letter.clone()),
            role,
            assignee: None,
            due,
            priority: Priority::Normal,
        })?;
        registers::correct(&letter, 1, &fields!["task" => task], "")?;
    }
    Ok(Answer::go(Link::to("letter-in", "letter-open").with("entry", &letter)).report("letter", letter))
}

/// The screen `letter-in`.
pub(crate) fn one(at: &EntryRef) -> Result<Screen, Failure> {
    let entry = registers::get(at)?;
    let letter = Letter::read(&entry)?;
    let names = ["kind", "institution", "their-number", "their-date", "received-on", "due", "role", "state"];
    let items =
        names.into_iter().filter_map(|name| entry.value(name).map(|value| Item::of(format!("field-{name}"), value.clone()))).collect();
    let mut screen = Screen::titled(words!("letter-in-title", number = &letter.number, subject = &letter.subject))
        .under(home_link())
        .under(Link::to("incoming", "incoming-title"));
    if letter.is_open() && letter.due.is_some_and(|due| due < clock::today()) {
        screen = screen.notice(view::Notice::of(Tone::Danger, words!("letter-overdue", due = letter.due.unwrap_or_else(clock::today))));
    }
    if let Some(sender) = &letter.sender {
        screen = screen.person(sender.clone());
    }
    screen = screen.summary("letter-details", items);
    if let Some(scan) = entry.maybe("scan")? {
        screen = screen.block(Block::Document(scan));
    }
    if let Some(answer) = entry.maybe::<EntryRef>("answer")? {
        screen = screen.links(vec![Link::to("letter-out", "letter-answer").with("entry", &answer)]);
    }
    if letter.is_open() {
        screen = screen.form(outgoing::form(at));
        if holds(&["secretary", "mayor"]) {
            let extend = Form::posts("extend-letter", "extend-title", "extend-submit")
                .input(Input::of("due", "field-due").filled(entry.value("due").cloned().unwrap_or(Value::None)))
                .input(Input::of("reason", "extend-reason"))
                .with("entry", at);
            let close =
                Form::posts("close-letter", "close-title", "close-submit").input(Input::of("reason", "close-reason")).with("entry", at);
            screen = screen.form(extend).form(close);
        }
    }
    history::told(screen, at)
}

/// The action `close-letter`: without an answer, for a reason.
pub(crate) fn close(inputs: &[Field]) -> Result<Answer, Failure> {
    let letter = Letter::get(&inputs.entry("entry")?)?;
    if !letter.is_open() {
        return Ok(Answer::rejected(vec![("reason".into(), "wrong-letter-done".into())]));
    }
    letter.becomes("closed", Vec::new(), &inputs.text("reason")?, true)?;
    Ok(Answer::done(view::Notice::of(Tone::Success, "letter-closed")))
}

/// The action `extend-letter`. The law lets a petition's term be prolonged once by at most 15 days (Administrative Code, article 60), which the official
/// answers for; the reason is kept.
pub(crate) fn extend(inputs: &[Field]) -> Result<Answer, Failure> {
    let letter = Letter::get(&inputs.entry("entry")?)?;
    let due = inputs.date("due")?;
    if !letter.is_open() {
        return Ok(Answer::rejected(vec![("due".into(), "wrong-letter-done".into())]));
    }
    if due < clock::today() {
        return Ok(Answer::rejected(vec![("due".into(), "wrong-due-past".into())]));
    }
    let reason = inputs.text("reason")?;
    if let Some(id) = &letter.task {
        let task = tasks::get(id)?;
        if task.closed_at.is_none() {
            tasks::postpone(id, task.version, due, &reason)?;
        }
    }
    registers::correct(&letter.at, letter.version, &fields!["due" => due], &reason)?;
    Ok(Answer::done(view::Notice::of(Tone::Success, "letter-extended")))
}
