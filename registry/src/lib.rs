//! The package format: a component whose custom sections carry its manifest and its words, so that one digest covers everything.
//!
//! | custom section | holds |
//! |---|---|
//! | `vatra:manifest` | the manifest ([`vatra_core::manifest::Manifest`]), TOML |
//! | `vatra:translations:ro`, `:ru`, `:en` | the module's words, Fluent |
//! | `vatra:template:NAME/PATH` | a file of a template of documents |
//!
//! A manifest is written as `vatra.toml`, which editors complete by `vatra.schema.json`; [`build`] tells its author everything that is wrong with it,
//! with line, column and remedy. [`inspect()`] says what a package could do and how risky that is, [`Difference`] what a new version changes and
//! whether it has to be agreed to, [`sbom`] what it is made of.
//!
//! [`Package::read`] refuses whatever this host could not run or whose imports say more than its manifest; [`pack`] makes packages.

pub mod contract;
pub mod diagnostics;
pub mod difference;
pub mod error;
pub mod inspect;
mod limits;
pub mod pack;
pub mod package;
pub mod sbom;
pub mod schema;
mod sections;
pub mod source;
mod surface;
pub mod words;

pub use contract::IMPLEMENTED;
pub use diagnostics::{Diagnostic, Diagnostics, Severity};
pub use difference::{Consent, Difference};
pub use error::PackageError;
pub use inspect::{Report, Risk, inspect};
pub use pack::{Built, build, pack, pack_with};
pub use package::{Package, Templates, Translations};
