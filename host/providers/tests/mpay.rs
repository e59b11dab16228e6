//! The endpoint that MPay calls: what it answers, to whom, and what it refuses.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail")]

use async_trait::async_trait;
use chrono::TimeDelta;
use std::sync::{Arc, LazyLock};
use vatra_core::clock::{FixedClock, Instant};
use vatra_core::providers::{CustomerKind, OrderDesk, OrderDetails, OrderFacts, OrderProperty};
use vatra_core::unit::OrderLine;
use vatra_core::value::Money;
use vatra_core::view::OrderStatus;
use vatra_emulators::contract::MemoryDesk;
use vatra_emulators::mpass::make_key;
use vatra_providers::mpay::{Answer, CONFIRM_ORDER_PAYMENT, Endpoint, GET_ORDER_DETAILS, MemoryReceipts, NAMESPACE, NotKept, Receipts};
use vatra_xmlsec::wss::{KeyReference, Rules, Sealing, open, secure};
use vatra_xmlsec::xml::{Limits, Xml};
use vatra_xmlsec::{Accepts, Memory, Pinned, Policy, SigningKey, Suite};

/// 2026-09-01T09:00:00Z.
const NOW: Instant = Instant(1_788_253_200_000);
const IBAN: &str = "MD38TRPBAA113110A01234AA";

static MPAY: LazyLock<Arc<SigningKey>> = LazyLock::new(|| Arc::new(make_key("MPay").unwrap()));
static PORTAL: LazyLock<Arc<SigningKey>> = LazyLock::new(|| Arc::new(make_key("Portal").unwrap()));

fn line(id: &str, bani: i64) -> OrderLine {
    let (iban, account, reason) = (IBAN.to_owned(), "taxes".to_owned(), "Impozit <funciar> & alte".to_owned());
    OrderLine { id: id.to_owned(), amount: Money(bani), iban, account, reason }
}

fn order(number: &str) -> OrderDetails {
    OrderDetails {
        number: number.to_owned(),
        service: "impozite".to_owned(),
        beneficiary: "Primăria Sculeni".to_owned(),
        status: OrderStatus::Active,
        due: Money(10_050),
        paid: Money(0),
        customer: "P. M.".to_owned(),
        reason: "Impozit 2026".to_owned(),
        due_date: NOW.civil_date().succ_opt(),
        expires: None,
        partial: true,
        advance: false,
        lines: vec![line("L-1", 4_000), line("L|2:b", 6_050)],
        facts: OrderFacts {
            issued_at: Some(NOW),
            customer_kind: CustomerKind::Person,
            beneficiary_idno: Some("1007601009554".to_owned()),
            properties: vec![OrderProperty {
                name: "cont".into(),
                display_name: "Cont".into(),
                value: "9256".into(),
                ..Default::default()
            }],
            ..OrderFacts::default()
        },
    }
}

struct Stage {
    endpoint: Endpoint,
    desk: MemoryDesk,
    receipts: Arc<MemoryReceipts>,
    clock: Arc<FixedClock>,
}

fn endpoint(receipts: Arc<dyn Receipts>, clock: &Arc<FixedClock>, sha1: bool) -> Endpoint {
    let trust = Arc::new(Pinned(vec![MPAY.certificate().clone()]));
    Endpoint::new(Arc::new(PORTAL.clone()), trust, Arc::new(Memory::default()), receipts, clock.clone(), sha1)
}

fn stage() -> Stage {
    let clock = Arc::new(FixedClock::at(NOW));
    let receipts = Arc::new(MemoryReceipts::default());
    let desk = MemoryDesk::new(clock.clone());
    desk.put(order("A-1"));
    Stage { endpoint: endpoint(receipts.clone(), &clock, true), desk, receipts, clock }
}

fn sealed_by(key: &SigningKey, suite: Suite, payload: &str) -> Vec<u8> {
    let sealing = Sealing { key, suite, reference: KeyReference::Token, now: NOW.utc(), lifetime: TimeDelta::minutes(5) };
    secure(payload, &[], &sealing).unwrap().into_bytes()
}

