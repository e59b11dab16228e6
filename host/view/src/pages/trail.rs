//! The audit trail and the inbox, as the administrator reads them.

use super::administration::{Place, frame_page};
use super::{HostPage, render};
use crate::explain::capability_title;
use crate::format;
use crate::messages::{find, say, say_with};
use crate::page::Frame;
use crate::ui::{Anchor, Ask, Cell, Choice, Control, Grid, Head, Piece, Press, Row, Said, Sheet};
use crate::urls;
use chrono::NaiveDate;
use std::collections::BTreeMap;
use vatra_core::audit::{AuditEntry, AuditKind, AuditRow, Fault, Verification};
use vatra_core::ids::{SubjectId, SubmissionId};
use vatra_core::manifest::Language;
use vatra_core::store::{InboxItem, InboxState};
use vatra_core::view::Tone;

/// Which rows of the audit trail somebody asks for.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct AuditAsked {
    /// Of this kind.
    pub kind: Option<AuditKind>,
    /// What this person did.
    pub who: Option<SubjectId>,
    /// In this module.
    pub module: Option<String>,
    /// From this day on.
    pub from: Option<NaiveDate>,
    /// To the end of this day.
    pub until: Option<NaiveDate>,
}

impl AuditAsked {
    /// For the address.
    fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        pairs.extend(self.kind.map(|kind| ("kind", kind.code().to_owned())));
        pairs.extend(self.who.map(|who| ("who", who.to_string())));
        pairs.extend(self.module.clone().map(|module| ("module", module)));
        pairs.extend(self.from.map(|day| ("from", day.to_string())));
        pairs.extend(self.until.map(|day| ("until", day.to_string())));
        pairs
    }
}

/// A stretch of the audit trail.
pub struct AuditView<'a> {
    /// Newest first.
    pub rows: &'a [AuditRow],
    /// Names of the people that the rows name, as far as the reader may see them.
    pub people: &'a BTreeMap<SubjectId, String>,
    /// Titles of modules, by name.
    pub modules: &'a BTreeMap<String, String>,
    /// What of it is shown.
    pub asked: &'a AuditAsked,
    /// Officials by whom it can be filtered.
    pub officials: &'a [(SubjectId, String)],
    /// The row that the next stretch is before; none at the end.
    pub older: Option<u64>,
    /// What verification found, if it was asked for.
    pub verification: Option<&'a Verification>,
}

/// The audit trail: `{base}/audit?kind=…&who=…&module=…&from=…&until=…&before=…`; with `verify=1` the caller verifies it first, with
/// `export=csv` it is a file.
pub fn audit(frame: &Frame<'_>, base: &str, view: &AuditView<'_>) -> String {
    let language = frame.language;
    let path = format!("{base}/audit");
    let mut pieces = Vec::new();
    if let Some(verification) = view.verification {
        pieces.push(Piece::Notice(verified(verification, language)));
    }
    pieces.push(Piece::Buttons(vec![Press {
        label: say(language, "verify-trail"),
        tone: Tone::Neutral,
        post: false,
        action: path.clone(),
        hidden: vec![("verify".to_owned(), "1".to_owned())],
        primary: false,
    }]));
    pieces.push(Piece::Sheet(Box::new(filter(view, &path, language))));
    pieces.push(Piece::Grid(Box::new(Grid {
        id: "audit".to_owned(),
        caption: say(language, "audit-rows"),
        heads: ["sequence", "when", "audit-kind", "who", "module", "what", "about", "legal-basis"]
            .map(|key| Head { numeric: key == "sequence", ..Head::text(say(language, key)) })
            .into(),
        rows: view.rows.iter().map(|row| line(row, view, language)).collect(),
        empty: say(language, "audit-empty"),
        ..Grid::default()
    })));
    let mut links = Vec::new();
    if let Some(before) = view.older {
        let pairs = view.asked.pairs().into_iter().chain([("before", before.to_string())]);
        links.push(Anchor::new(say(language, "older"), urls::with_query(&path, pairs)));
    }
    let pairs = view.asked.pairs().into_iter().chain([("export", "csv".to_owned())]);
    links.push(Anchor::new(say(language, "audit-export-csv"), urls::with_query(&path, pairs)));
    pieces.push(Piece::Links(links));
    render(frame, &frame_page(language, base, Place::Audit, say(language, "audit-trail"), pieces))
}

