//! Signatures that are worth nothing by their certificate, moment or algorithm, each with the exact reason.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail")]

mod common;

use chrono::TimeDelta;
use cms::cert::{CertificateChoices, IssuerAndSerialNumber};
use cms::content_info::ContentInfo;
use cms::signed_data::{SignedData, SignerIdentifier, SignerInfo};
use common::tamper::*;
use common::{IDNP, STRANGERS, WORLD, at, document, now, signing};
use der::asn1::{ObjectIdentifier, OctetString};
use der::{Any, Decode, Encode, SliceReader};
use vatra_pki::authority::Subject;
use vatra_pki::pades::{prepare, verify};
use vatra_pki::{Refusal, RevocationList, Trust};
use vatra_xmlsec::Suite;

#[test]
fn certificates_that_do_not_fit() {
    assert_eq!(
        only(&signed_by(&STRANGERS, |signed| {
            let token = WORLD.token(signed.value(), signing());
            signed.finish(&token).unwrap()
        })),
        Err(Refusal::UnknownIssuer)
    );
    let for_stamps = {
        let signed = prepare(&document(false), &FIELD()).unwrap().sign(&WORLD.stamps.key, &WORLD.chain()).unwrap();
        let token = WORLD.token(signed.value(), signing());
        signed.finish(&token).unwrap()
    };
    assert_eq!(only(&for_stamps), Err(Refusal::Usage));
}

#[test]
fn moments_that_do_not_fit() {
    let person = |from: &str, until: &str| {
        let subject = Subject::Person { name: "Ana Rusu", idnp: IDNP };
        WORLD.issuing.issue(subject, (at(from), at(until))).unwrap()
    };
    let expired = person("2020-01-01T00:00:00Z", "2026-11-22T08:59:59Z");
    assert_eq!(only(&WORLD.sign_at(&document(false), &expired, signing())), Err(Refusal::Expired));
    let early = person("2026-11-22T09:00:01Z", "2030-01-01T00:00:00Z");
    assert_eq!(only(&WORLD.sign_at(&document(false), &early, signing())), Err(Refusal::NotYetValid));
    let since = person("2020-01-01T00:00:00Z", "2026-11-22T12:00:00Z");
    assert_eq!(only(&WORLD.sign_at(&document(false), &since, signing())), Ok(()), "expired only since");

    let future = WORLD.sign_at(&document(false), &WORLD.mayor, now() + TimeDelta::seconds(1));
    assert_eq!(only(&future), Err(Refusal::StampInFuture));
    assert_eq!(only(&signed_by(&WORLD, |signed| signed.without_stamp().unwrap())), Err(Refusal::NoTimeStamp));
    let of_another = signed_by(&WORLD, |signed| signed.finish(&WORLD.token(b"something else", signing())).unwrap());
    assert_eq!(only(&of_another), Err(Refusal::StampOfAnother));
    let by_a_person = {
        let authority =
            vatra_pki::stamp::Authority { key: person("2020-01-01T00:00:00Z", "2030-01-01T00:00:00Z").key, chain: WORLD.chain() };
        signed_by(&WORLD, |signed| {
            let request = vatra_pki::stamp::Request::over(signed.value(), [1; 16]).unwrap();
            let answer = authority.answer(&request.to_der().unwrap(), [2; 16], signing()).unwrap();
            signed.finish(&request.accept(&answer).unwrap()).unwrap()
        })
    };
    assert_eq!(only(&by_a_person), Err(Refusal::Stamp(Box::new(Refusal::Usage))));
}

#[test]
fn revocations_count_from_their_moment_on() {
    let pdf = once();
    let week = (at("2026-11-20T00:00:00Z"), at("2026-11-27T00:00:00Z"));
    let root = WORLD.lists[0].clone();
    let said = |lists: Vec<RevocationList>| {
        let trust = Trust { lists, ..WORLD.trust() };
        verify(&pdf, &trust, now()).unwrap().remove(0).outcome.map(|_| ())
    };
    let mayor = |since| WORLD.issuing.revoke(&[(&WORLD.mayor.certificate, since)], week).unwrap();
    let before = signing() - TimeDelta::seconds(1);
    assert_eq!(said(vec![root.clone(), mayor(before)]), Err(Refusal::Revoked(before)));
    assert_eq!(said(vec![root.clone(), mayor(signing())]), Err(Refusal::Revoked(signing())));
    assert_eq!(said(vec![root.clone(), mayor(signing() + TimeDelta::seconds(1))]), Ok(()), "revoked only since");
    assert_eq!(said(vec![root.clone(), WORLD.lists[1].clone(), mayor(before)]), Err(Refusal::Revoked(before)), "the worse counts");
    // A list that had ended when the document was signed says nothing of that moment; one that was issued later says what was so then.
    let ended = WORLD.issuing.revoke(&[], (at("2026-11-01T00:00:00Z"), signing() - TimeDelta::seconds(1))).unwrap();
    assert_eq!(said(vec![root.clone(), ended.clone()]), Err(Refusal::RevocationUnknown));
    assert_eq!(said(vec![root.clone(), ended, WORLD.lists[1].clone()]), Ok(()));
    let later = WORLD.issuing.revoke(&[], (signing() + TimeDelta::hours(1), at("2026-11-30T00:00:00Z"))).unwrap();
    assert_eq!(said(vec![root.clone(), later]), Ok(()));
    let of_tomorrow = WORLD.issuing.revoke(&[], (now() + TimeDelta::hours(1), at("2026-11-30T00:00:00Z"))).unwrap();
    assert_eq!(said(vec![root.clone(), of_tomorrow]), Err(Refusal::RevocationUnknown), "issued after it is looked at");

    let issuing = WORLD.root.revoke(&[(WORLD.issuing.certificate(), before)], week).unwrap();
    assert_eq!(said(vec![issuing, WORLD.lists[1].clone()]), Err(Refusal::Revoked(before)), "the authority itself");
    assert_eq!(said(vec![root.clone()]), Err(Refusal::RevocationUnknown));
    let foreign = STRANGERS.issuing.revoke(&[], week).unwrap();
    assert_eq!(said(vec![root.clone(), foreign]), Err(Refusal::RevocationUnknown), "of another authority with the same name");
    let ended = WORLD.issuing.revoke(&[], (at("2026-11-01T00:00:00Z"), before)).unwrap();
    assert_eq!(said(vec![root.clone(), ended]), Err(Refusal::RevocationUnknown), "ended before it was signed");
    let stamps = WORLD.root.revoke(&[(&stamps_certificate(), before)], week).unwrap();
    assert_eq!(said(vec![stamps, WORLD.lists[1].clone()]), Err(Refusal::Stamp(Box::new(Refusal::Revoked(before)))));
}

