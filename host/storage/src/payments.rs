//! Orders and their payments.

use crate::db::{Row, Tx, json, params};
use crate::dialect::{Kind, Table, insert};
use crate::fault::Fault;
use crate::find::Sql;
use crate::{inbox, refunds};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use vatra_core::clock::Instant;
use vatra_core::ids::{InboxId, Name, SubjectId, TenantId};
use vatra_core::providers::{ByLine, Confirmation, quoted};
use vatra_core::store::{InboxItem, InboxState, Order, Payment, Recorded};
use vatra_core::unit::NewOrder;
use vatra_core::value::Money;
use vatra_core::view::OrderStatus;

const ORDERS: Table = Table {
    name: "orders",
    columns: &[
        ("tenant", Kind::Uuid),
        ("number", Kind::Text),
        ("module", Kind::Text),
        ("service", Kind::Text),
        ("customer", Kind::Uuid),
        ("lines", Kind::Text),
        ("due_date", Kind::Text),
        ("expires", Kind::Text),
        ("partial", Kind::Bool),
        ("advance", Kind::Bool),
        ("reason", Kind::Text),
        ("status", Kind::Text),
        ("due", Kind::Int),
        ("paid", Kind::Int),
        ("created_at", Kind::Int),
    ],
    suffix: "",
};
const HOMES: Table = Table { name: "order_homes", columns: &[("tenant", Kind::Uuid), ("number", Kind::Text)], suffix: "" };

/// The messages kept about a payment.
pub(crate) const KEPT: &str = "SELECT received, message FROM kept_messages WHERE tenant = ? AND payment = ? ORDER BY received, digest";

/// Keeps a signed message.
pub(crate) async fn keep(tx: &mut Tx, tenant: TenantId, payment: &str, received: Instant, message: Vec<u8>) -> Result<(), Fault> {
    let sql = "INSERT INTO kept_messages (tenant, payment, digest, received, message) VALUES (?, ?, ?, ?, ?) \
         ON CONFLICT (tenant, payment, digest) DO NOTHING";
    let digest = hex::encode(Sha256::digest(&message));
    tx.execute(sql, params![tenant.0, payment, digest.as_str(), received.0, message]).await?;
    Ok(())
}

type Date = Option<chrono::NaiveDate>;

fn write_date(date: Date) -> Option<String> {
    date.map(|date| date.to_string())
}
fn read_date(text: Option<String>) -> Result<Date, Fault> {
    text.map(|text| text.parse().map_err(|_| Fault::corrupt("a date of an order"))).transpose()
}

/// Adds orders; a number taken anywhere in the country is [`Fault::Unique`].
pub(crate) async fn add_orders(tx: &mut Tx, tenant: TenantId, at: Instant, orders: &[NewOrder]) -> Result<(), Fault> {
    insert(tx, &HOMES, params![tenant.0], orders.iter().map(|order| params![order.number.as_str()]).collect()).await?;
    let mut rows = Vec::with_capacity(orders.len());
    for order in orders {
        let due: i64 = order.lines.iter().fold(0, |sum, line| sum.saturating_add(line.amount.0));
        rows.push(params![
            order.number.as_str(),
            order.module.as_str(),
            order.service.as_str(),
            order.customer.map(|id| id.0),
            json(&order.lines)?,
            write_date(order.due),
            write_date(order.expires),
            order.partial,
            order.advance,
            order.reason.as_str(),
            OrderStatus::Active.code(),
            due,
            0i64,
            at.0,
        ]);
    }
    insert(tx, &ORDERS, params![tenant.0], rows).await
}

/// Cancels an order of this module that nothing was paid on; anything else is a conflict.
pub(crate) async fn cancel_order(tx: &mut Tx, tenant: TenantId, module: &Name, number: &str, reason: &str) -> Result<(), Fault> {
    let sql = "UPDATE orders SET status = ?, cancel_reason = ? WHERE tenant = ? AND number = ? AND module = ? AND status = ? AND paid = 0";
    let (cancelled, active) = (OrderStatus::Cancelled.code(), OrderStatus::Active.code());
    let touched = tx.execute(sql, params![cancelled, reason, tenant.0, number, module.as_str(), active]).await?;
    if touched == 0 { Err(Fault::Conflict) } else { Ok(()) }
}

