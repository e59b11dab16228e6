//! Documents: read with their last version, and brought to what was made of them.

use crate::codec::version;
use crate::db::{Param, Row, Tx, params};
use crate::fault::Fault;
use std::collections::BTreeSet;
use uuid::Uuid;
use vatra_core::blobs::Address;
use vatra_core::clock::Instant;
use vatra_core::documents::{Document, DocumentVersion, Finished, Kept, Outcome, Standing};
use vatra_core::ids::{DocumentId, EntryId, Name, SubjectId, TenantId};
use vatra_core::value::EntryRef;

/// A document with its last version, of a tenant.
const DOCUMENT: &str = "SELECT d.id, d.module, d.kind, d.title, d.number, d.standing, d.version, d.media_type, d.subject, d.entry_register, \
     d.entry, d.made_at, d.issued_on, d.valid_until, d.keep_until, d.code, d.note, d.record, d.recipe, v.address, v.size, v.digest, \
     v.signatures, d.name FROM documents d \
     JOIN document_versions v ON v.tenant = d.tenant AND v.document = d.id AND v.version = d.version WHERE d.tenant = ?";

fn corrupt() -> Fault {
    Fault::corrupt("a document")
}

fn read<T: std::str::FromStr>(text: Option<String>) -> Result<Option<T>, Fault> {
    text.map(|text| text.parse().map_err(|_| corrupt())).transpose()
}

/// Where bytes are kept, of `address, size, digest` from this column on.
fn kept(row: &Row, from: usize) -> Result<Option<Kept>, Fault> {
    let kept = Kept { address: read(row.get(from)?)?, size: row.count(from + 1)?, digest: row.get(from + 2)? };
    Ok(Some(kept).filter(|kept| !kept.digest.is_empty()))
}

fn document(row: &Row) -> Result<Document, Fault> {
    let standing: String = row.get(5)?;
    let entry = match (row.get::<Option<String>>(9)?, row.get::<Option<Uuid>>(10)?) {
        (Some(register), Some(id)) => Some(EntryRef { register: Name::new(register).map_err(|_| corrupt())?, id: EntryId(id) }),
        _ => None,
    };
    Ok(Document {
        id: DocumentId(row.get(0)?),
        module: row.name(1)?,
        kind: row.get(2)?,
        title: row.get(3)?,
        number: row.get(4)?,
        standing: Standing::from_code(&standing).ok_or_else(corrupt)?,
        version: version(row, 6)?,
        media_type: row.get(7)?,
        name: row.get(23)?,
        kept: kept(row, 19)?,
        record: read(row.get(17)?)?,
        subject: row.get::<Option<Uuid>>(8)?.map(SubjectId),
        entry,
        made_at: Instant(row.get(11)?),
        issued_on: read(row.get(12)?)?,
        valid_until: read(row.get(13)?)?,
        signatures: version(row, 22)?,
        code: row.get(15)?,
        keep_until: read(row.get(14)?)?,
        note: row.get(16)?,
        recipe: row.get::<Option<String>>(18)?.map(|text| crate::db::parse(&text)).transpose()?,
    })
}

/// By its id.
pub(crate) async fn one(tx: &mut Tx, tenant: TenantId, id: DocumentId) -> Result<Option<Document>, Fault> {
    tx.row(&format!("{DOCUMENT} AND d.id = ?"), params![tenant.0, id.0]).await?.as_ref().map(document).transpose()
}

/// A module's about an entry, oldest first.
pub(crate) async fn of_entry(tx: &mut Tx, tenant: TenantId, module: &Name, entry: &EntryRef) -> Result<Vec<Document>, Fault> {
    let sql = format!("{DOCUMENT} AND d.entry = ? AND d.entry_register = ? AND d.module = ? ORDER BY d.id");
    let rows = tx.rows(&sql, params![tenant.0, entry.id.0, entry.register.as_str(), module.as_str()]).await?;
    rows.iter().map(document).collect()
}

