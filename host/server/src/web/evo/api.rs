//! What the app asks for: municipalities, the signed list of a municipality's modules, a module's bundle by its digest, screens as JSON, and actions.
//! Errors are problem details (RFC 9457); `401` means that signing in is what is missing.

use super::super::acting::{self, Chosen};
use super::super::body::{self, Sent, Unread};
use super::super::documents as files;
use super::super::refusal::{Kind, Refusal};
use super::super::session::Login;
use super::super::visit::Visit;
use super::super::{Web, words};
use crate::app::{Act, AppError, Complaint, HostFormDone, Municipality, Outcome, Shown};
use axum::Json;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;
use tower_sessions::Session;
use vatra_core::call::{CallContext, Channel};
use vatra_core::ids::{CallId, Name, SubjectId, SubmissionId};
use vatra_core::manifest::World;
use vatra_core::view::Tone;
use vatra_runtime::{CallError, Ready};
use vatra_view::applications::HOST_ACTION;
use vatra_view::ui::Said;
use vatra_view::{Wording, steps, urls};

/// Somebody on their phone, in a municipality.
struct Caller {
    at: Arc<Municipality>,
    /// None for a guest.
    person: Option<(SubjectId, Login, Option<Chosen>)>,
}

/// In a module of it.
struct Phone {
    caller: Caller,
    ctx: Arc<CallContext>,
    ready: Arc<Ready>,
}

/// What goes wrong here is always told as data.
fn told(visit: &Visit) -> Visit {
    visit.as_json()
}

fn failed(visit: &Visit, error: impl std::fmt::Display) -> Refusal {
    Refusal::host(visit, error)
}

impl Caller {
    async fn of(web: &Web, visit: &Visit, session: &Session, slug: &str) -> Result<Self, Refusal> {
        let missing = || Refusal::new(visit, Kind::NotFound);
        let slug = Name::new(slug).map_err(|_| missing())?;
        let at = web.app.municipality(slug.as_str()).await.map_err(|error| failed(visit, error))?.ok_or_else(missing)?;
        let person = match web.login(visit, session).await? {
            None => None,
            Some(login) => {
                let person = web.app.citizen(&at.tenant, &login.idnp, &login.name).await.map_err(|error| failed(visit, error))?;
                let acting = web.acting(visit, session, &login, at.tenant.id).await?;
                Some((person, login, acting))
            }
        };
        Ok(Self { at, person })
    }

    fn signed_in(&self, visit: &Visit) -> Result<&(SubjectId, Login, Option<Chosen>), Refusal> {
        self.person.as_ref().ok_or_else(|| Refusal::new(visit, Kind::SignIn))
    }
}

impl Phone {
    async fn of(web: &Web, visit: &Visit, session: &Session, slug: &str, module: &str) -> Result<Self, Refusal> {
        let caller = Caller::of(web, visit, session, slug).await?;
        let Ok(module) = Name::new(module) else { return Err(Refusal::new(visit, Kind::NotFound)) };
        let tenant = caller.at.tenant.clone();
        let ready = web.app.runtime.ready(tenant.id, &module).await;
        let ready = ready.map_err(|error| Refusal::of(visit, &tenant, str::to_owned, error))?;
        // What officials work with is none of the phone's.
        if ready.binding.manifest.world != World::EvoModule {
            return Err(Refusal::new(visit, Kind::NotFound));
        }
        let call = visit.request.parse().unwrap_or_else(|_| CallId::fresh());
        let person = caller.person.as_ref().map(|(person, _, acting)| (*person, acting.as_ref().map(Chosen::acting)));
        let ctx = web.app.phone_context(call, tenant, &module, person, visit.language);
        Ok(Self { caller, ctx: Arc::new(ctx), ready })
    }

    /// A guest at what is for citizens signs in first. That is no denial, and nothing of it is written down: anybody could fill the trail.
    fn open_to_guests(&self, visit: &Visit, roles: Option<&BTreeSet<Name>>) -> Result<(), Refusal> {
        let open = roles.is_none_or(|roles| !roles.is_disjoint(&self.ctx.caller.roles));
        if self.caller.person.is_some() || open { Ok(()) } else { Err(Refusal::new(visit, Kind::SignIn)) }
    }

    fn refused(&self, visit: &Visit, error: CallError) -> Refusal {
        Refusal::of(visit, &self.ctx.tenant, str::to_owned, error)
    }

