//! The contract of [`OrderDesk`]: what MPay relies on when it asks about orders and tells of payments.

use super::{Broken, holds};
use vatra_core::clock::Instant;
use vatra_core::providers::{Confirmation, MPayFault, OrderDesk, OrderDetails};
use vatra_core::value::Money;
use vatra_core::view::OrderStatus;

/// Numbers of orders that the desk under test was given for the suite.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Orders {
    /// Active, nothing paid, at least 4 bani, payable in parts.
    pub partial: String,
    /// Active, nothing paid.
    pub whole: String,
    /// Expired.
    pub expired: String,
    /// Cancelled.
    pub cancelled: String,
    /// A number that no order has.
    pub unknown: String,
}

/// Everything; pays `partial` and `whole` in full. `now` is the desk's present moment.
///
/// # Errors
/// [`Broken`], with the first sentence that does not hold.
pub async fn order_desk<D: OrderDesk + ?Sized>(desk: &D, orders: &Orders, now: Instant) -> Result<(), Broken> {
    unknown_orders_are_unknown(desk, orders, now).await?;
    orders_add_up(desk, orders).await?;
    closed_orders_are_refused(desk, orders, now).await?;
    amounts_are_above_zero(desk, orders, now).await?;
    parts_add_up_and_repeats_do_not(desk, orders, now).await?;
    one_payment_in_full(desk, orders, now).await
}

fn payment(number: &str, amount: Money, now: Instant) -> Confirmation {
    Confirmation { payment: uuid::Uuid::now_v7().to_string(), number: number.to_owned(), amount, paid_at: now, lines: Vec::new() }
}

async fn details<D: OrderDesk + ?Sized>(desk: &D, number: &str) -> Result<OrderDetails, Broken> {
    desk.order_details(number).await.map_err(|fault| Broken(format!("GetOrderDetails of a known order is answered, not {fault}")))
}

async fn unknown_orders_are_unknown<D: OrderDesk + ?Sized>(desk: &D, orders: &Orders, now: Instant) -> Result<(), Broken> {
    for number in [orders.unknown.as_str(), "", "'; --", "../1", "\u{0}"] {
        let told = desk.order_details(number).await;
        holds(told == Err(MPayFault::UnknownOrder), format!("GetOrderDetails of {number:?} is UnknownOrder, not {told:?}"))?;
    }
    let told = desk.confirm(payment(&orders.unknown, Money(100), now)).await;
    holds(told == Err(MPayFault::UnknownOrder), format!("a confirmation of an unknown order is UnknownOrder, not {told:?}"))
}

async fn orders_add_up<D: OrderDesk + ?Sized>(desk: &D, orders: &Orders) -> Result<(), Broken> {
    for number in [&orders.partial, &orders.whole] {
        let order = details(desk, number).await?;
        holds(order.number == *number, "OrderKey is the one that was asked for")?;
        holds(order.status == OrderStatus::Active && order.paid == Money(0), "an order without payments is Active")?;
        holds(order.due.0 > 0 && !order.lines.is_empty(), "an order has lines and an amount")?;
        holds(order.lines.iter().map(|line| line.amount.0).sum::<i64>() == order.due.0, "the lines add up to TotalAmountDue")?;
        holds(!order.beneficiary.is_empty() && !order.service.is_empty(), "an order names its beneficiary and service")?;
        holds(details(desk, number).await? == order, "asking twice gives the same")?;
    }
    holds(details(desk, &orders.partial).await?.partial, "the partial order allows partial payments")
}

/// Whether an order that is over says so: by a fault, or by its status.
async fn closed_orders_are_refused<D: OrderDesk + ?Sized>(desk: &D, orders: &Orders, now: Instant) -> Result<(), Broken> {
    for (number, status, fault) in
        [(&orders.expired, OrderStatus::Expired, MPayFault::Expired), (&orders.cancelled, OrderStatus::Cancelled, MPayFault::Cancelled)]
    {
        let amount = match desk.order_details(number).await {
            Ok(order) => {
                holds(order.status == status, format!("the order's status is {}", status.code()))?;
                order.due
            }
            Err(told) => {
                holds(told == fault, format!("GetOrderDetails is refused with {fault}, not {told}"))?;
                Money(100)
            }
        };
        let told = desk.confirm(payment(number, amount, now)).await;
        holds(told == Err(fault), format!("a payment made now is refused with {fault}, not {told:?}"))?;
    }
    Ok(())
}

