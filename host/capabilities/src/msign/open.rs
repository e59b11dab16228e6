//! Opening a request: checked whole before anything of it is kept.

use super::wit;
use crate::bindings::vatra::types::values::Failure;
use crate::convert;
use crate::documents;
use crate::registers::Stop;
use crate::state::{CallState, HostError, invalid};
use std::collections::BTreeSet;
use vatra_core::documents::Standing as Document;
use vatra_core::grants::Ask;
use vatra_core::ids::Name;
use vatra_core::signing::{Content, EXPIRE, SERVICE, Signer, SigningBody, SigningChange, SigningRequest, Standing, Who};
use vatra_core::store::StoreError;

const MAX_CONTENTS: usize = 100;
const MAX_SIGNERS: usize = 20;
// Characters; MSign takes no more.
const TITLE: usize = 90;
const DESCRIPTION: usize = 512;
const REASON: usize = 255;
const NAME: usize = 256;
/// The only media type that is signed inside.
const PDF: &str = "application/pdf";
/// Of the parameter `kinds`, for digests.
const DIGEST: &str = "digest";

fn line(field: &str, text: &str, most: usize) -> Result<(), Failure> {
    if text.chars().count() > most || text.chars().any(char::is_control) { Err(invalid(field, "too-long")) } else { Ok(()) }
}

pub(super) async fn open(state: &mut CallState, request: wit::Request) -> Result<String, Stop> {
    state.writable(SERVICE)?;
    state.allow(SERVICE, &[])?;
    if request.title.trim().is_empty() {
        return Err(invalid("title", "required").into());
    }
    line("title", &request.title, TITLE)?;
    line("description", &request.description, DESCRIPTION)?;
    let until = match request.until {
        None => None,
        Some(date) => Some(convert::date_from_guest(date).ok_or_else(|| invalid("until", "date"))?),
    };
    if until.is_some_and(|last| last < state.ctx.today()) {
        return Err(invalid("until", "past").into());
    }
    let signers = signers(state, request.signers, request.in_order)?;
    let contents = contents(state, request.contents).await?;
    state.used.write(1 + contents.len(), &state.limits)?;
    let id = state.work.next_signing();
    let body = SigningBody { title: request.title, description: request.description, contents, in_order: request.in_order, until };
    state.work.reached.extend(signers.iter().filter_map(|signer| match signer.who {
        Who::Person(person) => Some(person),
        Who::Role(_) => None,
    }));
    let opened = SigningRequest {
        id,
        module: state.ctx.module.clone(),
        standing: Standing::Waiting,
        opened_at: state.ctx.now,
        body,
        signers,
        signatures: Vec::new(),
    };
    if until.is_some() {
        let service = Name::new(SERVICE).map_err(|error| HostError::Store(StoreError::Corrupt(error.to_string())))?;
        state.work.leave(&service, EXPIRE, &id)?;
    }
    state.work.signing.push(SigningChange::Open(Box::new(opened.clone())));
    state.work.requested.insert(id, opened);
    Ok(id.to_string())
}

fn signers(state: &mut CallState, asked: Vec<wit::Signer>, in_order: bool) -> Result<Vec<Signer>, Stop> {
    if asked.is_empty() || asked.len() > MAX_SIGNERS {
        return Err(invalid("signers", if asked.is_empty() { "required" } else { "too-many" }).into());
    }
    let mut all: Vec<Signer> = Vec::with_capacity(asked.len());
    for signer in asked {
        line("reason", &signer.reason, REASON)?;
        let who = match signer.who {
            wit::Who::Person(person) => Who::Person(state.binding.sealer.subject(&person.token).map_err(|_| invalid("signers", "token"))?),
            wit::Who::Role(role) => {
                state.allow(SERVICE, &[Ask::Member("roles", &role)])?;
                Who::Role(Name::new(role).map_err(|_| invalid("signers", "role"))?)
            }
        };
        if all.iter().any(|other| other.who == who) {
            return Err(invalid("signers", "duplicate").into());
        }
        let standing = if in_order && !all.is_empty() { Standing::Queued } else { Standing::Waiting };
        all.push(Signer { who, reason: signer.reason, standing, by: None, at: None, note: String::new(), posting: None });
    }
    Ok(all)
}

async fn contents(state: &mut CallState, asked: Vec<wit::Content>) -> Result<Vec<Content>, Stop> {
    if asked.is_empty() || asked.len() > MAX_CONTENTS {
        return Err(invalid("contents", if asked.is_empty() { "required" } else { "too-many" }).into());
    }
    let mut all = Vec::with_capacity(asked.len());
    let mut seen = BTreeSet::new();
    for content in asked {
        all.push(match content {
            wit::Content::Document(document) => {
                let found = documents::own(state, &document).await?;
                state.allow(SERVICE, &[Ask::Member("kinds", &found.kind)])?;
                if !seen.insert(found.id) {
                    return Err(invalid("contents", "duplicate").into());
                }
                let ready = matches!(found.standing, Document::Making | Document::Draft | Document::Issued | Document::Received);
                if !ready || found.media_type != PDF {
                    return Err(invalid("contents", if ready { "media-type" } else { "standing" }).into());
                }
                documents::free(state, &found).await?;
                Content::Document(found.id)
            }
            wit::Content::Digest((name, digest)) => {
                state.allow(SERVICE, &[Ask::Member("kinds", DIGEST)])?;
                line("contents", &name, NAME)?;
                if digest.len() != 20 {
                    return Err(invalid("contents", "digest").into());
                }
                Content::Digest(name, digest)
            }
        });
    }
    if !seen.is_empty() && seen.len() != all.len() {
        return Err(invalid("contents", "mixed").into());
    }
    Ok(all)
}
