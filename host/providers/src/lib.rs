//! Clients of the government services, speaking their published protocols; a module per service, and what they share in [`transport`].

pub mod msign;
pub mod settings;
pub mod transport;
