//! The service provider's side of MPay: it asks about orders and tells of payments. A payment is durable before it is acknowledged,
//! whatever has become of the module or its grant.

use super::{App, By};
use async_trait::async_trait;
use serde_json::json;
use std::sync::Arc;
use vatra_core::audit::AuditKind;
use vatra_core::call::{Channel, Tenant};
use vatra_core::ids::Name;
use vatra_core::providers::{ByLine, Confirmation, CustomerKind, MPayFault, OrderDesk, OrderDetails, OrderFacts, still_due};
use vatra_core::store::{Order, Recorded, StoreError};
use vatra_core::unit::OrderLine;
use vatra_core::value::Money;
use vatra_core::view::OrderStatus;

/// Answers MPay for every municipality of this host.
pub struct Desk(pub Arc<App>);

impl Desk {
    async fn find(&self, number: &str) -> Result<(Tenant, Order), MPayFault> {
        let store = &self.0.store;
        let failed = |error: StoreError| {
            tracing::error!("MPay asked about an order: {error}");
            MPayFault::Internal
        };
        let home = store.home_of_order(number).await.map_err(failed)?.ok_or(MPayFault::UnknownOrder)?;
        let tenant = store.tenants().await.map_err(failed)?.into_iter().find(|tenant| tenant.id == home).ok_or(MPayFault::UnknownOrder)?;
        let order = store.snapshot(home).await.map_err(failed)?.any_order(number).await.map_err(failed)?.ok_or(MPayFault::UnknownOrder)?;
        Ok((tenant, order))
    }

    /// What fell upon the order's lines so far, less what was given back.
    async fn fallen(&self, tenant: &Tenant, order: &Order) -> Result<ByLine, StoreError> {
        let mut fallen = ByLine::new();
        if order.paid == Money(0) && order.status == OrderStatus::Active {
            return Ok(fallen);
        }
        let mut snapshot = self.0.store.snapshot(tenant.id).await?;
        for payment in snapshot.payments(&order.order.number).await? {
            fallen.extend(payment.lines);
        }
        for refund in snapshot.refunds(&order.order.number).await?.into_iter().filter(|refund| refund.told.is_some()) {
            fallen.extend(refund.lines.into_iter().map(|(line, part)| (line, Money(-part.0))));
        }
        Ok(fallen)
    }

    /// What the module says is owed now. An order is payable as it was made when its module cannot be asked.
    async fn owed_now(&self, tenant: &Tenant, module: &Name, number: &str) -> Option<Vec<OrderLine>> {
        match self.0.runtime.fairly(tenant.id, self.0.runtime.quote(tenant, module, number)).await {
            Ok(lines) => lines,
            Err(error) => {
                tracing::warn!(tenant = %tenant.slug, %module, "no quote, the order stands as it was made: {}", error.code());
                None
            }
        }
    }
}

#[async_trait]
impl OrderDesk for Desk {
    async fn order_details(&self, number: &str) -> Result<OrderDetails, MPayFault> {
        let (tenant, order) = self.find(number).await?;
        let (customer, customer_kind) = match order.order.customer {
            None => Default::default(),
            Some(id) => {
                let mut snapshot = self.0.store.snapshot(tenant.id).await.map_err(|_| MPayFault::Internal)?;
                let found = snapshot.subjects(&[id]).await.map_err(|_| MPayFault::Internal)?.into_iter().next();
                // Whoever types a number sees enough to recognise their own order, and no more.
                let told = found.map(|subject| match subject.company {
                    true => (subject.name, CustomerKind::Organization),
                    false => (initials(&subject.name), CustomerKind::Person),
                });
                told.unwrap_or_default()
            }
        };
        let status = order.status_on(self.0.clock.now().civil_date());
        let fallen = self.fallen(&tenant, &order).await.map_err(|error| {
            tracing::error!("MPay asked about an order whose payments cannot be read: {error}");
            MPayFault::Internal
        })?;
        let (mut due, mut lines) = (order.due, still_due(&order.order.lines, &fallen));
        if matches!(status, OrderStatus::Completed | OrderStatus::Refunding | OrderStatus::Refunded) {
            // What is given back is not asked for again.
            due = order.paid;
            lines.iter_mut().for_each(|line| line.amount = Money(0));
        }
        if matches!(status, OrderStatus::Active | OrderStatus::PartiallyPaid)
            && let Some(now) = self.owed_now(&tenant, &order.order.module, number).await
        {
            let owed = now.iter().try_fold(order.paid, |sum, line| sum.plus(line.amount));
            if let Some(owed) = owed.filter(|owed| owed.in_range()) {
                (due, lines) = (owed, now);
            }
        }
        let beneficiary_idno = Some(tenant.idno.clone()).filter(|idno| !idno.is_empty());
        Ok(OrderDetails {
            number: number.to_owned(),
            service: order.order.service.clone(),
            beneficiary: format!("Primăria {}", tenant.name),
            status,
            due,
            paid: order.paid,
            customer,
            reason: order.order.reason.clone(),
            due_date: order.order.due,
            expires: order.order.expires,
            partial: order.order.partial,
            advance: order.order.advance,
            lines,
            facts: OrderFacts { customer_kind, beneficiary_idno, ..OrderFacts::default() },
        })
    }

    async fn confirm(&self, confirmation: Confirmation) -> Result<(), MPayFault> {
        if confirmation.amount <= Money(0)
            || !confirmation.amount.in_range()
            || confirmation.payment.is_empty()
            || confirmation.payment.len() > 36
        {
            return Err(MPayFault::InvalidParameter);
        }
        let (tenant, order) = self.find(&confirmation.number).await?;
        let by = By { person: None, channel: Channel::Event };
        let detail = json!({ "payment": confirmation.payment, "order": confirmation.number, "bani": confirmation.amount.0 });
        let mut row = self.0.row(by, AuditKind::Received, Some(&order.order.module), "mpay.paid", &detail);
        row.about = order.order.customer.into_iter().collect();
        match self.0.store.record_payment(tenant.id, &confirmation, row).await {
            Ok(Recorded::New | Recorded::Again) => {
                self.0.arrived.notify_one();
                Ok(())
            }
            Ok(Recorded::UnknownOrder) => Err(MPayFault::UnknownOrder),
            Ok(Recorded::Contradiction) => Err(MPayFault::InvalidParameter),
            Err(error) => {
                tracing::error!("a payment could not be recorded, MPay tries again: {error}");
                Err(MPayFault::Internal)
            }
        }
    }
}

fn initials(name: &str) -> String {
    name.split_whitespace().filter_map(|word| word.chars().next()).map(|letter| format!("{letter}.")).collect::<Vec<_>>().join(" ")
}
