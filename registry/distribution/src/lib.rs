//! OCI distribution: the registry that the host embeds, the layout of packages in it, and the client of this and other registries.
//!
//! Knows bytes, media types and digests; what a package means is `vatra-registry`'s affair, whose word counts is `vatra-trust`'s.
//!
//! | module | holds |
//! |---|---|
//! | [`server`] | the distribution specification 1.1 as an axum router over a [`store::Store`], asked for by a [`server::Policy`] |
//! | [`store`] | blobs, manifests, tags and referrers in a folder; crash-safe, verified, collected |
//! | [`artifact`] | the bytes of a package's manifest, of its signature and its bill of materials, written and read |
//! | [`client`] | resolve, pull, push, referrers against any registry, every digest and every size checked |

pub mod artifact;
pub mod client;
pub mod manifest;
pub mod names;
pub mod server;
pub mod store;
