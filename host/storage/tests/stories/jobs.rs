//! Timers come once; a job's steps are kept with what they write, each once.

use crate::support::*;
use vatra_core::clock::Instant;
use vatra_core::ids::{EntryId, JobId, TenantId};
use vatra_core::jobs::{Job, JobChange, Progress, Round, Standing, Starter};
use vatra_core::store::{CommitError, Municipal, Platform};
use vatra_core::timers::{Moment, Timer, TimerChange};
use vatra_core::unit::Unit;
use vatra_core::value::EntryRef;

stories![
    a_timer_comes_once_wherever_it_was_moved_to,
    a_step_is_kept_with_its_writes_or_not_at_all,
    one_at_a_time_is_one_at_a_time,
    a_cancelled_job_ends_after_the_step_under_way,
    what_failed_waits_and_what_ended_is_told_once,
    a_round_is_gone_once,
];

fn entry() -> EntryRef {
    EntryRef { register: named("accounts"), id: EntryId::fresh() }
}

fn set(timers: Vec<Timer>) -> Unit {
    let mut unit = unit();
    unit.timers = timers.into_iter().map(TimerChange::Set).collect();
    unit
}

async fn a_timer_comes_once_wherever_it_was_moved_to(stage: Stage) {
    let (tenant, other) = (stage.tenant("sculeni").await, stage.tenant("lozova").await);
    let (about, soon, late) = (entry(), now().plus_seconds(60), now().plus_seconds(600));
    let timer = |name: &str, at| Timer { name: name.into(), moment: Moment::At(at), about: Some(about.clone()) };
    stage.commit(tenant, set(vec![timer("a", soon), timer("b", soon), timer("c", late)])).await.unwrap();
    // The same name in another module is another timer.
    stage.commit(tenant, Unit { module: named("another-module"), ..set(vec![timer("a", late)]) }).await.unwrap();
    let mut change = set(vec![timer("b", late)]);
    change.timers.push(TimerChange::Cancel("c".into()));
    change.timers.push(TimerChange::Cancel("never-set".into()));
    stage.commit(tenant, change).await.unwrap();
    let mut snapshot = stage.storage.snapshot(tenant).await.unwrap();
    let module = named("tax-collector");
    assert_eq!(snapshot.timers_about(&module, &about).await.unwrap(), [timer("a", soon), timer("b", late)]);
    assert_eq!((snapshot.timers_pending(&module, 10).await.unwrap(), snapshot.timers_pending(&module, 1).await.unwrap()), (2, 1));
    drop(snapshot);

    assert!(stage.storage.timers_waiting(now()).await.unwrap().is_empty());
    assert_eq!(stage.storage.timers_waiting(soon).await.unwrap(), [tenant]);
    assert_eq!(stage.storage.timers_fire(other, late, 10).await.unwrap(), 0, "of its own municipality");
    // Two hosts at once.
    let beside = stage.another().await;
    let (one, two) = tokio::join!(stage.storage.timers_fire(tenant, soon, 10), beside.timers_fire(tenant, soon, 10));
    assert_eq!(one.unwrap() + two.unwrap(), 1);
    assert_eq!(stage.storage.timers_fire(tenant, late.plus_seconds(1), 1).await.unwrap(), 1, "at most so many");
    assert_eq!(stage.storage.timers_fire(tenant, late.plus_seconds(1), 10).await.unwrap(), 1);
    assert_eq!(stage.storage.timers_fire(tenant, late.plus_seconds(1), 10).await.unwrap(), 0);
    let told = stage.storage.inbox_open(tenant).await.unwrap();
    let first: Timer = serde_json::from_str(&told[0].payload).unwrap();
    assert_eq!((told.len(), told[0].kind.as_str(), first), (3, "timers.fired", timer("a", soon)));
}

fn job(name: &str) -> Job {
    Job::new(JobId::fresh(), named("tax-collector"), named(name), Starter::default(), Some("0".into()), now())
}

fn change(change: JobChange) -> Unit {
    let mut unit = unit();
    unit.jobs.push(change);
    unit
}

fn start(job: &Job, alone: bool) -> Unit {
    change(JobChange::Start { job: Box::new(job.clone()), alone, round: None })
}

