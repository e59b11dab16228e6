//! Making CMS signatures with SHA-256 and RSA.

use super::{CertificateId, SigningCertificate, bare};
use crate::{Certificate, SignError, oid, signature};
use cms::cert::{CertificateChoices, IssuerAndSerialNumber};
use cms::content_info::{CmsVersion, ContentInfo};
use cms::signed_data::{CertificateSet, EncapsulatedContentInfo, SignedData, SignerIdentifier, SignerInfo, SignerInfos};
use der::asn1::{ObjectIdentifier, OctetString, SetOfVec};
use der::{Any, Encode, Tag};
use vatra_xmlsec::{SigningKey, Suite};
use x509_cert::attr::{Attribute, Attributes};
use x509_cert::spki::AlgorithmIdentifierOwned;

/// What is signed.
pub(crate) enum Content<'a> {
    /// Kept elsewhere, in parts that follow each other.
    Detached(&'a [&'a [u8]]),
    /// A time stamp's `TSTInfo`, carried along.
    StampInfo(&'a [u8]),
}

/// A signature that attributes can still be added to.
pub(crate) struct Signed {
    data: SignedData,
    signer: SignerInfo,
}

const FAILED: SignError = SignError::Writing("the signature");

fn attribute(oid: ObjectIdentifier, value: Any) -> Result<Attribute, SignError> {
    Ok(Attribute { oid, values: SetOfVec::try_from(vec![value]).map_err(|_| FAILED)? })
}

/// Signs with SHA-256 and PKCS #1 v1.5; `chain` are the authorities' certificates to carry along.
pub(crate) fn sign(content: &Content<'_>, key: &SigningKey, chain: &[Certificate]) -> Result<Signed, SignError> {
    let failed = |_: der::Error| FAILED;
    let own = Certificate::from_der(key.certificate().der())?;
    let (kind, digest) = match content {
        Content::Detached(parts) => (oid::DATA, signature::digest(oid::SHA256, parts)?),
        Content::StampInfo(info) => (oid::TST_INFO, signature::digest(oid::SHA256, &[info])?),
    };
    let econtent = match content {
        Content::Detached(_) => None,
        Content::StampInfo(info) => Some(Any::new(Tag::OctetString, *info).map_err(failed)?),
    };
    let id = CertificateId { hash_algorithm: None, hash: OctetString::new(own.fingerprint()).map_err(failed)?, issuer_serial: None };
    let named = SigningCertificate { certificates: vec![id], policies: None };
    let attributes: Attributes = SetOfVec::try_from(vec![
        attribute(oid::CONTENT_TYPE, Any::encode_from(&kind).map_err(failed)?)?,
        attribute(oid::MESSAGE_DIGEST, Any::new(Tag::OctetString, digest).map_err(failed)?)?,
        attribute(oid::SIGNING_CERTIFICATE_V2, Any::encode_from(&named).map_err(failed)?)?,
    ])
    .map_err(failed)?;
    let made = key.sign(Suite::RsaSha256, &attributes.to_der().map_err(failed)?)?;
    let facts = &own.parsed().tbs_certificate;
    let issuer = IssuerAndSerialNumber { issuer: facts.issuer.clone(), serial_number: facts.serial_number.clone() };
    let signer = SignerInfo {
        version: CmsVersion::V1,
        sid: SignerIdentifier::IssuerAndSerialNumber(issuer),
        digest_alg: bare(oid::SHA256),
        signed_attrs: Some(attributes),
        signature_algorithm: AlgorithmIdentifierOwned { oid: oid::RSA_SHA256, parameters: Some(Any::null()) },
        signature: OctetString::new(made).map_err(failed)?,
        unsigned_attrs: None,
    };
    let certificates = std::iter::once(&own).chain(chain.iter().filter(|one| **one != own));
    let certificates = certificates.map(|one| CertificateChoices::Certificate(one.parsed().clone())).collect::<Vec<_>>();
    let data = SignedData {
        version: if kind == oid::DATA { CmsVersion::V1 } else { CmsVersion::V3 },
        digest_algorithms: SetOfVec::try_from(vec![bare(oid::SHA256)]).map_err(failed)?,
        encap_content_info: EncapsulatedContentInfo { econtent_type: kind, econtent },
        certificates: Some(CertificateSet::try_from(certificates).map_err(failed)?),
        crls: None,
        signer_infos: SignerInfos(SetOfVec::new()),
    };
    Ok(Signed { data, signer })
}

impl Signed {
    /// What a time stamp of the signature is about.
    pub(crate) fn value(&self) -> &[u8] {
        self.signer.signature.as_bytes()
    }

    /// Adds the time stamp of the signature, where nothing is signed.
    pub(crate) fn stamp(&mut self, token: &[u8]) -> Result<(), SignError> {
        let token = der::Decode::from_der(token).map_err(|_| FAILED)?;
        let attributes = SetOfVec::try_from(vec![attribute(oid::TIME_STAMP_TOKEN, token)?]).map_err(|_| FAILED)?;
        self.signer.unsigned_attrs = Some(attributes);
        Ok(())
    }

    /// The whole in DER.
    pub(crate) fn to_der(&self) -> Result<Vec<u8>, SignError> {
        let mut data = self.data.clone();
        data.signer_infos = SignerInfos::try_from(vec![self.signer.clone()]).map_err(|_| FAILED)?;
        let content = Any::encode_from(&data).map_err(|_| FAILED)?;
        ContentInfo { content_type: oid::SIGNED_DATA, content }.to_der().map_err(|_| FAILED)
    }
}
