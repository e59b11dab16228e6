//! MSign's SOAP messages, as a caller writes and reads them. Elements are written in alphabetical order, as .NET's data contracts want them;
//! what is read may hold more than we know.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::DateTime;
use vatra_core::clock::Instant;
use vatra_core::manifest::Language;
use vatra_core::providers::{
    ContentKind, ExpectedSigner, SignRequest, SignResponse, SignStatus, Signed, Verification, VerificationContent, VerifiedSignature,
};
use vatra_xmlsec::xml::{Element, Limits, Writer, Xml};
use vatra_xmlsec::{Refusal, names};

/// The service's namespace.
pub(super) const NS: &str = "https://msign.gov.md";
/// The signed documents of a large request.
const LIMITS: Limits = Limits { bytes: 64 << 20, depth: 16, elements: 20_000, ..Limits::SOAP };

/// Why an answer cannot be used. Repeats nothing of it.
pub(super) type Unusable = Refusal;

fn leaf(out: &mut Writer, name: &str, text: &str) {
    out.start_element(name, &[]);
    out.text(text);
    out.end_element(name);
}

/// Nothing for an empty text.
fn given(out: &mut Writer, name: &str, text: &str) {
    if !text.is_empty() {
        leaf(out, name, text);
    }
}

fn kind_of(kind: ContentKind) -> &'static str {
    match kind {
        ContentKind::Hash => "Hash",
        ContentKind::Pdf => "Pdf",
    }
}

fn operation(name: &str, inside: impl FnOnce(&mut Writer)) -> String {
    let mut out = Writer::new();
    out.start_element(name, &[("xmlns", NS)]);
    inside(&mut out);
    out.end_element(name);
    out.into_string()
}

pub(super) fn post(request: &SignRequest) -> String {
    operation("PostSignRequest", |out| {
        out.start_element("request", &[]);
        given(out, "ContentDescription", &request.description);
        leaf(out, "ContentType", kind_of(request.kind));
        out.start_element("Contents", &[]);
        for content in &request.contents {
            out.start_element("SignContent", &[]);
            leaf(out, "Content", &STANDARD.encode(&content.content));
            given(out, "CorrelationID", &content.correlation);
            if content.co_signed && request.kind == ContentKind::Pdf {
                leaf(out, "MultipleSignatures", "true");
            }
            given(out, "Name", &content.name);
            out.end_element("SignContent");
        }
        out.end_element("Contents");
        if let Some(signer) = &request.signer {
            expected_signer(out, signer);
        }
        leaf(out, "ShortContentDescription", &request.title);
        given(out, "SignatureReason", &request.reason);
        out.end_element("request");
    })
}

fn expected_signer(out: &mut Writer, signer: &ExpectedSigner) {
    out.start_element("ExpectedSigner", &[]);
    if let Some(delegation) = &signer.delegation {
        if delegation.role != 0 {
            leaf(out, "DelegatedRoleID", &delegation.role.to_string());
        }
        leaf(out, "DelegatorID", &delegation.delegator);
        leaf(out, "DelegatorType", if delegation.organisation { "Organization" } else { "Person" });
    }
    leaf(out, "ID", &signer.idnp);
    out.end_element("ExpectedSigner");
}

pub(super) fn get(request: &str, language: Language) -> String {
    operation("GetSignResponse", |out| {
        leaf(out, "requestID", request);
        leaf(out, "language", language.code());
    })
}

pub(super) fn verify(kind: ContentKind, contents: &[VerificationContent], language: Language) -> String {
    operation("VerifySignatures", |out| {
        out.start_element("request", &[]);
        out.start_element("Contents", &[]);
        for content in contents {
            out.start_element("VerificationContent", &[]);
            if let Some(digest) = &content.digest {
                leaf(out, "Content", &STANDARD.encode(digest));
            }
            given(out, "CorrelationID", &content.correlation);
            leaf(out, "Signature", &STANDARD.encode(&content.signature));
            out.end_element("VerificationContent");
        }
        out.end_element("Contents");
        leaf(out, "Language", language.code());
        leaf(out, "SignedContentType", kind_of(kind));
        out.end_element("request");
    })
}

/// Hands the Body's one element to `read`.
fn opened<T>(body: &[u8], read: impl FnOnce(Element<'_>) -> Result<T, Unusable>) -> Result<T, Unusable> {
    let message = Xml::from_bytes(body, &LIMITS)?;
    let envelope = message.root()?;
    if !envelope.is(names::SOAP, "Envelope") {
        return Err(Refusal::Missing("Envelope"));
    }
    let mut parts = envelope.sequence("Envelope")?;
    parts.optional(names::SOAP, "Header");
    let mut body = parts.required(names::SOAP, "Body")?.sequence("Body")?;
    let payload = body.any().ok_or(Refusal::Missing("the payload"))?;
    body.end()?;
    read(payload)
}

/// The result of an operation.
fn result<T>(body: &[u8], answer: &str, name: &'static str, read: impl FnOnce(Element<'_>) -> Result<T, Unusable>) -> Result<T, Unusable> {
    opened(body, |payload| {
        if !payload.is(NS, answer) {
            return Err(Refusal::Unexpected("the answer"));
        }
        read(inside(payload, name).ok_or(Refusal::Missing(name))?)
    })
}

