//! A module's screens.

use super::Web;
use super::refusal::{Kind, Refusal};
use super::seat::Seat;
use super::visit::{Visit, page, see};
use crate::app::Shown;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use tower_sessions::Session;
use vatra_capabilities::Binding;
use vatra_core::call::{CallContext, Channel};
use vatra_core::ids::{CallId, Name, SubmissionId};
use vatra_runtime::CallError;
use vatra_view::ui::Said;
use vatra_view::{FormState, Frame, PageContext, Posted, urls};

/// A module of the reader's municipality.
pub(crate) struct Place {
    pub(crate) seat: Seat,
    pub(crate) ctx: CallContext,
    pub(crate) binding: Arc<Binding>,
    /// `/{tenant}/{module}`
    pub(crate) base: String,
}

impl Place {
    /// Finds the module for whoever signed in.
    pub(crate) async fn enter(web: &Web, visit: &Visit, session: &Session, tenant: &str, module: &str) -> Result<Self, Refusal> {
        let seat = web.seat(visit, session, tenant).await?;
        let Ok(module) = Name::new(module) else { return Err(Refusal::new(visit, Kind::NotFound).at(&seat)) };
        // The number that a page of trouble shows is the one by which the trail knows the call.
        let call = visit.request.parse().unwrap_or_else(|_| CallId::fresh());
        let ctx = web.app.context_of(call, seat.tenant.clone(), &module, &seat.official, Channel::Portal, visit.language);
        let binding = match web.app.runtime.binding(seat.tenant.id, &module).await {
            Ok(binding) => binding,
            Err(error) => return Err(Refusal::call(visit, &seat, error)),
        };
        let base = format!("/{}/{module}", seat.tenant.slug);
        Ok(Self { seat, ctx, binding, base })
    }

    /// What ended a call, on a page that leads back to the module.
    pub(crate) fn refusal(&self, visit: &Visit, error: CallError) -> Refusal {
        Refusal::call(visit, &self.seat, error).about(self.binding.manifest.title.get(visit.language).to_owned(), self.base.clone())
    }

    /// The address of a screen with these parameters.
    pub(crate) fn url(&self, screen: &str, query: &[(String, String)]) -> String {
        let query = query.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        urls::with_query(&format!("{}/{}", self.base, urls::encode(screen)), query)
    }
}

/// A screen about to be shown.
pub(crate) struct Sight<'a> {
    pub(crate) visit: &'a Visit,
    pub(crate) place: &'a Place,
    pub(crate) shown: &'a Shown,
    /// Its name, or the name of the screen that it came from.
    pub(crate) screen: &'a str,
    /// The screen's own path and query, whatever was posted to.
    pub(crate) path: &'a str,
    pub(crate) query: &'a [(String, String)],
}

const FRESH: fn() -> SubmissionId = SubmissionId::fresh;

impl Sight<'_> {
    fn context(&self, flash: Option<Said>, form: Option<FormState>) -> PageContext<'_> {
        let manifest = &self.shown.binding.manifest;
        let roles = &self.place.seat.official.roles;
        let language = self.visit.language;
        let (allowed_actions, allowed_screens) = vatra_view::allowed(manifest, roles);
        PageContext {
            frame: Frame {
                language,
                tenant: Some(&self.place.seat.tenant),
                path: self.path,
                query: self.query,
                reader: Some(self.place.seat.reader()),
                flash,
            },
            manifest,
            catalogue: self.shown.catalogue(),
            base: &self.place.base,
            screen: self.screen,
            navigation: vatra_view::navigation(manifest, roles, self.screen, language),
            allowed_actions,
            allowed_screens,
            form,
            submission: &FRESH,
        }
    }

    /// As HTML.
    pub(crate) fn html(&self, flash: Option<Said>, form: Option<FormState>) -> String {
        vatra_view::render_page(&self.context(flash, form), &self.shown.screen, &self.shown.resolved)
    }

    /// The page that asks before the action, if this screen asks.
    pub(crate) fn check(&self, action: &str, posted: &Posted) -> Option<String> {
        vatra_view::render_check(&self.context(None, None), &self.shown.screen, &self.shown.resolved, action, posted)
    }
}

/// `GET /{tenant}/{module}`: the module's home, or the first screen of its navigation that the reader may open.
pub(crate) async fn home(
    State(web): State<Web>,
    visit: Visit,
    session: Session,
    Path((tenant, module)): Path<(String, String)>,
) -> Result<Response, Refusal> {
    let place = Place::enter(&web, &visit, &session, &tenant, &module).await?;
    let manifest = &place.binding.manifest;
    let roles = &place.seat.official.roles;
    let (_, open) = vatra_view::allowed(manifest, roles);
    let home = manifest.home.to_string();
    let first = vatra_view::navigation(manifest, roles, "", visit.language).into_iter().next().map(|item| item.screen.to_string());
    // Who may open none is told so, with the roles that may, by the home screen.
    let screen = if open.contains(&home) { home } else { first.unwrap_or(home) };
    Ok(see(&place.url(&screen, &[])))
}

/// `GET /{tenant}/{module}/{screen}?…`, also `?export=TABLE` and `?confirm=ACTION`.
pub(crate) async fn show(
    State(web): State<Web>,
    visit: Visit,
    session: Session,
    Path((tenant, module, screen)): Path<(String, String, String)>,
) -> Result<Response, Refusal> {
    let place = Place::enter(&web, &visit, &session, &tenant, &module).await?;
    if let Some(table) = urls::export_request(&visit.query) {
        let export = web.app.export(&place.ctx, &screen, &visit.query, table).await.map_err(|error| place.refusal(&visit, error))?;
        let name: String = export.name.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')).collect();
        let headers = [
            (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
            (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        ];
        return Ok((headers, export.bytes).into_response());
    }
    let shown =
        web.app.show_of(&place.ctx, place.binding.clone(), &screen, &visit.query).await.map_err(|error| place.refusal(&visit, error))?;
    let flash = web.take_flash(&visit, &session).await?;
    let sight = Sight { visit: &visit, place: &place, shown: &shown, screen: &screen, path: &visit.path, query: &visit.query };
    Ok(page(StatusCode::OK, sight.html(flash, None)))
}
