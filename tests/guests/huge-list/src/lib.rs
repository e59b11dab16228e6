//! Hands the host lists without measure: `flood` all rows in one call, `trickle` a thousand a call, for as many `rows` of as many `bytes`.
//! It stops at the first refusal and passes it on.
#![cfg_attr(target_arch = "wasm32", no_std)]

use vatra_guest_kit::*;

const REGISTER: &str = "huge-things";

struct HugeList;

impl Guest for HugeList {
    fn render(_: String, _: Vec<Field>) -> Result<Screen, Failure> {
        Ok(page(["Here.".into()]))
    }
    fn perform(action: String, inputs: Vec<Field>) -> Result<Answer, Failure> {
        let rows = given_number(&inputs, "rows", 1_000_000) as usize;
        let words = "a".repeat(given_number(&inputs, "bytes", 40) as usize);
        let at_once = if action == "flood" { rows } else { 1_000 };
        let list: Vec<Vec<Field>> = (0..at_once.min(rows)).map(|_| vec![text("text", words.as_str())]).collect();
        let mut added = 0;
        while added < rows {
            added += registers::add_many(REGISTER, &list)?.len();
        }
        Ok(done(vec![field("added", Value::Integer(added as i64))]))
    }
}

module!(HugeList);
