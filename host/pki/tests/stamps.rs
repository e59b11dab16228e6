//! Time stamps from both sides, and `openssl ts`, which nobody here wrote, on the other.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail")]

mod common;

use common::{STRANGERS, WORLD, at, now, signing};
use std::process::Command;
use vatra_pki::stamp::{Request, verify};
use vatra_pki::{Certificate, Refusal, SignError};

const CONTENT: &[u8] = b"the content";

fn openssl(arguments: &[&str], files: &[(&str, &[u8])]) -> (bool, Vec<u8>) {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    let done = Command::new("openssl").args(arguments).current_dir(folder.path()).output().expect("openssl is there");
    (done.status.success(), done.stdout)
}

fn pem(certificate: &Certificate) -> Vec<u8> {
    openssl(&["x509", "-inform", "DER", "-in", "it.der"], &[("it.der", certificate.der())]).1
}

#[test]
fn openssl_asks_and_accepts_our_answer_and_no_other() {
    let ask = ["ts", "-query", "-data", "content", "-sha256", "-cert"];
    let (content, query) = openssl(&ask, &[("content", CONTENT)]);
    assert!(content);
    let answer = WORLD.stamps.answer(&query, [3; 16], signing()).unwrap();
    let root = pem(WORLD.root.certificate());
    let check = ["ts", "-verify", "-queryfile", "query", "-in", "answer", "-CAfile", "root.pem", "-attime", "1795338000"];
    assert!(openssl(&check, &[("query", &query), ("answer", &answer), ("root.pem", &root)]).0);
    let (_, another) = openssl(&ask, &[("content", b"something else")]);
    assert!(!openssl(&check, &[("query", &another), ("answer", &answer), ("root.pem", &root)]).0);
    let strange = pem(STRANGERS.root.certificate());
    assert!(!openssl(&check, &[("query", &query), ("answer", &answer), ("root.pem", &strange)]).0);
}

#[test]
fn openssl_reads_what_we_ask() {
    let request = Request::over(CONTENT, [5; 16]).unwrap().to_der().unwrap();
    let (content, said) = openssl(&["ts", "-query", "-in", "query", "-text"], &[("query", &request)]);
    let said = String::from_utf8(said).unwrap();
    assert!(content && said.contains("Hash Algorithm: sha256") && said.contains("Certificate required: yes"), "{said}");
}

#[test]
fn answers_to_other_questions_are_not_taken() {
    let ours = Request::over(CONTENT, [1; 16]).unwrap();
    let answer = |request: &Request| WORLD.stamps.answer(&request.to_der().unwrap(), [2; 16], signing()).unwrap();
    let token = ours.accept(&answer(&ours)).unwrap();
    let stamp = verify(&token, CONTENT, &WORLD.trust(), now()).unwrap();
    assert_eq!((stamp.at, stamp.authority.der()), (signing(), WORLD.stamps.key.certificate().der()));

    assert_eq!(ours.accept(&answer(&Request::over(CONTENT, [4; 16]).unwrap())), Err(Refusal::StampNotGranted), "an old answer");
    assert_eq!(ours.accept(&answer(&Request::over(b"other", [1; 16]).unwrap())), Err(Refusal::StampOfAnother));
    assert_eq!(ours.accept(b"no"), Err(Refusal::Unreadable("the time stamp")));
    assert_eq!(verify(&token, b"other", &WORLD.trust(), now()), Err(Refusal::StampOfAnother));
    assert_eq!(verify(&token, CONTENT, &WORLD.trust(), at("2026-11-22T08:59:59Z")), Err(Refusal::StampInFuture));
    let unknown = Refusal::Stamp(Box::new(Refusal::UnknownIssuer));
    assert_eq!(verify(&token, CONTENT, &STRANGERS.trust(), now()), Err(unknown));
    for place in 0..token.len() {
        let mut spoilt = token.clone();
        spoilt[place] ^= 0x20;
        let said = verify(&spoilt, CONTENT, &WORLD.trust(), now());
        assert!(said.is_err() || said == Ok(stamp.clone()), "byte {place}: another moment or authority");
    }
}

#[test]
fn the_authority_refuses_what_it_does_not_stamp() {
    let sha1 = openssl(&["ts", "-query", "-data", "content", "-sha1"], &[("content", CONTENT)]).1;
    let answer = WORLD.stamps.answer(&sha1, [1; 16], signing()).unwrap();
    assert_eq!(Request::over(CONTENT, [1; 16]).unwrap().accept(&answer), Err(Refusal::StampNotGranted));
    let what = SignError::Content(Refusal::Unreadable("the request for a time stamp"));
    assert_eq!(WORLD.stamps.answer(b"no", [1; 16], signing()), Err(what));
}

#[test]
fn facts_of_certificates() {
    let mayor = &WORLD.mayor.certificate;
    assert_eq!((mayor.common_name().as_deref(), mayor.idnp().as_deref()), (Some("Ana Rusu"), Some(common::IDNP)));
    assert_eq!(mayor.validity(), (at("2020-01-01T00:00:00Z"), at("2045-01-01T00:00:00Z")));
    assert_eq!(Certificate::from_pem(&String::from_utf8(pem(mayor)).unwrap()).as_ref(), Ok(mayor));
    assert_eq!((WORLD.root.certificate().idnp(), mayor.serial().len()), (None, 32));
    assert!(!format!("{mayor:?}").contains("Rusu"), "no names in logs");
    assert_eq!(Certificate::from_der(b"no"), Err(Refusal::Unreadable("the certificate")));
}
