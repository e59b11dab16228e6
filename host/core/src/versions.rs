//! How far versions are apart.

use semver::Version;
use serde::Serialize;
use std::cmp::Ordering;

/// How far a version is from another.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// A version below.
    Lower,
    /// The same version.
    Same,
    /// The third number is higher, or what follows it.
    Patch,
    /// The second number is higher.
    Minor,
    /// The first number is higher; the second, as long as the first is 0.
    Major,
    /// One of them is not semantic.
    Unknown,
}

impl Step {
    /// From one version to another.
    pub fn between(old: &Version, new: &Version) -> Self {
        match new.cmp_precedence(old) {
            Ordering::Less => Self::Lower,
            Ordering::Equal => Self::Same,
            Ordering::Greater if new.major != old.major => Self::Major,
            // Before 1.0 the second number is the one that breaks.
            Ordering::Greater if new.minor != old.minor && new.major == 0 => Self::Major,
            Ordering::Greater if new.minor != old.minor => Self::Minor,
            Ordering::Greater => Self::Patch,
        }
    }
}
