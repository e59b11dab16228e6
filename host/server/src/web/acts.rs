//! The public page of a municipality's acts.

use super::Web;
use super::documents::sent;
use super::refusal::{Kind, Refusal};
use super::visit::{Visit, page};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use std::sync::Arc;
use vatra_core::acts::{ActKind, ActQuery};
use vatra_core::call::Tenant;
use vatra_core::fold;
use vatra_view::Frame;
use vatra_view::pages::acts as pages;

/// Characters of a search that count.
const MOST_WORDS: usize = 100;

async fn tenant(web: &Web, visit: &Visit, slug: &str) -> Result<Arc<Tenant>, Refusal> {
    let found = web.app.municipality(slug).await.map_err(|error| Refusal::host(visit, error))?;
    found.map(|found| found.tenant.clone()).ok_or_else(|| Refusal::new(visit, Kind::NotFound))
}

/// `GET /{tenant}/acts?q=…&kind=…&year=…&page=…`
pub(crate) async fn list(State(web): State<Web>, visit: Visit, Path(slug): Path<String>) -> Result<Response, Refusal> {
    let tenant = tenant(&web, &visit, &slug).await?;
    let words: String = visit.asked("q").unwrap_or_default().chars().take(MOST_WORDS).collect();
    let query = ActQuery {
        kind: visit.asked("kind").and_then(ActKind::from_code),
        year: visit.asked("year").and_then(|year| year.trim().parse().ok()).filter(|year| (1990..=2200).contains(year)),
        words: fold::words(&words),
    };
    let number = visit.asked("page").and_then(|page| page.parse::<u32>().ok()).unwrap_or(1).clamp(1, 10_000);
    let offset = u64::from(number - 1) * u64::from(pages::ROWS);
    let (acts, total) = web.app.acts(&tenant, &query, offset, pages::ROWS).await.map_err(|error| Refusal::host(&visit, error))?;
    let frame =
        Frame { language: visit.language, tenant: Some(&tenant), path: &visit.path, query: &visit.query, reader: None, flash: None };
    let base = format!("/{}/acts", tenant.slug);
    let view = pages::ActsView { acts: &acts, total, page: number, words: &words, kind: query.kind, year: query.year };
    Ok(page(StatusCode::OK, pages::acts(&frame, &base, &view)))
}

/// `GET /{tenant}/acts/{act}`: the act itself.
pub(crate) async fn file(State(web): State<Web>, visit: Visit, Path((slug, act)): Path<(String, String)>) -> Result<Response, Refusal> {
    let tenant = tenant(&web, &visit, &slug).await?;
    match web.app.act_file(&tenant, &act).await {
        Ok(file) => Ok(sent(file)),
        Err(crate::app::AppError::NotFound(_)) => Err(Refusal::new(&visit, Kind::NotFound)),
        Err(error) => Err(Refusal::host(&visit, error)),
    }
}
