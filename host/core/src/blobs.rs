//! Bytes that a municipality keeps: documents and what was sent with forms.

use crate::ids::TenantId;
use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Where kept bytes are found: a keyed digest of them, of the municipality's own key. The same bytes have the same address in one
/// municipality and another in the next, so that an address tells nobody what is kept there.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Address(pub [u8; 32]);

/// The text is no [`Address`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("an address has 64 hexadecimal digits in lower case")]
pub struct BadAddress;

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}
impl FromStr for Address {
    type Err = BadAddress;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text, &mut bytes).map_err(|_| BadAddress)?;
        Some(Self(bytes)).filter(|address| address.to_string() == text).ok_or(BadAddress)
    }
}
impl TryFrom<String> for Address {
    type Error = BadAddress;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}
impl From<Address> for String {
    fn from(address: Address) -> Self {
        address.to_string()
    }
}

/// Why bytes were not kept or had.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum BlobError {
    /// Nothing is kept there, or it was erased.
    #[error("nothing is kept at {0}")]
    Missing(Address),
    /// What is there is not what was kept: torn, changed, or another's.
    #[error("what is kept at {0} was damaged")]
    Damaged(Address),
    /// Longer than the store takes.
    #[error("at most {0} bytes are kept in one piece")]
    TooLarge(usize),
    /// The store cannot be reached, or failed.
    #[error("the store of documents: {0}")]
    Storage(String),
}

/// The store of bytes. Encrypted at rest, by a key for each municipality.
#[async_trait]
pub trait Blobs: Send + Sync {
    /// Keeps bytes: they are durable when this returns. Keeping them again is nothing new, and mends what was damaged.
    ///
    /// # Errors
    /// [`BlobError::TooLarge`], [`BlobError::Storage`].
    async fn put(&self, tenant: TenantId, content: &[u8]) -> Result<Address, BlobError>;
    /// What is kept there, exactly as it was.
    ///
    /// # Errors
    /// [`BlobError::Missing`], [`BlobError::Damaged`], [`BlobError::Storage`].
    async fn get(&self, tenant: TenantId, address: Address) -> Result<Vec<u8>, BlobError>;
    /// Removes what is kept there, for good; whether anything was. The caller has made sure that nothing else of the municipality is the
    /// same bytes: they share one address.
    ///
    /// # Errors
    /// [`BlobError::Storage`]; then it may still be there, and is erased by asking again.
    async fn erase(&self, tenant: TenantId, address: Address) -> Result<bool, BlobError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_have_one_spelling() {
        let text = "0a".repeat(32);
        assert_eq!(text.parse::<Address>().map(|address| address.to_string()), Ok(text.clone()));
        for bad in ["", "0a", &text.to_uppercase(), &format!("{text}0a"), &text.replace('a', "g")] {
            assert_eq!(bad.parse::<Address>(), Err(BadAddress), "{bad}");
        }
    }
}
