//! What a register is: declared by a module's manifest, kept by the host.

use crate::clock::Instant;
use crate::ids::Name;
use crate::ids::SubjectId;
use crate::value::{EntryRef, Fields, Value};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// The type of a field or input.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum FieldType {
    /// `flag`
    Flag,
    /// `integer`
    Integer,
    /// `money`, in bani.
    Money,
    /// `decimal`
    Decimal,
    /// `text`, at most 500 characters.
    Text,
    /// `long-text`, at most 10,000 characters.
    LongText,
    /// `choice:a|b|c`
    Choice(Vec<String>),
    /// `date`
    Date,
    /// `instant`
    Instant,
    /// `subject`
    Subject,
    /// `entry:REGISTER`
    Entry(Name),
    /// `document`
    Document,
    /// `cadastral`
    Cadastral,
    /// `iban`
    Iban,
    /// `phone`: text, always personal.
    Phone,
    /// `email`: text, always personal.
    Email,
    /// `treasury-iban`: an account of the State Treasury, into which taxes and fees are paid.
    TreasuryIban,
    /// `geometry`: a text, GeoJSON (see [`crate::geo`]).
    Geometry,
    /// `table-file:UPLOAD`: only as an input, as all that follow; the name of an upload schema.
    TableFile(Name),
    /// `file:pdf|jpeg|png`: an uploaded file of one of these kinds, which arrives as a document.
    File(Vec<FileKind>),
    /// `yes-no`: a question that is to be answered; arrives as a flag.
    YesNo,
    /// `period`: arrives as the dates `NAME.from` and `NAME.to`.
    Period,
    /// `address`: arrives as the texts `NAME.locality`, `NAME.street`, `NAME.house` and `NAME.flat`.
    Address,
    /// `group`: inputs that are asked for again and again; arrive as `NAME.1.INPUT`, `NAME.2.INPUT`…
    Group,
}

/// What an uploaded file may be. Known by its first bytes, whatever it is called.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FileKind {
    /// A PDF document.
    Pdf,
    /// A photograph.
    Jpeg,
    /// A picture.
    Png,
}

impl FileKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Pdf, Self::Jpeg, Self::Png];
    /// `pdf`
    pub fn code(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Jpeg => "jpeg",
            Self::Png => "png",
        }
    }
    /// From its code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
    /// The media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
        }
    }
    /// By its first bytes.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        let begins = |magic: &[u8]| bytes.starts_with(magic);
        match () {
            () if begins(b"%PDF-") => Some(Self::Pdf),
            () if begins(b"\xff\xd8\xff") => Some(Self::Jpeg),
            () if begins(b"\x89PNG\r\n\x1a\n") => Some(Self::Png),
            () => None,
        }
    }
}

/// The parts of an address, in their order; the locality and the house are always asked.
pub const ADDRESS_PARTS: [&str; 4] = ["locality", "street", "house", "flat"];
/// The parts of a period.
pub const PERIOD_PARTS: [&str; 2] = ["from", "to"];

/// The types that take nothing after their code.
const PLAIN: [&str; 20] = [
    "flag",
    "integer",
    "money",
    "decimal",
    "text",
    "long-text",
    "date",
    "instant",
    "subject",
    "document",
    "cadastral",
    "iban",
    "phone",
    "email",
    "treasury-iban",
    "geometry",
    "yes-no",
    "period",
    "address",
    "group",
];

impl JsonSchema for FieldType {
    fn schema_name() -> Cow<'static, str> {
        "FieldType".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let name = "[a-z][a-z0-9]*(-[a-z0-9]+)*";
        json_schema!({
            "description": "A type of values. `choice:a|b` lists codes, `entry:REGISTER` names a register, `table-file:UPLOAD` an upload, \
                            `file:pdf|jpeg|png` kinds of files.",
            "anyOf": [
                { "type": "string", "enum": PLAIN },
                { "type": "string", "pattern": "^choice:[^|]+(\\|[^|]+)*$" },
                { "type": "string", "pattern": format!("^(entry|table-file):{name}$") },
                { "type": "string", "pattern": "^file:(pdf|jpeg|png)(\\|(pdf|jpeg|png))*$" },
            ],
        })
    }
}

