//! Checking CMS signatures: one signer, everything of the shape that CAdES demands.

use super::SigningCertificate;
use crate::{Certificate, Refusal, RevocationList, oid, signature};
use aws_lc_rs::digest;
use cms::cert::CertificateChoices;
use cms::content_info::ContentInfo;
use cms::revocation::RevocationInfoChoice;
use cms::signed_data::{SignedData, SignerIdentifier, SignerInfo};
use der::asn1::ObjectIdentifier;
use der::{Any, Decode, Encode, Reader, SliceReader, Tag, Tagged};
use x509_cert::attr::Attributes;
use x509_cert::ext::pkix::SubjectKeyIdentifier;

/// A signature that holds, of a signer of whom nothing is known yet.
pub(crate) struct Checked {
    pub(crate) signer: Certificate,
    /// Other certificates and lists that came along.
    pub(crate) given: Vec<Certificate>,
    pub(crate) lists: Vec<RevocationList>,
    /// The content, when it came along.
    pub(crate) content: Option<Vec<u8>>,
    /// What a time stamp of the signature is about.
    pub(crate) value: Vec<u8>,
    /// The time-stamp token, not yet looked at.
    pub(crate) stamp: Option<Vec<u8>>,
}

const WHAT: Refusal = Refusal::Unreadable("the signature");

/// Checks a signature (zero bytes may follow it) over a content of this kind: `detached` in parts, or its own.
pub(crate) fn verify(der: &[u8], kind: ObjectIdentifier, detached: Option<&[&[u8]]>) -> Result<Checked, Refusal> {
    let mut reader = SliceReader::new(der).map_err(|_| WHAT)?;
    let whole = ContentInfo::decode(&mut reader).map_err(|_| WHAT)?;
    let rest = reader.read_slice(reader.remaining_len()).map_err(|_| WHAT)?;
    if whole.content_type != oid::SIGNED_DATA || rest.iter().any(|byte| *byte != 0) {
        return Err(WHAT);
    }
    let data: SignedData = whole.content.decode_as().map_err(|_| WHAT)?;
    let [info] = data.signer_infos.0.as_slice() else { return Err(WHAT) };
    let content = match (&data.encap_content_info.econtent, detached) {
        (None, Some(_)) => None,
        (Some(own), None) if own.tag() == Tag::OctetString => Some(own.value().to_vec()),
        _ => return Err(WHAT),
    };
    if data.encap_content_info.econtent_type != kind {
        return Err(WHAT);
    }
    let own = content.as_deref().map_or_else(Vec::new, |own| vec![own]);
    let parts = detached.unwrap_or(&own);

    let certificates = data.certificates.iter().flat_map(|set| set.0.iter()).filter_map(|one| match one {
        CertificateChoices::Certificate(found) => Some(Certificate::from_parsed(found)),
        CertificateChoices::Other(_) => None,
    });
    let mut given = certificates.collect::<Result<Vec<_>, _>>()?;
    let place = given.iter().position(|one| names(&info.sid, one)).ok_or(Refusal::NoCertificate)?;
    let signer = given.swap_remove(place);

    let signed = info.signed_attrs.as_ref().ok_or(WHAT)?;
    let named = one(signed, oid::CONTENT_TYPE)?.ok_or(WHAT)?.decode_as::<ObjectIdentifier>().map_err(|_| WHAT)?;
    let digest = one(signed, oid::MESSAGE_DIGEST)?.filter(|value| value.tag() == Tag::OctetString).ok_or(WHAT)?;
    if named != kind {
        return Err(WHAT);
    }
    if signature::digest(info.digest_alg.oid, parts)? != digest.value() {
        return Err(Refusal::Changed);
    }
    let message = signed.to_der().map_err(|_| WHAT)?;
    let key = &signer.parsed().tbs_certificate.subject_public_key_info;
    signature::holds(key, info.signature_algorithm.oid, Some(info.digest_alg.oid), &message, info.signature.as_bytes())?;
    bound(signed, &signer, kind)?;

    Ok(Checked { value: info.signature.as_bytes().to_vec(), stamp: stamp(info)?, lists: lists(&data), signer, given, content })
}

/// The only value of an attribute that may stand there once.
fn one(attributes: &Attributes, kind: ObjectIdentifier) -> Result<Option<&Any>, Refusal> {
    let mut found = attributes.iter().filter(|attribute| attribute.oid == kind);
    let Some(attribute) = found.next() else { return Ok(None) };
    match (attribute.values.as_slice(), found.next()) {
        ([value], None) => Ok(Some(value)),
        _ => Err(WHAT),
    }
}

fn names(id: &SignerIdentifier, certificate: &Certificate) -> bool {
    let facts = &certificate.parsed().tbs_certificate;
    match id {
        SignerIdentifier::IssuerAndSerialNumber(found) => found.issuer == facts.issuer && found.serial_number == facts.serial_number,
        SignerIdentifier::SubjectKeyIdentifier(found) => {
            matches!(facts.get::<SubjectKeyIdentifier>(), Ok(Some((_, own))) if own == *found)
        }
    }
}

/// The signature says under its own protection which certificate is its signer's; so no other one with the same key can be put in its place.
/// Authorities of RFC 3161 say it by SHA-1 as that RFC demands: what it would take is a second certificate of the same digest and the same key.
fn bound(signed: &Attributes, signer: &Certificate, kind: ObjectIdentifier) -> Result<(), Refusal> {
    const UNBOUND: Refusal = Refusal::CertificateNotBound;
    let (value, first) = match one(signed, oid::SIGNING_CERTIFICATE_V2)? {
        Some(value) => (value, oid::SHA256),
        None if kind == oid::TST_INFO => (one(signed, oid::SIGNING_CERTIFICATE)?.ok_or(UNBOUND)?, oid::SHA1),
        None => return Err(UNBOUND),
    };
    let named: SigningCertificate = value.decode_as().map_err(|_| UNBOUND)?;
    let named = named.certificates.first().ok_or(UNBOUND)?;
    let digest = match &named.hash_algorithm {
        None if first == oid::SHA1 => digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, signer.der()).as_ref().to_vec(),
        given => signature::digest(given.as_ref().map_or(first, |given| given.oid), &[signer.der()])?,
    };
    if digest == named.hash.as_bytes() { Ok(()) } else { Err(UNBOUND) }
}

fn stamp(info: &SignerInfo) -> Result<Option<Vec<u8>>, Refusal> {
    let Some(attributes) = &info.unsigned_attrs else { return Ok(None) };
    one(attributes, oid::TIME_STAMP_TOKEN)?.map(|token| token.to_der().map_err(|_| WHAT)).transpose()
}

/// Lists that cannot be used are passed over: others may speak of the certificate.
fn lists(data: &SignedData) -> Vec<RevocationList> {
    let all = data.crls.iter().flat_map(|set| set.0.iter());
    let found = all.filter_map(|one| match one {
        RevocationInfoChoice::Crl(list) => list.to_der().ok(),
        RevocationInfoChoice::Other(_) => None,
    });
    found.filter_map(|der| RevocationList::from_der(&der).ok()).collect()
}
