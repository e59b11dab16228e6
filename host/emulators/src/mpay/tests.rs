//! MPay: paying by the pages, and the dialogue with the order desk.

use super::{Delivery, Emulator, Payment, PaymentRequest, Refusal};
use crate::contract::{self, Broken, MemoryDesk, Orders};
use crate::tests::{NOW, Page, Site, is_a_sound_page, order};
use crate::web;
use async_trait::async_trait;
use axum::http::StatusCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use vatra_core::manifest::Language;
use vatra_core::providers::{Confirmation, MPayFault, OrderDesk, OrderDetails, PaymentPages};
use vatra_core::value::Money;
use vatra_core::view::OrderStatus;

fn request(number: &str, bani: i64, delivery: Delivery) -> PaymentRequest {
    PaymentRequest::new(number, Money(bani), delivery)
}

/// Opens the order's page and presses its button, with some fields filled in otherwise.
async fn pays(site: &Site, number: &str, otherwise: &[(&str, &str)]) -> Page {
    let page = site.get(&site.mpay.pay_url(number)).await;
    let mut fields: Vec<(String, String)> = Vec::new();
    for name in ["OrderKey", "form", "ReturnUrl", "Amount", "seconds"] {
        if let Some(value) = page.attribute(&format!("main form[method=post] input[name={name}]"), "value") {
            fields.push((name.to_owned(), value));
        }
    }
    let chosen = page.attribute("input[name=delivery][checked]", "value").unwrap();
    fields.push(("delivery".to_owned(), chosen));
    for (name, value) in otherwise {
        fields.retain(|(each, _)| each != name);
        fields.push(((*name).to_owned(), (*value).to_owned()));
    }
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    site.post("/emulators/mpay/pay", &fields).await
}

async fn paid(site: &Site, number: &str) -> (i64, OrderStatus) {
    let order = site.desk.order_details(number).await.unwrap();
    (order.paid.0, order.status)
}

