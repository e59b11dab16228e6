//! A message whose answer was lost is looked for, so that each is sent once.
//!
//! MNotify takes no key of ours by which it could know a message again. So it is noted, durably, that a message begins to leave before a byte
//! leaves. When the answer was lost, or the host was killed meanwhile, the message is looked for among those that MNotify took since: by its
//! recipients and subject, leaving out those that are known to be others'. Found, it was sent. Not found among all that came since, after a while, it
//! was not, and is sent. Where MNotify does not say enough to tell, it is not sent again but shown as unclear: a notice too few can be mended
//! by an official, a notice too many cannot.

use async_trait::async_trait;
use std::collections::BTreeSet;
use std::sync::Arc;
use vatra_core::clock::{Clock, Instant};
use vatra_core::providers::{NoticeContent, NoticeMessage, NoticeRecipient, NoticeStatus, Notices, ProviderError};

/// By how much MNotify's clock may be behind, in seconds.
const SKEW: i64 = 120;
/// How long MNotify may take to list what it took, in seconds: a message is not given up for lost before.
const SETTLES: i64 = 60;
/// After so long, in seconds, what cannot be told is unclear.
const PATIENCE: i64 = 1_800;

/// Whether an id of MNotify's belongs to a message of ours that is known to be there.
#[async_trait]
pub trait Known: Send + Sync {
    /// Whether it is.
    ///
    /// # Errors
    /// When it cannot be read.
    async fn knows(&self, id: &str) -> Result<bool, ProviderError>;
}

/// Looks for a message whose answer was lost. Messages begin to leave one after another in an installation: two at once could be taken
/// for each other.
pub struct Seeker {
    /// MNotify.
    pub notices: Arc<dyn Notices>,
    /// Our messages.
    pub known: Arc<dyn Known>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// What was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Sought {
    /// It was sent: MNotify's id.
    Sent(String),
    /// It was not.
    NotSent,
    /// It cannot be told.
    Unclear,
    /// It is too early to tell.
    Waits,
}

enum Found {
    Yes(String),
    No,
    Perhaps,
}

impl Seeker {
    /// Looks for a message that began to leave at this moment.
    ///
    /// # Errors
    /// When MNotify or storage cannot be asked: look again later.
    pub async fn seek(&self, message: &NoticeMessage, since: Instant) -> Result<Sought, ProviderError> {
        let now = self.clock.now();
        Ok(match self.find(message, since).await? {
            Found::Yes(id) => Sought::Sent(id),
            Found::No if now >= since.plus_seconds(SETTLES) => Sought::NotSent,
            Found::Perhaps if now >= since.plus_seconds(PATIENCE) => Sought::Unclear,
            Found::No | Found::Perhaps => Sought::Waits,
        })
    }

    async fn find(&self, message: &NoticeMessage, since: Instant) -> Result<Found, ProviderError> {
        let mut found = Found::No;
        for listed in self.notices.listed_since(since.plus_seconds(-SKEW)).await? {
            if self.known.knows(&listed.id).await? {
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
