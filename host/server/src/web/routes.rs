//! All routes in one list, and the layers around them.

use super::session::{COOKIE, Login, Sessions};
use super::{
    Inner, Web, WebConfig, acting, actions, acts, admin, assets, budgets, cases, connection, documents, entries, evo, fares, front,
    imports, jobs, mpay as payments, officials, packages, screens, search, settings, signin, signing, signout, trail, visit, worklist,
};
use crate::app::App;
use axum::Router;
use axum::extract::Request;
use axum::http::Method;
use axum::response::Response;
use axum::routing::{MethodRouter, Route, get, post};
use std::convert::Infallible;
use std::sync::Arc;
use tower::{Layer, Service};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::CsrfLayer;
use tower_sessions::cookie::SameSite;
use tower_sessions::{Session, SessionManagerLayer};
use vatra_core::providers::IdentityProvider;

struct Place {
    method: &'static str,
    path: &'static str,
    handler: MethodRouter<Web>,
}

fn route(method: &'static str, path: &'static str, handler: MethodRouter<Web>) -> Place {
    Place { method, path, handler }
}

fn routes() -> Vec<Place> {
    vec![
        route("GET", "/", get(front::start)),
        route("GET", "/healthz", get(front::health)),
        route("GET", "/assets/{hash}/{file}", get(assets::asset).layer(CompressionLayer::new())),
        route("GET", "/signin", get(signin::begin)),
        route("POST", signin::RETURN, post(signin::complete)),
        route("GET", signin::METADATA, get(signin::metadata)),
        route("POST", signing::RETURN, post(signing::returned)),
        route("POST", signout::LOGOUTS, post(signout::logouts)),
        route("GET", payments::ENDPOINT, get(payments::wsdl)),
        route("POST", payments::ENDPOINT, post(payments::answer)),
        route("GET", "/mpay/pay/{number}", get(payments::pay)),
        route("POST", signout::OUT, post(signout::sign_out)),
        route("GET", documents::CHECK, get(documents::ask)),
        route("GET", "/check/{code}", get(documents::check)),
        route("GET", vatra_view::pages::cases::TOWNS, get(cases::towns)),
        route("GET", "/{tenant}/cases", get(cases::ask)),
        route("POST", "/{tenant}/cases", post(cases::follow)),
        route("GET", evo::APP, get(evo::shell)),
        route("GET", evo::MANIFEST, get(evo::manifest)),
        route("GET", evo::WORKER, get(evo::worker)),
        route("GET", "/evo/api", get(evo::api::places)),
        route("GET", "/evo/api/{tenant}", get(evo::api::list)),
        route("GET", "/evo/api/{tenant}/bundles/{digest}", get(evo::api::bundle)),
        route("GET", "/evo/api/{tenant}/acting", get(evo::api::principals)),
        route("POST", "/evo/api/{tenant}/acting", post(evo::api::act_for)),
        route("GET", "/evo/api/{tenant}/modules/{module}/screens/{screen}", get(evo::api::screen)),
        route("POST", "/evo/api/{tenant}/modules/{module}/actions/{action}", post(evo::api::perform)),
        route("GET", "/evo/api/{tenant}/modules/{module}/documents/{document}", get(evo::api::document)),
        route("GET", "/{tenant}", get(front::home)),
        route("GET", "/{tenant}/acts", get(acts::list)),
        route("GET", "/{tenant}/acts/{act}", get(acts::file)),
        route("GET", "/{tenant}/acting", get(acting::choose)),
        route("POST", "/{tenant}/acting", post(acting::chosen)),
        route("GET", "/{tenant}/admin", get(admin::modules)),
        route("GET", "/{tenant}/admin/modules/{module}", get(admin::module)),
        route("GET", "/{tenant}/admin/modules/{module}/budgets", get(budgets::list)),
        route("POST", "/{tenant}/admin/modules/{module}/budgets", post(budgets::change)),
        route("POST", "/{tenant}/admin/modules/{module}/grants/{capability}/{operation}", post(admin::change)),
        route("GET", "/{tenant}/admin/modules/{module}/life", get(packages::life)),
        route("POST", "/{tenant}/admin/modules/{module}/life/{operation}", post(packages::change)),
        route("GET", "/{tenant}/admin/packages", get(packages::list)),
        route("GET", "/{tenant}/admin/packages/{package}", get(packages::one)),
        route("POST", "/{tenant}/admin/packages/{package}", post(packages::send)),
        route("GET", "/{tenant}/admin/officials", get(officials::list)),
        route("POST", "/{tenant}/admin/officials", post(officials::add)),
        route("GET", "/{tenant}/admin/officials/{handle}", get(officials::one)),
        route("POST", "/{tenant}/admin/officials/{handle}", post(officials::change)),
        route("GET", "/{tenant}/admin/settings", get(settings::list)),
        route("GET", "/{tenant}/admin/settings/{setting}", get(settings::one)),
        route("POST", "/{tenant}/admin/settings/{setting}", post(settings::change)),
        route("GET", "/{tenant}/admin/connection", get(connection::shown)),
        route("POST", "/{tenant}/admin/connection", post(connection::draw_up)),
        route("GET", "/{tenant}/admin/connection/{document}", get(connection::file)),
        route("GET", "/{tenant}/admin/audit", get(trail::audit)),
        route("GET", "/{tenant}/admin/inbox", get(trail::inbox)),
        route("POST", "/{tenant}/admin/inbox/{module}/wake", post(trail::wake)),
        route("GET", "/{tenant}/admin/jobs", get(jobs::list)),
        route("GET", "/{tenant}/admin/services", get(fares::services)),
        route("POST", "/{tenant}/admin/services/{service}/wake", post(fares::wake)),
        route("GET", "/{tenant}/signing", get(signing::queue)),
        route("POST", "/{tenant}/signing", post(signing::decide)),
        route("GET", "/{tenant}/signing/{errand}", get(signing::errand)),
        route("GET", "/{tenant}/signing/documents/{document}", get(signing::document)),
        route("GET", "/{tenant}/tasks/{task}", get(worklist::task)),
        route("POST", "/{tenant}/tasks/{task}/claim", post(worklist::claim)),
        route("POST", "/{tenant}/tasks/{task}/assign", post(worklist::assign)),
        route("POST", "/{tenant}/tasks/{task}/release", post(worklist::release)),
        route("GET", "/{tenant}/search", get(search::show)),
        route("GET", "/{tenant}/{module}", get(screens::home)),
        route("GET", "/{tenant}/{module}/{screen}", get(screens::show)),
        route("GET", "/{tenant}/{module}/documents/{document}", get(documents::download)),
        route("GET", "/{tenant}/{module}/registers/{register}/{entry}/history", get(entries::history)),
        route("GET", "/{tenant}/{module}/jobs/{job}", get(jobs::job)),
        route("GET", "/{tenant}/{module}/jobs/{job}/results", get(jobs::results)),
        route("POST", "/{tenant}/{module}/jobs/{job}/cancel", post(jobs::cancel)),
        route("GET", "/{tenant}/{module}/imports/{import}", get(imports::columns)),
        route("POST", "/{tenant}/{module}/imports/{import}", post(imports::choose)),
        route("GET", "/{tenant}/{module}/imports/{import}/preview", get(imports::preview)),
        route("GET", "/{tenant}/{module}/imports/{import}/refused", get(imports::refused)),
        route("POST", "/{tenant}/{module}/imports/{import}/confirm", post(imports::confirm)),
        route("POST", "/{tenant}/{module}/imports/{import}/discard", post(imports::discard)),
        route("POST", "/{tenant}/{module}/actions/{action}", post(actions::perform)),
    ]
}

