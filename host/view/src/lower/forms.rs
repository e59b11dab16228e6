//! Forms: each input asked for by its declared type, with what was posted and what is wrong when the form is shown again.

use super::Lower;
use crate::format;
use crate::inputs::{self, FIND, Posted};
use crate::messages::say;
use crate::page::{FormState, is_same_form};
use crate::ui::{Anchor, Ask, Choice, Control, Piece, Rows, Sheet, Time};
use crate::urls;
use crate::validate::is_hidden;
use chrono::Datelike;
use vatra_core::manifest::{ActionSchema, InputSchema, Language, REASON};
use vatra_core::register::{ADDRESS_PARTS, FieldType, FileKind, PERIOD_PARTS};
use vatra_core::value::{Fields, Value};
use vatra_core::view::{Form, GridForm, Input, Tone, Words};

/// More choices than this are a list to open, fewer stand side by side.
const RADIOS: usize = 7;

/// What inputs are asked by: the action that declares them, the view's words for them, and what was answered before.
pub(super) struct Asking<'a> {
    pub(super) action: &'a ActionSchema,
    pub(super) inputs: &'a [Input],
    /// What was posted or kept; none when the inputs' own values are shown.
    pub(super) answers: Option<&'a Posted>,
    /// What is wrong.
    pub(super) state: Option<&'a FormState>,
    /// Sent along unseen.
    pub(super) parameters: &'a Fields,
    /// Asked on a page of its own: answers of other pages decide too.
    pub(super) step: bool,
}

/// One input among those of its form: under which name it is sent, and with which id.
#[derive(Clone, Copy)]
struct One<'a> {
    name: &'a str,
    id: &'a str,
    input: &'a Input,
    schema: &'a InputSchema,
    /// The view's inputs have no words for it: the host's own are used.
    label: Option<&'a str>,
}

