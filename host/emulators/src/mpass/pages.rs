//! MPass's pages: choose who you are, and go back to the portal with the answer.

use super::text::Text;
use super::{BASE, Emulator, Fault, Identity, Person};
use crate::web::{self, Frame, PORTAL, Pairs, Problem, field};
use askama::Template;
use axum::Router;
use axum::extract::rejection::FormRejection;
use axum::extract::{Extension, Form, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use vatra_core::ident::Idnp;
use vatra_core::manifest::Language;

pub(crate) fn routes(emulator: Emulator) -> Router {
    Router::new().route(&login_path(), get(show).post(choose)).with_state(emulator)
}

pub(super) fn login_path() -> String {
    format!("{BASE}/login")
}

/// The switch of an answer without a fault of its own ([`Emulator::set_fault`] still applies).
const NO_FAULT: &str = "none";

#[derive(Template)]
#[template(path = "mpass/login.html")]
struct Login {
    frame: Frame,
    t: &'static Text,
    action: String,
    handle: String,
    fault: &'static str,
    active: &'static str,
    errors: Vec<Wrong>,
    groups: Vec<Group>,
    inputs: Vec<Input>,
    switches: Vec<Switch>,
}

struct Group {
    slug: String,
    municipality: String,
    people: Vec<Shown>,
}

struct Shown {
    idnp: String,
    name: String,
    roles: String,
}

/// What is wrong, with the field that it is about; none when it is about the list.
#[derive(Clone, Copy)]
struct Wrong {
    field: &'static str,
    text: &'static str,
}

struct Input {
    name: &'static str,
    label: &'static str,
    hint: &'static str,
    value: String,
    error: &'static str,
    described: String,
    digits: bool,
}

struct Switch {
    code: &'static str,
    words: &'static str,
    chosen: bool,
}

async fn show(State(emulator): State<Emulator>, Extension(language): Extension<Language>, Query(query): Query<Pairs>) -> Response {
    let handle = field(&query, "SAMLRequest");
    if !emulator.knows(handle) {
        return unknown(language);
    }
    match emulator.inner.people.people(language).await {
        Ok(people) => login(language, &query, &people, Vec::new(), StatusCode::OK),
        Err(cause) => unavailable(language, handle, &cause),
    }
}

async fn choose(
    State(emulator): State<Emulator>,
    Extension(language): Extension<Language>,
    form: Result<Form<Pairs>, FormRejection>,
) -> Response {
    let t = Text::of(language);
    let Ok(Form(form)) = form else {
        let common = crate::text::common(language);
        return problem(language, StatusCode::BAD_REQUEST, common.bad_form_title, common.bad_form, &login_path());
    };
    let handle = field(&form, "SAMLRequest");
    if !emulator.knows(handle) {
        return unknown(language);
    }
    let people = match emulator.inner.people.people(language).await {
        Ok(people) => people,
        Err(cause) => return unavailable(language, handle, &cause),
    };
    let mut fault = Fault::from_code(field(&form, "fault"));
    let who = match field(&form, "choice") {
        "other" => someone_else(&form, &people, t),
        "cancel" => {
            fault = Some(Fault::Declined);
            Ok(Identity { idnp: String::new(), first_name: String::new(), last_name: String::new() })
        }
        _ => people
            .iter()
            .find(|person| person.idnp == field(&form, "person"))
            .map(Person::identity)
            .ok_or_else(|| vec![Wrong { field: "", text: t.gone }]),
    };
    match who {
        Err(errors) => login(language, &form, &people, errors, StatusCode::UNPROCESSABLE_ENTITY),
        Ok(who) => match emulator.answer_handle(handle, &who, fault) {
            Ok(reply) => Redirect::to(&reply.location).into_response(),
            Err(_) => unknown(language),
        },
    }
}

/// A person who is official nowhere, as typed in. The check digit is not looked at: some genuine IDNPs fail it.
fn someone_else(form: &Pairs, people: &[Person], t: &'static Text) -> Result<Identity, Vec<Wrong>> {
    let mut errors = Vec::new();
    let idnp: String = field(form, "idnp").chars().filter(|c| !c.is_whitespace()).collect();
    if Idnp::new(&idnp).is_err() {
        errors.push(Wrong { field: "idnp", text: t.bad_idnp });
    } else if people.iter().any(|person| person.idnp == idnp) {
        errors.push(Wrong { field: "idnp", text: t.listed });
    }
    let mut name = |field_name: &'static str, text: &'static str| {
        let name = field(form, field_name).to_owned();
        if name.is_empty() || name.chars().count() > 60 || name.chars().any(char::is_control) {
            errors.push(Wrong { field: field_name, text });
        }
        name
    };
    let last_name = name("last_name", t.bad_last_name);
    let first_name = name("first_name", t.bad_first_name);
    if errors.is_empty() { Ok(Identity { idnp, first_name, last_name }) } else { Err(errors) }
}

fn login(language: Language, pairs: &Pairs, people: &[Person], errors: Vec<Wrong>, status: StatusCode) -> Response {
    let t = Text::of(language);
    let handle = field(pairs, "SAMLRequest").to_owned();
    let fault = Fault::from_code(field(pairs, "fault"));
    let code = fault.map(Fault::code).unwrap_or_default();
    let input = |name: &'static str, label: &'static str, hint: &'static str, digits: bool| {
        let error = errors.iter().find(|each| each.field == name).map(|each| each.text).unwrap_or_default();
        let mut described = Vec::new();
        if !hint.is_empty() {
            described.push(format!("{name}-hint"));
        }
        if !error.is_empty() {
            described.push(format!("{name}-error"));
        }
        Input { name, label, hint, value: field(pairs, name).to_owned(), error, described: described.join(" "), digits }
    };
    let inputs = vec![
        input("idnp", "IDNP", t.idnp_hint, true),
        input("last_name", t.last_name, "", false),
        input("first_name", t.first_name, "", false),
    ];
    let switches = std::iter::once(Switch { code: NO_FAULT, words: t.no_fault, chosen: fault.is_none() })
        .chain(Fault::ALL.into_iter().map(|each| Switch { code: each.code(), words: t.fault(each), chosen: fault == Some(each) }))
        .collect();
    let mut here = vec![("SAMLRequest", handle.as_str())];
    if !code.is_empty() {
        here.push(("fault", code));
    }
    let page = Login {
        frame: Frame::new(language, t.service, None, &web::with_query(&login_path(), &here)),
        t,
        action: login_path(),
        fault: code,
        active: fault.map(|each| t.fault(each)).unwrap_or_default(),
        groups: grouped(people, t),
        inputs,
        switches,
        errors,
        handle,
    };
    web::page(status, &page)
}

