//! MPay, the Government Electronic Payment Service. It asks us: we are its service provider.

use super::ProviderError;
use crate::clock::Instant;
use crate::unit::OrderLine;
use crate::value::Money;
use crate::view::OrderStatus;
use async_trait::async_trait;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// What a customer is (CustomerType).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum CustomerKind {
    /// Not said.
    #[default]
    Unspecified,
    /// A person.
    Person,
    /// A legal entity.
    Organization,
}

/// Something more about an order, shown to the payer or asked of them (OrderProperty).
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct OrderProperty {
    /// Name, at most 36 characters.
    pub name: String,
    /// DisplayName, at most 36 characters.
    pub display_name: String,
    /// Value, at most 255 characters.
    pub value: String,
    /// Type: `string`, `idn` or `tc`.
    pub kind: String,
    /// IsVisible.
    pub visible: bool,
    /// Modifiable.
    pub modifiable: bool,
    /// Required.
    pub required: bool,
}

/// What MPay is told of an order besides what is owed.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct OrderFacts {
    /// IssuedAt.
    pub issued_at: Option<Instant>,
    /// CustomerType.
    pub customer_kind: CustomerKind,
    /// CustomerID: IDNP or IDNO. Whoever types an order's number sees it, so that it is rarely right to tell.
    pub customer_id: Option<String>,
    /// BankFiscalCode: the municipality's IDNO.
    pub beneficiary_idno: Option<String>,
    /// Properties.
    pub properties: Vec<OrderProperty>,
}

/// An order as MPay sees it (GetOrderDetails).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OrderDetails {
    /// OrderKey.
    pub number: String,
    /// ServiceID.
    pub service: String,
    /// The municipality.
    pub beneficiary: String,
    /// Status.
    pub status: OrderStatus,
    /// In all.
    pub due: Money,
    /// So far.
    pub paid: Money,
    /// CustomerName, shortened for whoever pays by number: `P. M.` or a company's name.
    pub customer: String,
    /// Reason.
    pub reason: String,
    /// DueDate.
    pub due_date: Option<NaiveDate>,
    /// Not payable after this date.
    pub expires: Option<NaiveDate>,
    /// AllowPartialPayments.
    pub partial: bool,
    /// AllowAdvancePayments: more than what remains may be paid.
    pub advance: bool,
    /// Lines with what is still due of each: together `due` less `paid`, as long as no more than that was paid.
    pub lines: Vec<OrderLine>,
    /// What else there is to tell.
    pub facts: OrderFacts,
}

/// Characters of a LineID.
const LINE_ID: usize = 36;

/// What of an amount fell upon lines that the order was made without.
pub fn quoted(lines: &[OrderLine], fallen: &[(String, Money)]) -> Money {
    let beyond = fallen.iter().filter(|(id, _)| lines.iter().all(|line| line.id != *id));
    Money(beyond.fold(0_i64, |sum, (_, part)| sum.saturating_add(part.0)))
}

/// Amounts by LineID.
pub type ByLine = Vec<(String, Money)>;

/// What is still due of each line after what fell upon them. What a line got beyond its amount covers the others, in their order: together it is
/// what is due less what was paid, and never below zero.
pub fn still_due(lines: &[OrderLine], fallen: &[(String, Money)]) -> Vec<OrderLine> {
    let fell = |line: &OrderLine| fallen.iter().filter(|(id, _)| *id == line.id).fold(0_i64, |sum, (_, part)| sum.saturating_add(part.0));
    let asked = |line: &OrderLine| line.amount.0.max(0);
    let mut beyond = lines.iter().fold(0_i64, |sum, line| sum.saturating_add((fell(line) - asked(line)).max(0)));
    let left = |line: &OrderLine| {
        let left = (asked(line) - fell(line)).max(0);
        let covered = beyond.min(left);
        beyond -= covered;
        OrderLine { amount: Money(left - covered), ..line.clone() }
    };
    lines.iter().map(left).collect()
}

/// How an amount falls upon lines where MPay does not say: in their order, upon what is still due of each; what no line asks for upon the last.
pub fn fall_on(lines: &[OrderLine], fallen: &[(String, Money)], amount: Money) -> ByLine {
    let mut left = amount.0;
    let mut out = ByLine::new();
    for line in still_due(lines, fallen) {
        let part = left.min(line.amount.0);
        left -= part;
        if part > 0 {
            out.push((line.id, Money(part)));
        }
    }
    if left > 0
        && let Some(last) = lines.last()
    {
        match out.last_mut() {
            Some((id, sum)) if *id == last.id => sum.0 += left,
            _ => out.push((last.id.clone(), Money(left))),
        }
    }
    out
}

