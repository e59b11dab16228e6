//! All routes in one list, and the layers around them.

use super::session::{COOKIE, Login, Sessions};
use super::{Inner, Web, WebConfig, actions, admin, assets, emulated, front, screens, signin, trail, visit};
use crate::app::{App, Desk};
use axum::Router;
use axum::routing::{MethodRouter, get, post};
use std::sync::Arc;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::CsrfLayer;
use tower_sessions::cookie::SameSite;
use tower_sessions::{Session, SessionManagerLayer};
use vatra_core::providers::IdentityProvider;
use vatra_emulators::{mpass, mpay};

/// A portal ready to be served.
pub struct Portal {
    /// Everything.
    pub router: Router,
    /// MPass, if it is emulated here.
    pub mpass: Option<mpass::Emulator>,
    /// MPay, if it is emulated here.
    pub mpay: Option<mpay::Emulator>,
}

struct Route {
    method: &'static str,
    path: &'static str,
    handler: MethodRouter<Web>,
}

fn route(method: &'static str, path: &'static str, handler: MethodRouter<Web>) -> Route {
    Route { method, path, handler }
}

fn routes() -> Vec<Route> {
    vec![
        route("GET", "/", get(front::start)),
        route("GET", "/healthz", get(front::health)),
        route("GET", "/assets/{hash}/{file}", get(assets::asset).layer(CompressionLayer::new())),
        route("GET", "/signin", get(signin::begin)),
        route("GET", signin::RETURN, get(signin::complete)),
        route("POST", signin::OUT, post(signin::sign_out)),
        route("GET", "/{tenant}", get(front::home)),
        route("GET", "/{tenant}/admin", get(admin::modules)),
        route("GET", "/{tenant}/admin/modules/{module}", get(admin::module)),
        route("POST", "/{tenant}/admin/modules/{module}/grants/{capability}/{operation}", post(admin::change)),
        route("GET", "/{tenant}/admin/audit", get(trail::audit)),
        route("GET", "/{tenant}/admin/inbox", get(trail::inbox)),
        route("POST", "/{tenant}/admin/inbox/{module}/wake", post(trail::wake)),
        route("GET", "/{tenant}/{module}", get(screens::home)),
        route("GET", "/{tenant}/{module}/{screen}", get(screens::show)),
        route("POST", "/{tenant}/{module}/actions/{action}", post(actions::perform)),
    ]
}

/// Method and path of every route of the portal's own (the emulators' are not among them).
pub fn route_list() -> Vec<(&'static str, &'static str)> {
    routes().into_iter().map(|route| (route.method, route.path)).collect()
}

/// The portal. With emulators, they become the host's MPass and MPay.
pub fn portal(app: Arc<App>, config: &WebConfig) -> Portal {
    let mut identity: Option<Arc<dyn IdentityProvider>> = None;
    let mut emulators = Router::new();
    let (mut own_mpass, mut own_mpay) = (None, None);
    if config.emulators {
        let mpass = mpass::Emulator::new(Arc::new(emulated::DemoPeople(app.clone())), app.clock.clone());
        let mpay = mpay::Emulator::new(app.clock.clone());
        mpay.connect(Arc::new(Desk(app.clone())));
        app.set_payment_pages(Arc::new(mpay.clone()));
        identity = Some(Arc::new(mpass.clone()));
        emulators = vatra_emulators::router(mpass.clone(), mpay.clone());
        (own_mpass, own_mpay) = (Some(mpass), Some(mpay));
    }
    let secure = config.is_secure();
    let sessions = Sessions::new(&app, config);
    let web =
        Web(Arc::new(Inner { app, identity, mpay: own_mpay.clone(), secure, session_seconds: config.session_seconds, everyone: None }));
    let sessions = SessionManagerLayer::new(sessions)
        .with_name(COOKIE)
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_secure(secure)
        .with_path("/");
    let router = around(own_routes().layer(sessions), emulators, web, config);
    Portal { router, mpass: own_mpass, mpay: own_mpay }
}

/// The portal without sessions: whoever asks is this person, and nobody signs in. For measuring what all but the session costs; never for
/// a network.
pub fn open_house(app: Arc<App>, config: &WebConfig, idnp: &str) -> Router {
    let now = app.clock.now();
    let everyone = Login { idnp: idnp.to_owned(), name: String::new(), since: now, seen: now };
    // Handlers ask for a session; this one is never looked into.
    let unused = Session::new(None, Arc::new(Sessions::new(&app, config)), None);
    let inner = Inner {
        app,
        identity: None,
        mpay: None,
        secure: config.is_secure(),
        session_seconds: config.session_seconds,
        everyone: Some(everyone),
    };
    around(own_routes().layer(axum::Extension(unused)), Router::new(), Web(Arc::new(inner)), config)
}

fn own_routes() -> Router<Web> {
    routes().into_iter().fold(Router::new(), |own, route| own.route(route.path, route.handler)).fallback(front::nothing)
}

fn around(own: Router<Web>, emulators: Router, web: Web, config: &WebConfig) -> Router {
    let csrf = CsrfLayer::new();
    // Behind a proxy the host may be called otherwise than people call it.
    let csrf = csrf.clone().add_trusted_origin(config.public_base.trim_end_matches('/')).unwrap_or(csrf);
    own.with_state(web.clone())
        .merge(emulators)
        .layer(csrf)
        .layer(CatchPanicLayer::new())
        .layer(axum::middleware::from_fn_with_state(web, visit::around))
}

/// As [`portal`], without the handles on the emulators.
pub fn router(app: Arc<App>, config: &WebConfig) -> Router {
    portal(app, config).router
}
