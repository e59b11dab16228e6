//! Sends messages to people, tells other institutions, and notes in its register what it is told of either.
#![cfg_attr(target_arch = "wasm32", no_std)]

use vatra_guest_kit::*;
use vatra_sdk::contract::vatra::documents::documents::{self, File};
use vatra_sdk::contract::vatra::mconnect::events::{self, Announcement};
use vatra_sdk::contract::vatra::mnotify::messages::{self, Content, Message, Priority, Reader, Text, Texts};
use vatra_sdk::contract::vatra::mnotify::types::Notification;
use vatra_sdk::contract::vatra::mpower::mandates::{self, Side};
use vatra_sdk::contract::vatra::types::values::DocumentRef;
use vatra_sdk::contract::vatra::view::view::{Item, Summary};
use vatra_sdk::prelude::{Event, Events};

struct Messenger;

fn people(inputs: &[Field], name: &str) -> Vec<Subject> {
    let subject = |field: &Field| match &field.value {
        Value::Subject(subject) if field.name == name => Some(subject.clone()),
        _ => None,
    };
    inputs.iter().filter_map(subject).collect()
}

fn texts(ro: &str, ru: Option<&str>) -> Texts {
    Texts { ro: ro.to_owned(), ru: ru.map(ToOwned::to_owned), en: None }
}

/// As many files as the form says, which go along.
fn attachments(inputs: &[Field]) -> Result<Vec<DocumentRef>, Failure> {
    let file = |number| File {
        kind: "note".to_owned(),
        name: format!("nota-{number}.pdf"),
        media_type: "application/pdf".to_owned(),
        title: "Nota de plata".to_owned(),
        subject: None,
        entry: None,
        content: format!("%PDF-1.4 {number}").into_bytes(),
    };
    let mut made = (0..given_number(inputs, "files", 0)).map(|number| documents::store(&file(number))).collect::<Result<Vec<_>, _>>()?;
    if let Some(Field { value: Value::Document(document), .. }) = inputs.iter().find(|field| field.name == "attach") {
        made.push(document.clone());
    }
    Ok(made)
}

fn message(inputs: &[Field]) -> Result<Message, Failure> {
    let content = match given_text(inputs, "content") {
        "" => Content::Text(Text {
            subject: texts("Datorie", Some("Долг")),
            body: texts("Stimate {name}, aveți de achitat {sum}.", None),
            short: texts("{sum} {unknown}", None),
        }),
        template => Content::Template(template.to_owned()),
    };
    let about = people(inputs, "about").into_iter().next().map_or(Value::None, Value::Subject);
    Ok(Message {
        recipients: people(inputs, "to"),
        reader: Reader::Administrator,
        content,
        variables: vec![field("name", about), field("sum", Value::Money(given_number(inputs, "sum", 0)))],
        priority: Priority::Medium,
        attachments: attachments(inputs)?,
    })
}

fn line(notification: &Notification) -> String {
    format!("{:?} {}", notification.standing, notification.rule).trim().to_owned()
}

/// The parties of what was found, as values of the page; or the failure.
fn mandates_page(parameters: &[Field]) -> Screen {
    let side = if given_text(parameters, "side") == "given" { Side::Given } else { Side::Received };
    let found = match people(parameters, "of").first() {
        Some(of) => mandates::mandates_of(of, side),
        None => mandates::check(given_text(parameters, "code")).map(|found| vec![found]),
    };
    match found {
        Err(failure) => page([words(&failure)]),
        Ok(found) => {
            let items = found.into_iter().flat_map(|found| {
                let standing = format!("{} {} {}", found.code, found.kind, found.valid);
                [(standing, found.principal), ("agent".to_owned(), found.agent)]
            });
            let items = items.map(|(label, who)| Item { label: plain(label), value: Value::Subject(who) });
            screen(vec![Block::Summary(Summary { title: None, items: items.collect() })])
        }
    }
}

impl Guest for Messenger {
    fn render(screen_name: String, parameters: Vec<Field>) -> Result<Screen, Failure> {
        if screen_name == "mandates" {
            return Ok(mandates_page(&parameters));
        }
        Ok(match messages::standing_of(given_text(&parameters, "message")) {
            Ok(found) => page(found.iter().map(line)),
            Err(failure) => page([words(&failure)]),
        })
    }

    fn perform(action: String, inputs: Vec<Field>) -> Result<Answer, Failure> {
        let told = match action.as_str() {
            "send" => messages::send(&message(&inputs)?)?,
            "file" => mandates::file(given_text(&inputs, "code")).map_or_else(|failure| words(&failure), |kept| kept.id),
            "cancel" => verdict(&messages::cancel(given_text(&inputs, "message"))),
            _ => {
                let about = people(&inputs, "about").into_iter().next();
                let data = vec![text("act", "7"), field("who", about.clone().map_or(Value::None, Value::Subject))];
                verdict(&events::publish(&Announcement { type_: given_text(&inputs, "type").to_owned(), about, data }))
            }
        };
        Ok(done(vec![text("told", told)]))
    }
}

impl Events for Messenger {
    fn handle(event: Event) -> Result<(), Failure> {
        let (what, who) = match event {
            Event::Notified(told) => (line(&told), Some(told.recipient)),
            Event::Data(told) => {
                let field = |field: Field| match field.value {
                    Value::Text(text) => format!(" {}={text}", field.name),
                    Value::Sealed(_) => format!(" {}=sealed", field.name),
                    _ => format!(" {}", field.name),
                };
                let data: String = told.data.into_iter().map(field).collect();
                (format!("{}{data}", told.type_), told.about)
            }
            _ => return Err(Failure::NotFound),
        };
        let fields = [text("what", what), field("who", who.map_or(Value::None, Value::Subject))];
        registers::add("told", &fields).map(|_| ())
    }
}

module!(Messenger);
vatra_sdk::events!(Messenger);
