//! Money back, and the statement of a day: what was taken and what was given back, line by line. The format is ours (docs/services.md).

use super::delivery::Record;
use super::{Emulator, Payment, Refund};
use chrono::NaiveDate;
use vatra_core::providers::{ByLine, OrderDetails};
use vatra_core::statement::COLUMNS;
use vatra_core::value::Money;

/// Why nothing is given back.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NotRefunded {
    /// There is no such payment.
    #[error("there is no such payment")]
    Unknown,
    /// Not above zero, or more than was taken and not given back yet.
    #[error("at most {at_most} can be given back")]
    Amount {
        /// What can be.
        at_most: Money,
    },
}

/// What an order's order said when its money was taken.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Sold {
    service: String,
    /// IDNO of whose account it is.
    beneficiary: Option<String>,
    /// IBAN by LineID.
    accounts: Vec<(String, String)>,
    /// How what was taken fell upon the lines.
    lines: ByLine,
}

impl Sold {
    pub(super) fn of(order: &OrderDetails, lines: ByLine) -> Sold {
        let accounts = order.lines.iter().map(|line| (line.id.clone(), line.iban.clone())).collect();
        Sold { service: order.service.clone(), beneficiary: order.facts.beneficiary_idno.clone(), accounts, lines }
    }

    /// The last of the lines, as far as the amount goes beyond what was given back of them.
    fn take_back(&self, before: &[Refund], amount: Money) -> ByLine {
        let mut left = amount.0;
        let mut out = ByLine::new();
        for (line, part) in self.lines.iter().rev() {
            let gone: i64 = before.iter().flat_map(|refund| &refund.lines).filter(|(known, _)| known == line).map(|(_, part)| part.0).sum();
            let part = left.min(part.0 - gone).max(0);
            left -= part;
            if part > 0 {
                out.push((line.clone(), Money(part)));
            }
        }
        out
    }
}

impl Emulator {
    /// Gives money of a payment back to the payer, as the page's button does.
    ///
    /// # Errors
    /// [`NotRefunded`].
    pub fn refund(&self, payment: &str, amount: Money) -> Result<Refund, NotRefunded> {
        let record = self.state().payments.get(payment).cloned().ok_or(NotRefunded::Unknown)?;
        let at = self.inner.clock.now();
        record.refund(|payment, sold| {
            let at_most = payment.refundable();
            if amount.0 <= 0 || amount > at_most {
                return Err(NotRefunded::Amount { at_most });
            }
            Ok(Refund { id: uuid::Uuid::now_v7().to_string(), amount, at, lines: sold.take_back(&payment.refunds, amount) })
        })
    }

    /// The statement of a day, as CSV: of the institution with this IDNO, or of all. Payments whose confirmation waits are in it, those that were
    /// refused are not.
    pub fn statement(&self, day: NaiveDate, beneficiary: Option<&str>) -> String {
        let mut out = csv::Writer::from_writer(Vec::new());
        let _ = out.write_record(COLUMNS);
        for record in self.state().payments.values() {
            let payment = record.payment();
            let refused = payment.progress.refused.is_some() && payment.progress.acknowledged == 0;
            let theirs = beneficiary.is_none_or(|idno| record.sold.beneficiary.as_deref() == Some(idno));
            if theirs && !refused {
                rows(&mut out, record, &payment, day);
            }
        }
        // Into memory nothing fails, and the values are text.
        out.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
    }
}

fn rows(out: &mut csv::Writer<Vec<u8>>, record: &Record, payment: &Payment, day: NaiveDate) {
    let (told, sold) = (&payment.confirmation, &record.sold);
    let mut row = |refund: &str, line: &str, amount: Money, at: &str| {
        let iban = sold.accounts.iter().find(|(known, _)| known == line).map(|(_, iban)| iban.as_str()).unwrap_or_default();
        let amount = amount.decimal();
        let method = payment.method.code();
        let _ = out.write_record([&told.payment, refund, &told.number, &told.number, &sold.service, line, &amount, iban, at, method]);
    };
    if told.paid_at.civil_date() == day {
        for (line, part) in &sold.lines {
            row("", line, *part, &told.paid_at.local_xsd());
        }
    }
    for refund in payment.refunds.iter().filter(|refund| refund.at.civil_date() == day) {
        for (line, part) in &refund.lines {
            row(&refund.id, line, Money(-part.0), &refund.at.local_xsd());
        }
    }
}
