//! `vatra:mpower`: looking powers of attorney up. Each look is in the audit trail before MPower is asked.
//!
//! Parameters of the grant: `kinds` (types of mandates, `AT-…`), `others` (`given`, `received`: whose mandates may be listed but the
//! caller's own). A type's name is the setting `kind.CODE`.

use crate::bindings::vatra::mpower::mandates as wit;
use crate::bindings::vatra::mpower::types as told;
use crate::bindings::vatra::types::values::{DocumentRef, Failure, Subject as WitSubject};
use crate::convert;
use crate::documents::{Received, received};
use crate::outside::{Answer, KnownMandate, Question};
use crate::registers::{Stop, counted};
use crate::state::{CallState, invalid};
use serde_json::json;
use std::future::Future;
use std::sync::Arc;
use tokio::task::JoinSet;
use vatra_core::grants::Ask;
use vatra_core::ids::SubjectId;
use vatra_core::manifest::Param;
use vatra_core::providers::{Mandate, MandateSide, MandateStanding, Mandates, Party, ProviderError};
use vatra_core::unit::Subject;

const SERVICE: &str = "mpower";
/// Mandates of one list.
const MOST: usize = 500;
const PDF: &str = "application/pdf";
/// Bytes of a signed power of attorney.
const MAX_FILE: usize = 4 << 20;

impl told::Host for CallState {}

impl wit::Host for CallState {
    async fn check(&mut self, code: String) -> wasmtime::Result<Result<wit::Mandate, Failure>> {
        counted!(self, "mpower.check", async {
            self.allow(SERVICE, &[])?;
            let question = Question::Mandate(code.clone());
            let ask = async move |mpower: Arc<dyn Mandates>| Ok(mpower.details(&code).await?.into_iter().collect());
            let (found, withheld) = asked(self, question, "check", &[], ask).await?;
            // Of which type it is, is known only now.
            if let Some(kind) = withheld.first() {
                self.allow(SERVICE, &[Ask::Member("kinds", kind)])?;
            }
            let mandate = found.into_iter().next().ok_or(Failure::NotFound)?;
            Ok::<_, Stop>(for_guest(self, &mandate))
        })
    }

    async fn between(
        &mut self,
        principal: WitSubject,
        agent: WitSubject,
        kind: String,
    ) -> wasmtime::Result<Result<Option<wit::Mandate>, Failure>> {
        counted!(self, "mpower.between", async {
            self.allow(SERVICE, &[Ask::Member("kinds", &kind)])?;
            let (principal, agent) = (subject(self, &principal, "principal")?, subject(self, &agent, "agent")?);
            let (of, to) = (idn(self, principal).await?, idn(self, agent).await?);
            let question = Question::Between(principal, agent, kind.clone());
            let ask = async move |mpower: Arc<dyn Mandates>| Ok(mpower.between(&kind, &of, &to).await?.into_iter().collect());
            let (found, _) = asked(self, question, "between", &[principal, agent], ask).await?;
            Ok::<_, Stop>(found.first().map(|mandate| for_guest(self, mandate)))
        })
    }

    async fn mandates_of(&mut self, of: WitSubject, side: wit::Side) -> wasmtime::Result<Result<Vec<wit::Mandate>, Failure>> {
        counted!(self, "mpower.mandates-of", async {
            self.allow(SERVICE, &[])?;
            let of = subject(self, &of, "subject")?;
            let (side, needed): (_, &[&str]) = match side {
                wit::Side::Given => (MandateSide::Given, &["given"]),
                wit::Side::Received => (MandateSide::Received, &["received"]),
                wit::Side::Both => (MandateSide::Both, &["given", "received"]),
            };
            let own = self.ctx.caller.person == Some(of) || self.ctx.caller.acting.as_ref().is_some_and(|acting| acting.principal == of);
            if !own {
                let asks: Vec<Ask<'_>> = needed.iter().map(|side| Ask::Member("others", side)).collect();
                self.allow(SERVICE, &asks)?;
            }
            let person = idn(self, of).await?;
            let ask = async move |mpower: Arc<dyn Mandates>| mpower.list(&person, side).await;
            let (found, _) = asked(self, Question::MandatesOf(of, side), "mandates-of", &[of], ask).await?;
            Ok::<_, Stop>(found.iter().map(|mandate| for_guest(self, mandate)).collect())
        })
    }

