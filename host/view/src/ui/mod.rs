//! What pages are made of: pieces whose words are already in the reader's language and whose addresses are known. Module screens
//! (`lower`) and the host's own pages (`pages`) both come to this, and one set of templates renders it.

mod drawn;

pub use drawn::*;
use vatra_core::view::Tone;

/// A link.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Anchor {
    /// Its words.
    pub text: String,
    /// Its address.
    pub href: String,
}

impl Anchor {
    /// A link with these words to this address.
    pub fn new(text: impl Into<String>, href: impl Into<String>) -> Self {
        Self { text: text.into(), href: href.into() }
    }
}

/// A value in a table or list.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Cell {
    /// Its words; a dash is shown for none.
    pub text: String,
    /// Where it leads.
    pub href: Option<String>,
    /// Aligned to the right, in figures of one width.
    pub numeric: bool,
    /// Kept on one line.
    pub nowrap: bool,
    /// Shown as a tag.
    pub tag: Option<Tone>,
    /// Shown in a typeface of one width: hashes, codes.
    pub code: bool,
    /// Left out on paper.
    pub aside: bool,
    /// What the link is about, where those who see know it from the row.
    pub about: Option<String>,
    /// A button instead of the words.
    pub press: Option<Box<Press>>,
}

impl Cell {
    /// Words.
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }
    /// A tag.
    pub fn tag(text: impl Into<String>, tone: Tone) -> Self {
        Self { text: text.into(), tag: Some(tone), ..Self::default() }
    }
    /// A code or hash.
    pub fn code(text: impl Into<String>) -> Self {
        Self { text: text.into(), code: true, ..Self::default() }
    }
    /// Words that lead somewhere.
    pub fn link(text: impl Into<String>, href: impl Into<String>) -> Self {
        Self { text: text.into(), href: Some(href.into()), ..Self::default() }
    }
}

/// A label and its value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fact {
    /// The label.
    pub label: String,
    /// The value.
    pub value: Cell,
}

impl Fact {
    /// A label and its value.
    pub fn new(label: impl Into<String>, value: Cell) -> Self {
        Self { label: label.into(), value }
    }
}

/// Something to be told.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Said {
    /// How it feels.
    pub tone: Tone,
    /// In a line.
    pub title: String,
    /// And more.
    pub text: Option<String>,
}

/// A button: a form of its own.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Press {
    /// Its words.
    pub label: String,
    /// How it feels.
    pub tone: Tone,
    /// Changes something; otherwise it only asks (a GET).
    pub post: bool,
    /// Where it goes.
    pub action: String,
    /// Sent along.
    pub hidden: Vec<(String, String)>,
    /// The main one of its page.
    pub primary: bool,
}

/// A heading of a table.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Head {
    /// Its words.
    pub text: String,
    /// Over numbers.
    pub numeric: bool,
    /// The address that sorts by it.
    pub sort: Option<String>,
    /// Sorted by it: `ascending` or `descending`.
    pub sorted: Option<&'static str>,
    /// Left out on paper.
    pub aside: bool,
}

impl Head {
    /// A plain heading.
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }
}

/// A box to tick before a row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tick {
    /// The element's id.
    pub id: String,
    /// The value sent.
    pub value: String,
    /// Its words.
    pub label: String,
    /// Ticked.
    pub checked: bool,
}

/// A row.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Row {
    /// The element's id; none when nothing leads to it.
    pub id: Option<String>,
    /// A box to tick.
    pub tick: Option<Tick>,
    /// Its cells; the first is the row's heading.
    pub cells: Vec<Cell>,
    /// What can be done with it.
    pub presses: Vec<Press>,
}

/// Totals beneath a table's rows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Foot {
    /// What the row is called.
    pub title: String,
    /// Over how many columns that goes; none when the first column has a total.
    pub across: usize,
    /// Of each further column, the total or nothing.
    pub cells: Vec<String>,
}

/// A search box over a table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Search {
    /// The page it asks.
    pub action: String,
    /// The input's name.
    pub name: String,
    /// What was sought.
    pub value: String,
    /// The rest of the address.
    pub hidden: Vec<(String, String)>,
    /// The address without search words, when there are any.
    pub clear: Option<String>,
}

/// A number or gap in a pagination.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PageLink {
    /// The page; none for a gap.
    pub page: Option<u32>,
    /// Its address.
    pub href: String,
    /// The page shown.
    pub current: bool,
}

/// A pagination.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Pages {
    /// Said by screen readers: which table.
    pub label: String,
    /// The page before.
    pub previous: Option<String>,
    /// The page after.
    pub next: Option<String>,
    /// Numbers and gaps.
    pub numbers: Vec<PageLink>,
}

