//! What the tests of MSign share: the emulator over mutual TLS, a client, a person at a browser, a document.
#![allow(dead_code, unreachable_pub, reason = "each test binary uses its own part")]

use async_trait::async_trait;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use lopdf::content::{Content, Operation};
use lopdf::{Document, Object, Stream, dictionary};
use std::future::pending;
use std::path::Path;
use std::sync::{Arc, LazyLock};
use tempfile::TempDir;
use tower::ServiceExt;
use vatra_core::clock::{Clock, FixedClock, SystemClock};
use vatra_core::manifest::Language;
use vatra_core::providers::{BrowserForm, ProviderError};
use vatra_emulators::contract::{Broken, Signatory};
use vatra_emulators::fault::Emulated as _;
use vatra_emulators::mpass::{People, Person};
use vatra_emulators::msign::{BASE, Emulator};
use vatra_emulators::tls::{Keys, serve};
use vatra_providers::msign::MSign;
use vatra_providers::settings::{Address, Endpoint, SystemFiles};
use vatra_providers::transport::{Client, Style, System};

pub static KEYS: LazyLock<Keys> = LazyLock::new(|| Keys::new(&SystemClock).unwrap());
pub const IDNP: &str = "2000000000008";
pub const RETURN: &str = "https://portal.test/sign/return?x=1&y=2";

/// The emulator and what is around it.
pub struct House {
    pub emulator: Emulator,
    pub clock: Arc<FixedClock>,
    pub address: Address,
    folder: TempDir,
}

/// Nobody is known by name but one.
struct Known;

#[async_trait]
impl People for Known {
    async fn people(&self, _: Language) -> Result<Vec<Person>, ProviderError> {
        let [first_name, last_name, municipality, slug] = ["Ana", "Rusu", "Sculeni", "sculeni"].map(str::to_owned);
        Ok(vec![Person { idnp: IDNP.to_owned(), first_name, last_name, municipality, slug, roles: vec![] }])
    }
}

impl House {
    pub async fn open() -> House {
        let clock = Arc::new(FixedClock::at(SystemClock.now()));
        let emulator = Emulator::new(Arc::new(Known), clock.clone()).unwrap();
        let routes = Router::new().nest("/msign", emulator.api());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(serve(listener, routes, &KEYS, pending()));
        let address = Address::try_from(format!("https://127.0.0.1:{port}/msign")).unwrap();
        House { emulator, clock, address, folder: tempfile::tempdir().unwrap() }
    }

    /// A system of this name. Its files lie in a folder of their own.
    pub fn client(&self, name: &str) -> MSign {
        let folder = self.folder.path().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        put_files(&folder, name);
        let files = SystemFiles { certificate: "system.pem".into(), key: "system.key.pem".into(), authorities: "authority.pem".into() };
        let system = Arc::new(System::load(&files, &folder).unwrap());
        let endpoint = Endpoint { tries: 1, ..Endpoint::at(self.address.clone()) };
        MSign::new(Arc::new(Client::new("MSign", Style::Soap, &endpoint, &system, Arc::new(SystemClock)).unwrap()), BASE)
    }

    pub fn person(&self) -> Browser {
        Browser(self.emulator.pages())
    }
}

/// `system.pem`, `system.key.pem`, `authority.pem`.
pub fn put_files(folder: &Path, name: &str) {
    let pair = KEYS.system(name).unwrap();
    std::fs::write(folder.join("system.pem"), pair.certificate).unwrap();
    std::fs::write(folder.join("system.key.pem"), pair.key).unwrap();
    std::fs::write(folder.join("authority.pem"), KEYS.authority_pem()).unwrap();
}

/// The one who is known, at MSign's pages.
pub struct Browser(Router);

fn encoded(fields: &[(&str, &str)]) -> String {
    let part = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    fields.iter().map(|(name, value)| format!("{}={}", part(name), part(value))).collect::<Vec<_>>().join("&")
}

impl Browser {
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> (StatusCode, String, String) {
        let request = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let answer = self.0.clone().oneshot(request.body(Body::from(encoded(fields))).unwrap()).await.unwrap();
        let policy = answer.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned();
        let status = answer.status();
        (status, String::from_utf8(to_bytes(answer.into_body(), 1 << 20).await.unwrap().to_vec()).unwrap(), policy)
    }
}

#[async_trait]
impl Signatory for Browser {
    fn idnp(&self) -> String {
        IDNP.to_owned()
    }

    async fn decide(&self, form: &BrowserForm, signs: bool) -> Result<(), Broken> {
        let fields: Vec<(&str, &str)> = form.fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let (status, page, _) = self.post(&form.action, &fields).await;
        if status != StatusCode::OK || !page.contains("Rusu Ana") {
            return Err(Broken(format!("the page asks the person: {status} {page}")));
        }
        let step = if signs { "sign" } else { "refuse" };
        let own = [("Instrument", "moldsign"), ("name", "Rusu Ana"), ("pin", "1234"), ("step", step)];
        let fields: Vec<_> = fields.into_iter().chain(own).collect();
        let (status, page, policy) = self.post(&format!("{}/sign", form.action), &fields).await;
        let id = form.action.rsplit('/').next().unwrap_or_default();
        let back = ["action=\"https://portal.test/sign/return", "name=\"RelayState\" value=\"state-1\"", id];
        let leads_back = status == StatusCode::OK && back.iter().all(|part| page.contains(part));
        let allowed = policy.contains("form-action 'self' https://portal.test;");
        if leads_back && allowed { Ok(()) } else { Err(Broken(format!("the person is led back: {status} {policy} {page}"))) }
    }
}

/// A page with these words.
pub fn document(words: &str) -> Vec<u8> {
    let mut document = Document::with_version("1.7");
    let pages = document.new_object_id();
    let font = document.add_object(dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Courier" });
    let text = vec![
        Operation::new("BT", vec![]),
        Operation::new("Tf", vec!["F1".into(), 18.into()]),
        Operation::new("Td", vec![100.into(), 600.into()]),
        Operation::new("Tj", vec![Object::string_literal(words)]),
        Operation::new("ET", vec![]),
    ];
    let content = document.add_object(Stream::new(dictionary! {}, Content { operations: text }.encode().unwrap()));
    let page = document.add_object(dictionary! {
        "Type" => "Page", "Parent" => pages, "Contents" => content, "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
        "Resources" => dictionary! { "Font" => dictionary! { "F1" => font } },
    });
    document.set_object(pages, dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 });
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
    document.trailer.set("Root", catalog);
    let mut out = Vec::new();
    document.save_to(&mut out).unwrap();
    out
}
