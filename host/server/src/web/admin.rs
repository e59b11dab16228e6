//! Administration: the modules of a municipality, and what each of them may do.

use super::Web;
use super::body::{self, Unread};
use super::refusal::{Kind, Refusal};
use super::seat::Seat;
use super::visit::{Visit, page, see};
use super::words::{Sentence, say};
use crate::app::{AppError, By, GrantChange, InstalledView};
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use std::collections::BTreeMap;
use tower_sessions::Session;
use vatra_core::call::{ADMINISTRATOR, Channel};
use vatra_core::grants::{Grant, SettingKind, settings_asked};
use vatra_core::ids::{Name, SubjectId, SubmissionId};
use vatra_core::view::Tone;
use vatra_view::pages::administration::{self, GrantsView};
use vatra_view::ui::Said;
use vatra_view::{FormState, Posted, urls};

/// Characters of a reason.
const REASON: usize = 500;

/// Lets administrators in; anyone else is refused, and the trail says so.
pub(crate) async fn administrator(web: &Web, visit: &Visit, session: &Session, tenant: &str) -> Result<Seat, Refusal> {
    let seat = web.seat(visit, session, tenant).await?;
    if seat.is_administrator() {
        return Ok(seat);
    }
    let refused = web.app.refused(&seat.tenant, Some(seat.official.person), "administration").await;
    refused.map_err(|error| Refusal::host(visit, error).at(&seat))?;
    Err(Refusal::new(visit, Kind::Role(vec![seat.role_title(ADMINISTRATOR, visit.language)])).at(&seat))
}

/// `/{tenant}/admin`
pub(crate) fn base(seat: &Seat) -> String {
    format!("/{}/admin", seat.tenant.slug)
}

/// What went wrong below, as an answer.
pub(crate) fn failed(visit: &Visit, seat: &Seat, error: AppError) -> Refusal {
    match error {
        AppError::NotFound(_) => Refusal::new(visit, Kind::NotFound).at(seat),
        AppError::Call(error) => Refusal::call(visit, seat, error),
        other => Refusal::host(visit, other).at(seat),
    }
}

/// Names of the municipality's officials: an administrator need not see anyone else's.
pub(crate) async fn officials(web: &Web, seat: &Seat) -> Result<BTreeMap<SubjectId, String>, AppError> {
    let officials = web.app.store.officials(seat.tenant.id).await?;
    Ok(officials.into_iter().map(|official| (official.person, official.name)).collect())
}

/// `GET /{tenant}/admin`
pub(crate) async fn modules(
    State(web): State<Web>,
    visit: Visit,
    session: Session,
    Path(tenant): Path<String>,
) -> Result<Response, Refusal> {
    let seat = administrator(&web, &visit, &session, &tenant).await?;
    let installed = web.app.store.installed(seat.tenant.id).await.map_err(|error| failed(&visit, &seat, error.into()))?;
    let mut views: Vec<(vatra_core::store::Installed, Option<InstalledView>)> = Vec::new();
    for installed in installed {
        let view = web.app.module(&seat.tenant, &installed.module).await;
        if let Err(error) = &view {
            tracing::error!(request = %visit.request, tenant = %seat.tenant.slug, module = %installed.module, "{error}");
        }
        views.push((installed, view.ok()));
    }
    let list: Vec<_> = views.iter().map(|(installed, view)| (installed.clone(), view.as_ref().map(|view| &view.manifest))).collect();
    let flash = web.take_flash(&visit, &session).await?;
    Ok(page(StatusCode::OK, administration::modules(&seat.frame(&visit, flash), &base(&seat), &list)))
}

/// `GET /{tenant}/admin/modules/{module}`
pub(crate) async fn module(
    State(web): State<Web>,
    visit: Visit,
    session: Session,
    Path((tenant, module)): Path<(String, String)>,
) -> Result<Response, Refusal> {
    let seat = administrator(&web, &visit, &session, &tenant).await?;
    let flash = web.take_flash(&visit, &session).await?;
    let html = grants(&web, &visit, &seat, &module, flash, None).await?;
    Ok(page(StatusCode::OK, html))
}