impl Lower<'_> {
    /// The form; none when the reader may not perform its action.
    pub(super) fn form(&mut self, form: &Form) -> Option<Piece> {
        let context = self.context;
        if !context.may_perform(&form.action) {
            return None;
        }
        let action = context.manifest.action(&form.action)?;
        let prefix = self.next_form();
        let state =
            context.form.as_ref().filter(|state| !self.found && is_same_form(&form.action, &form.parameters, &state.action, &state.posted));
        let asking = Asking {
            action,
            inputs: &form.inputs,
            answers: state.map(|state| &state.posted),
            state,
            parameters: &form.parameters,
            step: false,
        };
        let mut sheet = self.sheet(&prefix, &asking, &form.title, &form.submit);
        sheet.controls.extend(self.reason(&prefix, &asking));
        sheet.controls.extend(self.preview(&prefix, &asking));
        if form.check_answers {
            sheet.hidden.push((urls::CHECK.to_owned(), "1".to_owned()));
        }
        if let Some(state) = state {
            self.found = true;
            self.place(&sheet.controls, state);
        }
        Some(Piece::Sheet(Box::new(sheet)))
    }

    /// Why an entry is corrected: asked by the host where the form does not ask it.
    fn reason(&self, prefix: &str, asking: &Asking<'_>) -> Option<Control> {
        asking.action.corrects.as_ref()?;
        let schema = asking.schema(REASON).filter(|_| !asking.inputs.iter().any(|input| input.name == REASON))?;
        let [label, hint] = ["correction-reason", "correction-reason-hint"].map(|key| Words::Plain(say(self.language(), key)));
        let input = Input { name: REASON.to_owned(), label, hint: Some(hint), value: Value::None, choices: Vec::new() };
        Some(self.control(asking, One { name: REASON, id: &format!("{prefix}-{REASON}"), input: &input, schema, label: None }))
    }

    /// How a table will be read can be seen before anything is done with it.
    fn preview(&self, prefix: &str, asking: &Asking<'_>) -> Option<Control> {
        let is_table = |input: &Input| asking.schema(&input.name).is_some_and(|schema| matches!(schema.kind, FieldType::TableFile(_)));
        asking.inputs.iter().find(|input| is_table(input))?;
        let (id, language) = (format!("{prefix}-preview"), self.language());
        let checked = asking.answers.is_some_and(|answers| answers.contains_key(urls::PREVIEW));
        let label = say(language, "import-first");
        let choice = Choice { id: id.clone(), value: "yes".to_owned(), label: String::new(), checked, then: Vec::new() };
        Some(Control { title: label.clone(), label, ask: Ask::Flag(choice), name: urls::PREVIEW.to_owned(), id, ..Control::default() })
    }

    pub(super) fn next_form(&mut self) -> String {
        self.forms += 1;
        format!("f{}", self.forms)
    }

    /// The inputs with what is sent along.
    pub(super) fn sheet(
        &self,
        prefix: &str,
        asking: &Asking<'_>,
        title: &vatra_core::view::Words,
        submit: &vatra_core::view::Words,
    ) -> Sheet {
        let mut hidden = self.hidden();
        hidden.extend(urls::parameters_to_pairs(asking.parameters));
        let controls = self.controls(prefix, asking, &mut hidden);
        Sheet {
            id: prefix.to_owned(),
            title: Some(self.wording.words(title)).filter(|title| !title.is_empty()),
            action: urls::action_url(self.context.base, asking.action.name.as_str()),
            post: true,
            files: asking.inputs.iter().any(|input| asking.schema(&input.name).is_some_and(|schema| schema.kind.is_file())),
            hidden,
            controls,
            submit: self.wording.words(submit),
            tone: Tone::Success,
            cancel: None,
        }
    }

    fn controls(&self, prefix: &str, asking: &Asking<'_>, hidden: &mut Vec<(String, String)>) -> Vec<Control> {
        let mut controls = Vec::new();
        for input in asking.inputs {
            let Some(schema) = asking.schema(&input.name) else { continue };
            if is_hidden(&schema.kind) {
                hidden.extend(urls::value_text(&input.value).map(|text| (input.name.clone(), text)));
            } else if asking.is_shown(schema) {
                let id = format!("{prefix}-{}", input.name);
                controls.push(self.control(asking, One { name: &input.name, id: &id, input, schema, label: None }));
            }
        }
        controls
    }

    /// The same inputs for many rows; none when the reader may not perform its action.
    pub(super) fn rows(&mut self, grid: &GridForm) -> Option<Piece> {
        let context = self.context;
        if !context.may_perform(&grid.action) {
            return None;
        }
        let action = context.manifest.action(&grid.action)?;
        let prefix = self.next_form();
        let state =
            context.form.as_ref().filter(|state| !self.found && is_same_form(&grid.action, &grid.parameters, &state.action, &state.posted));
        let asking = Asking {
            action,
            inputs: &grid.inputs,
            answers: state.map(|state| &state.posted),
            state,
            parameters: &grid.parameters,
            step: false,
        };
        let mut sheet = Sheet { controls: Vec::new(), ..self.sheet(&prefix, &Asking { inputs: &[], ..asking }, &grid.title, &grid.submit) };
        sheet.hidden.extend(grid.rows.iter().map(|row| (inputs::ROW.to_owned(), row.id.clone())));
        let rows: Vec<_> = grid
            .rows
            .iter()
            .map(|row| {
                let label = self.cell(&row.label);
                let controls = grid.inputs.iter().filter_map(|input| {
                    let schema = asking.schema(&input.name)?;
                    let own = Input { value: row.values.get(&input.name).unwrap_or(&input.value).clone(), ..input.clone() };
                    let (name, id) = (format!("{}.{}", row.id, input.name), format!("{prefix}-{}-{}", row.id, input.name));
                    let control = self.control(&asking, One { name: &name, id: &id, input: &own, schema, label: None });
                    Some(Control { about: Some(label.text.clone()), title: format!("{}, {}", label.text, control.title), ..control })
                });
                let controls: Vec<Control> = controls.collect();
                (label, controls)
            })
            .collect();
        if let Some(state) = state {
            self.found = true;
            rows.iter().for_each(|(_, controls)| self.place(controls, state));
        }
        let heads = grid.inputs.iter().map(|input| self.wording.words(&input.label)).collect();
        Some(Piece::Rows(Box::new(Rows { sheet, head: say(self.language(), "grid-row"), heads, rows })))
    }

    /// Links from the error summary to the inputs, in the order of the form.
    pub(super) fn place(&mut self, controls: &[Control], state: &FormState) {
        for control in controls {
            for (name, text) in &state.errors {
                if *name == control.name {
                    // Away from its input an error needs the input's name.
                    let text = format!("{}: {text}", control.title);
                    self.placed.push((name.clone(), Anchor::new(text, format!("#{}", control.target()))));
                }
            }
            match &control.ask {
                Ask::Radios(choices) | Ask::Answers(choices) => choices.iter().for_each(|choice| self.place(&choice.then, state)),
                Ask::Flag(choice) => self.place(&choice.then, state),
                Ask::Parts(parts) => self.place(parts, state),
                Ask::Times { times, .. } => times.iter().for_each(|time| self.place(&time.controls, state)),
                _ => {}
            }
        }
    }

    fn control(&self, asking: &Asking<'_>, one: One<'_>) -> Control {
        let language = self.language();
        let One { name, id, input, schema, .. } = one;
        let label = one.label.map_or_else(|| self.wording.words(&input.label), str::to_owned);
        // A box that need not be ticked is optional by nature.
        let optional = !schema.required && schema.kind != FieldType::Flag;
        let mut hint = input.hint.as_ref().map(|hint| self.wording.words(hint)).or_else(|| host_hint(&schema.kind, language));
        if schema.kind.is_file() && asking.state.is_some() {
            // Browsers do not let a page fill in a file.
            hint = Some(hint.into_iter().chain([say(language, "file-again")]).collect::<Vec<_>>().join(". "));
        }
        let wrong = asking.state.iter().flat_map(|state| &state.errors).filter(|(wrong, _)| wrong == name);
        let wrong: Vec<&str> = wrong.map(|(_, text)| text.as_str()).collect();
        Control {
            label: if optional { format!("{label} {}", say(language, "optional")) } else { label.clone() },
            title: label,
            hint,
            error: (!wrong.is_empty()).then(|| wrong.join(" ")),
            ask: self.ask(asking, one),
            name: name.to_owned(),
            id: id.to_owned(),
            about: None,
        }
    }

    /// The inputs that are asked only when this one has this value.
    fn dependants(&self, asking: &Asking<'_>, leader: One<'_>, value: &str) -> Vec<Control> {
        let inputs = asking.inputs.iter().filter_map(|input| {
            let schema = asking.schema(&input.name)?;
            let when = schema.when.as_ref()?;
            let (prefix, _) = leader.id.rsplit_once(leader.name)?;
            let id = format!("{prefix}{}", input.name);
            let follows = when.input == leader.name && when.is == value && !is_hidden(&schema.kind);
            follows.then(|| self.control(asking, One { name: &input.name, id: &id, input, schema, label: None }))
        });
        inputs.collect()
    }

    /// An input that is a part of another, with the host's words.
    fn part(&self, asking: &Asking<'_>, whole: One<'_>, part: &str, schema: &InputSchema, label: &str) -> Control {
        let (name, id) = (format!("{}.{part}", whole.name), format!("{}-{part}", whole.id));
        let input = Input { name: name.clone(), label: whole.input.label.clone(), hint: None, value: Value::None, choices: Vec::new() };
        let control = self.control(asking, One { name: &name, id: &id, input: &input, schema, label: Some(label) });
        // Away from the others it needs the name of the whole.
        Control { title: format!("{}, {}", self.wording.words(&whole.input.label), control.title), ..control }
    }

    fn ask(&self, asking: &Asking<'_>, one: One<'_>) -> Ask {
        let language = self.language();
        let One { name, id, input, schema, .. } = one;
        let posted: Vec<String> = asking.given(name).unwrap_or_else(|| typed(&input.value, language).into_iter().collect());
        let first = posted.first().cloned().unwrap_or_default();
        let line = |kind, mode, width, exact| Ask::Line { value: first.clone(), suffix: None, kind, mode, width, exact };
        match &schema.kind {
            FieldType::LongText | FieldType::Geometry => Ask::Area { value: first },
            FieldType::Date => Ask::Date { parts: date_parts(asking, name, &input.value) },
            FieldType::Flag => {
                let checked = posted.last().is_some_and(|text| matches!(text.as_str(), "yes" | "true" | "1" | "on"));
                let then = self.dependants(asking, one, "yes");
                Ask::Flag(Choice { id: id.to_owned(), value: "yes".to_owned(), label: String::new(), checked, then })
            }
            FieldType::YesNo => {
                let answer = |index: usize, code: &str| Choice {
                    id: if index == 0 { id.to_owned() } else { format!("{id}-{index}") },
                    value: code.to_owned(),
                    label: say(language, if code == "yes" { "answer-yes" } else { "answer-no" }),
                    checked: posted.iter().any(|text| text == code),
                    then: self.dependants(asking, one, code),
                };
                Ask::Answers(vec![answer(0, "yes"), answer(1, "no")])
            }
            FieldType::Choice(codes) => {
                let offered: Vec<&String> =
                    if input.choices.is_empty() { codes.iter().collect() } else { input.choices.iter().map(|(code, _)| code).collect() };
                let choices: Vec<Choice> = offered
                    .iter()
                    .enumerate()
                    .map(|(index, code)| Choice {
                        id: if index == 0 { id.to_owned() } else { format!("{id}-{index}") },
                        label: self.choice_words(input, asking.action, code),
                        checked: posted.contains(*code),
                        then: self.dependants(asking, one, code),
                        value: (*code).clone(),
                    })
                    .collect();
                match (schema.many, choices.len() > RADIOS && choices.iter().all(|choice| choice.then.is_empty())) {
                    (true, _) => Ask::Boxes(choices),
                    (false, true) => Ask::Select(choices),
                    // In a row there is no room for a list.
                    (false, false) if schema.per_row => Ask::Answers(choices),
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
            FieldType::Iban | FieldType::TreasuryIban => line("text", "", "govuk-input--width-20", true),
            FieldType::Phone => line("tel", "", "govuk-input--width-20", true),
            FieldType::Email => line("email", "", "govuk-input--width-20", true),
            FieldType::TableFile(_) | FieldType::File(_) => Ask::File { accept: accepted(&schema.kind).unwrap_or_default() },
            FieldType::Subject => self.person_sought(asking, one, &first),
            FieldType::Period => Ask::Parts(
                PERIOD_PARTS
                    .iter()
                    .map(|part| {
                        let schema = InputSchema { required: true, ..InputSchema::plain(part, FieldType::Date) };
                        self.part(asking, one, part, &schema, &say(language, &format!("period-{part}")))
                    })
                    .collect(),
            ),
            FieldType::Address => Ask::Parts(
                ADDRESS_PARTS
                    .iter()
                    .map(|part| {
                        let required = matches!(*part, "locality" | "house");
                        let schema = InputSchema { required, ..InputSchema::plain(part, FieldType::Text) };
                        let mut control = self.part(asking, one, part, &schema, &say(language, &format!("address-{part}")));
                        if let (Ask::Line { width, .. }, "house" | "flat") = (&mut control.ask, *part) {
                            *width = "govuk-input--width-5";
                        }
                        control
                    })
                    .collect(),
            ),
            FieldType::Group => self.times(asking, one),
            _ => line("text", "", "", false),
        }
    }

    fn times(&self, asking: &Asking<'_>, one: One<'_>) -> Ask {
        let One { name, id, input, schema, .. } = one;
        let sent =
            asking.answers.map(|answers| inputs::times(schema, name, answers)).filter(|times| !times.is_empty()).unwrap_or_else(|| vec![1]);
        let label = self.wording.words(&input.label);
        let several = sent.len() > 1;
        let times: Vec<Time> = sent
            .iter()
            .enumerate()
            .map(|(index, number)| {
                let controls = schema.inputs.iter().map(|inner| {
                    // The view has the words of what a group asks under dotted names.
                    let dotted = format!("{name}.{}", inner.name);
                    let own = asking.inputs.iter().find(|input| input.name == dotted);
                    let empty = Input {
                        name: dotted,
                        label: vatra_core::view::Words::Plain(inner.name.clone()),
                        hint: None,
                        value: Value::None,
                        choices: Vec::new(),
                    };
                    let (name, id) = (format!("{name}.{number}.{}", inner.name), format!("{id}-{number}-{}", inner.name));
                    let control =
                        self.control(asking, One { name: &name, id: &id, input: own.unwrap_or(&empty), schema: inner, label: None });
                    Control { title: format!("{label} {}, {}", index + 1, control.title), ..control }
                });
                Time {
                    controls: controls.collect(),
                    title: format!("{label} {}", index + 1),
                    less: several.then(|| format!("{name}.{number}")),
                }
            })
            .collect();
        let more = (times.len() < schema.most_times()).then(|| name.to_owned());
        Ask::Times { times, more }
    }

    /// Those found, whoever was chosen before, and somebody else by a name or number.
    fn person_sought(&self, asking: &Asking<'_>, one: One<'_>, given: &str) -> Ask {
        let language = self.language();
        let One { name, id, input, .. } = one;
        let find = format!("{name}.{FIND}");
        let sought = asking.given(&find).and_then(|texts| texts.into_iter().next()).unwrap_or_default();
        let mut offered: Vec<(String, String)> = Vec::new();
        let known = |id: &str| id.parse().ok().map(|id| (id, self.resolved.people.get(&id)));
        for text in [Some(given.to_owned()), urls::value_text(&input.value)].into_iter().flatten() {
            if let Some((id, Some(person))) = known(&text)
                && !offered.iter().any(|(other, _)| *other == text)
            {
                let _: vatra_core::ids::SubjectId = id;
                offered.push((text, person_line(person)));
            }
        }
        for (id, person) in
            asking.state.iter().flat_map(|state| &state.found).filter(|(input, _)| *input == name).flat_map(|(_, people)| people)
        {
            let text = id.to_string();
            if !offered.iter().any(|(other, _)| *other == text) {
                offered.push((text, person_line(person)));
            }
        }
        let found = offered
            .into_iter()
            .enumerate()
            .map(|(index, (value, label))| Choice {
                id: if index == 0 { id.to_owned() } else { format!("{id}-{index}") },
                checked: value == given,
                value,
                label,
                then: Vec::new(),
            })
            .collect();
        let other = Choice {
            id: format!("{id}-other"),
            value: FIND.to_owned(),
            label: say(language, "person-other"),
            checked: given == FIND,
            then: Vec::new(),
        };
        Ask::Person { found, other, sought }
    }

    /// The words of a choice: the form's own, or else the module's message `ACTION-INPUT-CODE`.
    pub(super) fn choice_words(&self, input: &Input, action: &ActionSchema, code: &str) -> String {
        let own = input.choices.iter().find(|(own, _)| own == code).map(|(_, words)| self.wording.words(words));
        own.unwrap_or_else(|| self.wording.choice(action.name.as_str(), &input.name, code))
    }
}

impl Asking<'_> {
    fn schema(&self, name: &str) -> Option<&InputSchema> {
        self.action.inputs.iter().find(|schema| schema.name == name)
    }

    /// What was answered; none when the input's own value stands.
    fn given(&self, name: &str) -> Option<Vec<String>> {
        let answers = self.answers?;
        Some(answers.get(name).cloned().unwrap_or_default())
    }

    /// Whether the input stands in the form by itself: not beneath the one that decides whether it is asked.
    fn is_shown(&self, schema: &InputSchema) -> bool {
        let Some(when) = &schema.when else { return true };
        if self.inputs.iter().any(|input| input.name == when.input) {
            return false;
        }
        // What decides was answered on another page, or is sent along.
        let mut known = self.answers.filter(|_| self.step).cloned().unwrap_or_default();
        known.extend(urls::parameters_to_pairs(self.parameters).into_iter().map(|(name, text)| (name, vec![text])));
        inputs::is_asked(schema, &self.action.inputs, &known)
    }
}

