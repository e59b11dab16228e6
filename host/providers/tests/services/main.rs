//! The clients against the emulators, over mutual TLS: the contract suites, and what happens when a service misbehaves.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail")]

mod events;
mod house;
mod mconnect;
mod mlog;
mod mnotify;
mod mpower;
mod peers;
mod privacy;
