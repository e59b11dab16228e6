//! Proving a trail unbroken: the chain from its first row, its head, the index of people, and every checkpoint outside the database.

use crate::audit::{Head, SELECT, head, read};
use crate::db::{Row, Tx, params};
use crate::fault::Fault as Failure;
use crate::shared::Shared;
use std::collections::BTreeMap;
use uuid::Uuid;
use vatra_core::audit::{Fault, Verification, chain_hash, genesis};
use vatra_core::ids::TenantId;

const PAGE: u64 = 1_000;

/// Verifies one tenant's trail in one consistent view of it.
pub(crate) async fn verify(shared: &Shared, tenant: TenantId) -> Result<Verification, Failure> {
    // Checkpoints first: each is written after the rows that it vouches for.
    let checkpoints = shared.checkpoints.all(tenant)?;
    let (mut tx, end) = shared.pools.read("SELECT sequence, hash FROM audit_heads WHERE tenant = ?", params![tenant.0]).await?;
    let outcome = check(&mut tx, tenant, &checkpoints, &end).await;
    shared.finish(tx, outcome).await
}

async fn check(tx: &mut Tx, tenant: TenantId, checkpoints: &[Result<Head, u64>], end: &[Row]) -> Result<Verification, Failure> {
    let mut faults: Vec<Fault> = checkpoints
        .iter()
        .filter_map(|checkpoint| checkpoint.as_ref().err())
        .map(|sequence| Fault::Forged { checkpoint: *sequence })
        .collect();
    let mut vouched: BTreeMap<u64, Vec<[u8; 32]>> = BTreeMap::new();
    for good in checkpoints.iter().flatten() {
        vouched.entry(good.sequence).or_default().push(good.hash);
    }
    let mut rows = 0;
    let mut last = Head { sequence: 0, hash: genesis(tenant) };
    loop {
        let sql = format!("{SELECT} AND a.sequence > ? ORDER BY a.sequence LIMIT ?");
        let page = tx.rows(&sql, params![tenant.0, last.sequence, PAGE]).await?;
        let Some(end) = page.last() else { break };
        let mut index = people(tx, tenant, last.sequence, end.count(0)?).await?;
        for row in &page {
            let sequence = row.count(0)?;
            rows += 1;
            if sequence != last.sequence + 1 {
                faults.push(Fault::Missing { sequence: last.sequence + 1 });
            }
            // A column of another type than was ever written is an alteration too, not a failure.
            let stored = super::hash(row, 11).unwrap_or([0; 32]);
            let entry = read(row).ok().flatten().map(|row| row.entry);
            // After a gap the hash before is not known: the row is taken at its word, the gap is told.
            let follows = |entry| sequence != last.sequence + 1 || chain_hash(&last.hash, sequence, entry) == stored;
            if !entry.as_ref().is_some_and(follows) {
                faults.push(Fault::Altered { sequence });
            }
            let listed = index.remove(&sequence).unwrap_or_default();
            if entry.is_some_and(|entry| entry.about.iter().map(|id| id.0).ne(listed)) {
                faults.push(Fault::Index { sequence });
            }
            if vouched.get(&sequence).is_some_and(|hashes| hashes.iter().any(|hash| *hash != stored)) {
                faults.push(Fault::Rewritten { checkpoint: sequence });
            }
            last = Head { sequence, hash: stored };
        }
        faults.extend(index.into_keys().map(|sequence| Fault::Index { sequence }));
    }
    faults.extend(people(tx, tenant, last.sequence, i64::MAX as u64).await?.into_keys().map(|sequence| Fault::Index { sequence }));
    match end.first().map(head).transpose()? {
        Some(head) if head.sequence > last.sequence => faults.push(Fault::Missing { sequence: last.sequence + 1 }),
        Some(head) if head == last => {}
        None if rows == 0 => {}
        _ => faults.push(Fault::Altered { sequence: last.sequence }),
    }
    let checkpoint = vouched.keys().next_back().copied();
    if let Some(checkpoint) = checkpoint.filter(|checkpoint| *checkpoint > last.sequence) {
        faults.push(Fault::CutOff { last: last.sequence, checkpoint });
    }
    Ok(Verification { rows, checkpoint, faults })
}

/// The index of people over rows after one and up to another, by row; people in the order of their ids.
async fn people(tx: &mut Tx, tenant: TenantId, after: u64, until: u64) -> Result<BTreeMap<u64, Vec<Uuid>>, Failure> {
    let sql = "SELECT sequence, subject FROM audit_about WHERE tenant = ? AND sequence > ? AND sequence <= ? ORDER BY sequence, subject";
    let mut out: BTreeMap<u64, Vec<Uuid>> = BTreeMap::new();
    for row in tx.rows(sql, params![tenant.0, after, until]).await? {
        out.entry(row.count(0)?).or_default().push(row.get(1)?);
    }
    Ok(out)
}

/// Whether each tenant's trail bears out its latest checkpoint: quick enough for every start.
pub(crate) async fn ends(shared: &Shared) -> Result<Vec<(TenantId, Fault)>, Failure> {
    let (mut tx, tenants) = shared.pools.read("SELECT id FROM tenants ORDER BY id", vec![]).await?;
    let outcome = compare_ends(shared, &mut tx, &tenants).await;
    shared.finish(tx, outcome).await
}

async fn compare_ends(shared: &Shared, tx: &mut Tx, tenants: &[Row]) -> Result<Vec<(TenantId, Fault)>, Failure> {
    let mut out = Vec::new();
    let mut last: BTreeMap<Uuid, u64> = BTreeMap::new();
    for row in tx.rows("SELECT tenant, sequence FROM audit_heads", vec![]).await? {
        last.insert(row.get(0)?, row.count(1)?);
    }
    for row in tenants {
        let tenant = TenantId(row.get(0)?);
        let checkpoint = match shared.checkpoints.latest(tenant)? {
            Some(Ok(checkpoint)) => checkpoint,
            Some(Err(sequence)) => {
                out.push((tenant, Fault::Forged { checkpoint: sequence }));
                continue;
            }
            None => continue,
        };
        let last = last.get(&tenant.0).copied().unwrap_or(0);
        if last < checkpoint.sequence {
            out.push((tenant, Fault::CutOff { last, checkpoint: checkpoint.sequence }));
            continue;
        }
        let row = tx.row("SELECT hash FROM audit WHERE tenant = ? AND sequence = ?", params![tenant.0, checkpoint.sequence]).await?;
        match row {
            None => out.push((tenant, Fault::Missing { sequence: checkpoint.sequence })),
            Some(row) if super::hash(&row, 0)? != checkpoint.hash => {
                out.push((tenant, Fault::Rewritten { checkpoint: checkpoint.sequence }));
            }
            Some(_) => {}
        }
    }
    Ok(out)
}
