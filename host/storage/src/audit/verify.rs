//! Proving a trail unbroken: the chain from its first row, its head, the index of people, and every checkpoint outside the database.

use crate::audit::{Head, SELECT, head, read};
use crate::db::{Dialect, Param, Row, Tx, params};
use crate::fault::Fault as Failure;
use crate::shared::Shared;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;
use vatra_core::audit::{Fault, Verification, chain_hash, genesis};
use vatra_core::ids::{SubjectId, TenantId};

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
    let (mut rows, mut indexed) = (0, 0);
    // Rows of which the index of people says something else.
    let mut wrong = BTreeSet::new();
    let mut last = Head { sequence: 0, hash: genesis(tenant) };
    loop {
        let sql = format!("{SELECT} AND a.sequence > ? ORDER BY a.sequence LIMIT ?");
        let page = tx.rows(&sql, params![tenant.0, last.sequence, PAGE]).await?;
        let Some(end) = page.last() else { break };
        let read_rows = page.iter().map(|row| read(row).ok().flatten().map(|row| row.entry)).collect::<Vec<_>>();
        let concerned: BTreeSet<SubjectId> = read_rows.iter().flatten().flat_map(|entry| entry.about.iter().copied()).collect();
        let mut index = people(tx, tenant, &concerned, last.sequence, end.count(0)?).await?;
        indexed += index.values().map(|people| people.len() as u64).sum::<u64>();
        for (row, entry) in page.iter().zip(read_rows) {
            let sequence = row.count(0)?;
            rows += 1;
            if sequence != last.sequence + 1 {
                faults.push(Fault::Missing { sequence: last.sequence + 1 });
            }
            // A column of another type than was ever written is an alteration too, not a failure.
            let stored = super::hash(row, 11).unwrap_or([0; 32]);
            // After a gap the hash before is not known: the row is taken at its word, the gap is told.
            let follows = |entry| sequence != last.sequence + 1 || chain_hash(&last.hash, sequence, entry) == stored;
            if !entry.as_ref().is_some_and(follows) {
                faults.push(Fault::Altered { sequence });
            }
            let listed = index.remove(&sequence).unwrap_or_default();
            if entry.is_some_and(|entry| entry.about.iter().map(|id| id.0).ne(listed)) {
                wrong.insert(sequence);
            }
            if vouched.get(&sequence).is_some_and(|hashes| hashes.iter().any(|hash| *hash != stored)) {
                faults.push(Fault::Rewritten { checkpoint: sequence });
            }
            last = Head { sequence, hash: stored };
        }
        wrong.extend(index.into_keys());
    }
    let all = tx.row("SELECT count(*) FROM audit_about WHERE tenant = ?", params![tenant.0]).await?;
    if all.map_or(Ok(0), |row| row.count(0))? != indexed {
        wrong.extend(unknown_people(tx, tenant).await?);
        if wrong.is_empty() && faults.is_empty() {
            wrong.insert(last.sequence);
        }
    }
    // What was altered was told already.
    let altered = faults.iter().filter_map(|fault| if let Fault::Altered { sequence } = fault { Some(*sequence) } else { None });
    let altered: BTreeSet<u64> = altered.collect();
    wrong.retain(|sequence| !altered.contains(sequence));
    faults.extend(wrong.into_iter().map(|sequence| Fault::Index { sequence }));
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

/// What the index of people says of these people over rows after one and up to another, by row; people in the order of their ids.
async fn people(
    tx: &mut Tx,
    tenant: TenantId,
    concerned: &BTreeSet<SubjectId>,
    after: u64,
    until: u64,
) -> Result<BTreeMap<u64, Vec<Uuid>>, Failure> {
    let sql = "SELECT sequence, subject FROM audit_about WHERE tenant = ? AND subject IN (??) AND sequence > ? AND sequence <= ?";
    let mut out: BTreeMap<u64, Vec<Uuid>> = BTreeMap::new();
    let concerned: Vec<Uuid> = concerned.iter().map(|id| id.0).collect();
    for chunk in concerned.chunks(512) {
        let given = vec![tenant.0.into(), Param::Uuids(chunk.to_vec()), after.into(), until.into()];
        for row in tx.rows(sql, given).await? {
            out.entry(row.count(0)?).or_default().push(row.get(1)?);
        }
    }
    out.values_mut().for_each(|people| people.sort_unstable());
    Ok(out)
}

/// Rows that the index says to be about somebody who is not in them.
async fn unknown_people(tx: &mut Tx, tenant: TenantId) -> Result<Vec<u64>, Failure> {
    let is_in = match tx.dialect() {
        Dialect::Sqlite => "instr(a.about, b.subject) > 0",
        Dialect::Postgres => "position(uuid_send(b.subject) in a.about) > 0",
    };
    let sql = format!(
        "SELECT DISTINCT b.sequence FROM audit_about b LEFT JOIN audit a ON a.tenant = b.tenant AND a.sequence = b.sequence \
         WHERE b.tenant = ? AND NOT coalesce({is_in}, false) ORDER BY b.sequence"
    );
    tx.rows(&sql, params![tenant.0]).await?.iter().map(|row| row.count(0)).collect()
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
