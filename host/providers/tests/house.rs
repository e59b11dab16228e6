//! A host that reads the `services.toml` of the emulators' house reaches every service over mutual TLS, by the code by which it reaches the real ones.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail")]

use async_trait::async_trait;
use std::sync::Arc;
use tempfile::TempDir;
use vatra_core::catalogue::Catalogue;
use vatra_core::clock::{Clock, SystemClock};
use vatra_core::manifest::Language;
use vatra_core::providers::{Invoices, Mandates, OrderDetails, OrderFacts, Paper, ProviderError};
use vatra_core::unit::OrderLine;
use vatra_core::value::Money;
use vatra_core::view::OrderStatus;
use vatra_emulators::contract::{self, MemoryDesk};
use vatra_emulators::fault::{Emulated as _, Trouble};
use vatra_emulators::mpass::{People, Person};
use vatra_emulators::{House, SERVICES};
use vatra_providers::settings::{Endpoint, Services};
use vatra_providers::transport::{Call, Client, Method, Pinned, StatusCode, Style, System};
use vatra_providers::{mpay, mpower};

struct Nobody;

#[async_trait]
impl People for Nobody {
    async fn people(&self, _: Language) -> Result<Vec<Person>, ProviderError> {
        Ok(Vec::new())
    }
}

struct Host {
    house: House,
    services: Services,
    system: Arc<System>,
    clock: Arc<dyn Clock>,
    folder: TempDir,
}

impl Host {
    async fn open() -> Host {
        let (folder, clock) = (TempDir::new().unwrap(), Arc::new(SystemClock));
        let house = House::open(folder.path(), "http://127.0.0.1:8080", Arc::new(Nobody), clock.clone()).await.unwrap();
        let services = Services::read(&std::fs::read_to_string(folder.path().join(SERVICES)).unwrap(), SERVICES).unwrap();
        let system = Arc::new(System::load(&services.system, folder.path()).unwrap());
        Host { house, services, system, clock, folder }
    }

    fn client(&self, name: &'static str, endpoint: &Endpoint) -> Arc<Client> {
        let endpoint = Endpoint { tries: 1, ..endpoint.clone() };
        Arc::new(Client::new(name, Style::Rest, &endpoint, &self.system, self.clock.clone()).unwrap())
    }
}

fn order(clock: &dyn Clock) -> OrderDetails {
    let [number, service, beneficiary, customer, reason] = ["A-1", "impozite", "Primăria Sculeni", "P. M.", "Impozit"].map(str::to_owned);
    let iban = "MD38TRPBAA113110A01234AA".to_owned();
    OrderDetails {
        number,
        service,
        beneficiary,
        status: OrderStatus::Active,
        due: Money(10_000),
        paid: Money(0),
        customer,
        reason: reason.clone(),
        due_date: Some(clock.now().civil_date()),
        expires: None,
        partial: true,
        advance: false,
        lines: vec![OrderLine { id: "1".to_owned(), amount: Money(10_000), iban, account: "taxes".to_owned(), reason }],
        facts: OrderFacts::default(),
    }
}

#[tokio::test]
async fn every_face_answers_who_has_the_system_certificate() {
    let host = Host::open().await;
    let named = &host.services;
    let mpass = Endpoint::at(host.house.api_address("mpass").try_into().unwrap());
    let serial = host.system.facts().serial;
    let directory = format!("/api/clients?searchType=CertificateSerialNumber&searchValue={serial}");
    let described = format!("{}?wsdl", Catalogue::builtin().sets()[0].contract.path);
    for (endpoint, path, status) in [
        (&mpass, directory.as_str(), StatusCode::OK),
        (&mpass, "/api/clients?searchType=ID&searchValue=x", StatusCode::NOT_FOUND),
        (named.mpay.as_ref().unwrap().api.as_ref().unwrap(), "/api/invoices?serviceID=a&orderKey=b", StatusCode::SERVICE_UNAVAILABLE),
        (&named.msign.as_ref().unwrap().service, "/MSign.svc?singleWsdl", StatusCode::OK),
        (named.mconnect.as_ref().unwrap(), described.as_str(), StatusCode::OK),
        (named.mnotify.as_ref().unwrap(), "/api/Template", StatusCode::OK),
        (named.mlog.as_ref().unwrap(), "/query", StatusCode::BAD_REQUEST),
        (named.mconnect_events.as_ref().unwrap(), "/nothing", StatusCode::NOT_FOUND),
    ] {
        let answered = host.client("service", endpoint).send(Call::new(Method::GET, path)).await;
        let seen = answered.map_or(StatusCode::SERVICE_UNAVAILABLE, |answer| answer.status);
        assert_eq!(seen, status, "{} {path}", endpoint.address.as_str());
    }
    let mandates = mpower::Client { transport: host.client("MPower", named.mpower.as_ref().unwrap()), clock: host.clock.clone() };
    assert_eq!(mandates.is_valid("0200000000000000").await.unwrap(), None);
    for signing in [&named.mpass.as_ref().unwrap().certificates, &named.mconnect.as_ref().unwrap().certificates] {
        assert_eq!(Pinned::load(signing, host.folder.path()).unwrap().certificates().len(), 1);
    }
    assert_eq!(named.mpass.as_ref().unwrap().address.as_str(), "http://127.0.0.1:8080/emulators/mpass");
}

#[tokio::test]
async fn invoices_come_from_mpay() {
    let host = Host::open().await;
    let desk = Arc::new(MemoryDesk::new(host.clock.clone()));
    desk.put(order(host.clock.as_ref()));
    host.house.mpay.connect(desk);
    let endpoint = host.services.mpay.as_ref().unwrap().api.as_ref().unwrap();
    let invoices = mpay::Client { transport: host.client("MPay", endpoint) };
    contract::invoices(&invoices, "impozite", "A-1", "A-2&orderKey=A-1").await.unwrap();
    let pdf = invoices.pdf("impozite", "A-1", Paper::A5).await.unwrap().unwrap();
    assert_eq!(lopdf::Document::load_mem(&pdf).unwrap().get_pages().len(), 1);
    host.house.mpay.trouble().set(Some(Trouble::Garbled));
    assert!(matches!(invoices.of_order("impozite", "A-1").await, Err(ProviderError::Refused { .. })));
    assert!(matches!(invoices.pdf("impozite", "A-1", Paper::A4).await, Err(ProviderError::Refused { .. })));
    host.house.mpay.trouble().set(Some(Trouble::Unavailable));
    assert!(matches!(invoices.of_order("impozite", "A-1").await, Err(ProviderError::Unavailable { .. })));
}
