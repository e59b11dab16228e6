//! Making signatures in documents, by incremental updates.

use super::{array, dictionary, load};
use crate::cms::{self, Content};
use crate::{Certificate, Refusal, SignError};
use chrono::{DateTime, Utc};
use lopdf::{Dictionary, IncrementalDocument, Object, ObjectId, StringFormat};
use std::ops::Range;
use vatra_xmlsec::SigningKey;

/// Room for the signature, its certificates and its time stamp, in bytes; they need about a third.
const ROOM: usize = 16 << 10;
/// As wide as an offset may get.
const OFFSET: i64 = 9_999_999_999;
const SHAPE: Refusal = Refusal::Unreadable("the document's structure");
const WRITING: SignError = SignError::Writing("the document");

/// What a signature says of itself beside the certificate. Readers show it; it proves nothing but that the signer signed it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Field<'a> {
    /// The signer's name.
    pub name: Option<&'a str>,
    /// Why it was signed.
    pub reason: Option<&'a str>,
    /// Where.
    pub location: Option<&'a str>,
    /// When, by the signer's clock. The time stamp is what counts.
    pub moment: DateTime<Utc>,
}

/// A document with an empty place for a signature.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Prepared {
    pdf: Vec<u8>,
    gap: Range<usize>,
}

/// A signed document whose signature awaits its time stamp.
pub struct Unstamped {
    prepared: Prepared,
    signed: cms::Signed,
}

fn text(value: &str) -> Object {
    let mut bytes = vec![0xfe, 0xff];
    bytes.extend(value.encode_utf16().flat_map(u16::to_be_bytes));
    Object::String(bytes, StringFormat::Hexadecimal)
}

fn name(value: &str) -> Object {
    Object::Name(value.as_bytes().to_vec())
}

/// Adds an invisible signature field to the first page by an incremental update, so that signatures which are there already stay as they are.
///
/// # Errors
/// When the document cannot be read strictly, is encrypted, or has no page.
pub fn prepare(pdf: &[u8], field: &Field<'_>) -> Result<Prepared, SignError> {
    let before = load(pdf)?;
    let page = before.page_iter().next().ok_or(SHAPE)?;
    let root = before.trailer.get(b"Root").and_then(Object::as_reference).map_err(|_| SHAPE)?;
    let mut update = IncrementalDocument::create_from(pdf.to_vec(), before.clone());

    let mut dict = Dictionary::new();
    dict.set("Type", name("Sig"));
    dict.set("Filter", name("Adobe.PPKLite"));
    dict.set("SubFilter", name("ETSI.CAdES.detached"));
    dict.set("ByteRange", vec![Object::Integer(0), Object::Integer(OFFSET), Object::Integer(OFFSET), Object::Integer(OFFSET)]);
    dict.set("Contents", Object::String(vec![0; ROOM], StringFormat::Hexadecimal));
    dict.set("M", Object::string_literal(field.moment.format("D:%Y%m%d%H%M%SZ").to_string()));
    for (key, value) in [("Name", field.name), ("Reason", field.reason), ("Location", field.location)] {
        if let Some(value) = value {
            dict.set(key, text(value));
        }
    }
    let signature = update.new_document.add_object(dict);

    let catalog = before.catalog().map_err(|_| SHAPE)?;
    let (form_id, form) =
        dictionary(&before, catalog, b"AcroForm").map_or_else(|| (None, Dictionary::new()), |(id, form)| (id, form.clone()));
    let fields = array(&before, &form, b"Fields").ok_or(SHAPE)?.1.to_vec();

    let mut widget = Dictionary::new();
    widget.set("Type", name("Annot"));
    widget.set("Subtype", name("Widget"));
    widget.set("FT", name("Sig"));
    widget.set("T", Object::string_literal(format!("Signature{}", fields.len() + 1)));
    widget.set("V", Object::Reference(signature));
    widget.set("P", Object::Reference(page));
    // Printed and locked, and of no size: nothing on the page changes.
    widget.set("F", Object::Integer(132));
    widget.set("Rect", vec![Object::Integer(0); 4]);
    let widget = Object::Reference(update.new_document.add_object(widget));

    let mut form = form;
    let fields: Vec<Object> = fields.into_iter().chain([widget.clone()]).collect();
    form.set("Fields", fields);
    form.set("SigFlags", Object::Integer(3));
    match form_id {
        Some(id) => update.new_document.set_object(id, form),
        None => {
            let mut catalog = catalog.clone();
            catalog.set("AcroForm", form);
            update.new_document.set_object(root, catalog);
        }
    }
    annotate(&mut update, page, widget)?;

    let mut out = Vec::with_capacity(pdf.len() + 3 * ROOM);
    update.save_to(&mut out).map_err(|_| WRITING)?;
    place(out, pdf.len())
}

