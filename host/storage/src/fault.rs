//! Why a transaction was not kept, before it is told to anyone: one private error, turned into core's two.

use sqlx::error::ErrorKind;
use vatra_core::store::{CommitError, StoreError};

/// What went wrong in a transaction.
#[derive(Debug)]
pub(crate) enum Fault {
    /// A unique key is taken.
    Unique,
    /// The database could not order this transaction among others: try it again.
    Serialization,
    /// What the unit of work read no longer holds.
    Conflict,
    /// The form was performed before; with its answer.
    Repeated(String),
    /// The event was handled before.
    Handled,
    /// The connection was lost: whether what was sent last was done is not known.
    Lost(String),
    /// Anything else.
    Store(StoreError),
}

impl Fault {
    /// Stored data that does not read back. `what` must name no personal value.
    pub(crate) fn corrupt(what: impl Into<String>) -> Self {
        Self::Store(StoreError::Corrupt(what.into()))
    }
    /// The same again, for another who waits for the same transaction.
    pub(crate) fn again(&self) -> Self {
        match self {
            Self::Unique => Self::Unique,
            Self::Serialization => Self::Serialization,
            Self::Conflict => Self::Conflict,
            Self::Repeated(answer) => Self::Repeated(answer.clone()),
            Self::Handled => Self::Handled,
            Self::Lost(cause) => Self::Lost(cause.clone()),
            Self::Store(StoreError::Database(cause)) => StoreError::Database(cause.clone()).into(),
            Self::Store(StoreError::Corrupt(cause)) => StoreError::Corrupt(cause.clone()).into(),
            Self::Store(StoreError::Exists(what)) => StoreError::Exists(what.clone()).into(),
            Self::Store(StoreError::Missing(what)) => StoreError::Missing(what.clone()).into(),
        }
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<sqlx::Error> for Fault {
    fn from(error: sqlx::Error) -> Self {
        if let sqlx::Error::Database(cause) = &error {
            if matches!(cause.kind(), ErrorKind::UniqueViolation) {
                return Self::Unique;
            }
            // Serialization_failure, deadlock_detected.
            if matches!(cause.code().as_deref(), Some("40001" | "40P01")) {
                return Self::Serialization;
            }
            // A sum that is no 64-bit number: numeric_value_out_of_range.
            if cause.code().as_deref() == Some("22003") {
                return Self::Store(StoreError::Missing("a number of 64 bits for the sum".to_owned()));
            }
        }
        match error {
            sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::Protocol(_) => Self::Lost(describe(&error)),
            other => Self::Store(StoreError::Database(describe(&other))),
        }
    }
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ffi;
        match &error {
            rusqlite::Error::SqliteFailure(cause, text) => match cause.extended_code {
                ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_ROWID => Self::Unique,
                _ if matches!(cause.code, rusqlite::ErrorCode::DatabaseBusy) => Self::Serialization,
                // SQLite's only error of this text.
                _ if text.as_deref() == Some("integer overflow") => {
                    Self::Store(StoreError::Missing("a number of 64 bits for the sum".to_owned()))
                }
                code => {
                    let text = text.clone().unwrap_or_else(|| cause.to_string());
                    Self::Store(StoreError::Database(format!("{text} (code {code})")))
                }
            },
            // The text of a statement that cannot be read holds no value: they are parameters.
            other => Self::Store(StoreError::Database(other.to_string())),
        }
    }
}

/// An error's text for the operator: never an address with its password, never a value that was being written.
pub(crate) fn describe(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Configuration(_) => "the database's address cannot be read".to_owned(),
        sqlx::Error::Database(cause) => match cause.code() {
            // Class 22 (data exception) quotes the value.
            Some(code) if code.starts_with("22") && code.len() == 5 => format!("a value was refused (SQLSTATE {code})"),
            Some(code) => format!("{} (code {code})", cause.message()),
            None => cause.message().to_owned(),
        },
        sqlx::Error::Io(cause) => format!("the database cannot be reached: {}", cause.kind()),
        sqlx::Error::PoolTimedOut => "every connection to the database is busy".to_owned(),
        sqlx::Error::ColumnDecode { index, .. } => format!("column {index} cannot be read"),
        other => other.to_string(),
    }
}

impl From<Fault> for StoreError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Store(error) => error,
            Fault::Lost(cause) => Self::Database(cause),
            Fault::Unique => Self::Exists("one of the keys".to_owned()),
            Fault::Serialization | Fault::Conflict => Self::Database("too many writers at once".to_owned()),
            Fault::Repeated(_) => Self::Exists("the form".to_owned()),
            Fault::Handled => Self::Missing("the open event".to_owned()),
        }
    }
}

impl From<Fault> for CommitError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Unique | Fault::Serialization | Fault::Conflict => Self::Conflict,
            Fault::Repeated(answer) => Self::Repeated(answer),
            Fault::Handled => Self::Handled,
            Fault::Store(error) => Self::Store(error),
            Fault::Lost(cause) => Self::Store(StoreError::Database(cause)),
        }
    }
}
