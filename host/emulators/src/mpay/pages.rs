//! MPay's pages before the payment: find an order, see what it is for, pay it.

use super::address::sought;
use super::text::Text;
use super::words::Words;
use super::{Attempt, BASE, Delivery, Emulator, Method, PaymentRequest, Refusal, legs, order, receipts};
use crate::web::{self, Frame, PORTAL, Pairs, Problem, field};
use askama::Template;
use axum::Router;
use axum::extract::rejection::FormRejection;
use axum::extract::{Extension, Form, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use vatra_core::manifest::Language;
use vatra_core::providers::{MPayFault, OrderDetails};
use vatra_core::value::Money;
use vatra_core::view::OrderStatus;

pub(super) fn routes(emulator: Emulator) -> Router {
    Router::new()
        .route(BASE, get(search))
        .route(&order_path(), get(show))
        .route(&pay_path(), post(pay))
        .route(&receipts::receipt_path(), get(receipts::show))
        .route(&receipts::held_path(), get(receipts::held).post(receipts::release))
        .route(&receipts::refund_path(), post(receipts::refund))
        .merge(legs::routes())
        .with_state(emulator)
}

pub(super) fn order_path() -> String {
    format!("{BASE}/order")
}

fn pay_path() -> String {
    format!("{BASE}/pay")
}

#[derive(Template)]
#[template(path = "mpay/search.html")]
struct Search {
    frame: Frame,
    t: &'static Text,
    action: String,
    number: String,
    error: String,
    code: String,
    return_url: String,
    back: String,
    waiting: String,
    undelivered: usize,
    statement: String,
    statement_title: &'static str,
}

#[derive(Template)]
#[template(path = "mpay/order.html")]
struct Order {
    frame: Frame,
    t: &'static Text,
    w: &'static Words,
    order: OrderDetails,
    summary: Vec<(&'static str, String)>,
    lines: Vec<Line>,
    refusal: String,
    code: String,
    payable: bool,
    errors: Vec<Wrong>,
    action: String,
    form: String,
    amount: String,
    amount_error: String,
    methods: Vec<Choice>,
    attempts: Vec<Choice>,
    told: String,
    told_error: String,
    deliveries: Vec<Choice>,
    open: bool,
    seconds: String,
    seconds_error: String,
    return_url: String,
    back: String,
    search: &'static str,
}

struct Line {
    reason: String,
    iban: String,
    amount: String,
}

struct Wrong {
    field: &'static str,
    text: String,
}

struct Choice {
    code: &'static str,
    words: &'static str,
    chosen: bool,
}

/// The address to which the payer goes back: the portal's front page when none is given.
///
/// # Errors
/// When it leads elsewhere.
pub(super) fn return_url(emulator: &Emulator, pairs: &Pairs) -> Result<Option<String>, ()> {
    let given = field(pairs, "ReturnUrl");
    let site = emulator.inner.site.as_str();
    // A portal gives the whole address, as the real MPay wants it.
    let path = if site.is_empty() { given } else { given.strip_prefix(site).unwrap_or(given) };
    match path {
        "" => Ok(None),
        path if web::is_local_path(path) => Ok(Some(path.to_owned())),
        _ => Err(()),
    }
}

pub(super) fn frame(language: Language, here: &str) -> Frame {
    Frame::new(language, Text::of(language).service, Some(BASE), here)
}

pub(super) fn problem(language: Language, status: StatusCode, title: &'static str, text: &str) -> Response {
    let frame = frame(language, BASE);
    let back_text = frame.common.back_to_portal;
    web::page(status, &Problem { frame, title, text: text.to_owned(), code: String::new(), back: PORTAL.to_owned(), back_text })
}

pub(super) fn bad_form(language: Language) -> Response {
    let common = crate::text::common(language);
    problem(language, StatusCode::BAD_REQUEST, common.bad_form_title, common.bad_form)
}

pub(super) fn foreign(language: Language) -> Response {
    let t = Text::of(language);
    problem(language, StatusCode::BAD_REQUEST, t.foreign_title, t.foreign)
}

/// MPay's name of a fault; nothing for what is only about the amount.
fn code(refusal: Refusal) -> String {
    match refusal {
        Refusal::Fault(fault) => fault.to_string(),
        _ => String::new(),
    }
}

fn status_of(fault: MPayFault) -> StatusCode {
    match fault {
        MPayFault::UnknownOrder => StatusCode::NOT_FOUND,
        MPayFault::InvalidParameter => StatusCode::UNPROCESSABLE_ENTITY,
        MPayFault::AlreadyPaid | MPayFault::Expired | MPayFault::Cancelled => StatusCode::CONFLICT,
        MPayFault::Internal => StatusCode::SERVICE_UNAVAILABLE,
    }
}

async fn search(State(emulator): State<Emulator>, Extension(language): Extension<Language>, Query(query): Query<Pairs>) -> Response {
    search_page(&emulator, language, &query, StatusCode::OK, String::new(), String::new())
}

fn search_page(emulator: &Emulator, language: Language, pairs: &Pairs, status: StatusCode, error: String, code: String) -> Response {
    let Ok(return_url) = return_url(emulator, pairs) else { return foreign(language) };
    let number = field(pairs, "OrderKey").to_owned();
    let mut here = Vec::new();
    if !number.is_empty() {
        here.push(("OrderKey", number.as_str()));
    }
    if let Some(path) = &return_url {
        here.push(("ReturnUrl", path.as_str()));
    }
    let page = Search {
        frame: frame(language, &web::with_query(if error.is_empty() { BASE.to_owned() } else { order_path() }.as_str(), &here)),
        t: Text::of(language),
        action: order_path(),
        error,
        code,
        back: return_url.clone().unwrap_or_else(|| PORTAL.to_owned()),
        return_url: return_url.unwrap_or_default(),
        waiting: receipts::held_path(),
        undelivered: emulator.undelivered().len(),
        statement: legs::statement_path(),
        statement_title: Words::of(language).statement_title,
        number,
    };
    web::page(status, &page)
}

async fn show(State(emulator): State<Emulator>, Extension(language): Extension<Language>, Query(query): Query<Pairs>) -> Response {
    order_page(&emulator, language, &query, StatusCode::OK, Vec::new()).await
}

async fn pay(
    State(emulator): State<Emulator>,
    Extension(language): Extension<Language>,
    form: Result<Form<Pairs>, FormRejection>,
) -> Response {
    let (t, words) = (Text::of(language), Words::of(language));
    let Ok(Form(form)) = form else { return bad_form(language) };
    let Ok(return_url) = return_url(&emulator, &form) else { return foreign(language) };
    let mut errors = Vec::new();
    let amount = Money::parse(field(&form, "Amount")).filter(|amount| amount.0 > 0);
    if amount.is_none() {
        errors.push(Wrong { field: "amount", text: t.bad_amount.to_owned() });
    }
    let delivery = Delivery::from_code(field(&form, "delivery"), field(&form, "seconds").parse().unwrap_or_default());
    if delivery.is_none() {
        match field(&form, "delivery") {
            "late" => errors.push(Wrong { field: "seconds", text: t.bad_seconds.to_owned() }),
            _ => return bad_form(language),
        }
    }
    let told = match field(&form, "told") {
        "" => None,
        text => {
            let told = Money::parse(text).filter(|amount| amount.0 > 0);
            if told.is_none() {
                errors.push(Wrong { field: "told", text: t.bad_amount.to_owned() });
            }
            told
        }
    };
    let (Some(method), Some(attempt)) = (method_of(&form), Attempt::from_code(field(&form, "attempt"))) else { return bad_form(language) };
    let (Some(amount), Some(delivery), true) = (amount, delivery, errors.is_empty()) else {
        return order_page(&emulator, language, &form, StatusCode::UNPROCESSABLE_ENTITY, errors).await;
    };
    let token = field(&form, "form");
    let request = PaymentRequest {
        number: field(&form, "OrderKey").to_owned(),
        amount,
        method,
        attempt,
        told,
        delivery,
        return_url,
        form: (!token.is_empty() && token.len() <= 64).then(|| token.to_owned()),
    };
    match emulator.pay(request).await {
        Ok(payment) => {
            let id = payment.confirmation.payment;
            emulator.told(&id).await;
            Redirect::to(&web::with_query(&receipts::receipt_path(), &[("PaymentID", &id)])).into_response()
        }
        Err(refusal) => {
            // Where the order itself says no, its page, found out anew, says why instead.
            let errors = vec![Wrong { field: "amount", text: t.refusal(refusal, words) }];
            let status = match refusal {
                Refusal::Fault(fault) => status_of(fault),
                Refusal::Refund | Refusal::OnItsWay => StatusCode::CONFLICT,
                Refusal::Declined => StatusCode::PAYMENT_REQUIRED,
                Refusal::NoAnswer => StatusCode::GATEWAY_TIMEOUT,
                Refusal::NotAnAmount | Refusal::TooMuch { .. } | Refusal::NotInFull { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            };
            order_page(&emulator, language, &form, status, errors).await
        }
    }
}

async fn order_page(emulator: &Emulator, language: Language, pairs: &Pairs, status: StatusCode, errors: Vec<Wrong>) -> Response {
    let (t, words) = (Text::of(language), Words::of(language));
    let Ok(return_url) = return_url(emulator, pairs) else { return foreign(language) };
    let found = sought(field(pairs, "OrderKey"));
    let number = found.number.as_str();
    if number.is_empty() || number.chars().count() > 36 || number.chars().any(char::is_control) {
        return search_page(emulator, language, pairs, StatusCode::UNPROCESSABLE_ENTITY, t.bad_number.to_owned(), String::new());
    }
    let service = Some(field(pairs, "ServiceID")).filter(|service| !service.is_empty()).or(found.service.as_deref());
    let looked_up = match emulator.look_up(number).await {
        // A payer who names a service pays nothing of another one.
        Ok((order, _)) if service.is_some_and(|service| service != order.service) => Err(MPayFault::UnknownOrder.into()),
        found => found,
    };
    let (details, in_flight) = match looked_up {
        Ok(found) => found,
        Err(refusal) => {
            let status = if let Refusal::Fault(fault) = refusal { status_of(fault) } else { StatusCode::CONFLICT };
            return search_page(emulator, language, pairs, status, t.refusal(refusal, words), code(refusal));
        }
    };
    let remaining = order::remaining(&details, in_flight);
    let refusal = remaining.as_ref().err().copied();
    let preset = remaining.ok().filter(|left| left.0 > 0).map(|left| left.to_string().replace('\u{a0}', "")).unwrap_or_default();
    let said = |name: &str, otherwise: &str| if errors.is_empty() { otherwise.to_owned() } else { field(pairs, name).to_owned() };
    let error = |name: &str| errors.iter().find(|each| each.field == name).map(|each| each.text.clone()).unwrap_or_default();
    let delivery = said("delivery", Delivery::default().code());
    let token = field(pairs, "form");
    let mut here = vec![("OrderKey", number)];
    if let Some(path) = &return_url {
        here.push(("ReturnUrl", path));
    }
    let (method, attempt) = (method_of(pairs).unwrap_or_default(), said("attempt", Attempt::default().code()));
    if method != Method::default() {
        here.push(("method", method.code()));
    }
    let page = Order {
        frame: frame(language, &web::with_query(&order_path(), &here)),
        t,
        w: words,
        methods: Method::ALL
            .into_iter()
            .map(|each| Choice { code: each.code(), words: each.words(language), chosen: each == method })
            .collect(),
        attempts: Attempt::ALL
            .into_iter()
            .map(|each| Choice { code: each.code(), words: words.attempt(each), chosen: each.code() == attempt })
            .collect(),
        told: said("told", ""),
        told_error: error("told"),
        summary: summary(&details, in_flight, t),
        lines: details
            .lines
            .iter()
            .map(|line| Line { reason: line.reason.clone(), iban: line.iban.clone(), amount: t.money(line.amount) })
            .collect(),
        refusal: refusal.map(|refusal| t.refusal(refusal, words)).unwrap_or_default(),
        code: refusal.map(code).unwrap_or_default(),
        payable: refusal.is_none(),
        action: pay_path(),
        form: if errors.is_empty() || token.is_empty() { web::token() } else { token.to_owned() },
        amount: said("Amount", &preset),
        amount_error: error("amount"),
        deliveries: [("before", t.before), ("twice", t.twice), ("page-first", t.page_first), ("late", t.late), ("held", t.held)]
            .into_iter()
            .map(|(code, words)| Choice { code, words, chosen: code == delivery })
            .collect(),
        open: delivery != Delivery::default().code() || attempt != Attempt::default().code() || !said("told", "").is_empty(),
        seconds: said("seconds", "30"),
        seconds_error: error("seconds"),
        back: return_url.clone().unwrap_or_else(|| PORTAL.to_owned()),
        return_url: return_url.unwrap_or_default(),
        search: BASE,
        errors: if refusal.is_none() { errors } else { Vec::new() },
        order: details,
    };
    web::page(status, &page)
}

fn method_of(pairs: &Pairs) -> Option<Method> {
    match field(pairs, "method") {
        "" => Some(Method::default()),
        code => Method::from_code(code),
    }
}

fn summary(order: &OrderDetails, in_flight: Money, t: &'static Text) -> Vec<(&'static str, String)> {
    let mut rows = vec![
        (t.beneficiary, order.beneficiary.clone()),
        (t.service_id, order.service.clone()),
        (t.customer, order.customer.clone()),
        (t.reason, order.reason.clone()),
        (t.status, t.status(order.status).to_owned()),
    ];
    if let Some(date) = order.due_date {
        rows.push((t.due_date, date.format("%d.%m.%Y").to_string()));
    }
    if let Some(date) = order.expires {
        rows.push((t.expires, date.format("%d.%m.%Y").to_string()));
    }
    rows.push((t.due, t.money(order.due)));
    rows.push((t.paid, t.money(order.paid)));
    if in_flight.0 > 0 {
        rows.push((t.in_flight, t.money(in_flight)));
    }
    if matches!(order.status, OrderStatus::Active | OrderStatus::PartiallyPaid) {
        let left = order.due.0.saturating_sub(order.paid.0).saturating_sub(in_flight.0);
        rows.push((t.remaining, t.money(Money(left.max(0)))));
    }
    rows.retain(|(_, value)| !value.is_empty());
    rows
}
