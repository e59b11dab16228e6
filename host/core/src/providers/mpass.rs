//! MPass, the Government Authentication and Access Control Service.

use super::ProviderError;
use async_trait::async_trait;
use serde::{Deserialize, Serialize};

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
