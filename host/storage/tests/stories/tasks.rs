//! Tasks: opened, claimed, given to others and done, each change once; worklists for whoever asks.

use crate::support::*;
use std::collections::{BTreeMap, BTreeSet};
use vatra_core::ids::{EntryId, Name, SubjectId, TaskId, TenantId};
use vatra_core::store::{CommitError, Municipal, Platform};
use vatra_core::tasks::{Change, Priority, Scope, Standing, Task, TaskChange, TaskQuery, Turn};
use vatra_core::unit::Unit;
use vatra_core::value::EntryRef;
use vatra_core::view::{Link, Words};

stories![
    a_task_goes_from_hand_to_hand_and_two_never_have_it,
    a_worklist_is_for_whoever_asks_soonest_first,
    what_is_overdue_is_told_once,
    orders_that_can_be_paid_are_found,
    a_worklist_of_many_is_read_by_index,
];

fn task(kind: &str, role: &str, due: Option<&str>) -> Task {
    Task {
        id: TaskId::fresh(),
        module: named("tax-collector"),
        version: 1,
        standing: Standing::Open,
        kind: kind.into(),
        title: Words::Key("answer".into(), fields(&[("days", money(3))])),
        opens: Link { label: Words::Plain("Petiția".into()), screen: "petition".into(), parameters: BTreeMap::new() },
        about: None,
        role: named(role),
        assignee: None,
        due: due.map(|due| due.parse().unwrap()),
        priority: Priority::Normal,
        opened_at: unit().at,
        closed_at: None,
        note: String::new(),
    }
}

fn open(tasks: &[&Task]) -> Unit {
    let mut unit = unit();
    unit.tasks = tasks.iter().map(|task| TaskChange::Open(Box::new((*task).clone()))).collect();
    unit
}

fn set(task: &Task, change: &Change, by: SubjectId) -> (Task, Unit) {
    let next = task.after(change, unit().at).unwrap();
    let mut unit = Unit { by: Some(by), ..unit() };
    unit.tasks.push(TaskChange::Set { task: Box::new(next.clone()), turn: change.turn(), tell: true });
    (next, unit)
}

fn query(scope: Scope, person: SubjectId, roles: &[&str]) -> TaskQuery {
    let roles = roles.iter().map(|role| named(role)).collect();
    TaskQuery { scope, person: Some(person), roles, modules: None, kinds: BTreeSet::new(), today: "2026-09-26".parse().unwrap() }
}

async fn list(stage: &Stage, tenant: TenantId, query: &TaskQuery) -> Vec<String> {
    let mut snapshot = stage.storage.snapshot(tenant).await.unwrap();
    let found: Vec<String> = snapshot.tasks(query, 0, 100).await.unwrap().into_iter().map(|task| task.kind).collect();
    assert_eq!(snapshot.tasks_count(query, 1_000).await.unwrap(), found.len() as u64);
    found
}

async fn a_task_goes_from_hand_to_hand_and_two_never_have_it(stage: Stage) {
    let (tenant, other) = (stage.tenant("sculeni").await, stage.tenant("lozova").await);
    let (ana, ion) = (SubjectId::fresh(), SubjectId::fresh());
    let about = EntryRef { register: named("accounts"), id: EntryId::fresh() };
    let first = Task { about: Some(about.clone()), ..task("answer", "clerk", Some("2026-10-01")) };
    stage.commit(tenant, open(&[&first])).await.unwrap();
    let (claimed, claim) = set(&first, &Change::Claim(ana), ana);
    stage.commit(tenant, claim).await.unwrap();
    let (_, late) = set(&first, &Change::Claim(ion), ion);
    assert!(matches!(stage.commit(tenant, late).await, Err(CommitError::Conflict)), "somebody was quicker");
    let (given, assign) = set(&claimed, &Change::Assign(Some(ion), "Concediu".into()), ana);
    stage.commit(tenant, assign).await.unwrap();
    let (done, complete) = set(&given, &Change::Complete("Trimis".into()), ion);
    stage.commit(tenant, complete.clone()).await.unwrap();
    assert!(matches!(stage.commit(tenant, complete).await, Err(CommitError::Conflict)), "it is over");
    assert_eq!(done.after(&Change::Claim(ana), now()), None);

    let mut snapshot = stage.storage.snapshot(tenant).await.unwrap();
    assert_eq!(snapshot.task(first.id).await.unwrap(), Some(done.clone()));
    let modules = |names: &[&str]| names.iter().map(|name| named(name)).collect::<BTreeSet<Name>>();
    assert_eq!(snapshot.tasks_of(&modules(&["tax-collector"]), &about).await.unwrap(), [done]);
    assert!(snapshot.tasks_of(&modules(&["another-module"]), &about).await.unwrap().is_empty());
    let turns = snapshot.task_turns(first.id).await.unwrap();
    let said: Vec<_> = turns.iter().map(|turn| (turn.version, turn.turn, turn.by, turn.assignee, turn.reason.as_str())).collect();
    let expected = [
        (1, Turn::Opened, None, None, ""),
        (2, Turn::Claimed, Some(ana), Some(ana), ""),
        (3, Turn::Assigned, Some(ana), Some(ion), "Concediu"),
        (4, Turn::Completed, Some(ion), Some(ion), "Trimis"),
    ];
    assert_eq!(said, expected);
    assert_eq!(stage.storage.snapshot(other).await.unwrap().task(first.id).await.unwrap(), None);
    assert_eq!(stage.storage.inbox_open(tenant).await.unwrap().len(), 3, "each change is told to the module");
}

