//! What a municipality settled once for everyone: its address and accounts, its days off, the rates that its council set. Each setting has a
//! schema, of the host's own or of a module's manifest, and belongs to a date: what held before keeps holding for the dates before.

use crate::clock::Instant;
use crate::ids::{DocumentId, Name, SubjectId};
use crate::manifest::{At, InputSchema, Localized, Problem};
use crate::register::FieldType;
use crate::value::{Fields, Value};
use crate::workdays::WorkingDays;
use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// Rows of one setting at most.
pub const MOST_ROWS: usize = 500;

/// One field of a setting.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SettingField {
    /// Unique in the setting.
    pub name: String,
    /// Its words.
    pub title: Localized,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: FieldType,
    /// May not be empty.
    #[serde(default)]
    pub required: bool,
    /// Words of the codes of a choice.
    #[serde(default)]
    pub choices: BTreeMap<String, Localized>,
}

/// A setting as it is declared.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SettingSchema {
    /// One in a municipality: modules that declare the same one share it.
    pub name: Name,
    /// Its words.
    pub title: Localized,
    /// What it is for and who decides it.
    #[serde(default)]
    pub hint: Option<Localized>,
    /// Of each row; of a setting with one value, one called `value`.
    pub fields: Vec<SettingField>,
    /// Has many rows.
    #[serde(default)]
    pub many: bool,
    /// Rests on a decision of the local council, which is named with each change.
    #[serde(default)]
    pub by_decision: bool,
}

impl SettingSchema {
    /// As the inputs of a form.
    pub fn inputs(&self) -> Vec<InputSchema> {
        let input = |field: &SettingField| InputSchema { required: field.required, ..InputSchema::plain(&field.name, field.kind.clone()) };
        self.fields.iter().map(input).collect()
    }

    /// What is wrong with it, and where in it.
    pub fn problems(&self) -> Vec<Problem> {
        let mut out = Vec::new();
        let mut say = |code, at, what: String| out.push(Problem::new(code, at, format!("setting '{}'{what}", self.name)));
        let mut names = BTreeSet::new();
        for (index, field) in self.fields.iter().enumerate() {
            let at = At::root().key("fields").index(index);
            if Name::new(&field.name).is_err() || !names.insert(&field.name) {
                say("field-name", at.key("name"), format!(": field name '{}' is not usable or not unique", field.name));
            }
            if let FieldType::Choice(codes) = &field.kind
                && codes.iter().any(|code| !field.choices.contains_key(code))
            {
                say("no-words", at.key("choices"), format!(": field '{}' has choices without words", field.name));
            }
            if matches!(field.kind, FieldType::Subject | FieldType::Entry(_) | FieldType::TableFile(_) | FieldType::Document) {
                say("field-type", at.key("type"), format!(": field '{}' cannot be of this type", field.name));
            }
        }
        if self.fields.is_empty() {
            say("no-fields", At::root().key("fields"), " has no fields".to_owned());
        }
        if HOST.iter().any(|own| own.name == self.name) {
            say("name-of-the-host", At::root().key("name"), " is the host's own: choose another name".to_owned());
        }
        out
    }

    /// Whether rows are of this shape.
    ///
    /// # Errors
    /// The field and the rule that it breaks.
    pub fn check(&self, rows: &[Fields]) -> Result<(), (String, &'static str)> {
        if rows.len() > MOST_ROWS {
            return Err(("rows".to_owned(), "too-many"));
        }
        if !self.many && rows.len() != 1 {
            return Err(("rows".to_owned(), "one"));
        }
        for row in rows {
            if let Some(stray) = row.keys().find(|name| !self.fields.iter().any(|field| field.name == **name)) {
                return Err((stray.clone(), "unknown"));
            }
            for field in &self.fields {
                match row.get(&field.name).filter(|value| !value.is_none()) {
                    None if field.required => return Err((field.name.clone(), "required")),
                    None => {}
                    Some(value) if field.kind.admits(value) => {}
                    Some(_) => return Err((field.name.clone(), "type")),
                }
            }
        }
        if self.name.as_str() == COUNTERS {
            // Calendars know them by it.
            let mut ids = BTreeSet::new();
            for row in rows {
                let id = Name::new(text(row, "id")).map_err(|_| ("id".to_owned(), "type"))?;
                if !ids.insert(id) {
                    return Err(("id".to_owned(), "duplicate"));
                }
            }
        }
        Ok(())
    }
}

/// A setting as it holds from a date on, until the next.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Enacted {
    /// Which.
    pub setting: Name,
    /// The first day on which it holds.
    pub since: NaiveDate,
    /// Its rows; one for a setting with one value.
    pub rows: Vec<Fields>,
    /// The decision that it rests on, in words: `Decizia nr. 7/4 din 12.12.2025`.
    pub decision: String,
    /// The decision as a document.
    pub document: Option<DocumentId>,
    /// When it was entered.
    pub at: Instant,
    /// By whom; none for the operator.
    pub by: Option<SubjectId>,
}

/// What holds on a day. Of two that hold since the same day, the one that was entered later.
pub fn on(enacted: &[Enacted], day: NaiveDate) -> Option<&Enacted> {
    enacted.iter().filter(|one| one.since <= day).max_by_key(|one| (one.since, one.at))
}

/// Which days people work, by what the municipality settled about days off and days worked.
pub fn working_days(off: &[Enacted], worked: &[Enacted], today: NaiveDate) -> WorkingDays {
    let days = |all: &[Enacted]| -> BTreeSet<NaiveDate> {
        let rows = on(all, today).map(|one| one.rows.as_slice()).unwrap_or_default();
        let date = |row: &Fields| match row.get("date") {
            Some(Value::Date(date)) => Some(*date),
            _ => None,
        };
        rows.iter().filter_map(date).collect()
    };
    WorkingDays { off: days(off), on: days(worked) }
}

