//! `vatra:mpay`: orders that anyone can pay by number. Bank accounts come from the grant, never from the module.

mod invoices;

use crate::bindings::vatra::mpay::orders as wit;
use crate::bindings::vatra::types::values::Failure;
use crate::convert;
use crate::registers::{Stop, counted};
use crate::state::{CallState, invalid};
use std::collections::BTreeSet;
use vatra_core::grants::{Ask, Denial};
use vatra_core::store::Order;
use vatra_core::unit::{NewOrder, OrderLine};
use vatra_core::value::Money;
use vatra_core::view::OrderStatus;

/// MPay's limits (platform services, OrderDetails and OrderLine).
const MAX_REASON: usize = 50;
const PDF: &str = "application/pdf";
const MAX_LINE_ID: usize = 36;
const MAX_LINES: usize = 50;

impl wit::Host for CallState {
    async fn create_order(&mut self, order: wit::Order) -> wasmtime::Result<Result<String, Failure>> {
        counted!(self, "mpay.create-order", create(self, order))
    }
    async fn cancel_order(&mut self, number: String, reason: String) -> wasmtime::Result<Result<(), Failure>> {
        counted!(self, "mpay.cancel-order", cancel(self, number, reason))
    }
    async fn standing_of(&mut self, number: String) -> wasmtime::Result<Result<wit::Standing, Failure>> {
        counted!(self, "mpay.standing-of", async {
            let order = own_order(self, &number).await?;
            let status = status(order.status_on(self.ctx.today()));
            Ok::<_, Stop>(wit::Standing { number, status, due: order.due.0, paid: order.paid.0 })
        })
    }
    async fn payments_of(&mut self, number: String) -> wasmtime::Result<Result<Vec<wit::Payment>, Failure>> {
        counted!(self, "mpay.payments-of", async {
            own_order(self, &number).await?;
            let payments = self.snapshot().await?.payments(&number).await?;
            self.used.read(payments.len(), &self.limits)?;
            Ok::<_, Stop>(payments.iter().map(payment).collect())
        })
    }
}

/// A payment for the module.
pub fn payment(payment: &vatra_core::store::Payment) -> wit::Payment {
    wit::Payment {
        id: payment.id.clone(),
        order: payment.number.clone(),
        amount: payment.amount.0,
        paid_at: u64::try_from(payment.paid_at.0).unwrap_or_default(),
        lines: payment.lines.iter().map(|(id, amount)| (id.clone(), amount.0)).collect(),
    }
}

async fn create(state: &mut CallState, order: wit::Order) -> Result<String, Stop> {
    state.writable("mpay")?;
    let total = order.lines.iter().try_fold(Money(0), |sum, line| sum.plus(Money(line.amount))).ok_or_else(|| invalid("lines", "range"))?;
    state.allow("mpay", &[Ask::Member("services", &order.service), Ask::Within("ceiling", total.0)])?;
    if order.lines.is_empty() {
        return Err(invalid("lines", "required").into());
    }
    short(&order.reason, "reason", MAX_REASON)?;
    let lines = lines(state, &order.lines)?;
    let customer = match &order.customer {
        None => None,
        Some(subject) => Some(state.binding.sealer.subject(&subject.token).map_err(|_| invalid("customer", "token"))?),
    };
    let day = |date: Option<_>, field: &str| match date {
        None => Ok(None),
        Some(date) => convert::date_from_guest(date).map(Some).ok_or_else(|| invalid(field, "date")),
    };
    let (due, expires) = (day(order.due, "due")?, day(order.expires, "expires")?);
    if expires.is_some_and(|last| last < state.ctx.today()) {
        return Err(invalid("expires", "past").into());
    }
    state.used.write(1, &state.limits)?;
    let number = number(state);
    state.work.orders.push(NewOrder {
        number: number.clone(),
        module: state.ctx.module.clone(),
        service: order.service,
        customer,
        lines,
        due,
        expires,
        partial: order.partial,
        advance: order.advance,
        reason: order.reason,
    });
    Ok(number)
}

/// What the module says is owed on an order right now, as MPay is told.
///
/// # Errors
/// [`Failure`] when a line breaks a rule or is outside of the grant.
pub fn quoted(state: &mut CallState, given: &[wit::Line]) -> Result<Vec<OrderLine>, Failure> {
    let total = given.iter().try_fold(Money(0), |sum, line| sum.plus(Money(line.amount))).ok_or_else(|| invalid("lines", "range"))?;
    state.allow("mpay", &[Ask::Within("ceiling", total.0)])?;
    lines(state, given)
}

