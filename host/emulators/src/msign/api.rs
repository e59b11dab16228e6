//! The service towards systems: SOAP over a connection whose certificate says who asks.

use super::wire::{self, Code, Problem, Question, invalid};
use super::{Emulator, Fault, text};
use crate::fault::Emulated;
use crate::tls::Peer;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, DefaultBodyLimit, Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use vatra_core::clock::Instant;
use vatra_core::manifest::Language;
use vatra_core::providers::{ContentKind, Verification, VerificationContent, VerifiedSignature};
use vatra_pki::xades::Hash;
use vatra_pki::{Certificate, Refusal, Trust, Valid, pades, xades};
use vatra_xmlsec::Accepts;

const XML: &str = "text/xml; charset=utf-8";

pub(super) fn routes() -> Router<Emulator> {
    Router::new()
        .route("/MSign.svc", post(ask).get(describe))
        .route("/tsa", post(stamp))
        .route("/authority.pem", get(authority))
        .route("/lists/{list}", get(list))
        .layer(DefaultBodyLimit::max(wire::LIMITS.bytes))
}

async fn ask(State(emulator): State<Emulator>, ConnectInfo(peer): ConnectInfo<Peer>, headers: HeaderMap, body: Bytes) -> Response {
    let owner = hex::encode(peer.certificate.fingerprint());
    let action = headers.get("SOAPAction").and_then(|action| action.to_str().ok()).unwrap_or_default().to_owned();
    // Reading, signing and verifying hundreds of documents takes its time.
    let done = tokio::task::spawn_blocking(move || answer(&emulator, &owner, &action, &body)).await;
    let done = done.unwrap_or_else(|_| Err(invalid("the request cannot be processed")));
    match done {
        Ok(answer) => ([(header::CONTENT_TYPE, XML)], answer).into_response(),
        Err(problem) => (StatusCode::INTERNAL_SERVER_ERROR, [(header::CONTENT_TYPE, XML)], wire::fault(&problem)).into_response(),
    }
}

fn answer(emulator: &Emulator, owner: &str, action: &str, body: &[u8]) -> Result<String, Problem> {
    match emulator.fault().get() {
        Some(Fault::Authentication) => {
            return Err(Problem(Code::AuthenticationFailed, "Unknown or unregistered system".to_owned()));
        }
        Some(Fault::Authorization) => {
            return Err(Problem(Code::AuthorizationFailed, "This signature request was not initiated by this system".to_owned()));
        }
        Some(Fault::NotFound) => return Err(Problem(Code::RequestNotFound, "Cannot find such request".to_owned())),
        _ => {}
    }
    Ok(match wire::read(action, body)? {
        Question::Post(request) => wire::posted(&emulator.post(owner, request)?),
        Question::Response { request, language } => wire::response(&emulator.response(owner, &request, spoken(language)?)?),
        Question::Verify { kind, contents, language } => {
            if contents.is_empty() {
                return Err(invalid("Contents has at least one element"));
            }
            let (language, now) = (spoken(language)?, emulator.inner.clock.now());
            let trust = emulator.trust().map_err(|_| invalid("the revocation lists cannot be made"))?;
            let judged = contents.iter().map(|content| judge(kind, content, language, &trust, now));
            wire::verified(&judged.collect::<Result<Vec<_>, _>>()?)
        }
    })
}

/// Romanian when nothing is said.
fn spoken(language: Option<String>) -> Result<Language, Problem> {
    let Some(code) = language else { return Ok(Language::Ro) };
    Language::from_code(&code).ok_or_else(|| invalid("the language is ro, ru or en"))
}

fn judge(
    kind: ContentKind,
    content: &VerificationContent,
    language: Language,
    trust: &Trust,
    now: Instant,
) -> Result<Verification, Problem> {
    let found: Vec<Result<Valid, Refusal>> = match kind {
        ContentKind::Pdf => match pades::verify(&content.signature, trust, now.utc()) {
            Ok(verdicts) => verdicts.into_iter().filter(|one| one.kind == pades::Kind::Signature).map(|one| one.outcome).collect(),
            Err(refusal) => vec![Err(refusal)],
        },
        ContentKind::Hash => {
            let digest = content.digest.as_deref().ok_or_else(|| invalid("Content is required for Hash"))?;
            let hash = Hash::from_bytes(digest, Accepts::Sha1Too).map_err(|_| invalid("Content is a SHA-1 digest of 20 bytes"))?;
            let text = std::str::from_utf8(&content.signature).map_err(|_| invalid("Signature is XAdES"))?;
            vec![xades::verify(text, &hash, Accepts::Sha1Too, trust, now.utc())]
        }
    };
    let refusal = found.iter().find_map(|one| one.as_ref().err());
    let message = if found.is_empty() { text::unsigned(language) } else { text::verdict(refusal, language) };
    let signatures = found.iter().filter_map(|one| one.as_ref().ok()).map(|valid| VerifiedSignature {
        certificate: valid.signer.der().to_vec(),
        valid: true,
        signed_at: Some(Instant(valid.signed_at.timestamp_millis())),
        subject: shortened(&valid.signer),
    });
    Ok(Verification {
        correlation: content.correlation.clone(),
        valid: !found.is_empty() && refusal.is_none(),
        message: message.to_owned(),
        signatures: signatures.collect(),
    })
}

/// At most 250 characters.
fn shortened(certificate: &Certificate) -> String {
    certificate.subject().chars().take(250).collect()
}

/// `?singleWsdl`, with the address under which it was asked.
async fn describe(RawQuery(query): RawQuery, headers: HeaderMap, uri: axum::extract::OriginalUri) -> Response {
    if !query.unwrap_or_default().eq_ignore_ascii_case("singleWsdl") {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let plain = host.chars().all(|c| c.is_ascii_alphanumeric() || ".-:[]".contains(c));
    if host.is_empty() || !plain {
        return StatusCode::BAD_REQUEST.into_response();
    }
    let address = format!("https://{host}{}", uri.path());
    ([(header::CONTENT_TYPE, XML)], include_str!("service.wsdl").replace("ADDRESS", &address)).into_response()
}

async fn stamp(State(emulator): State<Emulator>, body: Bytes) -> Response {
    match emulator.inner.keys.stamp(&body) {
        Ok(answer) => ([(header::CONTENT_TYPE, "application/timestamp-reply")], answer).into_response(),
        Err(_) => StatusCode::BAD_REQUEST.into_response(),
    }
}

async fn authority(State(emulator): State<Emulator>) -> Response {
    ([(header::CONTENT_TYPE, "application/x-pem-file")], emulator.inner.keys.anchor().pem()).into_response()
}

async fn list(State(emulator): State<Emulator>, Path(list): Path<String>) -> Response {
    let number = list.strip_suffix(".crl").and_then(|number| number.parse::<usize>().ok());
    let lists = emulator.inner.keys.lists().unwrap_or_default();
    match number.and_then(|number| lists.get(number)) {
        Some(list) => ([(header::CONTENT_TYPE, "application/pkix-crl")], list.der().to_vec()).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
