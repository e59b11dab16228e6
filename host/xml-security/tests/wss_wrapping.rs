//! Signature wrapping in WS-Security: someone holds a good message and wants to ask for another order, or as another caller. Each variant is
//! refused, for the right reason.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail")]

mod common;

use common::{ATTACKER, CALLING, HEADERS, PAYLOAD, PERSON, VICTIM, after, before, cut, policy, read, read_with, sealing, secured, swap};
use vatra_xmlsec::wss::{KeyReference, Rules, Sealing, secure};
use vatra_xmlsec::{Accepts, Memory, Policy, Refusal, Suite};

const EVIL: &str =
    r#"<m:GetOrderDetails xmlns:m="https://mpay.gov.md"><m:query><m:OrderKey>EVIL-1</m:OrderKey></m:query></m:GetOrderDetails>"#;

fn attribute<'t>(element: &'t str, name: &str) -> &'t str {
    let start = element.find(&format!("{name}=\"")).unwrap() + name.len() + 2;
    &element[start..start + element[start..].find('"').unwrap()]
}

#[test]
fn the_good_message_is_opened_however_its_key_is_named() {
    let headers = vec!["https://mpay.gov.md/IServiceProvider/GetOrderDetails".to_owned(), PERSON.to_owned()];
    for reference in [KeyReference::Token, KeyReference::Certificate, KeyReference::SubjectKey] {
        let message = secure(PAYLOAD, HEADERS, &sealing(reference)).unwrap();
        assert_eq!(read(&message), Ok(("ORDER-1".to_owned(), headers.clone())), "{reference:?}");
    }
}