fn inside<'d>(element: Element<'d>, name: &str) -> Option<Element<'d>> {
    element.elements().find(|found| found.is(NS, name))
}

/// Empty for what is not there, or nil.
fn text(element: Element<'_>, name: &'static str) -> Result<String, Unusable> {
    inside(element, name).map_or(Ok(String::new()), |found| found.text(name))
}

fn bytes(element: Element<'_>, name: &'static str) -> Result<Vec<u8>, Unusable> {
    inside(element, name).map_or(Ok(Vec::new()), |found| found.base64(name))
}

fn flag(element: Element<'_>, name: &'static str) -> Result<bool, Unusable> {
    match text(element, name)?.trim() {
        "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        _ => Err(Refusal::Malformed(name)),
    }
}

fn all<'d>(element: Element<'d>, list: &str, name: &'static str) -> Vec<Element<'d>> {
    let list = inside(element, list).into_iter();
    list.flat_map(|list| list.elements()).filter(|found| found.is(NS, name)).collect()
}

pub(super) fn posted(body: &[u8]) -> Result<String, Unusable> {
    let id = result(body, "PostSignRequestResponse", "PostSignRequestResult", |id| id.text("PostSignRequestResult"))?;
    // It becomes part of an address.
    let plain = (1..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    Some(id).filter(|_| plain).ok_or(Refusal::Malformed("PostSignRequestResult"))
}

pub(super) fn response(body: &[u8]) -> Result<SignResponse, Unusable> {
    result(body, "GetSignResponseResponse", "GetSignResponseResult", |found| {
        let status = match text(found, "Status")?.trim() {
            "Pending" => SignStatus::Pending,
            "Success" => SignStatus::Success,
            "Failure" => SignStatus::Failure,
            "Expired" => SignStatus::Expired,
            _ => return Err(Refusal::Malformed("Status")),
        };
        let mut results = Vec::new();
        for one in all(found, "Results", "SignResult") {
            results.push(Signed {
                correlation: text(one, "CorrelationID")?,
                certificate: bytes(one, "Certificate")?,
                signature: bytes(one, "Signature")?,
            });
        }
        if status != SignStatus::Success {
            results.clear();
        }
        Ok(SignResponse { status, message: text(found, "Message")?, results })
    })
}

pub(super) fn verified(body: &[u8]) -> Result<Vec<Verification>, Unusable> {
    result(body, "VerifySignaturesResponse", "VerifySignaturesResult", |found| {
        let results = all(found, "Results", "VerificationResult");
        results.into_iter().map(verification).collect()
    })
}

fn verification(found: Element<'_>) -> Result<Verification, Unusable> {
    let mut signatures = Vec::new();
    for one in all(found, "Certificates", "VerificationCertificate") {
        signatures.push(VerifiedSignature {
            certificate: bytes(one, "Certificate")?,
            valid: flag(one, "SignatureValid")?,
            signed_at: moment(&text(one, "SignedAt")?)?,
            subject: text(one, "Subject")?,
        });
    }
    Ok(Verification {
        correlation: text(found, "CorrelationID")?,
        valid: flag(found, "SignaturesValid")?,
        message: text(found, "Message")?,
        signatures,
    })
}

/// `xs:dateTime`; without a zone it is civil time in Moldova, as MPay writes it.
fn moment(text: &str) -> Result<Option<Instant>, Unusable> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let zoned = DateTime::parse_from_rfc3339(text).ok().map(|at| at.timestamp_millis());
    let local = || {
        let local = chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").ok()?;
        Some(local.and_local_timezone(chrono_tz::Europe::Chisinau).earliest()?.timestamp_millis())
    };
    zoned.or_else(local).map(|millis| Some(Instant(millis))).ok_or(Refusal::Malformed("SignedAt"))
}

/// A fault's code, without its prefix, and its words.
pub(super) fn fault(body: &[u8]) -> Result<(String, String), Unusable> {
    opened(body, |payload| {
        if !payload.is(names::SOAP, "Fault") {
            return Err(Refusal::Missing("Fault"));
        }
        let part =
            |name: &'static str| payload.elements().find(|found| found.is("", name)).map_or(Ok(String::new()), |found| found.text(name));
        let code = part("faultcode")?;
        Ok((code.rsplit(':').next().unwrap_or_default().trim().to_owned(), part("faultstring")?))
    })
}
