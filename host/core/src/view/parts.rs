//! Blocks of a screen that are more than words: charts, maps, calendars, forms of several pages or rows, lists that the host fills.

use super::{Button, Column, Input, Link, Tone, Words};
use crate::clock::Instant;
use crate::ids::SubjectId;
use crate::register::Query;
use crate::value::{Fields, Money, Value};
use chrono::NaiveDate;
use serde::Serialize;

/// What kind of chart.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChartKind {
    /// Bars.
    Bar,
    /// Lines.
    Line,
    /// A ring.
    Donut,
}

/// A chart, always given as a table too.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Chart {
    /// Its caption.
    pub title: Words,
    /// Its kind.
    pub kind: ChartKind,
    /// One for each point.
    pub labels: Vec<Words>,
    /// As many points as labels: of one kind of number, or empty where there is nothing to draw.
    pub series: Vec<(Words, Vec<Value>)>,
}

impl Chart {
    /// A point by how high it is drawn: integers as they are, money in bani, decimals in billionths. None where there is nothing to draw, and of
    /// what is no number.
    pub fn height(point: &Value) -> Option<i128> {
        match point {
            Value::Integer(number) | Value::Money(Money(number)) => Some(i128::from(*number)),
            Value::Decimal(decimal) => Some(decimal.nanos()),
            _ => None,
        }
    }

    /// All its points, one series after the other.
    pub fn points(&self) -> impl Iterator<Item = &Value> {
        self.series.iter().flat_map(|(_, points)| points)
    }
}

/// Parcels or places of a register's entries, drawn and listed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MapBlock {
    /// Unique on the screen; the address keeps what is looked at under it.
    pub id: String,
    /// Its caption.
    pub title: Words,
    /// Its entries.
    pub query: Query,
    /// The field with the geometry.
    pub field: String,
    /// What the list beside it says of each.
    pub columns: Vec<Column>,
    /// Said when there is nothing.
    pub empty: Words,
}

/// A form of several pages, each checked and kept, performed once.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct SteppedForm {
    /// Unique on the screen; drafts are kept under it and the parameters.
    pub id: String,
    /// Performed with every input.
    pub action: String,
    /// Its title.
    pub title: Words,
    /// Its pages.
    pub pages: Vec<FormPage>,
    /// Sent along unchanged.
    pub parameters: Fields,
    /// The words of the button that sends it.
    pub submit: Words,
}

/// A page of a stepped form. It is passed over when none of its inputs is asked.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct FormPage {
    /// Its title.
    pub title: Words,
    /// What it asks.
    pub inputs: Vec<Input>,
}

/// The same inputs for each of many rows.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct GridForm {
    /// Performed with every row's inputs as `ROW.NAME`.
    pub action: String,
    /// Its title.
    pub title: Words,
    /// Its rows.
    pub rows: Vec<GridRow>,
    /// What every row asks.
    pub inputs: Vec<Input>,
    /// Sent along unchanged.
    pub parameters: Fields,
    /// The button's words.
    pub submit: Words,
}

/// A row of a grid.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct GridRow {
    /// Its part of the inputs' names: a plain name.
    pub id: String,
    /// Who or what the row is about.
    pub label: Value,
    /// What its inputs begin with, before what the grid says.
    pub values: Fields,
}

/// A large number.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Figure {
    /// What it counts.
    pub label: Words,
    /// The number.
    pub value: Value,
    /// Said beneath.
    pub note: Option<Words>,
    /// How it feels.
    pub tone: Tone,
    /// Where it leads.
    pub opens: Option<Link>,
}

/// How far a step has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Progress {
    /// Behind.
    Done,
    /// Here one stands.
    Current,
    /// Before.
    ToDo,
}

/// A step of a course.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Step {
    /// Its title.
    pub title: Words,
    /// How far.
    pub progress: Progress,
    /// And more.
    pub text: Option<Words>,
}

/// Which tasks a worklist shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum WorkScope {
    /// Those that the reader has taken.
    Mine,
    /// Those that the reader may take.
    Unassigned,
    /// Those of the reader's roles that are late.
    Overdue,
    /// All of the reader's roles.
    All,
}

/// Tasks, listed by the host.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Worklist {
    /// Unique on the screen.
    pub id: String,
    /// Its caption.
    pub title: Words,
    /// Which tasks.
    pub scope: WorkScope,
    /// Only of these kinds; of all when there is none.
    pub kinds: Vec<String>,
    /// Of every module that the reader works in.
    pub everywhere: bool,
    /// Said when there is nothing.
    pub empty: Words,
}

/// What waits for the reader's signature, from every module.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct SigningQueue {
    /// Unique on the screen.
    pub id: String,
    /// Its caption.
    pub title: Words,
    /// Said when there is nothing.
    pub empty: Words,
}

/// Days with what is on them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Calendar {
    /// Unique on the screen; the address keeps under it how it is looked at.
    pub id: String,
    /// Its caption.
    pub title: Words,
    /// Its first day.
    pub from: NaiveDate,
    /// How many days it has.
    pub days: u16,
    /// What is on them.
    pub items: Vec<CalendarItem>,
    /// Said when there is nothing.
    pub empty: Words,
}

/// Something in a calendar.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct CalendarItem {
    /// When it begins.
    pub at: Instant,
    /// How long it takes; 0 when that is not said.
    pub minutes: u16,
    /// What it is.
    pub label: Words,
    /// How it feels.
    pub tone: Tone,
    /// Where it leads.
    pub opens: Option<Link>,
    /// What choosing it does.
    pub button: Option<Button>,
}

/// What a QR code holds.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum QrContent {
    /// The way to pay an order.
    Order(String),
    /// The way to prove a document.
    Document(String),
    /// Words, nothing personal.
    Text(String),
}

/// A QR code.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Qr {
    /// What it holds.
    pub content: QrContent,
    /// Said beneath.
    pub caption: Words,
}

/// The application form of a public service.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Application {
    /// The service's code.
    pub service: String,
    /// For whom; the caller when none.
    pub applicant: Option<SubjectId>,
    /// Where the person lands, with the case as the parameter `case`.
    pub then: Link,
}
