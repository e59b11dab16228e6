//! What is owed on an order when somebody pays it: its module is asked, and the order stands as it was made when the module cannot say.

use anyhow::{Result, anyhow};
use async_trait::async_trait;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use vatra_core::audit::AuditKind;
use vatra_core::providers::{Confirmation, Invoices, OrderDesk, OrderDetails, Paper, ProviderError};
use vatra_core::store::AuditFilter;
use vatra_core::value::Money;
use vatra_core::view::OrderStatus;
use vatra_hosting_tests::{House, NOON};
use vatra_server::app::Desk;

async fn order(house: &House, lei: &str) -> Result<String> {
    let told = house.report(&house.sculeni, "quoter", "order", &[("amount", lei)], None).await?;
    told.get("number").and_then(serde_json::Value::as_str).map(ToOwned::to_owned).ok_or_else(|| anyhow!("no number"))
}

fn owed(details: &OrderDetails) -> (i64, i64, Vec<(&str, i64)>) {
    let told: i64 = details.lines.iter().map(|line| line.amount.0).sum();
    assert_eq!(told, details.due.0 - details.paid.0, "the lines are what is to be paid now");
    let lines = details.lines.iter().map(|line| (line.id.as_str(), line.amount.0)).collect();
    (details.due.0, details.paid.0, lines)
}

async fn rows(house: &House, kind: AuditKind) -> Result<usize> {
    let filter = AuditFilter { kinds: vec![kind], limit: 100, ..AuditFilter::default() };
    Ok(house.app.audit(&house.sculeni, &filter).await?.len())
}

#[tokio::test]
async fn what_is_owed_is_asked_when_somebody_pays() -> Result<()> {
    let house = House::open().await?;
    house.install(&house.sculeni, "quoter").await?;
    let desk = Desk(house.app.clone());
    let number = order(&house, "100,00").await?;
    // The first day of October.
    assert_eq!(owed(&desk.order_details(&number).await?), (10_100, 0, vec![("tax", 10_000), ("penalty", 100)]));
    let part = Confirmation { payment: "p-1".into(), number: number.clone(), amount: Money(4_000), paid_at: NOON, lines: vec![] };
    desk.confirm(part).await?;
    house.clock.set(NOON.plus_seconds(2 * 86_400));
    let details = desk.order_details(&number).await?;
    assert_eq!(owed(&details), (10_300, 4_000, vec![("tax", 6_000), ("penalty", 300)]), "two days later, a part paid");
    assert_eq!(details.status, OrderStatus::PartiallyPaid);
    assert_eq!(owed(&desk.order_details(&order(&house, "500,00").await?).await?), (0, 0, vec![]), "nothing is owed any more");
    Ok(())
}

#[tokio::test]
async fn an_order_stands_as_it_was_made_when_its_module_cannot_say() -> Result<()> {
    let house = House::open().await?;
    house.install(&house.sculeni, "quoter").await?;
    let desk = Desk(house.app.clone());
    let mut asked = Vec::new();
    for lei in ["200", "300", "400"] {
        asked.push((order(&house, lei).await?, lei.parse::<i64>()? * 100));
    }
    for (number, due) in &asked {
        assert_eq!(owed(&desk.order_details(number).await?), (*due, 0, vec![("tax", *due)]));
    }
    assert_eq!(rows(&house, AuditKind::Denial).await?, 1, "the account that nobody granted");
    assert_eq!(rows(&house, AuditKind::Stopped).await?, 1, "the answer that never came");
    let first = order(&house, "100").await?;
    house.set_revoked(&house.sculeni, "quoter", "mpay", true).await?;
    desk.confirm(Confirmation { payment: "p-1".into(), number: first.clone(), amount: Money(2_500), paid_at: NOON, lines: vec![] }).await?;
    assert_eq!(owed(&desk.order_details(&first).await?), (10_000, 2_500, vec![("tax", 7_500)]), "whoever owes may pay all the same");
    Ok(())
}

/// MPay's invoices, as far as a host needs to see of them: it says which were asked for, and fails when it is told to.
#[derive(Default)]
struct Paperwork {
    asked: Mutex<Vec<(String, String, Paper)>>,
    down: AtomicBool,
}

#[async_trait]
impl Invoices for Paperwork {
    async fn of_order(&self, _: &str, _: &str) -> Result<Vec<String>, ProviderError> {
        Ok(Vec::new())
    }
    async fn pdf(&self, service: &str, number: &str, paper: Paper) -> Result<Option<Vec<u8>>, ProviderError> {
        if self.down.load(Ordering::Relaxed) {
            return Err(ProviderError::Unavailable { service: "MPay", cause: "a test".into() });
        }
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).push((service.into(), number.into(), paper));
        Ok(Some(format!("%PDF-1.7 {number}").into_bytes()))
    }
}

#[tokio::test]
async fn an_order_is_had_on_paper_as_a_document_of_its_module() -> Result<()> {
    let house = House::open().await?;
    house.install(&house.sculeni, "quoter").await?;
    let invoice = async |tenant, number: &str| house.act(tenant, "quoter", "invoice", &[("number", number)], None).await;
    let told = async |number: &str| -> Result<String> {
        let report = house.report(&house.sculeni, "quoter", "invoice", &[("number", number)], None).await?;
        Ok(report.get("told").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned())
    };
    let number = order(&house, "100").await?;
    assert_eq!(told(&number).await?, "unavailable mpay", "a host without MPay's API");
    let paperwork = Arc::new(Paperwork::default());
    house.app.runtime.offer_invoices(paperwork.clone());
    let id = told(&number).await?;
    let document = house.app.store.snapshot(house.sculeni.id).await?.document(id.parse()?).await?.ok_or_else(|| anyhow!("it is kept"))?;
    assert_eq!((document.kind.as_str(), document.name), ("mpay-invoice", format!("nota-de-plata-{number}.pdf")));
    let asked = paperwork.asked.lock().unwrap_or_else(PoisonError::into_inner).clone();
    assert_eq!(asked, [("fees".to_owned(), number.clone(), Paper::A5)]);
    house.install(&house.lozova, "quoter").await?;
    let elsewhere = invoice(&house.lozova, &number).await?;
    assert!(matches!(elsewhere, Ok(ref acted) if acted.report["told"] == "not-found"), "another municipality's order does not exist");
    paperwork.down.store(true, Ordering::Relaxed);
    assert_eq!(told(&number).await?, "unavailable mpay");
    Ok(())
}
