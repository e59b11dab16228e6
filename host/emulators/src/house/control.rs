//! The front page of all services, and the page with their faults. Whoever may open the demo may make its services misbehave.

use super::text::Text;
use super::{Controlled, House};
use crate::web::{self, Frame, PORTAL, Pairs, Problem, field};
use askama::Template;
use axum::Router;
use axum::extract::rejection::FormRejection;
use axum::extract::{Extension, Form, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use vatra_core::manifest::Language;

const FRONT: &str = "/emulators/";
const CONTROL: &str = "/emulators/control";

/// Code, name, and where its pages begin.
const ALL: [(&str, &str, Option<&str>); 8] = [
    ("mpass", "MPass", Some(crate::mpass::BASE)),
    ("mpay", "MPay", Some(crate::mpay::BASE)),
    ("msign", "MSign", None),
    ("mconnect", "MConnect", None),
    ("mconnect-events", "MConnect Events", None),
    ("mpower", "MPower", Some(crate::mpower::BASE)),
    ("mnotify", "MNotify", Some(crate::mnotify::BASE)),
    ("mlog", "MLog", None),
];

pub(super) fn pages(house: House) -> Router {
    let routes = Router::new()
        .route(FRONT, get(front))
        .route(FRONT.trim_end_matches('/'), get(|| async { Redirect::to(FRONT) }))
        .route(CONTROL, get(show).post(switch));
    crate::pages(routes.with_state(house))
}

#[derive(Template)]
#[template(path = "house/front.html")]
struct Front {
    frame: Frame,
    t: &'static Text,
    services: Vec<Service>,
    control: &'static str,
    portal: &'static str,
}

struct Service {
    name: &'static str,
    about: &'static str,
    page: &'static str,
    api: String,
    faults: Vec<&'static str>,
}

#[derive(Template)]
#[template(path = "house/control.html")]
struct Control {
    frame: Frame,
    t: &'static Text,
    changed: bool,
    action: &'static str,
    services: Vec<(&'static str, Vec<Switch>)>,
    front: &'static str,
}

struct Switch {
    id: String,
    service: &'static str,
    switch: &'static str,
    words: &'static str,
    choices: Vec<(&'static str, &'static str, bool)>,
    chosen: bool,
}

fn frame(language: Language, here: &str) -> Frame {
    Frame::new(language, Text::of(language).title, Some(FRONT), here)
}

/// The words of the fault that is switched on.
fn words(each: &Controlled<'_>, language: Language) -> Option<&'static str> {
    let chosen = each.control.chosen()?;
    each.control.choices(language).into_iter().find(|(code, _)| *code == chosen).map(|(_, words)| words)
}

async fn front(State(house): State<House>, Extension(language): Extension<Language>) -> Response {
    let t = Text::of(language);
    let controls = house.controls();
    let service = |(code, name, page): (&'static str, &'static str, Option<&'static str>)| Service {
        name,
        about: t.about(code),
        page: page.unwrap_or_default(),
        api: house.api_address(code),
        faults: controls.iter().filter(|each| each.service == code).filter_map(|each| words(each, language)).collect(),
    };
    let services = ALL.into_iter().map(service).collect();
    web::page(StatusCode::OK, &Front { frame: frame(language, FRONT), t, services, control: CONTROL, portal: PORTAL })
}

async fn show(State(house): State<House>, Extension(language): Extension<Language>, Query(query): Query<Pairs>) -> Response {
    let t = Text::of(language);
    let mut services: Vec<(&'static str, Vec<Switch>)> = ALL.into_iter().map(|(_, name, _)| (name, Vec::new())).collect();
    for each in house.controls() {
        let Some(place) = ALL.iter().position(|(code, _, _)| *code == each.service) else { continue };
        let chosen = each.control.chosen();
        let choices = each.control.choices(language).into_iter().map(|(code, words)| (code, words, chosen == Some(code))).collect();
        let (service, switch) = (each.service, each.switch);
        let words = if switch == "trouble" { t.trouble } else { t.fault };
        if let Some((_, switches)) = services.get_mut(place) {
            switches.push(Switch { id: format!("{service}-{switch}"), service, switch, words, choices, chosen: chosen.is_some() });
        }
    }
    let changed = field(&query, "changed") == "1";
    web::page(StatusCode::OK, &Control { frame: frame(language, CONTROL), t, changed, action: CONTROL, services, front: FRONT })
}

/// `service`, `switch` and the fault's `code`; no code switches it off, no service all of them.
async fn switch(
    State(house): State<House>,
    Extension(language): Extension<Language>,
    form: Result<Form<Pairs>, FormRejection>,
) -> Response {
    let form = form.map(|Form(form)| form).unwrap_or_else(|_| vec![("service".to_owned(), "?".to_owned())]);
    let (service, switch, code) = (field(&form, "service"), field(&form, "switch"), field(&form, "code"));
    let controls = house.controls();
    let mut meant =
        controls.iter().filter(|each| (service.is_empty() && code.is_empty()) || (each.service == service && each.switch == switch));
    let code = Some(code).filter(|code| !code.is_empty());
    // All are tried: one that has no such fault is one that was not meant.
    let done = meant.try_fold(0, |done, each| each.control.choose(code).then_some(done + 1)).is_some_and(|done| done > 0);
    if !done {
        let common = crate::text::common(language);
        let (frame, back) = (frame(language, CONTROL), CONTROL.to_owned());
        let (title, text) = (common.bad_form_title, common.bad_form.to_owned());
        let problem = Problem { frame, title, text, code: String::new(), back, back_text: Text::of(language).control };
        return web::page(StatusCode::BAD_REQUEST, &problem);
    }
    Redirect::to(&web::with_query(CONTROL, &[("changed", "1")])).into_response()
}
