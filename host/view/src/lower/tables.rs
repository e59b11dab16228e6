//! Tables: those that the module filled, and those of a register with search, sorting, pages, export and ticks.

use super::Lower;
use crate::messages::{say, say_with};
use crate::page::PageContext;
use crate::ui::{Anchor, Bulk, BulkPress, Cell, Foot, Grid, Head, PageLink, Pages, Piece, Row, Search, Tick};
use crate::urls;
use vatra_core::bulk::MOST_ROWS;
use vatra_core::register::{FieldType, RegisterSchema};
use vatra_core::value::{Fields, Value};
use vatra_core::view::{BoundData, BoundRow, BoundTable, Column, PAGE_ROWS, Table, TableRow};

impl Lower<'_> {
    pub(super) fn table(&mut self, table: &Table) -> Piece {
        self.tables += 1;
        let numeric: Vec<bool> = (0..table.columns.len())
            .map(|column| {
                let mut values = table.rows.iter().filter_map(|row| row.cells.get(column)).filter(|value| !value.is_none()).peekable();
                values.peek().is_some() && values.all(is_numeric)
            })
            .collect();
        let heads =
            table.columns.iter().zip(&numeric).map(|(title, numeric)| Head { numeric: *numeric, ..Head::text(self.wording.words(title)) });
        let mut heads: Vec<Head> = heads.collect();
        let opened = |row: &TableRow| row.opens.as_ref().filter(|link| self.context.may_open(&link.screen)).cloned();
        let opens = table.rows.iter().any(|row| opened(row).is_some());
        if opens {
            heads.push(Head { aside: true, ..Head::text(say(self.language(), "open")) });
        }
        let rows = table.rows.iter().map(|row| {
            let cells = row.cells.iter().zip(&numeric).map(|(value, numeric)| Cell { numeric: *numeric, ..self.cell(value) });
            let mut cells: Vec<Cell> = cells.collect();
            if opens {
                cells.push(opened(row).map_or_else(
                    || Cell { aside: true, ..Cell::default() },
                    |link| {
                        let about = cells.iter().map(|cell| cell.text.as_str()).find(|text| !text.is_empty()).map(str::to_owned);
                        let href = urls::screen_url(self.context.base, &link.screen, &link.parameters);
                        Cell { about, aside: true, ..Cell::link(self.wording.words(&link.label), href) }
                    },
                ));
            }
            Row { cells, ..Row::default() }
        });
        Piece::Grid(Box::new(Grid {
            id: format!("table-{}", self.tables),
            caption: self.wording.words(&table.title),
            heads,
            rows: rows.collect(),
            empty: say(self.language(), "empty-table"),
            ..Grid::default()
        }))
    }

    pub(super) fn bound(&self, table: &BoundTable) -> Piece {
        let empty = BoundData {
            request: urls::table_request(&table.id, self.context.frame.query),
            rows: Vec::new(),
            total: 0,
            sums: Fields::new(),
            sortable: Vec::new(),
        };
        let data = self.resolved.tables.get(&table.id).unwrap_or(&empty);
        let schema = self.context.manifest.register(table.query.register.as_str());
        let caption = self.wording.words(&table.title);
        let bulk = self.bulk(table);
        let mut rows: Vec<Row> = data.rows.iter().map(|row| self.row(table, schema, row, bulk.is_some())).collect();
        let mut heads = self.heads(table, schema, data);
        let language = self.language();
        if self.context.may_read(table.query.register.as_str()) && !rows.is_empty() {
            heads.push(Head { aside: true, ..Head::text(say(language, "history")) });
            for (row, bound) in rows.iter_mut().zip(&data.rows) {
                let name = row.cells.iter().map(|cell| cell.text.as_str()).find(|text| !text.is_empty()).unwrap_or_default().to_owned();
                let href = urls::history_url(self.context.base, bound.entry.register.as_str(), &bound.entry.id.to_string());
                row.cells.push(Cell { about: Some(name), aside: true, ..Cell::link(say(language, "history"), href) });
            }
        }
        let foot = self.foot(table, data);
        let status_key = if data.request.search.is_some() { "rows-found" } else { "rows-in-all" };
        let sought = data.request.search.is_some();
        Piece::Grid(Box::new(Grid {
            id: format!("t-{}", table.id),
            heads,
            rows,
            search: table.searchable.then(|| self.search(table, data)),
            status: (data.total > 0 || sought).then(|| say_with(language, status_key, &[("count", data.total.into())])),
            exports: if table.exportable && data.total > 0 { self.exports(&table.id) } else { Vec::new() },
            pages: pages(self.context, table, data, &caption),
            empty: if sought { say(language, "nothing-found") } else { self.wording.words(&table.empty) },
            bulk,
            foot,
            caption,
            stacked: false,
        }))
    }

    /// What stands beneath the rows: what the columns come to, over every page.
    fn foot(&self, table: &BoundTable, data: &BoundData) -> Option<Foot> {
        if table.totals.is_empty() || data.rows.is_empty() {
            return None;
        }
        let cells = table.columns.iter().map(|column| data.sums.get(&column.name).map(|sum| self.wording.value(sum)).unwrap_or_default());
        let count = table.columns.iter().take_while(|column| !table.totals.contains(&column.name)).count();
        Some(Foot { title: say(self.language(), "table-total"), across: count, cells: cells.skip(count).collect() })
    }

    /// The same rows as files.
    fn exports(&self, table: &str) -> Vec<Anchor> {
        let pairs = self.context.query_without(&["export", "confirm", "confirm."]);
        let file = |(name, ending): (&str, &str)| {
            let pairs = pairs.iter().cloned().chain([("export".to_owned(), format!("{table}{ending}"))]);
            Anchor::new(name, urls::with_query(self.context.frame.path, pairs))
        };
        [("Excel (XLSX)", ".xlsx"), ("PDF", ".pdf"), ("CSV", "")].map(file).into()
    }

    pub(super) fn heads(&self, table: &BoundTable, schema: Option<&RegisterSchema>, data: &BoundData) -> Vec<Head> {
        let heads = table.columns.iter().enumerate().map(|(index, column)| {
            let sortable = data.sortable.get(index).copied().unwrap_or(false) && data.total > 1;
            let sorted = data.request.sort.as_ref().filter(|(name, _)| *name == column.name).map(|(_, descending)| *descending);
            let next = if sorted == Some(false) { format!("-{}", column.name) } else { column.name.clone() };
            Head {
                text: self.wording.words(&column.title),
                numeric: is_numeric_column(column, schema),
                sort: sortable.then(|| table_url(self.context, &table.id, &["sort", "page"], Some(("sort", &next)))),
                sorted: sorted.filter(|_| sortable).map(|descending| if descending { "descending" } else { "ascending" }),
                aside: false,
            }
        });
        heads.collect()
    }

    pub(super) fn row(&self, table: &BoundTable, schema: Option<&RegisterSchema>, row: &BoundRow, ticks: bool) -> Row {
        let id = row.entry.id.to_string();
        let cells: Vec<Cell> = row
            .cells
            .iter()
            .zip(&table.columns)
            .map(|(value, column)| {
                let mut cell = match value {
                    Value::Choice(_) | Value::Integer(_) => {
                        Cell::text(self.wording.cell(table.query.register.as_str(), &column.name, value))
                    }
                    other => self.cell(other),
                };
                cell.numeric = is_numeric_column(column, schema);
                cell.nowrap = column.name == "number" || cell.nowrap;
                if let Some(screen) = column.opens.as_ref().filter(|screen| self.context.may_open(screen)) {
                    if cell.text.is_empty() {
                        cell.text = say(self.language(), "open");
                    }
                    let path = format!("{}/{}", self.context.base, urls::encode(screen));
                    cell.href = Some(urls::with_query(&path, [("entry", id.as_str())]));
                }
                cell
            })
            .collect();
        let tick = ticks.then(|| {
            let name = cells.iter().map(|cell| cell.text.as_str()).find(|text| !text.is_empty()).unwrap_or(&id);
            let state = self.context.form.as_ref().filter(|state| table.bulk.iter().any(|button| button.action == state.action));
            Tick {
                id: format!("t-{}-{id}", table.id),
                label: say_with(self.language(), "tick-row", &[("row", name.into())]),
                checked: state.and_then(|state| state.posted.get("entry")).is_some_and(|entries| entries.contains(&id)),
                value: id.clone(),
            }
        });
        Row { tick, cells, ..Row::default() }
    }

    /// Empty numbers of new entries are told apart from empty fields by the host's words for them.
    pub(super) fn cell(&self, value: &Value) -> Cell {
        let nowrap = match value {
            Value::Date(_) | Value::Instant(_) | Value::Money(_) | Value::Cadastral(_) | Value::Iban(_) | Value::Entry(_) => true,
            Value::Text(text) => is_code(text),
            _ => false,
        };
        let href = match value {
            Value::Document(id) => self.document_url(id),
            _ => None,
        };
        Cell { nowrap, href, ..Cell::text(self.wording.value(value)) }
    }

    fn search(&self, table: &BoundTable, data: &BoundData) -> Search {
        let sought = data.request.search.clone().unwrap_or_default();
        let left_out = [format!("{}.q", table.id), format!("{}.page", table.id)];
        let [q, page] = &left_out;
        Search {
            action: self.context.frame.path.to_owned(),
            name: q.clone(),
            clear: (!sought.is_empty()).then(|| table_url(self.context, &table.id, &["q", "page"], None)),
            value: sought,
            hidden: self.context.query_without(&[q, page, "export", "confirm", "confirm."]),
        }
    }

    fn bulk(&self, table: &BoundTable) -> Option<Bulk> {
        let presses: Vec<BulkPress> = table
            .bulk
            .iter()
            .filter(|button| self.context.may_perform(&button.action))
            .map(|button| {
                let mut with = urls::parameters_to_pairs(&button.parameters);
                // What takes one entry is performed on each, after a page that shows them.
                if takes_many(self.context, &button.action) && button.confirm.is_some() {
                    with.push((urls::CHECK.to_owned(), "1".to_owned()));
                }
                BulkPress {
                    label: self.wording.words(&button.label),
                    tone: button.tone,
                    action: urls::action_url(self.context.base, &button.action),
                    with: urls::to_query(with),
                }
            })
            .collect();
        let one_by_one =
            table.bulk.iter().any(|button| self.context.may_perform(&button.action) && !takes_many(self.context, &button.action));
        let mut hidden = self.hidden();
        if one_by_one {
            hidden.push((urls::BULK.to_owned(), table.id.clone()));
        }
        let total = self.resolved.tables.get(&table.id).map_or(0, |data| data.total);
        let all = (one_by_one && total > 1 && total <= MOST_ROWS).then(|| {
            let label = say_with(self.language(), "tick-all", &[("count", total.into())]);
            let checked = self.context.form.as_ref().is_some_and(|state| state.posted.contains_key(urls::ALL));
            Tick { id: format!("t-{}-all", table.id), value: "1".to_owned(), label, checked }
        });
        (!presses.is_empty()).then(|| Bulk { hidden, name: "entry".to_owned(), all, presses })
    }
}

