//! `vatra:cases`: applications for public services, handed in through one module and handled by another.
//!
//! Parameters of the grant: `parts` (`applications`, `handling`); `services` where the manifest names some, all otherwise. What a module handles its
//! manifest declares.

mod applications;
mod handling;

pub use applications::{hand_in, supply_what_was_asked};

use crate::bindings::vatra::cases::types as wit;
use crate::bindings::vatra::types::values::{DocumentRef, Failure};
use crate::convert;
use crate::registers::Stop;
use crate::state::{CallState, invalid};
use vatra_core::call::Channel;
use vatra_core::cases::{Case, CaseChange, CaseFields, CaseQuery, Move, SERVICE, Said, Standing, Step, Turn, notice};
use vatra_core::grants::{Ask, Denial};
use vatra_core::ids::{CaseId, Name, SubjectId};
use vatra_core::manifest::{Localized, Param};
use vatra_core::seal::Sealer;
use vatra_core::services::Offered;
use vatra_core::settings::{DAYS_OFF, DAYS_WORKED, working_days};
use vatra_core::workdays::WorkingDays;

impl wit::Host for CallState {}

/// Cases of a page.
const PAGE: u32 = 100;

/// Whether the grant opens this part, for this service where it names any.
fn open(state: &mut CallState, part: &str, service: Option<&str>) -> Result<(), Failure> {
    let allowed = state.allow(SERVICE, &[Ask::Member("parts", part)])?;
    match (allowed.parameters.get("services"), service) {
        (Some(Param::Set(set)), Some(service)) if !set.contains(service) => Err(state.deny(Denial::new(SERVICE, "services", service))),
        _ => Ok(()),
    }
}

/// Whether an official is at work, outside of the citizens' app.
fn is_official(state: &CallState) -> bool {
    let caller = &state.ctx.caller;
    !caller.roles.is_empty() && matches!(caller.channel, Channel::Portal | Channel::Counter | Channel::CommandLine)
}

/// For whom the caller acts: themselves, or the principal of their mandate.
fn own(state: &CallState) -> Option<SubjectId> {
    let caller = &state.ctx.caller;
    caller.acting.as_ref().map(|acting| acting.principal).or(caller.person)
}

/// A case as this call leaves it, of any module.
async fn stored(state: &mut CallState, id: &str) -> Result<Case, Stop> {
    let id: CaseId = id.parse().map_err(|_| Failure::NotFound)?;
    state.used.read(1, &state.limits)?;
    if let Some(case) = state.work.cased.get(&id) {
        return Ok(case.clone());
    }
    state.snapshot().await?.case(id).await?.ok_or_else(|| Failure::NotFound.into())
}

/// What a case says, as this call leaves it.
async fn said_in(state: &mut CallState, id: CaseId) -> Result<CaseFields, Stop> {
    let told = state.work.cases.iter().rev().find_map(|change| match change {
        CaseChange::Submit { case, fields, .. } | CaseChange::Set { case, fields: Some(fields), .. } if case.id == id => {
            Some(fields.clone())
        }
        _ => None,
    });
    match told {
        Some(fields) => Ok(fields),
        None => Ok(state.snapshot().await?.case_fields(id).await?),
    }
}

/// The timeline as it is stored: what this call does is on it when it is kept.
async fn steps(state: &mut CallState, id: CaseId) -> Result<Vec<wit::Step>, Stop> {
    let steps = state.snapshot().await?.case_steps(id).await?;
    state.used.read(steps.len(), &state.limits)?;
    Ok(steps.iter().map(step).collect())
}

fn step(step: &Step) -> wit::Step {
    let at = u64::try_from(step.at.0).unwrap_or_default();
    wit::Step { at, standing: standing(step.standing), note: step.note.clone() }
}

/// The days on which the municipality works.
async fn days(state: &mut CallState) -> Result<WorkingDays, Stop> {
    let today = state.ctx.today();
    let snapshot = state.snapshot().await?;
    let (off, worked) = (snapshot.setting(DAYS_OFF).await?, snapshot.setting(DAYS_WORKED).await?);
    Ok(working_days(&off, &worked, today))
}

