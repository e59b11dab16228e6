//! What a unit of work does to signing requests. Each change holds only if the request still stands as it was seen.

use crate::db::{Tx, json, params};
use crate::fault::Fault;
use crate::{documents, inbox, outbox, signing};
use vatra_core::clock::Instant;
use vatra_core::documents::Standing as Document;
use vatra_core::ids::{DocumentId, InboxId, Name, OutboxId, SigningId, SubjectId, TenantId};
use vatra_core::signing::{Place, SignedDocument, SignerOutcome, SigningChange, SigningRequest, SigningTold, Standing, Who};
use vatra_core::store::{InboxItem, InboxState, Settled};
use vatra_core::unit::Unit;

/// What a change takes to write, in audit rows.
pub(super) fn weight(change: &SigningChange) -> usize {
    match change {
        SigningChange::Open(request) => 4 + request.body.contents.len() + request.signers.len(),
        SigningChange::Begin { places, .. } => 2 * places.len(),
        SigningChange::Settle { outcomes, .. } => 8 * outcomes.len(),
        SigningChange::Cancel { .. } | SigningChange::Refuse { .. } | SigningChange::Expire { .. } => 6,
    }
}

pub(super) async fn change(tx: &mut Tx, tenant: TenantId, unit: &Unit) -> Result<(), Fault> {
    for change in &unit.signing {
        match change {
            SigningChange::Open(request) => open(tx, tenant, unit, request).await?,
            SigningChange::Cancel { id, reason } => {
                let request = one(tx, tenant, *id).await?;
                if request.module != unit.module || !request.standing.is_open() {
                    return Err(Fault::Conflict);
                }
                close(tx, tenant, &request, Standing::Cancelled, reason, unit.at).await?;
            }
            SigningChange::Refuse { place, by, reason, tell } => {
                let sql = "UPDATE signing_signers SET standing = 'refused', by_whom = ?, at = ?, note = ?, posting = NULL \
                     WHERE tenant = ? AND request = ? AND position = ? AND (standing = 'waiting' OR (standing = 'signing' AND by_whom = ?))";
                let given = params![by.0, unit.at.0, reason.as_str(), tenant.0, place.request.0, place.signer, by.0];
                held(tx.execute(sql, given).await?)?;
                let told =
                    SigningTold { place: *place, standing: Standing::Refused, by: Some(*by), at: Some(unit.at), note: reason.clone() };
                let request = one(tx, tenant, place.request).await?;
                if *tell {
                    inbox::put(tx, tenant, &[event(&request.module, &told, unit.at)?]).await?;
                }
                close(tx, tenant, &request, Standing::Refused, "", unit.at).await?;
            }
            SigningChange::Begin { places, by, posting } => {
                for place in places {
                    let sql = "UPDATE signing_signers SET standing = 'signing', by_whom = ?, posting = ?, note = '' \
                         WHERE tenant = ? AND request = ? AND position = ? AND standing = 'waiting'";
                    held(tx.execute(sql, params![by.0, posting.0, tenant.0, place.request.0, place.signer]).await?)?;
                    stand(tx, tenant, place.request, Standing::Signing).await?;
                }
            }
            SigningChange::Settle { posting, answer, outcomes } => {
                finish(tx, tenant, *posting, answer).await?;
                for (place, tell, outcome) in outcomes {
                    settle(tx, tenant, unit, *posting, *place, *tell, outcome).await?;
                }
            }
            SigningChange::Expire { id, order, tell } => {
                finish(tx, tenant, *order, "{}").await?;
                let request = one(tx, tenant, *id).await?;
                if !request.standing.is_open() {
                    continue;
                }
                let waits = request.signers.iter().enumerate().filter(|(_, signer)| signer.standing.is_open());
                for (number, signer) in waits.filter(|_| *tell) {
                    let place = Place { request: *id, signer: u32::try_from(number).unwrap_or(u32::MAX) };
                    let (by, at) = (signer.by, Some(unit.at));
                    let told = SigningTold { place, standing: Standing::Expired, by, at, note: String::new() };
                    inbox::put(tx, tenant, &[event(&request.module, &told, unit.at)?]).await?;
                }
                close(tx, tenant, &request, Standing::Expired, "", unit.at).await?;
            }
        }
    }
    Ok(())
}

/// What stands otherwise than it was seen is not touched.
fn held(rows: u64) -> Result<(), Fault> {
    if rows == 0 { Err(Fault::Conflict) } else { Ok(()) }
}

async fn one(tx: &mut Tx, tenant: TenantId, id: SigningId) -> Result<SigningRequest, Fault> {
    signing::all(tx, tenant, &[id]).await?.pop().ok_or(Fault::Conflict)
}

