//! MPass's pages: choose who you are and how you prove it, and go back to the portal with the answer.

use super::sessions::{end, sessions, sign_out};
use super::steps::{Chosen, Proof};
use super::text::Text;
use super::{BASE, Emulator, Fault, Identity, Person};
use crate::fault::Fault as _;
use crate::web::{self, Frame, PORTAL, Pairs, Problem, field};
use askama::Template;
use axum::Router;
use axum::extract::rejection::FormRejection;
use axum::extract::{Extension, Form, Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use vatra_core::ident::Idnp;
use vatra_core::manifest::Language;
use vatra_core::providers::{LegalEntity, Posting, ProviderError, SignInMethod};

pub(super) fn routes(emulator: Emulator) -> Router {
    Router::new()
        .route(BASE, get(sessions))
        .route(&login_path(), get(show).post(choose))
        .route(&step_path(), get(step).post(prove))
        .route(&format!("{BASE}/login/saml"), post(take))
        .route(&format!("{BASE}/logout"), post(end))
        .route(&format!("{BASE}/logout/saml"), post(sign_out))
        .route(&format!("{BASE}/meta/saml"), get(metadata))
        .with_state(emulator)
}

pub(super) fn login_path() -> String {
    format!("{BASE}/login")
}

fn step_path() -> String {
    format!("{BASE}/login/step")
}

pub(super) type Sent = Result<Form<Pairs>, FormRejection>;

/// The switch of an answer without a fault of its own (the emulator's own switch still applies).
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
    methods: Vec<Switch>,
    entity: bool,
}

#[derive(Template)]
#[template(path = "mpass/step.html")]
struct Step {
    frame: Frame,
    t: &'static Text,
    action: String,
    handle: String,
    title: &'static str,
    text: &'static str,
    code: String,
    label: &'static str,
    wrong: bool,
}

#[derive(Template)]
#[template(path = "mpass/send.html")]
struct Bring {
    frame: Frame,
    t: &'static Text,
    title: &'static str,
    posting: Posting,
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

async fn metadata(State(emulator): State<Emulator>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/samlmetadata+xml")], emulator.metadata())
}

/// `POST /login/saml`: a portal's request, brought by the browser.
async fn take(State(emulator): State<Emulator>, Extension(language): Extension<Language>, form: Sent) -> Response {
    let Ok(Form(form)) = form else { return no_form(language) };
    match emulator.take(field(&form, "SAMLRequest"), field(&form, "RelayState")).await {
        Ok(handle) => Redirect::to(&web::with_query(&login_path(), &[("request", &handle)])).into_response(),
        Err(error) => unacceptable(language, &error),
    }
}

async fn show(State(emulator): State<Emulator>, Extension(language): Extension<Language>, Query(query): Query<Pairs>) -> Response {
    let handle = field(&query, "request");
    if emulator.asked(handle).is_none() {
        return unknown(language);
    }
    match emulator.inner.people.people(language).await {
        Ok(people) => login(language, &query, &people, Vec::new(), StatusCode::OK),
        Err(cause) => unavailable(language, handle, &cause),
    }
}

async fn choose(State(emulator): State<Emulator>, Extension(language): Extension<Language>, form: Sent) -> Response {
    let t = Text::of(language);
    let Ok(Form(form)) = form else { return no_form(language) };
    let handle = field(&form, "request");
    if emulator.asked(handle).is_none() {
        return unknown(language);
    }
    let people = match emulator.inner.people.people(language).await {
        Ok(people) => people,
        Err(cause) => return unavailable(language, handle, &cause),
    };
    let who = match field(&form, "choice") {
        "other" => someone_else(&form, &people, t),
        "cancel" => return send(language, Text::of(language).given_up, emulator.finish(handle, None, None)),
        _ => people
            .iter()
            .find(|person| person.idnp == field(&form, "person"))
            .map(Person::identity)
            .ok_or_else(|| vec![Wrong { field: "", text: t.gone }]),
    };
    match who {
        Err(errors) => login(language, &form, &people, errors, StatusCode::UNPROCESSABLE_ENTITY),
        Ok(mut who) => {
            who.language = language;
            if field(&form, "entity") == "yes" {
                who.represents = vec![LegalEntity { name: "SRL „Moara din Vale”".to_owned(), idno: "1003600012344".to_owned() }];
            }
            let chosen = Chosen::new(who, method(&form), Fault::from_code(field(&form, "fault")));
            if let Some(asked) = emulator.state().requests.get_mut(handle) {
                asked.chosen = Some(chosen);
            }
            Redirect::to(&web::with_query(&step_path(), &[("request", handle)])).into_response()
        }
    }
}

fn method(form: &Pairs) -> SignInMethod {
    SignInMethod::from_code(field(form, "method")).unwrap_or(SignInMethod::EvoSign)
}

async fn step(State(emulator): State<Emulator>, Extension(language): Extension<Language>, Query(query): Query<Pairs>) -> Response {
    let handle = field(&query, "request");
    match emulator.asked(handle).and_then(|asked| asked.chosen) {
        Some(chosen) => step_page(language, handle, &chosen, false),
        None => unknown(language),
    }
}

async fn prove(State(emulator): State<Emulator>, Extension(language): Extension<Language>, form: Sent) -> Response {
    let Ok(Form(form)) = form else { return no_form(language) };
    let handle = field(&form, "request");
    if field(&form, "choice") == "cancel" {
        return send(language, Text::of(language).given_up, emulator.finish(handle, None, None));
    }
    let tried = {
        let mut state = emulator.state();
        let chosen = state.requests.get_mut(handle).and_then(|asked| asked.chosen.as_mut());
        chosen.map(|chosen| (chosen.prove(field(&form, "secret")), chosen.clone()))
    };
    match tried {
        Some((Proof::Proven, chosen)) => {
            send(language, Text::of(language).send_title, emulator.finish(handle, Some((&chosen.who, chosen.method)), chosen.fault))
        }
        Some((Proof::Wrong, chosen)) => step_page(language, handle, &chosen, true),
        Some((Proof::Lost, _)) => send(language, Text::of(language).given_up, emulator.finish(handle, None, None)),
        None => unknown(language),
    }
}

fn step_page(language: Language, handle: &str, chosen: &Chosen, wrong: bool) -> Response {
    let t = Text::of(language);
    let (text, code, label) = match chosen.method {
        SignInMethod::EvoSign | SignInMethod::Other => (t.evo_text, String::new(), ""),
        SignInMethod::MobileSignature => (t.mobile_text, chosen.code.clone(), t.pin),
        SignInMethod::Token => (t.token_text, String::new(), t.pin),
        SignInMethod::TwoStep => (t.two_step_text, chosen.code.clone(), t.code),
    };
    let frame = Frame::new(language, t.service, None, &web::with_query(&step_path(), &[("request", handle)]));
    let title = Text::method(t.step_titles, chosen.method);
    let page = Step { frame, t, action: step_path(), handle: handle.to_owned(), title, text, code, label, wrong };
    web::page(if wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }, &page)
}

