//! A module's manifest: what it shows, does, keeps and asks for.

mod asks;
mod place;
mod problems;
#[cfg(test)]
mod tests;

pub use asks::{BudgetRequest, CapabilityRequest, EventKind, Param};
pub use place::{At, Problem, Step};

use crate::budgets::Budget;
use crate::ids::Name;
use crate::jobs::Schedule;
use crate::register::{FieldType, Numbering, RegisterSchema};
use crate::services::ServiceSchema;
use crate::settings::SettingSchema;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Words in the three languages.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Localized {
    /// Romanian.
    pub ro: String,
    /// Russian.
    pub ru: String,
    /// English.
    pub en: String,
}

impl Localized {
    /// In this language.
    pub fn get(&self, language: Language) -> &str {
        match language {
            Language::Ro => &self.ro,
            Language::Ru => &self.ru,
            Language::En => &self.en,
        }
    }
}

/// The portal's languages; Romanian by default.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Romanian.
    #[default]
    Ro,
    /// Russian.
    Ru,
    /// English.
    En,
}

impl Language {
    /// All of them, in the order that the portal offers them.
    pub const ALL: [Self; 3] = [Self::Ro, Self::Ru, Self::En];
    /// `ro`, `ru`, `en`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Ro => "ro",
            Self::Ru => "ru",
            Self::En => "en",
        }
    }
    /// From its code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.code() == code)
    }
}

/// A typed input of an action, or parameter of a screen.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct InputSchema {
    /// Unique in the action.
    pub name: String,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: FieldType,
    /// May not be empty.
    #[serde(default)]
    pub required: bool,
    /// May come several times (ticked rows of a bound table).
    #[serde(default)]
    pub many: bool,
    /// Sealed towards the module (telephones and e-mail addresses always are). Only such an input may begin with a sealed value:
    /// otherwise a form would carry it back opened.
    #[serde(default)]
    pub personal: bool,
    /// Asked only when another input of the action has this value. What is not asked is not required and does not reach the module.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<When>,
    /// Asked once for each row of a grid: arrives as `ROW.NAME`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub per_row: bool,
    /// What a `group` asks each time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inputs: Vec<InputSchema>,
    /// How many times a `group` is given at most; 20 when it is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most: Option<u16>,
}

/// Another input of the action and the value that it must have.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct When {
    /// A choice, flag or yes-no question that is always asked itself.
    pub input: String,
    /// The choice's code; `yes` or `no`.
    pub is: String,
}

/// The most times that a group can be given.
pub const MOST_IN_GROUP: u16 = 50;

impl InputSchema {
    /// Personal by declaration or by its type.
    pub fn is_personal(&self) -> bool {
        self.personal || matches!(self.kind, FieldType::Phone | FieldType::Email)
    }

    /// An input of this type, with nothing said about it.
    pub fn plain(name: &str, kind: FieldType) -> Self {
        Self {
            name: name.to_owned(),
            kind,
            required: false,
            many: false,
            personal: false,
            when: None,
            per_row: false,
            inputs: Vec::new(),
            most: None,
        }
    }

    /// How many times a group is given at most.
    pub fn most_times(&self) -> usize {
        usize::from(self.most.unwrap_or(20).clamp(1, MOST_IN_GROUP))
    }

    /// What may decide whether others are asked: the values as they are sent.
    pub fn decides(&self) -> Vec<String> {
        match &self.kind {
            _ if self.many || self.when.is_some() || self.per_row => Vec::new(),
            FieldType::Choice(codes) => codes.clone(),
            // An unticked box is no answer.
            FieldType::Flag => vec!["yes".to_owned()],
            FieldType::YesNo => vec!["yes".to_owned(), "no".to_owned()],
            _ => Vec::new(),
        }
    }
}

/// The parameter and input by which a screen or action is about one entry.
pub const ENTRY: &str = "entry";
/// The input of a correction that says which version of the entry was seen.
pub const VERSION: &str = "version";
/// The input of a correction that says why.
pub const REASON: &str = "reason";

/// A screen.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ScreenSchema {
    /// Its place in the address.
    pub name: Name,
    /// Who may open it.
    pub roles: BTreeSet<Name>,
    /// Its words in the module's navigation; absent when it is reached from another screen only.
    #[serde(default)]
    pub navigation: Option<Localized>,
    /// What it is opened with.
    #[serde(default)]
    pub parameters: Vec<InputSchema>,
}

/// An action.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ActionSchema {
    /// Its place in the address.
    pub name: Name,
    /// Who may perform it.
    pub roles: BTreeSet<Name>,
    /// What it is performed with.
    #[serde(default)]
    pub inputs: Vec<InputSchema>,
    /// The register of which it corrects one entry: its inputs `entry` and `version` say which, as it was seen, and `reason` why. The host asks for
    /// the reason, keeps it in the entry's history, and lets nothing be overwritten that the person did not see.
    #[serde(default)]
    pub corrects: Option<Name>,
}