async fn grants(
    web: &Web,
    visit: &Visit,
    seat: &Seat,
    module: &str,
    flash: Option<Said>,
    form: Option<&FormState>,
) -> Result<String, Refusal> {
    let name = Name::new(module).map_err(|_| Refusal::new(visit, Kind::NotFound).at(seat))?;
    let view = web.app.module(&seat.tenant, &name).await.map_err(|error| failed(visit, seat, error))?;
    let people = officials(web, seat).await.map_err(|error| failed(visit, seat, error))?;
    let accounts = web.app.accounts(&seat.tenant).await.map_err(|error| failed(visit, seat, error))?;
    let grants: Vec<Grant> = view.grants.iter().filter_map(|view| view.grant.clone()).collect();
    let grants = GrantsView {
        installed: &view.installed,
        manifest: &view.manifest,
        grants: &grants,
        people: &people,
        accounts: &accounts,
        today: web.app.clock.now().civil_date(),
        form,
        submission: &SubmissionId::fresh,
    };
    let path = format!("{}/modules/{module}", base(seat));
    let mut frame = seat.frame(visit, flash);
    frame.path = &path;
    Ok(administration::grants(&frame, &base(seat), &grants))
}

/// `POST /{tenant}/admin/modules/{module}/grants/{capability}/{grant|revoke|restore}`
pub(crate) async fn change(
    State(web): State<Web>,
    visit: Visit,
    session: Session,
    Path((tenant, module, capability, operation)): Path<(String, String, String, String)>,
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
    let change = Change { web: &web, visit: &visit, session: &session, seat: &seat, module: &module, operation: &operation };
    change.perform(&capability, posted).await.into_response()
}

/// A form of the administration that could not be read.
pub(crate) fn unreadable(visit: &Visit, seat: &Seat, headers: &axum::http::HeaderMap, unread: Unread) -> Response {
    let refused = |kind| Refusal::new(visit, kind).at(seat).into_response();
    match unread {
        Unread::TooLarge(rest) => body::linger(headers, refused(Kind::TooLarge), *rest),
        Unread::Slow => refused(Kind::Slow),
        Unread::Bad(status) => refused(Kind::BadForm(status)),
    }
}

struct Change<'a> {
    web: &'a Web,
    visit: &'a Visit,
    session: &'a Session,
    seat: &'a Seat,
    module: &'a str,
    operation: &'a str,
}

