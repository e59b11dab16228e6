//! Every check of a sign-in and of a logout: one spoilt thing each, truly signed by the partner. And the ways there and back.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail")]

mod common;

use chrono::{DateTime, TimeDelta, Utc};
use common::{
    ACS, ATTACKER, Holder, IDP, PARTNER, PERSON, REQUEST, SP, accept, accept_with, after, answer, before, cut, expected, name, now, policy,
    swap,
};
use futures::executor::block_on;
use vatra_xmlsec::saml::{
    AuthnRequest, Descriptor, Expected, LogoutDone, LogoutRequest, Partner, Role, SignInAsked, accept_authn_request, accept_logout_request,
    accept_logout_response, authn_request, claimed_issuer, describe, failure, from_field, logout_request, logout_response, partner,
    relay_state, sign, to_field,
};
use vatra_xmlsec::xml::{Limits, Xml};
use vatra_xmlsec::{CacheUnavailable, Memory, Pinned, Policy, Refusal, ReplayCache};

/// The good answer with one thing spoilt before it is signed.
fn spoilt(old: &str, new: &str) -> String {
    sign(&swap(&answer(PERSON, "good"), old, new), &PARTNER.key).unwrap()
}

fn at(moment: DateTime<Utc>) -> Expected<'static> {
    Expected { policy: Policy { now: moment, ..policy() }, ..expected() }
}

const INSTANT: &str = "2026-11-22T09:00:00.000Z";
const END: &str = "2026-11-22T09:05:00.000Z";

