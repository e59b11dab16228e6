//! Keys that follow from each other, publications by them, and everything that is refused, with its words.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

use vatra_core::clock::Instant;
use vatra_core::digest::Digest;
use vatra_core::ids::Name;
use vatra_trust::statement::What;
use vatra_trust::{Envelope, Keyring, PrivateKey, Publication, Publisher, Refusal, Revocation, Revocations, Statement};

fn name(text: &str) -> Name {
    Name::new(text).unwrap()
}

fn day(text: &str) -> Instant {
    Instant::from_xsd(&format!("{text}T00:00:00Z")).unwrap()
}

/// A publisher with keys of 2026 and of 2027, the second brought in in December.
struct House {
    first: PrivateKey,
    second: PrivateKey,
    keyring: Keyring,
}

fn house() -> House {
    let (first, second) = (PrivateKey::from_seed([1; 32]), PrivateKey::from_seed([2; 32]));
    let mut keyring = Keyring::begin(&name("codru"), "Codru SRL", &first, day("2026-01-01"), day("2027-01-01"));
    keyring.rotate("Codru Soft SRL", &first, &second, day("2026-12-01"), day("2028-01-01")).unwrap();
    House { first, second, keyring }
}

fn manifest() -> Digest {
    Digest::of(b"a manifest")
}

fn publication(publisher: &str, version: &str) -> Statement {
    Statement::Publication(Publication {
        publisher: name(publisher),
        module: name("cemetery"),
        version: version.parse().unwrap(),
        manifest: manifest(),
        component: Digest::of(b"a component"),
        at: day("2026-06-01"),
    })
}

fn withdrawn(what: What) -> Revocations {
    let mut revoked = Revocations::default();
    revoked.add(&Revocation { publisher: name("codru"), what, reason: "cheia a fost furată".into(), at: day("2026-05-01") });
    revoked
}

#[test]
fn a_publication_holds_by_a_key_that_held() {
    let house = house();
    let publisher = house.keyring.verify().unwrap();
    assert_eq!((publisher.name.as_str(), publisher.title.as_str(), publisher.keys().len()), ("codru", "Codru Soft SRL", 2));
    let none = Revocations::default();
    for (key, at) in [(&house.first, "2026-06-01"), (&house.second, "2027-06-01")] {
        let envelope = publication("codru", "1.2.0").sign(&[key]);
        let (read, by) = publisher.publication(&envelope, &manifest(), day(at), &none).unwrap();
        assert_eq!((read.version.to_string().as_str(), by), ("1.2.0", key.public().id()));
    }
}

