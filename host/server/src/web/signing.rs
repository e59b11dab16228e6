//! Signing: the queue of an official, the errand to MSign, and the way back.

use super::Web;
use super::refusal::{Kind, Refusal};
use super::seat::Seat;
use super::visit::{Visit, is_local, page, see};
use super::{body, documents, signin};
use crate::app::{AppError, Stage, Wanted};
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tower_sessions::Session;
use vatra_core::ids::{Name, OutboxId, SigningId};
use vatra_core::providers::{Errand, Posting};
use vatra_core::view::Tone;
use vatra_view::pages::signing::{self as pages, DECISION, Item, REASON, TICK};
use vatra_view::ui::Said;
use vatra_view::urls;

/// Where MSign has browsers post that they are done.
pub(crate) const RETURN: &str = "/auth/msign";
/// Seconds after which a page that waits looks again.
const AGAIN: HeaderValue = HeaderValue::from_static("2");
/// Bytes of a reason.
const MAX_REASON: usize = 500;
/// In addresses of errands: the person came back.
const BACK: &str = "back";

/// Where an errand goes on, or the queue when there is none.
pub(crate) fn address(slug: &Name, errand: Option<OutboxId>) -> String {
    errand.map_or_else(|| format!("/{slug}/signing"), |errand| format!("/{slug}/signing/{errand}"))
}

fn failed(visit: &Visit, seat: &Seat, error: AppError) -> Refusal {
    match error {
        AppError::NotFound(_) => Refusal::new(visit, Kind::NotFound).at(seat),
        error => Refusal::host(visit, error).at(seat),
    }
}

/// A seat where there is MSign; elsewhere there is nothing here.
async fn seat(web: &Web, visit: &Visit, session: &Session, slug: &str) -> Result<Seat, Refusal> {
    let seat = web.seat(visit, session, slug).await?;
    if web.app.signs() { Ok(seat) } else { Err(Refusal::new(visit, Kind::NotFound).at(&seat)) }
}

/// `GET /{tenant}/signing`: what waits for the reader.
pub(crate) async fn queue(State(web): State<Web>, visit: Visit, session: Session, Path(slug): Path<String>) -> Result<Response, Refusal> {
    let seat = seat(&web, &visit, &session, &slug).await?;
    let items = items(&web, &visit, &seat).await?;
    let flash = web.take_flash(&visit, &session).await?;
    Ok(page(StatusCode::OK, pages::queue(&seat.frame(&visit, flash), &address(&seat.tenant.slug, None), &items)))
}

async fn items(web: &Web, visit: &Visit, seat: &Seat) -> Result<Vec<Item>, Refusal> {
    let items = web.app.signing_items(&seat.tenant, &seat.official, visit.language).await;
    items.map_err(|error| failed(visit, seat, error))
}

