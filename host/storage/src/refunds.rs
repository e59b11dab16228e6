//! Money given back, and where an order stands because of it.

use crate::db::{Row, Tx, json, params};
use crate::fault::Fault;
use crate::payments::{self, PAYMENT};
use vatra_core::clock::Instant;
use vatra_core::ids::TenantId;
use vatra_core::providers::{Account, ByLine, quoted};
use vatra_core::store::{Order, Payment, Refund, RefundRecorded};
use vatra_core::value::Money;

const REFUND: &str = "SELECT id, payment, number, amount, lines, asked_at, told_id, told_at, reason FROM refunds WHERE tenant = ?";

pub(crate) fn refund(row: &Row) -> Result<Refund, Fault> {
    let told = row.get::<Option<String>>(6)?.zip(row.get::<Option<i64>>(7)?);
    Ok(Refund {
        id: row.get(0)?,
        payment: row.get(1)?,
        number: row.get(2)?,
        amount: Money(row.get(3)?),
        lines: row.json(4)?,
        asked_at: Instant(row.get(5)?),
        told: told.map(|(id, at)| (id, Instant(at))),
        reason: row.get(8)?,
    })
}

/// An order's refunds, oldest first.
pub(crate) async fn refunds(tx: &mut Tx, tenant: TenantId, number: &str) -> Result<Vec<Refund>, Fault> {
    let sql = format!("{REFUND} AND number = ? ORDER BY asked_at, id");
    tx.rows(&sql, params![tenant.0, number]).await?.iter().map(refund).collect()
}

/// Refunds of these payments, oldest first.
pub(crate) fn of_payments() -> String {
    format!("{REFUND} AND payment IN (??) ORDER BY asked_at, id")
}

/// Refunds given back between two moments, oldest first.
pub(crate) fn between() -> String {
    format!("{REFUND} AND told_at >= ? AND told_at < ? ORDER BY asked_at, id")
}

async fn of_payment(tx: &mut Tx, tenant: TenantId, payment: &str) -> Result<Vec<Refund>, Fault> {
    let sql = format!("{REFUND} AND payment = ? ORDER BY asked_at, id");
    tx.rows(&sql, params![tenant.0, payment]).await?.iter().map(refund).collect()
}

/// Writes what was paid on an order, less what was given back, and the status that follows.
pub(crate) async fn settle(tx: &mut Tx, tenant: TenantId, order: &Order, paid: Money) -> Result<(), Fault> {
    let number = order.order.number.as_str();
    // An order on which nothing happened before has no refunds.
    let untouched = order.paid == Money(0) && order.status == vatra_core::view::OrderStatus::Active;
    let all = if untouched { Vec::new() } else { refunds(tx, tenant, number).await? };
    let refunded = all.iter().filter(|refund| refund.told.is_some()).fold(0_i64, |sum, refund| sum.saturating_add(refund.amount.0));
    let cancelled = tx.row("SELECT cancel_reason FROM orders WHERE tenant = ? AND number = ?", params![tenant.0, number]).await?;
    let account = Account {
        due: order.due,
        paid: Money(paid.0.saturating_add(refunded)),
        refunded: Money(refunded),
        refunding: all.iter().any(|refund| refund.told.is_none()),
        cancelled: cancelled.map(|row| row.get::<Option<String>>(0)).transpose()?.flatten().is_some(),
    };
    let sql = "UPDATE orders SET paid = ?, status = ? WHERE tenant = ? AND number = ?";
    tx.execute(sql, params![paid.0, account.status().code(), tenant.0, number]).await?;
    Ok(())
}

/// The last lines of a payment, less what was taken back of them, as far as the amount goes.
fn take_back(payment: &Payment, before: &[Refund], amount: Money) -> ByLine {
    let mut left = amount.0;
    let mut out = ByLine::new();
    for (line, part) in payment.lines.iter().rev() {
        let taken = before.iter().flat_map(|refund| &refund.lines).filter(|(known, _)| known == line).map(|(_, part)| part.0).sum::<i64>();
        let part = left.min(part.0 - taken).max(0);
        left -= part;
        if part > 0 {
            out.push((line.clone(), Money(part)));
        }
    }
    out
}

