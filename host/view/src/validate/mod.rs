//! Whether a screen may be shown: its size, its references to what the manifest declares, the types of what it sends along.
//!
//! A module is not trusted: whatever passes here can be rendered, and every link and form leads to something that exists.

mod forms;
mod parts;
mod size;
mod tables;

pub(crate) use forms::is_hidden;

use crate::limits;
use std::collections::BTreeSet;
use vatra_core::ids::Name;
use vatra_core::manifest::{InputSchema, Manifest};
use vatra_core::value::{Fields, Value};
use vatra_core::view::{Block, Button, Link, Screen, Words};

/// What is wrong with a screen, and where: for the module's author and the operator's log. Never holds a text of the screen.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{at}: {problem}")]
pub struct ViewProblem {
    /// `blocks[3].inputs[0]`
    pub at: String,
    /// What is wrong there.
    pub problem: Problem,
}

/// A rule that a screen breaks.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Problem {
    /// More things than [`limits`] allows.
    #[error("{found} {what}, at most {limit} are shown")]
    TooMany {
        /// What there is too much of.
        what: &'static str,
        /// So many.
        found: usize,
        /// The limit.
        limit: usize,
    },
    /// A text or the whole is longer than [`limits`] allows.
    #[error("{found} bytes, at most {limit} are shown")]
    TooLong {
        /// So many bytes.
        found: usize,
        /// The limit.
        limit: usize,
    },
    /// A heading's level is not 2, 3 or 4.
    #[error("a heading of level {0}: use 2, 3 or 4")]
    HeadingLevel(u8),
    /// An id is not a plain name.
    #[error("'{0}' is not a plain name")]
    BadId(String),
    /// An id is used twice.
    #[error("'{0}' is used twice")]
    TwiceUsed(String),
    /// The manifest declares no such thing.
    #[error("the manifest declares no {what} '{name}'")]
    Undeclared {
        /// `screen`, `action`, `register`, `input`, `parameter`, `field`, `choice`
        what: &'static str,
        /// Its name.
        name: String,
    },
    /// The value is of another type than declared.
    #[error("'{0}' is declared with another type")]
    WrongType(String),
    /// A personal value is sent along as something that is not personal: it would come back to the module opened.
    #[error("'{0}' is not declared personal, so that it cannot carry a sealed value")]
    Unsealed(String),
    /// A personal value would stand in an address, which browsers and proxies keep.
    #[error("'{0}' would put a personal value into an address")]
    PersonalAddress(String),
    /// A required input or parameter is sent by nothing.
    #[error("'{0}' is required and missing")]
    Missing(String),
    /// An input's name is kept for the host.
    #[error("'{0}' is a name that the host keeps for itself")]
    Reserved(String),
    /// A row has another number of cells than the table has columns.
    #[error("{found} cells in a table of {expected} columns")]
    Cells {
        /// So many.
        found: usize,
        /// The number of columns.
        expected: usize,
    },
    /// The type cannot be compared, sorted, placed or asked for there.
    #[error("{0}")]
    Unfit(&'static str),
}

/// Checks a screen against the module's manifest.
///
/// # Errors
/// Every problem, at most a hundred.
pub fn validate(screen: &Screen, manifest: &Manifest) -> Result<(), Vec<ViewProblem>> {
    let mut check = Check { manifest, problems: Vec::new(), ids: BTreeSet::new(), bytes: 0, bound: 0 };
    check.screen(screen);
    if check.problems.is_empty() {
        return Ok(());
    }
    check.problems.truncate(100);
    Err(check.problems)
}

struct Check<'a> {
    manifest: &'a Manifest,
    problems: Vec<ViewProblem>,
    ids: BTreeSet<String>,
    bytes: usize,
    bound: usize,
}

