//! Orders, payments and the inbox.

use crate::support::*;
use vatra_core::clock::Instant;
use vatra_core::ids::{InboxId, TenantId};
use vatra_core::providers::Confirmation;
use vatra_core::store::{CommitError, InboxState, Municipal, Order, Payment, Platform, Recorded, Refund, RefundRecorded};
use vatra_core::value::Money;
use vatra_core::view::OrderStatus;

stories![
    an_order_reads_back,
    order_numbers_are_unique_in_the_country,
    a_payment_is_applied_once,
    signed_messages_are_kept_as_they_came,
    parts_add_up_over_the_lines,
    lines_are_as_mpay_says,
    payments_are_found_by_their_days,
    refunds_are_asked_for_told_and_withdrawn,
    a_refund_is_recorded_once_and_never_beyond_its_payment,
    a_cancelled_order_keeps_what_was_paid,
    only_unpaid_orders_are_cancelled,
    contradictions_and_unknown_orders_change_nothing,
    two_hosts_told_at_once_record_once,
    events_wait_are_retried_parked_and_woken,
    an_event_is_handled_once,
];

async fn signed_messages_are_kept_as_they_came(stage: Stage) {
    let (sculeni, lozova) = (stage.tenant("sculeni").await, stage.tenant("lozova").await);
    let storage = &stage.storage;
    for (moment, message) in [(2, &b"<b/>\0\xff"[..]), (1, b"<a/>"), (3, b"<a/>")] {
        storage.keep_message(sculeni, "P-1", Instant(moment), message).await.unwrap();
    }
    let kept = storage.kept_messages(sculeni, "P-1").await.unwrap();
    assert_eq!(kept, [(Instant(1), b"<a/>".to_vec()), (Instant(2), b"<b/>\0\xff".to_vec())]);
    assert!(storage.kept_messages(lozova, "P-1").await.unwrap().is_empty());
}

fn told(payment: &str, number: &str, bani: i64) -> Confirmation {
    Confirmation { payment: payment.into(), number: number.into(), amount: Money(bani), paid_at: Instant(now().0 + 5), lines: vec![] }
}

async fn with_order(stage: &Stage, number: &str, amounts: &[i64]) -> TenantId {
    let tenant = stage.tenant("sculeni").await;
    let mut unit = unit();
    unit.orders.push(order(number, amounts));
    stage.commit(tenant, unit).await.unwrap();
    tenant
}

async fn pay(stage: &Stage, tenant: TenantId, told: &Confirmation) -> Recorded {
    stage.storage.record_payment(tenant, told, row("payment", &[])).await.unwrap()
}

async fn read(stage: &Stage, tenant: TenantId, number: &str) -> (Order, Vec<Payment>) {
    let mut snapshot = stage.storage.snapshot(tenant).await.unwrap();
    (snapshot.any_order(number).await.unwrap().unwrap(), snapshot.payments(number).await.unwrap())
}

async fn an_order_reads_back(stage: Stage) {
    let tenant = with_order(&stage, "SC-1", &[100, 50]).await;
    let mut snapshot = stage.storage.snapshot(tenant).await.unwrap();
    let kept = snapshot.order(&named("tax-collector"), "SC-1").await.unwrap().unwrap();
    assert_eq!(kept, Order { order: order("SC-1", &[100, 50]), status: OrderStatus::Active, due: Money(150), paid: Money(0) });
    assert!(snapshot.order(&named("another-module"), "SC-1").await.unwrap().is_none());
    assert!(snapshot.any_order("SC-2").await.unwrap().is_none());
    assert_eq!(stage.storage.home_of_order("SC-1").await.unwrap(), Some(tenant));
    assert_eq!(stage.storage.home_of_order("SC-2").await.unwrap(), None);
}

async fn order_numbers_are_unique_in_the_country(stage: Stage) {
    let sculeni = with_order(&stage, "SC-1", &[100]).await;
    let lozova = stage.tenant("lozova").await;
    for tenant in [lozova, sculeni] {
        let mut unit = unit();
        unit.orders.push(order("SC-1", &[5]));
        assert!(matches!(stage.commit(tenant, unit).await, Err(CommitError::Conflict)));
    }
    assert_eq!(stage.storage.home_of_order("SC-1").await.unwrap(), Some(sculeni));
}

