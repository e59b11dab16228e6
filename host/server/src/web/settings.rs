//! What the municipality settled, for its administrators.

use super::Web;
use super::admin::{administrator, base, failed, officials, unreadable};
use super::body;
use super::refusal::{Kind, Refusal};
use super::seat::Seat;
use super::visit::{Visit, page, see};
use super::words::{Sentence, say};
use crate::app::{AppError, By, SettingView};
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use tower_sessions::Session;
use vatra_core::call::Channel;
use vatra_core::ids::SubmissionId;
use vatra_core::manifest::InputSchema;
use vatra_core::register::FieldType;
use vatra_core::settings::on;
use vatra_core::value::{Fields, Value};
use vatra_core::view::Tone;
use vatra_view::pages::settings;
use vatra_view::ui::Said;
use vatra_view::{FormState, Posted, parse_inputs, urls};

/// `GET /{tenant}/admin/settings`
pub(crate) async fn list(State(web): State<Web>, visit: Visit, session: Session, Path(tenant): Path<String>) -> Result<Response, Refusal> {
    let seat = administrator(&web, &visit, &session, &tenant).await?;
    let views = web.app.settings(&seat.tenant).await.map_err(|error| failed(&visit, &seat, error))?;
    let known: Vec<settings::Known<'_>> = views.iter().map(|view| (&view.schema, view.enacted.as_slice())).collect();
    let flash = web.take_flash(&visit, &session).await?;
    let today = web.app.clock.now().civil_date();
    Ok(page(StatusCode::OK, settings::settings(&seat.frame(&visit, flash), &base(&seat), &known, today)))
}

/// `GET /{tenant}/admin/settings/{setting}?row=N`
pub(crate) async fn one(
    State(web): State<Web>,
    visit: Visit,
    session: Session,
    Path((tenant, setting)): Path<(String, String)>,
) -> Result<Response, Refusal> {
    let seat = administrator(&web, &visit, &session, &tenant).await?;
    let row = visit.query.iter().find(|(name, _)| name == "row").and_then(|(_, value)| value.parse().ok());
    let flash = web.take_flash(&visit, &session).await?;
    let html = shown(&web, &visit, &seat, &setting, row, flash, None).await?;
    Ok(page(StatusCode::OK, html))
}

async fn view(web: &Web, visit: &Visit, seat: &Seat, setting: &str) -> Result<SettingView, Refusal> {
    let all = web.app.settings(&seat.tenant).await.map_err(|error| failed(visit, seat, error))?;
    let found = all.into_iter().find(|view| view.schema.name.as_str() == setting);
    found.ok_or_else(|| Refusal::new(visit, Kind::NotFound).at(seat))
}

async fn shown(
    web: &Web,
    visit: &Visit,
    seat: &Seat,
    setting: &str,
    row: Option<usize>,
    flash: Option<Said>,
    form: Option<&FormState>,
) -> Result<String, Refusal> {
    let found = view(web, visit, seat, setting).await?;
    let people = officials(web, seat).await.map_err(|error| failed(visit, seat, error))?;
    let view = settings::SettingView {
        schema: &found.schema,
        enacted: &found.enacted,
        people: &people,
        today: web.app.clock.now().civil_date(),
        row,
        form,
        submission: &SubmissionId::fresh,
    };
    let path = format!("{}/settings/{setting}", base(seat));
    let mut frame = seat.frame(visit, flash);
    frame.path = &path;
    Ok(settings::setting(&frame, &base(seat), &view))
}

/// `POST /{tenant}/admin/settings/{setting}`
pub(crate) async fn change(
    State(web): State<Web>,
    visit: Visit,
    session: Session,
    Path((tenant, setting)): Path<(String, String)>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let seat = match administrator(&web, &visit, &session, &tenant).await {
        Ok(seat) => seat,
        Err(refusal) => return body::linger(&parts.headers, refusal.into_response(), body.into_data_stream()),
    };
    let posted = match body::read(&parts.headers, body).await {
        Ok(sent) => urls::form_fields(sent.fields),
        Err(unread) => return unreadable(&visit, &seat, &parts.headers, unread),
    };
    Change { web: &web, visit: &visit, session: &session, seat: &seat, setting: &setting }.perform(posted).await.into_response()
}