async fn stand(tx: &mut Tx, tenant: TenantId, id: SigningId, standing: Standing) -> Result<(), Fault> {
    let sql = "UPDATE signing_requests SET standing = ? WHERE tenant = ? AND id = ?";
    tx.execute(sql, params![standing.code(), tenant.0, id.0]).await?;
    Ok(())
}

async fn open(tx: &mut Tx, tenant: TenantId, unit: &Unit, request: &SigningRequest) -> Result<(), Fault> {
    for document in request.body.documents() {
        let found = documents::one(tx, tenant, document).await?.filter(|found| found.module == unit.module).ok_or(Fault::Conflict)?;
        if matches!(found.standing, Document::Annulled | Document::Failed | Document::Destroyed) {
            return Err(Fault::Conflict);
        }
        let sql = "INSERT INTO signing_documents (tenant, document, request) VALUES (?, ?, ?) ON CONFLICT (tenant, document) DO NOTHING";
        held(tx.execute(sql, params![tenant.0, document.0, request.id.0]).await?)?;
    }
    let sql = "INSERT INTO signing_requests (tenant, id, module, standing, opened_at, body, signatures, note) VALUES (?, ?, ?, ?, ?, ?, '[]', '')";
    let standing = Standing::Waiting.code();
    tx.execute(sql, params![tenant.0, request.id.0, unit.module.as_str(), standing, unit.at.0, json(&request.body)?]).await?;
    for (number, signer) in request.signers.iter().enumerate() {
        let (person, role) = match &signer.who {
            Who::Person(person) => (Some(person.0), None),
            Who::Role(role) => (None, Some(role.to_string())),
        };
        let sql = "INSERT INTO signing_signers (tenant, request, position, person, role, reason, standing, note) VALUES (?, ?, ?, ?, ?, ?, ?, '')";
        let position = u64::try_from(number).unwrap_or(u64::MAX);
        let given = params![tenant.0, request.id.0, position, person, role, signer.reason.as_str(), signer.standing.code()];
        tx.execute(sql, given).await?;
    }
    Ok(())
}

/// Ends a request: whoever has not signed will not, and its documents are free again.
async fn close(tx: &mut Tx, tenant: TenantId, request: &SigningRequest, to: Standing, note: &str, at: Instant) -> Result<(), Fault> {
    let sql = "UPDATE signing_requests SET standing = ?, note = ? WHERE tenant = ? AND id = ?";
    tx.execute(sql, params![to.code(), note, tenant.0, request.id.0]).await?;
    // Of an end that one signer made the others are told as cancelled.
    let others = if to == Standing::Expired { Standing::Expired } else { Standing::Cancelled };
    let sql = "UPDATE signing_signers SET standing = ?, at = ?, posting = NULL WHERE tenant = ? AND request = ? \
         AND standing IN ('queued', 'waiting', 'signing')";
    tx.execute(sql, params![others.code(), at.0, tenant.0, request.id.0]).await?;
    tx.execute("DELETE FROM signing_documents WHERE tenant = ? AND request = ?", params![tenant.0, request.id.0]).await?;
    Ok(())
}

/// The order of the outbox is done; a conflict when it was before.
async fn finish(tx: &mut Tx, tenant: TenantId, order: OutboxId, answer: &str) -> Result<(), Fault> {
    let settled = Settled {
        answer: answer.to_owned(),
        again: None,
        reference: None,
        // Ids alone: who comes back to it is told where to go on.
        forget: false,
        events: Vec::new(),
        document: None,
        audit: Vec::new(),
    };
    if outbox::settle(tx, tenant, order, &settled).await? { Ok(()) } else { Err(Fault::Conflict) }
}

fn event(module: &Name, told: &SigningTold, at: Instant) -> Result<InboxItem, Fault> {
    let kind = if told.standing == Standing::Signed { "msign.signed" } else { "msign.refused" };
    Ok(InboxItem {
        id: InboxId::fresh(),
        module: module.clone(),
        kind: kind.to_owned(),
        payload: json(told)?,
        received_at: at,
        attempts: 0,
        state: InboxState::Waiting,
    })
}

