//! MSign's pages: what is to be signed, with what, and back to whoever asked.

use super::text::{self, Reason, Text};
use super::{BASE, Decision, Emulator, Entry, Outcome};
use crate::web::{self, Frame, PORTAL, Pairs, Problem, field};
use askama::Template;
use axum::Router;
use axum::extract::rejection::FormRejection;
use axum::extract::{Extension, Form, Path, Query, State};
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use vatra_core::ident::Idnp;
use vatra_core::manifest::Language;
use vatra_core::providers::{ContentKind, Instrument};

/// So many contents are named on the page.
const NAMED: usize = 10;

pub(super) fn routes(emulator: Emulator) -> Router {
    let path = format!("{BASE}/{{request}}");
    Router::new().route(&path, get(arrive).post(arrive_by_form)).route(&format!("{path}/sign"), post(sign)).with_state(emulator)
}

/// What stays the same from page to page.
struct Errand {
    return_url: String,
    relay_state: String,
    instrument: Option<Instrument>,
    idnp: String,
    name: String,
    telephone: String,
}

#[derive(Template)]
#[template(path = "msign/sign.html")]
struct Sign {
    frame: Frame,
    t: &'static Text,
    action: String,
    errand: Errand,
    title: String,
    description: String,
    reason: String,
    contents: Vec<String>,
    more: usize,
    /// An IDNP that is expected is not typed in.
    expected: bool,
    instruments: Vec<(&'static str, &'static str, bool)>,
    errors: Vec<Wrong>,
    /// On the second page: the telephone's code, for the mobile signature.
    confirm: Option<String>,
}

#[derive(Template)]
#[template(path = "msign/done.html")]
struct Done {
    frame: Frame,
    t: &'static Text,
    failure: &'static str,
    return_url: String,
    request: String,
    relay_state: String,
}

#[derive(Clone, Copy)]
struct Wrong {
    field: &'static str,
    text: &'static str,
}

impl Sign {
    fn wrong(&self, field: &str) -> Option<&'static str> {
        self.errors.iter().find(|error| error.field == field).map(|error| error.text)
    }
    fn code(&self) -> &'static str {
        self.errand.instrument.map(Instrument::code).unwrap_or_default()
    }
}

