//! Judging the signatures of a document.

use super::{array, dictionary, is_name, load, resolve, revisions};
use crate::certificate::Certificate;
use crate::{Purpose, Refusal, RevocationList, Trust, Valid, cms, oid, stamp};
use chrono::{DateTime, Utc};
use lopdf::xref::XrefEntry;
use lopdf::{Dictionary, Document, Object, ObjectId};

/// What a signature field holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Someone's signature.
    Signature,
    /// A time stamp over the whole document (PAdES-B-LTA), signed by the time-stamp authority alone.
    DocumentTimeStamp,
}

/// What is to be said of one signature of a document.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Verdict {
    /// Signature or time stamp.
    pub kind: Kind,
    /// What the signature says of its reason; shown to readers by name of the signer, if it counts.
    pub reason: Option<String>,
    /// Valid, or why not.
    pub outcome: Result<Valid, Refusal>,
}

/// A signature as it stands in the document.
pub(super) struct Found<'d> {
    pub(super) id: ObjectId,
    dict: &'d Dictionary,
}

/// How deep a form's fields may be nested, and how many signatures are looked at.
const DEPTH: usize = 8;
const MOST: usize = 200;
/// How long an unpacked revocation list may be, in bytes.
const PROOF: usize = 8 << 20;

/// Verifies every signature of a document, in the order in which they were made; none, when there is none.
///
/// A signature counts when it covers the whole document as it was when it was made, when its time stamp and its signer's path hold at the moment
/// of the stamp, when everything that was added later is further signatures (with their time stamps and revocation lists), and when those hold
/// as well: what a later signature shows on the page may cover what the earlier signer saw.
///
/// # Errors
/// When the document cannot be read as strictly as it takes to judge it.
pub fn verify(pdf: &[u8], trust: &Trust, now: DateTime<Utc>) -> Result<Vec<Verdict>, Refusal> {
    let document = load(pdf)?;
    let mut signatures = Vec::new();
    for found in signatures_of(&document)? {
        signatures.push((covered(pdf, &document, &found), found));
    }
    // A signature whose ranges are wrong belongs nowhere: it stands last and takes the others with it.
    signatures.sort_by_key(|(range, _)| range.as_ref().map_or(usize::MAX, |(_, end)| *end));
    let trust = with_proofs(trust, &document);
    let mut verdicts = Vec::new();
    let mut later: Option<(usize, Document)> = Some((pdf.len(), document.clone()));
    let mut fate: Result<(), Refusal> = Ok(());
    for (range, found) in signatures.iter().rev() {
        let kind = if is_name(found.dict, b"SubFilter", b"ETSI.RFC3161") { Kind::DocumentTimeStamp } else { Kind::Signature };
        let own = match range {
            Ok((gap, end)) => {
                let step = revision(pdf, *end, later.take(), found);
                let step = step.map(|document| later = Some((*end, document)));
                fate = fate.and(step);
                judge(pdf, kind, found, gap.clone(), *end, &trust, now)
            }
            Err(refusal) => Err(refusal.clone()),
        };
        let outcome = own.and_then(|valid| fate.clone().map(|()| valid));
        if outcome.is_err() && fate.is_ok() {
            fate = Err(Refusal::ChangedLater("by a signature that does not count"));
        }
        verdicts.push(Verdict { kind, reason: words(found.dict, b"Reason"), outcome });
    }
    verdicts.reverse();
    Ok(verdicts)
}

/// Whether a document is another one with signatures added, and nothing else: what whoever asked for a signature got back.
///
/// # Errors
/// [`Refusal::NotCovered`] when it does not begin with the other one, [`Refusal::ChangedLater`] when more than signatures was added.
pub fn extends(original: &[u8], signed: &[u8]) -> Result<(), Refusal> {
    if !signed.starts_with(original) {
        return Err(Refusal::NotCovered);
    }
    revisions::only_signatures(&load(original)?, &load(signed)?).map_err(Refusal::ChangedLater)
}

