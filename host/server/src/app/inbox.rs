//! Telling modules what arrived: in the background, again and again until it is kept, then parked for an operator.

use super::{App, AppError};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use vatra_core::audit::AuditKind;
use vatra_core::call::{Channel, Tenant};
use vatra_core::store::InboxItem;
use vatra_runtime::Delivery;

/// Attempts before an event is parked.
const ATTEMPTS: u32 = 12;
/// How often held events are looked at, in seconds; a restored grant wakes them at once.
const HELD_SECONDS: i64 = 60;

impl App {
    /// Keeps telling events until the host stops.
    pub fn start_inbox(self: &Arc<Self>) -> tokio::task::JoinHandle<()> {
        let app = self.clone();
        tokio::spawn(async move {
            loop {
                if let Err(error) = app.deliver_due().await {
                    tracing::error!("events wait: {error}");
                }
                let _ = tokio::time::timeout(Duration::from_secs(1), app.arrived.notified()).await;
            }
        })
    }

    /// Something arrived: it is told at once.
    pub(crate) fn tell_arrived(&self) {
        self.arrived.notify_one();
    }

    /// Tells every event that is due; returns how many were kept.
    ///
    /// # Errors
    /// [`AppError::Store`].
    pub async fn deliver_due(&self) -> Result<u32, AppError> {
        let mut kept = 0;
        let waiting = self.store.inbox_waiting(self.clock.now()).await?;
        if waiting.is_empty() {
            return Ok(0);
        }
        for tenant in self.store.tenants().await?.into_iter().filter(|tenant| waiting.contains(&tenant.id)) {
            for item in self.store.inbox_due(tenant.id, self.clock.now(), 100).await? {
                if self.deliver(&tenant, &item).await? {
                    kept += 1;
                }
            }
        }
        Ok(kept)
    }

    async fn deliver(&self, tenant: &Tenant, item: &InboxItem) -> Result<bool, AppError> {
        let now = self.clock.now();
        match self.runtime.handle(tenant, item).await? {
            Delivery::Kept => return Ok(true),
            Delivery::Held(_) => self.store.inbox_retry(tenant.id, item.id, Some(now.plus_seconds(HELD_SECONDS)), false).await?,
            Delivery::Failed(error) if item.attempts + 1 < ATTEMPTS => {
                tracing::warn!(tenant = %tenant.slug, module = %item.module, event = %item.id, "not kept, tried again: {}", error.code());
                let wait = 1_i64 << item.attempts.min(11);
                self.store.inbox_retry(tenant.id, item.id, Some(now.plus_seconds(wait)), true).await?;
            }
            Delivery::Failed(error) => {
                tracing::error!(tenant = %tenant.slug, module = %item.module, event = %item.id, "parked: {}", error.code());
                let by = super::By { person: None, channel: Channel::Event };
                let detail = json!({ "event": item.id, "reason": error.code() });
                let row = self.row(by, AuditKind::Parked, Some(&item.module), &item.kind, &detail);
                self.store.audit(tenant.id, vec![row]).await?;
                self.store.inbox_retry(tenant.id, item.id, None, true).await?;
            }
        }
        Ok(false)
    }
}