/// Of these modules, whose numbers begin so.
pub(crate) async fn numbered(
    tx: &mut Tx,
    tenant: TenantId,
    modules: &BTreeSet<Name>,
    number: &str,
    limit: u32,
) -> Result<Vec<Document>, Fault> {
    if modules.is_empty() || number.is_empty() {
        return Ok(Vec::new());
    }
    // A stretch of the index: nothing sorts behind this letter that a number could have.
    let sql = format!("{DOCUMENT} AND d.number >= ? AND d.number < ? AND d.module IN (??) ORDER BY d.number, d.id LIMIT ?");
    let modules: Vec<String> = modules.iter().map(ToString::to_string).collect();
    let mut given = params![tenant.0, number, format!("{number}\u{ffff}")];
    given.push(Param::Texts(modules));
    given.extend(params![limit]);
    tx.rows(&sql, given).await?.iter().map(document).collect()
}

/// A document's versions, oldest first.
pub(crate) async fn versions(tx: &mut Tx, tenant: TenantId, id: DocumentId) -> Result<Vec<DocumentVersion>, Fault> {
    let sql = "SELECT version, at, by_whom, reason, address, size, digest FROM document_versions WHERE tenant = ? AND document = ? \
         ORDER BY version";
    let read = |row: &Row| {
        let by = row.get::<Option<Uuid>>(2)?.map(SubjectId);
        Ok(DocumentVersion { version: version(row, 0)?, at: Instant(row.get(1)?), by, reason: row.get(3)?, kept: kept(row, 4)? })
    };
    tx.rows(sql, params![tenant.0, id.0]).await?.iter().map(read).collect()
}

/// Whether another document's version lies at this address.
pub(crate) async fn kept_elsewhere(tx: &mut Tx, tenant: TenantId, address: Address, than: DocumentId) -> Result<bool, Fault> {
    let sql = "SELECT version FROM document_versions WHERE tenant = ? AND address = ? AND document <> ? LIMIT 1";
    Ok(tx.row(sql, params![tenant.0, address.to_string(), than.0]).await?.is_some())
}

/// Forgets where the bytes of a destroyed document were, and what it was made from.
async fn forget(tx: &mut Tx, tenant: TenantId, id: DocumentId) -> Result<bool, Fault> {
    let sql = "UPDATE documents SET record = NULL, recipe = NULL, subject = NULL WHERE tenant = ? AND id = ? AND standing = ?";
    if tx.execute(sql, params![tenant.0, id.0, Standing::Destroyed.code()]).await? == 0 {
        return Ok(false);
    }
    tx.execute("UPDATE document_versions SET address = NULL WHERE tenant = ? AND document = ?", params![tenant.0, id.0]).await?;
    Ok(true)
}

/// Brings a document to what was made of it; false when it has moved on since.
pub(crate) async fn finish(tx: &mut Tx, tenant: TenantId, finished: &Finished) -> Result<bool, Fault> {
    let Finished { order, issued, outcome } = finished;
    let (standing, record, note) = match outcome {
        Outcome::Made { record, .. } => (if *issued { Standing::Issued } else { Standing::Draft }, Some(record.to_string()), String::new()),
        Outcome::Failed(note) => (Standing::Failed, None, note.clone()),
        Outcome::Erased => return forget(tx, tenant, order.document).await,
    };
    let sql = "UPDATE documents SET standing = ?, record = ?, note = ? WHERE tenant = ? AND id = ? AND version = ? AND standing = ? \
         AND (issued_on IS NOT NULL) = ?";
    let which = params![tenant.0, order.document.0, order.version];
    let mut given = params![standing.code(), record, note];
    given.extend(which.clone());
    given.extend(params![Standing::Making.code(), *issued]);
    if tx.execute(sql, given).await? == 0 {
        return Ok(false);
    }
    if let Outcome::Made { kept, .. } = outcome {
        let sql = "UPDATE document_versions SET address = ?, size = ?, digest = ? WHERE tenant = ? AND document = ? AND version = ?";
        let mut given = params![kept.address.map(|address| address.to_string()), kept.size, kept.digest.as_str()];
        given.extend(which);
        tx.execute(sql, given).await?;
    }
    Ok(true)
}