/// How a column of an uploaded table is read.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct UploadColumn {
    /// The field it becomes.
    pub field: String,
    /// The heading in the file; compared folded, so that old spellings match.
    pub heading: String,
    /// Other headings by which it is known: offered first when the file has another one.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub also: BTreeSet<String>,
    /// Its type; a `subject` column holds the IDNP or IDNO.
    #[serde(rename = "type")]
    pub kind: FieldType,
    /// Sealed towards the module.
    #[serde(default)]
    pub personal: bool,
    /// For choices: what the file writes, and the code it stands for.
    #[serde(default)]
    pub values: BTreeMap<String, String>,
    /// For a subject: the heading of the column with its name.
    #[serde(default)]
    pub name_heading: Option<String>,
    /// For a subject: the heading of the column that tells persons from companies.
    #[serde(default)]
    pub kind_heading: Option<String>,
    /// For a subject: what that column writes for a company; anything else is a person.
    #[serde(default)]
    pub company_values: BTreeSet<String>,
    /// Missing headings are an error unless the column may be absent.
    #[serde(default)]
    pub optional: bool,
}

/// A rule that rows are checked against.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RowRule {
    /// A subject's identifier has 13 digits.
    IdentifierLength,
    /// A company's check digit fits.
    IdnoCheckDigit,
    /// A person's check digit fits (a warning: some genuine numbers fail it).
    IdnpCheckDigit,
    /// An amount, integer or decimal can be read.
    Readable,
    /// An amount is not below zero.
    NotNegative,
    /// The date exists, written `dd.mm.yyyy` or `yyyy-mm-dd`.
    DateValid,
    /// A cadastral number is well formed.
    CadastralNumber,
    /// The cell is not empty.
    Filled,
    /// A choice is one of the listed.
    Listed,
    /// No accepted row before has the same value.
    Unique,
    /// The first column is not greater than the second.
    AtMostOther,
}

/// A rule, on columns, with a name for the report.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct UploadRule {
    /// The reason in the report: `amount-unreadable`.
    pub name: Name,
    /// What is checked.
    pub rule: RowRule,
    /// Fields that it is checked on.
    pub fields: Vec<String>,
    /// Rejects the row (default), or only warns.
    #[serde(default = "yes")]
    pub rejects: bool,
    /// What the rule means and how to mend it, for the report.
    pub words: Localized,
}

fn yes() -> bool {
    true
}

/// A table that people may upload.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct UploadSchema {
    /// Named by an input of type `table-file:NAME`.
    pub name: Name,
    /// At most this many data rows.
    pub max_rows: u32,
    /// Its columns.
    pub columns: Vec<UploadColumn>,
    /// Checked in this order; the first that rejects names the reason. Warnings are looked for in accepted rows only.
    pub rules: Vec<UploadRule>,
}

/// A field of a document that its public check page shows to anyone who has the code.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ShownField {
    /// The field, as the module fills it in.
    pub name: String,
    /// Its words.
    pub title: Localized,
}

/// A template that documents are made from. Its files lie in the package under `templates/NAME/`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct TemplateSchema {
    /// Unique in the module.
    pub name: Name,
    /// The document type: `tax-notice`. Documents of one type are numbered together.
    pub kind: Name,
    /// What the type is called, also on the public check page.
    pub title: Localized,
    /// How documents of the type are numbered when they are issued, if they are.
    #[serde(default)]
    pub numbering: Option<Numbering>,
    /// Years from issue for which a document is kept; for ever when absent.
    #[serde(default)]
    pub retention_years: Option<u32>,
    /// What the check page shows to anyone besides type, issuer, number and dates.
    #[serde(default)]
    pub shown: Vec<ShownField>,
}

/// Long work of the module, done in steps by its export `jobs`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct JobSchema {
    /// Unique in the module.
    pub name: Name,
    /// What people read while it runs.
    pub title: Localized,
    /// Who may see how far it is, and stop it.
    pub roles: BTreeSet<Name>,
    /// Whether only one of it may be under way. What its schedule brings waits for the one before.
    #[serde(default = "yes")]
    pub one_at_a_time: bool,
    /// When it comes round by itself.
    #[serde(default)]
    pub schedule: Option<Schedule>,
}

/// A kind of tasks that the module opens.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct TaskSchema {
    /// The stable code.
    pub kind: Name,
    /// What it is called.
    pub title: Localized,
}

/// Which world a module is written against.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum World {
    /// The officials' portal.
    RoleModule,
    /// The EVO phone app.
    EvoModule,
}

