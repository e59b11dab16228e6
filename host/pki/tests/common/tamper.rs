//! The ways to tamper with a signed document.

use super::{WORLD, World, document, signing, verdicts};
use lopdf::{Dictionary, IncrementalDocument, ObjectId, Stream, dictionary};
use vatra_pki::Refusal;
use vatra_pki::pades::{Field, Unstamped, prepare};

pub const FIELD: fn() -> Field<'static> = || Field { name: None, reason: None, location: None, moment: signing() };

pub fn once() -> Vec<u8> {
    WORLD.sign(&document(false))
}

/// What is said of the only signature.
pub fn only(pdf: &[u8]) -> Result<(), Refusal> {
    let mut found = verdicts(pdf)?;
    assert_eq!(found.len(), 1);
    found.remove(0).outcome.map(|_| ())
}

pub fn find(pdf: &[u8], what: &[u8]) -> usize {
    pdf.windows(what.len()).position(|part| part == what).unwrap_or_else(|| panic!("{} is there", String::from_utf8_lossy(what)))
}

/// Replaces the first occurrence by as many bytes.
pub fn swap(pdf: &[u8], old: &str, new: &str) -> Vec<u8> {
    assert_eq!(old.len(), new.len());
    let place = find(pdf, old.as_bytes());
    [&pdf[..place], new.as_bytes(), &pdf[place + old.len()..]].concat()
}

/// An incremental update as an attacker makes it.
pub fn update(pdf: &[u8], change: impl FnOnce(&mut IncrementalDocument)) -> Vec<u8> {
    let before = lopdf::Document::load_mem(pdf).unwrap();
    let mut update = IncrementalDocument::create_from(pdf.to_vec(), before);
    change(&mut update);
    let mut out = Vec::new();
    update.save_to(&mut out).unwrap();
    out
}

pub fn page(update: &IncrementalDocument) -> (ObjectId, Dictionary) {
    let before = update.get_prev_documents();
    let id = before.page_iter().next().unwrap();
    (id, before.get_dictionary(id).unwrap().clone())
}

pub fn catalog(update: &IncrementalDocument) -> (ObjectId, Dictionary) {
    let before = update.get_prev_documents();
    (before.trailer.get(b"Root").unwrap().as_reference().unwrap(), before.catalog().unwrap().clone())
}

pub fn text(words: &str) -> Stream {
    Stream::new(dictionary! {}, format!("BT /F1 18 Tf 100 600 Td ({words}) Tj ET").into_bytes())
}

pub fn later<T>(why: &'static str) -> Result<T, Refusal> {
    Err(Refusal::ChangedLater(why))
}

/// The four numbers of the only signature's ranges.
pub fn ranges(pdf: &[u8]) -> [usize; 4] {
    let start = find(pdf, b"/ByteRange[") + 11;
    let end = start + find(&pdf[start..], b"]");
    let words = String::from_utf8(pdf[start..end].to_vec()).unwrap();
    words.split_whitespace().map(|one| one.parse().unwrap()).collect::<Vec<_>>().try_into().unwrap()
}

/// Writes other ranges in the place of the first.
pub fn with_ranges(pdf: &[u8], new: [usize; 4]) -> Vec<u8> {
    let start = find(pdf, b"/ByteRange[") + 11;
    let end = start + find(&pdf[start..], b"]");
    let words = format!("{} {} {} {}", new[0], new[1], new[2], new[3]);
    [&pdf[..start], format!("{words:width$}", width = end - start).as_bytes(), &pdf[end..]].concat()
}

/// Signs with someone's key in a place of its own; what `change` does to it is what is wrong.
pub fn signed_by(world: &World, change: impl FnOnce(Unstamped) -> Vec<u8>) -> Vec<u8> {
    change(prepare(&document(false), &FIELD()).unwrap().sign(&world.mayor.key, &world.chain()).unwrap())
}

/// Replaces the bytes of the signature itself.
pub fn other_signature(pdf: &[u8], change: impl FnOnce(Vec<u8>) -> Vec<u8>) -> Vec<u8> {
    let [_, start, end, _] = ranges(pdf);
    let old = hex::decode(&pdf[start + 1..end - 1]).unwrap();
    let mut new = change(old.clone());
    new.resize(old.len(), 0);
    [&pdf[..=start], hex::encode_upper(new).as_bytes(), &pdf[end - 1..]].concat()
}

pub fn replaced(bytes: Vec<u8>, old: &[u8], new: &[u8]) -> Vec<u8> {
    let place = find(&bytes, old);
    [&bytes[..place], new, &bytes[place + old.len()..]].concat()
}