/// The field of a setting that has one value.
pub const VALUE: &str = "value";
/// The municipality's details: how it is reached.
pub const DETAILS: &str = "details";
/// Its treasury accounts.
pub const ACCOUNTS: &str = "accounts";
/// Days off besides Saturdays and Sundays: public holidays, the municipality's own day, days that the Government gave off.
pub const DAYS_OFF: &str = "days-off";
/// Counters at which visitors are received.
pub const COUNTERS: &str = "counters";
/// Saturdays and Sundays that are worked instead.
pub const DAYS_WORKED: &str = "days-worked";

fn words(ro: &str, ru: &str, en: &str) -> Localized {
    Localized { ro: ro.to_owned(), ru: ru.to_owned(), en: en.to_owned() }
}

fn field(name: &str, title: Localized, kind: FieldType, required: bool) -> SettingField {
    SettingField { name: name.to_owned(), title, kind, required, choices: BTreeMap::new() }
}

/// The host's own settings, which every municipality has.
pub static HOST: LazyLock<Vec<SettingSchema>> = LazyLock::new(|| {
    let own = |name: &str, title, hint, fields, many| {
        // The names are written here, and are names.
        Name::new(name).ok().map(|name| SettingSchema { name, title, hint: Some(hint), fields, many, by_decision: false })
    };
    let date = || field("date", words("Data", "Дата", "Date"), FieldType::Date, true);
    let reason = || field("reason", words("Motivul", "Причина", "Reason"), FieldType::Text, true);
    let all = [
        own(
            DETAILS,
            words("Datele primăriei", "Данные примэрии", "The town hall's details"),
            words(
                "Apar pe documente, în cererile de conectare și pe paginile publice.",
                "Указываются в документах, заявках на подключение и на публичных страницах.",
                "They stand on documents, in connection requests and on public pages.",
            ),
            vec![
                field("address", words("Adresa", "Адрес", "Address"), FieldType::Text, true),
                field("phone", words("Telefonul anticamerei", "Телефон приёмной", "Telephone of the office"), FieldType::Text, false),
                field("email", words("Adresa de e-mail", "Адрес электронной почты", "E-mail address"), FieldType::Text, false),
                field(
                    "contact",
                    words("Persoana de contact (funcția)", "Контактное лицо (должность)", "Contact (the office)"),
                    FieldType::Text,
                    false,
                ),
                field("web", words("Pagina web", "Веб-сайт", "Web site"), FieldType::Text, false),
                field("hours", words("Programul de lucru", "Часы работы", "Working hours"), FieldType::Text, false),
            ],
            false,
        ),
        own(
            ACCOUNTS,
            words("Conturile trezoreriale", "Казначейские счета", "Treasury accounts"),
            words(
                "Conturile pe care le puteți da modulelor pentru plăți. Un modul nu vede niciodată numărul unui cont, numai numele lui.",
                "Счета, которые можно предоставить модулям для платежей. Модуль видит только имя счёта, но никогда не его номер.",
                "Accounts that modules may be granted for payments. A module sees the name of an account only, never its number.",
            ),
            vec![
                field("name", words("Numele scurt", "Краткое имя", "Short name"), FieldType::Text, true),
                field("title", words("Destinația", "Назначение", "What it is for"), FieldType::Text, true),
                field("iban", words("IBAN", "IBAN", "IBAN"), FieldType::Iban, true),
            ],
            true,
        ),
        own(
            DAYS_OFF,
            words("Zile nelucrătoare", "Нерабочие дни", "Days off"),
            words(
                "Sărbătorile legale se cunosc deja. Adăugați hramul localității și zilele libere stabilite de Guvern.",
                "Государственные праздники уже учтены. Добавьте храмовый праздник населённого пункта и выходные, объявленные Правительством.",
                "Public holidays are known already. Add the day of the locality and the days that the Government gave off.",
            ),
            vec![date(), reason()],
            true,
        ),
        own(
            DAYS_WORKED,
            words("Zile de odihnă lucrate", "Рабочие выходные", "Weekend days that are worked"),
            words(
                "Sâmbetele și duminicile în care se lucrează în locul altei zile.",
                "Субботы и воскресенья, в которые работают вместо другого дня.",
                "Saturdays and Sundays that are worked instead of another day.",
            ),
            vec![date(), reason()],
            true,
        ),
        own(
            COUNTERS,
            words("Ghișee", "Окна приёма", "Counters"),
            words(
                "Locurile în care sunt primiți vizitatorii. Programul fiecărui ghișeu se ține în calendarul programărilor.",
                "Места, где принимают посетителей. Часы работы каждого окна ведутся в календаре записи на приём.",
                "Where visitors are received. The hours of each counter are kept in the calendar of appointments.",
            ),
            vec![
                field(
                    "id",
                    words("Numele scurt (litere mici)", "Краткое имя (латиницей)", "Short name (lower case)"),
                    FieldType::Text,
                    true,
                ),
                field("title", words("Denumirea", "Название", "Title"), FieldType::Text, true),
                field("place", words("Unde se află", "Где находится", "Where it is"), FieldType::Text, false),
            ],
            true,
        ),
    ];
    all.into_iter().flatten().collect()
});

/// A text of the details; empty when it was not entered.
pub fn text<'a>(row: &'a Fields, name: &str) -> &'a str {
    match row.get(name) {
        Some(Value::Text(text)) => text,
        _ => "",
    }
}
