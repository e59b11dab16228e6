//! Imports a capability of the contract that its manifest does not ask for: payments. It is refused when it is installed.
#![cfg_attr(target_arch = "wasm32", no_std)]

use vatra_guest_kit::*;
use vatra_sdk::contract::vatra::mpay::orders;

struct UnaskedImport;

impl Guest for UnaskedImport {
    fn render(_: String, _: Vec<Field>) -> Result<Screen, Failure> {
        Ok(page([verdict(&orders::standing_of("1"))]))
    }
    fn perform(_: String, _: Vec<Field>) -> Result<Answer, Failure> {
        Ok(done(Vec::new()))
    }
}

module!(UnaskedImport);
