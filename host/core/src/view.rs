//! The typed view as the host holds it (the contract's `vatra:view`), and what the host adds to it before rendering: rows of bound
//! tables, people's names, opened values, standings of orders. Plain data: `view` renders it, `capabilities` makes it.

mod found;
mod parts;

pub use found::{CaseData, DraftData, Feature, MAP_FEATURES, MapData, Priority, Resolved, SigningItem, WorkRow, WorklistData};
pub use parts::{
    Application, Calendar, CalendarItem, Chart, ChartKind, Figure, FormPage, GridForm, GridRow, MapBlock, Progress, Qr, QrContent,
    SigningQueue, Step, SteppedForm, WorkScope, Worklist,
};

use crate::documents::Standing;
use crate::ids::SubjectId;
use crate::register::Query;
use crate::value::{EntryRef, Fields, Money, Value};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Words: a message of the module's translations, or plain words in the caller's language.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Words {
    /// A Fluent message with its arguments.
    Key(String, Fields),
    /// Plain.
    Plain(String),
}

/// How a notice or button feels.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tone {
    /// Information.
    Neutral,
    /// It worked.
    Success,
    /// Look out.
    Warning,
    /// Something is lost or refused.
    Danger,
}

/// To a screen of this module.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Link {
    /// Its words.
    pub label: Words,
    /// The screen.
    pub screen: String,
    /// What it is opened with.
    pub parameters: Fields,
}

/// Performs an action.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Button {
    /// Its words.
    pub label: Words,
    /// The action.
    pub action: String,
    /// Sent along.
    pub parameters: Fields,
    /// Asked before.
    pub confirm: Option<Words>,
    /// How it feels.
    pub tone: Tone,
}

/// A label and its value.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Item {
    /// The label.
    pub label: Words,
    /// The value.
    pub value: Value,
}

/// A column of a bound table.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Column {
    /// A field; `number`, `version`, `opened`; or `FIELD.name|idn|phone|email` of a subject field.
    pub name: String,
    /// Its heading.
    pub title: Words,
    /// The screen that the cell opens with parameter `entry`.
    pub opens: Option<String>,
}

/// A table of a register, run by the host.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BoundTable {
    /// Unique on the screen.
    pub id: String,
    /// Its caption.
    pub title: Words,
    /// Its entries.
    pub query: Query,
    /// Its columns.
    pub columns: Vec<Column>,
    /// With a search box.
    pub searchable: bool,
    /// With a download.
    pub exportable: bool,
    /// Said when there is nothing.
    pub empty: Words,
    /// On ticked entries.
    pub bulk: Vec<Button>,
    /// Fields whose sums over everything found stand beneath.
    pub totals: Vec<String>,
}

/// A row of a table that the module filled.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct TableRow {
    /// As many as there are columns.
    pub cells: Vec<Value>,
    /// A screen about what the row shows.
    pub opens: Option<Link>,
}

/// A table that the module filled.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Table {
    /// Its caption.
    pub title: Words,
    /// Headings.
    pub columns: Vec<Words>,
    /// Its rows.
    pub rows: Vec<TableRow>,
}

/// An input of a form. Its type comes from the manifest.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Input {
    /// As the action declares it.
    pub name: String,
    /// Its words.
    pub label: Words,
    /// A hint.
    pub hint: Option<Words>,
    /// What it begins with.
    pub value: Value,
    /// Words of choices.
    pub choices: Vec<(String, Words)>,
}

/// A form.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Form {
    /// Posts to this action.
    pub action: String,
    /// Its title.
    pub title: Words,
    /// Its inputs.
    pub inputs: Vec<Input>,
    /// Sent along unchanged.
    pub parameters: Fields,
    /// The button's words.
    pub submit: Words,
    /// Asks to check the answers first.
    pub check_answers: bool,
}

/// Something that happened.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Happening {
    /// A date or instant.
    pub at: Value,
    /// What.
    pub what: Words,
    /// Who.
    pub who: Option<SubjectId>,
    /// Particulars.
    pub details: Vec<Item>,
}

/// Something to be told.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Notice {
    /// How it feels.
    pub tone: Tone,
    /// In a line.
    pub title: Words,
    /// And more.
    pub text: Option<Words>,
}

