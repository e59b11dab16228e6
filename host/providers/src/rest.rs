//! What the clients that speak JSON share.

use crate::transport::Answer;
use serde::de::DeserializeOwned;
use vatra_core::providers::ProviderError;

pub(crate) fn refused(service: &'static str, cause: impl Into<String>) -> ProviderError {
    ProviderError::Refused { service, cause: cause.into() }
}

/// An answer with a status that the contract does not have here.
pub(crate) fn unexpected(service: &'static str, answer: &Answer) -> ProviderError {
    refused(service, format!("it answered with status {}", answer.status.as_u16()))
}

/// The answer's body as JSON; one that is none is refused without being quoted.
pub(crate) fn json<T: DeserializeOwned>(service: &'static str, answer: &Answer) -> Result<T, ProviderError> {
    serde_json::from_slice(&answer.body).map_err(|_| refused(service, "its answer is not what its contract says"))
}

/// A path with a query, percent-encoded.
pub(crate) fn with_query(path: &str, fields: &[(&str, &str)]) -> String {
    let mut out = path.to_owned();
    for (at, (name, value)) in fields.iter().enumerate() {
        out.push(if at == 0 { '?' } else { '&' });
        out.push_str(name);
        out.push('=');
        for byte in value.bytes() {
            if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
                out.push(char::from(byte));
            } else {
                out.push_str(&format!("%{byte:02X}"));
            }
        }
    }
    out
}
