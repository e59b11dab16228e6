//! MConnect Events: telling other institutions, and being told (CloudEvents 1.0).

use super::ProviderError;
use crate::clock::Instant;
use async_trait::async_trait;
use serde_json::Value;

/// An event. No `Debug`: subject, partition key and data may name a person.
#[derive(Clone, PartialEq)]
pub struct Event {
    /// Where it happened. Together with `id` it is what makes an event the same event.
    pub source: String,
    /// Unique within its source; the same however often it is told.
    pub id: String,
    /// `Organization.System.Entity.Action`.
    pub kind: String,
    /// What it is about, within the source.
    pub subject: Option<String>,
    /// When it happened.
    pub time: Instant,
    /// Events of one key are told in their order: `idnp:…`.
    pub partition_key: Option<String>,
    /// What happened. At most 64 KB with the rest.
    pub data: Value,
}

/// Tells other institutions. Behind it stands an outbox: events are handed over again until it succeeds.
#[async_trait]
pub trait EventBus: Send + Sync {
    /// Hands events over; when it returns they are kept for everyone who may have them. Handing the same events over again does no harm: whoever
    /// is told knows them by source and id.
    ///
    /// # Errors
    /// When it cannot be known that all were taken; those that were may be told again.
    async fn publish(&self, events: &[Event]) -> Result<(), ProviderError>;
}

/// What became of an event that arrived.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Taken {
    /// It is kept, and will be acted upon.
    New,
    /// It was kept before.
    Known,
    /// It can never be acted upon, for the reason of this name. Never for technical reasons.
    Dead(&'static str),
}

/// Where events arrive. The host keeps them in the inbox.
#[async_trait]
pub trait EventInbox: Send + Sync {
    /// Keeps an event durably, once: source and id are noted in the same transaction.
    ///
    /// # Errors
    /// When it could not be kept; it will be told again.
    async fn take(&self, event: &Event) -> Result<Taken, ProviderError>;
}

/// How far a consumer has come.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Place {
    /// Where the consumer instance is at MConnect.
    pub instance: String,
    /// The last event that was kept, by its offset in the instance; it may not have been confirmed yet.
    pub kept: Option<String>,
}

/// Remembers places, so that they survive a restart.
#[async_trait]
pub trait Places: Send + Sync {
    /// The place of a group of consumers.
    ///
    /// # Errors
    /// When it cannot be read.
    async fn load(&self, group: &str) -> Result<Option<Place>, ProviderError>;
    /// Remembers it, or forgets it.
    ///
    /// # Errors
    /// When it cannot be written.
    async fn save(&self, group: &str, place: Option<&Place>) -> Result<(), ProviderError>;
}
