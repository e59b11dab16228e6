//! Many at once: what is kept together fails alone, and chains hold whoever writes them.

use crate::support::*;
use std::collections::BTreeSet;
use vatra_core::ids::{SubjectId, SubmissionId};
use vatra_core::providers::Confirmation;
use vatra_core::store::{CommitError, Municipal, Recorded};
use vatra_core::value::Money;

stories![
    batch_mates_of_a_failed_unit_are_kept,
    a_form_sent_many_times_at_once_is_performed_once,
    one_who_gave_up_hinders_nobody,
    two_hosts_write_the_same_municipalities,
];

/// Units that conflict, fail by a key, or name nothing, among audit rows and units that are well, all queued at the same moment.
async fn batch_mates_of_a_failed_unit_are_kept(stage: Stage) {
    let tenants = [stage.tenant("sculeni").await, stage.tenant("lozova").await, stage.tenant("nisporeni").await];
    for tenant in tenants {
        let mut first = unit();
        first.entries.push(account("taken", &[]));
        stage.commit(tenant, first).await.unwrap();
    }
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..240usize {
        let (storage, tenant) = (stage.storage.clone(), tenants[n % 3]);
        tasks.spawn(async move {
            let mut unit = unit();
            unit.audit.push(row("kept", &[SubjectId::fresh()]));
            unit.entries.push(account(&n.to_string(), &[]));
            let outcome = match n % 8 {
                0 => return storage.audit(tenant, vec![row("look", &[SubjectId::fresh()])]).await.is_ok(),
                1 => {
                    unit.reads.registers.insert(named("accounts"), 0);
                    storage.commit(tenant, unit).await
                }
                2 => {
                    unit.entries.push(account("taken", &[]));
                    storage.commit(tenant, unit).await
                }
                3 => {
                    unit.schemas.clear();
                    storage.commit(tenant, unit).await
                }
                _ => return storage.commit(tenant, unit).await.is_ok(),
            };
            match n % 8 {
                3 => matches!(outcome, Err(CommitError::Store(_))),
                _ => matches!(outcome, Err(CommitError::Conflict)),
            }
        });
    }
    assert!(tasks.join_all().await.into_iter().all(|as_expected| as_expected));
    for tenant in tenants {
        let page = stage.find(tenant, &all(), vatra_core::register::Reach::Host).await;
        assert_eq!(page.total, 1 + 40);
        let numbers: BTreeSet<String> = page.entries.iter().filter_map(|entry| entry.number.clone()).collect();
        assert_eq!(numbers, (1..=41).map(|n| format!("CF-2026-{n:04}")).collect(), "failed units took no number");
        let verified = stage.storage.verify_audit(tenant).await.unwrap();
        assert_eq!((verified.rows, verified.faults), (50, vec![]), "40 kept, 10 looks");
        assert_eq!(verified.checkpoint, Some(50));
    }
}

async fn a_form_sent_many_times_at_once_is_performed_once(stage: Stage) {
    let tenant = stage.tenant("sculeni").await;
    let form = SubmissionId::fresh();
    let send = |n: usize| {
        let mut unit = unit();
        unit.entries.push(account(&n.to_string(), &[]));
        unit.orders.push(order(&format!("SC-{n}"), &[100]));
        unit.submission = Some((form, n.to_string()));
        stage.commit(tenant, unit)
    };
    let outcomes = futures::future::join_all((0..30).map(send)).await;
    let kept: Vec<usize> = outcomes.iter().enumerate().filter(|(_, outcome)| outcome.is_ok()).map(|(n, _)| n).collect();
    assert_eq!(kept.len(), 1, "{outcomes:?}");
    let repeated = |outcome: &&Result<_, _>| matches!(outcome, Err(CommitError::Repeated(answer)) if *answer == kept[0].to_string());
    assert_eq!(outcomes.iter().filter(repeated).count(), 29);
    // The same of payments.
    let number = format!("SC-{}", kept[0]);
    let told = Confirmation { payment: "P-1".into(), number, amount: Money(100), paid_at: now(), lines: vec![] };
    let tell = |_| stage.storage.record_payment(tenant, &told, row("payment", &[]));
    let told = futures::future::join_all((0..30).map(tell)).await;
    assert_eq!(told.iter().filter(|outcome| matches!(outcome, Ok(Recorded::New))).count(), 1);
    assert_eq!(told.iter().filter(|outcome| matches!(outcome, Ok(Recorded::Again))).count(), 29);
    assert_eq!(stage.storage.verify_audit(tenant).await.unwrap().rows, 1);
}

/// Callers that are dropped at any moment leave all or nothing of their unit, and everyone else's.
async fn one_who_gave_up_hinders_nobody(stage: Stage) {
    let tenant = stage.tenant("sculeni").await;
    let (mut dropped, mut staying) = (Vec::new(), tokio::task::JoinSet::new());
    for n in 0..120usize {
        let storage = stage.storage.clone();
        let mut unit = unit();
        unit.entries.push(account(&n.to_string(), &[]));
        unit.audit.push(row("kept", &[]));
        let work = async move { storage.commit(tenant, unit).await };
        if n % 2 == 0 {
            staying.spawn(work);
        } else {
            dropped.push(tokio::spawn(work));
        }
        if n % 16 == 0 {
            tokio::task::yield_now().await;
            dropped.drain(..).for_each(|task| task.abort());
        }
    }
    dropped.drain(..).for_each(|task| task.abort());
    assert!(staying.join_all().await.iter().all(Result::is_ok));
    let verified = stage.storage.verify_audit(tenant).await.unwrap();
    let total = stage.find(tenant, &all(), vatra_core::register::Reach::Host).await.total;
    assert!(total >= 60 && verified.faults.is_empty(), "{total} {verified:?}");
    assert_eq!(verified.rows, total);
}

/// Each host with a committer and checkpoints of its own, on one database.
async fn two_hosts_write_the_same_municipalities(stage: Stage) {
    let tenants = [stage.tenant("sculeni").await, stage.tenant("lozova").await, stage.tenant("nisporeni").await];
    let elsewhere = tempfile::tempdir().unwrap();
    let other_host = open_at(stage.database.clone(), elsewhere.path().into()).await;
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..150usize {
        let storage = if n % 2 == 0 { stage.storage.clone() } else { other_host.clone() };
        let tenant = tenants[n % 3];
        tasks.spawn(async move {
            if n % 5 == 0 {
                let mut unit = unit();
                unit.entries.push(account(&n.to_string(), &[]));
                unit.audit.push(row("kept", &[SubjectId::fresh()]));
                storage.commit(tenant, unit).await.unwrap();
            } else {
                storage.audit(tenant, vec![row("look", &[SubjectId::fresh()])]).await.unwrap();
            }
        });
    }
    tasks.join_all().await;
    for tenant in tenants {
        for host in [&stage.storage, &other_host] {
            let verified = host.verify_audit(tenant).await.unwrap();
            assert_eq!((verified.rows, verified.faults), (50, vec![]));
        }
        let page = stage.find(tenant, &all(), vatra_core::register::Reach::Host).await;
        let numbers: BTreeSet<String> = page.entries.iter().filter_map(|entry| entry.number.clone()).collect();
        assert_eq!(numbers, (1..=10).map(|n| format!("CF-2026-{n:04}")).collect());
    }
    other_host.close().await;
}
