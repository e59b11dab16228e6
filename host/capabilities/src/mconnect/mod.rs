//! `vatra:mconnect`: what other institutions hold.

mod catalogue;
mod data;
mod events;

pub use events::{Announcement, DataEvent, EVENTS, data_event};
