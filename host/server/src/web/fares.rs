//! Administration: how the government's services fare, and what waits to leave for them.

use super::Web;
use super::admin::{administrator, base, failed};
use super::refusal::Refusal;
use super::trail::{again, module_titles};
use super::visit::{Visit, page};
use crate::app::AppError;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use tower_sessions::Session;
use vatra_core::ids::{Name, SubmissionId};
use vatra_providers::transport::Standing;
use vatra_view::pages::services::{Answers, ServicesView, services as shown};

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
    again(&web, &visit, &session, &tenant, request, "services", async |seat, by| {
        let Ok(service) = Name::new(service) else { return Err(AppError::NotFound("no such service".into())) };
        web.app.wake_service(&seat.tenant, &service, by).await
    })
    .await
}