async fn a_worklist_is_for_whoever_asks_soonest_first(stage: Stage) {
    let (tenant, other) = (stage.tenant("sculeni").await, stage.tenant("lozova").await);
    let (ana, ion) = (SubjectId::fresh(), SubjectId::fresh());
    let of = |task: Task, who: SubjectId| Task { assignee: Some(who), standing: Standing::Claimed, ..task };
    let all = [
        task("never", "clerk", None),
        task("later", "clerk", Some("2026-10-05")),
        Task { priority: Priority::High, ..task("urgent", "clerk", Some("2026-10-05")) },
        task("late", "clerk", Some("2026-09-25")),
        of(task("ana-s", "clerk", Some("2026-09-26")), ana),
        // Hers from a role that she does not hold any more.
        of(task("lost-role", "notary", Some("2026-09-24")), ana),
        of(task("ion-s", "clerk", Some("2026-09-20")), ion),
        task("of-others", "notary", Some("2026-09-01")),
        Task { module: named("another-module"), ..task("elsewhere", "mayor", Some("2026-12-01")) },
        Task { standing: Standing::Done, ..task("done", "clerk", Some("2026-09-01")) },
    ];
    stage.commit(tenant, open(&all.iter().collect::<Vec<_>>())).await.unwrap();
    let of = |scope| query(scope, ana, &["clerk", "mayor"]);
    assert_eq!(list(&stage, tenant, &of(Scope::Mine)).await, ["lost-role", "ana-s"]);
    assert_eq!(list(&stage, tenant, &of(Scope::Unassigned)).await, ["late", "urgent", "later", "elsewhere", "never"]);
    assert_eq!(list(&stage, tenant, &of(Scope::Overdue)).await, ["ion-s", "lost-role", "late"]);
    let everything = ["ion-s", "lost-role", "late", "ana-s", "urgent", "later", "elsewhere", "never"];
    assert_eq!(list(&stage, tenant, &of(Scope::All)).await, everything);
    let modules = Some([named("another-module")].into());
    assert_eq!(list(&stage, tenant, &TaskQuery { modules, ..of(Scope::All) }).await, ["elsewhere"]);
    let kinds = ["late".to_owned(), "never".to_owned()].into();
    assert_eq!(list(&stage, tenant, &TaskQuery { kinds, ..of(Scope::Unassigned) }).await, ["late", "never"]);
    // Nobody in particular, and a municipality where there is nothing.
    assert!(list(&stage, tenant, &TaskQuery { person: None, roles: BTreeSet::new(), ..of(Scope::All) }).await.is_empty());
    assert!(list(&stage, other, &of(Scope::All)).await.is_empty());
    let mut snapshot = stage.storage.snapshot(tenant).await.unwrap();
    let page: Vec<String> = snapshot.tasks(&of(Scope::All), 2, 3).await.unwrap().into_iter().map(|task| task.kind).collect();
    assert_eq!(page, everything[2..5]);
    assert_eq!(snapshot.tasks_count(&of(Scope::All), 4).await.unwrap(), 4, "counted no further");
}

