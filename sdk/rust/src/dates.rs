//! Civil dates: order and arithmetic (proleptic Gregorian calendar).

use crate::contract::vatra::types::values::Date;
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

    fn tomorrow(self) -> Self {
        let leap = (self.year.is_multiple_of(4) && !self.year.is_multiple_of(100)) || self.year.is_multiple_of(400);
        let last = match self.month {
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            _ => 31,
        };
        if self.day < last {
            Self { day: self.day + 1, ..self }
        } else if self.month < 12 {
            Self { month: self.month + 1, day: 1, ..self }
        } else {
            Self { year: self.year.saturating_add(1), month: 1, day: 1 }
        }
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
    }
}
