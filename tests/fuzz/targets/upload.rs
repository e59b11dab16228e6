//! Fuzzes `vatra_fuzz::upload`.
#![no_main]
#![allow(missing_docs)]

libfuzzer_sys::fuzz_target!(|data: &[u8]| vatra_fuzz::upload(data));