/// Whether the action takes all ticked entries at once.
fn takes_many(context: &PageContext<'_>, action: &str) -> bool {
    context.manifest.action(action).is_some_and(|action| action.inputs.iter().any(|input| input.name == "entry" && input.many))
}

/// A number of somebody's books, such as `9234000-900002`: one line, not two halves.
fn is_code(text: &str) -> bool {
    let of_code = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'/' | b'.');
    text.len() <= 20 && text.bytes().all(of_code) && text.bytes().any(|byte| byte.is_ascii_digit())
}

fn is_numeric(value: &Value) -> bool {
    matches!(value, Value::Integer(_) | Value::Money(_) | Value::Decimal(_))
}

fn is_numeric_column(column: &Column, schema: Option<&RegisterSchema>) -> bool {
    let kind = schema.and_then(|schema| schema.field(&column.name)).map(|field| &field.kind);
    column.name == "version" || matches!(kind, Some(FieldType::Integer | FieldType::Money | FieldType::Decimal))
}

/// This page with other search, sorting or page of one table; everything else of the address stays.
fn table_url(context: &PageContext<'_>, id: &str, without: &[&str], with: Option<(&str, &str)>) -> String {
    let mut left_out: Vec<String> = without.iter().map(|what| format!("{id}.{what}")).collect();
    left_out.extend(["export", "confirm", "confirm."].map(str::to_owned));
    let left_out: Vec<&str> = left_out.iter().map(String::as_str).collect();
    let mut pairs = context.query_without(&left_out);
    pairs.extend(with.map(|(what, value)| (format!("{id}.{what}"), value.to_owned())));
    format!("{}#t-{id}", urls::with_query(context.frame.path, pairs))
}

