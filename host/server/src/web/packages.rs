//! Packages in the administration: which this host holds, what installing one would do, and the life of an installed one.

use super::Web;
use super::admin::{administrator, base, failed, officials, unreadable};
use super::body;
use super::refusal::{Kind, Refusal};
use super::seat::Seat;
use super::visit::{Visit, page, see};
use crate::app::{AppError, By, Choices, Keeping, Plan};
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use std::collections::BTreeSet;
use tower_sessions::Session;
use vatra_core::call::Channel;
use vatra_core::digest::Digest;
use vatra_core::ids::{Name, SubmissionId};
use vatra_core::manifest::Language;
use vatra_core::packages::ApprovalStanding;
use vatra_core::view::Tone;
use vatra_registry::Report;
use vatra_trust::Upgrades;
use vatra_view::pages::packages::{self, Held, LifeView, PermissionView, PlanView, TurnView};
use vatra_view::ui::Said;
use vatra_view::{FormState, Posted, urls};

fn said(language: Language, tone: Tone, key: &str) -> Said {
    Said { tone, title: vatra_view::say(language, key), text: None }
}

/// `GET /{tenant}/admin/packages`
pub(crate) async fn list(State(web): State<Web>, visit: Visit, session: Session, Path(tenant): Path<String>) -> Result<Response, Refusal> {
    let seat = administrator(&web, &visit, &session, &tenant).await?;
    let build = async {
        let installed = web.app.store.installed(seat.tenant.id).await?;
        let mut list = Vec::new();
        for held in web.app.store.packages().await? {
            let here = installed.iter().find(|one| one.module == held.module);
            list.push(Held {
                title: web.app.held_title(&held, visit.language),
                version: held.version,
                publishers: held.publishers.iter().map(Name::to_string).collect(),
                at: held.admitted_at,
                installed: here.map(|one| one.version.clone()),
                place: held.manifest.hex().to_owned(),
            });
        }
        Ok::<_, AppError>(list)
    };
    let list = build.await.map_err(|error| failed(&visit, &seat, error))?;
    let flash = web.take_flash(&visit, &session).await?;
    Ok(page(StatusCode::OK, packages::held(&seat.frame(&visit, flash), &base(&seat), &list)))
}

fn digest(place: &str) -> Option<Digest> {
    format!("sha256:{place}").parse().ok()
}

/// `GET /{tenant}/admin/packages/{package}`
pub(crate) async fn one(
    State(web): State<Web>,
    visit: Visit,
    session: Session,
    Path((tenant, package)): Path<(String, String)>,
) -> Result<Response, Refusal> {
    let seat = administrator(&web, &visit, &session, &tenant).await?;
    let Some(manifest) = digest(&package) else { return Err(Refusal::new(&visit, Kind::NotFound).at(&seat)) };
    let by = By { person: Some(seat.official.person), channel: Channel::Portal };
    let plan = match web.app.plan(&seat.tenant, &manifest, &Choices::default(), by).await {
        Err(AppError::Trust(refusal)) => return refused(&web, &visit, &session, &seat, (refusal.code(), refusal.to_string())).await,
        plan => plan.map_err(|error| failed(&visit, &seat, error))?,
    };
    let report = web.app.report(&plan).map_err(|error| failed(&visit, &seat, error))?;
    let flash = web.take_flash(&visit, &session).await?;
    let path = format!("{}/packages/{package}", base(&seat));
    let mut frame = seat.frame(&visit, flash);
    frame.path = &path;
    let by_itself = web.app.follows_by_itself(&seat.tenant, &plan);
    let view = plan_view(&plan, &report, (web.app.signs(), by_itself), package, visit.language);
    Ok(page(StatusCode::OK, packages::plan(&frame, &base(&seat), &view)))
}

/// Why it cannot be installed, on the list of packages.
async fn refused(web: &Web, visit: &Visit, session: &Session, seat: &Seat, (code, detail): (&str, String)) -> Result<Response, Refusal> {
    web.put_flash(visit, session, packages::refusal(code, &detail, visit.language)).await?;
    Ok(see(&format!("{}/packages", base(seat))))
}

