//! The administrator's pages.

use crate::town::{ADMINISTRATOR, COLLECTOR, ROLL, Town};
use vatra_core::value::{Fields, Value};

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
    assert!(second.body.contains("Module") && second.body.contains("municipality added"), "{}", second.body);
    let filtered = admin.get("/sculeni/admin/audit?kind=grant").await;
    assert!(filtered.body.contains("Grant") && !filtered.body.contains("municipality added"));
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
    assert!(shown.body.contains(&format!("name=\"{input}\"")) && shown.body.contains("Conturile trezoreriale"), "{}", shown.body);
    const TAXES: &str = "MD38TRPBAA113110A01234AA";
    let refused = admin.post(&grant, &[("reason", "Decizia nr. 7"), (input, TAXES)]).await;
    assert_eq!(refused.status, 422, "the municipality has no account yet");
    assert!(refused.body.contains("nu se află printre conturile"), "{}", refused.body);

    let row = |name: &str, title: &str, iban: &str| {
        let values = [("name", Value::Text(name.into())), ("title", Value::Text(title.into())), ("iban", Value::Iban(iban.into()))];
        values.into_iter().map(|(field, value)| (field.to_owned(), value)).collect::<Fields>()
    };
    let rows = vec![row("fees", "Taxe <locale>", "MD24AG000225100013104168"), row("local-budget", "Bugetul local", TAXES)];
    let since = "2026-09-01".parse().unwrap();
    town.app.enact(&lozova, "accounts", since, rows, "", vatra_server::app::By::OPERATOR).await.unwrap();
    let shown = admin.get(page).await;
    assert_eq!(shown.text(&format!("select[name=\"{input}\"] option[selected]")), format!("Bugetul local · {TAXES}"));
    assert!(!shown.body.contains("Taxe <locale>"));
    // None, one that is none, one at a bank where no tax is paid, and a treasury account of somebody else.
    for (account, told) in [
        ("", "Completați"),
        ("MD00", "nu se află printre conturile"),
        ("MD24AG000225100013104168", "trezorerial"),
        ("MD75TRGAAA14511101030000", "nu se află printre conturile"),
    ] {
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
    assert!(admin.get(page).await.body.contains(&format!("Bugetul local · {TAXES}")));

    // What was granted stays, and is said to be none of theirs, when the settings forget it.
    town.app.enact(&lozova, "accounts", "2026-09-02".parse().unwrap(), vec![], "", vatra_server::app::By::OPERATOR).await.unwrap();
    let shown = admin.get(page).await;
    assert!(shown.body.contains(TAXES) && shown.body.contains("nu se află printre conturile din Setări"), "{}", shown.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn budgets_are_read_changed_within_the_ceilings_and_put_back() {
    let town = Town::new().await;
    let tenant = town.tenant("sculeni").await;
    let module = crate::town::name("tax-collector");
    let mut admin = town.signed_in(ADMINISTRATOR).await;
    let mut collector = town.signed_in(COLLECTOR).await;
    assert_eq!(collector.get("/sculeni/tax-collector/accounts").await.status, 200);
    let address = format!("{MODULE}/budgets");
    assert!(admin.get(MODULE).await.body.contains(&address));
    let page = admin.get(&address).await;
    assert_eq!(page.status, 200);
    for told in ["128\u{a0}MB", "Timpul până la răspuns", "Apeluri încheiate", "64\u{a0}KB"] {
        assert!(page.body.contains(told), "{told}: {}", page.body);
    }
    let limits = || async { town.app.runtime.binding(tenant.id, &module).await.unwrap().limits };
    let before = limits().await;
    // No reason, above the ceiling, nothing, not a number, more than fits.
    for (value, reason) in [("64", ""), ("1000000", "x"), ("0", "x"), ("multă", "x"), ("18446744073709551615", "x"), ("-1", "x")] {
        let answer = admin.post(&address, &[("memory", value), ("reason", reason)]).await;
        assert_eq!(answer.status, 422, "{value}");
        assert!(answer.body.contains(&format!("value=\"{value}\"")), "{value}: {}", answer.body);
    }
    assert_eq!(limits().await, before);
    let changed = admin.post(&address, &[("memory", "64"), ("reason", "Decizia nr. 9")]).await;
    assert_eq!((changed.status, changed.location()), (303, address.as_str()), "{}", changed.body);
    assert_eq!(limits().await.memory, 64 << 20);
    assert_eq!(town.trail("sculeni", 1).await, [("module".to_owned(), "budgets".to_owned())]);
    // The same again changes nothing and writes nothing; empty is as usual.
    admin.post(&address, &[("memory", "64"), ("reason", "Din nou")]).await;
    let trail = town.trail("sculeni", 50).await;
    assert_eq!(trail.iter().filter(|(_, what)| what == "budgets").count(), 1, "{trail:?}");
    admin.post(&address, &[("memory", ""), ("reason", "Înapoi")]).await;
    assert_eq!(limits().await, before);
}
