//! Puts fragments of SQL, paths, markup and other people's names wherever a text goes (`fragments`, `neighbours`), and queries, cursors and
//! numbers as no honest module would (`filters`, `cursors`, `numbers`). Each action reports what it did not expect: `as it should be` when there
//! was nothing.
#![cfg_attr(target_arch = "wasm32", no_std)]

mod fragments;
mod numbers;
mod queries;

use vatra_guest_kit::*;

const THINGS: &str = "injector-things";

/// What was not expected.
#[derive(Default)]
struct Surprises(Vec<String>);

impl Surprises {
    /// A refusal was due.
    fn refused<T>(&mut self, what: &str, result: Result<T, Failure>) {
        match result {
            Err(Failure::Denied(_) | Failure::Invalid(_) | Failure::NotFound | Failure::OverBudget(_)) => {}
            Err(other) => self.0.push(format!("{what}: {}", words(&other))),
            Ok(_) => self.0.push(format!("{what}: ok")),
        }
    }
    /// It had to hold.
    fn holds(&mut self, what: &str, holds: bool) {
        if !holds {
            self.0.push(what.to_owned());
        }
    }
    /// It had to go well, and this to be true of it.
    fn fine<T>(&mut self, what: &str, result: Result<T, Failure>, is: impl Fn(&T) -> bool) {
        match result {
            Ok(value) if is(&value) => {}
            Ok(_) => self.0.push(format!("{what}: something else")),
            Err(failure) => self.0.push(format!("{what}: {}", words(&failure))),
        }
    }
}

struct Injector;

impl Guest for Injector {
    fn render(_: String, _: Vec<Field>) -> Result<Screen, Failure> {
        let all = registers::find(&everything(THINGS), 500, None)?;
        let closed = all.entries.iter().filter(|entry| entry.closed).count();
        Ok(page([format!("kept: {}, closed: {closed}", all.total)]))
    }
    fn perform(action: String, _: Vec<Field>) -> Result<Answer, Failure> {
        let mut surprises = Surprises::default();
        match action.as_str() {
            "fragments" => fragments::everywhere(&fragments::FRAGMENTS, true, &mut surprises),
            "neighbours" => fragments::everywhere(&fragments::NEIGHBOURS, false, &mut surprises),
            "filters" => queries::filters(&mut surprises),
            "sums" => numbers::sums(&mut surprises),
            "cursors" => queries::cursors(&mut surprises),
            _ => numbers::extremes(&mut surprises),
        }
        let mut said = if surprises.0.is_empty() { "as it should be".to_owned() } else { surprises.0.join("; ") };
        said.truncate(said.floor_char_boundary(2_000));
        Ok(done(vec![text("text", said)]))
    }
}

module!(Injector);
