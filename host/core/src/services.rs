//! Public services: what modules take applications for, as their manifests declare it (the passport), and who looks them up.

use crate::fold::fold;
use crate::ids::{Name, TenantId};
use crate::manifest::{At, InputSchema, Language, Localized, Problem};
use crate::store::StoreError;
use crate::value::Money;
use async_trait::async_trait;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Characters of a service's code.
const MOST_CODE: usize = 40;

/// Who may apply.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Audience {
    /// People.
    Persons,
    /// Legal entities.
    Companies,
    /// Either.
    #[default]
    Both,
}

impl Audience {
    /// Whether a person, or a company, is among them.
    pub fn admits(self, company: bool) -> bool {
        match self {
            Self::Persons => !company,
            Self::Companies => company,
            Self::Both => true,
        }
    }
}

/// In which days a term is counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Days {
    /// All of them; a term that ends on a day off ends on the next working day.
    #[default]
    Calendar,
    /// Working days only.
    Working,
}

/// By when an application is decided.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Term {
    /// Counted from the day after it was handed in.
    pub days: u16,
    /// Which days.
    #[serde(default)]
    pub counted: Days,
}

/// A paper that is asked for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Requirement {
    /// What it is called.
    pub title: Localized,
    /// Cannot be done without.
    #[serde(default)]
    pub required: bool,
    /// Where one has it from.
    #[serde(default)]
    pub hint: Localized,
}

/// Something that happens in a life, for which services are looked for: a birth, a house, a business.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LifeEvent {
    /// One in the municipality: modules that name the same one mean the same.
    pub code: Name,
    /// Its words.
    pub title: Localized,
}

/// A public service that the module handles.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ServiceSchema {
    /// Its code in the register of public services; handled by one module of a municipality.
    pub code: Name,
    /// What it is called.
    pub title: Localized,
    /// In a sentence.
    #[serde(default)]
    pub summary: Localized,
    /// At length.
    #[serde(default)]
    pub description: Localized,
    /// Who may apply.
    #[serde(default)]
    pub audience: Audience,
    /// What an application says.
    #[serde(default)]
    pub fields: Vec<InputSchema>,
    /// By when it is decided; as long as it takes when absent.
    #[serde(default)]
    pub term: Option<Term>,
    /// In bani; 0 is free, absent when it depends.
    #[serde(default)]
    pub fee: Option<Money>,
    /// Papers that are asked for.
    #[serde(default)]
    pub documents: Vec<Requirement>,
    /// What happens, in order.
    #[serde(default)]
    pub steps: Vec<Localized>,
    /// Types of the documents that it comes to (templates of the module).
    #[serde(default)]
    pub results: Vec<Name>,
    /// The law: `Legea nr. 100/2001`.
    #[serde(default)]
    pub legal_acts: Vec<String>,
    /// When one needs it.
    #[serde(default)]
    pub life_events: Vec<LifeEvent>,
}

impl ServiceSchema {
    /// What is wrong with it by itself, and where in it; its fields are the manifest's to check.
    pub fn problems(&self) -> Vec<Problem> {
        let mut out = Vec::new();
        let root = At::root();
        let mut say = |code, at, what: &str| out.push(Problem::new(code, at, format!("service '{}': {what}", self.code)));
        if [&self.title.ro, &self.title.ru, &self.title.en].into_iter().any(|title| title.trim().is_empty()) {
            say("no-words", root.key("title"), "its title is missing in one of the languages");
        }
        if self.code.as_str().len() > MOST_CODE {
            say("code", root.key("code"), "its code is longer than 40 characters");
        }
        // An application is kept by the host, which has no place for files of citizens yet.
        for (index, field) in self.fields.iter().enumerate().filter(|(_, field)| field.kind.is_file() || field.per_row) {
            let at = root.key("fields").index(index);
            say("field-type", at, &format!("its field '{}' is a file or 'per-row', which an application cannot hold", field.name));
        }
        if self.term.is_some_and(|term| term.days == 0 || term.days > 1_000) {
            say("term", root.key("term"), "its term is from 1 to 1000 days");
        }
        if self.fee.is_some_and(|fee| fee.0 < 0 || !fee.in_range()) {
            say("fee", root.key("fee"), "its fee is below zero or beyond any amount");
        }
        out
    }

    /// Whether all of these words, folded, are in what it is called and said to be in any language.
    pub fn matches(&self, words: &[String]) -> bool {
        let texts = [&self.title, &self.summary, &self.description];
        let all = texts.into_iter().flat_map(|text| Language::ALL.map(|language| fold(text.get(language))));
        let all: Vec<String> = all.collect();
        words.iter().all(|word| all.iter().any(|text| text.contains(word.as_str())))
    }
}

/// A service with the module that handles it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Offered {
    /// The module; installed and enabled.
    pub module: Name,
    /// The capabilities that its manifest asks for: of `cases` and `appointments` it is told events only if they are among them.
    pub asks_for: BTreeSet<Name>,
    /// The service.
    pub service: ServiceSchema,
}

impl Offered {
    /// The module, if it wants to hear of this capability's events.
    pub fn listener(&self, capability: &str) -> Option<&Name> {
        self.asks_for.contains(capability).then_some(&self.module)
    }
}

/// Knows which services a municipality's modules handle.
#[async_trait]
pub trait ServiceDirectory: Send + Sync {
    /// All of them, by code.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn services(&self, tenant: TenantId) -> Result<Vec<Offered>, StoreError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_is_found_by_words_of_any_language() {
        let manifest = r#"{"code": "family-certificate", "title": {"ro": "Certificat despre componența familiei", "ru": "Справка о составе семьи",
            "en": "Certificate of family composition"}, "term": {"days": 5, "counted": "working"}, "fee": 2500}"#;
        let service: ServiceSchema = serde_json::from_str(manifest).unwrap();
        assert!(service.problems().is_empty());
        let found = |words: &str| service.matches(&words.split_whitespace().map(fold).collect::<Vec<_>>());
        assert!(found("COMPONENTA familiei") && found("справка") && found("certificate family") && found(""));
        assert!(!found("certificat pamant"));
        let broken = ServiceSchema { term: Some(Term { days: 0, counted: Days::Working }), fee: Some(Money(-1)), ..service };
        assert_eq!(broken.problems().len(), 2);
        assert!(Audience::Both.admits(true) && Audience::Persons.admits(false) && !Audience::Persons.admits(true));
    }
}
