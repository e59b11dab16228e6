//! XML that is made to harm: each document is refused, for the right reason.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail")]

use std::fmt::Write;
use vatra_xmlsec::Refusal;
use vatra_xmlsec::xml::{Comments, Limits, Xml};

mod common;

fn read(text: &str) -> Result<(), Refusal> {
    Xml::parse(text, &Limits::SAML).map(|_| ())
}

#[test]
fn hostile_documents_are_refused_by_name() {
    let mut laughs = String::from("<!DOCTYPE a [<!ENTITY l0 \"ha\">");
    for level in 1..30 {
        write!(laughs, "<!ENTITY l{level} \"&l{0};&l{0};\">", level - 1).unwrap();
    }
    laughs.push_str("]><a>&l29;</a>");
    let many_attributes = format!("<a {}/>", (0..20_000).map(|number| format!("a{number}=\"\" ")).collect::<String>());
    let many_namespaces = format!("<a {}/>", (0..9_000).map(|number| format!("xmlns:n{number}=\"urn:{number}\" ")).collect::<String>());
    let cases: Vec<(&str, String, Refusal)> = vec![
        ("a document type", "<!DOCTYPE a><a/>".into(), Refusal::Doctype),
        ("a document type after a comment is a comment first", "<!-- --><!DOCTYPE a><a/>".into(), Refusal::Comment),
        ("a document type in lower case", "<!doctype a><a/>".into(), Refusal::Doctype),
        ("an external document type", "<!DOCTYPE a SYSTEM \"http://127.0.0.1/a.dtd\"><a/>".into(), Refusal::Doctype),
        ("an external entity", "<!DOCTYPE a [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><a>&e;</a>".into(), Refusal::Doctype),
        ("a parameter entity", "<!DOCTYPE a [<!ENTITY % e SYSTEM \"http://127.0.0.1/e\"> %e;]><a/>".into(), Refusal::Doctype),
        ("entities that grow exponentially", laughs, Refusal::Doctype),
        (
            "an entity that is long and used often",
            format!("<!DOCTYPE a [<!ENTITY e \"{}\">]><a>{}</a>", "x".repeat(50_000), "&e;".repeat(30_000)),
            Refusal::Doctype,
        ),
        ("a default attribute", "<!DOCTYPE a [<!ATTLIST a ID CDATA \"evil\">]><a/>".into(), Refusal::Doctype),
        ("an entity from nowhere", "<a>&nbsp;</a>".into(), Refusal::Entity),
        ("an entity from nowhere in an attribute", "<a b=\"&e;\"/>".into(), Refusal::Entity),
        ("a reference without an end", "<a>AT&T</a>".into(), Refusal::NotWellFormed),
        ("a character that XML does not have", "<a>&#0;</a>".into(), Refusal::NotWellFormed),
        ("a style sheet", "<?xml-stylesheet href=\"a.xsl\"?><a/>".into(), Refusal::ProcessingInstruction),
        ("a processing instruction inside", "<a><?php echo 1 ?></a>".into(), Refusal::ProcessingInstruction),
        ("a second declaration", "<?xml version=\"1.0\"?><?xml version=\"1.0\"?><a/>".into(), Refusal::ProcessingInstruction),
        ("a comment", "<a><b>admin<!-- -->istrator</b></a>".into(), Refusal::Comment),
        ("a comment after the end", "<a/><!-- x -->".into(), Refusal::Comment),
        ("XML 1.1", "<?xml version=\"1.1\"?><a/>".into(), Refusal::NotWellFormed),
        ("another encoding", "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a/>".into(), Refusal::NotUtf8),
        ("UTF-7", "<?xml version=\"1.0\" encoding=\"UTF-7\"?><a/>".into(), Refusal::NotUtf8),
        ("too long", format!("<a>{}</a>", "x".repeat(256 * 1024)), Refusal::TooLarge),
        ("too deep", "<a>".repeat(5_000), Refusal::TooDeep),
        ("too deep, and closed", "<a>".repeat(40) + &"</a>".repeat(40), Refusal::TooDeep),
        ("too many elements", format!("<a>{}</a>", "<b/>".repeat(2_500)), Refusal::TooManyElements),
        ("too many attributes", many_attributes, Refusal::TooManyAttributes),
        ("too many namespaces", many_namespaces, Refusal::TooManyAttributes),
        ("too many line breaks in an attribute", format!("<a b=\"{}\"/>", "\n".repeat(60_000)), Refusal::TooLarge),
        ("too many carriage returns in a section", format!("<a><![CDATA[{}]]></a>", "\r".repeat(60_000)), Refusal::TooLarge),
        ("an attribute twice", "<a b=\"1\" b=\"2\"/>".into(), Refusal::NotWellFormed),
        ("an attribute twice by namespace", "<a xmlns:p=\"urn:u\" xmlns:q=\"urn:u\" p:b=\"1\" q:b=\"2\"/>".into(), Refusal::NotWellFormed),
        ("a prefix from nowhere", "<a><p:b/></a>".into(), Refusal::NotWellFormed),
        ("a prefix taken back", "<a xmlns:p=\"urn:u\"><b xmlns:p=\"\"><p:c/></b></a>".into(), Refusal::NotWellFormed),
        ("a relative namespace", "<a xmlns=\"u\"/>".into(), Refusal::NotWellFormed),
        ("a relative namespace with a colon", "<a xmlns=\"u/:x\"/>".into(), Refusal::NotWellFormed),
        ("a name with two colons", "<a xmlns:p=\"urn:u\"><p:b:c/></a>".into(), Refusal::NotWellFormed),
        ("a name that is a prefix", "<a xmlns:p=\"urn:u\"><p:/></a>".into(), Refusal::NotWellFormed),
        ("a name without its prefix", "<a :b=\"1\"/>".into(), Refusal::NotWellFormed),
        ("a name that begins with a sign", "<a xmlns:p=\"urn:u\" p:-b=\"1\"/>".into(), Refusal::NotWellFormed),
        ("two roots", "<a/><b/>".into(), Refusal::NotWellFormed),
        ("text after the end", "<a/>x".into(), Refusal::NotWellFormed),
        ("not closed", "<a><b></a>".into(), Refusal::NotWellFormed),
        ("a value that is not closed", "<a b=\"x></a>".into(), Refusal::NotWellFormed),
        ("a section that is not closed", "<a><![CDATA[x</a>".into(), Refusal::NotWellFormed),
        ("nothing", String::new(), Refusal::NotWellFormed),
        ("no element", "<?xml version=\"1.0\"?>".into(), Refusal::NotWellFormed),
        ("control characters", "<a>\u{1}</a>".into(), Refusal::NotWellFormed),
        ("control characters in an attribute", "<a b=\"&amp;\u{1}\"/>".into(), Refusal::NotWellFormed),
        ("what is no character", "<a b=\"&amp;\u{ffff}\"/>".into(), Refusal::NotWellFormed),
        ("a null byte", "<a>\0</a>".into(), Refusal::NotWellFormed),
        ("an ID twice", "<a ID=\"x\"><b ID=\"x\"/></a>".into(), Refusal::DuplicateId),
        ("an ID twice in other letters", "<a ID=\"x\"><b Id=\"x\"/></a>".into(), Refusal::DuplicateId),
        ("an ID twice by namespace", "<a xmlns:u=\"urn:u\" ID=\"x\"><b u:Id=\"x\"/></a>".into(), Refusal::DuplicateId),
        ("an ID and an xml:id", "<a ID=\"x\"><b xml:id=\"x\"/></a>".into(), Refusal::DuplicateId),
        ("an ID and an AssertionID", "<a ID=\"x\"><b AssertionID=\"x\"/></a>".into(), Refusal::DuplicateId),
    ];
    for (what, document, refusal) in &cases {
        assert_eq!(read(document), Err(*refusal), "{what}");
    }
    assert!(cases.len() > 40);
}

