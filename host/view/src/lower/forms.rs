//! Forms: each input asked for by its declared type, with what was posted and what is wrong when the form is shown again.

use super::Lower;
use crate::format;
use crate::messages::say;
use crate::page::{FormState, is_same_form};
use crate::ui::{Anchor, Ask, Choice, Control, Piece, Sheet};
use crate::urls;
use crate::validate::is_hidden;
use chrono::Datelike;
use vatra_core::manifest::{ActionSchema, InputSchema, Language};
use vatra_core::register::FieldType;
use vatra_core::value::Value;
use vatra_core::view::{Form, Input, Tone};

/// More choices than this are a list to open, fewer stand side by side.
const RADIOS: usize = 7;

impl Lower<'_> {
    /// The form; none when the reader may not perform its action.
    pub(super) fn form(&mut self, form: &Form) -> Option<Piece> {
        let context = self.context;
        if !context.may_perform(&form.action) {
            return None;
        }
        let action = context.manifest.action(&form.action)?;
        self.forms += 1;
        let prefix = format!("f{}", self.forms);
        let state = context.form.as_ref().filter(|state| !self.found && is_same_form(form, &state.action, &state.posted));
        let mut hidden = self.hidden();
        hidden.extend(urls::parameters_to_pairs(&form.parameters));
        if form.check_answers {
            hidden.push((urls::CHECK.to_owned(), "1".to_owned()));
        }
        let mut files = false;
        let mut controls = Vec::new();
        for input in &form.inputs {
            let Some(schema) = action.inputs.iter().find(|schema| schema.name == input.name) else { continue };
            if is_hidden(&schema.kind) {
                hidden.extend(urls::value_text(&input.value).map(|text| (input.name.clone(), text)));
                continue;
            }
            files |= matches!(schema.kind, FieldType::TableFile(_));
            if input.shown_when.as_ref().is_some_and(|(leader, _)| leads(action, form, leader)) {
                continue;
            }
            controls.push(self.control(&prefix, input, schema, form, action, state));
        }
        if let Some(state) = state {
            self.found = true;
            self.place(&controls, state);
        }
        Some(Piece::Sheet(Box::new(Sheet {
            id: prefix,
            title: Some(self.wording.words(&form.title)).filter(|title| !title.is_empty()),
            action: urls::action_url(context.base, &form.action),
            post: true,
            files,
            hidden,
            controls,
            submit: self.wording.words(&form.submit),
            tone: Tone::Success,
            cancel: None,
        })))
    }

    /// Links from the error summary to the inputs, in the order of the form.
    fn place(&mut self, controls: &[Control], state: &FormState) {
        for control in controls {
            for (name, text) in &state.errors {
                if *name == control.name {
                    // Away from its input an error needs the input's name.
                    let text = format!("{}: {text}", control.title);
                    self.placed.push((name.clone(), Anchor::new(text, format!("#{}", control.target()))));
                }
            }
            if let Ask::Radios(choices) = &control.ask {
                for choice in choices {
                    self.place(&choice.then, state);
                }
            }
            if let Ask::Flag(choice) = &control.ask {
                self.place(&choice.then, state);
            }
        }
    }

    fn control(
        &self,
        prefix: &str,
        input: &Input,
        schema: &InputSchema,
        form: &Form,
        action: &ActionSchema,
        state: Option<&FormState>,
    ) -> Control {
        let language = self.language();
        let id = format!("{prefix}-{}", input.name);
        let label = self.wording.words(&input.label);
        // A box that need not be ticked is optional by nature.
        let optional = !schema.required && schema.kind != FieldType::Flag;
        let then = |value: &Value| self.dependants(prefix, input, value, form, action, state);
        Control {
            label: if optional { format!("{label} {}", say(language, "optional")) } else { label.clone() },
            title: label,
            hint: input.hint.as_ref().map(|hint| self.wording.words(hint)).or_else(|| host_hint(&schema.kind, language)),
            error: state.and_then(|state| {
                let wrong: Vec<&str> = state.errors.iter().filter(|(name, _)| *name == input.name).map(|(_, text)| text.as_str()).collect();
                (!wrong.is_empty()).then(|| wrong.join(" "))
            }),
            ask: self.ask(&id, input, schema, action, state, &then),
            name: input.name.clone(),
            id,
        }
    }

    /// The inputs that are shown only when this one has this value.
    fn dependants(
        &self,
        prefix: &str,
        leader: &Input,
        value: &Value,
        form: &Form,
        action: &ActionSchema,
        state: Option<&FormState>,
    ) -> Vec<Control> {
        form.inputs
            .iter()
            .filter(|input| input.shown_when.as_ref().is_some_and(|(name, wanted)| *name == leader.name && wanted == value))
            .filter_map(|input| {
                let schema = action.inputs.iter().find(|schema| schema.name == input.name)?;
                (!is_hidden(&schema.kind)).then(|| self.control(prefix, input, schema, form, action, state))
            })
            .collect()
    }

    fn ask(
        &self,
        id: &str,
        input: &Input,
        schema: &InputSchema,
        action: &ActionSchema,
        state: Option<&FormState>,
        then: &dyn Fn(&Value) -> Vec<Control>,
    ) -> Ask {
        let language = self.language();
        // What was posted, if the form is shown again, or else what it begins with.
        let posted: Vec<String> = match state {
            Some(state) => state.posted.get(&input.name).cloned().unwrap_or_default(),
            None => typed(&input.value, language).into_iter().collect(),
        };
        let first = posted.first().cloned().unwrap_or_default();
        let line = |kind, mode, width, exact| Ask::Line { value: first.clone(), suffix: None, kind, mode, width, exact };
        match &schema.kind {
            FieldType::LongText => Ask::Area { value: first },
            FieldType::Date => Ask::Date { parts: self.date_parts(input, state) },
            FieldType::Flag => {
                let checked = posted.last().is_some_and(|text| matches!(text.as_str(), "yes" | "true" | "1" | "on"));
                Ask::Flag(Choice {
                    id: id.to_owned(),
                    value: "yes".to_owned(),
                    label: String::new(),
                    checked,
                    then: then(&Value::Flag(true)),
                })
            }
            FieldType::Choice(codes) => {
                let offered: Vec<&String> =
                    if input.choices.is_empty() { codes.iter().collect() } else { input.choices.iter().map(|(code, _)| code).collect() };
                let choices: Vec<Choice> = offered
                    .iter()
                    .enumerate()
                    .map(|(index, code)| Choice {
                        id: if index == 0 { id.to_owned() } else { format!("{id}-{index}") },
                        label: self.choice_words(input, action, code),
                        checked: posted.contains(*code),
                        then: then(&Value::Choice((*code).clone())),
                        value: (*code).clone(),
                    })
                    .collect();
                match (schema.many, choices.len() > RADIOS && choices.iter().all(|choice| choice.then.is_empty())) {
                    (true, _) => Ask::Boxes(choices),
                    (false, true) => Ask::Select(choices),
                    (false, false) => Ask::Radios(choices),
                }
            }
            FieldType::Integer => line("text", "numeric", "govuk-input--width-10", true),
            FieldType::Decimal => line("text", "decimal", "govuk-input--width-10", true),
            FieldType::Money => Ask::Line {
                value: first,
                suffix: Some(format::currency(language)),
                kind: "text",
                mode: "decimal",
                width: "govuk-input--width-10",
                exact: true,
            },
            FieldType::Cadastral => line("text", "decimal", "govuk-input--width-20", true),
            FieldType::Iban => line("text", "", "govuk-input--width-20", true),
            FieldType::Phone => line("tel", "", "govuk-input--width-20", true),
            FieldType::Email => line("email", "", "govuk-input--width-20", true),
            FieldType::TableFile(_) => Ask::File { accept: ".csv,.txt" },
            _ => line("text", "", "", false),
        }
    }

    fn date_parts(&self, input: &Input, state: Option<&FormState>) -> [String; 3] {
        let parts = |date: chrono::NaiveDate| [date.day().to_string(), date.month().to_string(), date.year().to_string()];
        match state {
            None => match &input.value {
                Value::Date(date) => parts(*date),
                _ => Default::default(),
            },
            Some(state) => {
                let whole = state.posted.get(&input.name).and_then(|texts| texts.first()).and_then(|text| crate::inputs::parse_date(text));
                let part = |what: &str| {
                    let posted = state.posted.get(&format!("{}-{what}", input.name)).and_then(|texts| texts.first());
                    posted.cloned().unwrap_or_default()
                };
                whole.map_or_else(|| [part("day"), part("month"), part("year")], parts)
            }
        }
    }

    /// The words of a choice: the form's own, or else the module's message `ACTION-INPUT-CODE`.
    pub(super) fn choice_words(&self, input: &Input, action: &ActionSchema, code: &str) -> String {
        let own = input.choices.iter().find(|(own, _)| own == code).map(|(_, words)| self.wording.words(words));
        own.unwrap_or_else(|| self.wording.choice(action.name.as_str(), &input.name, code))
    }
}

/// Whether the input can open others beneath it: a few choices or a box.
fn leads(action: &ActionSchema, form: &Form, name: &str) -> bool {
    let in_form = form.inputs.iter().any(|input| input.name == name);
    let kind = action.inputs.iter().find(|schema| schema.name == name);
    in_form && kind.is_some_and(|schema| !schema.many && matches!(schema.kind, FieldType::Choice(_) | FieldType::Flag))
}

/// What an input begins with, as one would type it.
fn typed(value: &Value, language: Language) -> Option<String> {
    match value {
        Value::Money(money) => Some(format::amount(*money, language)),
        Value::Decimal(decimal) => Some(format::decimal(decimal, language)),
        other => urls::value_text(other),
    }
}

/// How some types are written, when the module says nothing.
fn host_hint(kind: &FieldType, language: Language) -> Option<String> {
    let key = match kind {
        FieldType::Date => "hint-date",
        FieldType::Cadastral => "hint-cadastral",
        FieldType::Iban => "hint-iban",
        FieldType::TableFile(_) => "hint-table-file",
        _ => return None,
    };
    Some(say(language, key))
}
