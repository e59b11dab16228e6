//! A module's screens.

use super::acting::Chosen;
use super::refusal::{Kind, Refusal};
use super::seat::Seat;
use super::visit::{Visit, page, see};
use super::{Web, body};
use crate::app::{ExportFormat, Shown};
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use tower_sessions::Session;
use vatra_core::call::{CallContext, Channel};
use vatra_core::ids::{CallId, Name, SubmissionId};
use vatra_core::manifest::{Manifest, World};
use vatra_runtime::{CallError, Ready};
use vatra_view::ui::Said;
use vatra_view::{FormState, Frame, PageContext, Posted, urls};

/// A module of the reader's municipality.
pub(crate) struct Place {
    pub(crate) seat: Seat,
    pub(crate) ctx: Arc<CallContext>,
    pub(crate) ready: Arc<Ready>,
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
        let mut ctx = web.app.context_of(call, seat.tenant.clone(), &module, &seat.official, Channel::Portal, visit.language);
        ctx.caller.acting = seat.acting.as_ref().map(Chosen::acting);
        let ready = match web.app.runtime.ready(seat.tenant.id, &module).await {
            Ok(ready) => ready,
            Err(error) => return Err(Refusal::call(visit, &seat, error)),
        };
        // What is made for citizens' phones is no place in the portal.
        if ready.binding.manifest.world == World::EvoModule {
            return Err(Refusal::new(visit, Kind::NotFound).at(&seat));
        }
        let base = ["/", seat.tenant.slug.as_str(), "/", module.as_str()].concat();
        Ok(Self { seat, ctx: Arc::new(ctx), ready, base })
    }

    pub(crate) fn manifest(&self) -> &Manifest {
        &self.ready.binding.manifest
    }

    /// What ended a call, on a page that leads back to the module.
    pub(crate) fn refusal(&self, visit: &Visit, error: CallError) -> Refusal {
        Refusal::call(visit, &self.seat, error).about(self.manifest().title.get(visit.language).to_owned(), self.base.clone())
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
        PageContext {
            frame: Frame {
                language: self.visit.language,
                tenant: Some(&self.place.seat.tenant),
                path: self.path,
                query: self.query,
                reader: Some(self.place.seat.reader()),
                flash,
            },
            manifest: self.shown.manifest(),
            catalogue: self.shown.catalogue(),
            base: &self.place.base,
            screen: self.screen,
            roles: &self.place.seat.official.roles,
            form,
            submission: &FRESH,
        }
    }

    /// As HTML.
    pub(crate) fn html(&self, flash: Option<Said>, form: Option<FormState>) -> String {
        vatra_view::render_page(&self.context(flash, form), &self.shown.screen, &self.shown.resolved)
    }

    /// The page that asks before the action is performed on many entries.
    pub(crate) fn many(&self, action: &str, posted: &Posted, total: u64) -> Option<String> {
        vatra_view::render_bulk(&self.context(None, None), &self.shown.screen, &self.shown.resolved, action, posted, total)
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
    let manifest = place.manifest();
    let roles = &place.seat.official.roles;
    let home = &manifest.home;
    let opens = manifest.screen(home.as_str()).is_some_and(|screen| !screen.roles.is_disjoint(roles));
    let first = vatra_view::menu(manifest, roles, visit.language).map(|(screen, _)| screen).next();
    // Who may open none is told so, with the roles that may, by the home screen.
    let screen = first.filter(|_| !opens).unwrap_or(home);
    Ok(see(&place.url(screen.as_str(), &[])))
}

/// `GET /{tenant}/{module}/{screen}?…`, also `?export=TABLE.xlsx` and `?confirm=ACTION`.
pub(crate) async fn show(
    State(web): State<Web>,
    visit: Visit,
    session: Session,
    Path((tenant, module, screen)): Path<(String, String, String)>,
) -> Result<Response, Refusal> {
    let place = Place::enter(&web, &visit, &session, &tenant, &module).await?;
    if let Some(asked) = urls::export_request(&visit.query) {
        let refused = |error| place.refusal(&visit, error);
        let missing = || refused(CallError::NotFound("an export".to_owned()));
        let (table, format) = ExportFormat::of(asked).ok_or_else(missing)?;
        let export = web.app.export(&place.ctx, &screen, &visit.query, table, format).await.map_err(refused)?;
        let name: String = export.name.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')).collect();
        let headers = [
            (header::CONTENT_TYPE, format.media_type().to_owned()),
            (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        ];
        return Ok((headers, body::file(export.file)).into_response());
    }
    let shown = web.app.show_of(&place.ctx, &place.ready, &screen, &visit.query).await.map_err(|error| place.refusal(&visit, error))?;
    let flash = web.take_flash(&visit, &session).await?;
    let sight = Sight { visit: &visit, place: &place, shown: &shown, screen: &screen, path: &visit.path, query: &visit.query };
    Ok(page(StatusCode::OK, sight.html(flash, None)))
}
