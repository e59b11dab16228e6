//! The government's services: whether they answer, how long our certificate holds, and what waits to leave for them.

use super::administration::{Place, frame_page};
use super::render;
use crate::format;
use crate::messages::{find, say, say_with};
use crate::page::Frame;
use crate::ui::{Anchor, Cell, Grid, Head, Piece, Press, Row, Said};
use crate::urls;
use std::collections::BTreeMap;
use vatra_core::ids::SubmissionId;
use vatra_core::store::{OutboxItem, OutboxState};
use vatra_core::view::Tone;

/// Days before its end from which a certificate is warned of.
const SOON: i64 = 30;

/// Whether a service answers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Answers {
    /// Nothing is known against it.
    Yes,
    /// It failed again and again, and is left alone for a while.
    No,
    /// It is being tried.
    Trying,
}

/// What the page shows.
pub struct ServicesView<'a> {
    /// Name and standing of each service that the host is connected to.
    pub services: &'a [(&'a str, Answers)],
    /// Days until the host's certificate ends, negative after; none without one.
    pub certificate: Option<i64>,
    /// What waits to leave from this municipality, oldest first.
    pub items: &'a [OutboxItem],
    /// Titles of modules, by name.
    pub modules: &'a BTreeMap<String, String>,
    /// Gives each form an id of its own.
    pub submission: &'a dyn Fn() -> SubmissionId,
}

/// The services. A button per service posts to `{base}/services/{service}/wake`, which tries everything for it again at once.
pub fn services(frame: &Frame<'_>, base: &str, view: &ServicesView<'_>) -> String {
    let language = frame.language;
    let mut pieces = vec![Piece::Text(say(language, "services-text"))];
    match view.certificate {
        Some(days) if days < 0 => pieces.push(Piece::Notice(Said {
            tone: Tone::Danger,
            title: say(language, "certificate-ended"),
            text: Some(say(language, "certificate-advice")),
        })),
        Some(days) if days < SOON => pieces.push(Piece::Notice(Said {
            tone: Tone::Warning,
            title: say_with(language, "certificate-ends", &[("days", days.into())]),
            text: Some(say(language, "certificate-advice")),
        })),
        Some(days) => pieces.push(Piece::Text(say_with(language, "certificate-holds", &[("days", days.into())]))),
        None => {}
    }
    pieces.push(Piece::Links(vec![Anchor::new(say(language, "connection"), format!("{base}/connection"))]));
    let service = |(name, answers): &(&str, Answers)| {
        let (key, tone) = match answers {
            Answers::Yes => ("service-answers", Tone::Success),
            Answers::No => ("service-down", Tone::Danger),
            Answers::Trying => ("service-tried", Tone::Warning),
        };
        Row { tick: None, cells: vec![Cell::text((*name).to_owned()), Cell::tag(say(language, key), tone)], ..Row::default() }
    };
    pieces.push(Piece::Grid(Box::new(Grid {
        id: "services".to_owned(),
        caption: say(language, "services-connected"),
        heads: ["service", "status"].map(|key| Head::text(say(language, key))).into(),
        rows: view.services.iter().map(service).collect(),
        empty: say(language, "services-none"),
        ..Grid::default()
    })));
    let title = |module: &str| view.modules.get(module).cloned().unwrap_or_else(|| module.to_owned());
    let called = |service: &str| find(language, &format!("service-{service}")).unwrap_or_else(|| service.to_owned());
    let rows = view.items.iter().map(|item| {
        let state = match item.state {
            OutboxState::Waiting => Cell::tag(say(language, "inbox-waiting"), Tone::Neutral),
            OutboxState::Sent => Cell::tag(say(language, "outbox-sent"), Tone::Neutral),
            OutboxState::Parked => Cell::tag(say(language, "inbox-parked"), Tone::Danger),
            OutboxState::Done => Cell::tag(say(language, "inbox-done"), Tone::Success),
        };
        Row {
            tick: None,
            cells: vec![
                Cell { nowrap: true, ..Cell::text(format::instant(item.created_at, language)) },
                Cell::text(called(item.outgoing.service.as_str())),
                Cell::text(title(item.module.as_str())),
                Cell { numeric: true, ..Cell::text(item.attempts.to_string()) },
                state,
                Cell::code(item.outgoing.id.to_string()),
            ],
            ..Row::default()
        }
    });
    pieces.push(Piece::Grid(Box::new(Grid {
        id: "outbox".to_owned(),
        caption: say(language, "outbox-open"),
        heads: ["outbox-since", "service", "module", "attempts", "status", "event-id"]
            .map(|key| Head { numeric: key == "attempts", ..Head::text(say(language, key)) })
            .into(),
        rows: rows.collect(),
        empty: say(language, "outbox-empty"),
        ..Grid::default()
    })));
    let mut waiting: Vec<&str> = view.items.iter().map(|item| item.outgoing.service.as_str()).collect();
    waiting.sort_unstable();
    waiting.dedup();
    let presses: Vec<Press> = waiting
        .into_iter()
        .map(|service| Press {
            label: say_with(language, "inbox-wake", &[("module", called(service).into())]),
            tone: Tone::Neutral,
            post: true,
            action: format!("{base}/services/{service}/wake"),
            hidden: vec![(urls::SUBMISSION.to_owned(), (view.submission)().to_string())],
            primary: false,
        })
        .collect();
    if !presses.is_empty() {
        pieces.push(Piece::Buttons(presses));
    }
    render(frame, &frame_page(language, base, Place::Services, say(language, "services"), pieces))
}