/// First, last, and those around the present one, with gaps between; none for a single page.
fn pages(context: &PageContext<'_>, table: &BoundTable, data: &BoundData, caption: &str) -> Option<Pages> {
    let last = u32::try_from(data.total.div_ceil(u64::from(PAGE_ROWS))).unwrap_or(u32::MAX);
    if last < 2 {
        return None;
    }
    let current = data.request.page.clamp(1, last);
    let href = |page: u32| table_url(context, &table.id, &["page"], Some(("page", &page.to_string())));
    let mut numbers = Vec::new();
    let mut before = 0;
    for page in [1, current.saturating_sub(1), current, current.saturating_add(1), last] {
        if page <= before || page > last {
            continue;
        }
        // A gap of one page is shown as that page.
        if page == before + 2 {
            numbers.push(PageLink { page: Some(page - 1), href: href(page - 1), current: false });
        } else if page > before + 1 {
            numbers.push(PageLink { page: None, href: String::new(), current: false });
        }
        numbers.push(PageLink { page: Some(page), href: href(page), current: page == current });
        before = page;
    }
    Some(Pages {
        label: caption.to_owned(),
        previous: (current > 1).then(|| href(current - 1)),
        next: (current < last).then(|| href(current + 1)),
        numbers,
    })
}

#[cfg(test)]
mod tests {
    use super::is_code;

    #[test]
    fn numbers_of_books_are_told_from_words() {
        assert!(["9234000-900002", "IP-2026-00002", "7/4", "12.345"].into_iter().all(is_code));
        assert!(["Pîslaru Ana", "un-cuvânt", "1 234", "", "01a2090a-c455-7014-a31d-36d976efaa91"].into_iter().all(|text| !is_code(text)));
    }
}
