//! What is kept in memory never outlives a change: the very next request knows of it.

use crate::town::{CLERK, COLLECTOR, MODULE, NEIGHBOUR, Town, name};
use vatra_core::call::Official;
use vatra_core::ids::SubjectId;
use vatra_server::app::By;

const ACCOUNTS: &str = "/sculeni/tax-collector/accounts";

fn official(handle: &str, idnp: &str, roles: &[&str]) -> Official {
    let roles = roles.iter().map(|role| name(role)).collect();
    Official { person: SubjectId::fresh(), handle: name(handle), name: "Ana Perceptor".into(), idnp: idnp.into(), roles }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_taken_away_closes_the_next_page() {
    let town = Town::new().await;
    let sculeni = town.tenant("sculeni").await;
    let mut browser = town.signed_in(COLLECTOR).await;
    assert_eq!(browser.get(ACCOUNTS).await.status, 200);
    town.app.put_official(&sculeni, &official("perceptor", COLLECTOR, &["secretary"]), By::OPERATOR).await.unwrap();
    assert_eq!(browser.get(ACCOUNTS).await.status, 403, "the role is gone");
    town.app.put_official(&sculeni, &official("perceptor", COLLECTOR, &["tax-collector"]), By::OPERATOR).await.unwrap();
    assert_eq!(browser.get(ACCOUNTS).await.status, 200);
    // Somebody else takes the place over: the municipality no longer exists for whoever held it.
    town.app.put_official(&sculeni, &official("perceptor", "2001000000077", &["tax-collector"]), By::OPERATOR).await.unwrap();
    assert_eq!(browser.get(ACCOUNTS).await.status, 404, "no official any more");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_given_opens_the_next_page_and_no_other_town_s() {
    let town = Town::new().await;
    let sculeni = town.tenant("sculeni").await;
    let mut clerk = town.signed_in(CLERK).await;
    assert_eq!(clerk.get(ACCOUNTS).await.status, 403);
    let mut neighbour = town.signed_in(NEIGHBOUR).await;
    assert_eq!(neighbour.get("/lozova").await.status, 200);
    assert_eq!(neighbour.get(ACCOUNTS).await.status, 404);
    town.app.put_official(&sculeni, &official("secretar", CLERK, &["tax-collector"]), By::OPERATOR).await.unwrap();
    let page = clerk.get(ACCOUNTS).await;
    assert_eq!(page.status, 200);
    assert!(page.text(".vatra-header__reader").contains("Perceptor"), "the header says the new role: {}", page.body);
    assert_eq!(neighbour.get(ACCOUNTS).await.status, 404, "a neighbour stays one");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_module_disabled_is_gone_at_the_next_request() {
    let town = Town::new().await;
    let sculeni = town.tenant("sculeni").await;
    let mut browser = town.signed_in(COLLECTOR).await;
    assert_eq!(browser.get(ACCOUNTS).await.status, 200);
    assert!(browser.get("/sculeni").await.body.contains("/sculeni/tax-collector"));
    town.app.set_enabled(&sculeni, &name(MODULE), false, By::OPERATOR).await.unwrap();
    assert_eq!(browser.get(ACCOUNTS).await.status, 404);
    assert!(!browser.get("/sculeni").await.body.contains("/sculeni/tax-collector"));
    town.app.set_enabled(&sculeni, &name(MODULE), true, By::OPERATOR).await.unwrap();
    assert_eq!(browser.get(ACCOUNTS).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_in_use_elsewhere_ends_with_the_sign_out() {
    let town = Town::new().await;
    let mut browser = town.signed_in(COLLECTOR).await;
    let mut other = town.browser();
    other.cookies = browser.cookies.clone();
    assert_eq!([browser.get(ACCOUNTS).await.status, other.get(ACCOUNTS).await.status], [200, 200]);
    browser.post("/signout", &[]).await;
    assert_eq!(other.get(ACCOUNTS).await.status, 401);
}
