//! MPay, emulated: anyone pays an order by its number, and the portal is told.
//!
//! MPay calls the service provider twice: GetOrderDetails when someone looks an order up, ConfirmOrderPayment when money was taken.
//! Both go to the [`OrderDesk`] that [`Emulator::connect`] named. A confirmation is keyed by PaymentID and repeated, with growing pauses, until
//! it is acknowledged; [`MPayFault::Internal`] (and a desk that panics) is tried again, any other fault ends it and the payer's money goes back.
//!
//! [`Remote`] is a desk that is asked over the wire, by signed SOAP messages, as MPay asks.
//!
//! Payments that wait for their confirmation are kept in memory, which is enough for a demo whose only process this is: they end with it.
//!
//! On the page, or in [`Emulator::pay`], one chooses how to pay ([`Method`]), whether it succeeds ([`Attempt`]), what the portal is told, and how the
//! confirmation goes ([`Delivery`]): before the payer's page returns, twice, after the page, late, or held until somebody lets it go. Money goes back
//! from the receipt's page, and is in the day's [statement](Emulator::statement).
//!
//! Beside the pages are the addresses of MPay's own ones: `/service/pay`, `/PosTerminal/Pay/{ServiceId}/{OrderKey}` (by GET as well, for links), and the
//! REST API of invoices, whose InvoiceID is here the order's number.

mod address;
mod api;
mod delivery;
mod http;
mod invoice;
mod legs;
mod order;
mod pages;
mod payment;
mod receipts;
mod soap;
mod statement;
mod text;
mod wire;
mod words;

#[cfg(test)]
mod money_tests;
#[cfg(test)]
mod soap_tests;
#[cfg(test)]
mod tests;

pub use delivery::{Delivery, Progress};
pub use http::Http;
pub use order::Refusal;
pub use payment::{Attempt, Method, Payment, PaymentRequest, Refund};
pub use soap::{Carrier, Remote, Services, WireFault};
pub use statement::NotRefunded;

use crate::fault::{Emulated, Switches};
use crate::web;
use axum::Router;
use delivery::Record;
use statement::Sold;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;
use vatra_core::clock::Clock;
use vatra_core::providers::{Confirmation, MPayFault, OrderDesk, OrderDetails, PaymentPages, fall_on};
use vatra_core::value::Money;

/// Where its pages are.
pub const BASE: &str = "/emulators/mpay";

/// Payments kept at most; the oldest that are settled go first.
const KEPT: usize = 10_000;

/// How long a payer's page waits for the portal, at most.
const PATIENCE: Duration = Duration::from_secs(10);

/// The emulator. Clones are the same service. Its deliveries need a Tokio runtime.
#[derive(Clone)]
pub struct Emulator {
    inner: Arc<Inner>,
}

struct Inner {
    /// The portal's address, within which the pages are.
    site: String,
    /// Faults spoil what the portal is told; troubles are of the API.
    switches: Switches<WireFault>,
    clock: Arc<dyn Clock>,
    retries: Retries,
    desk: RwLock<Option<Arc<dyn OrderDesk>>>,
    state: Mutex<State>,
    /// Held while an order is looked up and its payment noted, so that two payers do not pay the same remainder.
    counter: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct State {
    /// By PaymentID; these are ordered by time.
    payments: BTreeMap<String, Arc<Record>>,
    /// Pay forms that were sent: order and form to PaymentID.
    forms: HashMap<(String, String), String>,
}

/// The pauses between two tries of a confirmation: the first, doubled each time, up to the longest.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Retries {
    /// After the first failure.
    pub first: Duration,
    /// Never longer.
    pub longest: Duration,
}

impl Default for Retries {
    /// One second, up to a minute.
    fn default() -> Self {
        Self { first: Duration::from_secs(1), longest: Duration::from_secs(60) }
    }
}

