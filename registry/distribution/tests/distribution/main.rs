//! The registry as its clients see it, over real sockets: the specification case by case, hostile clients, falls, lying servers, peers.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod artifacts;
mod client;
mod falls;
mod hostile;
mod lying;
mod peers;
mod properties;
mod site;
mod spec_blobs;
mod spec_manifests;
mod spec_uploads;
mod tls;
mod together;
