//! The municipality's officials, as its administrator keeps them; and the trail, as it is read and taken away.

use crate::town::{ADMINISTRATOR, COLLECTOR, Town};

const OFFICIALS: &str = "/sculeni/admin/officials";
const NEW: &str = "2001000000077";

#[tokio::test(flavor = "multi_thread")]
async fn an_official_is_added_given_other_roles_and_removed() {
    let town = Town::new().await;
    let mut admin = town.signed_in(ADMINISTRATOR).await;
    for (fields, error) in [
        (vec![("name", "Rusu Ana"), ("idnp", NEW)], "Alegeți cel puțin un rol"),
        (vec![("name", ""), ("idnp", NEW), ("role", "tax-collector")], "#name"),
        (vec![("name", "Rusu Ana"), ("idnp", "20010000000"), ("role", "tax-collector")], "#idnp"),
        (vec![("name", "Rusu Ana"), ("idnp", COLLECTOR), ("role", "tax-collector")], "este deja în listă"),
        (vec![("name", "Rusu Ana"), ("idnp", NEW), ("role", "no-such-role")], "Alegeți cel puțin un rol"),
    ] {
        let wrong = admin.post(OFFICIALS, &fields).await;
        assert!(wrong.status == 422 && wrong.body.contains(error), "{error}: {}", wrong.body);
    }
    let done = admin.post(OFFICIALS, &[("name", "RUSU  Ana"), ("idnp", NEW), ("role", "tax-collector")]).await;
    assert_eq!((done.status, done.location()), (303, OFFICIALS), "{}", done.body);
    let mut ana = town.signed_in(NEW).await;
    assert_eq!(ana.get("/sculeni/tax-collector/accounts").await.status, 200);
    assert_eq!(ana.get(OFFICIALS).await.status, 403);

    let one = format!("{OFFICIALS}/rusu-ana");
    let page = admin.get(&one).await;
    assert_eq!((page.status, page.text("h1")), (200, "RUSU Ana".to_owned()), "{}", page.body);
    assert_eq!(admin.post(&one, &[("role", "administrator")]).await.status, 303);
    assert_eq!(
        (ana.get(OFFICIALS).await.status, ana.get("/sculeni/tax-collector/accounts").await.status),
        (200, 403),
        "from the next page on"
    );
    assert_eq!(admin.post(&one, &[("remove", "yes")]).await.status, 303);
    assert_eq!(ana.get("/sculeni").await.status, 404, "the session is there, the office is not");
    assert_eq!(admin.get(&one).await.status, 404);
    assert_eq!(town.trail("sculeni", 2).await.first().unwrap().1, "official-drop");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_administrator_stays_one() {
    let town = Town::new().await;
    let mut admin = town.signed_in(ADMINISTRATOR).await;
    let tenant = town.tenant("sculeni").await;
    let all = town.app.store.officials(tenant.id).await.unwrap();
    let administrators: Vec<_> = all.iter().filter(|official| official.roles.contains("administrator")).collect();
    for other in administrators.iter().filter(|official| official.idnp != ADMINISTRATOR) {
        assert_eq!(admin.post(&format!("{OFFICIALS}/{}", other.handle), &[("remove", "yes")]).await.status, 303);
    }
    let own = administrators.iter().find(|official| official.idnp == ADMINISTRATOR).unwrap();
    for fields in [[("role", "tax-collector")], [("remove", "yes")]] {
        let refused = admin.post(&format!("{OFFICIALS}/{}", own.handle), &fields).await;
        assert!(refused.status == 422 && refused.body.contains("singurul administrator"), "{}", refused.body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_trail_is_filtered_and_taken_away_with_a_row_about_it() {
    let town = Town::new().await;
    let mut admin = town.signed_in(ADMINISTRATOR).await;
    admin.post(OFFICIALS, &[("name", "=cmd|' /C calc'!A0"), ("idnp", NEW), ("role", "tax-collector")]).await;
    let mut ana = town.signed_in(NEW).await;
    assert_eq!(ana.get("/sculeni/tax-collector/accounts").await.status, 200);
    assert_eq!(ana.get(OFFICIALS).await.status, 403);
    let tenant = town.tenant("sculeni").await;
    let all = town.app.store.officials(tenant.id).await.unwrap();
    let person = all.iter().find(|official| official.idnp == NEW).unwrap().person;
    let rows = |body: &str| body.matches("<tr").count();
    let every = admin.get("/sculeni/admin/audit").await;
    let hers = admin.get(&format!("/sculeni/admin/audit?who={person}&kind=denial")).await;
    assert!(rows(&hers.body) > 1 && rows(&hers.body) < rows(&every.body), "{}", hers.body);
    for nothing in ["from=2030-01-01", "until=2020-01-01", "module=no-module"] {
        let found = admin.get(&format!("/sculeni/admin/audit?{nothing}")).await;
        assert!(found.status == 200 && found.body.contains("Nicio înscriere"), "{nothing}");
    }
    let file = admin.get(&format!("/sculeni/admin/audit?who={person}&export=csv")).await;
    assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
    assert!(file.header("content-disposition").starts_with("attachment; filename=\"sculeni-audit-"));
    assert!(file.body.contains("\"'=") || file.body.contains(";'="), "a name that spreadsheets would calculate is disarmed: {}", file.body);
    assert_eq!(town.trail("sculeni", 1).await, [("export".to_owned(), "audit".to_owned())]);
}