    fn screen(&self, web: &Web, visit: &Visit, shown: &Shown) -> Value {
        let wording = Wording { language: visit.language, catalogue: shown.catalogue(), resolved: &shown.resolved };
        let mut screen = vatra_view::render_json(&shown.screen, shown.manifest(), &wording);
        if let Some(screen) = screen.as_object_mut() {
            screen.insert("name".into(), json!(shown.name));
            screen.insert(
                "for".into(),
                self.caller.person.as_ref().map_or(Value::Null, |(_, login, acting)| reader(web, login, acting.as_ref())),
            );
        }
        screen
    }
}

/// `key` tells a phone whether it is still the same person, and is nobody's number.
fn reader(web: &Web, login: &Login, acting: Option<&Chosen>) -> Value {
    let acting = acting.map(|chosen| json!({ "code": chosen.code, "name": chosen.name, "kind": chosen.kind }));
    json!({ "name": login.name, "key": web.app.reader_key(&login.idnp), "acting": acting })
}

/// `GET /evo/api`: the municipalities that offer phones anything, and who is signed in.
pub(crate) async fn places(State(web): State<Web>, visit: Visit, session: Session) -> Result<Response, Refusal> {
    let visit = told(&visit);
    let login = web.login(&visit, &session).await?;
    let places = web.app.phone_places().await.map_err(|error| failed(&visit, error))?;
    let places = places.iter().map(|tenant| json!({ "slug": tenant.slug, "name": tenant.name, "district": tenant.district }));
    Ok(Json(json!({
        "municipalities": places.collect::<Vec<_>>(),
        "person": login.map(|login| json!({ "name": login.name, "key": web.app.reader_key(&login.idnp) })),
        "sign-in": super::sign_in(),
        "sign-out": super::super::signout::OUT,
    }))
    .into_response())
}

/// `GET /evo/api/{tenant}`: what the municipality offers, signed. Everybody's.
pub(crate) async fn list(State(web): State<Web>, visit: Visit, Path(slug): Path<String>) -> Result<Response, Refusal> {
    let visit = told(&visit);
    let at = place(&web, &visit, &slug).await?;
    Ok(Json(web.app.list(&at).await.map_err(|error| below(&visit, error))?).into_response())
}

async fn place(web: &Web, visit: &Visit, slug: &str) -> Result<Arc<Municipality>, Refusal> {
    let missing = || Refusal::new(visit, Kind::NotFound);
    let slug = Name::new(slug).map_err(|_| missing())?;
    web.app.municipality(slug.as_str()).await.map_err(|error| failed(visit, error))?.ok_or_else(missing)
}

fn below(visit: &Visit, error: AppError) -> Refusal {
    match error {
        AppError::NotFound(_) => Refusal::new(visit, Kind::NotFound),
        other => Refusal::host(visit, other),
    }
}

/// `GET /evo/api/{tenant}/bundles/{digest}`: a module's words, screens and permissions as they are now. Of no other digest: a phone asks for what a
/// list says.
pub(crate) async fn bundle(
    State(web): State<Web>,
    visit: Visit,
    Path((slug, digest)): Path<(String, String)>,
) -> Result<Response, Refusal> {
    let visit = told(&visit);
    let at = place(&web, &visit, &slug).await?;
    let bundles = web.app.bundles(&at).await.map_err(|error| below(&visit, error))?;
    let found = bundles.into_iter().find(|bundle| bundle.digest == digest).ok_or_else(|| Refusal::new(&visit, Kind::NotFound))?;
    Ok(([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], found.bytes).into_response())
}

/// `GET /evo/api/{tenant}/acting`: for whom one may act there.
pub(crate) async fn principals(
    State(web): State<Web>,
    visit: Visit,
    session: Session,
    Path(slug): Path<String>,
) -> Result<Response, Refusal> {
    let visit = told(&visit);
    let caller = Caller::of(&web, &visit, &session, &slug).await?;
    let (_, login, acting) = caller.signed_in(&visit)?;
    let found = acting::mandates_of(&web, &visit, &login.idnp).await?;
    let mandates = found.iter().map(|mandate| {
        json!({
            "code": mandate.code, "name": mandate.principal.name, "kind": mandate.kind_name,
            "until": mandate.last_day().map(|day| day.to_string()),
            "chosen": acting.as_ref().is_some_and(|chosen| chosen.code == mandate.code),
        })
    });
    Ok(Json(json!({ "for": reader(&web, login, acting.as_ref()), "mandates": mandates.collect::<Vec<_>>() })).into_response())
}