async fn what_is_overdue_is_told_once(stage: Stage) {
    let tenant = stage.tenant("sculeni").await;
    let day = |text: &str| text.parse().unwrap();
    let (late, done) =
        (task("late", "clerk", Some("2026-09-25")), Task { standing: Standing::Done, ..task("done", "clerk", Some("2026-09-25")) });
    stage.commit(tenant, open(&[&late, &done, &task("never", "clerk", None)])).await.unwrap();
    assert!(stage.storage.tasks_overdue(day("2026-09-25")).await.unwrap().is_empty(), "not on its last day");
    assert_eq!(stage.storage.tasks_overdue(day("2026-09-26")).await.unwrap(), [tenant]);
    let tell = async |today| stage.storage.tasks_tell_overdue(tenant, day(today), now(), 10).await.unwrap();
    assert_eq!((tell("2026-09-26").await, tell("2026-09-27").await), (1, 0));
    assert!(stage.storage.tasks_overdue(day("2026-09-27")).await.unwrap().is_empty());
    // Claimed it is not told again; with another date it may be late once more.
    let ana = SubjectId::fresh();
    let (claimed, claim) = set(&late, &Change::Claim(ana), ana);
    stage.commit(tenant, claim).await.unwrap();
    assert_eq!(tell("2026-09-28").await, 0);
    let (_, postpone) = set(&claimed, &Change::Postpone(day("2026-10-01"), "Lipsesc acte".into()), ana);
    stage.commit(tenant, postpone).await.unwrap();
    assert_eq!((tell("2026-10-01").await, tell("2026-10-02").await), (0, 1));
}

async fn orders_that_can_be_paid_are_found(stage: Stage) {
    let tenant = stage.tenant("sculeni").await;
    let day = |text: &str| Some(text.parse().unwrap());
    let mut unit = unit();
    unit.orders = vec![
        vatra_core::unit::NewOrder { due: None, ..order("3", &[100]) },
        vatra_core::unit::NewOrder { due: day("2026-10-02"), ..order("2", &[100]) },
        order("1", &[100]),
        vatra_core::unit::NewOrder { expires: day("2026-09-25"), ..order("lapsed", &[100]) },
        vatra_core::unit::NewOrder { module: named("another-module"), due: day("2026-09-30"), ..order("other", &[100]) },
    ];
    stage.commit(tenant, unit).await.unwrap();
    let mut snapshot = stage.storage.snapshot(tenant).await.unwrap();
    let (own, both): (BTreeSet<Name>, BTreeSet<Name>) =
        ([named("tax-collector")].into(), [named("tax-collector"), named("another-module")].into());
    let today = "2026-09-26".parse().unwrap();
    let numbers = |orders: Vec<vatra_core::store::Order>| orders.into_iter().map(|order| order.order.number).collect::<Vec<_>>();
    assert_eq!(numbers(snapshot.orders_unpaid(&own, today, 0, 10).await.unwrap()), ["1", "2", "3"]);
    assert_eq!(numbers(snapshot.orders_unpaid(&both, today, 0, 2).await.unwrap()), ["other", "1"]);
    assert_eq!(numbers(snapshot.orders_unpaid(&both, today, 2, 9).await.unwrap()), ["2", "3"]);
    assert_eq!(snapshot.orders_unpaid_count(&both, today, 100).await.unwrap(), 4);
    assert_eq!(snapshot.orders_unpaid_count(&BTreeSet::new(), today, 100).await.unwrap(), 0);
}

/// What a page costs must not grow with what there is: SQLite says which way it goes.
async fn a_worklist_of_many_is_read_by_index(stage: Stage) {
    let vatra_storage::DatabaseUrl::Sqlite(path) = &stage.database else { return };
    let pool = sqlx::SqlitePool::connect(&format!("sqlite://{}", path.display())).await.unwrap();
    let plans = [
        ("standing = 'claimed' AND assignee = x'00'", "tasks_of_somebody"),
        ("standing = 'open' AND role = 'clerk'", "tasks_of_nobody"),
        ("standing IN ('open', 'claimed') AND role = 'clerk'", "tasks_of_role"),
        ("standing IN ('open', 'claimed') AND role = 'clerk' AND due < '2026-09-26'", "tasks_of_role"),
    ];
    for (condition, index) in plans {
        let sql = format!("EXPLAIN QUERY PLAN SELECT id FROM tasks WHERE tenant = x'00' AND {condition} ORDER BY due, rank, id LIMIT 26");
        let rows: Vec<(i64, i64, i64, String)> = sqlx::query_as(sqlx::AssertSqlSafe(sql)).fetch_all(&pool).await.unwrap();
        let plan = rows.into_iter().map(|(.., step)| step).collect::<Vec<_>>().join("; ");
        assert!(plan.contains(index) && !plan.contains("TEMP B-TREE"), "{condition}: {plan}");
    }
}
