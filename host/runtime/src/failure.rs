//! How a call can end other than well.

use vatra_capabilities::bindings::vatra::types::values::Failure;
use vatra_capabilities::budget::{Budget, OverBudget};
use vatra_capabilities::view::NotTaken;
use vatra_capabilities::{CallState, HostError};
use vatra_core::grants::Denial;
use vatra_core::store::StoreError;

/// What a module did that ended its call, besides using up a budget.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ModuleFault {
    /// It stopped by itself (a panic, an out-of-bounds access…).
    Trap,
    /// What it returned breaks the contract (a made-up token, an unknown screen…).
    Contract,
}

impl ModuleFault {
    /// A stable code: `trap`, `contract`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Trap => "trap",
            Self::Contract => "contract",
        }
    }
}

/// How a call can end other than well. Nothing of it was kept.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// There is no such module, screen, action, entry… here.
    #[error("not found: {0}")]
    NotFound(String),
    /// A lock was shut.
    #[error("denied: {} {} {}", .0.capability, .0.rule, .0.detail)]
    Denied(Denial),
    /// The module is not run here: it is stopped, withdrawn, altered or not approved.
    #[error("{detail}")]
    Refused {
        /// A stable code: `stopped`, `revoked`, `not-approved`…
        code: &'static str,
        /// Why, for the operator and the administrator. Never personal.
        detail: String,
    },
    /// The input breaks a rule.
    #[error("invalid {field}: {rule}")]
    Invalid {
        /// Which input; empty for the whole.
        field: String,
        /// Which rule.
        rule: String,
    },
    /// An uploaded file cannot be taken.
    #[error("the file of input {field}: {error}")]
    File {
        /// Which input.
        field: String,
        /// Why.
        error: vatra_capabilities::uploads::FileError,
    },
    /// Somebody else changed the same thing, again and again.
    #[error("somebody else changed the same thing meanwhile")]
    Conflict,
    /// A service behind a capability is down.
    #[error("{0} cannot be reached")]
    Unavailable(String),
    /// The module's own fault.
    #[error("the module failed ({}): {detail}", .fault.code())]
    Module {
        /// What it did.
        fault: ModuleFault,
        /// For the operator; never personal.
        detail: String,
    },
    /// It used up a budget.
    #[error(transparent)]
    OverBudget(#[from] OverBudget),
    /// No place came free in time; nothing was begun.
    #[error("too many calls at once: come back in {retry_after_s} s")]
    Busy {
        /// When to try again, in seconds.
        retry_after_s: u32,
    },
    /// The host's own fault.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The host's own fault, outside storage.
    #[error("{0}")]
    Host(String),
}

impl CallError {
    pub(crate) fn contract(detail: impl Into<String>) -> Self {
        Self::Module { fault: ModuleFault::Contract, detail: detail.into() }
    }

    /// The code that the audit trail keeps.
    pub fn code(&self) -> String {
        match self {
            Self::NotFound(_) => "not-found".into(),
            Self::Denied(denial) => format!("denied:{}:{}", denial.capability, denial.rule),
            Self::Refused { code, .. } => format!("refused:{code}"),
            Self::Invalid { rule, .. } => format!("invalid:{rule}"),
            Self::File { error, .. } => format!("invalid:{}", error.code()),
            Self::Conflict => "conflict".into(),
            Self::Unavailable(_) => "unavailable".into(),
            Self::Module { fault, .. } => format!("module:{}", fault.code()),
            Self::OverBudget(over) => format!("over-budget:{}", over.budget),
            Self::Busy { .. } => "busy".into(),
            Self::Store(_) | Self::Host(_) => "host".into(),
        }
    }

    /// Its kind, one of a few: for metrics.
    pub fn class(&self) -> &'static str {
        match self {
            Self::NotFound(_) => "not-found",
            Self::Denied(_) => "denied",
            Self::Refused { .. } => "refused",
            Self::Invalid { .. } | Self::File { .. } => "invalid",
            Self::Conflict => "conflict",
            Self::Unavailable(_) => "unavailable",
            Self::Module { fault, .. } => fault.code(),
            Self::OverBudget(_) => "over-budget",
            Self::Busy { .. } => "busy",
            Self::Store(_) | Self::Host(_) => "host",
        }
    }

    /// Whether the host stopped the module, or the module broke down.
    pub fn is_stopped(&self) -> bool {
        matches!(self, Self::Module { .. } | Self::OverBudget(_))
    }

    /// For the audit trail: the code, and the budget's value. Never personal.
    pub fn detail(&self) -> serde_json::Map<String, serde_json::Value> {
        let mut out = serde_json::Map::new();
        out.insert("reason".into(), self.code().into());
        match self {
            Self::OverBudget(over) => {
                out.insert("limit".into(), over.limit.into());
            }
            Self::Module { detail, .. } | Self::Refused { detail, .. } => {
                out.insert("detail".into(), detail.as_str().into());
            }
            _ => {}
        }
        out
    }
}

impl From<NotTaken> for CallError {
    fn from(not: NotTaken) -> Self {
        match not {
            NotTaken::Failure(failure) => failure.into(),
            NotTaken::OverBudget(over) => over.into(),
            NotTaken::Store(error) => error.into(),
        }
    }
}

/// What the module answered, for the caller.
impl From<Failure> for CallError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Denied(denial) => Self::Denied(Denial::new(denial.capability, denial.rule, denial.detail)),
            Failure::Invalid(violation) => Self::Invalid { field: violation.field, rule: violation.rule },
            Failure::Conflict => Self::Conflict,
            Failure::NotFound => Self::NotFound("entry".into()),
            // The host never answers so to what it counts itself: it ends the call.
            Failure::OverBudget(what) => Self::contract(format!("it says that it is over its budget of {what}")),
            Failure::Unavailable(what) => Self::Unavailable(what),
        }
    }
}

/// What ended the call from within the engine.
pub(crate) fn ended(error: &wasmtime::Error, state: &CallState) -> CallError {
    if let Some(over) = state.limiter.refused.as_ref().or_else(|| error.downcast_ref()) {
        return (*over).into();
    }
    match error.downcast_ref::<HostError>() {
        Some(HostError::OverBudget(over)) => return (*over).into(),
        Some(HostError::Store(error)) => return CallError::Host(error.to_string()),
        None => {}
    }
    let words = format!("{error:#}");
    if error.downcast_ref::<wasmtime::Trap>().is_none() {
        // The engine has no types for these; a test of each keeps the words in step.
        let budget = [
            ("too much data is being copied between the host and the guest", Budget::HostBytes),
            ("store handle limit exceeded", Budget::Handles),
            ("resource limit exceeded", Budget::Instances),
        ]
        .into_iter()
        .find(|(said, _)| words.contains(said));
        if let Some((_, budget)) = budget {
            return state.limits.over(budget).into();
        }
    }
    // The first line only: a backtrace is of no use to the operator and may be long.
    let root = error.root_cause().to_string();
    CallError::Module { fault: ModuleFault::Trap, detail: root.lines().next().unwrap_or_default().chars().take(200).collect() }
}
