//! Host side of the contract, one folder per capability: what a module's calls do, under which grant, within which budget.

mod appointments;
mod base;
pub mod bindings;
pub mod budget;
pub mod cases;
mod catalogue;
mod config;
pub mod convert;
pub mod deny;
mod documents;
pub mod jobs;
pub mod mconnect;
pub mod mnotify;
mod mpay;
mod mpower;
mod msign;
mod opendata;
mod outside;
mod registers;
pub mod state;
mod subjects;
pub mod tasks;
pub mod timers;
pub mod uploads;
pub mod view;
pub mod work;

pub use appointments::appointment;
pub use documents::{info as document, uploaded};
pub use mpay::{payment, quoted};
pub use msign::signing;
pub use outside::Outside;
pub use registers::Stop;
pub use state::{Binding, CallState, HostError, Mode};
