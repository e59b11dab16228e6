//! MConnect, the Government Interoperability Platform.

use super::ProviderError;
use crate::clock::Instant;
use crate::ids::CallId;
use crate::value::Fields;
use async_trait::async_trait;

/// A question to an institution that holds data, through MConnect (law 142/2018). Who asks, for whom and on what basis comes from the
/// host, never from a module.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DataRequest {
    /// The call that asks, kept on both sides.
    pub call: CallId,
    /// CallingEntity: the municipality's IDNO; empty while it is not known.
    pub entity: String,
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
