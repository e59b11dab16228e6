//! Entries of a job that performs an action on many: kept with the job, in their order, with what came of each, and gone with nobody else's.

use crate::support::*;
use vatra_core::bulk::{BulkChange, BulkRow, Came, JOB};
use vatra_core::ids::{EntryId, JobId, TenantId};
use vatra_core::jobs::{Job, JobChange, Progress, Starter};
use vatra_core::store::{CommitError, Municipal};
use vatra_core::unit::Unit;
use vatra_core::value::EntryRef;

stories![what_came_of_each_is_kept_with_the_step_or_not_at_all, another_job_and_another_municipality_have_their_own, many_are_kept_at_once];

fn entries(count: usize) -> Vec<EntryRef> {
    (0..count).map(|_| EntryRef { register: named("accounts"), id: EntryId::fresh() }).collect()
}

fn begun(entries: &[EntryRef]) -> (Job, Unit) {
    let job = Job::new(JobId::fresh(), named("tax-collector"), named(JOB), Starter::default(), Some("0".into()), now());
    let mut unit = unit();
    unit.jobs.push(JobChange::Start { job: Box::new(job.clone()), alone: false, round: None });
    unit.bulk.push(BulkChange::Rows(job.id, entries.to_vec()));
    (job, unit)
}

/// A step that says this of these rows.
fn came(job: &Job, steps: u32, rows: Vec<BulkRow>) -> Unit {
    let progress = Progress { cursor: Some("next".into()), done: u64::from(steps) + 1, total: None, note: String::new() };
    let mut unit = unit();
    unit.bulk.push(BulkChange::Came(job.id, rows));
    unit.jobs.push(JobChange::Step { id: job.id, steps, progress });
    unit
}

async fn rows(stage: &Stage, tenant: TenantId, job: JobId, came: Option<Came>, from: u32, limit: u32) -> Vec<BulkRow> {
    stage.storage.snapshot(tenant).await.unwrap().bulk_rows(job, came, from, limit).await.unwrap()
}

async fn what_came_of_each_is_kept_with_the_step_or_not_at_all(stage: Stage) {
    let tenant = stage.tenant("sculeni").await;
    let chosen = entries(5);
    let (job, unit) = begun(&chosen);
    stage.commit(tenant, unit).await.unwrap();
    let kept = rows(&stage, tenant, job.id, None, 0, 100).await;
    assert_eq!(kept.iter().map(|row| row.entry.clone()).collect::<Vec<_>>(), chosen, "in the order in which they were chosen");
    assert_eq!(
        kept.iter().map(|row| (row.place, row.came)).collect::<Vec<_>>(),
        (0..5).map(|place| (place, Came::Waiting)).collect::<Vec<_>>()
    );

    let said = |place: usize, came: Came, reason: &str| BulkRow { came, reason: reason.into(), ..kept[place].clone() };
    let first = vec![said(0, Came::Done, ""), said(1, Came::Refused, "Rândul este rău: „ș” și 'ț'")];
    stage.commit(tenant, came(&job, 0, first.clone())).await.unwrap();
    // The same step again, of a host that was slower: nothing of it is kept.
    let late = came(&job, 0, vec![said(0, Came::Refused, "late"), said(2, Came::Done, "")]);
    assert!(matches!(stage.commit(tenant, late).await, Err(CommitError::Conflict)));
    let now = rows(&stage, tenant, job.id, None, 0, 2).await;
    assert_eq!(now, first, "the words as they were said");
    assert_eq!(
        rows(&stage, tenant, job.id, Some(Came::Waiting), 0, 2).await,
        [kept[2].clone(), kept[3].clone()],
        "the next that wait, so many"
    );
    assert_eq!(rows(&stage, tenant, job.id, None, 4, 100).await, [kept[4].clone()], "from a place on");
    let mut snapshot = stage.storage.snapshot(tenant).await.unwrap();
    let counts = [
        snapshot.bulk_count(job.id, Came::Done).await.unwrap(),
        snapshot.bulk_count(job.id, Came::Refused).await.unwrap(),
        snapshot.bulk_count(job.id, Came::Waiting).await.unwrap(),
    ];
    assert_eq!(counts, [1, 1, 3]);
    drop(snapshot);
    // Whoever opens the data later finds the same.
    let beside = stage.another().await;
    assert_eq!(beside.snapshot(tenant).await.unwrap().bulk_rows(job.id, Some(Came::Refused), 0, 9).await.unwrap(), first[1..]);
}

async fn another_job_and_another_municipality_have_their_own(stage: Stage) {
    let (tenant, other) = (stage.tenant("sculeni").await, stage.tenant("lozova").await);
    let chosen = entries(3);
    let ((one, first), (two, second)) = (begun(&chosen), begun(&chosen));
    stage.commit(tenant, first).await.unwrap();
    stage.commit(tenant, second).await.unwrap();
    let done = rows(&stage, tenant, one.id, None, 0, 9).await.into_iter().map(|row| BulkRow { came: Came::Done, ..row }).collect();
    stage.commit(tenant, came(&one, 0, done)).await.unwrap();
    let mut snapshot = stage.storage.snapshot(tenant).await.unwrap();
    assert_eq!((snapshot.bulk_count(one.id, Came::Done).await.unwrap(), snapshot.bulk_count(two.id, Came::Done).await.unwrap()), (3, 0));
    drop(snapshot);
    assert_eq!(rows(&stage, tenant, two.id, Some(Came::Waiting), 0, 9).await.len(), 3);
    // A municipality that learns the job's id reads nothing by it, and changes nothing.
    assert!(rows(&stage, other, one.id, None, 0, 9).await.is_empty());
    let forged = rows(&stage, tenant, one.id, None, 0, 1).await.into_iter().map(|row| BulkRow { came: Came::Refused, ..row }).collect();
    let mut unit = unit();
    unit.bulk.push(BulkChange::Came(one.id, forged));
    stage.commit(other, unit).await.unwrap();
    assert!(rows(&stage, tenant, one.id, Some(Came::Refused), 0, 9).await.is_empty());
}

async fn many_are_kept_at_once(stage: Stage) {
    let tenant = stage.tenant("sculeni").await;
    let chosen = entries(3_000);
    let (job, unit) = begun(&chosen);
    stage.commit(tenant, unit).await.unwrap();
    let mut seen = Vec::new();
    loop {
        let next = rows(&stage, tenant, job.id, None, seen.len() as u32, 700).await;
        if next.is_empty() {
            break;
        }
        seen.extend(next.into_iter().map(|row| row.entry));
    }
    assert_eq!(seen, chosen);
}
