//! Signing in through MPass. The request's id goes along in a cookie of its own, since MPass posts its answer from another site, where browsers leave
//! the session's cookie at home: only the browser that began a sign-in can finish it.

use super::Web;
use super::refusal::{Kind, Refusal};
use super::session::{LOGIN, Login, PENDING_SECONDS, hashed};
use super::visit::{Visit, cookie, is_local, page, see};
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use tower_sessions::Session;
use vatra_core::providers::{Posting, ProviderError};
use vatra_core::store::SessionRow;
use vatra_view::{Frame, assets, pages};

/// Where MPass posts who has signed in (AssertionConsumerService).
pub(crate) const RETURN: &str = "/auth/mpass";
/// Our metadata.
pub(crate) const METADATA: &str = "/auth/mpass/metadata";

/// A sign-in under way, kept under its request's id.
#[derive(Serialize, Deserialize)]
struct Pending {
    /// Where the person wanted to go.
    then: Option<String>,
}

fn pending_key(request: &str) -> String {
    hashed("sign-in", request)
}

/// An id that nobody can guess: 160 bits, an NCName.
pub(crate) fn fresh_id() -> String {
    format!("_{}", hex::encode(rand::random::<[u8; 20]>()))
}

fn is_id(text: &str) -> bool {
    text.len() == 41 && text.starts_with('_') && text.bytes().skip(1).all(|byte| byte.is_ascii_hexdigit())
}

/// One a sign-in, so that several tabs do not take each other's.
fn cookie_name(request: &str) -> String {
    format!("vatra-signin{}", request.get(..9).unwrap_or_default())
}

/// `SameSite=None` is for HTTPS alone; without it there is no other site, since only the emulated MPass is reached so.
fn set_cookie(web: &Web, request: &str, seconds: i64) -> Option<HeaderValue> {
    let (name, value) = (cookie_name(request), if seconds > 0 { request } else { "" });
    let rules = if web.secure { "SameSite=None; Secure" } else { "SameSite=Lax" };
    HeaderValue::from_str(&format!("{name}={value}; Path={RETURN}; Max-Age={seconds}; HttpOnly; {rules}")).ok()
}

/// `GET /signin?then=…`: to MPass, and back to `then`.
pub(crate) async fn begin(State(web): State<Web>, visit: Visit, session: Session) -> Result<Response, Refusal> {
    let then = visit.asked("then").filter(|then| is_local(then)).map(str::to_owned);
    if web.login(&visit, &session).await?.is_some() {
        return Ok(see(then.as_deref().unwrap_or("/")));
    }
    let identity = web.identity.as_ref().ok_or_else(|| Refusal::new(&visit, Kind::SignInDown))?;
    let request = fresh_id();
    let posting = identity.begin(&request, &request).await.map_err(|error| refused(&visit, &error))?;
    let data = serde_json::to_string(&Pending { then }).map_err(|error| Refusal::host(&visit, error))?;
    let expires = web.app.clock.now().plus_seconds(PENDING_SECONDS);
    let row = SessionRow { key: pending_key(&request), data, expires };
    web.app.store.save_session(&row).await.map_err(|error| Refusal::host(&visit, error))?;
    let mut response = hand_over(&visit, "MPass", posting);
    response.headers_mut().extend(set_cookie(&web, &request, PENDING_SECONDS).map(|cookie| (header::SET_COOKIE, cookie)));
    Ok(response)
}

/// The page whose form brings a message to a service.
pub(crate) fn hand_over(visit: &Visit, service: &str, posting: Posting) -> Response {
    let frame = Frame { language: visit.language, tenant: None, path: &visit.path, query: &visit.query, reader: None, flash: None };
    let origin = posting.address.splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
    let fields = posting.fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let mut response = page(StatusCode::OK, pages::hand_over(&frame, service, &posting.address, fields));
    let policy = HeaderValue::from_str(&assets::content_security_policy(&[&origin]));
    response.headers_mut().extend(policy.ok().map(|policy| (header::CONTENT_SECURITY_POLICY, policy)));
    response
}

