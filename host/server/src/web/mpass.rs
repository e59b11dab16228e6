//! What MPass's client needs of the portal: its addresses, and a memory of messages that were used.

use super::{WebConfig, signin, signout};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use std::fmt;
use std::sync::Arc;
use vatra_core::clock::Instant;
use vatra_core::store::Store;
use vatra_providers::mpass::{CacheUnavailable, Parties, ReplayCache, Settings};

/// The replay cache in the database: one for all hosts that share it.
pub struct Replays(pub Arc<dyn Store>);

impl fmt::Debug for Replays {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Replays")
    }
}

#[async_trait]
impl ReplayCache for Replays {
    async fn first_use(&self, key: &str, until: DateTime<Utc>) -> Result<bool, CacheUnavailable> {
        self.0.first_use(key, Instant(until.timestamp_millis())).await.map_err(|error| {
            tracing::error!("messages cannot be held against those that were used: {error}");
            CacheUnavailable
        })
    }
}

/// Who is who between this portal and MPass.
pub fn mpass_parties(config: &WebConfig, settings: &Settings) -> Parties {
    settings.parties(&config.public_base, signin::RETURN, signout::LOGOUTS)
}