/// Lines with the bank accounts of the grant.
fn lines(state: &mut CallState, given: &[wit::Line]) -> Result<Vec<OrderLine>, Failure> {
    let asks: Vec<Ask<'_>> = given.iter().map(|line| Ask::Member("accounts", &line.account)).collect();
    let allowed = state.allow("mpay", &asks)?;
    if given.len() > MAX_LINES {
        return Err(invalid("lines", "too-many"));
    }
    let mut ids = BTreeSet::new();
    let mut lines = Vec::with_capacity(given.len());
    for line in given {
        short(&line.id, "lines", MAX_LINE_ID)?;
        short(&line.reason, "reason", MAX_REASON)?;
        if line.amount <= 0 {
            return Err(invalid("amount", "not-positive"));
        }
        if line.id.is_empty() || !ids.insert(&line.id) {
            return Err(invalid("lines", "duplicate"));
        }
        let Some(iban) = allowed.settings.get(&format!("account.{}", line.account)) else {
            return Err(state.deny(Denial::new("mpay", "accounts", line.account.as_str())));
        };
        lines.push(OrderLine {
            id: line.id.clone(),
            amount: Money(line.amount),
            iban: iban.clone(),
            account: line.account.clone(),
            reason: line.reason.clone(),
        });
    }
    Ok(lines)
}

fn short(text: &str, field: &str, most: usize) -> Result<(), Failure> {
    if text.chars().count() > most { Err(invalid(field, "too-long")) } else { Ok(()) }
}

/// Sixteen digits that people can type: the municipality's CUATM code, eight random digits, and a check digit (Luhn, ISO/IEC 7812).
fn number(state: &CallState) -> String {
    let counter = (state.work.orders.len() as u64) | (u64::from(state.attempt) << 32);
    let random = crate::base::draw(&state.ctx.seed, b"order", counter);
    let eight = random.iter().take(8).fold(0u64, |sum, byte| (sum << 8) | u64::from(*byte)) % 100_000_000;
    let place: String = state.ctx.tenant.cuatm.chars().filter(char::is_ascii_digit).collect();
    let digits = format!("{place:0>7.7}{eight:08}");
    let check = luhn(&digits);
    format!("{digits}{check}")
}

fn luhn(digits: &str) -> u32 {
    let sum: u32 = digits
        .chars()
        .rev()
        .filter_map(|c| c.to_digit(10))
        .enumerate()
        .map(|(index, digit)| {
            let doubled = if index % 2 == 0 { digit * 2 } else { digit };
            if doubled > 9 { doubled - 9 } else { doubled }
        })
        .sum();
    (10 - sum % 10) % 10
}

pub(crate) async fn own_order(state: &mut CallState, number: &str) -> Result<Order, Stop> {
    state.allow("mpay", &[])?;
    let module = state.ctx.module.clone();
    state.used.read(1, &state.limits)?;
    if let Some(new) = state.work.orders.iter().find(|order| order.number == number) {
        let due = new.lines.iter().fold(Money(0), |sum, line| Money(sum.0.saturating_add(line.amount.0)));
        return Ok(Order { order: new.clone(), status: OrderStatus::Active, due, paid: Money(0) });
    }
    let found = state.snapshot().await?.order(&module, number).await?;
    found.ok_or_else(|| Failure::NotFound.into())
}

async fn cancel(state: &mut CallState, number: String, reason: String) -> Result<(), Stop> {
    state.writable("mpay")?;
    let order = own_order(state, &number).await?;
    short(&reason, "reason", 500)?;
    if order.paid != Money(0) {
        return Err(invalid("number", "paid").into());
    }
    if order.status == OrderStatus::Cancelled || state.work.cancelled.iter().any(|(earlier, _)| *earlier == number) {
        return Err(invalid("number", "cancelled").into());
    }
    state.used.write(1, &state.limits)?;
    state.work.cancelled.push((number, reason));
    Ok(())
}

fn status(status: OrderStatus) -> wit::Status {
    match status {
        OrderStatus::Active => wit::Status::Active,
        OrderStatus::PartiallyPaid => wit::Status::PartiallyPaid,
        OrderStatus::Paid => wit::Status::Paid,
        OrderStatus::Completed => wit::Status::Completed,
        OrderStatus::Expired => wit::Status::Expired,
        OrderStatus::Cancelled => wit::Status::Cancelled,
        OrderStatus::Refunding => wit::Status::Refunding,
        OrderStatus::Refunded => wit::Status::Refunded,
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_check_digit_is_luhn_s() {
        assert_eq!(super::luhn("7992739871"), 3);
        assert_eq!(super::luhn("453201511283036"), 6);
    }
}
