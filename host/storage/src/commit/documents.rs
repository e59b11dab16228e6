//! What a unit of work does to its module's documents. Each change holds only if the document still stands as it was seen.

use super::entries::Numbers;
use crate::db::{Tx, json, params};
use crate::documents::one;
use crate::fault::Fault;
use crate::signing;
use chrono::NaiveDate;
use vatra_core::documents::{Document, DocumentChange, Kept, Standing};
use vatra_core::ids::{DocumentId, TenantId};
use vatra_core::unit::Unit;

/// Makes the unit's changes, in their order: numbers are given in it.
pub(super) async fn change(tx: &mut Tx, tenant: TenantId, unit: &Unit) -> Result<(), Fault> {
    for change in &unit.documents {
        match change {
            DocumentChange::New(document) => add(tx, tenant, unit, document).await?,
            DocumentChange::Remake { document, seen, reason } => {
                free(tx, tenant, document.id).await?;
                remake(tx, tenant, unit, document, *seen, reason).await?;
            }
            DocumentChange::Issue { id, version, seen, valid_until, code } => {
                free(tx, tenant, *id).await?;
                let document = own(tx, tenant, unit, *id).await?;
                if document.version != *version || document.standing != *seen || document.issued_on.is_some() || document.signatures > 0 {
                    return Err(Fault::Conflict);
                }
                issue(tx, tenant, unit, &document, *valid_until, code).await?;
            }
            DocumentChange::Annul { id, reason } => {
                let sql = "UPDATE documents SET standing = ?, note = ? WHERE tenant = ? AND id = ? AND module = ? AND standing = ?";
                let (annulled, issued) = (Standing::Annulled.code(), Standing::Issued.code());
                let given = params![annulled, reason.as_str(), tenant.0, id.0, unit.module.as_str(), issued];
                touched(tx.execute(sql, given).await?)?;
            }
            DocumentChange::Retain { id, until, reason } => {
                let sql = "UPDATE documents SET keep_until = ?, note = ? WHERE tenant = ? AND id = ? AND module = ? AND keep_until <= ? \
                     AND standing <> ?";
                let (until, destroyed) = (until.to_string(), Standing::Destroyed.code());
                let given = params![until.as_str(), reason.as_str(), tenant.0, id.0, unit.module.as_str(), until.as_str(), destroyed];
                touched(tx.execute(sql, given).await?)?;
            }
            DocumentChange::Destroy { id } => {
                free(tx, tenant, *id).await?;
                let sql = "UPDATE documents SET standing = ?, note = '' WHERE tenant = ? AND id = ? AND module = ? AND keep_until < ? \
                     AND standing NOT IN (?, ?)";
                let (destroyed, making, today) = (Standing::Destroyed.code(), Standing::Making.code(), unit.at.civil_date().to_string());
                let given = params![destroyed, tenant.0, id.0, unit.module.as_str(), today, making, destroyed];
                touched(tx.execute(sql, given).await?)?;
            }
        }
    }
    Ok(())
}

/// A document that an open signing request has holds still.
async fn free(tx: &mut Tx, tenant: TenantId, id: DocumentId) -> Result<(), Fault> {
    if signing::of(tx, tenant, &[id]).await?.is_empty() { Ok(()) } else { Err(Fault::Conflict) }
}

/// A document that stands otherwise than it was seen is not touched.
fn touched(rows: u64) -> Result<(), Fault> {
    if rows == 0 { Err(Fault::Conflict) } else { Ok(()) }
}

fn day(date: Option<NaiveDate>) -> Option<String> {
    date.map(|date| date.to_string())
}

async fn own(tx: &mut Tx, tenant: TenantId, unit: &Unit, id: DocumentId) -> Result<Document, Fault> {
    one(tx, tenant, id).await?.filter(|document| document.module == unit.module).ok_or(Fault::Conflict)
}

