//! What a module may use here, for the administrator.

use super::admin::{administrator, base, failed, unreadable};
use super::refusal::{Kind, Refusal};
use super::seat::Seat;
use super::visit::{Visit, page, see};
use super::{Web, body};
use crate::app::By;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use std::collections::BTreeMap;
use tower_sessions::Session;
use vatra_capabilities::budget::Budget;
use vatra_core::call::Channel;
use vatra_core::ids::{Name, SubmissionId};
use vatra_core::view::Tone;
use vatra_view::pages::budgets::{self as pages, BudgetView, BudgetsView, Unit, Used};
use vatra_view::ui::Said;
use vatra_view::{FormState, Posted, explain, say, say_with, urls};

/// Characters of a reason.
const REASON: usize = 500;

fn unit(budget: Budget) -> Unit {
    match budget {
        Budget::WallClock | Budget::Cpu => Unit::Millis,
        Budget::Memory | Budget::HostBytes => Unit::Megabytes,
        Budget::Log => Unit::Kilobytes,
        _ => Unit::Count,
    }
}

async fn shown(
    web: &Web,
    visit: &Visit,
    seat: &Seat,
    module: &str,
    flash: Option<Said>,
    form: Option<&FormState>,
) -> Result<String, Refusal> {
    let name = Name::new(module).map_err(|_| Refusal::new(visit, Kind::NotFound).at(seat))?;
    let view = web.app.module(&seat.tenant, &name).await.map_err(|error| failed(visit, seat, error))?;
    let runtime = &web.app.runtime;
    let (usual, ceilings) = (runtime.usual_limits(), runtime.ceilings());
    let usage = runtime.in_use(Some(seat.tenant.id)).into_iter().find(|one| one.module == name).map(|one| one.usage);
    let usage = usage.filter(|usage| usage.calls > 0 || usage.running > 0);
    let budgets: Vec<BudgetView> = Budget::ALL
        .iter()
        .map(|budget| {
            let own = view.installed.budgets.get(budget.code()).copied();
            BudgetView {
                code: budget.code(),
                unit: unit(*budget),
                value: own.unwrap_or_else(|| usual.get(*budget)).min(ceilings.get(*budget)),
                own: own.is_some(),
                usual: usual.get(*budget),
                ceiling: ceilings.get(*budget),
                used: usage.and_then(|usage| match budget {
                    Budget::WallClock => Some(usage.longest_us.div_ceil(1_000)),
                    Budget::Memory => Some(usage.most_memory),
                    _ => None,
                }),
            }
        })
        .collect();
    let path = format!("{}/modules/{module}", base(seat));
    let view = BudgetsView {
        title: view.manifest.title.get(visit.language).to_owned(),
        module: path.clone(),
        budgets: &budgets,
        used: usage.map(|usage| Used {
            calls: usage.calls,
            failed: usage.failed,
            over: usage.over_budget,
            running: usage.running,
            cpu: usage.cpu_us / 1_000,
            host_calls: usage.host_calls,
        }),
        form,
        submission: SubmissionId::fresh(),
    };
    let own = format!("{path}/budgets");
    let mut frame = seat.frame(visit, flash);
    frame.path = &own;
    Ok(pages::budgets(&frame, &base(seat), &view))
}

/// `GET /{tenant}/admin/modules/{module}/budgets`
pub(crate) async fn list(
    State(web): State<Web>,
    visit: Visit,
    session: Session,
    Path((tenant, module)): Path<(String, String)>,
) -> Result<Response, Refusal> {
    let seat = administrator(&web, &visit, &session, &tenant).await?;
    let flash = web.take_flash(&visit, &session).await?;
    Ok(page(StatusCode::OK, shown(&web, &visit, &seat, &module, flash, None).await?))
}

/// `POST /{tenant}/admin/modules/{module}/budgets`: what is empty is as usual again.
pub(crate) async fn change(
    State(web): State<Web>,
    visit: Visit,
    session: Session,
    Path((tenant, module)): Path<(String, String)>,
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
    keep(&web, &visit, &session, &seat, &module, posted).await.into_response()
}

async fn keep(web: &Web, visit: &Visit, session: &Session, seat: &Seat, module: &str, posted: Posted) -> Result<Response, Refusal> {
    let name = Name::new(module).map_err(|_| Refusal::new(visit, Kind::NotFound).at(seat))?;
    let installed = web.app.module(&seat.tenant, &name).await.map_err(|error| failed(visit, seat, error))?.installed;
    let ceilings = web.app.runtime.ceilings();
    let field = |name: &str| posted.get(name).and_then(|values| values.first()).map(|text| text.trim()).unwrap_or_default();
    let language = visit.language;
    let (mut changes, mut errors) = (BTreeMap::new(), Vec::new());
    for budget in Budget::ALL {
        let (code, unit) = (budget.code(), unit(budget));
        // A form without it says nothing of it.
        if !posted.contains_key(code) {
            continue;
        }
        let text: String = field(code).chars().filter(|c| !c.is_whitespace()).collect();
        let own = installed.budgets.get(code).copied();
        if text.is_empty() {
            if own.is_some() {
                changes.insert(code.to_owned(), None);
            }
            continue;
        }
        let given = text.parse::<u64>().ok().and_then(|number| number.checked_mul(unit.size()));
        match given.filter(|value| (1..=ceilings.get(budget)).contains(value)) {
            // What is finer than its unit stays as it was, unless it was changed.
            Some(value) if own.is_some_and(|own| own / unit.size() == value / unit.size()) => {}
            Some(value) => {
                changes.insert(code.to_owned(), Some(value));
            }
            None => {
                let most = unit.words(ceilings.get(budget), language);
                errors.push((code.to_owned(), say_with(language, "budgets-range", &[("ceiling", most.into())])));
            }
        }
    }
    let reason = field("reason").to_owned();
    if reason.is_empty() {
        errors.push(("reason".to_owned(), explain::rule("required", language)));
    } else if reason.chars().count() > REASON {
        errors.push(("reason".to_owned(), explain::rule("too-long", language)));
    }
    if !errors.is_empty() {
        let state = FormState { action: "budgets".to_owned(), posted, errors, ..FormState::default() };
        let html = shown(web, visit, seat, module, None, Some(&state)).await?;
        return Ok(page(StatusCode::UNPROCESSABLE_ENTITY, html));
    }
    if !changes.is_empty() {
        let by = By { person: Some(seat.official.person), channel: Channel::Portal };
        let kept = web.app.set_budgets_because(&seat.tenant, &name, &changes, &reason, by).await;
        kept.map_err(|error| failed(visit, seat, error))?;
    }
    let title = say(language, if changes.is_empty() { "budgets-same" } else { "budgets-kept" });
    web.put_flash(visit, session, Said { tone: Tone::Success, title, text: None }).await?;
    Ok(see(&format!("{}/modules/{module}/budgets", base(seat))))
}
