//! Forms that the host puts on screens: to apply for a public service, and to supply what was asked for since. Their fields are the service's, their
//! words those of the module that handles it.

use crate::catalogue::Catalogue;
use crate::messages::{say, say_with};
use crate::ui::Said;
use fluent_bundle::FluentArgs;
use std::collections::BTreeSet;
use vatra_core::ids::{BadName, Name};
use vatra_core::manifest::{ActionSchema, InputSchema, Language};
use vatra_core::register::FieldType;
use vatra_core::services::ServiceSchema;
use vatra_core::value::{Fields, Value};
use vatra_core::view::{FormPage, Input, SteppedForm, Tone, Words};

/// How the actions of these forms begin; no module's may.
pub const HOST_ACTION: &str = "vatra-form-";

/// A service with the words of its fields.
pub struct Worded<'a> {
    /// The service.
    pub service: &'a ServiceSchema,
    /// Of the module that handles it: `SERVICE-FIELD`, its hint as an attribute, `SERVICE-FIELD-CHOICE`.
    pub catalogue: &'a Catalogue,
    /// The reader's.
    pub language: Language,
}

impl Worded<'_> {
    /// The form to apply with.
    ///
    /// # Errors
    /// When the service's code is too long to be an action.
    pub fn to_apply(&self, parameters: Fields, roles: &BTreeSet<Name>) -> Result<(SteppedForm, ActionSchema), BadName> {
        let name = format!("{HOST_ACTION}{}", self.service.code);
        let (title, send) = (self.service.title.get(self.language).to_owned(), "application-submit");
        self.form(name, title, send, self.service.fields.clone(), parameters, roles)
    }

    /// The form to supply these fields with.
    ///
    /// # Errors
    /// As above, of the case's id.
    pub fn to_supply(
        &self,
        case: &str,
        fields: Vec<InputSchema>,
        parameters: Fields,
        roles: &BTreeSet<Name>,
    ) -> Result<(SteppedForm, ActionSchema), BadName> {
        let name = format!("{HOST_ACTION}{case}");
        self.form(name, say(self.language, "application-supply"), "application-supply-send", fields, parameters, roles)
    }

    fn form(
        &self,
        name: String,
        title: String,
        send: &str,
        fields: Vec<InputSchema>,
        parameters: Fields,
        roles: &BTreeSet<Name>,
    ) -> Result<(SteppedForm, ActionSchema), BadName> {
        let mut inputs = Vec::new();
        for field in &fields {
            inputs.push(self.input(field, &field.name, &field.name.clone()));
            let inner = field
                .inputs
                .iter()
                .map(|inner| (inner, format!("{}.{}", field.name, inner.name), format!("{}-{}", field.name, inner.name)));
            inputs.extend(inner.map(|(inner, name, key)| self.input(inner, &name, &key)));
        }
        let words = |key: &str| Words::Plain(say(self.language, key));
        let form = SteppedForm {
            id: name.clone(),
            action: name.clone(),
            title: Words::Plain(title),
            pages: vec![FormPage { title: words("application-answers"), inputs }],
            parameters,
            submit: words(send),
        };
        Ok((form, ActionSchema { name: Name::new(name)?, roles: roles.clone(), inputs: fields, corrects: None }))
    }

    fn input(&self, field: &InputSchema, name: &str, key: &str) -> Input {
        let key = format!("{}-{key}", self.service.code);
        let word = |key: &str| self.catalogue.message(self.language, key, &FluentArgs::new());
        let choices = match &field.kind {
            FieldType::Choice(codes) => codes.as_slice(),
            _ => &[],
        };
        let choice = |code: &String| (code.clone(), Words::Plain(word(&format!("{key}-{code}")).unwrap_or_else(|| code.clone())));
        Input {
            name: name.to_owned(),
            label: Words::Plain(word(&key).unwrap_or_else(|| field.name.clone())),
            hint: word(&format!("{key}.hint")).map(Words::Plain),
            value: Value::None,
            choices: choices.iter().map(choice).collect(),
        }
    }
}

/// An application was handed in: its number, and the code by which it is followed, spelled.
pub fn handed_in(language: Language, number: &str, code: &str) -> Said {
    let title = say_with(language, "application-handed-in", &[("number", number.into())]);
    let text = say_with(language, "application-handed-in-text", &[("number", number.into()), ("code", code.into())]);
    Said { tone: Tone::Success, title, text: Some(text) }
}

/// What was asked for was supplied.
pub fn supplied(language: Language) -> Said {
    Said { tone: Tone::Success, title: say(language, "application-supplied"), text: None }
}
