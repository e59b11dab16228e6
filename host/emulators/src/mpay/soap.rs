//! MPay's side of the wire: the portal's endpoint as an order desk. Questions and confirmations are signed SOAP messages; answers count when the
//! portal's certificate signed them.

use super::wire;
use crate::fault::Switch;
use async_trait::async_trait;
use chrono::TimeDelta;
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use vatra_core::clock::Clock;
use vatra_core::providers::{Confirmation, MPayFault, OrderDesk, OrderDetails};
use vatra_xmlsec::names::SOAP;
use vatra_xmlsec::wss::{KeyReference, Rules, Sealing, open, plain, secure};
use vatra_xmlsec::xml::{Limits, Xml};
use vatra_xmlsec::{Accepts, Certificate, Memory, Pinned, Policy, SigningKey, Suite};

pub use super::wire::WireFault;

const ACTION: &str = "https://mpay.gov.md/IServiceProvider/";

/// Carries a message to the portal's endpoint and its answer back.
#[async_trait]
pub trait Carrier: Send + Sync {
    /// Posts a message with this SOAPAction; the answer, a fault too.
    ///
    /// # Errors
    /// Why none came.
    async fn post(&self, action: &str, message: Vec<u8>) -> Result<Vec<u8>, String>;
}

/// Which of the portal's services (ServiceID) an order may be of. A payer at MPay chooses one; here whoever has a number need not know it.
#[async_trait]
pub trait Services: Send + Sync {
    /// Those to ask, in their order.
    async fn of(&self, number: &str) -> Vec<String>;
}

#[async_trait]
impl Services for Vec<String> {
    async fn of(&self, _: &str) -> Vec<String> {
        self.clone()
    }
}

/// The portal's endpoint, seen from MPay. An [`OrderDesk`] for [`super::Emulator::connect`].
pub struct Remote {
    carrier: Arc<dyn Carrier>,
    key: Arc<SigningKey>,
    stranger: OnceLock<SigningKey>,
    trust: Pinned,
    seen: Memory,
    clock: Arc<dyn Clock>,
    services: Arc<dyn Services>,
    suite: Suite,
    faults: Switch<WireFault>,
    /// The last message, to be sent again.
    last: Mutex<Option<(String, Vec<u8>)>>,
}

impl fmt::Debug for Remote {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Remote")
    }
}

/// What the portal said.
enum Said {
    Order(Box<OrderDetails>),
    Confirmed,
    Fault(String),
}

impl Remote {
    /// MPay with this key, towards a portal with these services that signs with `portal`'s key.
    pub fn new(
        carrier: Arc<dyn Carrier>,
        key: Arc<SigningKey>,
        portal: Certificate,
        services: Arc<dyn Services>,
        clock: Arc<dyn Clock>,
        suite: Suite,
    ) -> Self {
        Self {
            carrier,
            key,
            stranger: OnceLock::new(),
            trust: Pinned(vec![portal]),
            seen: Memory::default(),
            clock,
            services,
            suite,
            faults: Switch::default(),
            last: Mutex::default(),
        }
    }

    /// Spoils every message as this switch says: the emulator's own, for its control page.
    #[must_use]
    pub fn troubled_by(mut self, faults: &Switch<WireFault>) -> Self {
        self.faults = faults.clone();
        self
    }

    async fn exchange(&self, operation: &str, payload: &str) -> Result<Said, MPayFault> {
        let action = format!("{ACTION}{operation}");
        let message = self.message(&action, payload).ok_or(MPayFault::Internal)?;
        let answer = self.carrier.post(&action, message).await.map_err(|cause| {
            tracing::warn!(%cause, "the emulated MPay does not reach the portal");
            MPayFault::Internal
        })?;
        self.read(&answer).await.ok_or(MPayFault::Internal)
    }

