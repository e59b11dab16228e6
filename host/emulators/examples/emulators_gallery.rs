//! Serves the emulators alone, with invented people and orders: `cargo run -p vatra-emulators --features testing --example emulators_gallery`.
//! Prints its address. The front page begins a sign-in and lists orders in every state.

#![allow(clippy::print_stdout)] // the address is this program's only output

use async_trait::async_trait;
use axum::extract::{Form, State};
use axum::response::Html;
use axum::routing::{get, post};
use std::sync::Arc;
use vatra_core::clock::{Clock, SystemClock};
use vatra_core::manifest::Language;
use vatra_core::providers::{IdentityProvider, OrderDetails, OrderFacts, PaymentPages, ProviderError};
use vatra_core::unit::OrderLine;
use vatra_core::value::Money;
use vatra_core::view::OrderStatus;
use vatra_emulators::contract::MemoryDesk;
use vatra_emulators::{mpass, mpay};
use vatra_providers::mpass::{Client, Parties};
use vatra_xmlsec::{Memory, Pinned, saml};

struct Town;

#[async_trait]
impl mpass::People for Town {
    async fn people(&self, language: Language) -> Result<Vec<mpass::Person>, ProviderError> {
        let person = |idnp: &str, name: (&str, &str), town: (&str, &str), roles: [&str; 3]| mpass::Person {
            idnp: idnp.to_owned(),
            first_name: name.0.to_owned(),
            last_name: name.1.to_owned(),
            municipality: town.0.to_owned(),
            slug: town.1.to_owned(),
            roles: roles.get(language as usize).filter(|role| !role.is_empty()).map(|role| (*role).to_owned()).into_iter().collect(),
        };
        let (sculeni, lozova) = (("Sculeni", "sculeni"), ("Lozova", "lozova"));
        let collector = ["Perceptor fiscal", "Сборщик налогов", "Tax collector"];
        let mayor = ["Primar", "Примар", "Mayor"];
        Ok(vec![
            person("2000000000011", ("Ana", "Știrbu"), sculeni, collector),
            person("2000000000022", ("Ion", "Pîslaru"), sculeni, mayor),
            person("2000000000033", ("Vera", "Țurcanu"), sculeni, ["Administrator", "Администратор", "Administrator"]),
            person("2000000000044", ("Petru", "Munteanu"), sculeni, ["", "", ""]),
            person("2000000000055", ("Maria", "Ciobanu"), lozova, mayor),
        ])
    }
}

fn order(number: &str, status: OrderStatus, due: i64, paid: i64, partial: bool, today: Option<(i64, &dyn Clock)>) -> OrderDetails {
    let date = today.map(|(days, clock)| clock.now().plus_seconds(days * 86_400).civil_date());
    let line = |id: &str, amount: i64, reason: &str| OrderLine {
        id: id.to_owned(),
        amount: Money(amount),
        iban: "MD38TRPBAA113110A01234AA".to_owned(),
        account: "taxes".to_owned(),
        reason: reason.to_owned(),
    };
    OrderDetails {
        number: number.to_owned(),
        service: "impozite-locale".to_owned(),
        beneficiary: "Primăria Sculeni".to_owned(),
        status,
        due: Money(due),
        paid: Money(paid),
        customer: "P. M.".to_owned(),
        reason: "Impozit funciar și imobiliar 2026".to_owned(),
        due_date: date,
        expires: date,
        partial,
        advance: false,
        lines: vec![line("1", due / 3, "Impozit funciar"), line("2", due - due / 3, "Impozit pe bunuri imobiliare")],
        facts: OrderFacts::default(),
    }
}

type Portal = (Arc<Client>, mpay::Emulator);

async fn front(State((identity, payments)): State<Portal>) -> Html<String> {
    let login = identity.begin(&format!("_{}", uuid::Uuid::now_v7().simple()), "").await;
    let login = login.map(|posting| {
        let fields = posting.fields.iter().map(|(name, value)| format!("<input type=\"hidden\" name=\"{name}\" value=\"{value}\">"));
        format!("<form method=\"post\" action=\"{}\">{}<button>MPass</button></form>", posting.address, fields.collect::<String>())
    });
    let orders: String = ["SC-1", "SC-2", "SC-3", "SC-4", "SC-5"]
        .iter()
        .map(|number| format!("<li><a href=\"{}\">{number}</a></li>", payments.pay_url(number).replace('&', "&amp;")))
        .collect();
    Html(format!("<!DOCTYPE html><title>Gallery</title>{}<ul>{orders}</ul>", login.unwrap_or_else(|error| error.to_string())))
}

/// The answer is shown as it came: whoever asked for it is not remembered.
async fn back(Form(fields): Form<Vec<(String, String)>>) -> String {
    let field = fields.iter().find(|(key, _)| key == "SAMLResponse").map(|(_, value)| value.as_str()).unwrap_or_default();
    saml::from_field(field).unwrap_or_else(|refusal| refusal.to_string())
}

fn client(mpass: &mpass::Emulator, site: &str, clock: Arc<dyn Clock>) -> Result<Client, Box<dyn std::error::Error>> {
    let parties = Parties {
        mpass: mpass.entity(),
        login: format!("{}/login/saml", mpass.address()),
        logout: format!("{}/logout/saml", mpass.address()),
        us: site.to_owned(),
        answers: format!("{site}/back"),
        logouts: format!("{site}/back"),
    };
    let key = Arc::new(Arc::new(mpass::make_key("Gallery")?));
    Ok(Client::new(parties, key, Arc::new(Pinned(vec![mpass.certificate()])), Arc::new(Memory::default()), clock))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let desk = Arc::new(MemoryDesk::new(Arc::clone(&clock)));
    let soon = Some((30, clock.as_ref()));
    desk.put(order("SC-1", OrderStatus::Active, 123_450, 0, true, soon));
    desk.put(order("SC-2", OrderStatus::Active, 8_800, 0, false, soon));
    desk.put(order("SC-3", OrderStatus::Paid, 10_000, 10_000, true, soon));
    desk.put(order("SC-4", OrderStatus::Cancelled, 10_000, 0, true, soon));
    desk.put(order("SC-5", OrderStatus::Active, 10_000, 0, true, Some((-1, clock.as_ref()))));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let site = format!("http://{}", listener.local_addr()?);
    let mpass = mpass::Emulator::new(Arc::new(Town), Arc::clone(&clock), &site, Arc::new(mpass::make_key("MPass")?));
    let client = Arc::new(client(&mpass, &site, Arc::clone(&clock))?);
    mpass.register(&client.metadata())?;
    let mpay = mpay::Emulator::at(clock, &site, mpay::Retries::default());
    mpay.connect(desk);
    let portal = (client, mpay.clone());
    let app = vatra_emulators::assets()
        .merge(mpass.pages())
        .merge(mpay.pages())
        .merge(axum::Router::new().route("/", get(front)).route("/back", post(back)).with_state(portal));
    println!("{site}/");
    Ok(axum::serve(listener, app).await?)
}
