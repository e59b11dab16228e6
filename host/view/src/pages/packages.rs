//! Packages of modules: which this host holds, what installing one would do, and the life of an installed one.

use super::administration::{Place, frame_page};
use super::render;
use crate::format;
use crate::messages::{find, say, say_with};
use crate::page::{FormState, Frame};
use crate::ui::{Anchor, Ask, Cell, Choice, Control, Fact, Grid, Head, Panel, Piece, Row, Said, Sheet};
use crate::urls;
use std::collections::BTreeSet;
use vatra_core::clock::Instant;
use vatra_core::ids::SubmissionId;
use vatra_core::manifest::Language;
use vatra_core::view::Tone;

/// A package that this host holds.
pub struct Held {
    /// The module's title.
    pub title: String,
    /// Its version.
    pub version: String,
    /// Who signed it.
    pub publishers: Vec<String>,
    /// Since when it is held.
    pub at: Instant,
    /// The version that is installed here, if any is.
    pub installed: Option<String>,
    /// Its place under `{base}/packages/`.
    pub place: String,
}

/// What a package may do, in the reader's words.
pub struct PermissionView {
    /// In the contract.
    pub capability: String,
    /// Its title.
    pub title: String,
    /// How much harm it could do: `low`, `medium`, `high`.
    pub risk: &'static str,
    /// What a module can do with it, and why it is rated so.
    pub can: [String; 2],
    /// What for, in the module's words.
    pub purpose: String,
    /// The law, as the module names it.
    pub law: String,
    /// How far it reaches.
    pub parameters: Vec<String>,
}

/// What installing a package would do.
pub struct PlanView<'a> {
    /// The module's title.
    pub title: String,
    /// What it does, in its own words.
    pub description: String,
    /// Its version.
    pub version: String,
    /// The version that is installed here, if any is.
    pub installed: Option<String>,
    /// Who published it.
    pub publisher: String,
    /// The key that signed it.
    pub key: String,
    /// The package's digest.
    pub digest: String,
    /// What it may do, the riskiest first.
    pub permissions: Vec<PermissionView>,
    /// Its registers, and what becomes of each: `new`, `found`, `changed`.
    pub registers: Vec<(String, &'static str)>,
    /// Its roles.
    pub roles: Vec<String>,
    /// Budgets above the usual.
    pub budgets: Vec<String>,
    /// What is different from the installed version, a line each.
    pub difference: Vec<String>,
    /// Capabilities that are not to be given.
    pub withheld: BTreeSet<String>,
    /// Which later versions follow by themselves: `off`, `patch`, `minor`.
    pub upgrades: &'static str,
    /// Whether it needs no approval.
    pub by_itself: bool,
    /// Whether anybody can sign here.
    pub signs: bool,
    /// Its place under `{base}/packages/`.
    pub place: String,
    /// Gives the form an id of its own.
    pub submission: &'a dyn Fn() -> SubmissionId,
}

/// A turn of a module's life.
pub struct TurnView {
    /// When.
    pub at: Instant,
    /// `install`, `upgrade`…
    pub kind: &'static str,
    /// The version.
    pub version: String,
    /// Who; nothing when it came by itself.
    pub by: Option<String>,
}

/// The life of an installed module.
pub struct LifeView<'a> {
    /// The module.
    pub module: String,
    /// Its title.
    pub title: String,
    /// The installed version.
    pub version: String,
    /// Who published it, and by which key.
    pub publisher: Option<(String, String)>,
    /// Who approved it and when; a code when nobody signed: `follows`, `invented`.
    pub approved: Option<Result<(String, Instant), &'static str>>,
    /// Which later versions follow by themselves.
    pub upgrades: &'static str,
    /// What waits for a signature: its version, and whether it can still be signed in the queue.
    pub waiting: Option<String>,
    /// The turns, oldest first.
    pub turns: Vec<TurnView>,
    /// The version that going back leads to.
    pub back_to: Option<String>,
    /// Why it is not run: a code and the words for the operator.
    pub refusal: Option<(&'static str, String)>,
    /// A form that was posted and is shown again.
    pub form: Option<&'a FormState>,
    /// Gives each form an id of its own.
    pub submission: &'a dyn Fn() -> SubmissionId,
}

