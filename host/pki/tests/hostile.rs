//! Random and nested rubbish: nothing that was changed counts as something else, nothing panics.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail")]

mod common;

use common::{WORLD, document, verdicts};
use vatra_pki::Refusal;
use vatra_pki::pades::{Field, prepare};

/// Bytes where a change may leave the verdict as it is (certificates that only help to find the path) but may not make another one of it.
#[test]
fn no_changed_byte_makes_another_verdict() {
    for modern in [false, true] {
        let pdf = WORLD.sign(&document(modern));
        let good = verdicts(&pdf);
        let gap = pdf.windows(9).position(|part| part == b"/Contents").unwrap();
        let zeros = pdf.windows(64).position(|part| part.iter().all(|byte| *byte == b'0')).unwrap();
        let end = zeros + pdf[zeros..].iter().position(|byte| *byte == b'>').unwrap();
        assert!(gap < end);
        let places = (0..zeros).step_by(11).chain(end..pdf.len());
        let mut refused = 0;
        for place in places {
            for bit in [0x01, 0x10] {
                let mut spoilt = pdf.clone();
                spoilt[place] ^= bit;
                let said = verdicts(&spoilt);
                let counts = said.as_ref().is_ok_and(|found| found.iter().any(|one| one.outcome.is_ok()));
                assert!(!counts || said == good, "byte {place}");
                refused += usize::from(!counts);
            }
        }
        assert!(refused > 1_000, "{refused}");
    }
}

#[test]
fn every_beginning_of_a_signed_document_is_refused_or_unsigned() {
    let pdf = WORLD.sign(&document(false));
    for end in (0..pdf.len()).step_by(97) {
        let counts = verdicts(&pdf[..end]).is_ok_and(|found| found.iter().any(|one| one.outcome.is_ok()));
        assert!(!counts, "{end} bytes");
    }
}

#[test]
fn nested_and_looping_documents_end() {
    const WHAT: Refusal = Refusal::Unreadable("the document");
    for (open, close) in [("[", "]"), ("<<", ">>"), ("<</A ", ">>"), ("(", ")")] {
        let body = format!("%PDF-1.7\n1 0 obj\n{}{}\nendobj\n", open.repeat(100_000), close.repeat(100_000));
        let table = format!(
            "xref\n0 2\n0000000000 65535 f \n0000000009 00000 n \ntrailer\n<</Size 2/Root 1 0 R>>\nstartxref\n{}\n%%EOF\n",
            body.len()
        );
        assert_eq!(verdicts(&[body, table].concat().into_bytes()), Err(WHAT));
    }
    let body = "%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 1 0 R/AcroForm<</Fields[2 0 R]>>>>\nendobj\n2 0 obj\n<</FT/Sig/Kids[2 0 R 2 0 R]>>\nendobj\n";
    let second = body.find("2 0 obj").unwrap();
    let table = format!(
        "xref\n0 3\n0000000000 65535 f \n0000000009 00000 n \n{second:010} 00000 n \ntrailer\n<</Size 3/Root 1 0 R/Prev {}>>\nstartxref\n{}\n%%EOF\n",
        body.len(),
        body.len()
    );
    assert!(verdicts(&[body, &table].concat().into_bytes()).is_err(), "fields within themselves");
}

#[test]
fn documents_without_pages_are_not_signed() {
    let field = Field { name: None, reason: None, location: None, moment: common::signing() };
    for pdf in [&b""[..], b"%PDF-1.7\n", b"<html>"] {
        assert!(prepare(pdf, &field).is_err());
    }
}
