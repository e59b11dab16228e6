//! How numbers, amounts and dates are written in the three languages.
//!
//! Romanian and Russian as in the Republic of Moldova: thousands apart by a no-break space, a decimal comma, `dd.mm.yyyy`. In Russian
//! a decimal governs the genitive singular, hence "лея" after every amount written with bani.

use chrono::{Datelike, NaiveDate};
use vatra_core::clock::Instant;
use vatra_core::manifest::Language;
use vatra_core::value::{Decimal, Money};

const NO_BREAK: char = '\u{a0}';

/// `12 761`, in English `12,761`. Four digits stay together, as ISO 80000-1 allows: they may be a year.
pub fn number(number: i64, language: Language) -> String {
    let digits = number.unsigned_abs().to_string();
    let digits = if digits.len() > 4 { group(&digits, language) } else { digits };
    if number < 0 { format!("-{digits}") } else { digits }
}

/// `1 234,50`, in English `1,234.50`.
pub fn amount(money: Money, language: Language) -> String {
    let total = money.0.unsigned_abs();
    let sign = if money.0 < 0 { "-" } else { "" };
    format!("{sign}{}{}{:02}", group(&(total / 100).to_string(), language), decimal_sign(language), total % 100)
}

/// `1 234,50 lei`, `1 234,50 лея`, `1,234.50 lei`.
pub fn money(money: Money, language: Language) -> String {
    format!("{}{NO_BREAK}{}", amount(money, language), currency(language))
}

/// What follows an amount: `lei`, `лея`.
pub fn currency(language: Language) -> &'static str {
    match language {
        Language::Ro | Language::En => "lei",
        Language::Ru => "лея",
    }
}

/// `0,2974`, in English `0.2974`.
pub fn decimal(decimal: &Decimal, language: Language) -> String {
    let (sign, plain) = decimal.as_str().strip_prefix('-').map_or(("", decimal.as_str()), |rest| ("-", rest));
    match plain.split_once('.') {
        Some((whole, fraction)) => format!("{sign}{}{}{fraction}", group(whole, language), decimal_sign(language)),
        None => format!("{sign}{}", group(plain, language)),
    }
}

/// `25.09.2026`, in English `25 September 2026`.
pub fn date(date: NaiveDate, language: Language) -> String {
    match language {
        Language::Ro | Language::Ru => date.format("%d.%m.%Y").to_string(),
        Language::En => format!("{} {} {}", date.day(), date.format("%B"), date.year()),
    }
}

/// The civil time in Europe/Chisinau: `25.09.2026 14:05`, in English `25 September 2026, 14:05`.
pub fn instant(instant: Instant, language: Language) -> String {
    let local = instant.local_text();
    match (language, local.split_once(' ')) {
        (Language::En, Some((_, time))) => format!("{}, {time}", date(instant.civil_date(), language)),
        _ => local,
    }
}

fn decimal_sign(language: Language) -> char {
    if language == Language::En { '.' } else { ',' }
}

fn group(digits: &str, language: Language) -> String {
    let sign = if language == Language::En { ',' } else { NO_BREAK };
    let mut out = String::with_capacity(digits.len() + 8);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(sign);
        }
        out.push(digit);
    }
    out
}

/// Without what could forge another text's look: control characters (line feeds and tabs stay) and overrides of the writing direction.
pub fn strip_controls(text: &str) -> String {
    text.chars()
        .filter(|c| {
            matches!(c, '\n' | '\t') || !(c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}'))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_in_three_languages() {
        assert_eq!(money(Money(123_450), Language::Ro), "1\u{a0}234,50\u{a0}lei");
        assert_eq!(money(Money(123_450), Language::Ru), "1\u{a0}234,50\u{a0}лея");
        assert_eq!(money(Money(-123_456_705), Language::En), "-1,234,567.05\u{a0}lei");
        assert_eq!(number(12_761, Language::Ro), "12\u{a0}761");
        assert_eq!(number(2_026, Language::Ro), "2026");
        assert_eq!(number(i64::MIN, Language::En), "-9,223,372,036,854,775,808");
        assert_eq!(Decimal::new("-1234.2974").map(|d| decimal(&d, Language::Ro)), Some("-1\u{a0}234,2974".to_owned()));
    }

    #[test]
    fn dates_in_three_languages() {
        let day = NaiveDate::from_ymd_opt(2026, 9, 5).unwrap_or_default();
        assert_eq!(date(day, Language::Ro), "05.09.2026");
        assert_eq!(date(day, Language::En), "5 September 2026");
        assert_eq!(instant(Instant(1_790_375_400_000), Language::En), "26 September 2026, 01:30");
        assert_eq!(instant(Instant(1_790_375_400_000), Language::Ru), "26.09.2026 01:30");
    }

    #[test]
    fn what_turns_the_writing_round_is_dropped() {
        assert_eq!(strip_controls("a\u{202e}b\0c\u{2067}\r\nd\te"), "abc\nd\te");
    }
}
