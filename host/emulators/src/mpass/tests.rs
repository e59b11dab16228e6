//! MPass: signing in by the pages with each method, and every way in which it must fail.

use super::{Fault, Identity, LIFETIME};
use crate::contract::{self, Broken, Browser};
use crate::fault::Emulated as _;
use crate::fault::Fault as _;
use crate::tests::{NOW, Page, Site, is_a_sound_page, person};
use async_trait::async_trait;
use axum::http::{StatusCode, header};
use scraper::Selector;
use vatra_core::manifest::Language;
use vatra_core::providers::{IdentityProvider, LegalEntity, Posting, ProviderError, SignInMethod, SignedIn};

const LOGIN: &str = "/emulators/mpass/login";

/// What a page's form would post, with the values that it has.
pub(crate) fn form(page: &Page, selector: &str) -> Result<Posting, Broken> {
    let html = page.html();
    let found = html.select(&Selector::parse(selector).unwrap()).next().ok_or_else(|| Broken(format!("{selector} is on the page")))?;
    let hidden = Selector::parse("input[type=hidden]").unwrap();
    let inputs = found.select(&hidden);
    let known = ["SAMLRequest", "SAMLResponse", "RelayState", "request", "choice"];
    let fields = inputs.filter_map(|input| {
        let name = known.into_iter().find(|known| input.attr("name") == Some(known))?;
        Some((name, input.attr("value").unwrap_or_default().to_owned()))
    });
    Ok(Posting { address: found.attr("action").unwrap_or_default().to_owned(), fields: fields.collect() })
}

fn field<'p>(posting: &'p Posting, name: &str) -> &'p str {
    posting.fields.iter().find(|(key, _)| *key == name).map_or("", |(_, value)| value)
}

/// A person at the pages.
struct AtThePages<'a>(&'a Site);

impl AtThePages<'_> {
    /// Brings a form to the service; an address with its site in front is one of ours.
    async fn bring(&self, posting: &Posting) -> Page {
        let path = posting.address.strip_prefix(Site::ADDRESS).unwrap_or(&posting.address);
        let fields: Vec<(&str, &str)> = posting.fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.0.post(path, &fields).await
    }

    /// Up to the step of the method.
    async fn choose(&self, login: &Posting, who: &Identity, method: SignInMethod, fault: Option<Fault>) -> Result<Page, Broken> {
        let taken = self.bring(login).await;
        if taken.status != StatusCode::SEE_OTHER {
            return Err(Broken(format!("the request is taken: {}", taken.text("main"))));
        }
        let page = self.0.get(taken.location()).await;
        is_a_sound_page(&page, Language::Ro);
        let handle = page.attribute("input[name=request]", "value").unwrap_or_default();
        let person = page.attribute(&format!("button[value='{}']", who.idnp), "value").ok_or_else(|| Broken("they are listed".into()))?;
        let entity = if who.represents.is_empty() { "" } else { "yes" };
        let fields = [
            ("request", handle.as_str()),
            ("choice", "listed"),
            ("person", &person),
            ("method", method.code()),
            ("entity", entity),
            ("fault", fault.map(Fault::code).unwrap_or_default()),
        ];
        let chosen = self.0.post(LOGIN, &fields).await;
        Ok(self.0.get(chosen.location()).await)
    }

    async fn prove(&self, step: &Page, secret: &str) -> Result<Page, Broken> {
        let mut proof = form(step, "main form")?;
        proof.fields.push(("secret", secret.to_owned()));
        Ok(self.bring(&proof).await)
    }
}

#[async_trait]
impl Browser for AtThePages<'_> {
    async fn sign_in(&self, login: &Posting, who: &Identity, method: SignInMethod, fault: Option<Fault>) -> Result<Posting, Broken> {
        let step = self.choose(login, who, method, fault).await?;
        is_a_sound_page(&step, Language::Ro);
        let shown = step.text(".panel strong");
        let secret = match method {
            SignInMethod::TwoStep => shown,
            _ => "1234".to_owned(),
        };
        let sent = self.prove(&step, &secret).await?;
        is_a_sound_page(&sent, Language::Ro);
        form(&sent, "main form")
    }
    async fn sign_out(&self, logout: &Posting) -> Result<Posting, Broken> {
        form(&self.bring(logout).await, "main form")
    }
    async fn end(&self, session_index: &str) -> Result<Posting, Broken> {
        let page = self.0.get(super::BASE).await;
        is_a_sound_page(&page, Language::Ro);
        let button = format!("button[value='{session_index}']");
        page.attribute(&button, "value").ok_or_else(|| Broken("the session is listed".into()))?;
        form(&self.0.post("/emulators/mpass/logout", &[("session", session_index)]).await, "main form")
    }
    async fn ended(&self, answer: &Posting) -> Result<(), Broken> {
        let page = self.bring(answer).await;
        if page.status == StatusCode::SEE_OTHER { Ok(()) } else { Err(Broken(page.text("main"))) }
    }
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

