//! Judging signatures over digests.

use super::{Hash, SIGNED_PROPERTIES, WHAT, XADES};
use crate::{Certificate, Purpose, Refusal, Trust, Valid, oid, signature, stamp};
use chrono::{DateTime, Utc};
use vatra_xmlsec::Accepts;
use vatra_xmlsec::names::{DS, EXC_C14N, RSA_SHA1, RSA_SHA256, SHA1, SHA256};
use vatra_xmlsec::xml::{Element, Limits, Xml};

fn unreadable(_: vatra_xmlsec::Refusal) -> Refusal {
    WHAT
}

/// Verifies a signature over a content of this digest. Nothing in the signature is looked up: every part has its place, or it is refused.
///
/// # Errors
/// Why the signature does not count.
pub fn verify(text: &str, hash: &Hash, accepts: Accepts, trust: &Trust, now: DateTime<Utc>) -> Result<Valid, Refusal> {
    hash.allowed(accepts)?;
    let xml = Xml::parse(text, &Limits::SOAP).map_err(unreadable)?;
    let parts = read(xml.root().map_err(unreadable)?).map_err(unreadable)?;

    let certificates = parts.certificates.iter().map(|der| Certificate::from_der(der)).collect::<Result<Vec<_>, _>>()?;
    if parts.certificate_digest.0 != SHA256 {
        return Err(if parts.certificate_digest.0 == SHA1 { Refusal::WeakDigest } else { Refusal::Algorithm });
    }
    let signer = certificates.iter().find(|one| one.fingerprint().as_slice() == parts.certificate_digest.1);
    let signer = signer.ok_or(if certificates.is_empty() { Refusal::NoCertificate } else { Refusal::CertificateNotBound })?;
    match parts.method {
        RSA_SHA256 => {}
        RSA_SHA1 => return Err(Refusal::WeakDigest),
        _ => return Err(Refusal::Algorithm),
    }
    let key = &signer.parsed().tbs_certificate.subject_public_key_info;
    signature::holds(key, oid::RSA_SHA256, None, &parts.signed_info.canonical().map_err(unreadable)?, &parts.value)?;

    let properties = parts.properties.canonical().map_err(unreadable)?;
    if parts.properties_digest.0 != SHA256 {
        return Err(Refusal::Algorithm);
    }
    let (method, digest) = hash.parts();
    if parts.content_digest != (method, digest.to_vec()) || signature::digest(oid::SHA256, &[&properties])? != parts.properties_digest.1 {
        return Err(Refusal::Changed);
    }
    let token = parts.stamp.as_ref().ok_or(Refusal::NoTimeStamp)?;
    let stamp = stamp::verify(token, &parts.stamped.canonical().map_err(unreadable)?, trust, now)?;
    trust.check(signer, Purpose::Documents, &certificates, &[], stamp.at, now)?;
    Ok(Valid { signer: signer.clone(), signed_at: stamp.at, stamped_by: stamp.authority })
}

/// A digest with its algorithm.
type Digest<'d> = (&'d str, Vec<u8>);

struct Parts<'d> {
    signed_info: Element<'d>,
    method: &'d str,
    content_digest: Digest<'d>,
    properties_digest: Digest<'d>,
    value: Vec<u8>,
    /// The element that the time stamp is about.
    stamped: Element<'d>,
    certificates: Vec<Vec<u8>>,
    properties: Element<'d>,
    certificate_digest: Digest<'d>,
    stamp: Option<Vec<u8>>,
}

type Read<T> = Result<T, vatra_xmlsec::Refusal>;

fn wrong(what: &'static str) -> vatra_xmlsec::Refusal {
    vatra_xmlsec::Refusal::Malformed(what)
}

