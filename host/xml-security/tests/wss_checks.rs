//! The time of SOAP messages, replays, headers, faults.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail")]

mod common;

use chrono::TimeDelta;
use common::{HEADERS, Holder, PARTNER, PAYLOAD, PERSON, now, policy, read, read_with, sealing, secured};
use vatra_xmlsec::wss::{Header, KeyReference, Rules, Sealing, fault, open, plain, secure};
use vatra_xmlsec::xml::{Limits, Xml};
use vatra_xmlsec::{Memory, Policy, Refusal, SignError, names};

#[test]
fn a_message_has_its_time() {
    let made = |offset: i64, lifetime: i64| {
        let sealing =
            Sealing { now: now() + TimeDelta::seconds(offset), lifetime: TimeDelta::seconds(lifetime), ..sealing(KeyReference::Token) };
        read(&secure(PAYLOAD, &[], &sealing).unwrap()).map(|_| ())
    };
    let cases = [
        ("now", 0, 300, Ok(())),
        ("from a clock that is a little ahead", 120, 300, Ok(())),
        ("from the future", 121, 300, Err(Refusal::TooEarly)),
        ("still good", -300, 300, Ok(())),
        ("good by the skew", -419, 300, Ok(())),
        ("expired", -420, 300, Err(Refusal::TooLate)),
        ("expired at once", -130, 5, Err(Refusal::TooLate)),
        ("long-lived, and young enough", -420, 86_400, Ok(())),
        ("long-lived, but old", -421, 86_400, Err(Refusal::TooLate)),
        ("ends before it begins", 0, -1, Err(Refusal::Malformed("Timestamp"))),
    ];
    for (what, offset, lifetime, verdict) in cases {
        assert_eq!(made(offset, lifetime), verdict, "{what}");
    }
}

#[test]
fn a_message_is_good_once() {
    let (cache, rules) = (Memory::default(), Rules::default());
    let message = secured();
    let read = |message: &str| read_with(message, &policy(), &rules, &cache).map(|_| ());
    assert_eq!(read(&message), Ok(()));
    assert_eq!(read(&message), Err(Refusal::Replayed));
    // White space around what is signed makes no new message of it.
    assert_eq!(read(&format!("\n{}", message.replace("</soap:Header>", "\n</soap:Header>"))), Err(Refusal::Replayed));
    cache.forget(now() + TimeDelta::minutes(7));
    assert_eq!(read(&message), Err(Refusal::Replayed), "remembered for as long as it would be accepted");
    assert_eq!(read(&secured()), Ok(()), "the same question asked again");
}

#[test]
fn a_refused_message_uses_nothing_up() {
    let cache = Memory::default();
    let message = secured();
    let early = Policy { now: now() - TimeDelta::minutes(10), ..policy() };
    assert_eq!(read_with(&message, &early, &Rules::default(), &cache).map(|_| ()), Err(Refusal::TooEarly));
    assert_eq!(read_with(&message, &policy(), &Rules::default(), &cache).map(|_| ()), Ok(()));
}

#[test]
fn headers_are_read_by_name() {
    let message = secured();
    let xml = Xml::parse(&message, &Limits::SOAP).unwrap();
    let opened = futures::executor::block_on(open(&xml, &policy(), &Rules::default()).unwrap().first(&Memory::default())).unwrap();
    assert_eq!(opened.header(common::CALLING, "CallingUser").unwrap(), PERSON);
    assert_eq!(opened.header("urn:other", "CallingUser"), Err(Refusal::Missing("CallingUser")));
    assert_eq!((opened.created, &opened.signer), (now(), PARTNER.key.certificate()));
    let twice = [HEADERS[1], Header { value: "2000000000001", ..HEADERS[1] }];
    let message = secure(PAYLOAD, &twice, &sealing(KeyReference::Token)).unwrap();
    let xml = Xml::parse(&message, &Limits::SOAP).unwrap();
    let opened = futures::executor::block_on(open(&xml, &policy(), &Rules::default()).unwrap().first(&Memory::default())).unwrap();
    assert_eq!(opened.header(common::CALLING, "CallingUser"), Err(Refusal::Repeated("CallingUser")));
}

#[test]
fn unsigned_addressing_is_a_rule_of_its_own() {
    let to = format!("<To xmlns=\"{}\">urn:anyone</To>", names::WSA);
    let message = common::before(&secure(PAYLOAD, &[], &sealing(KeyReference::Token)).unwrap(), "</soap:Header>", &to);
    assert_eq!(read(&message).map(|_| ()), Err(Refusal::Uncovered("a WS-Addressing header")));
    let lenient = Rules { unsigned_addressing: true, ..Rules::default() };
    assert_eq!(read_with(&message, &policy(), &lenient, &Memory::default()), Ok(("ORDER-1".to_owned(), vec![])));
}

#[test]
fn values_are_escaped_and_payloads_must_be_whole() {
    let header = Header { namespace: common::CALLING, name: "CallReason", value: "</CallReason><evil a=\"1\">&amp; ș" };
    let (_, headers) = read(&secure(PAYLOAD, &[header], &sealing(KeyReference::Token)).unwrap()).unwrap();
    assert_eq!(headers, ["</CallReason><evil a=\"1\">&amp; ș"]);
    for payload in ["", "text", "<a/><b/>", "<a></soap:Body><soap:Body></a>", "<!DOCTYPE a><a/>", "<a>&evil;</a>"] {
        assert!(matches!(secure(payload, &[], &sealing(KeyReference::Token)), Err(SignError::Content(_))), "{payload}");
    }
}

#[test]
fn a_fault_is_a_payload_like_others() {
    let text = fault("UnknownOrder", "Comanda nu există.");
    let message = secure(&text, &[], &sealing(KeyReference::Token)).unwrap();
    let xml = Xml::parse(&message, &Limits::SOAP).unwrap();
    let opened = futures::executor::block_on(open(&xml, &policy(), &Rules::default()).unwrap().first(&Memory::default())).unwrap();
    assert!(opened.payload.is(names::SOAP, "Fault"));
    let mut parts = opened.payload.sequence("Fault").unwrap();
    assert_eq!(parts.required("", "faultcode").unwrap().text("faultcode").unwrap(), "UnknownOrder");
    assert_eq!(parts.required("", "faultstring").unwrap().text("faultstring").unwrap(), "Comanda nu există.");
    let bare = plain(&text);
    let xml = Xml::parse(&bare, &Limits::SOAP).unwrap();
    assert_eq!(open(&xml, &policy(), &Rules::default()).map(|_| ()), Err(Refusal::NotSigned));
}

#[test]
fn an_expired_certificate_opens_nothing() {
    let past = Holder::new("partner, past", 2025);
    let trust = past.trusted();
    let message = secure(PAYLOAD, &[], &Sealing { key: &past.key, ..sealing(KeyReference::Token) }).unwrap();
    let policy = Policy { trust: &trust, ..policy() };
    assert_eq!(read_with(&message, &policy, &Rules::default(), &Memory::default()).map(|_| ()), Err(Refusal::Untrusted));
}

#[test]
fn checks_can_be_awaited_on_any_thread() {
    fn any_thread<T: Send>(waiting: T) -> T {
        waiting
    }
    let message = secured();
    let xml = Xml::parse(&message, &Limits::SOAP).unwrap();
    let cache = Memory::default();
    let opened = any_thread(open(&xml, &policy(), &Rules::default()).unwrap().first(&cache));
    assert!(futures::executor::block_on(opened).is_ok());
}
