//! What keeps a manifest from being whole.

use super::{ActionSchema, At, ENTRY, InputSchema, Localized, MOST_IN_GROUP, Manifest, Problem, REASON, RowRule, VERSION, World};
use crate::budgets::Limits;
use crate::call::{CITIZEN, GUEST};
use crate::ids::Name;
use crate::register::{FieldSchema, FieldType, RegisterSchema};
use std::collections::BTreeSet;

/// Problems as they are found.
#[derive(Default)]
struct Found(Vec<Problem>);

impl Found {
    fn say(&mut self, code: &'static str, at: At, what: impl Into<String>) {
        self.0.push(Problem::new(code, at, what));
    }
    fn help(&mut self, code: &'static str, at: At, what: impl Into<String>, help: impl Into<String>) {
        self.0.push(Problem::new(code, at, what).mend(help));
    }
    /// Of what is beneath this place.
    fn beneath(&mut self, at: &At, problems: Vec<Problem>) {
        self.0.extend(problems.into_iter().map(|problem| Problem { at: at.join(&problem.at), ..problem }));
    }
    /// Names that are there before.
    fn twice<'a>(&mut self, list: &str, key: &str, what: &str, names: impl Iterator<Item = &'a Name>) {
        let mut seen = BTreeSet::new();
        for (index, name) in names.enumerate() {
            if !seen.insert(name) {
                let at = At::root().key(list).index(index).key(key);
                self.help("twice", at, format!("{what} '{name}' is declared twice"), "rename one of them or take it out");
            }
        }
    }
    fn words(&mut self, at: &At, what: &str, words: &Localized) {
        for (code, text) in [("ro", &words.ro), ("ru", &words.ru), ("en", &words.en)] {
            if text.trim().is_empty() {
                self.help(
                    "no-words",
                    at.key(code),
                    format!("{what} has no words in '{code}'"),
                    "people read it in three languages: write it",
                );
            }
        }
    }
}

impl Manifest {
    /// What is wrong with it, and where; empty when it is whole.
    pub fn problems(&self) -> Vec<Problem> {
        let mut out = Found::default();
        let root = At::root();
        self.check_head(&mut out);
        out.twice("screens", "name", "screen", self.screens.iter().map(|screen| &screen.name));
        for (index, screen) in self.screens.iter().enumerate() {
            let (what, at) = (format!("screen '{}'", screen.name), root.key("screens").index(index));
            self.check_roles(&what, &at, &screen.roles, &mut out);
            self.check_inputs(&what, &at.key("parameters"), &screen.parameters, &mut out);
        }
        out.twice("actions", "name", "action", self.actions.iter().map(|action| &action.name));
        for (index, action) in self.actions.iter().enumerate() {
            let (what, at) = (format!("action '{}'", action.name), root.key("actions").index(index));
            self.check_roles(&what, &at, &action.roles, &mut out);
            self.check_inputs(&what, &at.key("inputs"), &action.inputs, &mut out);
            let anybody = self.world == World::EvoModule && action.roles.iter().any(|role| role.as_str() == GUEST);
            if anybody && let Some(file) = action.inputs.iter().position(|input| input.kind.is_file()) {
                out.say(
                    "file-of-guest",
                    at.key("inputs").index(file),
                    format!("{what} takes a file from '{GUEST}': files are taken from whoever signed in"),
                );
            }
            self.check_correction(action, &at, &mut out);
        }
        out.twice("registers", "name", "register", self.registers.iter().map(|register| &register.name));
        for (index, register) in self.registers.iter().enumerate() {
            check_register(register, &root.key("registers").index(index), &mut out);
        }
        self.check_uploads(&mut out);
        out.twice("settings", "name", "setting", self.settings.iter().map(|setting| &setting.name));
        for (index, setting) in self.settings.iter().enumerate() {
            out.beneath(&root.key("settings").index(index), setting.problems());
        }
        self.check_services(&mut out);
        self.check_templates(&mut out);
        self.check_work(&mut out);
        out.0
    }