/// The certificates and revocation lists that a document carries for its signatures (`DSS`) help to find paths and what was revoked; they are
/// trusted for nothing else. Those that cannot be read are passed over: others may do.
fn with_proofs(trust: &Trust, document: &Document) -> Trust {
    let mut trust = trust.clone();
    let Some((_, proofs)) = document.catalog().ok().and_then(|catalog| dictionary(document, catalog, b"DSS")) else { return trust };
    let streams = |key: &[u8]| -> Vec<Vec<u8>> {
        let all = array(document, proofs, key).map(|(_, all)| all).unwrap_or_default().iter().take(MOST);
        let streams = all.filter_map(|one| resolve(document, one)?.1.as_stream().ok());
        streams
            .filter_map(|stream| {
                if stream.is_compressed() { stream.decompressed_content_with_limit(PROOF).ok() } else { Some(stream.content.clone()) }
            })
            .collect()
    };
    trust.intermediates.extend(streams(b"Certs").iter().filter_map(|der| Certificate::from_der(der).ok()));
    trust.lists.extend(streams(b"CRLs").iter().filter_map(|der| RevocationList::from_der(der).ok()));
    trust
}

/// The document as this signature left it, when all that came later is harmless.
fn revision(pdf: &[u8], end: usize, later: Option<(usize, Document)>, found: &Found<'_>) -> Result<Document, Refusal> {
    let (last, after) = later.ok_or(Refusal::NotCovered)?;
    let rest = pdf.get(end..last).ok_or(Refusal::NotCovered)?;
    let before = load(pdf.get(..end).unwrap_or_default()).map_err(|_| Refusal::NotCovered)?;
    if before.objects.get(&found.id).and_then(|object| object.as_dict().ok()) != Some(found.dict) {
        return Err(Refusal::Misplaced);
    }
    if !rest.iter().all(u8::is_ascii_whitespace) {
        revisions::only_signatures(&before, &after).map_err(Refusal::ChangedLater)?;
    }
    Ok(before)
}

fn judge(
    pdf: &[u8],
    kind: Kind,
    found: &Found<'_>,
    gap: std::ops::Range<usize>,
    end: usize,
    trust: &Trust,
    now: DateTime<Utc>,
) -> Result<Valid, Refusal> {
    let parts = [pdf.get(..gap.start).unwrap_or_default(), pdf.get(gap.end..end).unwrap_or_default()];
    let contents = found.dict.get(b"Contents").and_then(Object::as_str).map_err(|_| Refusal::Misplaced)?;
    if kind == Kind::DocumentTimeStamp {
        let stamp = stamp::verify_parts(contents, &parts, trust, now)?;
        return Ok(Valid { signer: stamp.authority.clone(), signed_at: stamp.at, stamped_by: stamp.authority });
    }
    match found.dict.get(b"SubFilter").and_then(Object::as_name) {
        Ok(b"ETSI.CAdES.detached" | b"adbe.pkcs7.detached") => {}
        Ok(b"adbe.pkcs7.sha1" | b"adbe.x509.rsa_sha1") => return Err(Refusal::WeakDigest),
        _ => return Err(Refusal::Unreadable("this kind of signature")),
    }
    let checked = cms::verify(contents, oid::DATA, Some(&parts))?;
    let token = checked.stamp.as_ref().ok_or(Refusal::NoTimeStamp)?;
    let stamp = stamp::verify(token, &checked.value, trust, now)?;
    trust.check(&checked.signer, Purpose::Documents, &checked.given, &checked.lists, stamp.at, now)?;
    Ok(Valid { signer: checked.signer, signed_at: stamp.at, stamped_by: stamp.authority })
}

