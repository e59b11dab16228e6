//! Requests to a service and its answers, as the clients see them. What carries them (mutual TLS, retries, limits) stands behind [`Wire`], so that
//! a client's messages can be tested without a network.

use async_trait::async_trait;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use serde::de::DeserializeOwned;
use std::fmt;
use std::time::Duration;
use vatra_core::providers::ProviderError;

/// A request. `Debug` shows neither path nor body: both may name a person.
#[derive(Clone)]
pub struct Call {
    /// Method.
    pub method: Method,
    /// Follows the service's address; begins with `/`, encoded.
    pub path: String,
    /// Headers.
    pub headers: HeaderMap,
    /// Body.
    pub body: Vec<u8>,
    /// Doing it twice is as doing it once.
    pub repeatable: bool,
    /// How long the answer may take, when not as long as the service's usually may.
    pub patience: Option<Duration>,
}

impl Call {
    /// A request without a body.
    #[must_use]
    pub fn new(method: Method, path: impl Into<String>) -> Self {
        let repeatable = method.is_idempotent();
        Self { method, path: path.into(), headers: HeaderMap::new(), body: Vec::new(), repeatable, patience: None }
    }

    /// With a body of this type.
    #[must_use]
    pub fn body(self, content_type: &'static str, body: impl Into<Vec<u8>>) -> Self {
        let mut call = self.header(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        call.body = body.into();
        call
    }

    /// With a header.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// Whether doing it twice is as doing it once, whatever its method says.
    #[must_use]
    pub fn repeatable(mut self, repeatable: bool) -> Self {
        self.repeatable = repeatable;
        self
    }

    /// How long the answer may take.
    #[must_use]
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = Some(patience);
        self
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Call({}, …)", self.method)
    }
}

/// An answer, whatever its status.
#[derive(Clone)]
pub struct Answer {
    /// Status.
    pub status: StatusCode,
    /// Headers.
    pub headers: HeaderMap,
    /// Body.
    pub body: Vec<u8>,
}

impl fmt::Debug for Answer {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Answer({}, {} bytes)", self.status, self.body.len())
    }
}

impl Answer {
    /// The body as JSON. A body that is none is refused without being quoted.
    ///
    /// # Errors
    /// [`ProviderError::Refused`].
    pub fn json<T: DeserializeOwned>(&self, service: &'static str) -> Result<T, ProviderError> {
        serde_json::from_slice(&self.body).map_err(|_| refused(service, "its answer is not what its contract says"))
    }

    /// Any other status than these is refused.
    pub(crate) fn unexpected(&self, service: &'static str) -> ProviderError {
        refused(service, format!("it answered with status {}", self.status.as_u16()))
    }
}

/// No answer.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{service}: {cause}")]
pub struct Lost {
    /// Which service.
    pub service: &'static str,
    /// For the operator. Never personal.
    pub cause: String,
    /// It never left, or was turned away before it was read; otherwise it may have been carried out.
    pub not_done: bool,
    /// Trying again is of no use before somebody changes something.
    pub lasting: bool,
}

impl From<Lost> for ProviderError {
    fn from(lost: Lost) -> Self {
        let Lost { service, cause, lasting, .. } = lost;
        if lasting { Self::Refused { service, cause } } else { Self::Unavailable { service, cause } }
    }
}

/// What carries requests to one service.
#[async_trait]
pub trait Wire: Send + Sync {
    /// Sends a request and waits for its answer; whatever is [`Call::repeatable`] may be sent again meanwhile.
    ///
    /// # Errors
    /// [`Lost`].
    async fn send(&self, call: Call) -> Result<Answer, Lost>;
}

pub(crate) fn refused(service: &'static str, cause: impl Into<String>) -> ProviderError {
    ProviderError::Refused { service, cause: cause.into() }
}

/// A path with a query, percent-encoded.
pub(crate) fn with_query(path: &str, fields: &[(&str, &str)]) -> String {
    let mut out = path.to_owned();
    for (at, (name, value)) in fields.iter().enumerate() {
        out.push(if at == 0 { '?' } else { '&' });
        out.push_str(name);
        out.push('=');
        out.push_str(&encoded(value));
    }
    out
}

/// Percent-encoded but for what RFC 3986 leaves unreserved.
pub(crate) fn encoded(value: &str) -> String {
    let mut out = String::new();
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}
