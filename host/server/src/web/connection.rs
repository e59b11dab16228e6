//! The connection request to MConnect, for administrators.

use super::Web;
use super::admin::{administrator, base, failed, unreadable};
use super::body;
use super::documents::given;
use super::refusal::Refusal;
use super::seat::Seat;
use super::visit::{Visit, page, see};
use super::words::{Sentence, say};
use crate::app::{AppError, By, QUESTIONS};
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use tower_sessions::Session;
use vatra_core::call::Channel;
use vatra_core::catalogue::Catalogue;
use vatra_core::ids::SubmissionId;
use vatra_core::view::Tone;
use vatra_view::FormState;
use vatra_view::pages::connection::{ConnectionView, Drawn, connection};
use vatra_view::ui::Said;
use vatra_view::urls;

/// Questions a day that one may ask for at most.
const MOST: u32 = 1_000_000;

/// `GET /{tenant}/admin/connection`
pub(crate) async fn shown(State(web): State<Web>, visit: Visit, session: Session, Path(tenant): Path<String>) -> Result<Response, Refusal> {
    let seat = administrator(&web, &visit, &session, &tenant).await?;
    let flash = web.take_flash(&visit, &session).await?;
    Ok(page(StatusCode::OK, html(&web, &visit, &seat, flash, None).await?))
}

async fn html(web: &Web, visit: &Visit, seat: &Seat, flash: Option<Said>, form: Option<&FormState>) -> Result<String, Refusal> {
    let build = async {
        let (request, wrong) = web.app.connection_request(&seat.tenant, QUESTIONS).await?;
        let drawn = web.app.connection_requests(&seat.tenant).await?;
        let drawn: Vec<Drawn> = drawn
            .into_iter()
            .map(|one| Drawn {
                id: one.document.id.to_string(),
                at: one.document.made_at,
                signatures: one.document.signatures,
                waits: one.waits,
            })
            .collect();
        let lines = request.lines(Catalogue::builtin(), visit.language);
        let view =
            ConnectionView { request: &request, lines: &lines, wrong: &wrong, drawn: &drawn, form, submission: &SubmissionId::fresh };
        let mut frame = seat.frame(visit, flash);
        let path = format!("{}/connection", base(seat));
        frame.path = &path;
        Ok(connection(&frame, &base(seat), &view))
    };
    build.await.map_err(|error| failed(visit, seat, error))
}

/// `POST /{tenant}/admin/connection`: draws it up and has it wait for a signature.
pub(crate) async fn draw_up(
    State(web): State<Web>,
    visit: Visit,
    session: Session,
    Path(tenant): Path<String>,
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
    let typed = posted.get("questions").and_then(|values| values.first()).map(|text| text.trim().to_owned()).unwrap_or_default();
    let by = By { person: Some(seat.official.person), channel: Channel::Portal };
    let perform = async {
        let again = async |name: &str, text: String| {
            let state = FormState { posted: posted.clone(), errors: vec![(name.to_owned(), text)], ..FormState::default() };
            Ok::<_, Refusal>(page(StatusCode::UNPROCESSABLE_ENTITY, html(&web, &visit, &seat, None, Some(&state)).await?))
        };
        let Some(questions) = typed.parse::<u32>().ok().filter(|number| (1..=MOST).contains(number)) else {
            return again("questions", vatra_view::explain::rule("integer", visit.language)).await;
        };
        match web.app.draw_up_connection(&seat.tenant, questions, by).await {
            Ok(_) => {
                let said = Said { tone: Tone::Success, title: say(visit.language, Sentence::DrawnUp).to_owned(), text: None };
                web.put_flash(&visit, &session, said).await?;
                Ok(see(&format!("{}/connection", base(&seat))))
            }
            Err(AppError::Usage(why)) => {
                tracing::info!(request = %visit.request, tenant = %seat.tenant.slug, "the connection request was not drawn up: {why}");
                again("questions", say(visit.language, Sentence::NotDrawnUp).to_owned()).await
            }
            Err(error) => Err(failed(&visit, &seat, error)),
        }
    };
    perform.await.into_response()
}

/// `GET /{tenant}/admin/connection/{document}`
pub(crate) async fn file(
    State(web): State<Web>,
    visit: Visit,
    session: Session,
    Path((tenant, document)): Path<(String, String)>,
) -> Result<Response, Refusal> {
    let seat = administrator(&web, &visit, &session, &tenant).await?;
    let found = web.app.connection_file(&seat.tenant, &seat.official, &document, visit.language).await;
    Ok(given(&visit, &seat, Some(found.map_err(|error| failed(&visit, &seat, error))?)))
}