/// Why a package or an install is refused: in the reader's words, and in those for the operator.
pub fn refusal(code: &str, detail: &str, language: Language) -> Said {
    let title = find(language, &format!("refusal-{code}")).unwrap_or_else(|| say(language, "refusal-other"));
    Said { tone: Tone::Danger, title, text: Some(detail.to_owned()) }
}

fn risk(code: &str, language: Language) -> (String, Tone) {
    let tone = match code {
        "high" => Tone::Danger,
        "medium" => Tone::Warning,
        _ => Tone::Neutral,
    };
    (say(language, &format!("package-risk-{code}")), tone)
}

/// Packages that can be installed here.
pub fn held(frame: &Frame<'_>, base: &str, list: &[Held]) -> String {
    let language = frame.language;
    let row = |one: &Held| {
        let standing = match &one.installed {
            Some(version) if *version == one.version => Cell::tag(say(language, "package-installed"), Tone::Success),
            Some(version) => Cell::text(say_with(language, "package-other-installed", &[("version", version.clone().into())])),
            None => Cell::text(say(language, "package-not-installed")),
        };
        Row {
            tick: None,
            cells: vec![
                Cell::link(one.title.clone(), format!("{base}/packages/{}", one.place)),
                Cell { nowrap: true, ..Cell::text(one.version.clone()) },
                Cell::text(one.publishers.join(", ")),
                Cell { nowrap: true, ..Cell::text(format::instant(one.at, language)) },
                standing,
            ],
            ..Row::default()
        }
    };
    let grid = Grid {
        id: "packages".to_owned(),
        caption: say(language, "packages-held"),
        heads: ["module", "version", "publisher", "package-since", "status"].map(|key| Head::text(say(language, key))).into(),
        rows: list.iter().map(row).collect(),
        empty: say(language, "packages-none"),
        ..Grid::default()
    };
    let pieces = vec![Piece::Text(say(language, "packages-text")), Piece::Grid(Box::new(grid))];
    let mut page = frame_page(language, base, Place::Modules, say(language, "packages"), pieces);
    page.breadcrumbs = vec![Anchor::new(say(language, "modules"), base)];
    render(frame, &page)
}

