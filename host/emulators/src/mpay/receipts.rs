//! MPay's pages after the payment: the receipt, and the confirmations that the portal has yet to get.

use super::pages::{bad_form, frame, problem};
use super::text::Text;
use super::words::Words;
use super::{BASE, Delivery, Emulator, Payment};
use crate::web::{self, Frame, PORTAL, Pairs, field};
use askama::Template;
use axum::extract::rejection::FormRejection;
use axum::extract::{Extension, Form, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use vatra_core::manifest::Language;
use vatra_core::value::Money;

pub(super) fn receipt_path() -> String {
    format!("{BASE}/payment")
}

pub(super) fn refund_path() -> String {
    format!("{BASE}/refund")
}

pub(super) fn held_path() -> String {
    format!("{BASE}/held")
}

/// The receipt's number, from the PaymentID, whose last twelve hexadecimal digits are random: `EMU-1A2B-3C4D-5E6F`.
pub(super) fn number(payment: &str) -> String {
    let mut tail: Vec<char> = payment.chars().rev().take(12).map(|c| c.to_ascii_uppercase()).collect();
    tail.reverse();
    let groups: Vec<String> = tail.chunks(4).map(|group| group.iter().collect()).collect();
    format!("EMU-{}", groups.join("-"))
}

#[derive(Template)]
#[template(path = "mpay/receipt.html")]
struct Receipt {
    frame: Frame,
    t: &'static Text,
    receipt: String,
    tone: &'static str,
    headline: &'static str,
    particulars: Vec<String>,
    code: String,
    /// More is to come: the page is worth reloading.
    waits: bool,
    here: String,
    waiting: String,
    summary: Vec<(&'static str, String)>,
    w: &'static Words,
    payment: String,
    /// What can be given back; empty when nothing can.
    refundable: String,
    refund: String,
    refund_error: String,
    back: String,
    search: &'static str,
}

#[derive(Template)]
#[template(path = "mpay/held.html")]
struct Held {
    frame: Frame,
    t: &'static Text,
    released: bool,
    rows: Vec<Row>,
    action: String,
    search: &'static str,
    portal: &'static str,
}

struct Row {
    payment: String,
    receipt: String,
    href: String,
    number: String,
    at: String,
    amount: String,
    status: &'static str,
}

fn href(payment: &str) -> String {
    web::with_query(&receipt_path(), &[("PaymentID", payment)])
}

/// Where a confirmation that is not settled stands.
fn waiting_words(payment: &Payment, t: &'static Text) -> &'static str {
    match (payment.progress.held, payment.progress.failures) {
        (true, _) => t.is_held,
        (false, 0) => t.is_waiting,
        (false, _) => t.is_retrying,
    }
}

pub(super) async fn show(
    State(emulator): State<Emulator>,
    Extension(language): Extension<Language>,
    Query(query): Query<Pairs>,
) -> Response {
    receipt(&emulator, language, field(&query, "PaymentID"), StatusCode::OK, String::new())
}

fn receipt(emulator: &Emulator, language: Language, id: &str, status: StatusCode, refund_error: String) -> Response {
    let t = Text::of(language);
    let Some(payment) = emulator.payment(id) else {
        return problem(language, StatusCode::NOT_FOUND, t.unknown_payment_title, t.unknown_payment);
    };
    let progress = payment.progress;
    let (tone, headline, particulars) = match (progress.refused, progress.settled()) {
        (Some(fault), _) if progress.acknowledged == 0 => ("bad", t.is_refused, vec![t.fault(fault).to_owned()]),
        (Some(fault), _) => ("warn", t.told, vec![format!("{} {}", t.repeat_refused, t.fault(fault))]),
        (None, true) if payment.delivery == Delivery::Twice => ("good", t.told, vec![t.told_twice.to_owned()]),
        (None, true) => ("good", t.told, vec![t.told_once.to_owned()]),
        (None, false) => ("warn", waiting_words(&payment, t), Vec::new()),
    };
    let confirmation = &payment.confirmation;
    let here = href(&confirmation.payment);
    let (w, refundable) = (Words::of(language), payment.refundable());
    let mut summary = vec![
        (t.receipt, payment.receipt.clone()),
        (t.order, confirmation.number.clone()),
        (t.amount, t.money(payment.taken)),
        (w.method, payment.method.words(language).to_owned()),
        (t.paid_at, confirmation.paid_at.local_text()),
        (t.payment_id, confirmation.payment.clone()),
    ];
    summary.extend(payment.refunds.iter().map(|refund| (w.refunded, format!("{}, {}", t.money(refund.amount), refund.at.local_text()))));
    let page = Receipt {
        frame: frame(language, &here),
        t,
        tone,
        headline,
        particulars,
        code: progress.refused.map(|fault| fault.to_string()).unwrap_or_default(),
        waits: !progress.settled(),
        here,
        waiting: held_path(),
        summary,
        w,
        payment: confirmation.payment.clone(),
        refundable: if refundable.0 > 0 { refundable.to_string().replace('\u{a0}', "") } else { String::new() },
        refund: refund_path(),
        refund_error,
        receipt: payment.receipt,
        back: payment.return_url.unwrap_or_else(|| PORTAL.to_owned()),
        search: BASE,
    };
    web::page(status, &page)
}

pub(super) async fn refund(
    State(emulator): State<Emulator>,
    Extension(language): Extension<Language>,
    form: Result<Form<Pairs>, FormRejection>,
) -> Response {
    let Ok(Form(form)) = form else { return bad_form(language) };
    let id = field(&form, "PaymentID");
    match emulator.refund(id, Money::parse(field(&form, "Amount")).unwrap_or(Money(0))) {
        Ok(_) => Redirect::to(&href(id)).into_response(),
        Err(why) => receipt(&emulator, language, id, StatusCode::UNPROCESSABLE_ENTITY, Words::of(language).not_refunded(why)),
    }
}

pub(super) async fn held(
    State(emulator): State<Emulator>,
    Extension(language): Extension<Language>,
    Query(query): Query<Pairs>,
) -> Response {
    let t = Text::of(language);
    let rows = emulator
        .undelivered()
        .into_iter()
        .map(|payment| Row {
            href: href(&payment.confirmation.payment),
            at: payment.confirmation.paid_at.local_text(),
            amount: t.money(payment.confirmation.amount),
            status: match (payment.progress.held, payment.progress.failures) {
                (true, _) => t.held_short,
                (false, 0) => t.waiting_short,
                (false, _) => t.retrying_short,
            },
            payment: payment.confirmation.payment,
            number: payment.confirmation.number,
            receipt: payment.receipt,
        })
        .collect();
    let page = Held {
        frame: frame(language, &held_path()),
        t,
        released: field(&query, "released") == "1",
        rows,
        action: held_path(),
        search: BASE,
        portal: PORTAL,
    };
    web::page(StatusCode::OK, &page)
}

pub(super) async fn release(
    State(emulator): State<Emulator>,
    Extension(language): Extension<Language>,
    form: Result<Form<Pairs>, FormRejection>,
) -> Response {
    let t = Text::of(language);
    let Ok(Form(form)) = form else { return bad_form(language) };
    let id = field(&form, "PaymentID");
    if emulator.payment(id).is_none() {
        return problem(language, StatusCode::NOT_FOUND, t.unknown_payment_title, t.unknown_payment);
    }
    // Nothing waits any more when somebody else was quicker: that is what was wanted.
    emulator.release(id);
    emulator.told(id).await;
    Redirect::to(&web::with_query(&held_path(), &[("released", "1")])).into_response()
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_receipt_is_short_enough_to_read_out() {
        assert_eq!(super::number("01927f4a-7b6c-7d8e-9f00-1a2b3c4d5e6f"), "EMU-1A2B-3C4D-5E6F");
    }
}
