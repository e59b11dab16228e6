//! What the tests share: authorities made once, a small document, and the ways to sign it.
#![allow(dead_code, unreachable_pub, reason = "each test binary uses its own part")]

pub mod tamper;

use chrono::{DateTime, Utc};
use lopdf::content::{Content, Operation};
use lopdf::{Document, Object, Stream, dictionary};
use std::sync::LazyLock;
use vatra_pki::authority::{Authority, Holder, Subject};
use vatra_pki::pades::{Field, Verdict, prepare, verify};
use vatra_pki::stamp::{self, Request};
use vatra_pki::{Certificate, Refusal, RevocationList, Trust};

pub fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// When the documents are signed, and when they are looked at.
pub fn signing() -> DateTime<Utc> {
    at("2026-11-22T09:00:00Z")
}

pub fn now() -> DateTime<Utc> {
    at("2026-11-23T09:00:00Z")
}

pub const IDNP: &str = "2000000000008";

pub struct World {
    pub root: Authority,
    pub issuing: Authority,
    pub stamps: stamp::Authority,
    /// The time-stamp authority's key in PKCS #8.
    pub stamps_key: Vec<u8>,
    pub mayor: Holder,
    pub secretary: Holder,
    pub lists: Vec<RevocationList>,
}

impl World {
    pub fn new(name: &str) -> World {
        let long = (at("2020-01-01T00:00:00Z"), at("2045-01-01T00:00:00Z"));
        let root = Authority::root(&format!("{name} root"), long).unwrap();
        let issuing = root.subordinate(&format!("{name} people"), long).unwrap();
        let tsa = root.issue(Subject::TimeStamps { name: "Mărci temporale" }, long).unwrap();
        let person = |name, idnp| issuing.issue(Subject::Person { name, idnp }, long).unwrap();
        let (mayor, secretary) = (person("Ana Rusu", IDNP), person("Ion Țurcanu", "2000000000009"));
        let week = (at("2026-11-20T00:00:00Z"), at("2026-11-27T00:00:00Z"));
        let lists = vec![root.revoke(&[], week).unwrap(), issuing.revoke(&[], week).unwrap()];
        let stamps_key = tsa.pkcs8;
        let stamps = stamp::Authority { key: tsa.key, chain: vec![root.certificate().clone()] };
        World { root, issuing, stamps, stamps_key, mayor, secretary, lists }
    }

    pub fn trust(&self) -> Trust {
        Trust { anchors: vec![self.root.certificate().clone()], intermediates: vec![], lists: self.lists.clone() }
    }

    pub fn chain(&self) -> Vec<Certificate> {
        vec![self.issuing.certificate().clone()]
    }

    /// A time stamp over these bytes.
    pub fn token(&self, bytes: &[u8], moment: DateTime<Utc>) -> Vec<u8> {
        let request = Request::over(bytes, [7; 16]).unwrap();
        request.accept(&self.stamps.answer(&request.to_der().unwrap(), [9; 16], moment).unwrap()).unwrap()
    }

    pub fn sign_at(&self, pdf: &[u8], who: &Holder, moment: DateTime<Utc>) -> Vec<u8> {
        let field = Field { name: Some("Ana Rusu"), reason: Some("Aprobat în ședință"), location: Some("Orhei"), moment };
        let signed = prepare(pdf, &field).unwrap().sign(&who.key, &self.chain()).unwrap();
        let token = self.token(signed.value(), moment);
        signed.finish(&token).unwrap()
    }

    pub fn sign(&self, pdf: &[u8]) -> Vec<u8> {
        self.sign_at(pdf, &self.mayor, signing())
    }
}

pub static WORLD: LazyLock<World> = LazyLock::new(|| World::new("Test"));
pub static STRANGERS: LazyLock<World> = LazyLock::new(|| World::new("Test"));

/// One page with a line of text; `modern` with object streams and a cross-reference stream.
pub fn document(modern: bool) -> Vec<u8> {
    let mut document = Document::with_version("1.7");
    let pages = document.new_object_id();
    let font = document.add_object(dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Courier" });
    let text = Content {
        operations: vec![
            Operation::new("BT", vec![]),
            Operation::new("Tf", vec!["F1".into(), 18.into()]),
            Operation::new("Td", vec![100.into(), 600.into()]),
            Operation::new("Tj", vec![Object::string_literal("De plata: 100 lei")]),
            Operation::new("ET", vec![]),
        ],
    };
    let content = document.add_object(Stream::new(dictionary! {}, text.encode().unwrap()));
    let page = document.add_object(dictionary! {
        "Type" => "Page", "Parent" => pages, "Contents" => content, "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
        "Resources" => dictionary! { "Font" => dictionary! { "F1" => font } },
    });
    document.set_object(pages, dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 });
    let info = document.add_object(dictionary! { "Title" => Object::string_literal("Aviz") });
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
    document.trailer.set("Root", catalog);
    document.trailer.set("Info", info);
    let id = Object::String(vec![7; 16], lopdf::StringFormat::Hexadecimal);
    document.trailer.set("ID", vec![id.clone(), id]);
    let mut out = Vec::new();
    if modern {
        document.save_modern(&mut out).unwrap()
    } else {
        document.save_to(&mut out).unwrap()
    }
    out
}

pub fn verdicts(pdf: &[u8]) -> Result<Vec<Verdict>, Refusal> {
    verify(pdf, &WORLD.trust(), now())
}

/// What is said of each signature: nothing, when it counts.
pub fn outcomes(pdf: &[u8]) -> Result<Vec<Option<Refusal>>, Refusal> {
    Ok(verdicts(pdf)?.into_iter().map(|one| one.outcome.err()).collect())
}
