//! From a module's screen to the pieces of a page: words spoken, addresses made, what the reader may not do left out.

mod answers;
mod charts;
pub(crate) mod confirm;
mod days;
mod forms;
mod found;
pub(crate) use found::{case_standing, draw};
mod maps;
mod steps;
mod tables;

use crate::format::strip_controls;
use crate::messages::say;
use crate::page::{PageContext, or_untitled, said};
use crate::ui::{Anchor, Cell, Event, Fact, Number, Piece, Press, Stage};
use crate::urls;
use crate::wording::Wording;
use vatra_core::documents::Standing;
use vatra_core::ids::SubjectId;
use vatra_core::manifest::Language;
use vatra_core::value::{Money, Value};
use vatra_core::view::{Block, Button, Figure, Happening, Item, OrderStatus, Progress, Resolved, Screen, Tone};

/// A page before its frame is put around it.
pub(crate) struct Lowered {
    pub(crate) title: String,
    /// The page that this one stands before.
    pub(crate) crumb: Option<Anchor>,
    pub(crate) errors: Vec<Anchor>,
    pub(crate) pieces: Vec<Piece>,
}

/// What lowering goes by.
pub(crate) struct Lower<'a> {
    pub(crate) context: &'a PageContext<'a>,
    pub(crate) wording: Wording<'a>,
    pub(crate) resolved: &'a Resolved,
    /// Forms so far: their inputs' ids begin with the number.
    forms: usize,
    /// Tables of the module so far: likewise.
    tables: usize,
    /// Charts so far: likewise.
    charts: usize,
    /// Inputs of the form shown again in which something is wrong, with the link to each.
    placed: Vec<(String, Anchor)>,
    /// Whether the form shown again was found.
    found: bool,
}

/// The screen's pieces.
pub(crate) fn screen(context: &PageContext<'_>, screen: &Screen, resolved: &Resolved) -> Lowered {
    let mut lower = Lower::new(context, resolved);
    let language = context.frame.language;
    let mut pieces = Vec::with_capacity(screen.blocks.len() + 1);
    let contents: Vec<Anchor> = screen
        .blocks
        .iter()
        .filter_map(|block| match block {
            Block::Section { id, title } => Some(Anchor::new(lower.wording.words(title), format!("#s-{id}"))),
            _ => None,
        })
        .collect();
    // One part needs no table of contents.
    if contents.len() > 1 {
        pieces.push(Piece::Contents(contents));
    }
    for block in &screen.blocks {
        lower.block(block, &mut pieces);
    }
    if let Some((register, entry)) = context.about().filter(|(register, _)| context.may_read(register)) {
        pieces.push(Piece::Links(vec![Anchor::new(say(language, "history-title"), urls::history_url(context.base, register, entry))]));
    }
    let errors = lower.errors();
    Lowered { title: or_untitled(lower.wording.words(&screen.title), language), crumb: None, errors, pieces }
}

impl<'a> Lower<'a> {
    fn new(context: &'a PageContext<'a>, resolved: &'a Resolved) -> Self {
        Self { context, wording: context.wording(resolved), resolved, forms: 0, tables: 0, charts: 0, placed: Vec::new(), found: false }
    }
}