fn with_company(who: Identity) -> Identity {
    Identity { represents: vec![LegalEntity { name: "SRL „Moara din Vale”".into(), idno: "1003600012344".into() }], ..who }
}

#[tokio::test]
async fn the_contract_holds_at_the_pages_and_at_the_api() {
    let site = Site::new();
    contract::identity_provider(&site.client, &AtThePages(&site), &ana(&site)).await.unwrap();
    contract::identity_provider(&site.client, &AtThePages(&site), &with_company(ana(&site))).await.unwrap();
    contract::identity_provider(&site.client, &site.mpass, &ana(&site)).await.unwrap();
}

#[tokio::test]
async fn the_contract_finds_a_provider_that_takes_an_answer_twice() {
    struct Gullible(vatra_providers::mpass::Client, std::sync::Mutex<Vec<(String, SignedIn)>>);
    #[async_trait]
    impl IdentityProvider for Gullible {
        async fn begin(&self, request: &str, state: &str) -> Result<Posting, ProviderError> {
            self.0.begin(request, state).await
        }
        async fn complete(&self, request: &str, response: &str) -> Result<SignedIn, ProviderError> {
            let before = self.1.lock().unwrap().iter().find(|(known, _)| known == response).map(|(_, told)| told.clone());
            if let Some(told) = before {
                return Ok(told);
            }
            let told = self.0.complete(request, response).await?;
            self.1.lock().unwrap().push((response.to_owned(), told.clone()));
            Ok(told)
        }
        async fn begin_sign_out(&self, request: &str, idnp: &str, index: &str, state: &str) -> Result<Posting, ProviderError> {
            self.0.begin_sign_out(request, idnp, index, state).await
        }
        async fn complete_sign_out(&self, request: &str, response: &str) -> Result<vatra_core::providers::SignOutDone, ProviderError> {
            self.0.complete_sign_out(request, response).await
        }
        async fn sign_out_asked(&self, request: &str) -> Result<vatra_core::providers::SignOutAsked, ProviderError> {
            self.0.sign_out_asked(request).await
        }
        async fn answer_sign_out(
            &self,
            asked: &str,
            done: vatra_core::providers::SignOutDone,
            state: &str,
        ) -> Result<Posting, ProviderError> {
            self.0.answer_sign_out(asked, done, state).await
        }
        fn metadata(&self) -> String {
            self.0.metadata()
        }
    }
    let site = Site::new();
    let gullible = Gullible(site.new_client(), std::sync::Mutex::default());
    let broken = contract::identity_provider(&gullible, &site.mpass, &ana(&site)).await;
    assert_eq!(broken, Err(Broken("the same answer is refused the second time".to_owned())));
}

#[tokio::test]
async fn each_fault_is_refused_with_its_cause() {
    let site = Site::new();
    site.sign_in(&ana(&site)).await;
    for (fault, expected) in [
        (Fault::Unsigned, "the message is not signed"),
        (Fault::WrongCertificate, "no trusted and valid certificate fits the signature"),
        (Fault::LocalTime, "IssueInstant is malformed"),
        (Fault::NoDestination, "Destination is missing"),
        (Fault::WrongInResponseTo, "the message answers another request"),
        (Fault::WrongAudience, "the message is meant for another service"),
        (Fault::Expired, "the message is too old"),
        (Fault::Replayed, "the message was used before"),
        (Fault::Username, "the NameID is no IDNP"),
        (Fault::Declined, "the answer is not a success"),
    ] {
        let (one, two) = (format!("_1-{}", fault.code()), format!("_2-{}", fault.code()));
        let login = site.client.begin(&one, "").await.unwrap();
        let page = AtThePages(&site).sign_in(&login, &ana(&site), SignInMethod::EvoSign, Some(fault)).await.unwrap();
        let page = cause(site.client.complete(&one, field(&page, "SAMLResponse")).await);
        // The switch for everything.
        site.mpass.fault().set(Some(fault));
        let login = site.client.begin(&two, "").await.unwrap();
        let answer = AtThePages(&site).sign_in(&login, &ana(&site), SignInMethod::EvoSign, None).await.unwrap();
        let api = cause(site.client.complete(&two, field(&answer, "SAMLResponse")).await);
        site.mpass.fault().set(None);
        assert!(page.contains(expected) && api == page, "{fault:?}: {page} / {api}");
        assert_eq!(Fault::from_code(fault.code()), Some(fault));
    }
}

