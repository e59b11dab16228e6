//! Signing in through MPass, and out.

use super::Web;
use super::refusal::{Kind, Refusal};
use super::session::{LOGIN, Login, PENDING, PENDING_SECONDS, Pending};
use super::visit::{Visit, is_local, see};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use tower_sessions::Session;
use vatra_core::providers::ProviderError;

/// Where MPass answers.
pub(crate) const RETURN: &str = "/auth/mpass";
/// Where signing out is posted to.
pub(crate) const OUT: &str = "/signout";

/// Sign-ins that one browser may have under way: one a tab.
const MOST_PENDING: usize = 8;

/// `GET /signin?then=…`: to MPass, and back to `then`.
pub(crate) async fn begin(State(web): State<Web>, visit: Visit, session: Session) -> Result<Response, Refusal> {
    let then = visit.asked("then").filter(|then| is_local(then)).map(str::to_owned);
    if web.login(&visit, &session).await?.is_some() {
        return Ok(see(then.as_deref().unwrap_or("/")));
    }
    let identity = web.identity.as_ref().ok_or_else(|| Refusal::new(&visit, Kind::SignInDown))?;
    let request = format!("_{}", hex::encode(rand::random::<[u8; 20]>()));
    let url = identity.begin(&request, RETURN).await.map_err(|error| refused(&visit, &error))?;
    let failed = |error| Refusal::host(&visit, error);
    let now = web.app.clock.now();
    let mut pending = session.get::<Vec<Pending>>(PENDING).await.map_err(failed)?.unwrap_or_default();
    pending.retain(|each| each.at.plus_seconds(PENDING_SECONDS) > now);
    if pending.len() >= MOST_PENDING {
        pending.remove(0);
    }
    pending.push(Pending { request, then, at: now });
    session.insert(PENDING, pending).await.map_err(failed)?;
    Ok(see(&url))
}

fn refused(visit: &Visit, error: &ProviderError) -> Refusal {
    match error {
        ProviderError::Unavailable { .. } => {
            tracing::warn!(request = %visit.request, "sign-in: {error}");
            Refusal::new(visit, Kind::SignInDown)
        }
        // The cause may quote what was sent.
        ProviderError::Refused { .. } => {
            tracing::warn!(request = %visit.request, "sign-in: the answer was refused");
            Refusal::new(visit, Kind::SignInFailed)
        }
    }
}

/// `GET /auth/mpass?SAMLResponse=…&RelayState=…`: MPass answers a sign-in that this very browser began. Each is good once.
pub(crate) async fn complete(State(web): State<Web>, visit: Visit, session: Session) -> Result<Response, Refusal> {
    let failed = |error| Refusal::host(&visit, error);
    let identity = web.identity.as_ref().ok_or_else(|| Refusal::new(&visit, Kind::SignInDown))?;
    let mut pending = session.get::<Vec<Pending>>(PENDING).await.map_err(failed)?.unwrap_or_default();
    let now = web.app.clock.now();
    let found = pending.iter().position(|each| Some(each.request.as_str()) == visit.asked("RelayState"));
    let answered = found.map(|index| pending.remove(index)).filter(|each| each.at.plus_seconds(PENDING_SECONDS) > now);
    let Some(answered) = answered else {
        tracing::warn!(request = %visit.request, "sign-in: an answer to no request of this browser");
        return Err(Refusal::new(&visit, Kind::SignInFailed));
    };
    session.insert(PENDING, &pending).await.map_err(failed)?;
    let person = identity
        .complete(&answered.request, visit.asked("SAMLResponse").unwrap_or_default())
        .await
        .map_err(|error| refused(&visit, &error))?;
    let offices = web.app.offices(&person.idnp).await.map_err(|error| Refusal::host(&visit, error))?;
    if offices.is_empty() {
        tracing::info!(request = %visit.request, "sign-in: no official anywhere");
        session.flush().await.map_err(failed)?;
        return Err(Refusal::new(&visit, Kind::NoOffice));
    }
    for (tenant, official) in &offices {
        web.app.session_row(tenant, Some(official.person), "sign-in").await.map_err(|error| Refusal::host(&visit, error))?;
    }
    // A session id that somebody else may have planted before sign-in is worth nothing after it.
    session.cycle_id().await.map_err(failed)?;
    let name = format!("{} {}", person.first_name, person.last_name).trim().to_owned();
    session.insert(LOGIN, Login { idnp: person.idnp, name, since: now, seen: now }).await.map_err(failed)?;
    session.remove_value(PENDING).await.map_err(failed)?;
    let home = match offices.as_slice() {
        [(tenant, _)] => format!("/{}", tenant.slug),
        _ => "/".to_owned(),
    };
    Ok(see(&answered.then.unwrap_or(home)))
}

/// `POST /signout`
pub(crate) async fn sign_out(State(web): State<Web>, visit: Visit, session: Session) -> Response {
    let leave = async {
        if let Some(login) = web.login(&visit, &session).await? {
            for (tenant, official) in web.app.offices(&login.idnp).await.map_err(|error| Refusal::host(&visit, error))? {
                web.app.session_row(&tenant, Some(official.person), "sign-out").await.map_err(|error| Refusal::host(&visit, error))?;
            }
        }
        Ok::<_, Refusal>(())
    };
    // Signing out works whatever else does not.
    let written = leave.await;
    match session.flush().await {
        Ok(()) => written.map_or_else(IntoResponse::into_response, |()| see("/")),
        Err(error) => Refusal::host(&visit, error).into_response(),
    }
}