    async fn file(&mut self, code: String) -> wasmtime::Result<Result<DocumentRef, Failure>> {
        counted!(self, "mpower.file", file(self, code))
    }

    async fn kinds(&mut self) -> wasmtime::Result<Result<Vec<wit::Kind>, Failure>> {
        counted!(self, "mpower.kinds", async {
            let allowed = self.allow(SERVICE, &[])?;
            let Some(Param::Set(kinds)) = allowed.parameters.get("kinds") else { return Ok::<_, Stop>(Vec::new()) };
            let named = |code: &String| {
                let name = allowed.settings.get(&format!("kind.{code}")).unwrap_or(code).clone();
                wit::Kind { code: code.clone(), name, description: String::new() }
            };
            Ok::<_, Stop>(kinds.iter().map(named).collect())
        })
    }
}

/// The signed power of attorney, kept as a document that was received. Of which type it is, is asked before.
async fn file(state: &mut CallState, code: String) -> Result<DocumentRef, Stop> {
    state.writable(SERVICE)?;
    state.allow(SERVICE, &[])?;
    let question = Question::Mandate(code.clone());
    let asked_code = code.clone();
    let ask = async move |mpower: Arc<dyn Mandates>| Ok(mpower.details(&asked_code).await?.into_iter().collect());
    let (found, withheld) = asked(state, question, "file", &[], ask).await?;
    if let Some(kind) = withheld.first() {
        state.allow(SERVICE, &[Ask::Member("kinds", kind)])?;
    }
    let mandate = found.into_iter().next().ok_or(Failure::NotFound)?;
    let question = Question::MandateFile(code.clone());
    let content = match state.outside.known(&question) {
        Some(Answer::File(content)) => content,
        _ => {
            let row = state.look(SERVICE, json!({ "question": "file" }), &[mandate.principal, mandate.agent]);
            state.audit(row).await?;
            let asked_code = code.clone();
            let file = outside(state, async move |mpower: Arc<dyn Mandates>| mpower.file(&asked_code).await).await?;
            let content = file.filter(|file| file.media_type == PDF && file.content.len() <= MAX_FILE).map(|file| Arc::new(file.content));
            state.outside.keep(question, Answer::File(content.clone()));
            content
        }
    };
    let content = content.ok_or(Failure::NotFound)?;
    state.used.write(1, &state.limits)?;
    let name = format!("{code}.pdf");
    let title = format!("{} {code}", mandate.kind_name).chars().take(200).collect();
    received(state, Received { kind: "mandate", name, media_type: PDF, title, subject: Some(mandate.principal), content: &content }).await
}

fn subject(state: &CallState, subject: &WitSubject, field: &str) -> Result<SubjectId, Stop> {
    Ok(state.binding.sealer.subject(&subject.token).map_err(|_| invalid(field, "token"))?)
}

/// By which MPower knows them; who has none has no mandates.
async fn idn(state: &mut CallState, id: SubjectId) -> Result<String, Stop> {
    state.used.read(1, &state.limits)?;
    let found = state.people(&[id]).await?.into_iter().next().and_then(|subject| subject.idn);
    Ok(found.ok_or(Failure::NotFound)?)
}

/// Asks MPower, with the look in the trail before: mandates of types that the grant lists, whose parties are known to the municipality from
/// then on; and the types of the others, of whose parties nobody here learns anything.
async fn asked<F>(
    state: &mut CallState,
    question: Question,
    what: &str,
    about: &[SubjectId],
    ask: impl FnOnce(Arc<dyn Mandates>) -> F,
) -> Result<(Vec<KnownMandate>, Vec<String>), Stop>
where
    F: Future<Output = Result<Vec<Mandate>, ProviderError>> + Send + 'static,
{
    if let Some(Answer::Mandates(known, withheld)) = state.outside.known(&question) {
        return Ok((known, withheld));
    }
    let allowed = state.allow(SERVICE, &[])?;
    let row = state.look(SERVICE, json!({ "question": what }), about);
    state.audit(row).await?;
    let found = outside(state, ask).await?;
    let granted = |mandate: &Mandate| allowed.check(SERVICE, &[Ask::Member("kinds", &mandate.kind)]).is_ok();
    let (found, withheld): (Vec<_>, Vec<_>) = found.into_iter().partition(granted);
    let withheld: Vec<String> = withheld.into_iter().map(|mandate| mandate.kind).collect();
    let known = known(state, found).await?;
    state.used.read(known.len().max(1), &state.limits)?;
    let mut named: Vec<SubjectId> = known.iter().flat_map(|mandate| [mandate.principal, mandate.agent]).collect();
    named.retain(|id| !about.contains(id));
    if !named.is_empty() {
        let row = state.look(SERVICE, json!({ "question": what }), &named);
        state.audit(row).await?;
    }
    state.outside.keep(question, Answer::Mandates(known.clone(), withheld.clone()));
    Ok((known, withheld))
}

