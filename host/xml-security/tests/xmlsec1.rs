//! `xmlsec1`, which nobody here wrote, verifies our signatures and refuses spoilt ones; and we verify those that it makes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail")]

mod common;

use common::xmlsec1::{signed, verifies};
use common::{
    ACS, IDP, PARTNER, PAYLOAD, PERSON, REQUEST, SP, accept, after, answer, before, cut, now, policy, read, read_with, sealing,
    signed_answer, swap,
};
use proptest::prelude::*;
use vatra_xmlsec::saml::{AuthnRequest, LogoutRequest, authn_request, logout_request, sign};
use vatra_xmlsec::wss::{KeyReference, Rules, Sealing, secure};
use vatra_xmlsec::{Accepts, Memory, Policy, Refusal, Suite};

#[test]
fn our_saml_messages_hold() {
    let name_id = common::name(PERSON);
    let request = AuthnRequest { id: REQUEST, issuer: SP, destination: IDP, answer_to: ACS, force: false, passive: false, now: now() };
    let logout = LogoutRequest { id: "_out", issuer: SP, destination: IDP, name_id: &name_id, session_index: "session-1", now: now() };
    for message in
        [signed_answer(), sign(&authn_request(&request), &PARTNER.key).unwrap(), sign(&logout_request(&logout), &PARTNER.key).unwrap()]
    {
        assert_eq!(verifies(&message), Ok(()));
    }
    assert!(verifies(&swap(&signed_answer(), PERSON, common::VICTIM)).is_err());
}

#[test]
fn our_soap_messages_hold() {
    for suite in [Suite::RsaSha256, Suite::RsaSha1] {
        for reference in [KeyReference::Token, KeyReference::Certificate, KeyReference::SubjectKey] {
            let message = secure(PAYLOAD, common::HEADERS, &Sealing { suite, ..sealing(reference) }).unwrap();
            assert_eq!(verifies(&message), Ok(()), "{suite:?} {reference:?}");
            assert!(verifies(&swap(&message, "ORDER-1", "ORDER-2")).is_err());
            assert!(verifies(&swap(&message, PERSON, common::VICTIM)).is_err());
        }
    }
}

const TEMPLATE: &str = r##"<Signature xmlns="http://www.w3.org/2000/09/xmldsig#">
  <SignedInfo>
    <CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>
    <SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/>
    <Reference URI="#_response-good">
      <Transforms>
        <Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>
        <Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"><InclusiveNamespaces xmlns="http://www.w3.org/2001/10/xml-exc-c14n#" PrefixList="xs #default unused"/></Transform>
      </Transforms>
      <DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>
      <DigestValue/>
    </Reference>
  </SignedInfo>
  <SignatureValue/>
  <KeyInfo><X509Data/></KeyInfo>
</Signature>"##;

#[test]
fn its_saml_signatures_hold_over_odd_documents() {
    // White space, sections, references, prefixes that are declared late, again, and used in values alone.
    let odd = answer(PERSON, "good")
        .replace("><", ">\r\n\t<")
        .replace("<saml:AttributeValue>Ana<", "<saml:AttributeValue xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" xsi:type=\"xs:string\">Ana-Maria &amp; <![CDATA[<Ion>]]> &#xD;\tȘtefan &gt; 1<")
        .replace("<saml:AttributeValue>Rusu<", "<saml:AttributeValue xmlns=\"urn:default\" xml:lang='ro' z=\"&#9;&#10;&quot;'\" a='a\nb'>Rusu<")
        .replace(">\r\n\t</saml:NameID", "></saml:NameID");
    let message = signed(&format!("<?xml version=\"1.0\"?>\n{}", after(&odd, "</saml:Issuer>", TEMPLATE)));
    assert_eq!(verifies(&message), Ok(()), "it agrees with itself");
    let signed_in = accept(&message).unwrap();
    assert_eq!(signed_in.attributes["FirstName"], ["Ana-Maria & <Ion> \r\tȘtefan > 1"]);
    assert_eq!(signed_in.name_id.value, PERSON);
    assert!(accept(&message.replace("Maria", "Marin")).is_err());
}

