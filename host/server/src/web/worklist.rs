//! The worklist of an official: on their home page, and task by task.

use super::Web;
use super::admin::{failed, unreadable};
use super::body;
use super::refusal::{Kind, Refusal};
use super::seat::Seat;
use super::visit::{Visit, is_local, page, see};
use crate::app::{MOST_COUNTED, MOST_ELSEWHERE, Part, TaskChanged, TaskView, TaskWords};
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use std::collections::BTreeMap;
use tower_sessions::Session;
use vatra_core::ids::{EntryId, SubjectId, TaskId};
use vatra_core::store::Order;
use vatra_core::tasks::{Change, MOST_NOTE, Scope, Task};
use vatra_core::value::Money;
use vatra_core::view::Tone;
use vatra_core::workdays::WorkingDays;
use vatra_view::pages::worklist::{
    self as pages, BACK, Due, Item, PAGE, PAYMENT, REASON, ROWS, SHOW, Shown, Step, TO, TaskPage, VERSION, Work,
};
use vatra_view::ui::{Anchor, Said};
use vatra_view::urls;

/// Tasks that a search looks through.
const SOUGHT: u32 = 200;

/// Everything that rows of one page share.
struct Desk<'a> {
    web: &'a Web,
    visit: &'a Visit,
    seat: &'a Seat,
    days: WorkingDays,
    numbers: BTreeMap<EntryId, String>,
}

impl Desk<'_> {
    fn due(&self, date: chrono::NaiveDate) -> Due {
        let today = self.web.app.clock.now().civil_date();
        Due { date, days: self.days.between(today, date), today }
    }

    fn name(&self, person: SubjectId) -> Option<String> {
        let office = self.seat.municipality.officials.iter().find(|office| office.official.person == person);
        office.map(|office| office.official.name.clone())
    }

    fn words(&self, task: &Task) -> TaskWords {
        self.web.app.task_words(&self.seat.municipality, &self.numbers, self.visit.language, task)
    }

    fn item(&self, task: &Task) -> Item {
        let TaskWords { title, module, .. } = self.words(task);
        let details = address(self.seat, task.id);
        let free = task.standing.is_open() && task.assignee.is_none() && self.seat.official.roles.contains(&task.role);
        Item {
            title,
            href: self.web.app.task_opens(&self.seat.municipality, &self.seat.official.roles, task),
            module,
            due: task.due.map(|due| self.due(due)),
            priority: task.priority,
            assignee: task
                .assignee
                .map(|person| self.name(person).unwrap_or_else(|| vatra_view::say(self.visit.language, "unknown-person"))),
            claim: free.then(|| (format!("{details}/claim"), task.version)),
            details,
        }
    }

    fn payment(&self, order: &Order) -> pages::Payment {
        let module = &order.order.module;
        let words = self.seat.municipality.module(module).and_then(|plugged| self.web.app.words_of(plugged).ok());
        let title = words.map_or_else(|| module.to_string(), |words| words.package.manifest.title.get(self.visit.language).to_owned());
        pages::Payment {
            number: order.order.number.clone(),
            reason: order.order.reason.clone(),
            module: Anchor::new(title, format!("/{}/{module}", self.seat.tenant.slug)),
            due: order.order.due.map(|due| self.due(due)),
            rest: Money(order.due.0.saturating_sub(order.paid.0)),
        }
    }
}

/// The reader's open tasks whose titles have all these words, each at the beginning of one.
pub(super) async fn sought(web: &Web, visit: &Visit, seat: &Seat, words: &[String]) -> Result<Vec<Item>, Refusal> {
    let found = web.app.tasks(&seat.tenant, &seat.official, Scope::All, SOUGHT).await;
    let found = found.map_err(|error| failed(visit, seat, error))?;
    let desk = Desk { web, visit, seat, days: found.days, numbers: found.numbers };
    let titled = |task: &&Task| {
        let title = vatra_core::fold::fold(&desk.words(task).title);
        words.iter().all(|word| title.split(|c: char| !c.is_alphanumeric()).any(|part| part.starts_with(word.as_str())))
    };
    Ok(found.tasks.iter().filter(titled).map(|task| desk.item(task)).collect())
}

