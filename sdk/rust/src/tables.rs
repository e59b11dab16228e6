//! Bound tables, which the host searches, sorts, pages and exports, and tables that the module fills.

use crate::contract::vatra::registers::types::Query;
use crate::contract::vatra::types::values::Value;
use crate::contract::vatra::view::view::{BoundTable, Button, Column, Link, Row, Table, Words};
use alloc::vec::Vec;

impl BoundTable {
    /// A table of what the query finds. The id is unique on the screen; `empty` is said when there is nothing.
    pub fn of(query: Query, id: &str, title: impl Into<Words>, empty: impl Into<Words>) -> Self {
        Self {
            id: id.into(),
            title: title.into(),
            query,
            columns: Vec::new(),
            searchable: false,
            exportable: false,
            empty: empty.into(),
            bulk: Vec::new(),
            totals: Vec::new(),
        }
    }
    /// A column: a field, `number`, `version`, `opened`, or `FIELD.name|idn|phone|email` of a subject.
    #[must_use]
    pub fn column(mut self, name: &str, title: impl Into<Words>) -> Self {
        self.columns.push(Column { name: name.into(), title: title.into(), opens: None });
        self
    }
    /// A column whose cells open a screen with the entry as the parameter `entry`.
    #[must_use]
    pub fn column_opening(mut self, name: &str, title: impl Into<Words>, screen: &str) -> Self {
        self.columns.push(Column { name: name.into(), title: title.into(), opens: Some(screen.into()) });
        self
    }
    /// With a search box.
    #[must_use]
    pub fn searchable(mut self) -> Self {
        self.searchable = true;
        self
    }
    /// With a download.
    #[must_use]
    pub fn exportable(mut self) -> Self {
        self.exportable = true;
        self
    }
    /// With a button on ticked entries.
    #[must_use]
    pub fn bulk(mut self, button: Button) -> Self {
        self.bulk.push(button);
        self
    }
    /// With the sum of a column, an integer or money, over everything found, beneath the rows.
    #[must_use]
    pub fn total(mut self, column: &str) -> Self {
        self.totals.push(column.into());
        self
    }
}

impl Table {
    /// An empty table with these headings.
    pub fn of<W: Into<Words>>(title: impl Into<Words>, columns: impl IntoIterator<Item = W>) -> Self {
        Self { title: title.into(), columns: columns.into_iter().map(Into::into).collect(), rows: Vec::new() }
    }
    /// One more row, with as many cells as there are headings.
    #[must_use]
    pub fn row(mut self, cells: Vec<Value>) -> Self {
        self.rows.push(Row { cells, opens: None });
        self
    }
    /// One more row, which leads to a screen about what it shows.
    #[must_use]
    pub fn row_opening(mut self, cells: Vec<Value>, opens: Link) -> Self {
        self.rows.push(Row { cells, opens: Some(opens) });
        self
    }
}
