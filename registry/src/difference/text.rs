//! A difference in plain words, for a terminal.

use super::{Asked, Consent, Difference, Names, RegisterTurn, Step, What};
use crate::words::{find, say};
use vatra_core::ids::Name;
use vatra_core::manifest::Language;

impl Difference {
    /// In this language. A heading stands at the beginning of its line, what belongs to it is indented.
    pub fn text(&self, language: Language) -> String {
        let mut out = Vec::new();
        let step = match self.step {
            Step::Lower => "lower",
            Step::Same => "same",
            Step::Patch => "patch",
            Step::Minor => "minor",
            Step::Major => "major",
            Step::Unknown => "unknown",
        };
        let (old, new) = self.versions.clone();
        out.push(say(
            language,
            "difference-versions",
            &[("old", old), ("new", new), ("step", say(language, &format!("step-{step}"), &[]))],
        ));
        let consent = match self.consent {
            Consent::Same => "consent-same",
            Consent::Fewer => "consent-fewer",
            Consent::More(_) => "consent-more",
        };
        out.push(say(language, consent, &[]));
        out.extend(self.asked.iter().map(|asked| format!("  {}", asked.text(language))));
        if !self.registers.is_empty() {
            out.push(say(language, if self.is_additive() { "registers-additive" } else { "registers-refused" }, &[]));
        }
        for register in &self.registers {
            let name = || vec![("name", register.name.to_string())];
            match &register.turn {
                RegisterTurn::Added => out.push(format!("  {}", say(language, "register-added", &name()))),
                RegisterTurn::Removed => out.push(format!("  {}", say(language, "register-removed", &name()))),
                RegisterTurn::Changed(changes) => {
                    out.push(format!("  {}", say(language, "register-changed", &name())));
                    out.extend(changes.iter().map(|(field, change)| {
                        let words = say(language, &format!("field-{}", change.code()), &[("field", field.clone())]);
                        format!("    {} {words}", if change.is_additive() { "+" } else { "!" })
                    }));
                }
            }
        }
        let lists = [
            ("screens", &self.screens),
            ("actions", &self.actions),
            ("roles", &self.roles),
            ("services", &self.services),
            ("settings", &self.settings),
            ("uploads", &self.uploads),
            ("templates", &self.templates),
            ("jobs", &self.jobs),
            ("tasks", &self.tasks),
        ];
        for (list, names) in lists.into_iter().filter(|(_, names)| !names.is_empty()) {
            out.push(format!("{}: {}", say(language, &format!("list-{list}"), &[]), names.text(language)));
        }
        out.join("\n") + "\n"
    }
}

impl Names {
    fn text(&self, language: Language) -> String {
        let said = |key: &str, names: &std::collections::BTreeSet<Name>| {
            let all: Vec<&str> = names.iter().map(Name::as_str).collect();
            (!all.is_empty()).then(|| say(language, key, &[("names", all.join(", "))]))
        };
        let parts = [said("names-added", &self.added), said("names-removed", &self.removed), said("names-changed", &self.changed)];
        parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
    }
}

impl Asked {
    /// In one line: `Payments (MPay), ceiling: reaches further – 2000 (was 1000)`.
    pub fn text(&self, language: Language) -> String {
        let title = |name: &str| find(language, &format!("permission-{name}"), &[]).unwrap_or_else(|| name.to_owned());
        let what = match &self.what {
            What::Capability(name) => title(name),
            What::Parameter(name, parameter) => {
                let parameter = find(language, &format!("parameter-{parameter}"), &[]).unwrap_or_else(|| parameter.clone());
                format!("{}, {parameter}", title(name))
            }
            What::LegalBasis(name) => format!("{}, {}", title(name), say(language, "what-legal-basis", &[])),
            What::Purpose(name) => format!("{}, {}", title(name), say(language, "what-purpose", &[])),
            What::Budget(name) => say(language, &format!("package-budget-{name}"), &[]),
            What::Screen(name) => say(language, "what-screen", &[("name", name.clone())]),
            What::Action(name) => say(language, "what-action", &[("name", name.clone())]),
            What::Publisher => say(language, "what-publisher", &[]),
            What::World => say(language, "what-world", &[]),
            What::Name => say(language, "what-name", &[]),
        };
        let mut line = format!("{what}: {}", say(language, &format!("change-{}", self.change.code()), &[]));
        if !self.gained.is_empty() {
            line += &format!(" – {}", self.gained.join(", "));
        }
        if !self.lost.is_empty() {
            line += &format!(" ({})", say(language, "was", &[("before", self.lost.join(", "))]));
        }
        line
    }
}
