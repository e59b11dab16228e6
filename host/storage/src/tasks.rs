//! Tasks: opened and changed by units of work, each with its turn; worklists read by index, role by role.

use crate::codec::version;
use crate::db::{Param, Row, Tx, json, params};
use crate::fault::Fault;
use crate::find::Sql;
use crate::inbox;
use std::collections::BTreeSet;
use uuid::Uuid;
use vatra_core::clock::Instant;
use vatra_core::ids::{EntryId, InboxId, Name, SubjectId, TaskId, TenantId};
use vatra_core::store::{InboxItem, InboxState};
use vatra_core::tasks::{CHANGED, Priority, Scope, Standing, Task, TaskChange, TaskQuery, TaskTurn, Turn};
use vatra_core::unit::Unit;
use vatra_core::value::EntryRef;

const COLUMNS: &str =
    "id, module, version, standing, kind, title, opens, about_register, about, role, assignee, due, rank, opened_at, closed_at, note";
const OPEN: &str = "standing IN ('open', 'claimed')";
/// Of tasks without a date: they come last.
const NEVER: &str = "9999-12-31";
const RANKS: [Priority; 3] = [Priority::High, Priority::Normal, Priority::Low];

/// Whose are overdue and untold.
pub(crate) const OVERDUE: &str = "SELECT t.id FROM tenants t WHERE EXISTS (SELECT 1 FROM tasks k WHERE k.tenant = t.id \
     AND k.standing IN ('open', 'claimed') AND NOT k.told AND k.due < ?) ORDER BY t.slug";

fn corrupt() -> Fault {
    Fault::corrupt("a task")
}

fn task(row: &Row) -> Result<Task, Fault> {
    let (standing, due, rank): (String, String, i64) = (row.get(3)?, row.get(11)?, row.get(12)?);
    let about = match (row.get::<Option<String>>(7)?, row.get::<Option<Uuid>>(8)?) {
        (Some(register), Some(id)) => Some(EntryRef { register: Name::new(register).map_err(|_| corrupt())?, id: EntryId(id) }),
        _ => None,
    };
    let priority = usize::try_from(rank).ok().and_then(|rank| RANKS.get(rank)).copied();
    Ok(Task {
        id: TaskId(row.get(0)?),
        module: row.name(1)?,
        version: version(row, 2)?,
        standing: Standing::from_code(&standing).ok_or_else(corrupt)?,
        kind: row.get(4)?,
        title: row.json(5)?,
        opens: row.json(6)?,
        about,
        role: row.name(9)?,
        assignee: row.get::<Option<Uuid>>(10)?.map(SubjectId),
        due: if due == NEVER { None } else { Some(due.parse().map_err(|_| corrupt())?) },
        priority: priority.ok_or_else(corrupt)?,
        opened_at: Instant(row.get(13)?),
        closed_at: row.get::<Option<i64>>(14)?.map(Instant),
        note: row.get(15)?,
    })
}

fn due(task: &Task) -> String {
    task.due.map_or_else(|| NEVER.to_owned(), |due| due.to_string())
}

pub(crate) async fn change(tx: &mut Tx, tenant: TenantId, unit: &Unit) -> Result<(), Fault> {
    for change in &unit.tasks {
        match change {
            TaskChange::Open(task) => {
                open(tx, tenant, task).await?;
                turn(tx, tenant, unit, task, Turn::Opened).await?;
            }
            TaskChange::Set { task, turn: done, tell } => {
                let sql = format!(
                    "UPDATE tasks SET version = ?, standing = ?, assignee = ?, due = ?, closed_at = ?, note = ?, \
                     told = CASE WHEN due = ? THEN told ELSE ? END WHERE tenant = ? AND id = ? AND version = ? AND {OPEN}"
                );
                let (due, assignee) = (due(task), task.assignee.map(|id| id.0));
                let given = params![task.version, task.standing.code(), assignee, due.as_str(), task.closed_at.map(|at| at.0)];
                // One that is given another date may be overdue once more.
                let more = params![task.note.as_str(), due.as_str(), false, tenant.0, task.id.0, task.version.saturating_sub(1)];
                if tx.execute(&sql, [given, more].concat()).await? == 0 {
                    return Err(Fault::Conflict);
                }
                turn(tx, tenant, unit, task, *done).await?;
                if *tell {
                    inbox::put(tx, tenant, &[event(task, unit.at)?]).await?;
                }
            }
        }
    }
    Ok(())
}

