//! What leaves for the services: carried there in the background, service by service, until each has answered.

use super::{App, AppError, By};
use async_trait::async_trait;
use futures::future::join_all;
use serde_json::json;
use std::sync::{Arc, PoisonError};
use std::time::Duration;
use vatra_core::audit::AuditKind;
use vatra_core::call::{Channel, Tenant};
use vatra_core::clock::Instant;
use vatra_core::ids::Name;
use vatra_core::store::{OutboxItem, Settled, StoreError};

/// How long one may take to be carried. Whoever carries it has it for longer, so that nobody else carries it too.
const PATIENCE: Duration = Duration::from_secs(120);
/// How long nobody else is given what was taken, in seconds.
const LEASE: i64 = 180;
/// The longest wait between two attempts, in seconds.
const LONGEST_WAIT: i64 = 600;
/// After so many attempts, which take three days, it waits for an operator.
const ATTEMPTS: u32 = 450;
/// How often what is due by its time is looked for.
const ROUND: Duration = Duration::from_secs(1);

/// Brings to one service what leaves for it.
#[async_trait]
pub trait Carrier: Send + Sync {
    /// The service.
    fn service(&self) -> &Name;
    /// How many of a municipality's may be under way at once.
    fn at_once(&self) -> u32 {
        1
    }
    /// Carries one. It may have been carried before: a host that ended meanwhile did not keep the answer.
    async fn carry(&self, tenant: &Tenant, item: &OutboxItem) -> Carried;
}

/// What came of carrying one.
#[derive(Debug)]
#[allow(clippy::large_enum_variant, reason = "there is one at a time, and most are settled")]
pub enum Carried {
    /// This is to be kept.
    Settled(Settled),
    /// The service cannot be reached, or storage failed: the reason, never personal. It is tried again, after longer and longer waits.
    Later(String),
    /// Trying again is of no use, or would do harm: an operator decides. The reason is a code.
    Parked(&'static str),
    /// It is settled already, by [`vatra_core::store::Municipal::outbox_settle`].
    Done,
}

impl App {
    /// From now on this carries what leaves for its service.
    pub fn add_carrier(&self, carrier: Arc<dyn Carrier>) {
        self.carriers.write().unwrap_or_else(PoisonError::into_inner).push(carrier);
    }

