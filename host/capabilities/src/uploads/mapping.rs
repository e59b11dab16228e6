//! Which column of a file is which of the schema: as its headings say, as can be guessed, or as somebody chose.

use super::source::Outline;
use super::table::FileError;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use vatra_core::fold::{fold, words};
use vatra_core::manifest::{UploadColumn, UploadSchema};
use vatra_core::register::FieldType;

/// What of a column is meant: a subject's is up to three columns of a file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Part {
    /// The value itself; a subject's IDNP or IDNO.
    Value,
    /// A subject's name.
    Name,
    /// What tells persons from companies.
    Kind,
}

/// Something that a column of the file has to be found for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Target<'a> {
    /// By which a mapping names it: `FIELD`, `FIELD.name`, `FIELD.kind`.
    pub key: String,
    /// The heading that the schema expects.
    pub heading: &'a str,
    /// Its column of the schema.
    pub column: &'a UploadColumn,
    /// Which part of it.
    pub part: Part,
    /// Whether rows can be read without it.
    pub required: bool,
}

fn key(field: &str, part: Part) -> String {
    match part {
        Part::Value => field.to_owned(),
        Part::Name => format!("{field}.name"),
        Part::Kind => format!("{field}.kind"),
    }
}

/// Everything that a schema looks for, in its order.
pub fn targets(schema: &UploadSchema) -> Vec<Target<'_>> {
    schema.columns.iter().flat_map(of).collect()
}

fn of(column: &UploadColumn) -> Vec<Target<'_>> {
    let target = |heading, part, required| Target { key: key(&column.field, part), heading, column, part, required };
    let mut all = vec![target(column.heading.as_str(), Part::Value, !column.optional)];
    all.extend(column.name_heading.as_deref().map(|heading| target(heading, Part::Name, !column.optional)));
    // The number tells persons from companies, too.
    all.extend(column.kind_heading.as_deref().map(|heading| target(heading, Part::Kind, false)));
    all
}

/// The sign before decimals.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mark {
    /// Comma or point: each number for itself, as people write them.
    #[default]
    Either,
    /// A comma; points group thousands.
    Comma,
    /// A point; commas group thousands.
    Point,
}

/// Which column of a file is what, and how it writes what can be read in two ways.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Mapping {
    /// The sheet, from 0; 0 for a text.
    pub sheet: usize,
    /// The line of the headings.
    pub line: u32,
    /// What separates the cells of a text.
    pub delimiter: u8,
    /// Columns of the file, from 0, by the target's key. What is not there is left out.
    pub places: BTreeMap<String, usize>,
    /// Whether `03/04/2026` is in March.
    #[serde(default)]
    pub month_first: bool,
    /// The sign before decimals.
    #[serde(default)]
    pub mark: Mark,
}

/// A mapping without a word of the file: columns are named by their place among the sorted headings, so that their order in the next file does not
/// matter and nothing is kept of a file that begins with somebody's data.
#[derive(Serialize, Deserialize)]
struct Kept {
    places: BTreeMap<String, usize>,
    month_first: bool,
    mark: Mark,
}

fn ranked(headings: &[String]) -> Vec<(String, usize)> {
    let mut ranked: Vec<(String, usize)> = headings.iter().enumerate().map(|(at, heading)| (plain(heading), at)).collect();
    ranked.sort();
    ranked
}

impl Mapping {
    /// The column of the file that holds this.
    pub(super) fn place(&self, field: &str, part: Part) -> Option<usize> {
        self.places.get(&key(field, part)).copied()
    }

    /// What is wrong with it for this file: the target's key and a rule's code.
    pub fn problems(&self, schema: &UploadSchema, outline: &Outline) -> Vec<(String, &'static str)> {
        let mut taken = BTreeSet::new();
        let mut out = Vec::new();
        for target in targets(schema) {
            match self.places.get(&target.key) {
                None if target.required => out.push((target.key, "required")),
                None => {}
                Some(at) if *at >= outline.headings.len() => out.push((target.key, "choice")),
                Some(at) if !taken.insert(*at) => out.push((target.key, "column-twice")),
                Some(_) => {}
            }
        }
        out
    }

    /// To be remembered for files with the same headings.
    pub fn to_keep(&self, outline: &Outline) -> String {
        let ranked = ranked(&outline.headings);
        let rank = |at: usize| ranked.iter().position(|(_, place)| *place == at);
        let places = self.places.iter().filter_map(|(key, at)| Some((key.clone(), rank(*at)?))).collect();
        serde_json::to_string(&Kept { places, month_first: self.month_first, mark: self.mark }).unwrap_or_default()
    }

    /// What was remembered, for this file; none when it does not fit it any more.
    pub fn kept(text: &str, schema: &UploadSchema, outline: &Outline) -> Option<Self> {
        let kept: Kept = serde_json::from_str(text).ok()?;
        let ranked = ranked(&outline.headings);
        let known: BTreeSet<String> = targets(schema).into_iter().map(|target| target.key).collect();
        let place = |(key, rank): (String, usize)| ranked.get(rank).filter(|_| known.contains(&key)).map(|(_, at)| (key, *at));
        let places = kept.places.into_iter().filter_map(place).collect();
        let mapping = Self { places, month_first: kept.month_first, mark: kept.mark, ..outline.mapping() };
        mapping.problems(schema, outline).is_empty().then_some(mapping)
    }
}

