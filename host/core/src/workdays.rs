//! Working days: from Monday to Friday, without public holidays, with the days that the Government moves.
//!
//! Public holidays by article 111 of the Labour Code (nr. 154/2003). The feast of a locality's church, which the local council declares, and days that are
//! moved (one works on a Saturday for it) are the municipality's to configure.

use chrono::{Datelike, Days, NaiveDate, Weekday};
use std::collections::BTreeSet;

/// Days of the year that are holidays whatever the year: month and day.
const FIXED: [(u32, u32); 10] = [(1, 1), (1, 7), (1, 8), (3, 8), (5, 1), (5, 9), (6, 1), (8, 27), (8, 31), (12, 25)];
/// Days after Orthodox Easter Sunday: itself, Monday, and Monday a week later (Paștele Blajinilor).
const AFTER_EASTER: [u64; 3] = [0, 1, 8];
/// The longest way that is counted, in working days: some forty years.
const MOST: i64 = 10_000;

/// Orthodox Easter Sunday of a year from 1900 to 2099 (Meeus's Julian algorithm, in the Gregorian calendar); none for other years.
pub fn orthodox_easter(year: i32) -> Option<NaiveDate> {
    if !(1900..=2099).contains(&year) {
        return None;
    }
    let (a, b, c) = (year % 4, year % 7, year % 19);
    let d = (19 * c + 15) % 30;
    let e = (2 * a + 4 * b - d + 34) % 7;
    let (month, day) = ((d + e + 114) / 31, (d + e + 114) % 31 + 1);
    let julian = NaiveDate::from_ymd_opt(year, u32::try_from(month).ok()?, u32::try_from(day).ok()?)?;
    julian.checked_add_days(Days::new(13))
}

/// The public holidays of a year, in their order.
pub fn public_holidays(year: i32) -> BTreeSet<NaiveDate> {
    let fixed = FIXED.iter().filter_map(|(month, day)| NaiveDate::from_ymd_opt(year, *month, *day));
    let easter = orthodox_easter(year);
    let moving = AFTER_EASTER.iter().filter_map(|days| easter?.checked_add_days(Days::new(*days)));
    fixed.chain(moving).collect()
}

/// Which days people work in a municipality.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct WorkingDays {
    /// Days off besides weekends and public holidays: the church's feast, days that were moved here.
    pub off: BTreeSet<NaiveDate>,
    /// Days on which one works although it is a weekend or a holiday.
    pub on: BTreeSet<NaiveDate>,
}

impl WorkingDays {
    /// Whether one works on this day.
    pub fn is_working(&self, date: NaiveDate) -> bool {
        let weekend = matches!(date.weekday(), Weekday::Sat | Weekday::Sun);
        self.on.contains(&date) || !(weekend || self.off.contains(&date) || is_public_holiday(date))
    }

    /// Whether nobody works on this day whatever weekday it is: a public holiday, or a day that the municipality gave off.
    pub fn is_off(&self, date: NaiveDate) -> bool {
        !self.on.contains(&date) && (self.off.contains(&date) || is_public_holiday(date))
    }

    /// The date itself, or the next working day: how a term that ends on a holiday runs out.
    pub fn or_next(&self, date: NaiveDate) -> NaiveDate {
        // No run of days off is as long as a year.
        date.iter_days().take(366).find(|day| self.is_working(*day)).unwrap_or(date)
    }

    /// The date this many working days later, or earlier when negative; the date itself for none. Nothing beyond ten thousand.
    pub fn add(&self, date: NaiveDate, days: i64) -> Option<NaiveDate> {
        if days.abs() > MOST {
            return None;
        }
        let (mut left, mut at) = (days.abs(), date);
        while left > 0 {
            at = if days > 0 { at.succ_opt()? } else { at.pred_opt()? };
            left -= i64::from(self.is_working(at));
        }
        Some(at)
    }

    /// Working days after the first date up to the second: 0 on the day itself, 1 on the next working day, negative when it has passed.
    pub fn between(&self, from: NaiveDate, to: NaiveDate) -> i64 {
        let (first, last, sign) = if from <= to { (from, to, 1) } else { (to, from, -1) };
        let days = first.iter_days().skip(1).take_while(|day| *day <= last).take(usize::try_from(MOST).unwrap_or(usize::MAX));
        sign * i64::try_from(days.filter(|day| self.is_working(*day)).count()).unwrap_or(MOST)
    }
}

fn is_public_holiday(date: NaiveDate) -> bool {
    if FIXED.contains(&(date.month(), date.day())) {
        return true;
    }
    orthodox_easter(date.year()).is_some_and(|easter| {
        let after = date.signed_duration_since(easter).num_days();
        u64::try_from(after).is_ok_and(|after| AFTER_EASTER.contains(&after))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap_or_default()
    }

    #[test]
    fn easter_and_the_holidays_of_known_years() {
        let known =
            ["1923-04-08", "2000-04-30", "2021-05-02", "2023-04-16", "2024-05-05", "2025-04-20", "2026-04-12", "2027-05-02", "2030-04-28"];
        for easter in known.map(day) {
            assert_eq!(orthodox_easter(easter.year()), Some(easter));
        }
        assert_eq!((orthodox_easter(1899), orthodox_easter(2100)), (None, None));
        let of_2026 = [
            "2026-01-01",
            "2026-01-07",
            "2026-01-08",
            "2026-03-08",
            "2026-04-12",
            "2026-04-13",
            "2026-04-20",
            "2026-05-01",
            "2026-05-09",
            "2026-06-01",
            "2026-08-27",
            "2026-08-31",
            "2026-12-25",
        ];
        assert_eq!(public_holidays(2026), of_2026.map(day).into());
        // In 2027 the second day of Easter is 3 May and Paștele Blajinilor the 10th.
        assert!(public_holidays(2027).contains(&day("2027-05-10")));
    }

    #[test]
    fn terms_are_counted_in_working_days() {
        let mut days = WorkingDays::default();
        // From Friday before Easter 2026 to Tuesday: Monday is a holiday.
        assert_eq!((days.add(day("2026-04-10"), 1), days.between(day("2026-04-10"), day("2026-04-14"))), (Some(day("2026-04-14")), 1));
        assert_eq!(days.between(day("2026-04-14"), day("2026-04-10")), -1);
        assert_eq!(days.or_next(day("2026-01-07")), day("2026-01-09"));
        // Monday 24 August is moved to Saturday the 22nd, and Hramul is on 14 October.
        days.off.extend([day("2026-08-24"), day("2026-10-14")]);
        days.on.insert(day("2026-08-22"));
        assert!(days.is_working(day("2026-08-22")) && !days.is_working(day("2026-08-24")) && !days.is_working(day("2026-10-14")));
        assert_eq!(days.add(day("2026-08-21"), 2), Some(day("2026-08-25")));
        assert_eq!(days.add(day("2026-08-25"), -2), Some(day("2026-08-21")));
    }

    proptest! {
        #[test]
        fn counting_there_and_back_agrees(start in 0i64..20_000, days in -300i64..300) {
            let calendar = WorkingDays::default();
            let from = calendar.or_next(day("2000-01-01") + chrono::TimeDelta::days(start));
            let to = calendar.add(from, days).ok_or_else(|| TestCaseError::fail("beyond"))?;
            prop_assert!(calendar.is_working(to));
            prop_assert_eq!(calendar.between(from, to), days);
            prop_assert_eq!(calendar.add(to, -days), Some(from));
        }
    }
}