impl Change<'_> {
    async fn perform(&self, capability: &str, posted: Posted) -> Result<Response, Refusal> {
        let Self { web, visit, session, seat, .. } = self;
        let missing = || Refusal::new(visit, Kind::NotFound).at(seat);
        let (Ok(module), Ok(name)) = (Name::new(self.module), Name::new(capability)) else { return Err(missing()) };
        let by = By { person: Some(seat.official.person), channel: Channel::Portal };
        let reason = posted.get("reason").and_then(|values| values.first()).map(|text| text.trim().to_owned()).unwrap_or_default();
        if reason.chars().count() > REASON {
            return self.again(capability, posted, Sentence::ReasonTooLong).await;
        }
        let (settings, wrong) = self.settings(&module, &name, &posted).await?;
        let (done, text) = match self.operation {
            // A grant that is there already may be narrower, and holds settings: a form of another time does not replace it.
            "grant" if self.is_given(&module, &name).await? => return Ok(see(&format!("{}/modules/{module}", base(seat)))),
            "grant" => {
                if !wrong.is_empty() {
                    return self.shown_again(capability, posted, wrong).await;
                }
                let change = GrantChange { legal_basis: reason, settings, ..GrantChange::default() };
                (web.app.grant(&seat.tenant, &module, &name, change, by).await, Sentence::Granted)
            }
            "revoke" => (web.app.set_revoked_because(&seat.tenant, &module, &name, true, &reason, by).await, Sentence::Revoked),
            "restore" => (web.app.set_revoked_because(&seat.tenant, &module, &name, false, &reason, by).await, Sentence::Restored),
            _ => return Err(missing()),
        };
        match done {
            Ok(()) => {
                let said = Said { tone: Tone::Success, title: say(visit.language, text).to_owned(), text: None };
                web.put_flash(visit, session, said).await?;
                Ok(see(&format!("{}/modules/{module}", base(seat))))
            }
            // The module is there, but not such a grant: the page was of another time.
            Err(AppError::NotFound(_)) if web.app.module(&seat.tenant, &module).await.is_ok() => {
                self.again(capability, posted, Sentence::NotGranted).await
            }
            Err(AppError::Trust(_)) => {
                let errors = vec![("reason".to_owned(), vatra_view::say(visit.language, "package-needs-approval"))];
                self.shown_again(capability, posted, errors).await
            }
            Err(AppError::Usage(_)) => Err(missing()),
            Err(error) => Err(failed(visit, seat, error)),
        }
    }

    async fn is_given(&self, module: &Name, capability: &Name) -> Result<bool, Refusal> {
        let view = self.web.app.module(&self.seat.tenant, module).await.map_err(|error| failed(self.visit, self.seat, error))?;
        Ok(view.grants.iter().any(|view| view.capability == *capability && view.grant.is_some()))
    }

    /// The settings that go with the grant, as they were posted; and what is wrong with them.
    async fn settings(
        &self,
        module: &Name,
        capability: &Name,
        posted: &Posted,
    ) -> Result<(BTreeMap<String, String>, Vec<(String, String)>), Refusal> {
        let view = self.web.app.module(&self.seat.tenant, module).await.map_err(|error| failed(self.visit, self.seat, error))?;
        let asked = view.grants.iter().find(|view| view.capability == *capability);
        let asked = asked.map(|view| settings_asked(capability.as_str(), &view.request)).unwrap_or_default();
        let accounts = self.web.app.accounts(&self.seat.tenant).await.map_err(|error| failed(self.visit, self.seat, error))?;
        let (mut settings, mut wrong) = (BTreeMap::new(), Vec::new());
        for setting in asked {
            let input = format!("setting.{}", setting.name);
            let value = posted.get(&input).and_then(|values| values.first()).map(|text| text.split_whitespace().collect::<Vec<_>>());
            let value = value.map(|words| words.join(if setting.kind == SettingKind::MandateName { " " } else { "" })).unwrap_or_default();
            let rule = match value.as_str() {
                "" if setting.kind.is_required() => Some("required"),
                "" => continue,
                // What the page did not offer is nobody's account here.
                value if setting.kind == SettingKind::TreasuryAccount && !accounts.iter().any(|account| account.iban == value) => {
                    Some("account-unknown")
                }
                value => setting.kind.broken(value),
            };
            wrong.extend(rule.map(|rule| (input, vatra_view::explain::rule(rule, self.visit.language))));
            settings.insert(setting.name, value);
        }
        Ok((settings, wrong))
    }

    async fn again(&self, capability: &str, posted: Posted, text: Sentence) -> Result<Response, Refusal> {
        let errors = vec![("reason".to_owned(), say(self.visit.language, text).to_owned())];
        self.shown_again(capability, posted, errors).await
    }

    async fn shown_again(&self, capability: &str, mut posted: Posted, errors: Vec<(String, String)>) -> Result<Response, Refusal> {
        posted.insert("capability".to_owned(), vec![capability.to_owned()]);
        let state = FormState { action: self.operation.to_owned(), posted, errors, ..FormState::default() };
        let html = grants(self.web, self.visit, self.seat, self.module, None, Some(&state)).await?;
        Ok(page(StatusCode::UNPROCESSABLE_ENTITY, html))
    }
}
