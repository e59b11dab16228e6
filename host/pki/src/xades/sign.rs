//! Making signatures over digests.

use super::{CONTENT, Hash, SIGNED_PROPERTIES, XADES};
use crate::{Certificate, Refusal, SignError, oid, signature};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, SecondsFormat, Utc};
use vatra_xmlsec::names::{DS, EXC_C14N, RSA_SHA256, SHA256};
use vatra_xmlsec::xml::{Limits, Xml};
use vatra_xmlsec::{Accepts, SigningKey, Suite, fresh_id};

/// A signature that awaits its time stamp.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unstamped {
    id: String,
    signed_info: String,
    value: String,
    canonical_value: Vec<u8>,
    key_info: String,
    signed_properties: String,
}

/// What an element is in canonical form, also as a part of another: exclusive C14N looks at the prefixes that it uses alone.
fn canonical(text: &str) -> Result<Vec<u8>, SignError> {
    const FAILED: SignError = SignError::Writing("the signature");
    let xml = Xml::parse(text, &Limits::SOAP).map_err(|_| FAILED)?;
    xml.root().and_then(|root| root.canonical()).map_err(|_| FAILED)
}

fn digest(bytes: &[u8]) -> Result<String, Refusal> {
    Ok(STANDARD.encode(signature::digest(oid::SHA256, &[bytes])?))
}

fn reference(attributes: &str, transforms: &str, method: &str, value: &str) -> String {
    format!(
        "<ds:Reference {attributes}>{transforms}<ds:DigestMethod Algorithm=\"{method}\"/><ds:DigestValue>{value}</ds:DigestValue></ds:Reference>"
    )
}

/// Signs a digest with RSA-SHA256; `moment` is the signer's clock, `chain` the authorities' certificates to carry along.
///
/// # Errors
/// [`Refusal::WeakDigest`] for SHA-1 when it is switched off; when the key cannot sign.
pub fn sign(hash: &Hash, accepts: Accepts, key: &SigningKey, chain: &[Certificate], moment: DateTime<Utc>) -> Result<Unstamped, SignError> {
    hash.allowed(accepts)?;
    let (method, hash) = hash.parts();
    let id = fresh_id()?;
    let own = key.certificate();
    let signed_properties = format!(
        "<xades:SignedProperties xmlns:xades=\"{XADES}\" xmlns:ds=\"{DS}\" Id=\"{id}-properties\"><xades:SignedSignatureProperties>\
         <xades:SigningTime>{}</xades:SigningTime><xades:SigningCertificateV2><xades:Cert><xades:CertDigest>\
         <ds:DigestMethod Algorithm=\"{SHA256}\"/><ds:DigestValue>{}</ds:DigestValue></xades:CertDigest></xades:Cert>\
         </xades:SigningCertificateV2></xades:SignedSignatureProperties><xades:SignedDataObjectProperties>\
         <xades:DataObjectFormat ObjectReference=\"#{id}-content\"><xades:MimeType>application/octet-stream</xades:MimeType>\
         </xades:DataObjectFormat></xades:SignedDataObjectProperties></xades:SignedProperties>",
        moment.to_rfc3339_opts(SecondsFormat::Secs, true),
        STANDARD.encode(own.fingerprint()),
    );
    let transforms = format!("<ds:Transforms><ds:Transform Algorithm=\"{EXC_C14N}\"/></ds:Transforms>");
    let content = reference(&format!("Id=\"{id}-content\" URI=\"{CONTENT}\""), "", method, &STANDARD.encode(hash));
    let properties = reference(
        &format!("Type=\"{SIGNED_PROPERTIES}\" URI=\"#{id}-properties\""),
        &transforms,
        SHA256,
        &digest(&canonical(&signed_properties)?)?,
    );
    let signed_info = format!(
        "<ds:SignedInfo xmlns:ds=\"{DS}\"><ds:CanonicalizationMethod Algorithm=\"{EXC_C14N}\"/>\
         <ds:SignatureMethod Algorithm=\"{RSA_SHA256}\"/>{content}{properties}</ds:SignedInfo>"
    );
    let made = STANDARD.encode(key.sign(Suite::RsaSha256, &canonical(&signed_info)?)?);
    let value = format!("<ds:SignatureValue xmlns:ds=\"{DS}\" Id=\"{id}-value\">{made}</ds:SignatureValue>");
    let certificates = std::iter::once(own.der()).chain(chain.iter().map(Certificate::der).filter(|der| *der != own.der()));
    let certificates = certificates.map(|der| format!("<ds:X509Certificate>{}</ds:X509Certificate>", STANDARD.encode(der)));
    let key_info = format!("<ds:KeyInfo><ds:X509Data>{}</ds:X509Data></ds:KeyInfo>", certificates.collect::<String>());
    Ok(Unstamped { id, signed_info, canonical_value: canonical(&value)?, value, key_info, signed_properties })
}

impl Unstamped {
    /// What the time stamp must be about: [`crate::stamp::Request::over`] this.
    #[must_use]
    pub fn value(&self) -> &[u8] {
        &self.canonical_value
    }

    /// The signature with this time-stamp token in it.
    #[must_use]
    pub fn finish(&self, token: &[u8]) -> String {
        let stamp = format!(
            "<xades:UnsignedProperties><xades:UnsignedSignatureProperties><xades:SignatureTimeStamp>\
             <ds:CanonicalizationMethod Algorithm=\"{EXC_C14N}\"/><xades:EncapsulatedTimeStamp>{}</xades:EncapsulatedTimeStamp>\
             </xades:SignatureTimeStamp></xades:UnsignedSignatureProperties></xades:UnsignedProperties>",
            STANDARD.encode(token),
        );
        self.whole(&stamp)
    }

    /// The signature without a time stamp (XAdES-B-B): nothing proves when it was made.
    #[must_use]
    pub fn without_stamp(&self) -> String {
        self.whole("")
    }

    fn whole(&self, unsigned: &str) -> String {
        let Unstamped { id, signed_info, value, key_info, signed_properties, .. } = self;
        format!(
            "<ds:Signature xmlns:ds=\"{DS}\" Id=\"{id}\">{signed_info}{value}{key_info}<ds:Object>\
             <xades:QualifyingProperties xmlns:xades=\"{XADES}\" Target=\"#{id}\">{signed_properties}{unsigned}\
             </xades:QualifyingProperties></ds:Object></ds:Signature>"
        )
    }
}