/// Method and path of every route of the portal's own (the emulators' are not among them).
pub fn route_list() -> Vec<(&'static str, &'static str)> {
    routes().into_iter().map(|route| (route.method, route.path)).collect()
}

/// The portal, with the emulators' pages if there are any.
pub fn router(app: Arc<App>, config: &WebConfig) -> Router {
    let emulators = config.emulators.as_ref().map(vatra_emulators::House::pages).unwrap_or_default();
    let secure = config.is_secure();
    let sessions = Sessions::new(&app, config);
    let inner = Inner {
        app,
        identity: config.mpass.clone().map(|client| client as Arc<dyn IdentityProvider>),
        mpay: config.emulators.as_ref().map(|house| house.mpay.clone()),
        mpay_pages: config.mpay_pages.clone(),
        endpoint: config.mpay.clone(),
        public_base: config.public_base.trim_end_matches('/').to_owned(),
        secure,
        session_seconds: config.session_seconds,
        sessions: sessions.clone(),
        guesses: documents::guesses(),
        everyone: None,
    };
    let web = Web(Arc::new(inner));
    let sessions = SessionManagerLayer::new(sessions)
        .with_name(COOKIE)
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_secure(secure)
        .with_path("/");
    around(sessions, emulators, web, config)
}

/// The portal without sessions: whoever asks is this person, and nobody signs in. For measuring what all but the session costs; never for
/// a network.
pub fn open_house(app: Arc<App>, config: &WebConfig, idnp: &str) -> Router {
    let now = app.clock.now();
    let everyone = Login { idnp: idnp.to_owned(), name: String::new(), since: now, seen: now, session_index: None, acting: None };
    // Handlers ask for a session; this one is never looked into.
    let sessions = Sessions::new(&app, config);
    let unused = Session::new(None, Arc::new(sessions.clone()), None);
    let inner = Inner {
        app,
        identity: None,
        mpay: None,
        mpay_pages: None,
        endpoint: None,
        public_base: config.public_base.clone(),
        secure: config.is_secure(),
        session_seconds: config.session_seconds,
        sessions,
        guesses: documents::guesses(),
        everyone: Some(everyone),
    };
    around(axum::Extension(unused), Router::new(), Web(Arc::new(inner)), config)
}

fn own_routes() -> Router<Web> {
    routes().into_iter().fold(Router::new(), |own, route| own.route(route.path, route.handler)).fallback(front::nothing)
}

/// The portal's routes with their sessions, the emulators beside them, and what is around both. Each router has one layer made of all: every
/// layer of its own would be cloned and boxed anew in every request.
fn around<L>(sessions: L, emulators: Router, web: Web, config: &WebConfig) -> Router
where
    L: Layer<Route> + Clone + Send + Sync + 'static,
    L::Service: Service<Request, Response = Response, Error = Infallible, Future: Send> + Clone + Send + Sync + 'static,
{
    let csrf = CsrfLayer::new();
    // Behind a proxy the host may be called otherwise than people call it.
    let csrf = csrf.clone().add_trusted_origin(config.public_base.trim_end_matches('/')).unwrap_or(csrf);
    // MPass posts from its own site; its messages are signed, and a sign-in is bound to the browser by a cookie. What MSign has browsers post proves
    // nothing and changes nothing: MSign is asked.
    let csrf = csrf.with_insecure_bypass(|method, uri| {
        *method == Method::POST && [signin::RETURN, signout::LOGOUTS, signing::RETURN].contains(&uri.path())
    });
    let all = (axum::middleware::from_fn_with_state(web.clone(), visit::around), CatchPanicLayer::new(), csrf);
    let own = own_routes().with_state(web).layer((all.clone(), sessions));
    own.merge(emulators.layer(all))
}