async fn a_payment_is_applied_once(stage: Stage) {
    let tenant = with_order(&stage, "SC-1", &[100, 50]).await;
    let told = told("P-1", "SC-1", 150);
    assert_eq!(pay(&stage, tenant, &told).await, Recorded::New);
    assert_eq!(pay(&stage, tenant, &told).await, Recorded::Again);
    let (order, payments) = read(&stage, tenant, "SC-1").await;
    assert_eq!((order.status, order.paid), (OrderStatus::Paid, Money(150)));
    let lines = vec![("l0".to_owned(), Money(100)), ("l1".to_owned(), Money(50))];
    let payment = Payment { id: "P-1".into(), number: "SC-1".into(), amount: Money(150), paid_at: told.paid_at, lines };
    assert_eq!(payments, std::slice::from_ref(&payment));
    let inbox = stage.storage.inbox_open(tenant).await.unwrap();
    assert_eq!(inbox.len(), 1);
    let item = &inbox[0];
    assert_eq!((item.module.as_str(), item.kind.as_str(), item.state), ("tax-collector", "mpay.paid", InboxState::Waiting));
    assert_eq!(serde_json::from_str::<Payment>(&item.payload).unwrap(), payment);
    assert_eq!(stage.storage.verify_audit(tenant).await.unwrap().rows, 1);
}

async fn parts_add_up_over_the_lines(stage: Stage) {
    let tenant = with_order(&stage, "SC-1", &[100, 50]).await;
    let steps = [
        (30, OrderStatus::PartiallyPaid, vec![("l0", 30)]),
        (90, OrderStatus::PartiallyPaid, vec![("l0", 70), ("l1", 20)]),
        (40, OrderStatus::Paid, vec![("l1", 40)]),
        (5, OrderStatus::Paid, vec![("l1", 5)]),
    ];
    for (place, (amount, status, lines)) in steps.into_iter().enumerate() {
        assert_eq!(pay(&stage, tenant, &told(&format!("P-{place}"), "SC-1", amount)).await, Recorded::New);
        let (order, payments) = read(&stage, tenant, "SC-1").await;
        assert_eq!(order.status, status);
        let expected: Vec<_> = lines.into_iter().map(|(id, bani)| (id.to_owned(), Money(bani))).collect();
        assert_eq!(payments.last().unwrap().lines, expected);
    }
    let (order, payments) = read(&stage, tenant, "SC-1").await;
    assert_eq!((order.paid, payments.len()), (Money(165), 4));
    assert_eq!(stage.storage.inbox_open(tenant).await.unwrap().len(), 4);
}

async fn lines_are_as_mpay_says(stage: Stage) {
    let tenant = with_order(&stage, "SC-1", &[100, 50]).await;
    let said = Confirmation { lines: vec![("l1".into(), Money(50))], ..told("P-1", "SC-1", 50) };
    pay(&stage, tenant, &said).await;
    pay(&stage, tenant, &told("P-2", "SC-1", 30)).await;
    // Lines that do not add up are not taken for what was said.
    pay(&stage, tenant, &Confirmation { lines: vec![("l0".into(), Money(7))], ..told("P-3", "SC-1", 70) }).await;
    let (order, payments) = read(&stage, tenant, "SC-1").await;
    let lines: Vec<_> = payments.iter().map(|payment| payment.lines.clone()).collect();
    let on = |line: &str, bani: i64| vec![(line.to_owned(), Money(bani))];
    assert_eq!(lines, [on("l1", 50), on("l0", 30), on("l0", 70)]);
    assert_eq!((order.status, order.paid), (OrderStatus::Paid, Money(150)));
}

async fn payments_are_found_by_their_days(stage: Stage) {
    let tenant = with_order(&stage, "SC-1", &[1_000]).await;
    let other = stage.tenant("lozova").await;
    for (at, id) in [(30, "P-3"), (10, "P-1"), (20, "P-2")] {
        pay(&stage, tenant, &Confirmation { paid_at: Instant(at), ..told(id, "SC-1", 5) }).await;
    }
    let between = async |tenant, from, until| {
        let found = stage.storage.payments_between(tenant, Instant(from), Instant(until)).await.unwrap();
        found.into_iter().map(|payment| payment.id).collect::<Vec<_>>()
    };
    assert_eq!(between(tenant, 10, 30).await, ["P-1", "P-2"]);
    assert_eq!(between(tenant, 11, i64::MAX).await, ["P-2", "P-3"]);
    assert!(between(other, 0, i64::MAX).await.is_empty());
}

