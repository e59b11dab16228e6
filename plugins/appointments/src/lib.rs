//! Appointments on a citizen's phone: what is free at the counters, booking step by step, one's own visits, a ticket of today's queue.
//!
//! Each screen and each action has a file of its own; this one says which is which, and puts a refusal into words.
#![cfg_attr(target_arch = "wasm32", no_std)]

mod choose;
mod home;
mod ticket;
mod told;
mod visit;

use vatra_sdk::prelude::*;

struct Appointments;

impl Screens for Appointments {
    fn render(screen: String, parameters: Vec<Field>) -> Result<Screen, Failure> {
        let parameters = parameters.as_slice();
        let shown = match screen.as_str() {
            "home" => home::screen(),
            "choose" => choose::screen(parameters),
            "visit" => visit::screen(&parameters.text("visit")?),
            "move" => visit::moving(parameters),
            "ticket" => ticket::screen(),
            _ => Err(Failure::NotFound),
        };
        // Withheld or revoked: the screen says so, and what is open still works.
        match shown {
            Err(Failure::Denied(denial)) => Ok(Screen::titled("home-title").notice(told::denied(&denial))),
            other => other,
        }
    }

    fn perform(action: String, inputs: Vec<Field>) -> Result<Answer, Failure> {
        let inputs = inputs.as_slice();
        let done = match action.as_str() {
            "book" => choose::book(inputs),
            "reschedule" => visit::reschedule(inputs),
            "cancel" => visit::cancel(inputs),
            "take" => ticket::take(inputs),
            _ => Err(Failure::NotFound),
        };
        match done {
            Err(Failure::Denied(denial)) => Ok(Answer::done(told::denied(&denial))),
            other => other,
        }
    }
}

vatra_sdk::module!(Appointments);

/// Whether somebody is signed in.
fn is_signed_in() -> bool {
    caller::current().person.is_some()
}

/// The way home.
fn home_link() -> Link {
    Link::to("home", "home-title")
}