impl Outline {
    /// A mapping of nothing, for this sheet of the file.
    pub fn mapping(&self) -> Mapping {
        Mapping { sheet: self.sheet, line: self.line, delimiter: self.delimiter, ..Mapping::default() }
    }

    /// The mapping by headings that are all there.
    ///
    /// # Errors
    /// [`FileError::MissingColumns`], by the headings that the schema expects.
    pub fn exact(&self, schema: &UploadSchema) -> Result<Mapping, FileError> {
        let found: Vec<String> = self.headings.iter().map(|heading| plain(heading)).collect();
        let mut mapping = self.mapping();
        let mut missing = Vec::new();
        for target in targets(schema) {
            let wanted = plain(target.heading);
            match found.iter().position(|heading| *heading == wanted) {
                Some(at) => {
                    mapping.places.insert(target.key, at);
                }
                None if !target.column.optional => missing.push(target.heading.to_owned()),
                None => {}
            }
        }
        if missing.is_empty() { Ok(mapping) } else { Err(FileError::MissingColumns(missing)) }
    }

    /// By which files with the same headings, in whatever order, are known. Says nothing of them.
    pub fn headings_digest(&self) -> String {
        let mut hasher = Sha256::new();
        for (heading, _) in ranked(&self.headings) {
            hasher.update((heading.len() as u64).to_be_bytes());
            hasher.update(heading.as_bytes());
        }
        hex::encode(hasher.finalize())
    }
}

/// A heading without case, diacritics and doubled spaces.
pub(super) fn plain(heading: &str) -> String {
    fold(&heading.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Words by which columns of a type or part are often headed.
fn usual(target: &Target<'_>) -> &'static [&'static str] {
    match (target.part, &target.column.kind) {
        (Part::Value, FieldType::Subject) => &[
            "idnp",
            "idno",
            "idnp/idno",
            "idno/idnp",
            "idnp / idno",
            "cod personal",
            "cod fiscal",
            "codul fiscal",
            "фискальный код",
            "идентификационный номер",
        ],
        (Part::Name, _) => &[
            "nume",
            "numele",
            "nume prenume",
            "numele si prenumele",
            "nume, prenume",
            "denumire",
            "denumirea",
            "contribuabil",
            "фио",
            "ф.и.о.",
            "наименование",
            "name",
        ],
        (Part::Kind, _) => &["tip", "tipul", "tip persoana", "persoana", "f/j", "тип"],
        (_, FieldType::Phone) => &["telefon", "tel", "tel.", "mobil", "nr. telefon", "телефон", "phone"],
        (_, FieldType::Email) => &["email", "e-mail", "posta electronica", "эл. почта", "почта"],
        (_, FieldType::Cadastral) => &["nr. cadastral", "numar cadastral", "numarul cadastral", "cod cadastral", "кадастровый номер"],
        (_, FieldType::Iban | FieldType::TreasuryIban) => &["iban", "cont iban", "cod iban"],
        _ => &[],
    }
}

/// How well a heading names a target, from 0 to 100.
fn likeness(target: &Target<'_>, heading: &str) -> u32 {
    let (wanted, found) = (plain(target.heading), plain(heading));
    if found.is_empty() {
        return 0;
    }
    if wanted == found {
        return 100;
    }
    if target.part == Part::Value && target.column.also.iter().any(|other| plain(other) == found) {
        return 90;
    }
    if usual(target).contains(&found.as_str()) {
        return 70;
    }
    // Units are in too many headings to say anything.
    let telling = |text: &str| words(text).into_iter().filter(|word| word.chars().count() > 3).collect::<Vec<_>>();
    let (wanted, found) = (telling(&wanted), telling(&found));
    // `impozitul` is the same word as `impozit`, `sum` is not the same as `sumar`.
    let same = |a: &String, b: &String| {
        let (short, long) = if a.chars().count() <= b.chars().count() { (a, b) } else { (b, a) };
        a == b || (short.chars().count() >= 4 && long.starts_with(short.as_str()) && long.chars().count() - short.chars().count() <= 3)
    };
    let shared = wanted.iter().filter(|word| found.iter().any(|other| same(word, other))).count();
    let all = wanted.len() + found.len() - shared.min(found.len());
    let shared = u32::try_from(shared).unwrap_or_default() * 60;
    let score = shared / u32::try_from(all).unwrap_or(u32::MAX).max(1);
    if score >= 20 { score } else { 0 }
}

/// The likeliest column for each target, each column for one.
pub fn guess(schema: &UploadSchema, headings: &[String]) -> BTreeMap<String, usize> {
    let targets = targets(schema);
    let mut pairs: Vec<(u32, usize, usize)> = Vec::new();
    for (index, target) in targets.iter().enumerate() {
        pairs.extend(headings.iter().enumerate().map(|(at, heading)| (likeness(target, heading), index, at)).filter(|pair| pair.0 > 0));
    }
    pairs.sort_by_key(|(score, index, at)| (std::cmp::Reverse(*score), *index, *at));
    let (mut places, mut taken) = (BTreeMap::new(), BTreeSet::new());
    for (_, index, at) in pairs {
        let Some(target) = targets.get(index) else { continue };
        if !taken.contains(&at) && !places.contains_key(&target.key) {
            places.insert(target.key.clone(), at);
            taken.insert(at);
        }
    }
    places
}