/// By municipality, in the order in which each first appears; within one, people of the same roles together.
fn grouped(people: &[Person], t: &'static Text) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for person in people {
        let roles = if person.roles.is_empty() { t.no_role.to_owned() } else { person.roles.join(", ") };
        let shown = Shown { idnp: person.idnp.clone(), name: format!("{} {}", person.first_name, person.last_name), roles };
        match groups.iter_mut().find(|group| group.slug == person.slug) {
            Some(group) => {
                let after_its_like = group.people.iter().rposition(|each| each.roles == shown.roles).map(|at| at + 1);
                group.people.insert(after_its_like.unwrap_or(group.people.len()), shown);
            }
            None => {
                groups.push(Group { slug: person.slug.clone(), municipality: person.municipality.clone(), people: vec![shown] });
            }
        }
    }
    groups
}

fn unknown(language: Language) -> Response {
    let t = Text::of(language);
    problem(language, StatusCode::BAD_REQUEST, t.unknown_title, t.unknown, &login_path())
}

fn unavailable(language: Language, handle: &str, cause: &vatra_core::providers::ProviderError) -> Response {
    tracing::warn!(%cause, "the emulated MPass has no list of people");
    let t = Text::of(language);
    let here = web::with_query(&login_path(), &[("SAMLRequest", handle)]);
    problem(language, StatusCode::SERVICE_UNAVAILABLE, t.unavailable_title, t.unavailable, &here)
}

fn problem(language: Language, status: StatusCode, title: &'static str, text: &str, here: &str) -> Response {
    let frame = Frame::new(language, Text::of(language).service, None, here);
    let back_text = frame.common.back_to_portal;
    web::page(status, &Problem { frame, title, text: text.to_owned(), code: String::new(), back: PORTAL.to_owned(), back_text })
}
