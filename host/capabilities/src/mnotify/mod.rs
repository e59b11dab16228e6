//! `vatra:mnotify`: messages that leave when the call is kept, and what became of them.
//!
//! Parameters of the grant: `templates` (which), `contents` (`text`: words of the module's own). MNotify's id of a template is the
//! setting `template.NAME`.

use crate::bindings::vatra::mnotify::messages as wit;
use crate::bindings::vatra::mnotify::types as told;
use crate::bindings::vatra::types::values::{DocumentRef, Failure, Field};
use crate::convert;
use crate::documents::own;
use crate::registers::{Stop, counted};
use crate::state::{CallState, invalid};
use std::collections::BTreeSet;
use vatra_core::call::Channel;
use vatra_core::documents::Standing;
use vatra_core::grants::{Ask, Denial};
use vatra_core::ids::{DocumentId, Name, OutboxId};
use vatra_core::providers::{Notice, NoticePriority, NoticeProgress, NoticeReader, NoticeStanding, NoticeText, NoticeTold, Texts};
use vatra_core::seal::Sealer;
use vatra_core::store::OutboxState;
use vatra_core::value::{Fields, Value};

/// The service's name in the outbox.
pub const SERVICE: &str = "mnotify";
/// What is asked of it there.
pub const SEND: &str = "send";
/// As above: the payload is the id of what is to be called back, in JSON.
pub const CANCEL: &str = "cancel";

/// A message of the host's own: the payload is as of [`SEND`], and no module hears what becomes of it.
pub const TELL: &str = "tell";

const MAX_RECIPIENTS: usize = 500;
const MAX_MESSAGES: usize = 500;
const MAX_VARIABLES: usize = 64;
const MAX_ATTACHMENTS: usize = 10;
/// Bytes of all attachments of a message.
const MAX_ATTACHED: u64 = 10 << 20;
/// Characters of subject, body and short form.
const MAX_TEXTS: [usize; 3] = [150, 10_000, 160];

impl told::Host for CallState {}

impl wit::Host for CallState {
    async fn send(&mut self, message: wit::Message) -> wasmtime::Result<Result<String, Failure>> {
        counted!(self, "mnotify.send", send(self, message))
    }
    async fn send_many(&mut self, messages: Vec<wit::Message>) -> wasmtime::Result<Result<Vec<String>, Failure>> {
        counted!(self, "mnotify.send-many", async {
            if messages.len() > MAX_MESSAGES {
                return Err(invalid("messages", "too-many").into());
            }
            // What one of them breaks leaves nothing of the others.
            let (before, reached) = (self.work.outgoing.len(), self.work.reached.clone());
            let mut sent = Vec::with_capacity(messages.len());
            for message in messages {
                match send(self, message).await {
                    Ok(id) => sent.push(id),
                    Err(stop) => {
                        self.work.outgoing.truncate(before);
                        self.work.reached = reached;
                        return Err(stop);
                    }
                }
            }
            Ok(sent)
        })
    }
    async fn standing_of(&mut self, message: String) -> wasmtime::Result<Result<Vec<wit::Notification>, Failure>> {
        counted!(self, "mnotify.standing-of", async {
            let (id, _, told) = sent(self, &message).await?;
            let sealer = &self.binding.sealer;
            Ok::<_, Stop>(told.iter().enumerate().map(|(at, told)| notification(sealer, id, at, told)).collect())
        })
    }
    async fn cancel(&mut self, message: String) -> wasmtime::Result<Result<(), Failure>> {
        counted!(self, "mnotify.cancel", cancel(self, message))
    }
}

