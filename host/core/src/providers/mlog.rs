//! MLog, the government's audit trail.

use super::ProviderError;
use crate::clock::Instant;
use async_trait::async_trait;
use std::collections::BTreeMap;

/// An event for MLog. No `Debug`: it names who looked and at whom.
#[derive(Clone, PartialEq, Eq)]
pub struct LogEvent {
    /// `event_id`: ours, unique for ever and always the same for the same row: municipality and place in its chain.
    pub id: String,
    /// `event_time`.
    pub time: Instant,
    /// `event_type`: `Vatra.PersonalData.Access`…
    pub kind: String,
    /// Further fields by MLog's names (`event_correlation`, `legal_entity`, `legal_basis`, `legal_reason`, `user`, `subject`…) or names of our own; none
    /// begins with `_` or `@`.
    pub fields: BTreeMap<String, String>,
}

/// What MLog acknowledged.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Registered {
    /// Its UID of the request.
    pub uid: String,
}

/// MLog: registering, and seeing what is registered.
#[async_trait]
pub trait AuditSink: Send + Sync {
    /// Registers events, signed. Not to be repeated without looking ([`AuditSink::registered`]): MLog keeps what it gets.
    ///
    /// # Errors
    /// When it cannot be known that all were taken.
    async fn register(&self, events: &[LogEvent]) -> Result<Registered, ProviderError>;
    /// The ids of those of our events that are registered and bear this value in a field, between two moments (the second is not in it).
    ///
    /// # Errors
    /// When MLog cannot be asked.
    async fn registered(&self, field: &str, value: &str, from: Instant, to: Instant) -> Result<Vec<String>, ProviderError>;
}

/// How far the trail is forwarded.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct LogCursor {
    /// Rows up to this place are at MLog, for certain.
    pub done: u64,
    /// A batch that began to leave: rows after `done` up to this place, under this name. What became of it is not known yet.
    pub begun: Option<(u64, String)>,
}

/// Remembers how far the trail is forwarded; survives a restart.
#[async_trait]
pub trait LogCursors: Send + Sync {
    /// The cursor of a trail.
    ///
    /// # Errors
    /// When it cannot be read.
    async fn load(&self, trail: &str) -> Result<LogCursor, ProviderError>;
    /// Remembers it, durably.
    ///
    /// # Errors
    /// When it cannot be written.
    async fn save(&self, trail: &str, cursor: &LogCursor) -> Result<(), ProviderError>;
}

/// Our own trail, as what is forwarded is read from it.
#[async_trait]
pub trait LogSource: Send + Sync {
    /// Rows after a place, in order, with their places; at most so many. The same rows are the same events whenever they are read.
    ///
    /// # Errors
    /// When they cannot be read.
    async fn after(&self, trail: &str, place: u64, most: usize) -> Result<Vec<(u64, LogEvent)>, ProviderError>;
}