fn plan_view(plan: &Plan, report: &Report, (signs, by_itself): (bool, bool), place: String, language: Language) -> PlanView<'static> {
    let manifest = &plan.package.manifest;
    let permission = |permission: &vatra_registry::inspect::Permission| PermissionView {
        capability: permission.capability.clone(),
        title: permission.title.get(language).to_owned(),
        risk: permission.risk.code(),
        can: [permission.can.get(language).to_owned(), permission.why.get(language).to_owned()],
        purpose: permission.purpose.as_ref().map(|purpose| purpose.get(language).to_owned()).unwrap_or_default(),
        law: permission.legal_basis.clone(),
        parameters: permission.parameters.iter().map(|(name, value)| vatra_registry::inspect::parameter(language, name, value)).collect(),
    };
    let keeping = |keeping: &Keeping| match keeping {
        Keeping::New => "new",
        Keeping::Found => "found",
        Keeping::Changed(_) => "changed",
    };
    let asked = manifest.capabilities.keys().filter(|name| !plan.approval.permissions.contains_key(*name));
    PlanView {
        title: manifest.title.get(language).to_owned(),
        description: manifest.description.get(language).to_owned(),
        version: manifest.version.clone(),
        installed: plan.before.as_ref().map(|before| before.version.clone()),
        publisher: format!("{} ({})", manifest.publisher, plan.approval.publisher),
        key: plan.approval.key.grouped(),
        digest: plan.approval.manifest.to_string(),
        permissions: report.permissions.iter().map(permission).collect(),
        registers: plan.registers.iter().map(|register| (register.name.to_string(), keeping(&register.keeping))).collect(),
        roles: manifest.roles.values().map(|title| title.get(language).to_owned()).collect(),
        budgets: report.budgets.iter().map(|asked| format!("{}: {} {}", asked.title.get(language), asked.value, asked.unit)).collect(),
        difference: plan
            .difference
            .as_ref()
            .map(|difference| difference.text(language).lines().map(str::to_owned).collect())
            .unwrap_or_default(),
        withheld: asked.map(Name::to_string).collect(),
        upgrades: plan.approval.upgrades.code(),
        by_itself,
        signs,
        place,
        submission: &SubmissionId::fresh,
    }
}

/// `POST /{tenant}/admin/packages/{package}`: sends it to be signed, or installs what follows by itself.
pub(crate) async fn send(
    State(web): State<Web>,
    visit: Visit,
    session: Session,
    Path((tenant, package)): Path<(String, String)>,
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
    let perform = async {
        let Some(manifest) = digest(&package) else { return Err(Refusal::new(&visit, Kind::NotFound).at(&seat)) };
        let by = By { person: Some(seat.official.person), channel: Channel::Portal };
        let done = async {
            let asked = web.app.plan(&seat.tenant, &manifest, &Choices::default(), by).await?;
            if web.app.follows_by_itself(&seat.tenant, &asked) {
                web.app.upgrade_by_itself(&seat.tenant, &asked).await?;
                return Ok(format!("{}/modules/{}/life", base(&seat), asked.approval.module));
            }
            let choices = chosen(&posted, &asked);
            let plan = web.app.plan(&seat.tenant, &manifest, &choices, by).await?;
            web.app.send_to_sign(&seat.tenant, &plan, &seat.official).await?;
            Ok(format!("/{}/signing", seat.tenant.slug))
        };
        match done.await {
            Ok(place) => {
                web.put_flash(&visit, &session, said(visit.language, Tone::Success, "package-sent")).await?;
                Ok(see(&place))
            }
            Err(AppError::Trust(refusal)) => refused(&web, &visit, &session, &seat, (refusal.code(), refusal.to_string())).await,
            Err(error) => Err(failed(&visit, &seat, error)),
        }
    };
    perform.await.into_response()
}

/// What was ticked: everything else that is asked for is not given.
fn chosen(posted: &Posted, plan: &Plan) -> Choices {
    let none = Vec::new();
    let given: BTreeSet<&str> = posted.get("given").unwrap_or(&none).iter().map(String::as_str).collect();
    let asked = plan.package.manifest.capabilities.keys();
    let upgrades = posted.get("upgrades").and_then(|values| values.first()).and_then(|code| Upgrades::from_code(code));
    Choices {
        withheld: asked.filter(|name| !given.contains(name.as_str())).cloned().collect(),
        upgrades: Some(upgrades.unwrap_or_default()),
        ..Choices::default()
    }
}

/// `GET /{tenant}/admin/modules/{module}/life`
pub(crate) async fn life(
    State(web): State<Web>,
    visit: Visit,
    session: Session,
    Path((tenant, module)): Path<(String, String)>,
) -> Result<Response, Refusal> {
    let seat = administrator(&web, &visit, &session, &tenant).await?;
    let flash = web.take_flash(&visit, &session).await?;
    Ok(page(StatusCode::OK, life_page(&web, &visit, &seat, &module, flash, None).await?))
}