/// The gap that the signed ranges leave and their end, if the gap is exactly this signature's own `Contents`.
fn covered(pdf: &[u8], document: &Document, found: &Found<'_>) -> Result<(std::ops::Range<usize>, usize), Refusal> {
    let ranges = found.dict.get(b"ByteRange").and_then(Object::as_array).map_err(|_| Refusal::NotCovered)?;
    let ranges = ranges.iter().map(|one| one.as_i64().ok().and_then(|one| usize::try_from(one).ok()));
    let ranges = ranges.collect::<Option<Vec<_>>>().ok_or(Refusal::NotCovered)?;
    let [0, start, second, length] = ranges.as_slice() else { return Err(Refusal::NotCovered) };
    let end = second.checked_add(*length).filter(|end| *end <= pdf.len()).ok_or(Refusal::NotCovered)?;
    let gap = pdf.get(*start..*second).ok_or(Refusal::NotCovered)?;

    let contents = found.dict.get(b"Contents").and_then(Object::as_str).map_err(|_| Refusal::Misplaced)?;
    let digits = gap.strip_prefix(b"<").and_then(|rest| rest.strip_suffix(b">")).ok_or(Refusal::NotCovered)?;
    if hex::decode(digits).as_deref() != Ok(contents) {
        return Err(Refusal::Misplaced);
    }
    // The gap lies in the very object that was read, right after its key.
    let Some(XrefEntry::Normal { offset, .. }) = document.reference_table.get(found.id.0) else { return Err(Refusal::Misplaced) };
    let object = usize::try_from(*offset).ok().and_then(|offset| pdf.get(offset..*start)).ok_or(Refusal::Misplaced)?;
    let inside = object.trim_ascii_end().ends_with(b"/Contents") && !object.windows(6).any(|part| part == b"endobj");
    if inside { Ok((*start..*second, end)) } else { Err(Refusal::Misplaced) }
}

/// The signature fields of a document's form that are signed.
pub(super) fn signatures_of(document: &Document) -> Result<Vec<Found<'_>>, Refusal> {
    const SHAPE: Refusal = Refusal::Unreadable("the document's form");
    let catalog = document.catalog().map_err(|_| SHAPE)?;
    if !catalog.has(b"AcroForm") {
        return Ok(Vec::new());
    }
    let (_, form) = dictionary(document, catalog, b"AcroForm").ok_or(SHAPE)?;
    let (_, fields) = array(document, form, b"Fields").ok_or(SHAPE)?;
    let mut open: Vec<(&Object, bool, usize)> = fields.iter().rev().map(|field| (field, false, 0)).collect();
    let mut found: Vec<Found<'_>> = Vec::new();
    while let Some((field, inherited, depth)) = open.pop() {
        let (_, field) = resolve(document, field).ok_or(SHAPE)?;
        let field = field.as_dict().map_err(|_| SHAPE)?;
        let signature = if field.has(b"FT") { is_name(field, b"FT", b"Sig") } else { inherited };
        let (_, kids) = array(document, field, b"Kids").ok_or(SHAPE)?;
        if depth > DEPTH || open.len() > 100 * MOST || found.len() > MOST {
            return Err(SHAPE);
        }
        open.extend(kids.iter().rev().map(|kid| (kid, signature, depth + 1)));
        if signature && field.has(b"V") {
            let id = field.get(b"V").and_then(Object::as_reference).map_err(|_| Refusal::Misplaced)?;
            let dict = document.get_dictionary(id).map_err(|_| Refusal::Misplaced)?;
            if found.iter().any(|other| other.id == id) {
                return Err(Refusal::Misplaced);
            }
            found.push(Found { id, dict });
        }
    }
    Ok(found)
}

fn words(dict: &Dictionary, key: &[u8]) -> Option<String> {
    let bytes = dict.get(key).and_then(Object::as_str).ok()?;
    if let Some(wide) = bytes.strip_prefix(&[0xfe, 0xff]) {
        let units = wide.chunks_exact(2).filter_map(|pair| pair.try_into().ok().map(u16::from_be_bytes));
        return char::decode_utf16(units).collect::<Result<String, _>>().ok();
    }
    std::str::from_utf8(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)).ok().map(str::to_owned)
}
