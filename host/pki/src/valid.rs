//! What is known of a signature that counts.

use crate::Certificate;
use chrono::{DateTime, Utc};

/// A signature that counts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Valid {
    /// Who signed.
    pub signer: Certificate,
    /// When, by the time stamp.
    pub signed_at: DateTime<Utc>,
    /// Who stamped.
    pub stamped_by: Certificate,
}
