//! Signed documents that were tampered with, each with the exact reason why the signature does not count.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail")]

mod common;

use chrono::TimeDelta;
use common::tamper::*;
use common::{IDNP, STRANGERS, WORLD, document, outcomes, signing, verdicts};
use lopdf::{Dictionary, IncrementalDocument, Object, Stream, dictionary};
use vatra_pki::pades::{extends, prepare};
use vatra_pki::{Refusal, SignError};

#[test]
fn good_ones_count_and_say_who_and_when() {
    for modern in [false, true] {
        let pdf = WORLD.sign(&document(modern));
        let found = verdicts(&pdf).unwrap().remove(0);
        let valid = found.outcome.unwrap();
        assert_eq!(found.reason.as_deref(), Some("Aprobat în ședință"));
        assert_eq!((valid.signer.common_name().as_deref(), valid.signer.idnp().as_deref()), (Some("Ana Rusu"), Some(IDNP)));
        assert_eq!((valid.signed_at, valid.stamped_by.common_name().as_deref()), (signing(), Some("Mărci temporale")));
        let mut pdf = pdf;
        for count in 2..6 {
            pdf = WORLD.sign_at(&pdf, &WORLD.secretary, signing() + TimeDelta::minutes(count));
        }
        assert_eq!(outcomes(&pdf), Ok(vec![None; 5]));
        // Title and dates may change before a further signature.
        let renamed = update(&pdf, |update| {
            let id = update.get_prev_documents().trailer.get(b"Info").unwrap().as_reference().unwrap();
            update.new_document.set_object(id, dictionary! { "Title" => Object::string_literal("Alt titlu") });
        });
        assert_eq!(outcomes(&WORLD.sign(&renamed)), Ok(vec![None; 6]));
    }
    assert_eq!(outcomes(&document(false)), Ok(vec![]), "not signed");
}

/// Whoever asked for a signature knows by this that nothing else came back.
#[test]
fn only_a_signature_was_added_to_what_was_sent() {
    for modern in [false, true] {
        let (sent, signed) = (document(modern), WORLD.sign(&document(modern)));
        assert_eq!(extends(&sent, &signed), Ok(()));
        assert_eq!(extends(&signed, &WORLD.sign_at(&signed, &WORLD.secretary, signing())), Ok(()));
        assert_eq!(extends(&sent, &WORLD.sign_at(&signed, &WORLD.secretary, signing())), Ok(()), "two of them");
        assert_eq!(extends(&signed, &sent), Err(Refusal::NotCovered));
        let mut other = document(modern);
        other[10] ^= 1;
        assert_eq!(extends(&other, &signed), Err(Refusal::NotCovered));
        // Text was added to the page before it was signed: the signature counts, and covers what nobody sent.
        let changed = update(&sent, |update| {
            let (id, mut dict) = page(update);
            dict.set("Rotate", 90);
            update.new_document.set_object(id, dict);
        });
        let signed = WORLD.sign(&changed);
        assert_eq!(outcomes(&signed), Ok(vec![None]));
        assert_eq!(extends(&sent, &signed), Err(Refusal::ChangedLater("a page")));
    }
}

#[test]
fn bytes_that_were_changed() {
    let pdf = once();
    assert_eq!(only(&swap(&pdf, "100 lei", "900 lei")), Err(Refusal::Changed));
    assert_eq!(only(&swap(&pdf, "/Filter/Adobe.PPKLite", "/Filter/Adobe.PPKMS  ")), Err(Refusal::Changed));
    let other_tag = |mut der: Vec<u8>| {
        der[0] = 0x31;
        der
    };
    assert_eq!(only(&other_signature(&pdf, other_tag)), Err(Refusal::Unreadable("the signature")));
    assert_eq!(only(&other_signature(&pdf, |_| vec![])), Err(Refusal::Unreadable("the signature")), "an empty signature");
    let flipped = other_signature(&pdf, |mut der| {
        // The last bytes of the signer's own signature stand before the unsigned attributes.
        let stamp = find(&der, &[0x06, 0x0b, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x02, 0x0e]);
        der[stamp - 40] ^= 1;
        der
    });
    assert_eq!(only(&flipped), Err(Refusal::Signature));
    let trailing = |mut der: Vec<u8>| {
        *der.last_mut().unwrap() = 1;
        der
    };
    assert_eq!(only(&other_signature(&pdf, trailing)), Err(Refusal::Unreadable("the signature")));
}