/// What installing a package would do. The form posts `given` (capabilities) and `upgrades` to `{base}/packages/{place}`.
pub fn plan(frame: &Frame<'_>, base: &str, view: &PlanView<'_>) -> String {
    let language = frame.language;
    let fact = |key: &str, text: &str| Fact::new(say(language, key), Cell::text(text));
    let mut facts = vec![fact("version", &view.version)];
    facts.extend(view.installed.as_deref().map(|installed| fact("package-installed-now", installed)));
    facts.push(fact("publisher", &view.publisher));
    facts.push(Fact::new(say(language, "package-key"), Cell::code(view.key.clone())));
    facts.push(Fact::new(say(language, "digest"), Cell::code(view.digest.clone())));
    facts.push(fact("package-roles", &view.roles.join(", ")));
    if !view.budgets.is_empty() {
        facts.push(fact("package-budgets", &view.budgets.join("; ")));
    }
    let mut pieces = vec![Piece::Text(view.description.clone()), Piece::Facts { title: None, facts }];
    if !view.difference.is_empty() {
        pieces.push(Piece::Heading { level: 2, text: say(language, "package-difference") });
        pieces.push(Piece::Text(view.difference.join("\n")));
    }
    pieces.push(Piece::Heading { level: 2, text: say(language, "package-permissions") });
    if view.permissions.is_empty() {
        pieces.push(Piece::Text(say(language, "grants-none")));
    }
    for permission in &view.permissions {
        let [can, why] = &permission.can;
        let mut facts = vec![fact("package-can", can), fact("package-risk", why), fact("purpose", &permission.purpose)];
        if !permission.law.is_empty() {
            facts.push(fact("legal-basis", &permission.law));
        }
        if !permission.parameters.is_empty() {
            facts.push(fact("package-reach", &permission.parameters.join("; ")));
        }
        let tag = Some(risk(permission.risk, language));
        pieces.push(Piece::Panel(Box::new(Panel { title: permission.title.clone(), tag, facts, sheets: Vec::new() })));
    }
    if !view.registers.is_empty() {
        let facts = view.registers.iter().map(|(name, keeping)| {
            let words = say(language, &format!("package-register-{keeping}"));
            Fact::new(name.clone(), Cell::text(words))
        });
        pieces.push(Piece::Facts { title: Some(say(language, "package-registers")), facts: facts.collect() });
    }
    if view.signs || view.by_itself {
        pieces.push(Piece::Sheet(Box::new(plan_sheet(base, view, language))));
    } else {
        pieces.push(Piece::Notice(Said { tone: Tone::Warning, title: say(language, "package-no-msign"), text: None }));
    }
    let mut page = frame_page(language, base, Place::Modules, format!("{} {}", view.title, view.version), pieces);
    page.breadcrumbs =
        vec![Anchor::new(say(language, "modules"), base), Anchor::new(say(language, "packages"), format!("{base}/packages"))];
    render(frame, &page)
}

fn plan_sheet(base: &str, view: &PlanView<'_>, language: Language) -> Sheet {
    let given = |(at, permission): (usize, &PermissionView)| Choice {
        id: format!("given-{at}"),
        value: permission.capability.clone(),
        label: permission.title.clone(),
        checked: !view.withheld.contains(&permission.capability),
        then: Vec::new(),
    };
    let policy = |code: &'static str| Choice {
        id: format!("upgrades-{code}"),
        value: code.to_owned(),
        label: say(language, &format!("package-upgrades-{code}")),
        checked: view.upgrades == code,
        then: Vec::new(),
    };
    let control = |name: &str, key: &str, ask: Ask| Control {
        id: name.to_owned(),
        name: name.to_owned(),
        title: say(language, key),
        label: say(language, key),
        hint: find(language, &format!("{key}-hint")),
        ask,
        ..Control::default()
    };
    let mut controls = Vec::new();
    if !view.permissions.is_empty() && !view.by_itself {
        controls.push(control("given", "package-given", Ask::Boxes(view.permissions.iter().enumerate().map(given).collect())));
    }
    if !view.by_itself {
        controls.push(control("upgrades", "package-upgrades", Ask::Radios(["off", "patch", "minor"].map(policy).into())));
    }
    Sheet {
        id: "install".to_owned(),
        title: Some(say(language, if view.by_itself { "package-follows" } else { "package-approve" })),
        action: format!("{base}/packages/{}", view.place),
        post: true,
        files: false,
        hidden: vec![(urls::SUBMISSION.to_owned(), (view.submission)().to_string())],
        controls,
        submit: say(language, if view.by_itself { "package-install" } else { "package-to-sign" }),
        tone: Tone::Success,
        cancel: None,
    }
}

