//! Makes documents from two templates, one of which never ends, issues, annuls and keeps some, and notes what it is told of them.
#![cfg_attr(target_arch = "wasm32", no_std)]

use vatra_guest_kit::*;
use vatra_sdk::contract::vatra::documents::archive;
use vatra_sdk::contract::vatra::documents::documents::{self, File, Listing, Making, Table};
use vatra_sdk::contract::vatra::documents::types::Info;
use vatra_sdk::contract::vatra::types::values::DocumentRef;
use vatra_sdk::prelude::{Date, Event, Events};

struct Scribe;

fn value(inputs: &[Field], name: &str) -> Value {
    inputs.iter().find(|field| field.name == name).map_or(Value::None, |field| field.value.clone())
}

fn named(inputs: &[Field], name: &str) -> DocumentRef {
    match value(inputs, name) {
        Value::Document(document) => document,
        _ => DocumentRef { id: String::new() },
    }
}

fn document(inputs: &[Field]) -> DocumentRef {
    named(inputs, "document")
}

fn until(inputs: &[Field]) -> Option<Date> {
    match value(inputs, "until") {
        Value::Date(date) => Some(date),
        _ => None,
    }
}

fn entry(inputs: &[Field]) -> Option<EntryRef> {
    match value(inputs, "entry") {
        Value::Entry(entry) => Some(entry),
        _ => None,
    }
}

fn making(inputs: &[Field]) -> Making {
    let subject = match value(inputs, "about") {
        Value::Subject(subject) => Some(subject),
        _ => None,
    };
    let line = |what: &str, bani| vec![text("what", what), field("sum", Value::Money(bani))];
    Making {
        template: given_text(inputs, "template").to_owned(),
        language: "ro".to_owned(),
        title: "Certificat de test".to_owned(),
        fields: vec![
            field("person", subject.clone().map_or(Value::None, Value::Subject)),
            field("phone", value(inputs, "phone")),
            text("purpose", "la cerere"),
            field("sum", Value::Money(12_350)),
        ],
        subject,
        entry: entry(inputs),
        tables: vec![Table { name: "lines".to_owned(), rows: vec![line("Impozit", 12_000), line("Taxa", 350)] }],
        listings: vec![Listing { name: "known".to_owned(), query: everything("scribe-people") }],
    }
}

/// `issued 2 C-2026-001 - note`
fn told(info: &Info) -> String {
    let number = info.number.as_deref().unwrap_or("-");
    let digest = if info.digest.is_empty() { "empty" } else { "kept" };
    format!("{:?} {} {number} {digest} {}", info.standing, info.version, info.note).trim().to_owned()
}

impl Guest for Scribe {
    fn render(_: String, parameters: Vec<Field>) -> Result<Screen, Failure> {
        if let Some(entry) = entry(&parameters) {
            return Ok(page(documents::documents_of(&entry)?.iter().map(told)));
        }
        let document = document(&parameters);
        if document.id.is_empty() {
            return Ok(page(["Documents".to_owned()]));
        }
        let lines = match documents::describe(&document) {
            Err(failure) => vec![words(&failure)],
            Ok(info) => {
                let versions = documents::versions(&document)?;
                let digests = versions.iter().filter(|version| !version.digest.is_empty()).count();
                let code = info.code.clone().unwrap_or_default();
                vec![told(&info), format!("{} versions, {digests} kept", versions.len()), code]
            }
        };
        let mut blocks: Vec<Block> = lines.into_iter().map(|line| Block::Text(plain(line))).collect();
        blocks.push(Block::Document(document));
        Ok(screen(blocks))
    }

    fn perform(action: String, inputs: Vec<Field>) -> Result<Answer, Failure> {
        let version = given_number(&inputs, "version", 1).try_into().unwrap_or_default();
        Ok(done(match action.as_str() {
            "note" => {
                let entry =
                    registers::add("scribe-people", &[field("who", value(&inputs, "who")), field("words", value(&inputs, "words"))])?;
                vec![text("entry", entry.id)]
            }
            "make" => {
                let mut made = Vec::new();
                for number in 0..given_number(&inputs, "count", 1) {
                    let document = documents::make(&making(&inputs))?;
                    if value(&inputs, "issue") == Value::Flag(true) {
                        documents::issue(&document, 1, None)?;
                    }
                    made.push(text(if number == 0 { "document".to_owned() } else { format!("document{number}") }, document.id));
                }
                made
            }
            "remake" => {
                let again = documents::remake(&document(&inputs), version, &making(&inputs), "A test")?;
                vec![field("version", Value::Integer(i64::from(again)))]
            }
            "issue" => {
                let issued = documents::issue(&document(&inputs), version, until(&inputs))?;
                vec![field("version", Value::Integer(i64::from(issued)))]
            }
            "annul" => {
                documents::annul(&document(&inputs), "Decizia 7")?;
                Vec::new()
            }
            "retain" => {
                archive::retain(&document(&inputs), until(&inputs).ok_or(Failure::NotFound)?, "A dispute")?;
                Vec::new()
            }
            "destroy" => {
                archive::destroy(&[document(&inputs)], &named(&inputs, "act"))?;
                Vec::new()
            }
            _ => {
                let file = File {
                    kind: "export".to_owned(),
                    name: "datorii.csv".to_owned(),
                    media_type: given_text(&inputs, "type").to_owned(),
                    title: "Export".to_owned(),
                    subject: None,
                    entry: None,
                    content: b"a;b\n1;2\n".to_vec(),
                };
                vec![text("document", documents::store(&file)?.id)]
            }
        }))
    }
}

impl Events for Scribe {
    fn handle(event: Event) -> Result<(), Failure> {
        if let Event::DocumentMade(info) = event {
            registers::add("scribe-told", &[text("what", told(&info))])?;
        }
        Ok(())
    }
}

module!(Scribe);
vatra_sdk::events!(Scribe);