fn address(seat: &Seat, id: TaskId) -> String {
    format!("/{}/tasks/{id}", seat.tenant.slug)
}

/// What the home page shows of the reader's worklist, as its address says.
pub(super) async fn work(web: &Web, visit: &Visit, seat: &Seat) -> Result<Work, Refusal> {
    let part = match visit.asked(SHOW) {
        Some(PAYMENT) => Part::Payments,
        show => Part::Tasks(show.and_then(Scope::from_code).unwrap_or(Scope::Mine)),
    };
    // What is counted no further is not shown any further.
    let last = u32::try_from(MOST_COUNTED).unwrap_or(u32::MAX) / ROWS;
    let number = visit.asked(PAGE).and_then(|page| page.parse::<u32>().ok()).unwrap_or(1).clamp(1, last);
    let offset = u64::from(number - 1) * u64::from(ROWS);
    let found = web.app.worklist(&seat.municipality, &seat.official, part, offset, ROWS).await;
    let (found, counts) = found.map_err(|error| failed(visit, seat, error))?;
    let desk = Desk { web, visit, seat, days: found.days, numbers: found.numbers };
    let shown = match part {
        Part::Tasks(scope) => Shown::Tasks(scope, found.tasks.iter().map(|task| desk.item(task)).collect()),
        Part::Payments => Shown::Payments(found.orders.iter().map(|order| desk.payment(order)).collect()),
    };
    Ok(Work { shown, tasks: counts.tasks, payments: counts.payments, most: MOST_COUNTED, most_elsewhere: MOST_ELSEWHERE, page: number })
}

async fn find(web: &Web, visit: &Visit, seat: &Seat, task: &str) -> Result<TaskView, Refusal> {
    let id: TaskId = task.parse().map_err(|_| Refusal::new(visit, Kind::NotFound).at(seat))?;
    web.app.task(&seat.tenant, &seat.official, id).await.map_err(|error| failed(visit, seat, error))
}

fn show(web: &Web, visit: &Visit, seat: &Seat, view: TaskView, flash: Option<Said>, wrong: Option<(&str, &str)>) -> String {
    let desk = Desk { web, visit, seat, days: view.days, numbers: view.numbers };
    let task = &view.task;
    let TaskWords { kind, opens, .. } = desk.words(task);
    let holders = seat.municipality.officials.iter().map(|office| &office.official);
    let holders = holders.filter(|official| official.roles.contains(&task.role) && Some(official.person) != task.assignee);
    let step = |turn: &vatra_core::tasks::TaskTurn| Step {
        turn: turn.turn,
        at: turn.at,
        who: turn.by.and_then(|person| desk.name(person)),
        assignee: turn.assignee.and_then(|person| desk.name(person)),
        reason: turn.reason.clone(),
    };
    let shown = TaskPage {
        item: desk.item(task),
        kind,
        opens,
        standing: task.standing,
        role: seat.role_title(task.role.as_str(), visit.language),
        note: task.note.clone(),
        base: address(seat, task.id),
        version: task.version,
        mine: task.assignee == Some(seat.official.person),
        holders: holders.map(|official| (official.person.to_string(), official.name.clone())).collect(),
        steps: view.turns.iter().map(step).collect(),
    };
    pages::task(&seat.frame(visit, flash), &shown, wrong)
}

/// `GET /{tenant}/tasks/{task}`
pub(crate) async fn task(
    State(web): State<Web>,
    visit: Visit,
    session: Session,
    Path((tenant, task)): Path<(String, String)>,
) -> Result<Response, Refusal> {
    let seat = web.seat(&visit, &session, &tenant).await?;
    let view = find(&web, &visit, &seat, &task).await?;
    let flash = web.take_flash(&visit, &session).await?;
    Ok(page(StatusCode::OK, show(&web, &visit, &seat, view, flash, None)))
}

/// What is done to a task.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Deed {
    Claim,
    Assign,
    Release,
}