/// An order by its number.
pub(crate) async fn order(tx: &mut Tx, tenant: TenantId, number: &str) -> Result<Option<Order>, Fault> {
    let sql = format!("SELECT {ORDER} FROM orders WHERE tenant = ? AND number = ?");
    tx.row(&sql, params![tenant.0, number]).await?.as_ref().map(read_order).transpose()
}

const ORDER: &str = "number, module, service, customer, lines, due_date, expires, partial, advance, reason, status, due, paid";

/// Those that can be paid, module by module in the order of an index.
fn unpaid(tenant: TenantId, modules: &BTreeSet<Name>, today: chrono::NaiveDate, columns: &str, most: u64) -> Option<Sql> {
    let mut sql = Sql { text: String::new(), params: Vec::new() };
    for (place, module) in modules.iter().enumerate() {
        let union = if place == 0 { "" } else { " UNION ALL " };
        let part = format!(
            "{union}SELECT * FROM (SELECT {columns} FROM orders WHERE tenant = ? AND module = ? AND status IN ('active', 'partially-paid') \
             AND (expires IS NULL OR expires >= ?) ORDER BY COALESCE(due_date, '9999-12-31'), number LIMIT ?) part{place}"
        );
        sql.push(&part, params![tenant.0, module.as_str(), today.to_string(), most]);
    }
    (!sql.text.is_empty()).then_some(sql)
}

/// Orders of these modules that can be paid, soonest due first.
pub(crate) async fn unpaid_page(
    tx: &mut Tx,
    tenant: TenantId,
    modules: &BTreeSet<Name>,
    today: chrono::NaiveDate,
    offset: u64,
    limit: u32,
) -> Result<Vec<Order>, Fault> {
    let Some(parts) = unpaid(tenant, modules, today, ORDER, offset.saturating_add(u64::from(limit))) else { return Ok(Vec::new()) };
    let text = format!("SELECT * FROM ({}) unpaid ORDER BY COALESCE(due_date, '9999-12-31'), number LIMIT ? OFFSET ?", parts.text);
    let mut sql = Sql { text, params: parts.params };
    sql.params.extend(params![limit, offset]);
    tx.search(sql).await?.iter().map(read_order).collect()
}

/// How many there are, counted no further than `at_most`.
pub(crate) async fn unpaid_count(
    tx: &mut Tx,
    tenant: TenantId,
    modules: &BTreeSet<Name>,
    today: chrono::NaiveDate,
    at_most: u64,
) -> Result<u64, Fault> {
    let Some(parts) = unpaid(tenant, modules, today, "due_date, number", at_most) else { return Ok(0) };
    let found = tx.search(Sql { text: format!("SELECT count(*) FROM ({}) unpaid", parts.text), params: parts.params }).await?;
    Ok(found.first().map_or(Ok(0), |row| row.count(0))?.min(at_most))
}

fn read_order(row: &Row) -> Result<Order, Fault> {
    let status: String = row.get(10)?;
    Ok(Order {
        order: NewOrder {
            number: row.get(0)?,
            module: row.name(1)?,
            service: row.get(2)?,
            customer: row.get::<Option<uuid::Uuid>>(3)?.map(SubjectId),
            lines: row.json(4)?,
            due: read_date(row.get(5)?)?,
            expires: read_date(row.get(6)?)?,
            partial: row.get(7)?,
            advance: row.get(8)?,
            reason: row.get(9)?,
        },
        status: OrderStatus::from_code(&status).ok_or_else(|| Fault::corrupt("the status of an order"))?,
        due: Money(row.get(11)?),
        paid: Money(row.get(12)?),
    })
}

