//! Administration: how the government's services fare, and what waits to leave for them.

use super::Web;
use super::admin::{administrator, base, failed, unreadable};
use super::body;
use super::refusal::{Kind, Refusal};
use super::trail::module_titles;
use super::visit::{Visit, page, see};
use super::words::{Sentence, say};
use crate::app::By;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use tower_sessions::Session;
use vatra_core::call::Channel;
use vatra_core::ids::{Name, SubmissionId};
use vatra_core::view::Tone;
use vatra_providers::transport::Standing;
use vatra_view::pages::services::{Answers, ServicesView, services as shown};
use vatra_view::ui::Said;

/// `GET /{tenant}/admin/services`
pub(crate) async fn services(
    State(web): State<Web>,
    visit: Visit,
    session: Session,
    Path(tenant): Path<String>,
) -> Result<Response, Refusal> {
    let seat = administrator(&web, &visit, &session, &tenant).await?;
    let flash = web.take_flash(&visit, &session).await?;
    let build = async {
        let items = web.app.store.outbox_open(seat.tenant.id).await?;
        let modules = module_titles(&web, &visit, &seat).await?;
        let fares = web.app.fares();
        let services: Vec<_> = fares
            .map(|fares| fares.health())
            .unwrap_or_default()
            .iter()
            .map(|health| {
                let answers = match health.standing {
                    Standing::Closed => Answers::Yes,
                    Standing::Open { .. } => Answers::No,
                    Standing::Probing => Answers::Trying,
                };
                (health.service, answers)
            })
            .collect();
        let certificate = fares.map(|fares| fares.days_left(web.app.clock.now()));
        let view = ServicesView { services: &services, certificate, items: &items, modules: &modules, submission: &SubmissionId::fresh };
        Ok(shown(&seat.frame(&visit, flash), &base(&seat), &view))
    };
    build.await.map(|html| page(StatusCode::OK, html)).map_err(|error| failed(&visit, &seat, error))
}

/// `POST /{tenant}/admin/services/{service}/wake`: everything that waits for the service is tried again at once.
pub(crate) async fn wake(
    State(web): State<Web>,
    visit: Visit,
    session: Session,
    Path((tenant, service)): Path<(String, String)>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let seat = match administrator(&web, &visit, &session, &tenant).await {
        Ok(seat) => seat,
        Err(refusal) => return body::linger(&parts.headers, refusal.into_response(), body.into_data_stream()),
    };
    if let Err(unread) = body::read(&parts.headers, body).await {
        return unreadable(&visit, &seat, &parts.headers, unread);
    }
    let woken = async {
        let Ok(service) = Name::new(service) else { return Err(Refusal::new(&visit, Kind::NotFound).at(&seat)) };
        let by = By { person: Some(seat.official.person), channel: Channel::Portal };
        web.app.wake_service(&seat.tenant, &service, by).await.map_err(|error| failed(&visit, &seat, error))?;
        let said = Said { tone: Tone::Success, title: say(visit.language, Sentence::Woken).to_owned(), text: None };
        web.put_flash(&visit, &session, said).await?;
        Ok(see(&format!("{}/services", base(&seat))))
    };
    woken.await.into_response()
}
