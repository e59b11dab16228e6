//! How much harm a permission could do: what whoever grants it should weigh. Rated by what it reaches, never by who asks.

use crate::words;
use serde::Serialize;
use std::collections::BTreeSet;
use vatra_core::manifest::{CapabilityRequest, Localized, Manifest, Param};

/// How much harm.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Risk {
    /// Its own affairs.
    Low,
    /// People's affairs, or what goes out in the town hall's name.
    Medium,
    /// Money, binding signatures, personal data in the clear, what belongs to others.
    High,
}

impl Risk {
    /// `low`, `medium`, `high`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// The risk of a capability as it is asked for, and why.
pub(super) fn of(capability: &str, request: Option<&CapabilityRequest>, manifest: &Manifest) -> (Risk, Localized) {
    let (risk, reason) = rated(capability, request, manifest);
    (risk, words::everywhere(&format!("risk-{reason}"), &arguments(request)))
}

/// Reasons are keys of the words, without their `risk-`.
fn rated(capability: &str, request: Option<&CapabilityRequest>, manifest: &Manifest) -> (Risk, &'static str) {
    let Some(request) = request else { return (Risk::High, "unasked") };
    let set = |name: &str| match request.parameters.get(name) {
        Some(Param::Set(set)) => set.clone(),
        _ => BTreeSet::new(),
    };
    let has = |name: &str, member: &str| set(name).contains(member);
    let asked = |name: &str| !set(name).is_empty();
    match capability {
        "registers" => {
            let registers = set("registers");
            let own = |name: &String| manifest.register(name);
            if registers.iter().any(|name| own(name).is_none()) {
                (Risk::High, "registers-of-others")
            } else if registers.iter().filter_map(own).any(|register| register.fields.iter().any(|field| field.is_personal())) {
                (Risk::Medium, "registers-personal")
            } else {
                (Risk::Low, "registers-own")
            }
        }
        "subjects" if set("attributes").iter().any(|attribute| attribute != "name") => (Risk::High, "subjects-identity"),
        "subjects" => (Risk::Medium, "subjects-names"),
        "uploads" => (Risk::Low, "uploads"),
        "mpay" => (Risk::High, "mpay"),
        "documents" => (Risk::Medium, "documents"),
        "msign" => (Risk::High, "msign"),
        "mpower" => (Risk::Medium, "mpower"),
        "mconnect" if asked("data-sets") || asked("fields") || asked("event-fields") => (Risk::High, "mconnect-data"),
        "mconnect" => (Risk::Medium, "mconnect-events"),
        "mnotify" if has("contents", "text") => (Risk::Medium, "mnotify-text"),
        "mnotify" => (Risk::Low, "mnotify-templates"),
        "config" if asked("enacts") => (Risk::High, "config-enacts"),
        "config" => (Risk::Low, "config-reads"),
        "tasks" if asked("modules") => (Risk::Medium, "tasks-of-others"),
        "tasks" => (Risk::Low, "tasks-own"),
        "cases" if has("parts", "handling") => (Risk::Medium, "cases-handling"),
        "cases" => (Risk::Low, "cases-applications"),
        "appointments" if has("parts", "calendar") => (Risk::Medium, "appointments-calendar"),
        "appointments" => (Risk::Low, "appointments-own"),
        "opendata" => (Risk::Medium, "opendata"),
        "catalogue" => (Risk::Low, "catalogue"),
        "timers" | "jobs" => (Risk::Low, "by-itself"),
        _ => (Risk::High, "unknown"),
    }
}

/// What the reasons name.
fn arguments(request: Option<&CapabilityRequest>) -> Vec<(&'static str, String)> {
    let parameter = |name: &str| request.and_then(|request| request.parameters.get(name));
    let ceiling = match parameter("ceiling") {
        Some(Param::AtMost(bani)) => super::text::lei(*bani),
        _ => "0".to_owned(),
    };
    let all = |name: &str| match parameter(name) {
        Some(Param::Set(set)) => set.iter().cloned().collect::<Vec<_>>().join(", "),
        _ => String::new(),
    };
    vec![
        ("ceiling", ceiling),
        ("registers", all("registers")),
        ("sets", all("data-sets")),
        ("enacts", all("enacts")),
        ("others", all("modules")),
    ]
}