impl Check<'_> {
    fn problem(&mut self, at: &str, problem: Problem) {
        self.problems.push(ViewProblem { at: at.to_owned(), problem });
    }

    fn screen(&mut self, screen: &Screen) {
        self.label("title", &screen.title);
        self.count("breadcrumbs", "breadcrumbs", screen.breadcrumbs.len(), limits::ITEMS);
        for (index, link) in screen.breadcrumbs.iter().enumerate() {
            self.link(&format!("breadcrumbs[{index}]"), link);
        }
        if !self.count("blocks", "blocks", screen.blocks.len(), limits::BLOCKS) {
            return;
        }
        for (index, block) in screen.blocks.iter().enumerate() {
            self.block(&format!("blocks[{index}]"), block);
        }
        self.count("blocks", "bound tables", self.bound, limits::BOUND_TABLES);
        if self.bytes > limits::SCREEN_BYTES {
            self.problem("screen", Problem::TooLong { found: self.bytes, limit: limits::SCREEN_BYTES });
        }
    }

    fn block(&mut self, at: &str, block: &Block) {
        match block {
            Block::Heading { text, level } => {
                self.label(at, text);
                if !(2..=4).contains(level) {
                    self.problem(at, Problem::HeadingLevel(*level));
                }
            }
            Block::Text(words) => self.text(at, words),
            Block::Notice(notice) => {
                self.label(at, &notice.title);
                if let Some(text) = &notice.text {
                    self.text(at, text);
                }
            }
            Block::Summary { title, items } => {
                if let Some(title) = title {
                    self.label(at, title);
                }
                self.items(at, items);
            }
            Block::Person(_) => self.weigh(16),
            Block::Payment(number) => self.code(at, number),
            Block::Table(table) => self.table(at, table),
            Block::Bound(table) => self.bound(at, table),
            Block::Form(form) => self.form(at, form),
            Block::Timeline(happenings) => {
                self.count(at, "happenings", happenings.len(), limits::HAPPENINGS);
                for (index, happening) in happenings.iter().enumerate() {
                    let at = format!("{at}[{index}]");
                    self.label(&at, &happening.what);
                    self.items(&at, &happening.details);
                    if !matches!(happening.at, Value::Date(_) | Value::Instant(_)) {
                        self.problem(&at, Problem::Unfit("something happens at a date or instant"));
                    }
                }
            }
            Block::Buttons(buttons) => {
                self.count(at, "buttons", buttons.len(), limits::ITEMS);
                for (index, button) in buttons.iter().enumerate() {
                    self.button(&format!("{at}[{index}]"), button, false);
                }
            }
            Block::Links(links) => {
                self.count(at, "links", links.len(), limits::ITEMS);
                for (index, link) in links.iter().enumerate() {
                    self.link(&format!("{at}[{index}]"), link);
                }
            }
            Block::Section { id, title } => {
                self.label(at, title);
                self.id(at, "section", id);
            }
            Block::Document(id) => self.code(at, id),
            Block::Chart(chart) => self.chart(at, chart),
            Block::Map(map) => self.map(at, map),
            Block::Stepped(form) => self.stepped(at, form),
            Block::Grid(grid) => self.grid(at, grid),
            Block::Figures(figures) => self.figures(at, figures),
            Block::Steps(steps) => self.steps(at, steps),
            Block::Worklist(list) => {
                self.id(at, "worklist", &list.id);
                self.label(at, &list.title);
                self.text(at, &list.empty);
                self.count(at, "kinds", list.kinds.len(), limits::FIELDS);
                list.kinds.iter().for_each(|kind| self.code(at, kind));
            }
            Block::SigningQueue(queue) => {
                self.id(at, "signing-queue", &queue.id);
                self.label(at, &queue.title);
                self.text(at, &queue.empty);
            }
            Block::Calendar(calendar) => self.calendar(at, calendar),
            Block::Qr(qr) => self.qr(at, qr),
            Block::Application(application) => self.application(at, application),
            Block::Case(id) => self.code(at, id),
        }
    }

    fn items(&mut self, at: &str, items: &[vatra_core::view::Item]) {
        self.count(at, "items", items.len(), limits::ITEMS);
        for (index, item) in items.iter().enumerate() {
            let at = format!("{at}.items[{index}]");
            self.label(&at, &item.label);
            self.value(&at, &item.value);
        }
    }

    /// A plain name, unique among those of its kind.
    fn id(&mut self, at: &str, kind: &str, id: &str) {
        self.code(at, id);
        if Name::new(id).is_err() {
            self.problem(at, Problem::BadId(id.chars().take(80).collect()));
        } else if !self.ids.insert(format!("{kind} {id}")) {
            self.problem(at, Problem::TwiceUsed(id.to_owned()));
        }
    }

    fn link(&mut self, at: &str, link: &Link) {
        self.label(at, &link.label);
        self.target(at, &link.screen, &link.parameters);
    }

    /// A screen with parameters: declared, of the right types, none missing.
    fn target(&mut self, at: &str, screen: &str, parameters: &Fields) {
        self.code(at, screen);
        match self.manifest.screen(screen) {
            None => self.problem(at, Problem::Undeclared { what: "screen", name: screen.chars().take(80).collect() }),
            Some(schema) => {
                self.fields(at, &schema.parameters, parameters, "parameter");
                self.not_in_address(at, parameters);
                self.present(at, &schema.parameters, &|name| parameters.get(name).is_some_and(|value| !value.is_none()));
            }
        }
    }

    fn button(&mut self, at: &str, button: &Button, bulk: bool) {
        self.label(at, &button.label);
        if let Some(confirm) = &button.confirm {
            self.label(at, confirm);
        }
        self.code(at, &button.action);
        let manifest = self.manifest;
        let Some(action) = manifest.action(&button.action) else {
            return self.problem(at, Problem::Undeclared { what: "action", name: button.action.chars().take(80).collect() });
        };
        self.fields(at, &action.inputs, &button.parameters, "input");
        // The page that asks has them in its address.
        if button.confirm.is_some() {
            self.not_in_address(at, &button.parameters);
        }
        self.present(at, &action.inputs, &|name| {
            button.parameters.get(name).is_some_and(|value| !value.is_none()) || (bulk && name == "entry")
        });
    }

    /// Sent along: each declared, of its type.
    fn fields(&mut self, at: &str, schema: &[InputSchema], fields: &Fields, what: &'static str) {
        self.count(at, "parameters", fields.len(), limits::FIELDS);
        for (name, value) in fields {
            self.value(at, value);
            match schema.iter().find(|input| input.name == *name) {
                None => self.problem(at, Problem::Undeclared { what, name: name.chars().take(80).collect() }),
                Some(input) if !input.kind.admits(value) => self.problem(at, Problem::WrongType(name.clone())),
                Some(input) if matches!(value, Value::Personal(_)) && !input.is_personal() => {
                    self.problem(at, Problem::Unsealed(name.clone()));
                }
                Some(_) => {}
            }
        }
    }

    fn not_in_address(&mut self, at: &str, fields: &Fields) {
        for (name, _) in fields.iter().filter(|(_, value)| matches!(value, Value::Personal(_))) {
            self.problem(at, Problem::PersonalAddress(name.clone()));
        }
    }

    /// Every required input comes from somewhere, unless nothing asks for it.
    fn present(&mut self, at: &str, schema: &[InputSchema], given: &dyn Fn(&str) -> bool) {
        let asked = |input: &InputSchema| input.when.as_ref().is_none_or(|when| given(&when.input));
        for input in schema.iter().filter(|input| input.required && asked(input)) {
            if !given(&input.name) {
                self.problem(at, Problem::Missing(input.name.clone()));
            }
        }
    }

    fn label(&mut self, at: &str, words: &Words) {
        self.words(at, words, limits::LABEL_BYTES);
    }

    fn text(&mut self, at: &str, words: &Words) {
        self.words(at, words, limits::TEXT_BYTES);
    }
}
