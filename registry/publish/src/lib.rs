//! Packages on their way out of an author's hands and into a host's: made into artefacts and signed ([`Local`]), pushed ([`publish()`]) or put into a
//! bundle that travels without a network ([`bundle`]), fetched from wherever they are with every digest checked ([`fetch()`]), searched for
//! ([`search()`]).
//!
//! Knows neither hosts nor municipalities: whether what was fetched is run is theirs to say.

pub mod bundle;
pub mod fetch;
pub mod local;
pub mod parts;
pub mod problem;
pub mod publish;
pub mod search;

pub use fetch::{Fetched, Origin, fetch};
pub use local::Local;
pub use parts::Parts;
pub use problem::Problem;
pub use publish::{Published, Step, publish};
pub use search::{Found, search};

/// The most signatures of one package that are read.
pub const MOST_SIGNATURES: usize = 16;

/// The most lists of parts of one package that are read.
pub const MOST_LISTS: usize = 4;

use vatra_distribution::artifact::Limits;

/// What is too much of a signature, in place of what is too much of any referrer.
pub(crate) fn of_signatures(limits: &Limits) -> Limits {
    Limits { referrer: limits.referrer.min(vatra_trust::envelope::MAX_BYTES as u64), ..*limits }
}
