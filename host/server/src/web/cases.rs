//! The public pages on which an application is followed by its number and code.

use super::Web;
use super::body;
use super::documents::PAUSE;
use super::refusal::{Kind, Refusal};
use super::visit::{Visit, page};
use axum::extract::{Path, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use std::sync::Arc;
use vatra_core::call::Tenant;
use vatra_core::documents::code;
use vatra_view::Frame;
use vatra_view::pages::cases::{self, Looked};

/// `GET /cases`: the municipalities, each with its page.
pub(crate) async fn towns(State(web): State<Web>, visit: Visit) -> Result<Response, Refusal> {
    let all = web.app.store.tenants().await.map_err(|error| Refusal::host(&visit, error))?;
    let towns: Vec<(Tenant, String)> = all.into_iter().map(|tenant| (tenant.clone(), address(&tenant))).collect();
    Ok(page(StatusCode::OK, cases::towns(&frame(&visit, None), &towns)))
}

/// `GET /{tenant}/cases`: asks for number and code.
pub(crate) async fn ask(State(web): State<Web>, visit: Visit, Path(slug): Path<String>) -> Result<Response, Refusal> {
    let tenant = town(&web, &visit, &slug).await?;
    Ok(shown(&visit, &tenant, StatusCode::OK, "", &Looked::Nothing))
}

/// `POST /{tenant}/cases`: where the application stands. Posted, so that no address holds the code.
pub(crate) async fn follow(State(web): State<Web>, visit: Visit, Path(slug): Path<String>, request: Request) -> Result<Response, Refusal> {
    let (parts, body) = request.into_parts();
    let tenant = town(&web, &visit, &slug).await?;
    let sent = body::message(&parts.headers, body).await.map_err(|status| Refusal::new(&visit, Kind::BadForm(status)))?;
    let (number, typed) = (sent.field("number").trim().to_uppercase(), sent.field("code").trim());
    if number.is_empty() || typed.is_empty() {
        return Ok(shown(&visit, &tenant, StatusCode::UNPROCESSABLE_ENTITY, &number, &Looked::Incomplete));
    }
    let found = match code::typed(typed) {
        Some(code) if number.len() <= 40 => {
            web.app.follow(&tenant, &number, &code, visit.language).await.map_err(|error| Refusal::host(&visit, error))?
        }
        _ => None,
    };
    if let Some(found) = found {
        return Ok(shown(&visit, &tenant, StatusCode::OK, &number, &Looked::Found(Box::new(found))));
    }
    // The same whatever of it is wrong, and not at once: as of documents that do not exist.
    let Ok(_place) = web.guesses.try_acquire() else {
        let mut response = shown(&visit, &tenant, StatusCode::TOO_MANY_REQUESTS, &number, &Looked::Busy);
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("60"));
        return Ok(response);
    };
    tokio::time::sleep(PAUSE).await;
    Ok(shown(&visit, &tenant, StatusCode::NOT_FOUND, &number, &Looked::Unknown))
}

async fn town(web: &Web, visit: &Visit, slug: &str) -> Result<Arc<Tenant>, Refusal> {
    let found = web.app.store.tenant_by_slug(slug).await.map_err(|error| Refusal::host(visit, error))?;
    found.map(Arc::new).ok_or_else(|| Refusal::new(visit, Kind::NotFound))
}

fn address(tenant: &Tenant) -> String {
    format!("/{}/cases", tenant.slug)
}

fn frame<'a>(visit: &'a Visit, tenant: Option<&'a Tenant>) -> Frame<'a> {
    Frame { language: visit.language, tenant, path: &visit.path, query: &visit.query, reader: None, flash: None }
}

fn shown(visit: &Visit, tenant: &Tenant, status: StatusCode, number: &str, looked: &Looked) -> Response {
    let number: String = number.chars().take(40).collect();
    page(status, cases::follow(&frame(visit, Some(tenant)), &address(tenant), &number, looked))
}
