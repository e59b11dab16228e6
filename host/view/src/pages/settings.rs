//! What the municipality settled: its details, accounts and days off, and the rates that its modules go by.

use super::administration::{Place, frame_page};
use super::render;
use crate::format;
use crate::messages::{say, say_with};
use crate::page::{FormState, Frame};
use crate::ui::{Anchor, Ask, Cell, Choice, Control, Fact, Grid, Head, Piece, Press, Row, Sheet};
use crate::urls;
use chrono::{Datelike, NaiveDate};
use std::collections::BTreeMap;
use vatra_core::ids::{SubjectId, SubmissionId};
use vatra_core::manifest::Language;
use vatra_core::register::FieldType;
use vatra_core::settings::{Enacted, SettingField, SettingSchema, on};
use vatra_core::value::{Fields, Value};
use vatra_core::view::Tone;

/// More choices than this are a list to open.
const RADIOS: usize = 7;

/// A setting with what was entered, oldest first.
pub type Known<'a> = (&'a SettingSchema, &'a [Enacted]);

/// Every setting with what holds today. `base` is `/{municipality}/admin`.
pub fn settings(frame: &Frame<'_>, base: &str, list: &[Known<'_>], today: NaiveDate) -> String {
    let language = frame.language;
    let rows = list.iter().map(|(schema, enacted)| {
        let holds = on(enacted, today);
        let words = match holds {
            None => Cell::tag(say(language, "setting-missing"), Tone::Warning),
            Some(one) if schema.many => Cell::text(say_with(language, "setting-rows", &[("count", one.rows.len().into())])),
            Some(one) => Cell::text(one.rows.first().map(|row| summary(schema, row, language)).unwrap_or_default()),
        };
        let since = holds.filter(|_| schema.by_decision).map(|one| format::date(one.since, language)).unwrap_or_default();
        let cells = vec![
            Cell::link(schema.title.get(language), format!("{base}/settings/{}", schema.name)),
            words,
            Cell { nowrap: true, ..Cell::text(since) },
        ];
        Row { tick: None, cells, ..Row::default() }
    });
    let grid = Grid {
        id: "settings".to_owned(),
        caption: say(language, "settings"),
        heads: ["setting-name", "setting-holds", "setting-since"].map(|key| Head::text(say(language, key))).into(),
        rows: rows.collect(),
        ..Grid::default()
    };
    let pieces = vec![Piece::Text(say(language, "settings-text")), Piece::Grid(Box::new(grid))];
    render(frame, &frame_page(language, base, Place::Settings, say(language, "settings"), pieces))
}

/// The first two values, for a list.
fn summary(schema: &SettingSchema, row: &Fields, language: Language) -> String {
    let words = schema.fields.iter().filter_map(|field| Some(shown(field, row.get(&field.name)?, language)));
    words.filter(|words| !words.is_empty()).take(2).collect::<Vec<_>>().join(" · ")
}

fn shown(field: &SettingField, value: &Value, language: Language) -> String {
    match value {
        Value::Money(money) => format::money(*money, language),
        Value::Decimal(decimal) => format::decimal(decimal, language),
        Value::Integer(number) => format::number(*number, language),
        Value::Date(date) => format::date(*date, language),
        Value::Flag(flag) => say(language, if *flag { "yes" } else { "no" }),
        Value::Choice(code) => field.choices.get(code).map_or_else(|| code.clone(), |words| words.get(language).to_owned()),
        other => urls::value_text(other).unwrap_or_default(),
    }
}

/// What the page of one setting shows.
pub struct SettingView<'a> {
    /// As declared.
    pub schema: &'a SettingSchema,
    /// What was entered, oldest first.
    pub enacted: &'a [Enacted],
    /// Names of the officials who entered it.
    pub people: &'a BTreeMap<SubjectId, String>,
    /// By which something holds or not.
    pub today: NaiveDate,
    /// The row that is being changed, from 0; none for a new one.
    pub row: Option<usize>,
    /// A form that was posted and is shown again.
    pub form: Option<&'a FormState>,
    /// Gives each form an id of its own.
    pub submission: &'a dyn Fn() -> SubmissionId,
}

/// One setting: what holds, the form that changes it, and its past. The form posts to `{base}/settings/{setting}`.
pub fn setting(frame: &Frame<'_>, base: &str, view: &SettingView<'_>) -> String {
    let language = frame.language;
    let schema = view.schema;
    let place = format!("{base}/settings/{}", schema.name);
    // The form changes what holds last, so that the rows of one decision are entered one after another.
    let latest = on(view.enacted, NaiveDate::MAX);
    let holds = on(view.enacted, view.today);
    let mut pieces: Vec<Piece> = schema.hint.iter().map(|hint| Piece::Text(hint.get(language).to_owned())).collect();
    for one in [holds, latest.filter(|one| one.since > view.today)].into_iter().flatten() {
        pieces.extend(entered(view, &place, one, latest, language));
    }
    if view.enacted.is_empty() {
        pieces.push(Piece::Text(say(language, "setting-empty")));
    }
    let sheet = sheet(view, &place, latest, language);
    let errors = sheet
        .controls
        .iter()
        .flat_map(|control| {
            control.error.iter().map(|text| Anchor::new(format!("{}: {text}", control.title), format!("#{}", control.target())))
        })
        .collect();
    pieces.push(Piece::Sheet(Box::new(sheet)));
    if view.enacted.len() > 1 {
        pieces.push(history(view, language));
    }
    let mut page = frame_page(language, base, Place::Settings, schema.title.get(language).to_owned(), pieces);
    page.breadcrumbs = vec![Anchor::new(say(language, "settings"), format!("{base}/settings"))];
    page.errors = errors;
    render(frame, &page)
}