async fn send(state: &mut CallState, message: wit::Message) -> Result<String, Stop> {
    state.writable(SERVICE)?;
    let content = content(state, message.content)?;
    if message.recipients.is_empty() || message.recipients.len() > MAX_RECIPIENTS {
        return Err(invalid("recipients", if message.recipients.is_empty() { "required" } else { "too-many" }).into());
    }
    let mut recipients = Vec::with_capacity(message.recipients.len());
    let mut seen = BTreeSet::new();
    for subject in &message.recipients {
        let id = state.binding.sealer.subject(&subject.token).map_err(|_| invalid("recipients", "token"))?;
        if !seen.insert(id) {
            return Err(invalid("recipients", "duplicate").into());
        }
        recipients.push(id);
    }
    let caller = state.ctx.caller.person;
    if state.ctx.caller.channel == Channel::Evo && recipients.iter().any(|id| Some(*id) != caller) {
        return Err(state.deny(Denial::new(SERVICE, "subject", "")).into());
    }
    let notice = Notice {
        reader: match message.reader {
            wit::Reader::Owner => NoticeReader::Owner,
            wit::Reader::Administrator => NoticeReader::Administrator,
            wit::Reader::Founder => NoticeReader::Founder,
        },
        priority: match message.priority {
            wit::Priority::Low => NoticePriority::Low,
            wit::Priority::Medium => NoticePriority::Medium,
            wit::Priority::High => NoticePriority::High,
        },
        content,
        variables: variables(&state.binding.sealer, message.variables)?,
        attachments: attachments(state, message.attachments).await?,
        recipients,
    };
    state.used.write(notice.recipients.len(), &state.limits)?;
    state.work.reached.extend(seen);
    state.work.reached.extend(notice.variables.values().filter_map(|value| match value {
        Value::Subject(id) => Some(*id),
        _ => None,
    }));
    Ok(state.work.leave(&name()?, SEND, &notice)?.to_string())
}

fn name() -> Result<Name, Failure> {
    Name::new(SERVICE).map_err(|_| Failure::Unavailable(SERVICE.into()))
}

/// What is said, if the grant allows it.
fn content(state: &mut CallState, content: wit::Content) -> Result<NoticeText, Stop> {
    match content {
        wit::Content::Template(template) => {
            let allowed = state.allow(SERVICE, &[Ask::Member("templates", &template)])?;
            match allowed.settings.get(&format!("template.{template}")) {
                Some(id) => Ok(NoticeText::Template(id.clone())),
                None => Err(state.deny(Denial::new(SERVICE, "templates", template)).into()),
            }
        }
        wit::Content::Text(text) => {
            state.allow(SERVICE, &[Ask::Member("contents", "text")])?;
            let each = [("subject", text.subject), ("body", text.body), ("short", text.short)];
            let mut checked = Vec::with_capacity(3);
            for ((field, texts), most) in each.into_iter().zip(MAX_TEXTS) {
                if texts.ro.trim().is_empty() {
                    return Err(invalid(field, "required").into());
                }
                if [Some(&texts.ro), texts.ru.as_ref(), texts.en.as_ref()].into_iter().flatten().any(|text| text.chars().count() > most) {
                    return Err(invalid(field, "too-long").into());
                }
                checked.push(Texts { ro: texts.ro, ru: texts.ru, en: texts.en });
            }
            match <[Texts; 3]>::try_from(checked) {
                Ok([subject, body, short]) => Ok(NoticeText::Text(subject, body, short)),
                Err(_) => Err(invalid("content", "required").into()),
            }
        }
    }
}

fn variables(sealer: &Sealer, given: Vec<Field>) -> Result<Fields, Stop> {
    if given.len() > MAX_VARIABLES {
        return Err(invalid("variables", "too-many").into());
    }
    let mut out = Fields::new();
    for Field { name, value } in given {
        let (value, _) = convert::from_guest(sealer, value).map_err(|rule| invalid(&name, rule))?;
        if out.insert(name, value).is_some() {
            return Err(invalid("variables", "twice").into());
        }
    }
    Ok(out)
}

/// Documents of the module that go along: issued ones, also while they are being made, and received ones.
async fn attachments(state: &mut CallState, given: Vec<DocumentRef>) -> Result<Vec<DocumentId>, Stop> {
    if given.len() > MAX_ATTACHMENTS {
        return Err(invalid("attachments", "too-many").into());
    }
    let mut out = Vec::with_capacity(given.len());
    let mut size: u64 = 0;
    for reference in &given {
        let document = own(state, reference).await?;
        let sendable = match document.standing {
            Standing::Issued | Standing::Received => true,
            Standing::Making => document.issued_on.is_some(),
            Standing::Draft | Standing::Annulled | Standing::Failed | Standing::Destroyed => false,
        };
        if !sendable {
            return Err(invalid("attachments", "standing").into());
        }
        if out.contains(&document.id) {
            return Err(invalid("attachments", "duplicate").into());
        }
        size = size.saturating_add(document.kept.map_or(0, |kept| kept.size));
        out.push(document.id);
    }
    if size > MAX_ATTACHED { Err(invalid("attachments", "too-large").into()) } else { Ok(out) }
}

