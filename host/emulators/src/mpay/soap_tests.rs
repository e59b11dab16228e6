//! MPay over the wire: the emulator on one side, the host's endpoint on the other.

use super::soap::{Carrier, Remote};
use super::{Delivery, Emulator, PaymentRequest, Retries, WireFault};
use crate::contract::MemoryDesk;
use crate::fault::{Emulated as _, Fault as _};
use crate::tests::{KEYS, NOW, order};
use async_trait::async_trait;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use vatra_core::clock::FixedClock;
use vatra_core::providers::{Confirmation, MPayFault, OrderDesk, OrderDetails};
use vatra_core::value::Money;
use vatra_core::view::OrderStatus;
use vatra_providers::mpay::{Endpoint, MemoryReceipts};
use vatra_xmlsec::{Memory, Pinned, Suite};

/// Hands messages to the endpoint, and loses the next answers when told to.
struct Wire {
    endpoint: Endpoint,
    desk: Arc<MemoryDesk>,
    lose: Mutex<u32>,
}

#[async_trait]
impl Carrier for Wire {
    async fn post(&self, action: &str, message: Vec<u8>) -> Result<Vec<u8>, String> {
        let answer = self.endpoint.answer(action, &message, &*self.desk).await;
        let mut lose = self.lose.lock().unwrap();
        if *lose > 0 && action.ends_with("ConfirmOrderPayment") {
            *lose -= 1;
            return Err("the answer was lost".to_owned());
        }
        Ok(answer.body)
    }
}

struct Stage {
    desk: Arc<MemoryDesk>,
    receipts: Arc<MemoryReceipts>,
    wire: Arc<Wire>,
    remote: Arc<Remote>,
    mpay: Emulator,
}

fn stage(suite: Suite) -> Stage {
    let clock = Arc::new(FixedClock::at(NOW));
    let desk = Arc::new(MemoryDesk::new(clock.clone()));
    desk.put(order("A-1", true));
    let receipts = Arc::new(MemoryReceipts::default());
    let (mpay, portal) = (KEYS.0.clone(), KEYS.1.clone());
    let trust = Arc::new(Pinned(vec![mpay.certificate().clone()]));
    let replay = Arc::new(Memory::default());
    let endpoint = Endpoint::new(Arc::new(portal.clone()), trust, replay, receipts.clone(), clock.clone(), true);
    let wire = Arc::new(Wire { endpoint, desk: desk.clone(), lose: Mutex::new(0) });
    let services = Arc::new(["altele".to_owned(), "impozite".to_owned()].to_vec());
    let remote = Remote::new(wire.clone(), mpay, portal.certificate().clone(), services, clock.clone(), suite);
    let mpay = Emulator::at(clock, "", Retries { first: Duration::from_millis(1), longest: Duration::from_millis(2) });
    let remote = Arc::new(remote.troubled_by(mpay.fault()));
    mpay.connect(remote.clone());
    Stage { desk, receipts, wire, remote, mpay }
}

fn request(bani: i64, delivery: Delivery) -> PaymentRequest {
    PaymentRequest::new("A-1", Money(bani), delivery)
}

#[tokio::test]
async fn an_order_comes_over_the_wire_as_it_is() {
    for suite in [Suite::RsaSha256, Suite::RsaSha1] {
        let stage = stage(suite);
        let mut expected = stage.desk.order_details("A-1").await.unwrap();
        // What the contract does not carry.
        expected.expires = None;
        expected.lines[0].account = String::new();
        assert_eq!(stage.remote.order_details("A-1").await, Ok(expected));
        assert_eq!(stage.remote.order_details("NONE").await, Err(MPayFault::UnknownOrder));
    }
}

#[tokio::test]
async fn payments_in_parts_twice_and_with_lost_answers_are_applied_once() {
    let stage = stage(Suite::RsaSha1);
    let first = stage.mpay.pay(request(4_000, Delivery::Twice)).await.unwrap();
    let told = stage.mpay.told(&first.confirmation.payment).await.unwrap();
    assert_eq!(told.progress.acknowledged, 2);
    assert_eq!(stage.desk.order_details("A-1").await.unwrap().paid, Money(4_000));

    *stage.wire.lose.lock().unwrap() = 3;
    let second = stage.mpay.pay(request(6_000, Delivery::BeforeThePage)).await.unwrap();
    while !stage.mpay.payment(&second.confirmation.payment).unwrap().progress.settled() {
        tokio::task::yield_now().await;
    }
    let settled = stage.mpay.payment(&second.confirmation.payment).unwrap().progress;
    assert_eq!((settled.failures, settled.acknowledged, settled.refused), (3, 1, None));
    let order = stage.desk.order_details("A-1").await.unwrap();
    assert_eq!((order.paid, order.status), (Money(10_000), OrderStatus::Paid));
    let kept: Vec<String> = stage.receipts.all().into_iter().map(|(payment, _)| payment).collect();
    assert_eq!(kept.len(), 6, "every signed confirmation is kept: {kept:?}");
}

#[tokio::test]
async fn every_wrong_message_is_refused() {
    let stage = stage(Suite::RsaSha256);
    let told = || Confirmation {
        payment: uuid::Uuid::now_v7().to_string(),
        number: "A-1".into(),
        amount: Money(1_000),
        paid_at: NOW,
        lines: Vec::new(),
    };
    assert_eq!(stage.remote.confirm(told()).await, Ok(()));
    for fault in WireFault::ALL {
        stage.mpay.fault().set(Some(*fault));
        let refused = stage.remote.confirm(told()).await;
        assert!(refused.is_err(), "{fault:?}");
        stage.mpay.fault().set(None);
        assert_eq!(stage.desk.order_details("A-1").await.unwrap().paid, Money(1_000), "{fault:?}");
    }
    assert_eq!(stage.remote.confirm(told()).await, Ok(()));
}

#[tokio::test]
async fn an_order_that_is_over_says_why() {
    let stage = stage(Suite::RsaSha256);
    stage.desk.put(OrderDetails { status: OrderStatus::Cancelled, ..order("GONE", true) });
    assert_eq!(stage.remote.order_details("GONE").await.unwrap().status, OrderStatus::Cancelled);
    let told = Confirmation { payment: "P".into(), number: "GONE".into(), amount: Money(1_000), paid_at: NOW, lines: Vec::new() };
    assert_eq!(stage.remote.confirm(told).await, Err(MPayFault::InvalidParameter));
}
