//! MPay, which asks us: the SOAP endpoint of a service provider. A pure function from bytes to bytes over an [`OrderDesk`]; whoever serves it is the
//! host's business. Both operations may be repeated: a payment is known by its PaymentID.

mod invoices;
mod read;
mod write;

pub use invoices::{Client, SERVICE};

use crate::mpass::Signs;
use async_trait::async_trait;
use chrono::TimeDelta;
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use vatra_core::clock::Clock;
use vatra_core::providers::{Confirmation, MPayFault, OrderDesk, OrderDetails};
use vatra_xmlsec::wss::{KeyReference, Opened, Rules, Sealing, fault, open, plain, secure};
use vatra_xmlsec::xml::{Limits, Writer, Xml};
use vatra_xmlsec::{Accepts, Policy, Refusal, ReplayCache, Trust};

pub use vatra_xmlsec::Suite;

/// The contract's namespace.
pub const NAMESPACE: &str = "https://mpay.gov.md";
/// SOAPAction of GetOrderDetails.
pub const GET_ORDER_DETAILS: &str = "https://mpay.gov.md/IServiceProvider/GetOrderDetails";
/// SOAPAction of ConfirmOrderPayment.
pub const CONFIRM_ORDER_PAYMENT: &str = "https://mpay.gov.md/IServiceProvider/ConfirmOrderPayment";

/// How long an answer is good (MPay's samples: five minutes).
const LIFETIME: TimeDelta = TimeDelta::minutes(5);

/// `[mpay]` of `services.toml`.
#[derive(Clone, PartialEq, Eq, Debug, serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Settings {
    /// Where payers pay, `https://mpay.gov.md`.
    pub address: crate::settings::Site,
    /// The certificates with which MPay signs, in PEM.
    pub certificates: Vec<PathBuf>,
    /// Whether RSA-SHA1, which the contract's samples use, is accepted, and answered in kind.
    #[serde(default = "yes")]
    pub sha1: bool,
    /// Its API for systems, `https://mpay.gov.md:8443`: invoices. None when it is not used.
    pub api: Option<crate::settings::Endpoint>,
}

fn yes() -> bool {
    true
}

/// The signed message could not be kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a signed confirmation cannot be kept")]
pub struct NotKept;

/// Keeps the signed confirmations: the proof that MPay told us of a payment.
#[async_trait]
pub trait Receipts: Send + Sync {
    /// Keeps a message under the order's number and its PaymentID, beside those that were kept before. Durable when this returns.
    ///
    /// # Errors
    /// [`NotKept`]; MPay then tells us again.
    async fn keep(&self, number: &str, payment: &str, message: &[u8]) -> Result<(), NotKept>;
}

/// Receipts in memory, for tests.
#[derive(Debug, Default)]
pub struct MemoryReceipts(Mutex<Vec<(String, Vec<u8>)>>);

impl MemoryReceipts {
    /// All of them: PaymentID and message.
    #[must_use]
    pub fn all(&self) -> Vec<(String, Vec<u8>)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[async_trait]
impl Receipts for MemoryReceipts {
    async fn keep(&self, _: &str, payment: &str, message: &[u8]) -> Result<(), NotKept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push((payment.to_owned(), message.to_vec()));
        Ok(())
    }
}

/// What goes back to MPay.
#[derive(Clone, PartialEq, Eq)]
pub struct Answer {
    /// 200, or 500 for a fault (SOAP 1.1, 6.2).
    pub status: u16,
    /// A SOAP message, `text/xml; charset=utf-8`.
    pub body: Vec<u8>,
    /// The contract's name of the fault, for the log; none when there is none.
    pub fault: Option<&'static str>,
}

impl fmt::Debug for Answer {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Answer({}, {:?})", self.status, self.fault)
    }
}

/// Why a question is not answered: the contract's name, and words that are never personal.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Fault {
    code: &'static str,
    reason: String,
}

impl Fault {
    fn new(code: &'static str, reason: impl Into<String>) -> Fault {
        Fault { code, reason: reason.into() }
    }
}

impl From<Refusal> for Fault {
    /// For what was signed, and is not of the contract's shape.
    fn from(refusal: Refusal) -> Fault {
        Fault::new("InvalidParameter", refusal.to_string())
    }
}

impl From<MPayFault> for Fault {
    fn from(fault: MPayFault) -> Fault {
        match fault {
            MPayFault::UnknownOrder => Fault::new("UnknownOrder", "there is no such order"),
            MPayFault::AlreadyPaid => Fault::new("InvoiceAlreadyPaid", "the order was paid"),
            MPayFault::Expired => Fault::new("InvoiceExpired", "the order's last day has passed"),
            MPayFault::Cancelled => Fault::new("InvalidParameter", "the order was cancelled"),
            MPayFault::InvalidParameter => Fault::new("InvalidParameter", "the confirmation does not hold"),
            MPayFault::Internal => Fault::new("InternalError", "try again later"),
        }
    }
}

