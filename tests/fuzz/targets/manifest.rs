//! Fuzzes `vatra_fuzz::manifest`.
#![no_main]
#![allow(missing_docs)]

libfuzzer_sys::fuzz_target!(|data: &[u8]| vatra_fuzz::manifest(data));