/// A confirmation (ConfirmOrderPayment). Keyed by PaymentID; MPay repeats it until it is acknowledged.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Confirmation {
    /// PaymentID.
    pub payment: String,
    /// OrderKey.
    pub number: String,
    /// TotalAmount.
    pub amount: Money,
    /// PaidAt.
    pub paid_at: Instant,
    /// How it fell upon the order's lines, as MPay says; empty where it does not say.
    #[serde(default)]
    pub lines: ByLine,
}

impl Confirmation {
    /// How it falls upon lines: as MPay says, if that adds up; otherwise upon these, see [`fall_on`]. MPay may name lines that the order was made
    /// without: what a module quoted when somebody paid (a penalty of days).
    #[must_use]
    pub fn falls_on(&self, lines: &[OrderLine], fallen: &[(String, Money)]) -> ByLine {
        let mut said = ByLine::new();
        for (id, part) in self.lines.iter().filter(|(_, part)| part.0 != 0) {
            match said.iter_mut().find(|(known, _)| known == id) {
                Some((_, sum)) => sum.0 = sum.0.saturating_add(part.0),
                None => said.push((id.clone(), *part)),
            }
        }
        let sum = said.iter().try_fold(Money(0), |sum, (_, part)| sum.plus(*part));
        let holds = said.iter().all(|(id, part)| part.0 > 0 && !id.is_empty() && id.chars().count() <= LINE_ID);
        if holds && sum == Some(self.amount) { said } else { fall_on(lines, fallen, self.amount) }
    }
}

/// Paper of an invoice.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Paper {
    /// A4.
    #[default]
    A4,
    /// A5.
    A5,
}

/// MPay's invoices of our orders (its REST API).
#[async_trait]
pub trait Invoices: Send + Sync {
    /// The InvoiceIDs of an order, which MPay makes when it is asked; none when it knows no such order.
    ///
    /// # Errors
    /// [`ProviderError`].
    async fn of_order(&self, service: &str, number: &str) -> Result<Vec<String>, ProviderError>;
    /// The invoice to be printed, a PDF; none when MPay knows no such order.
    ///
    /// # Errors
    /// [`ProviderError`].
    async fn pdf(&self, service: &str, number: &str, paper: Paper) -> Result<Option<Vec<u8>>, ProviderError>;
}

/// What came of an order in money, from which its status follows.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Account {
    /// What is due in all.
    pub due: Money,
    /// Paid in all, with what was given back.
    pub paid: Money,
    /// Given back.
    pub refunded: Money,
    /// Whether money is about to be given back.
    pub refunding: bool,
    /// Whether the order was cancelled.
    pub cancelled: bool,
}

impl Account {
    /// Where the order stands. An order that was paid in full and gave a part back is `Completed`: that part is not asked for again.
    #[must_use]
    pub fn status(&self) -> OrderStatus {
        let (due, paid, refunded) = (self.due.0, self.paid.0, self.refunded.0);
        if self.refunding {
            OrderStatus::Refunding
        } else if refunded > 0 && refunded >= paid {
            OrderStatus::Refunded
        } else if self.cancelled {
            OrderStatus::Cancelled
        } else if paid == 0 {
            OrderStatus::Active
        } else if paid.saturating_sub(refunded) >= due {
            OrderStatus::Paid
        } else if paid >= due {
            OrderStatus::Completed
        } else {
            OrderStatus::PartiallyPaid
        }
    }
}

/// Why the service provider's side turns MPay away (the faults of MPay's contract).
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum MPayFault {
    /// UnknownOrder.
    #[error("UnknownOrder")]
    UnknownOrder,
    /// InvoiceAlreadyPaid.
    #[error("InvoiceAlreadyPaid")]
    AlreadyPaid,
    /// InvoiceExpired.
    #[error("InvoiceExpired")]
    Expired,
    /// The order was cancelled (InvalidParameter in MPay's contract).
    #[error("InvalidParameter: the order was cancelled")]
    Cancelled,
    /// InvalidParameter.
    #[error("InvalidParameter")]
    InvalidParameter,
    /// InternalError: MPay tries again.
    #[error("InternalError")]
    Internal,
}

