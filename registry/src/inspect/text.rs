//! A report in plain words, for a terminal.

use super::{Permission, Reached, Report, Standing};
use crate::words::{find, say};
use std::collections::BTreeMap;
use vatra_core::ids::Name;
use vatra_core::manifest::{Language, Localized, Param};

impl Report {
    /// In this language. A heading stands at the beginning of its line, what belongs to it is indented.
    pub fn text(&self, language: Language) -> String {
        let mut out = Lines { language, out: String::new() };
        let publisher = match &self.publisher_id {
            Some(id) => format!("{} ({id})", self.publisher),
            None => self.publisher.clone(),
        };
        out.line(0, &format!("{} {} – {}", self.name, self.version, self.title.get(language)));
        out.line(1, self.description.get(language));
        out.said(1, "report-publisher", &[("publisher", publisher)]);
        out.said(1, "report-licence", &[("licence", self.licence.clone())]);
        let kib = self.size.div_ceil(1024).to_string();
        out.said(1, "report-size", &[("kib", kib), ("digest", self.digest.clone())]);
        if let Some(wanted) = &self.requires_host {
            out.said(1, "report-host", &[("wanted", wanted.clone())]);
        }
        if let Some(refusal) = &self.refusal {
            out.said(1, "report-refused", &[("reason", refusal.clone())]);
        }
        out.said(0, if self.permissions.is_empty() { "report-no-permissions" } else { "report-permissions" }, &[]);
        for permission in &self.permissions {
            out.permission(permission);
        }
        if !self.budgets.is_empty() {
            out.said(0, "report-budgets", &[]);
            for asked in &self.budgets {
                let numbers =
                    [("value", asked.value), ("usual", asked.usual)].map(|(name, value)| (name, format!("{value} {}", asked.unit)));
                let numbers = numbers.map(|(name, value)| (name, value.trim_end().to_owned()));
                let [value, usual] = numbers;
                let title = ("title", asked.title.get(language).to_owned());
                out.said(1, "report-budget", &[title, value, usual, ("purpose", asked.purpose.get(language).to_owned())]);
            }
        }
        if !self.registers.is_empty() {
            out.said(0, "report-registers", &[]);
            for kept in &self.registers {
                let fields = ("fields", kept.fields.to_string());
                let (name, personal) = (("name", kept.name.to_string()), ("personal", kept.personal.join(", ")));
                let key = if kept.personal.is_empty() { "report-register" } else { "report-register-personal" };
                out.said(1, key, &[name, fields, personal]);
            }
        }
        out.reached("report-screens", &self.screens);
        out.reached("report-actions", &self.actions);
        out.titled("report-roles", &self.roles);
        if !self.events.is_empty() {
            let all: Vec<String> = self.events.iter().map(|event| say(language, &format!("event-{}", event.code()), &[])).collect();
            out.said(0, "report-events", &[]);
            all.iter().for_each(|event| out.line(1, event));
        }
        out.titled("report-jobs", &self.jobs);
        out.titled("report-services", &self.services);
        out.titled("report-settings", &self.settings);
        out.titled("report-documents", &self.documents);
        out.out
    }
}

struct Lines {
    language: Language,
    out: String,
}

impl Lines {
    fn line(&mut self, depth: usize, text: &str) {
        self.out.push_str(&"  ".repeat(depth));
        self.out.push_str(text);
        self.out.push('\n');
    }
    fn said(&mut self, depth: usize, key: &str, arguments: &[(&str, String)]) {
        let text = say(self.language, key, arguments);
        self.line(depth, &text);
    }
    fn permission(&mut self, permission: &Permission) {
        let language = self.language;
        let risk = say(language, "risk", &[("risk", permission.risk.code().to_owned())]);
        self.line(1, &format!("{} – {risk}", permission.title.get(language)));
        self.line(2, permission.can.get(language));
        self.line(2, permission.why.get(language));
        if let Some(purpose) = &permission.purpose {
            self.said(2, "report-purpose", &[("purpose", purpose.get(language).to_owned())]);
        }
        if !permission.legal_basis.is_empty() {
            self.said(2, "report-law", &[("law", permission.legal_basis.clone())]);
        }
        for (name, value) in &permission.parameters {
            self.line(2, &parameter(language, name, value));
        }
        match permission.standing {
            Standing::Used => {}
            Standing::Unused => self.said(2, "report-unused", &[]),
            Standing::Unasked => {
                let interfaces: Vec<&str> = permission.functions.keys().map(String::as_str).collect();
                self.said(2, "report-unasked", &[("interfaces", interfaces.join(", "))]);
            }
        }
    }
    fn reached(&mut self, heading: &str, all: &[Reached]) {
        if all.is_empty() {
            return;
        }
        self.said(0, heading, &[]);
        for it in all {
            let roles: Vec<&str> = it.roles.iter().map(Name::as_str).collect();
            let title = it.title.as_ref().map(|title| format!(" – {}", title.get(self.language))).unwrap_or_default();
            let anybody = if it.anybody { format!(" ({})", say(self.language, "report-anybody", &[])) } else { String::new() };
            self.line(1, &format!("{}{title}: {}{anybody}", it.name, roles.join(", ")));
        }
    }
    fn titled(&mut self, heading: &str, all: &BTreeMap<Name, Localized>) {
        if all.is_empty() {
            return;
        }
        self.said(0, heading, &[]);
        for (name, title) in all {
            self.line(1, &format!("{name} – {}", title.get(self.language)));
        }
    }
}

/// A parameter of a permission in words: `Payment services: local-taxes`.
pub fn parameter(language: Language, name: &str, value: &Param) -> String {
    let title = find(language, &format!("parameter-{name}"), &[]).unwrap_or_else(|| name.to_owned());
    let value = match value {
        Param::AtMost(bani) if name == "ceiling" => say(language, "lei", &[("lei", lei(*bani))]),
        Param::AtMost(number) => number.to_string(),
        Param::Set(set) if set.is_empty() => say(language, "none", &[]),
        Param::Set(set) => set.iter().cloned().collect::<Vec<_>>().join(", "),
    };
    format!("{title}: {value}")
}

/// An amount of bani in lei: `1 000 000`, `12,50`.
pub(super) fn lei(bani: i64) -> String {
    let digits = (bani / 100).unsigned_abs().to_string();
    let mut whole = String::new();
    for (index, digit) in digits.chars().enumerate() {
        // Four digits are read without help.
        if index > 0 && digits.len() > 4 && (digits.len() - index).is_multiple_of(3) {
            whole.push('\u{a0}');
        }
        whole.push(digit);
    }
    let sign = if bani < 0 { "-" } else { "" };
    let rest = (bani % 100).unsigned_abs();
    if rest == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole},{rest:02}") }
}

#[cfg(test)]
mod tests {
    use super::lei;

    #[test]
    fn amounts_are_grouped() {
        let all = [0, 5, -150, 100_000, 1_000_000, 100_000_000, i64::MIN].map(lei);
        let [zero, little, below, thousand, ten, million, least] = all.each_ref().map(String::as_str);
        assert_eq!((zero, little, below, thousand), ("0", "0,05", "-1,50", "1000"));
        assert_eq!((ten, million), ("10\u{a0}000", "1\u{a0}000\u{a0}000"));
        assert!(least.starts_with("-92\u{a0}233"));
    }
}
