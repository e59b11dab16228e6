//! How a call can end other than well.

use vatra_capabilities::HostError;
use vatra_capabilities::bindings::vatra::types::values::Failure;
use vatra_core::grants::Denial;
use vatra_core::store::StoreError;

/// What a module did that ended its call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ModuleFault {
    /// It computed for too long.
    Time,
    /// It asked for too much memory.
    Memory,
    /// It called the host too often, read or wrote too many entries.
    HostCalls,
    /// It handed over too much at once.
    Size,
    /// It stopped by itself (a panic, an out-of-bounds access…).
    Trap,
    /// What it returned breaks the contract (a made-up token, an unknown screen…).
    Contract,
}

impl ModuleFault {
    /// A stable code: `time`, `memory`…
    pub fn code(self) -> &'static str {
        match self {
            Self::Time => "time",
            Self::Memory => "memory",
            Self::HostCalls => "host-calls",
            Self::Size => "size",
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
            Self::Invalid { rule, .. } => format!("invalid:{rule}"),
            Self::File { error, .. } => format!("invalid:{}", error.code()),
            Self::Conflict => "conflict".into(),
            Self::Unavailable(_) => "unavailable".into(),
            Self::Module { fault, .. } => format!("module:{}", fault.code()),
            Self::Store(_) | Self::Host(_) => "host".into(),
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
            Failure::OverBudget(what) => Self::Module { fault: ModuleFault::HostCalls, detail: what },
            Failure::Unavailable(what) => Self::Unavailable(what),
        }
    }
}

/// What ended the call from within the engine.
pub(crate) fn trapped(error: wasmtime::Error) -> CallError {
    let fault = if let Some(host) = error.downcast_ref::<HostError>() {
        match host {
            HostError::OverBudget(_) => ModuleFault::HostCalls,
            HostError::Store(error) => return CallError::Host(error.to_string()),
        }
    } else if error.downcast_ref::<OutOfTime>().is_some() {
        ModuleFault::Time
    } else {
        match error.downcast_ref::<wasmtime::Trap>() {
            Some(wasmtime::Trap::Interrupt) => ModuleFault::Time,
            Some(_) => ModuleFault::Trap,
            None => {
                let words = format!("{error:#}");
                if words.contains("grow") {
                    ModuleFault::Memory
                } else if words.contains("fuel") || words.contains("too large") || words.contains("too much") {
                    ModuleFault::Size
                } else {
                    ModuleFault::Trap
                }
            }
        }
    };
    // The first line only: a backtrace is of no use to the operator and may be long.
    let root = error.root_cause().to_string();
    CallError::Module { fault, detail: root.lines().next().unwrap_or_default().chars().take(200).collect() }
}

/// The call's wall clock ran out.
#[derive(Debug, thiserror::Error)]
#[error("the call ran out of time")]
pub(crate) struct OutOfTime;
