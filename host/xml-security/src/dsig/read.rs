//! Reads a `ds:Signature` of exactly the shape that our profiles have.

use super::{Accepts, Suite};
use crate::Refusal;
use crate::names::{DS, ENVELOPED, EXC_C14N};
use crate::xml::Element;

/// References in one signature.
const REFERENCES: usize = 32;
/// Prefixes in one `InclusiveNamespaces`.
const PREFIXES: usize = 16;

/// A signature as it was read; nothing of it is true before it is verified.
pub(super) struct Signature<'d> {
    pub(super) signed_info: Element<'d>,
    pub(super) prefixes: Vec<String>,
    pub(super) suite: Suite,
    pub(super) references: Vec<Reference>,
    pub(super) value: Vec<u8>,
    pub(super) key_info: Option<Element<'d>>,
}

/// One reference to an element of the same document.
pub(super) struct Reference {
    pub(super) id: String,
    pub(super) enveloped: bool,
    pub(super) prefixes: Vec<String>,
    pub(super) digest: Vec<u8>,
}

pub(super) fn read(signature: Element<'_>, accepts: Accepts) -> Result<Signature<'_>, Refusal> {
    if !signature.is(DS, "Signature") {
        return Err(Refusal::NotSigned);
    }
    signature.only_attributes(&["Id"], "Signature")?;
    let mut parts = signature.sequence("Signature")?;
    let signed_info = parts.required(DS, "SignedInfo")?;
    let value = parts.required(DS, "SignatureValue")?.base64("SignatureValue")?;
    let key_info = parts.optional(DS, "KeyInfo");
    parts.end()?;

    signed_info.only_attributes(&["Id"], "SignedInfo")?;
    let mut parts = signed_info.sequence("SignedInfo")?;
    let prefixes = exclusive(parts.required(DS, "CanonicalizationMethod")?, "CanonicalizationMethod")?;
    let method = parts.required(DS, "SignatureMethod")?;
    method.sequence("SignatureMethod")?.end()?;
    let suite = method.attribute("Algorithm").and_then(|uri| accepts.suite(uri)).ok_or(Refusal::Algorithm("SignatureMethod"))?;
    let references = parts.many(DS, "Reference");
    parts.end()?;
    if references.is_empty() {
        return Err(Refusal::Missing("Reference"));
    }
    if references.len() > REFERENCES {
        return Err(Refusal::Repeated("Reference"));
    }
    let references = references.into_iter().map(|found| reference(found, suite)).collect::<Result<Vec<_>, _>>()?;
    Ok(Signature { signed_info, prefixes, suite, references, value, key_info })
}

fn reference(found: Element<'_>, suite: Suite) -> Result<Reference, Refusal> {
    found.only_attributes(&["Id", "URI"], "Reference")?;
    // No reference to the whole document, to another document, or by XPointer.
    let id = found.attribute("URI").and_then(|uri| uri.strip_prefix('#')).ok_or(Refusal::Reference)?;
    if id.is_empty() || !id.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '.')) {
        return Err(Refusal::Reference);
    }
    let mut parts = found.sequence("Reference")?;
    let mut transforms = parts.required(DS, "Transforms")?.sequence("Transforms")?;
    let method = parts.required(DS, "DigestMethod")?;
    let digest = parts.required(DS, "DigestValue")?.base64("DigestValue")?;
    parts.end()?;
    method.sequence("DigestMethod")?.end()?;
    if method.attribute("Algorithm") != Some(suite.digest_uri()) {
        return Err(Refusal::Algorithm("DigestMethod"));
    }
    let mut transform = transforms.required(DS, "Transform")?;
    let enveloped = transform.attribute("Algorithm") == Some(ENVELOPED);
    if enveloped {
        transform.sequence("Transform")?.end()?;
        transform = transforms.required(DS, "Transform")?;
    }
    let prefixes = exclusive(transform, "Transform")?;
    transforms.end()?;
    Ok(Reference { id: id.to_owned(), enveloped, prefixes, digest })
}

/// Exclusive C14N without comments, with the prefixes that it treats as inclusive C14N does.
fn exclusive(method: Element<'_>, what: &'static str) -> Result<Vec<String>, Refusal> {
    method.only_attributes(&["Algorithm"], what)?;
    if method.attribute("Algorithm") != Some(EXC_C14N) {
        return Err(Refusal::Algorithm(what));
    }
    let mut parts = method.sequence(what)?;
    let inclusive = parts.optional(EXC_C14N, "InclusiveNamespaces");
    parts.end()?;
    let prefixes: Vec<String> = inclusive
        .and_then(|found| found.attribute("PrefixList"))
        .map(|list| list.split_ascii_whitespace().map(str::to_owned).collect())
        .unwrap_or_default();
    if prefixes.len() > PREFIXES { Err(Refusal::Unexpected("InclusiveNamespaces")) } else { Ok(prefixes) }
}