impl TryFrom<String> for FieldType {
    type Error = String;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        let (kind, rest) = text.split_once(':').unwrap_or((text.as_str(), ""));
        let name = || Name::new(rest).map_err(|error| error.to_string());
        let plain = |field: Self| if rest.is_empty() { Ok(field) } else { Err(format!("type '{text}' takes nothing after '{kind}'")) };
        match kind {
            "flag" => plain(Self::Flag),
            "integer" => plain(Self::Integer),
            "money" => plain(Self::Money),
            "decimal" => plain(Self::Decimal),
            "text" => plain(Self::Text),
            "long-text" => plain(Self::LongText),
            "date" => plain(Self::Date),
            "instant" => plain(Self::Instant),
            "subject" => plain(Self::Subject),
            "document" => plain(Self::Document),
            "cadastral" => plain(Self::Cadastral),
            "iban" => plain(Self::Iban),
            "phone" => plain(Self::Phone),
            "email" => plain(Self::Email),
            "treasury-iban" => plain(Self::TreasuryIban),
            "geometry" => plain(Self::Geometry),
            "yes-no" => plain(Self::YesNo),
            "period" => plain(Self::Period),
            "address" => plain(Self::Address),
            "group" => plain(Self::Group),
            "file" => {
                let kinds: Option<Vec<FileKind>> = rest.split('|').map(FileKind::from_code).collect();
                kinds.map(Self::File).ok_or_else(|| format!("type '{text}' names a kind of file other than pdf, jpeg and png"))
            }
            "entry" => name().map(Self::Entry),
            "table-file" => name().map(Self::TableFile),
            "choice" => {
                let choices: Vec<String> = rest.split('|').map(str::to_owned).collect();
                if choices.iter().any(String::is_empty) {
                    return Err(format!("type '{text}' lists an empty choice"));
                }
                Ok(Self::Choice(choices))
            }
            _ => Err(format!("'{text}' is not a field type")),
        }
    }
}
impl From<FieldType> for String {
    fn from(field: FieldType) -> Self {
        match field {
            FieldType::Flag => "flag".into(),
            FieldType::Integer => "integer".into(),
            FieldType::Money => "money".into(),
            FieldType::Decimal => "decimal".into(),
            FieldType::Text => "text".into(),
            FieldType::LongText => "long-text".into(),
            FieldType::Choice(choices) => format!("choice:{}", choices.join("|")),
            FieldType::Date => "date".into(),
            FieldType::Instant => "instant".into(),
            FieldType::Subject => "subject".into(),
            FieldType::Entry(name) => format!("entry:{name}"),
            FieldType::Document => "document".into(),
            FieldType::Cadastral => "cadastral".into(),
            FieldType::Iban => "iban".into(),
            FieldType::Phone => "phone".into(),
            FieldType::Email => "email".into(),
            FieldType::TableFile(name) => format!("table-file:{name}"),
            FieldType::TreasuryIban => "treasury-iban".into(),
            FieldType::Geometry => "geometry".into(),
            FieldType::File(kinds) => format!("file:{}", kinds.iter().map(|kind| kind.code()).collect::<Vec<_>>().join("|")),
            FieldType::YesNo => "yes-no".into(),
            FieldType::Period => "period".into(),
            FieldType::Address => "address".into(),
            FieldType::Group => "group".into(),
        }
    }
}

