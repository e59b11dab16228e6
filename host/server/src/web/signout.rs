//! Signing out, here and at MPass: whoever ends a session tells the other.

use super::Web;
use super::refusal::{Kind, Refusal};
use super::signin::{fresh_id, hand_over, refused};
use super::visit::{Visit, see};
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use tower_sessions::Session;
use vatra_core::providers::SignOutDone;

/// Where signing out is posted to.
pub(crate) const OUT: &str = "/signout";
/// Where MPass posts logouts, and answers to ours (SingleLogoutService).
pub(crate) const LOGOUTS: &str = "/auth/mpass/logout";

/// `POST /signout`: here at once, then at MPass.
pub(crate) async fn sign_out(State(web): State<Web>, visit: Visit, session: Session) -> Response {
    let login = web.login(&visit, &session).await;
    let written = match &login {
        Ok(Some(login)) => written_down(&web, &visit, &login.idnp).await,
        Ok(None) => Ok(()),
        Err(_) => Err(Refusal::new(&visit, Kind::Host)),
    };
    // Signing out works whatever else does not.
    if let Err(error) = session.flush().await {
        return Refusal::host(&visit, error).into_response();
    }
    if let Err(refusal) = written {
        return refusal.into_response();
    }
    let Ok(Some(login)) = login else { return see("/") };
    let (Some(identity), Some(index)) = (&web.identity, &login.session_index) else { return see("/") };
    let request = fresh_id();
    match identity.begin_sign_out(&request, &login.idnp, index, &request).await {
        Ok(posting) => hand_over(&visit, "MPass", posting),
        Err(error) => {
            tracing::warn!(request = %visit.request, "sign-out: {error}");
            see("/")
        }
    }
}

async fn written_down(web: &Web, visit: &Visit, idnp: &str) -> Result<(), Refusal> {
    for (tenant, official) in web.app.offices(idnp).await.map_err(|error| Refusal::host(visit, error))? {
        web.app.session_row(&tenant, Some(official.person), "sign-out").await.map_err(|error| Refusal::host(visit, error))?;
    }
    Ok(())
}

/// `POST /auth/mpass/logout`: MPass ends sessions (SAMLRequest), or answers that it has ended ours (SAMLResponse).
pub(crate) async fn logouts(State(web): State<Web>, visit: Visit, headers: HeaderMap, body: Body) -> Result<Response, Refusal> {
    let identity = web.identity.as_ref().ok_or_else(|| Refusal::new(&visit, Kind::SignInDown))?;
    let form = super::body::message(&headers, body).await.map_err(|status| Refusal::new(&visit, Kind::BadForm(status)))?;
    let (request, response, state) = (form.field("SAMLRequest"), form.field("SAMLResponse"), form.field("RelayState"));
    if request.is_empty() {
        // Our session has ended before; how MPass fared is for the log.
        match identity.complete_sign_out(state, response).await {
            Ok(SignOutDone::Everywhere) => {}
            Ok(SignOutDone::Partially) => tracing::info!(request = %visit.request, "sign-out: MPass could not tell every service"),
            Err(error) => return Err(refused(&visit, &error)),
        }
        return Ok(see("/"));
    }
    let asked = identity.sign_out_asked(request).await.map_err(|error| refused(&visit, &error))?;
    for index in &asked.session_indexes {
        web.sessions.end(index).await.map_err(|error| Refusal::host(&visit, error))?;
    }
    written_down(&web, &visit, &asked.idnp).await?;
    // Sessions are found by their index; a request without one names none that could be found.
    let done = if asked.session_indexes.is_empty() { SignOutDone::Partially } else { SignOutDone::Everywhere };
    let posting = identity.answer_sign_out(&asked.id, done, state).await.map_err(|error| refused(&visit, &error))?;
    let mpass = posting.address.splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
    let mut response = hand_over(&visit, "MPass", posting);
    // MPass opens this page in a frame of its own, as it does with every service that it signs somebody out of.
    let policy = response.headers().get(header::CONTENT_SECURITY_POLICY).and_then(|policy| policy.to_str().ok());
    let framed = policy.map(|policy| policy.replace("frame-ancestors 'none'", &format!("frame-ancestors {mpass}")));
    if let Some(framed) = framed.and_then(|policy| HeaderValue::from_str(&policy).ok()) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, framed);
    }
    Ok(response)
}