    /// What it is, and what it asks for.
    fn check_head(&self, out: &mut Found) {
        let root = At::root();
        if self.screen(self.home.as_str()).is_none() {
            out.help(
                "unknown-home",
                root.key("home"),
                format!("home screen '{}' is not declared", self.home),
                "name one of its [[screens]]",
            );
        }
        if let Err(error) = self.semver() {
            out.help(
                "version",
                root.key("version"),
                format!("'{}' is no semantic version ({error})", self.version),
                "write three numbers, `1.4.0`",
            );
        }
        if let Some(wanted) = &self.requires_host
            && let Err(error) = wanted.parse::<semver::VersionReq>()
        {
            out.help(
                "requires-host",
                root.key("requires-host"),
                format!("'{wanted}' says no versions of the host ({error})"),
                "write the lowest that will do, `>=0.1.0`",
            );
        }
        out.words(&root.key("title"), "its title", &self.title);
        out.words(&root.key("description"), "its description", &self.description);
        for (name, request) in &self.capabilities {
            let at = root.key("capabilities").key(name.as_str()).key("purpose");
            out.words(&at, &format!("the purpose of capability '{name}'"), &request.purpose);
        }
        for (budget, request) in &self.budgets {
            let at = root.key("budgets").key(budget.code());
            out.words(&at.key("purpose"), &format!("the purpose of budget '{budget}'"), &request.purpose);
            let usual = Limits::default().get(*budget);
            if request.value <= usual {
                let unit = if budget.unit().is_empty() { String::new() } else { format!(" {}", budget.unit()) };
                out.help(
                    "usual-budget",
                    at.key("value"),
                    format!("budget '{budget}': every call may use {usual}{unit} anyway, so that nothing is asked for"),
                    "leave it out, or ask for more",
                );
            }
        }
        for event in &self.events {
            let (code, capability) = (event.code(), event.capability());
            if !self.capabilities.contains_key(capability) {
                out.help(
                    "unasked-event",
                    root.key("events").member(code),
                    format!("it hears '{code}', which is told to modules with the capability '{capability}' alone"),
                    format!("add [capabilities.{capability}] with its purpose"),
                );
            }
        }
        // The host gives these itself: nobody is appointed to them.
        for role in self.roles.keys().filter(|role| [CITIZEN, GUEST].contains(&role.as_str())) {
            out.say(
                "role-of-the-host",
                root.key("roles").key(role.as_str()),
                format!("the role '{role}' is the host's own: a module does not declare it"),
            );
        }
        if self.world == World::EvoModule && !self.roles.is_empty() {
            out.say(
                "roles-of-evo",
                root.key("roles"),
                format!("a module of EVO has no roles of officials: its screens name '{CITIZEN}' or '{GUEST}'"),
            );
        }
    }

    fn check_uploads(&self, out: &mut Found) {
        out.twice("uploads", "name", "upload", self.uploads.iter().map(|upload| &upload.name));
        for (index, upload) in self.uploads.iter().enumerate() {
            for (place, rule) in upload.rules.iter().enumerate() {
                let at = At::root().key("uploads").index(index).key("rules").index(place).key("fields");
                for (number, field) in rule.fields.iter().enumerate() {
                    if !upload.columns.iter().any(|column| column.field == *field) {
                        let what = format!("upload '{}': rule '{}' names the unknown field '{field}'", upload.name, rule.name);
                        out.help("unknown-field", at.index(number), what, "name a column of the upload");
                    }
                }
                if rule.rule == RowRule::AtMostOther && rule.fields.len() != 2 {
                    out.say("two-fields", at, format!("upload '{}': rule '{}' compares two fields", upload.name, rule.name));
                }
            }
        }
    }

    fn check_services(&self, out: &mut Found) {
        out.twice("services", "code", "service", self.services.iter().map(|service| &service.code));
        for (index, service) in self.services.iter().enumerate() {
            let at = At::root().key("services").index(index);
            self.check_inputs(&format!("service '{}'", service.code), &at.key("fields"), &service.fields, out);
            out.beneath(&at, service.problems());
            for (place, kind) in service.results.iter().enumerate() {
                if !self.templates.iter().any(|template| template.kind == *kind) {
                    let what = format!("service '{}': no template makes its result '{kind}'", service.code);
                    out.help("unknown-result", at.key("results").index(place), what, "name the kind of one of the [[templates]]");
                }
            }
        }
    }

