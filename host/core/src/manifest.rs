//! A module's manifest: what it shows, does, keeps and asks for.

use crate::ids::Name;
use crate::jobs::Schedule;
use crate::register::{FieldType, Numbering, RegisterSchema};
use crate::settings::SettingSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Words in the three languages.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
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
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
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

/// One parameter of a capability: what is asked for, or what is granted.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Param {
    /// At most this number (bani for a ceiling).
    AtMost(i64),
    /// Any of these.
    Set(BTreeSet<String>),
}

/// A capability that the module asks for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct CapabilityRequest {
    /// What for: shown to whoever grants it.
    pub purpose: Localized,
    /// The law that the use rests on.
    #[serde(default)]
    pub legal_basis: String,
    /// The widest it will ever need: `services = ["local-tax"]`, `ceiling = 10000000`.
    #[serde(default)]
    pub parameters: BTreeMap<String, Param>,
}

/// A typed input of an action, or parameter of a screen.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
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
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
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

/// A screen.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
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
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ActionSchema {
    /// Its place in the address.
    pub name: Name,
    /// Who may perform it.
    pub roles: BTreeSet<Name>,
    /// What it is performed with.
    #[serde(default)]
    pub inputs: Vec<InputSchema>,
}

/// How a column of an uploaded table is read.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct UploadColumn {
    /// The field it becomes.
    pub field: String,
    /// The heading in the file; compared folded, so that old spellings match.
    pub heading: String,
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
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
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
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
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
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
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
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ShownField {
    /// The field, as the module fills it in.
    pub name: String,
    /// Its words.
    pub title: Localized,
}

/// A template that documents are made from. Its files lie in the package under `templates/NAME/`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
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
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
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
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct TaskSchema {
    /// The stable code.
    pub kind: Name,
    /// What it is called.
    pub title: Localized,
}

/// Which world a module is written against.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum World {
    /// The officials' portal.
    RoleModule,
    /// The EVO phone app.
    EvoModule,
}

/// The manifest.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Manifest {
    /// The module's name.
    pub name: Name,
    /// Semantic version.
    pub version: String,
    /// The world it is written against.
    pub world: World,
    /// Who publishes it.
    pub publisher: String,
    /// Its title.
    pub title: Localized,
    /// What it does, in a sentence.
    pub description: Localized,
    /// The screen it opens with.
    pub home: Name,
    /// The roles it knows, with their titles.
    pub roles: BTreeMap<Name, Localized>,
    /// The capabilities it asks for. The imports of the component that need a grant must be among them.
    #[serde(default)]
    pub capabilities: BTreeMap<Name, CapabilityRequest>,
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
}

