//! `vatra:view`: a module's screen taken over by the host. Tokens are checked and opened here; what the screen may hold is
//! validated by the view's own room before anything is rendered.

mod parts;

use crate::bindings::exports::vatra::modules::screens as exported;
use crate::bindings::vatra::types::values as types;
use crate::bindings::vatra::view::view as wit;
use crate::budget::{Budget, OverBudget};
use crate::convert;
use crate::registers::Stop;
use crate::state::{CallState, HostError, invalid};
use vatra_core::ids::SubjectId;
use vatra_core::value::{Fields, Value};
use vatra_core::view as core;

impl wit::Host for CallState {}

/// Names and texts of a report, in bytes.
const MAX_REPORT: usize = 64 << 10;
/// A name in a report, in bytes.
const MAX_NAME: usize = 200;

type Taken<T> = Result<T, Stop>;

/// Why an answer was not taken over.
#[derive(Debug)]
pub enum NotTaken {
    /// A token was made up, a value is out of range, or a query reaches further than the grant.
    Failure(types::Failure),
    /// It is larger than the budget.
    OverBudget(OverBudget),
    /// Storage failed.
    Store(vatra_core::store::StoreError),
}

impl From<Stop> for NotTaken {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Failure(failure) => Self::Failure(failure),
            Stop::Host(HostError::OverBudget(over)) => Self::OverBudget(over),
            Stop::Host(HostError::Store(error)) => Self::Store(error),
        }
    }
}

/// Takes over a screen.
///
/// # Errors
/// [`NotTaken`].
pub fn screen(state: &mut CallState, screen: exported::Screen) -> Result<core::Screen, NotTaken> {
    Ok(Take { state }.screen(screen)?)
}

/// Takes over an answer.
///
/// # Errors
/// As [`screen`].
pub fn answer(state: &mut CallState, answer: exported::Answer) -> Result<core::Answer, NotTaken> {
    let mut take = Take { state };
    let taken: Taken<core::Answer> = (|| {
        let report = take.report(answer.report)?;
        let outcome = match answer.outcome {
            wit::Outcome::Show(screen) => core::Outcome::Show(take.screen(screen)?),
            wit::Outcome::Go(link) => core::Outcome::Go(take.link(link)?),
            wit::Outcome::Done(notice) => core::Outcome::Done(take.notice(notice)?),
            wit::Outcome::Download(document) => core::Outcome::Download(document.id),
            wit::Outcome::Errand(errand) => core::Outcome::Errand(match errand {
                wit::Errand::Sign(documents) => core::Errand::Sign(documents.into_iter().map(|document| document.id).collect()),
                wit::Errand::Pay(number) => core::Errand::Pay(number),
            }),
            wit::Outcome::Job(job) => core::Outcome::Job(job),
            wit::Outcome::Rejected(inputs) => {
                core::Outcome::Rejected(inputs.into_iter().map(|(name, words)| Ok((name, take.words(words)?))).collect::<Taken<_>>()?)
            }
        };
        Ok(core::Answer { outcome, report })
    })();
    Ok(taken?)
}

/// Takes over words.
pub(crate) fn words(state: &mut CallState, words: wit::Words) -> Result<core::Words, Stop> {
    Take { state }.words(words)
}

/// Takes over a link.
pub(crate) fn link(state: &mut CallState, link: wit::Link) -> Result<core::Link, Stop> {
    Take { state }.link(link)
}

struct Take<'a> {
    state: &'a mut CallState,
}

