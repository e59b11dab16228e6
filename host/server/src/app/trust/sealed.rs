//! What the host seals once it has found an approval good: looked at offline at every load, long after certificates and revocation lists have ended.

use serde::{Deserialize, Serialize};
use vatra_core::clock::Instant;
use vatra_core::ids::ApprovalId;

/// An approval that counts.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Sealed {
    /// What was approved, as it was signed.
    pub(crate) text: String,
    /// Why it counts.
    pub(crate) by: SealedBy,
}

/// Why an approval counts.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", rename_all_fields = "kebab-case")]
pub(crate) enum SealedBy {
    /// An administrator or the mayor signed it by MSign.
    Msign {
        /// The detached signature (XAdES), which holds for the digest of the text.
        signature: String,
        /// Who, by name.
        name: String,
        /// When, by the time stamp.
        at: Instant,
    },
    /// It does no more than this approval, which lets such versions follow by themselves.
    Follows {
        /// Which.
        approval: ApprovalId,
    },
    /// A demo's.
    Invented,
}

impl Sealed {
    pub(super) fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
    pub(super) fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }
}