#[test]
fn bytes_that_are_not_utf8_are_refused() {
    let utf16: Vec<u8> = "<a/>".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let cases: [&[u8]; 4] = [b"<a>\xff</a>", b"<a>\xc0\x80</a>", &[0xff, 0xfe], &utf16];
    for bytes in cases {
        let refusal = Xml::from_bytes(bytes, &Limits::SAML).map(|_| ()).unwrap_err();
        assert!(matches!(refusal, Refusal::NotUtf8 | Refusal::NotWellFormed), "{refusal:?}");
    }
}

#[test]
fn ordinary_documents_are_read() {
    let text = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n<a ID='x' xmlns:p=\"urn:u\"><b p:c=\"1 &amp; &#x219;\">A &lt; B<![CDATA[ & <c/> ]]></b></a>\n";
    let xml = Xml::parse(text, &Limits::SAML).unwrap();
    let inner = xml.root().unwrap().elements().next().unwrap();
    assert_eq!(inner.text("b").unwrap(), "A < B & <c/> ");
    assert_eq!(inner.attribute_of("urn:u", "c"), Some("1 & ș"));
    assert_eq!(inner.attribute("c"), None, "an attribute of a namespace is another attribute");
}

#[test]
fn a_comment_does_not_cut_a_name_short() {
    let limits = Limits { comments: Comments::Skipped, ..Limits::SAML };
    let xml = Xml::parse("<NameID>2000000000008<!-- -->.evil.test</NameID>", &limits).unwrap();
    assert_eq!(xml.root().unwrap().text("NameID").unwrap(), "2000000000008.evil.test");
}

#[test]
fn no_refusal_repeats_what_it_refused() {
    let document = common::swap(&common::signed_answer(), common::PERSON, common::VICTIM);
    let refusal = common::accept(&document).unwrap_err();
    let words = format!("{refusal} {refusal:?}");
    assert!(!words.contains(common::VICTIM) && !words.contains("Ana"), "{words}");
    let signed_in = common::accept(&common::signed_answer()).unwrap();
    let xml = Xml::parse(&document, &Limits::SAML).unwrap();
    let inner: Vec<_> = xml.root().unwrap().elements().collect();
    let words = format!("{signed_in:?} {:?} {xml:?} {inner:?} {:?}", signed_in.name_id, common::HEADERS);
    assert!(!words.contains(common::PERSON) && !words.contains(common::VICTIM), "{words}");
}