impl FieldType {
    /// Whether its values are words, which can be sealed.
    pub fn is_text(&self) -> bool {
        matches!(self, Self::Text | Self::LongText | Self::Phone | Self::Email)
    }
    /// Whether people are asked for it and no register keeps it.
    pub fn is_only_asked(&self) -> bool {
        matches!(self, Self::TableFile(_) | Self::File(_) | Self::YesNo | Self::Period | Self::Address | Self::Group)
    }
    /// Whether it comes with a form's files.
    pub fn is_file(&self) -> bool {
        matches!(self, Self::TableFile(_) | Self::File(_))
    }
    /// Whether a value is of this type (an empty one always is). Text lengths are counted in characters.
    pub fn admits(&self, value: &Value) -> bool {
        match (self, value) {
            (_, Value::None)
            | (Self::Flag | Self::YesNo, Value::Flag(_))
            | (Self::Integer, Value::Integer(_))
            | (Self::Decimal, Value::Decimal(_))
            | (Self::Date, Value::Date(_))
            | (Self::Instant, Value::Instant(_))
            | (Self::Subject, Value::Subject(_))
            | (Self::Document, Value::Document(_)) => true,
            (Self::Money, Value::Money(money)) => money.in_range(),
            (Self::Text | Self::Phone | Self::Email, Value::Text(text) | Value::Personal(text)) => text.chars().count() <= 500,
            (Self::LongText, Value::Text(text) | Value::Personal(text)) => text.chars().count() <= 10_000,
            (Self::Choice(choices), Value::Choice(code)) => choices.contains(code),
            (Self::Entry(register), Value::Entry(entry)) => entry.register == *register,
            (Self::Cadastral, Value::Cadastral(text)) => crate::ident::is_cadastral_number(text),
            (Self::Iban, Value::Iban(text)) => crate::ident::is_iban(text),
            (Self::TreasuryIban, Value::Iban(text)) => crate::ident::treasury_bank(text).is_some(),
            (Self::Geometry, Value::Text(text)) => crate::geo::Geometry::parse(text).is_ok(),
            _ => false,
        }
    }
}

/// A field of a register.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FieldSchema {
    /// Unique in the register.
    pub name: String,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: FieldType,
    /// Personal: sealed towards modules, shown only to those entitled, erasable beneath the audit chain.
    #[serde(default)]
    pub personal: bool,
    /// May not be empty.
    #[serde(default)]
    pub required: bool,
    /// May be filtered and sorted by.
    #[serde(default)]
    pub indexed: bool,
    /// Its words are searched (of a subject: name and identifier, by bound tables only).
    #[serde(default)]
    pub searchable: bool,
}

impl FieldSchema {
    /// Personal by declaration or by its type.
    pub fn is_personal(&self) -> bool {
        self.personal || matches!(self.kind, FieldType::Phone | FieldType::Email)
    }
}

/// How entries are numbered: without gaps, at commit. `{year}` is the civil year (a new year begins at 1), `{seq:6}` the sequence
/// padded to six digits.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Numbering(pub String);

/// Digits that a number is padded to at most: a manifest may say anything.
const MAX_DIGITS: usize = 20;

impl Numbering {
    /// The series that a number of this year belongs to: the pattern with the year filled in.
    pub fn series(&self, year: i32) -> String {
        self.0.replace("{year}", &year.to_string())
    }
    /// The number at this place of the series.
    pub fn number(&self, year: i32, sequence: i64) -> String {
        let series = self.series(year);
        let Some((before, rest)) = series.split_once("{seq") else { return format!("{series}{sequence}") };
        let Some((width, after)) = rest.split_once('}') else { return format!("{series}{sequence}") };
        let width: usize = width.trim_start_matches(':').parse().unwrap_or(1).min(MAX_DIGITS);
        format!("{before}{sequence:0>width$}{after}")
    }
}

/// A register, as the manifest declares it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RegisterSchema {
    /// Unique in the municipality.
    pub name: Name,
    /// Its fields.
    pub fields: Vec<FieldSchema>,
    /// Fields whose value is unique in the register, each a key of its own. Never personal ones: a module could guess them.
    #[serde(default)]
    pub unique: Vec<String>,
    /// How entries are numbered, if they are.
    #[serde(default)]
    pub numbering: Option<Numbering>,
}

impl RegisterSchema {
    /// The field of this name.
    pub fn field(&self, name: &str) -> Option<&FieldSchema> {
        self.fields.iter().find(|field| field.name == name)
    }
    /// Whether the field has rows in the key index: indexed, unique, or a subject or entry (so that corrections and relations find it).
    pub fn is_keyed(&self, field: &FieldSchema) -> bool {
        field.indexed || self.unique.contains(&field.name) || matches!(field.kind, FieldType::Subject | FieldType::Entry(_))
    }
}

