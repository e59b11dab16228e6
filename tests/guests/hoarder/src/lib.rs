//! Makes the host keep things for it, call after call, each of them within what a single call may bring: refused names (`denials`), reasons of
//! corrections (`reasons`), long texts (`texts`), orders, unique keys, numbers and names of a report. Stops when it is refused.
#![cfg_attr(target_arch = "wasm32", no_std)]

use vatra_guest_kit::*;
use vatra_sdk::contract::vatra::mpay::orders::{self, Line, Order};

const THINGS: &str = "hoarder-things";

struct Hoarder;

/// Each name is refused, and would be noted.
fn denials() -> Result<(), Failure> {
    let mut query = everything(&"a".repeat(1 << 20));
    for number in 0..10_000 {
        query.register.replace_range(0..5, &format!("{number:05}"));
        let _refused = registers::find(&query, 1, None);
    }
    Ok(())
}

fn reasons() -> Result<(), Failure> {
    let entry = registers::add(THINGS, &[text("text", "a")])?;
    let long = "a".repeat(990);
    for number in 0..9_000 {
        registers::correct(&entry, 1, &[text("text", format!("{number}"))], &format!("{number}{long}"))?;
    }
    Ok(())
}

fn texts() -> Result<(), Failure> {
    let long = "ț".repeat(10_000);
    let row = vec![text("long", long)];
    let rows: Vec<Vec<Field>> = (0..200).map(|_| row.clone()).collect();
    loop {
        registers::add_many(THINGS, &rows)?;
    }
}

fn orders() -> Result<(), Failure> {
    let line = |number: usize| Line {
        id: format!("{number}{}", "a".repeat(30)),
        amount: 1,
        account: "local-budget".to_owned(),
        reason: "ț".repeat(50),
    };
    let order = Order {
        service: "local-taxes".to_owned(),
        customer: None,
        lines: (0..50).map(line).collect(),
        due: None,
        expires: None,
        partial: false,
        advance: false,
        reason: "ț".repeat(50),
    };
    loop {
        orders::create_order(&order)?;
    }
}

/// Every row is compared with those before it.
fn keys() -> Result<(), Failure> {
    let mut number = 0;
    loop {
        let rows: Vec<Vec<Field>> = (0..50).map(|row| vec![text("key", format!("{}", number + row))]).collect();
        registers::merge(THINGS, "key", &rows, "")?;
        number += 50;
    }
}

impl Guest for Hoarder {
    fn render(_: String, _: Vec<Field>) -> Result<Screen, Failure> {
        Ok(page(["Here.".into()]))
    }
    fn perform(action: String, _: Vec<Field>) -> Result<Answer, Failure> {
        match action.as_str() {
            "denials" => denials()?,
            "reasons" => reasons()?,
            "texts" => texts()?,
            "orders" => orders()?,
            "keys" => keys()?,
            // Dots nest.
            "depth" => return Ok(done(vec![text("a.".repeat(25_000), "")])),
            "report" => return Ok(done((0..100_000).map(|number| field(format!("n{number}"), Value::Integer(number))).collect())),
            _ => return Ok(done((0..5).map(|number| field(format!("{number}{}", "a".repeat(1 << 20)), Value::Integer(1))).collect())),
        }
        Ok(done(vec![text("text", "")]))
    }
}

module!(Hoarder);
