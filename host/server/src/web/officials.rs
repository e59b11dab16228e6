//! The municipality's officials and their roles, for administrators.

use super::Web;
use super::admin::{administrator, base, failed, unreadable};
use super::body;
use super::refusal::{Kind, Refusal};
use super::seat::Seat;
use super::visit::{Visit, page, see};
use super::words::{Sentence, say};
use crate::app::{AppError, By};
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use std::collections::BTreeSet;
use tower_sessions::Session;
use vatra_core::call::{ADMINISTRATOR, Channel, MAYOR, Official};
use vatra_core::fold;
use vatra_core::ident::Idnp;
use vatra_core::ids::{Name, SubjectId, SubmissionId};
use vatra_core::view::Tone;
use vatra_view::pages::officials::{self, OfficialsView};
use vatra_view::ui::Said;
use vatra_view::{FormState, Posted, urls};

/// Characters of a name.
const NAME: usize = 120;

/// `GET /{tenant}/admin/officials`
pub(crate) async fn list(State(web): State<Web>, visit: Visit, session: Session, Path(tenant): Path<String>) -> Result<Response, Refusal> {
    let seat = administrator(&web, &visit, &session, &tenant).await?;
    let flash = web.take_flash(&visit, &session).await?;
    Ok(page(StatusCode::OK, shown(&web, &visit, &seat, None, flash, None).await?))
}

/// `GET /{tenant}/admin/officials/{handle}`
pub(crate) async fn one(
    State(web): State<Web>,
    visit: Visit,
    session: Session,
    Path((tenant, handle)): Path<(String, String)>,
) -> Result<Response, Refusal> {
    let seat = administrator(&web, &visit, &session, &tenant).await?;
    let flash = web.take_flash(&visit, &session).await?;
    Ok(page(StatusCode::OK, shown(&web, &visit, &seat, Some(&handle), flash, None).await?))
}

/// Roles that somebody may hold: the host's own, what the modules know, and what is held already.
async fn roles(web: &Web, visit: &Visit, seat: &Seat, all: &[Official]) -> Result<Vec<(Name, String)>, AppError> {
    let mut roles: BTreeSet<Name> = [ADMINISTRATOR, MAYOR].into_iter().filter_map(|role| Name::new(role).ok()).collect();
    roles.extend(all.iter().flat_map(|official| official.roles.iter().cloned()));
    for installed in web.app.store.installed(seat.tenant.id).await? {
        if let Ok(binding) = web.app.runtime.binding(seat.tenant.id, &installed.module).await {
            roles.extend(binding.manifest.roles.keys().cloned());
        }
    }
    let mut worded: Vec<(Name, String)> =
        roles.into_iter().map(|role| (role.clone(), seat.role_title(role.as_str(), visit.language))).collect();
    worded.sort_by_key(|(_, words)| fold::fold(words));
    Ok(worded)
}

async fn shown(
    web: &Web,
    visit: &Visit,
    seat: &Seat,
    handle: Option<&str>,
    flash: Option<Said>,
    form: Option<&FormState>,
) -> Result<String, Refusal> {
    let build = async {
        let all = web.app.store.officials(seat.tenant.id).await?;
        let chosen = match handle {
            None => None,
            Some(handle) => {
                let found = all.iter().find(|official| official.handle.as_str() == handle);
                Some(found.ok_or_else(|| AppError::NotFound("no such official".into()))?)
            }
        };
        let roles = roles(web, visit, seat, &all).await?;
        let view = OfficialsView { officials: &all, roles: &roles, chosen, form, submission: &SubmissionId::fresh };
        let path = match chosen {
            None => format!("{}/officials", base(seat)),
            Some(chosen) => format!("{}/officials/{}", base(seat), chosen.handle),
        };
        let mut frame = seat.frame(visit, flash);
        frame.path = &path;
        Ok(officials::official(&frame, &base(seat), &view))
    };
    build.await.map_err(|error| failed(visit, seat, error))
}

/// `POST /{tenant}/admin/officials`: somebody new.
pub(crate) async fn add(State(web): State<Web>, visit: Visit, session: Session, Path(tenant): Path<String>, request: Request) -> Response {
    changed(&web, &visit, &session, &tenant, None, request).await
}

/// `POST /{tenant}/admin/officials/{handle}`: other roles, or none at all.
pub(crate) async fn change(
    State(web): State<Web>,
    visit: Visit,
    session: Session,
    Path((tenant, handle)): Path<(String, String)>,
    request: Request,
) -> Response {
    changed(&web, &visit, &session, &tenant, Some(&handle), request).await
}

