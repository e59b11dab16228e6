//! `vatra:uploads`: tables that someone uploaded, read by the host.

mod book;
mod check;
mod mapping;
mod people;
mod source;
mod table;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_mapping;
mod text;

pub use mapping::{Mapping, Mark, Part, Target, guess, targets};
pub use people::resolve;
pub use source::{MOST_COLUMNS, Outline, Seen, Source};
pub use table::{FileError, ParsedTable, Problem, Row, read_mapped, read_table};

use crate::bindings::vatra::types::values::Failure;
use crate::bindings::vatra::uploads::uploads as wit;
use crate::convert;
use crate::registers::{Stop, counted};
use crate::state::CallState;
use std::sync::Arc;
use vatra_core::seal::Origin;

/// Rows or problems that one call may read.
const MAX_READ: u32 = 1_000;

fn table(state: &mut CallState, handle: &str) -> Result<Arc<ParsedTable>, Stop> {
    state.allow("uploads", &[])?;
    state.uploads.get(handle).cloned().ok_or_else(|| Failure::NotFound.into())
}

fn span(offset: u32, limit: u32, length: usize) -> std::ops::Range<usize> {
    let from = (offset as usize).min(length);
    from..from.saturating_add(limit.clamp(1, MAX_READ) as usize).min(length)
}

impl wit::Host for CallState {
    async fn describe(&mut self, upload: String) -> wasmtime::Result<Result<wit::Table, Failure>> {
        counted!(self, "uploads.describe", async {
            let table = table(self, &upload)?;
            Ok::<_, Stop>(wit::Table {
                name: table.name.clone(),
                digest: table.digest.clone(),
                rows: table.rows,
                accepted: table.accepted.len() as u32,
                rejected: table.rejected(),
                warned: table.warned(),
                columns: table.columns.clone(),
            })
        })
    }

    async fn read(&mut self, upload: String, offset: u32, limit: u32) -> wasmtime::Result<Result<wit::Rows, Failure>> {
        counted!(self, "uploads.read", async {
            let table = table(self, &upload)?;
            let span = span(offset, limit, table.accepted.len());
            let rows = table.accepted.get(span.clone()).unwrap_or_default();
            self.used.read(rows.len(), &self.limits)?;
            let personal = |name: &str| table.personal.contains(name);
            let items = rows
                .iter()
                .map(|row| wit::Row {
                    line: row.line,
                    fields: convert::fields_to_guest(&self.binding.sealer, Origin::Sent, personal, &row.fields),
                })
                .collect();
            Ok::<_, Stop>(wit::Rows { items, next: (span.end < table.accepted.len()).then_some(span.end as u32) })
        })
    }

    async fn problems(&mut self, upload: String, offset: u32, limit: u32) -> wasmtime::Result<Result<Vec<wit::Problem>, Failure>> {
        counted!(self, "uploads.problems", async {
            let table = table(self, &upload)?;
            let problems = table.problems.get(span(offset, limit, table.problems.len())).unwrap_or_default();
            self.used.read(problems.len(), &self.limits)?;
            Ok::<_, Stop>(
                problems
                    .iter()
                    .map(|problem| wit::Problem {
                        line: problem.line,
                        column: problem.column.clone(),
                        rule: problem.rule.clone(),
                        rejected: problem.rejected,
                    })
                    .collect(),
            )
        })
    }
}
