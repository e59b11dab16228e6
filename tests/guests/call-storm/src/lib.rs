//! Calls the host without end and without regard to what it answers: the screen and the action `storm`, of the `kind` `clock`, `random`,
//! `log`, `find` or `add`. Returns, if ever, how often it was not refused.
#![cfg_attr(target_arch = "wasm32", no_std)]

use vatra_guest_kit::*;
use vatra_sdk::contract::vatra::clock::clock;
use vatra_sdk::contract::vatra::log::log;
use vatra_sdk::contract::vatra::random::random;

const REGISTER: &str = "storm-things";

struct CallStorm;

fn storm(inputs: &[Field]) -> i64 {
    let kind = given_text(inputs, "kind");
    let mut served = 0;
    for _ in 0..given_number(inputs, "calls", 100_000_000) {
        let refused = match kind {
            "random" => random::bytes(1_024).is_empty(),
            "log" => {
                log::write(log::Level::Error, "a");
                false
            }
            "find" => registers::find(&everything(REGISTER), 500, None).is_err(),
            "add" => registers::add(REGISTER, &[text("text", "a")]).is_err(),
            _ => clock::now() == 0,
        };
        served += i64::from(!refused);
    }
    served
}

impl Guest for CallStorm {
    fn render(screen: String, parameters: Vec<Field>) -> Result<Screen, Failure> {
        let served = if screen == "storm" { storm(&parameters) } else { 0 };
        Ok(page([format!("served: {served}")]))
    }
    fn perform(_: String, inputs: Vec<Field>) -> Result<Answer, Failure> {
        Ok(done(vec![field("served", Value::Integer(storm(&inputs)))]))
    }
}

module!(CallStorm);
