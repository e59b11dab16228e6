//! What was added to a document after it was signed. Everything is refused but what further signatures need.

use super::verify::signatures_of;
use super::{array, dictionary, is_name, resolve};
use lopdf::{Dictionary, Document, Object, ObjectId};
use std::collections::{BTreeMap, BTreeSet};

/// Compares two revisions of a document: only signed signature fields, and what proves signatures later on (`DSS`), may have been added; title and
/// dates of the document (`Info`, `Metadata`) may have changed, as they do not show on the page.
pub(super) fn only_signatures(before: &Document, after: &Document) -> Result<(), &'static str> {
    let root = before.trailer.get(b"Root").and_then(Object::as_reference).map_err(|_| "its catalogue")?;
    if after.trailer.get(b"Root").and_then(Object::as_reference).ok() != Some(root) {
        return Err("its catalogue");
    }
    let old = before.catalog().map_err(|_| "its catalogue")?;
    let new = after.catalog().map_err(|_| "its catalogue")?;
    same_but(old, new, &[b"AcroForm", b"DSS", b"Extensions"], "its catalogue")?;
    let mut judged = BTreeSet::from([root]);

    let mut referred: BTreeMap<ObjectId, usize> = BTreeMap::new();
    before.objects.values().filter(|object| !is_table(object)).for_each(|object| references(object, &mut referred));
    // What may change must serve nothing else: an author could name a page's text as the document's title, to change it later.
    let info = before.trailer.get(b"Info").and_then(Object::as_reference).ok();
    judged.extend(info.filter(|id| !referred.contains_key(id)));
    let metadata = old.get(b"Metadata").and_then(Object::as_reference).ok();
    let proofs = old.get(b"DSS").and_then(Object::as_reference).ok();
    judged.extend(metadata.into_iter().chain(proofs).filter(|id| referred.get(id) == Some(&1)));

    // Every field that was added is one of the signatures that are judged: one that only stands on the page would be looked at by nobody.
    let signatures = signatures_of(after).map_err(|_| "its form")?.iter().map(|found| found.id).collect();
    let revisions = Revisions { before, after, signatures };
    revisions.form(old, new, &mut judged)?;
    for page in before.page_iter() {
        let (was, is) = (before.get_dictionary(page), after.get_dictionary(page));
        let (was, is) = (was.map_err(|_| "a page")?, is.map_err(|_| "a page")?);
        same_but(was, is, &[b"Annots"], "a page")?;
        judged.insert(page);
        let notes = array(before, was, b"Annots").zip(array(after, is, b"Annots")).ok_or("the notes on a page")?;
        judged.extend(notes.0.0);
        revisions.appended(notes.0.1, notes.1.1, "the notes on a page")?;
    }

    for (id, was) in &before.objects {
        let is = after.objects.get(id).ok_or("something is missing")?;
        if was != is && !judged.contains(id) && !bookkeeping(was, is) && !revisions.now_signed(was, is) {
            return Err("something else than signatures");
        }
    }
    // What was referred to and not there, and so showed nothing, may not appear.
    if referred.keys().any(|id| !before.objects.contains_key(id) && after.objects.contains_key(id)) {
        return Err("something appeared");
    }
    Ok(())
}

struct Revisions<'d> {
    before: &'d Document,
    after: &'d Document,
    /// The signatures of the later one.
    signatures: BTreeSet<ObjectId>,
}

impl Revisions<'_> {
    fn form(&self, old: &Dictionary, new: &Dictionary, judged: &mut BTreeSet<ObjectId>) -> Result<(), &'static str> {
        const FORM: &str = "its form";
        let empty = Dictionary::new();
        let (id, was) = if old.has(b"AcroForm") { dictionary(self.before, old, b"AcroForm").ok_or(FORM)? } else { (None, &empty) };
        let is = if new.has(b"AcroForm") { dictionary(self.after, new, b"AcroForm").ok_or(FORM)?.1 } else { &empty };
        judged.extend(id);
        same_but(was, is, &[b"Fields", b"SigFlags"], FORM)?;
        let fields = array(self.before, was, b"Fields").zip(array(self.after, is, b"Fields")).ok_or(FORM)?;
        judged.extend(fields.0.0);
        self.appended(fields.0.1, fields.1.1, FORM)
    }

    /// Whether all that was added to a list are new, signed signature fields.
    fn appended(&self, was: &[Object], is: &[Object], what: &'static str) -> Result<(), &'static str> {
        let added = is.strip_prefix(was).ok_or(what)?;
        let fits = |value: &Object| match resolve(self.after, value) {
            Some((Some(id), Object::Dictionary(field))) => {
                let plain = ![&b"Kids"[..], b"A", b"AA", b"Parent"].iter().any(|key| field.has(key));
                !self.before.objects.contains_key(&id) && plain && self.signs(field)
            }
            _ => false,
        };
        if added.iter().all(fits) { Ok(()) } else { Err(what) }
    }

    /// Whether a field holds a new signature.
    fn signs(&self, field: &Dictionary) -> bool {
        let value = field.get(b"V").and_then(Object::as_reference);
        is_name(field, b"FT", b"Sig") && value.is_ok_and(|id| !self.before.objects.contains_key(&id) && self.signatures.contains(&id))
    }

    /// An empty signature field that is signed now.
    fn now_signed(&self, was: &Object, is: &Object) -> bool {
        let (Ok(was), Ok(is)) = (was.as_dict(), is.as_dict()) else { return false };
        is_name(was, b"FT", b"Sig") && !was.has(b"V") && self.signs(is) && same_but(was, is, &[b"V", b"AP", b"F"], "").is_ok()
    }
}

/// Whether two dictionaries are the same but for these entries.
fn same_but(was: &Dictionary, is: &Dictionary, keys: &[&[u8]], what: &'static str) -> Result<(), &'static str> {
    let rest = |dict: &Dictionary| {
        let mut dict = dict.clone();
        for key in keys {
            dict.remove(key);
        }
        dict
    };
    if rest(was) == rest(is) { Ok(()) } else { Err(what) }
}

/// Tables of where objects are, which every revision has of its own.
fn bookkeeping(was: &Object, is: &Object) -> bool {
    is_table(was) && is_table(is)
}

fn is_table(object: &Object) -> bool {
    object.as_stream().is_ok_and(|stream| is_name(&stream.dict, b"Type", b"XRef"))
}

/// How often each object is referred to.
fn references(object: &Object, out: &mut BTreeMap<ObjectId, usize>) {
    let mut open = vec![object];
    while let Some(object) = open.pop() {
        match object {
            Object::Reference(id) => {
                *out.entry(*id).or_default() += 1;
            }
            Object::Array(items) => open.extend(items),
            Object::Dictionary(dict) => open.extend(dict.iter().map(|(_, value)| value)),
            Object::Stream(stream) => open.extend(stream.dict.iter().map(|(_, value)| value)),
            _ => {}
        }
    }
}
