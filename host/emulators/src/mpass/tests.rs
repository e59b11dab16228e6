//! MPass: signing in by the pages, and every way in which it must fail.

use super::{Fault, Identity, LIFETIME};
use crate::contract::{self, Broken, Browser};
use crate::tests::{NOW, Site, is_a_sound_page, person};
use async_trait::async_trait;
use axum::http::StatusCode;
use vatra_core::manifest::Language;
use vatra_core::providers::{IdentityProvider, ProviderError};

const LOGIN: &str = "/emulators/mpass/login";

/// A person at the pages: opens the login page, sets its switch, presses the button, follows nothing further.
struct AtThePages<'a>(&'a Site);

#[async_trait]
impl Browser for AtThePages<'_> {
    async fn sign_in(&self, login: &str, who: &Identity, fault: Option<Fault>) -> Result<String, Broken> {
        let switched = fault.map(|fault| format!("{login}&fault={}", fault.code()));
        let page = self.0.get(switched.as_deref().unwrap_or(login)).await;
        let value = |selector: &str| page.attribute(selector, "value").ok_or_else(|| Broken(format!("{selector} is on the page")));
        let answer = self
            .0
            .post(
                &page.attribute("main form[method=post]", "action").unwrap_or_default(),
                &[
                    ("SAMLRequest", &value("input[name=SAMLRequest]")?),
                    ("fault", &value("input[name=fault]")?),
                    ("choice", &value("input[name=choice]")?),
                    ("person", &value(&format!("button[value='{}']", who.idnp))?),
                ],
            )
            .await;
        if answer.status != StatusCode::SEE_OTHER {
            return Err(Broken(format!("the answer goes back to the portal: {}", answer.status)));
        }
        response_of(answer.location()).ok_or_else(|| Broken("there is a SAMLResponse".to_owned()))
    }
}

fn response_of(location: &str) -> Option<String> {
    location.split(['?', '&']).find_map(|pair| pair.strip_prefix("SAMLResponse=")).map(str::to_owned)
}

fn cause(result: Result<impl Sized, ProviderError>) -> String {
    match result {
        Err(ProviderError::Refused { service: "MPass", cause }) => cause,
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("it was taken"),
    }
}

fn ana(site: &Site) -> Identity {
    site.town.people.lock().unwrap()[0].identity()
}

#[tokio::test]
async fn the_contract_holds_at_the_pages_and_at_the_api() {
    let site = Site::new();
    contract::identity_provider(&site.mpass, &AtThePages(&site), &ana(&site), "/auth/mpass").await.unwrap();
    contract::identity_provider(&site.mpass, &site.mpass.clone(), &ana(&site), "/auth/mpass").await.unwrap();
}

#[tokio::test]
async fn the_contract_finds_a_provider_that_takes_everything() {
    struct Gullible(super::Emulator);
    #[async_trait]
    impl IdentityProvider for Gullible {
        async fn begin(&self, request: &str, return_path: &str) -> Result<String, ProviderError> {
            self.0.begin(request, return_path).await
        }
        async fn complete(&self, request: &str, response: &str) -> Result<vatra_core::providers::SignedIn, ProviderError> {
            let anyone = Identity { idnp: "2000000000011".to_owned(), first_name: "Ana".to_owned(), last_name: "Știrbu".to_owned() };
            let login = self.0.begin(request, "/").await?;
            let good = self.0.answer(&login, &anyone, None)?.saml_response;
            match self.0.complete(request, response).await {
                Ok(signed_in) => Ok(signed_in),
                Err(_) => self.0.complete(request, &good).await,
            }
        }
    }
    let site = Site::new();
    let broken = contract::identity_provider(&Gullible(site.mpass.clone()), &site.mpass, &ana(&site), "/").await;
    assert_eq!(broken, Err(Broken("the same answer is refused the second time".to_owned())));
}