#[test]
fn wrapped_messages_are_refused() {
    // The prefixes are declared outside as well, so that everything can be moved anywhere; exclusive C14N does not mind.
    use vatra_xmlsec::names::{DS, WSSE, WSU};
    let prefixes = format!(" xmlns:wsu=\"{WSU}\" xmlns:wsse=\"{WSSE}\" xmlns:ds=\"{DS}\"");
    let good = after(&secured(), "<soap:Envelope", &prefixes);
    read(&good).unwrap();
    let body = cut(&good, "soap:Body");
    let body_id = attribute(&body, "wsu:Id").to_owned();
    let timestamp = cut(&good, "wsu:Timestamp");
    let security = cut(&good, "wsse:Security");
    let signature = cut(&good, "ds:Signature");
    let token = cut(&good, "wsse:BinarySecurityToken");
    let action = cut(&good, "Action");
    let calling = cut(&good, "CallingUser");
    let evil_body = format!("<soap:Body>{EVIL}</soap:Body>");
    let wrapper = |content: &str| format!("<w:Wrapper xmlns:w=\"urn:w\" soap:mustUnderstand=\"0\">{content}</w:Wrapper>");
    let in_header = |text: &str, content: &str| before(text, "</soap:Header>", content);
    let evil = swap(&good, &body, &evil_body);
    let fresh_timestamp = timestamp.replacen(attribute(&timestamp, "wsu:Id"), "_fresh", 1);
    let cases: Vec<(&str, String, Refusal)> = vec![
        ("the body in a wrapper in the header", in_header(&evil, &wrapper(&body)), Refusal::Reference),
        ("the body as a header block", in_header(&evil, &body), Refusal::Uncovered("Body")),
        ("the body in Security", before(&evil, "</wsse:Security>", &body), Refusal::Unexpected("Security")),
        (
            "the body in the signature",
            before(&evil, "</ds:Signature>", &format!("<ds:Object>{body}</ds:Object>")),
            Refusal::Unexpected("Signature"),
        ),
        ("the body in KeyInfo", before(&evil, "</ds:KeyInfo>", &body), Refusal::Reference),
        ("the body in the evil body", swap(&good, &body, &format!("<soap:Body>{EVIL}{body}</soap:Body>")), Refusal::Reference),
        ("the body around the evil body", swap(&good, "</soap:Body>", &format!("{evil_body}</soap:Body>")), Refusal::Digest),
        ("the evil body before the body", before(&good, "<soap:Body", &evil_body), Refusal::Unexpected("Envelope")),
        ("the evil body after the body", after(&good, "</soap:Body>", &evil_body), Refusal::Unexpected("Envelope")),
        (
            "the body after the envelope's end",
            good.replace("</soap:Envelope>", "") + &evil_body + "</soap:Envelope>",
            Refusal::Unexpected("Envelope"),
        ),
        (
            "an evil body with an ID of its own",
            in_header(&swap(&good, &body, &evil_body.replace("<soap:Body>", "<soap:Body Id=\"_own\">")), &wrapper(&body)),
            Refusal::Reference,
        ),
        (
            "an evil body with the body's ID",
            in_header(&swap(&good, &body, &evil_body.replace("<soap:Body>", &format!("<soap:Body Id=\"{body_id}\">"))), &wrapper(&body)),
            Refusal::DuplicateId,
        ),
        ("an evil body with the body's ID and nothing else", swap(&good, PAYLOAD, EVIL), Refusal::Digest),
        (
            "an evil body whose ID is of no namespace",
            swap(&good, &body, &evil_body.replace("<soap:Body>", &format!("<soap:Body Id=\"{body_id}\">"))),
            Refusal::Digest,
        ),
        ("no body", swap(&good, &body, ""), Refusal::Missing("Body")),
        ("an empty body", swap(&good, PAYLOAD, ""), Refusal::Digest),
        ("a second payload", after(&good, PAYLOAD, EVIL), Refusal::Digest),
        (
            "a payload of another namespace",
            swap(&good, "xmlns:m=\"https://mpay.gov.md\"", "xmlns:m=\"https://evil.test\""),
            Refusal::Digest,
        ),
        ("a comment in the order", swap(&good, "ORDER-1", "ORDER<!-- -->-1"), Refusal::Comment),
        ("the timestamp in a wrapper", in_header(&swap(&good, &timestamp, &fresh_timestamp), &wrapper(&timestamp)), Refusal::Reference),
        (
            "the timestamp as a header block",
            in_header(&swap(&good, &timestamp, &fresh_timestamp), &timestamp),
            Refusal::Uncovered("Timestamp"),
        ),
        ("a second timestamp", after(&good, &timestamp, &fresh_timestamp), Refusal::Repeated("Timestamp")),
        ("a second Security", in_header(&good, &security.replace("wsu:Id=\"", "wsu:Id=\"x")), Refusal::Repeated("Security")),
        ("Security for another node", swap(&good, "soap:mustUnderstand=\"1\"", "soap:actor=\"urn:next\""), Refusal::Unexpected("Security")),
        ("the signature beside Security", in_header(&swap(&good, &signature, ""), &signature), Refusal::NotSigned),
        ("two signatures", after(&good, &signature, &signature), Refusal::Repeated("Signature")),
        ("no signature", swap(&good, &signature, ""), Refusal::NotSigned),
        ("no Security", swap(&good, &security, ""), Refusal::NotSigned),
        ("no header", swap(&good, &cut(&good, "soap:Header"), ""), Refusal::NotSigned),
        (
            "the header after the body",
            {
                let header = cut(&good, "soap:Header");
                after(&swap(&good, &header, ""), "</soap:Body>", &header)
            },
            Refusal::NotSigned,
        ),
        (
            "an envelope in an envelope",
            format!("<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\">{good}</soap:Envelope>"),
            Refusal::NotSigned,
        ),
        (
            "SOAP 1.2",
            good.replace("http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope"),
            Refusal::Missing("Envelope"),
        ),
        (
            "an encrypted key",
            before(&good, "<wsu:Timestamp", "<xenc:EncryptedKey xmlns:xenc=\"http://www.w3.org/2001/04/xmlenc#\"/>"),
            Refusal::Unexpected("Security"),
        ),
        ("a user name", before(&good, "<wsu:Timestamp", "<wsse:UsernameToken/>"), Refusal::Unexpected("Security")),
        (
            "addressing added",
            in_header(&good, "<To xmlns=\"http://www.w3.org/2005/08/addressing\">urn:evil</To>"),
            Refusal::Uncovered("a WS-Addressing header"),
        ),
        (
            "addressing replaced",
            in_header(
                &swap(&good, &action, &format!("<Action xmlns=\"{}\">urn:evil</Action>", vatra_xmlsec::names::WSA)),
                &wrapper(&action),
            ),
            Refusal::Reference,
        ),
        ("the caller replaced", swap(&good, PERSON, VICTIM), Refusal::Digest),
        ("the caller in a wrapper", in_header(&swap(&good, &calling, &calling_user(VICTIM)), &wrapper(&calling)), Refusal::Reference),
        ("the order of header and caller's wrapper", swap(&good, &calling, &wrapper(&calling)), Refusal::Reference),
        ("two tokens", after(&good, &token, &token.replace("wsu:Id=\"", "wsu:Id=\"x")), Refusal::Repeated("BinarySecurityToken")),
        ("no token", swap(&good, &token, ""), Refusal::Missing("BinarySecurityToken")),
        ("another token", swap(&good, &token, &token_of_attacker(&token)), Refusal::Untrusted),
        (
            "a token of another kind",
            swap(&good, &token, &token.replace("#X509v3", "#X509PKIPathv1")),
            Refusal::Malformed("SecurityTokenReference"),
        ),
        (
            "a reference to another token",
            swap(&good, &format!("URI=\"#{}\"", attribute(&token, "wsu:Id")), "URI=\"#x\""),
            Refusal::Malformed("SecurityTokenReference"),
        ),
    ];
    for (what, document, refusal) in &cases {
        assert_eq!(read(document), Err(*refusal), "{what}");
    }
    assert!(cases.len() >= 40);
}