fn back(id: &str, payment: &str, bani: i64, told: Option<i64>) -> Refund {
    Refund {
        id: id.into(),
        payment: payment.into(),
        number: "SC-1".into(),
        amount: Money(bani),
        lines: vec![],
        asked_at: now(),
        told: told.map(|at| (format!("R-{id}"), Instant(at))),
        reason: "paid twice".into(),
    }
}

async fn refund(stage: &Stage, tenant: TenantId, refund: &Refund) -> RefundRecorded {
    stage.storage.record_refund(tenant, refund, row("refund", &[])).await.unwrap()
}

async fn refunds_are_asked_for_told_and_withdrawn(stage: Stage) {
    let tenant = with_order(&stage, "SC-1", &[100, 50]).await;
    pay(&stage, tenant, &told("P-1", "SC-1", 150)).await;
    let standing = async || {
        let (order, _) = read(&stage, tenant, "SC-1").await;
        (order.status, order.paid.0)
    };
    assert_eq!(refund(&stage, tenant, &back("a", "P-1", 60, None)).await, RefundRecorded::New);
    assert_eq!(standing().await, (OrderStatus::Refunding, 150), "nothing was given back yet");
    let withdraw = async |id| stage.storage.withdraw_refund(tenant, id, row("refund", &[])).await.unwrap();
    assert!(withdraw("a").await && !withdraw("a").await);
    assert_eq!(standing().await, (OrderStatus::Paid, 150));

    refund(&stage, tenant, &back("b", "P-1", 60, None)).await;
    assert_eq!(refund(&stage, tenant, &back("c", "P-1", 60, Some(7))).await, RefundRecorded::New);
    assert_eq!(standing().await, (OrderStatus::Completed, 90), "what was given back is not asked for again");
    let mut snapshot = stage.storage.snapshot(tenant).await.unwrap();
    let kept = snapshot.refunds("SC-1").await.unwrap();
    drop(snapshot);
    let lines = vec![("l1".to_owned(), Money(50)), ("l0".to_owned(), Money(10))];
    assert_eq!(
        kept,
        [Refund { lines, told: Some(("R-c".into(), Instant(7))), ..back("b", "P-1", 60, None) }],
        "it settles what was asked for"
    );
    assert!(!withdraw("b").await, "it was given back");

    refund(&stage, tenant, &back("d", "P-1", 90, Some(8))).await;
    assert_eq!(standing().await, (OrderStatus::Refunded, 0));
    let about = async |payments: &[&str], from, until| {
        let payments: Vec<String> = payments.iter().map(|id| (*id).to_owned()).collect();
        let found = stage.storage.refunds_about(tenant, &payments, Instant(from), Instant(until)).await.unwrap();
        found.into_iter().map(|refund| refund.id).collect::<Vec<_>>()
    };
    assert_eq!(about(&["P-1"], 8, 9).await, ["b", "d"]);
    assert_eq!(about(&[], 8, 9).await, ["d"]);
    assert!(about(&["P-2"], 9, 10).await.is_empty());
}

async fn a_refund_is_recorded_once_and_never_beyond_its_payment(stage: Stage) {
    let tenant = with_order(&stage, "SC-1", &[100]).await;
    pay(&stage, tenant, &told("P-1", "SC-1", 60)).await;
    let first = back("a", "P-1", 40, Some(1));
    assert_eq!(refund(&stage, tenant, &first).await, RefundRecorded::New);
    assert_eq!(refund(&stage, tenant, &Refund { id: "another".into(), ..first.clone() }).await, RefundRecorded::Again);
    assert_eq!(refund(&stage, tenant, &Refund { amount: Money(41), ..first }).await, RefundRecorded::Contradiction);
    for (wrong, outcome) in [
        (back("b", "P-1", 21, Some(1)), RefundRecorded::TooMuch),
        (back("c", "P-1", 21, None), RefundRecorded::TooMuch),
        (back("d", "P-2", 1, Some(1)), RefundRecorded::UnknownPayment),
        (Refund { number: "SC-2".into(), ..back("e", "P-1", 1, None) }, RefundRecorded::UnknownPayment),
        (back("f", "P-1", 0, Some(1)), RefundRecorded::Contradiction),
    ] {
        assert_eq!(refund(&stage, tenant, &wrong).await, outcome, "{}", wrong.id);
    }
    let (order, _) = read(&stage, tenant, "SC-1").await;
    assert_eq!((order.status, order.paid), (OrderStatus::PartiallyPaid, Money(20)));
    // What is paid afterwards falls upon what is open again.
    pay(&stage, tenant, &told("P-2", "SC-1", 80)).await;
    let (order, _) = read(&stage, tenant, "SC-1").await;
    assert_eq!((order.status, order.paid), (OrderStatus::Paid, Money(100)));
    assert_eq!(stage.storage.verify_audit(tenant).await.unwrap().rows, 3);
}

