//! What MPay's API of invoices must do.

use super::{Broken, holds};
use vatra_core::providers::{Invoices, Paper, ProviderError};

fn answered<T>(told: Result<T, ProviderError>, question: &str) -> Result<T, Broken> {
    told.map_err(|error| Broken(format!("{question} is answered, not: {error}")))
}

/// Everything, about an order of this service that can be paid, and a number that no order has.
///
/// # Errors
/// [`Broken`], with the first sentence that does not hold.
pub async fn invoices<I: Invoices + ?Sized>(client: &I, service: &str, number: &str, unknown: &str) -> Result<(), Broken> {
    let known = answered(client.of_order(service, number).await, "which invoices an order has")?;
    holds(!known.is_empty(), "an order that can be paid has an invoice")?;
    holds(answered(client.of_order(service, number).await, "the same again")? == known, "asking twice makes no second invoice")?;
    holds(answered(client.of_order(service, unknown).await, "an unknown order")?.is_empty(), "an unknown order has none")?;
    let mut made = Vec::new();
    for paper in [Paper::A4, Paper::A5] {
        let pdf = answered(client.pdf(service, number, paper).await, "an invoice to print")?;
        holds(pdf.as_ref().is_some_and(|pdf| pdf.starts_with(b"%PDF-")), "an invoice is a PDF")?;
        made.push(pdf);
    }
    holds(made.first() != made.last(), "A5 is not A4")?;
    let none = answered(client.pdf(service, unknown, Paper::A4).await, "the invoice of an unknown order")?;
    holds(none.is_none(), "an unknown order has no invoice to print")
}
