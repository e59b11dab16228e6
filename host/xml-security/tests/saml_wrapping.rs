//! Signature wrapping in SAML: someone holds a good answer about themselves and wants to be someone else. Each variant is refused, for the
//! right reason, and none ever names the victim.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail")]

mod common;

use common::{ATTACKER, PARTNER, PERSON, VICTIM, accept, after, answer, before, cut, signed_answer, swap};
use vatra_xmlsec::Refusal;
use vatra_xmlsec::saml::sign;

/// The pieces of the good answer, and the evil ones.
struct World {
    good: String,
    signature: String,
    assertion: String,
    /// An unsigned answer about the victim, with IDs of its own.
    evil: String,
    evil_assertion: String,
    /// An unsigned answer about the victim with the good one's IDs.
    twin: String,
    /// The good answer whose assertion alone is signed.
    inner: String,
}

fn world() -> World {
    let good = signed_answer();
    let plain = answer(PERSON, "good");
    let assertion = cut(&plain, "saml:Assertion");
    let inner = swap(&plain, &assertion, &sign(&assertion, &PARTNER.key).unwrap());
    World {
        signature: cut(&good, "ds:Signature"),
        assertion,
        evil: answer(VICTIM, "evil"),
        evil_assertion: cut(&answer(VICTIM, "evil"), "saml:Assertion"),
        twin: answer(VICTIM, "good"),
        inner,
        good,
    }
}

const ISSUER_END: &str = "</saml:Issuer>";

/// Puts content into a `ds:Object` at the end of a signature.
fn with_object(signature: &str, content: &str) -> String {
    before(signature, "</ds:Signature>", &format!("<ds:Object>{content}</ds:Object>"))
}

#[test]
fn the_good_answer_is_accepted() {
    assert_eq!(accept(&signed_answer()).unwrap().name_id.value, PERSON);
    let both = world().inner;
    assert_eq!(accept(&sign(&both, &PARTNER.key).unwrap()).unwrap().name_id.value, PERSON, "signed inside as well");
}