/// The endpoint that MPay calls.
pub struct Endpoint {
    key: Arc<dyn Signs>,
    trust: Arc<dyn Trust>,
    replay: Arc<dyn ReplayCache>,
    receipts: Arc<dyn Receipts>,
    clock: Arc<dyn Clock>,
    sha1: bool,
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Endpoint")
    }
}

impl Endpoint {
    /// An endpoint that signs with `key`, listens to whom `trust` knows, and accepts RSA-SHA1 if `sha1`.
    #[must_use]
    pub fn new(
        key: Arc<dyn Signs>,
        trust: Arc<dyn Trust>,
        replay: Arc<dyn ReplayCache>,
        receipts: Arc<dyn Receipts>,
        clock: Arc<dyn Clock>,
        sha1: bool,
    ) -> Endpoint {
        Endpoint { key, trust, replay, receipts, clock, sha1 }
    }

    /// The contract, with this address of ours in it.
    #[must_use]
    pub fn wsdl(&self, address: &str) -> String {
        let escaped = address.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
        include_str!("mpay.wsdl").replace("urn:address-of-this-service", &escaped)
    }

    /// Answers a message with this SOAPAction. Never fails: what goes wrong is a fault.
    pub async fn answer(&self, action: &str, message: &[u8], desk: &dyn OrderDesk) -> Answer {
        let action = action.trim().trim_matches('"');
        let xml = match Xml::from_bytes(message, &Limits::SOAP) {
            Ok(xml) => xml,
            Err(refusal) => return unsigned(&Fault::new("InvalidParameter", refusal.to_string())),
        };
        let accepts = if self.sha1 { Accepts::Sha1Too } else { Accepts::Sha256 };
        let policy = Policy { trust: &*self.trust, accepts, now: self.clock.now().utc() };
        let opened = match open(&xml, &policy, &Rules::default()) {
            Ok(once) => once.first(&*self.replay).await,
            Err(refusal) => Err(refusal),
        };
        let opened = match opened {
            Ok(opened) => opened,
            Err(Refusal::ReplayUnknown) => return unsigned(&MPayFault::Internal.into()),
            Err(refusal) => return unsigned(&Fault::new("AuthenticationFailed", refusal.to_string())),
        };
        let suite = opened.suite;
        let payload = match action {
            GET_ORDER_DETAILS => details(&opened, desk).await,
            CONFIRM_ORDER_PAYMENT => self.confirm(&opened, message, desk).await,
            _ => Err(Fault::new("InvalidParameter", "there is no such operation")),
        };
        match payload {
            Ok(payload) => self.sealed(200, &payload, suite, None),
            Err(found) => self.sealed(500, &fault(found.code, &found.reason), suite, Some(found.code)),
        }
    }

    async fn confirm(&self, opened: &Opened<'_>, message: &[u8], desk: &dyn OrderDesk) -> Result<String, Fault> {
        let told = read::confirmation(opened.payload)?;
        // A payment is told of for as long as it takes; only then may a message be unknown to us.
        let order = desk.order_details(&told.number).await?;
        belongs(&order, &told.service)?;
        for (line, iban) in &told.accounts {
            let known = order.lines.iter().find(|known| known.id == *line);
            let known = known.ok_or_else(|| Fault::new("InvalidParameter", "the order has no such line"))?;
            if iban.as_ref().is_some_and(|iban| *iban != known.iban) {
                return Err(Fault::new("InvalidParameter", "the money went to another account"));
            }
        }
        self.receipts.keep(&told.number, &told.payment, message).await.map_err(|_| MPayFault::Internal)?;
        let (payment, number, amount, paid_at, lines) = (told.payment, told.number, told.amount, told.paid_at, told.lines);
        desk.confirm(Confirmation { payment, number, amount, paid_at, lines }).await?;
        let mut out = Writer::new();
        out.empty_element("ConfirmOrderPaymentResponse", &[("xmlns", NAMESPACE)]);
        Ok(out.into_string())
    }

    fn sealed(&self, status: u16, payload: &str, suite: Suite, fault: Option<&'static str>) -> Answer {
        let key = self.key.signing();
        let now = self.clock.now().utc();
        let sealing = Sealing { key: &key, suite, reference: KeyReference::Token, now, lifetime: LIFETIME };
        match secure(payload, &[], &sealing) {
            Ok(body) => Answer { status, body: body.into_bytes(), fault },
            Err(_) => unsigned(&MPayFault::Internal.into()),
        }
    }
}

/// A fault for someone whose message was not opened.
fn unsigned(found: &Fault) -> Answer {
    Answer { status: 500, body: plain(&fault(found.code, &found.reason)).into_bytes(), fault: Some(found.code) }
}

async fn details(opened: &Opened<'_>, desk: &dyn OrderDesk) -> Result<String, Fault> {
    let query = read::query(opened.payload)?;
    let order = desk.order_details(&query.number).await?;
    belongs(&order, &query.service)?;
    write::order(&order)
}

fn belongs(order: &OrderDetails, service: &str) -> Result<(), Fault> {
    if order.service == service { Ok(()) } else { Err(Fault::new("UnknownService", "the order is not of this service")) }
}
