//! The outbox is emptied: each message is sent once.
//!
//! MNotify takes no key of ours by which it could know a message again. So it is noted, durably, that a message begins to leave before a byte
//! leaves. When the answer was lost, or the host was killed meanwhile, the message is looked for among those that MNotify took since: by its
//! recipients and subject, leaving out those that are known to be others'. Found, it was sent. Not found among all that came since, after a while, it
//! was not, and is sent. Where MNotify does not say enough to tell, it is not sent again but shown as unclear: a notice too few can be mended
//! by an official, a notice too many cannot.

use super::SERVICE;
use std::collections::BTreeSet;
use std::sync::Arc;
use vatra_core::clock::{Clock, Instant};
use vatra_core::providers::{
    NotSent, NoticeContent, NoticeMessage, NoticeOutbox, NoticeRecipient, NoticeStatus, Notices, Outgoing, ProviderError, Settled, Waiting,
};

/// By how much MNotify's clock may be behind, in seconds.
const SKEW: i64 = 120;
/// How long MNotify may take to list what it took, in seconds: a message is not given up for lost before.
const SETTLES: i64 = 60;
/// After so long, in seconds, what cannot be told is unclear.
const PATIENCE: i64 = 1_800;

/// Sends what waits in the outbox. There is one for an installation: two would find each other's messages.
pub struct Sender {
    /// MNotify.
    pub notices: Arc<dyn Notices>,
    /// The host's outbox.
    pub outbox: Arc<dyn NoticeOutbox>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// What a step did.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Done {
    /// There was nothing to do.
    Nothing,
    /// A message was sent, or found to have been.
    Sent,
    /// MNotify refuses a message.
    Refused,
    /// Of a message it cannot be told.
    Unclear,
    /// A message was found not to have left; it will.
    NotLeft,
    /// It is too early to tell.
    Waits,
}

enum Found {
    Yes(String),
    No,
    Perhaps,
}

impl Sender {
    /// Deals with the next message.
    ///
    /// # Errors
    /// When the outbox or MNotify cannot be reached; the message stays where it is.
    pub async fn step(&self) -> Result<Done, ProviderError> {
        let Some(waiting) = self.outbox.next().await? else { return Ok(Done::Nothing) };
        match waiting.outgoing {
            Outgoing::Ready => self.send(&waiting).await,
            Outgoing::Begun(since) => self.look(&waiting, since).await,
        }
    }

    async fn send(&self, waiting: &Waiting) -> Result<Done, ProviderError> {
        self.outbox.note(&waiting.key, Outgoing::Begun(self.clock.now())).await?;
        match self.notices.send(&waiting.message).await {
            Ok(id) => self.settle(waiting, Settled::Sent(id)).await,
            Err(NotSent::Not(ProviderError::Refused { cause, .. })) => self.settle(waiting, Settled::Refused(cause)).await,
            Err(NotSent::Not(error)) => {
                self.outbox.note(&waiting.key, Outgoing::Ready).await?;
                Err(error)
            }
            Err(NotSent::Perhaps { cause, .. }) => Err(ProviderError::Unavailable { service: SERVICE, cause }),
        }
    }

    async fn look(&self, waiting: &Waiting, since: Instant) -> Result<Done, ProviderError> {
        match self.find(&waiting.message, since).await? {
            Found::Yes(id) => self.settle(waiting, Settled::Sent(id)).await,
            Found::No if self.clock.now() >= since.plus_seconds(SETTLES) => {
                self.outbox.note(&waiting.key, Outgoing::Ready).await?;
                Ok(Done::NotLeft)
            }
            Found::Perhaps if self.clock.now() >= since.plus_seconds(PATIENCE) => self.settle(waiting, Settled::Unclear).await,
            Found::No | Found::Perhaps => Ok(Done::Waits),
        }
    }

    async fn find(&self, message: &NoticeMessage, since: Instant) -> Result<Found, ProviderError> {
        let mut found = Found::No;
        for listed in self.notices.listed_since(since.plus_seconds(-SKEW)).await? {
            if self.outbox.knows(&listed.id).await? {
                continue;
            }
            let Some(status) = self.notices.status(&listed.id).await? else { continue };
            match is_it(message, &status) {
                Some(true) => return Ok(Found::Yes(listed.id)),
                Some(false) => {}
                None => found = Found::Perhaps,
            }
        }
        Ok(found)
    }

    async fn settle(&self, waiting: &Waiting, settled: Settled) -> Result<Done, ProviderError> {
        self.outbox.settle(&waiting.key, &settled).await?;
        Ok(match settled {
            Settled::Sent(_) => Done::Sent,
            Settled::Refused(_) => Done::Refused,
            Settled::Unclear => Done::Unclear,
        })
    }
}

/// Whether what MNotify has is this message; nothing while it does not say to whom it goes.
fn is_it(message: &NoticeMessage, status: &NoticeStatus) -> Option<bool> {
    if status.deliveries.is_empty() {
        return None;
    }
    let wanted: BTreeSet<&str> = message.recipients.iter().map(|recipient| recipient.parts().1).collect();
    let has: BTreeSet<&str> = status.deliveries.iter().map(|delivery| delivery.recipient.as_str()).collect();
    // A company's message goes to whoever reads for it: only people are named as they were given.
    let people_only = message.recipients.iter().all(|recipient| matches!(recipient, NoticeRecipient::Person(_)));
    if people_only && wanted != has {
        return Some(false);
    }
    match &message.content {
        NoticeContent::Text { subject, .. } => {
            let subjects = [Some(&subject.ro), subject.ru.as_ref(), subject.en.as_ref()];
            let fits = status.deliveries.iter().all(|delivery| subjects.iter().flatten().any(|text| **text == delivery.subject));
            if people_only || !fits { Some(fits) } else { None }
        }
        // Its subject is the template's: recipients are all there is to go by, and every other message of ours is known.
        NoticeContent::Template { .. } if people_only => Some(true),
        NoticeContent::Template { .. } => None,
    }
}
