//! `vatra:msign`: signatures asked for, and judged. What is signed is posted when the person signs, never during a call.
//!
//! Parameters of the grant: `kinds` (types of documents that may be sent for signing; `digest` for digests), `roles` (who may be asked by role).

mod open;
mod verification;

use crate::bindings::vatra::msign::requests as wit;
use crate::bindings::vatra::msign::types as told;
use crate::bindings::vatra::types::values::{DocumentRef, Failure};
use crate::convert;
use crate::registers::{Stop, counted};
use crate::state::{CallState, invalid};
use crate::work::MAX_REASON;
use vatra_core::ids::SigningId;
use vatra_core::seal::Sealer;
use vatra_core::signing::{Content, Place, SERVICE, SigningChange, SigningRequest, SigningTold, Standing, Who};

/// Requests of one page.
const PAGE: u32 = 500;

type Answer<T> = wasmtime::Result<Result<T, Failure>>;

impl told::Host for CallState {}

impl wit::Host for CallState {
    async fn open(&mut self, request: wit::Request) -> Answer<String> {
        counted!(self, "msign.open", open::open(self, request))
    }
    async fn standing_of(&mut self, request: String) -> Answer<wit::State> {
        counted!(self, "msign.standing-of", async {
            let request = own(self, &request).await?;
            Ok::<_, Stop>(state(&self.binding.sealer, &request))
        })
    }
    async fn cancel(&mut self, request: String, reason: String) -> Answer<()> {
        counted!(self, "msign.cancel", cancel(self, &request, reason))
    }
    async fn refuse(&mut self, request: String, reason: String) -> Answer<()> {
        counted!(self, "msign.refuse", refuse(self, &request, reason))
    }
    async fn waiting(&mut self, limit: u32, cursor: Option<String>) -> Answer<(Vec<wit::State>, Option<String>)> {
        counted!(self, "msign.waiting", waiting(self, limit, cursor))
    }
}

/// A request of this module, as this call leaves it.
async fn own(state: &mut CallState, id: &str) -> Result<SigningRequest, Stop> {
    state.allow(SERVICE, &[])?;
    state.used.read(1, &state.limits)?;
    let id: SigningId = id.parse().map_err(|_| Failure::NotFound)?;
    if let Some(touched) = state.work.requested.get(&id) {
        return Ok(touched.clone());
    }
    let found = state.snapshot().await?.signing(&[id]).await?.pop();
    found.filter(|found| found.module == state.ctx.module).ok_or_else(|| Failure::NotFound.into())
}

fn reasoned(reason: &str) -> Result<(), Failure> {
    match reason.trim().is_empty() {
        true => Err(invalid("reason", "required")),
        false if reason.len() > MAX_REASON => Err(invalid("reason", "too-long")),
        false => Ok(()),
    }
}

/// Ends it in this call's eyes.
fn ended(state: &mut CallState, mut request: SigningRequest, standing: Standing) {
    request.standing = standing;
    for signer in request.signers.iter_mut().filter(|signer| signer.standing.is_open()) {
        (signer.standing, signer.at) = (Standing::Cancelled, Some(state.ctx.now));
    }
    state.work.requested.insert(request.id, request);
}

async fn cancel(state: &mut CallState, request: &str, reason: String) -> Result<(), Stop> {
    state.writable(SERVICE)?;
    let request = own(state, request).await?;
    reasoned(&reason)?;
    if !request.standing.is_open() {
        return Err(invalid("request", "finished").into());
    }
    state.used.write(1, &state.limits)?;
    state.work.signing.push(SigningChange::Cancel { id: request.id, reason });
    ended(state, request, Standing::Cancelled);
    Ok(())
}

async fn refuse(state: &mut CallState, request: &str, reason: String) -> Result<(), Stop> {
    state.writable(SERVICE)?;
    let mut request = own(state, request).await?;
    reasoned(&reason)?;
    let caller = state.ctx.caller.clone();
    let by = caller.person.ok_or_else(|| invalid("request", "signer"))?;
    let at = request.waiting_for(by, &caller.roles).ok_or_else(|| invalid("request", "signer"))?;
    state.used.write(1, &state.limits)?;
    let place = Place { request: request.id, signer: u32::try_from(at).unwrap_or(u32::MAX) };
    state.work.signing.push(SigningChange::Refuse { place, by, reason: reason.clone(), tell: false });
    if let Some(signer) = request.signers.get_mut(at) {
        (signer.standing, signer.by, signer.at, signer.note) = (Standing::Refused, Some(by), Some(state.ctx.now), reason);
    }
    ended(state, request, Standing::Refused);
    Ok(())
}

async fn waiting(state: &mut CallState, limit: u32, cursor: Option<String>) -> Result<(Vec<wit::State>, Option<String>), Stop> {
    state.allow(SERVICE, &[])?;
    let after: Option<SigningId> = cursor.map(|cursor| cursor.parse()).transpose().map_err(|_| invalid("cursor", "type"))?;
    let Some(person) = state.ctx.caller.person else { return Ok((Vec::new(), None)) };
    let (roles, limit) = (state.ctx.caller.roles.clone(), limit.clamp(1, PAGE));
    let found = state.snapshot().await?.signing_waiting(person, &roles, after, limit).await?;
    state.used.read(found.len(), &state.limits)?;
    let next = found.last().filter(|_| found.len() == limit as usize).map(|last| last.id.to_string());
    let own = found.iter().filter(|found| found.module == state.ctx.module && found.waiting_for(person, &roles).is_some());
    Ok((own.map(|found| self::state(&state.binding.sealer, found)).collect(), next))
}

fn standing(standing: Standing) -> told::Standing {
    match standing {
        Standing::Queued | Standing::Waiting => told::Standing::Waiting,
        Standing::Signing => told::Standing::Signing,
        Standing::Signed => told::Standing::Signed,
        Standing::Refused => told::Standing::Refused,
        Standing::Expired => told::Standing::Expired,
        Standing::Cancelled => told::Standing::Cancelled,
        Standing::Failed => told::Standing::Failed,
    }
}

/// What became of a signer, for the module.
pub fn signing(sealer: &Sealer, told: &SigningTold) -> told::Signing {
    told::Signing {
        request: told.place.request.to_string(),
        signer: told.place.signer,
        standing: standing(told.standing),
        by: told.by.map(|by| convert::subject(sealer, by)),
        at: told.at.map(|at| u64::try_from(at.0).unwrap_or_default()),
        note: told.note.clone(),
    }
}

fn state(sealer: &Sealer, request: &SigningRequest) -> wit::State {
    let document = |id: &vatra_core::ids::DocumentId| DocumentRef { id: id.to_string() };
    let signers = request.signers.iter().enumerate().map(|(at, signer)| {
        let place = Place { request: request.id, signer: u32::try_from(at).unwrap_or(u32::MAX) };
        // Who is asked is known before they sign; a role is nobody yet.
        let asked = if let Who::Person(person) = signer.who { Some(person) } else { None };
        let told = SigningTold { place, standing: signer.standing, by: signer.by.or(asked), at: signer.at, note: signer.note.clone() };
        signing(sealer, &told)
    });
    wit::State {
        request: request.id.to_string(),
        standing: standing(request.standing),
        signers: signers.collect(),
        contents: request
            .body
            .contents
            .iter()
            .map(|content| match content {
                Content::Document(id) => wit::Content::Document(document(id)),
                Content::Digest(name, digest) => wit::Content::Digest((name.clone(), digest.clone())),
            })
            .collect(),
        signatures: request.signatures.iter().map(document).collect(),
    }
}
