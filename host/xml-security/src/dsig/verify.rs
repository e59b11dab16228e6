//! Verification. A reference is never looked up in the document: the caller offers the very elements that may be signed, by their place in
//! the message, and learns which of them were. Moved, copied and wrapped elements are therefore simply not there.

use super::read::read;
use super::{Policy, canonical};
use crate::key::Certificate;
use crate::trust::hint;
use crate::xml::Element;
use crate::{Refusal, Suite};
use aws_lc_rs::constant_time::verify_slices_are_equal;

/// What a signature turned out to hold.
#[derive(Debug)]
pub(crate) struct Verified {
    /// Whose it is.
    pub(crate) signer: Certificate,
    /// Which of the offered elements it covers, by their position.
    pub(crate) covered: Vec<usize>,
    /// The signature's value, for the replay cache.
    pub(crate) value: Vec<u8>,
    /// With which algorithms.
    pub(crate) suite: Suite,
}

/// An element that may be signed.
pub(crate) struct Offered<'d> {
    /// Its identifier, from the attribute that the profile uses.
    pub(crate) id: Option<&'d str>,
    pub(crate) element: Element<'d>,
}

/// Verifies a signature over offered elements. `enveloped`: the signature is inside the one element that it covers.
pub(crate) fn verify(
    signature: Element<'_>,
    offered: &[Offered<'_>],
    enveloped: bool,
    token: Option<Element<'_>>,
    policy: &Policy<'_>,
) -> Result<Verified, Refusal> {
    let read = read(signature, policy.accepts)?;
    let signed_info = canonical(read.signed_info, None, &read.prefixes)?;
    let candidates = policy.trust.candidates(&hint(read.key_info, token)?, policy.now);
    if candidates.is_empty() {
        return Err(Refusal::Untrusted);
    }
    let signer = candidates.into_iter().find(|found| found.made(read.suite, &signed_info, &read.value));
    let signer = signer.ok_or(Refusal::SignatureValue)?;

    let mut covered = Vec::new();
    for reference in &read.references {
        let mut fitting = offered.iter().enumerate().filter(|(_, offer)| offer.id == Some(&reference.id));
        let (place, offer) = fitting.next().ok_or(Refusal::Reference)?;
        if fitting.next().is_some() || covered.contains(&place) || reference.enveloped != enveloped {
            return Err(Refusal::Reference);
        }
        let octets = canonical(offer.element, enveloped.then_some(signature), &reference.prefixes)?;
        verify_slices_are_equal(&read.suite.digest(&octets), &reference.digest).map_err(|_| Refusal::Digest)?;
        covered.push(place);
    }
    Ok(Verified { signer, covered, value: read.value, suite: read.suite })
}