#[test]
fn updates_after_the_signature() {
    let pdf = once();
    let other_text = |update: &mut IncrementalDocument| {
        let (_, page) = page(update);
        update.new_document.set_object(page.get(b"Contents").unwrap().as_reference().unwrap(), text("De plata: 900 lei"));
    };
    assert_eq!(only(&update(&pdf, other_text)), later("something else than signatures"));
    let added_text = |update: &mut IncrementalDocument| {
        let (id, mut page) = page(update);
        let more = update.new_document.add_object(text("si inca 900 lei"));
        let old = page.get(b"Contents").unwrap().clone();
        page.set("Contents", vec![old, more.into()]);
        update.new_document.set_object(id, page);
    };
    assert_eq!(only(&update(&pdf, added_text)), later("a page"));
    let note = |update: &mut IncrementalDocument| {
        let (id, mut page) = page(update);
        let note = dictionary! { "Type" => "Annot", "Subtype" => "FreeText", "Contents" => Object::string_literal("900 lei") };
        let note = update.new_document.add_object(note);
        let mut notes = page.get(b"Annots").unwrap().as_array().unwrap().clone();
        notes.push(note.into());
        page.set("Annots", notes);
        update.new_document.set_object(id, page);
    };
    assert_eq!(only(&update(&pdf, note)), later("the notes on a page"));
    let other_pages = |update: &mut IncrementalDocument| {
        let (id, mut catalog) = catalog(update);
        let pages = update.new_document.add_object(dictionary! { "Type" => "Pages", "Kids" => Vec::<Object>::new(), "Count" => 0 });
        catalog.set("Pages", pages);
        update.new_document.set_object(id, catalog);
    };
    assert_eq!(only(&update(&pdf, other_pages)), later("its catalogue"));
    let other_catalog = |update: &mut IncrementalDocument| {
        let (_, mut catalog) = catalog(update);
        catalog.set("OpenAction", dictionary! { "S" => "JavaScript", "JS" => Object::string_literal("app.alert(1)") });
        let id = update.new_document.add_object(catalog);
        update.new_document.trailer.set("Root", id);
    };
    assert_eq!(only(&update(&pdf, other_catalog)), later("its catalogue"));
    let other_font = |update: &mut IncrementalDocument| {
        let font = dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Symbol" };
        let (_, page) = page(update);
        let fonts = page.get(b"Resources").unwrap().as_dict().unwrap().get(b"Font").unwrap().as_dict().unwrap();
        update.new_document.set_object(fonts.get(b"F1").unwrap().as_reference().unwrap(), font);
    };
    assert_eq!(only(&update(&pdf, other_font)), later("something else than signatures"));
    let field = |update: &mut IncrementalDocument| {
        let (id, mut catalog) = catalog(update);
        let field = dictionary! { "FT" => "Tx", "T" => Object::string_literal("x"), "V" => Object::string_literal("900") };
        let field = update.new_document.add_object(field);
        let mut form = catalog.get(b"AcroForm").unwrap().as_dict().unwrap().clone();
        let mut fields = form.get(b"Fields").unwrap().as_array().unwrap().clone();
        fields.push(field.into());
        form.set("Fields", fields);
        catalog.set("AcroForm", form);
        update.new_document.set_object(id, catalog);
    };
    assert_eq!(only(&update(&pdf, field)), later("its form"));
    assert_eq!(only(&[&pdf[..], b"% a word\n"].concat()), Ok(()), "a comment after the end changes nothing");
}

#[test]
fn updates_that_are_signed_over() {
    let changed = update(&once(), |update| {
        let (_, page) = page(update);
        update.new_document.set_object(page.get(b"Contents").unwrap().as_reference().unwrap(), text("De plata: 900 lei"));
    });
    let why = Refusal::ChangedLater("something else than signatures");
    let secretary = WORLD.sign_at(&changed, &WORLD.secretary, signing());
    assert_eq!(outcomes(&secretary), Ok(vec![Some(why), None]), "the second signer saw what is there, the first did not");
    let strangers = STRANGERS.sign(&once());
    let why = Refusal::ChangedLater("by a signature that does not count");
    let stamp = Refusal::Stamp(Box::new(Refusal::UnknownIssuer));
    assert_eq!(outcomes(&strangers), Ok(vec![Some(why), Some(stamp)]), "a stranger's signature could show anything");
}

