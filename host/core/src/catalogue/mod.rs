//! MConnect's semantic catalogue: which data sets exist, who holds them, which fields they have, and how they are asked for. Names only, no data.
//!
//! Everything that depends on a data set reads it here: grants name its fields, the client builds questions and reads answers by its paths,
//! grant pages and the connection request print its titles. Adding a data set is adding an entry to `data-sets.json`.
//!
//! Operations marked `published` and the elements that follow from them are the Agency's; paths, namespaces and all else are ours (invented),
//! since contracts are given to those whose connection request was granted. They are replaced by those of the contract then.

mod request;

pub use request::{ConnectionRequest, Institution, LONGEST_BASIS, Line, RequestedSet, Wrong};

use crate::fold;
use crate::ids::Name;
use crate::manifest::{Language, Localized};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// Whom a data set is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum About {
    /// A person, by IDNP.
    Person,
    /// A legal entity, by IDNO.
    LegalEntity,
    /// Either.
    Either,
    /// Nobody: it is found by its parameters alone.
    Nobody,
}

/// What a field holds, and how the answer writes it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Words.
    Text,
    /// `yyyy-MM-dd`, also with a time behind it.
    Date,
    /// A whole number.
    Integer,
    /// A decimal with a point.
    Decimal,
    /// Lei with at most two decimals.
    Money,
    /// A cadastral number.
    Cadastral,
    /// `true` or `false`.
    Flag,
    /// IDNP or IDNO of somebody else.
    Idn,
}

/// How a data set is asked for (SOAP 1.1, one contract per data set).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contract {
    /// Follows MConnect's address.
    pub path: String,
    /// Of the elements in the Body.
    pub namespace: String,
    /// SOAPAction.
    pub action: String,
    /// The question's element.
    pub operation: String,
    /// The answer's element.
    pub answer: String,
    /// The element that holds the identifier of whom it is about.
    pub subject: Option<String>,
}

/// A further parameter of a question.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// As modules name it.
    pub name: Name,
    /// Its element.
    pub path: String,
    /// What it holds.
    pub kind: Kind,
    /// Whether there is no question without it.
    #[serde(default)]
    pub required: bool,
    /// For people.
    pub title: Localized,
}

/// A part of an answer that may come several times.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// As modules name it.
    pub name: Name,
    /// From the answer's element to each of the part's, with `/` between.
    pub path: String,
    /// For people.
    pub title: Localized,
}

/// A field of an answer. Fields of several parts may share a name, and are then granted together.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataField {
    /// As grants and modules name it.
    pub name: Name,
    /// The part that it belongs to; none for the answer itself.
    #[serde(default)]
    pub part: Option<Name>,
    /// From the part's element, or the answer's, to the field's.
    pub path: String,
    /// What it holds.
    pub kind: Kind,
    /// Whether modules get it sealed.
    pub personal: bool,
    /// For people.
    pub title: Localized,
}

/// A data set.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DataSet {
    /// As grants and modules name it.
    pub name: Name,
    /// For people.
    pub title: Localized,
    /// What it is.
    pub description: Localized,
    /// The institution that holds it.
    pub owner: Localized,
    /// Whom it is about.
    pub about: About,
    /// Whether operation and elements are published, or ours until the contract is known.
    pub published: bool,
    /// How it is asked for.
    pub contract: Contract,
    /// Further parameters.
    #[serde(default)]
    pub parameters: Vec<Parameter>,
    /// Parts.
    #[serde(default)]
    pub parts: Vec<Part>,
    /// Fields.
    pub fields: Vec<DataField>,
    /// Laws that municipalities usually rest on. A proposal for the grant, which its maker checks; never used by itself.
    pub legal_bases: Vec<Localized>,
}

impl DataSet {
    /// The fields of this name, one for each part that has it.
    pub fn fields_named(&self, name: &str) -> impl Iterator<Item = &DataField> {
        self.fields.iter().filter(move |field| field.name.as_str() == name)
    }

    /// Whether all that is personal in it or in these fields of it: a grant for these looks at somebody's data.
    #[must_use]
    pub fn is_personal(&self) -> bool {
        self.fields.iter().any(|field| field.personal)
    }
}

/// The catalogue cannot be used; says where and why.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the catalogue of data sets: {0}")]
pub struct BadCatalogue(String);

/// The data sets that are known.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Catalogue {
    sets: Vec<DataSet>,
}

/// Those that come with the host. A test holds that they can be read.
static BUILTIN: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::read(include_str!("data-sets.json")).unwrap_or_default());

