//! Signatures over digests: what counts, what was tampered with, and signxml, which nobody here wrote.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail")]

mod common;

use aws_lc_rs::digest;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::TimeDelta;
use common::{STRANGERS, WORLD, World, now, signing};
use std::path::Path;
use std::process::Command;
use vatra_pki::xades::{Hash, Unstamped, sign, verify};
use vatra_pki::{Refusal, SignError};
use vatra_xmlsec::Accepts;

const CONTENT: &[u8] = b"the content";

fn sha256(content: &[u8]) -> Hash {
    Hash::from_bytes(digest::digest(&digest::SHA256, content).as_ref(), Accepts::Sha256).unwrap()
}

fn sha1(content: &[u8]) -> Hash {
    Hash::from_bytes(digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, content).as_ref(), Accepts::Sha1Too).unwrap()
}

fn unstamped(world: &World, hash: &Hash) -> Unstamped {
    sign(hash, Accepts::Sha1Too, &world.mayor.key, &world.chain(), signing()).unwrap()
}

fn signed(world: &World, hash: &Hash) -> String {
    let signed = unstamped(world, hash);
    signed.finish(&WORLD.token(signed.value(), signing()))
}

fn said(text: &str, hash: &Hash) -> Result<(), Refusal> {
    verify(text, hash, Accepts::Sha1Too, &WORLD.trust(), now()).map(|_| ())
}

fn swap(text: &str, old: &str, new: &str) -> String {
    assert!(text.contains(old), "{old} is there");
    text.replacen(old, new, 1)
}

/// From one mark to the end of another.
fn cut(text: &str, from: &str, to: &str) -> String {
    let start = text.find(from).unwrap();
    let end = start + text[start..].find(to).unwrap() + to.len();
    [&text[..start], &text[end..]].concat()
}