/// The manifest.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Manifest {
    /// The module's name.
    pub name: Name,
    /// Semantic version: `1.4.0`.
    pub version: String,
    /// Under which licence, as an SPDX expression: `MIT OR Apache-2.0`.
    pub licence: String,
    /// The world it is written against.
    pub world: World,
    /// Who publishes it, for people.
    pub publisher: String,
    /// Who publishes it, for machines: what the publisher's keys and its part of a registry are called by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publisher_id: Option<Name>,
    /// The hosts that can run it: `>=0.1.0`. Any when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requires_host: Option<String>,
    /// Its title.
    pub title: Localized,
    /// What it does, in a sentence.
    pub description: Localized,
    /// The screen it opens with.
    pub home: Name,
    /// The roles it knows, with their titles. A module of EVO has none: its screens and actions are for
    /// [`CITIZEN`](crate::call::CITIZEN) or [`GUEST`](crate::call::GUEST).
    #[serde(default)]
    pub roles: BTreeMap<Name, Localized>,
    /// The capabilities it asks for. The imports of the component that need a grant must be among them.
    #[serde(default)]
    pub capabilities: BTreeMap<Name, CapabilityRequest>,
    /// Budgets above the usual that its calls need.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub budgets: BTreeMap<Budget, BudgetRequest>,
    /// What it hears of; it exports `vatra:modules/events` then.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub events: BTreeSet<EventKind>,
    /// Its screens.
    pub screens: Vec<ScreenSchema>,
    /// Its actions.
    #[serde(default)]
    pub actions: Vec<ActionSchema>,
    /// Its registers.
    #[serde(default)]
    pub registers: Vec<RegisterSchema>,
    /// Tables that it takes.
    #[serde(default)]
    pub uploads: Vec<UploadSchema>,
    /// Templates of its documents.
    #[serde(default)]
    pub templates: Vec<TemplateSchema>,
    /// Its long work.
    #[serde(default)]
    pub jobs: Vec<JobSchema>,
    /// The kinds of its tasks.
    #[serde(default)]
    pub tasks: Vec<TaskSchema>,
    /// Settings of the municipality that it goes by.
    #[serde(default)]
    pub settings: Vec<SettingSchema>,
    /// Public services that it takes applications for.
    #[serde(default)]
    pub services: Vec<ServiceSchema>,
}

impl Manifest {
    /// Its version, where it is semantic.
    ///
    /// # Errors
    /// What is wrong with it. A manifest without problems has none.
    pub fn semver(&self) -> Result<semver::Version, semver::Error> {
        self.version.parse()
    }
    /// Whether a host of this version can run it. Of a host before its release the release counts.
    pub fn runs_on(&self, host: &semver::Version) -> bool {
        let released = semver::Version::new(host.major, host.minor, host.patch);
        self.requires_host.as_ref().is_none_or(|wanted| wanted.parse::<semver::VersionReq>().is_ok_and(|wanted| wanted.matches(&released)))
    }
    /// The screen of this name.
    pub fn screen(&self, name: &str) -> Option<&ScreenSchema> {
        self.screens.iter().find(|screen| screen.name.as_str() == name)
    }
    /// The action of this name.
    pub fn action(&self, name: &str) -> Option<&ActionSchema> {
        self.actions.iter().find(|action| action.name.as_str() == name)
    }
    /// Where an entry of this register is shown to somebody with these roles: a screen that is opened with nothing but the entry. Whoever may open it
    /// may read the register's entries.
    pub fn entry_screen(&self, register: &str, roles: &BTreeSet<Name>) -> Option<&Name> {
        let shows = |screen: &&ScreenSchema| {
            let is_entry = |input: &InputSchema| {
                input.name == ENTRY && !input.many && matches!(&input.kind, FieldType::Entry(of) if of.as_str() == register)
            };
            !screen.roles.is_disjoint(roles)
                && screen.parameters.iter().any(is_entry)
                && screen.parameters.iter().all(|input| input.name == ENTRY || !input.required)
        };
        // The one that is opened with nothing else comes first.
        let all = || self.screens.iter().filter(shows);
        all()
            .find(|screen| screen.parameters.iter().any(|input| input.name == ENTRY && input.required))
            .or_else(|| all().next())
            .map(|screen| &screen.name)
    }
    /// The register of this name.
    pub fn register(&self, name: &str) -> Option<&RegisterSchema> {
        self.registers.iter().find(|register| register.name.as_str() == name)
    }
    /// The upload schema of this name.
    pub fn upload(&self, name: &str) -> Option<&UploadSchema> {
        self.uploads.iter().find(|upload| upload.name.as_str() == name)
    }
    /// The template of this name.
    pub fn template(&self, name: &str) -> Option<&TemplateSchema> {
        self.templates.iter().find(|template| template.name.as_str() == name)
    }
    /// The job of this name.
    pub fn job(&self, name: &str) -> Option<&JobSchema> {
        self.jobs.iter().find(|job| job.name.as_str() == name)
    }
    /// The kind of tasks with this code.
    pub fn task(&self, kind: &str) -> Option<&TaskSchema> {
        self.tasks.iter().find(|task| task.kind.as_str() == kind)
    }
    /// The setting of this name.
    pub fn setting(&self, name: &str) -> Option<&SettingSchema> {
        self.settings.iter().find(|setting| setting.name.as_str() == name)
    }
    /// The service of this code.
    pub fn service(&self, code: &str) -> Option<&ServiceSchema> {
        self.services.iter().find(|service| service.code.as_str() == code)
    }
    /// Years for which documents of this type are kept; for ever when no template of the type says otherwise.
    pub fn retention_years(&self, kind: &str) -> Option<u32> {
        self.templates.iter().find(|template| template.kind.as_str() == kind)?.retention_years
    }
}
