//! A bound table as a file: exactly what the reader's search finds, read stretch by stretch in one view of the data and written as it is read, so that
//! memory does not grow with the register. Nothing leaves before the trail says whose data it holds.

mod book;
mod paper;

use super::packages::Words;
use super::resolve::{Stretch, reader_query, sums};
use super::{App, Pairs};
use book::Book;
use paper::Paper;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufWriter, Seek, Write};
use std::sync::Arc;
use vatra_core::audit::AuditKind;
use vatra_core::call::CallContext;
use vatra_core::manifest::Language;
use vatra_core::register::{FieldType, RegisterSchema};
use vatra_core::value::{Fields, Value};
use vatra_core::view::{Block, BoundTable, Column, TableRequest};
use vatra_runtime::CallError;
use vatra_view::{Wording, say_with};

/// Entries read at once.
const STRETCH: u32 = 5_000;

/// Kinds of files.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// For any program.
    Csv,
    /// A workbook with typed cells.
    Xlsx,
    /// Paper.
    Pdf,
}

impl Format {
    /// From the end of what the address asks for: `accounts.xlsx`; a table's id alone is CSV.
    pub fn of(asked: &str) -> Option<(&str, Self)> {
        match asked.rsplit_once('.') {
            None => Some((asked, Self::Csv)),
            Some((table, "csv")) => Some((table, Self::Csv)),
            Some((table, "xlsx")) => Some((table, Self::Xlsx)),
            Some((table, "pdf")) => Some((table, Self::Pdf)),
            Some(_) => None,
        }
    }

    fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Pdf => "pdf",
        }
    }

    /// As in RFC 6838.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Pdf => "application/pdf",
        }
    }

    /// Rows that such a file holds at most: more are refused, never left out.
    fn most(self) -> u64 {
        match self {
            Self::Csv | Self::Xlsx => 200_000,
            Self::Pdf => paper::MOST,
        }
    }
}

/// A table as a file.
pub struct Export {
    /// What to call it.
    pub name: String,
    /// What it is.
    pub format: Format,
    /// All of it, from its beginning; nobody else knows of it, and it is gone when this is.
    pub file: File,
}

/// What stands over the rows.
pub(super) struct Head {
    pub(super) language: Language,
    pub(super) title: String,
    /// Municipality, when and by whom.
    pub(super) made: String,
    /// What was sought, how it is sorted, and how many there are.
    pub(super) filters: String,
    /// Of each column, its words and type.
    pub(super) columns: Vec<(String, Option<FieldType>)>,
    /// Of each column, what it comes to; nothing when no column is to be summed.
    pub(super) foot: Vec<String>,
}

enum Sink {
    Csv(BufWriter<File>),
    Xlsx(Box<Book>),
    Pdf(Paper),
}

/// What a stretch is written by.
struct Writing {
    table: BoundTable,
    words: Arc<Words>,
    head: Head,
}

pub(super) fn failed(error: impl std::fmt::Display) -> CallError {
    CallError::Host(format!("an export: {error}"))
}

impl Sink {
    fn begin(format: Format, head: &Head) -> Result<Self, CallError> {
        Ok(match format {
            Format::Csv => {
                let mut out = BufWriter::new(tempfile::tempfile().map_err(failed)?);
                let titles: Vec<String> = head.columns.iter().map(|(title, _)| title.clone()).collect();
                out.write_all(&vatra_view::csv::head(&titles)).map_err(failed)?;
                Self::Csv(out)
            }
            Format::Xlsx => Self::Xlsx(Box::new(Book::begin(head)?)),
            Format::Pdf => Self::Pdf(Paper::default()),
        })
    }

    fn write(&mut self, writing: &Writing, stretch: &Stretch) -> Result<(), CallError> {
        let wording = Wording { language: writing.head.language, catalogue: &writing.words.catalogue, resolved: &stretch.resolved };
        match self {
            Self::Csv(out) => out.write_all(&vatra_view::csv::lines(&writing.table, &stretch.rows, &wording)).map_err(failed)?,
            Self::Xlsx(book) => {
                for row in &stretch.rows {
                    book.row(&writing.table, &row.cells, &wording)?;
                }
            }
            Self::Pdf(paper) => {
                for row in &stretch.rows {
                    paper.row(
                        row.cells
                            .iter()
                            .zip(&writing.table.columns)
                            .map(|(value, column)| written(&writing.table, column, value, &wording)),
                    );
                }
            }
        }
        Ok(())
    }
}

/// A cell in words, as the screen shows it.
fn written(table: &BoundTable, column: &Column, value: &Value, wording: &Wording<'_>) -> String {
    wording.cell(table.query.register.as_str(), &column.name, value)
}