fn step(job: &Job, steps: u32, cursor: Option<&str>) -> Unit {
    let progress = Progress { cursor: cursor.map(str::to_owned), done: u64::from(steps) + 1, total: Some(3), note: "așa".into() };
    let mut unit = change(JobChange::Step { id: job.id, steps, progress });
    unit.entries.push(account(&format!("{}-{steps}", job.id), &[]));
    unit
}

async fn read(stage: &Stage, tenant: TenantId, id: JobId) -> Job {
    stage.storage.snapshot(tenant).await.unwrap().job(id).await.unwrap().unwrap()
}

async fn due(stage: &Stage, tenant: TenantId, at: Instant) -> Vec<JobId> {
    stage.storage.jobs_due(tenant, at, 10).await.unwrap().iter().map(|job| job.id).collect()
}

async fn a_step_is_kept_with_its_writes_or_not_at_all(stage: Stage) {
    let tenant = stage.tenant("sculeni").await;
    let job = job("assess");
    stage.commit(tenant, start(&job, true)).await.unwrap();
    assert_eq!((read(&stage, tenant, job.id).await, due(&stage, tenant, now()).await), (job.clone(), vec![job.id]));
    assert_eq!(stage.storage.jobs_waiting(now()).await.unwrap(), [tenant]);
    stage.commit(tenant, step(&job, 0, Some("1"))).await.unwrap();
    // The same step made by another host, and one that came too early.
    for wrong in [0, 2] {
        assert!(matches!(stage.commit(tenant, step(&job, wrong, Some("x"))).await, Err(CommitError::Conflict)));
    }
    let after = read(&stage, tenant, job.id).await;
    assert_eq!((after.standing, after.steps, after.done, after.cursor.as_deref()), (Standing::Running, 1, 1, Some("1")));
    // What the step writes conflicts: neither is kept.
    let mut refused = step(&job, 1, Some("2"));
    refused.cancelled_orders.push(("nobody-s".into(), "x".into()));
    assert!(matches!(stage.commit(tenant, refused).await, Err(CommitError::Conflict)));
    assert_eq!(read(&stage, tenant, job.id).await, after);
    stage.commit(tenant, step(&job, 1, None)).await.unwrap();
    assert!(matches!(stage.commit(tenant, step(&job, 2, None)).await, Err(CommitError::Conflict)), "it is over");
    let entries = stage.find(tenant, &all(), vatra_core::register::Reach::Host).await.entries.len();
    assert_eq!((entries, due(&stage, tenant, now().plus_seconds(9_999)).await), (2, vec![]));
    let told = stage.storage.inbox_open(tenant).await.unwrap();
    assert_eq!(told.iter().map(|item| item.kind.as_str()).collect::<Vec<_>>(), ["jobs.ended"]);
    assert_eq!(serde_json::from_str::<Job>(&told[0].payload).unwrap(), read(&stage, tenant, job.id).await);
}

async fn one_at_a_time_is_one_at_a_time(stage: Stage) {
    let (tenant, other) = (stage.tenant("sculeni").await, stage.tenant("lozova").await);
    let (first, second) = (job("assess"), job("assess"));
    stage.commit(tenant, start(&first, true)).await.unwrap();
    assert!(matches!(stage.commit(tenant, start(&second, true)).await, Err(CommitError::Conflict)));
    stage.commit(tenant, start(&job("assess"), false)).await.unwrap();
    stage.commit(tenant, start(&job("remind"), true)).await.unwrap();
    stage.commit(other, start(&second, true)).await.unwrap();
    let mut snapshot = stage.storage.snapshot(tenant).await.unwrap();
    let (module, assess) = (named("tax-collector"), named("assess"));
    assert!(snapshot.job_open(&module, &assess).await.unwrap() && !snapshot.job_open(&named("another-module"), &assess).await.unwrap());
    assert_eq!(snapshot.jobs(Some(&module), Some(&assess), 10).await.unwrap().len(), 2);
    assert_eq!((snapshot.jobs(None, None, 2).await.unwrap().len(), snapshot.job(second.id).await.unwrap()), (2, None));
}

