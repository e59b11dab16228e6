//! Acting for somebody else by a power of attorney of MPower: chosen openly, shown on every page, audited, and checked again while it lasts.

use super::refusal::{Kind, Refusal};
use super::session::{LOGIN, Login};
use super::visit::{Visit, page, see};
use super::words::{Sentence, say};
use super::{Web, body};
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::sync::Arc;
use tower_sessions::Session;
use vatra_core::audit::AuditKind;
use vatra_core::call::{Acting, Channel, Tenant};
use vatra_core::clock::Instant;
use vatra_core::ids::{SubjectId, TenantId};
use vatra_core::providers::{Mandate, MandateSide, Mandates, ProviderError};
use vatra_core::unit::Subject;
use vatra_core::view::Tone;
use vatra_view::pages::{self, MandateCard};
use vatra_view::ui::Said;

/// After so many seconds MPower is asked again whether the mandate is still in force.
const FRESH: i64 = 300;
/// After so many without an answer the person acts for themselves again.
const STALE: i64 = 900;

/// In a session: for whom its person acts. No `Debug`: it names somebody.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Chosen {
    pub(crate) tenant: TenantId,
    pub(crate) code: String,
    pub(crate) principal: SubjectId,
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) until: Option<NaiveDate>,
    /// When MPower said that it is in force.
    pub(crate) checked: Instant,
}

impl Chosen {
    /// For the context of calls.
    pub(crate) fn acting(&self) -> Acting {
        Acting { code: self.code.clone(), principal: self.principal, kind: self.kind.clone(), until: self.until }
    }
}

impl Web {
    fn mandates(&self) -> Option<Arc<dyn Mandates>> {
        self.app.runtime.mandates().cloned()
    }

    /// For whom the person acts in this municipality now. A mandate that is not in force any more, or of which MPower has said nothing for long, ends
    /// it; the next page says so.
    pub(crate) async fn acting(
        &self,
        visit: &Visit,
        session: &Session,
        login: &Login,
        tenant: TenantId,
    ) -> Result<Option<Chosen>, Refusal> {
        let Some(chosen) = login.acting.as_ref().filter(|chosen| chosen.tenant == tenant) else { return Ok(None) };
        let now = self.app.clock.now();
        let lapsed = chosen.until.is_some_and(|until| until < now.civil_date());
        if !lapsed && now < chosen.checked.plus_seconds(FRESH) {
            return Ok(Some(chosen.clone()));
        }
        let found = match self.mandates() {
            Some(mandates) if !lapsed => mandates.details(&chosen.code).await,
            _ => Ok(None),
        };
        let still = match found {
            Ok(found) => found.is_some_and(|mandate| good(&mandate, &login.idnp)),
            Err(error) => {
                tracing::warn!(request = %visit.request, "{error}");
                if now < chosen.checked.plus_seconds(STALE) {
                    return Ok(Some(chosen.clone()));
                }
                false
            }
        };
        let failed = |error| Refusal::host(visit, error);
        let mut login = login.clone();
        if still {
            let chosen = Chosen { checked: now, ..chosen.clone() };
            login.acting = Some(chosen.clone());
            session.insert(LOGIN, &login).await.map_err(failed)?;
            return Ok(Some(chosen));
        }
        login.acting = None;
        session.insert(LOGIN, &login).await.map_err(failed)?;
        let said = Said {
            tone: Tone::Warning,
            title: say(visit.language, Sentence::ActingEnded).to_owned(),
            text: Some(say(visit.language, Sentence::ActingEndedText).to_owned()),
        };
        self.put_flash(visit, session, said).await?;
        Ok(None)
    }
}

/// In force, and given to whoever says that it is theirs.
fn good(mandate: &Mandate, idnp: &str) -> bool {
    mandate.is_valid() && mandate.agent.idn == idnp && !mandate.agent.legal
}

/// The mandates by which this person may act now.
pub(crate) async fn mandates_of(web: &Web, visit: &Visit, idnp: &str) -> Result<Vec<Mandate>, Refusal> {
    let mandates = web.mandates().ok_or_else(|| Refusal::new(visit, Kind::NotFound))?;
    let found = mandates.list(idnp, MandateSide::Received).await.map_err(|error| down(visit, &error))?;
    Ok(found.into_iter().filter(|mandate| good(mandate, idnp)).collect())
}

