//! Blocks that are more than words.

use super::{Take, Taken, tone};
use crate::bindings::vatra::view::view as wit;
use crate::convert;
use crate::state::invalid;
use vatra_core::value::Value;
use vatra_core::view as core;

impl Take<'_> {
    /// A block that is not taken over where the others are.
    pub(super) fn part(&mut self, block: wit::Block) -> Taken<core::Block> {
        Ok(match block {
            wit::Block::SteppedForm(form) => core::Block::Stepped(core::SteppedForm {
                id: form.id,
                action: form.action,
                title: self.words(form.title)?,
                pages: self.all(form.pages, |take, page| {
                    Ok(core::FormPage { title: take.words(page.title)?, inputs: take.all(page.inputs, Self::input)? })
                })?,
                parameters: self.open_fields("parameters", form.parameters)?,
                submit: self.words(form.submit)?,
            }),
            wit::Block::Grid(grid) => core::Block::Grid(core::GridForm {
                action: grid.action,
                title: self.words(grid.title)?,
                rows: self.all(grid.rows, |take, row| {
                    let (label, values) = (take.value("label", row.label)?, take.fields("values", row.values)?);
                    Ok(core::GridRow { id: row.id, label, values })
                })?,
                inputs: self.all(grid.inputs, Self::input)?,
                parameters: self.open_fields("parameters", grid.parameters)?,
                submit: self.words(grid.submit)?,
            }),
            wit::Block::Figures(figures) => core::Block::Figures(self.all(figures, |take, figure| {
                Ok(core::Figure {
                    label: take.words(figure.label)?,
                    value: take.value("figure", figure.value)?,
                    note: take.some_words(figure.note)?,
                    tone: tone(figure.tone),
                    opens: figure.opens.map(|link| take.link(link)).transpose()?,
                })
            })?),
            wit::Block::Steps(steps) => core::Block::Steps(self.all(steps, |take, step| {
                let progress = match step.progress {
                    wit::Progress::Done => core::Progress::Done,
                    wit::Progress::Current => core::Progress::Current,
                    wit::Progress::ToDo => core::Progress::ToDo,
                };
                Ok(core::Step { title: take.words(step.title)?, progress, text: take.some_words(step.text)? })
            })?),
            wit::Block::Worklist(list) => core::Block::Worklist(core::Worklist {
                id: list.id,
                title: self.words(list.title)?,
                scope: match list.scope {
                    wit::Scope::Mine => core::WorkScope::Mine,
                    wit::Scope::Unassigned => core::WorkScope::Unassigned,
                    wit::Scope::Overdue => core::WorkScope::Overdue,
                    wit::Scope::All => core::WorkScope::All,
                },
                kinds: list.kinds,
                everywhere: list.everywhere,
                empty: self.words(list.empty)?,
            }),
            wit::Block::SigningQueue(queue) => core::Block::SigningQueue(core::SigningQueue {
                id: queue.id,
                title: self.words(queue.title)?,
                empty: self.words(queue.empty)?,
            }),
            wit::Block::Calendar(calendar) => core::Block::Calendar(self.calendar(calendar)?),
            wit::Block::Qr(qr) => {
                let content = match qr.content {
                    wit::QrContent::Order(number) => core::QrContent::Order(number),
                    wit::QrContent::Document(document) => core::QrContent::Document(document.id),
                    wit::QrContent::Text(text) => core::QrContent::Text(text),
                };
                core::Block::Qr(core::Qr { content, caption: self.words(qr.caption)? })
            }
            wit::Block::Application(application) => core::Block::Application(core::Application {
                service: application.service,
                applicant: application.applicant.map(|subject| self.subject(&subject)).transpose()?,
                then: self.link(application.then)?,
            }),
            wit::Block::Case(id) => core::Block::Case(id),
            // All others were taken over before this is asked.
            _ => return Err(invalid("block", "type").into()),
        })
    }

    fn calendar(&mut self, calendar: wit::Calendar) -> Taken<core::Calendar> {
        let date = |date| convert::date_from_guest(date).ok_or_else(|| invalid("from", "date"));
        Ok(core::Calendar {
            id: calendar.id,
            title: self.words(calendar.title)?,
            from: date(calendar.from)?,
            days: calendar.days,
            items: self.all(calendar.items, |take, item| {
                let Value::Instant(at) = take.value("at", crate::bindings::vatra::types::values::Value::Instant(item.at))? else {
                    return Err(invalid("at", "type").into());
                };
                Ok(core::CalendarItem {
                    at,
                    minutes: item.minutes,
                    label: take.words(item.label)?,
                    tone: tone(item.tone),
                    opens: item.opens.map(|link| take.link(link)).transpose()?,
                    button: item.button.map(|button| take.button(button)).transpose()?,
                })
            })?,
            empty: self.words(calendar.empty)?,
        })
    }
}
