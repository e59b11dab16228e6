//! Payments that MPay confirms, and whether this municipality lets the module use MPay at all.

use crate::accounts::{Account, outstanding};
use crate::assessment;
use crate::history::reason;
use crate::notices::{Notice, PENALTY, Status};
use vatra_sdk::contract::vatra::mpay::types::Payment;
use vatra_sdk::contract::vatra::view::view;
use vatra_sdk::prelude::*;

/// A payment arrived: the notice and its account are brought up to date. Money is money: it counts for the account even when the
/// notice was cancelled meanwhile. The host tells each payment once.
pub(crate) fn received(payment: &Payment) -> Result<(), Failure> {
    let entry = registers::lookup("notices", "order", &Value::Text(payment.order.clone()))?.ok_or(Failure::NotFound)?;
    let notice = Notice::read(&entry)?;
    let because = reason("payment", &payment.id);

    let (tax, penalty) = split(payment);
    let paid = notice.paid + tax;
    let status = after(notice.status, paid, notice.amount);
    let changed = fields!["paid" => paid, "penalty-paid" => notice.penalty_paid + penalty, "status" => Choice(status.code())];
    registers::correct(&notice.at, notice.version, &changed, &because)?;

    let account = Account::get(&notice.account)?;
    let paid_mpay = account.paid_mpay + tax;
    let left = outstanding(account.due, account.paid_before, paid_mpay);
    // The oldest debt first (Fiscal Code, article 179).
    let arrears = (account.arrears - tax).max(Bani(0));
    let changed = fields!["paid-mpay" => paid_mpay, "outstanding" => left, "arrears" => arrears];
    registers::correct(&account.at, account.version, &changed, &because)?;

    registers::add(
        "receipts",
        &fields![
            "payment" => &payment.id,
            "notice" => &notice.at,
            "account-number" => &notice.account_number,
            "taxpayer" => &notice.taxpayer,
            "levy" => Choice(assessment::category(&registers::get(&account.at)?).levy().code()),
            "tax" => tax,
            "penalty" => penalty,
            "paid-on" => clock::date_of(payment.paid_at),
        ],
    )?;
    Ok(())
}

/// What of a payment falls upon the tax, and what upon the penalty that was quoted.
pub(crate) fn split(payment: &Payment) -> (Bani, Bani) {
    let penalty = Bani(payment.lines.iter().filter(|(line, _)| line == PENALTY).map(|(_, amount)| *amount).sum());
    (Bani(payment.amount) - penalty, penalty)
}

/// Where a notice stands once so much of it is paid.
fn after(before: Status, paid: Bani, amount: Bani) -> Status {
    match before {
        Status::Cancelled => Status::Cancelled,
        _ if paid >= amount => Status::Paid,
        _ if paid > Bani(0) => Status::PartlyPaid,
        _ => Status::Open,
    }
}

/// Why MPay may not be used, if it may not. Asks after an order that cannot exist, since the contract has no question of its own
/// for it.
pub(crate) fn denied() -> Result<Option<Denial>, Failure> {
    match orders::standing_of("0") {
        Err(Failure::Denied(denial)) => Ok(Some(denial)),
        Ok(_) | Err(Failure::NotFound | Failure::Invalid(_) | Failure::Unavailable(_)) => Ok(None),
        Err(other) => Err(other),
    }
}

/// Says what cannot be done without MPay.
pub(crate) fn cannot(denial: &Denial) -> Block {
    let why = match denial.rule.as_str() {
        "revoked" => "mpay-revoked",
        "expired" => "mpay-expired",
        _ => "mpay-not-granted",
    };
    Block::Notice(view::Notice::of(Tone::Warning, why).text("mpay-cannot"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_is_paid_in_parts_and_in_full() {
        assert_eq!(after(Status::Open, Bani(40), Bani(100)), Status::PartlyPaid);
        assert_eq!(after(Status::PartlyPaid, Bani(100), Bani(100)), Status::Paid);
        assert_eq!(after(Status::Open, Bani(120), Bani(100)), Status::Paid);
    }

    #[test]
    fn what_is_not_the_penalty_s_is_the_tax_s() {
        let payment = |lines: &[(&str, i64)]| Payment {
            id: "p".into(),
            order: "1".into(),
            amount: 1_000,
            paid_at: 0,
            lines: lines.iter().map(|(line, amount)| ((*line).to_owned(), *amount)).collect(),
        };
        assert_eq!(split(&payment(&[])), (Bani(1_000), Bani(0)));
        assert_eq!(split(&payment(&[("1", 700), ("penalty", 300)])), (Bani(700), Bani(300)));
    }

    #[test]
    fn money_does_not_bring_a_cancelled_notice_back() {
        assert_eq!(after(Status::Cancelled, Bani(100), Bani(100)), Status::Cancelled);
    }
}