    fn carriers(&self) -> Vec<Arc<dyn Carrier>> {
        self.carriers.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Keeps carrying until the host stops. Each service has a task of its own: one that is slow holds up no other.
    pub fn start_outbox(self: &Arc<Self>) -> tokio::task::JoinSet<()> {
        let mut tasks = tokio::task::JoinSet::new();
        for carrier in self.carriers() {
            let app = self.clone();
            tasks.spawn(async move {
                loop {
                    let left = app.runtime.left();
                    if let Err(error) = app.carry_for(carrier.as_ref()).await {
                        tracing::error!(service = %carrier.service(), "what is to leave waits: {error}");
                    }
                    let _ = tokio::time::timeout(ROUND, left).await;
                }
            });
        }
        tasks
    }

    /// Whether this host is the one that does so for the coming seconds; no other does meanwhile.
    pub(crate) async fn alone_for(&self, what: &str, seconds: i64) -> Result<bool, StoreError> {
        let now = self.clock.now();
        self.store.lease(what, self.host, now, now.plus_seconds(seconds)).await
    }

    /// Tries everything again at once that waits or is parked for a service.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when nothing waits for it.
    pub async fn wake_service(&self, tenant: &Tenant, service: &Name, by: By) -> Result<(), AppError> {
        if !self.store.outbox_open(tenant.id).await?.iter().any(|item| item.outgoing.service == *service) {
            return Err(AppError::NotFound(format!("nothing waits for {service}")));
        }
        let row = self.row(by, AuditKind::Administration, None, "outbox-wake", &json!({ "service": service }));
        self.store.audit(tenant.id, vec![row]).await?;
        self.store.outbox_wake(tenant.id, service.as_str(), self.clock.now()).await?;
        Ok(())
    }

    /// Carries everything that is due; how many were settled.
    ///
    /// # Errors
    /// [`AppError::Store`].
    pub async fn carry_due(&self) -> Result<u32, AppError> {
        let mut settled = 0;
        for carrier in self.carriers() {
            settled += self.carry_for(carrier.as_ref()).await?;
        }
        Ok(settled)
    }

    async fn carry_for(&self, carrier: &dyn Carrier) -> Result<u32, AppError> {
        let service = carrier.service().as_str();
        let mut settled = 0;
        let mut waiting = self.store.outbox_waiting(service, self.clock.now()).await?;
        if waiting.is_empty() {
            return Ok(0);
        }
        let tenants = self.store.tenants().await?;
        // A few of each municipality in turn, so that one that sends thousands does not keep the others waiting.
        while !waiting.is_empty() {
            let mut rest = Vec::new();
            for tenant in tenants.iter().filter(|tenant| waiting.contains(&tenant.id)) {
                let now = self.clock.now();
                let items = self.store.outbox_take(tenant.id, service, now, now.plus_seconds(LEASE), carrier.at_once()).await?;
                let carried = join_all(items.iter().map(|item| tokio::time::timeout(PATIENCE, carrier.carry(tenant, item)))).await;
                let mut goes_on = items.len() == carrier.at_once() as usize;
                for (item, carried) in items.iter().zip(carried) {
                    let carried = carried.unwrap_or_else(|_| Carried::Later("it took too long".into()));
                    // What cannot be reached now is not tried with everything else that waits for it.
                    goes_on &= !matches!(carried, Carried::Later(_));
                    settled += u32::from(self.keep(carrier, tenant, item, carried).await?);
                }
                if goes_on {
                    rest.push(tenant.id);
                }
            }
            waiting = rest;
        }
        if settled > 0 {
            self.arrived.notify_one();
        }
        Ok(settled)
    }

    async fn keep(&self, carrier: &dyn Carrier, tenant: &Tenant, item: &OutboxItem, carried: Carried) -> Result<bool, AppError> {
        let (service, id) = (carrier.service(), item.outgoing.id);
        let parked = match carried {
            Carried::Done => return Ok(true),
            Carried::Settled(settled) => return Ok(self.store.outbox_settle(tenant.id, id, &settled).await?),
            Carried::Later(cause) if item.attempts + 1 < ATTEMPTS => {
                tracing::warn!(tenant = %tenant.slug, %service, item = %id, attempt = item.attempts + 1, "tried again: {cause}");
                let wait = LONGEST_WAIT.min(1 << item.attempts.min(10));
                self.store.outbox_retry(tenant.id, id, Some(self.clock.now().plus_seconds(wait))).await?;
                return Ok(false);
            }
            Carried::Later(cause) => {
                tracing::error!(tenant = %tenant.slug, %service, item = %id, "parked: {cause}");
                "unavailable"
            }
            Carried::Parked(reason) => {
                tracing::error!(tenant = %tenant.slug, %service, item = %id, "parked: {reason}");
                reason
            }
        };
        let by = By { person: None, channel: Channel::Event };
        let detail = json!({ "item": id, "reason": parked });
        let what = format!("{service}.{}", item.outgoing.kind);
        let row = self.row(by, AuditKind::Parked, Some(&item.module), &what, &detail);
        self.store.audit(tenant.id, vec![row]).await?;
        self.store.outbox_retry(tenant.id, id, None).await?;
        Ok(false)
    }
}

/// Nothing remains to be done, and what the service was asked for is forgotten.
pub(crate) fn done(answer: String) -> Settled {
    Settled { answer, again: None, reference: None, forget: true, events: Vec::new(), document: None, audit: Vec::new() }
}

/// The service is asked again at this moment.
pub(crate) fn ask_again(answer: String, at: Instant) -> Settled {
    Settled { again: Some(at), forget: false, ..done(answer) }
}