async fn a_cancelled_order_keeps_what_was_paid(stage: Stage) {
    let tenant = with_order(&stage, "SC-1", &[100]).await;
    let mut cancel = unit();
    cancel.cancelled_orders.push(("SC-1".into(), "wrong person".into()));
    stage.commit(tenant, cancel).await.unwrap();
    assert_eq!(pay(&stage, tenant, &told("P-1", "SC-1", 100)).await, Recorded::New);
    let (order, payments) = read(&stage, tenant, "SC-1").await;
    assert_eq!((order.status, order.paid, payments.len()), (OrderStatus::Cancelled, Money(100), 1));
    assert_eq!(stage.storage.inbox_open(tenant).await.unwrap().len(), 1);
}

async fn only_unpaid_orders_are_cancelled(stage: Stage) {
    let tenant = with_order(&stage, "SC-1", &[100]).await;
    pay(&stage, tenant, &told("P-1", "SC-1", 1)).await;
    let cancel = |module: &str, number: &str| {
        let mut unit = unit();
        unit.module = named(module);
        unit.cancelled_orders.push((number.into(), "late".into()));
        unit
    };
    assert!(matches!(stage.commit(tenant, cancel("tax-collector", "SC-1")).await, Err(CommitError::Conflict)));
    let mut another = unit();
    another.orders.push(order("SC-2", &[100]));
    stage.commit(tenant, another).await.unwrap();
    assert!(matches!(stage.commit(tenant, cancel("another-module", "SC-2")).await, Err(CommitError::Conflict)));
    stage.commit(tenant, cancel("tax-collector", "SC-2")).await.unwrap();
    assert!(matches!(stage.commit(tenant, cancel("tax-collector", "SC-2")).await, Err(CommitError::Conflict)));
}

async fn contradictions_and_unknown_orders_change_nothing(stage: Stage) {
    let tenant = with_order(&stage, "SC-1", &[100]).await;
    let mut unit = unit();
    unit.orders.push(order("SC-2", &[100]));
    stage.commit(tenant, unit).await.unwrap();
    pay(&stage, tenant, &told("P-1", "SC-1", 40)).await;
    for (confirmation, expected) in [
        (told("P-1", "SC-1", 41), Recorded::Contradiction),
        (told("P-1", "SC-2", 40), Recorded::Contradiction),
        (told("P-1", "SC-9", 40), Recorded::Contradiction),
        (told("P-2", "SC-9", 40), Recorded::UnknownOrder),
        (told("P-3", "SC-2", 0), Recorded::Contradiction),
        (told("P-4", "SC-2", -5), Recorded::Contradiction),
    ] {
        assert_eq!(pay(&stage, tenant, &confirmation).await, expected, "{confirmation:?}");
    }
    let lozova = stage.tenant("lozova").await;
    assert_eq!(pay(&stage, lozova, &told("P-5", "SC-1", 40)).await, Recorded::UnknownOrder);
    assert_eq!(read(&stage, tenant, "SC-1").await.0.paid, Money(40));
    assert_eq!(read(&stage, tenant, "SC-2").await.0.status, OrderStatus::Active);
    assert_eq!(stage.storage.inbox_open(tenant).await.unwrap().len(), 1);
    assert_eq!(stage.storage.verify_audit(tenant).await.unwrap().rows, 1);
}

async fn two_hosts_told_at_once_record_once(stage: Stage) {
    let tenant = with_order(&stage, "SC-1", &[100]).await;
    let other_host = stage.another().await;
    for round in 0..10 {
        let told = told(&format!("P-{round}"), "SC-1", 10);
        let record = |storage: vatra_storage::Storage| {
            let told = told.clone();
            async move { storage.record_payment(tenant, &told, row("payment", &[])).await.unwrap() }
        };
        let (a, b, c) = tokio::join!(record(stage.storage.clone()), record(other_host.clone()), record(stage.storage.clone()));
        let outcomes = [a, b, c];
        assert_eq!(outcomes.iter().filter(|outcome| **outcome == Recorded::New).count(), 1, "{outcomes:?}");
        assert_eq!(outcomes.iter().filter(|outcome| **outcome == Recorded::Again).count(), 2, "{outcomes:?}");
    }
    assert_eq!(read(&stage, tenant, "SC-1").await.0.paid, Money(100));
    assert_eq!(stage.storage.inbox_open(tenant).await.unwrap().len(), 10);
}