fn sealed(payload: &str) -> Vec<u8> {
    sealed_by(&MPAY, Suite::RsaSha256, payload)
}

fn asks(number: &str, service: &str) -> String {
    let query = format!("<Language>ro</Language><OrderKey>{number}</OrderKey><ServiceID>{service}</ServiceID>");
    format!("<GetOrderDetails xmlns=\"{NAMESPACE}\"><query>{query}</query></GetOrderDetails>")
}

/// Tells of a payment of `lines` in lei.
fn tells(payment: &str, number: &str, total: &str, lines: &[(&str, &str, &str)]) -> String {
    let line = |(id, amount, account): &(&str, &str, &str)| {
        let account = format!("<DestinationAccount>{account}</DestinationAccount>");
        format!("<PaymentConfirmationLine><Amount>{amount}</Amount>{account}<LineID>{id}</LineID></PaymentConfirmationLine>")
    };
    let lines: String = lines.iter().map(line).collect();
    format!(
        "<ConfirmOrderPayment xmlns=\"{NAMESPACE}\"><confirmation><Currency>MDL</Currency><InvoiceID>0001</InvoiceID><Lines>{lines}</Lines>\
         <OrderKey>{number}</OrderKey><PaidAt>2026-09-01T11:59:30</PaidAt><PaymentID>{payment}</PaymentID><ServiceID>impozite</ServiceID>\
         <TotalAmount>{total}</TotalAmount></confirmation></ConfirmOrderPayment>"
    )
}

/// The answer's payload as text, after its signature was checked as MPay does.
async fn opened(answer: &Answer, suite: Suite) -> String {
    let xml = Xml::from_bytes(&answer.body, &Limits::SOAP).unwrap();
    let trust = Pinned(vec![PORTAL.certificate().clone()]);
    let policy = Policy { trust: &trust, accepts: Accepts::Sha1Too, now: NOW.utc() };
    let opened = open(&xml, &policy, &Rules::default()).unwrap().first(&Memory::default()).await.unwrap();
    assert_eq!(opened.suite, suite, "answered in kind");
    String::from_utf8(opened.payload.canonical().unwrap()).unwrap()
}

#[tokio::test]
async fn an_order_is_told_in_the_contract_s_order_and_signed_in_kind() {
    let stage = stage();
    for suite in [Suite::RsaSha256, Suite::RsaSha1] {
        let message = sealed_by(&MPAY, suite, &asks("A-1", "impozite"));
        let answer = stage.endpoint.answer(&format!("\"{GET_ORDER_DETAILS}\""), &message, &stage.desk).await;
        assert_eq!((answer.status, answer.fault), (200, None));
        let told = opened(&answer, suite).await;
        let line = |id: &str, due: &str| {
            format!(
                "<OrderLine><AllowAdvancePayments>false</AllowAdvancePayments><AllowPartialPayments>true</AllowPartialPayments>\
                 <AmountDue>{due}</AmountDue><DestinationAccount><BankAccount>{IBAN}</BankAccount><BankCode>TREZMD2X</BankCode>\
                 <BankFiscalCode>1007601009554</BankFiscalCode><BeneficiaryName>Primăria Sculeni</BeneficiaryName></DestinationAccount>\
                 <LineID>{id}</LineID><Reason>Impozit &lt;funciar&gt; &amp; alte</Reason></OrderLine>"
            )
        };
        assert_eq!(
            told,
            format!(
                "<GetOrderDetailsResponse xmlns=\"{NAMESPACE}\"><GetOrderDetailsResult><OrderDetails>\
                 <AllowAdvancePayments>false</AllowAdvancePayments><AllowPartialPayments>true</AllowPartialPayments><Currency>MDL</Currency>\
                 <CustomerName>P. M.</CustomerName><CustomerType>Person</CustomerType><DueDate>2026-09-02T23:59:59</DueDate>\
                 <IssuedAt>2026-09-01T12:00:00</IssuedAt><Lines>{}{}</Lines><OrderKey>A-1</OrderKey><Properties><OrderProperty>\
                 <DisplayName>Cont</DisplayName><IsVisible>false</IsVisible><Modifiable>false</Modifiable><Name>cont</Name>\
                 <Required>false</Required><Type>string</Type><Value>9256</Value></OrderProperty></Properties><Reason>Impozit 2026</Reason>\
                 <ServiceID>impozite</ServiceID><Status>Active</Status><TotalAmountDue>100.50</TotalAmountDue></OrderDetails>\
                 </GetOrderDetailsResult></GetOrderDetailsResponse>",
                line("L-1", "40.00"),
                line("L|2:b", "60.50")
            )
        );
    }
}

