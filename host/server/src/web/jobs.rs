//! Jobs of modules: the page of one, stopping it, and the administrator's list.

use super::Web;
use super::admin::{administrator, base, failed, officials, unreadable};
use super::body;
use super::refusal::{Kind, Refusal};
use super::seat::Seat;
use super::visit::{Visit, page, see};
use crate::app::AppError;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use tower_sessions::Session;
use vatra_core::ids::{JobId, Name};
use vatra_core::jobs::Job;
use vatra_core::view::Tone;
use vatra_view::pages::jobs::{self as pages, JobView};
use vatra_view::ui::{Anchor, Said};

/// Jobs of the administrator's list.
const LISTED: u32 = 100;

/// The page of a job.
pub(crate) fn address(base: &str, job: JobId) -> String {
    format!("{base}/jobs/{job}")
}

fn ids(visit: &Visit, seat: &Seat, module: &str, job: &str) -> Result<(Name, JobId), Refusal> {
    match (Name::new(module), job.parse()) {
        (Ok(module), Ok(job)) => Ok((module, job)),
        _ => Err(Refusal::new(visit, Kind::NotFound).at(seat)),
    }
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
    let title =
        binding.manifest.job(job.name.as_str()).map_or_else(|| job.name.to_string(), |schema| schema.title.get(visit.language).to_owned());
    let module = Anchor::new(binding.manifest.title.get(visit.language), base.clone());
    let view = JobView { href: address(&base, id), job, title, module, who };
    let flash = web.take_flash(&visit, &session).await?;
    Ok(page(StatusCode::OK, pages::job(&seat.frame(&visit, flash), &view, &format!("{}/cancel", address(&base, id)))))
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
            let title =
                manifest.and_then(|manifest| manifest.job(job.name.as_str())).map(|schema| schema.title.get(visit.language).to_owned());
            let module = manifest.map_or_else(|| job.module.to_string(), |manifest| manifest.title.get(visit.language).to_owned());
            let place = format!("/{}/{}", seat.tenant.slug, job.module);
            JobView {
                title: title.unwrap_or_else(|| job.name.to_string()),
                href: address(&place, job.id),
                module: Anchor::new(module, place),
                who: job.by.person.and_then(|person| people.get(&person).cloned()),
                job,
            }
        };
        let jobs: Vec<JobView> = jobs.into_iter().map(view).collect();
        Ok::<_, AppError>(pages::list(&seat.frame(&visit, None), &base(&seat), &jobs))
    };
    build.await.map(|html| page(StatusCode::OK, html)).map_err(|error| failed(&visit, &seat, error))
}
