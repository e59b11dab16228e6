//! What a Rust module is written with: bindings, builders, a bump allocator.
