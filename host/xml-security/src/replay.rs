//! Once is enough: every message is good for one use.

use crate::Refusal;
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// The cache cannot be asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the replay cache cannot be reached")]
pub struct CacheUnavailable;

/// Remembers which messages were used. Shared by all hosts of an installation, or a message is good once on each of them.
#[async_trait]
pub trait ReplayCache: Send + Sync {
    /// Whether the key is used for the first time; it is remembered until then. Asking and remembering are one step.
    ///
    /// # Errors
    /// When the cache cannot be asked; the message is then refused.
    async fn first_use(&self, key: &str, until: DateTime<Utc>) -> Result<bool, CacheUnavailable>;
}

/// A message that passed every check but one: whether it was used before. What it says can be had only by asking.
#[derive(Debug)]
#[must_use = "a message that was not held against the replay cache says nothing"]
pub struct Once<T> {
    message: T,
    keys: Vec<String>,
    until: DateTime<Utc>,
}

impl<T> Once<T> {
    pub(crate) fn new(message: T, keys: Vec<String>, until: DateTime<Utc>) -> Once<T> {
        Once { message, keys, until }
    }

    /// What the message says, if this is its first use.
    ///
    /// # Errors
    /// [`Refusal::Replayed`], or [`Refusal::ReplayUnknown`] when the cache cannot be asked.
    pub async fn first(self, cache: &dyn ReplayCache) -> Result<T, Refusal> {
        for key in &self.keys {
            match cache.first_use(key, self.until).await {
                Ok(true) => {}
                Ok(false) => return Err(Refusal::Replayed),
                Err(CacheUnavailable) => return Err(Refusal::ReplayUnknown),
            }
        }
        Ok(self.message)
    }
}

/// A cache in memory, for tests and for the only host of an installation that may forget at a restart (emulators).
#[derive(Debug, Default)]
pub struct Memory {
    seen: Mutex<HashMap<String, DateTime<Utc>>>,
}

impl Memory {
    /// Forgets what cannot be used any more anyhow.
    pub fn forget(&self, now: DateTime<Utc>) {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).retain(|_, until| *until >= now);
    }
}

#[async_trait]
impl ReplayCache for Memory {
    async fn first_use(&self, key: &str, until: DateTime<Utc>) -> Result<bool, CacheUnavailable> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(seen.insert(key.to_owned(), until).is_none())
    }
}