impl App {
    /// A bound table of a screen as a file: every entry that the reader's search finds, and nothing else.
    ///
    /// # Errors
    /// As [`Self::show`]; [`CallError::NotFound`] when there is no such table, or it is not for export; [`CallError::Invalid`], rule `export-rows`, when
    /// there is more than such a file holds.
    pub async fn export(&self, ctx: &CallContext, name: &str, query: &Pairs, table: &str, format: Format) -> Result<Export, CallError> {
        let shown = self.show(ctx, name, query).await?;
        let bound = shown.screen.blocks.iter().find_map(|block| match block {
            Block::Bound(bound) if bound.id == table && bound.exportable => Some(bound),
            _ => None,
        });
        let missing = || CallError::NotFound(format!("table {}", table.chars().take(40).collect::<String>()));
        let bound = bound.ok_or_else(missing)?;
        let schema = shown.binding.manifest.register(bound.query.register.as_str()).ok_or_else(missing)?;
        let mut request = vatra_view::urls::table_request(table, query);
        let asked = reader_query(schema, bound, &mut request);
        let mut snapshot = self.store.snapshot(ctx.tenant.id).await?;
        let mut people = BTreeSet::new();
        let (mut begun, mut offset) = (None, 0);
        loop {
            let stretch = self.stretch(ctx, snapshot.as_mut(), &shown.binding, bound, &asked, (offset, STRETCH)).await?;
            if stretch.total > format.most() {
                return Err(CallError::Invalid { field: String::new(), rule: format!("export-rows-{}", format.ending()) });
            }
            people.extend(stretch.resolved.people.keys().copied().chain(stretch.named.iter().copied()));
            let (got, total) = (stretch.rows.len() as u64, stretch.total);
            let (sink, writing) = match begun.take() {
                Some(begun) => begun,
                None => {
                    let wording = Wording { language: ctx.caller.language, catalogue: shown.catalogue(), resolved: &shown.resolved };
                    let who = self.official_name(ctx).await?;
                    let mut head = head(ctx, schema, bound, &request, total, &who, &wording);
                    if format == Format::Pdf {
                        let sums = sums(snapshot.as_mut(), schema, bound, &asked).await?;
                        head.foot = foot(bound, &sums, &wording);
                    }
                    (Sink::begin(format, &head)?, Writing { table: bound.clone(), words: shown.words.clone(), head })
                }
            };
            // Thousands of rows are a good part of a second of a thread.
            let written = tokio::task::spawn_blocking(move || {
                let mut sink = sink;
                sink.write(&writing, &stretch).map(|()| (sink, writing))
            });
            begun = Some(written.await.map_err(failed)??);
            offset += got;
            if got == 0 || offset >= total {
                break;
            }
        }
        drop(snapshot);
        let (sink, writing) = begun.ok_or_else(missing)?;
        let mut file = match sink {
            Sink::Csv(out) => out.into_inner().map_err(failed)?,
            Sink::Xlsx(book) => tokio::task::spawn_blocking(move || book.finish()).await.map_err(failed)??,
            Sink::Pdf(paper) => self.print(ctx, paper, &writing.head).await?,
        };
        file.rewind().map_err(failed)?;
        self.looked(ctx, &shown.binding, AuditKind::Export, &people, true).await?;
        let name = format!("{}-{}-{}.{}", ctx.tenant.slug, bound.query.register, ctx.today(), format.ending());
        Ok(Export { name, format, file })
    }

    /// The caller's name as the municipality knows it.
    async fn official_name(&self, ctx: &CallContext) -> Result<String, CallError> {
        let Some(person) = ctx.caller.person else { return Ok(String::new()) };
        let found = self.store.people(ctx.tenant.id, &[person]).await?;
        Ok(found.into_iter().next().map(|person| person.name).unwrap_or_default())
    }
}

fn head(
    ctx: &CallContext,
    schema: &RegisterSchema,
    table: &BoundTable,
    request: &TableRequest,
    total: u64,
    who: &str,
    wording: &Wording<'_>,
) -> Head {
    let language = wording.language;
    let title_of = |name: &str| {
        let column = table.columns.iter().find(|column| column.name == name);
        column.map_or_else(|| name.to_owned(), |column| wording.words(&column.title))
    };
    let mut filters = Vec::new();
    filters.extend(request.search.as_ref().map(|text| say_with(language, "export-sought", &[("words", text.clone().into())])));
    filters.extend(request.sort.as_ref().map(|(name, descending)| {
        let key = if *descending { "export-sorted-down" } else { "export-sorted-up" };
        say_with(language, key, &[("column", title_of(name).into())])
    }));
    filters.push(say_with(language, if request.search.is_some() { "rows-found" } else { "rows-in-all" }, &[("count", total.into())]));
    let at = vatra_view::format::instant(ctx.now, language);
    let made = [vatra_view::town_hall(&ctx.tenant, language), at, who.to_owned()];
    let made: Vec<String> = made.into_iter().filter(|part| !part.is_empty()).collect();
    let kind = |column: &Column| match column.name.as_str() {
        "version" => Some(FieldType::Integer),
        "opened" => Some(FieldType::Instant),
        name => schema.field(name).map(|field| field.kind.clone()),
    };
    Head {
        language,
        title: wording.words(&table.title),
        made: made.join(" · "),
        filters: filters.join(" · "),
        columns: table.columns.iter().map(|column| (wording.words(&column.title), kind(column))).collect(),
        foot: Vec::new(),
    }
}

/// What columns come to. The word for it stands in the first column that has no sum.
fn foot(table: &BoundTable, sums: &Fields, wording: &Wording<'_>) -> Vec<String> {
    if sums.is_empty() {
        return Vec::new();
    }
    let mut title = Some(vatra_view::say(wording.language, "table-total"));
    let cell = |column: &Column| match sums.get(&column.name) {
        Some(sum) => wording.value(sum),
        None => title.take().unwrap_or_default(),
    };
    table.columns.iter().map(cell).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_says_which_file() {
        assert_eq!(Format::of("accounts"), Some(("accounts", Format::Csv)));
        assert_eq!(Format::of("accounts.xlsx"), Some(("accounts", Format::Xlsx)));
        assert_eq!(Format::of("a.b.pdf"), Some(("a.b", Format::Pdf)));
        assert_eq!(Format::of("accounts.exe"), None);
    }
}
