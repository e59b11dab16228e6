//! How many questions of MPay a core answers: `cargo run --release -p vatra-providers --example mpay_speed [seconds]`. Each is a signed GetOrderDetails of
//! its own, checked, held against the replay cache, answered and signed. Prints a line a suite: questions in a second.
#![allow(clippy::print_stdout, reason = "its lines are this program's only output")]

use chrono::TimeDelta;
use std::sync::Arc;
use std::time::{Duration, Instant};
use vatra_core::clock::{Clock, SystemClock};
use vatra_core::providers::{OrderDetails, OrderFacts};
use vatra_core::unit::OrderLine;
use vatra_core::value::Money;
use vatra_core::view::OrderStatus;
use vatra_emulators::contract::MemoryDesk;
use vatra_emulators::mpass::make_key;
use vatra_providers::mpay::{Endpoint, GET_ORDER_DETAILS, MemoryReceipts, NAMESPACE};
use vatra_xmlsec::wss::{KeyReference, Sealing, secure};
use vatra_xmlsec::{Memory, Pinned, Suite};

fn order(number: &str) -> OrderDetails {
    let line = |id: &str| OrderLine {
        id: id.to_owned(),
        amount: Money(5_000),
        iban: "MD38TRPBAA113110A01234AA".to_owned(),
        account: "taxes".to_owned(),
        reason: "Impozit funciar".to_owned(),
    };
    OrderDetails {
        number: number.to_owned(),
        service: "impozite".to_owned(),
        beneficiary: "Primăria Sculeni".to_owned(),
        status: OrderStatus::Active,
        due: Money(10_000),
        paid: Money(0),
        customer: "P. M.".to_owned(),
        reason: "Impozit 2026".to_owned(),
        due_date: None,
        expires: None,
        partial: true,
        advance: false,
        lines: vec![line("1"), line("2")],
        facts: OrderFacts::default(),
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let seconds = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(5);
    let (mpay, portal) = (make_key("MPay")?, Arc::new(make_key("Portal")?));
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let desk = MemoryDesk::new(clock.clone());
    desk.put(order("A-1"));
    let trust = Arc::new(Pinned(vec![mpay.certificate().clone()]));
    let receipts = Arc::new(MemoryReceipts::default());
    let endpoint = Endpoint::new(Arc::new(portal), trust, Arc::new(Memory::default()), receipts, clock.clone(), true);
    let query = "<query><OrderKey>A-1</OrderKey><ServiceID>impozite</ServiceID></query>";
    let payload = format!("<GetOrderDetails xmlns=\"{NAMESPACE}\">{query}</GetOrderDetails>");
    for suite in [Suite::RsaSha256, Suite::RsaSha1] {
        let (mut answered, mut spent) = (0_u32, Duration::ZERO);
        while spent < Duration::from_secs(seconds) {
            let now = clock.now().utc();
            let sealing = Sealing { key: &mpay, suite, reference: KeyReference::Token, now, lifetime: TimeDelta::minutes(5) };
            let message = secure(&payload, &[], &sealing)?;
            let begun = Instant::now();
            let answer = endpoint.answer(GET_ORDER_DETAILS, message.as_bytes(), &desk).await;
            spent += begun.elapsed();
            if answer.status != 200 {
                return Err(format!("{answer:?}").into());
            }
            answered += 1;
        }
        println!("{suite:?}: {:.0} a second on one core", f64::from(answered) / spent.as_secs_f64());
    }
    Ok(())
}