async fn amounts_are_above_zero<D: OrderDesk + ?Sized>(desk: &D, orders: &Orders, now: Instant) -> Result<(), Broken> {
    for amount in [0, -1, i64::MIN, Money::LIMIT + 1] {
        let told = desk.confirm(payment(&orders.partial, Money(amount), now)).await;
        holds(told == Err(MPayFault::InvalidParameter), format!("a payment of {amount} bani is InvalidParameter, not {told:?}"))?;
    }
    holds(details(desk, &orders.partial).await?.paid == Money(0), "what was refused is not paid")
}

async fn parts_add_up_and_repeats_do_not<D: OrderDesk + ?Sized>(desk: &D, orders: &Orders, now: Instant) -> Result<(), Broken> {
    let number = &orders.partial;
    let due = details(desk, number).await?.due;
    let first = payment(number, Money(due.0 / 2), now);
    // The same confirmation at the same moment, and once more afterwards.
    let (one, other) = tokio::join!(desk.confirm(first.clone()), desk.confirm(first.clone()));
    // A desk may ask to be told again when both come at once; it must then take the repeat.
    holds(
        [one, other].into_iter().all(|told| matches!(told, Ok(()) | Err(MPayFault::Internal))),
        format!("a payment in part is acknowledged, not {one:?} and {other:?}"),
    )?;
    let again = desk.confirm(first.clone()).await;
    holds(again.is_ok(), format!("the same confirmation again is acknowledged, not {again:?}"))?;
    let order = details(desk, number).await?;
    holds(order.paid == first.amount, format!("it is applied once: {} of {} bani", order.paid.0, first.amount.0))?;
    holds(order.status == OrderStatus::PartiallyPaid, "an order paid in part is PartiallyPaid")?;

    let rest = payment(number, Money(due.0 - first.amount.0), now);
    let told = desk.confirm(rest.clone()).await;
    holds(told.is_ok(), format!("the rest is acknowledged, not {told:?}"))?;
    is_paid(desk, number, due).await?;
    for repeat in [first, rest] {
        let told = desk.confirm(repeat).await;
        holds(told.is_ok(), format!("a repeat after the order was paid is acknowledged, not {told:?}"))?;
    }
    let told = desk.confirm(payment(number, Money(1), now)).await;
    holds(told == Err(MPayFault::AlreadyPaid), format!("another payment on a paid order is InvoiceAlreadyPaid, not {told:?}"))?;
    is_paid(desk, number, due).await
}

async fn one_payment_in_full<D: OrderDesk + ?Sized>(desk: &D, orders: &Orders, now: Instant) -> Result<(), Broken> {
    let due = details(desk, &orders.whole).await?.due;
    let told = desk.confirm(payment(&orders.whole, due, now)).await;
    holds(told.is_ok(), format!("a payment in full is acknowledged, not {told:?}"))?;
    is_paid(desk, &orders.whole, due).await
}

/// Paid by status or, for a desk that no longer answers about it, by the fault.
async fn is_paid<D: OrderDesk + ?Sized>(desk: &D, number: &str, due: Money) -> Result<(), Broken> {
    match desk.order_details(number).await {
        Ok(order) => holds(
            matches!(order.status, OrderStatus::Paid | OrderStatus::Completed) && order.paid == due,
            format!("a paid order is Paid with all of it, not {} with {} bani", order.status.code(), order.paid.0),
        ),
        Err(told) => holds(told == MPayFault::AlreadyPaid, format!("a paid order is InvoiceAlreadyPaid, not {told}")),
    }
}
