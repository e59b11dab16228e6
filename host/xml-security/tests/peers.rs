//! pysaml2 and zeep, which nobody here wrote, on the other side: what they make is accepted here, and what we make there.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail")]

mod common;

use chrono::{DateTime, TimeDelta, Utc};
use common::{ACS, IDP, PARTNER, PAYLOAD, PERSON, REQUEST, SP, accept_with, expected, now, policy, read_with, sealing};
use futures::executor::block_on;
use serde_json::{Value, json};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use vatra_xmlsec::saml::{
    AuthnRequest, Descriptor, Expected, Issue, LogoutRequest, Role, accept_logout_request, authn_request, describe, issue, logout_request,
    sign, to_field,
};
use vatra_xmlsec::wss::{KeyReference, Rules, Sealing, secure};
use vatra_xmlsec::xml::{Limits, Xml};
use vatra_xmlsec::{Accepts, Memory, Policy, Suite};

/// Runs a peer in a folder that has the partner's key and certificate; its output when it is content.
fn peer(program: &str, arguments: &[&str], input: &str) -> Result<String, String> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("key.pem"), &PARTNER.key_pem).unwrap();
    std::fs::write(folder.path().join("certificate.pem"), &PARTNER.certificate_pem).unwrap();
    let interop = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/interop").canonicalize().unwrap();
    let mut running = Command::new(interop.join(".venv/bin/python"))
        .arg(interop.join(program))
        .args(arguments)
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the peers are installed (tests/setup.sh does it)");
    running.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let done = running.wait_with_output().unwrap();
    let words = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    if done.status.success() { Ok(words(done.stdout)) } else { Err(words(done.stderr)) }
}

#[test]
fn zeep_s_messages_are_opened() {
    let with_sha1 = Policy { accepts: Accepts::Sha1Too, ..policy() };
    let moment = now().to_rfc3339();
    for kind in ["plain", "token"] {
        for digest in ["sha1", "sha256"] {
            let message = peer("soap_peer.py", &["sign", "key.pem", "certificate.pem", &moment, kind, digest], PAYLOAD).unwrap();
            let opened = read_with(&message, &with_sha1, &Rules::default(), &Memory::default());
            assert_eq!(opened, Ok(("ORDER-1".to_owned(), vec![])), "{kind} {digest}");
            let changed = message.replace("ORDER-1", "EVIL-1");
            assert!(read_with(&changed, &with_sha1, &Rules::default(), &Memory::default()).is_err());
        }
    }
}

#[test]
fn zeep_accepts_our_messages_and_no_changed_ones() {
    for suite in [Suite::RsaSha256, Suite::RsaSha1] {
        for reference in [KeyReference::Token, KeyReference::Certificate, KeyReference::SubjectKey] {
            let message = secure(PAYLOAD, common::HEADERS, &Sealing { suite, ..sealing(reference) }).unwrap();
            assert_eq!(peer("soap_peer.py", &["verify", "certificate.pem"], &message), Ok(String::new()), "{suite:?} {reference:?}");
            assert!(peer("soap_peer.py", &["verify", "certificate.pem"], &message.replace("ORDER-1", "EVIL-1")).is_err());
        }
    }
}

/// The peer has a clock of its own.
#[allow(clippy::disallowed_methods)]
fn this_moment() -> DateTime<Utc> {
    Utc::now()
}

fn metadata(role: Role) -> String {
    let certificates = [PARTNER.key.certificate().clone()];
    let (entity, address, logout) = match role {
        Role::ServiceProvider => (SP, ACS, "https://primaria.test/out"),
        Role::IdentityProvider => (IDP, "https://mpass.test/login/saml", "https://mpass.test/logout/saml"),
    };
    describe(&Descriptor { role, entity, address, logout, certificates: &certificates })
}

#[test]
fn pysaml2_as_identity_provider_signs_in_and_out() {
    let moment = this_moment();
    let name_id = common::name(PERSON);
    let (login, logout) = ("https://mpass.test/login/saml", "https://mpass.test/logout/saml");
    let request = AuthnRequest { id: REQUEST, issuer: SP, destination: login, answer_to: ACS, force: false, passive: false, now: moment };
    let ending = LogoutRequest { id: "_out", issuer: SP, destination: logout, name_id: &name_id, session_index: "session-1", now: moment };
    for sign_assertion in [false, true] {
        let given = json!({
            "metadata": metadata(Role::ServiceProvider),
            "request": to_field(&sign(&authn_request(&request), &PARTNER.key).unwrap()),
            "logout": to_field(&sign(&logout_request(&ending), &PARTNER.key).unwrap()),
            "person": PERSON,
            "sign_assertion": sign_assertion,
        });
        let answered = peer("saml_peer.py", &["idp", "key.pem", "certificate.pem"], &given.to_string()).unwrap();
        let answered: Value = serde_json::from_str(&answered).unwrap();
        assert_eq!((&answered["request_id"], &answered["logged_out"]), (&json!(REQUEST), &json!(PERSON)));

        let ours = Expected { policy: Policy { now: this_moment(), ..policy() }, ..expected() };
        let signed_in = accept_with(answered["response"].as_str().unwrap(), &ours, &Memory::default()).unwrap();
        assert_eq!(signed_in.name_id.value, PERSON);
        assert_eq!((&signed_in.attributes["FirstName"], &signed_in.attributes["LastName"]), (&vec!["Ana".into()], &vec!["Rusu".into()]));
        let xml = Xml::parse(answered["logout"].as_str().unwrap(), &Limits::SAML).unwrap();
        let ours = Expected { address: "https://primaria.test/out", ..ours };
        let out = block_on(accept_logout_request(&xml, &ours).unwrap().first(&Memory::default())).unwrap();
        assert_eq!((out.name_id.value.as_str(), out.session_indexes), (PERSON, vec!["session-1".to_owned()]));
    }
}

#[test]
fn pysaml2_as_service_provider_accepts_our_answer_and_no_changed_one() {
    let name_id = common::name(PERSON);
    let answer = issue(&Issue {
        id: "_response",
        assertion_id: "_assertion",
        issuer: IDP,
        audience: SP,
        destination: Some(ACS),
        recipient: ACS,
        in_response_to: REQUEST,
        name_id: &name_id,
        session_index: "session-1",
        method: "urn:oasis:names:tc:SAML:2.0:ac:classes:SmartcardPKI",
        attributes: &[("FirstName", vec!["Ana".to_owned()])],
        now: this_moment(),
        lifetime: TimeDelta::minutes(5),
    });
    let signed = sign(&answer, &PARTNER.key).unwrap();
    let given = |response: &str| {
        json!({ "metadata": metadata(Role::IdentityProvider), "response": to_field(response), "request_id": REQUEST }).to_string()
    };
    let accepted = peer("saml_peer.py", &["sp", "key.pem", "certificate.pem"], &given(&signed)).unwrap();
    let accepted: Value = serde_json::from_str(&accepted).unwrap();
    assert_eq!(accepted, json!({ "person": PERSON, "attributes": { "FirstName": ["Ana"] } }));
    let changed = signed.replace(PERSON, common::VICTIM);
    assert!(peer("saml_peer.py", &["sp", "key.pem", "certificate.pem"], &given(&changed)).is_err());
}