/// `POST /evo/api/{tenant}/acting` with `mandate`: from now on for its principal; for oneself again when it is empty.
pub(crate) async fn act_for(
    State(web): State<Web>,
    visit: Visit,
    session: Session,
    Path(slug): Path<String>,
    request: Request,
) -> Result<Response, Refusal> {
    let visit = told(&visit);
    let (parts, body) = request.into_parts();
    let caller =
        match Caller::of(&web, &visit, &session, &slug).await.and_then(|caller| caller.signed_in(&visit).map(|_| ()).map(|()| caller)) {
            Ok(caller) => caller,
            Err(refusal) => return Ok(body::linger(&parts.headers, refusal.into_response(), body.into_data_stream())),
        };
    let sent = read(&visit, &parts.headers, body).await;
    let sent = match sent {
        Ok(sent) => sent,
        Err(response) => return Ok(*response),
    };
    let (person, login, _) = caller.signed_in(&visit)?;
    let chosen =
        acting::choose_mandate(&web, &visit, &session, &caller.at.tenant, (*person, login), Channel::Evo, sent.field("mandate")).await?;
    Ok(Json(json!({ "for": reader(&web, login, chosen.as_ref()) })).into_response())
}

async fn read(visit: &Visit, headers: &HeaderMap, body: Body) -> Result<Sent, Box<Response>> {
    let refused = |kind| Refusal::new(visit, kind).into_response();
    body::read(headers, body).await.map_err(|unread| {
        Box::new(match unread {
            Unread::TooLarge(rest) => body::linger(headers, refused(Kind::TooLarge), *rest),
            Unread::Slow => refused(Kind::Slow),
            Unread::Bad(status) => refused(Kind::BadForm(status)),
        })
    })
}

/// `GET /evo/api/{tenant}/modules/{module}/screens/{screen}?…`
pub(crate) async fn screen(
    State(web): State<Web>,
    visit: Visit,
    session: Session,
    Path((slug, module, screen)): Path<(String, String, String)>,
) -> Result<Response, Refusal> {
    let visit = told(&visit);
    let phone = Phone::of(&web, &visit, &session, &slug, &module).await?;
    phone.open_to_guests(&visit, phone.ready.binding.manifest.screen(&screen).map(|screen| &screen.roles))?;
    let shown = web.app.show_of(&phone.ctx, &phone.ready, &screen, &visit.query).await.map_err(|error| phone.refused(&visit, error))?;
    Ok(Json(phone.screen(&web, &visit, &shown)).into_response())
}

/// `GET /evo/api/{tenant}/modules/{module}/documents/{document}`: 202 while it is being made.
pub(crate) async fn document(
    State(web): State<Web>,
    visit: Visit,
    session: Session,
    Path((slug, module, document)): Path<(String, String, String)>,
) -> Result<Response, Refusal> {
    let visit = told(&visit);
    let phone = Phone::of(&web, &visit, &session, &slug, &module).await?;
    phone.caller.signed_in(&visit)?;
    let found = web.app.document(&phone.ctx, &phone.ready.binding, &document).await.map_err(|error| phone.refused(&visit, error))?;
    Ok(match found {
        Some(file) => files::sent(file),
        None => (StatusCode::ACCEPTED, [(header::RETRY_AFTER, HeaderValue::from_static("2"))]).into_response(),
    })
}

/// `POST /evo/api/{tenant}/modules/{module}/actions/{action}`: what came of it, by its `outcome`. 422 with `errors` when the form does not hold.
pub(crate) async fn perform(
    State(web): State<Web>,
    visit: Visit,
    session: Session,
    Path((slug, module, action)): Path<(String, String, String)>,
    request: Request,
) -> Response {
    let visit = told(&visit);
    let (parts, body) = request.into_parts();
    // Nobody's form is read before it is known that they may send it.
    let phone = match enter(&web, &visit, &session, &slug, &module, &action).await {
        Ok(phone) => phone,
        Err(refusal) => return body::linger(&parts.headers, refusal.into_response(), body.into_data_stream()),
    };
    match read(&visit, &parts.headers, body).await {
        Ok(sent) => performed(&web, &visit, &phone, &action, sent).await.into_response(),
        Err(response) => *response,
    }
}

async fn enter(web: &Web, visit: &Visit, session: &Session, slug: &str, module: &str, action: &str) -> Result<Phone, Refusal> {
    let phone = Phone::of(web, visit, session, slug, module).await?;
    if action.starts_with(HOST_ACTION) {
        phone.caller.signed_in(visit)?;
        return Ok(phone);
    }
    let manifest = &phone.ready.binding.manifest;
    let Some(schema) = manifest.action(action) else {
        return Err(phone.refused(visit, CallError::NotFound(format!("action {action}"))));
    };
    phone.open_to_guests(visit, Some(&schema.roles))?;
    let allowed = web.app.runtime.require_role(&phone.ctx, action, &schema.roles).await;
    allowed.map_err(|error| phone.refused(visit, error))?;
    Ok(phone)
}

