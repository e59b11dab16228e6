//! Signatures in PDF documents: PAdES-B-T (ETSI EN 319 142-1), made and verified.
//!
//! Signing is three steps, since asking the time-stamp authority is somebody else's business:
//!
//! ```
//! use vatra_pki::{Certificate, SignError, pades, stamp};
//! use vatra_xmlsec::SigningKey;
//!
//! fn sign(
//!     pdf: &[u8], field: &pades::Field<'_>, key: &SigningKey, chain: &[Certificate], nonce: [u8; 16],
//!     authority: impl Fn(&[u8]) -> Result<Vec<u8>, SignError>,
//! ) -> Result<Vec<u8>, SignError> {
//!     let signed = pades::prepare(pdf, field)?.sign(key, chain)?;
//!     let request = stamp::Request::over(signed.value(), nonce)?;
//!     let token = request.accept(&authority(&request.to_der()?)?)?;
//!     signed.finish(&token)
//! }
//! ```

mod revisions;
mod sign;
mod verify;

pub use sign::{Field, Prepared, Unstamped, prepare};
pub use verify::{Kind, Verdict, extends, verify};

use crate::Refusal;
use lopdf::{Dictionary, Document, LoadOptions, Object, ObjectId};

/// No object stream may unpack to more than this.
const UNPACKED: usize = 64 << 20;

/// Reads a document as strictly as the library can: nothing is repaired, since a repair is a guess that a reader may make otherwise.
fn load(pdf: &[u8]) -> Result<Document, Refusal> {
    const WHAT: Refusal = Refusal::Unreadable("the document");
    if !pdf.starts_with(b"%PDF-") {
        return Err(WHAT);
    }
    let options = LoadOptions { strict: true, max_decompressed_size: Some(UNPACKED), ..LoadOptions::default() };
    let document = Document::load_mem_with_options(pdf, options).map_err(|_| WHAT)?;
    // The library opens what has an empty password by itself.
    if document.trailer.has(b"Encrypt") || document.encryption_state.is_some() {
        return Err(Refusal::Unreadable("the encrypted document"));
    }
    if document.xref_recovery.is_some() || document.catalog().is_err() {
        return Err(WHAT);
    }
    Ok(document)
}

/// What a value is, and the object's id if the value is a reference to one.
fn resolve<'d>(document: &'d Document, value: &'d Object) -> Option<(Option<ObjectId>, &'d Object)> {
    document.dereference(value).ok()
}

/// A dictionary's entry that is a dictionary.
fn dictionary<'d>(document: &'d Document, holder: &'d Dictionary, key: &[u8]) -> Option<(Option<ObjectId>, &'d Dictionary)> {
    let (id, value) = resolve(document, holder.get(key).ok()?)?;
    Some((id, value.as_dict().ok()?))
}

/// A dictionary's entry that is an array; an absent one is empty.
fn array<'d>(document: &'d Document, holder: &'d Dictionary, key: &[u8]) -> Option<(Option<ObjectId>, &'d [Object])> {
    let Ok(value) = holder.get(key) else { return Some((None, &[])) };
    let (id, value) = resolve(document, value)?;
    Some((id, value.as_array().ok()?))
}

fn is_name(holder: &Dictionary, key: &[u8], name: &[u8]) -> bool {
    holder.get(key).and_then(Object::as_name).is_ok_and(|found| found == name)
}