#[test]
fn each_check_of_an_answer_is_made() {
    let plain = answer(PERSON, "good");
    let statement = cut(&plain, "saml:AuthnStatement");
    let confirmation = cut(&plain, "saml:SubjectConfirmation");
    let audience = cut(&plain, "saml:AudienceRestriction");
    let one = |text: String| sign(&text, &PARTNER.key).unwrap();
    let first = |old: &str, new: &str| one(plain.replacen(old, new, 1));
    let last = |old: &str, new: &str| {
        let place = plain.rfind(old).unwrap();
        one(plain[..place].to_owned() + new + &plain[place + old.len()..])
    };
    let cases: Vec<(&str, String, Refusal)> = vec![
        ("unsigned", plain.clone(), Refusal::NotSigned),
        ("another certificate", sign(&plain, &ATTACKER.key).unwrap(), Refusal::Untrusted),
        ("another version", first("Version=\"2.0\"", "Version=\"1.1\""), Refusal::Malformed("Version")),
        ("an assertion of another version", last("Version=\"2.0\"", "Version=\"1.1\""), Refusal::Malformed("Version")),
        ("another issuer", first(IDP, "https://other.test"), Refusal::Issuer),
        ("an assertion of another issuer", last(IDP, "https://other.test"), Refusal::Issuer),
        ("no destination", spoilt(&format!(" Destination=\"{ACS}\""), ""), Refusal::Missing("Destination")),
        ("another destination", spoilt(&format!("Destination=\"{ACS}\""), "Destination=\"https://other.test\""), Refusal::Destination),
        (
            "a destination that begins like ours",
            spoilt(&format!("Destination=\"{ACS}\""), &format!("Destination=\"{ACS}/x\"")),
            Refusal::Destination,
        ),
        ("local time", first(INSTANT, "2026-11-22T11:00:00.000"), Refusal::Malformed("IssueInstant")),
        ("local time with its offset", first(INSTANT, "2026-11-22T11:00:00.000+02:00"), Refusal::Malformed("IssueInstant")),
        ("eleven minutes ago", first(INSTANT, "2026-11-22T08:49:00Z"), Refusal::TooLate),
        ("in eleven minutes", first(INSTANT, "2026-11-22T09:11:00Z"), Refusal::TooEarly),
        ("another request", first(&format!("InResponseTo=\"{REQUEST}\""), "InResponseTo=\"_other\""), Refusal::Request),
        ("no request", first(&format!(" InResponseTo=\"{REQUEST}\""), ""), Refusal::Missing("InResponseTo")),
        ("a confirmation of another request", last(&format!("InResponseTo=\"{REQUEST}\""), "InResponseTo=\"_other\""), Refusal::Request),
        ("a confirmation of no request", last(&format!(" InResponseTo=\"{REQUEST}\""), ""), Refusal::Missing("InResponseTo")),
        ("no success", one(failure("_r", IDP, ACS, REQUEST, now())), Refusal::NotSuccess),
        (
            "a success that is none",
            spoilt("status:Success\"/>", "status:Success\"><samlp:StatusCode Value=\"urn:x\"/></samlp:StatusCode>"),
            Refusal::NotSuccess,
        ),
        ("no assertion", spoilt(&cut(&plain, "saml:Assertion"), ""), Refusal::Missing("Assertion")),
        (
            "two assertions",
            one(after(&plain, "</saml:Assertion>", &cut(&answer(PERSON, "b"), "saml:Assertion"))),
            Refusal::Unexpected("Response"),
        ),
        (
            "an encrypted assertion beside it",
            one(after(&plain, "</saml:Assertion>", "<saml:EncryptedAssertion/>")),
            Refusal::Unexpected("Response"),
        ),
        ("advice", one(after(&plain, "</saml:Conditions>", "<saml:Advice/>")), Refusal::Unexpected("Assertion")),
        ("another audience", spoilt(&format!(">{SP}<"), ">https://other.test<"), Refusal::Audience),
        (
            "two audiences of which one is not ours",
            one(after(&plain, &audience, &audience.replace(SP, "https://other.test"))),
            Refusal::Audience,
        ),
        (
            "an audience of another name",
            spoilt(&audience, &audience.replace("saml:Audience>", "saml:Audiences>")),
            Refusal::Unexpected("AudienceRestriction"),
        ),
        ("no audience", spoilt(&audience, ""), Refusal::Missing("AudienceRestriction")),
        ("a condition nobody knows", one(after(&plain, &audience, "<x:Moon xmlns:x=\"urn:x\"/>")), Refusal::Unexpected("Conditions")),
        ("conditions without an end", first(&format!(" NotOnOrAfter=\"{END}\"><saml:Aud"), "><saml:Aud"), Refusal::Missing("NotOnOrAfter")),
        ("conditions from later on", spoilt(&format!("NotBefore=\"{INSTANT}\""), "NotBefore=\"2026-11-22T09:03:00Z\""), Refusal::TooEarly),
        ("conditions until before", last(&format!("NotOnOrAfter=\"{END}\""), "NotOnOrAfter=\"2026-11-22T08:58:00Z\""), Refusal::TooLate),
        (
            "a confirmation until before",
            first(&format!("NotOnOrAfter=\"{END}\""), "NotOnOrAfter=\"2026-11-22T08:58:00Z\""),
            Refusal::TooLate,
        ),
        ("a confirmation without an end", first(&format!("NotOnOrAfter=\"{END}\" "), ""), Refusal::Missing("NotOnOrAfter")),
        (
            "a confirmation with a beginning",
            spoilt("Recipient=", &format!("NotBefore=\"{INSTANT}\" Recipient=")),
            Refusal::Unexpected("SubjectConfirmationData"),
        ),
        ("another recipient", spoilt(&format!("Recipient=\"{ACS}\""), "Recipient=\"https://other.test\""), Refusal::Destination),
        ("no recipient", spoilt(&format!(" Recipient=\"{ACS}\""), ""), Refusal::Missing("Recipient")),
        ("holder of key", spoilt("cm:bearer", "cm:holder-of-key"), Refusal::Malformed("SubjectConfirmation")),
        ("no confirmation", spoilt(&confirmation, ""), Refusal::Missing("SubjectConfirmation")),
        ("two confirmations", one(after(&plain, &confirmation, &confirmation)), Refusal::Unexpected("Subject")),
        ("no session", spoilt(" SessionIndex=\"session-1\"", ""), Refusal::Missing("SessionIndex")),
        ("an empty session", spoilt("\"session-1\"", "\"\""), Refusal::Missing("SessionIndex")),
        (
            "a session that has ended",
            spoilt("SessionIndex=", "SessionNotOnOrAfter=\"2026-11-22T08:58:00Z\" SessionIndex="),
            Refusal::TooLate,
        ),
        ("no statement", spoilt(&statement, ""), Refusal::Missing("AuthnStatement")),
        ("two statements", one(after(&plain, &statement, &statement)), Refusal::Repeated("AuthnStatement")),
        ("signed in later on", last(&format!("AuthnInstant=\"{INSTANT}\""), "AuthnInstant=\"2026-11-22T09:03:00Z\""), Refusal::TooEarly),
        ("no name", spoilt(PERSON, ""), Refusal::Malformed("NameID")),
        ("a name with a line", spoilt(PERSON, "2000000000008&#10;x"), Refusal::Malformed("NameID")),
        ("a name in elements", spoilt(PERSON, "<saml:x>2000000000008</saml:x>"), Refusal::Unexpected("NameID")),
        ("an attribute twice", spoilt("Name=\"LastName\"", "Name=\"FirstName\""), Refusal::Repeated("Attribute")),
        ("text between the elements", one(before(&plain, "<saml:Assertion", "x")), Refusal::Unexpected("Response")),
    ];
    for (what, document, refusal) in &cases {
        assert_eq!(accept(document).map(|signed_in| signed_in.session_index), Err(*refusal), "{what}");
    }
    // And what is signed is not all: an assertion signed inside must hold too.
    let assertion = cut(&plain, "saml:Assertion");
    let forged = sign(&assertion, &ATTACKER.key).unwrap();
    assert_eq!(accept(&one(swap(&plain, &assertion, &forged))).map(|_| ()), Err(Refusal::Untrusted));
}

