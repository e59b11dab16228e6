//! Tax collector: the roll, the accounts, notices payable through MPay, and what was collected.
//!
//! Each screen and each action has a file of its own; this one says which is which.
#![cfg_attr(target_arch = "wasm32", no_std)]

mod accounts;
mod certificates;
mod history;
mod home;
mod import;
mod notices;
mod payments;
mod penalty;
mod receipts;
mod report;
mod tally;
mod taxpayer;

use vatra_sdk::contract::vatra::mpay::types::Line;
use vatra_sdk::prelude::*;

struct TaxCollector;

impl Screens for TaxCollector {
    fn render(screen: String, parameters: Vec<Field>) -> Result<Screen, Failure> {
        let parameters = parameters.as_slice();
        match screen.as_str() {
            "home" => home::screen(),
            "accounts" => accounts::list(parameters),
            "account" => accounts::one(&parameters.entry("entry")?),
            "taxpayer" => taxpayer::screen(parameters),
            "notices" => notices::list(),
            "notice" => notices::one(&parameters.entry("entry")?),
            "journal" => receipts::journal(parameters),
            "receipt" => receipts::one(&parameters.entry("entry")?),
            "year" => receipts::year(parameters),
            "certificates" => certificates::list(),
            "certificate" => certificates::one(&parameters.entry("entry")?),
            "imports" => report::list(),
            "import" => Ok(import::screen()),
            "import-report" => report::stored(&parameters.entry("entry")?, parameters.maybe("again")?.unwrap_or(false)),
            _ => Err(Failure::NotFound),
        }
    }

    fn perform(action: String, inputs: Vec<Field>) -> Result<Answer, Failure> {
        let inputs = inputs.as_slice();
        match action.as_str() {
            "import-roll" => import::perform(&inputs.text("roll")?),
            "issue-notice" => notices::issue(inputs),
            "issue-certificate" => certificates::issue(inputs),
            "cancel-notice" => notices::cancel(&inputs.entry("entry")?),
            _ => Err(Failure::NotFound),
        }
    }
}

impl Events for TaxCollector {
    fn handle(event: Event) -> Result<(), Failure> {
        match event {
            Event::Paid(payment) => payments::received(&payment),
            // Nothing else that happens concerns this module.
            _ => Ok(()),
        }
    }
}

impl Quotes for TaxCollector {
    fn quote(number: String) -> Result<Vec<Line>, Failure> {
        notices::quote(&number)
    }
}

vatra_sdk::module!(TaxCollector);
vatra_sdk::events!(TaxCollector);
vatra_sdk::quotes!(TaxCollector);

/// Whether the caller collects taxes, and does not only look.
fn is_collector() -> bool {
    caller::current().roles.iter().any(|role| role == "tax-collector")
}

/// The way home.
fn home_link() -> Link {
    Link::to("home", "home-title")
}
