//! MSign's SOAP messages, as the service reads and writes them: document/literal, elements in alphabetical order.
//!
//! No WS-Security: MSign's guide has callers known by the certificate of their connection, and its samples carry no header for it.

use std::fmt;
use vatra_core::providers::{
    ContentKind, Delegation, ExpectedSigner, SignContent, SignRequest, SignResponse, SignStatus, Verification, VerificationContent,
};
use vatra_xmlsec::xml::{Element, Limits, Sequence, Writer, Xml};
use vatra_xmlsec::{Refusal, names, wss};

/// The service's namespace.
pub(super) const NS: &str = "https://msign.gov.md";
const INSTANCE: &str = "http://www.w3.org/2001/XMLSchema-instance";
/// A request with three hundred documents fits.
pub(super) const LIMITS: Limits = Limits { bytes: 64 << 20, depth: 16, elements: 20_000, ..Limits::SOAP };

/// What MSign tells callers instead of an answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Code {
    AuthenticationFailed,
    AuthorizationFailed,
    InvalidParameter,
    RequestNotFound,
}

/// A SOAP fault: MSign's code, and why in plain English.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Problem(pub(super) Code, pub(super) String);

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        invalid(refusal.to_string())
    }
}

pub(super) fn invalid(why: impl Into<String>) -> Problem {
    Problem(Code::InvalidParameter, why.into())
}

/// A question of a caller.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Question {
    Post(SignRequest),
    Response { request: String, language: Option<String> },
    Verify { kind: ContentKind, contents: Vec<VerificationContent>, language: Option<String> },
}

/// Reads a question to the operation that SOAPAction names.
pub(super) fn read(action: &str, body: &[u8]) -> Result<Question, Problem> {
    let operation = action.trim().trim_matches('"').strip_prefix("https://msign.gov.md/IMSign/");
    let operation = operation.ok_or_else(|| invalid("SOAPAction does not name an operation of IMSign"))?;
    let message = Xml::from_bytes(body, &LIMITS)?;
    let envelope = message.root()?;
    if !envelope.is(names::SOAP, "Envelope") {
        return Err(invalid("not a SOAP 1.1 envelope"));
    }
    let mut parts = envelope.sequence("Envelope")?;
    parts.optional(names::SOAP, "Header");
    let mut body = parts.required(names::SOAP, "Body")?.sequence("Body")?;
    parts.end()?;
    let payload = body.any().ok_or(Refusal::Missing("the payload"))?;
    body.end()?;
    if !payload.is(NS, operation) {
        return Err(invalid("SOAPAction and payload are of different operations"));
    }
    let mut parts = payload.sequence("the operation")?;
    let question = match operation {
        "PostSignRequest" => Question::Post(sign_request(parts.required(NS, "request")?)?),
        "GetSignResponse" => {
            let request = parts.required(NS, "requestID")?.text("requestID")?;
            Question::Response { request, language: text(&mut parts, "language", 2)? }
        }
        "VerifySignatures" => verification_request(parts.required(NS, "request")?)?,
        _ => return Err(invalid("no such operation")),
    };
    parts.end()?;
    Ok(question)
}

/// An optional text of at most so many characters; `i:nil` and nothing are the same.
fn text(parts: &mut Sequence<'_>, name: &'static str, longest: usize) -> Result<Option<String>, Problem> {
    let Some(element) = parts.optional(NS, name) else { return Ok(None) };
    let text = element.text(name)?;
    if text.chars().count() > longest {
        return Err(invalid(format!("{name} is longer than {longest} characters")));
    }
    let nil = matches!(element.attribute_of(INSTANCE, "nil"), Some("true" | "1"));
    Ok(Some(text).filter(|text| !nil && !text.is_empty()))
}

fn kind(element: Element<'_>, name: &'static str) -> Result<ContentKind, Problem> {
    match element.text(name)?.trim() {
        "Hash" => Ok(ContentKind::Hash),
        "Pdf" => Ok(ContentKind::Pdf),
        _ => Err(invalid(format!("{name} is Hash or Pdf"))),
    }
}

