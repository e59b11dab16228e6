//! What MPay is told of an order, in the order of the contract's table: .NET passes over, without a word, what stands elsewhere.

use super::{Fault, NAMESPACE};
use vatra_core::ident::treasury_bank;
use vatra_core::providers::{CustomerKind, OrderDetails, OrderProperty};
use vatra_core::unit::OrderLine;
use vatra_core::value::Money;
use vatra_core::view::OrderStatus;
use vatra_xmlsec::xml::Writer;

/// The answer to GetOrderDetails.
///
/// # Errors
/// InternalError when an account is not the treasury's: no tax goes anywhere else, whatever a grant says.
pub(super) fn order(order: &OrderDetails) -> Result<String, Fault> {
    let mut out = Writer::new();
    out.start_element("GetOrderDetailsResponse", &[("xmlns", NAMESPACE)]);
    out.start_element("GetOrderDetailsResult", &[]);
    out.start_element("OrderDetails", &[]);
    truth(&mut out, "AllowAdvancePayments", order.advance);
    truth(&mut out, "AllowPartialPayments", order.partial);
    text(&mut out, "Currency", "MDL", 3);
    if let Some(id) = &order.facts.customer_id {
        text(&mut out, "CustomerID", id, 13);
    }
    text(&mut out, "CustomerName", &order.customer, 60);
    let kind = match order.facts.customer_kind {
        CustomerKind::Unspecified => "Unspecified",
        CustomerKind::Person => "Person",
        CustomerKind::Organization => "Organization",
    };
    text(&mut out, "CustomerType", kind, 12);
    if let Some(date) = order.due_date {
        text(&mut out, "DueDate", &date.format("%Y-%m-%dT23:59:59").to_string(), 19);
    }
    if let Some(moment) = order.facts.issued_at {
        text(&mut out, "IssuedAt", &moment.local_xsd(), 19);
    }
    out.start_element("Lines", &[]);
    for each in &order.lines {
        line(&mut out, order, each)?;
    }
    out.end_element("Lines");
    text(&mut out, "OrderKey", &order.number, 36);
    properties(&mut out, &order.facts.properties);
    text(&mut out, "Reason", &order.reason, 50);
    text(&mut out, "ServiceID", &order.service, 36);
    text(&mut out, "Status", status(order.status), 16);
    text(&mut out, "TotalAmountDue", &still_due(order).decimal(), 20);
    out.end_element("OrderDetails");
    out.end_element("GetOrderDetailsResult");
    out.end_element("GetOrderDetailsResponse");
    Ok(out.into_string())
}

/// What is left to pay.
fn still_due(order: &OrderDetails) -> Money {
    Money(order.due.0.saturating_sub(order.paid.0).max(0))
}

fn line(out: &mut Writer, order: &OrderDetails, line: &OrderLine) -> Result<(), Fault> {
    let bank = treasury_bank(&line.iban).ok_or_else(|| Fault::new("InternalError", "an account of the order is not the treasury's"))?;
    out.start_element("OrderLine", &[]);
    truth(out, "AllowAdvancePayments", order.advance);
    truth(out, "AllowPartialPayments", order.partial);
    text(out, "AmountDue", &line.amount.decimal(), 20);
    out.start_element("DestinationAccount", &[]);
    text(out, "BankAccount", &line.iban, 24);
    text(out, "BankCode", bank, 20);
    text(out, "BankFiscalCode", order.facts.beneficiary_idno.as_deref().unwrap_or_default(), 20);
    text(out, "BeneficiaryName", &order.beneficiary, 60);
    out.end_element("DestinationAccount");
    text(out, "LineID", &line.id, 36);
    text(out, "Reason", &line.reason, 50);
    out.end_element("OrderLine");
    Ok(())
}

fn properties(out: &mut Writer, all: &[OrderProperty]) {
    if all.is_empty() {
        return;
    }
    out.start_element("Properties", &[]);
    for property in all {
        out.start_element("OrderProperty", &[]);
        text(out, "DisplayName", &property.display_name, 36);
        truth(out, "IsVisible", property.visible);
        truth(out, "Modifiable", property.modifiable);
        text(out, "Name", &property.name, 36);
        truth(out, "Required", property.required);
        text(out, "Type", if property.kind.is_empty() { "string" } else { &property.kind }, 36);
        text(out, "Value", &property.value, 255);
        out.end_element("OrderProperty");
    }
    out.end_element("Properties");
}

/// The contract's name of a status.
fn status(status: OrderStatus) -> &'static str {
    match status {
        OrderStatus::Active => "Active",
        OrderStatus::PartiallyPaid => "PartiallyPaid",
        OrderStatus::Paid => "Paid",
        OrderStatus::Completed => "Completed",
        OrderStatus::Expired => "Expired",
        OrderStatus::Cancelled => "Cancelled",
        OrderStatus::Refunding => "Refunding",
        OrderStatus::Refunded => "Refunded",
    }
}

fn truth(out: &mut Writer, name: &str, value: bool) {
    text(out, name, if value { "true" } else { "false" }, 5);
}

/// An element with at most so many characters of text, without those that XML does not have.
fn text(out: &mut Writer, name: &str, content: &str, most: usize) {
    let content: String =
        content.chars().filter(|letter| !letter.is_control() && !matches!(letter, '\u{fffe}' | '\u{ffff}')).take(most).collect();
    out.start_element(name, &[]);
    out.text(&content);
    out.end_element(name);
}