#[tokio::test]
async fn a_payment_is_applied_once_however_often_it_is_told_and_kept_as_signed() {
    let stage = stage();
    let account = format!("<BankAccount>{IBAN}</BankAccount><BankCode>TREZMD2X</BankCode>");
    let part = tells("P-1", "A-1", "45.00", &[("L-1", "40.00", &account), ("L|2:b", "5", "")]);
    let mut messages = Vec::new();
    for _ in 0..3 {
        // Each time anew signed, as MPay does.
        messages.push(sealed(&part));
        let answer = stage.endpoint.answer(CONFIRM_ORDER_PAYMENT, messages.last().unwrap(), &stage.desk).await;
        assert_eq!((answer.status, answer.fault), (200, None));
        assert_eq!(
            opened(&answer, Suite::RsaSha256).await,
            format!("<ConfirmOrderPaymentResponse xmlns=\"{NAMESPACE}\"></ConfirmOrderPaymentResponse>")
        );
    }
    let order = stage.desk.order_details("A-1").await.unwrap();
    assert_eq!((order.paid, order.status), (Money(4_500), OrderStatus::PartiallyPaid));
    assert_eq!(stage.receipts.all(), messages.into_iter().map(|message| ("P-1".to_owned(), message)).collect::<Vec<_>>());
    let confirmed = stage.desk.told();
    assert_eq!(confirmed[0].paid_at.rfc3339(), "2026-09-01T08:59:30.000Z", "MPay's local time is Chișinău's");

    // What is left falls upon the lines in their order.
    let answer = stage.endpoint.answer(GET_ORDER_DETAILS, &sealed(&asks("A-1", "impozite")), &stage.desk).await;
    let told = opened(&answer, Suite::RsaSha256).await;
    for shown in ["<AmountDue>0.00<", "<AmountDue>55.50<", "<TotalAmountDue>55.50<", "<Status>PartiallyPaid<"] {
        assert!(told.contains(shown), "{shown}: {told}");
    }
    let rest = sealed(&tells("P-2", "A-1", "55.5", &[("L|2:b", "55.50", "")]));
    assert_eq!(stage.endpoint.answer(CONFIRM_ORDER_PAYMENT, &rest, &stage.desk).await.status, 200);
    let more = sealed(&tells("P-3", "A-1", "1", &[("L-1", "1.00", "")]));
    assert_eq!(stage.endpoint.answer(CONFIRM_ORDER_PAYMENT, &more, &stage.desk).await.fault, Some("InvoiceAlreadyPaid"));
}