impl Lower<'_> {
    /// Errors about the whole first, then those of the inputs in the order of the form.
    fn errors(&self) -> Vec<Anchor> {
        let Some(state) = &self.context.form else { return Vec::new() };
        let unplaced = state.errors.iter().filter(|(name, _)| !self.placed.iter().any(|(placed, _)| placed == name));
        let unplaced = unplaced.map(|(_, text)| Anchor::new(text.clone(), ""));
        unplaced.chain(self.placed.iter().map(|(_, anchor)| anchor.clone())).collect()
    }

    fn language(&self) -> Language {
        self.context.frame.language
    }

    fn block(&mut self, block: &Block, pieces: &mut Vec<Piece>) {
        match block {
            Block::Heading { text, level } => {
                pieces.push(Piece::Heading { level: (*level).clamp(2, 4), text: self.wording.words(text) });
            }
            Block::Text(words) => pieces.push(Piece::Text(self.wording.words(words))),
            Block::Notice(notice) => pieces.push(Piece::Notice(said(notice, &self.wording))),
            Block::Summary { title, items } => {
                let title = title.as_ref().map(|title| self.wording.words(title));
                pieces.push(Piece::Facts { title, facts: self.facts(items) });
            }
            Block::Person(id) => pieces.push(self.person(*id)),
            Block::Document(id) => self.document(id, pieces),
            Block::Payment(number) => self.payment(number, pieces),
            Block::Table(table) => pieces.push(self.table(table)),
            Block::Bound(table) => pieces.push(self.bound(table)),
            Block::Form(form) => pieces.extend(self.form(form)),
            Block::Timeline(happenings) => {
                pieces.push(Piece::Timeline(happenings.iter().map(|happening| self.event(happening)).collect()));
            }
            Block::Buttons(buttons) => {
                let presses: Vec<Press> = buttons.iter().filter_map(|button| self.press(button)).collect();
                if !presses.is_empty() {
                    pieces.push(Piece::Buttons(presses));
                }
            }
            Block::Links(links) => {
                let anchors: Vec<Anchor> = links
                    .iter()
                    .filter(|link| self.context.may_open(&link.screen))
                    .map(|link| {
                        Anchor::new(self.wording.words(&link.label), urls::screen_url(self.context.base, &link.screen, &link.parameters))
                    })
                    .collect();
                if !anchors.is_empty() {
                    pieces.push(Piece::Links(anchors));
                }
            }
            Block::Section { id, title } => pieces.push(Piece::Section { id: format!("s-{id}"), title: self.wording.words(title) }),
            Block::Chart(chart) => {
                let piece = self.chart(chart);
                pieces.push(piece);
            }
            Block::Map(map) => pieces.push(self.map(map)),
            Block::Stepped(form) => self.stepped(form, pieces),
            Block::Grid(grid) => pieces.extend(self.rows(grid)),
            Block::Figures(figures) => pieces.push(Piece::Numbers(figures.iter().map(|figure| self.figure(figure)).collect())),
            Block::Steps(steps) => {
                let stages = steps.iter().map(|step| Stage {
                    title: self.wording.words(&step.title),
                    progress: match step.progress {
                        Progress::Done => "done",
                        Progress::Current => "current",
                        Progress::ToDo => "to-do",
                    },
                    text: step.text.as_ref().map(|text| self.wording.words(text)),
                    href: None,
                });
                pieces.push(Piece::Stages(stages.collect()));
            }
            Block::Worklist(list) => pieces.push(self.worklist(list)),
            Block::SigningQueue(queue) => pieces.push(self.signing_queue(queue)),
            Block::Calendar(calendar) => pieces.push(self.calendar(calendar)),
            Block::Qr(qr) => pieces.push(self.qr(qr)),
            // The host puts a stepped form in its place where somebody takes applications.
            Block::Application(_) => {
                let title = say(self.language(), "application-unknown");
                pieces.push(Piece::Notice(crate::ui::Said { tone: Tone::Neutral, title, text: None }));
            }
            Block::Case(id) => self.case(id, pieces),
        }
    }

    fn facts(&self, items: &[Item]) -> Vec<Fact> {
        items.iter().map(|item| Fact::new(self.wording.words(&item.label), Cell::text(self.wording.value(&item.value)))).collect()
    }

    fn person(&self, id: SubjectId) -> Piece {
        let language = self.language();
        match self.resolved.people.get(&id) {
            None => Piece::Person { name: say(language, "unknown-person"), facts: Vec::new() },
            Some(person) => {
                let mut facts = vec![say(language, if person.company { "company" } else { "natural-person" })];
                facts.extend(person.idn.as_ref().map(|idn| format!("{} {idn}", if person.company { "IDNO" } else { "IDNP" })));
                Piece::Person { name: person.name.clone(), facts: vec![facts.join(" · ")] }
            }
        }
    }

    /// Where a document of the module can be had; none while there is nothing of it.
    fn document_url(&self, id: &str) -> Option<String> {
        let document = self.resolved.documents.get(id).filter(|document| document.kept)?;
        let shown = !matches!(document.standing, Standing::Failed | Standing::Destroyed);
        shown.then(|| format!("{}/documents/{}", self.context.base, urls::encode(id)))
    }

    fn document(&self, id: &str, pieces: &mut Vec<Piece>) {
        let language = self.language();
        let Some(document) = self.resolved.documents.get(id) else {
            return pieces.push(Piece::Text(say(language, "document-unknown")));
        };
        let (key, tone) = standing(document.standing);
        let mut facts = vec![Fact::new(say(language, "document-standing"), Cell::tag(say(language, key), tone))];
        facts.extend(document.number.as_ref().map(|number| Fact::new(say(language, "document-number"), Cell::text(number))));
        for (key, date) in [("document-issued-on", document.issued_on), ("document-valid-until", document.valid_until)] {
            facts.extend(date.map(|date| Fact::new(say(language, key), Cell::text(self.wording.value(&Value::Date(date))))));
        }
        if !document.note.is_empty() {
            facts.push(Fact::new(say(language, "document-note"), Cell::text(strip_controls(&document.note))));
        }
        pieces.push(Piece::Facts { title: Some(strip_controls(&document.title)), facts });
        pieces.extend(self.document_url(id).map(|url| Piece::Links(vec![Anchor::new(say(language, "document-download"), url)])));
    }

    fn payment(&self, number: &str, pieces: &mut Vec<Piece>) {
        let language = self.language();
        let Some(order) = self.resolved.orders.get(number) else {
            return pieces.push(Piece::Notice(crate::ui::Said {
                tone: Tone::Neutral,
                title: say(language, "order-unknown"),
                text: Some(number.to_owned()),
            }));
        };
        let rest = Money((order.due.0 - order.paid.0).max(0));
        let mut facts = vec![
            Fact::new(say(language, "order-number"), Cell::text(number)),
            Fact::new(say(language, "order-status"), Cell::tag(say(language, status_key(order.status)), tone_of(order.status))),
            Fact::new(say(language, "order-due"), Cell::text(self.wording.value(&Value::Money(order.due)))),
            Fact::new(say(language, "order-paid"), Cell::text(self.wording.value(&Value::Money(order.paid)))),
            Fact::new(say(language, "order-rest"), Cell::text(self.wording.value(&Value::Money(rest)))),
        ];
        if let Some(expires) = order.expires {
            facts.push(Fact::new(say(language, "order-expires"), Cell::text(self.wording.value(&Value::Date(expires)))));
        }
        pieces.push(Piece::Facts { title: Some(say(language, "order-title")), facts });
        let payable = matches!(order.status, OrderStatus::Active | OrderStatus::PartiallyPaid);
        if payable && is_web_address(&order.pay_url) {
            pieces.push(Piece::Leave(Anchor::new(say(language, "order-pay"), order.pay_url.clone())));
        }
    }

    fn figure(&self, figure: &Figure) -> Number {
        let link = figure.opens.as_ref().filter(|link| self.context.may_open(&link.screen));
        Number {
            label: self.wording.words(&figure.label),
            value: self.wording.value(&figure.value),
            note: figure.note.as_ref().map(|note| self.wording.words(note)),
            tone: figure.tone,
            link: link.map(|link| {
                Anchor::new(self.wording.words(&link.label), urls::screen_url(self.context.base, &link.screen, &link.parameters))
            }),
        }
    }

    /// A date or instant, as machines write it.
    fn machine_time(&self, at: &Value) -> String {
        match at {
            Value::Date(date) => date.to_string(),
            Value::Instant(instant) => instant.rfc3339(),
            _ => String::new(),
        }
    }

    fn event(&self, happening: &Happening) -> Event {
        Event {
            what: self.wording.words(&happening.what),
            at: self.machine_time(&happening.at),
            when: self.wording.value(&happening.at),
            who: happening.who.map(|id| self.wording.value(&Value::Subject(id))),
            facts: self.facts(&happening.details),
        }
    }

    /// A button; none when the reader may not perform its action. One that asks before is a link to the page that asks.
    fn press(&self, button: &Button) -> Option<Press> {
        if !self.context.may_perform(&button.action) {
            return None;
        }
        let label = self.wording.words(&button.label);
        let primary = matches!(button.tone, Tone::Success);
        if button.confirm.is_some() {
            let mut hidden = self.context.query_without(&["confirm", "confirm.", "export"]);
            hidden.push(("confirm".to_owned(), button.action.clone()));
            hidden
                .extend(urls::parameters_to_pairs(&button.parameters).into_iter().map(|(name, value)| (format!("confirm.{name}"), value)));
            return Some(Press { label, tone: button.tone, post: false, action: self.context.frame.path.to_owned(), hidden, primary });
        }
        let mut hidden = self.hidden();
        hidden.extend(urls::parameters_to_pairs(&button.parameters));
        Some(Press { label, tone: button.tone, post: true, action: urls::action_url(self.context.base, &button.action), hidden, primary })
    }

    /// What every form that changes something carries.
    fn hidden(&self) -> Vec<(String, String)> {
        vec![(urls::SUBMISSION.to_owned(), (self.context.submission)().to_string()), (urls::FROM.to_owned(), self.context.from())]
    }
}