fn read(signature: Element<'_>) -> Read<Parts<'_>> {
    const SIGNATURE: &str = "Signature";
    if !signature.is(DS, SIGNATURE) {
        return Err(vatra_xmlsec::Refusal::NotSigned);
    }
    let id = signature.attribute("Id").ok_or(wrong(SIGNATURE))?;
    let mut parts = signature.sequence(SIGNATURE)?;
    let signed_info = parts.required(DS, "SignedInfo")?;
    let stamped = parts.required(DS, "SignatureValue")?;
    let key_info = parts.required(DS, "KeyInfo")?;
    let object = parts.required(DS, "Object")?;
    parts.end()?;

    let mut parts = signed_info.sequence("SignedInfo")?;
    exclusive(parts.required(DS, "CanonicalizationMethod")?)?;
    let method = parts.required(DS, "SignatureMethod")?.attribute("Algorithm").ok_or(wrong("SignatureMethod"))?;
    let (first, second) = (parts.required(DS, "Reference")?, parts.required(DS, "Reference")?);
    parts.end()?;
    let of_properties = |found: &Element<'_>| found.attribute("Type") == Some(SIGNED_PROPERTIES);
    let (content, properties) = match (of_properties(&first), of_properties(&second)) {
        (false, true) => (first, second),
        (true, false) => (second, first),
        _ => return Err(wrong("Reference")),
    };

    let mut parts = object.sequence("Object")?;
    let qualifying = parts.required(XADES, "QualifyingProperties")?;
    parts.end()?;
    if qualifying.attribute("Target").and_then(|target| target.strip_prefix('#')) != Some(id) {
        return Err(wrong("QualifyingProperties"));
    }
    let mut parts = qualifying.sequence("QualifyingProperties")?;
    let signed = parts.required(XADES, "SignedProperties")?;
    let stamp = parts.optional(XADES, "UnsignedProperties").map(time_stamp).transpose()?;
    parts.end()?;
    let named = properties.attribute("URI").and_then(|uri| uri.strip_prefix('#')).ok_or(wrong("Reference"))?;
    if named.is_empty() || signed.attribute("Id") != Some(named) {
        return Err(wrong("SignedProperties"));
    }
    // The content is not in the document: a reference into it, or a transform, would make another statement.
    if content.attribute("URI").is_none_or(|uri| uri.is_empty() || uri.starts_with('#')) {
        return Err(wrong("Reference"));
    }
    Ok(Parts {
        signed_info,
        method,
        content_digest: digest(content, false)?,
        properties_digest: digest(properties, true)?,
        value: stamped.base64("SignatureValue")?,
        stamped,
        certificates: certificates(key_info)?,
        properties: signed,
        certificate_digest: certificate_digest(signed)?,
        stamp,
    })
}

fn exclusive(method: Element<'_>) -> Read<()> {
    method.sequence("CanonicalizationMethod")?.end()?;
    if method.attribute("Algorithm") == Some(EXC_C14N) { Ok(()) } else { Err(wrong("CanonicalizationMethod")) }
}

fn digest(reference: Element<'_>, canonical: bool) -> Read<Digest<'_>> {
    let mut parts = reference.sequence("Reference")?;
    if canonical {
        let mut transforms = parts.required(DS, "Transforms")?.sequence("Transforms")?;
        exclusive(transforms.required(DS, "Transform")?)?;
        transforms.end()?;
    }
    let method = parts.required(DS, "DigestMethod")?.attribute("Algorithm").ok_or(wrong("DigestMethod"))?;
    let value = parts.required(DS, "DigestValue")?.base64("DigestValue")?;
    parts.end()?;
    Ok((method, value))
}

fn certificates(key_info: Element<'_>) -> Read<Vec<Vec<u8>>> {
    let data = key_info.elements().filter(|found| found.is(DS, "X509Data")).flat_map(Element::elements);
    data.filter(|found| found.is(DS, "X509Certificate")).map(|found| found.base64("X509Certificate")).collect()
}

/// The digest of the signer's certificate: the first that is named.
fn certificate_digest(properties: Element<'_>) -> Read<Digest<'_>> {
    let mut parts = properties.sequence("SignedProperties")?.required(XADES, "SignedSignatureProperties")?.sequence("SignedProperties")?;
    parts.optional(XADES, "SigningTime");
    let mut named = parts.required(XADES, "SigningCertificateV2")?.sequence("SigningCertificateV2")?;
    let mut parts = named.required(XADES, "Cert")?.sequence("Cert")?.required(XADES, "CertDigest")?.sequence("CertDigest")?;
    let method = parts.required(DS, "DigestMethod")?.attribute("Algorithm").ok_or(wrong("DigestMethod"))?;
    Ok((method, parts.required(DS, "DigestValue")?.base64("DigestValue")?))
}

/// The token of the first `SignatureTimeStamp`.
fn time_stamp(unsigned: Element<'_>) -> Read<Vec<u8>> {
    let mut parts =
        unsigned.sequence("UnsignedProperties")?.required(XADES, "UnsignedSignatureProperties")?.sequence("UnsignedProperties")?;
    let mut stamp = parts.required(XADES, "SignatureTimeStamp")?.sequence("SignatureTimeStamp")?;
    exclusive(stamp.required(DS, "CanonicalizationMethod")?)?;
    stamp.required(XADES, "EncapsulatedTimeStamp")?.base64("EncapsulatedTimeStamp")
}