/// A block of a screen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Block {
    /// A heading of level 2 to 4.
    Heading {
        /// Its words.
        text: Words,
        /// 2, 3 or 4.
        level: u8,
    },
    /// A paragraph.
    Text(Words),
    /// A notice.
    Notice(Notice),
    /// Labels and values.
    Summary {
        /// Its title.
        title: Option<Words>,
        /// Its items.
        items: Vec<Item>,
    },
    /// A person or company, with what the reader may see of them.
    Person(SubjectId),
    /// A document.
    Document(String),
    /// Where an MPay order stands, and the way to pay it.
    Payment(String),
    /// A table that the module filled.
    Table(Table),
    /// A table of a register.
    Bound(BoundTable),
    /// A form.
    Form(Form),
    /// A chart.
    Chart(Chart),
    /// What happened, oldest first.
    Timeline(Vec<Happening>),
    /// Parcels or places of a register's entries.
    Map(MapBlock),
    /// Actions.
    Buttons(Vec<Button>),
    /// Links.
    Links(Vec<Link>),
    /// Begins a part.
    Section {
        /// Its place in the address.
        id: String,
        /// Its title.
        title: Words,
    },
    /// A form of several pages.
    Stepped(SteppedForm),
    /// The same inputs for many rows.
    Grid(GridForm),
    /// Large numbers.
    Figures(Vec<Figure>),
    /// Where one stands.
    Steps(Vec<Step>),
    /// Tasks.
    Worklist(Worklist),
    /// What waits for a signature.
    SigningQueue(SigningQueue),
    /// Days.
    Calendar(Calendar),
    /// A QR code.
    Qr(Qr),
    /// An application for a public service.
    Application(Application),
    /// Where a case stands, by its id.
    Case(String),
}

/// A screen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Screen {
    /// Level 1.
    pub title: Words,
    /// One level up, outermost first.
    pub breadcrumbs: Vec<Link>,
    /// Its content.
    pub blocks: Vec<Block>,
}

/// Leaves the portal and comes back as an event.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Errand {
    /// Sign these documents.
    Sign(Vec<String>),
    /// Pay this order.
    Pay(String),
}

/// What an action comes to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// Show this screen.
    Show(Screen),
    /// Go to a screen.
    Go(Link),
    /// Back where the person came from, with this said.
    Done(Notice),
    /// A document to download.
    Download(String),
    /// Leaves the portal.
    Errand(Errand),
    /// A job was started.
    Job(String),
    /// The form again, with what is wrong in each input. Nothing is kept.
    Rejected(Vec<(String, Words)>),
}

/// An outcome with its result as data.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Answer {
    /// What it comes to.
    pub outcome: Outcome,
    /// Dotted names nest.
    pub report: Fields,
}

/// How the reader asked for one bound table: from the address.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct TableRequest {
    /// Search words.
    pub search: Option<String>,
    /// Column and direction.
    pub sort: Option<(String, bool)>,
    /// From 1.
    pub page: u32,
}

/// Rows a page of a bound table.
pub const PAGE_ROWS: u32 = 25;

/// A row of a bound table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BoundRow {
    /// Its entry.
    pub entry: EntryRef,
    /// As many as the columns; personal texts opened, subjects' attributes as text.
    pub cells: Vec<Value>,
}

/// A bound table, run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BoundData {
    /// What the reader asked for, within bounds.
    pub request: TableRequest,
    /// This page's rows.
    pub rows: Vec<BoundRow>,
    /// How many match in all.
    pub total: u64,
    /// The sums of the table's totals over all that match, by their names.
    pub sums: Fields,
    /// By which columns it can be sorted.
    pub sortable: Vec<bool>,
}

/// A person or company as the reader may see them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PersonData {
    /// Their name.
    pub name: String,
    /// IDNP or IDNO; absent for people without, and for readers not entitled.
    pub idn: Option<String>,
    /// A company.
    pub company: bool,
}

/// An order as the reader may see it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OrderData {
    /// Where it stands.
    pub status: OrderStatus,
    /// In all.
    pub due: Money,
    /// So far.
    pub paid: Money,
    /// Not payable after this date.
    pub expires: Option<NaiveDate>,
    /// Where anyone can pay it.
    pub pay_url: String,
}

/// A document as the reader may see it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DocumentData {
    /// Its title.
    pub title: String,
    /// Its number, once it is issued.
    pub number: Option<String>,
    /// Where it stands.
    pub standing: Standing,
    /// When it was issued.
    pub issued_on: Option<NaiveDate>,
    /// Last day on which it holds.
    pub valid_until: Option<NaiveDate>,
    /// Why it failed or was annulled.
    pub note: String,
    /// Whether there are bytes to be had.
    pub kept: bool,
    /// The code by which anybody checks it, once it is issued.
    pub code: Option<String>,
}

/// Where an MPay order stands (the names of MPay's statuses).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OrderStatus {
    /// Payable.
    Active,
    /// Payable, some of it paid.
    PartiallyPaid,
    /// Paid in full.
    Paid,
    /// Paid, and what it paid for was delivered.
    Completed,
    /// No longer payable: its last day has passed.
    Expired,
    /// Withdrawn.
    Cancelled,
    /// Money is on its way back.
    Refunding,
    /// Money went back.
    Refunded,
}

impl OrderStatus {
    /// `partially-paid`
    pub fn code(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::PartiallyPaid => "partially-paid",
            Self::Paid => "paid",
            Self::Completed => "completed",
            Self::Expired => "expired",
            Self::Cancelled => "cancelled",
            Self::Refunding => "refunding",
            Self::Refunded => "refunded",
        }
    }
    /// From its code.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Active, Self::PartiallyPaid, Self::Paid, Self::Completed, Self::Expired, Self::Cancelled, Self::Refunding, Self::Refunded]
            .into_iter()
            .find(|status| status.code() == code)
    }
}
