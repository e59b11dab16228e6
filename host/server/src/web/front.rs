//! The pages before any module: the start page, a municipality's home, and the two questions that machines ask.

use super::Web;
use super::refusal::{Kind, Refusal};
use super::seat::{plain_reader, roles_in_words};
use super::visit::{Seen, Visit, is_local, page, see};
use super::worklist;
use crate::app::AppError;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use tower_sessions::Session;
use vatra_runtime::CallError;
use vatra_view::Frame;
use vatra_view::pages::{self, ModuleCard};

/// `GET /`: sign in, or choose a municipality.
pub(crate) async fn start(State(web): State<Web>, visit: Visit, session: Session) -> Result<Response, Refusal> {
    let login = web.login(&visit, &session).await?;
    let Seen { language, path, query, .. } = &*visit;
    let reader = login.as_ref().map(plain_reader);
    let frame = Frame { language: *language, tenant: None, path, query, reader, flash: None };
    let Some(login) = login else {
        let then = visit.asked("then").filter(|then| is_local(then));
        return Ok(page(StatusCode::OK, pages::landing(&frame, "/signin", then)));
    };
    let failed = |error: AppError| Refusal::host(&visit, error);
    let offices = web.app.offices(&login.idnp).await.map_err(failed)?;
    if let [(tenant, _)] = offices.as_slice() {
        return Ok(see(&format!("/{}", tenant.slug)));
    }
    let mut list = Vec::new();
    for (tenant, official) in offices {
        let roles = roles_in_words(&web.app, &tenant, &official, *language).await.map_err(|error| failed(error.into()))?;
        list.push((tenant, roles.join(", ")));
    }
    Ok(page(StatusCode::OK, pages::municipalities(&frame, &list)))
}

/// `GET /{tenant}?show=…&page=…`: what the reader has to do, and the modules that their roles open.
pub(crate) async fn home(State(web): State<Web>, visit: Visit, session: Session, Path(slug): Path<String>) -> Result<Response, Refusal> {
    let seat = web.seat(&visit, &session, &slug).await?;
    let mut cards = Vec::new();
    for installed in seat.municipality.modules.iter().filter(|plugged| plugged.enabled) {
        let href = format!("/{}/{}", seat.tenant.slug, installed.module);
        match web.app.runtime.binding(seat.tenant.id, &installed.module).await {
            Ok(binding) => {
                let manifest = &binding.manifest;
                if manifest.screens.iter().any(|screen| !screen.roles.is_disjoint(&seat.official.roles)) {
                    let title = manifest.title.get(visit.language).to_owned();
                    let description = manifest.description.get(visit.language).to_owned();
                    cards.push(ModuleCard { title, description, href, disabled: false });
                }
            }
            Err(CallError::NotFound(_)) => {}
            // One broken module does not take the others with it. Its own page says what is wrong.
            Err(error) => {
                tracing::error!(request = %visit.request, tenant = %seat.tenant.slug, module = %installed.module, "{error}");
                cards.push(ModuleCard { title: installed.module.to_string(), description: String::new(), href, disabled: true });
            }
        }
    }
    let acting = web.app.runtime.mandates().map(|_| format!("/{}/acting", seat.tenant.slug));
    let administration = seat.is_administrator().then(|| format!("/{}/admin", seat.tenant.slug));
    let signing = match web.app.signs() {
        true => {
            let waits = web.app.number_to_sign(&seat.tenant, &seat.official).await;
            let waits = waits.map_err(|error| Refusal::host(&visit, error).at(&seat))?;
            Some((format!("/{}/signing", seat.tenant.slug), waits))
        }
        false => None,
    };
    let work = worklist::work(&web, &visit, &seat).await?;
    let flash = web.take_flash(&visit, &session).await?;
    let more = pages::HomeCards { signing, acting, administration };
    Ok(page(StatusCode::OK, pages::home(&seat.frame(&visit, flash), &work, &cards, &more)))
}

/// Any other address.
pub(crate) async fn nothing(visit: Visit) -> Refusal {
    Refusal::new(&visit, Kind::NotFound)
}

/// `GET /healthz`: whether the host can do its work.
pub(crate) async fn health(State(web): State<Web>, visit: Visit) -> Response {
    match web.app.store.tenants().await {
        Ok(_) => "ok\n".into_response(),
        Err(error) => {
            tracing::error!(request = %visit.request, "{error}");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}
