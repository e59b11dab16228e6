//! What the municipality settled, from which date on.

use crate::db::{Row, Tx, json, params};
use crate::fault::Fault;
use uuid::Uuid;
use vatra_core::clock::Instant;
use vatra_core::ids::{DocumentId, SubjectId, TenantId};
use vatra_core::settings::Enacted;

/// Every setting of a municipality, by name, oldest first.
pub(crate) const ALL: &str =
    "SELECT name, since, at, fields, decision, document, by_whom FROM settings WHERE tenant = ? ORDER BY name, since, at";
const ONE: &str =
    "SELECT name, since, at, fields, decision, document, by_whom FROM settings WHERE tenant = ? AND name = ? ORDER BY since, at";

pub(crate) fn enacted(row: &Row) -> Result<Enacted, Fault> {
    let since: String = row.get(1)?;
    Ok(Enacted {
        setting: row.name(0)?,
        since: since.parse().map_err(|_| Fault::corrupt("the date of a setting"))?,
        at: Instant(row.get(2)?),
        rows: row.json(3)?,
        decision: row.get(4)?,
        document: row.get::<Option<Uuid>>(5)?.map(DocumentId),
        by: row.get::<Option<Uuid>>(6)?.map(SubjectId),
    })
}

/// One setting, oldest first.
pub(crate) async fn one(tx: &mut Tx, tenant: TenantId, name: &str) -> Result<Vec<Enacted>, Fault> {
    tx.rows(ONE, params![tenant.0, name]).await?.iter().map(enacted).collect()
}

/// Enters one. Two at the same moment for the same day are one after the other.
pub(crate) async fn enact(tx: &mut Tx, tenant: TenantId, new: &Enacted) -> Result<(), Fault> {
    let since = new.since.to_string();
    let last = tx
        .row(
            "SELECT MAX(at) FROM settings WHERE tenant = ? AND name = ? AND since = ?",
            params![tenant.0, new.setting.as_str(), since.as_str()],
        )
        .await?
        .map(|row| row.get::<Option<i64>>(0))
        .transpose()?
        .flatten();
    let at = last.map_or(new.at.0, |last| new.at.0.max(last.saturating_add(1)));
    let sql = "INSERT INTO settings (tenant, name, since, at, fields, decision, document, by_whom) VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
    let (document, by) = (new.document.map(|id| id.0), new.by.map(|id| id.0));
    let values = params![tenant.0, new.setting.as_str(), since.as_str(), at, json(&new.rows)?, new.decision.as_str(), document, by];
    tx.execute(sql, values).await?;
    Ok(())
}
