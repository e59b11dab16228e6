//! What is drawn: charts, maps, figures, courses of steps, calendars, codes.

use super::{Anchor, Grid};
use vatra_core::view::Tone;

/// A bar of a chart: where it begins and ends, in thousandths of the width.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bar {
    /// Which series it belongs to: the look.
    pub look: usize,
    /// The series' words; empty when there is only one.
    pub series: String,
    /// From the left.
    pub from: u32,
    /// Its width.
    pub width: u32,
    /// Where zero is.
    pub zero: u32,
    /// The value in words.
    pub value: String,
}

/// Words of a chart's legend.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Legend {
    /// The look.
    pub look: usize,
    /// The words.
    pub text: String,
    /// Beside them.
    pub value: Option<String>,
}

/// A slice of a ring.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Slice {
    /// Its place among all: the look.
    pub look: usize,
    /// Its outline.
    pub path: String,
    /// Where its number stands, if it is wide enough.
    pub number: Option<(i32, i32)>,
}

/// How a chart is drawn. Words stand beside the drawing, never in it, so that they wrap and grow as all others do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Drawing {
    /// Bars under their labels.
    Bars(Vec<(String, Vec<Bar>)>),
    /// Lines in a field of 1000 by 1000.
    Lines {
        /// Of each series: its path, and its points.
        lines: Vec<(usize, String, String)>,
        /// Heights of the ticks with their words, top first.
        ticks: Vec<(u32, String)>,
        /// Words beneath, evenly apart.
        labels: Vec<String>,
        /// What the lines are.
        legend: Vec<Legend>,
    },
    /// A ring in a field of 200 by 200.
    Ring {
        /// Those with something in them.
        slices: Vec<Slice>,
        /// What the slices are, in their order.
        legend: Vec<Legend>,
    },
    /// There is nothing to draw.
    Nothing(String),
}

/// A chart with its table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Plot {
    /// The element's id.
    pub id: String,
    /// Its caption.
    pub title: String,
    /// How it is drawn.
    pub drawing: Drawing,
    /// All of it in numbers.
    pub table: Grid,
}

/// A shape on a map.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shape {
    /// Its number in the list.
    pub number: usize,
    /// Its words.
    pub title: String,
    /// Where it leads.
    pub href: Option<String>,
    /// Its outline, in units of the drawing.
    pub path: String,
    /// It is an area; otherwise a way or place.
    pub area: bool,
    /// Where its number stands.
    pub at: (i32, i32),
}

/// A map with its list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Atlas {
    /// The element's id.
    pub id: String,
    /// Its caption.
    pub title: String,
    /// `x y width height`
    pub view_box: String,
    /// What is drawn.
    pub shapes: Vec<Shape>,
    /// From how near it is looked at.
    pub zoom: i32,
    /// Ways to look elsewhere: which, the words, the address; none where there is nothing further.
    pub ways: Vec<(&'static str, String, Option<String>)>,
    /// How far it is across, in words.
    pub scale: String,
    /// The list.
    pub list: Grid,
}

/// A large number.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Number {
    /// What it counts.
    pub label: String,
    /// The number.
    pub value: String,
    /// Said beneath.
    pub note: Option<String>,
    /// How it feels.
    pub tone: Tone,
    /// Where it leads.
    pub link: Option<Anchor>,
}

/// A step of a course.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stage {
    /// Its title.
    pub title: String,
    /// `done`, `current`, `to-do`
    pub progress: &'static str,
    /// And more.
    pub text: Option<String>,
    /// Where it leads.
    pub href: Option<String>,
}

/// Something on a day.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Slot {
    /// `09:00` or `09:00–09:20`
    pub time: String,
    /// What it is.
    pub text: String,
    /// How it feels.
    pub tone: Tone,
    /// Where it leads.
    pub href: Option<String>,
    /// It leads to the question before choosing it.
    pub asks: bool,
    /// What pressing it does: where it posts to and what it sends along.
    pub press: Option<(String, String)>,
}

/// A day of a calendar.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Day {
    /// `21`
    pub number: String,
    /// `luni, 21 septembrie 2026`
    pub name: String,
    /// For machines.
    pub date: String,
    /// Within the calendar; others only fill the week.
    pub within: bool,
    /// What is on it.
    pub slots: Vec<Slot>,
}

/// A calendar.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Days {
    /// The element's id.
    pub id: String,
    /// Its caption.
    pub title: String,
    /// What it shows: `Septembrie 2026`.
    pub span: String,
    /// Ways to look at it: the words, the address, whether it is this one.
    pub ways: Vec<(String, String, bool)>,
    /// Before.
    pub previous: Option<Anchor>,
    /// After.
    pub next: Option<Anchor>,
    /// Names of the days of the week; none when it is a list.
    pub heads: Vec<String>,
    /// Weeks, or all days of the list as one.
    pub weeks: Vec<Vec<Day>>,
    /// Sent along by its buttons.
    pub hidden: Vec<(String, String)>,
    /// Said instead.
    pub empty: Option<String>,
}

/// A QR code.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Code {
    /// Modules to a side, with the quiet margin.
    pub side: usize,
    /// The dark ones.
    pub path: String,
    /// Said beneath.
    pub caption: String,
    /// What it says, when that is an address.
    pub link: Option<Anchor>,
}
