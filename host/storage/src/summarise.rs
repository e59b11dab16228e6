//! Groups and functions over a query of a register.

use crate::db::{Row, Tx, params};
use crate::dialect::{json_field, json_inner, sum};
use crate::fault::Fault;
use crate::find::{Matches, Sql};
use vatra_core::clock::Instant;
use vatra_core::ids::TenantId;
use vatra_core::register::{Aggregate, Bucket, FieldSchema, FieldType, Function, Query, RegisterSchema};
use vatra_core::store::StoreError;
use vatra_core::value::{Money, Value};

/// How a result column is read back.
#[derive(Clone, Copy)]
enum Outcome {
    Count,
    Integer,
    Money,
    Instant,
    Date,
}

fn missing(what: &str, name: &str, schema: &RegisterSchema) -> Fault {
    StoreError::Missing(format!("{what} of '{name}' in register '{}'", schema.name)).into()
}

/// The field, if its name may stand in SQL. Personal fields are no matter for sums.
fn field<'a>(schema: &'a RegisterSchema, name: &str) -> Result<&'a FieldSchema, Fault> {
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    schema.field(name).filter(|field| plain && !field.is_personal()).ok_or_else(|| missing("a summary", name, schema))
}

/// Summarises what matches.
pub(crate) async fn summarise(
    tx: &mut Tx,
    tenant: TenantId,
    schema: &RegisterSchema,
    query: &Query,
    matches: &Matches<'_>,
    group_by: &[String],
    aggregates: &[Aggregate],
) -> Result<Vec<Bucket>, Fault> {
    let dialect = tx.dialect();
    let mut columns = Vec::new();
    for name in group_by {
        columns.push(json_field(dialect, &field(schema, name)?.name));
    }
    let mut kinds = Vec::new();
    for aggregate in aggregates {
        let (text, kind) = match aggregate.function {
            Function::Count => ("count(*)".to_owned(), Outcome::Count),
            function => {
                let field = field(schema, &aggregate.name)?;
                let (inner, kind) = match field.kind {
                    FieldType::Integer => (json_inner(dialect, &field.name, "integer", true), Outcome::Integer),
                    FieldType::Money => (json_inner(dialect, &field.name, "money", true), Outcome::Money),
                    FieldType::Instant if function != Function::Sum => {
                        (json_inner(dialect, &field.name, "instant", true), Outcome::Instant)
                    }
                    FieldType::Date if function != Function::Sum => (json_inner(dialect, &field.name, "date", false), Outcome::Date),
                    _ => return Err(missing("a sum or an order", &field.name, schema)),
                };
                let text = match function {
                    Function::Minimum => format!("min({inner})"),
                    Function::Maximum => format!("max({inner})"),
                    Function::Sum | Function::Count => sum(dialect, &inner),
                };
                (text, kind)
            }
        };
        columns.push(text);
        kinds.push(kind);
    }
    if columns.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql::default();
    sql.push(&format!("SELECT {}", columns.join(", ")), vec![]);
    if matches.is_all() {
        sql.push(" FROM entries e WHERE e.tenant = ? AND e.register = ?", params![tenant.0, schema.name.as_str()]);
        if !query.include_closed {
            sql.push(" AND NOT e.closed", vec![]);
        }
    } else {
        let (from, checks) = matches.from();
        sql.push(&from.text, from.params);
        sql.push(" CROSS JOIN entries e WHERE e.tenant = ? AND e.id = m.entry", params![tenant.0]);
        sql.push(&checks.text, checks.params);
    }
    if !group_by.is_empty() {
        let places: Vec<String> = (1..=group_by.len()).map(|place| place.to_string()).collect();
        sql.push(&format!(" GROUP BY {0} ORDER BY {0}", places.join(", ")), vec![]);
    }
    let rows = tx.search(sql).await?;
    rows.iter().map(|row| bucket(row, group_by, &kinds)).collect()
}

fn bucket(row: &Row, group_by: &[String], kinds: &[Outcome]) -> Result<Bucket, Fault> {
    let mut bucket = Bucket { group: Vec::with_capacity(group_by.len()), results: Vec::with_capacity(kinds.len()) };
    for (column, name) in group_by.iter().enumerate() {
        let value = row.get::<Option<String>>(column)?.map(|text| crate::db::parse(&text)).transpose()?;
        bucket.group.push((name.clone(), value.unwrap_or_default()));
    }
    for (place, kind) in kinds.iter().enumerate() {
        let column = group_by.len() + place;
        let number = || row.get::<Option<i64>>(column);
        let value = match kind {
            Outcome::Count | Outcome::Integer => number()?.map(Value::Integer),
            Outcome::Money => number()?.map(|bani| Value::Money(Money(bani))),
            Outcome::Instant => number()?.map(|at| Value::Instant(Instant(at))),
            Outcome::Date => {
                let text = row.get::<Option<String>>(column)?;
                let date = text.map(|text| text.parse().map_err(|_| Fault::corrupt("a date of an entry"))).transpose()?;
                date.map(Value::Date)
            }
        };
        bucket.results.push(value.unwrap_or_default());
    }
    Ok(bucket)
}