macro_rules! deeds {
    ($($(#[$doc:meta])* $name:ident: $deed:expr),*) => {
        $($(#[$doc])*
        pub(crate) async fn $name(web: State<Web>, visit: Visit, session: Session, at: Path<(String, String)>, request: Request) -> Response {
            act(&web.0, &visit, &session, at.0, request, $deed).await
        })*
    };
}
deeds! {
    /// `POST /{tenant}/tasks/{task}/claim`: the reader takes it.
    claim: Deed::Claim,
    /// `POST /{tenant}/tasks/{task}/assign`: it is given to somebody.
    assign: Deed::Assign,
    /// `POST /{tenant}/tasks/{task}/release`: whoever has it gives it back.
    release: Deed::Release
}

async fn act(web: &Web, visit: &Visit, session: &Session, (tenant, task): (String, String), request: Request, deed: Deed) -> Response {
    let (parts, body) = request.into_parts();
    let entered = async {
        let seat = web.seat(visit, session, &tenant).await?;
        let view = find(web, visit, &seat, &task).await?;
        Ok::<_, Refusal>((seat, view))
    };
    // Nobody's form is read before it is known that they may send it.
    let (seat, view) = match entered.await {
        Ok(entered) => entered,
        Err(refusal) => return body::linger(&parts.headers, refusal.into_response(), body.into_data_stream()),
    };
    match body::read(&parts.headers, body).await {
        Ok(sent) => done(web, visit, session, &seat, view, &urls::form_fields(sent.fields), deed).await.into_response(),
        Err(unread) => unreadable(visit, &seat, &parts.headers, unread),
    }
}

async fn done(
    web: &Web,
    visit: &Visit,
    session: &Session,
    seat: &Seat,
    view: TaskView,
    posted: &vatra_view::Posted,
    deed: Deed,
) -> Result<Response, Refusal> {
    let one = |name: &str| posted.get(name).and_then(|values| values.first()).map(|value| value.trim()).unwrap_or_default();
    let (reason, id) = (one(REASON).to_owned(), view.task.id);
    let to: Option<SubjectId> = one(TO).parse().ok();
    let wrong = match deed {
        Deed::Assign if to.is_none() => Some((TO, "task-no-holder")),
        Deed::Assign if reason.is_empty() && view.task.assignee.is_some() => Some((REASON, "task-reason-missing")),
        Deed::Assign if reason.chars().count() > MOST_NOTE => Some((REASON, "task-reason-long")),
        _ => None,
    };
    let again = |view, wrong| Ok(page(StatusCode::UNPROCESSABLE_ENTITY, show(web, visit, seat, view, None, Some(wrong))));
    if let Some(wrong) = wrong {
        return again(view, wrong);
    }
    let (change, key) = match deed {
        Deed::Claim => (Change::Claim(seat.official.person), "task-said-claimed"),
        Deed::Assign => (Change::Assign(to, reason), "task-said-assigned"),
        Deed::Release => (Change::Assign(None, String::new()), "task-said-released"),
    };
    // Only whoever has it gives it back.
    let may = deed != Deed::Release || view.task.assignee == Some(seat.official.person);
    let version = one(VERSION).parse().unwrap_or(0);
    let changed = match may {
        true => web.app.change_task(&seat.tenant, &seat.official, id, version, change).await.map_err(|error| failed(visit, seat, error))?,
        false => TaskChanged::Conflict,
    };
    let say = |key: &str| vatra_view::say(visit.language, key);
    let here = address(seat, id);
    match changed {
        TaskChanged::NoHolder => again(view, (TO, "task-no-holder")),
        TaskChanged::Done(_) => {
            web.put_flash(visit, session, Said { tone: Tone::Success, title: say(key), text: None }).await?;
            let home = format!("/{}", seat.tenant.slug);
            let back = Some(one(BACK)).filter(|back| is_local(back)).unwrap_or(if deed == Deed::Release { &home } else { &here });
            Ok(see(back))
        }
        TaskChanged::Conflict => {
            let text = Some(say("task-said-conflict-text"));
            web.put_flash(visit, session, Said { tone: Tone::Warning, title: say("task-said-conflict"), text }).await?;
            Ok(see(&here))
        }
    }
}