fn filter(view: &AuditView<'_>, path: &str, language: Language) -> Sheet {
    let asked = view.asked;
    let choices = |all: Vec<(String, String)>, chosen: Option<String>| {
        let choice = |(value, label): (String, String)| {
            let checked = chosen.as_ref() == Some(&value);
            Choice { id: String::new(), value, label, checked, then: Vec::new() }
        };
        Ask::Select(all.into_iter().map(choice).collect())
    };
    let control = |name: &str, key: &str, ask: Ask| Control {
        id: name.to_owned(),
        name: name.to_owned(),
        label: say(language, key),
        title: say(language, key),
        hint: None,
        error: None,
        ask,
        ..Control::default()
    };
    let kinds = AuditKind::ALL.iter().map(|kind| (kind.code().to_owned(), say(language, &format!("audit-{}", kind.code())))).collect();
    let people = view.officials.iter().map(|(id, name)| (id.to_string(), name.clone())).collect();
    let modules = view.modules.iter().map(|(name, title)| (name.clone(), title.clone())).collect();
    let day = |day: Option<NaiveDate>| Ask::Line {
        value: day.map(|day| format::date(day, language)).unwrap_or_default(),
        suffix: None,
        kind: "text",
        mode: "numeric",
        width: "govuk-input--width-10",
        exact: true,
    };
    Sheet {
        id: "audit-filter".to_owned(),
        title: None,
        action: path.to_owned(),
        post: false,
        files: false,
        hidden: Vec::new(),
        controls: vec![
            control("kind", "audit-kind", choices(kinds, asked.kind.map(|kind| kind.code().to_owned()))),
            control("who", "audit-who", choices(people, asked.who.map(|who| who.to_string()))),
            control("module", "audit-module-filter", choices(modules, asked.module.clone())),
            control("from", "audit-from", day(asked.from)),
            control("until", "audit-until", day(asked.until)),
        ],
        submit: say(language, "filter"),
        tone: Tone::Neutral,
        cancel: (*asked != AuditAsked::default()).then(|| Anchor::new(say(language, "show-all"), path.to_owned())),
    }
}

/// Rows of the trail as a file for a spreadsheet: what the page shows, with the call and everything that the row says.
pub fn audit_csv(view: &AuditView<'_>, language: Language) -> Vec<u8> {
    let titles = ["sequence", "when", "audit-kind", "who", "module", "what", "about", "legal-basis"].map(|key| say(language, key));
    let titles: Vec<String> = titles.into_iter().chain([say(language, "audit-call"), say(language, "audit-detail")]).collect();
    let rows = view.rows.iter().map(|row| {
        let mut cells: Vec<String> = line(row, view, language).cells.into_iter().map(|cell| cell.text).collect();
        cells.extend([row.entry.call.to_string(), row.entry.detail.clone()]);
        cells
    });
    crate::csv::plain(&titles, rows)
}

/// What was done, in words where the host has them: a module's own actions are called as it calls them.
fn deed(entry: &AuditEntry, language: Language) -> String {
    let said = find(language, &format!("did-{}", entry.what)).unwrap_or_else(|| capability_title(&entry.what, language));
    let detail = serde_json::from_str::<serde_json::Value>(&entry.detail).ok().filter(|_| entry.kind == AuditKind::Grant);
    match detail.as_ref().and_then(|detail| detail.get("capability")?.as_str()) {
        Some(capability) => format!("{said}: {}", capability_title(capability, language)),
        None => said,
    }
}

fn line(row: &AuditRow, view: &AuditView<'_>, language: Language) -> Row {
    let entry = &row.entry;
    let name = |id: &SubjectId| view.people.get(id).cloned().unwrap_or_else(|| say(language, "unknown-person"));
    let who = match &entry.actor {
        Some(id) => name(id),
        None => say(language, "nobody"),
    };
    // Officials by name, as far as there is room; of everybody else the trail's reader learns only how many they are.
    let mut about: Vec<String> = entry.about.iter().filter_map(|id| view.people.get(id).cloned()).take(3).collect();
    let others = entry.about.len() - about.len();
    if others > 0 {
        about.push(say_with(language, "audit-people", &[("count", others.into())]));
    }
    let module = entry.module.as_ref().map(|module| view.modules.get(module.as_str()).cloned().unwrap_or_else(|| module.to_string()));
    let tone = match entry.kind {
        AuditKind::Denial | AuditKind::ActionFailed | AuditKind::Stopped | AuditKind::Parked => Tone::Danger,
        AuditKind::ActionKept | AuditKind::Handled => Tone::Success,
        AuditKind::Look | AuditKind::Export => Tone::Warning,
        _ => Tone::Neutral,
    };
    let channel = say(language, &format!("channel-{}", entry.channel.code()));
    Row {
        tick: None,
        cells: vec![
            Cell { numeric: true, ..Cell::text(row.sequence.to_string()) },
            Cell { nowrap: true, ..Cell::text(format::instant(entry.at, language)) },
            Cell::tag(say(language, &format!("audit-{}", entry.kind.code())), tone),
            Cell::text(format!("{who} · {channel}")),
            Cell::text(module.unwrap_or_default()),
            Cell::text(deed(entry, language)),
            Cell::text(about.join(", ")),
            Cell::text(entry.legal_basis.clone()),
        ],
        ..Row::default()
    }
}

