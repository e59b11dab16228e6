//! Makes orders and quotes them by their amount: on 100 lei what is left and 1.00 leu for each day of the month, on 200 an account that nobody
//! granted, on 300 an answer that never comes, on 400 a failure, on 500 nothing.
#![cfg_attr(target_arch = "wasm32", no_std)]

use vatra_guest_kit::*;
use vatra_sdk::contract::vatra::clock::clock;
use vatra_sdk::contract::vatra::mpay::invoices::{self, Paper};
use vatra_sdk::contract::vatra::mpay::orders::{self, Order};
use vatra_sdk::contract::vatra::mpay::types::Line;
use vatra_sdk::prelude::Quotes;

struct Quoter;

fn line(id: &str, amount: i64, account: &str) -> Line {
    Line { id: id.to_owned(), amount, account: account.to_owned(), reason: "A test".to_owned() }
}

impl Guest for Quoter {
    fn render(_: String, _: Vec<Field>) -> Result<Screen, Failure> {
        Ok(page(["Orders".to_owned()]))
    }
    fn perform(action: String, inputs: Vec<Field>) -> Result<Answer, Failure> {
        if action == "invoice" {
            let kept = invoices::invoice(given_text(&inputs, "number"), Paper::A5);
            return Ok(done(vec![text("told", kept.map_or_else(|failure| words(&failure), |document| document.id))]));
        }
        let order = Order {
            service: "fees".to_owned(),
            customer: None,
            lines: vec![line("tax", given_number(&inputs, "amount", 0), "budget")],
            due: None,
            expires: None,
            partial: true,
            advance: false,
            reason: "A test".to_owned(),
        };
        Ok(done(vec![text("number", orders::create_order(&order)?)]))
    }
}

impl Quotes for Quoter {
    fn quote(number: String) -> Result<Vec<Line>, Failure> {
        let standing = orders::standing_of(&number)?;
        match standing.due {
            20_000 => Ok(vec![line("tax", standing.due, "somebody-s")]),
            30_000 => loop {
                core::hint::spin_loop();
            },
            40_000 => Err(Failure::NotFound),
            50_000 => Ok(Vec::new()),
            due => {
                let days = i64::from(clock::today().day);
                Ok(vec![line("tax", due - standing.paid, "budget"), line("penalty", 100 * days, "budget")])
            }
        }
    }
}

module!(Quoter);
vatra_sdk::quotes!(Quoter);