pub(crate) fn refused(visit: &Visit, error: &ProviderError) -> Refusal {
    // Both causes are ours or fixed words; neither holds a part of a message.
    tracing::warn!(request = %visit.request, "sign-in: {error}");
    match error {
        ProviderError::Unavailable { .. } => Refusal::new(visit, Kind::SignInDown),
        ProviderError::Refused { .. } => Refusal::new(visit, Kind::SignInFailed),
    }
}

/// `POST /auth/mpass` with SAMLResponse and RelayState: MPass answers a sign-in that this very browser began. Each is good once.
pub(crate) async fn complete(
    State(web): State<Web>,
    visit: Visit,
    session: Session,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    let failed = |error| Refusal::host(&visit, error);
    let broken = |error| Refusal::host(&visit, error);
    let identity = web.identity.as_ref().ok_or_else(|| Refusal::new(&visit, Kind::SignInDown))?;
    let form = super::body::message(&headers, body).await.map_err(|status| Refusal::new(&visit, Kind::BadForm(status)))?;
    let request = form.field("RelayState");
    let mine = is_id(request) && cookie(&headers, &cookie_name(request)) == Some(request);
    let key = pending_key(request);
    let pending = match mine {
        true => web.app.store.session(&key, web.app.clock.now()).await.map_err(broken)?,
        false => None,
    };
    let Some(pending) = pending else {
        tracing::warn!(request = %visit.request, "sign-in: an answer to no request of this browser");
        return Err(Refusal::new(&visit, Kind::SignInFailed));
    };
    web.app.store.drop_session(&key).await.map_err(broken)?;
    let then = serde_json::from_str::<Pending>(&pending.data).ok().and_then(|pending| pending.then);
    let person = identity.complete(request, form.field("SAMLResponse")).await.map_err(|error| refused(&visit, &error))?;

    let offices = web.app.offices(&person.idnp).await.map_err(|error| Refusal::host(&visit, error))?;
    let to_the_app = then.as_deref().is_some_and(super::evo::is_of_the_app);
    if offices.is_empty() && !to_the_app {
        tracing::info!(request = %visit.request, "sign-in: no official anywhere");
        session.flush().await.map_err(failed)?;
        return Err(Refusal::new(&visit, Kind::NoOffice));
    }
    for (tenant, official) in &offices {
        web.app.session_row(tenant, Some(official.person), "sign-in").await.map_err(|error| Refusal::host(&visit, error))?;
    }
    // A session id that somebody else may have planted before sign-in is worth nothing after it.
    session.cycle_id().await.map_err(failed)?;
    let (now, name) = (web.app.clock.now(), person.name());
    let login = Login { idnp: person.idnp, name, since: now, seen: now, session_index: Some(person.session_index), acting: None };
    session.insert(LOGIN, &login).await.map_err(failed)?;
    session.save().await.map_err(failed)?;
    if let (Some(id), Some(index)) = (session.id(), &login.session_index) {
        web.sessions.known_as(&id, index).await.map_err(broken)?;
    }
    let home = match offices.as_slice() {
        [] => super::evo::APP.to_owned(),
        [(tenant, _)] => format!("/{}", tenant.slug),
        _ => "/".to_owned(),
    };
    let mut response = see(&then.unwrap_or(home));
    response.headers_mut().extend(set_cookie(&web, request, 0).map(|cookie| (header::SET_COOKIE, cookie)));
    Ok(response)
}

/// `GET /auth/mpass/metadata`: who we are, for MPass's operator.
pub(crate) async fn metadata(State(web): State<Web>, visit: Visit) -> Result<Response, Refusal> {
    let identity = web.identity.as_ref().ok_or_else(|| Refusal::new(&visit, Kind::NotFound))?;
    let mut response = Response::new(Body::from(identity.metadata()));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/samlmetadata+xml"));
    Ok(response)
}
