//! The applicant's side: handing in, following, supplying, taking back, rating.

use super::{case, change, days, is_official, offered, open, own, page, said_in, steps, stored};
use crate::bindings::vatra::cases::applications as wit;
use crate::bindings::vatra::cases::types as told;
use crate::bindings::vatra::types::values::{Failure, Field, Subject};
use crate::convert;
use crate::registers::{Stop, counted};
use crate::state::{CallState, invalid};
use vatra_core::call::Channel;
use vatra_core::cases::{Case, CaseChange, CaseFields, CaseQuery, Move, Receipt, SERVICE, Standing, Turn, code_hash, read, to_supply};
use vatra_core::documents::code;
use vatra_core::grants::Denial;
use vatra_core::ids::{CaseId, Name, SubjectId};
use vatra_core::services::Days;

type Answer<T> = wasmtime::Result<Result<T, Failure>>;

const PART: &str = "applications";
/// Values of an application.
const MOST_FIELDS: usize = 500;
/// Applications of one person that wait to be decided.
const MOST_OPEN: usize = 50;

impl wit::Host for CallState {
    async fn apply(&mut self, service: String, applicant: Option<Subject>, fields: Vec<Field>) -> Answer<wit::Receipt> {
        counted!(self, "cases.apply", async {
            let applicant = person(self, applicant.as_ref())?;
            let fields = given(self, fields)?;
            let (id, code) = hand_in(self, &service, applicant, fields).await?;
            Ok::<_, Stop>(wit::Receipt { id: id.to_string(), code: code::spelled(&code) })
        })
    }
    async fn mine(&mut self, applicant: Option<Subject>, limit: u32, cursor: Option<String>) -> Answer<told::Page> {
        counted!(self, "cases.mine", async {
            open(self, PART, None)?;
            let Some(applicant) = person(self, applicant.as_ref())?.or(own(self)) else {
                return Ok(told::Page { cases: Vec::new(), next: None, total: 0 });
            };
            for_whom(self, applicant)?;
            let through = (self.ctx.caller.channel != Channel::Evo).then(|| self.ctx.module.clone());
            page(self, &CaseQuery::Of { applicant, through }, limit, cursor, false).await
        })
    }
    async fn describe(&mut self, id: String) -> Answer<told::ApplicationCase> {
        counted!(self, "cases.describe", async {
            let found = one(self, &id).await?;
            Ok::<_, Stop>(case(&self.binding.sealer, &found, false))
        })
    }
    async fn timeline(&mut self, id: String) -> Answer<Vec<told::Step>> {
        counted!(self, "cases.timeline", async {
            let found = one(self, &id).await?;
            steps(self, found.id).await
        })
    }
    async fn supply(&mut self, id: String, version: u32, fields: Vec<Field>) -> Answer<u32> {
        counted!(self, "cases.supply", async {
            let fields = given(self, fields)?;
            supply_what_was_asked(self, &id, version, fields).await
        })
    }
    async fn withdraw(&mut self, id: String, version: u32, reason: String) -> Answer<u32> {
        counted!(self, "cases.withdraw", async {
            self.writable(SERVICE)?;
            let before = one(self, &id).await?;
            change(self, &before, version, Move::Withdraw(reason), None, Some(Turn::Withdrawn), None).await
        })
    }
    async fn rate(&mut self, id: String, version: u32, stars: u8, comment: String) -> Answer<u32> {
        counted!(self, "cases.rate", async {
            self.writable(SERVICE)?;
            let before = one(self, &id).await?;
            change(self, &before, version, Move::Rate(stars, comment), None, Some(Turn::Rated), None).await
        })
    }
}

fn person(state: &CallState, given: Option<&Subject>) -> Result<Option<SubjectId>, Failure> {
    given.map(|given| state.binding.sealer.subject(&given.token).map_err(|_| invalid("applicant", "token"))).transpose()
}

/// Officials do it for anybody, all others for themselves or the principal of their mandate.
fn for_whom(state: &mut CallState, applicant: SubjectId) -> Result<(), Failure> {
    if own(state) == Some(applicant) || is_official(state) { Ok(()) } else { Err(state.deny(Denial::new(SERVICE, "others", ""))) }
}

/// Values of a module, opened.
fn given(state: &CallState, fields: Vec<Field>) -> Result<CaseFields, Failure> {
    if fields.len() > MOST_FIELDS {
        return Err(invalid("fields", "too-many"));
    }
    let open = |field: Field| match convert::from_guest(&state.binding.sealer, field.value) {
        Ok((value, _)) => Ok((field.name, value)),
        Err(rule) => Err(invalid(field.name, rule)),
    };
    fields.into_iter().map(open).collect()
}

