//! Why a package is refused, in words for whoever installs or builds it.

use crate::diagnostics::Diagnostics;

/// What is wrong with a package.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum PackageError {
    /// It would take the compiler, and whoever waits for it, minutes.
    #[error("the package is larger than {0} MiB: strip names and debug information from it")]
    TooLarge(usize),
    /// Not a component, or a broken one.
    #[error("this is not a WebAssembly component: {0}")]
    NotComponent(String),
    /// The core module could not be made a component.
    #[error("the module cannot be made a component: {0}")]
    Componentize(String),
    /// A section is missing.
    #[error("the package has no section '{0}': build it with vatra-pack")]
    Missing(String),
    /// A section is there twice.
    #[error("the package has the section '{0}' twice")]
    Twice(String),
    /// A section is too long for the binary format.
    #[error("the section '{0}' is longer than 4 GiB")]
    TooLong(String),
    /// A template of documents is missing or cannot be one.
    #[error("the template '{name}': {problem}")]
    Template {
        /// Which.
        name: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A section is not UTF-8.
    #[error("the section '{0}' is not UTF-8 text")]
    NotText(String),
    /// The manifest is not well formed.
    #[error("the manifest cannot be read: {0}")]
    Manifest(Box<Diagnostics>),
    /// The manifest contradicts itself.
    #[error("the manifest is not consistent: {0}")]
    Inconsistent(Box<Diagnostics>),
    /// More of something than any module needs: whoever looks at it would be kept busy.
    #[error("the package has more than {limit} {what}: no module needs as many, and nothing of it was looked at further")]
    TooMuch {
        /// Of what: `imports`, `levels of components in components`.
        what: &'static str,
        /// How many there may be.
        limit: usize,
    },
    /// The manifest asks for a newer host, or an older one.
    #[error("the module runs on hosts {wanted}, and this one is {host}: install another version of the module, or upgrade the host")]
    OtherHost {
        /// What its manifest says.
        wanted: String,
        /// This host's version.
        host: String,
    },
    /// An interface of the contract in a version that this host does not serve.
    #[error(
        "the module {verb} {name}, and this host serves {}: build it against a version that is served, or upgrade the host",
        .served.join(", ")
    )]
    UnknownVersion {
        /// `imports`, `exports`.
        verb: &'static str,
        /// The interface.
        name: String,
        /// The versions of it that there are here.
        served: Vec<String>,
    },
    /// An import that no host offers.
    #[error("the module imports {0}, which no Vatra host offers")]
    UnknownImport(String),
    /// An import of the contract's drafts.
    #[error("the module imports {0}, which is a draft: no host serves it")]
    Draft(String),
    /// An optional export that this host does not call yet.
    #[error("the module exports {0}, which this version of the host never calls: install a newer host")]
    NotCalled(String),
    /// An import of a capability that the manifest does not ask for.
    #[error("the module imports {import}, but its manifest does not ask for the capability '{capability}'")]
    Undeclared {
        /// The interface.
        import: String,
        /// The capability.
        capability: String,
    },
    /// A module without screens.
    #[error("the module does not export {0}, without which it shows nothing")]
    NoScreens(&'static str),
    /// The file is not the one that was admitted.
    #[error(
        "the package was changed after it was admitted: its SHA-256 digest is {actual}, admitted was {expected}. Install it anew from a \
         source you trust"
    )]
    Tampered {
        /// What was admitted, in hexadecimal.
        expected: String,
        /// What it is now, in hexadecimal.
        actual: String,
    },
}
