//! A statement against what was recorded. A pure function: nothing is changed, and every ban of either side is in one list of the report.

use super::{Row, Statement, Told, ToldRefund};
use crate::clock::Instant;
use crate::store::{Payment, Refund};
use crate::value::Money;
use chrono::NaiveDate;
use std::collections::HashMap;

/// Civil days in Chișinău, both included.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Days {
    /// The first.
    pub first: NaiveDate,
    /// The last.
    pub last: NaiveDate,
}

impl Days {
    /// From the first moment to the one after the last.
    #[must_use]
    pub fn moments(self) -> (Instant, Instant) {
        (Instant::first_of(self.first), self.last.succ_opt().map_or(Instant::MAX, Instant::first_of))
    }

    /// One more day at either end: who tells a payment late may date it otherwise.
    #[must_use]
    pub fn widened(self) -> Days {
        Days { first: self.first.pred_opt().unwrap_or(self.first), last: self.last.succ_opt().unwrap_or(self.last) }
    }

    fn hold(self, at: Instant) -> bool {
        let (from, until) = self.moments();
        from <= at && at < until
    }
}

/// How a refund of the statement stands here.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RefundCheck {
    /// It is recorded.
    Recorded,
    /// It is not, and can be.
    New,
    /// Its payment is not recorded, or another order's.
    UnknownPayment,
    /// It was recorded with another payment or amount.
    Differs,
    /// More would be given back than was paid.
    TooMuch,
}

/// What came of the comparison.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Report {
    /// On both sides alike.
    pub matched: Vec<Told>,
    /// In the statement, not recorded here.
    pub missing_here: Vec<Told>,
    /// Recorded here within the days, not in the statement.
    pub missing_there: Vec<Payment>,
    /// On both sides with different amounts or orders.
    pub differing: Vec<(Told, Payment)>,
    /// Rows that the statement has twice.
    pub doubled: Vec<Row>,
    /// Rows whose money went elsewhere than to the State Treasury; they are in another list too.
    pub elsewhere: Vec<Row>,
    /// Refunds of the statement.
    pub refunds: Vec<(ToldRefund, RefundCheck)>,
    /// Refunds that were recorded as given back within the days, and are not in the statement.
    pub refunds_missing_there: Vec<Refund>,
}

impl Report {
    /// Whether both sides say the same; refunds that can be recorded are no difference.
    #[must_use]
    pub fn agrees(&self) -> bool {
        let refunds = self.refunds.iter().all(|(_, check)| matches!(check, RefundCheck::Recorded | RefundCheck::New));
        refunds
            && self.missing_here.is_empty()
            && self.missing_there.is_empty()
            && self.differing.is_empty()
            && self.doubled.is_empty()
            && self.elsewhere.is_empty()
            && self.refunds_missing_there.is_empty()
    }

    /// All that the statement says, less what it gives back: its own total again.
    #[must_use]
    pub fn total_there(&self) -> i64 {
        let told = self.matched.iter().chain(&self.missing_here).chain(self.differing.iter().map(|(told, _)| told));
        let doubled: i64 = self.doubled.iter().map(|row| row.amount.0).sum();
        sum(told.map(|told| told.amount)) + doubled - sum(self.refunds.iter().map(|(refund, _)| refund.of.amount))
    }

    /// All payments recorded here that the comparison was about.
    #[must_use]
    pub fn total_here(&self) -> i64 {
        sum(self.matched.iter().map(|told| told.amount))
            + sum(self.missing_there.iter().map(|payment| payment.amount))
            + sum(self.differing.iter().map(|(_, payment)| payment.amount))
    }
}

fn sum(amounts: impl Iterator<Item = Money>) -> i64 {
    amounts.map(|amount| amount.0).sum()
}