fn sound(payment: &Payment, lines: &ByLine, amount: Money) -> bool {
    let known = lines.iter().all(|(line, part)| part.0 > 0 && payment.lines.iter().any(|(known, _)| known == line));
    known && lines.iter().try_fold(Money(0), |sum, (_, part)| sum.plus(*part)) == Some(amount)
}

/// Records a refund that is asked for, or was given back.
pub(crate) async fn record(tx: &mut Tx, tenant: TenantId, new: &Refund) -> Result<RefundRecorded, Fault> {
    let known = match &new.told {
        None => tx.row(&format!("{REFUND} AND id = ?"), params![tenant.0, new.id.as_str()]).await?,
        Some((id, _)) => tx.row(&format!("{REFUND} AND told_id = ?"), params![tenant.0, id.as_str()]).await?,
    };
    if let Some(known) = known.as_ref().map(refund).transpose()? {
        let same = known.payment == new.payment && known.amount == new.amount;
        return Ok(if same { RefundRecorded::Again } else { RefundRecorded::Contradiction });
    }
    let found = tx.row(&format!("{PAYMENT} AND id = ?"), params![tenant.0, new.payment.as_str()]).await?;
    let Some(payment) = found.as_ref().map(payments::payment).transpose()?.filter(|payment| payment.number == new.number) else {
        return Ok(RefundRecorded::UnknownPayment);
    };
    if new.amount.0 <= 0 {
        return Ok(RefundRecorded::Contradiction);
    }
    let before = of_payment(tx, tenant, &new.payment).await?;
    let asked = before.iter().find(|refund| new.told.is_some() && refund.told.is_none() && refund.amount == new.amount);
    let lines = match asked {
        Some(asked) => {
            let (id, at) = new.told.clone().unzip();
            let sql = "UPDATE refunds SET told_id = ?, told_at = ? WHERE tenant = ? AND id = ?";
            tx.execute(sql, params![id, at.map(|at| at.0), tenant.0, asked.id.as_str()]).await?;
            asked.lines.clone()
        }
        None => {
            // What was asked for and is not given back yet holds no money that was given back.
            let counted = |refund: &&Refund| new.told.is_none() || refund.told.is_some();
            let taken = before.iter().filter(counted).fold(0_i64, |sum, refund| sum.saturating_add(refund.amount.0));
            if taken.saturating_add(new.amount.0) > payment.amount.0 {
                return Ok(RefundRecorded::TooMuch);
            }
            let lines = if sound(&payment, &new.lines, new.amount) { new.lines.clone() } else { take_back(&payment, &before, new.amount) };
            let (told_id, told_at) = new.told.clone().unzip();
            let sql = "INSERT INTO refunds (tenant, id, payment, number, amount, lines, reason, asked_at, told_id, told_at) \
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
            let (id, of, number) = (new.id.as_str(), new.payment.as_str(), new.number.as_str());
            let (written, told_at) = (json(&lines)?, told_at.map(|at| at.0));
            tx.execute(
                sql,
                params![tenant.0, id, of, number, new.amount.0, written, new.reason.as_str(), new.asked_at.0, told_id, told_at],
            )
            .await?;
            lines
        }
    };
    let order = payments::order(tx, tenant, &new.number).await?.ok_or_else(|| Fault::corrupt("a payment without its order"))?;
    let back = if new.told.is_some() { new.amount.0 } else { 0 };
    let given = if new.told.is_some() { quoted(&order.order.lines, &lines) } else { Money(0) };
    let order = payments::owe_more(tx, tenant, order, Money(-given.0)).await?;
    settle(tx, tenant, &order, Money(order.paid.0.saturating_sub(back))).await?;
    Ok(RefundRecorded::New)
}

/// Forgets a refund that was only asked for.
pub(crate) async fn withdraw(tx: &mut Tx, tenant: TenantId, id: &str) -> Result<bool, Fault> {
    let found = tx.row(&format!("{REFUND} AND id = ? AND told_id IS NULL"), params![tenant.0, id]).await?;
    let Some(asked) = found.as_ref().map(refund).transpose()? else { return Ok(false) };
    tx.execute("DELETE FROM refunds WHERE tenant = ? AND id = ?", params![tenant.0, id]).await?;
    if let Some(order) = payments::order(tx, tenant, &asked.number).await? {
        settle(tx, tenant, &order, order.paid).await?;
    }
    Ok(true)
}