#[test]
fn what_is_refused_is_refused_in_words() {
    let House { first, second, keyring } = house();
    let publisher = keyring.verify().unwrap();
    let thief = PrivateKey::from_seed([9; 32]);
    let good = publication("codru", "1.2.0").sign(&[&first]);
    let none = Revocations::default();
    let refused = |envelope: &Envelope, at: &str, revoked: &Revocations| {
        publisher.publication(envelope, &manifest(), day(at), revoked).unwrap_err().to_string()
    };
    let (one, two) = (first.public().id(), second.public().id());

    let stranger = refused(&publication("codru", "1.2.0").sign(&[&thief]), "2026-06-01", &none);
    assert_eq!(stranger, format!("the signature is by key {}, which is none of the keys of publisher 'codru'", thief.public().id()));
    assert_eq!(
        refused(&good, "2027-01-01", &none),
        format!(
            "key {one} held until 2027-01-01T00:00:00Z, and this is of 2027-01-01T00:00:00Z: the publisher signs anew with its present key"
        )
    );
    assert_eq!(
        refused(&publication("codru", "1.2.0").sign(&[&second]), "2026-06-01", &none),
        format!("key {two} holds from 2026-12-01T00:00:00Z, and this is of 2026-06-01T00:00:00Z")
    );
    assert_eq!(
        refused(&publication("prut", "1.2.0").sign(&[&first]), "2026-06-01", &none),
        "the publisher that was signed is prut, and this is codru"
    );
    let other = publisher.publication(&good, &Digest::of(b"another"), day("2026-06-01"), &none).unwrap_err();
    assert_eq!(other.to_string(), format!("the manifest that was signed is {}, and this is {}", manifest(), Digest::of(b"another")));
    let revocation = Revocation { publisher: name("codru"), what: What::Publisher, reason: "gata".into(), at: day("2026-05-01") };
    let confused = Statement::Revocation(revocation).sign(&[&first]);
    assert_eq!(refused(&confused, "2026-06-01", &none), "the statement is a revocation, and a publication is needed");

    let words = [
        (What::Key(one.clone()), format!("key {one} of publisher 'codru'")),
        (What::Version { module: name("cemetery"), version: "1.2.0".parse().unwrap() }, "version 1.2.0 of codru/cemetery".into()),
        (What::Publisher, "publisher 'codru'".into()),
    ];
    for (what, words) in words {
        let expected = format!("{words} was withdrawn on 2026-05-01T00:00:00Z: cheia a fost furată");
        assert_eq!(refused(&good, "2026-06-01", &withdrawn(what)), expected);
    }
    for digest in [manifest(), Digest::of(b"a component")] {
        let mut by_digest = Revocations::default();
        by_digest.add_digest(digest.clone(), "fură date", day("2026-05-02"));
        assert_eq!(refused(&good, "2026-06-01", &by_digest), format!("package {digest} was withdrawn on 2026-05-02T00:00:00Z: fură date"));
    }
    // Withdrawn is that version alone, and that key alone.
    let next = withdrawn(What::Version { module: name("cemetery"), version: "1.1.0".parse().unwrap() });
    assert!(publisher.publication(&good, &manifest(), day("2026-06-01"), &next).is_ok());
    assert!(publisher.publication(&good, &manifest(), day("2026-06-01"), &withdrawn(What::Key(two))).is_ok());
}

#[test]
fn two_signatures_are_as_good_as_the_better_one() {
    let House { first, second, keyring } = house();
    let publisher = keyring.verify().unwrap();
    let both = publication("codru", "1.2.0").sign(&[&first, &second]);
    let revoked = withdrawn(What::Key(first.public().id()));
    let (_, by) = publisher.publication(&both, &manifest(), day("2026-12-15"), &revoked).unwrap();
    assert_eq!(by, second.public().id());
}

#[test]
fn keys_that_do_not_follow_from_each_other_are_refused() {
    let House { first, second, keyring } = house();
    let (thief, third) = (PrivateKey::from_seed([9; 32]), PrivateKey::from_seed([3; 32]));
    let refused = |outcome: Result<Publisher, Refusal>| outcome.unwrap_err().to_string();
    let mut longer = keyring.clone();
    let by_thief = longer.rotate("Codru", &thief, &third, day("2027-02-01"), day("2028-02-01"));
    assert_eq!(refused(by_thief), "the keys of publisher 'codru' do not follow from each other: key 2: no key before it signed it");
    let by_ended = longer.rotate("Codru", &first, &third, day("2027-02-01"), day("2028-02-01"));
    assert!(refused(by_ended).ends_with("key 2: key 0 which brings it in did not hold at 2027-02-01T00:00:00Z"));
    let too_long = longer.rotate("Codru", &second, &third, day("2027-02-01"), day("2035-02-01"));
    assert!(refused(too_long).ends_with("key 2: it holds for more than five years"));
    let backwards = longer.rotate("Codru", &second, &third, day("2027-02-01"), day("2027-02-01"));
    assert!(refused(backwards).ends_with("key 2: it ends before it begins"));
    let again = longer.rotate("Codru", &second, &first, day("2027-02-01"), day("2028-02-01"));
    assert!(refused(again).ends_with("key 2: it is there twice"));
    let nameless = longer.rotate("", &second, &third, day("2027-02-01"), day("2028-02-01"));
    assert!(refused(nameless).contains("name is empty"));
    assert_eq!(longer, keyring, "what is refused leaves nothing behind");

    // The second key taken for another publisher's, or put first.
    let json = String::from_utf8(keyring.to_json()).unwrap();
    let renamed = Keyring::read(json.replace("\"publisher\": \"codru\"", "\"publisher\": \"prut\"").as_bytes()).unwrap();
    assert!(renamed.verify().unwrap_err().to_string().ends_with("key 0: it is another publisher's"));
    let mut value: serde_json::Value = serde_json::from_str(&json).unwrap();
    value["keys"].as_array_mut().unwrap().remove(0);
    let headless = Keyring::read(value.to_string().as_bytes()).unwrap();
    assert!(headless.verify().unwrap_err().to_string().ends_with("key 0: it is not in its place"));
    value["keys"].as_array_mut().unwrap().clear();
    assert!(Keyring::read(value.to_string().as_bytes()).unwrap().verify().is_err());
}