/// A case that the caller may see. Of others they learn nothing, not even that they are there.
async fn one(state: &mut CallState, id: &str) -> Result<Case, Stop> {
    open(state, PART, None)?;
    let found = stored(state, id).await?;
    let theirs = match state.ctx.caller.channel {
        Channel::Evo => own(state) == Some(found.applicant),
        _ => is_official(state) && found.module == state.ctx.module,
    };
    if theirs { Ok(found) } else { Err(Failure::NotFound.into()) }
}

/// Hands an application in, through the call's module: its id, and the code by which it is followed. No applicant: for whom the caller acts.
///
/// # Errors
/// [`Stop`]: a denial, the field that breaks a rule, or that nobody handles the service here.
pub async fn hand_in(
    state: &mut CallState,
    service: &str,
    applicant: Option<SubjectId>,
    fields: CaseFields,
) -> Result<(CaseId, String), Stop> {
    state.writable(SERVICE)?;
    open(state, PART, Some(service))?;
    let own = own(state);
    let applicant = applicant.or(own).ok_or_else(|| invalid("applicant", "required"))?;
    for_whom(state, applicant)?;
    let Some(offered) = offered(state, service).await? else { return Err(Failure::NotFound.into()) };
    let of = CaseQuery::Of { applicant, through: None };
    let snapshot = state.snapshot().await?;
    let known = snapshot.subjects(&[applicant]).await?.into_iter().next();
    let waiting = vatra_core::cases::CaseSnapshot::cases(snapshot.as_mut(), &of, 0, 200).await?;
    state.used.read(waiting.len() + 1, &state.limits)?;
    let known = known.ok_or_else(|| invalid("applicant", "token"))?;
    if !offered.service.audience.admits(known.company) {
        return Err(invalid("applicant", "audience").into());
    }
    if waiting.iter().filter(|case| case.standing.is_open()).count() >= MOST_OPEN {
        return Err(invalid("applicant", "too-many").into());
    }
    let fields = read(&offered.service.fields, fields).map_err(|(field, rule)| invalid(field, rule))?;
    state.used.write(1, &state.limits)?;
    let (days, today) = (days(state).await?, state.ctx.today());
    let caller = &state.ctx.caller;
    let by = caller.person.filter(|person| *person != applicant);
    let mandate = caller.acting.as_ref().filter(|acting| acting.principal == applicant).map(|acting| acting.code.clone());
    let id = state.work.next_case();
    let code = code::code(&crate::base::draw(&state.ctx.seed, b"case-code", state.work.cases.len() as u64));
    let case = Case {
        id,
        number: String::new(),
        version: 1,
        service: offered.service.code.clone(),
        module: state.ctx.module.clone(),
        handler: offered.module.clone(),
        standing: Standing::Submitted,
        applicant,
        by,
        mandate,
        submitted_on: today,
        due: offered.service.term.and_then(|term| Case::due(term, today, &days)),
        counted: offered.service.term.map_or(Days::Calendar, |term| term.counted),
        waits_since: None,
        asked: None,
        results: Vec::new(),
        orders: Vec::new(),
        entry: None,
        rating: None,
        note: String::new(),
    };
    let service = Name::new(crate::mnotify::SERVICE).map_err(|_| Failure::NotFound)?;
    let outgoing = state.work.leaving(&service, crate::mnotify::TELL);
    let receipt = Receipt { code: code.clone(), service: offered.service.title, municipality: state.ctx.tenant.name.clone() };
    state.work.reached.insert(applicant);
    state.work.cased.insert(id, case.clone());
    state.work.cases.push(CaseChange::Submit {
        case: Box::new(case),
        fields,
        code: code_hash(id, &code),
        tell: offered.module,
        receipt: Box::new((outgoing, receipt)),
    });
    Ok((id, code))
}

/// Supplies what was asked for; the version afterwards.
///
/// # Errors
/// As [`hand_in`]; a conflict when it was changed.
pub async fn supply_what_was_asked(state: &mut CallState, id: &str, version: u32, fields: CaseFields) -> Result<u32, Stop> {
    state.writable(SERVICE)?;
    let before = one(state, id).await?;
    let Some(asked) = before.asked.as_ref().filter(|_| before.version == version) else {
        return Err(if before.version == version { invalid("id", "standing") } else { Failure::Conflict }.into());
    };
    let Some(offered) = offered(state, before.service.as_str()).await? else { return Err(Failure::NotFound.into()) };
    let supplied = read(&to_supply(&offered.service.fields, &asked.fields), fields).map_err(|(field, rule)| invalid(field, rule))?;
    let mut all = said_in(state, before.id).await?;
    all.retain(|(name, _)| !asked.fields.iter().any(|asked| name.split('.').next() == Some(asked.as_str())));
    all.extend(supplied);
    change(state, &before, version, Move::Supply, Some(all), Some(Turn::Supplied), None).await
}
