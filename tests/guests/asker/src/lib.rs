//! Asks another institution for data. `ask` shows each field of the answer (sealed ones as a value of the page) or the failure;
//! `catalogue` lists the data sets found; `record` asks, looks through its register, and keeps the answer there.
#![cfg_attr(target_arch = "wasm32", no_std)]

use vatra_guest_kit::*;
use vatra_sdk::contract::vatra::mconnect::catalogue;
use vatra_sdk::contract::vatra::mconnect::data::{self, Request};
use vatra_sdk::contract::vatra::view::view::{Item, Summary};

struct Asker;

fn about(inputs: &[Field]) -> Option<Subject> {
    inputs.iter().find_map(|field| match &field.value {
        Value::Subject(subject) if field.name == "about" => Some(subject.clone()),
        _ => None,
    })
}

fn or<'a>(given: &'a str, usual: &'a str) -> &'a str {
    if given.is_empty() { usual } else { given }
}

impl Guest for Asker {
    fn render(screen_name: String, parameters: Vec<Field>) -> Result<Screen, Failure> {
        if screen_name == "catalogue" {
            let line = |asset: catalogue::Asset| format!("{} {} {}", asset.data_set, asset.fields.len(), asset.granted);
            return Ok(match catalogue::search(given_text(&parameters, "words")) {
                Ok(found) => page(found.into_iter().map(line)),
                Err(failure) => page([words(&failure)]),
            });
        }
        let asked = Request {
            data_set: or(given_text(&parameters, "set"), "person").to_owned(),
            about: about(&parameters),
            parameters: Vec::new(),
            fields: or(given_text(&parameters, "fields"), "name,status").split(',').map(ToOwned::to_owned).collect(),
            reason: or(given_text(&parameters, "reason"), "A test").to_owned(),
            for_: None,
        };
        let answer = match data::ask(&asked) {
            Ok(answer) => answer,
            Err(failure) => return Ok(page([words(&failure)])),
        };
        let items = answer.rows.into_iter().flat_map(|row| row.fields).map(|field| Item { label: plain(field.name), value: field.value });
        Ok(screen(vec![Block::Summary(Summary { title: None, items: items.collect() })]))
    }

    fn perform(_: String, inputs: Vec<Field>) -> Result<Answer, Failure> {
        let before = registers::find(&everything("answers"), 1, None)?.total;
        let asked = Request {
            data_set: "person".to_owned(),
            about: about(&inputs),
            parameters: Vec::new(),
            fields: vec!["status".to_owned()],
            reason: "A test".to_owned(),
            for_: None,
        };
        let status = data::ask(&asked)?.rows.into_iter().flat_map(|row| row.fields).next();
        registers::add("answers", &[field("status", status.map_or(Value::None, |field| field.value))])?;
        Ok(done(vec![field("before", Value::Integer(before as i64))]))
    }
}

module!(Asker);
