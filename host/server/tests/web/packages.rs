//! Packages in the administration: an administrator reads what one could do, sends its approval to be signed, and it is installed once MSign has brought
//! the signature; going back, taking back and removing.

use crate::town::{ADMINISTRATOR, Town, package};
use scraper::{Html, Selector};
use vatra_core::ids::Name;
use vatra_core::packages::TurnKind;
use vatra_emulators::msign::Decision;
use vatra_server::app::{By, Offer};

const PACKAGES: &str = "/sculeni/admin/packages";

fn all(page: &str, selector: &str, attribute: &str) -> Vec<String> {
    let page = Html::parse_document(page);
    let selector = Selector::parse(selector).unwrap();
    page.select(&selector).filter_map(|found| found.attr(attribute).map(str::to_owned)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approval_is_read_signed_and_applied_and_gone_back_from() {
    let town = Town::new().await;
    let (sculeni, lozova) = (town.tenant("sculeni").await, town.tenant("lozova").await);
    // The host holds the package because another municipality has it.
    let bytes = package("scribe");
    town.app.install(&lozova, &bytes, By::OPERATOR).await.unwrap();
    let place = format!("{PACKAGES}/{}", Offer::of_component(&bytes).unwrap().digest().hex());
    let mut admin = town.signed_in(ADMINISTRATOR).await;
    let list = admin.get(PACKAGES).await;
    assert!(all(&list.body, "th a", "href").contains(&place), "{}", list.body);
    let plan = admin.get(&place).await;
    for words in ["Ce ar putea face", "risc mare", "Aprobarea primăriei", "registru nou", "Cheia editorului"] {
        assert!(plan.body.contains(words), "{words}: {}", plan.body);
    }
    let given = all(&plan.body, "input[type=checkbox][name=given][checked]", "value");
    assert!(given.iter().any(|name| name == "msign"), "{given:?}");

    // Without MSign for it.
    let mut form: Vec<(&str, &str)> = given.iter().filter(|name| *name != "msign").map(|name| ("given", name.as_str())).collect();
    form.push(("upgrades", "patch"));
    assert_eq!(admin.post(&place, &form).await.location(), "/sculeni/signing");
    let scribe = Name::new("scribe").unwrap();
    assert!(town.app.store.installed(sculeni.id).await.unwrap().iter().all(|one| one.module != scribe), "nothing is installed unsigned");
    let queue = admin.get("/sculeni/signing").await;
    let ticks = all(&queue.body, "input[type=checkbox][name=request]", "value");
    let [tick] = ticks.as_slice() else { panic!("{}", queue.body) };
    let errand = admin.post("/sculeni/signing", &[("request", tick), ("vatra-with", "decision=sign")]).await.location().to_owned();
    town.app.carry_due().await.unwrap();
    let over = admin.get(&errand).await;
    let actions = all(&over.body, "form[method=post][action*='/emulators/msign/']", "action");
    let request = actions.first().and_then(|action| action.rsplit('/').next()).unwrap().to_owned();
    let name = town.app.official(&sculeni, ADMINISTRATOR).await.unwrap().name;
    town.emulated.house.msign.decide(&request, Decision::Sign { idnp: ADMINISTRATOR.into(), name: name.clone() }).await.unwrap();
    town.clock.set(vatra_core::clock::Clock::now(town.clock.as_ref()).plus_seconds(30));
    town.app.carry_due().await.unwrap();

    let life = town.app.life(&sculeni, &scribe).await.unwrap();
    assert_eq!(life.turns.iter().map(|turn| turn.kind).collect::<Vec<_>>(), [TurnKind::Install]);
    let (approval, by) = life.rests_on.unwrap();
    assert_eq!(by.map(|(name, _)| name), Ok(name.clone()));
    assert!(!approval.permissions.contains_key("msign") && approval.permissions.contains_key("documents"));
    let page = admin.get("/sculeni/admin/modules/scribe/life").await;
    assert!(page.body.contains(&name) && page.body.contains("Corecturile se instalează singure"), "{}", page.body);
    // What was not approved is not granted by a click.
    let sculeni_grants = town.app.store.grants(sculeni.id, &scribe).await.unwrap();
    assert!(sculeni_grants.iter().all(|grant| grant.capability.as_str() != "msign") && !sculeni_grants.is_empty());

    // Removed once it is said for sure; its registers are found again.
    let remove = "/sculeni/admin/modules/scribe/life/remove";
    let unsure = admin.post(remove, &[]).await;
    assert!(unsure.status == 422 && unsure.body.contains("Bifați că modulul nu mai este necesar"), "{}", unsure.body);
    assert_eq!(admin.post(remove, &[("sure", "true")]).await.location(), "/sculeni/admin");
    let plan = admin.get(&place).await;
    assert!(plan.body.contains("există deja și rămâne cum este"), "{}", plan.body);
    // Sent to be signed again, and taken back.
    assert_eq!(admin.post(&place, &form).await.location(), "/sculeni/signing");
    assert_eq!(town.app.take_in_signed(&sculeni).await.map_err(|error| error.to_string()), Ok(()));
    assert!(town.app.store.installed(sculeni.id).await.unwrap().iter().all(|one| one.module != scribe));
}
