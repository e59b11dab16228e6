//! A module for phones. Its screen `pry` asks for what is none of the caller's.
#![cfg_attr(target_arch = "wasm32", no_std)]

use vatra_guest_kit::*;
use vatra_sdk::contract::vatra::appointments::booking;
use vatra_sdk::contract::vatra::mpass::caller;
use vatra_sdk::contract::vatra::view::view::{Form, FormPage, Input, Link, SteppedForm};

struct Pocket;

fn input(name: &str, label: &str) -> Input {
    Input { name: name.to_owned(), label: plain(label), hint: None, value: Value::None, choices: Vec::new() }
}

/// A form of several pages with everything that makes forms hard.
fn ask() -> Block {
    let page = |title: &str, inputs| FormPage { title: plain(title), inputs };
    let choices = vec![("repair".to_owned(), plain("Reparație")), ("other".to_owned(), plain("Altceva"))];
    Block::SteppedForm(SteppedForm {
        id: "ask".to_owned(),
        action: "ask".to_owned(),
        title: plain("Cerere către primărie"),
        pages: vec![
            page("Unde locuiți", vec![input("street", "Adresa"), input("phone", "Telefon")]),
            page(
                "Ce cereți",
                vec![Input { choices, ..input("kind", "Felul cererii") }, input("what", "Despre ce este vorba"), input("since", "De când")],
            ),
            page(
                "Copiii",
                vec![input("children", "Copilul"), input("children.name", "Numele și prenumele"), input("children.born", "Data nașterii")],
            ),
        ],
        parameters: Vec::new(),
        submit: plain("Trimite cererea"),
    })
}

/// A form with a file.
fn attach() -> Block {
    Block::Form(Form {
        action: "attach".to_owned(),
        title: plain("Anexați actul"),
        inputs: vec![input("note", "Notă"), input("proof", "Actul")],
        parameters: Vec::new(),
        submit: plain("Trimite actul"),
        check_answers: false,
    })
}

fn form() -> Block {
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
            "attach" => screen(vec![attach()]),
            "ask" => screen(vec![ask()]),
            "paper" => screen(
                parameters
                    .iter()
                    .filter_map(|field| if let Value::Document(paper) = &field.value { Some(Block::Document(paper.clone())) } else { None })
                    .collect(),
            ),
            "mine" => screen(vec![Block::Text(plain(line)), form()]),
            _ => page([verdict(&registers::find(&everything("pocket-notes"), 10, None)), verdict(&booking::mine())]),
        })
    }

    fn perform(action: String, inputs: Vec<Field>) -> Result<Answer, Failure> {
        if action == "ask" {
            let names: Vec<String> = inputs.iter().map(|field| field.name.clone()).collect();
            let notice = Notice { tone: Tone::Success, title: plain("Cererea a fost primită"), text: Some(plain(names.join(" "))) };
            return Ok(Answer { outcome: Outcome::Done(notice), report: Vec::new() });
        }
        if action == "attach" {
            let paper =
                inputs.into_iter().filter(|field| field.name == "proof").map(|field| Field { name: "paper".to_owned(), ..field }).collect();
            let to = Link { label: plain("Actul"), screen: "paper".to_owned(), parameters: paper };
            return Ok(Answer { outcome: Outcome::Go(to), report: Vec::new() });
        }
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
