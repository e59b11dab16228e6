//! What is added for late payment: for each day after the due date, the day's rate of what was still owed on it.
//!
//! Fiscal Code no. 1163/1997, article 228: the rate is set each year and counts from the day after the due date to the day of payment. Rates are the
//! municipality's setting `late-payment-rate`, in percent a day. What is paid goes to the tax first, then to what was added (article 179).

use crate::levies::millionths;
use vatra_sdk::contract::vatra::config::settings;
use vatra_sdk::prelude::*;

/// The setting.
const RATE: &str = "late-payment-rate";
/// Rates are held in millionths of a percent.
const SCALE: i128 = 1_000_000;

/// A rate from a day on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Rate {
    pub(crate) since: Date,
    /// Millionths of a percent a day.
    pub(crate) millionths: i64,
}

/// The rates of the municipality, oldest first; none when it set none, or lets nobody read them.
pub(crate) fn rates() -> Result<Vec<Rate>, Failure> {
    let history = match settings::history(RATE) {
        Ok(history) => history,
        Err(Failure::Denied(_) | Failure::NotFound) => return Ok(Vec::new()),
        Err(other) => return Err(other),
    };
    Ok(history
        .iter()
        .filter_map(|one| Some(Rate { since: one.since, millionths: millionths(&String::from_value(&one.value)?)? }))
        .collect())
}

/// Something that was paid of the tax, and when.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Paid {
    pub(crate) on: Date,
    pub(crate) amount: Bani,
}

/// What was added to this amount by the end of this day, rounded half up to a ban once. A payment counts from the day after it.
pub(crate) fn accrued(amount: Bani, due: Date, paid: &[Paid], rates: &[Rate], today: Date) -> Bani {
    let mut sum: i128 = 0;
    let mut day = due.plus_days(1);
    while day <= today {
        // Until the next day on which anything changes.
        let changes = rates.iter().map(|rate| rate.since).chain(paid.iter().map(|paid| paid.on.plus_days(1)));
        let next = changes.filter(|change| *change > day).min().unwrap_or_else(|| today.plus_days(1)).min(today.plus_days(1));
        let owed = paid.iter().filter(|paid| paid.on < day).fold(amount, |left, paid| left - paid.amount).max(Bani(0));
        let rate = rates.iter().rfind(|rate| rate.since <= day).map_or(0, |rate| rate.millionths);
        sum += i128::from(owed.0) * i128::from(rate) * i128::from(day.days_until(next));
        day = next;
    }
    let whole = 100 * SCALE;
    Bani(i64::try_from((sum + whole / 2) / whole).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DUE: Date = Date { year: 2026, month: 9, day: 25 };

    fn rate(since: Date, percent: &str) -> Rate {
        Rate { since, millionths: millionths(percent).unwrap() }
    }
    fn old() -> Rate {
        rate(Date::of(2026, 1, 1), "0.03")
    }

    #[test]
    fn nothing_is_added_until_the_day_after() {
        let of = |today| accrued(Bani(1_000_000), DUE, &[], &[old()], today);
        assert_eq!(of(DUE), Bani(0));
        assert_eq!(of(Date::of(2026, 9, 26)), Bani(300));
        assert_eq!(of(Date::of(2026, 10, 5)), Bani(3_000));
        assert_eq!(accrued(Bani(1_000_000), DUE, &[], &[], Date::of(2027, 10, 5)), Bani(0), "no rate, no penalty");
        assert_eq!(accrued(Bani(-500), DUE, &[], &[old()], Date::of(2027, 10, 5)), Bani(0));
    }

    #[test]
    fn a_payment_lowers_what_grows_and_a_new_rate_holds_from_its_day() {
        let paid = [Paid { on: Date::of(2026, 9, 30), amount: Bani(600_000) }];
        // Five days of 10,000 lei, five of 4,000 lei.
        assert_eq!(accrued(Bani(1_000_000), DUE, &paid, &[old()], Date::of(2026, 10, 5)), Bani(5 * 300 + 5 * 120));
        let rates = [old(), rate(Date::of(2026, 10, 1), "0.06")];
        assert_eq!(accrued(Bani(1_000_000), DUE, &[], &rates, Date::of(2026, 10, 5)), Bani(5 * 300 + 5 * 600));
        let all = [Paid { on: Date::of(2026, 9, 26), amount: Bani(2_000_000) }];
        assert_eq!(
            accrued(Bani(1_000_000), DUE, &all, &[old()], Date::of(2028, 1, 1)),
            Bani(300),
            "what is overpaid lowers nothing below zero"
        );
    }

    /// By the spans it is what it is day by day.
    #[test]
    fn spans_add_up_to_days() {
        let mut seed: u64 = 7;
        let mut next = |most: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % most
        };
        for _ in 0..200 {
            let amount = Bani(next(10_000_000) as i64);
            let paid: Vec<Paid> =
                (0..next(4)).map(|_| Paid { on: DUE.plus_days(next(60) as u32), amount: Bani(next(3_000_000) as i64) }).collect();
            let mut rates = vec![old()];
            rates.push(Rate { since: DUE.plus_days(next(60) as u32), millionths: next(100_000) as i64 });
            let days = next(90) as u32;
            let mut sum: i128 = 0;
            for number in 1..=days {
                let day = DUE.plus_days(number);
                let owed = paid.iter().filter(|paid| paid.on < day).fold(amount, |left, paid| left - paid.amount).max(Bani(0));
                let rate = rates.iter().rfind(|rate| rate.since <= day).unwrap().millionths;
                sum += i128::from(owed.0) * i128::from(rate);
            }
            let expected = Bani(((sum + 50 * SCALE) / (100 * SCALE)) as i64);
            assert_eq!(accrued(amount, DUE, &paid, &rates, DUE.plus_days(days)), expected);
        }
    }
}
