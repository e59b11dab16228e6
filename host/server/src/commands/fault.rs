//! Why a command was not done, as a reply: a stable code, a title, and how to mend it.

use super::Reply;
use crate::app::{AppError, PackagesError};
use vatra_core::manifest::Language;
use vatra_core::store::StoreError;
use vatra_registry::PackageError;
use vatra_runtime::{CallError, ModuleFault};
use vatra_view::explain::{self, Trouble};

/// Why a command was not done.
#[derive(Debug)]
pub(super) enum Refusal {
    /// What was asked makes no sense; how to mend it.
    Usage(String),
    /// The person's roles do not allow it.
    Role(String),
    /// A reply of its own: its code, title and detail.
    Other(&'static str, String, String),
    /// What the host says.
    App(AppError),
}

impl<E: Into<AppError>> From<E> for Refusal {
    fn from(error: E) -> Self {
        Self::App(error.into())
    }
}

/// Refused.
const REFUSED: u8 = 1;
/// The host failed.
const FAILED: u8 = 3;

impl Refusal {
    /// The reply; a module's troubles in the reader's language.
    pub(super) fn reply(self, language: Language) -> Reply {
        match self {
            Self::Usage(detail) => Reply::failed(REFUSED, "usage", "This cannot be done as asked", &detail),
            Self::Role(detail) => Reply::failed(REFUSED, "role", "Not allowed", &detail),
            Self::Other(code, title, detail) => Reply::failed(REFUSED, code, &title, &detail),
            Self::App(error) => app(error, language),
        }
    }
}

fn app(error: AppError, language: Language) -> Reply {
    match error {
        AppError::Data { .. } => Reply::failed(FAILED, "data", "The data folder cannot be used", &error.to_string()),
        AppError::NotFound(detail) => Reply::failed(REFUSED, "not-found", "Not found", &detail),
        AppError::Usage(detail) => Reply::failed(REFUSED, "usage", "This cannot be done as asked", &detail),
        AppError::Package(error) => package(&error),
        AppError::Trust(refusal) => Reply::failed(REFUSED, refusal.code(), "The module is not admitted", &refusal.to_string()),
        AppError::Store(error) => store(&error),
        AppError::Call(error) => call(error, language),
    }
}

fn package(error: &PackagesError) -> Reply {
    match error {
        PackagesError::Refused(refused @ PackageError::Tampered { .. }) => Reply::failed(
            REFUSED,
            "package-tampered",
            "The package was changed after it was installed, so it is not loaded",
            &format!("{refused}. Install the module anew from a package that you trust"),
        ),
        PackagesError::Refused(refused) => Reply::failed(REFUSED, "package-refused", "The package is refused", &refused.to_string()),
        PackagesError::Words(_) | PackagesError::Artifact(_) => {
            Reply::failed(REFUSED, "package-refused", "The package is refused", &error.to_string())
        }
        PackagesError::File { .. } => {
            let detail = format!("{error}. Install the module anew");
            Reply::failed(FAILED, "package-file", "The package's file cannot be read or written", &detail)
        }
    }
}

fn store(error: &StoreError) -> Reply {
    match error {
        StoreError::Exists(_) => Reply::failed(REFUSED, "exists", "It exists already", &error.to_string()),
        StoreError::Missing(_) => Reply::failed(REFUSED, "not-found", "Not found", &error.to_string()),
        StoreError::Database(_) | StoreError::Corrupt(_) => {
            Reply::failed(FAILED, "storage", "Storage failed; nothing was changed", &error.to_string())
        }
    }
}

fn call(error: CallError, language: Language) -> Reply {
    let code = error.code();
    let trouble = |trouble: Trouble, detail: &str| {
        let text = trouble.text(language);
        let text = if detail.is_empty() { text } else { format!("{text} ({detail})") };
        Reply::failed(REFUSED, &code, &trouble.title(language), &text)
    };
    match error {
        CallError::NotFound(what) => Reply::failed(REFUSED, "not-found", &Trouble::NotFound.title(language), &what),
        CallError::Denied(denial) => {
            let title = explain::explain(&denial, &explain::capability_title(&denial.capability, language), language);
            let detail = if denial.detail.is_empty() { denial.rule.clone() } else { format!("{}: {}", denial.rule, denial.detail) };
            let mut reply = Reply::failed(REFUSED, "denied", &title, &detail);
            if let Some(error) = reply.json.get_mut("error").and_then(serde_json::Value::as_object_mut) {
                error.insert("capability".into(), denial.capability.into());
                error.insert("rule".into(), denial.rule.into());
            }
            reply
        }
        CallError::Refused { detail, .. } => Reply::failed(REFUSED, &code, &Trouble::Refused.title(language), &detail),
        CallError::Invalid { field, rule } => {
            let detail = field.clone();
            trouble(Trouble::Invalid { field, rule }, &detail)
        }
        CallError::File { field, error } => {
            Reply::failed(REFUSED, error.code(), &explain::rule(error.code(), language), &format!("{field}: {error}"))
        }
        CallError::Conflict => trouble(Trouble::Conflict, ""),
        CallError::Unavailable(service) => trouble(Trouble::Unavailable(service), ""),
        CallError::Module { fault, detail } => match fault {
            ModuleFault::Trap => trouble(Trouble::Trap, &detail),
            ModuleFault::Contract => trouble(Trouble::BadView, &detail),
        },
        CallError::OverBudget(over) => {
            let mut reply = trouble(Trouble::OverBudget(over.budget.code().into(), over.limit), "");
            if let Some(error) = reply.json.get_mut("error").and_then(serde_json::Value::as_object_mut) {
                error.insert("budget".into(), over.budget.code().into());
                error.insert("limit".into(), over.limit.into());
            }
            reply
        }
        CallError::Busy { retry_after_s } => trouble(Trouble::Busy { retry_after_s }, ""),
        CallError::Store(error) => store(&error),
        CallError::Host(detail) => Reply::failed(FAILED, "host", "The host failed; nothing was changed", &detail),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vatra_core::grants::Denial;

    #[test]
    fn a_denial_names_its_lock() {
        let denial = Denial::new("mpay", "revoked", "");
        let reply = Refusal::from(CallError::Denied(denial)).reply(Language::En);
        assert_eq!(reply.code, 1);
        assert_eq!(reply.json.pointer("/error/rule"), Some(&serde_json::json!("revoked")));
        assert!(reply.text.contains("MPay"), "{}", reply.text);
    }

    #[test]
    fn storage_that_fails_is_no_refusal() {
        let reply = Refusal::from(StoreError::Database("gone".into())).reply(Language::Ro);
        assert_eq!((reply.code, reply.json.pointer("/error/code")), (3, Some(&serde_json::json!("storage"))));
    }
}