async fn settle(
    tx: &mut Tx,
    tenant: TenantId,
    unit: &Unit,
    posting: OutboxId,
    place: Place,
    tell: bool,
    outcome: &SignerOutcome,
) -> Result<(), Fault> {
    let sql =
        "SELECT by_whom FROM signing_signers WHERE tenant = ? AND request = ? AND position = ? AND posting = ? AND standing = 'signing'";
    let which = params![tenant.0, place.request.0, place.signer];
    let mut given = which.clone();
    given.extend(params![posting.0]);
    let Some(row) = tx.row(sql, given).await? else { return Ok(()) };
    let by = row.get::<Option<uuid::Uuid>>(0)?.map(SubjectId);
    let (standing, at, note) = match outcome {
        SignerOutcome::Signed { at, documents, signatures } => {
            if keep(tx, tenant, unit, by, place.request, documents, signatures).await? {
                (Standing::Signed, *at, "")
            } else {
                (Standing::Waiting, unit.at, "superseded")
            }
        }
        SignerOutcome::Ended(standing, note) => (*standing, unit.at, note.as_str()),
        SignerOutcome::Again(note) => (Standing::Waiting, unit.at, note.as_str()),
    };
    let waits = standing == Standing::Waiting;
    let sql = "UPDATE signing_signers SET standing = ?, at = ?, note = ?, posting = NULL, by_whom = CASE WHEN ? THEN NULL ELSE by_whom END \
         WHERE tenant = ? AND request = ? AND position = ?";
    let mut given = params![standing.code(), Some(at.0).filter(|_| !waits), note, waits];
    given.extend(which);
    tx.execute(sql, given).await?;
    let request = one(tx, tenant, place.request).await?;
    if tell && !waits {
        let told = SigningTold { place, standing, by, at: Some(at), note: note.to_owned() };
        inbox::put(tx, tenant, &[event(&request.module, &told, unit.at)?]).await?;
    }
    advance(tx, tenant, &request, standing, unit.at).await
}

/// Keeps the signed versions; false, with nothing changed, when one of the documents has moved on since it was sent.
async fn keep(
    tx: &mut Tx,
    tenant: TenantId,
    unit: &Unit,
    by: Option<SubjectId>,
    request: SigningId,
    signed: &[SignedDocument],
    signatures: &[DocumentId],
) -> Result<bool, Fault> {
    let mut before = Vec::with_capacity(signed.len());
    for document in signed {
        let found = documents::one(tx, tenant, document.id).await?.ok_or(Fault::Conflict)?;
        if found.version != document.version {
            return Ok(false);
        }
        before.push(found.signatures);
    }
    for (document, before) in signed.iter().zip(before) {
        let sql = "UPDATE documents SET version = ? WHERE tenant = ? AND id = ?";
        tx.execute(sql, params![document.version + 1, tenant.0, document.id.0]).await?;
        let sql = "INSERT INTO document_versions (tenant, document, version, at, by_whom, reason, address, size, digest, signatures) \
             VALUES (?, ?, ?, ?, ?, '', ?, ?, ?, ?)";
        let address = document.kept.address.map(|address| address.to_string());
        let mut given = params![tenant.0, document.id.0, document.version + 1, unit.at.0, by.map(|by| by.0), address];
        given.extend(params![document.kept.size, document.kept.digest.as_str(), before + 1]);
        tx.execute(sql, given).await?;
    }
    if !signatures.is_empty() {
        let mut all = one(tx, tenant, request).await?.signatures;
        all.extend(signatures);
        let sql = "UPDATE signing_requests SET signatures = ? WHERE tenant = ? AND id = ?";
        tx.execute(sql, params![json(&all)?, tenant.0, request.0]).await?;
    }
    Ok(true)
}

/// What a signer's standing makes of the request.
async fn advance(tx: &mut Tx, tenant: TenantId, request: &SigningRequest, latest: Standing, at: Instant) -> Result<(), Fault> {
    let all = |wanted: Standing| request.signers.iter().all(|signer| signer.standing == wanted);
    let any = |wanted: Standing| request.signers.iter().any(|signer| signer.standing == wanted);
    if all(Standing::Signed) {
        return close(tx, tenant, request, Standing::Signed, "", at).await;
    }
    if !latest.is_open() && latest != Standing::Signed {
        return close(tx, tenant, request, latest, "", at).await;
    }
    if !any(Standing::Waiting)
        && !any(Standing::Signing)
        && let Some(next) = request.signers.iter().position(|signer| signer.standing == Standing::Queued)
    {
        let sql = "UPDATE signing_signers SET standing = 'waiting' WHERE tenant = ? AND request = ? AND position = ?";
        tx.execute(sql, params![tenant.0, request.id.0, u64::try_from(next).unwrap_or(u64::MAX)]).await?;
    }
    let standing = if any(Standing::Signing) { Standing::Signing } else { Standing::Waiting };
    stand(tx, tenant, request.id, standing).await
}