/// Asks MPower in a task of its own, which ends with the call: the client's work is not the module's, nor done in the module's turn.
async fn outside<T, F>(state: &mut CallState, ask: impl FnOnce(Arc<dyn Mandates>) -> F) -> Result<T, Stop>
where
    T: Send + 'static,
    F: Future<Output = Result<T, ProviderError>> + Send + 'static,
{
    let down = || Failure::Unavailable(SERVICE.into());
    let mpower = state.mandates.clone().ok_or_else(down)?;
    let mut asking = JoinSet::new();
    asking.spawn(ask(mpower));
    match asking.join_next().await {
        Some(Ok(Ok(found))) => Ok(found),
        Some(Ok(Err(error))) => {
            tracing::warn!(call = %state.ctx.call, tenant = %state.ctx.tenant.slug, "{error}");
            Err(down().into())
        }
        // Without the words of a panic, which may be about somebody.
        Some(Err(_)) | None => {
            tracing::warn!(call = %state.ctx.call, tenant = %state.ctx.tenant.slug, "MPower's client broke down");
            Err(down().into())
        }
    }
}

/// Mandates with subjects for their parties. Whom the municipality did not know it knows now: a mandate is shown and acted upon by both.
async fn known(state: &mut CallState, found: Vec<Mandate>) -> Result<Vec<KnownMandate>, Stop> {
    let person =
        |party: &Party| Subject { id: SubjectId::fresh(), company: party.legal, idn: Some(party.idn.clone()), name: party.name.clone() };
    let found: Vec<Mandate> = found.into_iter().take(MOST).collect();
    let parties: Vec<Subject> = found.iter().flat_map(|mandate| [person(&mandate.principal), person(&mandate.agent)]).collect();
    let mut ids = state.know(&parties).await?.into_iter();
    let mut out = Vec::with_capacity(found.len());
    for mandate in found {
        let (Some(principal), Some(agent)) = (ids.next(), ids.next()) else { break };
        let (from, until) = (mandate.first_day(), mandate.last_day());
        let Mandate { code, kind, kind_name, standing, .. } = mandate;
        out.push(KnownMandate { code, kind, kind_name, principal, agent, from, until, standing });
    }
    Ok(out)
}

fn for_guest(state: &CallState, mandate: &KnownMandate) -> wit::Mandate {
    let sealer = &state.binding.sealer;
    let kind_name = match state.binding.capabilities.get(SERVICE) {
        Some(Ok(allowed)) => allowed.settings.get(&format!("kind.{}", mandate.kind)).unwrap_or(&mandate.kind_name).clone(),
        _ => mandate.kind_name.clone(),
    };
    wit::Mandate {
        code: mandate.code.clone(),
        kind: mandate.kind.clone(),
        kind_name,
        principal: convert::subject(sealer, mandate.principal),
        agent: convert::subject(sealer, mandate.agent),
        from: convert::date(mandate.from),
        until: mandate.until.map(convert::date),
        standing: match mandate.standing {
            MandateStanding::Draft => told::Standing::Draft,
            MandateStanding::PendingAcceptance => told::Standing::PendingAcceptance,
            MandateStanding::Pending => told::Standing::Pending,
            MandateStanding::Valid => told::Standing::Valid,
            MandateStanding::Suspended => told::Standing::Suspended,
            MandateStanding::Cancelled => told::Standing::Cancelled,
        },
        valid: mandate.standing == MandateStanding::Valid,
    }
}
