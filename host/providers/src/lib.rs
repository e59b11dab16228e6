//! Clients of the government services, speaking their published protocols; a module per service, and what they share.

pub mod mconnect;
pub mod wire;