fn calling_user(person: &str) -> String {
    format!("<CallingUser xmlns=\"{CALLING}\">{person}</CallingUser>")
}

fn token_of_attacker(token: &str) -> String {
    let message = secure(PAYLOAD, &[], &Sealing { key: &ATTACKER.key, ..sealing(KeyReference::Token) }).unwrap();
    let content = |token: &str| token[token.find('>').unwrap() + 1..token.find("</").unwrap()].to_owned();
    token.replace(&content(token), &content(&cut(&message, "wsse:BinarySecurityToken")))
}

#[test]
fn an_unsigned_header_is_not_seen() {
    let good = secured();
    let both = before(&good, "</soap:Header>", &calling_user(VICTIM));
    let (_, headers) = read(&both).unwrap();
    assert!(headers.contains(&PERSON.to_owned()) && !headers.contains(&VICTIM.to_owned()), "{headers:?}");
    let only = swap(
        &secure(PAYLOAD, &[], &sealing(KeyReference::Token)).unwrap(),
        "</soap:Header>",
        &format!("{}</soap:Header>", calling_user(VICTIM)),
    );
    assert_eq!(read(&only), Ok(("ORDER-1".to_owned(), vec![])));
}

#[test]
fn the_attacker_s_own_messages_are_refused() {
    for (reference, refusal) in [
        (KeyReference::Token, Refusal::Untrusted),
        (KeyReference::Certificate, Refusal::Untrusted),
        (KeyReference::SubjectKey, Refusal::Untrusted),
    ] {
        let message = secure(EVIL, HEADERS, &Sealing { key: &ATTACKER.key, ..sealing(reference) }).unwrap();
        assert_eq!(read(&message), Err(refusal), "{reference:?}");
    }
    // The attacker's signature under the partner's name.
    let own = secure(EVIL, &[], &Sealing { key: &ATTACKER.key, ..sealing(KeyReference::Certificate) }).unwrap();
    let partners = secure(EVIL, &[], &sealing(KeyReference::SubjectKey)).unwrap();
    let disguised = swap(&own, &cut(&own, "ds:KeyInfo"), &cut(&partners, "ds:KeyInfo"));
    assert_eq!(read(&disguised), Err(Refusal::SignatureValue));
    assert_eq!(read(&swap(&own, &cut(&own, "ds:KeyInfo"), "")), Err(Refusal::SignatureValue));
}

#[test]
fn sha1_is_accepted_where_the_profile_asks_for_it_and_nowhere_else() {
    let message = secure(PAYLOAD, &[], &Sealing { suite: Suite::RsaSha1, ..sealing(KeyReference::Token) }).unwrap();
    assert_eq!(read(&message), Err(Refusal::Algorithm("SignatureMethod")));
    let with_sha1 = Policy { accepts: Accepts::Sha1Too, ..policy() };
    let open = |message: &str| read_with(message, &with_sha1, &Rules::default(), &Memory::default());
    assert_eq!(open(&message), Ok(("ORDER-1".to_owned(), vec![])));
    assert_eq!(open(&swap(&message, PAYLOAD, EVIL)), Err(Refusal::Digest));
    // The two are not mixed.
    let mixed = message.replace("http://www.w3.org/2000/09/xmldsig#sha1", "http://www.w3.org/2001/04/xmlenc#sha256");
    assert_eq!(open(&mixed), Err(Refusal::Algorithm("DigestMethod")));
}