/// A picture over the page that calls itself a signature; `listed` in the form, too.
fn overlay(pdf: &[u8], listed: bool) -> Vec<u8> {
    update(pdf, |update| {
        let (id, mut page) = page(update);
        let (root, mut catalog) = catalog(update);
        let value = update.new_document.add_object(dictionary! { "Type" => "Sig" });
        let picture = Stream::new(dictionary! { "Type" => "XObject", "Subtype" => "Form" }, b"0 0 595 842 re f".to_vec());
        let picture = update.new_document.add_object(picture);
        let widget = update.new_document.add_object(dictionary! {
            "Type" => "Annot", "Subtype" => "Widget", "FT" => "Sig", "T" => Object::string_literal("x"), "V" => value,
            "Rect" => vec![0.into(), 0.into(), 595.into(), 842.into()], "AP" => dictionary! { "N" => picture },
        });
        let add = |dict: &mut Dictionary, key: &str| {
            let mut list = dict.get(key.as_bytes()).unwrap().as_array().unwrap().clone();
            list.push(widget.into());
            dict.set(key, list);
        };
        add(&mut page, "Annots");
        update.new_document.set_object(id, page);
        if listed {
            let mut form = catalog.get(b"AcroForm").unwrap().as_dict().unwrap().clone();
            add(&mut form, "Fields");
            catalog.set("AcroForm", form);
            update.new_document.set_object(root, catalog);
        }
    })
}

#[test]
fn pictures_that_call_themselves_signatures() {
    let pdf = once();
    assert_eq!(only(&overlay(&pdf, false)), later("the notes on a page"));
    let why = Refusal::ChangedLater("by a signature that does not count");
    assert_eq!(outcomes(&overlay(&pdf, true)), Ok(vec![Some(why), Some(Refusal::NotCovered)]));
    // An empty field that stands on the page alone, to be filled once the document is signed.
    let mut place = (0, 0);
    let prepared = update(&document(false), |update| {
        let (id, mut page) = page(update);
        let field = dictionary! { "Type" => "Annot", "Subtype" => "Widget", "FT" => "Sig", "Rect" => vec![Object::Integer(0); 4] };
        place = update.new_document.add_object(field);
        page.set("Annots", vec![Object::Reference(place)]);
        update.new_document.set_object(id, page);
    });
    let filled = update(&WORLD.sign(&prepared), |update| {
        let mut field = update.get_prev_documents().get_dictionary(place).unwrap().clone();
        field.set("V", update.new_document.add_object(dictionary! { "Type" => "Sig" }));
        field.set("AP", dictionary! { "N" => update.new_document.add_object(text("900 lei")) });
        update.new_document.set_object(place, field);
    });
    assert_eq!(only(&filled), later("something else than signatures"));
}

#[test]
fn what_was_prepared_before_the_signature() {
    // The text names an object that is not there yet.
    let hidden = update(&document(false), |update| {
        let (id, mut page) = page(update);
        let old = page.get(b"Contents").unwrap().clone();
        page.set("Contents", vec![old, Object::Reference((900, 0))]);
        update.new_document.set_object(id, page);
    });
    let shown = update(&WORLD.sign(&hidden), |update| update.new_document.set_object((900, 0), text("si inca 900 lei")));
    assert_eq!(only(&shown), later("something appeared"));
    // The page's text is the document's title, too.
    let double = update(&document(false), |update| {
        let (_, page) = page(update);
        let text = page.get(b"Contents").unwrap().clone();
        update.new_document.trailer.set("Info", text);
    });
    let changed = update(&WORLD.sign(&double), |update| {
        let (_, page) = page(update);
        update.new_document.set_object(page.get(b"Contents").unwrap().as_reference().unwrap(), text("De plata: 900 lei"));
    });
    assert_eq!(only(&changed), later("something else than signatures"));
}