#[tokio::test]
async fn the_answer_travels_as_a_form_and_says_nothing_in_addresses() {
    let site = Site::new();
    let login = site.client.begin("_request-1", "state-1").await.unwrap();
    assert_eq!(login.address, format!("{}/emulators/mpass/login/saml", Site::ADDRESS));
    let step = AtThePages(&site).choose(&login, &ana(&site), SignInMethod::EvoSign, None).await.unwrap();
    let sent = AtThePages(&site).prove(&step, "").await.unwrap();
    let answer = form(&sent, "main form").unwrap();
    assert_eq!((answer.address.as_str(), field(&answer, "RelayState")), ("http://127.0.0.1:8080/auth/mpass", "state-1"));
    let policy = sent.headers.get(header::CONTENT_SECURITY_POLICY).unwrap().to_str().unwrap();
    assert!(policy.contains("form-action 'self' http://127.0.0.1:8080;"), "{policy}");
    let told = site.client.complete("_request-1", field(&answer, "SAMLResponse")).await.unwrap();
    assert_eq!((told.first_name.as_str(), told.last_name.as_str()), ("Ana", "Știrbu"));
    let again = site.post("/emulators/mpass/login/step", &[("request", field(&form(&step, "main form").unwrap(), "request"))]).await;
    assert_eq!(again.status, StatusCode::BAD_REQUEST, "a request that was answered is over");
}

#[tokio::test]
async fn the_code_is_compared_and_three_wrong_pins_end_it() {
    let site = Site::new();
    let browser = AtThePages(&site);
    let login = site.client.begin("_1", "").await.unwrap();
    let step = browser.choose(&login, &ana(&site), SignInMethod::MobileSignature, None).await.unwrap();
    let code = step.text(".panel strong");
    assert!(code.len() == 4 && code.bytes().all(|digit| digit.is_ascii_digit()), "{code}");
    for _ in 0..2 {
        let wrong = browser.prove(&step, "0000").await.unwrap();
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        is_a_sound_page(&wrong, Language::Ro);
        assert_eq!(wrong.attribute("#secret", "aria-invalid").as_deref(), Some("true"));
        assert_eq!(wrong.text(".panel strong"), code, "the same code");
    }
    let lost = form(&browser.prove(&step, "0000").await.unwrap(), "main form").unwrap();
    assert!(cause(site.client.complete("_1", field(&lost, "SAMLResponse")).await).contains("not a success"));
}

#[tokio::test]
async fn giving_up_goes_back_without_a_person() {
    let site = Site::new();
    let taken = AtThePages(&site).bring(&site.client.begin("_1", "s").await.unwrap()).await;
    let handle = taken.location().split_once('=').unwrap().1;
    let given_up = form(&site.post(LOGIN, &[("request", handle), ("choice", "cancel")]).await, "main form").unwrap();
    assert_eq!(field(&given_up, "RelayState"), "s");
    assert!(cause(site.client.complete("_1", field(&given_up, "SAMLResponse")).await).contains("not a success"));
}

#[tokio::test]
async fn people_stand_under_their_municipality_with_their_like() {
    let site = Site::new();
    let page = site.login_page("_1").await;
    let order: Vec<usize> =
        ["<h2>Sculeni", "Ana Știrbu", "Vera Țurcanu", "Ion Pîslaru", "Petru Munteanu", "<h2>Lozova", "Maria Ciobanu", "<h2>Altcineva"]
            .iter()
            .map(|text| page.body.find(text).unwrap_or_else(|| panic!("{text} is there")))
            .collect();
    assert!(order.is_sorted(), "{order:?}");
    assert!(page.text(".people").contains("Fără funcție"));
    assert!(page.text(".lead").contains("MPass emulat — numai pentru demonstrație"));

    site.town.people.lock().unwrap().clear();
    let page = site.login_page("_2").await;
    assert!(page.text("main").contains("Lista este încă goală"), "the list is live");
}

#[tokio::test]
async fn answers_and_requests_grow_old() {
    let site = Site::new();
    let login = site.client.begin("_1", "").await.unwrap();
    let late = site.client.begin("_2", "").await.unwrap();
    let taken = AtThePages(&site).bring(&login).await;
    let answer = site.mpass.answer(&late, &ana(&site), SignInMethod::Token, None).await.unwrap();
    site.clock.set(NOW.plus_seconds(LIFETIME + 121));
    assert!(cause(site.client.complete("_2", field(&answer, "SAMLResponse")).await).contains("too old"));
    assert_eq!(site.get(taken.location()).await.status, StatusCode::BAD_REQUEST);
    assert!(cause(site.mpass.answer(&login, &ana(&site), SignInMethod::Token, None).await).contains("too old"));
}

