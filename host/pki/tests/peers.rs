//! `pdfsig` and pyHanko, which nobody here wrote, accept our signed documents and refuse changed ones; and we verify what pyHanko signs.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail")]

mod common;

use common::{WORLD, document, outcomes, signing};
use std::path::{Path, PathBuf};
use std::process::Command;
use vatra_pki::pades::{Kind, verify};
use vatra_pki::{Certificate, Refusal, RevocationList, Trust};

/// What a program says of these files in a folder of its own, and the file that it leaves there.
fn leaves(program: &Path, arguments: &[&str], files: &[(&str, &[u8])]) -> (bool, String, Vec<u8>) {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    let done = Command::new(program).args(arguments).current_dir(folder.path()).output();
    let done = done.expect("the peers are installed (tests/setup.sh does it)");
    let said = [done.stdout, done.stderr].iter().map(|said| String::from_utf8_lossy(said)).collect();
    (done.status.success(), said, std::fs::read(folder.path().join("signed.pdf")).unwrap_or_default())
}

fn run(program: &Path, arguments: &[&str], files: &[(&str, &[u8])]) -> (bool, String) {
    let (content, said, _) = leaves(program, arguments, files);
    (content, said)
}

fn interop() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/interop").canonicalize().unwrap()
}

fn pdfsig(pdf: &[u8]) -> String {
    run(Path::new("pdfsig"), &["signed.pdf"], &[("signed.pdf", pdf)]).1
}

fn pyhanko(pdf: &[u8]) -> (bool, String) {
    let root = WORLD.root.certificate().der();
    let lists: Vec<(String, &[u8])> = WORLD.lists.iter().enumerate().map(|(n, list)| (format!("list-{n}.crl"), list.der())).collect();
    let mut files: Vec<(&str, &[u8])> = vec![("signed.pdf", pdf), ("root.der", root)];
    files.extend(lists.iter().map(|(name, bytes)| (name.as_str(), *bytes)));
    let script = interop().join("pdf_peer.py");
    let moment = common::now().to_rfc3339();
    run(&interop().join(".venv/bin/python"), &[script.to_str().unwrap(), "verify", "signed.pdf", "root.der", &moment], &files)
}

fn spoilt(pdf: &[u8]) -> Vec<u8> {
    let place = pdf.windows(3).position(|part| part == b"100").unwrap();
    let mut pdf = pdf.to_vec();
    pdf[place] = b'9';
    pdf
}

#[test]
fn pdfsig_accepts_ours_and_no_changed_one() {
    for modern in [false, true] {
        let once = WORLD.sign(&document(modern));
        let twice = WORLD.sign_at(&once, &WORLD.secretary, signing());
        let said = pdfsig(&twice);
        assert_eq!(said.matches("Signature is Valid.").count(), 2, "{said}");
        assert_eq!(said.matches("ETSI.CAdES.detached").count(), 2, "{said}");
        assert!(said.contains("Total document signed") && said.contains("Ana Rusu") && said.contains("Ion Țurcanu"), "{said}");
        let said = pdfsig(&spoilt(&WORLD.sign(&plain())));
        assert!(said.contains("Digest Mismatch") && !said.contains("Signature is Valid"), "{said}");
    }
}

/// The words in the open, so that a byte of them can be changed.
fn plain() -> Vec<u8> {
    document(false)
}

#[test]
fn pyhanko_accepts_ours_and_no_changed_one() {
    for modern in [false, true] {
        let once = WORLD.sign(&document(modern));
        let twice = WORLD.sign_at(&once, &WORLD.secretary, signing());
        assert_eq!(outcomes(&twice), Ok(vec![None, None]));
        let (content, said) = pyhanko(&twice);
        assert!(content, "{said}");
        assert_eq!(said.lines().filter(|line| line.contains("2026-11-22T09:00:00+00:00 True")).count(), 2, "{said}");
    }
    let (content, said) = pyhanko(&spoilt(&WORLD.sign(&plain())));
    assert!(!content, "{said}");
}

/// A document that pyHanko signed for the mayor, twice.
fn by_pyhanko(how: &str, pdf: &[u8]) -> Vec<u8> {
    by_pyhanko_for(how, pdf, WORLD.mayor.certificate.der(), &WORLD.mayor.pkcs8)
}

