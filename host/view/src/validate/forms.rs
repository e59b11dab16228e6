//! Forms: every input declared by the action, of a type that can be asked for, and nothing required missing.

use super::{Check, Problem};
use crate::limits;
use crate::urls;
use std::collections::BTreeSet;
use vatra_core::manifest::{ActionSchema, InputSchema};
use vatra_core::register::FieldType;
use vatra_core::value::Value;
use vatra_core::view::{Form, Input};

/// Whether the input is sent along unseen: references that nobody types.
pub(crate) fn is_hidden(kind: &FieldType) -> bool {
    matches!(kind, FieldType::Subject | FieldType::Entry(_) | FieldType::Document | FieldType::Instant)
}

impl Check<'_> {
    pub(super) fn form(&mut self, at: &str, form: &Form) {
        self.label(at, &form.title);
        self.label(at, &form.submit);
        self.code(at, &form.action);
        self.count(at, "inputs", form.inputs.len(), limits::INPUTS);
        let manifest = self.manifest;
        let Some(action) = manifest.action(&form.action) else {
            return self.problem(at, Problem::Undeclared { what: "action", name: form.action.chars().take(80).collect() });
        };
        self.fields(at, &action.inputs, &form.parameters, "input");
        let mut seen = BTreeSet::new();
        for (index, input) in form.inputs.iter().enumerate() {
            let at = format!("{at}.inputs[{index}]");
            if !seen.insert(input.name.as_str()) || form.parameters.contains_key(&input.name) {
                self.problem(&at, Problem::TwiceUsed(input.name.chars().take(80).collect()));
            }
            self.input(&at, input, form, action);
        }
        self.present(at, &action.inputs, &|name| seen.contains(name) || form.parameters.get(name).is_some_and(|value| !value.is_none()));
        let has_file =
            action.inputs.iter().any(|input| seen.contains(input.name.as_str()) && matches!(input.kind, FieldType::TableFile(_)));
        if form.check_answers && has_file {
            self.problem(at, Problem::Unfit("answers with a file cannot be checked on a page of their own"));
        }
    }

    fn input(&mut self, at: &str, input: &Input, form: &Form, action: &ActionSchema) {
        self.code(at, &input.name);
        self.label(at, &input.label);
        if let Some(hint) = &input.hint {
            self.label(at, hint);
        }
        self.value(at, &input.value);
        if urls::RESERVED.contains(&input.name.as_str()) || input.name.starts_with("vatra-") {
            self.problem(at, Problem::Reserved(input.name.clone()));
        }
        let Some(schema) = find(action, &input.name) else {
            return self.problem(at, Problem::Undeclared { what: "input", name: input.name.chars().take(80).collect() });
        };
        if !schema.kind.admits(&input.value) {
            self.problem(at, Problem::WrongType(input.name.clone()));
        }
        if matches!(input.value, Value::Personal(_)) && !schema.is_personal() {
            self.problem(at, Problem::Unsealed(input.name.clone()));
        }
        if is_hidden(&schema.kind) && schema.required && input.value.is_none() {
            self.problem(at, Problem::Missing(input.name.clone()));
        }
        if schema.many && !matches!(schema.kind, FieldType::Choice(_)) && !is_hidden(&schema.kind) {
            self.problem(at, Problem::Unfit("only choices can be asked for several times in a form"));
        }
        self.choices(at, input, schema);
        self.shown_when(at, input, schema, form, action);
    }

    fn choices(&mut self, at: &str, input: &Input, schema: &InputSchema) {
        self.count(at, "choices", input.choices.len(), limits::INPUTS);
        let mut codes = BTreeSet::new();
        for (code, words) in &input.choices {
            self.code(at, code);
            self.label(at, words);
            let declared = matches!(&schema.kind, FieldType::Choice(declared) if declared.contains(code));
            if !declared {
                self.problem(at, Problem::Undeclared { what: "choice", name: code.chars().take(80).collect() });
            }
            if !codes.insert(code) {
                self.problem(at, Problem::TwiceUsed(code.chars().take(80).collect()));
            }
        }
    }

    fn shown_when(&mut self, at: &str, input: &Input, schema: &InputSchema, form: &Form, action: &ActionSchema) {
        let Some((other, value)) = &input.shown_when else { return };
        self.value(at, value);
        if schema.required {
            // Without scripts it is always shown, with them it may be hidden: it cannot be required.
            self.problem(at, Problem::Unfit("an input that is shown only sometimes cannot be required"));
        }
        let leads = form.inputs.iter().any(|input| input.name == *other && input.shown_when.is_none()) && *other != input.name;
        match find(action, other).filter(|_| leads) {
            None => self.problem(at, Problem::Undeclared { what: "input", name: other.chars().take(80).collect() }),
            Some(leader) if !matches!(leader.kind, FieldType::Choice(_) | FieldType::Flag) => {
                self.problem(at, Problem::Unfit("only a choice or flag can decide what else is shown"));
            }
            Some(leader) if value.is_none() || !leader.kind.admits(value) => self.problem(at, Problem::WrongType(other.clone())),
            Some(_) => {}
        }
    }
}

fn find<'a>(action: &'a ActionSchema, name: &str) -> Option<&'a InputSchema> {
    action.inputs.iter().find(|input| input.name == name)
}