fn sign_request(request: Element<'_>) -> Result<SignRequest, Problem> {
    let mut parts = request.sequence("request")?;
    let description = text(&mut parts, "ContentDescription", 512)?.unwrap_or_default();
    let kind = kind(parts.required(NS, "ContentType")?, "ContentType")?;
    let mut contents = Vec::new();
    let mut inside = parts.required(NS, "Contents")?.sequence("Contents")?;
    for content in inside.many(NS, "SignContent") {
        contents.push(sign_content(content)?);
    }
    inside.end()?;
    let signer =
        parts.optional(NS, "ExpectedSigner").filter(|signer| signer.elements().next().is_some()).map(expected_signer).transpose()?;
    let title = text(&mut parts, "ShortContentDescription", 90)?.ok_or_else(|| invalid("ShortContentDescription is required"))?;
    let reason = text(&mut parts, "SignatureReason", 255)?.unwrap_or_default();
    parts.end()?;
    Ok(SignRequest { kind, contents, title, description, reason, signer })
}

fn sign_content(content: Element<'_>) -> Result<SignContent, Problem> {
    let mut parts = content.sequence("SignContent")?;
    let bytes = parts.required(NS, "Content")?.base64("Content")?;
    let correlation = text(&mut parts, "CorrelationID", 36)?.unwrap_or_default();
    let several = parts.optional(NS, "MultipleSignatures").map(|flag| flag.text("MultipleSignatures")).transpose()?;
    let name = text(&mut parts, "Name", 256)?.unwrap_or_default();
    parts.end()?;
    Ok(SignContent { content: bytes, correlation, name, co_signed: matches!(several.as_deref(), Some("true" | "1")) })
}

fn expected_signer(signer: Element<'_>) -> Result<ExpectedSigner, Problem> {
    let mut parts = signer.sequence("ExpectedSigner")?;
    let role = text(&mut parts, "DelegatedRoleID", 11)?.unwrap_or_default();
    let delegator = text(&mut parts, "DelegatorID", 13)?;
    let kind = text(&mut parts, "DelegatorType", 12)?.unwrap_or_default();
    let idnp = text(&mut parts, "ID", 13)?.ok_or_else(|| invalid("ExpectedSigner.ID is required"))?;
    parts.end()?;
    let role = if role.is_empty() { 0 } else { role.parse().map_err(|_| invalid("DelegatedRoleID is no number"))? };
    let delegation = match (kind.as_str(), delegator) {
        ("" | "None", _) => None,
        ("Person" | "Organization", Some(delegator)) => Some(Delegation { delegator, organisation: kind == "Organization", role }),
        ("Person" | "Organization", None) => return Err(invalid("DelegatorID is required with a DelegatorType")),
        _ => return Err(invalid("DelegatorType is None, Person or Organization")),
    };
    Ok(ExpectedSigner { idnp, delegation })
}

fn verification_request(request: Element<'_>) -> Result<Question, Problem> {
    let mut parts = request.sequence("request")?;
    let mut contents = Vec::new();
    let mut inside = parts.required(NS, "Contents")?.sequence("Contents")?;
    for content in inside.many(NS, "VerificationContent") {
        let mut parts = content.sequence("VerificationContent")?;
        let digest = parts.optional(NS, "Content").map(|content| content.base64("Content")).transpose()?;
        let correlation = text(&mut parts, "CorrelationID", 36)?.unwrap_or_default();
        let signature = parts.required(NS, "Signature")?.base64("Signature")?;
        parts.end()?;
        contents.push(VerificationContent { digest: digest.filter(|digest| !digest.is_empty()), correlation, signature });
    }
    inside.end()?;
    let language = text(&mut parts, "Language", 2)?;
    let kind = kind(parts.required(NS, "SignedContentType")?, "SignedContentType")?;
    parts.end()?;
    Ok(Question::Verify { kind, contents, language })
}