impl Catalogue {
    /// The catalogue that comes with the host.
    #[must_use]
    pub fn builtin() -> &'static Catalogue {
        &BUILTIN
    }

    /// Reads a catalogue (JSON), such as one whose contracts are the real ones.
    ///
    /// # Errors
    /// [`BadCatalogue`], also when an entry contradicts itself.
    pub fn read(json: &str) -> Result<Catalogue, BadCatalogue> {
        let sets: Vec<DataSet> = serde_json::from_str(json).map_err(|error| BadCatalogue(error.to_string()))?;
        let mut seen = BTreeSet::new();
        for set in &sets {
            check(set).map_err(|cause| BadCatalogue(format!("{}: {cause}", set.name)))?;
            if !seen.insert(&set.name) {
                return Err(BadCatalogue(format!("{} is there twice", set.name)));
            }
        }
        Ok(Catalogue { sets })
    }

    /// Every data set, in the order of the file.
    #[must_use]
    pub fn sets(&self) -> &[DataSet] {
        &self.sets
    }

    /// A data set by its name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&DataSet> {
        self.sets.iter().find(|set| set.name.as_str() == name)
    }

    /// Data sets in whose titles all the words begin some word, best match first; without words all of them, by title.
    #[must_use]
    pub fn search(&self, words: &str, language: Language) -> Vec<&DataSet> {
        let wanted = fold::words(words);
        let mut found: Vec<(u32, String, &DataSet)> = Vec::new();
        for set in &self.sets {
            let title = fold::words(set.title.get(language));
            let mut rest = fold::words(set.description.get(language));
            rest.extend(fold::words(set.owner.get(language)));
            rest.extend(fold::words(set.name.as_str()));
            rest.extend(set.fields.iter().flat_map(|field| fold::words(field.title.get(language))));
            let begins = |list: &[String], word: &String| list.iter().any(|each| each.starts_with(word.as_str()));
            // A word of the title counts more than one of the description.
            let score = wanted.iter().try_fold(0, |sum, word| {
                if begins(&title, word) {
                    Some(sum)
                } else if begins(&rest, word) {
                    Some(sum + 1)
                } else {
                    None
                }
            });
            found.extend(score.map(|score| (score, fold::fold(set.title.get(language)), set)));
        }
        found.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
        found.into_iter().map(|(_, _, set)| set).collect()
    }
}

fn check(set: &DataSet) -> Result<(), String> {
    let is_name = |text: &str| {
        text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
            && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))
    };
    let is_path = |text: &str| text.split('/').all(is_name);
    let Contract { path, namespace, operation, answer, subject, .. } = &set.contract;
    if !path.starts_with('/') || !path.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err("the contract's path begins with '/' and is encoded".to_owned());
    }
    if !namespace.contains(':') || !is_name(operation) || !is_name(answer) || subject.as_ref().is_some_and(|name| !is_name(name)) {
        return Err("the contract has a namespace and names of elements".to_owned());
    }
    if subject.is_some() == (set.about == About::Nobody) {
        return Err("a subject's element is there when the set is about somebody, and only then".to_owned());
    }
    let mut seen = BTreeSet::new();
    for part in &set.parts {
        if !is_path(&part.path) || !seen.insert(&part.name) {
            return Err(format!("the part {} has a path and a name of its own", part.name));
        }
    }
    let mut fields = BTreeSet::new();
    for field in &set.fields {
        if field.part.as_ref().is_some_and(|part| !seen.contains(part)) {
            return Err(format!("the field {} belongs to a part that is not there", field.name));
        }
        if !is_path(&field.path) || !fields.insert((&field.part, &field.name)) {
            return Err(format!("the field {} has a path and is there once in its part", field.name));
        }
    }
    let mut parameters = BTreeSet::new();
    if set.parameters.iter().any(|each| !is_name(&each.path) || !parameters.insert(&each.name)) {
        return Err("parameters have elements and names of their own".to_owned());
    }
    let titles = set.fields.iter().map(|field| &field.title).chain(set.parts.iter().map(|part| &part.title));
    let mut titles = titles.chain(set.parameters.iter().map(|each| &each.title)).chain(&set.legal_bases);
    let whole = |words: &Localized| Language::ALL.iter().all(|language| !words.get(*language).trim().is_empty());
    if !whole(&set.title) || !whole(&set.description) || !whole(&set.owner) || !titles.all(whole) {
        return Err("every title is there in three languages".to_owned());
    }
    if set.fields.is_empty() {
        return Err("there is no field".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalogue_that_comes_with_the_host_can_be_read() {
        let read = Catalogue::read(include_str!("data-sets.json")).unwrap();
        assert_eq!(&read, Catalogue::builtin());
        for name in ["person", "legal-entity", "real-estates", "debts", "vehicles"] {
            let set = read.find(name).unwrap();
            assert!(set.is_personal() && !set.legal_bases.is_empty(), "{name}");
        }
        // What identifies somebody is personal, wherever it stands.
        let fields = read.sets().iter().flat_map(|set| &set.fields);
        assert!(fields.filter(|field| field.kind == Kind::Idn).all(|field| field.personal));
    }

    #[test]
    fn an_entry_that_contradicts_itself_is_refused_with_its_name() {
        let spoilt = |old: &str, new: &str| {
            let text = include_str!("data-sets.json").replacen(old, new, 1);
            Catalogue::read(&text).unwrap_err().to_string()
        };
        assert!(spoilt("\"part\": \"registration\"", "\"part\": \"nowhere\"").contains("person: the field region"));
        assert!(spoilt("\"name\": \"legal-entity\"", "\"name\": \"person\"").contains("person is there twice"));
        assert!(spoilt("\"subject\": \"IDNP\"", "\"subject\": null").contains("person"));
        assert!(spoilt("FamilyName", "Family Name").contains("family-name"));
        assert!(spoilt("\"Фамилия\"", "\" \"").contains("three languages"));
        assert!(spoilt("\"owner\"", "\"holder\"").contains("holder"));
    }

    #[test]
    fn search_finds_by_the_beginnings_of_words_in_the_reader_s_language() {
        let names = |words: &str, language| -> Vec<&str> {
            Catalogue::builtin().search(words, language).iter().map(|set| set.name.as_str()).collect()
        };
        assert_eq!(names("bunuri", Language::Ro).first(), Some(&"real-estates"));
        assert_eq!(names("НЕДВИЖ", Language::Ru).first(), Some(&"real-estates"));
        assert_eq!(names("cadastral", Language::En).first(), Some(&"cadastral-object"));
        assert_eq!(names("datorii locale", Language::Ro), ["debts"]);
        assert_eq!(names("", Language::En).len(), Catalogue::builtin().sets().len());
        assert!(names("zzz", Language::Ro).is_empty());
    }
}