/// An entry of a register, opened: personal fields are plain. Only the host holds these.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// Which one.
    pub at: EntryRef,
    /// Its number, if the register has numbering.
    pub number: Option<String>,
    /// 1 for a new entry, one more with each correction.
    pub version: u32,
    /// No longer open to corrections.
    pub closed: bool,
    /// When it was entered.
    pub opened: Instant,
    /// All fields, personal ones included; empty fields are absent.
    pub fields: Fields,
}

/// One change in an entry's history.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Change {
    /// The version that it made.
    pub version: u32,
    /// When.
    pub at: Instant,
    /// Who, if a person.
    pub by: Option<SubjectId>,
    /// Why, in the words of whoever changed it.
    pub reason: String,
    /// The fields that it gave a new value (empty ones as [`Value::None`]).
    pub fields: Fields,
}

/// How a condition compares.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Comparison {
    /// =
    Equal,
    /// ≠
    NotEqual,
    /// <
    Less,
    /// ≤
    AtMost,
    /// >
    More,
    /// ≥
    AtLeast,
    /// Has no value.
    IsEmpty,
    /// Has a value.
    IsNotEmpty,
}

/// A condition on a keyed field, or on `number`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Condition {
    /// The field.
    pub name: String,
    /// How to compare.
    pub comparison: Comparison,
    /// With what.
    pub value: Value,
}

/// A sorting by a keyed field, `number` or `opened`, or by `FIELD.name` of a subject field.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Sorting {
    /// The field.
    pub name: String,
    /// Largest first.
    pub descending: bool,
}

/// A query of a register.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Query {
    /// Which register.
    pub register: Name,
    /// All of these hold.
    pub all_of: Vec<Condition>,
    /// Words, each the beginning of a word of the entry.
    pub search: Option<String>,
    /// Sorted by these, then by entry.
    pub sort: Vec<Sorting>,
    /// Closed entries too.
    pub include_closed: bool,
}

/// How far a query may look. A module's never reaches personal words; a bound table's does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reach {
    /// On behalf of a module: personal fields and people's names are out of reach.
    Module,
    /// By the host itself, for someone entitled.
    Host,
}

/// A page of entries.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct EntryPage {
    /// At most as many as were asked for.
    pub entries: Vec<Entry>,
    /// How many match in all.
    pub total: u64,
}

/// A function over a group.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Function {
    /// How many entries.
    Count,
    /// The sum of a money or integer field.
    Sum,
    /// The least.
    Minimum,
    /// The greatest.
    Maximum,
}

/// A function over a field of the register.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Aggregate {
    /// Which function.
    pub function: Function,
    /// Of which field; ignored by [`Function::Count`].
    pub name: String,
}

/// A group of entries with its results.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bucket {
    /// The values that the group shares, in the order asked for.
    pub group: Vec<(String, Value)>,
    /// In the order asked for; [`Value::None`] over nothing.
    pub results: Vec<Value>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_follow_the_pattern() {
        let numbering = Numbering("IF-{year}-{seq:5}".into());
        assert_eq!(numbering.series(2026), "IF-2026-{seq:5}");
        assert_eq!(numbering.number(2026, 42), "IF-2026-00042");
        assert_eq!(numbering.number(2026, 123_456), "IF-2026-123456");
        assert_eq!(Numbering("{seq}".into()).number(2026, 7), "7");
    }

    #[test]
    fn types_read_and_write_alike() -> Result<(), String> {
        for text in ["flag", "money", "choice:a|b", "entry:accounts", "table-file:tax-roll", "file:pdf|png", "yes-no", "group", "geometry"]
        {
            assert_eq!(String::from(FieldType::try_from(text.to_owned())?), text);
        }
        for text in PLAIN {
            assert_eq!(String::from(FieldType::try_from(text.to_owned())?), text);
        }
        for text in ["", "moneys", "choice:", "choice:a||b", "money:x", "entry:", "entry:Ș", "file:", "file:exe", "group:x"] {
            assert!(FieldType::try_from(text.to_owned()).is_err(), "{text}");
        }
        Ok(())
    }
}
