//! Tax collector: the roll, the accounts, notices payable through MPay, and what was collected.
//!
//! Each screen and each action has a file of its own; this one says which is which.
#![cfg_attr(target_arch = "wasm32", no_std)]

mod accounts;
mod assessment;
mod certificates;
mod guide;
mod history;
mod home;
mod import;
mod levies;
mod mailing;
mod messages;
mod notices;
mod payments;
mod penalty;
mod receipts;
mod reminders;
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
            "guide" => Ok(guide::screen()),
            "accounts" => accounts::list(parameters),
            "account" => accounts::one(&parameters.entry("entry")?),
            "taxpayer" => taxpayer::screen(parameters),
            "notices" => notices::list(),
            "notice" => notices::one(&parameters.entry("entry")?),
            "assessments" => assessment::list(),
            "assessment" => assessment::one(&parameters.entry("entry")?),
            "assessed" => assessment::assessed(&parameters.entry("entry")?),
            "account-of-problem" => assessment::account_of(&parameters.entry("entry")?),
            "mailings" => mailing::list(),
            "mailing" => mailing::one(&parameters.entry("entry")?),
            "message" => messages::notice_of(&parameters.entry("entry")?),
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
            "print-notice" => notices::print(&inputs.entry("entry")?),
            "issue-notices" => mailing::start(inputs),
            "prepare-assessment" => assessment::prepare(inputs),
            "apply-assessment" => assessment::apply(&inputs.entry("entry")?),
            "drop-assessment" => assessment::dropped(&inputs.entry("entry")?),
            "correct-assessment" => assessment::correct(inputs),
            "correct-object" => accounts::correct_object(inputs),
            "cancel-notice" => notices::cancel(&inputs.entry("entry")?),
            _ => Err(Failure::NotFound),
        }
    }
}

impl Events for TaxCollector {
    fn handle(event: Event) -> Result<(), Failure> {
        match event {
            Event::Paid(payment) => payments::received(&payment),
            Event::Notified(notification) => messages::heard(&notification),
            // Nothing else that happens concerns this module.
            _ => Ok(()),
        }
    }
}

impl Jobs for TaxCollector {
    fn step(_id: String, name: String, cursor: Option<String>) -> Result<Progress, Failure> {
        match name.as_str() {
            assessment::PREPARE => assessment::prepare_step(cursor),
            assessment::APPLY => assessment::apply_step(cursor),
            mailing::JOB => mailing::step(cursor),
            reminders::JOB => reminders::step(cursor),
            _ => Err(Failure::NotFound),
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
vatra_sdk::jobs!(TaxCollector);
vatra_sdk::quotes!(TaxCollector);

/// Whether the caller collects taxes, and does not only look.
fn is_collector() -> bool {
    caller::current().roles.iter().any(|role| role == "tax-collector")
}

/// The way home.
fn home_link() -> Link {
    Link::to("home", "home-title")
}