impl Manifest {
    /// The screen of this name.
    pub fn screen(&self, name: &str) -> Option<&ScreenSchema> {
        self.screens.iter().find(|screen| screen.name.as_str() == name)
    }
    /// The action of this name.
    pub fn action(&self, name: &str) -> Option<&ActionSchema> {
        self.actions.iter().find(|action| action.name.as_str() == name)
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
    /// Years for which documents of this type are kept; for ever when no template of the type says otherwise.
    pub fn retention_years(&self, kind: &str) -> Option<u32> {
        self.templates.iter().find(|template| template.kind.as_str() == kind)?.retention_years
    }

    /// What is inconsistent, each in a sentence; empty when the manifest is whole.
    pub fn problems(&self) -> Vec<String> {
        let mut out = Vec::new();
        if self.screen(self.home.as_str()).is_none() {
            out.push(format!("home screen '{}' is not declared", self.home));
        }
        let mut seen = BTreeSet::new();
        for screen in &self.screens {
            if !seen.insert(("screen", screen.name.to_string())) {
                out.push(format!("screen '{}' is declared twice", screen.name));
            }
            self.check_roles(&format!("screen '{}'", screen.name), &screen.roles, &mut out);
            self.check_inputs(&format!("screen '{}'", screen.name), &screen.parameters, &mut out);
        }
        for action in &self.actions {
            if !seen.insert(("action", action.name.to_string())) {
                out.push(format!("action '{}' is declared twice", action.name));
            }
            self.check_roles(&format!("action '{}'", action.name), &action.roles, &mut out);
            self.check_inputs(&format!("action '{}'", action.name), &action.inputs, &mut out);
        }
        for register in &self.registers {
            if !seen.insert(("register", register.name.to_string())) {
                out.push(format!("register '{}' is declared twice", register.name));
            }
            let mut fields = BTreeSet::new();
            for field in &register.fields {
                let plain = Name::new(&field.name).is_ok() && !["number", "version", "opened", "closed"].contains(&field.name.as_str());
                if !plain || !fields.insert(&field.name) {
                    out.push(format!("register '{}': field name '{}' is not usable or not unique", register.name, field.name));
                }
                if field.personal && !field.kind.is_text() {
                    out.push(format!(
                        "register '{}': field '{}' is personal, so it must be a text, telephone or e-mail address",
                        register.name, field.name
                    ));
                }
                if field.kind.is_only_asked() {
                    let kind = String::from(field.kind.clone());
                    out.push(format!(
                        "register '{}': field '{}' cannot be a '{kind}': that is a type of inputs",
                        register.name, field.name
                    ));
                }
            }
            for key in &register.unique {
                match register.field(key) {
                    None => out.push(format!("register '{}': unique key '{key}' is not a field", register.name)),
                    Some(field) if field.is_personal() => {
                        out.push(format!("register '{}': unique key '{key}' is personal, so that it could be guessed", register.name));
                    }
                    Some(_) => {}
                }
            }
        }
        for upload in &self.uploads {
            if !seen.insert(("upload", upload.name.to_string())) {
                out.push(format!("upload '{}' is declared twice", upload.name));
            }
            for rule in &upload.rules {
                for field in &rule.fields {
                    if !upload.columns.iter().any(|column| column.field == *field) {
                        out.push(format!("upload '{}': rule '{}' names the unknown field '{field}'", upload.name, rule.name));
                    }
                }
                if rule.rule == RowRule::AtMostOther && rule.fields.len() != 2 {
                    out.push(format!("upload '{}': rule '{}' compares two fields", upload.name, rule.name));
                }
            }
        }
        for setting in &self.settings {
            if !seen.insert(("setting", setting.name.to_string())) {
                out.push(format!("setting '{}' is declared twice", setting.name));
            }
            out.extend(setting.problems());
        }
        for template in &self.templates {
            if !seen.insert(("template", template.name.to_string())) {
                out.push(format!("template '{}' is declared twice", template.name));
            }
            if template.numbering.as_ref().is_some_and(|numbering| !numbering.0.contains("{seq")) {
                out.push(format!("template '{}': its numbering has no '{{seq}}', so that every number would be the same", template.name));
            }
            if template.retention_years == Some(0) || template.retention_years > Some(1_000) {
                out.push(format!("template '{}': documents are kept from 1 to 1000 years, or for ever", template.name));
            }
        }
        self.check_work(&mut out);
        out
    }

    /// Jobs and kinds of tasks.
    fn check_work(&self, out: &mut Vec<String>) {
        let mut seen = BTreeSet::new();
        for job in &self.jobs {
            let what = format!("job '{}'", job.name);
            if !seen.insert(("job", &job.name)) {
                out.push(format!("{what} is declared twice"));
            }
            self.check_roles(&what, &job.roles, out);
            if job.schedule.as_ref().is_some_and(|schedule| !schedule.is_valid()) {
                out.push(format!("{what}: its schedule says a day or time that there is not: write `at = \"05:30\"`, `on = \"01-15\"`"));
            }
        }
        for task in &self.tasks {
            if !seen.insert(("task", &task.kind)) {
                out.push(format!("task kind '{}' is declared twice", task.kind));
            }
        }
        for (declared, capability) in [(!self.jobs.is_empty(), crate::jobs::SERVICE), (!self.tasks.is_empty(), crate::tasks::SERVICE)] {
            if declared && !self.capabilities.contains_key(capability) {
                out.push(format!("it declares {capability}, and does not ask for the capability '{capability}'"));
            }
        }
    }

    fn check_roles(&self, what: &str, roles: &BTreeSet<Name>, out: &mut Vec<String>) {
        for role in roles {
            if !self.roles.contains_key(role) {
                out.push(format!("{what} names the unknown role '{role}'"));
            }
        }
        if roles.is_empty() {
            out.push(format!("{what} is open to nobody: name its roles"));
        }
    }

    fn check_inputs(&self, what: &str, inputs: &[InputSchema], out: &mut Vec<String>) {
        let mut names = BTreeSet::new();
        for input in inputs {
            let said = |problem: &str| format!("{what}: input '{}' {problem}", input.name);
            if Name::new(&input.name).is_err() || !names.insert(&input.name) {
                out.push(format!("{what}: input name '{}' is not usable or not unique", input.name));
            }
            if let FieldType::TableFile(upload) = &input.kind
                && self.upload(upload.as_str()).is_none()
            {
                out.push(said(&format!("takes the unknown upload '{upload}'")));
            }
            if let Some(when) = &input.when {
                match inputs.iter().find(|other| other.name == when.input && other.name != input.name) {
                    Some(other) if other.decides().contains(&when.is) => {}
                    _ => out.push(said(&format!(
                        "is asked when '{}' is '{}', which is not a value of a choice, flag or yes-no question that is always asked",
                        when.input, when.is
                    ))),
                }
            }
            let group = input.kind == FieldType::Group;
            if group == input.inputs.is_empty() || (!group && input.most.is_some()) {
                out.push(said("has inputs of its own if and only if it is a 'group'; only a group says 'most'"));
            }
            if input.most.is_some_and(|most| !(1..=MOST_IN_GROUP).contains(&most)) {
                out.push(said(&format!("is given from 1 to {MOST_IN_GROUP} times")));
            }
            if input
                .inputs
                .iter()
                .any(|inner| inner.kind.is_file() || inner.kind == FieldType::Group || inner.when.is_some() || inner.per_row)
            {
                out.push(said("asks each time only for what is neither a file, a group, conditional nor 'per-row'"));
            }
            if (group || input.kind.is_file() || matches!(input.kind, FieldType::Period | FieldType::Address))
                && (input.many || input.per_row)
            {
                out.push(said("cannot be 'many' or 'per-row': it is one by its type"));
            }
            if input.per_row && input.when.is_some() {
                out.push(said("is asked in every row, so that it has no 'when'"));
            }
            self.check_inputs(&format!("{what}, group '{}'", input.name), &input.inputs, out);
        }
    }
}
