//! Packages from an author's folder into a host's hands, over real sockets and on a stick; and whoever comes between.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::expect_used, missing_docs, unreachable_pub)]

mod bundles;
mod lying;
mod parts;
mod registries;
mod site;
