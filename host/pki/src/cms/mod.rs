//! CMS signatures (RFC 5652) with one signer, in the shape that CAdES demands: content type, digest and signing certificate are signed too.

mod sign;
mod verify;

pub(crate) use sign::{Content, Signed, sign};
pub(crate) use verify::{Checked, verify};

use der::asn1::{ObjectIdentifier, OctetString};
use der::{Any, Sequence};
use x509_cert::spki::AlgorithmIdentifierOwned;

/// `ESSCertIDv2` (RFC 5035, section 4). A missing algorithm means SHA-256; the issuer and serial number are redundant beside the digest.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub(crate) struct CertificateId {
    pub(crate) hash_algorithm: Option<AlgorithmIdentifierOwned>,
    pub(crate) hash: OctetString,
    pub(crate) issuer_serial: Option<Any>,
}

/// `SigningCertificateV2` (RFC 5035, section 3): the first is the signer's.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub(crate) struct SigningCertificate {
    pub(crate) certificates: Vec<CertificateId>,
    pub(crate) policies: Option<Any>,
}

/// An algorithm without parameters: what RFC 5754 recommends for SHA-2.
pub(crate) fn bare(oid: ObjectIdentifier) -> AlgorithmIdentifierOwned {
    AlgorithmIdentifierOwned { oid, parameters: None }
}
