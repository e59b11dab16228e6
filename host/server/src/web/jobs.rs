//! Jobs of modules: the page of one, stopping it, and the administrator's list.

use super::Web;
use super::admin::{administrator, base, failed, officials, unreadable};
use super::body;
use super::refusal::{Kind, Refusal};
use super::seat::Seat;
use super::visit::{Visit, page, see};
use crate::app::{AppError, BulkView};
use axum::extract::{Path, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use tower_sessions::Session;
use vatra_core::bulk::{BulkRow, Came, JOB};
use vatra_core::ids::{JobId, Name};
use vatra_core::jobs::Job;
use vatra_core::manifest::{ENTRY, Language, Manifest};
use vatra_core::view::Tone;
use vatra_view::pages::jobs::{self as pages, BulkResults, JobView};
use vatra_view::ui::{Anchor, Cell, Said};
use vatra_view::urls;

/// Jobs of the administrator's list.
const LISTED: u32 = 100;

/// Entries of a job that its page shows.
const SHOWN: u32 = 100;

/// The page of a job.
pub(crate) fn address(base: &str, job: JobId) -> String {
    format!("{base}/jobs/{job}")
}

/// The same, for whoever started it on this screen, so that its page leads back there.
pub(crate) fn address_from(base: &str, job: JobId, screen: &str, query: &[(String, String)]) -> String {
    let query = query.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    urls::with_query(&address(base, job), [(urls::FROM, urls::with_query(screen, query))])
}

fn ids(visit: &Visit, seat: &Seat, module: &str, job: &str) -> Result<(Name, JobId), Refusal> {
    match (Name::new(module), job.parse()) {
        (Ok(module), Ok(job)) => Ok((module, job)),
        _ => Err(Refusal::new(visit, Kind::NotFound).at(seat)),
    }
}

/// What a job is called.
fn title(job: &Job, manifest: Option<&Manifest>, language: Language) -> String {
    let plan = job.name.as_str() == JOB;
    let known = manifest.and_then(|manifest| manifest.job(job.name.as_str())).map(|schema| schema.title.get(language).to_owned());
    known.filter(|_| !plan).unwrap_or_else(|| if plan { vatra_view::say(language, "bulk-title") } else { job.name.to_string() })
}

/// What came of a job's entries, as far as its page shows it; none of a job that has no entries.
async fn bulk(web: &Web, visit: &Visit, seat: &Seat, job: &Job, manifest: &Manifest) -> Result<Option<BulkResults>, Refusal> {
    let refused = |error| failed(visit, seat, error);
    let read = |came| rows(web, seat, job, manifest, came, 0, SHOWN);
    let Some(first) = read(Some(Came::Refused)).await.map_err(refused)? else { return Ok(None) };
    let (done, turned_down) = (first.done, first.refused);
    let mut found = vec![first];
    if turned_down < u64::from(SHOWN) {
        found.extend(read(Some(Came::Done)).await.map_err(refused)?);
    }
    let base = format!("/{}/{}", seat.tenant.slug, job.module);
    let each = found.iter().flat_map(|view| {
        view.rows.iter().map(|row| {
            let text = named(view, row, visit.language);
            let cell = match &view.screen {
                Some(screen) => {
                    let path = format!("{base}/{}", urls::encode(screen.as_str()));
                    Cell::link(text, urls::with_query(&path, [(ENTRY, row.entry.id.to_string())]))
                }
                None => Cell::text(text),
            };
            (cell, row.came, row.reason.clone())
        })
    });
    let rows = each.take(SHOWN as usize).collect();
    Ok(Some(BulkResults { done, refused: turned_down, rows, csv: format!("{}/results", address(&base, job.id)) }))
}

fn named(view: &BulkView, row: &BulkRow, language: Language) -> String {
    let place = i64::from(row.place) + 1;
    view.numbers.get(&row.entry.id).cloned().unwrap_or_else(|| vatra_view::say_with(language, "bulk-row", &[("place", place.into())]))
}

async fn rows(
    web: &Web,
    seat: &Seat,
    job: &Job,
    manifest: &Manifest,
    came: Option<Came>,
    from: u32,
    limit: u32,
) -> Result<Option<BulkView>, AppError> {
    if job.name.as_str() != JOB {
        return Ok(None);
    }
    web.app.bulk_view(&seat.tenant, &seat.official, job, manifest, (came, from, limit)).await.map(Some)
}

/// `GET /{tenant}/{module}/jobs/{job}/results`: what came of every entry, as CSV.
pub(crate) async fn results(
    State(web): State<Web>,
    visit: Visit,
    session: Session,
    Path((tenant, module, job)): Path<(String, String, String)>,
) -> Result<Response, Refusal> {
    let seat = web.seat(&visit, &session, &tenant).await?;
    let (module, id) = ids(&visit, &seat, &module, &job)?;
    let refused = |error| failed(&visit, &seat, error);
    let (job, binding) = web.app.job(&seat.tenant, &seat.official, &module, id).await.map_err(refused)?;
    let language = visit.language;
    let mut lines = Vec::new();
    let mut from = 0;
    loop {
        let found = rows(&web, &seat, &job, &binding.manifest, None, from, 1_000).await.map_err(refused)?;
        let view = found.ok_or_else(|| Refusal::new(&visit, Kind::NotFound).at(&seat))?;
        let Some(last) = view.rows.last() else { break };
        from = last.place.saturating_add(1);
        let line = |row: &BulkRow| {
            vec![(row.place + 1).to_string(), named(&view, row, language), pages::came(language, row.came), row.reason.clone()]
        };
        lines.extend(view.rows.iter().map(line));
    }
    let heads = ["bulk-place", "bulk-entry", "bulk-result", "bulk-reason"].map(|key| vatra_view::say(language, key));
    let bytes = vatra_view::csv::plain(&heads, lines.into_iter());
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}-{module}-{id}.csv\"", seat.tenant.slug)),
    ];
    Ok((headers, bytes).into_response())
}

