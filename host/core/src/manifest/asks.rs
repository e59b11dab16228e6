//! What a manifest asks for: capabilities, budgets above the usual, events; each with its reason.

use super::Localized;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// One parameter of a capability: what is asked for, or what is granted.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "a list of texts, or a whole number")]
pub enum Param {
    /// At most this number (bani for a ceiling).
    AtMost(i64),
    /// Any of these.
    Set(BTreeSet<String>),
}

/// A capability that the module asks for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct CapabilityRequest {
    /// What for: shown to whoever grants it.
    pub purpose: Localized,
    /// The law that the use rests on.
    #[serde(default)]
    pub legal_basis: String,
    /// The widest it will ever need: `services = ["local-tax"]`, `ceiling = 10000000`.
    #[serde(default)]
    pub parameters: BTreeMap<String, Param>,
}

/// A budget above the usual that the module asks for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct BudgetRequest {
    /// How much a call needs: milliseconds, bytes or a plain number, as [`Budget::unit`](crate::budgets::Budget::unit) says.
    pub value: u64,
    /// What for: shown to whoever grants it.
    pub purpose: Localized,
}

/// A case of the contract's `vatra:modules/events`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum EventKind {
    /// MPay confirmed a payment of an order of the module.
    Paid,
    /// A document of the module was made, or could not be.
    DocumentMade,
    /// A signer signed.
    Signed,
    /// A signer refused, or a signature does not count.
    Refused,
    /// A message reached its recipient, or failed to.
    Notified,
    /// A task of the module was changed by somebody else.
    TaskChanged,
    /// A case that the module handles.
    CaseChanged,
    /// An appointment for a service of the module.
    AppointmentChanged,
    /// A timer of the module has come.
    Timer,
    /// An event of another institution.
    Data,
    /// A job of the module ended.
    JobEnded,
}

impl EventKind {
    /// Every kind, in the contract's order.
    pub const ALL: [Self; 11] = [
        Self::Paid,
        Self::DocumentMade,
        Self::Signed,
        Self::Refused,
        Self::Notified,
        Self::TaskChanged,
        Self::CaseChanged,
        Self::AppointmentChanged,
        Self::Timer,
        Self::Data,
        Self::JobEnded,
    ];

    /// As the contract calls it: `document-made`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Paid => "paid",
            Self::DocumentMade => "document-made",
            Self::Signed => "signed",
            Self::Refused => "refused",
            Self::Notified => "notified",
            Self::TaskChanged => "task-changed",
            Self::CaseChanged => "case-changed",
            Self::AppointmentChanged => "appointment-changed",
            Self::Timer => "timer",
            Self::Data => "data",
            Self::JobEnded => "job-ended",
        }
    }

    /// The capability without which it is never told.
    pub fn capability(self) -> &'static str {
        match self {
            Self::Paid => "mpay",
            Self::DocumentMade => "documents",
            Self::Signed | Self::Refused => "msign",
            Self::Notified => "mnotify",
            Self::TaskChanged => "tasks",
            Self::CaseChanged => "cases",
            Self::AppointmentChanged => "appointments",
            Self::Timer => "timers",
            Self::Data => "mconnect",
            Self::JobEnded => "jobs",
        }
    }
}
