//! What MPay asks and tells.

use super::{Fault, NAMESPACE};
use chrono::{DateTime, NaiveDateTime, TimeZone};
use vatra_core::clock::Instant;
use vatra_core::value::Money;
use vatra_xmlsec::Refusal;
use vatra_xmlsec::xml::{Element, Sequence};

/// An order's number or a service's: as long as the contract lets them be.
const KEY: usize = 36;
/// Lines of a confirmation.
const LINES: usize = 1_000;

/// GetOrderDetails' query.
pub(super) struct Query {
    pub(super) number: String,
    pub(super) service: String,
}

/// ConfirmOrderPayment's confirmation.
pub(super) struct Told {
    pub(super) payment: String,
    pub(super) number: String,
    pub(super) service: String,
    pub(super) amount: Money,
    pub(super) paid_at: Instant,
    /// LineID and BankAccount of each line; MPay may leave the account out.
    pub(super) accounts: Vec<(String, Option<String>)>,
}

fn key(parts: &mut Sequence<'_>, name: &'static str) -> Result<String, Refusal> {
    let text = parts.required(NAMESPACE, name)?.text(name)?;
    if text.is_empty() || text.chars().count() > KEY || text.chars().any(char::is_control) {
        return Err(Refusal::Malformed(name));
    }
    Ok(text)
}

fn outermost<'x>(payload: Element<'x>, name: &'static str, inner: &'static str) -> Result<Element<'x>, Refusal> {
    if !payload.is(NAMESPACE, name) {
        return Err(Refusal::Missing(name));
    }
    let mut parts = payload.sequence(name)?;
    let found = parts.required(NAMESPACE, inner)?;
    parts.end()?;
    Ok(found)
}

pub(super) fn query(payload: Element<'_>) -> Result<Query, Fault> {
    let mut parts = outermost(payload, "GetOrderDetails", "query")?.sequence("query")?;
    parts.optional(NAMESPACE, "Language");
    let number = key(&mut parts, "OrderKey")?;
    let service = key(&mut parts, "ServiceID")?;
    parts.end()?;
    Ok(Query { number, service })
}

pub(super) fn confirmation(payload: Element<'_>) -> Result<Told, Fault> {
    let mut parts = outermost(payload, "ConfirmOrderPayment", "confirmation")?.sequence("confirmation")?;
    if parts.required(NAMESPACE, "Currency")?.text("Currency")? != "MDL" {
        return Err(Fault::new("InvalidParameter", "orders are in MDL"));
    }
    parts.optional(NAMESPACE, "InvoiceID");
    let lines = parts.required(NAMESPACE, "Lines")?;
    let number = key(&mut parts, "OrderKey")?;
    let paid_at = parts.required(NAMESPACE, "PaidAt")?.text("PaidAt")?;
    let paid_at = moment(paid_at.trim()).ok_or(Refusal::Malformed("PaidAt"))?;
    let payment = key(&mut parts, "PaymentID")?;
    parts.optional(NAMESPACE, "Properties");
    let service = key(&mut parts, "ServiceID")?;
    let amount = amount(&mut parts, "TotalAmount")?;
    parts.end()?;

    let (mut accounts, mut sum) = (Vec::new(), 0_i64);
    let mut all = lines.sequence("Lines")?;
    while let Some(line) = all.any() {
        if !line.is(NAMESPACE, "PaymentConfirmationLine") || accounts.len() >= LINES {
            return Err(Refusal::Unexpected("Lines").into());
        }
        let mut parts = line.sequence("PaymentConfirmationLine")?;
        sum = sum.checked_add(self::amount(&mut parts, "Amount")?.0).ok_or(Refusal::Malformed("Amount"))?;
        let account = parts.optional(NAMESPACE, "DestinationAccount");
        let id = key(&mut parts, "LineID")?;
        parts.optional(NAMESPACE, "Properties");
        parts.end()?;
        let account = account.and_then(|found| found.elements().find(|part| part.is(NAMESPACE, "BankAccount")));
        let account = account.map(|found| found.text("BankAccount")).transpose()?.filter(|found| !found.is_empty());
        accounts.push((id, account));
    }
    if sum != amount.0 {
        return Err(Fault::new("InvalidParameter", "the lines do not add up to TotalAmount"));
    }
    Ok(Told { payment, number, service, amount, paid_at, accounts })
}

fn amount(parts: &mut Sequence<'_>, name: &'static str) -> Result<Money, Refusal> {
    let text = parts.required(NAMESPACE, name)?.text(name)?;
    bani(text.trim()).ok_or(Refusal::Malformed(name))
}

/// An xs:decimal of lei, to the ban; further digits must be zeros. Never by way of a floating-point number.
pub(super) fn bani(text: &str) -> Option<Money> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 13 || !digits(whole) || !digits(fraction) || fraction.len() > 20 {
        return None;
    }
    let (first, rest) = fraction.split_at(fraction.len().min(2));
    if rest.bytes().any(|byte| byte != b'0') {
        return None;
    }
    let cents: i64 = format!("{first:0<2}").parse().ok()?;
    let lei: i64 = whole.parse().ok()?;
    lei.checked_mul(100)?.checked_add(cents).map(Money)
}

/// An xs:dateTime: with a zone, or as MPay writes it: local time without one, which is Chișinău's.
fn moment(text: &str) -> Option<Instant> {
    if let Ok(zoned) = DateTime::parse_from_rfc3339(text) {
        return Some(Instant(zoned.timestamp_millis()));
    }
    let local = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").ok()?;
    let found = chrono_tz::Europe::Chisinau.from_local_datetime(&local).earliest()?;
    Some(Instant(found.timestamp_millis()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lei_are_read_to_the_ban() {
        for (text, expected) in [("9267.00", 926_700), ("0.01", 1), ("1", 100), ("1.5", 150), ("1.50000", 150), ("0", 0), ("007.10", 710)] {
            assert_eq!(bani(text), Some(Money(expected)), "{text}");
        }
        for wrong in ["", ".5", "-1", "+1", "1,5", "1e3", "1.005", "1.2.3", " 1", "99999999999999", "NaN", "1.-5"] {
            assert_eq!(bani(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn local_time_is_chisinau_s() {
        // Created says 07:51:25Z where PaidAt says 10:51:23 (summer), as in the published sample.
        assert_eq!(moment("2026-07-01T10:51:23"), moment("2026-07-01T07:51:23Z"));
        assert_eq!(moment("2026-12-01T10:51:23.1234567"), moment("2026-12-01T08:51:23.123Z"));
        assert_eq!(moment("2026-12-01"), None);
    }
}
