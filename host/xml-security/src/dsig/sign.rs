//! Making signatures of the shape that [`super::read`] reads.

use super::{Suite, canonical};
use crate::key::{KeyError, SigningKey};
use crate::names::{DS, ENVELOPED, EXC_C14N};
use crate::xml::{Element, Limits, Xml};
use crate::{Refusal, encode};
use uppsala::XmlWriter;

/// Why a message of our own could not be signed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum SignError {
    /// The key cannot sign.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// What was to be signed is not a message of the profile.
    #[error("what is to be signed is not acceptable: {0}")]
    Content(#[from] Refusal),
}

/// A part of a document to sign.
pub(crate) struct Part<'d> {
    pub(crate) id: &'d str,
    pub(crate) element: Element<'d>,
}

/// The signature over parts of a document, as text. `key_info` is what stands in `ds:KeyInfo`.
pub(crate) fn over(parts: &[Part<'_>], enveloped: bool, suite: Suite, key: &SigningKey, key_info: &str) -> Result<String, SignError> {
    let mut out = XmlWriter::new();
    out.start_element("ds:SignedInfo", &[("xmlns:ds", DS)]);
    out.empty_element("ds:CanonicalizationMethod", &[("Algorithm", EXC_C14N)]);
    out.empty_element("ds:SignatureMethod", &[("Algorithm", suite.signature_uri())]);
    for part in parts {
        let octets = canonical(part.element, None, &[])?;
        out.start_element("ds:Reference", &[("URI", &format!("#{}", part.id))]);
        out.start_element("ds:Transforms", &[]);
        if enveloped {
            out.empty_element("ds:Transform", &[("Algorithm", ENVELOPED)]);
        }
        out.empty_element("ds:Transform", &[("Algorithm", EXC_C14N)]);
        out.end_element("ds:Transforms");
        out.empty_element("ds:DigestMethod", &[("Algorithm", suite.digest_uri())]);
        out.start_element("ds:DigestValue", &[]);
        out.text(&encode(&suite.digest(&octets)));
        out.end_element("ds:DigestValue");
        out.end_element("ds:Reference");
    }
    out.end_element("ds:SignedInfo");
    let signed_info = out.into_string();
    let value = {
        let read = Xml::parse(&signed_info, &Limits::SOAP)?;
        key.sign(suite, &canonical(read.root()?, None, &[])?)?
    };

    let mut out = XmlWriter::new();
    out.start_element("ds:Signature", &[("xmlns:ds", DS)]);
    out.raw(&signed_info);
    out.start_element("ds:SignatureValue", &[]);
    out.text(&encode(&value));
    out.end_element("ds:SignatureValue");
    out.start_element("ds:KeyInfo", &[]);
    out.raw(key_info);
    out.end_element("ds:KeyInfo");
    out.end_element("ds:Signature");
    Ok(out.into_string())
}

/// Signs a document whose root bears an `ID`: the signature is put right after the root's first child, its issuer.
pub(crate) fn enveloped(text: &str, suite: Suite, key: &SigningKey) -> Result<String, SignError> {
    let document = Xml::parse(text, &Limits::METADATA)?;
    if !document.is_as_given() {
        return Err(Refusal::NotWellFormed.into());
    }
    let root = document.root()?;
    let id = root.attribute("ID").ok_or(Refusal::Missing("ID"))?;
    let place = root.elements().next().ok_or(Refusal::Missing("Issuer"))?.range()?.end;
    let key_info = format!("<ds:X509Data><ds:X509Certificate>{}</ds:X509Certificate></ds:X509Data>", encode(key.certificate().der()));
    let signature = over(&[Part { id, element: root }], true, suite, key, &key_info)?;
    let (before, after) = text.split_at_checked(place).ok_or(Refusal::NotWellFormed)?;
    Ok([before, &signature, after].concat())
}
