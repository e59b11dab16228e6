//! The file: CSV (RFC 4180) in UTF-8, a heading with the columns by name.

use super::{Row, Statement, Told, ToldRefund};
use crate::clock::Instant;
use crate::ident::treasury_bank;
use crate::value::Money;
use serde::Deserialize;
use std::collections::{HashMap, HashSet};

/// The columns. Their order does not matter; others may stand beside them and are passed over.
pub const COLUMNS: [&str; 10] =
    ["PaymentID", "RefundID", "InvoiceID", "OrderKey", "ServiceID", "LineID", "Amount", "DestinationAccount", "PaidAt", "Method"];
/// The longest file, in bytes.
pub const LARGEST: usize = 32 * 1024 * 1024;
/// The most rows.
pub const MOST_ROWS: usize = 200_000;
/// Numbers and names, in characters: as long as MPay's contract lets them be.
const KEY: usize = 36;

/// Why a statement is not read. Says where, and never quotes the file.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("line {line}: {cause}")]
pub struct Unreadable {
    /// Counted from 1; 0 for the file as a whole.
    pub line: u64,
    /// What is wrong.
    pub cause: &'static str,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Record<'r> {
    #[serde(rename = "PaymentID")]
    payment: &'r str,
    #[serde(rename = "RefundID")]
    refund: &'r str,
    #[serde(rename = "InvoiceID")]
    invoice: &'r str,
    order_key: &'r str,
    #[serde(rename = "ServiceID")]
    service: &'r str,
    #[serde(rename = "LineID")]
    line: &'r str,
    amount: &'r str,
    destination_account: &'r str,
    paid_at: &'r str,
    method: &'r str,
}

fn key(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty() && text.chars().count() <= KEY && !text.chars().any(char::is_control)).then(|| text.to_owned())
}

