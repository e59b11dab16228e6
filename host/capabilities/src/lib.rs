//! Host side of the contract, one folder per capability: what a module's calls do, under which grant, within which budget.

mod base;
pub mod bindings;
pub mod budget;
mod config;
pub mod convert;
pub mod deny;
mod documents;
pub mod mconnect;
pub mod mnotify;
mod mpay;
mod mpower;
mod msign;
mod outside;
mod registers;
pub mod state;
mod subjects;
pub mod uploads;
pub mod view;
pub mod work;

pub use documents::info as document;
pub use mpay::{payment, quoted};
pub use msign::signing;
pub use outside::Outside;
pub use state::{Binding, CallState, HostError, Mode};
