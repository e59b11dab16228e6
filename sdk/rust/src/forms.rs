//! Forms, buttons and links.

use crate::contract::vatra::types::values::Value;
use crate::contract::vatra::view::view::{Button, Form, Input, Link, Tone, Words};
use crate::fields::field;
use alloc::string::String;
use alloc::vec::Vec;

impl Link {
    /// To a screen of this module.
    pub fn to(screen: &str, label: impl Into<Words>) -> Self {
        Self { label: label.into(), screen: screen.into(), parameters: Vec::new() }
    }
    /// Opens it with this parameter.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.parameters.push(field(name, value));
        self
    }
}

impl Button {
    /// Performs an action of this module.
    pub fn performs(action: &str, label: impl Into<Words>) -> Self {
        Self { label: label.into(), action: action.into(), parameters: Vec::new(), confirm: None, tone: Tone::Neutral }
    }
    /// Sends this along.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.parameters.push(field(name, value));
        self
    }
    /// Asks this first.
    #[must_use]
    pub fn confirm(mut self, question: impl Into<Words>) -> Self {
        self.confirm = Some(question.into());
        self
    }
    /// How it feels.
    #[must_use]
    pub fn tone(mut self, tone: Tone) -> Self {
        self.tone = tone;
        self
    }
}

impl Form {
    /// Posts to an action of this module.
    pub fn posts(action: &str, title: impl Into<Words>, submit: impl Into<Words>) -> Self {
        Self {
            action: action.into(),
            title: title.into(),
            inputs: Vec::new(),
            parameters: Vec::new(),
            submit: submit.into(),
            check_answers: false,
        }
    }
    /// One more input, as the action declares it.
    #[must_use]
    pub fn input(mut self, input: Input) -> Self {
        self.inputs.push(input);
        self
    }
    /// Sends this along unchanged.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.parameters.push(field(name, value));
        self
    }
    /// Asks the person to check the answers before the action is performed.
    #[must_use]
    pub fn check_answers(mut self) -> Self {
        self.check_answers = true;
        self
    }
}

impl Input {
    /// An empty input.
    pub fn of(name: &str, label: impl Into<Words>) -> Self {
        Self { name: name.into(), label: label.into(), hint: None, value: Value::None, choices: Vec::new() }
    }
    /// With a hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<Words>) -> Self {
        self.hint = Some(hint.into());
        self
    }
    /// Filled with this to begin with.
    #[must_use]
    pub fn filled(mut self, value: impl Into<Value>) -> Self {
        self.value = value.into();
        self
    }
    /// Words of its own for a choice.
    #[must_use]
    pub fn choice(mut self, code: impl Into<String>, words: impl Into<Words>) -> Self {
        self.choices.push((code.into(), words.into()));
        self
    }
}