fn row(record: &Record<'_>) -> Result<Row, &'static str> {
    let optional = |text: &str| if text.trim().is_empty() { Ok(None) } else { key(text).map(Some).ok_or(()) };
    let row = Row {
        payment: key(record.payment).ok_or("PaymentID is none")?,
        refund: optional(record.refund).map_err(|()| "RefundID is none")?,
        invoice: optional(record.invoice).map_err(|()| "InvoiceID is none")?.unwrap_or_default(),
        order: key(record.order_key).ok_or("OrderKey is none")?,
        service: key(record.service).ok_or("ServiceID is none")?,
        line: key(record.line).ok_or("LineID is none")?,
        amount: Money::from_decimal(record.amount.trim()).ok_or("Amount is none: 120.50 is one")?,
        iban: key(record.destination_account).ok_or("DestinationAccount is none")?,
        at: Instant::from_xsd(record.paid_at.trim()).ok_or("PaidAt is none: 2026-09-25T14:05:00 is one")?,
        method: optional(record.method).map_err(|()| "Method is none")?.unwrap_or_default(),
    };
    match (row.amount.0, &row.refund) {
        (1.., None) | (..=-1, Some(_)) => Ok(row),
        (0, _) => Err("Amount is zero"),
        (_, None) => Err("Amount is negative, and there is no RefundID"),
        (_, Some(_)) => Err("there is a RefundID, and Amount is not negative"),
    }
}

/// Reads a statement.
///
/// # Errors
/// [`Unreadable`]: nothing is read of a file that is not sound throughout.
pub fn read(file: &[u8]) -> Result<Statement, Unreadable> {
    let whole = |cause| Unreadable { line: 0, cause };
    if file.len() > LARGEST {
        return Err(whole("the file is too long"));
    }
    let text = std::str::from_utf8(file).map_err(|_| whole("the file is not text in UTF-8"))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new().from_reader(text.as_bytes());
    let headings = reader.headers().map_err(|_| Unreadable { line: 1, cause: "the heading cannot be read" })?.clone();
    if COLUMNS.iter().any(|column| headings.iter().filter(|heading| heading == column).count() != 1) {
        return Err(Unreadable { line: 1, cause: "the heading does not name every column once" });
    }
    let (mut gathered, mut count) = (Gathered::default(), 0);
    let mut record = csv::StringRecord::new();
    loop {
        let line = reader.position().line();
        let wrong = |cause| Unreadable { line, cause };
        if !reader.read_record(&mut record).map_err(|_| wrong("the row has not as many values as there are columns"))? {
            break;
        }
        count += 1;
        if count > MOST_ROWS {
            return Err(wrong("there are too many rows"));
        }
        let parsed: Record<'_> = record.deserialize(Some(&headings)).map_err(|_| wrong("the row cannot be read"))?;
        gathered.take(row(&parsed).map_err(wrong)?).map_err(wrong)?;
    }
    let statement = gathered.out;
    if statement.total().is_none() {
        return Err(whole("the amounts are more than there can be"));
    }
    Ok(statement)
}

#[derive(Default)]
struct Gathered {
    out: Statement,
    /// Where a payment or refund stands in its list.
    places: HashMap<(String, Option<String>), usize>,
    said: HashSet<(String, Option<String>, String)>,
}

impl Gathered {
    fn take(&mut self, row: Row) -> Result<(), &'static str> {
        if treasury_bank(&row.iban).is_none() {
            self.out.elsewhere.push(row.clone());
        }
        if !self.said.insert((row.payment.clone(), row.refund.clone(), row.line.clone())) {
            self.out.doubled.push(row);
            return Ok(());
        }
        let amount = Money(row.amount.0.abs());
        let place = self.places.get(&(row.payment.clone(), row.refund.clone())).copied();
        let known = match (place, &row.refund) {
            (Some(place), None) => self.out.payments.get_mut(place),
            (Some(place), Some(_)) => self.out.refunds.get_mut(place).map(|refund| &mut refund.of),
            (None, _) => None,
        };
        if let Some(known) = known {
            if known.order != row.order || known.at != row.at {
                return Err("rows of one payment, or of one refund, name different orders or moments");
            }
            known.amount = known.amount.plus(amount).ok_or("the amounts are more than there can be")?;
            known.lines.push((row.line, amount));
            return Ok(());
        }
        let told = Told { payment: row.payment.clone(), order: row.order, amount, at: row.at, lines: vec![(row.line, amount)] };
        let place = match row.refund.clone() {
            None => {
                self.out.payments.push(told);
                self.out.payments.len() - 1
            }
            Some(id) => {
                self.out.refunds.push(ToldRefund { id, of: told });
                self.out.refunds.len() - 1
            }
        };
        self.places.insert((row.payment, row.refund), place);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const IBAN: &str = "MD38TRPBAA113110A01234AA";

    fn file(rows: &[&str]) -> Vec<u8> {
        format!("{}\n{}\n", COLUMNS.join(","), rows.join("\n")).into_bytes()
    }

    fn good(payment: &str, refund: &str, line: &str, amount: &str) -> String {
        format!("{payment},{refund},I-1,SC-1,local-taxes,{line},{amount},{IBAN},2026-09-25T14:05:00,card")
    }

    #[test]
    fn rows_become_payments_and_refunds() {
        let rows = [
            good("P-1", "", "L-1", "40.00"),
            good("P-1", "", "L-2", "5"),
            good("P-1", "R-1", "L-2", "-5.00"),
            good("P-1", "", "L-1", "40"),
        ];
        let statement = read(&file(&rows.each_ref().map(String::as_str))).unwrap();
        let [paid] = statement.payments.as_slice() else { panic!("{statement:?}") };
        assert_eq!((paid.amount, paid.order.as_str(), paid.at.local_xsd().as_str()), (Money(4_500), "SC-1", "2026-09-25T14:05:00"));
        assert_eq!(paid.lines, [("L-1".to_owned(), Money(4_000)), ("L-2".to_owned(), Money(500))]);
        assert_eq!((statement.refunds[0].id.as_str(), statement.refunds[0].of.amount), ("R-1", Money(500)));
        assert_eq!((statement.doubled.len(), statement.elsewhere.len(), statement.total()), (1, 0, Some(Money(8_000))));
        assert_eq!(statement.days().unwrap().first.to_string(), "2026-09-25");
        let columns: Vec<&str> = COLUMNS.iter().rev().copied().collect();
        let turned: Vec<&str> = rows[0].split(',').rev().collect();
        let turned = format!("\u{feff}{},More\r\n{},x\r\n", columns.join(","), turned.join(","));
        assert_eq!(read(turned.as_bytes()).unwrap().payments[0].amount, Money(4_000), "columns go by name");
        assert_eq!(read(&file(&[])).unwrap(), Statement::default());
    }

    #[test]
    fn what_is_not_sound_is_refused_with_its_line() {
        let elsewhere = good("P", "", "L", "1").replace(IBAN, "MD24AG000225100013104168");
        assert_eq!(read(&file(&[&elsewhere])).unwrap().elsewhere.len(), 1);
        let wrong = [
            good("", "", "L", "1"),
            good("P", "", "", "1"),
            good(&"9".repeat(37), "", "L", "1"),
            good("P", "", "L", "0"),
            good("P", "", "L", "-1"),
            good("P", "R", "L", "1"),
            good("P", "", "L", "1,5"),
            good("P", "", "L", "1.005"),
            good("P", "", "L", "99999999999999999999"),
            good("P", "", "L", "NaN"),
            good("P", "", "L", "1").replace("2026-09-25", "25.09.2026"),
            "P,,I".to_owned(),
        ];
        for row in &wrong {
            let refused = read(&file(&[&good("P-0", "", "L", "1"), row])).unwrap_err();
            assert_eq!(refused.line, 3, "{row}: {refused}");
        }
        let other = good("P", "", "L-2", "1").replace("SC-1", "SC-2");
        assert!(read(&file(&[&good("P", "", "L-1", "1"), &other])).unwrap_err().to_string().contains("different orders"));
        assert_eq!(read(b"PaymentID,Amount\nP,1\n").unwrap_err().line, 1);
        assert_eq!(read(b"").unwrap_err().line, 1);
        assert_eq!(read(b"\xff\xfe\0\0").unwrap_err().line, 0);
        let much = good("P", "", "L", "9999999999999.99");
        assert_eq!(read(&file(&[&much, &much.replace("P,", "Q,")])).unwrap_err().line, 0);
    }
}
