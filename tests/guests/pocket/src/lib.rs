//! A module for phones. Its screen `pry` asks for what is none of the caller's.
#![cfg_attr(target_arch = "wasm32", no_std)]

use vatra_guest_kit::*;
use vatra_sdk::contract::vatra::appointments::booking;
use vatra_sdk::contract::vatra::mpass::caller;
use vatra_sdk::contract::vatra::view::view::{Form, Input, Link};

struct Pocket;

fn form() -> Block {
    let input =
        |name: &str, label: &str| Input { name: name.to_owned(), label: plain(label), hint: None, value: Value::None, choices: Vec::new() };
    Block::Form(Form {
        action: "say".to_owned(),
        title: plain("Spuneți ceva"),
        inputs: vec![input("text", "Ce"), input("many", "De câte ori")],
        parameters: Vec::new(),
        submit: plain("Trimite"),
        check_answers: false,
    })
}

impl Guest for Pocket {
    fn render(name: String, parameters: Vec<Field>) -> Result<Screen, Failure> {
        let who = caller::current();
        let mut roles: Vec<String> = who.roles;
        roles.sort();
        let line = format!("{} {} {:?}", if who.person.is_some() { "somebody" } else { "nobody" }, roles.join("+"), who.channel);
        Ok(match name.as_str() {
            "home" => screen(vec![
                Block::Text(plain(line)),
                Block::Text(plain(given_text(&parameters, "text"))),
                Block::Links(vec![Link { label: plain("Ale mele"), screen: "mine".to_owned(), parameters: Vec::new() }]),
            ]),
            "mine" => screen(vec![Block::Text(plain(line)), form()]),
            _ => page([verdict(&registers::find(&everything("pocket-notes"), 10, None)), verdict(&booking::mine())]),
        })
    }

    fn perform(_: String, inputs: Vec<Field>) -> Result<Answer, Failure> {
        let many = given_number(&inputs, "many", 1);
        if many > 3 {
            return Ok(Answer {
                outcome: Outcome::Rejected(vec![("many".to_owned(), plain("Cel mult de trei ori."))]),
                report: Vec::new(),
            });
        }
        Ok(done(vec![text("said", given_text(&inputs, "text").repeat(many.unsigned_abs() as usize))]))
    }
}

module!(Pocket);
