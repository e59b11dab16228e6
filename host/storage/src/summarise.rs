//! Groups and functions over a query of a register.

use crate::db::{Dialect, Row, Tx, params};
use crate::dialect::{json_field, json_inner, sum};
use crate::fault::Fault;
use crate::find::{Matches, Sql};
use crate::totals::Total;
use vatra_core::clock::Instant;
use vatra_core::ids::TenantId;
use vatra_core::register::{Aggregate, Bucket, FieldSchema, FieldType, Function, RegisterSchema};
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

/// These columns over the entries that match.
fn over(tenant: TenantId, schema: &RegisterSchema, matches: &Matches<'_>, columns: &[String]) -> Sql {
    let mut sql = Sql::default();
    sql.push(&format!("SELECT {}", columns.join(", ")), vec![]);
    if matches.is_all() {
        sql.push(" FROM entries e WHERE e.tenant = ? AND e.register = ?", params![tenant.0, schema.name.as_str()]);
        if !matches.include_closed() {
            sql.push(" AND NOT e.closed", vec![]);
        }
    } else {
        let (from, checks) = matches.from();
        sql.push(&from.text, from.params);
        sql.push(" CROSS JOIN entries e WHERE e.tenant = ? AND e.id = m.entry", params![tenant.0]);
        sql.push(&checks.text, checks.params);
    }
    sql
}

/// A field that can be summed, as SQL.
fn summed(dialect: Dialect, schema: &RegisterSchema, name: &str) -> Result<String, Fault> {
    let field = field(schema, name)?;
    let kind = if field.kind == FieldType::Money { "money" } else { "integer" };
    Ok(json_inner(dialect, &field.name, kind, true))
}

/// Whether these functions may be asked for, without asking.
pub(crate) fn check(schema: &RegisterSchema, aggregates: &[Aggregate]) -> Result<(), Fault> {
    let mut sums = aggregates.iter().filter(|aggregate| aggregate.function != Function::Count);
    sums.try_for_each(|aggregate| field(schema, &aggregate.name).map(|_| ()))
}

/// How many entries match, and the sums of these fields.
pub(crate) async fn total(
    tx: &mut Tx,
    tenant: TenantId,
    schema: &RegisterSchema,
    matches: &Matches<'_>,
    sums: &[String],
) -> Result<Total, Fault> {
    let dialect = tx.dialect();
    let mut columns = vec!["count(*)".to_owned()];
    for name in sums {
        let inner = summed(dialect, schema, name)?;
        columns.extend([sum(dialect, &inner), format!("count({inner})")]);
    }
    let rows = match (sums.is_empty() && !matches.is_all()).then(|| matches.counting()) {
        Some(sql) => tx.search(sql).await?,
        None => tx.search(over(tenant, schema, matches, &columns)).await?,
    };
    let row = rows.first().ok_or_else(|| Fault::corrupt("a count"))?;
    let read = |place: usize| Ok((row.get::<Option<i64>>(place)?.unwrap_or_default(), row.get::<i64>(place + 1)?));
    let sums = (0..sums.len()).map(|place| read(1 + 2 * place)).collect::<Result<_, Fault>>()?;
    Ok(Total { count: row.get(0)?, sums })
}

/// A total as the functions that were asked for.
pub(crate) fn of_total(schema: &RegisterSchema, aggregates: &[Aggregate], total: &Total) -> Vec<Bucket> {
    if aggregates.is_empty() {
        return Vec::new();
    }
    let mut sums = total.sums.iter();
    let result = |aggregate: &Aggregate| match aggregate.function {
        Function::Count => Value::Integer(total.count),
        _ => match sums.next() {
            Some((sum, filled)) if *filled > 0 => match schema.field(&aggregate.name).map(|field| &field.kind) {
                Some(FieldType::Money) => Value::Money(Money(*sum)),
                _ => Value::Integer(*sum),
            },
            _ => Value::None,
        },
    };
    vec![Bucket { group: Vec::new(), results: aggregates.iter().map(result).collect() }]
}

/// Summarises what matches.
pub(crate) async fn summarise(
    tx: &mut Tx,
    tenant: TenantId,
    schema: &RegisterSchema,
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
    let mut sql = over(tenant, schema, matches, &columns);
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
