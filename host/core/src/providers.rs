//! The government's services as the host sees them. Real clients and emulators stand behind the same traits.

use crate::clock::Instant;
use crate::ids::{CallId, TenantId};
use crate::value::{Fields, Money};
use crate::view::OrderStatus;
use async_trait::async_trait;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// A service behind a capability did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum ProviderError {
    /// It cannot be reached; try later.
    #[error("{service} cannot be reached: {cause}")]
    Unavailable {
        /// Which service.
        service: &'static str,
        /// For the operator; never personal, since it is logged.
        cause: String,
    },
    /// It refused, or its answer does not hold.
    #[error("{service} refused: {cause}")]
    Refused {
        /// Which service.
        service: &'static str,
        /// For the operator; never personal, since it is logged.
        cause: String,
    },
}

/// Who MPass says has signed in.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SignedIn {
    /// The person's IDNP (MPass: NameID).
    pub idnp: String,
    /// FirstName.
    pub first_name: String,
    /// LastName.
    pub last_name: String,
    /// SessionIndex, for single logout.
    pub session_index: String,
}

/// MPass: sign-in.
#[async_trait]
pub trait IdentityProvider: Send + Sync {
    /// Where to send the browser. `request` is this sign-in's id (InResponseTo); `return_path` is where MPass posts its answer.
    ///
    /// # Errors
    /// When the service cannot be reached.
    async fn begin(&self, request: &str, return_path: &str) -> Result<String, ProviderError>;
    /// Checks the posted answer (`SAMLResponse`) to the request; each answer is good once.
    ///
    /// # Errors
    /// When the answer was not made by MPass for this request, is old, or was used before.
    async fn complete(&self, request: &str, response: &str) -> Result<SignedIn, ProviderError>;
}

/// An order as MPay sees it (GetOrderDetails).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OrderDetails {
    /// OrderKey.
    pub number: String,
    /// ServiceID.
    pub service: String,
    /// The municipality.
    pub beneficiary: String,
    /// Status.
    pub status: OrderStatus,
    /// In all.
    pub due: Money,
    /// So far.
    pub paid: Money,
    /// CustomerName, shortened for whoever pays by number: `P. M.` or a company's name.
    pub customer: String,
    /// Reason.
    pub reason: String,
    /// DueDate.
    pub due_date: Option<NaiveDate>,
    /// Not payable after this date.
    pub expires: Option<NaiveDate>,
    /// AllowPartialPayments.
    pub partial: bool,
    /// AllowAdvancePayments: more than what remains may be paid.
    pub advance: bool,
    /// Lines: id, reason, amount, IBAN.
    pub lines: Vec<crate::unit::OrderLine>,
}

/// A confirmation (ConfirmOrderPayment). Keyed by PaymentID; MPay repeats it until it is acknowledged.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Confirmation {
    /// PaymentID.
    pub payment: String,
    /// OrderKey.
    pub number: String,
    /// TotalAmount.
    pub amount: Money,
    /// PaidAt.
    pub paid_at: Instant,
}

/// Why the service provider's side turns MPay away (the faults of MPay's contract).
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum MPayFault {
    /// UnknownOrder.
    #[error("UnknownOrder")]
    UnknownOrder,
    /// InvoiceAlreadyPaid.
    #[error("InvoiceAlreadyPaid")]
    AlreadyPaid,
    /// InvoiceExpired.
    #[error("InvoiceExpired")]
    Expired,
    /// The order was cancelled (InvalidParameter in MPay's contract).
    #[error("InvalidParameter: the order was cancelled")]
    Cancelled,
    /// InvalidParameter.
    #[error("InvalidParameter")]
    InvalidParameter,
    /// InternalError: MPay tries again.
    #[error("InternalError")]
    Internal,
}

/// The service provider's side of MPay: MPay asks and tells us. Implemented by the host; called by the emulator or the SOAP endpoint.
#[async_trait]
pub trait OrderDesk: Send + Sync {
    /// GetOrderDetails.
    ///
    /// # Errors
    /// [`MPayFault::UnknownOrder`], or [`MPayFault::Internal`].
    async fn order_details(&self, number: &str) -> Result<OrderDetails, MPayFault>;
    /// ConfirmOrderPayment: when this returns ok the payment is durably recorded, once.
    ///
    /// # Errors
    /// [`MPayFault`]; after [`MPayFault::Internal`] MPay tries again.
    async fn confirm(&self, confirmation: Confirmation) -> Result<(), MPayFault>;
}

/// MPay towards the payer: where an order can be paid.
pub trait PaymentPages: Send + Sync {
    /// The address where anyone can pay the order.
    fn pay_url(&self, number: &str) -> String;
}

/// A question to an institution that holds data, through MConnect (law 142/2018). Who asks, for whom and on what basis comes from the
/// host, never from a module.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DataRequest {
    /// The call that asks, kept on both sides.
    pub call: CallId,
    /// CallingEntity: the municipality.
    pub tenant: TenantId,
    /// CallingUser: the IDNP of whoever is at the screen; none for events and jobs.
    pub user: Option<String>,
    /// CallBasis: the law that the municipality's grant names.
    pub legal_basis: String,
    /// CallReason.
    pub reason: String,
    /// Which data set.
    pub data_set: String,
    /// IDNP or IDNO of whom it is about.
    pub about: Option<String>,
    /// Further parameters of the data set.
    pub parameters: Fields,
    /// The fields wanted.
    pub fields: Vec<String>,
}

/// An institution's answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DataAnswer {
    /// Each row with the part of the answer that it belongs to; personal values are [`crate::value::Value::Personal`].
    pub rows: Vec<(String, Fields)>,
    /// When it was given.
    pub at: Instant,
}

/// MConnect: data that other institutions hold.
#[async_trait]
pub trait DataExchange: Send + Sync {
    /// Asks. Nothing when the holder knows no such subject.
    ///
    /// # Errors
    /// When the exchange or the holder cannot be reached, or refuses.
    async fn ask(&self, request: &DataRequest) -> Result<Option<DataAnswer>, ProviderError>;
}
