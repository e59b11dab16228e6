//! Codes in words: denials, broken rules, failures of a module.

use crate::messages::{find, say, say_with};
use vatra_core::grants::Denial;
use vatra_core::manifest::Language;

/// What a capability is called: `mpay` → `Plăți prin MPay`. An unknown one is called by its code.
pub fn capability_title(capability: &str, language: Language) -> String {
    find(language, &format!("capability-{capability}")).unwrap_or_else(|| capability.to_owned())
}

/// Why a call was denied, in a sentence or two: which lock was shut, and who can open it.
pub fn explain(denial: &Denial, capability_title: &str, language: Language) -> String {
    let key = match denial.rule.as_str() {
        // Rules have been named in the singular and in the plural.
        "service" | "services" => "denial-services",
        "account" | "accounts" => "denial-accounts",
        "register" | "registers" => "denial-registers",
        "field" | "fields" => "denial-fields",
        "template" | "templates" => "denial-templates",
        "setting" | "settings" => "denial-settings",
        "not-declared" => "denial-not-declared",
        "not-granted" => "denial-not-granted",
        "revoked" => "denial-revoked",
        "expired" => "denial-expired",
        "ceiling" => "denial-ceiling",
        "personal" => "denial-personal",
        "role" => "denial-role",
        "read-only" => "denial-read-only",
        "others" if matches!(denial.capability.as_str(), "appointments" | "cases") => "denial-others",
        "officials" => "denial-officials",
        "phones" => "denial-phones",
        "counters" => "denial-counters",
        "parts" => "denial-parts",
        "not-implemented" => "denial-not-implemented",
        _ => "denial-other",
    };
    // A ceiling is told in bani.
    let detail = match (key, denial.detail.parse::<i64>()) {
        ("denial-ceiling", Ok(bani)) => crate::format::money(vatra_core::value::Money(bani), language),
        _ => denial.detail.clone(),
    };
    say_with(
        language,
        key,
        &[("capability", capability_title.to_owned().into()), ("detail", detail.into()), ("rule", denial.rule.clone().into())],
    )
}

/// A broken rule of an input, field or file, and how to mend it. Unknown codes get a general sentence with the code.
pub fn rule(code: &str, language: Language) -> String {
    rule_about(code, "", language)
}

/// The same, with a particular in the reader's language: which columns are missing, how large a file may be.
pub fn rule_about(code: &str, detail: &str, language: Language) -> String {
    let key = format!("rule-{code}");
    let key = if find(language, &key).is_some() { key.as_str() } else { "rule-other" };
    let text = say_with(language, key, &[("rule", code.to_owned().into()), ("detail", detail.to_owned().into())]);
    text.trim_end().to_owned()
}

/// How a module failed to answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Trouble {
    /// It used up a budget: its code (`memory`, `wall-clock`, `host-calls`…) and value.
    OverBudget(String, u64),
    /// Too many calls at once: nothing was begun.
    Busy {
        /// When to try again, in seconds.
        retry_after_s: u32,
    },
    /// It is not run here: stopped, withdrawn, altered or not approved.
    Refused,
    /// It broke down.
    Trap,
    /// What it returned cannot be shown.
    BadView,
    /// Somebody else changed the same thing again and again.
    Conflict,
    /// A service behind it is down.
    Unavailable(String),
    /// What was asked for does not exist (any longer).
    NotFound,
    /// A rule of a register or service was broken: the field and the code.
    Invalid {
        /// The field; empty when it is about the whole.
        field: String,
        /// The rule's code.
        rule: String,
    },
}

