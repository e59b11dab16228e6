//! Events: what arrived from outside is told to its module until it is kept, once.

use crate::call::{Call, Runtime};
use crate::failure::CallError;
use crate::perform::{ATTEMPTS, unit};
use crate::usage::Kind;
use serde_json::json;
use std::collections::BTreeSet;
use std::sync::Arc;
use vatra_capabilities::bindings::events::exports::vatra::modules::events::{CaseChange, CaseTurn, Event};
use vatra_capabilities::mconnect::{DataEvent, data_event};
use vatra_capabilities::mnotify::{Notified, notification};
use vatra_capabilities::{Mode, Outside};
use vatra_core::audit::AuditKind;
use vatra_core::call::{Assurance, CallContext, Caller, Channel, Tenant};
use vatra_core::documents::ToMake;
use vatra_core::ids::{CallId, Name, TenantId};
use vatra_core::manifest::Language;
use vatra_core::seal::Sealer;
use vatra_core::signing::{SigningTold, Standing};
use vatra_core::store::{CommitError, InboxItem, Payment};
use vatra_core::unit::Unit;
use vatra_core::{appointments, cases, jobs, tasks, timers};

/// What came of telling an event.
#[derive(Debug)]
pub enum Delivery {
    /// Its effects are kept, now or before.
    Kept,
    /// The module, or the capability that the event belongs to, is withheld: the event waits without an attempt being counted.
    Held(CallError),
    /// It failed; it is tried again.
    Failed(CallError),
}

impl Runtime {
    /// Tells an event to its module, in a unit of work that also marks it as handled.
    ///
    /// # Errors
    /// [`CallError::Store`] when storage fails.
    pub async fn handle(&self, tenant: &Tenant, item: &InboxItem) -> Result<Delivery, CallError> {
        let ready = match self.ready(tenant.id, &item.module).await {
            Ok(ready) => ready,
            Err(error @ CallError::NotFound(_)) => return Ok(Delivery::Held(error)),
            Err(CallError::Store(error)) => return Err(error.into()),
            Err(error) => return Ok(Delivery::Failed(error)),
        };
        let capability = item.kind.split('.').next().unwrap_or_default();
        match ready.binding.capabilities.get(capability) {
            Some(Ok(_)) => {}
            Some(Err(denial)) => return Ok(Delivery::Held(CallError::Denied(denial.clone()))),
            None => return Ok(Delivery::Failed(CallError::contract(format!("an event of {capability}, which it does not ask for")))),
        }
        let Some(listener) = &ready.linked.events else {
            // What became of its own work a module need not hear.
            if [tasks::SERVICE, jobs::SERVICE, appointments::SERVICE, cases::SERVICE].contains(&capability) {
                let mut unit = Unit::new(self.services.clock.now(), None, item.module.clone());
                unit.handled = Some(item.id);
                return match self.commit(tenant.id, unit).await {
                    Err(CommitError::Store(error)) => Err(error.into()),
                    _ => Ok(Delivery::Kept),
                };
            }
            return Ok(Delivery::Failed(CallError::contract("the module handles no events")));
        };
        let ctx = Arc::new(self.event_context(tenant, &item.module));
        let call = Call { ctx: &ctx, ready: &ready, kind: Kind::Handle, what: &item.kind };
        let mut outside = Outside::default();
        for attempt in 0..ATTEMPTS {
            let mut store = self.store(&ctx, &ready, Mode::Write);
            store.data_mut().attempt = attempt;
            outside.rewind();
            store.data_mut().outside = std::mem::take(&mut outside);
            let event = match self.event(tenant.id, &ready.binding.sealer, item).await {
                Ok(event) => event,
                Err(error) => return Ok(Delivery::Failed(error)),
            };
            let turn = match self.turn(&ctx, true).await {
                Ok(turn) => turn,
                Err(error) => return Ok(Delivery::Failed(error)),
            };
            let (ran, mut state, spent) = self
                .run(&call, turn, store, async |store| {
                    let module = listener.instantiate_async(&mut *store).await?;
                    module.vatra_modules_events().call_handle(&mut *store, &event).await
                })
                .await;
            outside = std::mem::take(&mut state.outside);
            let mut denials = self.denial_rows(&ctx, &state, &item.kind);
            let failed = match ran {
                Ok(Ok(())) => None,
                Ok(Err(failure)) => Some(CallError::from(failure)),
                Err(error) => Some(error),
            };
            self.count(&call, &state, spent, failed.as_ref());
            if let Some(error) = failed {
                denials.extend(self.stopped_row(&ctx, &item.kind, Some(&error)));
                if !denials.is_empty() {
                    self.services.store.audit(tenant.id, denials).await?;
                }
                return Ok(Delivery::Failed(error));
            }
            let row = self.row(&ctx, AuditKind::Handled, &item.kind, &json!({ "event": item.id, "attempt": item.attempts + 1 }));
            let mut unit = unit(&ctx, state, row, denials);
            unit.handled = Some(item.id);
            match self.commit(tenant.id, unit).await {
                Ok(_) | Err(CommitError::Handled | CommitError::Repeated(_)) => return Ok(Delivery::Kept),
                Err(CommitError::Conflict) => tokio::time::sleep(std::time::Duration::from_millis(u64::from(attempt) * 5)).await,
                Err(CommitError::Store(error)) => return Err(error.into()),
            }
        }
        Ok(Delivery::Failed(CallError::Conflict))
    }

