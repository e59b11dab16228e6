//! What MPay asks and tells.

use super::{Fault, NAMESPACE};
use vatra_core::clock::Instant;
use vatra_core::providers::ByLine;
use vatra_core::value::Money;
use vatra_xmlsec::Refusal;
use vatra_xmlsec::xml::{Element, Sequence};

/// An order's number or a service's: as long as the contract lets them be.
const KEY: usize = 36;
/// Lines of a confirmation.
const LINES: usize = 1_000;

/// GetOrderDetails' query.
pub(super) struct Query {
    pub(super) number: String,
    pub(super) service: String,
}

/// ConfirmOrderPayment's confirmation.
pub(super) struct Told {
    pub(super) payment: String,
    pub(super) number: String,
    pub(super) service: String,
    pub(super) amount: Money,
    pub(super) paid_at: Instant,
    /// LineID and BankAccount of each line; MPay may leave the account out.
    pub(super) accounts: Vec<(String, Option<String>)>,
    /// Amount of each line, likewise.
    pub(super) lines: ByLine,
}

fn key(parts: &mut Sequence<'_>, name: &'static str) -> Result<String, Refusal> {
    let text = parts.required(NAMESPACE, name)?.text(name)?;
    if text.is_empty() || text.chars().count() > KEY || text.chars().any(char::is_control) {
        return Err(Refusal::Malformed(name));
    }
    Ok(text)
}

fn outermost<'x>(payload: Element<'x>, name: &'static str, inner: &'static str) -> Result<Element<'x>, Refusal> {
    if !payload.is(NAMESPACE, name) {
        return Err(Refusal::Missing(name));
    }
    let mut parts = payload.sequence(name)?;
    let found = parts.required(NAMESPACE, inner)?;
    parts.end()?;
    Ok(found)
}

pub(super) fn query(payload: Element<'_>) -> Result<Query, Fault> {
    let mut parts = outermost(payload, "GetOrderDetails", "query")?.sequence("query")?;
    parts.optional(NAMESPACE, "Language");
    let number = key(&mut parts, "OrderKey")?;
    let service = key(&mut parts, "ServiceID")?;
    parts.end()?;
    Ok(Query { number, service })
}

pub(super) fn confirmation(payload: Element<'_>) -> Result<Told, Fault> {
    let mut parts = outermost(payload, "ConfirmOrderPayment", "confirmation")?.sequence("confirmation")?;
    if parts.required(NAMESPACE, "Currency")?.text("Currency")? != "MDL" {
        return Err(Fault::new("InvalidParameter", "orders are in MDL"));
    }
    parts.optional(NAMESPACE, "InvoiceID");
    let lines = parts.required(NAMESPACE, "Lines")?;
    let number = key(&mut parts, "OrderKey")?;
    let paid_at = parts.required(NAMESPACE, "PaidAt")?.text("PaidAt")?;
    let paid_at = Instant::from_xsd(paid_at.trim()).ok_or(Refusal::Malformed("PaidAt"))?;
    let payment = key(&mut parts, "PaymentID")?;
    parts.optional(NAMESPACE, "Properties");
    let service = key(&mut parts, "ServiceID")?;
    let amount = amount(&mut parts, "TotalAmount")?;
    parts.end()?;

    let (mut accounts, mut amounts, mut sum) = (Vec::new(), ByLine::new(), 0_i64);
    let mut all = lines.sequence("Lines")?;
    while let Some(line) = all.any() {
        if !line.is(NAMESPACE, "PaymentConfirmationLine") || accounts.len() >= LINES {
            return Err(Refusal::Unexpected("Lines").into());
        }
        let mut parts = line.sequence("PaymentConfirmationLine")?;
        let part = self::amount(&mut parts, "Amount")?;
        sum = sum.checked_add(part.0).ok_or(Refusal::Malformed("Amount"))?;
        let account = parts.optional(NAMESPACE, "DestinationAccount");
        let id = key(&mut parts, "LineID")?;
        parts.optional(NAMESPACE, "Properties");
        parts.end()?;
        let account = account.and_then(|found| found.elements().find(|part| part.is(NAMESPACE, "BankAccount")));
        let account = account.map(|found| found.text("BankAccount")).transpose()?.filter(|found| !found.is_empty());
        amounts.push((id.clone(), part));
        accounts.push((id, account));
    }
    if sum != amount.0 {
        return Err(Fault::new("InvalidParameter", "the lines do not add up to TotalAmount"));
    }
    Ok(Told { payment, number, service, amount, paid_at, accounts, lines: amounts })
}

fn amount(parts: &mut Sequence<'_>, name: &'static str) -> Result<Money, Refusal> {
    let text = parts.required(NAMESPACE, name)?.text(name)?;
    Money::from_decimal(text.trim()).filter(|amount| amount.0 >= 0).ok_or(Refusal::Malformed(name))
}