#[tokio::test]
async fn foreign_and_repeated_requests_are_refused() {
    let site = Site::new();
    for handle in ["", "_1", "../login", &"0".repeat(64)] {
        let page = site.get(&crate::web::with_query(LOGIN, &[("request", handle)])).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST);
        assert!(!page.body.contains("2000000000011"), "nobody is listed for strangers");
        let page = site.post(LOGIN, &[("request", handle), ("choice", "listed"), ("person", "2000000000011")]).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST);
    }
    let login = site.client.begin("_1", "").await.unwrap();
    assert_eq!(AtThePages(&site).bring(&login).await.status, StatusCode::SEE_OTHER);
    let again = AtThePages(&site).bring(&login).await;
    assert_eq!(again.status, StatusCode::BAD_REQUEST);
    is_a_sound_page(&again, Language::Ro);
    // Another portal's, which nobody registered.
    let other = Site::client_called("https://evil.example", &site);
    let page = AtThePages(&site).bring(&other.begin("_2", "").await.unwrap()).await;
    assert!(page.text("main").contains("no such service provider"), "{}", page.text("main"));
    // One that is registered, with another's key.
    let mut forged = site.client.begin("_3", "").await.unwrap();
    let text = vatra_xmlsec::saml::from_field(field(&forged, "SAMLRequest")).unwrap().replace("/auth/mpass", "/auth/evil");
    forged.fields[0].1 = vatra_xmlsec::saml::to_field(&text);
    assert_eq!(AtThePages(&site).bring(&forged).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn someone_else_signs_in_with_what_they_typed() {
    let site = Site::new();
    let page = site.login_page("_1").await;
    let handle = page.attribute("input[name=request]", "value").unwrap();
    let typed = [
        ("request", handle.as_str()),
        ("choice", "other"),
        ("method", "token"),
        ("first_name", " Zoe "),
        ("last_name", "O'Hara"),
        ("idnp", "2999 9999 99997"),
    ];
    let step = site.get(site.post(LOGIN, &typed).await.location()).await;
    let answer = form(&AtThePages(&site).prove(&step, "1234").await.unwrap(), "main form").unwrap();
    let told = site.client.complete("_1", field(&answer, "SAMLResponse")).await.unwrap();
    assert_eq!((told.idnp.as_str(), told.first_name.as_str(), told.last_name.as_str()), ("2999999999997", "Zoe", "O'Hara"));
    assert_eq!(told.method, SignInMethod::Token);

    let page = site.login_page("_2").await;
    let handle = page.attribute("input[name=request]", "value").unwrap();
    let typed = [("request", &*handle), ("choice", "other"), ("first_name", "Zoe"), ("last_name", "X"), ("idnp", "2000000000011")];
    let page = site.post(LOGIN, &typed).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text("#idnp-error").contains("din listă"), "nobody signs in as an official under another name");
    let gone = site.post(LOGIN, &[("request", &handle), ("choice", "listed"), ("person", "2999999999997")]).await;
    assert_eq!(gone.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(gone.text(".panel.bad").contains("nu mai este în listă"));
}

#[tokio::test]
async fn names_are_text_and_nothing_else() {
    let site = Site::new();
    let attack = "\"><script>alert(1)</script><img src=x onerror=alert(1)>";
    site.town.people.lock().unwrap().push(person("2000000000066", attack, "'&{{x}}", attack, attack));
    let page = site.login_page("_1").await;
    is_a_sound_page(&page, Language::Ro);
    assert!(page.text(".people").contains(attack));
    let handle = page.attribute("input[name=request]", "value").unwrap();
    let page = site.post(LOGIN, &[("request", &handle), ("choice", "other"), ("first_name", attack), ("idnp", attack)]).await;
    is_a_sound_page(&page, Language::Ro);
    assert_eq!(page.attribute("#first_name", "value").as_deref(), Some(attack));
    // In the answer too.
    let who = site.town.people.lock().unwrap().last().unwrap().identity();
    let login = site.client.begin("_2", "").await.unwrap();
    let answer = site.mpass.answer(&login, &who, SignInMethod::EvoSign, None).await.unwrap();
    assert_eq!(site.client.complete("_2", field(&answer, "SAMLResponse")).await.unwrap().first_name, attack);
}