#[test]
fn wrapped_answers_are_refused() {
    let World { good, signature, assertion, evil, evil_assertion, twin, inner } = world();
    let bare = swap(&good, &signature, "");
    let inner_assertion = cut(&inner, "saml:Assertion");
    let inner_signature = cut(&inner_assertion, "ds:Signature");
    let unexpected_signature = Refusal::Unexpected("Signature");
    let cases: Vec<(&str, String, Refusal)> = vec![
        // The whole answer is signed.
        (
            "evil answer, the good one in its signature's Object",
            after(&evil, ISSUER_END, &with_object(&signature, &bare)),
            unexpected_signature,
        ),
        ("evil answer, the good one before the signature", after(&evil, ISSUER_END, &format!("{bare}{signature}")), Refusal::NotSigned),
        ("evil answer, the good one after the signature", after(&evil, ISSUER_END, &format!("{signature}{bare}")), Refusal::Reference),
        (
            "evil answer, the good one at its end",
            before(&after(&evil, ISSUER_END, &signature), "</samlp:Response>", &bare),
            Refusal::Reference,
        ),
        (
            "evil answer, the good one in Extensions",
            after(&evil, ISSUER_END, &format!("{signature}<samlp:Extensions>{bare}</samlp:Extensions>")),
            Refusal::Reference,
        ),
        ("evil answer with the signature copied", after(&evil, ISSUER_END, &signature), Refusal::Reference),
        ("evil answer with the good one's ID", after(&twin, ISSUER_END, &signature), Refusal::Digest),
        (
            "evil answer with the good one's ID around the good one",
            after(&twin, ISSUER_END, &format!("{signature}{bare}")),
            Refusal::DuplicateId,
        ),
        (
            "evil answer with an Id of other letters",
            after(&swap(&evil, "ID=\"_response-evil\"", "ID=\"_x\" Id=\"_response-good\""), ISSUER_END, &signature),
            Refusal::Reference,
        ),
        (
            "evil answer with an xml:id",
            after(&swap(&evil, "ID=\"_response-evil\"", "ID=\"_x\" xml:id=\"_response-good\""), ISSUER_END, &signature),
            Refusal::Reference,
        ),
        ("evil assertion before the good one", before(&good, "<saml:Assertion", &evil_assertion), Refusal::Digest),
        ("evil assertion after the good one", after(&good, "</saml:Assertion>", &evil_assertion), Refusal::Digest),
        ("evil assertion in place of the good one", swap(&good, &assertion, &evil_assertion), Refusal::Digest),
        (
            "evil assertion around the good one",
            swap(&good, &assertion, &before(&evil_assertion, "</saml:Assertion>", &assertion)),
            Refusal::Digest,
        ),
        (
            "evil assertion, the good one in the signature's Object",
            swap(&swap(&good, &signature, "SIGNATURE"), &assertion, &evil_assertion)
                .replace("SIGNATURE", &with_object(&signature, &assertion)),
            unexpected_signature,
        ),
        (
            "evil assertion within the signature, which the transform cuts out",
            swap(&good, &signature, &with_object(&signature, &evil_assertion)),
            unexpected_signature,
        ),
        (
            "evil assertion within KeyInfo, which nothing signs: it is not read",
            swap(&bare, &assertion, "")
                .replace("</samlp:Response>", &format!("{}</samlp:Response>", before(&signature, "</ds:KeyInfo>", &evil_assertion))),
            Refusal::NotSigned,
        ),
        ("signature at the end", before(&bare, "</samlp:Response>", &signature), Refusal::NotSigned),
        ("signature in Status", before(&bare, "</samlp:Status>", &signature), Refusal::NotSigned),
        ("signature before the issuer", before(&bare, "<saml:Issuer>", &signature), Refusal::Missing("Issuer")),
        ("two signatures", after(&good, "</ds:Signature>", &signature), Refusal::Digest),
        (
            "the attacker's signature before the good one",
            before(&sign(&evil, &ATTACKER.key).unwrap(), "<samlp:Status>", &signature),
            Refusal::Untrusted,
        ),
        ("the attacker's signature", sign(&evil, &ATTACKER.key).unwrap(), Refusal::Untrusted),
        ("the good answer in another root", format!("<evil>{good}</evil>"), Refusal::Missing("Response")),
        ("the good answer within an evil one", before(&evil, "<saml:Issuer>", &good), Refusal::Missing("Issuer")),
        (
            "evil answer of another namespace around the good one",
            before(&evil.replace("urn:oasis:names:tc:SAML:2.0:protocol", "urn:evil"), "<saml:Issuer>", &good),
            Refusal::Missing("Response"),
        ),
        ("no signature", evil.clone(), Refusal::NotSigned),
        ("a name with a comment", swap(&good, PERSON, "2000000000008<!-- -->.evil.test"), Refusal::Comment),
        ("a digest with a comment", after(&good, "<ds:DigestValue>", "<!-- AAAA -->"), Refusal::Comment),
        ("an encrypted assertion in place of the good one", swap(&good, &assertion, "<saml:EncryptedAssertion/>"), Refusal::Digest),
        // Only the assertion is signed: never enough, wherever the evil one stands.
        ("only the assertion is signed", inner.clone(), Refusal::NotSigned),
        ("XSW3: evil assertion before the signed one", before(&inner, "<saml:Assertion", &evil_assertion), Refusal::NotSigned),
        (
            "XSW4: evil assertion around the signed one",
            swap(&inner, &inner_assertion, &before(&evil_assertion, "</saml:Assertion>", &inner_assertion)),
            Refusal::NotSigned,
        ),
        (
            "XSW5: evil assertion with the signature, the signed one at the end",
            swap(&inner, &inner_assertion, &format!("{}{assertion}", after(&evil_assertion, ISSUER_END, &inner_signature))),
            Refusal::NotSigned,
        ),
        (
            "XSW6: the signed one in the evil one's signature",
            swap(&inner, &inner_assertion, &after(&evil_assertion, ISSUER_END, &before(&inner_signature, "</ds:Signature>", &assertion))),
            Refusal::NotSigned,
        ),
        (
            "XSW7: the signed one in Extensions",
            swap(&inner, &inner_assertion, &format!("<samlp:Extensions>{inner_assertion}</samlp:Extensions>{evil_assertion}")),
            Refusal::NotSigned,
        ),
        (
            "XSW8: the signed one in an Object of the evil one's signature",
            swap(&inner, &inner_assertion, &after(&evil_assertion, ISSUER_END, &with_object(&inner_signature, &assertion))),
            Refusal::NotSigned,
        ),
        (
            "the assertion's signature taken for the answer's",
            after(&swap(&inner, &inner_signature, ""), ISSUER_END, &inner_signature),
            Refusal::Reference,
        ),
    ];
    for (what, document, refusal) in &cases {
        assert_eq!(accept(document).map(|signed_in| signed_in.name_id.value), Err(*refusal), "{what}");
    }
    assert!(cases.len() >= 35);
}

