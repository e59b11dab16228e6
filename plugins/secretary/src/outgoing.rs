//! What goes out: the answer drawn up, signed by the mayor, sent through MNotify or handed over.

use crate::incoming::Letter;
use crate::{history, holds, home_link};
use vatra_sdk::contract::vatra::msign::types::{Signing, Standing};
use vatra_sdk::contract::vatra::types::values::DocumentRef;
use vatra_sdk::contract::vatra::view::view;
use vatra_sdk::host::documents::{self, Making};
use vatra_sdk::host::messages::{self, Content, Message, Priority, Reader, Text, Texts};
use vatra_sdk::host::requests::{self, Request, Signer, Who};
use vatra_sdk::prelude::*;

/// The form by which a letter is answered.
pub(crate) fn form(letter: &EntryRef) -> Form {
    Form::posts("answer-letter", "answer-title", "answer-submit")
        .input(Input::of("text", "answer-text").hint("answer-text-hint"))
        .input(Input::of("language", "field-language").filled(Choice("ro")))
        .with("entry", letter)
        .check_answers()
}

/// The action `answer-letter`: the letter on paper with its number, waiting for the mayor's signature.
pub(crate) fn answer(inputs: &[Field]) -> Result<Answer, Failure> {
    let letter = Letter::get(&inputs.entry("entry")?)?;
    if !letter.is_open() {
        return Ok(Answer::rejected(vec![("text".into(), "wrong-letter-done".into())]));
    }
    let (text, language) = (inputs.value("text").cloned().unwrap_or(Value::None), inputs.text("language")?);
    let subject = if language == "ru" { format!("О письме {}", letter.number) } else { format!("Cu privire la {}", letter.number) };
    let document = documents::make(&Making {
        template: "letter".into(),
        language: language.clone(),
        title: subject.clone(),
        subject: letter.sender.clone(),
        entry: Some(letter.at.clone()),
        pays: None,
        fields: fields![
            "recipient" => letter.sender.as_ref(),
            "institution" => &letter.institution,
            "about" => &letter.subject,
            "number" => &letter.number,
            "text" => text.clone(),
            "mayor" => mayor()?,
        ],
        tables: Vec::new(),
        listings: Vec::new(),
    })?;
    documents::issue(&document, 1, None)?;
    let signing = requests::open(&Request {
        contents: vec![requests::Content::Document(document.clone())],
        signers: vec![Signer { who: Who::Role("mayor".into()), reason: "Răspuns la corespondență".into() }],
        in_order: true,
        title: format!("Răspuns la {}", letter.number).chars().take(90).collect(),
        description: String::new(),
        until: None,
    })?;
    let answer = registers::add(
        "outgoing",
        &fields![
            "letter" => &letter.at,
            "recipient" => letter.sender.as_ref(),
            "institution" => Some(letter.institution.as_str()).filter(|name| !name.is_empty()),
            "subject" => subject,
            "text" => text,
            "language" => Choice(&language),
            "document" => document,
            "signing" => signing,
            "state" => Choice("to-sign"),
        ],
    )?;
    letter.becomes("answering", fields!["answer" => &answer], "letter-answering", false)?;
    Ok(Answer::go(Link::to("letter-out", "answer-open").with("entry", &answer)).report("answer", answer))
}

/// The mayor by name, for the place of the signature.
fn mayor() -> Result<Value, Failure> {
    let holders = vatra_sdk::host::tasks::holders("mayor")?;
    Ok(holders.first().map_or(Value::None, |mayor| mayor.into()))
}

/// The screen `outgoing`.
pub(crate) fn list() -> Screen {
    let table = BoundTable::of(Query::of("outgoing").sort_down("opened"), "outgoing", "outgoing-all", "outgoing-empty")
        .column_opening("number", "field-number", "letter-out")
        .column("opened", "field-opened")
        .column_opening("subject", "field-subject", "letter-out")
        .column("recipient.name", "field-recipient")
        .column("institution", "field-institution")
        .column("state", "field-state")
        .searchable()
        .exportable();
    Screen::titled("outgoing-title").under(home_link()).bound(table)
}