fn entered(view: &SettingView<'_>, place: &str, one: &Enacted, latest: Option<&Enacted>, language: Language) -> Vec<Piece> {
    let schema = view.schema;
    let changes = latest == Some(one);
    let mut pieces = Vec::new();
    let since = format::date(one.since, language);
    let title = say_with(language, if one.since > view.today { "setting-from" } else { "setting-now" }, &[("date", since.into())]);
    if schema.by_decision {
        pieces.push(Piece::Heading { level: 2, text: title });
        if !one.decision.is_empty() {
            pieces.push(Piece::Text(one.decision.clone()));
        }
    }
    if !schema.many {
        let row = one.rows.first().cloned().unwrap_or_default();
        let fact = |field: &SettingField| {
            let value = row.get(&field.name).map(|value| shown(field, value, language)).unwrap_or_default();
            Fact::new(field.title.get(language), Cell::text(value))
        };
        pieces.push(Piece::Facts { title: None, facts: schema.fields.iter().map(fact).collect() });
        return pieces;
    }
    let mut heads: Vec<Head> =
        schema.fields.iter().map(|field| Head { numeric: is_number(&field.kind), ..Head::text(field.title.get(language)) }).collect();
    if changes {
        heads.push(Head::text(say(language, "setting-change-head")));
    }
    let rows = one.rows.iter().enumerate().map(|(at, row)| {
        let cell = |field: &SettingField| Cell {
            numeric: is_number(&field.kind),
            ..Cell::text(row.get(&field.name).map(|value| shown(field, value, language)).unwrap_or_default())
        };
        let mut cells: Vec<Cell> = schema.fields.iter().map(cell).collect();
        if changes {
            cells.push(Cell::link(
                say_with(language, "setting-change-row", &[("row", (at + 1).into())]),
                format!("{place}?row={at}#setting"),
            ));
        }
        Row { tick: None, cells, ..Row::default() }
    });
    pieces.push(Piece::Grid(Box::new(Grid {
        id: format!("rows-{}", one.since),
        caption: schema.title.get(language).to_owned(),
        heads,
        rows: rows.collect(),
        empty: say(language, "setting-no-rows"),
        ..Grid::default()
    })));
    if changes && let Some(at) = view.row.filter(|at| *at < one.rows.len()) {
        pieces.push(Piece::Buttons(vec![Press {
            label: say_with(language, "setting-remove-row", &[("row", (at + 1).into())]),
            tone: Tone::Danger,
            post: true,
            action: place.to_owned(),
            hidden: vec![
                (urls::SUBMISSION.to_owned(), (view.submission)().to_string()),
                ("remove".to_owned(), at.to_string()),
                ("seen".to_owned(), seen(Some(one))),
            ],
            primary: false,
        }]));
    }
    pieces
}

fn is_number(kind: &FieldType) -> bool {
    matches!(kind, FieldType::Money | FieldType::Integer | FieldType::Decimal)
}

/// By what it is known whether somebody else changed the setting meanwhile.
fn seen(latest: Option<&Enacted>) -> String {
    latest.map(|one| format!("{}/{}", one.since, one.at.0)).unwrap_or_default()
}

fn sheet(view: &SettingView<'_>, place: &str, latest: Option<&Enacted>, language: Language) -> Sheet {
    let schema = view.schema;
    let rows = latest.map(|one| one.rows.as_slice()).unwrap_or_default();
    let at = if schema.many { view.row.filter(|at| *at < rows.len()) } else { Some(0) };
    let row = at.and_then(|at| rows.get(at)).cloned().unwrap_or_default();
    let state = view.form;
    let wrong = |name: &str| {
        let errors = state.iter().flat_map(|state| &state.errors).filter(|(input, _)| input == name).map(|(_, text)| text.as_str());
        Some(errors.collect::<Vec<_>>().join(" ")).filter(|words| !words.is_empty())
    };
    let mut controls: Vec<Control> =
        schema.fields.iter().map(|field| control(field, row.get(&field.name), state, wrong(&field.name), language)).collect();
    if schema.by_decision {
        let title = |key: &str, ro: &str, kind| SettingField {
            name: key.to_owned(),
            title: vatra_core::manifest::Localized { ro: say(Language::Ro, ro), ru: say(Language::Ru, ro), en: say(Language::En, ro) },
            kind,
            required: true,
            choices: BTreeMap::new(),
        };
        let since = latest.map(|one| Value::Date(one.since.max(view.today)));
        controls.push(control(&title("since", "setting-since", FieldType::Date), since.as_ref(), state, wrong("since"), language));
        let decision = latest.map(|one| Value::Text(one.decision.clone()));
        controls.push(control(
            &title("decision", "setting-decision", FieldType::Text),
            decision.as_ref(),
            state,
            wrong("decision"),
            language,
        ));
    }
    let key = match (schema.many, at) {
        (true, None) => "setting-add",
        (true, Some(_)) => "setting-change",
        (false, _) => "setting-save",
    };
    Sheet {
        id: "setting".to_owned(),
        title: Some(say(language, key)),
        action: place.to_owned(),
        post: true,
        files: false,
        hidden: vec![
            (urls::SUBMISSION.to_owned(), (view.submission)().to_string()),
            ("row".to_owned(), at.map(|at| at.to_string()).unwrap_or_default()),
            ("seen".to_owned(), seen(latest)),
        ],
        controls,
        submit: say(language, "setting-submit"),
        tone: Tone::Success,
        cancel: view.row.map(|_| Anchor::new(say(language, "setting-cancel"), place)),
    }
}

