//! Whether what MSign sent back is what was asked for: each content, signed by who was expected, and nothing else. A signature that does not
//! hold here is worth nothing, whatever the service says of it.

use chrono::{DateTime, Utc};
use std::collections::BTreeMap;
use vatra_core::providers::{ContentKind, SignContent, SignRequest, Signed};
use vatra_pki::xades::Hash;
use vatra_pki::{Certificate, Refusal, Trust, Valid, pades, xades};
use vatra_xmlsec::Accepts;

/// One content with its signature.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Checked {
    /// CorrelationID.
    pub correlation: String,
    /// The signed PDF, or the detached signature.
    pub signature: Vec<u8>,
    /// Who signed. Personal data.
    pub signer: Certificate,
    /// When, by the time stamp.
    pub signed_at: DateTime<Utc>,
}

/// What came back is not what was asked for. Names nobody.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Mismatch {
    /// There are more or fewer results than contents, or under other ids.
    #[error("the results are not those of the contents")]
    Results,
    /// The PDF that came back is not the one that was sent with one signature more.
    #[error("the document that came back is another: {0}")]
    OtherDocument(Refusal),
    /// The signature does not count.
    #[error("the signature does not count: {0}")]
    Signature(Refusal),
    /// The certificate is not of the person who was expected.
    #[error("signed by another person than was expected")]
    WrongSigner,
}

/// Holds results against their request. `trust` is what signatures are judged by, `now` the present.
///
/// # Errors
/// [`Mismatch`] of the first content for which something does not fit: nothing of the request counts then.
pub fn check(
    request: &SignRequest,
    results: &[Signed],
    accepts: Accepts,
    trust: &Trust,
    now: DateTime<Utc>,
) -> Result<Vec<Checked>, Mismatch> {
    let by_id: BTreeMap<&str, &Signed> = results.iter().map(|one| (one.correlation.as_str(), one)).collect();
    if by_id.len() != results.len() || results.len() != request.contents.len() {
        return Err(Mismatch::Results);
    }
    let expected = request.signer.as_ref().map(|signer| signer.idnp.as_str());
    let check = |content: &SignContent| {
        let signed = by_id.get(content.correlation.as_str()).ok_or(Mismatch::Results)?;
        let valid = match request.kind {
            ContentKind::Pdf => document(&content.content, &signed.signature, trust, now)?,
            ContentKind::Hash => detached(&content.content, &signed.signature, accepts, trust, now)?,
        };
        if expected.is_some() && valid.signer.idnp().as_deref() != expected {
            return Err(Mismatch::WrongSigner);
        }
        let (correlation, signature) = (content.correlation.clone(), signed.signature.clone());
        Ok(Checked { correlation, signature, signer: valid.signer, signed_at: valid.signed_at })
    };
    request.contents.iter().map(check).collect()
}

/// The signature that was added.
fn document(sent: &[u8], signed: &[u8], trust: &Trust, now: DateTime<Utc>) -> Result<Valid, Mismatch> {
    pades::extends(sent, signed).map_err(Mismatch::OtherDocument)?;
    let count = |verdicts: &[pades::Verdict]| verdicts.iter().filter(|one| one.kind == pades::Kind::Signature).count();
    let before = count(&pades::verify(sent, trust, now).map_err(Mismatch::OtherDocument)?);
    let verdicts = pades::verify(signed, trust, now).map_err(Mismatch::Signature)?;
    if count(&verdicts) != before + 1 {
        return Err(Mismatch::OtherDocument(Refusal::Misplaced));
    }
    let added = verdicts.into_iter().rfind(|one| one.kind == pades::Kind::Signature).ok_or(Mismatch::Results)?;
    added.outcome.map_err(Mismatch::Signature)
}

fn detached(digest: &[u8], signature: &[u8], accepts: Accepts, trust: &Trust, now: DateTime<Utc>) -> Result<Valid, Mismatch> {
    let hash = Hash::from_bytes(digest, accepts).map_err(Mismatch::Signature)?;
    let text = std::str::from_utf8(signature).map_err(|_| Mismatch::Signature(Refusal::Unreadable("the signature")))?;
    xades::verify(text, &hash, accepts, trust, now).map_err(Mismatch::Signature)
}