#[test]
fn known_keys_are_only_continued_and_only_by_one_that_holds_now() {
    let House { first, second, keyring: known } = house();
    let third = PrivateKey::from_seed([3; 32]);
    let none = Revocations::default();
    let mut longer = known.clone();
    longer.rotate("Codru", &second, &third, day("2027-02-01"), day("2028-02-01")).unwrap();
    let updated = Publisher::updated(&known, &longer, &none, day("2027-02-02")).unwrap();
    assert_eq!(updated.keys().len(), 3);
    assert_eq!(updated.fingerprint(), Some(first.public().id()));
    assert_eq!(Publisher::updated(&known, &known, &none, day("2030-01-01")).unwrap().keys().len(), 2, "nothing new needs no key");

    // Nothing is taken out.
    let shorter = Publisher::updated(&longer, &known, &none, day("2027-02-02")).unwrap_err().to_string();
    assert!(shorter.ends_with("they are not the known ones with others after them"), "{shorter}");
    // The first key was stolen after it had ended, and the thief writes an earlier date.
    let begun = Keyring::begin(&name("codru"), "Codru SRL", &first, day("2026-01-01"), day("2027-01-01"));
    let mut forged = begun.clone();
    forged.rotate("Codru", &first, &PrivateKey::from_seed([9; 32]), day("2026-06-01"), day("2030-01-01")).unwrap();
    assert!(forged.verify().is_ok(), "each date for itself is possible");
    let late = Publisher::updated(&begun, &forged, &none, day("2027-02-01")).unwrap_err().to_string();
    assert!(late.ends_with("the publisher has to be trusted anew"), "{late}");
    // A withdrawn key brings nobody in.
    let revoked = withdrawn(What::Key(second.public().id()));
    assert!(Publisher::updated(&known, &longer, &revoked, day("2027-02-02")).is_err());
}

#[test]
fn keys_are_withdrawn_by_their_publisher_alone() {
    let House { first, second, keyring } = house();
    let publisher = keyring.verify().unwrap();
    let none = Revocations::default();
    let revocation = |what: What, by: &PrivateKey| {
        Statement::Revocation(Revocation { publisher: name("codru"), what, reason: "pierdută".into(), at: day("2026-12-10") }).sign(&[by])
    };
    let now = day("2026-12-15");
    let of_first = What::Key(first.public().id());
    let read = publisher.revocation(&revocation(of_first.clone(), &second), now, &none).unwrap();
    let mut revoked = Revocations::default();
    revoked.add(&read);
    assert_eq!(revoked.len(), 1);
    assert!(publisher.revocation(&revocation(of_first.clone(), &first), now, &none).is_ok(), "a key withdraws itself");
    let after = publisher.revocation(&revocation(What::Publisher, &first), now, &revoked).unwrap_err();
    assert!(matches!(after, Refusal::Revoked { .. }), "what is withdrawn withdraws nothing more");
    let unknown = What::Key(PrivateKey::from_seed([9; 32]).public().id());
    assert!(matches!(publisher.revocation(&revocation(unknown, &second), now, &none), Err(Refusal::UnknownKey { .. })));
    let thief = PrivateKey::from_seed([9; 32]);
    assert!(matches!(publisher.revocation(&revocation(of_first, &thief), now, &none), Err(Refusal::UnknownKey { .. })));
}

#[test]
fn files_of_keys_are_read_as_they_are_written() {
    let keyring = house().keyring;
    assert_eq!(Keyring::read(&keyring.to_json()).unwrap(), keyring);
    assert!(matches!(Keyring::read(b"{}"), Err(Refusal::Malformed(_))));
    assert!(matches!(Keyring::read(&vec![b' '; 300 << 10]), Err(Refusal::Malformed(_))));
}
