//! Two locks, parameter by parameter: what the grant does not cover is denied, before any effect, and audited.

use anyhow::{Result, anyhow};
use vatra_core::audit::AuditKind;
use vatra_core::store::AuditFilter;
use vatra_hosting_tests::House;

async fn verdict(house: &House, attempt: &str, token: &str) -> Result<String> {
    let told = house.report(&house.sculeni, "forger", "forge", &[("attempt", attempt), ("token", token)], None).await?;
    Ok(told.get("verdict").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned())
}

#[tokio::test]
async fn an_order_stays_within_the_grant() -> Result<()> {
    let house = House::open().await?;
    house.install(&house.sculeni, "forger").await?;
    for (attempt, expected) in [
        ("good-order", "ok"),
        ("iban-as-account", "denied mpay accounts MD24AG000225100013104168"),
        ("other-account", "denied mpay accounts other-account"),
        ("other-service", "denied mpay services other-service"),
        ("over-ceiling", "denied mpay ceiling 10001"),
        ("over-ceiling-in-lines", "denied mpay ceiling 12000"),
        ("negative-amount", "invalid amount not-positive"),
        ("wrapping-amount", "invalid lines range"),
    ] {
        assert_eq!(verdict(&house, attempt, "").await?, expected, "{attempt}");
    }
    let filter = AuditFilter { kinds: vec![AuditKind::Denial], limit: 100, ..AuditFilter::default() };
    let rows = house.app.audit(&house.sculeni, &filter).await?;
    assert_eq!(rows.len(), 5, "every denial is in the trail, once");
    for attempt in ["standing", "payments", "cancel"] {
        assert_eq!(verdict(&house, attempt, "9256000000000000").await?, "not-found", "{attempt}");
    }
    assert!(house.app.verify_audit(&house.sculeni).await?.faults.is_empty());
    Ok(())
}

#[tokio::test]
async fn a_revoked_capability_denies_everything_and_works_again_when_restored() -> Result<()> {
    let house = House::open().await?;
    house.install(&house.sculeni, "forger").await?;
    assert_eq!(verdict(&house, "good-order", "").await?, "ok");
    house.set_revoked(&house.sculeni, "forger", "mpay", true).await?;
    for attempt in ["good-order", "standing", "payments", "cancel"] {
        assert_eq!(verdict(&house, attempt, "1").await?, "denied mpay revoked ", "{attempt}");
    }
    // The rest of the module goes on.
    assert!(verdict(&house, "wrong-type", "").await?.starts_with("invalid"));
    house.set_revoked(&house.sculeni, "forger", "mpay", false).await?;
    assert_eq!(verdict(&house, "good-order", "").await?, "ok");
    house.set_revoked(&house.sculeni, "forger", "registers", true).await?;
    assert_eq!(verdict(&house, "wrong-type", "").await?, "denied registers revoked ");
    Ok(())
}

#[tokio::test]
async fn a_grant_ends_with_its_last_day() -> Result<()> {
    let house = House::open().await?;
    let module = house.install(&house.sculeni, "forger").await?;
    let mpay = vatra_core::ids::Name::new("mpay")?;
    let mut change = vatra_server::app::GrantChange { until: Some("2026-10-01".parse()?), ..Default::default() };
    change.settings.insert("account.local-budget".into(), "MD38TRPBAA113110A01234AA".into());
    house.app.grant(&house.sculeni, &module, &mpay, change, vatra_server::app::By::OPERATOR).await?;
    assert_eq!(verdict(&house, "good-order", "").await?, "ok");
    house.clock.set(vatra_hosting_tests::NOON.plus_seconds(13 * 3_600));
    assert_eq!(verdict(&house, "good-order", "").await?, "denied mpay expired ");
    Ok(())
}

#[tokio::test]
async fn a_person_without_the_role_is_refused_and_audited() -> Result<()> {
    let house = House::open().await?;
    house.install(&house.sculeni, "forger").await?;
    let mut other = house.app.official(&house.sculeni, "ana").await?;
    other.roles.retain(|role| role.as_str() != "tester");
    house.app.put_official(&house.sculeni, &other, vatra_server::app::By::OPERATOR).await?;
    let refused = [
        house.show(&house.sculeni, "forger", "home", &[]).await?.err(),
        house.act(&house.sculeni, "forger", "forge", &[("attempt", "good-order")], None).await?.err(),
    ];
    for error in refused {
        let words = error.ok_or_else(|| anyhow!("it was allowed"))?.to_string();
        assert_eq!(words, "denied: role role tester");
    }
    let filter = AuditFilter { kinds: vec![AuditKind::Denial], limit: 10, ..AuditFilter::default() };
    assert_eq!(house.app.audit(&house.sculeni, &filter).await?.len(), 2);
    Ok(())
}

#[tokio::test]
async fn another_municipality_s_module_does_not_exist() -> Result<()> {
    let house = House::open().await?;
    house.install(&house.sculeni, "echo").await?;
    assert!(house.show(&house.sculeni, "echo", "home", &[]).await?.is_ok());
    let elsewhere = house.show(&house.lozova, "echo", "home", &[]).await?.err().map(|error| error.to_string());
    assert_eq!(elsewhere.as_deref(), Some("not found: module echo"));
    Ok(())
}
