//! Answers written out to be checked.

use super::Lower;
use crate::inputs::{Posted, is_asked, parse_inputs};
use crate::ui::{Cell, Fact};
use crate::validate::is_hidden;
use vatra_core::manifest::{ActionSchema, InputSchema};
use vatra_core::register::FieldType;
use vatra_core::value::Value;
use vatra_core::view::Input;

impl Lower<'_> {
    /// What was answered to these inputs, one by one; what was not asked is left out, what cannot be read is shown as nothing.
    pub(super) fn answers(&self, inputs: &[Input], action: &ActionSchema, posted: &Posted) -> Vec<Fact> {
        let mut facts = Vec::new();
        for input in inputs {
            let Some(schema) = action.inputs.iter().find(|schema| schema.name == input.name && !is_hidden(&schema.kind)) else { continue };
            if !is_asked(schema, &action.inputs, posted) {
                continue;
            }
            let label = self.wording.words(&input.label);
            // Read alone, so that a mistake elsewhere does not hide it.
            let alone = InputSchema { when: None, required: false, ..schema.clone() };
            let values = parse_inputs(&[alone], posted).unwrap_or_default();
            if schema.kind == FieldType::Group {
                self.group_answers(&label, input, inputs, schema, &values, &mut facts);
            } else {
                let text = self.answer(input, action, schema, values.iter().map(|(_, value)| value));
                facts.push(Fact::new(label, Cell::text(text)));
            }
        }
        facts
    }

    fn answer<'v>(&self, input: &Input, action: &ActionSchema, schema: &InputSchema, values: impl Iterator<Item = &'v Value>) -> String {
        let texts: Vec<String> = values
            .map(|value| match value {
                Value::Choice(code) => self.choice_words(input, action, code),
                other => self.wording.value(other),
            })
            .collect();
        texts.join(if schema.kind == FieldType::Period { " – " } else { ", " })
    }

    fn group_answers(
        &self,
        label: &str,
        input: &Input,
        inputs: &[Input],
        schema: &InputSchema,
        values: &[(String, Value)],
        facts: &mut Vec<Fact>,
    ) {
        let mut number = 1;
        loop {
            let begin = format!("{}.{number}.", schema.name);
            let lines: Vec<String> = schema
                .inputs
                .iter()
                .filter_map(|inner| {
                    let own: Vec<&Value> = values
                        .iter()
                        .filter(|(name, _)| {
                            name.strip_prefix(&begin)
                                .is_some_and(|rest| rest == inner.name || rest.starts_with(&format!("{}.", inner.name)))
                        })
                        .map(|(_, value)| value)
                        .collect();
                    let dotted = format!("{}.{}", schema.name, inner.name);
                    let words = inputs
                        .iter()
                        .find(|input| input.name == dotted)
                        .map_or_else(|| inner.name.clone(), |own| self.wording.words(&own.label));
                    let texts: Vec<String> = own.iter().map(|value| self.wording.value(value)).filter(|text| !text.is_empty()).collect();
                    (!texts.is_empty()).then(|| format!("{words}: {}", texts.join(", ")))
                })
                .collect();
            if lines.is_empty() {
                break;
            }
            facts.push(Fact::new(format!("{label} {number}"), Cell::text(lines.join("; "))));
            number += 1;
        }
        if number == 1 {
            facts.push(Fact::new(self.wording.words(&input.label), Cell::text("")));
        }
    }
}