    /// A call that nobody sits before.
    pub(crate) fn event_context(&self, tenant: &Tenant, module: &Name) -> CallContext {
        let caller = Caller {
            person: None,
            roles: BTreeSet::new(),
            assurance: Assurance::Anonymous,
            channel: Channel::Event,
            language: Language::Ro,
            acting: None,
        };
        CallContext {
            tenant: Arc::new(tenant.clone()),
            module: module.clone(),
            caller,
            call: CallId::fresh(),
            now: self.services.clock.now(),
            seed: rand::random(),
        }
    }

    /// What the module is told, as it stands now.
    async fn event(&self, tenant: TenantId, sealer: &Sealer, item: &InboxItem) -> Result<Event, CallError> {
        let broken = |error: serde_json::Error| CallError::Host(format!("event {}: {error}", item.id));
        match item.kind.as_str() {
            "mpay.paid" => {
                let payment: Payment = serde_json::from_str(&item.payload).map_err(broken)?;
                Ok(Event::Paid(vatra_capabilities::payment(&payment)))
            }
            "mnotify.notified" => {
                let Notified { message, at, told } = serde_json::from_str(&item.payload).map_err(broken)?;
                Ok(Event::Notified(notification(sealer, message, at, &told)))
            }
            "mconnect.data" => {
                let told: DataEvent = serde_json::from_str(&item.payload).map_err(broken)?;
                Ok(Event::Data(data_event(sealer, &told)))
            }
            "msign.signed" | "msign.refused" => {
                let told: SigningTold = serde_json::from_str(&item.payload).map_err(broken)?;
                let event = if told.standing == Standing::Signed { Event::Signed } else { Event::Refused };
                Ok(event(vatra_capabilities::signing(sealer, &told)))
            }
            "documents.made" => {
                let made: ToMake = serde_json::from_str(&item.payload).map_err(broken)?;
                let document = self.services.store.snapshot(tenant).await?.document(made.document).await?;
                let document = document.ok_or_else(|| CallError::Host(format!("event {}: its document is gone", item.id)))?;
                Ok(Event::DocumentMade(vatra_capabilities::document(sealer, &document)))
            }
            timers::FIRED => {
                let timer = serde_json::from_str(&item.payload).map_err(broken)?;
                Ok(Event::Timer(vatra_capabilities::timers::timer(&timer)))
            }
            jobs::ENDED => {
                let job = serde_json::from_str(&item.payload).map_err(broken)?;
                Ok(Event::JobEnded(vatra_capabilities::jobs::state(&job)))
            }
            cases::CHANGED => {
                let told: cases::CaseTold = serde_json::from_str(&item.payload).map_err(broken)?;
                let turn = match told.turn {
                    cases::Turn::Submitted => CaseTurn::Submitted,
                    cases::Turn::Supplied => CaseTurn::Supplied,
                    cases::Turn::Withdrawn => CaseTurn::Withdrawn,
                    cases::Turn::Overdue => CaseTurn::Overdue,
                    cases::Turn::Rated => CaseTurn::Rated,
                };
                Ok(Event::CaseChanged(CaseChange { turn, case: vatra_capabilities::cases::case(sealer, &told.case, true) }))
            }
            appointments::CHANGED => {
                let told = serde_json::from_str(&item.payload).map_err(broken)?;
                Ok(Event::AppointmentChanged(vatra_capabilities::appointment(sealer, &told)))
            }
            tasks::CHANGED => {
                let task = serde_json::from_str(&item.payload).map_err(broken)?;
                let today = self.services.clock.now().civil_date();
                Ok(Event::TaskChanged(vatra_capabilities::tasks::task(sealer, &task, today)))
            }
            other => Err(CallError::contract(format!("an event of the unknown kind {other}"))),
        }
    }
}
