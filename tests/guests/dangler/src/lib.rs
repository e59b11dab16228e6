//! Shows screens and gives answers that point to what is not there, or not there in that way: one `kind` a call. Actions write an entry before:
//! nothing of an answer that cannot be shown is kept.
#![cfg_attr(target_arch = "wasm32", no_std)]

mod blocks;

use vatra_guest_kit::*;
use vatra_sdk::contract::vatra::types::values::DocumentRef;
use vatra_sdk::contract::vatra::view::view::{Errand, Link};

pub(crate) const THINGS: &str = "dangler-things";

struct Dangler;

fn link(screen: &str, parameters: Vec<Field>) -> Link {
    Link { label: plain("Go"), screen: screen.to_owned(), parameters }
}

fn outcome(kind: &str) -> Outcome {
    let document = || DocumentRef { id: "no-such-document".to_owned() };
    match kind {
        "go-nowhere" => Outcome::Go(link("nowhere", Vec::new())),
        "go-elsewhere" => Outcome::Go(link("../../lozova/echo/home", Vec::new())),
        "go-with-too-little" => Outcome::Go(link("things", Vec::new())),
        "download" => Outcome::Download(document()),
        "sign" => Outcome::Errand(Errand::Sign(vec![document()])),
        "pay" => Outcome::Errand(Errand::Pay("0100000000000000".to_owned())),
        "job" => Outcome::Job("no-such-job".to_owned()),
        "reject-nothing" => Outcome::Rejected(vec![("no-such-input".to_owned(), plain("Wrong."))]),
        "done-at-length" => {
            Outcome::Done(Notice { tone: Tone::Neutral, title: plain("a".repeat(100_000)), text: Some(plain("a".repeat(100_000))) })
        }
        kind => Outcome::Show(screen(blocks::of(kind))),
    }
}

impl Guest for Dangler {
    fn render(name: String, parameters: Vec<Field>) -> Result<Screen, Failure> {
        let kind = given_text(&parameters, "kind");
        Ok(match (name.as_str(), kind) {
            ("home", "") => page(["Here.".into()]),
            (_, "breadcrumbs") => Screen { breadcrumbs: vec![link("nowhere", Vec::new())], ..page([]) },
            _ => screen(blocks::of(kind)),
        })
    }
    fn perform(_: String, inputs: Vec<Field>) -> Result<Answer, Failure> {
        registers::add(THINGS, &[text("text", "kept?")])?;
        Ok(Answer { outcome: outcome(given_text(&inputs, "kind")), report: Vec::new() })
    }
}

module!(Dangler);