/// `GET /{tenant}/{module}/jobs/{job}`
pub(crate) async fn job(
    State(web): State<Web>,
    visit: Visit,
    session: Session,
    Path((tenant, module, job)): Path<(String, String, String)>,
) -> Result<Response, Refusal> {
    let seat = web.seat(&visit, &session, &tenant).await?;
    let (module, id) = ids(&visit, &seat, &module, &job)?;
    let found = web.app.job(&seat.tenant, &seat.official, &module, id).await;
    let (job, binding) = found.map_err(|error| failed(&visit, &seat, error))?;
    let base = format!("/{}/{module}", seat.tenant.slug);
    let who = job.by.person;
    let who =
        seat.municipality.officials.iter().find(|office| Some(office.official.person) == who).map(|office| office.official.name.clone());
    let title = title(&job, Some(&binding.manifest), visit.language);
    let bulk = bulk(&web, &visit, &seat, &job, &binding.manifest).await?;
    let module = Anchor::new(binding.manifest.title.get(visit.language), base.clone());
    let asked = visit.query.iter().filter(|(name, _)| name == urls::FROM).cloned();
    let from = urls::origin(&asked.map(|(name, value)| (name, vec![value])).collect(), &binding.manifest);
    let (href, back) = match from {
        Some((screen, query)) => {
            let back = urls::with_query(
                &format!("{base}/{}", urls::encode(screen.as_str())),
                query.iter().map(|(name, value)| (name.as_str(), value.as_str())),
            );
            (address_from(&base, id, screen.as_str(), &query), Some(back))
        }
        None => (address(&base, id), None),
    };
    let view = JobView { href, job, title, module, who, back };
    let flash = web.take_flash(&visit, &session).await?;
    Ok(page(StatusCode::OK, pages::job(&seat.frame(&visit, flash), &view, &format!("{}/cancel", address(&base, id)), bulk.as_ref())))
}

/// `POST /{tenant}/{module}/jobs/{job}/cancel`: it ends after the step that is under way.
pub(crate) async fn cancel(
    State(web): State<Web>,
    visit: Visit,
    session: Session,
    Path((tenant, module, job)): Path<(String, String, String)>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let entered = async {
        let seat = web.seat(&visit, &session, &tenant).await?;
        let (module, id) = ids(&visit, &seat, &module, &job)?;
        web.app.job(&seat.tenant, &seat.official, &module, id).await.map_err(|error| failed(&visit, &seat, error))?;
        Ok::<_, Refusal>((seat, module, id))
    };
    let (seat, module, id) = match entered.await {
        Ok(entered) => entered,
        Err(refusal) => return body::linger(&parts.headers, refusal.into_response(), body.into_data_stream()),
    };
    if let Err(unread) = body::read(&parts.headers, body).await {
        return unreadable(&visit, &seat, &parts.headers, unread);
    }
    let cancelled = async {
        web.app.cancel_job(&seat.tenant, &seat.official, &module, id).await.map_err(|error| failed(&visit, &seat, error))?;
        let title = vatra_view::say(visit.language, "job-said-cancelled");
        web.put_flash(&visit, &session, Said { tone: Tone::Neutral, title, text: None }).await?;
        Ok::<_, Refusal>(see(&address(&format!("/{}/{module}", seat.tenant.slug), id)))
    };
    cancelled.await.into_response()
}

/// `GET /{tenant}/admin/jobs`: the last ones of all modules.
pub(crate) async fn list(State(web): State<Web>, visit: Visit, session: Session, Path(tenant): Path<String>) -> Result<Response, Refusal> {
    let seat = administrator(&web, &visit, &session, &tenant).await?;
    let build = async {
        let people = officials(&web, &seat).await?;
        let jobs = web.app.store.snapshot(seat.tenant.id).await?.jobs(None, None, LISTED).await?;
        let view = |job: Job| {
            let words = seat.municipality.module(&job.module).and_then(|plugged| web.app.words_of(plugged).ok());
            let manifest = words.as_ref().map(|words| &words.package.manifest);
            let module = manifest.map_or_else(|| job.module.to_string(), |manifest| manifest.title.get(visit.language).to_owned());
            let place = format!("/{}/{}", seat.tenant.slug, job.module);
            JobView {
                title: title(&job, manifest, visit.language),
                href: address(&place, job.id),
                module: Anchor::new(module, place),
                who: job.by.person.and_then(|person| people.get(&person).cloned()),
                back: None,
                job,
            }
        };
        let jobs: Vec<JobView> = jobs.into_iter().map(view).collect();
        Ok::<_, AppError>(pages::list(&seat.frame(&visit, None), &base(&seat), &jobs))
    };
    build.await.map(|html| page(StatusCode::OK, html)).map_err(|error| failed(&visit, &seat, error))
}
