//! Digests and signatures by their identifiers. What is not listed here is not accepted.

use crate::{Refusal, oid};
use aws_lc_rs::digest::{self, Context};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA384_ASN1, ECDSA_P256_SHA512_ASN1, ECDSA_P384_SHA256_ASN1, ECDSA_P384_SHA384_ASN1,
    ECDSA_P384_SHA512_ASN1, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512, UnparsedPublicKey,
    VerificationAlgorithm,
};
use der::asn1::ObjectIdentifier;
use x509_cert::spki::SubjectPublicKeyInfoOwned;

const MD5: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.2.5");

fn algorithm(of: ObjectIdentifier) -> Result<&'static digest::Algorithm, Refusal> {
    match of {
        oid::SHA256 => Ok(&digest::SHA256),
        oid::SHA384 => Ok(&digest::SHA384),
        oid::SHA512 => Ok(&digest::SHA512),
        oid::SHA1 | MD5 => Err(Refusal::WeakDigest),
        _ => Err(Refusal::Algorithm),
    }
}

/// The digest of parts that follow each other.
pub(crate) fn digest(of: ObjectIdentifier, parts: &[&[u8]]) -> Result<Vec<u8>, Refusal> {
    let mut context = Context::new(algorithm(of)?);
    for part in parts {
        context.update(part);
    }
    Ok(context.finish().as_ref().to_vec())
}

/// Whether this public key made this signature over this message. `hash` is what stands beside the signature algorithm, in CMS.
pub(crate) fn holds(
    key: &SubjectPublicKeyInfoOwned,
    algorithm: ObjectIdentifier,
    hash: Option<ObjectIdentifier>,
    message: &[u8],
    signature: &[u8],
) -> Result<(), Refusal> {
    let (family, named) = match algorithm {
        oid::RSA => (oid::RSA, hash.ok_or(Refusal::Algorithm)?),
        oid::RSA_SHA256 => (oid::RSA, oid::SHA256),
        oid::RSA_SHA384 => (oid::RSA, oid::SHA384),
        oid::RSA_SHA512 => (oid::RSA, oid::SHA512),
        oid::ECDSA_SHA256 => (oid::EC, oid::SHA256),
        oid::ECDSA_SHA384 => (oid::EC, oid::SHA384),
        oid::ECDSA_SHA512 => (oid::EC, oid::SHA512),
        oid::RSA_SHA1 | oid::ECDSA_SHA1 => return Err(Refusal::WeakDigest),
        _ => return Err(Refusal::Algorithm),
    };
    if hash.is_some_and(|hash| hash != named) {
        return Err(Refusal::Algorithm);
    }
    let curve = key.algorithm.parameters.as_ref().and_then(|given| given.decode_as::<ObjectIdentifier>().ok());
    let verifier: &'static dyn VerificationAlgorithm = match (family, key.algorithm.oid, curve, named) {
        (oid::RSA, oid::RSA, _, oid::SHA256) => &RSA_PKCS1_2048_8192_SHA256,
        (oid::RSA, oid::RSA, _, oid::SHA384) => &RSA_PKCS1_2048_8192_SHA384,
        (oid::RSA, oid::RSA, _, oid::SHA512) => &RSA_PKCS1_2048_8192_SHA512,
        (oid::EC, oid::EC, Some(oid::P256), oid::SHA256) => &ECDSA_P256_SHA256_ASN1,
        (oid::EC, oid::EC, Some(oid::P256), oid::SHA384) => &ECDSA_P256_SHA384_ASN1,
        (oid::EC, oid::EC, Some(oid::P256), oid::SHA512) => &ECDSA_P256_SHA512_ASN1,
        (oid::EC, oid::EC, Some(oid::P384), oid::SHA256) => &ECDSA_P384_SHA256_ASN1,
        (oid::EC, oid::EC, Some(oid::P384), oid::SHA384) => &ECDSA_P384_SHA384_ASN1,
        (oid::EC, oid::EC, Some(oid::P384), oid::SHA512) => &ECDSA_P384_SHA512_ASN1,
        (_, _, _, oid::SHA1 | MD5) => return Err(Refusal::WeakDigest),
        _ => return Err(Refusal::Algorithm),
    };
    let public = UnparsedPublicKey::new(verifier, key.subject_public_key.raw_bytes());
    public.verify(message, signature).map_err(|_| Refusal::Signature)
}
