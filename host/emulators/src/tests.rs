//! What the tests of both services share, and what holds for every page.

use crate::contract::MemoryDesk;
use crate::{assets, mpass, mpay, web};
use async_trait::async_trait;
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use scraper::{Html, Selector};
use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;
use tower::ServiceExt;
use vatra_core::clock::{FixedClock, Instant};
use vatra_core::manifest::Language;
use vatra_core::providers::{IdentityProvider, OrderDetails, OrderFacts, PaymentPages, ProviderError, SignInMethod, SignedIn};
use vatra_core::unit::OrderLine;
use vatra_core::value::Money;
use vatra_core::view::OrderStatus;
use vatra_providers::mpass::{Client, Parties};
use vatra_xmlsec::{Memory, Pinned, SigningKey};

/// 2026-09-01T09:00:00Z.
pub(crate) const NOW: Instant = Instant(1_788_253_200_000);

/// Demo people that tests can change.
#[derive(Default)]
pub(crate) struct Town {
    pub(crate) people: Mutex<Vec<mpass::Person>>,
}

#[async_trait]
impl mpass::People for Town {
    async fn people(&self, _: Language) -> Result<Vec<mpass::Person>, ProviderError> {
        Ok(self.people.lock().unwrap().clone())
    }
}

pub(crate) fn person(idnp: &str, first_name: &str, last_name: &str, town: &str, role: &str) -> mpass::Person {
    mpass::Person {
        idnp: idnp.to_owned(),
        first_name: first_name.to_owned(),
        last_name: last_name.to_owned(),
        municipality: town.to_owned(),
        slug: town.to_lowercase(),
        roles: if role.is_empty() { Vec::new() } else { vec![role.to_owned()] },
    }
}

/// An order of 100 lei, due in September 2026.
pub(crate) fn order(number: &str, partial: bool) -> OrderDetails {
    let day = NOW.plus_seconds(24 * 86_400).civil_date();
    OrderDetails {
        number: number.to_owned(),
        service: "impozite".to_owned(),
        beneficiary: "Primăria Sculeni".to_owned(),
        status: OrderStatus::Active,
        due: Money(10_000),
        paid: Money(0),
        customer: "P. M.".to_owned(),
        reason: "Impozit funciar".to_owned(),
        due_date: Some(day),
        expires: Some(day),
        partial,
        advance: false,
        lines: vec![OrderLine {
            id: "1".to_owned(),
            amount: Money(10_000),
            iban: "MD38TRPBAA113110A01234AA".to_owned(),
            account: "taxes".to_owned(),
            reason: "Impozit funciar".to_owned(),
        }],
        facts: OrderFacts::default(),
    }
}

/// Both services with a desk and people in memory, at a fixed time.
pub(crate) struct Site {
    app: Router,
    pub(crate) town: Arc<Town>,
    pub(crate) clock: Arc<FixedClock>,
    pub(crate) desk: Arc<MemoryDesk>,
    pub(crate) mpass: mpass::Emulator,
    /// The portal's side of MPass.
    pub(crate) client: Client,
    pub(crate) mpay: mpay::Emulator,
}

/// A page as it came.
pub(crate) struct Page {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Page {
    pub(crate) fn html(&self) -> Html {
        Html::parse_document(&self.body)
    }
    pub(crate) fn location(&self) -> &str {
        self.headers.get(header::LOCATION).unwrap().to_str().unwrap()
    }
    /// The text of what the selector finds.
    pub(crate) fn text(&self, selector: &str) -> String {
        let html = self.html();
        html.select(&Selector::parse(selector).unwrap()).flat_map(|each| each.text()).collect()
    }
    pub(crate) fn attribute(&self, selector: &str, name: &str) -> Option<String> {
        let html = self.html();
        html.select(&Selector::parse(selector).unwrap()).next().and_then(|each| each.attr(name)).map(str::to_owned)
    }
}

/// MPass's key and the portal's.
pub(crate) static KEYS: LazyLock<(Arc<SigningKey>, Arc<SigningKey>)> =
    LazyLock::new(|| (Arc::new(mpass::make_key("MPass").unwrap()), Arc::new(mpass::make_key("Portal").unwrap())));

fn portal(address: &str, mpass: &mpass::Emulator, clock: Arc<FixedClock>) -> Client {
    let parties = Parties {
        mpass: mpass.entity(),
        login: format!("{}/login/saml", mpass.address()),
        logout: format!("{}/logout/saml", mpass.address()),
        us: address.to_owned(),
        answers: format!("{address}/auth/mpass"),
        logouts: format!("{address}/auth/mpass/logout"),
    };
    Client::new(parties, Arc::new(KEYS.1.clone()), Arc::new(Pinned(vec![mpass.certificate()])), Arc::new(Memory::default()), clock)
}

impl Site {
    /// The portal's address.
    pub(crate) const ADDRESS: &str = "http://127.0.0.1:8080";

