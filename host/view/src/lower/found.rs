//! Blocks whose content is the host's: tasks, signatures, cases, codes.

use super::Lower;
use crate::facts::is_web_address;
use crate::format::{self, strip_controls};
use crate::messages::{say, say_with};
use crate::pages::signing;
use crate::ui::{Anchor, Cell, Code, Grid, Head, Piece, Press, Row, Said};
use crate::urls;
use std::fmt::Write;
use vatra_core::value::Value;
use vatra_core::view::{Priority, Qr, QrContent, SigningQueue, Tone, WorkRow, Worklist, WorklistData};

/// The quiet margin of a QR code, in modules (ISO/IEC 18004).
const QUIET: usize = 4;

impl Lower<'_> {
    /// `/{municipality}`
    fn town(&self) -> String {
        self.context.frame.tenant.map(|tenant| format!("/{}", tenant.slug)).unwrap_or_default()
    }

    pub(super) fn worklist(&self, list: &Worklist) -> Piece {
        let language = self.language();
        let nothing = WorklistData::default();
        let data = self.resolved.worklists.get(&list.id).unwrap_or(&nothing);
        let modules = list.everywhere;
        let presses = data.rows.iter().any(|row| row.may_claim || row.may_assign);
        let mut heads = vec![Head::text(say(language, "task-title"))];
        heads.extend(modules.then(|| Head::text(say(language, "task-module"))));
        heads.extend([Head::text(say(language, "task-due")), Head::text(say(language, "task-assignee"))]);
        heads.extend(presses.then(|| Head { aside: true, ..Head::text(say(language, "task-todo")) }));
        let rows = data.rows.iter().map(|row| self.task(row, modules)).collect();
        let more = data.rows.len() as u64;
        let status = (data.total > 0).then(|| {
            if data.total > more {
                say_with(language, "task-part", &[("shown", more.into()), ("count", data.total.into())])
            } else {
                say_with(language, "task-count", &[("count", data.total.into())])
            }
        });
        Piece::Grid(Box::new(Grid {
            id: format!("w-{}", list.id),
            caption: self.wording.words(&list.title),
            heads,
            rows,
            status,
            empty: self.wording.words(&list.empty),
            stacked: true,
            ..Grid::default()
        }))
    }

    fn task(&self, row: &WorkRow, modules: bool) -> Row {
        let language = self.language();
        let due = match row.due {
            None => Cell::default(),
            Some(due) if row.overdue => {
                Cell::tag(say_with(language, "task-overdue", &[("date", format::date(due, language).into())]), Tone::Danger)
            }
            Some(due) => Cell { nowrap: true, ..Cell::text(format::date(due, language)) },
        };
        let title = strip_controls(&row.title);
        let title = if row.priority == Priority::High { format!("{}: {title}", say(language, "task-high")) } else { title };
        let mut cells = vec![if is_web_address(&row.href) { Cell::link(title, &row.href) } else { Cell::text(title) }];
        cells.extend(modules.then(|| Cell::text(strip_controls(&row.module))));
        cells.push(due);
        cells.push(match row.assignee {
            Some(id) => Cell::text(self.wording.value(&Value::Subject(id))),
            None => Cell::text(say(language, "task-nobody")),
        });
        let base = format!("{}/tasks/{}", self.town(), urls::encode(&row.id));
        let press = |key: &str, action: String, hidden, post| Press {
            label: say(language, key),
            tone: Tone::Neutral,
            post,
            action,
            hidden,
            primary: false,
        };
        let mut presses = Vec::new();
        presses.extend(row.may_claim.then(|| {
            let mut hidden = vec![("version".to_owned(), row.version.to_string())];
            hidden.extend(self.hidden());
            let here = urls::with_query(self.context.frame.path, self.context.query_without(&["confirm", "confirm.", "export"]));
            hidden.push(("back".to_owned(), here));
            press("task-claim", format!("{base}/claim"), hidden, true)
        }));
        // To whom is asked on the task's own page.
        presses.extend(row.may_assign.then(|| press("task-give", base.clone(), Vec::new(), false)));
        Row { cells, presses, ..Row::default() }
    }

    pub(super) fn signing_queue(&self, queue: &SigningQueue) -> Piece {
        let items = self.resolved.signing.as_deref().unwrap_or_default();
        let mut grid = signing::grid(self.language(), &format!("{}/signing", self.town()), items);
        grid.id = format!("q-{}", queue.id);
        grid.caption = self.wording.words(&queue.title);
        grid.empty = self.wording.words(&queue.empty);
        grid.bulk.iter_mut().for_each(|bulk| bulk.hidden = self.hidden());
        Piece::Grid(Box::new(grid))
    }

    pub(super) fn qr(&self, qr: &Qr) -> Piece {
        let language = self.language();
        let caption = self.wording.words(&qr.caption);
        let text = match &qr.content {
            QrContent::Text(text) => Some(strip_controls(text)),
            other => self.resolved.codes.get(other).cloned(),
        };
        let drawn = text.as_ref().and_then(|text| draw(text));
        match (text, drawn) {
            (Some(text), Some((side, path))) => {
                let link = text.starts_with("https://").then(|| Anchor::new(text.clone(), text.clone()));
                Piece::Code(Box::new(Code { side, path, caption, link }))
            }
            _ => Piece::Notice(Said { tone: Tone::Warning, title: say(language, "qr-none"), text: Some(caption) }),
        }
    }

    pub(super) fn case(&self, id: &str, pieces: &mut Vec<Piece>) {
        let (Some(known), Some(case)) = (self.wording.case(id), self.resolved.cases.get(id)) else {
            return pieces.push(self.unknown("case-unknown", None));
        };
        pieces.push(Piece::Facts { title: Some(known.title), facts: known.facts });
        pieces.extend(known.said.map(Piece::Notice));
        case.orders.iter().for_each(|order| self.payment(order, pieces));
        case.results.iter().for_each(|document| self.document(document, pieces));
        if !known.events.is_empty() {
            pieces.push(Piece::Timeline(known.events));
        }
    }

    fn unknown(&self, key: &str, text: Option<String>) -> Piece {
        Piece::Notice(Said { tone: Tone::Neutral, title: say(self.language(), key), text })
    }
}

/// The side with the quiet margin, and the dark modules as a path; none when the text is too long for a code.
pub(crate) fn draw(text: &str) -> Option<(usize, String)> {
    let code = qrcode::QrCode::with_error_correction_level(text, qrcode::EcLevel::M).ok()?;
    let side = code.width();
    let mut path = String::new();
    let colours = code.to_colors();
    for (y, row) in colours.chunks(side).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|one, other| one == other) {
            if run.first() == Some(&qrcode::Color::Dark) {
                let _ = write!(path, "M{} {}h{}v1h-{}z", x + QUIET, y + QUIET, run.len(), run.len());
            }
            x += run.len();
        }
    }
    Some((side + QUIET * 2, path))
}