fn verified(verification: &Verification, language: Language) -> Said {
    let rows = ("rows", verification.rows.into());
    if verification.faults.is_empty() {
        return Said { tone: Tone::Success, title: say_with(language, "audit-unbroken", &[rows]), text: None };
    }
    let faults: Vec<String> = verification
        .faults
        .iter()
        .map(|fault| {
            let (key, sequence) = match fault {
                Fault::Altered { sequence } => ("fault-altered", sequence),
                Fault::Missing { sequence } => ("fault-missing", sequence),
                Fault::CutOff { last, .. } => ("fault-cut-off", last),
                Fault::Rewritten { checkpoint } => ("fault-rewritten", checkpoint),
                Fault::Forged { checkpoint } => ("fault-forged", checkpoint),
                Fault::Index { sequence } => ("fault-index", sequence),
            };
            say_with(language, key, &[("row", (*sequence).into())])
        })
        .collect();
    Said { tone: Tone::Danger, title: say(language, "audit-broken"), text: Some(faults.join("\n")) }
}

/// What arrived from outside and is not done.
pub struct InboxView<'a> {
    /// Oldest first.
    pub items: &'a [InboxItem],
    /// Titles of modules, by name.
    pub modules: &'a BTreeMap<String, String>,
    /// Gives each form an id of its own.
    pub submission: &'a dyn Fn() -> SubmissionId,
}

/// The inbox: what waits for its module and what was parked. A button per module posts to `{base}/inbox/{module}/wake`, which tries
/// everything of it again at once.
pub fn inbox(frame: &Frame<'_>, base: &str, view: &InboxView<'_>) -> String {
    let language = frame.language;
    let title = |module: &str| view.modules.get(module).cloned().unwrap_or_else(|| module.to_owned());
    let rows = view.items.iter().map(|item| {
        let state = match item.state {
            InboxState::Waiting => Cell::tag(say(language, "inbox-waiting"), Tone::Neutral),
            InboxState::Parked => Cell::tag(say(language, "inbox-parked"), Tone::Danger),
            InboxState::Done => Cell::tag(say(language, "inbox-done"), Tone::Success),
        };
        Row {
            tick: None,
            cells: vec![
                Cell { nowrap: true, ..Cell::text(format::instant(item.received_at, language)) },
                Cell::text(
                    crate::messages::find(language, &format!("event-{}", item.kind.replace('.', "-"))).unwrap_or_else(|| item.kind.clone()),
                ),
                Cell::text(title(item.module.as_str())),
                Cell { numeric: true, ..Cell::text(item.attempts.to_string()) },
                state,
                Cell::code(item.id.to_string()),
            ],
            ..Row::default()
        }
    });
    let mut pieces = vec![
        Piece::Text(say(language, "inbox-text")),
        Piece::Grid(Box::new(Grid {
            id: "inbox".to_owned(),
            caption: say(language, "inbox-open"),
            heads: ["received-at", "event", "module", "attempts", "status", "event-id"]
                .map(|key| Head { numeric: key == "attempts", ..Head::text(say(language, key)) })
                .into(),
            rows: rows.collect(),
            empty: say(language, "inbox-empty"),
            ..Grid::default()
        })),
    ];
    let mut waiting: Vec<&str> = view.items.iter().map(|item| item.module.as_str()).collect();
    waiting.sort_unstable();
    waiting.dedup();
    let presses: Vec<Press> = waiting
        .into_iter()
        .map(|module| Press {
            label: say_with(language, "inbox-wake", &[("module", title(module).into())]),
            tone: Tone::Neutral,
            post: true,
            action: format!("{base}/inbox/{module}/wake"),
            hidden: vec![(urls::SUBMISSION.to_owned(), (view.submission)().to_string())],
            primary: false,
        })
        .collect();
    if !presses.is_empty() {
        pieces.push(Piece::Buttons(presses));
    }
    let page: HostPage = frame_page(language, base, Place::Inbox, say(language, "inbox"), pieces);
    render(frame, &page)
}