    pub(crate) fn new() -> Self {
        let clock = Arc::new(FixedClock::at(NOW));
        let town = Arc::new(Town::default());
        town.people.lock().unwrap().extend([
            person("2000000000011", "Ana", "Știrbu", "Sculeni", "Perceptor fiscal"),
            person("2000000000022", "Ion", "Pîslaru", "Sculeni", "Primar"),
            person("2000000000055", "Maria", "Ciobanu", "Lozova", "Primar"),
            person("2000000000033", "Vera", "Țurcanu", "Sculeni", "Perceptor fiscal"),
            person("2000000000044", "Petru", "Munteanu", "Sculeni", ""),
        ]);
        let desk = Arc::new(MemoryDesk::new(clock.clone()));
        let mpass = mpass::Emulator::new(town.clone(), clock.clone(), Self::ADDRESS, KEYS.0.clone());
        let client = portal(Self::ADDRESS, &mpass, clock.clone());
        mpass.register(&client.metadata()).unwrap();
        let retries = mpay::Retries { first: Duration::from_millis(2), longest: Duration::from_millis(4) };
        let mpay = mpay::Emulator::at(clock.clone(), Self::ADDRESS, retries);
        mpay.connect(desk.clone());
        Self { app: assets().merge(mpass.pages()).merge(mpay.pages()), town, clock, desk, mpass, client, mpay }
    }

    /// Another client of the same portal, which has seen nothing yet.
    pub(crate) fn new_client(&self) -> Client {
        portal(Self::ADDRESS, &self.mpass, self.clock.clone())
    }

    /// A client of another portal.
    pub(crate) fn client_called(address: &str, site: &Site) -> Client {
        portal(address, &site.mpass, site.clock.clone())
    }

    /// Somebody signs in.
    pub(crate) async fn sign_in(&self, who: &mpass::Identity) -> SignedIn {
        let login = self.client.begin("_sign-in", "").await.unwrap();
        let answer = self.mpass.answer(&login, who, SignInMethod::EvoSign, None).await.unwrap();
        self.client.complete("_sign-in", &answer.fields[0].1).await.unwrap()
    }

    /// The page on which one chooses who one is, for a request of this ID.
    pub(crate) async fn login_page(&self, request: &str) -> Page {
        self.get(&self.login_address(request).await).await
    }

    /// Its address.
    pub(crate) async fn login_address(&self, request: &str) -> String {
        let login = self.client.begin(request, "").await.unwrap();
        let fields: Vec<(&str, &str)> = login.fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.post(login.address.strip_prefix(Self::ADDRESS).unwrap(), &fields).await.location().to_owned()
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Page {
        let response = self.app.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, 1 << 20).await.unwrap();
        Page { status: parts.status, headers: parts.headers, body: String::from_utf8(bytes.to_vec()).unwrap() }
    }

    pub(crate) async fn get(&self, path: &str) -> Page {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let body = web::with_query("", fields).trim_start_matches('?').to_owned();
        let request = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(body)).unwrap()).await
    }
}

/// What holds for every page: it says that it is an emulator, in the reader's language, and can be used without eyes, mouse or scripts.
pub(crate) fn is_a_sound_page(page: &Page, language: Language) {
    let html = page.html();
    let all = |selector: &str| html.select(&Selector::parse(selector).unwrap()).collect::<Vec<_>>();
    assert_eq!(page.attribute("html", "lang").as_deref(), Some(language.code()));
    assert!(page.text("header .band").contains("EMULATOR"));
    assert!(!page.text("title").trim().is_empty());
    assert_eq!(all("h1").len(), 1, "one heading of level 1");
    assert_eq!(all("main").len(), 1);
    assert!(all("script, style, [style], iframe, object, img").is_empty(), "nothing that the policy forbids");
    for element in all("*") {
        assert!(element.value().attrs().all(|(name, _)| !name.starts_with("on")), "no inline handler");
    }
    let ids: Vec<&str> = all("[id]").iter().filter_map(|each| each.attr("id")).collect();
    let unique: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), unique.len(), "ids are unique: {ids:?}");
    for input in all("input:not([type=hidden])") {
        let id = input.attr("id").unwrap();
        assert_eq!(all(&format!("label[for='{id}']")).len(), 1, "{id} has a label");
    }
    for described in all("[aria-describedby]") {
        for id in described.attr("aria-describedby").unwrap().split_whitespace() {
            assert!(unique.contains(id), "{id} is there");
        }
    }
    for link in all("a[href^='#']") {
        assert!(unique.contains(link.attr("href").unwrap().trim_start_matches('#')), "links on the page lead somewhere");
    }
    for button in all("button") {
        assert!(!button.text().collect::<String>().trim().is_empty(), "a button has words");
    }
    let mut level = 0;
    for heading in all("h1, h2, h3") {
        let next = heading.value().name().as_bytes()[1] - b'0';
        assert!(level == 0 || next <= level + 1, "no level of heading is skipped");
        level = next;
    }
    let policy = page.headers.get(header::CONTENT_SECURITY_POLICY).unwrap().to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'; style-src 'self'") && !policy.contains("unsafe"));
    assert_eq!(page.headers.get(header::CACHE_CONTROL).unwrap(), "no-store");
}

