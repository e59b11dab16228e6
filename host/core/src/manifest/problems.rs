//! What keeps a manifest from being whole.

use super::{ActionSchema, ENTRY, InputSchema, MOST_IN_GROUP, Manifest, REASON, RowRule, VERSION, World};
use crate::call::{CITIZEN, GUEST};
use crate::ids::Name;
use crate::register::FieldType;
use std::collections::BTreeSet;

impl Manifest {
    /// What is inconsistent, each in a sentence; empty when the manifest is whole.
    pub fn problems(&self) -> Vec<String> {
        let mut out = Vec::new();
        if self.screen(self.home.as_str()).is_none() {
            out.push(format!("home screen '{}' is not declared", self.home));
        }
        // The host gives these itself: nobody is appointed to them.
        for role in self.roles.keys().filter(|role| [CITIZEN, GUEST].contains(&role.as_str())) {
            out.push(format!("the role '{role}' is the host's own: a module does not declare it"));
        }
        if self.world == World::EvoModule && !self.roles.is_empty() {
            out.push(format!("a module of EVO has no roles of officials: its screens name '{CITIZEN}' or '{GUEST}'"));
        }
        let mut seen = BTreeSet::new();
        for screen in &self.screens {
            if !seen.insert(("screen", screen.name.to_string())) {
                out.push(format!("screen '{}' is declared twice", screen.name));
            }
            self.check_roles(&format!("screen '{}'", screen.name), &screen.roles, &mut out);
            self.check_inputs(&format!("screen '{}'", screen.name), &screen.parameters, &mut out);
        }
        for action in &self.actions {
            if !seen.insert(("action", action.name.to_string())) {
                out.push(format!("action '{}' is declared twice", action.name));
            }
            self.check_roles(&format!("action '{}'", action.name), &action.roles, &mut out);
            self.check_inputs(&format!("action '{}'", action.name), &action.inputs, &mut out);
            let anybody = self.world == World::EvoModule && action.roles.iter().any(|role| role.as_str() == GUEST);
            if anybody && action.inputs.iter().any(|input| input.kind.is_file()) {
                out.push(format!("action '{}' takes a file from '{GUEST}': files are taken from whoever signed in", action.name));
            }
            self.check_correction(action, &mut out);
        }
        for register in &self.registers {
            if !seen.insert(("register", register.name.to_string())) {
                out.push(format!("register '{}' is declared twice", register.name));
            }
            let mut fields = BTreeSet::new();
            for field in &register.fields {
                let plain = Name::new(&field.name).is_ok() && !["number", "version", "opened", "closed"].contains(&field.name.as_str());
                if !plain || !fields.insert(&field.name) {
                    out.push(format!("register '{}': field name '{}' is not usable or not unique", register.name, field.name));
                }
                if field.personal && !field.kind.is_text() {
                    out.push(format!(
                        "register '{}': field '{}' is personal, so it must be a text, telephone or e-mail address",
                        register.name, field.name
                    ));
                }
                if field.kind.is_only_asked() {
                    let kind = String::from(field.kind.clone());
                    out.push(format!(
                        "register '{}': field '{}' cannot be a '{kind}': that is a type of inputs",
                        register.name, field.name
                    ));
                }
            }
            for key in &register.unique {
                match register.field(key) {
                    None => out.push(format!("register '{}': unique key '{key}' is not a field", register.name)),
                    Some(field) if field.is_personal() => {
                        out.push(format!("register '{}': unique key '{key}' is personal, so that it could be guessed", register.name));
                    }
                    Some(_) => {}
                }
            }
        }
        for upload in &self.uploads {
            if !seen.insert(("upload", upload.name.to_string())) {
                out.push(format!("upload '{}' is declared twice", upload.name));
            }
            for rule in &upload.rules {
                for field in &rule.fields {
                    if !upload.columns.iter().any(|column| column.field == *field) {
                        out.push(format!("upload '{}': rule '{}' names the unknown field '{field}'", upload.name, rule.name));
                    }
                }
                if rule.rule == RowRule::AtMostOther && rule.fields.len() != 2 {
                    out.push(format!("upload '{}': rule '{}' compares two fields", upload.name, rule.name));
                }
            }
        }
        for setting in &self.settings {
            if !seen.insert(("setting", setting.name.to_string())) {
                out.push(format!("setting '{}' is declared twice", setting.name));
            }
            out.extend(setting.problems());
        }
        for service in &self.services {
            if !seen.insert(("service", service.code.to_string())) {
                out.push(format!("service '{}' is declared twice", service.code));
            }
            self.check_inputs(&format!("service '{}'", service.code), &service.fields, &mut out);
            out.extend(service.problems());
            for kind in service.results.iter().filter(|kind| !self.templates.iter().any(|template| template.kind == **kind)) {
                out.push(format!("service '{}': no template makes its result '{kind}'", service.code));
            }
        }
        for template in &self.templates {
            if !seen.insert(("template", template.name.to_string())) {
                out.push(format!("template '{}' is declared twice", template.name));
            }
            if template.numbering.as_ref().is_some_and(|numbering| !numbering.0.contains("{seq")) {
                out.push(format!("template '{}': its numbering has no '{{seq}}', so that every number would be the same", template.name));
            }
            if template.retention_years == Some(0) || template.retention_years > Some(1_000) {
                out.push(format!("template '{}': documents are kept from 1 to 1000 years, or for ever", template.name));
            }
        }
        self.check_work(&mut out);
        out
    }

