//! Forms: every input declared by the action, of a type that can be asked for there, and nothing required missing.

use super::{Check, Problem};
use crate::limits;
use crate::urls;
use std::collections::BTreeSet;
use vatra_core::ids::Name;
use vatra_core::manifest::{ActionSchema, ENTRY, InputSchema, REASON, VERSION};
use vatra_core::register::FieldType;
use vatra_core::value::{Fields, Value};
use vatra_core::view::{Form, GridForm, Input, SteppedForm};

/// Whether the input is sent along unseen: references that nobody types.
pub(crate) fn is_hidden(kind: &FieldType) -> bool {
    matches!(kind, FieldType::Entry(_) | FieldType::Document | FieldType::Instant)
}

/// What is sent to an action: what is asked, and what goes along.
struct Sent<'a> {
    action: &'a ActionSchema,
    parameters: &'a Fields,
    rows: bool,
    seen: BTreeSet<&'a str>,
}

impl Check<'_> {
    pub(super) fn form(&mut self, at: &str, form: &Form) {
        self.label(at, &form.title);
        self.label(at, &form.submit);
        let manifest = self.manifest;
        let Some(action) = self.action(at, manifest.action(&form.action), &form.action, &form.parameters) else { return };
        let mut sent = Sent { action, parameters: &form.parameters, rows: false, seen: BTreeSet::new() };
        self.inputs(at, &form.inputs, &mut sent);
        if action.corrects.is_some() {
            // Asked by the host where the form does not.
            sent.seen.insert(REASON);
            if ![ENTRY, VERSION].iter().all(|name| form.parameters.contains_key(*name)) {
                self.problem(at, Problem::Unfit("a form that corrects an entry sends along the entry and the version that it shows"));
            }
        }
        self.all_sent(at, &sent);
        if form.check_answers && sent.has_file() {
            self.problem(at, Problem::Unfit("answers with a file cannot be checked on a page of their own"));
        }
    }

    pub(super) fn stepped(&mut self, at: &str, form: &SteppedForm) {
        self.id(at, "stepped-form", &form.id);
        self.label(at, &form.title);
        self.label(at, &form.submit);
        self.count(at, "pages", form.pages.len(), limits::PAGES_OF_FORM);
        let manifest = self.manifest;
        let Some(action) = self.action(at, manifest.action(&form.action), &form.action, &form.parameters) else { return };
        let mut sent = Sent { action, parameters: &form.parameters, rows: false, seen: BTreeSet::new() };
        for (index, page) in form.pages.iter().enumerate() {
            let at = format!("{at}.pages[{index}]");
            self.label(&at, &page.title);
            if page.inputs.is_empty() {
                self.problem(&at, Problem::Unfit("a page of a form asks for something"));
            }
            self.inputs(&at, &page.inputs, &mut sent);
        }
        self.all_sent(at, &sent);
        if sent.has_file() {
            self.problem(
                at,
                Problem::Unfit(
                    "a form of several pages keeps its answers between them, which files cannot be: ask for files in a form of one page",
                ),
            );
        }
        if form.pages.iter().flat_map(|page| &page.inputs).any(|input| matches!(input.value, Value::Personal(_))) {
            self.problem(at, Problem::Unfit("a form of several pages begins with no sealed value: it would be kept opened"));
        }
    }

    pub(super) fn grid(&mut self, at: &str, grid: &GridForm) {
        self.label(at, &grid.title);
        self.label(at, &grid.submit);
        self.count(at, "rows", grid.rows.len(), limits::ROWS_OF_FORM);
        let manifest = self.manifest;
        let Some(action) = self.action(at, manifest.action(&grid.action), &grid.action, &grid.parameters) else { return };
        let mut sent = Sent { action, parameters: &grid.parameters, rows: true, seen: BTreeSet::new() };
        self.inputs(at, &grid.inputs, &mut sent);
        self.all_sent(at, &sent);
        let mut rows = BTreeSet::new();
        for (index, row) in grid.rows.iter().enumerate() {
            let at = format!("{at}.rows[{index}]");
            self.code(&at, &row.id);
            self.value(&at, &row.label);
            if Name::new(&row.id).is_err() {
                self.problem(&at, Problem::BadId(row.id.chars().take(80).collect()));
            } else if !rows.insert(&row.id) {
                self.problem(&at, Problem::TwiceUsed(row.id.clone()));
            }
            for (name, value) in &row.values {
                self.value(&at, value);
                match grid.inputs.iter().find(|input| input.name == *name).and_then(|_| find(sent.action, name)) {
                    None => self.problem(&at, Problem::Undeclared { what: "input", name: name.chars().take(80).collect() }),
                    Some(schema) => self.begins(&at, name, value, schema),
                }
            }
        }
    }

    /// The action, if it is declared, with what goes along checked.
    fn action<'m>(&mut self, at: &str, action: Option<&'m ActionSchema>, name: &str, parameters: &Fields) -> Option<&'m ActionSchema> {
        self.code(at, name);
        match action {
            Some(action) => self.fields(at, &action.inputs, parameters, "input"),
            None => self.problem(at, Problem::Undeclared { what: "action", name: name.chars().take(80).collect() }),
        }
        action
    }

    fn inputs<'s>(&mut self, at: &str, inputs: &'s [Input], sent: &mut Sent<'s>) {
        self.count(at, "inputs", inputs.len(), limits::INPUTS);
        for (index, input) in inputs.iter().enumerate() {
            let at = format!("{at}.inputs[{index}]");
            if !sent.seen.insert(input.name.as_str()) || sent.parameters.contains_key(&input.name) {
                self.problem(&at, Problem::TwiceUsed(input.name.chars().take(80).collect()));
            }
            self.input(&at, input, inputs, sent);
        }
    }

    fn input(&mut self, at: &str, input: &Input, beside: &[Input], sent: &Sent<'_>) {
        self.code(at, &input.name);
        self.label(at, &input.label);
        if let Some(hint) = &input.hint {
            self.label(at, hint);
        }
        self.value(at, &input.value);
        if urls::RESERVED.contains(&input.name.as_str()) || input.name.starts_with("vatra-") {
            self.problem(at, Problem::Reserved(input.name.clone()));
        }
        let Some(schema) = find(sent.action, &input.name) else {
            return self.problem(at, Problem::Undeclared { what: "input", name: input.name.chars().take(80).collect() });
        };
        if let Some((group, _)) = input.name.split_once('.') {
            // Words for what a group asks each time.
            if !beside.iter().any(|input| input.name == group) {
                self.problem(at, Problem::Missing(group.to_owned()));
            }
            if !input.value.is_none() {
                self.problem(at, Problem::Unfit("what a group asks each time begins empty"));
            }
        }
        self.begins(at, &input.name, &input.value, schema);
        if is_hidden(&schema.kind) && schema.required && input.value.is_none() {
            self.problem(at, Problem::Missing(input.name.clone()));
        }
        if schema.many && !matches!(schema.kind, FieldType::Choice(_)) && !is_hidden(&schema.kind) {
            self.problem(at, Problem::Unfit("only choices can be asked for several times in a form"));
        }
        if schema.per_row != sent.rows {
            self.problem(at, Problem::Unfit("inputs declared 'per-row' are asked in a grid, and only they are"));
        }
        self.choices(at, input, schema);
    }

    /// What an input begins with.
    fn begins(&mut self, at: &str, name: &str, value: &Value, schema: &InputSchema) {
        if !schema.kind.admits(value) {
            self.problem(at, Problem::WrongType(name.to_owned()));
        }
        if matches!(value, Value::Personal(_)) && !schema.is_personal() {
            self.problem(at, Problem::Unsealed(name.to_owned()));
        }
    }

    fn choices(&mut self, at: &str, input: &Input, schema: &InputSchema) {
        self.count(at, "choices", input.choices.len(), limits::CHOICES);
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

    /// What is required is asked or sent along, whenever it is asked at all; and what decides that comes too.
    fn all_sent(&mut self, at: &str, sent: &Sent<'_>) {
        let comes = |name: &str| sent.seen.contains(name) || sent.parameters.get(name).is_some_and(|value| !value.is_none());
        for schema in sent.action.inputs.iter().filter(|schema| schema.per_row == sent.rows || sent.rows) {
            match &schema.when {
                None if schema.required && !comes(&schema.name) => self.problem(at, Problem::Missing(schema.name.clone())),
                Some(when) if comes(&schema.name) && !comes(&when.input) => self.problem(at, Problem::Missing(when.input.clone())),
                Some(when) if schema.required && comes(&when.input) && !comes(&schema.name) => {
                    self.problem(at, Problem::Missing(schema.name.clone()));
                }
                _ => {}
            }
        }
    }
}

impl Sent<'_> {
    fn has_file(&self) -> bool {
        self.action.inputs.iter().any(|input| self.seen.contains(input.name.as_str()) && input.kind.is_file())
    }
}

/// The input of this name, or what its group asks.
fn find<'a>(action: &'a ActionSchema, name: &str) -> Option<&'a InputSchema> {
    let input = |inputs: &'a [InputSchema], name: &str| inputs.iter().find(|input| input.name == name);
    match name.split_once('.') {
        Some((group, inner)) => input(&input(&action.inputs, group)?.inputs, inner),
        None => input(&action.inputs, name),
    }
}
