//! What a module may use, and what it used.

use super::administration::{Place, frame_page};
use super::render;
use crate::format;
use crate::messages::{find, say, say_with};
use crate::page::{FormState, Frame};
use crate::ui::{Anchor, Ask, Cell, Control, Fact, Grid, Head, Piece, Row, Sheet};
use crate::urls;
use vatra_core::ids::SubmissionId;
use vatra_core::manifest::Language;
use vatra_core::view::Tone;

/// In which unit a budget is shown and entered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unit {
    /// Milliseconds.
    Millis,
    /// MB of 2^20 bytes.
    Megabytes,
    /// KB of 2^10 bytes.
    Kilobytes,
    /// A plain number.
    Count,
}

impl Unit {
    /// How much of the budget's own unit it is.
    pub fn size(self) -> u64 {
        match self {
            Self::Megabytes => 1 << 20,
            Self::Kilobytes => 1 << 10,
            Self::Millis | Self::Count => 1,
        }
    }

    fn symbol(self) -> Option<&'static str> {
        match self {
            Self::Millis => Some("ms"),
            Self::Megabytes => Some("MB"),
            Self::Kilobytes => Some("KB"),
            Self::Count => None,
        }
    }

    /// A value, in words.
    pub fn words(self, value: u64, language: Language) -> String {
        let number = format::number(i64::try_from(value / self.size()).unwrap_or(i64::MAX), language);
        self.symbol().map_or_else(|| number.clone(), |symbol| format!("{number}\u{a0}{symbol}"))
    }
}

/// A budget of a module.
#[derive(Clone, Copy, Debug)]
pub struct BudgetView {
    /// `wall-clock`, `memory`…
    pub code: &'static str,
    /// In which it is shown.
    pub unit: Unit,
    /// What a call may use.
    pub value: u64,
    /// Whether it was set for this module.
    pub own: bool,
    /// What the host usually gives.
    pub usual: u64,
    /// The most that can be set here.
    pub ceiling: u64,
    /// The most that one call used since the host started, where that is counted.
    pub used: Option<u64>,
}

/// What a module did since the host started.
#[derive(Clone, Copy, Debug, Default)]
pub struct Used {
    /// Calls that ended.
    pub calls: u64,
    /// Of these, failed.
    pub failed: u64,
    /// Of these, stopped because a budget was used up.
    pub over: u64,
    /// Calls that are running.
    pub running: u32,
    /// Computing time, ms.
    pub cpu: u64,
    /// Calls of host functions.
    pub host_calls: u64,
}

/// A module's budgets.
#[derive(Clone, Debug)]
pub struct BudgetsView<'a> {
    /// Its title.
    pub title: String,
    /// The page of the module, without `/budgets`.
    pub module: String,
    /// Its budgets.
    pub budgets: &'a [BudgetView],
    /// What it used; none when it was not called on this host since it started.
    pub used: Option<Used>,
    /// A form that was posted and is shown again.
    pub form: Option<&'a FormState>,
    /// Gives the form an id of its own.
    pub submission: SubmissionId,
}

/// What a budget is called, as a heading: its words stand in the middle of sentences elsewhere.
fn title(code: &str, language: Language) -> String {
    let words = find(language, &format!("budget-{code}")).unwrap_or_else(|| code.to_owned());
    let mut rest = words.chars();
    rest.next().map(|first| first.to_uppercase().chain(rest).collect()).unwrap_or_default()
}

