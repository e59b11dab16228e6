//! Ways to pay and to fail, money back, the day's statement, the addresses that lead here, invoices.

use super::{Attempt, Delivery, Method, NotRefunded, PaymentRequest, Refusal};
use crate::fault::Emulated as _;
use crate::tests::{NOW, Page, Site, is_a_sound_page, order};
use crate::web;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use proptest::prelude::*;
use std::collections::BTreeMap;
use tower::ServiceExt;
use vatra_core::clock::Instant;
use vatra_core::manifest::Language;
use vatra_core::providers::{OrderDesk, OrderDetails, OrderFacts, PaymentPages};
use vatra_core::statement::{Days, RefundCheck, read, reconcile};
use vatra_core::store::{Payment, Refund};
use vatra_core::unit::OrderLine;
use vatra_core::value::Money;

fn request(bani: i64, change: impl FnOnce(&mut PaymentRequest)) -> PaymentRequest {
    let mut request = PaymentRequest::new("A", Money(bani), Delivery::BeforeThePage);
    change(&mut request);
    request
}

fn today() -> Days {
    Days { first: NOW.civil_date(), last: NOW.civil_date() }
}

async fn pays(site: &Site, fields: &[(&str, &str)]) -> Page {
    let mut all = vec![("OrderKey", "A"), ("Amount", "10"), ("delivery", "before")];
    all.retain(|(name, _)| !fields.iter().any(|(other, _)| other == name));
    all.extend(fields);
    site.post("/emulators/mpay/pay", &all).await
}

#[tokio::test]
async fn four_ways_to_pay_and_two_to_fail() {
    let site = Site::new();
    site.desk.put(order("A", true));
    for method in Method::ALL {
        let answer = pays(&site, &[("method", method.code())]).await;
        let receipt = site.get(answer.location()).await;
        assert!(receipt.text("dl").contains(method.words(Language::Ro)), "{method:?}");
    }
    for (attempt, status, words) in
        [("declined", StatusCode::PAYMENT_REQUIRED, "a refuzat plata"), ("no-answer", StatusCode::GATEWAY_TIMEOUT, "nu a răspuns la timp")]
    {
        let page = pays(&site, &[("attempt", attempt), ("method", "cash")]).await;
        assert_eq!(page.status, status);
        is_a_sound_page(&page, Language::Ro);
        assert!(page.text(".panel.bad").contains(words), "{}", page.text(".panel.bad"));
        assert!(page.attribute("#method-cash[checked]", "id").is_some(), "what was chosen stays chosen");
    }
    for (name, value) in [("method", "barter"), ("attempt", "perhaps")] {
        assert_eq!(pays(&site, &[(name, value)]).await.status, StatusCode::BAD_REQUEST);
    }
    assert_eq!(site.desk.told().len(), 4, "what failed was not told");
    let declined = site.mpay.pay(request(1, |request| request.attempt = Attempt::Declined)).await;
    assert_eq!(declined, Err(Refusal::Declined));
}

#[tokio::test]
async fn another_amount_is_told_than_was_taken_and_the_statement_says_so() {
    let site = Site::new();
    site.desk.put(order("A", true));
    let page = pays(&site, &[("told", "nothing")]).await;
    assert_eq!((page.status, page.attribute("#told", "aria-invalid").as_deref()), (StatusCode::UNPROCESSABLE_ENTITY, Some("true")));
    is_a_sound_page(&page, Language::Ro);
    let answer = pays(&site, &[("told", "12,50")]).await;
    assert!(site.get(answer.location()).await.text("dl").contains("10,00\u{a0}lei"), "the payer's receipt is true");
    assert_eq!(site.desk.order_details("A").await.unwrap().paid, Money(1_250));
    let report = reconcile(&read(site.mpay.statement(today().first, None).as_bytes()).unwrap(), today(), &recorded(&site), &[]);
    assert_eq!((report.differing.len(), report.total_there(), report.total_here()), (1, 1_000, 1_250));
}

/// What the desk recorded.
fn recorded(site: &Site) -> Vec<Payment> {
    let mut all: BTreeMap<String, Payment> = BTreeMap::new();
    for told in site.desk.told() {
        let (id, number, amount, paid_at, lines) = (told.payment.clone(), told.number, told.amount, told.paid_at, told.lines);
        all.insert(told.payment, Payment { id, number, amount, paid_at, lines });
    }
    all.into_values().collect()
}

