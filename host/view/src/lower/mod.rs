//! From a module's screen to the pieces of a page: words spoken, addresses made, what the reader may not do left out.

mod answers;
mod charts;
pub(crate) mod confirm;
mod days;
mod forms;
pub(crate) use forms::{accepted, host_hint};
mod found;
pub(crate) use found::draw;
mod maps;
mod steps;
mod tables;

use crate::facts::machine_time;
use crate::messages::say;
use crate::page::{PageContext, or_untitled, said};
use crate::ui::{Anchor, Cell, Event, Fact, Number, Piece, Press, Stage};
use crate::urls;
use crate::wording::Wording;
use vatra_core::ids::SubjectId;
use vatra_core::manifest::Language;
use vatra_core::value::Value;
use vatra_core::view::{Block, Button, Figure, Happening, Item, Progress, Resolved, Screen, Tone};

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
        self.wording.document_kept(id).then(|| format!("{}/documents/{}", self.context.base, urls::encode(id)))
    }

    fn document(&self, id: &str, pieces: &mut Vec<Piece>) {
        let language = self.language();
        let Some(known) = self.wording.document(id) else {
            return pieces.push(Piece::Text(say(language, "document-unknown")));
        };
        pieces.push(Piece::Facts { title: Some(known.title), facts: known.facts });
        pieces.extend(self.document_url(id).map(|url| Piece::Links(vec![Anchor::new(say(language, "document-download"), url)])));
    }

    fn payment(&self, number: &str, pieces: &mut Vec<Piece>) {
        let Some(known) = self.wording.order(number) else {
            return pieces.push(Piece::Notice(crate::ui::Said {
                tone: Tone::Neutral,
                title: say(self.language(), "order-unknown"),
                text: Some(number.to_owned()),
            }));
        };
        pieces.push(Piece::Facts { title: Some(known.title), facts: known.facts });
        pieces.extend(known.leave.into_iter().map(Piece::Leave));
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

    fn event(&self, happening: &Happening) -> Event {
        Event {
            what: self.wording.words(&happening.what),
            at: machine_time(&happening.at),
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
