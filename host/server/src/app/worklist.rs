//! The worklist of an official: what is to be done, over all modules, and how it goes from hand to hand.

use super::{App, AppError, By, Municipality};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use vatra_core::audit::AuditKind;
use vatra_core::call::{CallContext, Channel, Official, Tenant};
use vatra_core::ids::{EntryId, Name, SubjectId, TaskId};
use vatra_core::manifest::Language;
use vatra_core::settings::{self, DAYS_OFF, DAYS_WORKED};
use vatra_core::store::{CommitError, Order, Snapshot, StoreError};
use vatra_core::tasks::{self, Change, Scope, Task, TaskChange, TaskQuery, TaskTurn};
use vatra_core::unit::Unit;
use vatra_core::value::{EntryRef, Value};
use vatra_core::view::{self, Block, PersonData, Resolved, Screen, Words, WorkRow, WorkScope, Worklist, WorklistData};
use vatra_core::workdays::WorkingDays;
use vatra_view::pages::worklist::SHOW;
use vatra_view::{Wording, urls};

/// What is shown is counted no further.
pub const MOST_COUNTED: u64 = 1_000;
/// Nor is anything else: what counting costs does not grow with what there is.
pub const MOST_ELSEWHERE: u64 = 100;

/// Rows of a worklist block.
const BLOCK_ROWS: u32 = 50;

/// What is shown of a worklist.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    /// Tasks.
    Tasks(Scope),
    /// Orders of the official's modules that wait for being paid.
    Payments,
}

/// How many there are of each: what is shown counted to [`MOST_COUNTED`], the others to [`MOST_ELSEWHERE`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counts {
    /// In the order of [`Scope::ALL`].
    pub tasks: [u64; 4],
    /// Orders to be paid.
    pub payments: u64,
}

/// A page of a worklist.
#[derive(Debug, Default)]
pub struct WorkPage {
    /// Tasks, soonest due first.
    pub tasks: Vec<Task>,
    /// Orders, soonest due first.
    pub orders: Vec<Order>,
    /// Numbers of the entries that the tasks are about, or name in their titles.
    pub numbers: BTreeMap<EntryId, String>,
    /// Which days people work here.
    pub days: WorkingDays,
}

/// What came of changing a task.
#[derive(Debug)]
pub enum Changed {
    /// It stands so now.
    Done(Box<Task>),
    /// Somebody was quicker.
    Conflict,
    /// The one to whom it was to be given does not hold the role.
    NoHolder,
}

/// A task as its page shows it.
#[derive(Debug)]
pub struct TaskView {
    /// The task.
    pub task: Task,
    /// What was done to it, oldest first.
    pub turns: Vec<TaskTurn>,
    /// As in [`WorkPage::numbers`].
    pub numbers: BTreeMap<EntryId, String>,
    /// Which days people work here.
    pub days: WorkingDays,
}

fn query(official: &Official, scope: Scope, today: chrono::NaiveDate) -> TaskQuery {
    let (person, roles) = (Some(official.person), official.roles.clone());
    TaskQuery { scope, person, roles, modules: None, kinds: BTreeSet::new(), today }
}

/// Entries that tasks are about, or name in their titles.
fn entries(tasks: &[Task]) -> Vec<EntryRef> {
    let named = tasks.iter().flat_map(|task| match &task.title {
        Words::Key(_, arguments) => arguments.values().collect(),
        Words::Plain(_) => Vec::new(),
    });
    let named = named.filter_map(|value| if let Value::Entry(entry) = value { Some(entry.clone()) } else { None });
    tasks.iter().filter_map(|task| task.about.clone()).chain(named).collect()
}

async fn numbers(snapshot: &mut dyn Snapshot, tasks: &[Task]) -> Result<BTreeMap<EntryId, String>, StoreError> {
    let refs = entries(tasks);
    if refs.is_empty() {
        return Ok(BTreeMap::new());
    }
    let found = snapshot.entries(&refs).await?;
    Ok(found.into_iter().filter_map(|entry| Some((entry.at.id, entry.number?))).collect())
}

/// A task in words.
#[derive(Debug)]
pub(crate) struct TaskWords {
    /// With the number of what it is about.
    pub(crate) title: String,
    /// The title of its module.
    pub(crate) module: String,
    /// What kind it is.
    pub(crate) kind: Option<String>,
    /// The words of the link to where it is done.
    pub(crate) opens: String,
}

async fn working_days(snapshot: &mut dyn Snapshot, today: chrono::NaiveDate) -> Result<WorkingDays, StoreError> {
    let (off, on) = (snapshot.setting(DAYS_OFF).await?, snapshot.setting(DAYS_WORKED).await?);
    Ok(settings::working_days(&off, &on, today))
}

impl App {
    /// Modules in which the official has something to open.
    pub(super) async fn modules_of(&self, at: &Municipality, official: &Official) -> BTreeSet<Name> {
        let mut modules = BTreeSet::new();
        for plugged in at.modules.iter().filter(|plugged| plugged.enabled) {
            let Ok(words) = self.words_of(plugged) else { continue };
            if words.package.manifest.screens.iter().any(|screen| !screen.roles.is_disjoint(&official.roles)) {
                modules.insert(plugged.module.clone());
            }
        }
        modules
    }