impl Errand {
    /// MSign takes its fields in any case (`ReturnUrl`, `returnUrl`).
    fn read(pairs: &Pairs, entry: &Entry) -> Self {
        let field = |name: &str| {
            pairs.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
        };
        let expected = entry.request.signer.as_ref().map(|signer| signer.idnp.clone());
        Self {
            return_url: field("ReturnUrl"),
            relay_state: field("RelayState"),
            instrument: Instrument::from_code(&field("Instrument")),
            idnp: expected.unwrap_or_else(|| field("idnp").split_whitespace().collect()),
            name: field("name"),
            telephone: field("MSISDN").chars().filter(|c| !c.is_whitespace() && *c != '+').collect(),
        }
    }
    /// An absolute address of the web.
    fn returns(&self) -> Option<Uri> {
        let uri: Uri = self.return_url.parse().ok()?;
        (matches!(uri.scheme_str(), Some("http" | "https")) && uri.authority().is_some() && self.return_url.len() <= 2_000).then_some(uri)
    }
    fn wrong(&self, t: &Text) -> Vec<Wrong> {
        let digits = |text: &str, least, most| (least..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        let mut errors = Vec::new();
        if self.instrument.is_none() {
            errors.push(Wrong { field: "Instrument", text: t.bad_instrument });
        }
        if Idnp::new(&self.idnp).is_err() {
            errors.push(Wrong { field: "idnp", text: t.bad_idnp });
        }
        if self.name.is_empty() || self.name.chars().count() > 60 || self.name.chars().any(char::is_control) {
            errors.push(Wrong { field: "name", text: t.bad_name });
        }
        if self.instrument == Some(Instrument::Mobile) && !digits(&self.telephone, 8, 15) {
            errors.push(Wrong { field: "MSISDN", text: t.bad_telephone });
        }
        errors
    }
}

async fn arrive(state: State<Emulator>, language: Extension<Language>, request: Path<String>, Query(query): Query<Pairs>) -> Response {
    first(state, language, request, &query).await
}

async fn arrive_by_form(
    state: State<Emulator>,
    language: Extension<Language>,
    request: Path<String>,
    form: Result<Form<Pairs>, FormRejection>,
) -> Response {
    let form = form.map(|Form(form)| form).unwrap_or_default();
    // The system that sends the person says in which language; the choice on the page comes later.
    let spoken = Language::from_code(field(&form, "lang")).unwrap_or(language.0);
    first(state, Extension(spoken), request, &form).await
}

/// The first page, or the one after it when the system chose the instrument and everything it needs is there.
async fn first(
    State(emulator): State<Emulator>,
    Extension(language): Extension<Language>,
    Path(request): Path<String>,
    pairs: &Pairs,
) -> Response {
    let Some(entry) = emulator.waiting(&request) else { return unknown(language) };
    let mut errand = Errand::read(pairs, &entry);
    if errand.returns().is_none() {
        return problem(language, StatusCode::BAD_REQUEST, Text::of(language).bad_return);
    }
    if errand.name.is_empty() {
        errand.name = emulator.name(&errand.idnp, language).await;
    }
    let ready = errand.wrong(Text::of(language)).is_empty();
    show(language, &request, &entry, errand, Vec::new(), ready, StatusCode::OK)
}

async fn sign(
    State(emulator): State<Emulator>,
    Extension(language): Extension<Language>,
    Path(request): Path<String>,
    form: Result<Form<Pairs>, FormRejection>,
) -> Response {
    let t = Text::of(language);
    let Some(entry) = emulator.waiting(&request) else { return unknown(language) };
    let Ok(Form(form)) = form else { return problem(language, StatusCode::BAD_REQUEST, crate::text::common(language).bad_form) };
    let errand = Errand::read(&form, &entry);
    let Some(back) = errand.returns() else { return problem(language, StatusCode::BAD_REQUEST, t.bad_return) };
    let step = field(&form, "step");
    let decision = if step == "refuse" {
        Decision::Refuse
    } else {
        let errors = errand.wrong(t);
        if !errors.is_empty() {
            return show(language, &request, &entry, errand, errors, false, StatusCode::UNPROCESSABLE_ENTITY);
        }
        if step != "sign" {
            return show(language, &request, &entry, errand, errors, true, StatusCode::OK);
        }
        let pin = field(&form, "pin");
        if !(4..=8).contains(&pin.len()) || !pin.bytes().all(|byte| byte.is_ascii_digit()) {
            let errors = vec![Wrong { field: "pin", text: t.bad_pin }];
            return show(language, &request, &entry, errand, errors, true, StatusCode::UNPROCESSABLE_ENTITY);
        }
        Decision::Sign { idnp: errand.idnp.clone(), name: errand.name.clone() }
    };
    if emulator.decide(&request, decision).await.is_err() {
        return unknown(language);
    }
    let failure = match emulator.state().requests.get(&request).map(|entry| entry.outcome.clone()) {
        Some(Outcome::Failed(reason)) => text::message(reason, language),
        Some(Outcome::Signed(_)) => "",
        _ => text::message(Reason::Expired, language),
    };
    let frame = Frame::new(language, t.service, None, &format!("{BASE}/{request}"));
    let page = Done { frame, t, failure, return_url: errand.return_url, request, relay_state: errand.relay_state };
    let mut response = web::page(StatusCode::OK, &page);
    // The one form that leads elsewhere: to whoever asked for the signature.
    let origin = format!("{}://{}", back.scheme_str().unwrap_or("https"), back.authority().map(ToString::to_string).unwrap_or_default());
    if let Ok(policy) = HeaderValue::from_str(&web::policy_with_forms_to(&origin)) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

impl Emulator {
    /// The name of somebody whom the host knows; empty for others.
    async fn name(&self, idnp: &str, language: Language) -> String {
        let people = self.inner.people.people(language).await.unwrap_or_default();
        let found = people.into_iter().find(|person| person.idnp == idnp);
        found.map(|person| format!("{} {}", person.last_name, person.first_name)).unwrap_or_default()
    }
}

fn show(
    language: Language,
    request: &str,
    entry: &Entry,
    errand: Errand,
    errors: Vec<Wrong>,
    confirm: bool,
    status: StatusCode,
) -> Response {
    let t = Text::of(language);
    let asked = &entry.request;
    let name = |content: &vatra_core::providers::SignContent| match (content.name.as_str(), asked.kind) {
        ("", ContentKind::Hash) => format!("{} {}", t.digest, hex::encode(&content.content)),
        ("", ContentKind::Pdf) => "PDF".to_owned(),
        (name, _) => name.to_owned(),
    };
    let query = [
        ("ReturnUrl", errand.return_url.as_str()),
        ("RelayState", &errand.relay_state),
        ("Instrument", errand.instrument.map(Instrument::code).unwrap_or_default()),
        ("MSISDN", &errand.telephone),
    ];
    let here = web::with_query(&format!("{BASE}/{request}"), &query);
    let mobile = errand.instrument == Some(Instrument::Mobile);
    let page = Sign {
        frame: Frame::new(language, t.service, None, &here),
        t,
        action: format!("{BASE}/{request}/sign"),
        title: asked.title.clone(),
        description: if asked.description.is_empty() { asked.title.clone() } else { asked.description.clone() },
        reason: asked.reason.clone(),
        contents: asked.contents.iter().take(NAMED).map(name).collect(),
        more: asked.contents.len().saturating_sub(NAMED),
        expected: asked.signer.is_some(),
        instruments: Instrument::ALL.map(|each| (each.code(), t.instrument(each), errand.instrument == Some(each))).to_vec(),
        confirm: confirm.then(|| if mobile { shown_code(request) } else { String::new() }),
        errand,
        errors,
    };
    web::page(status, &page)
}

/// The four digits that the telephone would show.
fn shown_code(request: &str) -> String {
    let number = request.get(..8).and_then(|digits| u32::from_str_radix(digits, 16).ok()).unwrap_or_default();
    format!("{:04}", number % 10_000)
}

fn unknown(language: Language) -> Response {
    problem(language, StatusCode::NOT_FOUND, Text::of(language).unknown)
}

fn problem(language: Language, status: StatusCode, text: &str) -> Response {
    let t = Text::of(language);
    let frame = Frame::new(language, t.service, None, PORTAL);
    let back_text = frame.common.back_to_portal;
    let page = Problem { frame, title: t.unknown_title, text: text.to_owned(), code: String::new(), back: PORTAL.to_owned(), back_text };
    web::page(status, &page).into_response()
}
