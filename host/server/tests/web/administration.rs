//! The administrator's pages.

use crate::town::{ADMINISTRATOR, COLLECTOR, ROLL, Town};

const MODULE: &str = "/sculeni/admin/modules/tax-collector";

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_is_revoked_and_restored() {
    let town = Town::new().await;
    let mut admin = town.signed_in(ADMINISTRATOR).await;
    let page = admin.get(MODULE).await;
    assert_eq!(page.status, 200, "{}", page.body);
    let revoke = format!("{MODULE}/grants/registers/revoke");
    let restore = format!("{MODULE}/grants/registers/restore");
    assert!(!page.hidden(&revoke).is_empty() && page.hidden(&restore).is_empty());

    let done = admin.post(&revoke, &[("reason", "Decizia nr. 5")]).await;
    assert_eq!((done.status, done.location()), (303, MODULE), "{}", done.body);
    let page = admin.get(MODULE).await;
    assert!(page.body.contains("Permisiunea a fost retrasă"), "{}", page.body);
    assert!(page.hidden(&revoke).is_empty() && !page.hidden(&restore).is_empty());
    assert_eq!(town.trail("sculeni", 1).await, [("grant".to_owned(), "revoke".to_owned())]);

    let mut collector = town.signed_in(COLLECTOR).await;
    let hidden = vec![("vatra-from".to_owned(), "import".to_owned())];
    let import = "/sculeni/tax-collector/actions/import-roll";
    let denied = collector.upload(import, &hidden, "roll", "rol.csv", ROLL.as_bytes()).await;
    assert_eq!(denied.status, 403, "{}", denied.body);
    assert!(denied.body.contains("administrator"), "it says who can restore it: {}", denied.body);
    let trail = town.trail("sculeni", 10).await;
    assert!(trail.iter().any(|(kind, what)| kind == "denial" && what == "registers"), "{trail:?}");
    assert!(!trail.iter().any(|(kind, _)| kind == "action-kept"), "{trail:?}");

    assert_eq!(admin.post(&restore, &[]).await.status, 303);
    let again = collector.upload(import, &hidden, "roll", "rol.csv", ROLL.as_bytes()).await;
    assert!(matches!(again.status, 200 | 303), "without a restart: {}", again.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stale_form_does_not_replace_a_grant() {
    let town = Town::new().await;
    let mut admin = town.signed_in(ADMINISTRATOR).await;
    let tenant = town.tenant("sculeni").await;
    let grants = || async { town.app.store.grants(tenant.id, &crate::town::name("tax-collector")).await.unwrap() };
    let before = grants().await;
    assert!(before.iter().any(|grant| !grant.settings.is_empty()));
    assert_eq!(admin.post(&format!("{MODULE}/grants/mpay/grant"), &[]).await.location(), MODULE);
    assert_eq!(grants().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_makes_no_sense_is_refused() {
    let town = Town::new().await;
    let mut admin = town.signed_in(ADMINISTRATOR).await;
    for address in [
        format!("{MODULE}/grants/mpay/destroy"),
        format!("{MODULE}/grants/no-capability/grant"),
        "/sculeni/admin/modules/no-module/grants/mpay/revoke".to_owned(),
    ] {
        assert_eq!(admin.post(&address, &[]).await.status, 404, "{address}");
    }
    assert_eq!(admin.get("/sculeni/admin/modules/no-module").await.status, 404);
    let long = "x".repeat(501);
    let answer = admin.post(&format!("{MODULE}/grants/mpay/revoke"), &[("reason", &long)]).await;
    assert_eq!(answer.status, 422);
    assert!(answer.text(".govuk-error-summary").contains("500"), "{}", answer.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_trail_is_read_filtered_paged_and_verified() {
    let town = Town::new().await;
    let mut admin = town.signed_in(ADMINISTRATOR).await;
    for _ in 0..55 {
        assert_eq!(admin.post("/sculeni/admin/inbox/tax-collector/wake", &[]).await.status, 404);
        let tenant = town.tenant("sculeni").await;
        town.app.session_row(&tenant, None, "sign-in").await.unwrap();
    }
    let first = admin.get("/sculeni/admin/audit?lang=en").await;
    assert_eq!(first.status, 200);
    assert_eq!(first.hidden("/sculeni/admin/audit"), [("verify".to_owned(), "1".to_owned())]);
    let older = first.body.split("before=").nth(1).and_then(|rest| rest.split(['"', '&']).next()).unwrap();
    let second = admin.get(&format!("/sculeni/admin/audit?before={older}")).await;
    assert!(second.body.contains("Module") && second.body.contains("tenant-add"), "{}", second.body);
    let filtered = admin.get("/sculeni/admin/audit?kind=grant").await;
    assert!(filtered.body.contains("Grant") && !filtered.body.contains("tenant-add"));
    let verified = admin.get("/sculeni/admin/audit?verify=1").await;
    assert!(verified.body.contains("The trail is unbroken"), "{}", verified.body);
    let odd = admin.get("/sculeni/admin/audit?kind=nonsense&before=-1").await;
    assert_eq!(odd.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_municipality_hides_the_portal_s_own_addresses() {
    let town = Town::new().await;
    let like = town.tenant("lozova").await;
    for (_, path) in vatra_server::web::route_list() {
        let Ok(slug) = vatra_core::ids::Name::new(path.split('/').nth(1).unwrap()) else { continue };
        let tenant = vatra_core::call::Tenant { id: vatra_core::ids::TenantId::fresh(), slug, ..like.clone() };
        let refused = town.app.add_tenant(&tenant, vatra_server::app::By::OPERATOR).await;
        assert!(matches!(refused, Err(vatra_server::app::AppError::Usage(_))), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_takes_the_treasury_account_that_goes_with_it() {
    let town = Town::new().await;
    let lozova = town.tenant("lozova").await;
    town.app.install(&lozova, &crate::town::package("tax-collector"), vatra_server::app::By::OPERATOR).await.unwrap();
    let mut admin = town.signed_in(crate::town::NEIGHBOUR).await;
    let page = "/lozova/admin/modules/tax-collector";
    let grant = format!("{page}/grants/mpay/grant");
    let input = "setting.account.local-budget";
    let shown = admin.get(page).await;
    assert!(shown.body.contains(&format!("name=\"{input}\"")), "{}", shown.body);
    // None, one that is none, one at a bank where no tax is paid.
    for (account, told) in [("", "Completați"), ("MD00", "trezorerial"), ("MD24AG000225100013104168", "trezorerial")] {
        let answer = admin.post(&grant, &[("reason", "Decizia nr. 7"), (input, account)]).await;
        assert_eq!(answer.status, 422, "{account}");
        assert!(answer.body.contains(told) && answer.body.contains("Decizia nr. 7"), "{account}: {}", answer.body);
    }
    let module = crate::town::name("tax-collector");
    assert!(town.app.store.grants(lozova.id, &module).await.unwrap().is_empty());
    // As people copy it.
    let iban = "MD38 TRPB AA11 3110 A012 34AA";
    assert_eq!(admin.post(&grant, &[("reason", "Decizia nr. 7"), (input, iban)]).await.location(), page);
    let grants = town.app.store.grants(lozova.id, &module).await.unwrap();
    let given = grants.first().and_then(|grant| grant.settings.get("account.local-budget")).map(String::as_str);
    assert_eq!(given, Some("MD38TRPBAA113110A01234AA"));
}
