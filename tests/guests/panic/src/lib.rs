//! Panics in the middle of its work: the action `panic` after it wrote an entry. `fail` writes one too and returns a failure, `keep` returns ok:
//! the numbers of what is kept show no gap.
#![cfg_attr(target_arch = "wasm32", no_std)]

use vatra_guest_kit::*;

const REGISTER: &str = "panic-things";

struct Panic;

impl Guest for Panic {
    fn render(screen: String, _: Vec<Field>) -> Result<Screen, Failure> {
        let kept = registers::find(&everything(REGISTER), 500, None)?;
        assert!(screen != "panic", "as asked");
        Ok(page([format!("kept: {}", kept.total)]))
    }
    fn perform(action: String, _: Vec<Field>) -> Result<Answer, Failure> {
        registers::add(REGISTER, &[text("text", action.as_str())])?;
        match action.as_str() {
            "panic" => panic!("as asked"),
            "fail" => Err(Failure::Unavailable("as asked".to_owned())),
            _ => Ok(done(vec![text("kept", action)])),
        }
    }
}

module!(Panic);