fn control(field: &SettingField, value: Option<&Value>, state: Option<&FormState>, error: Option<String>, language: Language) -> Control {
    let posted = |name: &str| state.and_then(|state| state.posted.get(name)).and_then(|values| values.first()).cloned();
    let typed = match (state, value) {
        (Some(_), _) => posted(&field.name).unwrap_or_default(),
        (None, Some(Value::Money(money))) => format::amount(*money, language),
        (None, Some(Value::Decimal(decimal))) => format::decimal(decimal, language),
        (None, value) => value.and_then(urls::value_text).unwrap_or_default(),
    };
    let id = format!("s-{}", field.name);
    let line = |mode, width, suffix| Ask::Line { value: typed.clone(), suffix, kind: "text", mode, width, exact: !width.is_empty() };
    let ask = match &field.kind {
        FieldType::LongText => Ask::Area { value: typed },
        FieldType::Date => {
            let parts = match (state, value) {
                (Some(_), _) => ["day", "month", "year"].map(|part| posted(&format!("{}-{part}", field.name)).unwrap_or_default()),
                (None, Some(Value::Date(date))) => [date.day().to_string(), date.month().to_string(), date.year().to_string()],
                _ => Default::default(),
            };
            Ask::Date { parts }
        }
        FieldType::Flag => {
            let checked = matches!(typed.as_str(), "yes" | "true");
            Ask::Flag(Choice { id: id.clone(), value: "yes".to_owned(), label: String::new(), checked, then: Vec::new() })
        }
        FieldType::Choice(codes) => {
            let choice = |(at, code): (usize, &String)| Choice {
                id: if at == 0 { id.clone() } else { format!("{id}-{at}") },
                value: code.clone(),
                label: field.choices.get(code).map_or_else(|| code.clone(), |words| words.get(language).to_owned()),
                checked: typed == *code,
                then: Vec::new(),
            };
            let choices: Vec<Choice> = codes.iter().enumerate().map(choice).collect();
            if choices.len() > RADIOS { Ask::Select(choices) } else { Ask::Radios(choices) }
        }
        FieldType::Money => line("decimal", "govuk-input--width-10", Some(format::currency(language))),
        FieldType::Integer => line("numeric", "govuk-input--width-10", None),
        FieldType::Decimal => line("decimal", "govuk-input--width-10", None),
        FieldType::Iban => line("", "govuk-input--width-30", None),
        _ => line("", "", None),
    };
    let title = field.title.get(language).to_owned();
    let optional = !field.required && field.kind != FieldType::Flag;
    let label = if optional { format!("{title} {}", say(language, "optional")) } else { title.clone() };
    let hint = match field.kind {
        FieldType::Date => Some(say(language, "hint-date")),
        FieldType::Iban => Some(say(language, "hint-iban")),
        _ => None,
    };
    Control { id, name: field.name.clone(), label, title, hint, error, ask, ..Control::default() }
}

fn history(view: &SettingView<'_>, language: Language) -> Piece {
    let rows = view.enacted.iter().rev().map(|one| {
        let by = match one.by {
            Some(id) => view.people.get(&id).cloned().unwrap_or_else(|| say(language, "unknown-person")),
            None => say(language, "operator"),
        };
        let what = match one.rows.first() {
            Some(row) if !view.schema.many => summary(view.schema, row, language),
            _ => say_with(language, "setting-rows", &[("count", one.rows.len().into())]),
        };
        let cells = vec![
            Cell { nowrap: true, ..Cell::text(format::instant(one.at, language)) },
            Cell::text(what),
            Cell { nowrap: true, ..Cell::text(format::date(one.since, language)) },
            Cell::text(one.decision.clone()),
            Cell::text(by),
        ];
        Row { tick: None, cells, ..Row::default() }
    });
    Piece::Grid(Box::new(Grid {
        id: "history".to_owned(),
        caption: say(language, "setting-history"),
        heads: ["setting-entered", "setting-holds", "setting-since", "setting-decision", "setting-by"]
            .map(|key| Head::text(say(language, key)))
            .into(),
        rows: rows.collect(),
        ..Grid::default()
    }))
}