#[tokio::test]
async fn what_a_module_says_is_owed_now_is_told_as_it_is() {
    let stage = stage();
    // Half was paid; since then a penalty has come, and the module says what is left.
    let quoted = OrderDetails { paid: Money(5_000), due: Money(10_400), ..order("Q-1") };
    stage.desk.put(OrderDetails { status: OrderStatus::PartiallyPaid, lines: vec![line("rest", 5_050), line("penalty", 350)], ..quoted });
    let answer = stage.endpoint.answer(GET_ORDER_DETAILS, &sealed(&asks("Q-1", "impozite")), &stage.desk).await;
    let told = opened(&answer, Suite::RsaSha256).await;
    for shown in ["<AmountDue>50.50<", "<AmountDue>3.50<", "<TotalAmountDue>54.00<"] {
        assert!(told.contains(shown), "{shown}: {told}");
    }
    // The penalty's line is gone when the confirmation is told again; the payment is still the same.
    let paid = || sealed(&tells("P-1", "Q-1", "54.00", &[("rest", "50.50", ""), ("penalty", "3.50", "")]));
    assert_eq!(stage.endpoint.answer(CONFIRM_ORDER_PAYMENT, &paid(), &stage.desk).await.status, 200);
    let lines = vec![line("rest", 10_400)];
    let after = OrderDetails { lines, ..stage.desk.order_details("Q-1").await.unwrap() };
    stage.desk.put(after);
    assert_eq!(stage.endpoint.answer(CONFIRM_ORDER_PAYMENT, &paid(), &stage.desk).await.status, 200);
}

async fn fault_of(stage: &Stage, action: &str, message: &[u8]) -> &'static str {
    let answer = stage.endpoint.answer(action, message, &stage.desk).await;
    assert_eq!(answer.status, 500);
    answer.fault.unwrap()
}

#[tokio::test]
async fn faults_are_the_contract_s_and_signed() {
    let stage = stage();
    stage.desk.put(OrderDetails { status: OrderStatus::Cancelled, ..order("GONE") });
    stage.desk.put(OrderDetails { expires: NOW.civil_date().pred_opt(), ..order("OLD") });
    let mut foreign = order("FOREIGN");
    foreign.lines[0].iban = "MD24AG000225100013104168".to_owned();
    stage.desk.put(foreign);
    let whole = [("L-1", "40.00", ""), ("L|2:b", "60.50", "")];
    let stolen = format!("<BankAccount>{}</BankAccount>", "MD24AG000225100013104168");
    for (action, payload, fault) in [
        (GET_ORDER_DETAILS, asks("NONE", "impozite"), "UnknownOrder"),
        (GET_ORDER_DETAILS, asks("A-1", "altele"), "UnknownService"),
        (GET_ORDER_DETAILS, asks("", "impozite"), "InvalidParameter"),
        (GET_ORDER_DETAILS, asks(&"9".repeat(37), "impozite"), "InvalidParameter"),
        (GET_ORDER_DETAILS, asks("FOREIGN", "impozite"), "InternalError"),
        (GET_ORDER_DETAILS, tells("P", "A-1", "100.50", &whole), "InvalidParameter"),
        ("https://mpay.gov.md/IServiceProvider/Refund", asks("A-1", "impozite"), "InvalidParameter"),
        (CONFIRM_ORDER_PAYMENT, tells("P", "NONE", "100.50", &whole), "UnknownOrder"),
        (CONFIRM_ORDER_PAYMENT, tells("P", "GONE", "100.50", &whole), "InvalidParameter"),
        (CONFIRM_ORDER_PAYMENT, tells("P", "OLD", "100.50", &whole), "InvoiceExpired"),
        (CONFIRM_ORDER_PAYMENT, tells("P", "A-1", "100.51", &whole), "InvalidParameter"),
        (CONFIRM_ORDER_PAYMENT, tells("P", "A-1", "0", &[]), "InvalidParameter"),
        (CONFIRM_ORDER_PAYMENT, tells("P", "A-1", "40.005", &[("L-1", "40.005", "")]), "InvalidParameter"),
        (CONFIRM_ORDER_PAYMENT, tells("P", "A-1", "40", &[("L-1", "40", &stolen)]), "InvalidParameter"),
        (CONFIRM_ORDER_PAYMENT, tells("P", "A-1", "40", &[("L-1", "40", "")]).replace("MDL", "USD"), "InvalidParameter"),
    ] {
        let answer = stage.endpoint.answer(action, &sealed(&payload), &stage.desk).await;
        assert_eq!((answer.status, answer.fault), (500, Some(fault)), "{payload}");
        assert!(opened(&answer, Suite::RsaSha256).await.contains(&format!("<faultcode>{fault}</faultcode>")));
    }
    assert_eq!(stage.desk.order_details("A-1").await.unwrap().paid, Money(0));
    stage.desk.fail_next(1);
    let message = sealed(&tells("P-7", "A-1", "40", &[("L-1", "40", "")]));
    assert_eq!(fault_of(&stage, CONFIRM_ORDER_PAYMENT, &message).await, "InternalError");
}