#[test]
fn ranges_that_leave_something_out() {
    let pdf = once();
    let [zero, start, end, length] = ranges(&pdf);
    assert_eq!(only(&with_ranges(&pdf, [zero, start - 20, end, length])), Err(Refusal::NotCovered), "a gap before");
    assert_eq!(only(&with_ranges(&pdf, [zero, start, end + 20, length - 20])), Err(Refusal::NotCovered), "a gap behind");
    assert_eq!(only(&with_ranges(&pdf, [zero, start, end, length - 40])), Err(Refusal::Changed), "not to the end");
    assert_eq!(only(&with_ranges(&pdf, [zero, start, end, length + 40])), Err(Refusal::NotCovered), "past the end");
    assert_eq!(only(&with_ranges(&pdf, [9, start, end, length])), Err(Refusal::NotCovered), "not from the beginning");
    assert_eq!(only(&with_ranges(&pdf, [zero, end, start, length])), Err(Refusal::NotCovered), "the wrong way round");
    assert_eq!(only(&swap(&pdf, "/ByteRange", "/ByteRangx")), Err(Refusal::NotCovered), "no ranges");
    assert_eq!(only(&swap(&pdf, "/Contents<", "/Contentx<")), Err(Refusal::Misplaced), "no signature");
}

#[test]
fn a_signature_that_stands_elsewhere() {
    // The field is given a copy of the signature, with the ranges of the first.
    let pdf = once();
    let moved = update(&pdf, |update| {
        let before = update.get_prev_documents();
        let old = before.objects.iter().find(|(_, object)| object.as_dict().is_ok_and(|dict| dict.has(b"ByteRange"))).unwrap();
        let (id, copy) = (*old.0, old.1.clone());
        let field = before.objects.iter().find(|(_, object)| object.as_dict().is_ok_and(|dict| dict.has(b"FT"))).unwrap();
        let (field, mut dict) = (*field.0, field.1.as_dict().unwrap().clone());
        assert_eq!(dict.get(b"V").unwrap().as_reference().unwrap(), id);
        let copy = update.new_document.add_object(copy);
        dict.set("V", copy);
        update.new_document.set_object(field, dict);
    });
    assert_eq!(only(&moved), Err(Refusal::Misplaced));
    // Two fields share one signature.
    let shared = update(&pdf, |update| {
        let (id, mut catalog) = catalog(update);
        let mut form = catalog.get(b"AcroForm").unwrap().as_dict().unwrap().clone();
        let mut fields = form.get(b"Fields").unwrap().as_array().unwrap().clone();
        fields.push(fields[0].clone());
        form.set("Fields", fields);
        catalog.set("AcroForm", form);
        update.new_document.set_object(id, catalog);
    });
    assert_eq!(verdicts(&shared), Err(Refusal::Misplaced));
    // A signature of another document.
    let other = WORLD.sign(&document(true));
    let [_, start, end, _] = ranges(&other);
    let foreign = hex::decode(&other[start + 1..end - 1]).unwrap();
    assert_eq!(only(&other_signature(&pdf, |_| foreign)), Err(Refusal::Changed));
}

#[test]
fn encrypted_documents_are_neither_signed_nor_judged() {
    for password in ["", "parola"] {
        let mut open = lopdf::Document::load_mem(&document(false)).unwrap();
        let permissions = lopdf::Permissions::all();
        let version = lopdf::EncryptionVersion::V1 { document: &open, owner_password: "x", user_password: password, permissions };
        let state = lopdf::EncryptionState::try_from(version).unwrap();
        open.encrypt(&state).unwrap();
        let mut pdf = Vec::new();
        open.save_to(&mut pdf).unwrap();
        const WHAT: Refusal = Refusal::Unreadable("the encrypted document");
        assert_eq!(verdicts(&pdf), Err(WHAT));
        assert_eq!(prepare(&pdf, &FIELD()), Err(SignError::Content(WHAT)));
    }
}

#[test]
fn documents_that_cannot_be_judged() {
    const WHAT: Refusal = Refusal::Unreadable("the document");
    let pdf = once();
    assert_eq!(verdicts(b""), Err(WHAT));
    assert_eq!(verdicts(b"<html>"), Err(WHAT));
    assert_eq!(verdicts(&[b"\n", &pdf[..]].concat()), Err(WHAT), "something before the header");
    assert_eq!(verdicts(&pdf[..pdf.len() / 2]), Err(WHAT), "cut off");
    let end = pdf.windows(9).rposition(|part| part == b"startxref").unwrap();
    assert_eq!(verdicts(&[&pdf[..end], &pdf[end + 9..]].concat()), Err(WHAT), "nothing is repaired");
}
