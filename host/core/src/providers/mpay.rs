//! MPay, the Government Electronic Payment Service. It asks us: we are its service provider.

use crate::clock::Instant;
use crate::unit::OrderLine;
use crate::value::Money;
use crate::view::OrderStatus;
use async_trait::async_trait;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// What a customer is (CustomerType).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum CustomerKind {
    /// Not said.
    #[default]
    Unspecified,
    /// A person.
    Person,
    /// A legal entity.
    Organization,
}

/// Something more about an order, shown to the payer or asked of them (OrderProperty).
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct OrderProperty {
    /// Name, at most 36 characters.
    pub name: String,
    /// DisplayName, at most 36 characters.
    pub display_name: String,
    /// Value, at most 255 characters.
    pub value: String,
    /// Type: `string`, `idn` or `tc`.
    pub kind: String,
    /// IsVisible.
    pub visible: bool,
    /// Modifiable.
    pub modifiable: bool,
    /// Required.
    pub required: bool,
}

/// What MPay is told of an order besides what is owed.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct OrderFacts {
    /// IssuedAt.
    pub issued_at: Option<Instant>,
    /// CustomerType.
    pub customer_kind: CustomerKind,
    /// CustomerID: IDNP or IDNO. Whoever types an order's number sees it, so that it is rarely right to tell.
    pub customer_id: Option<String>,
    /// BankFiscalCode: the municipality's IDNO.
    pub beneficiary_idno: Option<String>,
    /// Properties.
    pub properties: Vec<OrderProperty>,
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
    /// Lines with what is still due of each: together `due` less `paid`, as long as no more than that was paid.
    pub lines: Vec<OrderLine>,
    /// What else there is to tell.
    pub facts: OrderFacts,
}

/// What is still due of each line: payments fall upon the lines in their order, as they do where they are recorded.
pub fn still_due(lines: &[OrderLine], paid: Money) -> Vec<OrderLine> {
    let mut paid = paid.0.max(0);
    let left = |line: &OrderLine| {
        let covered = paid.min(line.amount.0.max(0));
        paid -= covered;
        OrderLine { amount: Money(line.amount.0 - covered), ..line.clone() }
    };
    lines.iter().map(left).collect()
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