pub(super) fn person_line(person: &vatra_core::view::PersonData) -> String {
    let name = format::strip_controls(&person.name);
    match &person.idn {
        Some(idn) => format!("{name}, {} {}", if person.company { "IDNO" } else { "IDNP" }, format::strip_controls(idn)),
        None => name,
    }
}

fn date_parts(asking: &Asking<'_>, name: &str, value: &Value) -> [String; 3] {
    let parts = |date: chrono::NaiveDate| [date.day().to_string(), date.month().to_string(), date.year().to_string()];
    match asking.given(name) {
        None => match value {
            Value::Date(date) => parts(*date),
            _ => Default::default(),
        },
        Some(whole) => {
            let part = |what: &str| asking.given(&format!("{name}-{what}")).and_then(|texts| texts.into_iter().next()).unwrap_or_default();
            let whole = whole.first().and_then(|text| inputs::parse_date(text));
            whole.map_or_else(|| [part("day"), part("month"), part("year")], parts)
        }
    }
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
pub(crate) fn host_hint(kind: &FieldType, language: Language) -> Option<String> {
    let key = match kind {
        FieldType::Date => "hint-date",
        FieldType::Cadastral => "hint-cadastral",
        FieldType::Iban => "hint-iban",
        FieldType::TreasuryIban => "hint-treasury-iban",
        FieldType::TableFile(_) => "hint-table-file",
        FieldType::Subject => "hint-subject",
        FieldType::Geometry => "hint-geometry",
        FieldType::Phone => "hint-phone",
        FieldType::File(kinds) => {
            let names: Vec<String> = kinds.iter().map(|kind| kind.code().to_uppercase()).collect();
            return Some(crate::messages::say_with(language, "hint-file", &[("kinds", names.join(", ").into())]));
        }
        _ => return None,
    };
    Some(say(language, key))
}

/// What a browser offers to choose from for a file, as its attribute `accept`.
pub(crate) fn accepted(kind: &FieldType) -> Option<String> {
    match kind {
        FieldType::TableFile(_) => Some(".csv,.txt,.xlsx".to_owned()),
        FieldType::File(kinds) => {
            let endings =
                kinds.iter().map(|kind| if *kind == FileKind::Jpeg { ".jpg,.jpeg".to_owned() } else { format!(".{}", kind.code()) });
            Some(endings.collect::<Vec<_>>().join(","))
        }
        _ => None,
    }
}