    fn check_templates(&self, out: &mut Found) {
        out.twice("templates", "name", "template", self.templates.iter().map(|template| &template.name));
        for (index, template) in self.templates.iter().enumerate() {
            let at = At::root().key("templates").index(index);
            if template.numbering.as_ref().is_some_and(|numbering| !numbering.0.contains("{seq")) {
                let what = format!("template '{}': its numbering has no '{{seq}}', so that every number would be the same", template.name);
                out.help("numbering", at.key("numbering"), what, "write `AB-{year}-{seq:4}`");
            }
            if template.retention_years == Some(0) || template.retention_years > Some(1_000) {
                let what = format!("template '{}': documents are kept from 1 to 1000 years, or for ever", template.name);
                out.say("retention", at.key("retention-years"), what);
            }
        }
    }

    /// Jobs and kinds of tasks.
    fn check_work(&self, out: &mut Found) {
        let root = At::root();
        out.twice("jobs", "name", "job", self.jobs.iter().map(|job| &job.name));
        for (index, job) in self.jobs.iter().enumerate() {
            let (what, at) = (format!("job '{}'", job.name), root.key("jobs").index(index));
            self.check_roles(&what, &at, &job.roles, out);
            if job.schedule.as_ref().is_some_and(|schedule| !schedule.is_valid()) {
                let said = format!("{what}: its schedule says a day or time that there is not");
                out.help("schedule", at.key("schedule"), said, "write `at = \"05:30\"`, `on = \"01-15\"`");
            }
        }
        out.twice("tasks", "kind", "task kind", self.tasks.iter().map(|task| &task.kind));
        for (declared, capability) in [(!self.jobs.is_empty(), crate::jobs::SERVICE), (!self.tasks.is_empty(), crate::tasks::SERVICE)] {
            if declared && !self.capabilities.contains_key(capability) {
                let what = format!("it declares {capability}, and does not ask for the capability '{capability}'");
                out.help("unasked", root.key(capability), what, format!("add [capabilities.{capability}] with its purpose"));
            }
        }
    }

    /// An action that corrects an entry says which, as it was seen, and why.
    fn check_correction(&self, action: &ActionSchema, at: &At, out: &mut Found) {
        let Some(register) = &action.corrects else { return };
        let asked = |name: &str, kind: &FieldType| {
            action
                .inputs
                .iter()
                .any(|input| input.name == name && input.kind == *kind && input.required && !input.many && input.when.is_none())
        };
        let whole = self.register(register.as_str()).is_some()
            && asked(ENTRY, &FieldType::Entry(register.clone()))
            && asked(VERSION, &FieldType::Integer)
            && asked(REASON, &FieldType::Text);
        if !whole {
            out.say(
                "correction",
                at.key("corrects"),
                format!(
                    "action '{}' corrects '{register}': that is a register of the module, and its inputs are the required '{ENTRY}' of type \
                     'entry:{register}', '{VERSION}' of type 'integer' and '{REASON}' of type 'text'",
                    action.name
                ),
            );
        }
    }

    fn check_roles(&self, what: &str, at: &At, roles: &BTreeSet<Name>, out: &mut Found) {
        let on_phones = self.world == World::EvoModule;
        for role in roles {
            let place = at.key("roles").member(role.as_str());
            if on_phones && ![CITIZEN, GUEST].contains(&role.as_str()) {
                out.say(
                    "unknown-role",
                    place,
                    format!("{what} names the role '{role}': a module of EVO knows '{CITIZEN}' and '{GUEST}' alone"),
                );
            } else if !on_phones && !self.roles.contains_key(role) {
                out.help(
                    "unknown-role",
                    place,
                    format!("{what} names the unknown role '{role}'"),
                    "declare it, with its titles, in [roles]",
                );
            }
        }
        if roles.is_empty() {
            out.say("no-roles", at.key("roles"), format!("{what} is open to nobody: name its roles"));
        }
    }

