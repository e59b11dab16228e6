//! Whatever is done to a signed message – elements taken out, moved, copied, exchanged for evil ones, bytes changed – it is refused, or it
//! still says exactly what was signed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail")]

mod common;

use common::{PERSON, VICTIM, accept, answer, read, secured, signed_answer};
use proptest::prelude::*;
use proptest::sample::Index;
use std::ops::Range;
use vatra_xmlsec::saml::sign;
use vatra_xmlsec::wss::{KeyReference, Sealing, secure};
use vatra_xmlsec::xml::{Limits, Xml};

/// Where the elements of a well-formed text are.
fn elements(text: &str) -> Vec<Range<usize>> {
    let (mut open, mut found) = (Vec::new(), Vec::new());
    for (start, _) in text.match_indices('<') {
        let mut quote = None;
        let length = text[start..].bytes().position(|byte| match (quote, byte) {
            (None, b'"' | b'\'') => {
                quote = Some(byte);
                false
            }
            (Some(open), byte) if open == byte => {
                quote = None;
                false
            }
            (None, b'>') => true,
            _ => false,
        });
        let end = start + length.unwrap() + 1;
        let tag = &text[start..end];
        if tag.starts_with("</") {
            found.push(open.pop().unwrap()..end);
        } else if tag.ends_with("/>") {
            found.push(start..end);
        } else {
            open.push(start);
        }
    }
    found
}

#[derive(Clone, Debug)]
enum Change {
    Remove(Index),
    /// An element of the good message to before, or into the end of, another.
    Copy(Index, Index, bool),
    Move(Index, Index, bool),
    /// An element of the evil message in place of one of the good one, or before it, or around it.
    Exchange(Index, Index),
    Insert(Index, Index),
    Wrap(Index, Index),
    Byte(Index, u8),
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        1 => any::<Index>().prop_map(Change::Remove),
        4 => any::<(Index, Index, bool)>().prop_map(|(from, to, inside)| Change::Copy(from, to, inside)),
        6 => any::<(Index, Index, bool)>().prop_map(|(from, to, inside)| Change::Move(from, to, inside)),
        6 => any::<(Index, Index)>().prop_map(|(from, to)| Change::Exchange(from, to)),
        4 => any::<(Index, Index)>().prop_map(|(from, to)| Change::Insert(from, to)),
        4 => any::<(Index, Index)>().prop_map(|(from, to)| Change::Wrap(from, to)),
        1 => (any::<Index>(), 0x20_u8..0x7f).prop_map(|(place, byte)| Change::Byte(place, byte)),
    ]
}

fn apply(text: &str, evil: &str, change: &Change) -> String {
    let ours = elements(text);
    let theirs = elements(evil);
    let place = |element: &Range<usize>, inside: bool| {
        let last = text[element.clone()].rfind("</").filter(|_| inside);
        last.map_or(element.start, |last| element.start + last)
    };
    let insert = |place: usize, part: &str| [&text[..place], part, &text[place..]].concat();
    match change {
        Change::Remove(from) => {
            let from = from.get(&ours);
            [&text[..from.start], &text[from.end..]].concat()
        }
        Change::Copy(from, to, inside) => insert(place(to.get(&ours), *inside), &text[from.get(&ours).clone()]),
        Change::Move(from, to, inside) => {
            let (from, to) = (from.get(&ours), place(to.get(&ours), *inside));
            let part = &text[from.clone()];
            if to <= from.start {
                [&text[..to], part, &text[to..from.start], &text[from.end..]].concat()
            } else if to >= from.end {
                [&text[..from.start], &text[from.end..to], part, &text[to..]].concat()
            } else {
                text.to_owned()
            }
        }
        Change::Exchange(from, to) => {
            let to = to.get(&ours);
            [&text[..to.start], &evil[from.get(&theirs).clone()], &text[to.end..]].concat()
        }
        Change::Insert(from, to) => insert(to.get(&ours).start, &evil[from.get(&theirs).clone()]),
        Change::Wrap(from, to) => {
            let (shell, core) = (&evil[from.get(&theirs).clone()], to.get(&ours));
            let cut = shell.rfind("</").unwrap_or(shell.len());
            [&text[..core.start], &shell[..cut], &text[core.clone()], &shell[cut..], &text[core.end..]].concat()
        }
        Change::Byte(at, byte) => {
            let at = at.index(text.len());
            [&text[..at], char::from(*byte).encode_utf8(&mut [0; 4]), text.get(at + 1..).unwrap_or("")].concat()
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_changed_answer_names_nobody_else(changes in prop::collection::vec(change(), 1..4), evil_is_signed: bool, twin: bool) {
        let evil = answer(VICTIM, if twin { "good" } else { "evil" });
        let evil = if evil_is_signed { sign(&evil, &common::ATTACKER.key).unwrap() } else { evil };
        let mut text = signed_answer();
        for change in &changes {
            if Xml::parse(&text, &Limits::SAML).is_ok() {
                text = apply(&text, &evil, change);
            }
        }
        if let Ok(signed_in) = accept(&text) {
            let good = accept(&signed_answer()).unwrap();
            prop_assert!(signed_in == good, "{} instead of {PERSON}", signed_in.name_id.value);
        }
    }

    #[test]
    fn a_changed_message_asks_for_nothing_else(changes in prop::collection::vec(change(), 1..4), evil_is_signed: bool) {
        let payload = common::PAYLOAD.replace("ORDER-1", "EVIL-1");
        let key = if evil_is_signed { &common::ATTACKER.key } else { &common::PARTNER.key };
        let mut evil = secure(&payload, common::HEADERS, &Sealing { key, ..common::sealing(KeyReference::Token) }).unwrap();
        if !evil_is_signed {
            evil = evil.replace(&common::cut(&evil, "ds:SignatureValue"), "<ds:SignatureValue>AAAA</ds:SignatureValue>");
        }
        let mut text = secured();
        for change in &changes {
            if Xml::parse(&text, &Limits::SOAP).is_ok() {
                text = apply(&text, &evil, change);
            }
        }
        if let Ok((order, headers)) = read(&text) {
            prop_assert_eq!(order, "ORDER-1");
            let (_, all) = read(&secured()).unwrap();
            prop_assert!(headers == all || headers.is_empty() || headers.iter().all(|header| all.contains(header)));
        }
    }

    #[test]
    fn nothing_that_is_read_ends_the_program(text in ".{0,200}", tags in prop::collection::vec("</?[a-z:]{1,3}( [a-z:]{1,4}=['\"][^<]{0,5}['\"])?/?>", 0..20)) {
        let _ = Xml::parse(&text, &Limits::SAML);
        let tags = tags.concat();
        if let Ok(xml) = Xml::parse(&tags, &Limits::SAML) {
            prop_assert!(!xml.root().unwrap().name().is_empty());
        }
        let _ = accept(&tags);
        let _ = read(&tags);
    }
}