#[test]
fn its_soap_signatures_hold() {
    for suite in [Suite::RsaSha256, Suite::RsaSha1] {
        let message = secure(PAYLOAD, common::HEADERS, &Sealing { suite, ..sealing(KeyReference::Certificate) }).unwrap();
        let template = emptied(&message.replace("><m:", ">\r\n <m:"));
        let message = signed(&template);
        let policy = Policy { accepts: Accepts::Sha1Too, ..policy() };
        let (order, headers) = read_with(&message, &policy, &Rules::default(), &Memory::default()).unwrap();
        assert_eq!((order.as_str(), headers.len()), ("ORDER-1", 2), "{suite:?}");
    }
}

/// A signed message of ours whose digests and signature are to be made anew.
fn emptied(message: &str) -> String {
    let mut template = message.to_owned();
    for element in ["ds:DigestValue", "ds:SignatureValue"] {
        while let Some(start) = template.find(&format!("<{element}>")) {
            let filled = cut(&template[start..], element);
            template = template.replacen(&filled, &format!("<{element}/>"), 1);
        }
    }
    template
}

/// Genuine signatures by the partner's own key, each of a shape that the profile does not have: whatever they cover, they are refused.
#[test]
fn genuine_signatures_of_another_shape_are_refused() {
    let exclusive = "<ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"/>";
    let enveloped = "<ds:Transform Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"/>";
    let xpath = |filter: &str| {
        format!("<ds:Transform Algorithm=\"http://www.w3.org/TR/1999/REC-xpath-19991116\"><ds:XPath>{filter}</ds:XPath></ds:Transform>")
    };
    let unsigned_name = xpath("not(ancestor-or-self::*[local-name()='NameID'])");
    let saml = emptied(&signed_answer());
    let reference = cut(&saml, "ds:Reference");
    let of_assertion = reference.replace("_response-good", "_assertion-good");
    let answers = [
        ("all but the name", after(&saml, enveloped, &unsigned_name), Refusal::Algorithm("Transform")),
        ("the whole document", swap(&saml, "\"#_response-good\"", "\"\""), Refusal::Reference),
        ("the assertion alone", swap(&saml, &reference, &of_assertion), Refusal::Reference),
        ("the assertion too", after(&saml, &reference, &of_assertion), Refusal::Reference),
        ("the answer twice", after(&saml, &reference, &reference), Refusal::Reference),
        (
            "inclusive C14N",
            swap(&saml, exclusive, "<ds:Transform Algorithm=\"http://www.w3.org/TR/2001/REC-xml-c14n-20010315\"/>"),
            Refusal::Algorithm("Transform"),
        ),
        ("no C14N", swap(&saml, exclusive, ""), Refusal::Missing("Transform")),
        ("an object", before(&saml, "</ds:Signature>", "<ds:Object>x</ds:Object>"), Refusal::Unexpected("Signature")),
        (
            "a digest of SHA-1",
            swap(&saml, "http://www.w3.org/2001/04/xmlenc#sha256", "http://www.w3.org/2000/09/xmldsig#sha1"),
            Refusal::Algorithm("DigestMethod"),
        ),
    ];
    for (what, template, refusal) in answers {
        assert_eq!(accept(&signed(&template)).map(|_| ()), Err(refusal), "{what}");
    }
    assert_eq!(accept(&signed(&saml)).map(|_| ()), Ok(()), "and of this shape they are accepted");

    let soap = emptied(&secure(PAYLOAD, &[], &sealing(KeyReference::Certificate)).unwrap());
    let references: Vec<String> = soap.split_inclusive("</ds:Reference>").take(2).map(|part| cut(part, "ds:Reference")).collect();
    let messages = [
        ("the timestamp alone", swap(&soap, &references[1], ""), Refusal::Uncovered("Body")),
        ("the body alone", swap(&soap, &references[0], ""), Refusal::Uncovered("Timestamp")),
        ("the body twice", after(&soap, &references[1], &references[1]), Refusal::Reference),
        ("a transform that does nothing", swap(&soap, &references[1], &before(&references[1], exclusive, enveloped)), Refusal::Reference),
        (
            "the body but for the order",
            swap(&soap, &references[1], &before(&references[1], exclusive, &xpath("not(ancestor-or-self::*[local-name()='OrderKey'])"))),
            Refusal::Algorithm("Transform"),
        ),
        ("two payloads", after(&soap, PAYLOAD, PAYLOAD), Refusal::Unexpected("Body")),
        ("no payload", swap(&soap, PAYLOAD, ""), Refusal::Missing("the payload")),
        ("text beside the payload", after(&soap, PAYLOAD, "x"), Refusal::Unexpected("Body")),
        ("no end", swap(&soap, &cut(&soap, "wsu:Expires"), ""), Refusal::Missing("Expires")),
    ];
    for (what, template, refusal) in messages {
        assert_eq!(read(&signed(&template)).map(|_| ()), Err(refusal), "{what}");
    }
    assert_eq!(read(&signed(&soap)).map(|_| ()), Ok(()), "and of this shape they are opened");
}