    fn message(&self, action: &str, payload: &str) -> Option<Vec<u8>> {
        let fault = self.faults.get();
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let (Some(WireFault::Replayed), Some((known, message))) = (fault, &*last)
            && known == action
        {
            return Some(message.clone());
        }
        if fault == Some(WireFault::Unsigned) {
            return Some(plain(payload).into_bytes());
        }
        let key = if fault == Some(WireFault::WrongCertificate) { self.stranger()? } else { &self.key };
        let now = self.clock.now().utc();
        let now = if fault == Some(WireFault::Expired) { now - TimeDelta::minutes(30) } else { now };
        let sealing = Sealing { key, suite: self.suite, reference: KeyReference::Token, now, lifetime: TimeDelta::minutes(5) };
        let mut message = secure(payload, &[], &sealing).ok()?.into_bytes();
        if fault == Some(WireFault::Changed) {
            let text = String::from_utf8(message).ok()?;
            message = text.replacen("<OrderKey>", "<OrderKey>9", 1).into_bytes();
        }
        *last = Some((action.to_owned(), message.clone()));
        Some(message)
    }

    /// A key that is not MPay's, made when it is wanted.
    fn stranger(&self) -> Option<&SigningKey> {
        if let Some(key) = self.stranger.get() {
            return Some(key);
        }
        let made = crate::mpass::make_key("Not MPay").ok()?;
        Some(self.stranger.get_or_init(|| made))
    }

    async fn read(&self, answer: &[u8]) -> Option<Said> {
        let xml = Xml::from_bytes(answer, &Limits::SOAP).ok()?;
        let now = self.clock.now().utc();
        let policy = Policy { trust: &self.trust, accepts: Accepts::Sha1Too, now };
        self.seen.forget(now);
        let opened = match open(&xml, &policy, &Rules::default()) {
            Ok(once) => once.first(&self.seen).await.ok()?,
            Err(refusal) => {
                // A portal that could not open our message answers without a signature: that is heard, and nothing else of it.
                let code = wire::unsigned_fault(&xml);
                tracing::warn!(%refusal, fault = ?code, "the portal's answer to the emulated MPay is not signed");
                return code.map(Said::Fault);
            }
        };
        let payload = opened.payload;
        if payload.is(SOAP, "Fault") {
            return wire::fault_code(payload).map(Said::Fault);
        }
        match payload.name() {
            "GetOrderDetailsResponse" => wire::order(payload).map(|order| Said::Order(Box::new(order))),
            "ConfirmOrderPaymentResponse" => Some(Said::Confirmed),
            _ => None,
        }
    }

    /// The order, as the first of the portal's services that has it.
    async fn look_up(&self, number: &str) -> Result<OrderDetails, MPayFault> {
        for service in self.services.of(number).await {
            match self.exchange("GetOrderDetails", &wire::query(number, &service)).await? {
                Said::Order(order) if order.number == number && order.service == service => return Ok(*order),
                Said::Fault(code) if code == "UnknownService" => {}
                Said::Fault(code) => return Err(wire::fault(&code)),
                _ => return Err(MPayFault::Internal),
            }
        }
        Err(MPayFault::UnknownOrder)
    }
}

#[async_trait]
impl OrderDesk for Remote {
    async fn order_details(&self, number: &str) -> Result<OrderDetails, MPayFault> {
        if number.is_empty() || number.chars().count() > 36 || number.chars().any(char::is_control) {
            return Err(MPayFault::UnknownOrder);
        }
        self.look_up(number).await
    }

    async fn confirm(&self, confirmation: Confirmation) -> Result<(), MPayFault> {
        if !(1..=vatra_core::value::Money::LIMIT).contains(&confirmation.amount.0) {
            return Err(MPayFault::InvalidParameter);
        }
        let order = self.look_up(&confirmation.number).await?;
        let payload = wire::confirmation(&confirmation, &order, self.faults.get());
        match self.exchange("ConfirmOrderPayment", &payload).await? {
            Said::Confirmed => Ok(()),
            Said::Fault(code) => Err(wire::fault(&code)),
            Said::Order(_) => Err(MPayFault::Internal),
        }
    }
}