/// `POST /{tenant}/signing`: what was ticked is signed with one errand, or refused.
pub(crate) async fn decide(
    State(web): State<Web>,
    visit: Visit,
    session: Session,
    Path(slug): Path<String>,
    request: Request,
) -> Result<Response, Refusal> {
    let (parts, body) = request.into_parts();
    let seat = match seat(&web, &visit, &session, &slug).await {
        Ok(seat) => seat,
        Err(refusal) => return Ok(body::linger(&parts.headers, refusal.into_response(), body.into_data_stream())),
    };
    let sent = match body::read(&parts.headers, body).await {
        Ok(sent) => sent,
        Err(unread) => return Ok(super::admin::unreadable(&visit, &seat, &parts.headers, unread)),
    };
    let posted = urls::form_fields(sent.fields);
    let one = |name: &str| posted.get(name).and_then(|values| values.first()).map(String::as_str).unwrap_or_default();
    let ids: Vec<SigningId> = posted.get(TICK).into_iter().flatten().filter_map(|id| id.parse().ok()).collect();
    let queue = address(&seat.tenant.slug, None);
    let said = |key: &str, tone| Said { tone, title: vatra_view::say(visit.language, key), text: None };
    if ids.is_empty() {
        web.put_flash(&visit, &session, said("signing-none-ticked", Tone::Warning)).await?;
        return Ok(see(&queue));
    }
    if one(DECISION) == "refuse" {
        let reason = one(REASON).trim();
        if reason.is_empty() || reason.len() > MAX_REASON {
            let items = items(&web, &visit, &seat).await?;
            let chosen: Vec<&Item> = items.iter().filter(|item| ids.iter().any(|id| id.to_string() == item.id)).collect();
            let (ids, titles) = chosen.iter().map(|item| (item.id.clone(), item.title.clone())).unzip::<_, _, Vec<_>, Vec<_>>();
            let asked = posted.contains_key(REASON);
            let status = if asked { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
            return Ok(page(status, pages::refuse(&seat.frame(&visit, None), &queue, &ids, &titles, asked)));
        }
        let refused = web.app.refuse_signing(&seat.tenant, &seat.official, &ids, reason).await;
        let refused = refused.map_err(|error| failed(&visit, &seat, error))?;
        let key = if refused > 0 { "signing-refusal-kept" } else { "signing-gone" };
        web.put_flash(&visit, &session, said(key, Tone::Neutral)).await?;
        return Ok(see(&queue));
    }
    let wanted = Wanted::Requests(ids);
    let begun = web.app.begin_signing(&seat.tenant, &seat.official, &wanted, "").await.map_err(|error| failed(&visit, &seat, error))?;
    if begun.is_empty() {
        web.put_flash(&visit, &session, said("signing-gone", Tone::Warning)).await?;
    }
    Ok(see(&address(&seat.tenant.slug, begun.first().copied())))
}

/// `GET /{tenant}/signing/{errand}`: to MSign; with `?back`, what came of it.
pub(crate) async fn errand(
    State(web): State<Web>,
    visit: Visit,
    session: Session,
    Path((slug, id)): Path<(String, String)>,
) -> Result<Response, Refusal> {
    let seat = seat(&web, &visit, &session, &slug).await?;
    let missing = || Refusal::new(&visit, Kind::NotFound).at(&seat);
    let id: OutboxId = id.parse().map_err(|_| missing())?;
    let there = Errand {
        return_url: format!("{}{RETURN}", web.public_base),
        relay_state: format!("{}:{id}", seat.tenant.slug),
        language: visit.language,
        instrument: None,
        telephone: None,
    };
    let stage = web.app.errand(&seat.tenant, &seat.official, id, &there).await.map_err(|error| failed(&visit, &seat, error))?;
    let (queue, here) = (address(&seat.tenant.slug, None), address(&seat.tenant.slug, Some(id)));
    let back = visit.asked(BACK).is_some();
    let waits = |on: Option<&str>| {
        let mut response = page(StatusCode::ACCEPTED, pages::waits(&seat.frame(&visit, None), &queue, on));
        response.headers_mut().insert(header::REFRESH, AGAIN);
        response
    };
    match stage.ok_or_else(missing)? {
        Stage::Preparing => Ok(waits(None)),
        Stage::Ready(_) if back => Ok(waits(Some(&here))),
        Stage::Ready(form) => Ok(signin::hand_over(&visit, "MSign", Posting { address: form.action, fields: form.fields })),
        Stage::Ended(code, then) => {
            web.put_flash(&visit, &session, pages::ended(visit.language, &code)).await?;
            Ok(see(if is_local(&then) { &then } else { &queue }))
        }
    }
}

/// `GET /{tenant}/signing/documents/{document}`: what one is asked to sign.
pub(crate) async fn document(
    State(web): State<Web>,
    visit: Visit,
    session: Session,
    Path((slug, document)): Path<(String, String)>,
) -> Result<Response, Refusal> {
    let seat = seat(&web, &visit, &session, &slug).await?;
    let found = web.app.document_to_sign(&seat.tenant, &seat.official, &document, visit.language).await;
    Ok(documents::given(&visit, &seat, found.map_err(|error| failed(&visit, &seat, error))?))
}

/// `POST /auth/msign` with RequestID and RelayState, from MSign's site: proves nothing. MSign is asked, and the person goes on where their session shows
/// what came of it.
pub(crate) async fn returned(State(web): State<Web>, visit: Visit, headers: HeaderMap, body: Body) -> Result<Response, Refusal> {
    let form = body::message(&headers, body).await.map_err(|status| Refusal::new(&visit, Kind::BadForm(status)))?;
    let Some((slug, id)) = form.field("RelayState").split_once(':').and_then(|(slug, id)| Some((Name::new(slug).ok()?, id.parse().ok()?)))
    else {
        return Ok(see("/"));
    };
    let failed = |error| Refusal::host(&visit, error);
    let tenant = web.app.store.tenant_by_slug(slug.as_str()).await.map_err(|error| failed(AppError::from(error)))?;
    if let Some(tenant) = tenant {
        web.app.returned(&tenant, id).await.map_err(failed)?;
    }
    // The same for what is not there: whoever posts it learns nothing.
    Ok(see(&format!("{}?{BACK}=1", address(&slug, Some(id)))))
}