/// The life of an installed module. Forms post to `{base}/modules/{module}/life/{rollback|remove|drop}`.
pub fn life(frame: &Frame<'_>, base: &str, view: &LifeView<'_>) -> String {
    let language = frame.language;
    let fact = |key: &str, text: String| Fact::new(say(language, key), Cell::text(text));
    let mut pieces = Vec::new();
    if let Some((code, detail)) = &view.refusal {
        pieces.push(Piece::Notice(refusal(code, detail, language)));
    }
    let mut facts = vec![fact("version", view.version.clone())];
    if let Some((publisher, key)) = &view.publisher {
        facts.push(fact("publisher", publisher.clone()));
        facts.push(Fact::new(say(language, "package-key"), Cell::code(key.clone())));
    }
    let approved = match &view.approved {
        Some(Ok((name, at))) => format!("{name} · {}", format::instant(*at, language)),
        Some(Err(code)) => say(language, &format!("package-approved-{code}")),
        None => say(language, "package-approved-none"),
    };
    facts.push(fact("package-approved", approved));
    facts.push(fact("package-upgrades", say(language, &format!("package-upgrades-{}", view.upgrades))));
    pieces.push(Piece::Facts { title: None, facts });
    if let Some(version) = &view.waiting {
        let title = say_with(language, "package-waits", &[("version", version.clone().into())]);
        pieces.push(Piece::Notice(Said { tone: Tone::Neutral, title, text: Some(say(language, "package-waits-text")) }));
        pieces.push(Piece::Sheet(Box::new(sheet(base, view, "drop", language))));
    }
    let row = |turn: &TurnView| Row {
        tick: None,
        cells: vec![
            Cell { nowrap: true, ..Cell::text(format::instant(turn.at, language)) },
            Cell::text(say(language, &format!("turn-{}", turn.kind))),
            Cell::text(turn.version.clone()),
            Cell::text(turn.by.clone().unwrap_or_else(|| say(language, "turn-by-itself"))),
        ],
        ..Row::default()
    };
    pieces.push(Piece::Grid(Box::new(Grid {
        id: "turns".to_owned(),
        caption: say(language, "package-turns"),
        heads: ["turn-at", "turn-what", "version", "turn-by"].map(|key| Head::text(say(language, key))).into(),
        rows: view.turns.iter().rev().map(row).collect(),
        empty: say(language, "package-no-turns"),
        ..Grid::default()
    })));
    if view.back_to.is_some() {
        pieces.push(Piece::Sheet(Box::new(sheet(base, view, "rollback", language))));
    }
    pieces.push(Piece::Sheet(Box::new(sheet(base, view, "remove", language))));
    let mut page =
        frame_page(language, base, Place::Modules, say_with(language, "package-life", &[("module", view.title.clone().into())]), pieces);
    page.breadcrumbs =
        vec![Anchor::new(say(language, "modules"), base), Anchor::new(view.title.clone(), format!("{base}/modules/{}", view.module))];
    if let Some((_, text)) = view.form.and_then(|form| form.errors.first()) {
        page.errors = vec![Anchor::new(text.clone(), "#sure".to_owned())];
    }
    render(frame, &page)
}

/// A form that does something about an installed module. What cannot be taken back by another click is confirmed.
fn sheet(base: &str, view: &LifeView<'_>, operation: &str, language: Language) -> Sheet {
    let version = view.back_to.clone().unwrap_or_default();
    let title = say_with(language, &format!("package-{operation}"), &[("version", version.into())]);
    let controls = if operation == "remove" {
        let label = say(language, "package-remove-sure");
        let error = view.form.and_then(|form| form.errors.first()).map(|(_, text)| text.clone());
        let flag = Choice { id: "sure".to_owned(), value: "true".to_owned(), label: label.clone(), checked: false, then: Vec::new() };
        vec![Control {
            id: "sure".to_owned(),
            name: "sure".to_owned(),
            title: label.clone(),
            label,
            hint: Some(say(language, "package-remove-text")),
            error,
            ask: Ask::Flag(flag),
            ..Control::default()
        }]
    } else {
        Vec::new()
    };
    Sheet {
        id: operation.to_owned(),
        title: Some(title),
        action: format!("{base}/modules/{}/life/{operation}", view.module),
        post: true,
        files: false,
        hidden: vec![(urls::SUBMISSION.to_owned(), (view.submission)().to_string())],
        controls,
        submit: say(language, &format!("package-{operation}-submit")),
        tone: if operation == "remove" { Tone::Danger } else { Tone::Neutral },
        cancel: None,
    }
}