async fn life_page(
    web: &Web,
    visit: &Visit,
    seat: &Seat,
    module: &str,
    flash: Option<Said>,
    form: Option<&FormState>,
) -> Result<String, Refusal> {
    let missing = || Refusal::new(visit, Kind::NotFound).at(seat);
    let name = Name::new(module).map_err(|_| missing())?;
    let build = async {
        let life = web.app.life(&seat.tenant, &name).await?;
        let people = officials(web, seat).await?;
        let installed = web.app.store.installed(seat.tenant.id).await?.into_iter().find(|one| one.module == name);
        Ok::<_, AppError>((life, people, installed))
    };
    let (life, people, installed) = build.await.map_err(|error| failed(visit, seat, error))?;
    let installed = installed.ok_or_else(missing)?;
    let refusal = web.app.refusal(&seat.tenant, &installed).await.map_err(|error| failed(visit, seat, error))?;
    let title = web.app.module(&seat.tenant, &name).await.map(|view| view.manifest.title.get(visit.language).to_owned());
    let waiting = life.approvals.iter().rev().find(|(stored, _)| stored.standing == ApprovalStanding::Proposed);
    let turn = |turn: &vatra_core::packages::Turn| TurnView {
        at: turn.at,
        kind: turn.kind.code(),
        version: turn.version.clone(),
        by: turn.by.and_then(|person| people.get(&person).cloned()),
    };
    let view = LifeView {
        module: module.to_owned(),
        title: title.unwrap_or_else(|_| module.to_owned()),
        version: installed.version.clone(),
        publisher: life.rests_on.as_ref().map(|(approval, _)| (approval.publisher.to_string(), approval.key.grouped())),
        approved: life.rests_on.as_ref().map(|(_, by)| by.clone()),
        upgrades: life.rests_on.as_ref().map(|(approval, _)| approval.upgrades).unwrap_or_default().code(),
        waiting: waiting.and_then(|(_, approval)| approval.as_ref()).map(|approval| approval.version.to_string()),
        turns: life.turns.iter().map(turn).collect(),
        back_to: life.back_to.as_ref().map(|turn| turn.version.clone()),
        refusal,
        form,
        submission: &SubmissionId::fresh,
    };
    let path = format!("{}/modules/{module}/life", base(seat));
    let mut frame = seat.frame(visit, flash);
    frame.path = &path;
    Ok(packages::life(&frame, &base(seat), &view))
}

/// `POST /{tenant}/admin/modules/{module}/life/{rollback|remove|drop}`
pub(crate) async fn change(
    State(web): State<Web>,
    visit: Visit,
    session: Session,
    Path((tenant, module, operation)): Path<(String, String, String)>,
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
    let perform = async {
        let missing = || Refusal::new(&visit, Kind::NotFound).at(&seat);
        let name = Name::new(&module).map_err(|_| missing())?;
        let by = By { person: Some(seat.official.person), channel: Channel::Portal };
        let place = format!("{}/modules/{module}/life", base(&seat));
        let (done, key, place) = match operation.as_str() {
            "rollback" => (web.app.roll_back(&seat.tenant, &name, by).await.map(|_| ()), "package-rolled-back", place),
            "remove" if posted.get("sure").is_none_or(Vec::is_empty) => {
                let text = vatra_view::say(visit.language, "package-remove-unsure");
                let state = FormState { errors: vec![("sure".to_owned(), text)], posted, ..FormState::default() };
                let html = life_page(&web, &visit, &seat, &module, None, Some(&state)).await?;
                return Ok(page(StatusCode::UNPROCESSABLE_ENTITY, html));
            }
            "remove" => (web.app.remove(&seat.tenant, &name, by).await, "package-removed", base(&seat)),
            "drop" => (web.app.drop_waiting(&seat.tenant, &name, by).await, "package-dropped", place),
            _ => return Err(missing()),
        };
        let flash = match done {
            Ok(()) => said(visit.language, Tone::Success, key),
            Err(AppError::Trust(refusal)) => packages::refusal(refusal.code(), &refusal.to_string(), visit.language),
            Err(error) => return Err(failed(&visit, &seat, error)),
        };
        web.put_flash(&visit, &session, flash).await?;
        Ok::<_, Refusal>(see(&place))
    };
    perform.await.into_response()
}
