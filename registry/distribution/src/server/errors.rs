//! What went wrong, as the specification wants it told: a status, a code, a message.

use crate::names::NameError;
use crate::store::{PutError, StoreError, UnlinkError, UploadError};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// The specification's codes, and docker's for numbers of pages.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Code {
    BlobUnknown,
    BlobUploadInvalid,
    BlobUploadUnknown,
    DigestInvalid,
    ManifestBlobUnknown,
    ManifestInvalid,
    ManifestUnknown,
    NameInvalid,
    NameUnknown,
    SizeInvalid,
    Unauthorized,
    Denied,
    Unsupported,
    TooManyRequests,
    PaginationNumberInvalid,
    Unknown,
}

impl Code {
    fn text(self) -> &'static str {
        match self {
            Self::BlobUnknown => "BLOB_UNKNOWN",
            Self::BlobUploadInvalid => "BLOB_UPLOAD_INVALID",
            Self::BlobUploadUnknown => "BLOB_UPLOAD_UNKNOWN",
            Self::DigestInvalid => "DIGEST_INVALID",
            Self::ManifestBlobUnknown => "MANIFEST_BLOB_UNKNOWN",
            Self::ManifestInvalid => "MANIFEST_INVALID",
            Self::ManifestUnknown => "MANIFEST_UNKNOWN",
            Self::NameInvalid => "NAME_INVALID",
            Self::NameUnknown => "NAME_UNKNOWN",
            Self::SizeInvalid => "SIZE_INVALID",
            Self::Unauthorized => "UNAUTHORIZED",
            Self::Denied => "DENIED",
            Self::Unsupported => "UNSUPPORTED",
            Self::TooManyRequests => "TOOMANYREQUESTS",
            Self::PaginationNumberInvalid => "PAGINATION_NUMBER_INVALID",
            Self::Unknown => "UNKNOWN",
        }
    }
}

/// An answer that is an error.
#[derive(Debug)]
pub(super) struct Failure {
    status: StatusCode,
    code: Code,
    message: String,
    header: Option<Box<(HeaderName, HeaderValue)>>,
}

impl Failure {
    pub(super) fn new(status: StatusCode, code: Code, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), header: None }
    }

    pub(super) fn bad(code: Code, message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, message)
    }

    pub(super) fn missing(code: Code, message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, code, message)
    }

    pub(super) fn unsupported(message: impl Into<String>) -> Self {
        Self::missing(Code::Unsupported, message)
    }

    #[must_use]
    pub(super) fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.header = Some(Box::new((name, value)));
        self
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let body = json!({ "errors": [{ "code": self.code.text(), "message": self.message }] });
        let more: HeaderMap = self.header.into_iter().map(|header| *header).collect();
        (self.status, more, [(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response()
    }
}

/// What the disk said is for whoever keeps the host, not for whoever asks.
fn internal(error: &dyn std::error::Error) -> Failure {
    tracing::error!(%error, "the registry's store");
    Failure::new(StatusCode::INTERNAL_SERVER_ERROR, Code::Unknown, "the registry's disk failed: ask whoever keeps it")
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        internal(&error)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match &error {
            StoreError::Altered(_) => {
                tracing::error!(%error, "the registry's store");
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, Code::Unknown, error.to_string())
            }
            StoreError::InUse | StoreError::Storage(_) => internal(&error),
        }
    }
}

impl From<NameError> for Failure {
    fn from(error: NameError) -> Self {
        let code = match error {
            NameError::Repository(_) => Code::NameInvalid,
            NameError::Tag(_) => Code::ManifestInvalid,
        };
        Self::bad(code, error.to_string())
    }
}

impl From<UnlinkError> for Failure {
    fn from(error: UnlinkError) -> Self {
        match &error {
            UnlinkError::Unknown(_) => Self::missing(Code::BlobUnknown, error.to_string()),
            UnlinkError::Needed { .. } => Self::new(StatusCode::FORBIDDEN, Code::Denied, error.to_string()),
            UnlinkError::Storage(_) => internal(&error),
        }
    }
}

impl From<PutError> for Failure {
    fn from(error: PutError) -> Self {
        match &error {
            PutError::Missing(_) => Self::bad(Code::ManifestBlobUnknown, error.to_string()),
            PutError::Size { .. } => Self::bad(Code::ManifestInvalid, error.to_string()),
            PutError::Storage(_) => internal(&error),
        }
    }
}

impl From<UploadError> for Failure {
    fn from(error: UploadError) -> Self {
        let message = error.to_string();
        match error {
            UploadError::Unknown => Self::missing(Code::BlobUploadUnknown, message),
            UploadError::Busy => Self::new(StatusCode::CONFLICT, Code::BlobUploadInvalid, message),
            UploadError::TooMany(_) => {
                let later = HeaderValue::from_static("60");
                Self::new(StatusCode::TOO_MANY_REQUESTS, Code::TooManyRequests, message).with(header::RETRY_AFTER, later)
            }
            UploadError::TooLarge(_) => Self::new(StatusCode::PAYLOAD_TOO_LARGE, Code::SizeInvalid, message),
            UploadError::OutOfOrder { .. } => Self::new(StatusCode::RANGE_NOT_SATISFIABLE, Code::BlobUploadInvalid, message),
            UploadError::Length { .. } => Self::bad(Code::SizeInvalid, message),
            UploadError::Digest { .. } => Self::bad(Code::DigestInvalid, message),
            UploadError::Storage(error) => internal(&error),
        }
    }
}