/// What fell upon the lines of an order so far, less what was given back.
async fn fallen(tx: &mut Tx, tenant: TenantId, order: &Order) -> Result<ByLine, Fault> {
    let number = order.order.number.as_str();
    let mut out = ByLine::new();
    // Most orders are paid once.
    if order.paid == Money(0) && order.status == OrderStatus::Active {
        return Ok(out);
    }
    out.extend(payments(tx, tenant, number).await?.into_iter().flat_map(|payment| payment.lines));
    for refund in refunds::refunds(tx, tenant, number).await?.into_iter().filter(|refund| refund.told.is_some()) {
        out.extend(refund.lines.into_iter().map(|(line, part)| (line, Money(-part.0))));
    }
    Ok(out)
}

pub(crate) const PAYMENT: &str = "SELECT id, number, amount, paid_at, lines FROM payments WHERE tenant = ?";

pub(crate) fn payment(row: &Row) -> Result<Payment, Fault> {
    let (amount, paid_at) = (Money(row.get(2)?), Instant(row.get(3)?));
    Ok(Payment { id: row.get(0)?, number: row.get(1)?, amount, paid_at, lines: row.json(4)? })
}

/// An order's payments, oldest first.
pub(crate) async fn payments(tx: &mut Tx, tenant: TenantId, number: &str) -> Result<Vec<Payment>, Fault> {
    let sql = format!("{PAYMENT} AND number = ? ORDER BY paid_at, id");
    tx.rows(&sql, params![tenant.0, number]).await?.iter().map(payment).collect()
}

/// Payments between two moments, oldest first.
pub(crate) fn between() -> String {
    format!("{PAYMENT} AND paid_at >= ? AND paid_at < ? ORDER BY paid_at, id")
}

/// What was quoted and is paid was owed: the order's amount grows by it, and falls when it is given back.
pub(crate) async fn owe_more(tx: &mut Tx, tenant: TenantId, order: Order, more: Money) -> Result<Order, Fault> {
    if more == Money(0) {
        return Ok(order);
    }
    let due = Money(order.due.0.saturating_add(more.0));
    let sql = "UPDATE orders SET due = ? WHERE tenant = ? AND number = ?";
    tx.execute(sql, params![due.0, tenant.0, order.order.number.as_str()]).await?;
    Ok(Order { due, ..order })
}

/// Records a payment, whatever the order's status: the money is taken already. `at` is when it was told.
pub(crate) async fn record(tx: &mut Tx, tenant: TenantId, confirmation: &Confirmation, at: Instant) -> Result<Recorded, Fault> {
    let known = tx.row(&format!("{PAYMENT} AND id = ?"), params![tenant.0, confirmation.payment.as_str()]).await?;
    if let Some(known) = known.as_ref().map(payment).transpose()? {
        let same = known.number == confirmation.number && known.amount == confirmation.amount;
        return Ok(if same { Recorded::Again } else { Recorded::Contradiction });
    }
    let Some(order) = order(tx, tenant, &confirmation.number).await? else { return Ok(Recorded::UnknownOrder) };
    if confirmation.amount.0 <= 0 {
        // No such payment can belong to the order.
        return Ok(Recorded::Contradiction);
    }
    let own = order.order.lines.clone();
    let payment = Payment {
        id: confirmation.payment.clone(),
        number: confirmation.number.clone(),
        amount: confirmation.amount,
        paid_at: confirmation.paid_at,
        lines: confirmation.falls_on(&order.order.lines, &fallen(tx, tenant, &order).await?),
    };
    let sql = "INSERT INTO payments (tenant, id, number, amount, paid_at, lines) VALUES (?, ?, ?, ?, ?, ?)";
    let (id, number) = (payment.id.as_str(), payment.number.as_str());
    tx.execute(sql, params![tenant.0, id, number, payment.amount.0, payment.paid_at.0, json(&payment.lines)?]).await?;
    let order = owe_more(tx, tenant, order, quoted(&own, &payment.lines)).await?;
    refunds::settle(tx, tenant, &order, Money(order.paid.0.saturating_add(confirmation.amount.0))).await?;
    let item = InboxItem {
        id: InboxId::fresh(),
        module: order.order.module,
        kind: "mpay.paid".to_owned(),
        payload: json(&payment)?,
        received_at: at,
        attempts: 0,
        state: InboxState::Waiting,
    };
    inbox::put(tx, tenant, &[item]).await?;
    Ok(Recorded::New)
}