fn annotate(update: &mut IncrementalDocument, page: ObjectId, widget: Object) -> Result<(), SignError> {
    let before = update.get_prev_documents();
    let mut dict = before.get_dictionary(page).map_err(|_| SHAPE)?.clone();
    let (id, notes) = array(before, &dict, b"Annots").ok_or(SHAPE)?;
    let notes: Vec<Object> = notes.iter().cloned().chain([widget]).collect();
    match id {
        Some(id) => update.new_document.set_object(id, notes),
        None => {
            dict.set("Annots", notes);
            update.new_document.set_object(page, dict);
        }
    }
    Ok(())
}

/// Finds the place for the signature in what was added after `old` bytes, and writes down where it is.
fn place(mut pdf: Vec<u8>, old: usize) -> Result<Prepared, SignError> {
    let find = |pdf: &[u8], what: &[u8]| {
        let added = pdf.get(old..).unwrap_or_default();
        added.windows(what.len()).position(|window| window == what).map(|at| at + old)
    };
    let placeholder = format!("[0 {OFFSET} {OFFSET} {OFFSET}]");
    let ranges = find(&pdf, placeholder.as_bytes()).ok_or(WRITING)?;
    let empty = [b"<".as_slice(), "0".repeat(2 * ROOM).as_bytes(), b">"].concat();
    let start = find(&pdf, &empty).ok_or(WRITING)?;
    let gap = start..start + empty.len();
    let mut written = format!("[0 {} {} {}", gap.start, gap.end, pdf.len() - gap.end).into_bytes();
    written.resize(placeholder.len() - 1, b' ');
    written.push(b']');
    let whole = pdf.get_mut(ranges..ranges + placeholder.len()).ok_or(WRITING)?;
    whole.copy_from_slice(&written);
    Ok(Prepared { pdf, gap })
}

impl Prepared {
    /// Signs with SHA-256; `chain` are the authorities' certificates to carry along.
    ///
    /// # Errors
    /// When the key cannot sign.
    pub fn sign(self, key: &SigningKey, chain: &[Certificate]) -> Result<Unstamped, SignError> {
        let before = self.pdf.get(..self.gap.start).ok_or(WRITING)?;
        let after = self.pdf.get(self.gap.end..).ok_or(WRITING)?;
        let signed = cms::sign(&Content::Detached(&[before, after]), key, chain)?;
        Ok(Unstamped { prepared: self, signed })
    }
}

impl Unstamped {
    /// What the time stamp must be about: [`crate::stamp::Request::over`] this.
    #[must_use]
    pub fn value(&self) -> &[u8] {
        self.signed.value()
    }

    /// The signed document with this time-stamp token in it.
    ///
    /// # Errors
    /// When signature, certificates and token need more than the room that was left.
    pub fn finish(mut self, token: &[u8]) -> Result<Vec<u8>, SignError> {
        self.signed.stamp(token)?;
        self.fill()
    }

    /// The signed document without a time stamp (PAdES-B-B): nothing proves when it was signed, and [`super::verify`] says so.
    ///
    /// # Errors
    /// As [`Unstamped::finish`].
    pub fn without_stamp(self) -> Result<Vec<u8>, SignError> {
        self.fill()
    }

    fn fill(self) -> Result<Vec<u8>, SignError> {
        let Prepared { mut pdf, gap } = self.prepared;
        let digits = hex::encode_upper(self.signed.to_der()?);
        let room = pdf.get_mut(gap.start + 1..gap.end - 1).ok_or(WRITING)?;
        room.get_mut(..digits.len()).ok_or(SignError::Writing("so long a signature"))?.copy_from_slice(digits.as_bytes());
        Ok(pdf)
    }
}

impl std::fmt::Debug for Unstamped {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Unstamped({} bytes)", self.prepared.pdf.len())
    }
}
