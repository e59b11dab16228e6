//! Civil dates: order and arithmetic (proleptic Gregorian calendar).

use crate::contract::vatra::types::values::{Date, Field};
use crate::fields::field;
use alloc::vec;
use alloc::vec::Vec;
use core::cmp::Ordering;

impl Eq for Date {}

impl Ord for Date {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.year, self.month, self.day).cmp(&(other.year, other.month, other.day))
    }
}

impl PartialOrd for Date {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Date {
    /// This day of this month of this year.
    pub fn of(year: u16, month: u8, day: u8) -> Self {
        Self { year, month, day }
    }

    /// As many days later.
    pub fn plus_days(self, days: u32) -> Self {
        let mut date = self;
        for _ in 0..days {
            date = date.tomorrow();
        }
        date
    }

    /// 1 is Monday, 7 is Sunday.
    pub fn weekday(self) -> u8 {
        // The first of March of the year 0 was a Wednesday.
        u8::try_from((self.number() + 2).rem_euclid(7)).unwrap_or_default() + 1
    }
    /// Arguments by which a message says the day in words: `weekday` (1 is Monday), `day`, `month`, as whole numbers.
    pub fn spoken(self) -> Vec<Field> {
        vec![field("weekday", i64::from(self.weekday())), field("day", i64::from(self.day)), field("month", i64::from(self.month))]
    }
    /// The day before.
    #[must_use]
    pub fn yesterday(self) -> Self {
        if self.day > 1 {
            return Self { day: self.day - 1, ..self };
        }
        let (year, month) = if self.month > 1 { (self.year, self.month - 1) } else { (self.year.saturating_sub(1), 12) };
        Self { year, month, day: last_of(year, month) }
    }

    /// Days until another date; 0 when it is not later.
    pub fn days_until(self, later: Self) -> u32 {
        u32::try_from(later.number() - self.number()).unwrap_or(0)
    }

    /// Days since the first of March of the year 0.
    fn number(self) -> i64 {
        let (month, day) = (i64::from(self.month), i64::from(self.day));
        let year = i64::from(self.year) - i64::from(month <= 2);
        let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + of_year
    }

    fn tomorrow(self) -> Self {
        if self.day < last_of(self.year, self.month) {
            Self { day: self.day + 1, ..self }
        } else if self.month < 12 {
            Self { month: self.month + 1, day: 1, ..self }
        } else {
            Self { year: self.year.saturating_add(1), month: 1, day: 1 }
        }
    }
}

fn last_of(year: u16, month: u8) -> u8 {
    let leap = (year.is_multiple_of(4) && !year.is_multiple_of(100)) || year.is_multiple_of(400);
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_pass_over_months_and_leap_years() {
        assert_eq!(Date::of(2026, 9, 25).plus_days(30), Date::of(2026, 10, 25));
        assert_eq!(Date::of(2024, 2, 28).plus_days(1), Date::of(2024, 2, 29));
        assert_eq!(Date::of(2100, 2, 28).plus_days(1), Date::of(2100, 3, 1));
        assert_eq!(Date::of(2026, 12, 31).plus_days(1), Date::of(2027, 1, 1));
        assert_eq!(Date::of(2026, 1, 1).plus_days(365), Date::of(2027, 1, 1));
        assert!(Date::of(2026, 9, 30) < Date::of(2026, 10, 1));
        let mut day = Date::of(1999, 12, 25);
        for number in 0..2_000 {
            assert_eq!(Date::of(1999, 12, 25).days_until(day), number);
            assert_eq!(day.plus_days(1).yesterday(), day);
            day = day.plus_days(1);
        }
        assert_eq!(day.days_until(Date::of(1999, 12, 25)), 0);
        // A Thursday; and the days of the week come one after the other.
        assert_eq!(Date::of(2026, 10, 1).weekday(), 4);
        assert!((0..400).all(|n| day.plus_days(n + 1).weekday() == day.plus_days(n).weekday() % 7 + 1));
    }
}
