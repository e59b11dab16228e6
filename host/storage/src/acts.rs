//! Published acts.

use crate::db::{Param, Row, Tx, params};
use crate::fault::Fault;
use vatra_core::acts::{Act, ActChange, ActKind, ActQuery};
use vatra_core::clock::Instant;
use vatra_core::ids::{DocumentId, TenantId};
use vatra_core::unit::Unit;

const COLUMNS: &str = "document, public_version, module, kind, title, number, date, in_force_from, published_at, repealed_by";

pub(crate) async fn change(tx: &mut Tx, tenant: TenantId, unit: &Unit) -> Result<(), Fault> {
    for change in &unit.acts {
        match change {
            ActChange::Publish(act) => {
                let sql = format!("INSERT INTO acts (tenant, {COLUMNS}, words) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
                let given = params![
                    tenant.0,
                    act.document.0,
                    act.public_version.map(|id| id.0),
                    act.module.as_str(),
                    act.kind.code(),
                    act.title.as_str(),
                    act.number.as_str(),
                    act.date.to_string(),
                    act.in_force_from.map(|date| date.to_string()),
                    act.published_at.0,
                    act.repealed_by.map(|id| id.0),
                    act.words(),
                ];
                tx.execute(&sql, given).await?;
            }
            ActChange::Repeal { act, by } => {
                let sql = "UPDATE acts SET repealed_by = ? WHERE tenant = ? AND document = ? AND repealed_by IS NULL";
                if tx.execute(sql, params![by.0, tenant.0, act.0]).await? != 1 {
                    return Err(Fault::Conflict);
                }
            }
        }
    }
    Ok(())
}

pub(crate) async fn one(tx: &mut Tx, tenant: TenantId, document: DocumentId) -> Result<Option<Act>, Fault> {
    let sql = format!("SELECT {COLUMNS} FROM acts WHERE tenant = ? AND document = ?");
    tx.row(&sql, params![tenant.0, document.0]).await?.as_ref().map(read).transpose()
}

/// A page of them, latest first, and how many there are.
pub(crate) async fn page(tx: &mut Tx, tenant: TenantId, query: &ActQuery, offset: u64, limit: u32) -> Result<(Vec<Act>, u64), Fault> {
    let mut matches = " FROM acts WHERE tenant = ?".to_owned();
    let mut given: Vec<Param> = params![tenant.0];
    if let Some(kind) = query.kind {
        matches.push_str(" AND kind = ?");
        given.push(kind.code().into());
    }
    if let Some(year) = query.year {
        matches.push_str(" AND date >= ? AND date < ?");
        given.extend([format!("{year:04}-01-01").into(), format!("{:04}-01-01", year.saturating_add(1)).into()]);
    }
    for word in &query.words {
        matches.push_str(" AND words LIKE ? ESCAPE '!'");
        given.push(format!("%{}%", word.replace('!', "!!").replace('%', "!%").replace('_', "!_")).into());
    }
    let total = tx.row(&format!("SELECT count(*){matches}"), given.clone()).await?.map_or(Ok(0), |row| row.count(0))?;
    given.extend([limit.into(), offset.into()]);
    let sql = format!("SELECT {COLUMNS}{matches} ORDER BY date DESC, document DESC LIMIT ? OFFSET ?");
    let rows = tx.rows(&sql, given).await?;
    Ok((rows.iter().map(read).collect::<Result<_, _>>()?, total))
}

fn read(row: &Row) -> Result<Act, Fault> {
    let corrupt = || Fault::corrupt("an act");
    let date = |text: String| text.parse().map_err(|_| corrupt());
    let (kind, day, from): (String, String, Option<String>) = (row.get(3)?, row.get(6)?, row.get(7)?);
    Ok(Act {
        document: DocumentId(row.get(0)?),
        public_version: row.get::<Option<uuid::Uuid>>(1)?.map(DocumentId),
        module: row.name(2)?,
        kind: ActKind::from_code(&kind).ok_or_else(corrupt)?,
        title: row.get(4)?,
        number: row.get(5)?,
        date: date(day)?,
        in_force_from: from.map(date).transpose()?,
        published_at: Instant(row.get(8)?),
        repealed_by: row.get::<Option<uuid::Uuid>>(9)?.map(DocumentId),
    })
}