/// The screen `letter-out`.
pub(crate) fn one(at: &EntryRef) -> Result<Screen, Failure> {
    let entry = registers::get(at)?;
    let items = ["institution", "language", "state"];
    let items =
        items.into_iter().filter_map(|name| entry.value(name).map(|value| Item::of(format!("field-{name}"), value.clone()))).collect();
    let number = entry.number.clone().unwrap_or_default();
    let mut screen = Screen::titled(words!("letter-out-title", number = number, subject = entry.text("subject")?))
        .under(home_link())
        .under(Link::to("outgoing", "outgoing-title"));
    if let Some(recipient) = entry.maybe::<Subject>("recipient")? {
        screen = screen.person(recipient);
    }
    screen = screen.summary("letter-details", items).block(Block::Document(entry.need("document")?));
    if let Some(letter) = entry.maybe::<EntryRef>("letter")? {
        screen = screen.links(vec![Link::to("letter-in", "letter-answered").with("entry", &letter)]);
    }
    if entry.text("state")? == "to-post" && holds(&["secretary", "specialist"]) {
        let handed = Button::performs("handed-over", "handed-over").with("entry", at).confirm("handed-over-confirm");
        screen = screen.notice(view::Notice::of(Tone::Neutral, "answer-to-post")).buttons(vec![handed]);
    }
    history::told(screen, at)
}

/// The action `handed-over`: on paper, by post or in person.
pub(crate) fn handed_over(at: &EntryRef) -> Result<Answer, Failure> {
    let entry = registers::get(at)?;
    if entry.text("state")? != "to-post" {
        return Ok(Answer::rejected(vec![("entry".into(), "wrong-letter-done".into())]));
    }
    registers::correct(at, entry.version, &fields!["state" => Choice("sent")], "answer-handed")?;
    Ok(Answer::done(view::Notice::of(Tone::Success, "answer-was-handed")))
}

/// The mayor signed, or did not; whether it was about a letter.
pub(crate) fn heard(signing: &Signing) -> Result<bool, Failure> {
    let Some(entry) = registers::lookup("outgoing", "signing", &Value::Text(signing.request.clone()))? else { return Ok(false) };
    if entry.text("state")? != "to-sign" {
        return Ok(true);
    }
    let letter = match entry.maybe::<EntryRef>("letter")? {
        Some(letter) => Some(Letter::get(&letter)?),
        None => None,
    };
    if signing.standing != Standing::Signed {
        let because = history::unsigned(signing, "answer-refused");
        registers::correct(&entry.ref_, entry.version, &fields!["state" => Choice("refused")], &because)?;
        // It is answered anew: whoever had it has it again.
        if let Some(letter) = letter {
            letter.becomes("open", fields!["answer" => Value::None], &because, false)?;
        }
        return Ok(true);
    }
    if let Some(letter) = letter {
        letter.becomes("answered", Vec::new(), "letter-answered", true)?;
    }
    match entry.maybe::<Subject>("recipient")? {
        Some(recipient) => {
            let message = messages::send(&told(&recipient, entry.need("document")?))?;
            let sent = fields!["state" => Choice("sent"), "message" => message];
            registers::correct(&entry.ref_, entry.version, &sent, "answer-sent")?;
        }
        None => {
            registers::correct(&entry.ref_, entry.version, &fields!["state" => Choice("to-post")], "answer-signed")?;
        }
    }
    Ok(true)
}

fn told(to: &Subject, document: DocumentRef) -> Message {
    let texts = |ro: &str, ru: &str, en: &str| Texts { ro: ro.into(), ru: Some(ru.into()), en: Some(en.into()) };
    Message {
        recipients: vec![to.clone()],
        reader: Reader::Administrator,
        content: Content::Text(Text {
            subject: texts("Răspunsul primăriei", "Ответ примэрии", "The town hall's answer"),
            body: texts(
                "Primăria v-a răspuns. Scrisoarea semnată electronic este atașată.",
                "Примэрия ответила вам. Письмо с электронной подписью приложено.",
                "The town hall has answered you. The electronically signed letter is attached.",
            ),
            short: texts("Primăria v-a răspuns la scrisoare.", "Примэрия ответила на ваше письмо.", "The town hall answered your letter."),
        }),
        variables: Vec::new(),
        priority: Priority::Medium,
        attachments: vec![document],
    }
}
