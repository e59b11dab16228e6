//! XML signatures as our profiles use them, and no others: exclusive C14N, RSA, references within the document, one shape of each.

mod read;
mod sign;
mod verify;

pub use sign::SignError;
pub(crate) use sign::{Part, enveloped, over};
pub(crate) use verify::{Offered, Verified, verify};

use crate::Refusal;
use crate::names::{RSA_SHA1, RSA_SHA256, SHA1, SHA256};
use crate::trust::Trust;
use crate::xml::Element;
use aws_lc_rs::digest;
use bergshamra_c14n::{C14nMode, canonicalize_doc};
use bergshamra_xml::NodeSet;
use chrono::{DateTime, Utc};
use std::fmt;

/// A signature algorithm together with its digest algorithm; they are never mixed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Suite {
    /// RSA-SHA256 over SHA-256.
    RsaSha256,
    /// RSA-SHA1 over SHA-1: only where a contract publishes it.
    RsaSha1,
}

impl Suite {
    pub(crate) fn signature_uri(self) -> &'static str {
        match self {
            Suite::RsaSha256 => RSA_SHA256,
            Suite::RsaSha1 => RSA_SHA1,
        }
    }

    pub(crate) fn digest_uri(self) -> &'static str {
        match self {
            Suite::RsaSha256 => SHA256,
            Suite::RsaSha1 => SHA1,
        }
    }

    pub(crate) fn digest(self, bytes: &[u8]) -> Vec<u8> {
        let algorithm = match self {
            Suite::RsaSha256 => &digest::SHA256,
            Suite::RsaSha1 => &digest::SHA1_FOR_LEGACY_USE_ONLY,
        };
        digest::digest(algorithm, bytes).as_ref().to_vec()
    }
}

/// Which suites a profile accepts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Accepts {
    /// RSA-SHA256 alone.
    Sha256,
    /// RSA-SHA1 as well: MPay, MSign and MConnect while their contracts publish it and the operator has not switched it off.
    Sha1Too,
}

impl Accepts {
    fn suite(self, uri: &str) -> Option<Suite> {
        match (uri, self) {
            (RSA_SHA256, _) => Some(Suite::RsaSha256),
            (RSA_SHA1, Accepts::Sha1Too) => Some(Suite::RsaSha1),
            _ => None,
        }
    }
}

/// By what a signature is judged.
#[derive(Clone, Copy)]
pub struct Policy<'p> {
    /// Whose signatures count.
    pub trust: &'p dyn Trust,
    /// Which algorithms.
    pub accepts: Accepts,
    /// When.
    pub now: DateTime<Utc>,
}

impl fmt::Debug for Policy<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Policy").field("accepts", &self.accepts).field("now", &self.now).finish_non_exhaustive()
    }
}

/// The octets that are signed of an element: exclusive C14N without comments, and without one element inside it (its own signature).
pub(crate) fn canonical(element: Element<'_>, without: Option<Element<'_>>, prefixes: &[String]) -> Result<Vec<u8>, Refusal> {
    let document = element.document();
    let mut nodes = NodeSet::tree_without_comments(element.id(), document);
    if let Some(without) = without {
        nodes.remove_id(without.id());
        for inside in document.descendants(without.id()) {
            nodes.remove_id(inside);
        }
    }
    canonicalize_doc(document, C14nMode::Exclusive, Some(&nodes), prefixes).map_err(|_| Refusal::NotWellFormed)
}
