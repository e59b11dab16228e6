//! Signatures over digests: XAdES-B-T (ETSI EN 319 132-1), in the one shape that is made and read here.
//!
//! A `ds:Signature` with two references: the content, of which only the digest is known, and the signed properties. Everything but the content's
//! digest is SHA-256; canonical forms are exclusive. Signing is three steps, as for documents.

mod sign;
mod verify;

pub use sign::{Unstamped, sign};
pub use verify::verify;

use crate::Refusal;
use vatra_xmlsec::{Accepts, names};

const XADES: &str = "http://uri.etsi.org/01903/v1.3.2#";
const SIGNED_PROPERTIES: &str = "http://uri.etsi.org/01903#SignedProperties";
/// The content's reference: it is nowhere to be had, whoever verifies brings its digest.
const CONTENT: &str = "urn:x-content";
const WHAT: Refusal = Refusal::Unreadable("the signature");

/// The digest of a content.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Hash {
    /// What MSign's contract publishes: the only place for SHA-1, and only with [`Accepts::Sha1Too`].
    Sha1([u8; 20]),
    /// SHA-256.
    Sha256([u8; 32]),
}

impl Hash {
    /// A digest by its length, as MSign's contract carries it.
    ///
    /// # Errors
    /// [`Refusal::WeakDigest`] for SHA-1 when it is switched off, [`Refusal::Unreadable`] for other lengths.
    pub fn from_bytes(bytes: &[u8], accepts: Accepts) -> Result<Hash, Refusal> {
        let short = <[u8; 20]>::try_from(bytes).map(Hash::Sha1);
        let hash = short.or_else(|_| <[u8; 32]>::try_from(bytes).map(Hash::Sha256)).map_err(|_| Refusal::Unreadable("the digest"))?;
        hash.allowed(accepts)?;
        Ok(hash)
    }

    fn allowed(&self, accepts: Accepts) -> Result<(), Refusal> {
        if matches!(self, Hash::Sha1(_)) && accepts != Accepts::Sha1Too { Err(Refusal::WeakDigest) } else { Ok(()) }
    }

    fn parts(&self) -> (&'static str, &[u8]) {
        match self {
            Hash::Sha1(bytes) => (names::SHA1, bytes),
            Hash::Sha256(bytes) => (names::SHA256, bytes),
        }
    }
}
