//! The trivial module: says what it was told. It counts its calls in memory that would survive if an instance did: the count is always 1.
#![cfg_attr(target_arch = "wasm32", no_std)]

use core::sync::atomic::{AtomicU32, Ordering};
use vatra_guest_kit::*;

/// Calls that this memory has seen.
static CALLS: AtomicU32 = AtomicU32::new(0);

struct Echo;

impl Guest for Echo {
    fn render(_: String, parameters: Vec<Field>) -> Result<Screen, Failure> {
        let calls = CALLS.fetch_add(1, Ordering::Relaxed) + 1;
        Ok(page([given_text(&parameters, "text").into(), format!("calls: {calls}")]))
    }
    fn perform(_: String, inputs: Vec<Field>) -> Result<Answer, Failure> {
        let calls = CALLS.fetch_add(1, Ordering::Relaxed) + 1;
        Ok(done([text("text", given_text(&inputs, "text")), field("calls", Value::Integer(calls.into()))].into()))
    }
}

module!(Echo);