/// Writes an element with a text.
fn leaf(out: &mut Writer, name: &str, text: &str) {
    out.start_element(name, &[]);
    out.text(text);
    out.end_element(name);
}

fn nothing(out: &mut Writer, name: &str) {
    out.empty_element(name, &[("xmlns:i", INSTANCE), ("i:nil", "true")]);
}

fn base64(out: &mut Writer, name: &str, bytes: &[u8]) {
    use base64::Engine;
    leaf(out, name, &base64::engine::general_purpose::STANDARD.encode(bytes));
}

/// An answer's envelope around what `inside` writes.
fn answer(operation: &str, inside: impl FnOnce(&mut Writer)) -> String {
    let mut out = Writer::new();
    let name = format!("{operation}Response");
    out.start_element(&name, &[("xmlns", NS)]);
    inside(&mut out);
    out.end_element(&name);
    wss::plain(&out.into_string())
}

pub(super) fn posted(request: &str) -> String {
    answer("PostSignRequest", |out| leaf(out, "PostSignRequestResult", request))
}

pub(super) fn response(response: &SignResponse) -> String {
    answer("GetSignResponse", |out| {
        out.start_element("GetSignResponseResult", &[]);
        if response.message.is_empty() {
            nothing(out, "Message")
        } else {
            leaf(out, "Message", &response.message)
        }
        if response.results.is_empty() {
            nothing(out, "Results");
        } else {
            out.start_element("Results", &[]);
            for result in &response.results {
                out.start_element("SignResult", &[]);
                base64(out, "Certificate", &result.certificate);
                if !result.correlation.is_empty() {
                    leaf(out, "CorrelationID", &result.correlation);
                }
                base64(out, "Signature", &result.signature);
                out.end_element("SignResult");
            }
            out.end_element("Results");
        }
        let status = match response.status {
            SignStatus::Pending => "Pending",
            SignStatus::Success => "Success",
            SignStatus::Failure => "Failure",
            SignStatus::Expired => "Expired",
        };
        leaf(out, "Status", status);
        out.end_element("GetSignResponseResult");
    })
}

pub(super) fn verified(results: &[Verification]) -> String {
    answer("VerifySignatures", |out| {
        out.start_element("VerifySignaturesResult", &[]);
        out.start_element("Results", &[]);
        for result in results {
            out.start_element("VerificationResult", &[]);
            if !result.signatures.is_empty() {
                out.start_element("Certificates", &[]);
                for one in &result.signatures {
                    out.start_element("VerificationCertificate", &[]);
                    base64(out, "Certificate", &one.certificate);
                    leaf(out, "SignatureValid", if one.valid { "true" } else { "false" });
                    match one.signed_at {
                        Some(at) => leaf(out, "SignedAt", &at.rfc3339()),
                        None => nothing(out, "SignedAt"),
                    }
                    leaf(out, "Subject", &one.subject);
                    out.end_element("VerificationCertificate");
                }
                out.end_element("Certificates");
            }
            if !result.correlation.is_empty() {
                leaf(out, "CorrelationID", &result.correlation);
            }
            leaf(out, "Message", &result.message);
            leaf(out, "SignaturesValid", if result.valid { "true" } else { "false" });
            out.end_element("VerificationResult");
        }
        out.end_element("Results");
        out.end_element("VerifySignaturesResult");
    })
}

/// A fault, with the code as WCF writes it: in the service's own namespace.
pub(super) fn fault(problem: &Problem) -> String {
    let mut out = Writer::new();
    out.start_element("soap:Fault", &[("xmlns:soap", names::SOAP)]);
    out.start_element("faultcode", &[("xmlns:a", NS)]);
    out.text(&format!("a:{}", problem.0));
    out.end_element("faultcode");
    leaf(&mut out, "faultstring", &problem.1);
    out.end_element("soap:Fault");
    wss::plain(&out.into_string())
}
