//! What MPay takes for an order: whether it can be paid, and how much.

use vatra_core::providers::{MPayFault, OrderDetails};
use vatra_core::value::Money;
use vatra_core::view::OrderStatus;

/// Why no money is taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refusal {
    /// The portal's side, or the order's state, says no.
    #[error(transparent)]
    Fault(#[from] MPayFault),
    /// Its money went back, or is about to.
    #[error("the order is being refunded")]
    Refund,
    /// All of it was taken here; the portal has still to be told.
    #[error("the order was paid; its confirmation is on its way")]
    OnItsWay,
    /// The payer's bank declined.
    #[error("the payer's bank declined")]
    Declined,
    /// The payer's bank did not answer in time.
    #[error("the payer's bank did not answer in time")]
    NoAnswer,
    /// Not an amount above zero.
    #[error("not an amount above zero")]
    NotAnAmount,
    /// More than remains.
    #[error("more than remains to be paid")]
    TooMuch {
        /// What remains.
        at_most: Money,
    },
    /// The order does not allow partial payments.
    #[error("the order must be paid in full")]
    NotInFull {
        /// What is to be paid.
        exactly: Money,
    },
}

/// What remains of the order, with what was taken but not told (`in_flight`) counted as paid.
///
/// # Errors
/// When it cannot be paid at all.
pub(super) fn remaining(details: &OrderDetails, in_flight: Money) -> Result<Money, Refusal> {
    match details.status {
        OrderStatus::Active | OrderStatus::PartiallyPaid => {}
        OrderStatus::Paid | OrderStatus::Completed => return Err(MPayFault::AlreadyPaid.into()),
        OrderStatus::Expired => return Err(MPayFault::Expired.into()),
        OrderStatus::Cancelled => return Err(MPayFault::Cancelled.into()),
        OrderStatus::Refunding | OrderStatus::Refunded => return Err(Refusal::Refund),
    }
    let left = details.due.0.saturating_sub(details.paid.0);
    let now = left.saturating_sub(in_flight.0);
    match (now > 0 || details.advance, left > 0) {
        (true, _) => Ok(Money(now.max(0))),
        (false, true) => Err(Refusal::OnItsWay),
        (false, false) => Err(MPayFault::AlreadyPaid.into()),
    }
}

/// Whether this much can be paid on the order now.
///
/// # Errors
/// Why not.
pub(super) fn check_amount(details: &OrderDetails, in_flight: Money, amount: Money) -> Result<(), Refusal> {
    let remaining = remaining(details, in_flight)?;
    if amount.0 <= 0 || !amount.in_range() {
        return Err(Refusal::NotAnAmount);
    }
    if amount > remaining && !details.advance {
        return Err(Refusal::TooMuch { at_most: remaining });
    }
    if amount < remaining && !details.partial {
        return Err(Refusal::NotInFull { exactly: remaining });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use vatra_core::providers::OrderFacts;

    fn order(status: OrderStatus, due: i64, paid: i64, partial: bool, advance: bool) -> OrderDetails {
        OrderDetails {
            number: "1".to_owned(),
            service: "taxes".to_owned(),
            beneficiary: "Sculeni".to_owned(),
            status,
            due: Money(due),
            paid: Money(paid),
            customer: "P. M.".to_owned(),
            reason: String::new(),
            due_date: None,
            expires: None,
            partial,
            advance,
            lines: Vec::new(),
            facts: OrderFacts::default(),
        }
    }

    #[test]
    fn a_whole_order_is_paid_in_full_or_not_at_all() {
        let whole = order(OrderStatus::Active, 10_000, 0, false, false);
        assert_eq!(check_amount(&whole, Money(0), Money(10_000)), Ok(()));
        assert_eq!(check_amount(&whole, Money(0), Money(9_999)), Err(Refusal::NotInFull { exactly: Money(10_000) }));
        assert_eq!(check_amount(&whole, Money(0), Money(10_001)), Err(Refusal::TooMuch { at_most: Money(10_000) }));
        assert_eq!(check_amount(&whole, Money(0), Money(0)), Err(Refusal::NotAnAmount));
        assert_eq!(check_amount(&whole, Money(0), Money(-1)), Err(Refusal::NotAnAmount));
        assert_eq!(check_amount(&whole, Money(10_000), Money(10_000)), Err(Refusal::OnItsWay));
    }

    #[test]
    fn parts_stop_at_the_remainder() {
        let partial = order(OrderStatus::PartiallyPaid, 10_000, 4_000, true, false);
        assert_eq!(check_amount(&partial, Money(0), Money(1)), Ok(()));
        assert_eq!(check_amount(&partial, Money(0), Money(6_000)), Ok(()));
        assert_eq!(check_amount(&partial, Money(0), Money(6_001)), Err(Refusal::TooMuch { at_most: Money(6_000) }));
        assert_eq!(check_amount(&partial, Money(5_000), Money(1_001)), Err(Refusal::TooMuch { at_most: Money(1_000) }));
    }

    #[test]
    fn advance_goes_beyond_the_remainder_but_not_below_without_parts() {
        let advance = order(OrderStatus::Active, 10_000, 0, false, true);
        assert_eq!(check_amount(&advance, Money(0), Money(20_000)), Ok(()));
        assert_eq!(check_amount(&advance, Money(0), Money(9_999)), Err(Refusal::NotInFull { exactly: Money(10_000) }));
        assert_eq!(check_amount(&advance, Money(10_000), Money(1)), Ok(()));
        assert_eq!(check_amount(&advance, Money(0), Money(Money::LIMIT + 1)), Err(Refusal::NotAnAmount));
    }

    #[test]
    fn each_status_has_its_reason() {
        for (status, reason) in [
            (OrderStatus::Paid, Refusal::Fault(MPayFault::AlreadyPaid)),
            (OrderStatus::Completed, Refusal::Fault(MPayFault::AlreadyPaid)),
            (OrderStatus::Expired, Refusal::Fault(MPayFault::Expired)),
            (OrderStatus::Cancelled, Refusal::Fault(MPayFault::Cancelled)),
            (OrderStatus::Refunding, Refusal::Refund),
            (OrderStatus::Refunded, Refusal::Refund),
        ] {
            assert_eq!(remaining(&order(status, 10_000, 0, true, true), Money(0)), Err(reason));
        }
        assert_eq!(
            remaining(&order(OrderStatus::PartiallyPaid, 100, 100, true, false), Money(0)),
            Err(Refusal::Fault(MPayFault::AlreadyPaid))
        );
    }
}