fn by_pyhanko_for(how: &str, pdf: &[u8], person: &[u8], key: &[u8]) -> Vec<u8> {
    let (stamps, moment) = (&WORLD.stamps, signing().to_rfc3339());
    let files: [(&str, &[u8]); 9] = [
        ("plain.pdf", pdf),
        ("person.der", person),
        ("person-key.der", key),
        ("issuing.der", WORLD.issuing.certificate().der()),
        ("stamps.der", stamps.key.certificate().der()),
        ("stamps-key.der", &WORLD.stamps_key),
        ("root.der", WORLD.root.certificate().der()),
        ("root.crl", WORLD.lists[0].der()),
        ("issuing.crl", WORLD.lists[1].der()),
    ];
    let script = interop().join("pdf_peer.py");
    let arguments = [script.to_str().unwrap(), how, "plain.pdf", &moment, "root.der"];
    let (content, said, signed) = leaves(&interop().join(".venv/bin/python"), &arguments, &files);
    assert!(content, "{said}");
    signed
}

#[test]
fn what_pyhanko_signs_counts_and_changed_it_does_not() {
    for modern in [false, true] {
        let signed = by_pyhanko("sign", &document(modern));
        let found = common::verdicts(&signed).unwrap();
        assert_eq!(found.len(), 2);
        for one in found {
            let valid = one.outcome.unwrap();
            assert_eq!((valid.signer.idnp().as_deref(), valid.signed_at), (Some(common::IDNP), signing()));
        }
        let both = outcomes(&WORLD.sign_at(&signed, &WORLD.secretary, signing()));
        assert_eq!(both, Ok(vec![None, None, None]), "ours on top of its");
        if !modern {
            assert_eq!(outcomes(&spoilt(&signed)), Ok(vec![Some(Refusal::Changed), Some(Refusal::Changed)]));
        }
    }
}

#[test]
fn archived_documents_count_without_lists_of_our_own() {
    for modern in [false, true] {
        let archived = by_pyhanko("archive", &document(modern));
        let trust = Trust { lists: vec![], ..WORLD.trust() };
        let kinds: Vec<_> =
            verify(&archived, &trust, common::now()).unwrap().into_iter().map(|one| (one.kind, one.outcome.err())).collect();
        let (person, stamp) = ((Kind::Signature, None), (Kind::DocumentTimeStamp, None));
        assert_eq!(kinds, [person.clone(), stamp.clone(), person, stamp]);
        assert_eq!(outcomes(&WORLD.sign(&archived)), Ok(vec![None; 5]), "ours on top of its");
    }
}

#[test]
fn fields_that_were_empty_may_be_signed_later() {
    for modern in [false, true] {
        let filled = by_pyhanko("fill", &document(modern));
        assert_eq!(outcomes(&filled), Ok(vec![None, None]));
        assert_eq!(outcomes(&WORLD.sign(&filled)), Ok(vec![None; 3]), "ours on top of its");
    }
}

/// Keys on elliptic curves are read, though ours are RSA.
#[test]
fn signatures_on_elliptic_curves_count() {
    let name = |name: &str| {
        let mut params = rcgen::CertificateParams::default();
        params.distinguished_name.push(rcgen::DnType::CommonName, name);
        params
    };
    let root_key = rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P384_SHA384).unwrap();
    let mut params = name("Curves");
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let root = params.self_signed(&root_key).unwrap();
    let issuer = rcgen::Issuer::from_params(&params, &root_key);
    let list = rcgen::CertificateRevocationListParams {
        this_update: rcgen::date_time_ymd(2026, 11, 20),
        next_update: rcgen::date_time_ymd(2026, 11, 27),
        crl_number: 1.into(),
        issuing_distribution_point: None,
        revoked_certs: vec![],
        key_identifier_method: rcgen::KeyIdMethod::Sha256,
    };
    let list = RevocationList::from_der(list.signed_by(&issuer).unwrap().der()).unwrap();
    let mut trust = WORLD.trust();
    trust.anchors.push(Certificate::from_der(root.der()).unwrap());
    trust.lists.push(list);
    for curve in [&rcgen::PKCS_ECDSA_P256_SHA256, &rcgen::PKCS_ECDSA_P384_SHA384] {
        let key = rcgen::KeyPair::generate_for(curve).unwrap();
        let person = name("Person").signed_by(&key, &issuer).unwrap();
        let signed = by_pyhanko_for("sign", &document(false), person.der(), &key.serialize_der());
        let said = |pdf: &[u8]| -> Vec<_> {
            let found = verify(pdf, &trust, common::now()).unwrap();
            found.into_iter().map(|one| one.outcome.err()).collect()
        };
        assert_eq!(said(&signed), [None, None], "SHA-512 and SHA-256");
        assert_eq!(said(&spoilt(&signed)), [Some(Refusal::Changed), Some(Refusal::Changed)]);
    }
}