/// The service, if a module of the municipality takes applications for it.
async fn offered(state: &mut CallState, service: &str) -> Result<Option<Offered>, Stop> {
    let Some(directory) = state.services.clone() else { return Ok(None) };
    let all = directory.services(state.ctx.tenant.id).await?;
    Ok(all.into_iter().find(|one| one.service.code.as_str() == service && one.listener(SERVICE).is_some()))
}

async fn page(state: &mut CallState, query: &CaseQuery, limit: u32, cursor: Option<String>, entries: bool) -> Result<wit::Page, Stop> {
    let offset: u64 = cursor.map_or(Ok(0), |cursor| cursor.parse()).map_err(|_| invalid("cursor", "type"))?;
    let snapshot = state.snapshot().await?;
    let found = snapshot.cases(query, offset, limit.clamp(1, PAGE)).await?;
    let total = snapshot.cases_count(query).await?;
    state.used.read(found.len(), &state.limits)?;
    let end = offset.saturating_add(found.len() as u64);
    let next = (!found.is_empty() && end < total).then(|| end.to_string());
    let as_left = |found: &Case| case(&state.binding.sealer, state.work.cased.get(&found.id).unwrap_or(found), entries);
    Ok(wit::Page { cases: found.iter().map(as_left).collect(), next, total })
}

/// Does something with a case that was seen at this version; the version afterwards. The handling module and the applicant are told.
async fn change(
    state: &mut CallState,
    before: &Case,
    version: u32,
    done: Move,
    fields: Option<CaseFields>,
    tell: Option<Turn>,
    said: Option<Said>,
) -> Result<u32, Stop> {
    if before.version != version {
        return Err(Failure::Conflict.into());
    }
    let (days, today) = (days(state).await?, state.ctx.today());
    let step = done.step();
    let next = before.after(done, today, &days).map_err(|(field, rule)| invalid(field, rule))?;
    state.used.write(1, &state.limits)?;
    let offered = offered(state, next.service.as_str()).await?;
    let handler = offered.as_ref().map_or(&next.handler, |one| &one.module);
    let tell = tell.map(|turn| (handler.clone(), turn));
    if let Some(said) = said {
        let code = next.service.to_string();
        let title = offered.map_or_else(|| Localized { ro: code.clone(), ru: code.clone(), en: code }, |one| one.service.title);
        let told = notice(&said, &state.ctx.tenant.name, &next, &title);
        let service = Name::new(crate::mnotify::SERVICE).map_err(|_| Failure::NotFound)?;
        state.work.leave(&service, crate::mnotify::TELL, &told)?;
    }
    state.work.reached.insert(next.applicant);
    state.work.cases.push(CaseChange::Set { case: Box::new(next.clone()), fields, step, tell });
    let version = next.version;
    state.work.cased.insert(next.id, next);
    Ok(version)
}

fn standing(standing: Standing) -> wit::Standing {
    match standing {
        Standing::Submitted => wit::Standing::Submitted,
        Standing::InWork => wit::Standing::InWork,
        Standing::WaitingApplicant => wit::Standing::WaitingApplicant,
        Standing::WaitingPayment => wit::Standing::WaitingPayment,
        Standing::Approved => wit::Standing::Approved,
        Standing::Refused => wit::Standing::Refused,
        Standing::Withdrawn => wit::Standing::Withdrawn,
    }
}

/// A case for a module; what it is tied to only for the one that handles it.
pub fn case(sealer: &Sealer, case: &Case, entry: bool) -> wit::ApplicationCase {
    wit::ApplicationCase {
        id: case.id.to_string(),
        number: (!case.number.is_empty()).then(|| case.number.clone()),
        version: case.version,
        service: case.service.to_string(),
        standing: standing(case.standing),
        applicant: convert::subject(sealer, case.applicant),
        by: case.by.map(|by| convert::subject(sealer, by)),
        mandate: case.mandate.clone(),
        submitted_on: convert::date(case.submitted_on),
        due: case.due.map(convert::date),
        asked: case.asked.as_ref().map(|asked| wit::Question {
            fields: asked.fields.clone(),
            note: asked.note.clone(),
            until: convert::date(asked.until),
        }),
        results: case.results.iter().map(|id| DocumentRef { id: id.clone() }).collect(),
        orders: case.orders.clone(),
        rating: case.rating,
        note: case.note.clone(),
        entry: case.entry.as_ref().filter(|_| entry).map(convert::entry_ref),
    }
}
