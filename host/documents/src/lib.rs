//! Documents: PDFs made from typst templates by worker processes, and the store of their bytes.
//!
//! The host speaks to workers through [`Renderer`]; the program on the other side is the crate in `worker/`, so that the host links no
//! typesetter. What both sides say to each other is in [`job`] and [`message`].

#[cfg(feature = "host")]
pub mod blobs;
pub mod code;
pub mod job;
pub mod message;
#[cfg(feature = "host")]
mod pool;
#[cfg(feature = "host")]
mod turns;
#[cfg(feature = "host")]
pub mod values;
#[cfg(feature = "host")]
mod worker;

#[cfg(feature = "host")]
pub use pool::{Renderer, Settings};