impl Trouble {
    /// The HTTP status that fits.
    pub fn status(&self) -> u16 {
        match self {
            Self::OverBudget(what, _) if what == "wall-clock" => 504,
            Self::OverBudget(..) | Self::Trap | Self::BadView => 502,
            Self::Conflict => 409,
            Self::Unavailable(_) | Self::Busy { .. } | Self::Refused => 503,
            Self::NotFound => 404,
            Self::Invalid { .. } => 422,
        }
    }
    /// In a line.
    pub fn title(&self, language: Language) -> String {
        say(language, &format!("trouble-{}", self.code()))
    }
    /// What happened and what to do. Nothing was changed by the call.
    pub fn text(&self, language: Language) -> String {
        let detail = match self {
            Self::OverBudget(what, limit) => {
                let value = match what.as_str() {
                    "wall-clock" | "cpu" => format!("{} s", *limit as f64 / 1_000.0),
                    "memory" | "host-bytes" | "log" if *limit >= 1 << 20 => format!("{} MiB", limit >> 20),
                    "memory" | "host-bytes" | "log" => format!("{} KiB", limit >> 10),
                    _ => limit.to_string(),
                };
                format!("{} ({value})", find(language, &format!("budget-{what}")).unwrap_or_else(|| what.clone()))
            }
            Self::Busy { retry_after_s } => retry_after_s.to_string(),
            Self::Unavailable(service) => capability_title(service, language),
            Self::Invalid { rule: code, .. } => rule(code, language),
            _ => String::new(),
        };
        say_with(language, &format!("trouble-{}-text", self.code()), &[("detail", detail.into())])
    }
    fn code(&self) -> &'static str {
        match self {
            Self::OverBudget(what, _) if what == "wall-clock" => "timeout",
            Self::OverBudget(..) => "over-budget",
            Self::Busy { .. } => "busy",
            Self::Refused => "refused",
            Self::Trap => "trap",
            Self::BadView => "bad-view",
            Self::Conflict => "conflict",
            Self::Unavailable(_) => "unavailable",
            Self::NotFound => "not-found",
            Self::Invalid { .. } => "invalid",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: [&str; 25] = [
        "not-declared",
        "not-granted",
        "revoked",
        "expired",
        "services",
        "ceiling",
        "accounts",
        "registers",
        "fields",
        "data-sets",
        "subject",
        "templates",
        "settings",
        "personal",
        "role",
        "read-only",
        "not-implemented",
        "service",
        "account",
        "register",
        "field",
        "officials",
        "counters",
        "parts",
        "something-new",
    ];

    #[test]
    fn every_denial_has_words_in_every_language() {
        for language in Language::ALL {
            for rule in RULES {
                let text = explain(&Denial::new("mpay", rule, "local-tax"), &capability_title("mpay", language), language);
                assert!(text.contains("MPay") && !text.contains("denial-") && !text.contains('{'), "{language:?} {rule}: {text}");
            }
        }
        let ceiling = explain(&Denial::new("mpay", "ceiling", "123450"), "MPay", Language::Ro);
        assert!(ceiling.contains("1\u{a0}234,50\u{a0}lei"), "{ceiling}");
    }

    #[test]
    fn every_rule_of_an_input_has_words() {
        for language in Language::ALL {
            for code in [
                "required",
                "single",
                "too-many",
                "too-long",
                "integer",
                "money",
                "decimal",
                "date",
                "instant",
                "choice",
                "flag",
                "subject",
                "entry",
                "document",
                "cadastral",
                "iban",
                "phone",
                "email",
                "file",
                "type",
                "duplicate",
                "closed",
                "conflict",
                "unknown",
                "file-too-large",
                "file-empty",
                "file-type",
                "file-utf8",
                "file-columns",
                "file-rows",
                "file-broken",
                "not-unique",
                "past",
                "waiting",
                "standing",
                "counter",
                "overlap",
                "service",
                "decided",
                "not-asked",
                "audience",
                "rated",
                "file-not-kept",
                "unissued",
                "unknown-order",
                "tick",
                "answer",
                "iban-check",
                "treasury-account",
                "subject-choose",
                "subject-none",
                "subject-short",
                "geometry",
                "geometry-size",
                "geometry-place",
                "period-order",
                "file-kind",
            ] {
                assert!(find(language, &format!("rule-{code}")).is_some(), "{code}");
                assert!(!rule(code, language).contains(['{', '}']), "{code}");
            }
            assert!(rule_about("file-columns", "Nr. cont", language).ends_with("Nr. cont"));
            assert!(rule("no-such", language).contains("no-such"));
        }
    }

    #[test]
    fn every_trouble_has_words() {
        for language in Language::ALL {
            for trouble in [
                Trouble::OverBudget("wall-clock".into(), 5_000),
                Trouble::Busy { retry_after_s: 2 },
                Trouble::OverBudget("memory".into(), 128 << 20),
                Trouble::Refused,
                Trouble::Trap,
                Trouble::BadView,
                Trouble::Conflict,
                Trouble::Unavailable("mpay".into()),
                Trouble::NotFound,
                Trouble::Invalid { field: String::new(), rule: "duplicate".into() },
            ] {
                for text in [trouble.title(language), trouble.text(language)] {
                    assert!(!text.is_empty() && !text.starts_with("trouble-") && !text.contains('{'), "{text}");
                }
                assert!((400..=504).contains(&trouble.status()));
            }
        }
    }
}
