//! The typed connection request (Government decision 211/2019): which data an institution asks for, on what legal basis and what for. A
//! document template prints it; the Agency answers within 30 days.

use super::{Catalogue, DataSet};
use crate::ident::Idno;
use crate::manifest::Language;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Who asks.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Institution {
    /// `Primăria Sculeni`.
    pub name: String,
    /// 13 digits.
    pub idno: String,
    /// Where it is.
    pub address: String,
    /// Whom the Agency may turn to: an office, not a person's private address.
    pub contact: String,
}

/// A data set that is asked for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RequestedSet {
    /// Its name in the catalogue.
    pub data_set: String,
    /// Which of its fields.
    pub fields: BTreeSet<String>,
    /// The law with its article. Becomes CallBasis.
    pub legal_basis: String,
    /// What for.
    pub purpose: String,
    /// Questions a day that are expected at most.
    pub questions_a_day: u32,
}

/// A connection request.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ConnectionRequest {
    /// Who asks.
    pub institution: Institution,
    /// The information system that will ask.
    pub system: String,
    /// The system certificate's serial number, by which MConnect will know it.
    pub certificate: String,
    /// For which data.
    pub sets: Vec<RequestedSet>,
    /// The day of the request.
    pub date: NaiveDate,
}

/// What keeps a request from being sent. The template shows it beside the place.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Wrong {
    /// Something that the form demands is empty.
    #[error("{0} is empty")]
    Empty(&'static str),
    /// The institution's number is none.
    #[error("the institution's IDNO is not one")]
    Idno,
    /// No data set is asked for.
    #[error("no data set is asked for")]
    Nothing,
    /// The catalogue has no such data set.
    #[error("there is no data set {0}")]
    NoSuchSet(String),
    /// The data set has no such field.
    #[error("the data set {set} has no field {field}")]
    NoSuchField {
        /// The data set.
        set: String,
        /// The field.
        field: String,
    },
    /// A data set is asked for twice.
    #[error("{0} is asked for twice")]
    Twice(String),
    /// CallBasis takes no more.
    #[error("the legal basis of {0} is longer than 256 characters")]
    LongBasis(String),
}

/// CallBasis, in characters.
pub const LONGEST_BASIS: usize = 256;

/// A line of the printed request: a data set with what is asked of it, in the reader's language.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Line {
    /// The data set's title.
    pub title: String,
    /// Who holds it.
    pub owner: String,
    /// The titles of the fields that are not personal.
    pub plain: Vec<String>,
    /// The titles of the personal fields.
    pub personal: Vec<String>,
    /// The law.
    pub legal_basis: String,
    /// What for.
    pub purpose: String,
    /// Questions a day at most.
    pub questions_a_day: u32,
}

impl ConnectionRequest {
    /// All that is wrong with it; nothing when it may be signed and sent.
    #[must_use]
    pub fn check(&self, catalogue: &Catalogue) -> Vec<Wrong> {
        let mut wrong = Vec::new();
        let Institution { name, idno, address, contact } = &self.institution;
        let required = [(name, "the institution's name"), (address, "the address"), (contact, "the contact"), (&self.system, "the system")];
        wrong.extend(required.into_iter().filter(|(text, _)| text.trim().is_empty()).map(|(_, what)| Wrong::Empty(what)));
        if Idno::new(idno).is_err() {
            wrong.push(Wrong::Idno);
        }
        if self.sets.is_empty() {
            wrong.push(Wrong::Nothing);
        }
        let mut seen = BTreeSet::new();
        for asked in &self.sets {
            if !seen.insert(&asked.data_set) {
                wrong.push(Wrong::Twice(asked.data_set.clone()));
            }
            if asked.fields.is_empty() {
                wrong.push(Wrong::Empty("the list of fields"));
            }
            if asked.legal_basis.trim().is_empty() {
                wrong.push(Wrong::Empty("the legal basis"));
            }
            if asked.legal_basis.chars().count() > LONGEST_BASIS {
                wrong.push(Wrong::LongBasis(asked.data_set.clone()));
            }
            if asked.purpose.trim().is_empty() {
                wrong.push(Wrong::Empty("the purpose"));
            }
            let Some(set) = catalogue.find(&asked.data_set) else {
                wrong.push(Wrong::NoSuchSet(asked.data_set.clone()));
                continue;
            };
            let strange = asked.fields.iter().filter(|field| set.fields_named(field).next().is_none());
            wrong.extend(strange.map(|field| Wrong::NoSuchField { set: asked.data_set.clone(), field: field.clone() }));
        }
        wrong
    }