#[tokio::test]
async fn money_goes_back_from_the_last_lines_and_never_more_than_came() {
    let site = Site::new();
    let line = |id: &str, bani| OrderLine { id: id.to_owned(), amount: Money(bani), ..order("A", true).lines[0].clone() };
    site.desk.put(OrderDetails { lines: vec![line("1", 6_000), line("2", 4_000)], ..order("A", true) });
    let payment = site.mpay.pay(request(8_000, |_| ())).await.unwrap().confirmation.payment;
    site.mpay.told(&payment).await;
    let receipt = web::with_query("/emulators/mpay/payment", &[("PaymentID", &payment)]);
    assert_eq!(site.get(&receipt).await.attribute("#refund", "value").as_deref(), Some("80,00"));
    for amount in ["80,01", "0", "-1", "x"] {
        let page = site.post("/emulators/mpay/refund", &[("PaymentID", &payment), ("Amount", amount)]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{amount}");
        is_a_sound_page(&page, Language::Ro);
    }
    assert_eq!(site.post("/emulators/mpay/refund", &[("PaymentID", "none"), ("Amount", "1")]).await.status, StatusCode::NOT_FOUND);
    let back = site.post("/emulators/mpay/refund", &[("PaymentID", &payment), ("Amount", "25")]).await;
    assert!(site.get(back.location()).await.text("dl").contains("Restituit"));
    assert_eq!(site.mpay.refund(&payment, Money(5_501)), Err(NotRefunded::Amount { at_most: Money(5_500) }));
    let rest = site.mpay.refund(&payment, Money(5_500)).unwrap();
    assert_eq!(rest.lines, [("1".to_owned(), Money(5_500))]);
    assert!(site.get(&receipt).await.attribute("#refund", "value").is_none(), "nothing is left to give back");
    let statement = read(site.mpay.statement(today().first, None).as_bytes()).unwrap();
    assert_eq!(statement.refunds[0].of.lines, [("2".to_owned(), Money(2_000)), ("1".to_owned(), Money(500))]);
    assert_eq!((statement.total(), statement.elsewhere.len()), (Some(Money(0)), 0));
    assert_eq!(site.desk.told().len(), 1, "the portal is told by the statement alone");
}

#[tokio::test]
async fn a_statement_is_of_one_day_and_one_beneficiary() {
    let site = Site::new();
    let facts = OrderFacts { beneficiary_idno: Some("1900000000015".to_owned()), ..OrderFacts::default() };
    site.desk.put(OrderDetails { facts, ..order("A", true) });
    site.desk.put(order("B", true));
    let held = site.mpay.pay(request(100, |request| request.delivery = Delivery::Held)).await.unwrap();
    site.mpay.pay(PaymentRequest::new("B", Money(200), Delivery::BeforeThePage)).await.unwrap();
    let of = async |query: &str| {
        let page = site.get(&format!("/emulators/mpay/statement?{query}")).await;
        assert_eq!(page.headers["content-type"], "text/csv; charset=utf-8");
        read(page.body.as_bytes()).unwrap().payments
    };
    let day = today().first.to_string();
    assert_eq!(of(&format!("day={day}")).await.len(), 2);
    let theirs = of(&format!("day={day}&beneficiary=1900000000015")).await;
    assert_eq!(theirs[0].payment, held.confirmation.payment, "also what the portal has not heard of yet");
    assert!(of("day=2026-08-31").await.is_empty());
}

#[tokio::test]
async fn portals_terminals_and_codes_lead_to_the_order() {
    let site = Site::new();
    site.desk.put(order("A", true));
    let sent = [("ServiceID", "impozite"), ("OrderKey", "A"), ("ReturnUrl", "http://127.0.0.1:8080/sculeni/m?x=1")];
    let leg = site.post("/emulators/mpay/service/pay", &sent).await;
    assert_eq!(leg.status, StatusCode::SEE_OTHER);
    let page = site.get(leg.location()).await;
    assert_eq!(page.attribute("input[name=ReturnUrl]", "value").as_deref(), Some("/sculeni/m?x=1"));
    let evil = site.post("/emulators/mpay/service/pay", &[("OrderKey", "A"), ("ReturnUrl", "https://evil.example/")]).await;
    assert_eq!(evil.status, StatusCode::BAD_REQUEST);
    let other = site.get("/emulators/mpay/order?OrderKey=A&ServiceID=altele").await;
    assert_eq!(other.status, StatusCode::NOT_FOUND, "a service that the order is not of");

    for path in ["/emulators/mpay/PosTerminal/Pay/impozite/A", "/emulators/mpay/PosTerminal/PayInvoice/A"] {
        for leg in [site.get(path).await, site.post(path, &[]).await] {
            let page = site.get(leg.location()).await;
            assert_eq!(page.status, StatusCode::OK);
            assert!(page.attribute("#method-terminal[checked]", "id").is_some());
        }
    }
    let code = format!("{}{}", Site::ADDRESS, site.mpay.pay_url("A"));
    let found = site.get(&web::with_query("/emulators/mpay/order", &[("OrderKey", &code)])).await;
    assert_eq!(found.attribute("main form[method=post] input[name=OrderKey]", "value").as_deref(), Some("A"));
}

#[tokio::test]
async fn invoices_are_pdfs_of_either_paper() {
    let site = Site::new();
    site.desk.put(order("A", true));
    let ask = async |path: &str| {
        let answer = site.mpay.api().oneshot(Request::get(path).body(Body::empty()).unwrap()).await.unwrap();
        let (parts, body) = answer.into_parts();
        (parts.status, parts.headers, to_bytes(body, 1 << 20).await.unwrap().to_vec())
    };
    let (status, _, body) = ask("/api/invoices?serviceID=impozite&orderKey=A").await;
    assert_eq!((status, body), (StatusCode::OK, b"[\"A\"]".to_vec()));
    assert_eq!(ask("/api/invoices?serviceID=altele&orderKey=A").await.2, b"[]");
    for (format, width) in [("", 595), ("&pageFormat=A5", 420)] {
        let (_, _, pdf) = ask(&format!("/api/Invoices/GetPdfInvoiceBytes?serviceid=impozite&orderkey=A{format}")).await;
        let document = lopdf::Document::load_mem(&pdf).unwrap();
        let pages = document.get_pages();
        let page = document.get_dictionary(pages[&1]).unwrap();
        assert_eq!(page.get(b"MediaBox").unwrap().as_array().unwrap()[2].as_i64().unwrap(), width);
        assert!(document.extract_text(&[1]).unwrap().contains("Nota de plata A"));
    }
    let (_, headers, _) = ask("/api/Invoices/DownloadInvoicePdf?serviceID=impozite&orderKey=A").await;
    assert_eq!(headers["content-disposition"], "attachment; filename=\"Nota de plata A.pdf\"");
    for (query, status) in [("serviceID=impozite&orderKey=NONE", StatusCode::NOT_FOUND), ("orderKey=A", StatusCode::BAD_REQUEST)] {
        assert_eq!(ask(&format!("/api/Invoices/GetPdfInvoiceBytes?{query}")).await.0, status, "{query}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    /// Orders, payments, refunds and reconciliation always add up: what MPay took is what the desk recorded and what the statement says.
    #[test]
    fn everything_adds_up(steps in proptest::collection::vec((0_usize..3, 1_i64..6_000, 0_u8..4, proptest::option::of(1_i64..6_000)), 1..12)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let site = Site::new();
            for number in ["A", "B", "C"] {
                site.desk.put(order(number, true));
            }
            let (mut taken, mut back, mut known) = (0, 0, Vec::new());
            for (which, bani, how, refund) in steps {
                let number = ["A", "B", "C"][which];
                let delivery = if how == 0 { Delivery::Held } else if how == 1 { Delivery::Twice } else { Delivery::BeforeThePage };
                let Ok(payment) = site.mpay.pay(PaymentRequest::new(number, Money(bani), delivery)).await else { continue };
                let id = payment.confirmation.payment;
                site.mpay.told(&id).await;
                taken += bani;
                if let Some(refund) = refund.and_then(|bani| site.mpay.refund(&id, Money(bani)).ok()) {
                    back += refund.amount.0;
                    // Half of them were recorded from an earlier statement.
                    if refund.amount.0 % 2 == 0 {
                        let (payment, number, told) = (id.clone(), number.to_owned(), Some((refund.id.clone(), refund.at)));
                        let (amount, lines) = (refund.amount, refund.lines);
                        known.push(Refund { id: refund.id, payment, number, amount, lines, asked_at: NOW, told, reason: String::new() });
                    }
                }
            }
            let payments = recorded(&site);
            let statement = read(site.mpay.statement(today().first, None).as_bytes()).unwrap();
            assert_eq!(statement.total(), Some(Money(taken - back)));
            let report = reconcile(&statement, today(), &payments, &known);
            assert_eq!(report.total_there(), taken - back);
            let held: i64 = site.mpay.undelivered().iter().map(|payment| payment.taken.0).sum();
            let missing: i64 = report.missing_here.iter().map(|told| told.amount.0).sum();
            assert_eq!(missing, held, "only what was held is missing");
            let mut paid = 0;
            for number in ["A", "B", "C"] {
                let order = site.desk.order_details(number).await.unwrap();
                assert_eq!(order.lines.iter().map(|line| line.amount.0).sum::<i64>(), order.due.0 - order.paid.0);
                paid += order.paid.0;
            }
            assert_eq!((report.total_here(), paid), (taken - held, taken - held));
            assert!(report.missing_there.is_empty() && report.differing.is_empty() && report.doubled.is_empty());
            let of_held = |payment: &str| site.mpay.undelivered().iter().any(|held| held.confirmation.payment == payment);
            for (refund, check) in &report.refunds {
                let expected = if known.iter().any(|known| known.id == refund.id) {
                    RefundCheck::Recorded
                } else if of_held(&refund.of.payment) {
                    RefundCheck::UnknownPayment
                } else {
                    RefundCheck::New
                };
                assert_eq!(*check, expected);
            }
            let _: Instant = NOW;
        });
    }
}
