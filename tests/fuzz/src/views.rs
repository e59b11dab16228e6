//! Views: validated, and if they pass, rendered.

use crate::values::{MARK, fields, manifest, query, several, subject, text, value};
use arbitrary::{Result, Unstructured};
use std::collections::BTreeSet;
use std::sync::LazyLock;
use vatra_core::ids::{Name, SubmissionId};
use vatra_core::manifest::{Language, Manifest};
use vatra_core::view::{
    Block, BoundTable, Button, Calendar, CalendarItem, Chart, ChartKind, Column, Figure, Form, FormPage, GridForm, GridRow, Happening,
    Input, Item, Link, MapBlock, Notice, Progress, Qr, QrContent, Resolved, Screen, Step, SteppedForm, Table, TableRow, Tone, Words,
};
use vatra_view::{Catalogue, Frame, PageContext, Wording};

static MANIFEST: LazyLock<Option<(Manifest, Catalogue)>> = LazyLock::new(|| {
    let words = "greeting = Hello { $name }, { $count ->\n    [one] one\n   *[other] { $count }\n }\nplain = Plain\n";
    Some((manifest()?, Catalogue::new(words, words, words).ok()?))
});

/// A view is refused, or rendered without its texts becoming elements.
pub fn view(data: &[u8]) {
    let Some((manifest, catalogue)) = MANIFEST.as_ref() else { return };
    let Ok(screen) = screen(&mut Unstructured::new(data)) else { return };
    if vatra_view::validate(&screen, manifest).is_err() {
        return;
    }
    let resolved = Resolved::default();
    let roles: BTreeSet<Name> = manifest.roles.keys().cloned().collect();
    for language in Language::ALL {
        let frame = Frame { language, tenant: None, path: "/sculeni/fuzzed/home", query: &[], reader: None, flash: None };
        let context = PageContext {
            frame,
            manifest,
            catalogue,
            base: "/sculeni/fuzzed",
            screen: "home",
            roles: &roles,
            form: None,
            submission: &|| SubmissionId(uuid::Uuid::nil()),
        };
        let html = vatra_view::render_page(&context, &screen, &resolved);
        assert!(!html.contains(MARK), "a text came out as it went in");
        let wording = Wording { language, catalogue, resolved: &resolved };
        let _json = vatra_view::render_json(&screen, manifest, &wording);
        for block in &screen.blocks {
            if let Block::Bound(table) = block {
                let _csv = vatra_view::csv::lines(table, &[], &wording);
            }
        }
    }
}

fn words(u: &mut Unstructured<'_>) -> Result<Words> {
    Ok(match u.int_in_range(0..=3)? {
        0 => Words::Key("greeting".into(), fields(u)?),
        1 => Words::Key(text(u)?, fields(u)?),
        _ => Words::Plain(text(u)?),
    })
}

fn some<T>(u: &mut Unstructured<'_>, make: fn(&mut Unstructured<'_>) -> Result<T>) -> Result<Option<T>> {
    if u.arbitrary()? { make(u).map(Some) } else { Ok(None) }
}

fn tone(u: &mut Unstructured<'_>) -> Result<Tone> {
    Ok(*u.choose(&[Tone::Neutral, Tone::Success, Tone::Warning, Tone::Danger])?)
}

fn link(u: &mut Unstructured<'_>) -> Result<Link> {
    Ok(Link { label: words(u)?, screen: text(u)?, parameters: fields(u)? })
}

fn button(u: &mut Unstructured<'_>) -> Result<Button> {
    Ok(Button { label: words(u)?, action: text(u)?, parameters: fields(u)?, confirm: some(u, words)?, tone: tone(u)? })
}

fn item(u: &mut Unstructured<'_>) -> Result<Item> {
    Ok(Item { label: words(u)?, value: value(u)? })
}

fn input(u: &mut Unstructured<'_>) -> Result<Input> {
    Ok(Input {
        name: text(u)?,
        label: words(u)?,
        hint: some(u, words)?,
        value: value(u)?,
        choices: several(u, |u| Ok((text(u)?, words(u)?)))?,
    })
}

fn column(u: &mut Unstructured<'_>) -> Result<Column> {
    Ok(Column { name: text(u)?, title: words(u)?, opens: some(u, text)? })
}