    /// What a template prints, in the order asked. Data sets and fields that the catalogue does not have are left out: [`Self::check`] names them.
    #[must_use]
    pub fn lines(&self, catalogue: &Catalogue, language: Language) -> Vec<Line> {
        let known = self.sets.iter().filter_map(|asked| catalogue.find(&asked.data_set).map(|set| (asked, set)));
        known.map(|(asked, set)| line(asked, set, language)).collect()
    }
}

fn line(asked: &RequestedSet, set: &DataSet, language: Language) -> Line {
    let titles = |personal: bool| {
        let mut titles: Vec<String> = Vec::new();
        for field in set.fields.iter().filter(|field| asked.fields.contains(field.name.as_str()) && field.personal == personal) {
            let title = field.title.get(language).to_owned();
            if !titles.contains(&title) {
                titles.push(title);
            }
        }
        titles
    };
    Line {
        title: set.title.get(language).to_owned(),
        owner: set.owner.get(language).to_owned(),
        plain: titles(false),
        personal: titles(true),
        legal_basis: asked.legal_basis.clone(),
        purpose: asked.purpose.clone(),
        questions_a_day: asked.questions_a_day,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request() -> ConnectionRequest {
        ConnectionRequest {
            institution: Institution {
                name: "Primăria Sculeni".into(),
                idno: "1000000000007".into(),
                address: "str. Păcii 1, Sculeni".into(),
                contact: "secretariat@sculeni.exemplu.md".into(),
            },
            system: "Vatra".into(),
            certificate: "00aa".into(),
            sets: vec![RequestedSet {
                data_set: "real-estates".into(),
                fields: ["cadastral-number", "value"].map(str::to_owned).into(),
                legal_basis: "Codul fiscal nr. 1163/1997, art. 277".into(),
                purpose: "Evidența bunurilor impozabile".into(),
                questions_a_day: 200,
            }],
            date: NaiveDate::from_ymd_opt(2026, 9, 1).unwrap(),
        }
    }

    #[test]
    fn a_whole_request_is_printed_in_the_reader_s_language() {
        let request = request();
        assert_eq!(request.check(Catalogue::builtin()), []);
        let lines = request.lines(Catalogue::builtin(), Language::Ru);
        let line = lines.first().unwrap();
        assert_eq!((line.title.as_str(), line.plain.len(), line.personal.len()), ("Недвижимое имущество", 1, 1), "each title once");
        let json = serde_json::to_string(&request).unwrap();
        assert_eq!(serde_json::from_str::<ConnectionRequest>(&json).unwrap(), request);
    }

    #[test]
    fn what_is_wrong_is_named_all_at_once() {
        let mut wrong = request();
        wrong.institution.idno = "1000000000008".into();
        wrong.sets.push(wrong.sets[0].clone());
        wrong.sets[0].legal_basis = "x".repeat(257);
        wrong.sets[1].fields.insert("salary".into());
        wrong.sets.push(RequestedSet { data_set: "secrets".into(), purpose: " ".into(), ..wrong.sets[0].clone() });
        let found = wrong.check(Catalogue::builtin());
        let field = Wrong::NoSuchField { set: "real-estates".into(), field: "salary".into() };
        for expected in [Wrong::Idno, Wrong::Twice("real-estates".into()), Wrong::LongBasis("real-estates".into()), field] {
            assert!(found.contains(&expected), "{expected}");
        }
        assert!(found.contains(&Wrong::NoSuchSet("secrets".into())) && found.contains(&Wrong::Empty("the purpose")));
    }
}
