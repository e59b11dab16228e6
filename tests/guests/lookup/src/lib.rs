//! One audited read: finds the entry with this code and shows the person it is about.
#![cfg_attr(target_arch = "wasm32", no_std)]

use vatra_guest_kit::*;
use vatra_sdk::contract::vatra::view::view::{Item, Summary};

const PEOPLE: &str = "lookup-people";

struct Lookup;

impl Guest for Lookup {
    fn render(_: String, parameters: Vec<Field>) -> Result<Screen, Failure> {
        let code = given_text(&parameters, "code");
        let entry = registers::lookup(PEOPLE, "code", &Value::Text(code.to_owned()))?.ok_or(Failure::NotFound)?;
        let items = entry.fields.into_iter().map(|field| Item { label: plain(field.name), value: field.value }).collect();
        Ok(screen(vec![Block::Summary(Summary { title: None, items })]))
    }
    fn perform(_: String, inputs: Vec<Field>) -> Result<Answer, Failure> {
        registers::add(PEOPLE, &inputs)?;
        Ok(done(Vec::new()))
    }
}

module!(Lookup);