#[tokio::test]
async fn strangers_old_messages_and_repeated_ones_are_told_nothing() {
    let stage = stage();
    let stranger = make_key("Stranger").unwrap();
    let good = sealed(&asks("A-1", "impozite"));
    let changed = String::from_utf8(good.clone()).unwrap().replace("A-1", "A-2").into_bytes();
    let unsigned = vatra_xmlsec::wss::plain(&asks("A-1", "impozite")).into_bytes();
    for message in [sealed_by(&stranger, Suite::RsaSha256, &asks("A-1", "impozite")), changed, unsigned] {
        let answer = stage.endpoint.answer(GET_ORDER_DETAILS, &message, &stage.desk).await;
        assert_eq!((answer.status, answer.fault), (500, Some("AuthenticationFailed")));
        assert!(!String::from_utf8(answer.body).unwrap().contains("Sculeni"));
    }
    for junk in [&b""[..], b"<", b"\xff\xfe", b"<!DOCTYPE x [<!ENTITY e 'e'>]><x>&e;</x>"] {
        assert_eq!(fault_of(&stage, GET_ORDER_DETAILS, junk).await, "InvalidParameter");
    }
    assert_eq!(stage.endpoint.answer(GET_ORDER_DETAILS, &good, &stage.desk).await.status, 200);
    assert_eq!(fault_of(&stage, GET_ORDER_DETAILS, &good).await, "AuthenticationFailed", "used before");
    let late = sealed(&asks("A-1", "impozite"));
    stage.clock.set(NOW.plus_seconds(8 * 60));
    assert_eq!(fault_of(&stage, GET_ORDER_DETAILS, &late).await, "AuthenticationFailed", "too old");
}

#[tokio::test]
async fn sha1_is_switched_off() {
    let stage = stage();
    let endpoint = endpoint(stage.receipts.clone(), &stage.clock, false);
    let old = sealed_by(&MPAY, Suite::RsaSha1, &asks("A-1", "impozite"));
    assert_eq!(endpoint.answer(GET_ORDER_DETAILS, &old, &stage.desk).await.fault, Some("AuthenticationFailed"));
    assert_eq!(endpoint.answer(GET_ORDER_DETAILS, &sealed(&asks("A-1", "impozite")), &stage.desk).await.status, 200);
}

#[tokio::test]
async fn what_cannot_be_kept_is_not_acknowledged() {
    struct Full;
    #[async_trait]
    impl Receipts for Full {
        async fn keep(&self, _: &str, _: &str, _: &[u8]) -> Result<(), NotKept> {
            Err(NotKept)
        }
    }
    let stage = stage();
    let endpoint = endpoint(Arc::new(Full), &stage.clock, true);
    let message = sealed(&tells("P-1", "A-1", "40", &[("L-1", "40", "")]));
    assert_eq!(endpoint.answer(CONFIRM_ORDER_PAYMENT, &message, &stage.desk).await.fault, Some("InternalError"));
    assert!(stage.desk.told().is_empty());
}

#[test]
fn the_wsdl_names_our_address() {
    let wsdl = stage().endpoint.wsdl("https://primaria.md/mpay?a=1&b=\"<");
    assert!(wsdl.contains("location=\"https://primaria.md/mpay?a=1&amp;b=&quot;&lt;\""));
    assert!(Xml::parse(&wsdl, &Limits::METADATA).is_ok() && !wsdl.contains("urn:address-of"));
}
