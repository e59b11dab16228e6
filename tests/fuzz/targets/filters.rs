//! Fuzzes `vatra_fuzz::filters`.
#![no_main]
#![allow(missing_docs)]

libfuzzer_sys::fuzz_target!(|data: &[u8]| vatra_fuzz::filters(data));
