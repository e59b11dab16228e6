//! Signing requests: read with their signers.

use crate::db::{Param, Row, Tx, params};
use crate::fault::Fault;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;
use vatra_core::clock::Instant;
use vatra_core::ids::{DocumentId, Name, OutboxId, SigningId, SubjectId, TenantId};
use vatra_core::signing::{Signer, SigningRequest, Standing, Who};

/// Ids of one query.
const CHUNK: usize = 512;

fn standing(row: &Row, column: usize) -> Result<Standing, Fault> {
    Standing::from_code(&row.get::<String>(column)?).ok_or_else(|| Fault::corrupt("the standing of a signature"))
}

fn signer(row: &Row) -> Result<Signer, Fault> {
    let who = match (row.get::<Option<Uuid>>(1)?, row.get::<Option<String>>(2)?) {
        (Some(person), _) => Who::Person(SubjectId(person)),
        (None, Some(role)) => Who::Role(Name::new(role).map_err(|error| Fault::corrupt(error.to_string()))?),
        (None, None) => return Err(Fault::corrupt("a signer")),
    };
    Ok(Signer {
        who,
        reason: row.get(3)?,
        standing: standing(row, 4)?,
        by: row.get::<Option<Uuid>>(5)?.map(SubjectId),
        at: row.get::<Option<i64>>(6)?.map(Instant),
        note: row.get(7)?,
        posting: row.get::<Option<Uuid>>(8)?.map(OutboxId),
    })
}

/// Those that exist, in the order of their ids.
pub(crate) async fn all(tx: &mut Tx, tenant: TenantId, ids: &[SigningId]) -> Result<Vec<SigningRequest>, Fault> {
    let mut found = BTreeMap::new();
    for chunk in ids.chunks(CHUNK) {
        let given = || vec![tenant.0.into(), Param::Uuids(chunk.iter().map(|id| id.0).collect())];
        let sql = "SELECT id, module, standing, opened_at, body, signatures FROM signing_requests WHERE tenant = ? AND id IN (??)";
        for row in tx.rows(sql, given()).await? {
            let id = SigningId(row.get(0)?);
            let (opened_at, body, signatures) = (Instant(row.get(3)?), row.json(4)?, row.json(5)?);
            let signers = Vec::new();
            found.insert(
                id,
                SigningRequest { id, module: row.name(1)?, standing: standing(&row, 2)?, opened_at, body, signers, signatures },
            );
        }
        let sql = "SELECT request, person, role, reason, standing, by_whom, at, note, posting FROM signing_signers \
             WHERE tenant = ? AND request IN (??) ORDER BY position";
        for row in tx.rows(sql, given()).await? {
            if let Some(request) = found.get_mut(&SigningId(row.get(0)?)) {
                request.signers.push(signer(&row)?);
            }
        }
    }
    Ok(found.into_values().collect())
}

/// Those that wait for this person, or were sent off by them. Ids are in the order of their making.
pub(crate) async fn waiting(
    tx: &mut Tx,
    tenant: TenantId,
    person: SubjectId,
    roles: &BTreeSet<Name>,
    after: Option<SigningId>,
    limit: u32,
) -> Result<Vec<SigningRequest>, Fault> {
    let sql = "SELECT DISTINCT request FROM signing_signers WHERE tenant = ? AND standing IN ('waiting', 'signing') AND request > ? \
         AND ((standing = 'waiting' AND (person = ? OR role IN (??))) OR (standing = 'signing' AND by_whom = ?)) ORDER BY request LIMIT ?";
    let roles = Param::Texts(roles.iter().map(ToString::to_string).chain([String::new()]).collect());
    let mut given = params![tenant.0, after.map_or(Uuid::nil(), |id| id.0), person.0];
    given.push(roles);
    given.extend(params![person.0, limit]);
    let ids = tx.rows(sql, given).await?.iter().map(|row| Ok(SigningId(row.get(0)?))).collect::<Result<Vec<_>, Fault>>()?;
    all(tx, tenant, &ids).await
}

/// The open requests that hold these documents still.
pub(crate) async fn of(tx: &mut Tx, tenant: TenantId, documents: &[DocumentId]) -> Result<Vec<SigningId>, Fault> {
    let mut found = BTreeSet::new();
    for chunk in documents.chunks(CHUNK) {
        let given = vec![tenant.0.into(), Param::Uuids(chunk.iter().map(|id| id.0).collect())];
        for row in tx.rows("SELECT request FROM signing_documents WHERE tenant = ? AND document IN (??)", given).await? {
            found.insert(SigningId(row.get(0)?));
        }
    }
    Ok(found.into_iter().collect())
}