fn stamps_certificate() -> vatra_pki::Certificate {
    vatra_pki::Certificate::from_der(WORLD.stamps.key.certificate().der()).unwrap()
}

/// Takes the signature apart, changes it, has the mayor sign it again and puts it back; the time stamp is left as it was.
fn signed_again(pdf: &[u8], change: impl FnOnce(&mut SignedData, &mut SignerInfo)) -> Vec<u8> {
    other_signature(pdf, |der| {
        let mut reader = SliceReader::new(&der).unwrap();
        let whole = ContentInfo::decode(&mut reader).unwrap();
        let mut data: SignedData = whole.content.decode_as().unwrap();
        let mut info = data.signer_infos.0.get(0).unwrap().clone();
        change(&mut data, &mut info);
        let made = WORLD.mayor.key.sign(Suite::RsaSha256, &info.signed_attrs.to_der().unwrap()).unwrap();
        info.signature = OctetString::new(made).unwrap();
        data.signer_infos = vec![info].try_into().unwrap();
        ContentInfo { content: Any::encode_from(&data).unwrap(), ..whole }.to_der().unwrap()
    })
}

const SIGNING_CERTIFICATE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.47");
const SHA1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.14.3.2.26");
const SHA1_RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.5");
const MD5: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.2.5");

fn without(info: &mut SignerInfo, kind: ObjectIdentifier) {
    let attributes = info.signed_attrs.take().unwrap();
    info.signed_attrs = Some(attributes.into_vec().into_iter().filter(|one| one.oid != kind).collect::<Vec<_>>().try_into().unwrap());
}

#[test]
fn signatures_not_bound_to_their_certificate() {
    let pdf = once();
    assert_eq!(only(&signed_again(&pdf, |_, info| without(info, SIGNING_CERTIFICATE))), Err(Refusal::CertificateNotBound));
    let of_another = signed_again(&pdf, |_, info| {
        let own = WORLD.mayor.certificate.fingerprint();
        let attributes = info.signed_attrs.to_der().unwrap();
        let other = replaced(attributes, &own, &WORLD.secretary.certificate.fingerprint());
        info.signed_attrs = Some(Decode::from_der(&other).unwrap());
    });
    assert_eq!(only(&of_another), Err(Refusal::CertificateNotBound));
    let none = signed_again(&pdf, |data, _| data.certificates = None);
    assert_eq!(only(&none), Err(Refusal::NoCertificate));
    let swapped = signed_again(&pdf, |data, info| {
        let other = x509_cert::Certificate::from_der(WORLD.secretary.certificate.der()).unwrap();
        let facts = &other.tbs_certificate;
        let id = IssuerAndSerialNumber { issuer: facts.issuer.clone(), serial_number: facts.serial_number.clone() };
        info.sid = SignerIdentifier::IssuerAndSerialNumber(id);
        data.certificates = Some(vec![CertificateChoices::Certificate(other)].try_into().unwrap());
    });
    assert_eq!(only(&swapped), Err(Refusal::Signature));
    let stamp_of_the_old = signed_again(&pdf, |_, info| info.digest_alg.parameters = Some(Any::null()));
    assert_eq!(only(&stamp_of_the_old), Ok(()), "the same attributes make the same signature");
    let twice = signed_again(&pdf, |data, info| {
        data.digest_algorithms = vec![info.digest_alg.clone()].try_into().unwrap();
        info.unsigned_attrs = None;
    });
    assert_eq!(only(&twice), Err(Refusal::NoTimeStamp));
}

#[test]
fn broken_digests() {
    let pdf = once();
    for broken in [SHA1, MD5] {
        assert_eq!(only(&signed_again(&pdf, |_, info| info.digest_alg.oid = broken)), Err(Refusal::WeakDigest));
    }
    assert_eq!(only(&signed_again(&pdf, |_, info| info.signature_algorithm.oid = SHA1_RSA)), Err(Refusal::WeakDigest));
    for kind in ["adbe.pkcs7.sha1", "adbe.x509.rsa_sha1"] {
        let old = "ETSI.CAdES.detached";
        let padded = format!("{kind:width$}", width = old.len());
        assert_eq!(only(&swap(&pdf, old, &padded)), Err(Refusal::WeakDigest), "{kind}");
    }
    assert_eq!(only(&swap(&pdf, "ETSI.CAdES.detached", "ETSI.CAdES.attached")), Err(Refusal::Unreadable("this kind of signature")));
}
