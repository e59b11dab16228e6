//! Imports an interface that no host offers: the process's environment, by WASI's name. It is refused when it is installed.
#![cfg_attr(target_arch = "wasm32", no_std)]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // generated bindings

extern crate alloc;

use vatra_guest_kit::*;

mod environment {
    wit_bindgen::generate!({
        inline: "
            package wasi:cli@0.2.0;
            interface environment { get-environment: func() -> list<tuple<string, string>>; }
            world outside { import environment; }
        ",
        world: "outside",
    });
    pub(crate) use wasi::cli::environment::get_environment;
}

struct UndeclaredImport;

impl Guest for UndeclaredImport {
    fn render(_: String, _: Vec<Field>) -> Result<Screen, Failure> {
        Ok(page(environment::get_environment().into_iter().map(|(name, _)| name)))
    }
    fn perform(_: String, _: Vec<Field>) -> Result<Answer, Failure> {
        Ok(done(Vec::new()))
    }
}

module!(UndeclaredImport);
