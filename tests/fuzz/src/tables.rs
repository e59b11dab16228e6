//! Uploaded tables.

use std::sync::LazyLock;
use vatra_capabilities::uploads::read_table;
use vatra_core::manifest::{Manifest, UploadSchema};

static SCHEMAS: LazyLock<Vec<UploadSchema>> = LazyLock::new(|| {
    let manifest: Result<Manifest, _> = toml::from_str(include_str!("../../../plugins/tax-collector/vatra.toml"));
    manifest.map(|manifest| manifest.uploads).unwrap_or_default()
});

/// A table is refused as a whole, or every row of it is accepted or left out for a reason that names its line.
pub fn upload(data: &[u8]) {
    for schema in SCHEMAS.iter() {
        let Ok(table) = read_table(schema, "roll.csv", data, String::new()) else { continue };
        assert!(table.rows > 0 && table.rows <= schema.max_rows);
        assert_eq!(table.accepted.len() as u32 + table.rejected(), table.rows, "a row is neither accepted nor left out");
        let lines = data.iter().filter(|byte| matches!(byte, b'\r' | b'\n')).count() as u32 + 1;
        let mut last = 1;
        for row in &table.accepted {
            assert!(row.line > last && row.line <= lines, "line {} after {last} of {lines}", row.line);
            last = row.line;
            assert!(row.fields.keys().all(|name| schema.columns.iter().any(|column| column.field == *name)));
        }
        let columns = schema.columns.iter().map(|column| column.heading.as_str());
        let known: Vec<&str> = columns.collect();
        for problem in &table.problems {
            assert!(problem.line > 1 && problem.line <= lines, "{problem:?} of {lines}");
            assert!(known.contains(&problem.column.as_str()) || !problem.column.is_empty());
        }
    }
}
