//! Administration: the audit trail, and what arrived from outside and waits.

use super::Web;
use super::admin::{administrator, base, failed, officials, unreadable};
use super::body;
use super::refusal::Refusal;
use super::seat::Seat;
use super::visit::{Visit, page, see};
use super::words::{Sentence, say};
use crate::app::{AppError, By};
use axum::extract::{Path, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::collections::BTreeMap;
use tower_sessions::Session;
use vatra_core::audit::AuditKind;
use vatra_core::call::Channel;
use vatra_core::clock::Instant;
use vatra_core::fold::fold;
use vatra_core::ids::{Name, SubjectId, SubmissionId};
use vatra_core::store::AuditFilter;
use vatra_core::view::Tone;
use vatra_view::pages::{self, AuditAsked, AuditView, InboxView};
use vatra_view::ui::Said;

/// Rows of the trail on a page.
const ROWS: u32 = 50;
/// And in a file.
const EXPORTED: u32 = 50_000;

/// Titles of the municipality's modules; those that cannot be read go by their name.
pub(crate) async fn module_titles(web: &Web, visit: &Visit, seat: &Seat) -> Result<BTreeMap<String, String>, AppError> {
    let mut titles = BTreeMap::new();
    for installed in web.app.store.installed(seat.tenant.id).await? {
        if let Ok(binding) = web.app.runtime.binding(seat.tenant.id, &installed.module).await {
            titles.insert(installed.module.to_string(), binding.manifest.title.get(visit.language).to_owned());
        }
    }
    Ok(titles)
}

/// What the address asks for; what makes no sense in it asks for nothing.
fn asked(visit: &Visit) -> AuditAsked {
    AuditAsked {
        kind: visit.asked("kind").and_then(AuditKind::from_code),
        who: visit.asked("who").and_then(|who| who.parse().ok()),
        module: visit.asked("module").filter(|module| !module.is_empty()).map(str::to_owned),
        from: visit.asked("from").and_then(vatra_view::parse_date),
        until: visit.asked("until").and_then(vatra_view::parse_date),
    }
}

/// `GET /{tenant}/admin/audit?kind=…&who=…&module=…&from=…&until=…&before=…&verify=1&export=csv`
pub(crate) async fn audit(State(web): State<Web>, visit: Visit, session: Session, Path(tenant): Path<String>) -> Result<Response, Refusal> {
    let seat = administrator(&web, &visit, &session, &tenant).await?;
    let build = async {
        let asked = asked(&visit);
        let export = visit.asked("export") == Some("csv");
        let before = visit.asked("before").and_then(|row| row.parse().ok()).filter(|_| !export);
        let day = |day: Option<chrono::NaiveDate>| day.map(Instant::first_of);
        let limit = if export { EXPORTED } else { ROWS };
        let filter = AuditFilter {
            kinds: asked.kind.into_iter().collect(),
            actor: asked.who,
            module: asked.module.as_deref().and_then(|module| Name::new(module).ok()),
            from: day(asked.from),
            until: day(asked.until.and_then(|last| last.succ_opt())),
            before,
            // One more than is shown tells whether there are older ones.
            limit: limit + 1,
            ..AuditFilter::default()
        };
        let mut rows = web.app.audit(&seat.tenant, &filter).await?;
        let older = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        let verification = match visit.asked("verify") {
            Some(_) => Some(web.app.verify_audit(&seat.tenant).await?),
            None => None,
        };
        let people = officials(&web, &seat).await?;
        let mut named: Vec<(SubjectId, String)> = people.iter().map(|(id, name)| (*id, name.clone())).collect();
        named.sort_by_key(|(_, name)| fold(name));
        let modules = module_titles(&web, &visit, &seat).await?;
        let view = AuditView {
            rows: &rows,
            people: &people,
            modules: &modules,
            asked: &asked,
            officials: &named,
            older: rows.last().filter(|_| older).map(|row| row.sequence),
            verification: verification.as_ref(),
        };
        if !export {
            return Ok(page(StatusCode::OK, pages::audit(&seat.frame(&visit, None), &base(&seat), &view)));
        }
        // Who took the trail away is in it, before anything leaves.
        let by = By { person: Some(seat.official.person), channel: Channel::Portal };
        web.app.trail_taken(&seat.tenant, rows.len(), by).await?;
        let name = format!("attachment; filename=\"{}-audit-{}.csv\"", seat.tenant.slug, web.app.clock.now().civil_date());
        let headers = [(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)];
        Ok((headers, pages::audit_csv(&view, visit.language)).into_response())
    };
    build.await.map_err(|error| failed(&visit, &seat, error))
}

/// `GET /{tenant}/admin/inbox`
pub(crate) async fn inbox(State(web): State<Web>, visit: Visit, session: Session, Path(tenant): Path<String>) -> Result<Response, Refusal> {
    let seat = administrator(&web, &visit, &session, &tenant).await?;
    let flash = web.take_flash(&visit, &session).await?;
    let build = async {
        let items = web.app.store.inbox_open(seat.tenant.id).await?;
        let modules = module_titles(&web, &visit, &seat).await?;
        let view = InboxView { items: &items, modules: &modules, submission: &SubmissionId::fresh };
        Ok(pages::inbox(&seat.frame(&visit, flash), &base(&seat), &view))
    };
    build.await.map(|html| page(StatusCode::OK, html)).map_err(|error| failed(&visit, &seat, error))
}

/// `POST /{tenant}/admin/inbox/{module}/wake`: everything that waits for the module is tried again at once.
pub(crate) async fn wake(
    State(web): State<Web>,
    visit: Visit,
    session: Session,
    Path((tenant, module)): Path<(String, String)>,
    request: Request,
) -> Response {
    again(&web, &visit, &session, &tenant, request, "inbox", async |seat, by| {
        let Ok(module) = Name::new(module) else { return Err(AppError::NotFound("no such module".into())) };
        web.app.wake(&seat.tenant, &module, by).await
    })
    .await
}

/// An administrator has something tried again at once, and is back on this page of the administration.
pub(crate) async fn again(
    web: &Web,
    visit: &Visit,
    session: &Session,
    tenant: &str,
    request: Request,
    place: &str,
    wake: impl AsyncFnOnce(&Seat, By) -> Result<(), AppError>,
) -> Response {
    let (parts, body) = request.into_parts();
    let seat = match administrator(web, visit, session, tenant).await {
        Ok(seat) => seat,
        Err(refusal) => return body::linger(&parts.headers, refusal.into_response(), body.into_data_stream()),
    };
    if let Err(unread) = body::read(&parts.headers, body).await {
        return unreadable(visit, &seat, &parts.headers, unread);
    }
    let by = By { person: Some(seat.official.person), channel: Channel::Portal };
    if let Err(error) = wake(&seat, by).await {
        return failed(visit, &seat, error).into_response();
    }
    let said = Said { tone: Tone::Success, title: say(visit.language, Sentence::Woken).to_owned(), text: None };
    match web.put_flash(visit, session, said).await {
        Ok(()) => see(&format!("{}/{place}", base(&seat))),
        Err(refusal) => refusal.into_response(),
    }
}
