//! What leaves for the services.

use crate::support::*;
use vatra_core::clock::Instant;
use vatra_core::ids::{InboxId, OutboxId, TenantId};
use vatra_core::store::{AuditFilter, CommitError, InboxItem, InboxState, Municipal, OutboxItem, OutboxState, Platform, Settled};
use vatra_core::unit::Outgoing;

stories![
    nothing_leaves_of_a_unit_that_is_not_kept,
    what_leaves_is_seen_by_its_service_its_module_and_its_tenant_alone,
    an_answer_and_its_event_are_kept_once,
    failures_wait_are_parked_and_woken,
    what_one_has_taken_nobody_else_is_given_meanwhile,
    a_service_s_name_of_it_is_known,
    an_event_that_comes_again_is_one,
    a_trail_is_read_on_from_a_bookmark,
    one_host_at_a_time_has_a_lease,
];

fn outgoing(service: &str) -> Outgoing {
    Outgoing { id: OutboxId::fresh(), service: named(service), kind: "send".into(), payload: r#"{"to":[]}"#.into() }
}

async fn with(stage: &Stage, what: &[Outgoing]) -> TenantId {
    let tenant = stage.tenant("sculeni").await;
    let mut unit = unit();
    unit.outgoing = what.to_vec();
    stage.commit(tenant, unit).await.unwrap();
    tenant
}

/// What is due; it stays so, since it is taken for no time.
async fn due(stage: &Stage, tenant: TenantId, at: Instant) -> Vec<OutboxItem> {
    stage.storage.outbox_take(tenant, "mnotify", at, at, 10).await.unwrap()
}

async fn rows_of(stage: &Stage, tenant: TenantId) -> usize {
    let filter = AuditFilter { limit: 1_000, ..AuditFilter::default() };
    stage.storage.audit_rows(tenant, &filter).await.unwrap().len()
}

fn answered(again: Option<Instant>) -> Settled {
    Settled {
        answer: r#"{"id":"n-1"}"#.into(),
        again,
        reference: None,
        forget: false,
        events: Vec::new(),
        document: None,
        audit: Vec::new(),
    }
}

async fn nothing_leaves_of_a_unit_that_is_not_kept(stage: Stage) {
    let tenant = with(&stage, &[]).await;
    let mut refused = unit();
    refused.outgoing.push(outgoing("mnotify"));
    refused.cancelled_orders.push(("nobody-s".into(), "x".into()));
    assert!(matches!(stage.commit(tenant, refused).await, Err(CommitError::Conflict)));
    assert!(stage.storage.outbox_open(tenant).await.unwrap().is_empty());
    assert!(stage.storage.outbox_waiting("mnotify", now()).await.unwrap().is_empty());
}

async fn what_leaves_is_seen_by_its_service_its_module_and_its_tenant_alone(stage: Stage) {
    let (first, second, other) = (outgoing("mnotify"), outgoing("mnotify"), outgoing("msign"));
    let tenant = with(&stage, &[first.clone(), second.clone(), other.clone()]).await;
    let lozova = stage.tenant("lozova").await;
    let waiting = due(&stage, tenant, now()).await;
    let kept = OutboxItem {
        outgoing: first.clone(),
        module: named("tax-collector"),
        created_at: unit().at,
        attempts: 0,
        state: OutboxState::Waiting,
        answer: String::new(),
    };
    assert_eq!(waiting, [kept.clone(), OutboxItem { outgoing: second, ..kept.clone() }]);
    assert_eq!(stage.storage.outbox_waiting("msign", now()).await.unwrap(), [tenant]);
    assert!(stage.storage.outbox_take(lozova, "mnotify", now(), now(), 10).await.unwrap().is_empty());
    let mut snapshot = stage.storage.snapshot(tenant).await.unwrap();
    assert_eq!(snapshot.outgoing(&named("tax-collector"), first.id).await.unwrap(), Some(kept));
    assert_eq!(snapshot.outgoing(&named("another-module"), first.id).await.unwrap(), None);
    let mut elsewhere = stage.storage.snapshot(lozova).await.unwrap();
    assert_eq!(elsewhere.outgoing(&named("tax-collector"), first.id).await.unwrap(), None);
    assert!(!stage.storage.outbox_settle(lozova, first.id, &answered(None)).await.unwrap(), "another municipality's");
    assert_eq!(due(&stage, tenant, now()).await.len(), 2);
}

async fn an_answer_and_its_event_are_kept_once(stage: Stage) {
    let sent = outgoing("mnotify");
    let tenant = with(&stage, std::slice::from_ref(&sent)).await;
    let later = now().plus_seconds(60);
    assert!(stage.storage.outbox_settle(tenant, sent.id, &answered(Some(later))).await.unwrap());
    assert!(due(&stage, tenant, now()).await.is_empty(), "not asked about yet");
    assert_eq!(due(&stage, tenant, later).await.iter().map(|item| item.state).collect::<Vec<_>>(), [OutboxState::Sent]);
    let event = InboxItem {
        id: InboxId::fresh(),
        module: named("tax-collector"),
        kind: "mnotify.told".into(),
        payload: "{}".into(),
        received_at: later,
        attempts: 0,
        state: InboxState::Waiting,
    };
    let rows = rows_of(&stage, tenant).await;
    let end = Settled { events: vec![event], forget: true, audit: vec![row("sent", &[])], ..answered(None) };
    assert!(stage.storage.outbox_settle(tenant, sent.id, &end).await.unwrap());
    assert!(!stage.storage.outbox_settle(tenant, sent.id, &end).await.unwrap(), "by another sender");
    assert_eq!(stage.storage.inbox_open(tenant).await.unwrap().len(), 1);
    assert_eq!(rows_of(&stage, tenant).await, rows + 1);
    assert!(stage.storage.outbox_open(tenant).await.unwrap().is_empty());
    let mut snapshot = stage.storage.snapshot(tenant).await.unwrap();
    let kept = snapshot.outgoing(&named("tax-collector"), sent.id).await.unwrap().unwrap();
    assert_eq!((kept.state, kept.answer.as_str()), (OutboxState::Done, r#"{"id":"n-1"}"#), "what became of it stays");
    assert_eq!(kept.outgoing.payload, "", "what was asked for does not");
}

async fn what_one_has_taken_nobody_else_is_given_meanwhile(stage: Stage) {
    let all: Vec<Outgoing> = (0..3).map(|_| outgoing("mnotify")).collect();
    let tenant = with(&stage, &all).await;
    let until = now().plus_seconds(60);
    let take = async |at, most| stage.storage.outbox_take(tenant, "mnotify", at, until, most).await.unwrap().len();
    assert_eq!((take(now(), 2).await, take(now(), 2).await, take(now(), 2).await), (2, 1, 0));
    assert_eq!(take(until, 5).await, 3, "of whoever died meanwhile");
}

async fn a_service_s_name_of_it_is_known(stage: Stage) {
    let sent = outgoing("mnotify");
    let tenant = with(&stage, std::slice::from_ref(&sent)).await;
    let named = Settled { reference: Some("n-1".into()), ..answered(Some(now())) };
    assert!(stage.storage.outbox_settle(tenant, sent.id, &named).await.unwrap());
    assert!(stage.storage.outbox_settle(tenant, sent.id, &answered(None)).await.unwrap(), "without a name: it keeps the one it has");
    let knows = async |service, name| stage.storage.outbox_knows(service, name).await.unwrap();
    assert_eq!((knows("mnotify", "n-1").await, knows("mnotify", "n-2").await, knows("msign", "n-1").await), (true, false, false));
    assert!(!knows("mnotify", "").await, "what has no name is not known");
    // What was found not to have left is to be sent again.
    let again = outgoing("mnotify");
    let mut more = unit();
    more.outgoing.push(again.clone());
    stage.commit(tenant, more).await.unwrap();
    stage.storage.outbox_retry(tenant, again.id, Some(now())).await.unwrap();
    for (note, state) in [("begun", OutboxState::Sent), ("", OutboxState::Waiting)] {
        assert!(stage.storage.outbox_note(tenant, again.id, note).await.unwrap());
        let found = due(&stage, tenant, now()).await;
        assert_eq!(found.iter().map(|item| (item.state, item.attempts)).collect::<Vec<_>>(), [(state, 1)]);
    }
    assert!(!stage.storage.outbox_note(tenant, sent.id, "begun").await.unwrap(), "it is done");
}

async fn an_event_that_comes_again_is_one(stage: Stage) {
    let tenant = stage.tenant("sculeni").await;
    let event = InboxItem {
        id: InboxId::fresh(),
        module: named("tax-collector"),
        kind: "mconnect.data".into(),
        payload: "{}".into(),
        received_at: now(),
        attempts: 0,
        state: InboxState::Waiting,
    };
    let put = async || stage.storage.inbox_put(tenant, std::slice::from_ref(&event), vec![row("data", &[])]).await.unwrap();
    let rows = rows_of(&stage, tenant).await;
    assert_eq!((put().await, put().await), (1, 0));
    assert_eq!((stage.storage.inbox_open(tenant).await.unwrap().len(), rows_of(&stage, tenant).await), (1, rows + 1));
}

async fn a_trail_is_read_on_from_a_bookmark(stage: Stage) {
    let tenant = stage.tenant("sculeni").await;
    stage.storage.audit(tenant, vec![row("a", &[]), row("b", &[]), row("c", &[])]).await.unwrap();
    let all = stage.storage.audit_after(tenant, 0, 100).await.unwrap();
    let (first, rest) = all.split_first().unwrap();
    assert_eq!(stage.storage.audit_after(tenant, first.sequence, 100).await.unwrap(), rest);
    assert_eq!(stage.storage.audit_after(tenant, 0, 1).await.unwrap(), std::slice::from_ref(first));
    let other = stage.tenant("lozova").await;
    assert!(stage.storage.audit_after(other, 0, 100).await.unwrap().is_empty());
    assert_eq!(stage.storage.bookmark("mlog").await.unwrap(), None);
    for place in [Some("1"), Some("2"), None] {
        stage.storage.set_bookmark("mlog", place).await.unwrap();
        assert_eq!(stage.storage.bookmark("mlog").await.unwrap().as_deref(), place);
    }
}

async fn failures_wait_are_parked_and_woken(stage: Stage) {
    let (unsent, sent) = (outgoing("mnotify"), outgoing("mnotify"));
    let tenant = with(&stage, &[unsent.clone(), sent.clone()]).await;
    let later = now().plus_seconds(60);
    stage.storage.outbox_settle(tenant, sent.id, &answered(Some(now()))).await.unwrap();
    for id in [unsent.id, sent.id] {
        stage.storage.outbox_retry(tenant, id, Some(later)).await.unwrap();
    }
    assert!(due(&stage, tenant, now()).await.is_empty());
    let states = async |at| due(&stage, tenant, at).await.iter().map(|item| (item.state, item.attempts)).collect::<Vec<_>>();
    assert_eq!(states(later).await, [(OutboxState::Waiting, 1), (OutboxState::Sent, 1)]);
    for id in [unsent.id, sent.id] {
        stage.storage.outbox_retry(tenant, id, None).await.unwrap();
    }
    assert!(states(later).await.is_empty() && stage.storage.outbox_waiting("mnotify", later).await.unwrap().is_empty());
    assert_eq!(stage.storage.outbox_open(tenant).await.unwrap().len(), 2, "an operator sees them");
    assert_eq!(stage.storage.outbox_wake(tenant, "msign", now()).await.unwrap(), 0);
    assert_eq!(stage.storage.outbox_wake(tenant, "mnotify", now()).await.unwrap(), 2);
    // What was sent is not sent again.
    assert_eq!(states(now()).await, [(OutboxState::Waiting, 2), (OutboxState::Sent, 2)]);
}

async fn one_host_at_a_time_has_a_lease(stage: Stage) {
    let (first, second) = (uuid::Uuid::now_v7(), uuid::Uuid::now_v7());
    let until = now().plus_seconds(60);
    let take = async |name, who, at: Instant| stage.storage.lease(name, who, at, at.plus_seconds(60)).await.unwrap();
    assert!(take("mlog", first, now()).await && !take("mlog", second, now()).await && take("other", second, now()).await);
    assert!(take("mlog", first, now()).await, "it goes on");
    assert!(take("mlog", second, until).await && !take("mlog", first, until).await, "of one that ended without a word");
}