async fn events_wait_are_retried_parked_and_woken(stage: Stage) {
    let tenant = with_order(&stage, "SC-1", &[100]).await;
    pay(&stage, tenant, &told("P-1", "SC-1", 1)).await;
    let storage = &stage.storage;
    let due = async |at: Instant| storage.inbox_due(tenant, at, 10).await.unwrap();
    let item = due(now()).await.remove(0);
    assert!(due(now().plus_seconds(-1)).await.is_empty(), "not before it arrived");
    let later = now().plus_seconds(60);
    storage.inbox_retry(tenant, item.id, Some(later), true).await.unwrap();
    assert!(due(now()).await.is_empty());
    assert!(storage.inbox_waiting(now()).await.unwrap().is_empty());
    assert_eq!(storage.inbox_waiting(later).await.unwrap(), [tenant]);
    assert_eq!(due(later).await[0].attempts, 1);
    storage.inbox_retry(tenant, item.id, Some(later), false).await.unwrap();
    assert_eq!(due(later).await[0].attempts, 1, "its module could not be asked: no attempt");
    storage.inbox_retry(tenant, item.id, None, true).await.unwrap();
    assert!(due(later).await.is_empty());
    assert!(storage.inbox_waiting(later).await.unwrap().is_empty(), "what is parked waits for an operator");
    let open = storage.inbox_open(tenant).await.unwrap();
    assert_eq!((open[0].state, open[0].attempts), (InboxState::Parked, 2));
    assert_eq!(storage.inbox_wake(tenant, &named("another-module"), now()).await.unwrap(), 0);
    assert_eq!(storage.inbox_wake(stage.tenant("lozova").await, &named("tax-collector"), now()).await.unwrap(), 0);
    assert_eq!(storage.inbox_wake(tenant, &named("tax-collector"), now()).await.unwrap(), 1);
    let due = due(now()).await;
    assert_eq!((due[0].id, due[0].state), (item.id, InboxState::Waiting));
    for number in 2..5 {
        let mut event = row("payment", &[]);
        event.at = now().plus_seconds(number);
        storage.record_payment(tenant, &told(&format!("P-{number}"), "SC-1", 1), event).await.unwrap();
    }
    let order: Vec<_> = storage.inbox_due(tenant, now().plus_seconds(9), 3).await.unwrap();
    assert_eq!((order.len(), order[0].id), (3, item.id), "oldest first");
    assert!(order.is_sorted_by_key(|item| item.received_at));
}

async fn an_event_is_handled_once(stage: Stage) {
    let tenant = with_order(&stage, "SC-1", &[100]).await;
    pay(&stage, tenant, &told("P-1", "SC-1", 1)).await;
    let item = stage.storage.inbox_open(tenant).await.unwrap().remove(0);
    let handle = |id: InboxId, number: &str| {
        let mut unit = unit();
        unit.handled = Some(id);
        unit.entries.push(account(number, &[]));
        unit
    };
    let lozova = stage.tenant("lozova").await;
    assert!(matches!(stage.commit(lozova, handle(item.id, "9")).await, Err(CommitError::Handled)));
    let other_host = stage.another().await;
    let (a, b) = tokio::join!(stage.commit(tenant, handle(item.id, "1")), other_host.commit(tenant, handle(item.id, "2")));
    let handled = |outcome: &Result<_, CommitError>| matches!(outcome, Err(CommitError::Handled));
    assert!((a.is_ok() && handled(&b)) || (b.is_ok() && handled(&a)), "{a:?} {b:?}");
    assert!(stage.storage.inbox_open(tenant).await.unwrap().is_empty());
    // Nothing wakes what is done.
    stage.storage.inbox_retry(tenant, item.id, Some(now()), true).await.unwrap();
    assert_eq!(stage.storage.inbox_wake(tenant, &named("tax-collector"), now()).await.unwrap(), 0);
    assert!(stage.storage.inbox_due(tenant, now().plus_seconds(99), 9).await.unwrap().is_empty());
}