    /// A page of an official's worklist over all modules, and how many there are of everything, as of one moment.
    ///
    /// # Errors
    /// [`AppError::Store`].
    pub async fn worklist(
        &self,
        at: &Municipality,
        official: &Official,
        part: Part,
        offset: u64,
        limit: u32,
    ) -> Result<(WorkPage, Counts), AppError> {
        let today = self.clock.now().civil_date();
        let modules = self.modules_of(at, official).await;
        let mut snapshot = self.store.snapshot(at.tenant.id).await?;
        let most = |of: Part| if of == part { MOST_COUNTED } else { MOST_ELSEWHERE };
        let mut counts = Counts::default();
        for (count, scope) in counts.tasks.iter_mut().zip(Scope::ALL) {
            *count = snapshot.tasks_count(&query(official, scope, today), most(Part::Tasks(scope))).await?;
        }
        counts.payments = snapshot.orders_unpaid_count(&modules, today, most(Part::Payments)).await?;
        let mut page = WorkPage::default();
        match part {
            Part::Tasks(scope) => page.tasks = snapshot.tasks(&query(official, scope, today), offset, limit).await?,
            Part::Payments => page.orders = snapshot.orders_unpaid(&modules, today, offset, limit).await?,
        }
        page.numbers = numbers(snapshot.as_mut(), &page.tasks).await?;
        page.days = working_days(snapshot.as_mut(), today).await?;
        Ok((page, counts))
    }

    /// The first tasks of an official's roles.
    ///
    /// # Errors
    /// [`AppError::Store`].
    pub async fn tasks(&self, tenant: &Tenant, official: &Official, scope: Scope, limit: u32) -> Result<WorkPage, AppError> {
        let today = self.clock.now().civil_date();
        let mut snapshot = self.store.snapshot(tenant.id).await?;
        let tasks = snapshot.tasks(&query(official, scope, today), 0, limit).await?;
        let numbers = numbers(snapshot.as_mut(), &tasks).await?;
        let days = working_days(snapshot.as_mut(), today).await?;
        Ok(WorkPage { tasks, orders: Vec::new(), numbers, days })
    }

    pub(crate) fn task_words(&self, at: &Municipality, numbers: &BTreeMap<EntryId, String>, language: Language, task: &Task) -> TaskWords {
        let number = task.about.as_ref().and_then(|about| numbers.get(&about.id));
        let Some(words) = at.module(&task.module).and_then(|plugged| self.words_of(plugged).ok()) else {
            // Of a module that was taken away the task remains.
            return TaskWords { title: task.kind.clone(), module: task.module.to_string(), kind: None, opens: task.kind.clone() };
        };
        let resolved = Resolved { numbers: numbers.clone(), ..Resolved::default() };
        let wording = Wording { language, catalogue: &words.catalogue, resolved: &resolved };
        let mut title = wording.words(&task.title);
        let named = match &task.title {
            Words::Key(_, arguments) => arguments.values().any(|value| matches!(value, Value::Entry(_))),
            Words::Plain(_) => false,
        };
        if let Some(number) = number.filter(|number| !named && !title.contains(number.as_str())) {
            title = format!("{title} · {number}");
        }
        let manifest = &words.package.manifest;
        TaskWords {
            title,
            module: manifest.title.get(language).to_owned(),
            kind: manifest.task(&task.kind).map(|schema| schema.title.get(language).to_owned()),
            opens: wording.words(&task.opens.label),
        }
    }

    /// Where the task is done, for whoever may open it.
    pub(crate) fn task_opens(&self, at: &Municipality, roles: &BTreeSet<Name>, task: &Task) -> Option<String> {
        let words = self.words_of(at.module(&task.module).filter(|plugged| plugged.enabled)?).ok()?;
        let screen = words.package.manifest.screen(&task.opens.screen)?;
        let base = format!("/{}/{}", at.tenant.slug, task.module);
        let may = !screen.roles.is_disjoint(roles);
        may.then(|| urls::screen_url(&base, &task.opens.screen, &task.opens.parameters))
    }