async fn a_cancelled_job_ends_after_the_step_under_way(stage: Stage) {
    let tenant = stage.tenant("sculeni").await;
    let (busy, idle) = (job("assess"), job("remind"));
    for job in [&busy, &idle] {
        stage.commit(tenant, start(job, true)).await.unwrap();
        stage.commit(tenant, change(JobChange::Cancel(job.id))).await.unwrap();
        assert_eq!(read(&stage, tenant, job.id).await.told(), Standing::Cancelled);
    }
    // One had its step under way: it is kept, and was the last. The other is ended by whoever would make the next.
    stage.commit(tenant, step(&busy, 0, Some("1"))).await.unwrap();
    let end = || change(JobChange::End { id: idle.id, steps: 0, standing: Standing::Cancelled, failure: String::new() });
    stage.commit(tenant, end()).await.unwrap();
    assert!(matches!(stage.commit(tenant, end()).await, Err(CommitError::Conflict)));
    assert!(matches!(stage.commit(tenant, change(JobChange::Cancel(busy.id))).await, Err(CommitError::Conflict)), "it is over");
    for (job, steps) in [(&busy, 1), (&idle, 0)] {
        let now = read(&stage, tenant, job.id).await;
        assert_eq!((now.standing, now.steps), (Standing::Cancelled, steps));
    }
    assert_eq!(stage.storage.inbox_open(tenant).await.unwrap().len(), 2);
}

async fn what_failed_waits_and_what_ended_is_told_once(stage: Stage) {
    let tenant = stage.tenant("sculeni").await;
    let (first, second) = (job("assess"), Job { next_at: now().plus_seconds(1), ..job("remind") });
    for job in [&first, &second] {
        stage.commit(tenant, start(job, true)).await.unwrap();
    }
    let later = now().plus_seconds(60);
    assert_eq!(due(&stage, tenant, later).await, [first.id, second.id]);
    stage.storage.job_retry(tenant, first.id, later, "module:trap", true).await.unwrap();
    stage.storage.job_retry(tenant, second.id, later.plus_seconds(1), "denied:jobs:revoked", false).await.unwrap();
    let (one, two) = (read(&stage, tenant, first.id).await, read(&stage, tenant, second.id).await);
    assert_eq!((one.attempts, one.failure.as_str(), two.attempts), (1, "module:trap", 0));
    assert!(due(&stage, tenant, now()).await.is_empty());
    stage.storage.jobs_wake(tenant, &named("tax-collector"), now()).await.unwrap();
    assert_eq!(due(&stage, tenant, now()).await.len(), 2);
    // A step that is kept forgets what failed before it.
    stage.commit(tenant, step(&first, 0, Some("1"))).await.unwrap();
    assert_eq!((read(&stage, tenant, first.id).await.attempts, read(&stage, tenant, first.id).await.failure.as_str()), (0, ""));
    let fail = change(JobChange::End { id: second.id, steps: 0, standing: Standing::Failed, failure: "module:trap".into() });
    stage.commit(tenant, fail).await.unwrap();
    let told: Vec<Job> =
        stage.storage.inbox_open(tenant).await.unwrap().iter().map(|item| serde_json::from_str(&item.payload).unwrap()).collect();
    assert_eq!(told.iter().map(|job| (job.standing, job.failure.as_str())).collect::<Vec<_>>(), [(Standing::Failed, "module:trap")]);
}

async fn a_round_is_gone_once(stage: Stage) {
    let (tenant, other) = (stage.tenant("sculeni").await, stage.tenant("lozova").await);
    let round = Round { module: named("tax-collector"), name: named("assess"), schedule: "{}".into(), next_at: now() };
    stage.storage.put_round(tenant, &round).await.unwrap();
    assert!(stage.storage.rounds(other).await.unwrap().is_empty());
    let next = now().plus_seconds(86_400);
    let go = || change(JobChange::Start { job: Box::new(job("assess")), alone: false, round: Some((now(), next)) });
    stage.commit(tenant, go()).await.unwrap();
    assert!(matches!(stage.commit(tenant, go()).await, Err(CommitError::Conflict)), "by another host");
    assert_eq!(stage.storage.rounds(tenant).await.unwrap(), [Round { next_at: next, ..round }]);
    assert_eq!(due(&stage, tenant, now()).await.len(), 1);
}