struct Change<'a> {
    web: &'a Web,
    visit: &'a Visit,
    session: &'a Session,
    seat: &'a Seat,
    setting: &'a str,
}

impl Change<'_> {
    async fn perform(&self, posted: Posted) -> Result<Response, Refusal> {
        let Self { web, visit, session, seat, setting } = self;
        let found = view(web, visit, seat, setting).await?;
        let schema = &found.schema;
        let field = |name: &str| posted.get(name).and_then(|values| values.first()).map(|text| text.trim().to_owned()).unwrap_or_default();
        let latest = on(&found.enacted, chrono::NaiveDate::MAX);
        let number = |name: &str| field(name).parse::<usize>().ok();
        let row = number("row").filter(|_| schema.many);
        let seen = latest.map(|one| format!("{}/{}", one.since, one.at.0)).unwrap_or_default();
        if field("seen") != seen {
            return self.again(row, posted, vec![(first(&found), say(visit.language, Sentence::SettingChanged).to_owned())]).await;
        }
        let today = web.app.clock.now().civil_date();
        let mut rows = latest.map(|one| one.rows.clone()).unwrap_or_default();
        let (mut since, mut decision) = (today, String::new());
        if let Some(at) = number("remove").filter(|at| schema.many && *at < rows.len()) {
            rows.remove(at);
            if let Some(one) = latest.filter(|_| schema.by_decision) {
                (since, decision) = (one.since.max(today), one.decision.clone());
            }
        } else {
            let mut inputs = schema.inputs();
            if schema.by_decision {
                let input = |name: &str, kind| InputSchema { required: true, ..InputSchema::plain(name, kind) };
                inputs.extend([input("since", FieldType::Date), input("decision", FieldType::Text)]);
            }
            let mut values: Fields = match parse_inputs(&inputs, &posted) {
                Ok(values) => values.into_iter().collect(),
                Err(wrong) => {
                    let wrong = wrong.into_iter().map(|(name, rule)| (name, vatra_view::explain::rule(rule, visit.language))).collect();
                    return self.again(row, posted, wrong).await;
                }
            };
            if schema.by_decision {
                if let Some(Value::Date(date)) = values.remove("since") {
                    since = date;
                }
                if let Some(Value::Text(text)) = values.remove("decision") {
                    decision = text;
                }
            }
            match (schema.many, row) {
                (true, Some(at)) if at < rows.len() => {
                    if let Some(place) = rows.get_mut(at) {
                        *place = values;
                    }
                }
                (true, _) => rows.push(values),
                (false, _) => rows = vec![values],
            }
        }
        let by = By { person: Some(seat.official.person), channel: Channel::Portal };
        match web.app.enact(&seat.tenant, setting, since, rows, &decision, by).await {
            Ok(()) => {
                let said = Said { tone: Tone::Success, title: say(visit.language, Sentence::SettingKept).to_owned(), text: None };
                web.put_flash(visit, session, said).await?;
                Ok(see(&format!("{}/settings/{setting}", base(seat))))
            }
            Err(AppError::Usage(broken)) => {
                let (name, rule) = broken.split_once(": ").unwrap_or((broken.as_str(), "invalid"));
                let wrong = vec![(name.to_owned(), vatra_view::explain::rule(rule, visit.language))];
                self.again(row, posted, wrong).await
            }
            Err(error) => Err(failed(visit, seat, error)),
        }
    }

    async fn again(&self, row: Option<usize>, posted: Posted, errors: Vec<(String, String)>) -> Result<Response, Refusal> {
        let state = FormState { action: self.setting.to_owned(), posted, errors, ..FormState::default() };
        let html = shown(self.web, self.visit, self.seat, self.setting, row, None, Some(&state)).await?;
        Ok(page(StatusCode::UNPROCESSABLE_ENTITY, html))
    }
}

/// The input that an error about the whole leads to.
fn first(view: &SettingView) -> String {
    view.schema.fields.first().map(|field| field.name.clone()).unwrap_or_default()
}