/// The service provider's side of MPay: MPay asks and tells us. Implemented by the host; called by the emulator or the SOAP endpoint.
#[async_trait]
pub trait OrderDesk: Send + Sync {
    /// GetOrderDetails.
    ///
    /// # Errors
    /// [`MPayFault::UnknownOrder`], or [`MPayFault::Internal`].
    async fn order_details(&self, number: &str) -> Result<OrderDetails, MPayFault>;
    /// ConfirmOrderPayment: when this returns ok the payment is durably recorded, once.
    ///
    /// # Errors
    /// [`MPayFault`]; after [`MPayFault::Internal`] MPay tries again.
    async fn confirm(&self, confirmation: Confirmation) -> Result<(), MPayFault>;
}

/// MPay towards the payer: where an order can be paid.
pub trait PaymentPages: Send + Sync {
    /// The address where anyone can pay the order.
    fn pay_url(&self, number: &str) -> String;
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn lines(amounts: &[i64]) -> Vec<OrderLine> {
        let line = |(index, amount): (usize, &i64)| OrderLine {
            id: index.to_string(),
            amount: Money(*amount),
            iban: String::new(),
            account: String::new(),
            reason: String::new(),
        };
        amounts.iter().enumerate().map(line).collect()
    }

    fn by(parts: &[(usize, i64)]) -> ByLine {
        parts.iter().map(|(line, bani)| (line.to_string(), Money(*bani))).collect()
    }

    fn sum(parts: &[(String, Money)]) -> i64 {
        parts.iter().map(|(_, part)| part.0).sum()
    }

    #[test]
    fn lines_are_paid_in_their_order() {
        let all = lines(&[100, 50]);
        assert_eq!(fall_on(&all, &[], Money(30)), by(&[(0, 30)]));
        assert_eq!(fall_on(&all, &by(&[(0, 30)]), Money(90)), by(&[(0, 70), (1, 20)]));
        assert_eq!(fall_on(&all, &by(&[(1, 50)]), Money(100)), by(&[(0, 100)]));
        assert_eq!(fall_on(&all, &by(&[(0, 100), (1, 50)]), Money(7)), by(&[(1, 7)]));
    }

    #[test]
    fn what_mpay_says_goes_before_what_we_would_guess() {
        let all = lines(&[100, 50]);
        let told = |amount, parts: &[(usize, i64)]| {
            let (payment, number) = ("P".to_owned(), "1".to_owned());
            Confirmation { payment, number, amount: Money(amount), paid_at: Instant(0), lines: by(parts) }.falls_on(&all, &[])
        };
        assert_eq!(told(60, &[(1, 50), (0, 10)]), by(&[(1, 50), (0, 10)]));
        assert_eq!(told(60, &[(1, 20), (0, 0), (1, 40)]), by(&[(1, 60)]), "repeated lines are one");
        assert_eq!(told(60, &[(0, 40), (2, 20)]), by(&[(0, 40), (2, 20)]), "a line that was quoted");
        assert_eq!(quoted(&all, &by(&[(0, 40), (2, 20)])), Money(20));
        for wrong in [&[(1, 50)][..], &[(0, 70), (1, -10)], &[]] {
            assert_eq!(told(60, wrong), by(&[(0, 60)]), "{wrong:?}");
        }
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_what_is_due_adds_up(
            amounts in proptest::collection::vec(0_i64..1_000, 1..5),
            payments in proptest::collection::vec((1_i64..1_500, 0_usize..5, any::<bool>()), 0..6),
        ) {
            let (all, mut fallen, mut paid) = (lines(&amounts), ByLine::new(), 0);
            for (amount, line, said) in payments {
                let lines = if said { by(&[(line, amount)]) } else { ByLine::new() };
                let told = Confirmation { payment: "P".into(), number: "1".into(), amount: Money(amount), paid_at: Instant(0), lines };
                let parts = told.falls_on(&all, &fallen);
                prop_assert_eq!(sum(&parts), amount);
                prop_assert!(parts.iter().all(|(_, part)| part.0 > 0));
                fallen.extend(parts);
                paid += amount;
                let due: i64 = still_due(&all, &fallen).iter().map(|line| line.amount.0).sum();
                // What was quoted and paid was owed on top.
                prop_assert_eq!(due, (amounts.iter().sum::<i64>() + quoted(&all, &fallen).0 - paid).max(0));
            }
        }
    }
}
