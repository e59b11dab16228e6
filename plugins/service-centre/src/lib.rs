//! Service centre: hours and closures of the counters, the day's visitors, booking for somebody present or on the phone, the queue.
//!
//! Each screen and each action has a file of its own; this one says which is which, and puts a refusal into words.
#![cfg_attr(target_arch = "wasm32", no_std)]

mod book;
mod calendar;
mod closures;
mod counters;
mod day;
mod guide;
mod home;
mod hours;
mod queue;
mod told;
mod visit;

use vatra_sdk::prelude::*;

struct ServiceCentre;

impl Screens for ServiceCentre {
    fn render(screen: String, parameters: Vec<Field>) -> Result<Screen, Failure> {
        let parameters = parameters.as_slice();
        let shown = match screen.as_str() {
            "home" => home::screen(),
            "queue" => queue::screen(parameters),
            "day" => day::screen(parameters),
            "calendar" => calendar::screen(parameters),
            "book" => book::screen(parameters),
            "move" => book::moving(parameters),
            "visit" => visit::screen(&parameters.text("visit")?),
            "displaced" => visit::displaced(),
            "counters" => counters::list(),
            "counter" => counters::one(&parameters.text("counter")?),
            "guide" => Ok(guide::screen()),
            _ => Err(Failure::NotFound),
        };
        // Withheld or revoked: the screen says so, and what is open still works.
        match shown {
            Err(Failure::Denied(denial)) => Ok(Screen::titled("denied-screen").under(home_link()).notice(told::denied(&denial))),
            other => other,
        }
    }

    fn perform(action: String, inputs: Vec<Field>) -> Result<Answer, Failure> {
        let inputs = inputs.as_slice();
        let done = match action.as_str() {
            "book-for" => book::book(inputs),
            "reschedule" => book::reschedule(inputs),
            "cancel" => visit::cancel(inputs),
            "mark" => visit::mark(inputs),
            "give-ticket" => queue::give(inputs),
            "call-next" => queue::call(inputs),
            "set-hours" => hours::set(inputs),
            "set-services" => counters::set_services(inputs),
            "close" => closures::close(inputs),
            "reopen" => closures::reopen(inputs),
            _ => Err(Failure::NotFound),
        };
        match done {
            Err(Failure::Denied(denial)) => Ok(Answer::done(told::denied(&denial))),
            other => other,
        }
    }
}

vatra_sdk::module!(ServiceCentre);

/// Whether the caller keeps the calendars.
fn is_head() -> bool {
    caller::current().roles.iter().any(|role| role == "head")
}

/// The way home.
fn home_link() -> Link {
    Link::to("home", "home-title")
}