impl Take<'_> {
    fn screen(&mut self, screen: wit::Screen) -> Taken<core::Screen> {
        if screen.blocks.len() as u64 > self.state.limits.view {
            return Err(self.state.limits.over(Budget::View).into());
        }
        Ok(core::Screen {
            title: self.words(screen.title)?,
            breadcrumbs: self.all(screen.breadcrumbs, Self::link)?,
            blocks: self.all(screen.blocks, Self::block)?,
        })
    }

    fn all<A, B>(&mut self, items: Vec<A>, take: impl Fn(&mut Self, A) -> Taken<B>) -> Taken<Vec<B>> {
        items.into_iter().map(|item| take(self, item)).collect()
    }

    fn value(&mut self, name: &str, value: types::Value) -> Taken<Value> {
        let (value, _) = convert::from_guest(&self.state.binding.sealer, value).map_err(|rule| invalid(name, rule))?;
        Ok(value)
    }

    fn fields(&mut self, what: &str, fields: Vec<types::Field>) -> Taken<Fields> {
        let mut out = Fields::new();
        for field in fields {
            let value = self.value(&field.name, field.value)?;
            if out.insert(field.name, value).is_some() {
                return Err(invalid(what, "twice").into());
            }
        }
        Ok(out)
    }

    /// An answer's report. Its numbers go into the audit trail, which keeps them for ever.
    fn report(&mut self, fields: Vec<types::Field>) -> Taken<Fields> {
        let told = |value: &types::Value| if let types::Value::Text(text) | types::Value::Choice(text) = value { text.len() } else { 0 };
        let bytes: usize = fields.iter().map(|field| field.name.len() + told(&field.value)).sum();
        if fields.len() as u64 > self.state.limits.view || bytes > MAX_REPORT {
            return Err(self.state.limits.over(Budget::View).into());
        }
        match fields.iter().find(|field| field.name.len() > MAX_NAME) {
            Some(_) => Err(invalid("report", "too-long").into()),
            None => self.fields("report", fields),
        }
    }

    /// Fields that go into an address or form: nothing personal, or it would come back opened.
    fn open_fields(&mut self, what: &str, fields: Vec<types::Field>) -> Taken<Fields> {
        let fields = self.fields(what, fields)?;
        match fields.iter().find(|(_, value)| matches!(value, Value::Personal(_))) {
            Some((name, _)) => Err(invalid(name, "sealed").into()),
            None => Ok(fields),
        }
    }

    fn subject(&mut self, subject: &types::Subject) -> Taken<SubjectId> {
        Ok(self.state.binding.sealer.subject(&subject.token).map_err(|_| invalid("subject", "token"))?)
    }

    fn words(&mut self, words: wit::Words) -> Taken<core::Words> {
        Ok(match words {
            wit::Words::Key(message) => core::Words::Key(message.key, self.fields("arguments", message.arguments)?),
            wit::Words::Plain(text) => core::Words::Plain(text),
        })
    }

    fn some_words(&mut self, words: Option<wit::Words>) -> Taken<Option<core::Words>> {
        words.map(|words| self.words(words)).transpose()
    }

    fn link(&mut self, link: wit::Link) -> Taken<core::Link> {
        Ok(core::Link { label: self.words(link.label)?, screen: link.screen, parameters: self.open_fields("parameters", link.parameters)? })
    }

    fn button(&mut self, button: wit::Button) -> Taken<core::Button> {
        Ok(core::Button {
            label: self.words(button.label)?,
            action: button.action,
            parameters: self.open_fields("parameters", button.parameters)?,
            confirm: self.some_words(button.confirm)?,
            tone: tone(button.tone),
        })
    }

    fn item(&mut self, item: wit::Item) -> Taken<core::Item> {
        Ok(core::Item { label: self.words(item.label)?, value: self.value("item", item.value)? })
    }

    fn notice(&mut self, notice: wit::Notice) -> Taken<core::Notice> {
        Ok(core::Notice { tone: tone(notice.tone), title: self.words(notice.title)?, text: self.some_words(notice.text)? })
    }

    fn input(&mut self, input: wit::Input) -> Taken<core::Input> {
        Ok(core::Input {
            value: self.value(&input.name, input.value)?,
            label: self.words(input.label)?,
            hint: self.some_words(input.hint)?,
            choices: self.all(input.choices, |take, (code, words)| Ok((code, take.words(words)?)))?,
            name: input.name,
        })
    }

    fn block(&mut self, block: wit::Block) -> Taken<core::Block> {
        Ok(match block {
            wit::Block::Heading(heading) => core::Block::Heading { text: self.words(heading.text)?, level: heading.level },
            wit::Block::Text(words) => core::Block::Text(self.words(words)?),
            wit::Block::Notice(notice) => core::Block::Notice(self.notice(notice)?),
            wit::Block::Summary(summary) => {
                core::Block::Summary { title: self.some_words(summary.title)?, items: self.all(summary.items, Self::item)? }
            }
            wit::Block::Person(subject) => core::Block::Person(self.subject(&subject)?),
            wit::Block::Document(document) => core::Block::Document(document.id),
            wit::Block::Payment(number) => core::Block::Payment(number),
            wit::Block::Table(table) => core::Block::Table(core::Table {
                title: self.words(table.title)?,
                columns: self.all(table.columns, Self::words)?,
                rows: self.all(table.rows, |take, row| {
                    Ok(core::TableRow {
                        cells: take.all(row.cells, |take, cell| take.value("cell", cell))?,
                        opens: row.opens.map(|link| take.link(link)).transpose()?,
                    })
                })?,
            }),
            wit::Block::Bound(table) => core::Block::Bound(self.bound(table)?),
            wit::Block::Form(form) => core::Block::Form(core::Form {
                action: form.action,
                title: self.words(form.title)?,
                inputs: self.all(form.inputs, Self::input)?,
                parameters: self.open_fields("parameters", form.parameters)?,
                submit: self.words(form.submit)?,
                check_answers: form.check_answers,
            }),
            wit::Block::Chart(chart) => core::Block::Chart(core::Chart {
                title: self.words(chart.title)?,
                kind: match chart.kind {
                    wit::ChartKind::Bar => core::ChartKind::Bar,
                    wit::ChartKind::Line => core::ChartKind::Line,
                    wit::ChartKind::Donut => core::ChartKind::Donut,
                },
                labels: self.all(chart.labels, Self::words)?,
                series: self.all(chart.series, |take, (words, points)| {
                    Ok((take.words(words)?, take.all(points, |take, point| take.value("point", point))?))
                })?,
            }),
            wit::Block::Timeline(happenings) => core::Block::Timeline(self.all(happenings, |take, happening| {
                Ok(core::Happening {
                    at: take.value("at", happening.at)?,
                    what: take.words(happening.what)?,
                    who: happening.who.map(|subject| take.subject(&subject)).transpose()?,
                    details: take.all(happening.details, Self::item)?,
                })
            })?),
            wit::Block::GeoMap(map) => {
                let title = self.words(map.title)?;
                let (_, query) = crate::registers::query(self.state, map.query)?;
                let columns = self.all(map.columns, Self::column)?;
                core::Block::Map(core::MapBlock { id: map.id, title, query, field: map.field, columns, empty: self.words(map.empty)? })
            }
            wit::Block::Buttons(buttons) => core::Block::Buttons(self.all(buttons, Self::button)?),
            wit::Block::Links(links) => core::Block::Links(self.all(links, Self::link)?),
            wit::Block::Section(section) => core::Block::Section { id: section.id, title: self.words(section.title)? },
            other => self.part(other)?,
        })
    }

    fn column(&mut self, column: wit::Column) -> Taken<core::Column> {
        Ok(core::Column { name: column.name, title: self.words(column.title)?, opens: column.opens })
    }

    fn bound(&mut self, table: wit::BoundTable) -> Taken<core::BoundTable> {
        let (_, query) = crate::registers::query(self.state, table.query)?;
        let columns = self.all(table.columns, Self::column)?;
        Ok(core::BoundTable {
            id: table.id,
            title: self.words(table.title)?,
            query,
            columns,
            searchable: table.searchable,
            exportable: table.exportable,
            empty: self.words(table.empty)?,
            bulk: self.all(table.bulk, Self::button)?,
            totals: table.totals,
        })
    }
}

fn tone(tone: wit::Tone) -> core::Tone {
    match tone {
        wit::Tone::Neutral => core::Tone::Neutral,
        wit::Tone::Success => core::Tone::Success,
        wit::Tone::Warning => core::Tone::Warning,
        wit::Tone::Danger => core::Tone::Danger,
    }
}
