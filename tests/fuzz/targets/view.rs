//! Fuzzes `vatra_fuzz::view`.
#![no_main]
#![allow(missing_docs)]

libfuzzer_sys::fuzz_target!(|data: &[u8]| vatra_fuzz::view(data));
