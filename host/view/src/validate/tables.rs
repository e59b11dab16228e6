//! Tables: those that the module filled, and those of a register that the host runs.

use super::{Check, Problem};
use crate::limits;
use vatra_core::register::{Comparison, FieldType, Query, RegisterSchema};
use vatra_core::value::Value;
use vatra_core::view::{BoundTable, Column, Table};

/// What can be said of a subject in a column or sorting.
const ATTRIBUTES: [&str; 4] = ["name", "idn", "phone", "email"];
/// Columns that every register has.
const OF_EVERY_ENTRY: [&str; 3] = ["number", "version", "opened"];

impl Check<'_> {
    pub(super) fn table(&mut self, at: &str, table: &Table) {
        self.label(at, &table.title);
        self.count(at, "columns", table.columns.len(), limits::COLUMNS);
        for title in &table.columns {
            self.label(at, title);
        }
        if !self.count(at, "rows", table.rows.len(), limits::ROWS) {
            return;
        }
        for (index, row) in table.rows.iter().enumerate() {
            let at = format!("{at}.rows[{index}]");
            if row.cells.len() != table.columns.len() {
                self.problem(&at, Problem::Cells { found: row.cells.len(), expected: table.columns.len() });
            }
            for value in row.cells.iter().take(limits::COLUMNS) {
                self.value(&at, value);
            }
            row.opens.iter().for_each(|link| self.link(&at, link));
        }
    }

    pub(super) fn bound(&mut self, at: &str, table: &BoundTable) {
        self.bound += 1;
        self.id(at, "table", &table.id);
        self.label(at, &table.title);
        self.text(at, &table.empty);
        self.count(at, "buttons", table.bulk.len(), limits::ITEMS);
        for (index, button) in table.bulk.iter().enumerate() {
            let at = format!("{at}.bulk[{index}]");
            self.button(&at, button, true);
            let register = &table.query.register;
            let takes = self.manifest.action(&button.action).is_some_and(|action| {
                action.inputs.iter().any(|i| i.name == "entry" && matches!(&i.kind, FieldType::Entry(name) if name == register))
            });
            if !takes {
                self.problem(&at, Problem::Unfit("an action on ticked entries declares `entry` of this register"));
            }
            if button.parameters.contains_key("entry") {
                self.problem(&at, Problem::TwiceUsed("entry".to_owned()));
            }
        }
        let manifest = self.manifest;
        let Some(schema) = manifest.register(table.query.register.as_str()) else {
            return self.problem(at, Problem::Undeclared { what: "register", name: table.query.register.to_string() });
        };
        self.query(at, &table.query, schema);
        self.columns(at, &table.columns, schema);
        self.count(at, "totals", table.totals.len(), limits::COLUMNS);
        for name in table.totals.iter().take(limits::COLUMNS) {
            self.code(at, name);
            let summed = schema.field(name).is_some_and(|field| matches!(field.kind, FieldType::Integer | FieldType::Money));
            let shown = table.columns.iter().filter(|column| column.name == *name).count();
            let once = table.totals.iter().filter(|other| *other == name).count() == 1;
            if !(summed && shown == 1 && once) {
                self.problem(at, Problem::Unfit("a total is of a column that is an integer or money, once"));
            }
        }
    }

    pub(super) fn columns(&mut self, at: &str, columns: &[Column], schema: &RegisterSchema) {
        self.count(at, "columns", columns.len(), limits::COLUMNS);
        if columns.is_empty() {
            self.problem(at, Problem::Unfit("a table needs a column"));
        }
        for (index, column) in columns.iter().enumerate() {
            self.column(&format!("{at}.columns[{index}]"), column, schema);
        }
    }

    fn column(&mut self, at: &str, column: &Column, schema: &RegisterSchema) {
        self.label(at, &column.title);
        self.code(at, &column.name);
        if !is_column(&column.name, schema) {
            self.problem(at, Problem::Undeclared { what: "field", name: column.name.chars().take(80).collect() });
        }
        let Some(opens) = &column.opens else { return };
        match self.manifest.screen(opens) {
            None => self.problem(at, Problem::Undeclared { what: "screen", name: opens.chars().take(80).collect() }),
            Some(screen) => {
                let takes_it = |kind: &FieldType| matches!(kind, FieldType::Entry(register) if *register == schema.name);
                if !screen.parameters.iter().any(|parameter| parameter.name == "entry" && takes_it(&parameter.kind)) {
                    self.problem(at, Problem::Unfit("the screen that a column opens takes a parameter `entry` of this register"));
                }
                for other in screen.parameters.iter().filter(|parameter| parameter.required && parameter.name != "entry") {
                    self.problem(at, Problem::Missing(other.name.clone()));
                }
            }
        }
    }

    pub(super) fn query(&mut self, at: &str, query: &Query, schema: &RegisterSchema) {
        self.count(at, "conditions", query.all_of.len(), limits::FIELDS);
        self.count(at, "sortings", query.sort.len(), limits::FIELDS);
        if let Some(search) = &query.search {
            self.bytes(at, search.len(), limits::LABEL_BYTES);
        }
        for condition in &query.all_of {
            self.value(at, &condition.value);
            let empty = matches!(condition.comparison, Comparison::IsEmpty | Comparison::IsNotEmpty);
            if condition.name == "number" {
                if !(empty || matches!(condition.value, Value::Text(_))) {
                    self.problem(at, Problem::WrongType("number".to_owned()));
                }
                continue;
            }
            match schema.field(&condition.name) {
                None => self.problem(at, Problem::Undeclared { what: "field", name: condition.name.chars().take(80).collect() }),
                Some(field) if !schema.is_keyed(field) => {
                    self.problem(at, Problem::Unfit("a condition on a field that is not indexed"));
                }
                Some(field) if !empty && (condition.value.is_none() || !field.kind.admits(&condition.value)) => {
                    self.problem(at, Problem::WrongType(condition.name.clone()));
                }
                Some(_) => {}
            }
        }
        for sorting in &query.sort {
            let subject_name = sorting
                .name
                .strip_suffix(".name")
                .and_then(|field| schema.field(field))
                .is_some_and(|field| field.kind == FieldType::Subject);
            let plain = matches!(sorting.name.as_str(), "number" | "opened");
            let keyed = schema.field(&sorting.name).is_some_and(|field| schema.is_keyed(field));
            if !(subject_name || plain || keyed) {
                self.problem(at, Problem::Undeclared { what: "sortable field", name: sorting.name.chars().take(80).collect() });
            }
        }
    }
}

/// A field, what every entry has, or an attribute of a subject field.
fn is_column(name: &str, schema: &RegisterSchema) -> bool {
    if OF_EVERY_ENTRY.contains(&name) || schema.field(name).is_some() {
        return true;
    }
    name.split_once('.').is_some_and(|(field, attribute)| {
        ATTRIBUTES.contains(&attribute) && schema.field(field).is_some_and(|field| field.kind == FieldType::Subject)
    })
}