impl Emulator {
    /// An emulator without a desk: until [`Self::connect`], every order is answered with an internal error.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self::at(clock, "", Retries::default())
    }

    /// The same, within the portal at `site` (`https://primaria.md`) and with these pauses between tries.
    pub fn at(clock: Arc<dyn Clock>, site: &str, retries: Retries) -> Self {
        let (site, switches) = (site.trim_end_matches('/').to_owned(), Switches::default());
        let (desk, state, counter) = (RwLock::new(None), Mutex::default(), tokio::sync::Mutex::default());
        Self { inner: Arc::new(Inner { site, switches, clock, retries, desk, state, counter }) }
    }

    /// Where its pages begin: a service's address, as `services.toml` has it.
    pub fn address(&self) -> String {
        format!("{}{BASE}", self.inner.site)
    }

    /// Its pages, for the portal's router.
    pub fn pages(&self) -> Router {
        crate::pages(pages::routes(self.clone()))
    }

    /// From now on this desk is asked and told; payments that still wait go to it as well.
    pub fn connect(&self, desk: Arc<dyn OrderDesk>) {
        *self.inner.desk.write().unwrap_or_else(PoisonError::into_inner) = Some(desk);
    }

    /// [`PaymentPages::pay_url`] with the path of the portal to which the payer's page leads back.
    pub fn pay_url_returning(&self, number: &str, return_url: &str) -> String {
        web::with_query(&self.pay_url(number), &[("ReturnUrl", return_url)])
    }

    fn order_address(&self, number: &str) -> String {
        web::with_query(&pages::order_path(), &[("OrderKey", number)])
    }

    /// Takes a payment, as the page's button does, and begins to deliver its confirmation. Use [`Self::told`] to wait for the portal's answer.
    ///
    /// # Errors
    /// When the order or amount cannot be paid; then nothing was taken.
    pub async fn pay(&self, request: PaymentRequest) -> Result<Payment, Refusal> {
        if request.return_url.as_deref().is_some_and(|path| !web::is_local_path(path)) {
            return Err(Refusal::Fault(MPayFault::InvalidParameter));
        }
        let counter = self.inner.counter.lock().await;
        if let Some(payment) = request.form.as_ref().and_then(|form| self.paid_with(&request.number, form)) {
            return Ok(payment);
        }
        let (details, in_flight) = self.look_up(&request.number).await?;
        order::check_amount(&details, in_flight, request.amount)?;
        let told = request.told.unwrap_or(request.amount);
        match request.attempt {
            Attempt::Taken if told.0 > 0 && told.in_range() => {}
            Attempt::Taken => return Err(Refusal::NotAnAmount),
            Attempt::Declined => return Err(Refusal::Declined),
            Attempt::NoAnswer => return Err(Refusal::NoAnswer),
        }
        let id = uuid::Uuid::now_v7().to_string();
        let confirmation = Confirmation {
            payment: id.clone(),
            number: details.number.clone(),
            amount: told,
            paid_at: self.inner.clock.now(),
            lines: fall_on(&details.lines, &[], told),
        };
        let sold = Sold::of(&details, fall_on(&details.lines, &[], request.amount));
        let record = Arc::new(Record::new(confirmation, sold, &request));
        {
            let mut state = self.state();
            state.forget();
            state.payments.insert(id.clone(), Arc::clone(&record));
            if let Some(form) = request.form {
                state.forms.insert((request.number, form), id);
            }
        }
        drop(counter);
        tokio::spawn(delivery::deliver(Arc::clone(&self.inner), Arc::clone(&record)));
        Ok(record.payment())
    }

    /// Waits until the portal was told (with [`Delivery::Twice`], twice), refused, or failed once; at most ten seconds, and the delivery goes on
    /// after them. Payments that are delivered after the page are returned as they stand, unless they were let go.
    pub async fn told(&self, payment: &str) -> Option<Payment> {
        let record = self.state().payments.get(payment).cloned()?;
        if record.goes_now() {
            // Out of patience is no failure: the payment says how it stands.
            let _ = tokio::time::timeout(PATIENCE, record.tried()).await;
        }
        Some(record.payment())
    }

    /// A payment by its PaymentID.
    pub fn payment(&self, payment: &str) -> Option<Payment> {
        self.state().payments.get(payment).map(|record| record.payment())
    }

    /// Payments whose confirmation is still to be delivered, oldest first: held, late, or being retried.
    pub fn undelivered(&self) -> Vec<Payment> {
        self.state().payments.values().map(|record| record.payment()).filter(|payment| !payment.progress.settled()).collect()
    }

    /// Delivers a confirmation that is held, or waits for its time or its next try, now. False when there is none such.
    pub fn release(&self, payment: &str) -> bool {
        let record = self.state().payments.get(payment).cloned();
        record.is_some_and(|record| record.release())
    }

    /// The order, and how much of it was taken here that the portal does not know of yet.
    async fn look_up(&self, number: &str) -> Result<(OrderDetails, Money), Refusal> {
        // Counted before the desk is asked: a payment that is confirmed meanwhile is then counted twice rather than not at all.
        let in_flight = self.in_flight(number);
        let desk = self.inner.desk().ok_or(Refusal::Fault(MPayFault::Internal))?;
        let details = desk.order_details(number).await.map_err(Refusal::Fault)?;
        Ok((details, in_flight))
    }

    fn in_flight(&self, number: &str) -> Money {
        let state = self.state();
        let waiting = state.payments.values().filter(|record| record.confirmation.number == number && record.unheard_of());
        Money(waiting.fold(0, |sum, record| record.taken.0.saturating_add(sum)))
    }

    fn paid_with(&self, number: &str, form: &str) -> Option<Payment> {
        let state = self.state();
        let id = state.forms.get(&(number.to_owned(), form.to_owned()))?;
        state.payments.get(id).map(|record| record.payment())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.inner.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn desk(&self) -> Option<Arc<dyn OrderDesk>> {
        self.desk.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl State {
    /// Makes room for one more payment; none that still has to be delivered goes.
    fn forget(&mut self) {
        while self.payments.len() >= KEPT {
            let Some(oldest) = self.payments.iter().find(|(_, record)| record.progress().settled()).map(|(id, _)| id.clone()) else {
                return;
            };
            self.payments.remove(&oldest);
            self.forms.retain(|_, payment| *payment != oldest);
        }
    }
}

impl Emulated for Emulator {
    type Fault = WireFault;

    fn switches(&self) -> &Switches<WireFault> {
        &self.inner.switches
    }

    fn routes(&self) -> Router {
        api::routes().with_state(self.clone())
    }
}

impl PaymentPages for Emulator {
    fn pay_url(&self, number: &str) -> String {
        self.order_address(number)
    }
}