/// What a module may use and used, with a form to change it.
pub fn budgets(frame: &Frame<'_>, base: &str, view: &BudgetsView<'_>) -> String {
    let language = frame.language;
    let title_of = |code: &str| title(code, language);
    let number = |count: u64| Cell::text(format::number(i64::try_from(count).unwrap_or(i64::MAX), language));
    let mut pieces = vec![Piece::Text(say(language, "budgets-text"))];
    match view.used {
        Some(used) => pieces.push(Piece::Facts {
            title: Some(say(language, "budgets-used")),
            facts: vec![
                Fact::new(say(language, "budgets-calls"), number(used.calls)),
                Fact::new(say(language, "budgets-running"), number(used.running.into())),
                Fact::new(say(language, "budgets-failed"), number(used.failed)),
                Fact::new(say(language, "budgets-over"), number(used.over)),
                Fact::new(say(language, "budgets-cpu"), Cell::text(Unit::Millis.words(used.cpu, language))),
                Fact::new(say(language, "budgets-host-calls"), number(used.host_calls)),
            ],
        }),
        None => pieces.push(Piece::Text(say(language, "budgets-unused"))),
    }
    let numeric = |text: String| Cell { numeric: true, nowrap: true, ..Cell::text(text) };
    let row = |budget: &BudgetView| Row {
        cells: vec![
            Cell::text(title_of(budget.code)),
            Cell { tag: budget.own.then_some(Tone::Warning), ..numeric(budget.unit.words(budget.value, language)) },
            numeric(budget.unit.words(budget.usual, language)),
            numeric(budget.unit.words(budget.ceiling, language)),
            numeric(budget.used.map(|used| budget.unit.words(used.next_multiple_of(budget.unit.size()), language)).unwrap_or_default()),
        ],
        ..Row::default()
    };
    let head = |key: &str| Head { numeric: key != "budgets-budget", ..Head::text(say(language, key)) };
    pieces.push(Piece::Grid(Box::new(Grid {
        id: "budgets".to_owned(),
        caption: say(language, "budgets-caption"),
        heads: ["budgets-budget", "budgets-value", "budgets-usual", "budgets-ceiling", "budgets-most"]
            .iter()
            .map(|key| head(key))
            .collect(),
        rows: view.budgets.iter().map(row).collect(),
        empty: say(language, "empty-table"),
        stacked: true,
        ..Grid::default()
    })));
    let sheet = form(language, view);
    let errors = sheet
        .controls
        .iter()
        .filter_map(|control| {
            Some(Anchor::new(format!("{}: {}", control.title, control.error.as_ref()?), format!("#{}", control.target())))
        })
        .collect();
    pieces.push(Piece::Sheet(Box::new(sheet)));
    let mut page =
        frame_page(language, base, Place::Modules, say_with(language, "budgets-title", &[("module", view.title.clone().into())]), pieces);
    page.breadcrumbs = vec![Anchor::new(say(language, "modules"), base), Anchor::new(view.title.clone(), view.module.clone())];
    page.errors = errors;
    render(frame, &page)
}

fn form(language: Language, view: &BudgetsView<'_>) -> Sheet {
    let posted = |name: &str| Some(view.form?.posted.get(name).and_then(|values| values.first()).cloned().unwrap_or_default());
    let wrong = |name: &str| view.form?.errors.iter().find(|(input, _)| input == name).map(|(_, text)| text.clone());
    let line = |name: String, label: String, hint: Option<String>, value: String, suffix, mode, width| Control {
        error: wrong(&name),
        ask: Ask::Line { value: posted(&name).unwrap_or(value), suffix, kind: "text", mode, width, exact: true },
        id: name.clone(),
        name,
        title: label.clone(),
        label,
        hint,
        ..Control::default()
    };
    let mut controls: Vec<Control> = view
        .budgets
        .iter()
        .map(|budget| {
            let label = title(budget.code, language);
            let words = |value| budget.unit.words(value, language);
            let limits =
                say_with(language, "budgets-limits", &[("usual", words(budget.usual).into()), ("ceiling", words(budget.ceiling).into())]);
            let hint = format!("{} {limits}", say(language, &format!("budget-{}-hint", budget.code)));
            let value = if budget.own { (budget.value / budget.unit.size()).to_string() } else { String::new() };
            line(budget.code.to_owned(), label, Some(hint), value, budget.unit.symbol(), "numeric", "govuk-input--width-10")
        })
        .collect();
    controls.push(line("reason".to_owned(), say(language, "budgets-reason"), None, String::new(), None, "", "govuk-!-width-full"));
    Sheet {
        id: "change".to_owned(),
        title: Some(say(language, "budgets-change")),
        action: format!("{}/budgets", view.module),
        post: true,
        files: false,
        hidden: vec![(urls::SUBMISSION.to_owned(), view.submission.to_string())],
        controls,
        submit: say(language, "budgets-submit"),
        tone: Tone::Success,
        cancel: Some(Anchor::new(view.title.clone(), view.module.clone())),
    }
}