    fn check_inputs(&self, what: &str, list: &At, inputs: &[InputSchema], out: &mut Found) {
        let mut names = BTreeSet::new();
        for (index, input) in inputs.iter().enumerate() {
            let at = list.index(index);
            let said = |problem: &str| format!("{what}: input '{}' {problem}", input.name);
            if Name::new(&input.name).is_err() || !names.insert(&input.name) {
                out.say("input-name", at.key("name"), format!("{what}: input name '{}' is not usable or not unique", input.name));
            }
            if let FieldType::TableFile(upload) = &input.kind
                && self.upload(upload.as_str()).is_none()
            {
                out.help(
                    "unknown-upload",
                    at.key("type"),
                    said(&format!("takes the unknown upload '{upload}'")),
                    "declare it in [[uploads]]",
                );
            }
            if matches!(input.kind, FieldType::File(_)) && !self.capabilities.contains_key("documents") {
                let what = said("takes a file, which is kept as a document: ask for the capability 'documents'");
                out.say("unasked", at.key("type"), what);
            }
            if let Some(when) = &input.when {
                match inputs.iter().find(|other| other.name == when.input && other.name != input.name) {
                    Some(other) if other.decides().contains(&when.is) => {}
                    _ => {
                        let what = said(&format!(
                            "is asked when '{}' is '{}', which is not a value of a choice, flag or yes-no question that is always asked",
                            when.input, when.is
                        ));
                        out.say("when", at.key("when"), what);
                    }
                }
            }
            let group = input.kind == FieldType::Group;
            if group == input.inputs.is_empty() || (!group && input.most.is_some()) {
                let what = said("has inputs of its own if and only if it is a 'group'; only a group says 'most'");
                out.say("group", at.key("type"), what);
            }
            if input.most.is_some_and(|most| !(1..=MOST_IN_GROUP).contains(&most)) {
                out.say("most", at.key("most"), said(&format!("is given from 1 to {MOST_IN_GROUP} times")));
            }
            let inner =
                |inner: &InputSchema| inner.kind.is_file() || inner.kind == FieldType::Group || inner.when.is_some() || inner.per_row;
            if let Some(place) = input.inputs.iter().position(inner) {
                let what = said("asks each time only for what is neither a file, a group, conditional nor 'per-row'");
                out.say("group", at.key("inputs").index(place), what);
            }
            if (group || input.kind.is_file() || matches!(input.kind, FieldType::Period | FieldType::Address))
                && (input.many || input.per_row)
            {
                out.say("many", at.key("type"), said("cannot be 'many' or 'per-row': it is one by its type"));
            }
            if input.per_row && input.when.is_some() {
                out.say("when", at.key("when"), said("is asked in every row, so that it has no 'when'"));
            }
            self.check_inputs(&format!("{what}, group '{}'", input.name), &at.key("inputs"), &input.inputs, out);
        }
    }
}

fn check_register(register: &RegisterSchema, at: &At, out: &mut Found) {
    let said = |what: String| format!("register '{}': {what}", register.name);
    let mut names = BTreeSet::new();
    for (index, field) in register.fields.iter().enumerate() {
        let FieldSchema { name, kind, personal, .. } = field;
        let at = at.key("fields").index(index);
        let plain = Name::new(name).is_ok() && !["number", "version", "opened", "closed"].contains(&name.as_str());
        if !plain || !names.insert(name) {
            out.say("field-name", at.key("name"), said(format!("field name '{name}' is not usable or not unique")));
        }
        if *personal && !kind.is_text() {
            let what = said(format!("field '{name}' is personal, so it must be a text, telephone or e-mail address"));
            out.say("personal", at.key("personal"), what);
        }
        if kind.is_only_asked() {
            let kind = String::from(kind.clone());
            out.say("only-asked", at.key("type"), said(format!("field '{name}' cannot be a '{kind}': that is a type of inputs")));
        }
    }
    for (index, key) in register.unique.iter().enumerate() {
        let at = at.key("unique").index(index);
        match register.field(key) {
            None => out.help("unknown-field", at, said(format!("unique key '{key}' is not a field")), "name one of its fields"),
            Some(field) if field.is_personal() => {
                out.say("personal", at, said(format!("unique key '{key}' is personal, so that it could be guessed")));
            }
            Some(_) => {}
        }
    }
}
