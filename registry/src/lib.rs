//! The package format: a component whose custom sections carry its manifest and its words, so that one digest covers everything.
//!
//! | custom section | holds |
//! |---|---|
//! | `vatra:manifest` | the manifest ([`vatra_core::manifest::Manifest`]), TOML |
//! | `vatra:translations:ro`, `:ru`, `:en` | the module's words, Fluent |
//! | `vatra:template:NAME/PATH` | a file of a template of documents |
//!
//! [`Package::read`] refuses whatever this host could not run or whose imports say more than its manifest; [`pack`] makes packages.

pub mod contract;
pub mod error;
pub mod pack;
pub mod package;
mod sections;
mod surface;

pub use contract::IMPLEMENTED;
pub use error::PackageError;
pub use pack::{pack, pack_with};
pub use package::{Package, Templates, Translations};
