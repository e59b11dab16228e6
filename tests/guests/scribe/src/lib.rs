//! Makes documents from two templates, one of which never ends, issues, annuls and keeps some, has some signed, and notes what it is told of them.
#![cfg_attr(target_arch = "wasm32", no_std)]

use vatra_guest_kit::*;
use vatra_sdk::contract::vatra::config::{enactments, settings, working_days};
use vatra_sdk::contract::vatra::documents::archive;
use vatra_sdk::contract::vatra::documents::documents::{self, File, Listing, Making, Table};
use vatra_sdk::contract::vatra::documents::types::Info;
use vatra_sdk::contract::vatra::msign::requests::{self, Content, Request, Signer, State, Who};
use vatra_sdk::contract::vatra::msign::types::Signing;
use vatra_sdk::contract::vatra::msign::verification;
use vatra_sdk::contract::vatra::types::values::DocumentRef;
use vatra_sdk::contract::vatra::view::view::Errand;
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
        pays: None,
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

/// A PDF with one empty page; the number makes each another.
fn pdf(number: i64) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec();
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        format!("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 {}] /Resources << >> >>", 842 + number),
    ];
    let mut places = Vec::new();
    for (at, object) in objects.iter().enumerate() {
        places.push(out.len());
        out.extend_from_slice(format!("{} 0 obj\n{object}\nendobj\n", at + 1).as_bytes());
    }
    let table = out.len();
    out.extend_from_slice(b"xref\n0 4\n0000000000 65535 f \n");
    for place in places {
        out.extend_from_slice(format!("{place:010} 00000 n \n").as_bytes());
    }
    out.extend_from_slice(format!("trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n").as_bytes());
    out
}

fn stored(number: i64) -> Result<DocumentRef, Failure> {
    documents::store(&File {
        kind: "decision".to_owned(),
        name: format!("decizia-{number}.pdf"),
        media_type: "application/pdf".to_owned(),
        title: format!("Decizia {number}"),
        subject: None,
        entry: None,
        content: pdf(number),
    })
}

fn request(inputs: &[Field], contents: Vec<Content>) -> Request {
    let person = |name: &str| match value(inputs, name) {
        Value::Subject(subject) => Some(Who::Person(subject)),
        _ => None,
    };
    let role = match given_text(inputs, "role") {
        "" => "tester",
        role => role,
    };
    let first = person("to").unwrap_or_else(|| Who::Role(role.to_owned()));
    let signer = |who| Signer { who, reason: "Aprobat".to_owned() };
    Request {
        contents,
        signers: [Some(first), person("second")].into_iter().flatten().map(signer).collect(),
        in_order: true,
        title: "De semnat".to_owned(),
        description: String::new(),
        until: until(inputs),
    }
}

/// `Standing::Signed 0 wrong-signer`
fn signer(told: &Signing) -> String {
    let by = if told.by.is_some() { "by" } else { "nobody" };
    format!("{:?} {} {by} {}", told.standing, told.signer, told.note).trim().to_owned()
}

fn state(state: &State) -> Vec<String> {
    let mut lines = vec![format!("{:?} {} signatures", state.standing, state.signatures.len())];
    lines.extend(state.signers.iter().map(signer));
    lines
}

impl Guest for Scribe {
    fn render(_: String, parameters: Vec<Field>) -> Result<Screen, Failure> {
        if let Some(entry) = entry(&parameters) {
            return Ok(page(documents::documents_of(&entry)?.iter().map(told)));
        }
        let asked = given_text(&parameters, "request");
        if !asked.is_empty() {
            return Ok(page(requests::standing_of(asked).map_or_else(|failure| vec![words(&failure)], |found| state(&found))));
        }
        if let (Value::Date(on), name) = (value(&parameters, "on"), given_text(&parameters, "setting")) {
            let rates = |row: &Vec<Field>| format!("{} {:?}", given_text(row, "zone"), value(row, "rate"));
            let lines = if name == "fee" {
                let holds = settings::get(name, on)?;
                let past = settings::history(name)?;
                vec![format!("{holds:?}"), format!("{} times", past.len())]
            } else {
                settings::table(name, on)?.iter().map(rates).collect()
            };
            let next = working_days::add(on, 1)?;
            let next = format!("{}-{}-{}", next.year, next.month, next.day);
            return Ok(page(lines.into_iter().chain([next, settings::municipality()?.cuatm])));
        }
        let document = document(&parameters);
        if value(&parameters, "verify") == Value::Flag(true) {
            let line = |one: verification::Signature| format!("{} {} {}", one.valid, one.signer.is_some(), one.message);
            let found = verification::verify(&document);
            return Ok(page(found.map_or_else(|failure| vec![words(&failure)], |all| all.into_iter().map(line).collect())));
        }
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
        if action == "sign" {
            let number = given_number(&inputs, "number", 0);
            let mut all = Vec::new();
            match document(&inputs) {
                made if made.id.is_empty() => {
                    for at in 0..given_number(&inputs, "count", 1) {
                        all.push(stored(number + at)?);
                    }
                }
                made => all.push(made),
            }
            let mut report: Vec<Field> = all.iter().enumerate().map(|(at, one)| text(format!("document{at}"), one.id.clone())).collect();
            let contents = |documents: &[DocumentRef]| documents.iter().cloned().map(Content::Document).collect();
            if value(&inputs, "each") == Value::Flag(true) {
                for document in all.chunks(1) {
                    requests::open(&request(&inputs, contents(document)))?;
                }
            } else {
                let contents = match given_text(&inputs, "digest") {
                    "" => contents(&all),
                    name => vec![Content::Digest((name.to_owned(), vec![7; 20]))],
                };
                report.push(text("request", requests::open(&request(&inputs, contents))?));
            }
            let errand = value(&inputs, "errand") == Value::Flag(true);
            let answer = done(report);
            return Ok(if errand { Answer { outcome: Outcome::Errand(Errand::Sign(all)), ..answer } } else { answer });
        }
        Ok(done(match action.as_str() {
            "attach" => match value(&inputs, "scan") {
                Value::Document(sent) => vec![text("document", sent.id.clone()), text("told", told(&documents::describe(&sent)?))],
                _ => return Err(Failure::NotFound),
            },
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
            "enact" => {
                let (since, decision) = (until(&inputs).ok_or(Failure::NotFound)?, document(&inputs));
                let rate = given_number(&inputs, "number", 0);
                match given_text(&inputs, "setting") {
                    "fee" => enactments::enact("fee", &Value::Money(rate), since, &decision)?,
                    name => {
                        let row = vec![field("zone", Value::Choice("centre".to_owned())), field("rate", Value::Money(rate))];
                        enactments::enact_table(name, &[row], since, &decision)?;
                    }
                }
                Vec::new()
            }
            "take-back" => {
                requests::cancel(given_text(&inputs, "request"), "A test")?;
                Vec::new()
            }
            "refuse" => {
                requests::refuse(given_text(&inputs, "request"), "A test")?;
                Vec::new()
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
        let what = match event {
            Event::DocumentMade(info) => told(&info),
            Event::Signed(told) => format!("signed {}", signer(&told)),
            Event::Refused(told) => format!("refused {}", signer(&told)),
            _ => return Ok(()),
        };
        registers::add("scribe-told", &[text("what", what)]).map(|_| ())
    }
}

module!(Scribe);
vatra_sdk::events!(Scribe);