    /// What worklist blocks show to an official: tasks of their roles, of the screen's module or of every one. Nothing to whoever is no official.
    pub(super) async fn worklists(&self, ctx: &CallContext, screen: &Screen, resolved: &mut Resolved) -> Result<(), StoreError> {
        let lists: Vec<&Worklist> =
            screen.blocks.iter().filter_map(|block| if let Block::Worklist(list) = block { Some(list) } else { None }).collect();
        let Some(person) = ctx.caller.person.filter(|_| !lists.is_empty() && !ctx.caller.roles.is_empty()) else { return Ok(()) };
        let Some(at) = self.municipality(ctx.tenant.slug.as_str()).await? else { return Ok(()) };
        let today = self.clock.now().civil_date();
        for list in lists {
            let scope = match list.scope {
                WorkScope::Mine => Scope::Mine,
                WorkScope::Unassigned => Scope::Unassigned,
                WorkScope::Overdue => Scope::Overdue,
                WorkScope::All => Scope::All,
            };
            let modules = (!list.everywhere).then(|| BTreeSet::from([ctx.module.clone()]));
            let kinds = list.kinds.iter().cloned().collect();
            let query = TaskQuery { scope, person: Some(person), roles: ctx.caller.roles.clone(), modules, kinds, today };
            let mut snapshot = self.store.snapshot(ctx.tenant.id).await?;
            let tasks = snapshot.tasks(&query, 0, BLOCK_ROWS).await?;
            let total = snapshot.tasks_count(&query, MOST_COUNTED).await?;
            let numbers = numbers(snapshot.as_mut(), &tasks).await?;
            drop(snapshot);
            let rows = tasks.iter().map(|task| {
                let words = self.task_words(&at, &numbers, ctx.caller.language, task);
                let mine = ctx.caller.roles.contains(&task.role);
                let name = |id: SubjectId| at.officials.iter().find(|office| office.official.person == id);
                if let Some(office) = task.assignee.and_then(name) {
                    let person = PersonData { name: office.official.name.clone(), idn: None, company: false };
                    resolved.people.entry(office.official.person).or_insert(person);
                }
                WorkRow {
                    id: task.id.to_string(),
                    version: task.version,
                    title: words.title,
                    module: words.module,
                    href: self.task_opens(&at, &ctx.caller.roles, task).unwrap_or_else(|| format!("/{}/tasks/{}", at.tenant.slug, task.id)),
                    due: task.due,
                    overdue: task.due.is_some_and(|due| due < today),
                    priority: match task.priority {
                        tasks::Priority::High => view::Priority::High,
                        tasks::Priority::Normal => view::Priority::Normal,
                        tasks::Priority::Low => view::Priority::Low,
                    },
                    assignee: task.assignee,
                    may_claim: task.standing.is_open() && task.assignee.is_none() && mine,
                    may_assign: task.standing.is_open() && mine,
                }
            });
            let rows = rows.collect();
            let more = (total > u64::from(BLOCK_ROWS)).then(|| format!("/{}?{SHOW}={}", at.tenant.slug, scope.code()));
            resolved.worklists.insert(list.id.clone(), WorklistData { rows, total, more });
        }
        Ok(())
    }

    /// A task that concerns an official: it is theirs, or of a role that they hold.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when there is none such.
    pub async fn task(&self, tenant: &Tenant, official: &Official, id: TaskId) -> Result<TaskView, AppError> {
        let mut snapshot = self.store.snapshot(tenant.id).await?;
        let found = snapshot.task(id).await?.filter(|task| concerns(official, task));
        let task = found.ok_or_else(|| AppError::NotFound("no such task".to_owned()))?;
        let turns = snapshot.task_turns(id).await?;
        let numbers = numbers(snapshot.as_mut(), std::slice::from_ref(&task)).await?;
        let days = working_days(snapshot.as_mut(), self.clock.now().civil_date()).await?;
        Ok(TaskView { task, turns, numbers, days })
    }

    /// Changes a task on behalf of an official whom it concerns; its module is told.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when it does not concern them.
    pub async fn change_task(
        &self,
        tenant: &Tenant,
        official: &Official,
        id: TaskId,
        version: u32,
        change: Change,
    ) -> Result<Changed, AppError> {
        let task = self.task(tenant, official, id).await?.task;
        let officials = self.store.officials(tenant.id).await?;
        let holds = |person| officials.iter().any(|other| other.person == person && other.roles.contains(&task.role));
        match &change {
            Change::Claim(person) if !holds(*person) => return Ok(Changed::NoHolder),
            Change::Assign(Some(to), _) if !holds(*to) => return Ok(Changed::NoHolder),
            _ => {}
        }
        let now = self.clock.now();
        let Some(next) = task.after(&change, now).filter(|_| task.version == version) else { return Ok(Changed::Conflict) };
        let by = By { person: Some(official.person), channel: Channel::Portal };
        let detail = json!({ "task": id, "version": next.version, "kind": next.kind });
        let mut row = self.row(by, AuditKind::Task, Some(&next.module), change.turn().code(), &detail);
        row.about.extend(next.assignee);
        let mut unit = Unit::new(now, Some(official.person), next.module.clone());
        unit.audit.push(row);
        unit.tasks.push(TaskChange::Set { task: Box::new(next.clone()), turn: change.turn(), tell: true });
        match self.store.commit(tenant.id, unit).await {
            Ok(_) => {
                self.tell_arrived();
                Ok(Changed::Done(Box::new(next)))
            }
            Err(CommitError::Store(error)) => Err(error.into()),
            Err(_) => Ok(Changed::Conflict),
        }
    }
}

fn concerns(official: &Official, task: &Task) -> bool {
    task.assignee == Some(official.person) || official.roles.contains(&task.role)
}
