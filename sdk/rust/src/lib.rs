//! What a Rust module of Vatra is written with: the contract's bindings, builders for views and queries, typed access to fields, and
//! an allocator for short calls.
//!
//! ```ignore
//! #![cfg_attr(target_arch = "wasm32", no_std)]
//! use vatra_sdk::prelude::*;
//!
//! struct Greeter;
//! impl Screens for Greeter {
//!     fn render(_screen: String, _parameters: Vec<Field>) -> Result<Screen, Failure> {
//!         Ok(Screen::titled("hello").text(words!("it-is", day = clock::today())))
//!     }
//!     fn perform(_action: String, _inputs: Vec<Field>) -> Result<Answer, Failure> {
//!         Err(Failure::NotFound)
//!     }
//! }
//! vatra_sdk::module!(Greeter);
//! ```
//!
//! The crate also compiles for the machine it is built on, so that a module's own logic is tested with `cargo test`; there, calling
//! the host panics. `build-guest.sh` builds a module for the sandbox and packs it.
#![cfg_attr(all(target_arch = "wasm32", not(feature = "std")), no_std)]

extern crate alloc;

pub mod allocator;
mod answer;
#[cfg(target_arch = "wasm32")]
#[doc(hidden)]
pub mod border;
pub mod contract;
mod dates;
mod fields;
mod forms;
mod queries;
mod screens;
pub mod spoken;
mod tables;
mod values;
mod words;

pub use fields::{Read, field, invalid};
pub use values::{Bani, Choice, FromValue};
pub use words::plain;

/// What the host offers: one module for each interface.
pub mod host {
    pub use crate::contract::vatra::appointments::{booking, calendar, queue as tickets};
    pub use crate::contract::vatra::cases::{applications, handling};
    pub use crate::contract::vatra::catalogue::services;
    pub use crate::contract::vatra::clock::clock;
    pub use crate::contract::vatra::config::{settings, working_days};
    pub use crate::contract::vatra::documents::documents;
    pub use crate::contract::vatra::jobs::queue;
    pub use crate::contract::vatra::log::log;
    pub use crate::contract::vatra::mnotify::messages;
    pub use crate::contract::vatra::mpass::caller;
    pub use crate::contract::vatra::mpay::orders;
    pub use crate::contract::vatra::msign::requests;
    pub use crate::contract::vatra::opendata::acts;
    pub use crate::contract::vatra::random::random;
    pub use crate::contract::vatra::registers::registers;
    pub use crate::contract::vatra::subjects::subjects;
    pub use crate::contract::vatra::tasks::tasks;
    pub use crate::contract::vatra::timers::timers;
    pub use crate::contract::vatra::uploads::uploads;
}

/// What most modules begin with.
pub mod prelude {
    pub use crate::contract::events::exports::vatra::modules::events::{Event, Guest as Events};
    pub use crate::contract::exports::vatra::modules::screens::Guest as Screens;
    pub use crate::contract::jobs::exports::vatra::modules::jobs::{Guest as Jobs, Progress};
    pub use crate::contract::quotes::exports::vatra::modules::quotes::Guest as Quotes;
    pub use crate::contract::vatra::registers::types::{Comparison, Query};
    pub use crate::contract::vatra::types::values::{Date, Denial, EntryRef, Failure, Field, Instant, Sealed, Subject, Value, Violation};
    pub use crate::contract::vatra::view::view::{
        Answer, Block, BoundTable, Button, Chart, Figure, Form, Happening, Input, Item, Link, Outcome, Screen, Table, Tone, Words,
    };
    pub use crate::host::{caller, clock, log, orders, random, registers, subjects, uploads};
    pub use crate::{Bani, Choice, FromValue, Read, field, fields, invalid, plain, words};
    pub use alloc::borrow::ToOwned;
    pub use alloc::boxed::Box;
    pub use alloc::collections::{BTreeMap, BTreeSet};
    pub use alloc::format;
    pub use alloc::string::{String, ToString};
    pub use alloc::vec;
    pub use alloc::vec::Vec;
}

#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: allocator::Bump = allocator::Bump::new();

/// A panic is a trap: the host ends the call, keeps nothing of it and says so.
#[cfg(all(target_arch = "wasm32", not(feature = "std")))]
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}

/// Makes the type, which implements `Screens`, the module.
#[macro_export]
macro_rules! module {
    ($module:ident) => {
        $crate::__export!($module, $crate::prelude::Screens, $crate::contract::export_screens, $crate::border);
    };
}

/// Lets the module, which implements `Events`, hear of what happens outside.
#[macro_export]
macro_rules! events {
    ($module:ident) => {
        $crate::__export!($module, $crate::prelude::Events, $crate::contract::events::export_events, $crate::border);
    };
}

/// Gives the module, which implements `Jobs`, long work in steps.
#[macro_export]
macro_rules! jobs {
    ($module:ident) => {
        $crate::__export!($module, $crate::prelude::Jobs, $crate::contract::jobs::export_jobs, $crate::contract::jobs);
    };
}

/// Lets MPay ask the module, which implements `Quotes`, what is owed right now.
#[macro_export]
macro_rules! quotes {
    ($module:ident) => {
        $crate::__export!($module, $crate::prelude::Quotes, $crate::contract::quotes::export_quotes, $crate::contract::quotes);
    };
}

/// Exports on wasm only: the linkers of other machines do not take the contract's names.
#[doc(hidden)]
#[macro_export]
macro_rules! __export {
    ($module:ident, $trait:path, $export:path, $($types:tt)+) => {
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            use $export as export;
            export!($module with_types_in $($types)+);
        };
        #[cfg(not(target_arch = "wasm32"))]
        const _: fn() = || {
            fn implements<T: $trait>() {}
            implements::<$module>();
        };
    };
}
