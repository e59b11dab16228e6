//! The `vatra` command as a process: what people and scripts type, and what comes back.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    missing_docs,
    unreachable_pub
)]

mod administration;
mod audit;
mod engine;
mod host;
mod import;
mod keys;
mod packages;
mod payments;
mod publish;
mod refusals;
mod support;
