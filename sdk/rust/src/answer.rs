//! What an action comes to.

use crate::contract::vatra::types::values::Value;
use crate::contract::vatra::view::view::{Answer, Errand, Link, Notice, Outcome, Screen, Words};
use crate::fields::field;
use alloc::string::String;
use alloc::vec::Vec;

impl Answer {
    fn with(outcome: Outcome) -> Self {
        Self { outcome, report: Vec::new() }
    }
    /// Shows this screen.
    pub fn show(screen: Screen) -> Self {
        Self::with(Outcome::Show(screen))
    }
    /// Goes to a screen.
    pub fn go(link: Link) -> Self {
        Self::with(Outcome::Go(link))
    }
    /// Back where the person came from, with this said.
    pub fn done(notice: Notice) -> Self {
        Self::with(Outcome::Done(notice))
    }
    /// To the page of a job that was started, with its progress.
    pub fn job(id: impl Into<String>) -> Self {
        Self::with(Outcome::Job(id.into()))
    }
    /// Leaves the portal; the host commits first.
    pub fn errand(errand: Errand) -> Self {
        Self::with(Outcome::Errand(errand))
    }
    /// The form again, with what is wrong in each input. Nothing is kept of the call.
    pub fn rejected(wrong: Vec<(String, Words)>) -> Self {
        Self::with(Outcome::Rejected(wrong))
    }
    /// One more datum of the report; dotted names nest.
    #[must_use]
    pub fn report(mut self, name: impl AsRef<str>, value: impl Into<Value>) -> Self {
        self.report.push(field(name.as_ref(), value));
        self
    }
}
