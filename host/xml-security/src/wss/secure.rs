//! Making a signed SOAP message.

use crate::dsig::{Part, over};
use crate::key::SigningKey;
use crate::names::{BASE64_BINARY, SOAP, WSSE, WSU, X509_SKI, X509V3};
use crate::xml::{Limits, Xml};
use crate::{KeyError, Refusal, SignError, Suite, encode, fresh_id, time};
use chrono::{DateTime, TimeDelta, Utc};
use std::fmt;
use uppsala::XmlWriter;

/// A header block that holds a text, such as MConnect's `CallingUser` or WS-Addressing's `MessageID`. It is signed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Header<'a> {
    /// Its namespace.
    pub namespace: &'a str,
    /// Its name.
    pub name: &'a str,
    /// Its text.
    pub value: &'a str,
}

impl fmt::Debug for Header<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        // `CallingUser` is an IDNP.
        write!(out, "Header({}, …)", self.name)
    }
}

/// How the signature names its key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeyReference {
    /// A reference to a BinarySecurityToken with the certificate.
    Token,
    /// The certificate itself in `ds:X509Data`.
    Certificate,
    /// The certificate's SubjectKeyIdentifier.
    SubjectKey,
}

/// How a message is signed.
#[derive(Clone, Copy, Debug)]
pub struct Sealing<'a> {
    /// With which key.
    pub key: &'a SigningKey,
    /// With which algorithms.
    pub suite: Suite,
    /// How the key is named.
    pub reference: KeyReference,
    /// Created.
    pub now: DateTime<Utc>,
    /// From Created to Expires.
    pub lifetime: TimeDelta,
}

/// A signed message with `payload`, the text of one element, in its Body.
///
/// # Errors
/// When the payload is not one well-formed element, or the key cannot sign.
pub fn secure(payload: &str, headers: &[Header<'_>], sealing: &Sealing<'_>) -> Result<String, SignError> {
    Xml::parse(payload, &Limits::SOAP)?;
    let token = fresh_id()?;
    let key_info = key_info(sealing, &token)?;
    let (head, tail) = unsigned(payload, headers, sealing, &token)?;
    let text = [head.as_str(), &tail].concat();
    let signature = {
        let message = Xml::parse(&text, &Limits::SOAP)?;
        let mut parts = Vec::new();
        let envelope = message.root()?;
        let security = envelope.elements().flat_map(|part| part.elements()).find(|block| block.is(WSSE, "Security"));
        let timestamp = security.and_then(|found| found.elements().find(|part| part.is(WSU, "Timestamp")));
        let blocks = envelope.elements().filter(|part| part.is(SOAP, "Header")).flat_map(|header| header.elements());
        let body = envelope.elements().filter(|part| part.is(SOAP, "Body"));
        for element in timestamp.into_iter().chain(blocks.filter(|block| !block.is(WSSE, "Security"))).chain(body) {
            parts.push(Part { id: element.attribute_of(WSU, "Id").ok_or(Refusal::Missing("wsu:Id"))?, element });
        }
        over(&parts, false, sealing.suite, sealing.key, &key_info)?
    };
    Ok([head, signature, tail].concat())
}

/// The message before it is signed, cut where the signature goes: at the end of `wsse:Security`.
fn unsigned(payload: &str, headers: &[Header<'_>], sealing: &Sealing<'_>, token: &str) -> Result<(String, String), KeyError> {
    let mut out = XmlWriter::new();
    out.start_element("soap:Envelope", &[("xmlns:soap", SOAP)]);
    out.start_element("soap:Header", &[]);
    for header in headers {
        // A default namespace of its own: names and prefixes of the headers cannot collide.
        out.start_element(header.name, &[("xmlns", header.namespace), ("xmlns:wsu", WSU), ("wsu:Id", &fresh_id()?)]);
        out.text(header.value);
        out.end_element(header.name);
    }
    out.start_element("wsse:Security", &[("xmlns:wsse", WSSE), ("xmlns:wsu", WSU), ("soap:mustUnderstand", "1")]);
    out.start_element("wsu:Timestamp", &[("wsu:Id", &fresh_id()?)]);
    for (name, moment) in [("wsu:Created", sealing.now), ("wsu:Expires", sealing.now + sealing.lifetime)] {
        out.start_element(name, &[]);
        out.text(&time::write(moment));
        out.end_element(name);
    }
    out.end_element("wsu:Timestamp");
    if sealing.reference == KeyReference::Token {
        let attributes = [("wsu:Id", token), ("EncodingType", BASE64_BINARY), ("ValueType", X509V3)];
        out.start_element("wsse:BinarySecurityToken", &attributes);
        out.text(&encode(sealing.key.certificate().der()));
        out.end_element("wsse:BinarySecurityToken");
    }
    let head = out.into_string();
    let mut out = XmlWriter::new();
    out.end_element("wsse:Security");
    out.end_element("soap:Header");
    out.start_element("soap:Body", &[("xmlns:wsu", WSU), ("wsu:Id", &fresh_id()?)]);
    out.raw(payload);
    out.end_element("soap:Body");
    out.end_element("soap:Envelope");
    Ok((head, out.into_string()))
}

fn key_info(sealing: &Sealing<'_>, token: &str) -> Result<String, SignError> {
    let certificate = sealing.key.certificate();
    let mut out = XmlWriter::new();
    match sealing.reference {
        KeyReference::Certificate => {
            out.start_element("ds:X509Data", &[]);
            out.start_element("ds:X509Certificate", &[]);
            out.text(&encode(certificate.der()));
            out.end_element("ds:X509Certificate");
            out.end_element("ds:X509Data");
        }
        KeyReference::Token => {
            out.start_element("wsse:SecurityTokenReference", &[("xmlns:wsse", WSSE)]);
            out.empty_element("wsse:Reference", &[("URI", &format!("#{token}")), ("ValueType", X509V3)]);
            out.end_element("wsse:SecurityTokenReference");
        }
        KeyReference::SubjectKey => {
            let identifier = certificate.subject_key().ok_or(Refusal::Missing("SubjectKeyIdentifier"))?;
            out.start_element("wsse:SecurityTokenReference", &[("xmlns:wsse", WSSE)]);
            out.start_element("wsse:KeyIdentifier", &[("ValueType", X509_SKI), ("EncodingType", BASE64_BINARY)]);
            out.text(&encode(identifier));
            out.end_element("wsse:KeyIdentifier");
            out.end_element("wsse:SecurityTokenReference");
        }
    }
    Ok(out.into_string())
}

/// A SOAP fault as a payload. `code` is the contract's own (MPay: `UnknownOrder`) or one of SOAP's (`soap:Client`, `soap:Server`); `reason` is
/// for people and never personal.
#[must_use]
pub fn fault(code: &str, reason: &str) -> String {
    let mut out = XmlWriter::new();
    out.start_element("soap:Fault", &[("xmlns:soap", SOAP)]);
    for (name, text) in [("faultcode", code), ("faultstring", reason)] {
        out.start_element(name, &[]);
        out.text(text);
        out.end_element(name);
    }
    out.end_element("soap:Fault");
    out.into_string()
}

/// A message without security around a payload: for a fault told to someone whose message could not be opened.
#[must_use]
pub fn plain(payload: &str) -> String {
    let mut out = XmlWriter::new();
    out.start_element("soap:Envelope", &[("xmlns:soap", SOAP)]);
    out.start_element("soap:Body", &[]);
    out.raw(payload);
    out.end_element("soap:Body");
    out.end_element("soap:Envelope");
    out.into_string()
}
