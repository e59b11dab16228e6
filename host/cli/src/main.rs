//! The vatra command.
fn main() {}
