//! Presents tokens and names that it was never given. The action `forge` makes one `attempt` with the `token`, `register` or `entry` that the test
//! hands it and reports what it came to; `home` tries to write while it renders; the other screens show what is not theirs to show.
#![cfg_attr(target_arch = "wasm32", no_std)]

mod orders;

use vatra_guest_kit::*;
use vatra_sdk::contract::vatra::subjects::subjects;
use vatra_sdk::contract::vatra::uploads::uploads;
use vatra_sdk::contract::vatra::view::view::{BoundTable, Column, Item, Summary};

const THINGS: &str = "forger-things";

struct Forger;

fn subject(token: &str) -> Subject {
    Subject { token: token.to_owned() }
}

fn sealed(token: &str) -> Value {
    Value::Sealed(Sealed { token: token.to_owned() })
}

fn attempt(inputs: &[Field]) -> String {
    let attempt = given_text(inputs, "attempt");
    let token = given_text(inputs, "token");
    let register = given_text(inputs, "register");
    let entry = EntryRef { register: register.to_owned(), id: given_text(inputs, "entry").to_owned() };
    match attempt {
        "subject-in-entry" => verdict(&registers::add(THINGS, &[field("who", Value::Subject(subject(token)))])),
        "sealed-in-entry" => verdict(&registers::add(THINGS, &[field("note", sealed(token))])),
        // A personal value where it could be read.
        "sealed-in-plain-field" => verdict(&registers::add(THINGS, &[field("text", sealed(token))])),
        "attributes" => verdict(&subjects::attributes(&subject(token), &["name".to_owned()])),
        "kind" => verdict(&subjects::kind_of(&subject(token))),
        "find" => verdict(&registers::find(&everything(register), 1, None)),
        "add" => verdict(&registers::add(register, &[text("text", "forged")])),
        "merge" => verdict(&registers::merge(register, "text", &[vec![text("text", "forged")]], "forged")),
        "summarise" => verdict(&registers::summarise(&everything(register), &[], &[])),
        "get" => verdict(&registers::get(&entry)),
        "correct" => verdict(&registers::correct(&entry, 1, &[text("text", "forged")], "forged")),
        "close" => verdict(&registers::close(&entry, 1, "forged")),
        "history" => verdict(&registers::history(&entry)),
        "upload" => verdict(&uploads::describe(token)),
        "upload-rows" => verdict(&uploads::read(token, 0, 10)),
        "unknown-field" => verdict(&registers::add(THINGS, &[text("no-such-field", "forged")])),
        "wrong-type" => verdict(&registers::add(THINGS, &[field("text", Value::Integer(1))])),
        _ => orders::attempt(attempt, token),
    }
}

impl Guest for Forger {
    fn render(name: String, parameters: Vec<Field>) -> Result<Screen, Failure> {
        let token = given_text(&parameters, "token");
        Ok(match name.as_str() {
            "person" => screen(vec![Block::Person(subject(token))]),
            "value" => {
                screen(vec![Block::Summary(Summary { title: None, items: vec![Item { label: plain("Value"), value: sealed(token) }] })])
            }
            "order" => screen(vec![Block::Payment(token.to_owned())]),
            "table" => screen(vec![Block::Bound(BoundTable {
                id: "table".to_owned(),
                title: plain("Table"),
                query: everything(given_text(&parameters, "register")),
                columns: vec![Column { name: "number".to_owned(), title: plain("Number"), opens: None }],
                searchable: true,
                exportable: true,
                empty: plain("Nothing"),
                bulk: Vec::new(),
                totals: Vec::new(),
            })]),
            _ => page([verdict(&registers::add(THINGS, &[text("text", "written while rendering")])), orders::attempt("good-order", "")]),
        })
    }
    fn perform(_: String, inputs: Vec<Field>) -> Result<Answer, Failure> {
        Ok(done(vec![text("verdict", attempt(&inputs))]))
    }
}

module!(Forger);
