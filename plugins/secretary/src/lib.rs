//! Council secretary: correspondence with numbers and terms, the council's decisions from draft to publication, certificates.
//!
//! Each screen and each action has a file of its own; this one says which is which.
#![cfg_attr(target_arch = "wasm32", no_std)]

mod certificates;
mod decisions;
mod guide;
mod history;
mod home;
mod incoming;
mod outgoing;
mod terms;

use vatra_sdk::prelude::*;

struct Secretary;

impl Screens for Secretary {
    fn render(screen: String, parameters: Vec<Field>) -> Result<Screen, Failure> {
        let parameters = parameters.as_slice();
        match screen.as_str() {
            "home" => home::screen(),
            "guide" => Ok(guide::screen()),
            "incoming" => incoming::list(parameters),
            "register" => Ok(incoming::register_screen()),
            "letter-in" => incoming::one(&parameters.entry("entry")?),
            "outgoing" => Ok(outgoing::list()),
            "letter-out" => outgoing::one(&parameters.entry("entry")?),
            "certificates" => Ok(certificates::list()),
            "certificate" => certificates::one(&parameters.entry("entry")?),
            "apply" => certificates::apply(parameters),
            "decisions" => Ok(decisions::list()),
            "draft" => Ok(decisions::draft_screen()),
            "decision" => decisions::one(&parameters.entry("entry")?),
            _ => Err(Failure::NotFound),
        }
    }

    fn perform(action: String, inputs: Vec<Field>) -> Result<Answer, Failure> {
        let inputs = inputs.as_slice();
        match action.as_str() {
            "register-letter" => incoming::register(inputs),
            "answer-letter" => outgoing::answer(inputs),
            "close-letter" => incoming::close(inputs),
            "extend-letter" => incoming::extend(inputs),
            "handed-over" => outgoing::handed_over(&inputs.entry("entry")?),
            "apply-for" => certificates::apply_for(inputs),
            "issue-certificate" => certificates::issue(inputs),
            "ask-applicant" => certificates::ask(inputs),
            "refuse-certificate" => certificates::refuse(inputs),
            "draft-decision" => decisions::draft(inputs),
            "edit-decision" => decisions::edit(inputs),
            "record-vote" => decisions::vote(inputs),
            "send-decision" => decisions::send(&inputs.entry("entry")?),
            "publish-decision" => decisions::publish(inputs),
            "drop-decision" => decisions::dropped(inputs),
            _ => Err(Failure::NotFound),
        }
    }
}

impl Events for Secretary {
    fn handle(event: Event) -> Result<(), Failure> {
        match event {
            Event::Signed(signing) | Event::Refused(signing) => {
                if outgoing::heard(&signing)? || certificates::heard(&signing)? {
                    return Ok(());
                }
                decisions::heard(&signing)
            }
            Event::CaseChanged(change) => certificates::changed(&change),
            Event::Paid(payment) => certificates::paid(&payment),
            // Nothing else that happens concerns this module.
            _ => Ok(()),
        }
    }
}

vatra_sdk::module!(Secretary);
vatra_sdk::events!(Secretary);

/// Whether the caller holds one of these roles.
fn holds(roles: &[&str]) -> bool {
    caller::current().roles.iter().any(|role| roles.contains(&role.as_str()))
}

/// The way home.
fn home_link() -> Link {
    Link::to("home", "home-title")
}
