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
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use std::collections::BTreeMap;
use tower_sessions::Session;
use vatra_core::audit::AuditKind;
use vatra_core::call::Channel;
use vatra_core::ids::{Name, SubmissionId};
use vatra_core::store::AuditFilter;
use vatra_core::view::Tone;
use vatra_view::pages::{self, AuditView, InboxView};
use vatra_view::ui::Said;

/// Rows of the trail on a page.
const ROWS: u32 = 50;

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

/// `GET /{tenant}/admin/audit?kind=…&before=…&verify=1`
pub(crate) async fn audit(State(web): State<Web>, visit: Visit, session: Session, Path(tenant): Path<String>) -> Result<Response, Refusal> {
    let seat = administrator(&web, &visit, &session, &tenant).await?;
    let build = async {
        let kind = visit.asked("kind").and_then(AuditKind::from_code);
        let before = visit.asked("before").and_then(|row| row.parse().ok());
        // One more than is shown tells whether there are older ones.
        let filter = AuditFilter { about: None, kinds: kind.into_iter().collect(), before, limit: ROWS + 1 };
        let mut rows = web.app.audit(&seat.tenant, &filter).await?;
        let older = rows.len() > ROWS as usize;
        rows.truncate(ROWS as usize);
        let verification = match visit.asked("verify") {
            Some(_) => Some(web.app.verify_audit(&seat.tenant).await?),
            None => None,
        };
        let people = officials(&web, &seat).await?;
        let modules = module_titles(&web, &visit, &seat).await?;
        let view = AuditView {
            rows: &rows,
            people: &people,
            modules: &modules,
            kind,
            older: rows.last().filter(|_| older).map(|row| row.sequence),
            verification: verification.as_ref(),
        };
        Ok(pages::audit(&seat.frame(&visit, None), &base(&seat), &view))
    };
    build.await.map(|html| page(StatusCode::OK, html)).map_err(|error| failed(&visit, &seat, error))
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