async fn add(tx: &mut Tx, tenant: TenantId, unit: &Unit, document: &Document) -> Result<(), Fault> {
    let sql = "INSERT INTO documents (tenant, id, module, kind, title, standing, version, media_type, name, subject, entry_register, entry, \
         made_at, keep_until, note, recipe) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', ?)";
    let given = params![
        tenant.0,
        document.id.0,
        document.module.as_str(),
        document.kind.as_str(),
        document.title.as_str(),
        document.standing.code(),
        document.version,
        document.media_type.as_str(),
        document.name.as_str(),
        document.subject.map(|id| id.0),
        document.entry.as_ref().map(|entry| entry.register.to_string()),
        document.entry.as_ref().map(|entry| entry.id.0),
        unit.at.0,
        day(document.keep_until),
        document.recipe.as_ref().map(json).transpose()?,
    ];
    tx.execute(sql, given).await?;
    add_version(tx, tenant, unit, document.id, document.version, "", document.kept.as_ref()).await
}

async fn add_version(
    tx: &mut Tx,
    tenant: TenantId,
    unit: &Unit,
    id: DocumentId,
    version: u32,
    reason: &str,
    kept: Option<&Kept>,
) -> Result<(), Fault> {
    let sql = "INSERT INTO document_versions (tenant, document, version, at, by_whom, reason, address, size, digest, signatures) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0)";
    let (address, size) = (kept.and_then(|kept| kept.address).map(|address| address.to_string()), kept.map_or(0, |kept| kept.size));
    let digest = kept.map_or("", |kept| kept.digest.as_str());
    let given = params![tenant.0, id.0, version, unit.at.0, unit.by.map(|by| by.0), reason, address, size, digest];
    tx.execute(sql, given).await?;
    Ok(())
}

async fn remake(tx: &mut Tx, tenant: TenantId, unit: &Unit, to: &Document, seen: Standing, reason: &str) -> Result<(), Fault> {
    let sql = "UPDATE documents SET title = ?, standing = ?, version = ?, subject = ?, entry_register = ?, entry = ?, made_at = ?, \
         note = '', record = NULL, recipe = ? WHERE tenant = ? AND id = ? AND module = ? AND version = ? AND standing = ?";
    let given = params![
        to.title.as_str(),
        Standing::Making.code(),
        to.version,
        to.subject.map(|id| id.0),
        to.entry.as_ref().map(|entry| entry.register.to_string()),
        to.entry.as_ref().map(|entry| entry.id.0),
        unit.at.0,
        to.recipe.as_ref().map(json).transpose()?,
        tenant.0,
        to.id.0,
        unit.module.as_str(),
        to.version.saturating_sub(1),
        seen.code(),
    ];
    touched(tx.execute(sql, given).await?)?;
    add_version(tx, tenant, unit, to.id, to.version, reason, None).await
}

async fn issue(
    tx: &mut Tx,
    tenant: TenantId,
    unit: &Unit,
    document: &Document,
    valid_until: Option<NaiveDate>,
    code: &str,
) -> Result<(), Fault> {
    let today = unit.at.civil_date();
    let recipe = document.recipe.as_ref().ok_or(Fault::Conflict)?;
    let number = match &recipe.numbering {
        // No register can be called so.
        Some(numbering) => Some(Numbers::take(tx, tenant, &format!("document {}", document.kind), numbering, today, 1).await?.next()),
        None => None,
    };
    tx.execute("INSERT INTO document_codes (code, tenant, document) VALUES (?, ?, ?)", params![code, tenant.0, document.id.0]).await?;
    let drafted = document.standing == Standing::Draft;
    let version = document.version + u32::from(drafted);
    let sql = "UPDATE documents SET standing = ?, version = ?, number = ?, issued_on = ?, valid_until = ?, keep_until = ?, code = ?, \
         made_at = ? \
         WHERE tenant = ? AND id = ?";
    let keep_until = Document::keep_until(today, recipe.retention_years);
    let given = params![
        Standing::Making.code(),
        version,
        number,
        today.to_string(),
        day(valid_until),
        day(keep_until),
        code,
        unit.at.0,
        tenant.0,
        document.id.0,
    ];
    tx.execute(sql, given).await?;
    if drafted {
        add_version(tx, tenant, unit, document.id, version, "", None).await?;
    }
    Ok(())
}