async fn changed(web: &Web, visit: &Visit, session: &Session, tenant: &str, handle: Option<&str>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let seat = match administrator(web, visit, session, tenant).await {
        Ok(seat) => seat,
        Err(refusal) => return body::linger(&parts.headers, refusal.into_response(), body.into_data_stream()),
    };
    let posted = match body::read(&parts.headers, body).await {
        Ok(sent) => urls::form_fields(sent.fields),
        Err(unread) => return unreadable(visit, &seat, &parts.headers, unread),
    };
    perform(web, visit, session, &seat, handle, posted).await.into_response()
}

async fn perform(
    web: &Web,
    visit: &Visit,
    session: &Session,
    seat: &Seat,
    handle: Option<&str>,
    posted: Posted,
) -> Result<Response, Refusal> {
    let language = visit.language;
    let error = |error: AppError| failed(visit, seat, error);
    let all = web.app.store.officials(seat.tenant.id).await.map_err(|found| error(found.into()))?;
    let by = By { person: Some(seat.official.person), channel: Channel::Portal };
    let first = |name: &str| posted.get(name).and_then(|values| values.first()).map(|text| fold::tidy(text)).unwrap_or_default();
    let known = roles(web, visit, seat, &all).await.map_err(error)?;
    let given: BTreeSet<Name> = posted
        .get("role")
        .into_iter()
        .flatten()
        .filter_map(|role| known.iter().find(|(known, _)| known.as_str() == role.as_str()).map(|(role, _)| role.clone()))
        .collect();
    let again = async |name: &str, text: String| {
        let errors = vec![(name.to_owned(), text)];
        let state = FormState { posted: posted.clone(), errors, ..FormState::default() };
        Ok(page(StatusCode::UNPROCESSABLE_ENTITY, shown(web, visit, seat, handle, None, Some(&state)).await?))
    };
    let removes = posted.contains_key("remove");
    if given.is_empty() && !removes {
        return again("role", say(language, Sentence::NoRole).to_owned()).await;
    }
    let official = match handle {
        None => {
            let (name, idnp) = (fold::person_name(&first("name")), first("idnp").replace(' ', ""));
            if name.is_empty() || name.chars().count() > NAME {
                return again("name", vatra_view::explain::rule("required", language)).await;
            }
            if Idnp::new(&idnp).is_err() {
                return again("idnp", vatra_view::explain::rule("idnp", language)).await;
            }
            if all.iter().any(|official| official.idnp == idnp) {
                return again("idnp", say(language, Sentence::OfficialKnown).to_owned()).await;
            }
            let handle = fresh_handle(&name, &all).ok_or_else(|| Refusal::new(visit, Kind::NotFound).at(seat))?;
            Official { person: SubjectId::fresh(), handle, name, idnp, roles: given }
        }
        Some(handle) => {
            let found = all.iter().find(|official| official.handle.as_str() == handle).cloned();
            let found = found.ok_or_else(|| Refusal::new(visit, Kind::NotFound).at(seat))?;
            // Somebody has to remain who can give the role back.
            let others = all.iter().any(|other| other.handle != found.handle && other.roles.contains(ADMINISTRATOR));
            let loses = found.roles.contains(ADMINISTRATOR) && (removes || !given.contains(ADMINISTRATOR));
            if loses && !others {
                return again("role", say(language, Sentence::LastAdministrator).to_owned()).await;
            }
            Official { roles: given, ..found }
        }
    };
    let (done, text) = if removes && handle.is_some() {
        (web.app.drop_official(&seat.tenant, &official.handle, by).await, Sentence::OfficialDropped)
    } else {
        (web.app.put_official(&seat.tenant, &official, by).await, Sentence::OfficialKept)
    };
    done.map_err(error)?;
    let said = Said { tone: Tone::Success, title: say(language, text).to_owned(), text: Some(official.name) };
    web.put_flash(visit, session, said).await?;
    // Whoever gave their own role away goes where they still may.
    let own = official.person == seat.official.person && !official.roles.contains(ADMINISTRATOR);
    Ok(see(&if own { format!("/{}", seat.tenant.slug) } else { format!("{}/officials", base(seat)) }))
}

/// A short name for the command line, of the person's own: `ana-rusu`, `ana-rusu-2`.
fn fresh_handle(name: &str, all: &[Official]) -> Option<Name> {
    let plain: Vec<String> = fold::words(name).into_iter().map(|word| word.chars().filter(char::is_ascii_alphanumeric).collect()).collect();
    let plain = plain.into_iter().filter(|word: &String| !word.is_empty()).collect::<Vec<_>>().join("-");
    let stem = if plain.is_empty() { "official".to_owned() } else { plain.chars().take(40).collect() };
    let stem = stem.trim_matches('-').to_owned();
    let stem = if stem.starts_with(|c: char| c.is_ascii_digit()) { format!("o-{stem}") } else { stem };
    (1..10_000)
        .map(|number| if number == 1 { stem.clone() } else { format!("{stem}-{number}") })
        .filter_map(|handle| Name::new(&handle).ok())
        .find(|handle| all.iter().all(|official| official.handle != *handle))
}