async fn settled(mpay: &Emulator, payment: &str) -> Payment {
    for _ in 0..1000 {
        let payment = mpay.payment(payment).unwrap();
        if payment.progress.settled() {
            return payment;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("it was never settled");
}

#[tokio::test]
async fn the_contract_holds_for_the_desk_in_memory() {
    let site = Site::new();
    site.desk.put(order("PART", true));
    site.desk.put(order("WHOLE", false));
    site.desk.put(OrderDetails { status: OrderStatus::Cancelled, ..order("GONE", false) });
    site.desk.put(OrderDetails { expires: Some(NOW.plus_seconds(-86_400).civil_date()), ..order("OLD", false) });
    let orders = Orders {
        partial: "PART".to_owned(),
        whole: "WHOLE".to_owned(),
        expired: "OLD".to_owned(),
        cancelled: "GONE".to_owned(),
        unknown: "NONE".to_owned(),
    };
    contract::order_desk(site.desk.as_ref(), &orders, NOW).await.unwrap();
}

#[tokio::test]
async fn the_contract_finds_a_desk_that_counts_repeats() {
    struct Doubles(MemoryDesk);
    #[async_trait]
    impl OrderDesk for Doubles {
        async fn order_details(&self, number: &str) -> Result<OrderDetails, MPayFault> {
            self.0.order_details(number).await
        }
        async fn confirm(&self, confirmation: Confirmation) -> Result<(), MPayFault> {
            self.0.confirm(Confirmation { payment: uuid::Uuid::now_v7().to_string(), ..confirmation }).await
        }
    }
    let site = Site::new();
    let desk = Doubles(MemoryDesk::new(site.clock.clone()));
    desk.0.put(order("PART", true));
    desk.0.put(order("WHOLE", false));
    desk.0.put(OrderDetails { status: OrderStatus::Cancelled, ..order("GONE", false) });
    desk.0.put(OrderDetails { status: OrderStatus::Expired, ..order("OLD", false) });
    let named = |name: &str| name.to_owned();
    let orders =
        Orders { partial: named("PART"), whole: named("WHOLE"), expired: named("OLD"), cancelled: named("GONE"), unknown: named("NONE") };
    let Err(Broken(sentence)) = contract::order_desk(&desk, &orders, NOW).await else { panic!("it was not found") };
    assert!(sentence.contains("again is acknowledged") || sentence.contains("applied once"), "{sentence}");
}

#[tokio::test]
async fn anyone_pays_in_full_by_number() {
    let site = Site::new();
    site.desk.put(order("SC 1&x", false));
    let url = site.mpay.pay_url("SC 1&x");
    assert_eq!(url, "/emulators/mpay/order?OrderKey=SC%201%26x");
    let page = site.get(&url).await;
    let words = page.text("main");
    for shown in ["Primăria Sculeni", "P. M.", "Impozit funciar", "100,00\u{a0}lei", "Activă", "25.09.2026", "MD38TRPBAA113110A01234AA"] {
        assert!(words.contains(shown), "{shown}");
    }
    assert_eq!(page.attribute("#amount", "value").as_deref(), Some("100,00"));

    let answer = pays(&site, "SC 1&x", &[]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(paid(&site, "SC 1&x").await, (10_000, OrderStatus::Paid), "the portal knows before the page returns");
    let receipt = site.get(answer.location()).await;
    is_a_sound_page(&receipt, Language::Ro);
    assert!(receipt.text("h1").starts_with("Recipisa EMU-"));
    assert!(receipt.text(".panel.good").contains("Plata a fost confirmată"));
    assert_eq!(receipt.attribute("main > p > a", "href").as_deref(), Some("/"));
    let told = site.desk.told();
    assert_eq!((told.len(), told[0].amount, told[0].paid_at), (1, Money(10_000), NOW));
}

#[tokio::test]
async fn parts_are_taken_only_where_allowed() {
    let site = Site::new();
    site.desk.put(order("PART", true));
    site.desk.put(order("WHOLE", false));
    assert_eq!(pays(&site, "PART", &[("Amount", "33.5")]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(paid(&site, "PART").await, (3_350, OrderStatus::PartiallyPaid));
    let page = site.get(&site.mpay.pay_url("PART")).await;
    assert_eq!(page.attribute("#amount", "value").as_deref(), Some("66,50"), "the rest is preset");

    for (number, amount, reason) in [
        ("WHOLE", "99,99", "exact 100,00\u{a0}lei"),
        ("WHOLE", "100,01", "cel mult 100,00\u{a0}lei"),
        ("PART", "66,51", "cel mult 66,50\u{a0}lei"),
        ("PART", "0", "mai mare decât zero"),
        ("PART", "-5", "mai mare decât zero"),
        ("PART", "1e3", "mai mare decât zero"),
        ("PART", "", "mai mare decât zero"),
        ("PART", "99999999999999999999", "mai mare decât zero"),
        ("PART", "1,234", "mai mare decât zero"),
    ] {
        let page = pays(&site, number, &[("Amount", amount)]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{amount}");
        assert!(page.text("#amount-error").contains(reason), "{amount}: {}", page.text("#amount-error"));
        is_a_sound_page(&page, Language::Ro);
    }
    assert_eq!(site.desk.told().len(), 1, "nothing that was refused was confirmed");
}

#[tokio::test]
async fn told_twice_and_applied_once() {
    let site = Site::new();
    site.desk.put(order("A", false));
    let answer = pays(&site, "A", &[("delivery", "twice")]).await;
    let told = site.desk.told();
    assert_eq!(told.len(), 2);
    assert_eq!(told[0], told[1]);
    assert_eq!(paid(&site, "A").await.0, 10_000);
    assert!(site.get(answer.location()).await.text(".panel.good").contains("de două ori"));
}

#[tokio::test]
async fn a_form_that_is_sent_twice_pays_once() {
    let site = Site::new();
    site.desk.put(order("A", true));
    let fields = [("OrderKey", "A"), ("form", "token"), ("Amount", "10"), ("delivery", "before")];
    let (first, second) = (site.post("/emulators/mpay/pay", &fields).await, site.post("/emulators/mpay/pay", &fields).await);
    assert_eq!(first.location(), second.location());
    assert_eq!(paid(&site, "A").await.0, 1_000);
    let page = site.get(&site.mpay.pay_url("A")).await;
    let again = site.get(&site.mpay.pay_url("A")).await;
    assert_ne!(page.attribute("input[name=form]", "value"), again.attribute("input[name=form]", "value"));
}

#[tokio::test]
async fn held_until_released_on_the_page() {
    let site = Site::new();
    site.desk.put(order("A", false));
    let answer = pays(&site, "A", &[("delivery", "held")]).await;
    assert_eq!(paid(&site, "A").await, (0, OrderStatus::Active));
    assert!(site.get(answer.location()).await.text(".panel.warn").contains("reținută"));
    let page = site.get(&site.mpay.pay_url("A")).await;
    assert!(page.text(".panel.bad").contains("confirmarea este pe drum"), "it is not paid a second time meanwhile");
    assert!(page.text("dl").contains("confirmare nelivrată"));
    assert_eq!(site.post("/emulators/mpay/pay", &[("OrderKey", "A"), ("Amount", "100")]).await.status, StatusCode::CONFLICT);

    let page = site.get("/emulators/mpay/held").await;
    let id = page.attribute("input[name=PaymentID]", "value").unwrap();
    let answer = site.post("/emulators/mpay/held", &[("PaymentID", &id)]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(paid(&site, "A").await, (10_000, OrderStatus::Paid), "known when the page returns");
    let page = site.get(answer.location()).await;
    assert!(page.text("main").contains("Toate confirmările au fost livrate"));
    assert!(!site.mpay.release(&id), "nothing waits any more");
    assert_eq!(site.post("/emulators/mpay/held", &[("PaymentID", "none")]).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn late_confirmations_come_by_themselves_or_when_let_go() {
    let site = Site::new();
    site.desk.put(order("A", true));
    let late = site.mpay.pay(request("A", 1_000, Delivery::Late(Duration::from_millis(30)))).await.unwrap();
    assert_eq!(paid(&site, "A").await.0, 0);
    assert_eq!(settled(&site.mpay, &late.confirmation.payment).await.progress.acknowledged, 1);
    assert_eq!(paid(&site, "A").await.0, 1_000);

    let answer = pays(&site, "A", &[("delivery", "late"), ("seconds", "3600"), ("Amount", "20")]).await;
    assert!(site.get(answer.location()).await.text(".panel.warn").contains("pe drum"));
    let waiting = site.mpay.undelivered();
    assert_eq!(waiting.len(), 1);
    assert_eq!(waiting[0].delivery, Delivery::Late(Duration::from_secs(3600)));
    assert!(site.mpay.release(&waiting[0].confirmation.payment));
    settled(&site.mpay, &waiting[0].confirmation.payment).await;
    assert_eq!(paid(&site, "A").await.0, 3_000);
}

#[tokio::test]
async fn the_page_can_return_first() {
    let site = Site::new();
    site.desk.put(order("A", false));
    let answer = pays(&site, "A", &[("delivery", "page-first")]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(site.desk.told().len(), 0);
    let waiting = site.mpay.undelivered();
    assert_eq!(settled(&site.mpay, &waiting[0].confirmation.payment).await.progress.acknowledged, 1);
    assert_eq!(paid(&site, "A").await.0, 10_000);
}

#[tokio::test]
async fn internal_faults_are_tried_again_until_acknowledged() {
    let site = Site::new();
    site.desk.put(order("A", false));
    site.desk.fail_next(5);
    let answer = pays(&site, "A", &[]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "the payer does not wait for all of it");
    let id = answer.location().split_once('=').unwrap().1;
    let payment = settled(&site.mpay, id).await;
    assert_eq!((payment.progress.failures, payment.progress.acknowledged), (5, 1));
    let told = site.desk.told();
    assert_eq!(told.len(), 6);
    assert!(told.iter().all(|each| *each == told[0]), "always the same confirmation");
    assert_eq!(paid(&site, "A").await.0, 10_000);
}

/// Panics, hangs or refuses as told; what it tells of orders is always the same.
struct Moody {
    order: OrderDetails,
    panics_once: AtomicBool,
    refuses: Option<MPayFault>,
}

#[async_trait]
impl OrderDesk for Moody {
    async fn order_details(&self, _: &str) -> Result<OrderDetails, MPayFault> {
        Ok(self.order.clone())
    }
    async fn confirm(&self, _: Confirmation) -> Result<(), MPayFault> {
        assert!(!self.panics_once.swap(false, Ordering::SeqCst), "as told");
        self.refuses.map_or(Ok(()), Err)
    }
}

#[tokio::test]
async fn a_desk_that_panics_is_told_again() {
    let site = Site::new();
    site.mpay.connect(Arc::new(Moody { order: order("A", false), panics_once: AtomicBool::new(true), refuses: None }));
    let payment = site.mpay.pay(request("A", 10_000, Delivery::BeforeThePage)).await.unwrap();
    let payment = settled(&site.mpay, &payment.confirmation.payment).await;
    assert_eq!((payment.progress.failures, payment.progress.acknowledged), (1, 1));
}

#[tokio::test]
async fn a_refused_confirmation_gives_the_money_back_and_says_why() {
    for (fault, words) in [
        (MPayFault::UnknownOrder, "Nu există nicio comandă"),
        (MPayFault::AlreadyPaid, "deja achitată"),
        (MPayFault::Expired, "a trecut"),
        (MPayFault::Cancelled, "anulată"),
        (MPayFault::InvalidParameter, "nu acceptă datele"),
    ] {
        let site = Site::new();
        site.mpay.connect(Arc::new(Moody { order: order("A", false), panics_once: AtomicBool::new(false), refuses: Some(fault) }));
        let answer = pays(&site, "A", &[]).await;
        let page = site.get(answer.location()).await;
        is_a_sound_page(&page, Language::Ro);
        let said = page.text(".panel.bad");
        assert!(said.contains("banii se întorc") && said.contains(words) && said.contains(&fault.to_string()), "{said}");
        assert!(site.mpay.undelivered().is_empty(), "it is not tried again");
        assert_eq!(site.get(&site.mpay.pay_url("A")).await.attribute("#amount", "value").as_deref(), Some("100,00"));
    }
}

#[tokio::test]
async fn orders_that_cannot_be_paid_say_why_in_the_reader_s_language() {
    let site = Site::new();
    let yesterday = Some(NOW.plus_seconds(-86_400).civil_date());
    site.desk.put(OrderDetails { status: OrderStatus::Paid, paid: Money(10_000), ..order("PAID", true) });
    site.desk.put(OrderDetails { status: OrderStatus::Cancelled, ..order("GONE", true) });
    site.desk.put(OrderDetails { expires: yesterday, ..order("OLD", true) });
    site.desk.put(OrderDetails { status: OrderStatus::Refunded, ..order("BACK", true) });
    for (number, status, code, words) in [
        ("PAID", StatusCode::CONFLICT, "InvoiceAlreadyPaid", ["achitată integral", "полностью оплачен", "paid in full"]),
        ("GONE", StatusCode::CONFLICT, "InvalidParameter: the order was cancelled", ["anulată", "аннулирован", "cancelled"]),
        ("OLD", StatusCode::CONFLICT, "InvoiceExpired", ["a trecut", "прошёл", "is over"]),
        ("BACK", StatusCode::CONFLICT, "", ["se restituie", "возвращаются", "being returned"]),
        ("NONE", StatusCode::NOT_FOUND, "UnknownOrder", ["Nu există", "нет", "no order"]),
    ] {
        for (language, words) in Language::ALL.into_iter().zip(words) {
            let page = site.get(&web::with_query(&site.mpay.pay_url(number), &[("lang", language.code())])).await;
            let said = page.text("main");
            assert!(said.contains(words) && said.contains(code), "{number} {}: {said}", language.code());
            assert!(page.attribute("#amount", "value").is_none(), "there is nothing to press");
        }
        let forced = site.post("/emulators/mpay/pay", &[("OrderKey", number), ("Amount", "1")]).await;
        assert_eq!(forced.status, status, "{number}");
        assert!(forced.text("main").contains(words[0]));
    }
    assert!(site.desk.told().is_empty());
}

#[tokio::test]
async fn without_a_desk_nothing_is_taken() {
    let site = Site::new();
    let alone = Emulator::new(site.clock.clone());
    assert_eq!(alone.pay(request("A", 1, Delivery::Held)).await, Err(Refusal::Fault(MPayFault::Internal)));
    assert!(alone.undelivered().is_empty());
}

#[tokio::test]
async fn two_payers_at_once_do_not_pay_the_same_remainder() {
    let site = Site::new();
    site.desk.put(order("A", true));
    let pay = |delivery| site.mpay.pay(request("A", 6_000, delivery));
    let (one, other) = tokio::join!(pay(Delivery::Held), pay(Delivery::BeforeThePage));
    assert!(one.is_ok());
    assert_eq!(other, Err(Refusal::TooMuch { at_most: Money(4_000) }));
}

#[tokio::test]
async fn the_way_back_stays_in_the_portal() {
    let site = Site::new();
    site.desk.put(order("A", true));
    let home = "/sculeni/m/tax-collector?screen=notice&entry=1";
    let page = site.get(&site.mpay.pay_url_returning("A", home)).await;
    assert_eq!(page.attribute("input[name=ReturnUrl]", "value").as_deref(), Some(home));
    let answer = pays(&site, "A", &[("ReturnUrl", home), ("Amount", "1")]).await;
    assert_eq!(site.get(answer.location()).await.attribute("main > p > a", "href").as_deref(), Some(home));

    for foreign in ["//evil.example", "https://evil.example/", "javascript:alert(1)", "/\\evil.example", "evil"] {
        let page = site.get(&site.mpay.pay_url_returning("A", foreign)).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{foreign}");
        let page = pays(&site, "A", &[("ReturnUrl", foreign), ("Amount", "1")]).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{foreign}");
        assert!(!page.body.contains("evil"));
        let page = site.get(&web::with_query("/emulators/mpay", &[("ReturnUrl", foreign)])).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{foreign}");
        let request = PaymentRequest { return_url: Some(foreign.to_owned()), ..request("A", 1, Delivery::Held) };
        assert_eq!(site.mpay.pay(request).await, Err(Refusal::Fault(MPayFault::InvalidParameter)));
    }
    assert_eq!(paid(&site, "A").await.0, 100);
}

#[tokio::test]
async fn what_the_portal_says_is_text_and_nothing_else() {
    let site = Site::new();
    let attack = "\"><script>alert(1)</script><img src=x onerror=alert(1)>";
    let mut order = order(attack, true);
    for text in [&mut order.beneficiary, &mut order.customer, &mut order.reason, &mut order.service] {
        *text = attack.to_owned();
    }
    order.number = "A".to_owned();
    order.lines[0].reason = attack.to_owned();
    order.lines[0].iban = attack.to_owned();
    site.desk.put(order);
    let page = site.get(&site.mpay.pay_url("A")).await;
    is_a_sound_page(&page, Language::Ro);
    assert_eq!(page.text("main").matches(attack).count(), 6);
    let page = pays(&site, "A", &[("Amount", attack)]).await;
    is_a_sound_page(&page, Language::Ro);
    assert_eq!(page.attribute("#amount", "value").as_deref(), Some(attack));
    let page = site.get(&web::with_query("/emulators/mpay", &[("OrderKey", attack)])).await;
    is_a_sound_page(&page, Language::Ro);
    assert_eq!(page.attribute("#order-key", "value").as_deref(), Some(attack));
}

#[tokio::test]
async fn unknown_behaviour_is_refused() {
    let site = Site::new();
    site.desk.put(order("A", true));
    assert_eq!(pays(&site, "A", &[("delivery", "never")]).await.status, StatusCode::BAD_REQUEST);
    for seconds in ["0", "3601", "-1", "abc", ""] {
        let page = pays(&site, "A", &[("delivery", "late"), ("seconds", seconds)]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{seconds}");
        assert!(page.text("#seconds-error").contains("3600"));
    }
    assert!(site.mpay.undelivered().is_empty() && site.desk.told().is_empty());
}