/// Holds a statement of these days against payments and refunds as they are recorded. Those of the days beside them may be among them: they count
/// only where the statement names them. `refunds` are all of the payments that the statement gives something back of, and those given back within the days.
#[must_use]
pub fn reconcile(statement: &Statement, days: Days, payments: &[Payment], refunds: &[Refund]) -> Report {
    let known: HashMap<&str, &Payment> = payments.iter().map(|payment| (payment.id.as_str(), payment)).collect();
    let mut report = Report { doubled: statement.doubled.clone(), elsewhere: statement.elsewhere.clone(), ..Report::default() };
    let mut named: HashMap<&str, ()> = HashMap::new();
    for told in &statement.payments {
        named.insert(&told.payment, ());
        match known.get(told.payment.as_str()) {
            None => report.missing_here.push(told.clone()),
            Some(payment) if payment.amount == told.amount && payment.number == told.order => report.matched.push(told.clone()),
            Some(payment) => report.differing.push((told.clone(), (*payment).clone())),
        }
    }
    let absent = |payment: &&Payment| !named.contains_key(payment.id.as_str()) && days.hold(payment.paid_at);
    report.missing_there = payments.iter().filter(absent).cloned().collect();

    let mut given: HashMap<&str, i64> = HashMap::new();
    for refund in refunds.iter().filter(|refund| refund.told.is_some()) {
        *given.entry(&refund.payment).or_default() += refund.amount.0;
    }
    for told in &statement.refunds {
        let recorded = refunds.iter().find(|refund| refund.told.as_ref().is_some_and(|(id, _)| *id == told.id));
        let back = given.entry(&told.of.payment).or_default();
        let check = match (recorded, known.get(told.of.payment.as_str())) {
            (Some(recorded), _) if recorded.payment == told.of.payment && recorded.amount == told.of.amount => RefundCheck::Recorded,
            (Some(_), _) => RefundCheck::Differs,
            (None, Some(payment)) if payment.number != told.of.order => RefundCheck::UnknownPayment,
            (None, Some(payment)) if *back + told.of.amount.0 > payment.amount.0 => RefundCheck::TooMuch,
            (None, Some(_)) => {
                *back += told.of.amount.0;
                RefundCheck::New
            }
            (None, None) => RefundCheck::UnknownPayment,
        };
        report.refunds.push((told.clone(), check));
    }
    let absent = |refund: &&Refund| match &refund.told {
        Some((id, at)) => days.hold(*at) && !statement.refunds.iter().any(|told| told.id == *id),
        None => false,
    };
    report.refunds_missing_there = refunds.iter().filter(absent).cloned().collect();
    report
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const DAY: &str = "2026-09-25";

    fn days() -> Days {
        Days { first: DAY.parse().unwrap(), last: DAY.parse().unwrap() }
    }

    fn noon() -> Instant {
        Instant::first_of(DAY.parse().unwrap()).plus_seconds(12 * 3600)
    }

    fn told(payment: usize, bani: i64) -> Told {
        let lines = vec![("L".to_owned(), Money(bani))];
        Told { payment: format!("P-{payment}"), order: format!("O-{}", payment % 3), amount: Money(bani), at: noon(), lines }
    }

    fn recorded(payment: usize, bani: i64) -> Payment {
        let Told { payment: id, order: number, amount, at: paid_at, lines } = told(payment, bani);
        Payment { id, number, amount, paid_at, lines }
    }

    /// What may become of one payment on its way to both sides.
    #[derive(Clone, Debug)]
    struct Fate {
        bani: i64,
        /// The statement's amount, when it tells of it.
        there: Option<i64>,
        here: bool,
        yesterday: bool,
        doubled: bool,
        /// Refunds: amount, whether it was recorded.
        refunds: Vec<(i64, bool)>,
    }

    fn fate() -> impl Strategy<Value = Fate> {
        let there = prop_oneof![1 => Just(None), 6 => Just(Some(0)), 1 => (1_i64..9).prop_map(Some)];
        let refunds = proptest::collection::vec((1_i64..700, any::<bool>()), 0..3);
        (1_i64..1_000, there, any::<bool>(), any::<bool>(), any::<bool>(), refunds).prop_map(
            |(bani, more, here, yesterday, doubled, refunds)| Fate {
                bani,
                there: more.map(|more| bani + more),
                here,
                yesterday,
                doubled,
                refunds,
            },
        )
    }

    proptest! {
        #[test]
        fn both_sides_always_add_up(fates in proptest::collection::vec(fate(), 0..12)) {
            let (mut statement, mut payments, mut refunds) = (Statement::default(), Vec::new(), Vec::new());
            for (place, fate) in fates.iter().enumerate() {
                if let Some(bani) = fate.there {
                    statement.payments.push(told(place, bani));
                    if fate.doubled {
                        let Told { payment, order, amount, at, .. } = told(place, bani);
                        let [invoice, service, line, iban, method] = ["I", "S", "L", "A", "card"].map(str::to_owned);
                        statement.doubled.push(Row { payment, refund: None, invoice, order, service, line, amount, iban, at, method });
                    }
                }
                if fate.here {
                    let payment = recorded(place, fate.bani);
                    let paid_at = if fate.yesterday { noon().plus_seconds(-86_400) } else { noon() };
                    payments.push(Payment { paid_at, ..payment });
                }
                for (at, (bani, kept)) in fate.refunds.iter().enumerate() {
                    let id = format!("R-{place}-{at}");
                    statement.refunds.push(ToldRefund { id: id.clone(), of: told(place, *bani) });
                    if *kept {
                        let Told { payment, order: number, amount, at, lines } = told(place, *bani);
                        let told = Some((id.clone(), at));
                        refunds.push(Refund { id, payment, number, amount, lines, asked_at: at, told, reason: String::new() });
                    }
                }
            }
            let report = reconcile(&statement, days(), &payments, &refunds);
            prop_assert_eq!(Some(Money(report.total_there())), statement.total());
            // Yesterday's payments count only where today's statement names them.
            let counted = |place: &usize| fates[*place].there.is_some() || !fates[*place].yesterday;
            let here: i64 = (0..fates.len()).filter(|place| fates[*place].here).filter(counted).map(|place| fates[place].bani).sum();
            prop_assert_eq!(report.total_here(), here);
            let pieces = report.matched.len() + report.missing_here.len() + report.differing.len();
            prop_assert_eq!(pieces, statement.payments.len());
            // Whatever may be recorded leaves no payment with more given back than was paid.
            for payment in &payments {
                let new = report.refunds.iter().filter(|(told, check)| *check == RefundCheck::New && told.of.payment == payment.id);
                let new: i64 = new.map(|(told, _)| told.of.amount.0).sum();
                let old: i64 = refunds.iter().filter(|refund| refund.payment == payment.id).map(|refund| refund.amount.0).sum();
                prop_assert!(new == 0 || new + old <= payment.amount.0);
            }
            // A statement that is made of what was recorded agrees.
            let mirror = Statement {
                payments: payments.iter().filter(|payment| payment.paid_at == noon()).map(|payment| Told {
                    payment: payment.id.clone(), order: payment.number.clone(), amount: payment.amount, at: payment.paid_at, lines: payment.lines.clone(),
                }).collect(),
                ..Statement::default()
            };
            prop_assert!(reconcile(&mirror, days(), &payments, &[]).agrees());
        }
    }

    #[test]
    fn refunds_are_told_apart() {
        let refund = |id: &str, payment: usize, bani: i64| ToldRefund { id: id.to_owned(), of: told(payment, bani) };
        let payments = [recorded(0, 100), recorded(1, 100)];
        let kept = |id: &str, payment: usize, bani: i64, told: Option<&str>| Refund {
            id: id.to_owned(),
            payment: format!("P-{payment}"),
            number: "O-0".to_owned(),
            amount: Money(bani),
            lines: Vec::new(),
            asked_at: noon(),
            told: told.map(|id| (id.to_owned(), noon())),
            reason: String::new(),
        };
        let refunds = [kept("a", 0, 30, Some("R-1")), kept("b", 0, 10, Some("R-2")), kept("c", 1, 5, None), kept("d", 1, 5, Some("R-9"))];
        let statement = Statement {
            refunds: vec![refund("R-1", 0, 30), refund("R-2", 0, 20), refund("R-3", 0, 60), refund("R-4", 0, 1), refund("R-5", 7, 1)],
            ..Statement::default()
        };
        let report = reconcile(&statement, days(), &payments, &refunds);
        let checks: Vec<RefundCheck> = report.refunds.iter().map(|(_, check)| *check).collect();
        use RefundCheck::{Differs, New, Recorded, TooMuch, UnknownPayment};
        assert_eq!(checks, [Recorded, Differs, New, TooMuch, UnknownPayment]);
        let missing: Vec<&str> = report.refunds_missing_there.iter().map(|refund| refund.id.as_str()).collect();
        assert_eq!(missing, ["d"], "one that was only asked for is not missed");
        assert!(!report.agrees());
    }
}