fn standing(standing: Standing) -> (&'static str, Tone) {
    match standing {
        Standing::Received => ("document-received", Tone::Neutral),
        Standing::Making => ("document-making", Tone::Neutral),
        Standing::Draft => ("document-draft", Tone::Warning),
        Standing::Issued => ("document-issued", Tone::Success),
        Standing::Annulled => ("document-annulled", Tone::Danger),
        Standing::Failed => ("document-failed", Tone::Danger),
        Standing::Destroyed => ("document-destroyed", Tone::Neutral),
    }
}

fn tone_of(status: OrderStatus) -> Tone {
    match status {
        OrderStatus::Active => Tone::Neutral,
        OrderStatus::PartiallyPaid | OrderStatus::Refunding | OrderStatus::Refunded => Tone::Warning,
        OrderStatus::Paid | OrderStatus::Completed => Tone::Success,
        OrderStatus::Expired | OrderStatus::Cancelled => Tone::Danger,
    }
}

fn status_key(status: OrderStatus) -> &'static str {
    match status {
        OrderStatus::Active => "order-active",
        OrderStatus::PartiallyPaid => "order-partially-paid",
        OrderStatus::Paid => "order-paid-status",
        OrderStatus::Completed => "order-completed",
        OrderStatus::Expired => "order-expired",
        OrderStatus::Cancelled => "order-cancelled",
        OrderStatus::Refunding => "order-refunding",
        OrderStatus::Refunded => "order-refunded",
    }
}

/// The address of a page, never of a script.
fn is_web_address(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://") || (url.starts_with('/') && !url.starts_with("//"))
}
