//! Returns pages without measure: `blocks` of them, one `text` of many bytes, a `table` of many rows; and an action with a huge report.
#![cfg_attr(target_arch = "wasm32", no_std)]

use vatra_guest_kit::*;
use vatra_sdk::contract::vatra::view::view::{Row, Table};

struct HugePage;

impl Guest for HugePage {
    fn render(name: String, parameters: Vec<Field>) -> Result<Screen, Failure> {
        let count = given_number(&parameters, "count", 1_000_000);
        Ok(match name.as_str() {
            "blocks" => page((0..count).map(|number| format!("{number}"))),
            "text" => page(["a".repeat(given_number(&parameters, "bytes", 16 << 20) as usize)]),
            "table" => {
                let rows = (0..count).map(|number| Row { cells: vec![Value::Integer(number)], opens: None }).collect();
                screen(vec![Block::Table(Table { title: plain("Rows"), columns: vec![plain("Number")], rows })])
            }
            _ => page(["Here.".into()]),
        })
    }
    fn perform(_: String, inputs: Vec<Field>) -> Result<Answer, Failure> {
        let count = given_number(&inputs, "count", 1_000_000);
        Ok(done((0..count).map(|number| field(format!("n{number}"), Value::Integer(number))).collect()))
    }
}

module!(HugePage);