#[tokio::test]
async fn every_page_is_sound_in_every_language() {
    let site = Site::new();
    site.desk.put(order("A-1", true));
    site.desk.put(OrderDetails { status: OrderStatus::Cancelled, ..order("A-2", false) });
    let login = site.login_address("_1").await;
    site.sign_in(&mpass::Identity::new("2000000000011", "Ana", "Știrbu")).await;
    let held = mpay::PaymentRequest::new("A-1", Money(1), mpay::Delivery::Held);
    let payment = site.mpay.pay(held).await.unwrap().confirmation.payment;
    let receipt = format!("/emulators/mpay/payment?PaymentID={payment}");
    let paths = [
        (login.as_str(), StatusCode::OK),
        (&format!("{login}&fault=expired"), StatusCode::OK),
        ("/emulators/mpass/login?request=foreign", StatusCode::BAD_REQUEST),
        ("/emulators/mpass", StatusCode::OK),
        ("/emulators/mpay", StatusCode::OK),
        (&site.mpay.pay_url("A-1"), StatusCode::OK),
        (&site.mpay.pay_url("A-2"), StatusCode::OK),
        (&site.mpay.pay_url("none"), StatusCode::NOT_FOUND),
        (&site.mpay.pay_url(&"9".repeat(37)), StatusCode::UNPROCESSABLE_ENTITY),
        ("/emulators/mpay/held", StatusCode::OK),
        ("/emulators/mpay/held?released=1", StatusCode::OK),
        (&receipt, StatusCode::OK),
        ("/emulators/mpay/statement", StatusCode::OK),
        ("/emulators/mpay/statement?day=yesterday", StatusCode::UNPROCESSABLE_ENTITY),
        ("/emulators/mpay/payment?PaymentID=none", StatusCode::NOT_FOUND),
        ("/emulators/mpay/order?OrderKey=A-1&ReturnUrl=//evil.example", StatusCode::BAD_REQUEST),
    ];
    for language in Language::ALL {
        for (path, status) in paths {
            let asked = web::with_query(path, &[("lang", language.code())]);
            let page = site.get(&asked).await;
            assert_eq!(page.status, status, "{asked}");
            is_a_sound_page(&page, language);
        }
    }
}

#[tokio::test]
async fn forms_that_come_back_are_sound_too() {
    let site = Site::new();
    site.desk.put(order("A-1", false));
    let login = site.login_address("_1").await;
    let handle = login.split_once('=').unwrap().1;
    let page = site.post("/emulators/mpass/login", &[("request", handle), ("choice", "other"), ("idnp", "1")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    is_a_sound_page(&page, Language::Ro);
    assert_eq!(page.text(".panel.bad li").matches("Introduceți").count(), 3);

    let page = site.post("/emulators/mpay/pay", &[("OrderKey", "A-1"), ("Amount", "abc"), ("delivery", "late"), ("seconds", "0")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    is_a_sound_page(&page, Language::Ro);
    assert_eq!(page.attribute("#amount", "value").as_deref(), Some("abc"));
    assert_eq!(page.attribute("#amount", "aria-invalid").as_deref(), Some("true"));
    assert_eq!(page.attribute("#seconds", "aria-invalid").as_deref(), Some("true"));
}

#[tokio::test]
async fn what_is_no_form_gets_a_page_and_not_a_stack_trace() {
    let site = Site::new();
    for path in ["/emulators/mpass/login", "/emulators/mpay/pay", "/emulators/mpay/held"] {
        let json = Request::post(path).header(header::CONTENT_TYPE, "application/json").body(Body::from("{}")).unwrap();
        let page = site.send(json).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{path}");
        is_a_sound_page(&page, Language::Ro);
        let large = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from("a".repeat(100_000)))
            .unwrap();
        assert_eq!(site.send(large).await.status, StatusCode::BAD_REQUEST, "{path}");
    }
}

#[tokio::test]
async fn the_language_is_remembered_for_the_emulators_alone() {
    let site = Site::new();
    let asked = site.get("/emulators/mpay?lang=ru").await;
    assert_eq!(asked.attribute("html", "lang").as_deref(), Some("ru"));
    assert_eq!(asked.headers.get(header::SET_COOKIE).unwrap(), "lang=ru; Path=/emulators; SameSite=Lax; HttpOnly");
    let remembered = site.send(Request::get("/emulators/mpay").header(header::COOKIE, "a=b; lang=en").body(Body::empty()).unwrap()).await;
    assert_eq!(remembered.attribute("html", "lang").as_deref(), Some("en"));
    assert!(remembered.headers.get(header::SET_COOKIE).is_none());
    let unknown = site.get("/emulators/mpay?lang=de").await;
    assert_eq!(unknown.attribute("html", "lang").as_deref(), Some("ro"));
    assert_eq!(unknown.attribute(".languages a[lang=ru]", "href").as_deref(), Some("/emulators/mpay?lang=ru"));
}

#[tokio::test]
async fn the_stylesheet_is_there_and_loads_nothing() {
    let page = Site::new().get(web::STYLESHEET).await;
    assert_eq!(page.headers.get(header::CONTENT_TYPE).unwrap(), "text/css; charset=utf-8");
    assert!(page.body.contains(".band") && !page.body.contains("url(") && !page.body.contains("@import"));
}
