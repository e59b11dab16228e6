//! Asking for it. Who asks, for whom and on what legal basis comes from the host and the grant;
//! each question is in the audit trail before it is sent.
//!
//! Parameters of the grant: `data-sets` (which), `fields` (`DATA-SET.FIELD`).

use crate::bindings::vatra::mconnect::data as wit;
use crate::bindings::vatra::types::values::Failure;
use crate::convert;
use crate::outside::{Answer, Question};
use crate::registers::{Stop, counted};
use crate::state::{CallState, invalid};
use serde_json::json;
use tokio::task::JoinSet;
use vatra_core::call::Channel;
use vatra_core::grants::{Ask, Denial};
use vatra_core::ids::SubjectId;
use vatra_core::providers::{DataAnswer, DataRequest};
use vatra_core::seal::Origin;
use vatra_core::value::{Fields, Value};

/// MConnect's limit of CallReason, in characters.
const MAX_REASON: usize = 512;
const MAX_FIELDS: usize = 64;
const MAX_PARAMETERS: usize = 16;

impl wit::Host for CallState {
    async fn ask(&mut self, request: wit::Request) -> wasmtime::Result<Result<wit::Answer, Failure>> {
        counted!(self, "mconnect.ask", ask(self, request))
    }
}

async fn ask(state: &mut CallState, asked: wit::Request) -> Result<wit::Answer, Stop> {
    let wanted: Vec<String> = asked.fields.iter().take(MAX_FIELDS + 1).map(|field| format!("{}.{field}", asked.data_set)).collect();
    let mut asks = vec![Ask::Member("data-sets", &asked.data_set)];
    asks.extend(wanted.iter().map(|field| Ask::Member("fields", field)));
    let allowed = state.allow("mconnect", &asks)?;
    if asked.fields.is_empty() || asked.fields.len() > MAX_FIELDS {
        return Err(invalid("fields", "too-many").into());
    }
    if asked.reason.trim().is_empty() {
        return Err(invalid("reason", "required").into());
    }
    if asked.reason.chars().count() > MAX_REASON {
        return Err(invalid("reason", "too-long").into());
    }
    let entry = match &asked.for_ {
        None => None,
        Some(entry) => Some(convert::entry_from_guest(entry).ok_or_else(|| invalid("for", "type"))?),
    };
    let parameters = parameters(state, asked.parameters)?;
    let about = match &asked.about {
        None => None,
        Some(subject) => Some(state.binding.sealer.subject(&subject.token).map_err(|_| invalid("about", "token"))?),
    };
    let caller = state.ctx.caller.person;
    if state.ctx.caller.channel == Channel::Evo && (about.is_none() || about != caller) {
        return Err(state.deny(Denial::new("mconnect", "subject", asked.data_set.as_str())).into());
    }
    let (user, idn) = identify(state, caller, about).await?;
    if about.is_some() && idn.is_none() {
        return Err(Failure::NotFound.into());
    }
    let request = DataRequest {
        call: state.ctx.call,
        entity: state.ctx.tenant.idno.clone(),
        user,
        legal_basis: allowed.legal_basis,
        reason: asked.reason,
        data_set: asked.data_set,
        about: idn,
        parameters,
        fields: asked.fields,
    };
    let question = Question::Data(Box::new(request.clone()));
    let answer = match state.outside.known(&question) {
        Some(Answer::Data(answer)) => answer,
        Some(Answer::Mandates(..) | Answer::File(_)) | None => {
            let detail = json!({ "data-set": request.data_set, "fields": request.fields, "for": entry.map(|at| at.id) });
            let about: Vec<SubjectId> = about.into_iter().collect();
            let row = state.look("mconnect", detail, &about);
            state.audit(row).await?;
            let Some(exchange) = state.exchange.clone() else { return Err(Failure::Unavailable("mconnect".into()).into()) };
            // In a task of its own, which ends with the call: the client's work is not the module's, nor done in the module's turn.
            let mut asking = JoinSet::new();
            asking.spawn(async move { exchange.ask(&request).await });
            let told = match asking.join_next().await {
                Some(Ok(Ok(answer))) => Ok(answer),
                Some(Ok(Err(error))) => Err(error.to_string()),
                // Without the words of a panic, which may be about somebody.
                Some(Err(_)) | None => Err("MConnect's client broke down".to_owned()),
            };
            let answer = told.map_err(|error| {
                tracing::warn!(call = %state.ctx.call, tenant = %state.ctx.tenant.slug, "{error}");
                Failure::Unavailable("mconnect".into())
            })?;
            state.outside.keep(question, Answer::Data(answer.clone()));
            answer
        }
    };
    let DataAnswer { rows, at } = answer.ok_or(Failure::NotFound)?;
    state.used.read(rows.len().max(1), &state.limits)?;
    let sealer = &state.binding.sealer;
    let rows = rows
        .iter()
        .map(|(part, fields)| wit::Row { part: part.clone(), fields: convert::fields_to_guest(sealer, Origin::Stored, |_| false, fields) })
        .collect();
    Ok(wit::Answer { rows, at: u64::try_from(at.0).unwrap_or_default() })
}

fn parameters(state: &CallState, given: Vec<crate::bindings::vatra::types::values::Field>) -> Result<Fields, Stop> {
    if given.len() > MAX_PARAMETERS {
        return Err(invalid("parameters", "too-many").into());
    }
    let mut out = Fields::new();
    for field in given {
        let (value, _) = convert::from_guest(&state.binding.sealer, field.value).map_err(|rule| invalid(&field.name, rule))?;
        // People are named by `about`; opened here, a sealed text would leave without its owner in the trail.
        if matches!(value, Value::Personal(_) | Value::Subject(_)) {
            return Err(invalid(field.name, "sealed").into());
        }
        if out.insert(field.name, value).is_some() {
            return Err(invalid("parameters", "twice").into());
        }
    }
    Ok(out)
}

/// IDNP of the caller; IDNP or IDNO of whom it is about.
async fn identify(
    state: &mut CallState,
    caller: Option<SubjectId>,
    about: Option<SubjectId>,
) -> Result<(Option<String>, Option<String>), Stop> {
    let mut wanted: Vec<SubjectId> = caller.into_iter().chain(about).collect();
    wanted.dedup();
    if wanted.is_empty() {
        return Ok((None, None));
    }
    state.used.read(wanted.len(), &state.limits)?;
    let found = state.people(&wanted).await?;
    let idn = |id: Option<SubjectId>| found.iter().find(|subject| Some(subject.id) == id).and_then(|subject| subject.idn.clone());
    Ok((idn(caller), idn(about)))
}