#[test]
fn what_an_answer_says_is_read() {
    let text = answer("ana@primaria.test", "good")
        .replace("<saml:AttributeValue>Ana<", "<saml:AttributeValue>Ana &amp; Ion<")
        .replace("SessionIndex=", "SessionNotOnOrAfter=\"2026-11-22T17:00:00Z\" SessionIndex=");
    let signed_in = accept(&sign(&text, &PARTNER.key).unwrap()).unwrap();
    assert_eq!((signed_in.name_id.value.as_str(), signed_in.session_index.as_str()), ("ana@primaria.test", "session-1"));
    assert_eq!(signed_in.attributes["FirstName"], ["Ana & Ion"]);
    assert_eq!(signed_in.method, "urn:oasis:names:tc:SAML:2.0:ac:classes:SmartcardPKI");
    assert_eq!(signed_in.session_end, Some("2026-11-22T17:00:00Z".parse().unwrap()));
    assert_eq!(signed_in.authenticated, now());
}

#[test]
fn clocks_may_differ_a_little_and_no_more() {
    let good = common::signed_answer();
    for (minutes, verdict) in
        [(-11, Some(Refusal::TooEarly)), (-2, None), (0, None), (6, None), (7, Some(Refusal::TooLate)), (11, Some(Refusal::TooLate))]
    {
        let refusal = accept_with(&good, &at(now() + TimeDelta::minutes(minutes)), &Memory::default()).err();
        assert_eq!(refusal, verdict, "{minutes} minutes later");
    }
}

#[test]
fn an_answer_is_good_once_even_when_it_is_signed_again() {
    let cache = Memory::default();
    assert!(accept_with(&common::signed_answer(), &expected(), &cache).is_ok());
    assert_eq!(accept_with(&common::signed_answer(), &expected(), &cache).map(|_| ()), Err(Refusal::Replayed));
    let other_shell = sign(&answer(PERSON, "good").replace("_response-good", "_response-new"), &PARTNER.key).unwrap();
    assert_eq!(accept_with(&other_shell, &expected(), &cache).map(|_| ()), Err(Refusal::Replayed), "the same assertion");
    // It is forgotten only when it is too old anyhow.
    cache.forget(now() + TimeDelta::minutes(7));
    assert_eq!(accept_with(&common::signed_answer(), &expected(), &cache).map(|_| ()), Err(Refusal::Replayed));
    let late = at(now() + TimeDelta::minutes(20));
    cache.forget(late.policy.now);
    assert_eq!(accept_with(&common::signed_answer(), &late, &cache).map(|_| ()), Err(Refusal::TooLate));
}

#[test]
fn without_the_cache_nobody_signs_in() {
    struct Down;
    #[async_trait::async_trait]
    impl ReplayCache for Down {
        async fn first_use(&self, _: &str, _: DateTime<Utc>) -> Result<bool, CacheUnavailable> {
            Err(CacheUnavailable)
        }
    }
    let text = common::signed_answer();
    let xml = Xml::parse(&text, &Limits::SAML).unwrap();
    let once = vatra_xmlsec::saml::accept_response(&xml, REQUEST, &expected()).unwrap();
    assert_eq!(block_on(once.first(&Down)).map(|_| ()), Err(Refusal::ReplayUnknown));
}

#[test]
fn certificates_change_and_expire() {
    let next = Holder::new("partner, next", 2041);
    let past = Holder::new("partner, past", 2025);
    let both = Pinned(vec![PARTNER.key.certificate().clone(), next.key.certificate().clone(), past.key.certificate().clone()]);
    let expected = Expected { policy: Policy { trust: &both, ..policy() }, ..expected() };
    let by = |holder: &Holder| accept_with(&sign(&answer(PERSON, "good"), &holder.key).unwrap(), &expected, &Memory::default()).map(|_| ());
    assert_eq!(by(&PARTNER), Ok(()));
    assert_eq!(by(&next), Ok(()));
    assert_eq!(by(&past), Err(Refusal::Untrusted));
}