async fn open(tx: &mut Tx, tenant: TenantId, task: &Task) -> Result<(), Fault> {
    let rank = RANKS.iter().position(|rank| *rank == task.priority).and_then(|rank| i64::try_from(rank).ok()).unwrap_or_default();
    let about = task.about.as_ref();
    let sql = format!("INSERT INTO tasks (tenant, {COLUMNS}, told) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, ?, ?)");
    let given = params![tenant.0, task.id.0, task.module.as_str(), task.version, task.standing.code(), task.kind.as_str()];
    let shown =
        params![json(&task.title)?, json(&task.opens)?, about.map(|about| about.register.to_string()), about.map(|about| about.id.0)];
    let whose = params![task.role.as_str(), task.assignee.map(|id| id.0), due(task), rank, task.opened_at.0, task.note.as_str(), false];
    tx.execute(&sql, [given, shown, whose].concat()).await?;
    Ok(())
}

async fn turn(tx: &mut Tx, tenant: TenantId, unit: &Unit, task: &Task, turn: Turn) -> Result<(), Fault> {
    let sql = "INSERT INTO task_turns (tenant, task, version, at, by_whom, turn, assignee, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
    let reason = if turn == Turn::Claimed { "" } else { task.note.as_str() };
    let given =
        params![tenant.0, task.id.0, task.version, unit.at.0, unit.by.map(|id| id.0), turn.code(), task.assignee.map(|id| id.0), reason];
    tx.execute(sql, given).await?;
    Ok(())
}

fn event(task: &Task, at: Instant) -> Result<InboxItem, Fault> {
    let (id, module, kind) = (InboxId::fresh(), task.module.clone(), CHANGED.to_owned());
    Ok(InboxItem { id, module, kind, payload: json(task)?, received_at: at, attempts: 0, state: InboxState::Waiting })
}

/// Tells modules what is overdue, each once; how many.
pub(crate) async fn tell_overdue(tx: &mut Tx, tenant: TenantId, today: chrono::NaiveDate, now: Instant, limit: u32) -> Result<u64, Fault> {
    let sql = format!("SELECT {COLUMNS} FROM tasks WHERE tenant = ? AND {OPEN} AND NOT told AND due < ? ORDER BY due, id LIMIT ?");
    let tasks = tx.rows(&sql, params![tenant.0, today.to_string(), limit]).await?.iter().map(task).collect::<Result<Vec<_>, _>>()?;
    let events = tasks.iter().map(|task| event(task, now)).collect::<Result<Vec<_>, _>>()?;
    if !tasks.is_empty() {
        let given = vec![Param::Bool(true), tenant.0.into(), Param::Uuids(tasks.iter().map(|task| task.id.0).collect())];
        tx.execute("UPDATE tasks SET told = ? WHERE tenant = ? AND id IN (??)", given).await?;
    }
    inbox::put(tx, tenant, &events).await
}

pub(crate) async fn one(tx: &mut Tx, tenant: TenantId, id: TaskId) -> Result<Option<Task>, Fault> {
    let sql = format!("SELECT {COLUMNS} FROM tasks WHERE tenant = ? AND id = ?");
    tx.row(&sql, params![tenant.0, id.0]).await?.as_ref().map(task).transpose()
}

pub(crate) async fn about(tx: &mut Tx, tenant: TenantId, modules: &BTreeSet<Name>, about: &EntryRef) -> Result<Vec<Task>, Fault> {
    let sql = format!("SELECT {COLUMNS} FROM tasks WHERE tenant = ? AND about = ? AND about_register = ? AND module IN (??) ORDER BY id");
    let mut given = params![tenant.0, about.id.0, about.register.as_str()];
    given.push(texts(modules.iter().map(Name::as_str)));
    tx.rows(&sql, given).await?.iter().map(task).collect()
}