/// `GET /{tenant}/acting`: for whom one may act.
pub(crate) async fn choose(State(web): State<Web>, visit: Visit, session: Session, Path(slug): Path<String>) -> Result<Response, Refusal> {
    let seat = web.seat(&visit, &session, &slug).await?;
    let found = mandates_of(&web, &visit, &seat.official.idnp).await.map_err(|refusal| refusal.at(&seat))?;
    let cards: Vec<MandateCard> = found
        .iter()
        .map(|mandate| MandateCard {
            code: mandate.code.clone(),
            name: mandate.principal.name.clone(),
            kind: mandate.kind_name.clone(),
            until: mandate.last_day(),
            chosen: seat.acting.as_ref().is_some_and(|chosen| chosen.code == mandate.code),
        })
        .collect();
    let flash = web.take_flash(&visit, &session).await?;
    Ok(page(StatusCode::OK, pages::acting(&seat.frame(&visit, flash), &format!("/{}/acting", seat.tenant.slug), &cards)))
}

fn down(visit: &Visit, error: &ProviderError) -> Refusal {
    tracing::warn!(request = %visit.request, "{error}");
    Refusal::new(visit, Kind::MandatesDown)
}

/// From now on this person acts for the principal of this mandate in the municipality; for themselves when the code is empty.
pub(crate) async fn choose_mandate(
    web: &Web,
    visit: &Visit,
    session: &Session,
    tenant: &Tenant,
    (person, login): (SubjectId, &Login),
    channel: Channel,
    code: &str,
) -> Result<Option<Chosen>, Refusal> {
    let failed = |error: vatra_core::store::StoreError| Refusal::host(visit, error);
    let missing = || Refusal::new(visit, Kind::NotFound);
    let chosen = if code.is_empty() {
        None
    } else {
        let mandates = web.mandates().ok_or_else(missing)?;
        // Not what the page said a while ago, but what is so now.
        let found = mandates.details(code).await.map_err(|error| down(visit, &error))?;
        let mandate = found.filter(|mandate| good(mandate, &login.idnp)).ok_or_else(missing)?;
        let principal = Subject {
            id: SubjectId::fresh(),
            company: mandate.principal.legal,
            idn: Some(mandate.principal.idn.clone()),
            name: mandate.principal.name.clone(),
        };
        let known = web.app.store.know(tenant.id, &[principal]).await.map_err(failed)?;
        Some(Chosen {
            tenant: tenant.id,
            principal: known.first().copied().ok_or_else(missing)?,
            name: mandate.principal.name.clone(),
            kind: mandate.kind.clone(),
            until: mandate.last_day(),
            checked: web.app.clock.now(),
            code: code.to_owned(),
        })
    };
    let before = login.acting.iter().filter(|before| before.tenant == tenant.id);
    let by = crate::app::By { person: Some(person), channel };
    let detail = json!({ "mandate": chosen.as_ref().map(|chosen| chosen.code.as_str()) });
    let mut row = web.app.row(by, AuditKind::Session, None, "acting", &detail);
    row.about = chosen.iter().chain(before).map(|chosen| chosen.principal).collect();
    web.app.store.audit(tenant.id, vec![row]).await.map_err(failed)?;
    let login = Login { acting: chosen.clone(), ..login.clone() };
    session.insert(LOGIN, &login).await.map_err(|error| Refusal::host(visit, error))?;
    Ok(chosen)
}

/// `POST /{tenant}/acting`: from now on for the principal of this mandate, or for oneself again.
pub(crate) async fn chosen(
    State(web): State<Web>,
    visit: Visit,
    session: Session,
    Path(slug): Path<String>,
    request: Request,
) -> Result<Response, Refusal> {
    let (parts, body) = request.into_parts();
    let seat = match web.seat(&visit, &session, &slug).await {
        Ok(seat) => seat,
        Err(refusal) => return Ok(body::linger(&parts.headers, refusal.into_response(), body.into_data_stream())),
    };
    let posted = match body::read(&parts.headers, body).await {
        Ok(sent) => sent,
        Err(unread) => return Ok(super::admin::unreadable(&visit, &seat, &parts.headers, unread)),
    };
    let login = web.person(&visit, &session).await?;
    let as_whom = (seat.official.person, &login);
    let chosen = choose_mandate(&web, &visit, &session, &seat.tenant, as_whom, Channel::Portal, posted.field("mandate")).await;
    let said = match chosen.map_err(|refusal| refusal.at(&seat))? {
        None => say(visit.language, Sentence::ActingForSelf).to_owned(),
        Some(chosen) => format!("{} {}", say(visit.language, Sentence::ActingFor), chosen.name),
    };
    web.put_flash(&visit, &session, Said { tone: Tone::Success, title: said, text: None }).await?;
    Ok(see(&format!("/{}", seat.tenant.slug)))
}
