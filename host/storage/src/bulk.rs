//! Entries of the jobs that perform an action on many, with what came of each.

use crate::db::{Row, Tx, params};
use crate::dialect::{Kind, Table, insert};
use crate::fault::Fault;
use vatra_core::bulk::{BulkChange, BulkRow, Came};
use vatra_core::ids::{EntryId, JobId, TenantId};
use vatra_core::unit::Unit;
use vatra_core::value::EntryRef;

const ROWS: Table = Table {
    name: "bulk_rows",
    columns: &[
        ("tenant", Kind::Uuid),
        ("job", Kind::Uuid),
        ("place", Kind::Int),
        ("register", Kind::Text),
        ("entry", Kind::Uuid),
        ("came", Kind::Text),
        ("reason", Kind::Text),
    ],
    suffix: "",
};

fn row(row: &Row) -> Result<BulkRow, Fault> {
    let (place, came): (i64, String) = (row.get(0)?, row.get(3)?);
    let corrupt = || Fault::corrupt("an entry of a job");
    Ok(BulkRow {
        place: u32::try_from(place).map_err(|_| corrupt())?,
        entry: EntryRef { register: row.name(1)?, id: EntryId(row.get(2)?) },
        came: Came::from_code(&came).ok_or_else(corrupt)?,
        reason: row.get(4)?,
    })
}

/// From a place on, in their order.
pub(crate) async fn rows(
    tx: &mut Tx,
    tenant: TenantId,
    job: JobId,
    came: Option<Came>,
    from: u32,
    limit: u32,
) -> Result<Vec<BulkRow>, Fault> {
    let mut sql = "SELECT place, register, entry, came, reason FROM bulk_rows WHERE tenant = ? AND job = ? AND place >= ?".to_owned();
    let mut given = params![tenant.0, job.0, i64::from(from)];
    if let Some(came) = came {
        sql.push_str(" AND came = ?");
        given.extend(params![came.code()]);
    }
    given.extend(params![limit]);
    tx.rows(&format!("{sql} ORDER BY place LIMIT ?"), given).await?.iter().map(row).collect()
}

/// How many there are of which something came.
pub(crate) async fn count(tx: &mut Tx, tenant: TenantId, job: JobId, came: Came) -> Result<u64, Fault> {
    let sql = "SELECT count(*) FROM bulk_rows WHERE tenant = ? AND job = ? AND came = ?";
    tx.row(sql, params![tenant.0, job.0, came.code()]).await?.map_or(Ok(0), |row| row.count(0))
}

pub(crate) async fn change(tx: &mut Tx, tenant: TenantId, unit: &Unit) -> Result<(), Fault> {
    for change in &unit.bulk {
        match change {
            BulkChange::Rows(job, entries) => {
                let each = entries
                    .iter()
                    .zip(0i64..)
                    .map(|(entry, place)| params![place, entry.register.as_str(), entry.id.0, Came::Waiting.code(), ""]);
                insert(tx, &ROWS, params![tenant.0, job.0], each.collect()).await?;
            }
            BulkChange::Came(job, rows) => {
                for row in rows {
                    let sql = "UPDATE bulk_rows SET came = ?, reason = ? WHERE tenant = ? AND job = ? AND place = ?";
                    let given = params![row.came.code(), row.reason.as_str(), tenant.0, job.0, i64::from(row.place)];
                    tx.execute(sql, given).await?;
                }
            }
        }
    }
    Ok(())
}