#[test]
fn a_request_to_sign_in_reaches_the_identity_provider() {
    const SIGN_ON: &str = "https://mpass.test/login/saml";
    let request = |answer_to| {
        let text = authn_request(&AuthnRequest {
            id: REQUEST,
            issuer: SP,
            destination: SIGN_ON,
            answer_to,
            force: true,
            passive: false,
            now: now(),
        });
        from_field(&to_field(&sign(&text, &PARTNER.key).unwrap())).unwrap()
    };
    let idp = Expected { partner: SP, us: IDP, address: SIGN_ON, ..expected() };
    let addresses = [ACS.to_owned(), "https://primaria.test/other".to_owned()];
    let cache = Memory::default();
    let accept = |text: &str| {
        let xml = Xml::parse(text, &Limits::SAML)?;
        assert_eq!(claimed_issuer(&xml).as_deref(), Ok(SP));
        block_on(accept_authn_request(&xml, &addresses, &idp)?.first(&cache))
    };
    let good = request(ACS);
    let asked = SignInAsked { id: REQUEST.to_owned(), answer_to: ACS.to_owned(), force: true, passive: false };
    assert_eq!(accept(&good), Ok(asked));
    assert_eq!(accept(&good), Err(Refusal::Replayed));
    assert_eq!(accept(&request("https://evil.test")), Err(Refusal::Destination), "answers go only where the metadata says");
    assert_eq!(accept(&swap(&good, "ForceAuthn=\"true\"", "ForceAuthn=\"false\"")), Err(Refusal::Digest));
    let issuer = good.find("</saml:Issuer>").unwrap() + "</saml:Issuer>".len();
    assert!(good[issuer..].starts_with("<ds:Signature"), "right after the issuer");
}

#[test]
fn a_logout_goes_both_ways() {
    let ours = expected();
    let by_idp = |text: String| sign(&text, &PARTNER.key).unwrap();
    let request = |person| {
        let name_id = name(person);
        by_idp(logout_request(&LogoutRequest {
            id: "_out",
            issuer: IDP,
            destination: ACS,
            name_id: &name_id,
            session_index: "session-1",
            now: now(),
        }))
    };
    let accept = |text: &str| {
        let xml = Xml::parse(text, &Limits::SAML)?;
        block_on(accept_logout_request(&xml, &ours)?.first(&Memory::default()))
    };
    let good = request(PERSON);
    let out = accept(&good).unwrap();
    assert_eq!((out.name_id.value.as_str(), out.session_indexes), (PERSON, vec!["session-1".to_owned()]));
    assert_eq!(accept(&swap(&good, PERSON, common::VICTIM)).map(|_| ()), Err(Refusal::Digest));
    assert_eq!(accept(&swap(&good, &cut(&good, "ds:Signature"), "")).map(|_| ()), Err(Refusal::NotSigned));

    let answer = |done| by_idp(logout_response("_done", IDP, ACS, "_out", done, now()));
    let finish = |text: &str, request: &str| {
        let xml = Xml::parse(text, &Limits::SAML)?;
        block_on(accept_logout_response(&xml, request, &ours)?.first(&Memory::default()))
    };
    assert_eq!(finish(&answer(LogoutDone::Everywhere), "_out"), Ok(LogoutDone::Everywhere));
    assert_eq!(finish(&answer(LogoutDone::Partially), "_out"), Ok(LogoutDone::Partially));
    assert_eq!(finish(&answer(LogoutDone::Everywhere), "_other"), Err(Refusal::Request));
    assert_eq!(finish(&good, "_out"), Err(Refusal::Missing("LogoutResponse")));
    let failed = by_idp(
        logout_response("_done", IDP, ACS, "_out", LogoutDone::Partially, now()).replace("status:PartialLogout", "status:RequestDenied"),
    );
    assert_eq!(finish(&failed, "_out"), Err(Refusal::NotSuccess));
}

#[test]
fn metadata_is_written_and_read() {
    let certificates = [PARTNER.key.certificate().clone(), ATTACKER.key.certificate().clone()];
    for role in [Role::ServiceProvider, Role::IdentityProvider] {
        let text =
            describe(&Descriptor { role, entity: SP, address: ACS, logout: "https://primaria.test/out", certificates: &certificates });
        let read = Partner {
            entity: SP.to_owned(),
            addresses: vec![ACS.to_owned()],
            logout: Some("https://primaria.test/out".to_owned()),
            certificates: certificates.to_vec(),
        };
        assert_eq!(partner(&text, role), Ok(read));
        let other = if role == Role::ServiceProvider { Role::IdentityProvider } else { Role::ServiceProvider };
        assert!(matches!(partner(&text, other), Err(Refusal::Missing(_))));
        assert!(partner(&text.replace("use=\"signing\"", "use=\"encryption\""), role).is_err());
    }
}

#[test]
fn fields_have_their_limits() {
    assert_eq!(from_field("not base64!"), Err(Refusal::Malformed("the form field")));
    assert_eq!(from_field(&"A".repeat(1_000_000)), Err(Refusal::TooLarge));
    assert_eq!(from_field("//8="), Err(Refusal::NotUtf8));
    assert_eq!(relay_state(&"x".repeat(80)).map(str::len), Ok(80));
    assert_eq!(relay_state(&"x".repeat(81)), Err(Refusal::TooLarge));
}