/// A button over ticked rows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BulkPress {
    /// Its words.
    pub label: String,
    /// How it feels.
    pub tone: Tone,
    /// Where it posts to.
    pub action: String,
    /// Further fields as a query, sent as `vatra-with`.
    pub with: String,
}

/// What can be done with ticked rows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bulk {
    /// Sent along.
    pub hidden: Vec<(String, String)>,
    /// The ticks' name.
    pub name: String,
    /// A tick for every row there is, on this page or not.
    pub all: Option<Tick>,
    /// The buttons.
    pub presses: Vec<BulkPress>,
}

/// A table.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Grid {
    /// The element's id.
    pub id: String,
    /// Its caption.
    pub caption: String,
    /// Its headings.
    pub heads: Vec<Head>,
    /// Its rows.
    pub rows: Vec<Row>,
    /// A search box.
    pub search: Option<Search>,
    /// How many there are, in words.
    pub status: Option<String>,
    /// Downloads.
    pub exports: Vec<Anchor>,
    /// Pages.
    pub pages: Option<Pages>,
    /// Said instead of an empty table.
    pub empty: String,
    /// What can be done with ticked rows.
    pub bulk: Option<Bulk>,
    /// Totals beneath the rows.
    pub foot: Option<Foot>,
    /// On a telephone it is a list of its rows.
    pub stacked: bool,
}

/// One of several choices.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Choice {
    /// The element's id.
    pub id: String,
    /// The code sent.
    pub value: String,
    /// Its words.
    pub label: String,
    /// Chosen.
    pub checked: bool,
    /// Asked only when this is chosen.
    pub then: Vec<Control>,
}

/// How an input is asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Ask {
    /// One line.
    Line {
        /// What stands in it.
        value: String,
        /// Said after it: `lei`.
        suffix: Option<&'static str>,
        /// `text`, `tel`, `email`, `search`
        kind: &'static str,
        /// `numeric`, `decimal`, or nothing.
        mode: &'static str,
        /// `govuk-input--width-10`, or nothing.
        width: &'static str,
        /// Programs do not mend its spelling.
        exact: bool,
    },
    /// Several lines.
    Area {
        /// What stands in it.
        value: String,
    },
    /// Day, month, year.
    Date {
        /// The three parts.
        parts: [String; 3],
    },
    /// One of a few.
    Radios(Vec<Choice>),
    /// Any of several.
    Boxes(Vec<Choice>),
    /// One of many.
    Select(Vec<Choice>),
    /// One of two or three short answers, side by side.
    Answers(Vec<Choice>),
    /// Yes or no: one box.
    Flag(Choice),
    /// A file.
    File {
        /// Kinds offered.
        accept: String,
    },
    /// Several inputs that are one.
    Parts(Vec<Control>),
    /// A person or company: those found or chosen before, and a line to find others by.
    Person {
        /// Whom to choose from.
        found: Vec<Choice>,
        /// Somebody else.
        other: Choice,
        /// What was typed to find somebody.
        sought: String,
    },
    /// Inputs that are asked for again and again.
    Times {
        /// Each time: its title and inputs, and the value of the button that takes it away.
        times: Vec<Time>,
        /// The value of the button for one more, unless there are enough.
        more: Option<String>,
    },
}

/// One of the times that a group is asked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Time {
    /// `Copilul 2`
    pub title: String,
    /// Its inputs.
    pub controls: Vec<Control>,
    /// What the button that takes it away says to the host; none when there is only one.
    pub less: Option<String>,
}

/// An input of a form.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Control {
    /// The element's id; parts have it as their beginning.
    pub id: String,
    /// The name sent.
    pub name: String,
    /// Its words.
    pub label: String,
    /// Its words without remarks, for the summary of errors.
    pub title: String,
    /// A hint.
    pub hint: Option<String>,
    /// What is wrong with it.
    pub error: Option<String>,
    /// How it is asked for.
    pub ask: Ask,
    /// Whose or what's it is, where a heading says so to those who see: said after its words.
    pub about: Option<String>,
}

impl Default for Ask {
    fn default() -> Self {
        Self::Area { value: String::new() }
    }
}

impl Control {
    /// The element that an error leads to.
    pub fn target(&self) -> String {
        match &self.ask {
            Ask::Date { .. } => format!("{}-day", self.id),
            Ask::Radios(choices) | Ask::Boxes(choices) | Ask::Answers(choices) => {
                choices.first().map_or_else(|| self.id.clone(), |choice| choice.id.clone())
            }
            Ask::Flag(choice) => choice.id.clone(),
            Ask::Parts(parts) => parts.first().map_or_else(|| self.id.clone(), Self::target),
            Ask::Person { found, .. } => found.first().map_or_else(|| format!("{}-find", self.id), |choice| choice.id.clone()),
            Ask::Times { times, .. } => times.first().and_then(|time| time.controls.first()).map_or_else(|| self.id.clone(), Self::target),
            _ => self.id.clone(),
        }
    }
}