fn happening(u: &mut Unstructured<'_>) -> Result<Happening> {
    Ok(Happening { at: value(u)?, what: words(u)?, who: some(u, subject)?, details: several(u, item)? })
}

fn block(u: &mut Unstructured<'_>) -> Result<Block> {
    Ok(match u.int_in_range(0..=20)? {
        0 => Block::Heading { text: words(u)?, level: u.int_in_range(1..=5)? },
        1 => Block::Notice(Notice { tone: tone(u)?, title: words(u)?, text: some(u, words)? }),
        2 => Block::Summary { title: some(u, words)?, items: several(u, item)? },
        3 => Block::Person(subject(u)?),
        4 => Block::Payment(text(u)?),
        5 => {
            let columns = several(u, words)?;
            let width = columns.len();
            let rows = several(u, |u| Ok(TableRow { cells: (0..width).map(|_| value(u)).collect::<Result<_>>()?, opens: some(u, link)? }))?;
            Block::Table(Table { title: words(u)?, columns, rows })
        }
        6 => Block::Bound(BoundTable {
            id: text(u)?,
            title: words(u)?,
            query: query(u)?,
            columns: several(u, column)?,
            searchable: u.arbitrary()?,
            exportable: u.arbitrary()?,
            empty: words(u)?,
            bulk: several(u, button)?,
            totals: several(u, text)?,
        }),
        7 => Block::Form(Form {
            action: text(u)?,
            title: words(u)?,
            inputs: several(u, input)?,
            parameters: fields(u)?,
            submit: words(u)?,
            check_answers: u.arbitrary()?,
        }),
        8 => Block::Timeline(several(u, happening)?),
        9 => Block::Buttons(several(u, button)?),
        10 => Block::Links(several(u, link)?),
        11 => Block::Section { id: text(u)?, title: words(u)? },
        12 => Block::Chart(Chart {
            title: words(u)?,
            kind: *u.choose(&[ChartKind::Bar, ChartKind::Line, ChartKind::Donut])?,
            labels: several(u, words)?,
            series: several(u, |u| Ok((words(u)?, several(u, value)?)))?,
        }),
        13 => Block::Stepped(SteppedForm {
            id: text(u)?,
            action: text(u)?,
            title: words(u)?,
            pages: several(u, |u| Ok(FormPage { title: words(u)?, inputs: several(u, input)? }))?,
            parameters: fields(u)?,
            submit: words(u)?,
        }),
        14 => Block::Grid(GridForm {
            action: text(u)?,
            title: words(u)?,
            rows: several(u, |u| Ok(GridRow { id: text(u)?, label: value(u)?, values: fields(u)? }))?,
            inputs: several(u, input)?,
            parameters: fields(u)?,
            submit: words(u)?,
        }),
        15 => Block::Figures(several(u, |u| {
            Ok(Figure { label: words(u)?, value: value(u)?, note: some(u, words)?, tone: tone(u)?, opens: some(u, link)? })
        })?),
        16 => Block::Calendar(Calendar {
            id: text(u)?,
            title: words(u)?,
            from: chrono::NaiveDate::from_num_days_from_ce_opt(u.arbitrary()?).unwrap_or_default(),
            days: u.arbitrary()?,
            items: several(u, |u| {
                let (at, minutes) = (vatra_core::clock::Instant(u.arbitrary()?), u.arbitrary()?);
                Ok(CalendarItem { at, minutes, label: words(u)?, tone: tone(u)?, opens: some(u, link)?, button: some(u, button)? })
            })?,
            empty: words(u)?,
        }),
        17 => Block::Qr(Qr { content: QrContent::Text(text(u)?), caption: words(u)? }),
        18 => Block::Map(MapBlock {
            id: text(u)?,
            title: words(u)?,
            query: query(u)?,
            field: text(u)?,
            columns: several(u, column)?,
            empty: words(u)?,
        }),
        19 => Block::Steps(several(u, |u| Ok(Step { title: words(u)?, progress: Progress::Done, text: some(u, words)? }))?),
        _ => Block::Text(words(u)?),
    })
}

fn screen(u: &mut Unstructured<'_>) -> Result<Screen> {
    Ok(Screen { title: words(u)?, breadcrumbs: several(u, link)?, blocks: several(u, block)? })
}