#[tokio::test]
async fn one_press_signs_in_and_goes_back_with_both_fields() {
    let site = Site::new();
    let login = site.mpass.begin("_request-1", "/auth/mpass?next=%2Fsculeni").await.unwrap();
    assert!(login.starts_with("/emulators/mpass/login?SAMLRequest="));
    let handle = login.split_once('=').unwrap().1;
    assert_eq!(handle.len(), 64);
    let answer = site.post(LOGIN, &[("SAMLRequest", handle), ("choice", "listed"), ("person", "2000000000011")]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let location = answer.location();
    assert!(
        location.starts_with("/auth/mpass?next=%2Fsculeni&SAMLResponse=") && location.ends_with("&RelayState=_request-1"),
        "{location}"
    );
    assert!(!location.contains("2000000000011"), "no IDNP in an address");
    let signed_in = site.mpass.complete("_request-1", &response_of(location).unwrap()).await.unwrap();
    assert_eq!((signed_in.first_name.as_str(), signed_in.last_name.as_str()), ("Ana", "Știrbu"));

    let again = site.post(LOGIN, &[("SAMLRequest", handle), ("choice", "listed"), ("person", "2000000000022")]).await;
    assert_eq!(again.status, StatusCode::BAD_REQUEST, "a request that was completed is over");
}

#[tokio::test]
async fn people_stand_under_their_municipality_with_their_like() {
    let site = Site::new();
    let page = site.get(&site.mpass.begin("_1", "/").await.unwrap()).await;
    let order: Vec<usize> =
        ["<h2>Sculeni", "Ana Știrbu", "Vera Țurcanu", "Ion Pîslaru", "Petru Munteanu", "<h2>Lozova", "Maria Ciobanu", "<h2>Altcineva"]
            .iter()
            .map(|text| page.body.find(text).unwrap_or_else(|| panic!("{text} is there")))
            .collect();
    assert!(order.is_sorted(), "{order:?}");
    assert!(page.text(".people").contains("Fără funcție"));
    assert!(page.text(".lead").contains("MPass emulat — numai pentru demonstrație"));

    site.town.people.lock().unwrap().clear();
    let page = site.get(&site.mpass.begin("_2", "/").await.unwrap()).await;
    assert!(page.text("main").contains("Lista este încă goală"), "the list is live");
}

#[tokio::test]
async fn each_fault_is_refused_with_its_cause() {
    let site = Site::new();
    for (fault, expected) in [
        (Fault::Unsigned, "not signed"),
        (Fault::WrongCertificate, "certificate"),
        (Fault::WrongInResponseTo, "InResponseTo"),
        (Fault::Expired, "expired at 2026-09-01T09:00:00.000Z (NotOnOrAfter)"),
        (Fault::Replayed, "used before"),
        (Fault::Declined, "AuthnFailed"),
    ] {
        let login = site.mpass.begin("_1", "/").await.unwrap();
        let response = AtThePages(&site).sign_in(&login, &ana(&site), Some(fault)).await.unwrap();
        let page = cause(site.mpass.complete("_1", &response).await);
        site.mpass.set_fault(Some(fault));
        let response = AtThePages(&site).sign_in(&login, &ana(&site), None).await.unwrap();
        let api = cause(site.mpass.complete("_1", &response).await);
        site.mpass.set_fault(None);
        assert!(page.contains(expected) && api == page, "{page} / {api}");
        assert_eq!(Fault::from_code(fault.code()), Some(fault));
        let response = AtThePages(&site).sign_in(&login, &ana(&site), None).await.unwrap();
        assert!(site.mpass.complete("_1", &response).await.is_ok(), "the same sign-in can still succeed");
    }
}

#[tokio::test]
async fn a_replay_is_refused() {
    let site = Site::new();
    let login = site.mpass.begin("_1", "/").await.unwrap();
    let response = AtThePages(&site).sign_in(&login, &ana(&site), None).await.unwrap();
    assert!(site.mpass.complete("_1", &response).await.is_ok());
    assert!(cause(site.mpass.complete("_1", &response).await).contains("used before"));
}

#[tokio::test]
async fn answers_and_requests_grow_old() {
    let site = Site::new();
    let login = site.mpass.begin("_1", "/").await.unwrap();
    let response = AtThePages(&site).sign_in(&login, &ana(&site), None).await.unwrap();
    site.clock.set(NOW.plus_seconds(LIFETIME));
    assert!(cause(site.mpass.complete("_1", &response).await).contains("expired"));
    assert_eq!(site.get(&login).await.status, StatusCode::BAD_REQUEST);
    assert!(cause(site.mpass.answer(&login, &ana(&site), None)).contains("unknown"));

    let login = site.mpass.begin("_2", "/").await.unwrap();
    let response = AtThePages(&site).sign_in(&login, &ana(&site), None).await.unwrap();
    site.clock.set(NOW.plus_seconds(2 * LIFETIME).plus_seconds(-1));
    assert!(site.mpass.complete("_2", &response).await.is_ok(), "ten minutes are not over yet");
}

#[tokio::test]
async fn foreign_requests_are_refused() {
    let site = Site::new();
    for handle in ["", "_1", "../login", &"0".repeat(64)] {
        let page = site.get(&crate::web::with_query(LOGIN, &[("SAMLRequest", handle)])).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST);
        assert!(!page.body.contains("2000000000011"), "nobody is listed for strangers");
        let page = site.post(LOGIN, &[("SAMLRequest", handle), ("choice", "listed"), ("person", "2000000000011")]).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST);
    }
    for id in ["", "a b", "a&b", "<a>", &"a".repeat(81)] {
        assert!(cause(site.mpass.begin(id, "/").await).contains("id"));
    }
}