/// The form that brings a message to the portal.
pub(super) fn send(language: Language, title: &'static str, posting: Result<Posting, ProviderError>) -> Response {
    let t = Text::of(language);
    match posting {
        Ok(posting) => {
            let frame = Frame::new(language, t.service, Some(BASE), BASE);
            let policy = web::policy_with_forms_to(&posting.address);
            let mut response = web::page(StatusCode::OK, &Bring { frame, t, title, posting });
            response.headers_mut().extend(HeaderValue::from_str(&policy).ok().map(|value| (header::CONTENT_SECURITY_POLICY, value)));
            response
        }
        Err(_) => unknown(language),
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
    if errors.is_empty() { Ok(Identity::new(&idnp, &first_name, &last_name)) } else { Err(errors) }
}

fn login(language: Language, pairs: &Pairs, people: &[Person], errors: Vec<Wrong>, status: StatusCode) -> Response {
    let t = Text::of(language);
    let handle = field(pairs, "request").to_owned();
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
        .chain(Fault::ALL.iter().map(|each| Switch { code: each.code(), words: each.words(language), chosen: fault == Some(*each) }))
        .collect();
    let mut here = vec![("request", handle.as_str())];
    if !code.is_empty() {
        here.push(("fault", code));
    }
    let page = Login {
        frame: Frame::new(language, t.service, None, &web::with_query(&login_path(), &here)),
        t,
        action: login_path(),
        fault: code,
        active: fault.map(|each| each.words(language)).unwrap_or_default(),
        groups: grouped(people, t),
        inputs,
        switches,
        methods: SignInMethod::ALL
            .into_iter()
            .map(|each| Switch { code: each.code(), words: Text::method(t.methods, each), chosen: each == method(pairs) })
            .collect(),
        entity: field(pairs, "entity") == "yes",
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

pub(super) fn no_form(language: Language) -> Response {
    let common = crate::text::common(language);
    problem(language, StatusCode::BAD_REQUEST, common.bad_form_title, common.bad_form, BASE)
}

fn unknown(language: Language) -> Response {
    let t = Text::of(language);
    problem(language, StatusCode::BAD_REQUEST, t.unknown_title, t.unknown, BASE)
}

/// The cause helps whoever connects a portal; it never names a person.
pub(super) fn unacceptable(language: Language, error: &ProviderError) -> Response {
    let t = Text::of(language);
    let frame = Frame::new(language, t.service, None, BASE);
    let back_text = frame.common.back_to_portal;
    let (title, text, code, back) = (t.unknown_title, t.unknown.to_owned(), error.to_string(), PORTAL.to_owned());
    web::page(StatusCode::BAD_REQUEST, &Problem { frame, title, text, code, back, back_text })
}

fn unavailable(language: Language, handle: &str, cause: &ProviderError) -> Response {
    tracing::warn!(%cause, "the emulated MPass has no list of people");
    let t = Text::of(language);
    let here = web::with_query(&login_path(), &[("request", handle)]);
    problem(language, StatusCode::SERVICE_UNAVAILABLE, t.unavailable_title, t.unavailable, &here)
}

pub(super) fn problem(language: Language, status: StatusCode, title: &'static str, text: &str, here: &str) -> Response {
    let frame = Frame::new(language, Text::of(language).service, None, here);
    let back_text = frame.common.back_to_portal;
    web::page(status, &Problem { frame, title, text: text.to_owned(), code: String::new(), back: PORTAL.to_owned(), back_text })
}
