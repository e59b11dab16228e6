//! What the tests share: keys made on the spot, one good SAML answer and one good SOAP message to start from, and the ways to spoil them.
#![allow(dead_code, unreachable_pub, reason = "each test binary uses its own part")]

pub mod xmlsec1;

use chrono::{DateTime, TimeDelta, Utc};
use futures::executor::block_on;
use rcgen::{CertificateParams, DnType, KeyPair, PKCS_RSA_SHA256, RsaKeySize, date_time_ymd};
use std::sync::LazyLock;
use vatra_xmlsec::saml::{Expected, Issue, NameId, SignedIn, accept_response, issue, sign};
use vatra_xmlsec::wss::{Header, KeyReference, Rules, Sealing, open, secure};
use vatra_xmlsec::xml::{Limits, Xml};
use vatra_xmlsec::{Accepts, Certificate, Memory, Pinned, Policy, Refusal, SigningKey, Suite, saml};

pub const IDP: &str = "https://mpass.test/meta/saml";
pub const SP: &str = "https://primaria.test";
pub const ACS: &str = "https://primaria.test/sign-in/answer";
pub const REQUEST: &str = "_request-1";
/// The person who signs in, and the one whom an attacker would rather be. Both invented.
pub const PERSON: &str = "2000000000008";
pub const VICTIM: &str = "2999999999999";

pub struct Holder {
    pub key: SigningKey,
    pub pkcs8: Vec<u8>,
    pub certificate_pem: String,
    pub key_pem: String,
}

impl Holder {
    pub fn new(name: &str, until: i32) -> Holder {
        let pair = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap();
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(until, 1, 1);
        params.is_ca = rcgen::IsCa::ExplicitNoCa;
        let certificate = params.self_signed(&pair).unwrap();
        let pkcs8 = pair.serialize_der();
        let key = SigningKey::new(Certificate::from_der(certificate.der()).unwrap(), &pkcs8).unwrap().with_sha1(&pkcs8).unwrap();
        Holder { key, pkcs8, certificate_pem: certificate.pem(), key_pem: pair.serialize_pem() }
    }

    pub fn trusted(&self) -> Pinned {
        Pinned(vec![self.key.certificate().clone()])
    }
}

pub static PARTNER: LazyLock<Holder> = LazyLock::new(|| Holder::new("partner", 2040));
pub static ATTACKER: LazyLock<Holder> = LazyLock::new(|| Holder::new("partner", 2040));
static TRUST: LazyLock<Pinned> = LazyLock::new(|| PARTNER.trusted());

pub fn now() -> DateTime<Utc> {
    "2026-11-22T09:00:00Z".parse().unwrap()
}

pub fn policy() -> Policy<'static> {
    Policy { trust: &*TRUST, accepts: Accepts::Sha256, now: now() }
}

pub fn expected() -> Expected<'static> {
    Expected { partner: IDP, us: SP, address: ACS, policy: policy(), rules: saml::Rules::default() }
}

pub fn name(value: &str) -> NameId {
    NameId { value: value.to_owned(), format: None }
}

/// An unsigned answer about someone; the IDs bear `tag`.
pub fn answer(person: &str, tag: &str) -> String {
    let attributes = [("FirstName", vec!["Ana".to_owned()]), ("LastName", vec!["Rusu".to_owned()])];
    issue(&Issue {
        id: &format!("_response-{tag}"),
        assertion_id: &format!("_assertion-{tag}"),
        issuer: IDP,
        audience: SP,
        destination: Some(ACS),
        recipient: ACS,
        in_response_to: REQUEST,
        name_id: &name(person),
        session_index: "session-1",
        method: "urn:oasis:names:tc:SAML:2.0:ac:classes:SmartcardPKI",
        attributes: &attributes,
        now: now(),
        lifetime: TimeDelta::minutes(5),
    })
}

pub fn signed_answer() -> String {
    sign(&answer(PERSON, "good"), &PARTNER.key).unwrap()
}

pub fn accept_with(text: &str, expected: &Expected<'_>, cache: &Memory) -> Result<SignedIn, Refusal> {
    let xml = Xml::parse(text, &Limits::SAML)?;
    block_on(accept_response(&xml, REQUEST, expected)?.first(cache))
}

pub fn accept(text: &str) -> Result<SignedIn, Refusal> {
    accept_with(text, &expected(), &Memory::default())
}

/// The text of the first element with this tag, with the tag.
pub fn cut(text: &str, tag: &str) -> String {
    let start = text.find(&format!("<{tag}")).unwrap();
    let end = text[start..].find(&format!("</{tag}>")).unwrap() + start + tag.len() + 3;
    text[start..end].to_owned()
}

/// Replaces exactly one occurrence.
pub fn swap(text: &str, old: &str, new: &str) -> String {
    assert_eq!(text.matches(old).count(), 1, "{old} is there once");
    text.replacen(old, new, 1)
}

/// Inserts after the first occurrence.
pub fn after(text: &str, mark: &str, new: &str) -> String {
    let place = text.find(mark).unwrap_or_else(|| panic!("{mark} is there")) + mark.len();
    [&text[..place], new, &text[place..]].concat()
}

/// Inserts before the first occurrence.
pub fn before(text: &str, mark: &str, new: &str) -> String {
    let place = text.find(mark).unwrap_or_else(|| panic!("{mark} is there"));
    [&text[..place], new, &text[place..]].concat()
}

pub const CALLING: &str = "https://mconnect.gov.md";
pub const PAYLOAD: &str =
    r#"<m:GetOrderDetails xmlns:m="https://mpay.gov.md"><m:query><m:OrderKey>ORDER-1</m:OrderKey></m:query></m:GetOrderDetails>"#;
pub const HEADERS: &[Header<'static>] = &[
    Header { namespace: vatra_xmlsec::names::WSA, name: "Action", value: "https://mpay.gov.md/IServiceProvider/GetOrderDetails" },
    Header { namespace: CALLING, name: "CallingUser", value: PERSON },
];

pub fn sealing(reference: KeyReference) -> Sealing<'static> {
    Sealing { key: &PARTNER.key, suite: Suite::RsaSha256, reference, now: now(), lifetime: TimeDelta::minutes(5) }
}

pub fn secured() -> String {
    secure(PAYLOAD, HEADERS, &sealing(KeyReference::Token)).unwrap()
}

/// The same, its key named by its identifier.
pub fn secured_with_subject_key() -> String {
    secure(PAYLOAD, HEADERS, &sealing(KeyReference::SubjectKey)).unwrap()
}

/// What a caller gets to see of a message: the order it asks for, and the signed headers.
pub fn read_with(text: &str, policy: &Policy<'_>, rules: &Rules, cache: &Memory) -> Result<(String, Vec<String>), Refusal> {
    let xml = Xml::parse(text, &Limits::SOAP)?;
    let opened = block_on(open(&xml, policy, rules)?.first(cache))?;
    let query = opened.payload.elements().next().ok_or(Refusal::Missing("query"))?;
    let key = query.elements().next().ok_or(Refusal::Missing("OrderKey"))?.text("OrderKey")?;
    let headers = opened.headers.iter().map(|header| header.text("a header")).collect::<Result<_, _>>()?;
    Ok((key, headers))
}

pub fn read(text: &str) -> Result<(String, Vec<String>), Refusal> {
    read_with(text, &policy(), &Rules::default(), &Memory::default())
}