async fn performed(web: &Web, visit: &Visit, phone: &Phone, action: &str, sent: Sent) -> Result<Response, Refusal> {
    let refused = |error: CallError| phone.refused(visit, error);
    let Sent { fields, files } = sent;
    let posted = urls::form_fields(fields);
    let manifest = &phone.ready.binding.manifest;
    let (screen, query) = match urls::origin(&posted, manifest) {
        Some((screen, query)) => (screen.to_string(), query),
        None => (manifest.home.to_string(), urls::Pairs::new()),
    };
    let submission: Option<SubmissionId> = posted.get(urls::SUBMISSION).and_then(|values| values.first()).and_then(|id| id.parse().ok());
    if action.starts_with(HOST_ACTION) {
        let shown = web.app.show_of(&phone.ctx, &phone.ready, &screen, &query).await.map_err(refused)?;
        let form = posted.get(urls::STEP).and_then(|ids| ids.first()).and_then(|id| steps::form_of(&shown.screen, id));
        let Some(form) = form.filter(|form| form.action == action) else {
            return Err(refused(CallError::NotFound(format!("form {action}"))));
        };
        return match web.app.perform_host_form(&phone.ctx, &shown, form, &posted, submission).await.map_err(refused)? {
            HostFormDone::Go(link, said) => {
                let query = urls::parameters_to_pairs(&link.parameters);
                Ok(Json(json!({ "outcome": "go", "screen": link.screen, "query": query, "notice": said.as_ref().map(notice) }))
                    .into_response())
            }
            HostFormDone::Back(said) => Ok(Json(json!({ "outcome": "done", "notice": notice(&said) })).into_response()),
            HostFormDone::Rejected(complaints) => Ok(rejected(visit, &shown, complaints)),
        };
    }
    let act = Act { action: action.to_owned(), form: posted, files, submission, back: String::new() };
    let (app, ctx) = (web.app.clone(), phone.ctx.clone());
    // Begun is done: whoever hangs up is not left with half of it.
    let acted = tokio::spawn(async move { app.act(&ctx, act).await }).await.map_err(|error| failed(visit, error))?;
    let outcome = acted.map_err(refused)?.outcome;
    Ok(match outcome {
        Outcome::Show(shown) => Json(json!({ "outcome": "show", "screen": phone.screen(web, visit, &shown) })).into_response(),
        Outcome::Go { screen, parameters } => {
            Json(json!({ "outcome": "go", "screen": screen, "query": urls::parameters_to_pairs(&parameters) })).into_response()
        }
        Outcome::Done(said) => {
            let said = web.app.said(&phone.ctx, &said).await.map_err(refused)?;
            Json(json!({ "outcome": "done", "notice": notice(&said) })).into_response()
        }
        Outcome::Pay { number, url } => Json(json!({ "outcome": "pay", "number": number, "url": url })).into_response(),
        Outcome::Download(document) => Json(json!({ "outcome": "download", "document": document })).into_response(),
        Outcome::Before(led) => {
            let said = Said {
                tone: Tone::Neutral,
                title: words::say(visit.language, words::Sentence::Before).to_owned(),
                text: Some(words::say(visit.language, words::Sentence::BeforeText).to_owned()),
            };
            let led = led.map(|(screen, query)| json!({ "screen": screen, "query": query }));
            Json(json!({ "outcome": "before", "led": led, "notice": notice(&said) })).into_response()
        }
        Outcome::Rejected(complaints) => {
            let shown = web.app.show_of(&phone.ctx, &phone.ready, &screen, &query).await.map_err(refused)?;
            rejected(visit, &shown, complaints)
        }
        // Corrections, jobs and the municipality's signatures are officials' work.
        Outcome::Clash(_) => return Err(refused(CallError::Conflict)),
        Outcome::Job(_) | Outcome::Sign(_) => Json(json!({ "outcome": "begun" })).into_response(),
    })
}

fn notice(said: &Said) -> Value {
    json!({ "tone": said.tone, "title": said.title, "text": said.text })
}

fn rejected(visit: &Visit, shown: &Shown, complaints: Vec<(String, Complaint)>) -> Response {
    let wording = Wording { language: visit.language, catalogue: shown.catalogue(), resolved: &shown.resolved };
    let errors = complaints.into_iter().map(|(input, complaint)| json!({ "input": input, "text": words::complaint(&complaint, &wording) }));
    (StatusCode::UNPROCESSABLE_ENTITY, Json(json!({ "outcome": "rejected", "errors": errors.collect::<Vec<_>>() }))).into_response()
}