#[test]
fn signatures_of_another_make_are_refused() {
    let World { good, signature, .. } = world();
    let reference = cut(&signature, "ds:Reference");
    let info = cut(&signature, "ds:SignedInfo");
    let exclusive = "<ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"";
    let key_info = cut(&signature, "ds:KeyInfo");
    let by_attacker = sign(&answer(VICTIM, "good"), &ATTACKER.key).unwrap();
    let attackers_key_info = cut(&by_attacker, "ds:KeyInfo");
    let other = signed_elsewhere();
    let cases: Vec<(&str, String, Refusal)> = vec![
        ("the whole document", swap(&good, "URI=\"#_response-good\"", "URI=\"\""), Refusal::Reference),
        ("no URI", swap(&good, " URI=\"#_response-good\"", ""), Refusal::Reference),
        ("XPointer", swap(&good, "#_response-good", "#xpointer(id('_response-good'))"), Refusal::Reference),
        ("another document", swap(&good, "#_response-good", "http://127.0.0.1/evil.xml"), Refusal::Reference),
        ("a file", swap(&good, "#_response-good", "file:///etc/passwd"), Refusal::Reference),
        ("two references", after(&good, "</ds:Reference>", &reference), Refusal::SignatureValue),
        ("no reference", swap(&good, &reference, ""), Refusal::Missing("Reference")),
        ("two SignedInfo", before(&good, "<ds:SignedInfo", &info), Refusal::Missing("SignatureValue")),
        (
            "XPath",
            swap(&good, exclusive, "<ds:Transform Algorithm=\"http://www.w3.org/TR/1999/REC-xpath-19991116\""),
            Refusal::Algorithm("Transform"),
        ),
        (
            "XSLT",
            swap(&good, exclusive, "<ds:Transform Algorithm=\"http://www.w3.org/TR/1999/REC-xslt-19991116\""),
            Refusal::Algorithm("Transform"),
        ),
        (
            "inclusive C14N",
            swap(&good, exclusive, "<ds:Transform Algorithm=\"http://www.w3.org/TR/2001/REC-xml-c14n-20010315\""),
            Refusal::Algorithm("Transform"),
        ),
        ("a transform more", before(&good, exclusive, &format!("{exclusive}/>")), Refusal::Unexpected("Transforms")),
        (
            "comments that count",
            swap(
                &good,
                "<ds:CanonicalizationMethod Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"",
                "<ds:CanonicalizationMethod Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#WithComments\"",
            ),
            Refusal::Algorithm("CanonicalizationMethod"),
        ),
        (
            "HMAC with the public key",
            swap(&good, "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"),
            Refusal::Algorithm("SignatureMethod"),
        ),
        (
            "RSA-SHA1",
            swap(&good, "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", "http://www.w3.org/2000/09/xmldsig#rsa-sha1"),
            Refusal::Algorithm("SignatureMethod"),
        ),
        (
            "a digest of SHA-1",
            swap(&good, "http://www.w3.org/2001/04/xmlenc#sha256", "http://www.w3.org/2000/09/xmldsig#sha1"),
            Refusal::Algorithm("DigestMethod"),
        ),
        ("the attacker's signature without a key", swap(&by_attacker, &attackers_key_info, ""), Refusal::SignatureValue),
        (
            "the attacker's signature with the partner's certificate",
            swap(&by_attacker, &attackers_key_info, &key_info),
            Refusal::SignatureValue,
        ),
        (
            "the attacker's key by value",
            swap(&by_attacker, &attackers_key_info, "<ds:KeyInfo><ds:KeyValue><ds:RSAKeyValue/></ds:KeyValue></ds:KeyInfo>"),
            Refusal::SignatureValue,
        ),
        (
            "a signature of nothing",
            swap(&good, &cut(&signature, "ds:SignatureValue"), "<ds:SignatureValue></ds:SignatureValue>"),
            Refusal::SignatureValue,
        ),
        ("a message of another kind by the same partner", other, Refusal::Missing("Response")),
    ];
    for (what, document, refusal) in &cases {
        assert_eq!(accept(document).map(|signed_in| signed_in.name_id.value), Err(*refusal), "{what}");
    }
}

/// A logout answer, signed by the partner.
fn signed_elsewhere() -> String {
    use vatra_xmlsec::saml::{LogoutDone, logout_response};
    let message = logout_response("_logout", common::IDP, common::ACS, common::REQUEST, LogoutDone::Everywhere, common::now());
    sign(&message, &PARTNER.key).unwrap()
}
