//! MPay's statement of payments, held against what was recorded. MPay publishes no such file: the format is ours (docs/services.md), to be
//! replaced by what a real one has. It comes from outside and is read as hostile.

mod read;
mod reconcile;

pub use read::{COLUMNS, LARGEST, MOST_ROWS, Unreadable, read};
pub use reconcile::{Days, RefundCheck, Report, reconcile};

use crate::clock::Instant;
use crate::providers::ByLine;
use crate::value::Money;

/// A row: what one payment, or one refund of it, put upon one line of an order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// PaymentID.
    pub payment: String,
    /// RefundID: of a refund, and then Amount is negative.
    pub refund: Option<String>,
    /// InvoiceID.
    pub invoice: String,
    /// OrderKey.
    pub order: String,
    /// ServiceID.
    pub service: String,
    /// LineID.
    pub line: String,
    /// Amount, never zero.
    pub amount: Money,
    /// DestinationAccount: an IBAN.
    pub iban: String,
    /// PaidAt; of a refund, when it was given back.
    pub at: Instant,
    /// Method: `card`, `bank`, `terminal`, `cash`, or a word of MPay's.
    pub method: String,
}

/// A payment as the statement tells it, over all of its lines.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Told {
    /// PaymentID.
    pub payment: String,
    /// OrderKey.
    pub order: String,
    /// In all.
    pub amount: Money,
    /// PaidAt.
    pub at: Instant,
    /// By LineID.
    pub lines: ByLine,
}

/// A refund as the statement tells it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ToldRefund {
    /// RefundID.
    pub id: String,
    /// The payment that it gives back, or a part of it; above zero.
    pub of: Told,
}

/// A statement that was read.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Statement {
    /// Payments, in the order of the file.
    pub payments: Vec<Told>,
    /// Refunds, likewise.
    pub refunds: Vec<ToldRefund>,
    /// Rows that say what an earlier one said: the same payment or refund upon the same line.
    pub doubled: Vec<Row>,
    /// Rows whose money did not go to an account of the State Treasury.
    pub elsewhere: Vec<Row>,
}

impl Statement {
    /// All amounts of the file together: payments and what is doubled, less refunds. None beyond [`Money::LIMIT`].
    #[must_use]
    pub fn total(&self) -> Option<Money> {
        let payments = self.payments.iter().map(|told| told.amount);
        let refunds = self.refunds.iter().map(|refund| Money(-refund.of.amount.0));
        payments.chain(refunds).chain(self.doubled.iter().map(|row| row.amount)).try_fold(Money(0), Money::plus)
    }

    /// The days from the first to the last payment or refund, in Chișinău; none of an empty statement.
    #[must_use]
    pub fn days(&self) -> Option<Days> {
        let moments = || self.payments.iter().map(|told| told.at).chain(self.refunds.iter().map(|refund| refund.of.at));
        Some(Days { first: moments().min()?.civil_date(), last: moments().max()?.civil_date() })
    }
}