fn signxml(text: &str, content: &[u8], options: &[&str]) -> (bool, String) {
    let folder = tempfile::tempdir().unwrap();
    let interop = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/interop").canonicalize().unwrap();
    let root = pem(WORLD.root.certificate().der());
    for (name, bytes) in [("signature.xml", text.as_bytes()), ("root.pem", root.as_bytes()), ("content", content)] {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    let done = Command::new(interop.join(".venv/bin/python"))
        .arg(interop.join("xades_peer.py"))
        .args(["signature.xml", "root.pem", "content"])
        .args(options)
        .current_dir(folder.path())
        .output()
        .expect("the peers are installed (tests/setup.sh does it)");
    (done.status.success(), String::from_utf8_lossy(&done.stderr).into_owned())
}

fn pem(der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let lines: Vec<&str> = text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
}

#[test]
fn signxml_accepts_ours_and_no_changed_one() {
    for (hash, options) in [(sha256(CONTENT), &[][..]), (sha1(CONTENT), &["sha1"][..])] {
        let text = signed(&WORLD, &hash);
        let (content, said) = signxml(&text, CONTENT, options);
        assert!(content, "{said}");
        assert!(!signxml(&text, b"another content", options).0);
        assert!(!signxml(&swap(&text, "<xades:SigningTime>2026", "<xades:SigningTime>2025"), CONTENT, options).0);
        assert!(!signxml(&signed(&STRANGERS, &hash), CONTENT, options).0);
    }
    assert!(!signxml(&signed(&WORLD, &sha1(CONTENT)), CONTENT, &[]).0, "SHA-1 is switched on by a word");
}

#[test]
fn good_ones_say_who_and_when() {
    for hash in [sha256(CONTENT), sha1(CONTENT)] {
        let valid = verify(&signed(&WORLD, &hash), &hash, Accepts::Sha1Too, &WORLD.trust(), now()).unwrap();
        assert_eq!((valid.signer.idnp().as_deref(), valid.signed_at), (Some(common::IDNP), signing()));
        assert_eq!(valid.stamped_by.common_name().as_deref(), Some("Mărci temporale"));
    }
}

#[test]
fn sha1_is_switched_off() {
    let hash = sha1(CONTENT);
    let made = sign(&hash, Accepts::Sha256, &WORLD.mayor.key, &WORLD.chain(), signing());
    assert_eq!(made, Err(SignError::Content(Refusal::WeakDigest)));
    assert_eq!(verify(&signed(&WORLD, &hash), &hash, Accepts::Sha256, &WORLD.trust(), now()), Err(Refusal::WeakDigest));
    assert_eq!(Hash::from_bytes(&[0; 20], Accepts::Sha256), Err(Refusal::WeakDigest));
    assert_eq!(Hash::from_bytes(&[0; 16], Accepts::Sha1Too), Err(Refusal::Unreadable("the digest")));
}

#[test]
fn tampered_ones_do_not_count() {
    const WHAT: Refusal = Refusal::Unreadable("the signature");
    let hash = sha256(CONTENT);
    let text = signed(&WORLD, &hash);
    assert_eq!(said(&text, &hash), Ok(()));
    assert_eq!(said(&text, &sha256(b"another")), Err(Refusal::Changed));
    assert_eq!(said(&text, &sha1(CONTENT)), Err(Refusal::Changed), "another digest of the same content was not signed");
    assert_eq!(said(&swap(&text, "<xades:SigningTime>2026", "<xades:SigningTime>2025"), &hash), Err(Refusal::Changed));
    assert_eq!(said(&swap(&text, "octet-stream", "octet-strean"), &hash), Err(Refusal::Changed));
    assert_eq!(said(&swap(&text, "urn:x-content", "urn:y-content"), &hash), Err(Refusal::Signature));
    let digest = |hash: &Hash| match hash {
        Hash::Sha256(bytes) => STANDARD.encode(bytes),
        Hash::Sha1(bytes) => STANDARD.encode(bytes),
    };
    let other = sha256(b"another");
    assert_eq!(said(&swap(&text, &digest(&hash), &digest(&other)), &other), Err(Refusal::Signature));

    assert_eq!(said(&unstamped(&WORLD, &hash).without_stamp(), &hash), Err(Refusal::NoTimeStamp));
    let of_another = unstamped(&WORLD, &hash).finish(&WORLD.token(b"else", signing()));
    assert_eq!(said(&of_another, &hash), Err(Refusal::StampOfAnother));
    let future = unstamped(&WORLD, &hash);
    let future = future.finish(&WORLD.token(future.value(), now() + TimeDelta::seconds(1)));
    assert_eq!(said(&future, &hash), Err(Refusal::StampInFuture));
    assert_eq!(said(&signed(&STRANGERS, &hash), &hash), Err(Refusal::UnknownIssuer));
    let mut trust = WORLD.trust();
    trust.lists.clear();
    let unknown = Refusal::Stamp(Box::new(Refusal::RevocationUnknown));
    assert_eq!(verify(&text, &hash, Accepts::Sha256, &trust, now()).map(|_| ()), Err(unknown));

    assert_eq!(said(&cut(&text, "<ds:X509Certificate>", "</ds:X509Certificate>"), &hash), Err(Refusal::CertificateNotBound));
    assert_eq!(said(&cut(&text, "<ds:X509Data>", "</ds:X509Data>"), &hash), Err(Refusal::NoCertificate));
    assert_eq!(said(&swap(&text, "rsa-sha256", "rsa-sha512"), &hash), Err(Refusal::Algorithm));
    let weak = "http://www.w3.org/2000/09/xmldsig#rsa-sha1";
    assert_eq!(said(&swap(&text, "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", weak), &hash), Err(Refusal::WeakDigest));
    for broken in [
        cut(&text, "<ds:Reference Type", "</ds:Reference>"),
        cut(&text, "<ds:Reference Id", "</ds:Reference>"),
        cut(&text, "<ds:Object>", "</ds:Object>"),
        cut(&text, "<xades:SigningCertificateV2>", "</xades:SigningCertificateV2>"),
        swap(&text, "</ds:Object>", "</ds:Object><ds:Object/>"),
        swap(&text, "urn:x-content", ""),
        swap(&text, "<ds:Transforms>", "<ds:Transforms><ds:Transform Algorithm=\"http://www.w3.org/TR/1999/REC-xpath-19991116\"/>"),
        swap(&text, "Target=\"#", "Target=\"#x"),
        swap(&text, "<ds:Signature ", "<!DOCTYPE x []><ds:Signature "),
        String::new(),
    ] {
        assert_eq!(said(&broken, &hash), Err(WHAT));
    }
}