/// A message of this module: its id, whether it can still be called back for somebody, and what became of it for each recipient.
async fn sent(state: &mut CallState, message: &str) -> Result<(OutboxId, bool, Vec<NoticeTold>), Stop> {
    state.allow(SERVICE, &[])?;
    let id: OutboxId = message.parse().map_err(|_| Failure::NotFound)?;
    state.used.read(1, &state.limits)?;
    let (outgoing, answer, at, open) = match state.work.outgoing.iter().find(|outgoing| outgoing.id == id) {
        Some(outgoing) => (outgoing.clone(), String::new(), state.ctx.now, true),
        None => {
            let module = state.ctx.module.clone();
            let item = state.snapshot().await?.outgoing(&module, id).await?.ok_or(Failure::NotFound)?;
            (item.outgoing, item.answer, item.created_at, item.state != OutboxState::Done)
        }
    };
    if outgoing.service.as_str() != SERVICE || outgoing.kind != SEND {
        return Err(Failure::NotFound.into());
    }
    let unreadable = |error: serde_json::Error| vatra_core::store::StoreError::Corrupt(format!("a message of the outbox: {error}"));
    let mut told = match answer.as_str() {
        "" => Vec::new(),
        answer => serde_json::from_str::<NoticeProgress>(answer).map_err(unreadable)?.told,
    };
    if told.is_empty() {
        let notice: Notice = serde_json::from_str(&outgoing.payload).map_err(unreadable)?;
        let pending = |recipient| NoticeTold { recipient, standing: NoticeStanding::Pending, at, rule: String::new() };
        told = notice.recipients.into_iter().map(pending).collect();
    }
    state.used.read(told.len(), &state.limits)?;
    let open = open && told.iter().any(|told| !told.standing.is_final() && told.standing != NoticeStanding::Sent);
    Ok((id, open, told))
}

async fn cancel(state: &mut CallState, message: String) -> Result<(), Stop> {
    state.writable(SERVICE)?;
    let (id, open, _) = sent(state, &message).await?;
    if !open {
        return Err(invalid("message", "sent").into());
    }
    state.used.write(1, &state.limits)?;
    if let Some(at) = state.work.outgoing.iter().position(|outgoing| outgoing.id == id) {
        state.work.outgoing.remove(at);
    } else {
        state.work.leave(&name()?, CANCEL, &id)?;
    }
    Ok(())
}

/// What became of a message for a recipient, for the module.
pub fn notification(sealer: &Sealer, message: OutboxId, at: usize, told: &NoticeTold) -> wit::Notification {
    wit::Notification {
        id: format!("{message}.{at}"),
        message: message.to_string(),
        recipient: convert::subject(sealer, told.recipient),
        standing: match told.standing {
            NoticeStanding::Pending => told::Standing::Pending,
            NoticeStanding::Resolving => told::Standing::Resolving,
            NoticeStanding::Sending => told::Standing::Sending,
            NoticeStanding::Sent => told::Standing::Sent,
            NoticeStanding::Delivered => told::Standing::Delivered,
            NoticeStanding::Read => told::Standing::Read,
            NoticeStanding::Cancelling => told::Standing::Cancelling,
            NoticeStanding::Cancelled => told::Standing::Cancelled,
            NoticeStanding::Failed => told::Standing::Failed,
        },
        at: u64::try_from(told.at.0).unwrap_or_default(),
        rule: told.rule.clone(),
    }
}

/// What an event of `mnotify.notified` carries.
#[derive(serde::Serialize, serde::Deserialize)]
pub struct Notified {
    /// The message.
    pub message: OutboxId,
    /// The recipient's place in it.
    pub at: usize,
    /// What became of it.
    pub told: NoticeTold,
}