pub(crate) async fn turns(tx: &mut Tx, tenant: TenantId, id: TaskId) -> Result<Vec<TaskTurn>, Fault> {
    let sql = "SELECT version, at, by_whom, turn, assignee, reason FROM task_turns WHERE tenant = ? AND task = ? ORDER BY version";
    let read = |row: &Row| {
        let turn: String = row.get(3)?;
        Ok(TaskTurn {
            version: version(row, 0)?,
            at: Instant(row.get(1)?),
            by: row.get::<Option<Uuid>>(2)?.map(SubjectId),
            turn: Turn::from_code(&turn).ok_or_else(corrupt)?,
            assignee: row.get::<Option<Uuid>>(4)?.map(SubjectId),
            reason: row.get(5)?,
        })
    };
    tx.rows(sql, params![tenant.0, id.0]).await?.iter().map(read).collect()
}

fn texts<'a>(all: impl Iterator<Item = &'a str>) -> Param {
    Param::Texts(all.map(str::to_owned).collect())
}

/// What a worklist is put together from: a condition for each role, and one for the person. None of them overlap, and each is in order by its index.
fn parts(query: &TaskQuery) -> Vec<(&'static str, Vec<Param>)> {
    let role = |role: &Name| vec![Param::from(role.as_str())];
    let roles = |sql: &'static str| query.roles.iter().map(move |name| (sql, role(name)));
    let own = query.person.map(|person| Param::from(person.0));
    match query.scope {
        Scope::Mine => own.map(|own| ("standing = 'claimed' AND assignee = ?", vec![own])).into_iter().collect(),
        Scope::Unassigned => roles("standing = 'open' AND role = ?").collect(),
        Scope::Overdue | Scope::All => {
            // Their own although they lost the role since. A list is never empty: PostgreSQL and SQLite agree on that.
            let known = texts(query.roles.iter().map(Name::as_str).chain([""]));
            let lost = own.map(|own| ("standing = 'claimed' AND assignee = ? AND NOT role IN (??)", vec![own, known]));
            roles("standing IN ('open', 'claimed') AND role = ?").chain(lost).collect()
        }
    }
}

/// Each part's rows, in order, no more than `most`.
fn select(tenant: TenantId, query: &TaskQuery, columns: &str, most: u64) -> Option<Sql> {
    let mut sql = Sql { text: String::new(), params: Vec::new() };
    for (place, (condition, given)) in parts(query).into_iter().enumerate() {
        let union = if place == 0 { "" } else { " UNION ALL " };
        sql.push(&format!("{union}SELECT * FROM (SELECT {columns} FROM tasks WHERE tenant = ? AND {condition}"), params![tenant.0]);
        sql.params.extend(given);
        if query.scope == Scope::Overdue {
            sql.push(" AND due < ?", params![query.today.to_string()]);
        }
        if let Some(modules) = &query.modules {
            sql.push(" AND module IN (??)", vec![texts(modules.iter().map(Name::as_str).chain([""]))]);
        }
        if !query.kinds.is_empty() {
            sql.push(" AND kind IN (??)", vec![texts(query.kinds.iter().map(String::as_str))]);
        }
        sql.push(&format!(" ORDER BY due, rank, id LIMIT ?) part{place}"), params![most]);
    }
    (!sql.text.is_empty()).then_some(sql)
}

/// A page of a worklist.
pub(crate) async fn page(tx: &mut Tx, tenant: TenantId, query: &TaskQuery, offset: u64, limit: u32) -> Result<Vec<Task>, Fault> {
    let Some(parts) = select(tenant, query, COLUMNS, offset.saturating_add(u64::from(limit))) else { return Ok(Vec::new()) };
    let mut sql =
        Sql { text: format!("SELECT * FROM ({}) worklist ORDER BY due, rank, id LIMIT ? OFFSET ?", parts.text), params: parts.params };
    sql.params.extend(params![limit, offset]);
    tx.search(sql).await?.iter().map(task).collect()
}

/// How many tasks a worklist has, counted no further than `at_most`.
pub(crate) async fn count(tx: &mut Tx, tenant: TenantId, query: &TaskQuery, at_most: u64) -> Result<u64, Fault> {
    let Some(parts) = select(tenant, query, "due, rank, id", at_most) else { return Ok(0) };
    let sql = Sql { text: format!("SELECT count(*) FROM ({}) worklist", parts.text), params: parts.params };
    let found = tx.search(sql).await?;
    Ok(found.first().map_or(Ok(0), |row| row.count(0))?.min(at_most))
}