    /// Jobs and kinds of tasks.
    fn check_work(&self, out: &mut Vec<String>) {
        let mut seen = BTreeSet::new();
        for job in &self.jobs {
            let what = format!("job '{}'", job.name);
            if !seen.insert(("job", &job.name)) {
                out.push(format!("{what} is declared twice"));
            }
            self.check_roles(&what, &job.roles, out);
            if job.schedule.as_ref().is_some_and(|schedule| !schedule.is_valid()) {
                out.push(format!("{what}: its schedule says a day or time that there is not: write `at = \"05:30\"`, `on = \"01-15\"`"));
            }
        }
        for task in &self.tasks {
            if !seen.insert(("task", &task.kind)) {
                out.push(format!("task kind '{}' is declared twice", task.kind));
            }
        }
        for (declared, capability) in [(!self.jobs.is_empty(), crate::jobs::SERVICE), (!self.tasks.is_empty(), crate::tasks::SERVICE)] {
            if declared && !self.capabilities.contains_key(capability) {
                out.push(format!("it declares {capability}, and does not ask for the capability '{capability}'"));
            }
        }
    }

    /// An action that corrects an entry says which, as it was seen, and why.
    fn check_correction(&self, action: &ActionSchema, out: &mut Vec<String>) {
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
            out.push(format!(
                "action '{}' corrects '{register}': that is a register of the module, and its inputs are the required '{ENTRY}' of type \
                 'entry:{register}', '{VERSION}' of type 'integer' and '{REASON}' of type 'text'",
                action.name
            ));
        }
    }

    fn check_roles(&self, what: &str, roles: &BTreeSet<Name>, out: &mut Vec<String>) {
        let on_phones = self.world == World::EvoModule;
        for role in roles {
            if on_phones && ![CITIZEN, GUEST].contains(&role.as_str()) {
                out.push(format!("{what} names the role '{role}': a module of EVO knows '{CITIZEN}' and '{GUEST}' alone"));
            }
            if !on_phones && !self.roles.contains_key(role) {
                out.push(format!("{what} names the unknown role '{role}'"));
            }
        }
        if roles.is_empty() {
            out.push(format!("{what} is open to nobody: name its roles"));
        }
    }

    fn check_inputs(&self, what: &str, inputs: &[InputSchema], out: &mut Vec<String>) {
        let mut names = BTreeSet::new();
        for input in inputs {
            let said = |problem: &str| format!("{what}: input '{}' {problem}", input.name);
            if Name::new(&input.name).is_err() || !names.insert(&input.name) {
                out.push(format!("{what}: input name '{}' is not usable or not unique", input.name));
            }
            if let FieldType::TableFile(upload) = &input.kind
                && self.upload(upload.as_str()).is_none()
            {
                out.push(said(&format!("takes the unknown upload '{upload}'")));
            }
            if matches!(input.kind, FieldType::File(_)) && !self.capabilities.contains_key("documents") {
                out.push(said("takes a file, which is kept as a document: ask for the capability 'documents'"));
            }
            if let Some(when) = &input.when {
                match inputs.iter().find(|other| other.name == when.input && other.name != input.name) {
                    Some(other) if other.decides().contains(&when.is) => {}
                    _ => out.push(said(&format!(
                        "is asked when '{}' is '{}', which is not a value of a choice, flag or yes-no question that is always asked",
                        when.input, when.is
                    ))),
                }
            }
            let group = input.kind == FieldType::Group;
            if group == input.inputs.is_empty() || (!group && input.most.is_some()) {
                out.push(said("has inputs of its own if and only if it is a 'group'; only a group says 'most'"));
            }
            if input.most.is_some_and(|most| !(1..=MOST_IN_GROUP).contains(&most)) {
                out.push(said(&format!("is given from 1 to {MOST_IN_GROUP} times")));
            }
            if input
                .inputs
                .iter()
                .any(|inner| inner.kind.is_file() || inner.kind == FieldType::Group || inner.when.is_some() || inner.per_row)
            {
                out.push(said("asks each time only for what is neither a file, a group, conditional nor 'per-row'"));
            }
            if (group || input.kind.is_file() || matches!(input.kind, FieldType::Period | FieldType::Address))
                && (input.many || input.per_row)
            {
                out.push(said("cannot be 'many' or 'per-row': it is one by its type"));
            }
            if input.per_row && input.when.is_some() {
                out.push(said("is asked in every row, so that it has no 'when'"));
            }
            self.check_inputs(&format!("{what}, group '{}'", input.name), &input.inputs, out);
        }
    }
}