/// A form.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sheet {
    /// The element's id.
    pub id: String,
    /// Its title.
    pub title: Option<String>,
    /// Where it goes.
    pub action: String,
    /// Changes something; otherwise it only asks (a GET).
    pub post: bool,
    /// Carries files.
    pub files: bool,
    /// Sent along.
    pub hidden: Vec<(String, String)>,
    /// Its inputs.
    pub controls: Vec<Control>,
    /// The button's words.
    pub submit: String,
    /// How the button feels.
    pub tone: Tone,
    /// A way out.
    pub cancel: Option<Anchor>,
}

impl Sheet {
    /// Whether it has buttons besides the one that sends it: that one must stay what the Enter key presses.
    pub(crate) fn has_other_buttons(&self) -> bool {
        self.controls.iter().any(|control| matches!(control.ask, Ask::Times { .. }))
    }
}

/// The same inputs for many rows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rows {
    /// All but its inputs.
    pub sheet: Sheet,
    /// What the rows are.
    pub head: String,
    /// The inputs' words.
    pub heads: Vec<String>,
    /// Whose or what's the row is, and its inputs.
    pub rows: Vec<(Cell, Vec<Control>)>,
}

/// Something that happened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Event {
    /// What.
    pub what: String,
    /// When, for machines.
    pub at: String,
    /// When, in words.
    pub when: String,
    /// Who.
    pub who: Option<String>,
    /// Particulars.
    pub facts: Vec<Fact>,
}

/// A card that leads somewhere.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Card {
    /// Where it leads.
    pub link: Anchor,
    /// What one finds there.
    pub text: String,
    /// Said beneath.
    pub note: Option<String>,
    /// A tag.
    pub tag: Option<(String, Tone)>,
}

/// A framed part with facts and things to do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Panel {
    /// Its title.
    pub title: String,
    /// A tag beside it.
    pub tag: Option<(String, Tone)>,
    /// Facts.
    pub facts: Vec<Fact>,
    /// Forms beneath.
    pub sheets: Vec<Sheet>,
}

/// One of several views of the same page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tab {
    /// Its words and address.
    pub link: Anchor,
    /// How many there are, in figures.
    pub count: Option<String>,
    /// The one that is shown.
    pub current: bool,
}

/// A piece of a page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Piece {
    /// A heading of level 2 to 4.
    Heading {
        /// 2 to 4.
        level: u8,
        /// Its words.
        text: String,
    },
    /// Begins a part.
    Section {
        /// The element's id.
        id: String,
        /// Its title.
        title: String,
    },
    /// Links to the parts.
    Contents(Vec<Anchor>),
    /// A paragraph; a line feed begins a new one.
    Text(String),
    /// A form that goes by itself where scripts run: it brings a message to another service.
    Sends(Press),
    /// Something to be told.
    Notice(Said),
    /// Labels and values.
    Facts {
        /// Its title.
        title: Option<String>,
        /// The facts.
        facts: Vec<Fact>,
    },
    /// A person or company.
    Person {
        /// The name.
        name: String,
        /// What kind, and the identifier.
        facts: Vec<String>,
    },
    /// A table.
    Grid(Box<Grid>),
    /// A form.
    Sheet(Box<Sheet>),
    /// What happened.
    Timeline(Vec<Event>),
    /// Buttons.
    Buttons(Vec<Press>),
    /// A link that looks like a button: leaves the page, changes nothing.
    Leave(Anchor),
    /// Links.
    Links(Vec<Anchor>),
    /// Cards.
    Cards(Vec<Card>),
    /// A framed part.
    Panel(Box<Panel>),
    /// Views of the same page to choose from.
    Tabs {
        /// Said by screen readers: of what.
        label: String,
        /// The views.
        tabs: Vec<Tab>,
    },
    /// How far something is.
    Progress {
        /// Of what.
        label: String,
        /// So much of it.
        done: u64,
        /// Of so much; none when nobody knows.
        total: Option<u64>,
        /// The same in words.
        text: String,
    },
    /// A part that is asked for anew every two seconds where scripts run, as long as its address is there.
    Live {
        /// The element's id.
        id: String,
        /// The page that has the part.
        href: Option<String>,
        /// The part.
        pieces: Vec<Self>,
    },
    /// The same inputs for many rows.
    Rows(Box<Rows>),
    /// A chart.
    Plot(Box<Plot>),
    /// A map.
    Map(Box<Atlas>),
    /// Large numbers.
    Numbers(Vec<Number>),
    /// A course of steps.
    Stages(Vec<Stage>),
    /// A calendar.
    Days(Box<Days>),
    /// A QR code.
    Code(Box<Code>),
    /// The way back.
    Back(Anchor),
}
