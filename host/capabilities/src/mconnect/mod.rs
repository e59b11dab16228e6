//! `vatra:mconnect`: what other institutions hold.

mod catalogue;
mod data;

pub use data::Outside;
