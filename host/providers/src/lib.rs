//! Clients of the government services, speaking their published protocols; a module per service, and what they share in [`transport`].

pub mod mconnect;
pub mod mlog;
pub mod mnotify;
pub mod mpass;
pub mod mpay;
pub mod mpower;
pub mod msign;
mod rest;
pub mod settings;
pub mod transport;
