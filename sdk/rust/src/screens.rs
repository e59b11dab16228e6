//! Screens, block by block.

use crate::contract::vatra::types::values::{Instant, Subject, Value};
use crate::contract::vatra::view::view::{
    Block, BoundTable, Button, Chart, ChartKind, Figure, Form, Happening, Heading, Item, Link, Notice, Screen, Summary, Table, Tone, Words,
};
use alloc::string::String;
use alloc::vec::Vec;

impl Item {
    /// A label and its value.
    pub fn of(label: impl Into<Words>, value: impl Into<Value>) -> Self {
        Self { label: label.into(), value: value.into() }
    }
}

impl Notice {
    /// In a line.
    pub fn of(tone: Tone, title: impl Into<Words>) -> Self {
        Self { tone, title: title.into(), text: None }
    }
    /// And more.
    #[must_use]
    pub fn text(mut self, text: impl Into<Words>) -> Self {
        self.text = Some(text.into());
        self
    }
}

impl Figure {
    /// A number and what it says.
    pub fn of(label: impl Into<Words>, value: impl Into<Value>) -> Self {
        Self { label: label.into(), value: value.into(), note: None, tone: Tone::Neutral, opens: None }
    }
    /// In this tone.
    #[must_use]
    pub fn tone(mut self, tone: Tone) -> Self {
        self.tone = tone;
        self
    }
    /// Leads to a screen.
    #[must_use]
    pub fn opens(mut self, link: Link) -> Self {
        self.opens = Some(link);
        self
    }
}

impl Chart {
    fn of(kind: ChartKind, title: impl Into<Words>, labels: Vec<Words>) -> Self {
        Self { title: title.into(), kind, labels, series: Vec::new() }
    }
    /// Bars: for each label one of each series.
    pub fn bars(title: impl Into<Words>, labels: Vec<Words>) -> Self {
        Self::of(ChartKind::Bar, title, labels)
    }
    /// Lines over the labels.
    pub fn lines(title: impl Into<Words>, labels: Vec<Words>) -> Self {
        Self::of(ChartKind::Line, title, labels)
    }
    /// Parts of a whole.
    pub fn donut<V: Into<Value>>(
        title: impl Into<Words>,
        labels: Vec<Words>,
        series: impl Into<Words>,
        points: impl IntoIterator<Item = V>,
    ) -> Self {
        Self::of(ChartKind::Donut, title, labels).series(series, points)
    }
    /// One more series, with a point for each label: numbers, money or decimals, all of one kind, or `Value::None` where there is nothing to draw.
    #[must_use]
    pub fn series<V: Into<Value>>(mut self, title: impl Into<Words>, points: impl IntoIterator<Item = V>) -> Self {
        self.series.push((title.into(), points.into_iter().map(Into::into).collect()));
        self
    }
}

impl Happening {
    /// Something that happened at a moment.
    pub fn at(instant: Instant, what: impl Into<Words>) -> Self {
        Self { at: Value::Instant(instant), what: what.into(), who: None, details: Vec::new() }
    }
    /// Who did it.
    #[must_use]
    pub fn by(mut self, who: Option<Subject>) -> Self {
        self.who = who;
        self
    }
    /// One more particular.
    #[must_use]
    pub fn detail(mut self, item: Item) -> Self {
        self.details.push(item);
        self
    }
}

impl Screen {
    /// An empty screen.
    pub fn titled(title: impl Into<Words>) -> Self {
        Self { title: title.into(), breadcrumbs: Vec::new(), blocks: Vec::new() }
    }
    /// Lies under this screen; outermost first.
    #[must_use]
    pub fn under(mut self, link: Link) -> Self {
        self.breadcrumbs.push(link);
        self
    }
    /// One more block.
    #[must_use]
    pub fn block(mut self, block: Block) -> Self {
        self.blocks.push(block);
        self
    }
    /// The block, if there is one.
    #[must_use]
    pub fn maybe(self, block: Option<Block>) -> Self {
        match block {
            Some(block) => self.block(block),
            None => self,
        }
    }
    /// A heading of level 2.
    #[must_use]
    pub fn heading(self, text: impl Into<Words>) -> Self {
        self.block(Block::Heading(Heading { text: text.into(), level: 2 }))
    }
    /// A paragraph.
    #[must_use]
    pub fn text(self, text: impl Into<Words>) -> Self {
        self.block(Block::Text(text.into()))
    }
    /// A notice.
    #[must_use]
    pub fn notice(self, notice: Notice) -> Self {
        self.block(Block::Notice(notice))
    }
    /// Labels and values.
    #[must_use]
    pub fn summary(self, title: impl Into<Words>, items: Vec<Item>) -> Self {
        self.block(Block::Summary(Summary { title: Some(title.into()), items }))
    }
    /// A person or company, with what the reader may see of them.
    #[must_use]
    pub fn person(self, subject: Subject) -> Self {
        self.block(Block::Person(subject))
    }
    /// Where an MPay order stands, and the way to pay it.
    #[must_use]
    pub fn payment(self, order: impl Into<String>) -> Self {
        self.block(Block::Payment(order.into()))
    }
    /// A table of a register.
    #[must_use]
    pub fn bound(self, table: BoundTable) -> Self {
        self.block(Block::Bound(table))
    }
    /// A table that the module filled.
    #[must_use]
    pub fn table(self, table: Table) -> Self {
        self.block(Block::Table(table))
    }
    /// A form.
    #[must_use]
    pub fn form(self, form: Form) -> Self {
        self.block(Block::Form(form))
    }
    /// A chart, with its table.
    #[must_use]
    pub fn chart(self, chart: Chart) -> Self {
        self.block(Block::Chart(chart))
    }
    /// Large numbers side by side.
    #[must_use]
    pub fn figures(self, figures: Vec<Figure>) -> Self {
        self.block(Block::Figures(figures))
    }
    /// What happened, oldest first.
    #[must_use]
    pub fn timeline(self, happenings: Vec<Happening>) -> Self {
        self.block(Block::Timeline(happenings))
    }
    /// Actions.
    #[must_use]
    pub fn buttons(self, buttons: Vec<Button>) -> Self {
        self.block(Block::Buttons(buttons))
    }
    /// Links.
    #[must_use]
    pub fn links(self, links: Vec<Link>) -> Self {
        self.block(Block::Links(links))
    }
}
