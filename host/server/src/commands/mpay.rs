//! `vatra mpay show|pay|confirm`: MPay's side of an order, for scripts. `pay` goes by the rules of the emulator's page; `confirm` tells of a
//! payment again, late, or with whatever amount.

use super::fault::Refusal;
use super::{Reply, Result};
use crate::app::{App, Desk};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use std::sync::Arc;
use vatra_core::providers::{Confirmation, MPayFault, OrderDesk, OrderDetails};
use vatra_core::value::Money;
use vatra_emulators::mpay::{Delivery, Emulator, Method, PaymentRequest, Refusal as NotPaid};

/// A payment, as the emulator's page takes it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Pay {
    /// The order's number.
    pub number: String,
    /// In lei; all that remains when absent.
    pub amount: Option<String>,
    /// `card`, `bank`, `terminal`, `cash`
    pub method: String,
    /// Confirms it twice.
    pub twice: bool,
}

/// A confirmation, as MPay sends it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Confirm {
    /// The order's number.
    pub number: String,
    /// In lei.
    pub amount: String,
    /// MPay's PaymentID: the same one again is the same payment. A fresh one when absent.
    pub payment: Option<String>,
}

pub(super) fn money(text: &str) -> Result<Money> {
    Money::parse(text).ok_or_else(|| Refusal::Usage(format!("'{text}' is not an amount in lei: write 120,50")))
}

fn fault(fault: MPayFault, number: &str) -> Refusal {
    let (code, title) = match fault {
        MPayFault::UnknownOrder => ("unknown-order", "There is no such order"),
        MPayFault::AlreadyPaid => ("already-paid", "The order is paid already"),
        MPayFault::Expired => ("expired", "The order has expired"),
        MPayFault::Cancelled => ("cancelled", "The order was cancelled"),
        MPayFault::InvalidParameter => ("invalid-parameter", "MPay's message makes no sense: amount or PaymentID"),
        MPayFault::Internal => ("internal", "The host could not record it: see its log, MPay would try again"),
    };
    Refusal::Other(code, title.into(), format!("{fault}, order {number}"))
}

fn not_paid(refusal: &NotPaid, number: &str) -> Refusal {
    let code = match refusal {
        NotPaid::Fault(cause) => return fault(*cause, number),
        NotPaid::Refund => "refund",
        NotPaid::Declined => "declined",
        NotPaid::NoAnswer => "no-answer",
        NotPaid::OnItsWay => "on-its-way",
        NotPaid::NotAnAmount => "amount",
        NotPaid::TooMuch { at_most } => return Refusal::Other("too-much", refusal.to_string(), format!("at most {at_most} lei")),
        NotPaid::NotInFull { exactly } => return Refusal::Other("not-in-full", refusal.to_string(), format!("exactly {exactly} lei")),
    };
    Refusal::Other(code, refusal.to_string(), format!("order {number}"))
}

fn data(order: &OrderDetails) -> Json {
    json!({
        "number": order.number, "service": order.service, "beneficiary": order.beneficiary, "status": order.status.code(),
        "due_bani": order.due.0, "paid_bani": order.paid.0, "customer": order.customer, "reason": order.reason,
        "due-date": order.due_date, "expires": order.expires, "partial": order.partial,
    })
}

fn words(order: &OrderDetails) -> String {
    let day = |date: Option<chrono::NaiveDate>| date.map_or_else(|| "—".to_owned(), |date| date.to_string());
    format!(
        "Order {} of {}: {}\n  {}, {}\n  due {} lei, paid {} lei; due date {}, expires {}",
        order.number,
        order.beneficiary,
        order.status.code(),
        order.reason,
        order.customer,
        order.due,
        order.paid,
        day(order.due_date),
        day(order.expires)
    )
}

async fn details(app: &Arc<App>, number: &str) -> Result<OrderDetails> {
    Desk(app.clone()).order_details(number).await.map_err(|cause| fault(cause, number))
}

pub(super) async fn show(app: &Arc<App>, number: &str) -> Result<Reply> {
    let order = details(app, number).await?;
    Ok(Reply::done(words(&order), json!({ "order": data(&order) })))
}

pub(super) async fn pay(app: &Arc<App>, pay: Pay) -> Result<Reply> {
    let number = pay.number;
    let amount = match &pay.amount {
        Some(text) => money(text)?,
        None => {
            let order = details(app, &number).await?;
            Money((order.due.0 - order.paid.0).max(0))
        }
    };
    let emulator = Emulator::new(app.clock.clone());
    emulator.connect(Arc::new(Desk(app.clone())));
    let delivery = if pay.twice { Delivery::Twice } else { Delivery::BeforeThePage };
    let method =
        Method::from_code(&pay.method).ok_or_else(|| Refusal::Usage(format!("'{}' is not card, bank, terminal or cash", pay.method)))?;
    let request = PaymentRequest { method, ..PaymentRequest::new(number.clone(), amount, delivery) };
    // The rules for a status come before those for an amount, so that "all that remains" of a paid order says that it is paid.
    let payment = emulator.pay(request).await.map_err(|refusal| not_paid(&refusal, &number))?;
    let told = emulator.told(&payment.confirmation.payment).await.unwrap_or(payment);
    if let Some(cause) = told.progress.refused {
        return Err(fault(cause, &number));
    }
    if told.progress.acknowledged == 0 {
        return Err(fault(MPayFault::Internal, &number));
    }
    done(app, &number, &told.confirmation, told.progress.acknowledged).await
}

pub(super) async fn confirm(app: &Arc<App>, confirm: Confirm) -> Result<Reply> {
    let confirmation = Confirmation {
        payment: confirm.payment.unwrap_or_else(|| uuid::Uuid::now_v7().to_string()),
        number: confirm.number.clone(),
        amount: money(&confirm.amount)?,
        paid_at: app.clock.now(),
        lines: Vec::new(),
    };
    Desk(app.clone()).confirm(confirmation.clone()).await.map_err(|cause| fault(cause, &confirm.number))?;
    done(app, &confirm.number, &confirmation, 1).await
}

async fn done(app: &Arc<App>, number: &str, confirmation: &Confirmation, acknowledged: u32) -> Result<Reply> {
    app.deliver_due().await?;
    let order = details(app, number).await?;
    let text = format!(
        "Payment {} of {} lei, acknowledged {} time(s).\n{}",
        confirmation.payment,
        confirmation.amount,
        acknowledged,
        words(&order)
    );
    let json = json!({
        "payment": confirmation.payment, "amount_bani": confirmation.amount.0, "acknowledged": acknowledged, "order": data(&order),
    });
    Ok(Reply::done(text, json))
}
