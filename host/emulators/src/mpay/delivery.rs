//! A payment's confirmation on its way to the portal: when it goes, and that it goes until it is acknowledged.

use super::statement::Sold;
use super::{Inner, Method, Payment, PaymentRequest, Refund};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, watch};
use vatra_core::providers::{Confirmation, MPayFault, OrderDesk};
use vatra_core::value::Money;

/// How a confirmation goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Delivery {
    /// Before the payer's page returns.
    #[default]
    BeforeThePage,
    /// The same again after it was acknowledged.
    Twice,
    /// The payer's page returns first; the confirmation goes two seconds later.
    PageFirst,
    /// After so long.
    Late(Duration),
    /// When somebody lets it go ([`super::Emulator::release`]).
    Held,
}

impl Delivery {
    /// How long after the payer's page a confirmation goes with [`Self::PageFirst`].
    pub const AFTER_THE_PAGE: Duration = Duration::from_secs(2);
    /// The longest delay that the page takes, in seconds.
    pub const LATEST: u64 = 3600;

    /// `page-first`
    pub fn code(self) -> &'static str {
        match self {
            Self::BeforeThePage => "before",
            Self::Twice => "twice",
            Self::PageFirst => "page-first",
            Self::Late(_) => "late",
            Self::Held => "held",
        }
    }
    /// From its code; empty is the default. `seconds` is for a late one, 1 to [`Self::LATEST`].
    pub fn from_code(code: &str, seconds: u64) -> Option<Self> {
        match code {
            "" | "before" => Some(Self::BeforeThePage),
            "twice" => Some(Self::Twice),
            "page-first" => Some(Self::PageFirst),
            "late" if (1..=Self::LATEST).contains(&seconds) => Some(Self::Late(Duration::from_secs(seconds))),
            "held" => Some(Self::Held),
            _ => None,
        }
    }
    /// How often the portal is told.
    fn copies(self) -> u32 {
        if self == Self::Twice { 2 } else { 1 }
    }
}

/// How far a confirmation is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Progress {
    /// Waits for [`super::Emulator::release`].
    pub held: bool,
    /// Tries that failed for the portal's internal error.
    pub failures: u32,
    /// How often the portal acknowledged it.
    pub acknowledged: u32,
    /// The portal's fault that ended it. With `acknowledged` above zero, the portal refused to hear the same again, which it must not.
    pub refused: Option<MPayFault>,
    /// Somebody let it go.
    released: bool,
    /// Nothing more is sent.
    done: bool,
}

impl Progress {
    /// Whether nothing more is sent: acknowledged as often as asked for, or refused.
    pub fn settled(self) -> bool {
        self.done
    }
}

/// A payment, and where its confirmation is.
pub(super) struct Record {
    pub(super) confirmation: Confirmation,
    pub(super) sold: Sold,
    pub(super) taken: Money,
    pub(super) delivery: Delivery,
    method: Method,
    return_url: Option<String>,
    refunds: Mutex<Vec<Refund>>,
    progress: watch::Sender<Progress>,
    go: Notify,
}

impl Record {
    pub(super) fn new(confirmation: Confirmation, sold: Sold, request: &PaymentRequest) -> Self {
        let PaymentRequest { amount: taken, method, delivery, return_url, .. } = request.clone();
        let progress = watch::Sender::new(Progress { held: delivery == Delivery::Held, ..Progress::default() });
        Self { confirmation, sold, taken, delivery, method, return_url, refunds: Mutex::default(), progress, go: Notify::new() }
    }

    pub(super) fn progress(&self) -> Progress {
        *self.progress.borrow()
    }

    /// Whether the portal has yet to hear of it for the first time.
    pub(super) fn unheard_of(&self) -> bool {
        let progress = self.progress();
        progress.acknowledged == 0 && progress.refused.is_none()
    }

    pub(super) fn payment(&self) -> Payment {
        Payment {
            confirmation: self.confirmation.clone(),
            taken: self.taken,
            method: self.method,
            refunds: self.refunds().clone(),
            receipt: super::receipts::number(&self.confirmation.payment),
            delivery: self.delivery,
            progress: self.progress(),
            return_url: self.return_url.clone(),
        }
    }

    fn refunds(&self) -> MutexGuard<'_, Vec<Refund>> {
        self.refunds.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives money back, if `make` finds that it can be; one after the other.
    pub(super) fn refund<E>(&self, make: impl FnOnce(&Payment, &Sold) -> Result<Refund, E>) -> Result<Refund, E> {
        let mut payment = self.payment();
        let mut refunds = self.refunds();
        payment.refunds.clone_from(&refunds);
        let refund = make(&payment, &self.sold)?;
        refunds.push(refund.clone());
        Ok(refund)
    }

    /// Lets it go now; false when nothing waits.
    pub(super) fn release(&self) -> bool {
        if self.progress().settled() {
            return false;
        }
        self.progress.send_modify(|progress| (progress.held, progress.released) = (false, true));
        self.go.notify_one();
        true
    }

    /// Whether nothing but the portal keeps it waiting.
    pub(super) fn goes_now(&self) -> bool {
        matches!(self.delivery, Delivery::BeforeThePage | Delivery::Twice) || self.progress().released
    }

    /// Until it is settled, or failed once.
    pub(super) async fn tried(&self) {
        // The sender lives in this record, so that waiting cannot fail.
        let _ = self.progress.subscribe().wait_for(|progress| progress.done || progress.failures > 0).await;
    }

    /// Until so long has passed or somebody lets it go.
    async fn pause(&self, duration: Duration) {
        tokio::select! {
            () = tokio::time::sleep(duration) => {}
            () = self.go.notified() => {}
        }
    }

    async fn begin(&self) {
        match self.delivery {
            Delivery::BeforeThePage | Delivery::Twice => {}
            Delivery::PageFirst => self.pause(Delivery::AFTER_THE_PAGE).await,
            Delivery::Late(duration) => self.pause(duration).await,
            Delivery::Held => self.go.notified().await,
        }
    }
}

/// Takes a confirmation to the portal: a task of its own, so that a payer who closes the page does not stop it.
pub(super) async fn deliver(inner: Arc<Inner>, record: Arc<Record>) {
    record.begin().await;
    let copies = record.delivery.copies();
    for copy in 1..=copies {
        let mut pause = inner.retries.first;
        loop {
            match attempt(inner.desk(), record.confirmation.clone()).await {
                Ok(()) => break,
                Err(MPayFault::Internal) => {
                    record.progress.send_modify(|progress| progress.failures = progress.failures.saturating_add(1));
                    record.pause(pause).await;
                    pause = pause.saturating_mul(2).min(inner.retries.longest);
                }
                Err(fault) => {
                    tracing::warn!(payment = %record.confirmation.payment, %fault, "the portal refused a confirmation of the emulated MPay");
                    record.progress.send_modify(|progress| (progress.refused, progress.done) = (Some(fault), true));
                    return;
                }
            }
        }
        record.progress.send_modify(|progress| {
            progress.acknowledged = copy;
            progress.done = copy == copies;
        });
    }
}

async fn attempt(desk: Option<Arc<dyn OrderDesk>>, confirmation: Confirmation) -> Result<(), MPayFault> {
    let desk = desk.ok_or(MPayFault::Internal)?;
    // A task of its own: a desk that panics has failed this try, not the delivery.
    tokio::spawn(async move { desk.confirm(confirmation).await }).await.unwrap_or(Err(MPayFault::Internal))
}
