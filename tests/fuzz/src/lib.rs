//! What parses untrusted bytes, as functions of bytes that panic when something does not hold. Fuzzed by
//! `cargo +nightly fuzz run --fuzz-dir tests/fuzz --features libfuzzer TARGET`; the corpora are replayed by the tests of every build.

mod filters;
mod manifests;
mod packages;
#[cfg(feature = "uploads")]
mod tables;
mod values;
mod views;

pub use filters::filters;
pub use manifests::manifest;
pub use packages::package;
#[cfg(feature = "uploads")]
pub use tables::upload;
pub use views::view;

/// A function of bytes.
pub type Target = fn(&[u8]);

/// Every function, by the name of its corpus.
pub const TARGETS: &[(&str, Target)] = &[
    ("filters", filters),
    ("manifest", manifest),
    ("package", package),
    #[cfg(feature = "uploads")]
    ("upload", upload),
    ("view", view),
];