#[tokio::test]
async fn foreign_return_paths_are_refused() {
    let site = Site::new();
    for path in ["//evil.example", "https://evil.example", "/\\evil.example", "evil", ""] {
        assert!(cause(site.mpass.begin("_1", path).await).contains("return path"), "{path}");
    }
}

#[tokio::test]
async fn someone_else_signs_in_with_what_they_typed() {
    let site = Site::new();
    let login = site.mpass.begin("_1", "/back").await.unwrap();
    let handle = login.split_once('=').unwrap().1;
    let typed =
        [("SAMLRequest", handle), ("choice", "other"), ("first_name", " Zoe "), ("last_name", "O'Hara"), ("idnp", "2999 9999 99997")];
    let answer = site.post(LOGIN, &typed).await;
    let signed_in = site.mpass.complete("_1", &response_of(answer.location()).unwrap()).await.unwrap();
    assert_eq!((signed_in.idnp.as_str(), signed_in.first_name.as_str(), signed_in.last_name.as_str()), ("2999999999997", "Zoe", "O'Hara"));

    let login = site.mpass.begin("_2", "/back").await.unwrap();
    let handle = login.split_once('=').unwrap().1;
    let typed = [("SAMLRequest", handle), ("choice", "other"), ("first_name", "Zoe"), ("last_name", "X"), ("idnp", "2000000000011")];
    let page = site.post(LOGIN, &typed).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text("#idnp-error").contains("din listă"), "nobody signs in as an official under another name");
    let gone = site.post(LOGIN, &[("SAMLRequest", handle), ("choice", "listed"), ("person", "2999999999997")]).await;
    assert_eq!(gone.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(gone.text(".panel.bad").contains("nu mai este în listă"));
}

#[tokio::test]
async fn giving_up_goes_back_without_a_person() {
    let site = Site::new();
    let login = site.mpass.begin("_1", "/back").await.unwrap();
    let handle = login.split_once('=').unwrap().1;
    let answer = site.post(LOGIN, &[("SAMLRequest", handle), ("choice", "cancel")]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert!(cause(site.mpass.complete("_1", &response_of(answer.location()).unwrap()).await).contains("AuthnFailed"));
}

#[tokio::test]
async fn names_are_text_and_nothing_else() {
    let site = Site::new();
    let attack = "\"><script>alert(1)</script><img src=x onerror=alert(1)>";
    site.town.people.lock().unwrap().push(person("2000000000066", attack, "'&{{x}}", attack, attack));
    let login = site.mpass.begin("_1", "/").await.unwrap();
    let page = site.get(&format!("{login}&fault=%22%3E%3Cscript%3E")).await;
    is_a_sound_page(&page, Language::Ro);
    assert!(page.text(".people").contains(attack));
    let handle = login.split_once('=').unwrap().1;
    let page = site.post(LOGIN, &[("SAMLRequest", handle), ("choice", "other"), ("first_name", attack), ("idnp", attack)]).await;
    is_a_sound_page(&page, Language::Ro);
    assert_eq!(page.attribute("#first_name", "value").as_deref(), Some(attack));
}

#[tokio::test]
async fn a_flood_of_requests_is_bounded_and_keeps_the_newest() {
    let site = Site::new();
    for _ in 0..super::KEPT {
        site.mpass.begin("_flood", "/").await.unwrap();
    }
    site.clock.set(NOW.plus_seconds(1));
    let newest = site.mpass.begin("_1", "/").await.unwrap();
    assert_eq!(site.mpass.state().requests.len(), super::KEPT);
    assert!(site.mpass.answer(&newest, &ana(&site), None).is_ok());
}