/// Text with everything that canonical form cares about.
fn content() -> impl Strategy<Value = String> {
    let parts = prop_oneof![
        Just("&amp;"),
        Just("&lt;"),
        Just("&gt;"),
        Just("&#13;"),
        Just("&#9;"),
        Just("&#10;"),
        Just("\r\n"),
        Just("<![CDATA[<&\r\n\r]]>"),
        Just("\t"),
        Just("ș"),
        Just("&#x1F600;"),
        Just("'"),
        Just("&quot;"),
        Just("x"),
        Just(" "),
    ];
    prop::collection::vec(parts, 0..6).prop_map(|parts| parts.concat())
}

/// An element with prefixes declared, hidden, declared anew and taken back.
fn element() -> impl Strategy<Value = String> {
    let declarations = prop::sample::subsequence(
        vec![
            " xmlns:p=\"urn:1\"",
            " xmlns:q=\"urn:2\"",
            " xmlns=\"urn:3\"",
            " p:z=\"1\"",
            " q:a='2'",
            " a=\"&#9;b\"",
            " xml:lang=\"ro\"",
            " B='\n'",
            " D=' \r\n\r\t'",
        ],
        0..9,
    );
    let own = (prop::sample::select(vec!["p:a", "q:b", "c"]), declarations, content());
    let leaf = own.prop_map(|(name, attributes, content)| format!("<{name}{}>{content}</{name}>", attributes.concat()));
    leaf.prop_recursive(4, 24, 4, move |inner| {
        let again = prop_oneof![Just(""), Just(" xmlns:p=\"urn:4\""), Just(" xmlns=\"\""), Just(" xmlns:p=\"urn:1\"")];
        (prop::sample::select(vec!["p:a", "q:b", "c"]), again, content(), prop::collection::vec(inner, 0..4), content())
            .prop_map(|(name, again, before, inner, after)| format!("<{name}{again}>{before}{}{after}</{name}>", inner.concat()))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn both_agree_on_the_canonical_form_of_anything(inner in element()) {
        let payload = format!("<root xmlns:p=\"urn:0\" xmlns:q=\"urn:0\" xmlns=\"urn:0\">{inner}</root>");
        // Two prefixes of one namespace may make one attribute of two: not well-formed, and we say so.
        if let Ok(message) = secure(&payload, &[], &sealing(KeyReference::Certificate)) {
            prop_assert_eq!(verifies(&message), Ok(()));
        }
    }
}
