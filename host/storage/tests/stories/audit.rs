//! The audit trail: what happens behind its back is found, whoever edits the database.

use crate::support::*;
use vatra_core::audit::{AuditKind, Fault, chain_hash, genesis};
use vatra_core::ids::{SubjectId, TenantId};
use vatra_core::store::{AuditFilter, Municipal};

stories![
    an_unbroken_trail_verifies,
    rows_are_read_newest_first_and_by_person,
    an_altered_row_is_found,
    a_removed_row_is_found,
    reordered_rows_are_found,
    a_cut_tail_is_found,
    a_tail_cut_with_its_head_is_found_even_after_writing_on,
    a_rewritten_trail_is_found,
    a_forged_checkpoint_is_found,
    a_forged_journal_is_found,
    the_index_of_people_is_checked,
    concurrent_rows_form_one_chain,
    checkpoints_are_kept_every_thousand_rows,
    a_broken_trail_is_noticed_when_storage_opens,
];

const ROWS: u64 = 20;

/// A tenant with a trail of twenty rows, and another whose trail must stay unbroken throughout.
async fn trail(stage: &Stage) -> TenantId {
    let tenant = stage.tenant("sculeni").await;
    let other = stage.tenant("lozova").await;
    stage.storage.audit(other, vec![row("look", &[SubjectId::fresh()])]).await.unwrap();
    for n in 0..ROWS {
        let about: Vec<SubjectId> = (0..n % 3).map(|_| SubjectId::fresh()).collect();
        stage.storage.audit(tenant, vec![row(&format!("act-{n}"), &about)]).await.unwrap();
    }
    tenant
}

async fn faults(stage: &Stage, tenant: TenantId) -> Vec<Fault> {
    stage.storage.verify_audit(tenant).await.unwrap().faults
}

/// The tenant's rows, in SQL.
fn of(stage: &Stage, tenant: TenantId) -> String {
    format!("tenant = {}", stage.id(tenant.0))
}

/// Writes the head as if the trail had always ended there.
async fn forge_head(stage: &Stage, tenant: TenantId, sequence: u64) {
    let whose = of(stage, tenant);
    let hash = format!("(SELECT hash FROM audit WHERE {whose} AND sequence = {sequence})");
    stage.raw(&format!("UPDATE audit_heads SET sequence = {sequence}, hash = {hash} WHERE {whose}")).await;
}

async fn an_unbroken_trail_verifies(stage: Stage) {
    let tenant = trail(&stage).await;
    let verified = stage.storage.verify_audit(tenant).await.unwrap();
    assert_eq!((verified.rows, verified.checkpoint, verified.faults), (ROWS, Some(ROWS), vec![]));
    let nobody = stage.tenant("nobody").await;
    let verified = stage.storage.verify_audit(nobody).await.unwrap();
    assert_eq!((verified.rows, verified.checkpoint, verified.faults), (0, None, vec![]));
    // Another host reads the same trail, checks it with the same key, and writes on.
    let other_host = stage.another().await;
    assert_eq!(other_host.checkpoint_key(), stage.storage.checkpoint_key());
    other_host.audit(tenant, vec![row("from-there", &[])]).await.unwrap();
    stage.storage.audit(tenant, vec![row("from-here", &[])]).await.unwrap();
    assert_eq!(faults(&stage, tenant).await, []);
}

async fn rows_are_read_newest_first_and_by_person(stage: Stage) {
    let tenant = stage.tenant("sculeni").await;
    let (ana, ion) = (SubjectId::fresh(), SubjectId::fresh());
    let mut entries = vec![row("one", &[ana]), row("two", &[ion, ana, ana]), row("three", &[])];
    entries[2].kind = AuditKind::Denial;
    stage.storage.audit(tenant, entries).await.unwrap();
    let read = async |filter: AuditFilter| {
        let rows = stage.storage.audit_rows(tenant, &filter).await.unwrap();
        rows.into_iter().map(|row| row.entry.what).collect::<Vec<_>>()
    };
    let every = AuditFilter { limit: 10, ..AuditFilter::default() };
    assert_eq!(read(every.clone()).await, ["three", "two", "one"]);
    assert_eq!(read(AuditFilter { about: Some(ana), ..every.clone() }).await, ["two", "one"]);
    assert_eq!(read(AuditFilter { kinds: vec![AuditKind::Denial, AuditKind::Look], ..every.clone() }).await, ["three"]);
    assert_eq!(read(AuditFilter { before: Some(3), limit: 1, ..every.clone() }).await, ["two"]);
    let two = stage.storage.audit_rows(tenant, &AuditFilter { about: Some(ion), ..every }).await.unwrap().remove(0);
    let mut about = vec![ana, ion];
    about.sort();
    assert_eq!((two.sequence, two.entry.about), (2, about));
}

async fn an_altered_row_is_found(stage: Stage) {
    let tenant = trail(&stage).await;
    let whose = of(&stage, tenant);
    let edits = [
        "what = 'other'",
        "at = at + 1",
        "kind = 'look'",
        "kind = 'no-such-kind'",
        "actor = NULL",
        "channel = 'evo'",
        "module = NULL",
        "detail = '{\"x\":1}'",
        "legal_basis = ''",
    ];
    let count = edits.len();
    for (edit, sequence) in edits.into_iter().zip(3u64..) {
        assert_eq!(stage.raw(&format!("UPDATE audit SET {edit} WHERE {whose} AND sequence = {sequence}")).await, 1);
        assert!(faults(&stage, tenant).await.contains(&Fault::Altered { sequence }), "{edit}");
    }
    assert_eq!(faults(&stage, tenant).await.len(), count, "each told once");
    let zeros = stage.bytes(&[0; 32]);
    stage.raw(&format!("UPDATE audit SET hash = {zeros} WHERE {whose} AND sequence = 15")).await;
    assert!(faults(&stage, tenant).await.contains(&Fault::Altered { sequence: 15 }));
}

async fn a_removed_row_is_found(stage: Stage) {
    let tenant = trail(&stage).await;
    let whose = of(&stage, tenant);
    stage.raw(&format!("DELETE FROM audit WHERE {whose} AND sequence = 7")).await;
    stage.raw(&format!("DELETE FROM audit_about WHERE {whose} AND sequence = 7")).await;
    assert_eq!(faults(&stage, tenant).await, [Fault::Missing { sequence: 7 }]);
    // Closing the gap by renumbering does not help.
    for sequence in 8..=ROWS {
        for table in ["audit", "audit_about"] {
            stage.raw(&format!("UPDATE {table} SET sequence = {} WHERE {whose} AND sequence = {sequence}", sequence - 1)).await;
        }
    }
    forge_head(&stage, tenant, ROWS - 1).await;
    let found = faults(&stage, tenant).await;
    assert!(found.contains(&Fault::Altered { sequence: 7 }), "{found:?}");
    assert!(found.contains(&Fault::CutOff { last: ROWS - 1, checkpoint: ROWS }), "{found:?}");
}

async fn reordered_rows_are_found(stage: Stage) {
    let tenant = trail(&stage).await;
    let whose = of(&stage, tenant);
    for table in ["audit", "audit_about"] {
        for (from, to) in [(5, 1005), (6, 5), (1005, 6)] {
            stage.raw(&format!("UPDATE {table} SET sequence = {to} WHERE {whose} AND sequence = {from}")).await;
        }
    }
    let found = faults(&stage, tenant).await;
    assert!(found.contains(&Fault::Altered { sequence: 5 }) && found.contains(&Fault::Altered { sequence: 6 }), "{found:?}");
}

async fn a_cut_tail_is_found(stage: Stage) {
    let tenant = trail(&stage).await;
    let whose = of(&stage, tenant);
    stage.raw(&format!("DELETE FROM audit WHERE {whose} AND sequence > 17")).await;
    stage.raw(&format!("DELETE FROM audit_about WHERE {whose} AND sequence > 17")).await;
    let found = faults(&stage, tenant).await;
    assert!(found.contains(&Fault::Missing { sequence: 18 }), "{found:?}");
    assert!(found.contains(&Fault::CutOff { last: 17, checkpoint: ROWS }), "{found:?}");
    // All of it.
    for table in ["audit", "audit_about", "audit_heads"] {
        stage.raw(&format!("DELETE FROM {table} WHERE {whose}")).await;
    }
    assert_eq!(faults(&stage, tenant).await, [Fault::CutOff { last: 0, checkpoint: ROWS }]);
}

async fn a_tail_cut_with_its_head_is_found_even_after_writing_on(stage: Stage) {
    let tenant = trail(&stage).await;
    let whose = of(&stage, tenant);
    for table in ["audit", "audit_about"] {
        stage.raw(&format!("DELETE FROM {table} WHERE {whose} AND sequence > 17")).await;
    }
    forge_head(&stage, tenant, 17).await;
    assert_eq!(faults(&stage, tenant).await, [Fault::CutOff { last: 17, checkpoint: ROWS }]);
    // Writing on past the checkpoint's row does not wipe the evidence away, for this host or one that starts afterwards.
    let restarted = stage.another().await;
    for _ in 0..5 {
        restarted.audit(tenant, vec![row("later", &[])]).await.unwrap();
    }
    for _ in 0..5 {
        stage.storage.audit(tenant, vec![row("later", &[])]).await.unwrap();
    }
    let found = faults(&stage, tenant).await;
    assert!(found.contains(&Fault::Rewritten { checkpoint: ROWS }), "{found:?}");
}

async fn a_rewritten_trail_is_found(stage: Stage) {
    let tenant = trail(&stage).await;
    let whose = of(&stage, tenant);
    let filter = AuditFilter { limit: 1_000, ..AuditFilter::default() };
    let mut rows = stage.storage.audit_rows(tenant, &filter).await.unwrap();
    rows.reverse();
    // With every hash computed anew, as only someone who knows the rule can.
    let mut hash = genesis(tenant);
    for row in rows {
        let mut entry = row.entry;
        if row.sequence == 4 {
            entry.what = "innocent".into();
        }
        hash = chain_hash(&hash, row.sequence, &entry);
        let (what, bytes) = (&entry.what, stage.bytes(&hash));
        stage.raw(&format!("UPDATE audit SET what = '{what}', hash = {bytes} WHERE {whose} AND sequence = {}", row.sequence)).await;
    }
    forge_head(&stage, tenant, ROWS).await;
    // Every commit since is vouched for; once the journal was folded, the last.
    let expected: Vec<Fault> = (4..=ROWS).map(|checkpoint| Fault::Rewritten { checkpoint }).collect();
    assert_eq!(faults(&stage, tenant).await, expected);
    stage.storage.close().await;
    let restarted = stage.another().await;
    assert_eq!(restarted.verify_audit(tenant).await.unwrap().faults, [Fault::Rewritten { checkpoint: ROWS }]);
}

/// The journal of a host that was killed.
async fn a_forged_journal_is_found(stage: Stage) {
    let tenant = trail(&stage).await;
    let journals = || {
        let names = std::fs::read_dir(stage.folder.path()).unwrap().map(|entry| entry.unwrap().path());
        names.filter(|path| path.file_name().unwrap().to_string_lossy().starts_with("heads-")).collect::<Vec<_>>()
    };
    let path = journals().pop().unwrap();
    let genuine = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, genuine.replace(&format!("{tenant} {ROWS} "), &format!("{tenant} 19 "))).unwrap();
    assert_eq!(faults(&stage, tenant).await, [Fault::Forged { checkpoint: 19 }]);
    // A line that was not finished was never acknowledged.
    std::fs::write(&path, format!("{genuine}vatra checkpoints v1 {tenant} 4000")).unwrap();
    assert_eq!(faults(&stage, tenant).await, []);
    // Another host lets a living one's journal be, and reads it.
    let other_host = stage.another().await;
    assert_eq!(other_host.verify_audit(tenant).await.unwrap().checkpoint, Some(ROWS));
    // The next host to open the folder folds what a dead one left, unless it was tampered with.
    stage.storage.close().await;
    assert_eq!(journals(), Vec::<std::path::PathBuf>::new());
    std::fs::write(&path, "nonsense\n").unwrap();
    stage.another().await;
    assert_eq!(journals(), std::slice::from_ref(&path));
    std::fs::write(&path, &genuine).unwrap();
    std::fs::remove_file(stage.folder.path().join(format!("{tenant}.json"))).unwrap();
    let restarted = stage.another().await;
    assert_eq!(journals(), Vec::<std::path::PathBuf>::new());
    let verified = restarted.verify_audit(tenant).await.unwrap();
    assert_eq!((verified.checkpoint, verified.faults), (Some(ROWS), vec![]));
}

async fn a_forged_checkpoint_is_found(stage: Stage) {
    let tenant = trail(&stage).await;
    let other = stage.tenant("third").await;
    stage.storage.close().await;
    let storage = stage.another().await;
    let faults = async |tenant| storage.verify_audit(tenant).await.unwrap().faults;
    let path = stage.folder.path().join(format!("{tenant}.json"));
    let genuine = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, genuine.replace(&format!("\"sequence\":{ROWS}"), "\"sequence\":19")).unwrap();
    assert_eq!(faults(tenant).await, [Fault::Forged { checkpoint: 19 }]);
    std::fs::write(&path, "nonsense").unwrap();
    assert_eq!(faults(tenant).await, [Fault::Forged { checkpoint: 0 }]);
    // Another tenant's, however genuine, is no checkpoint here.
    std::fs::write(stage.folder.path().join(format!("{other}.json")), &genuine).unwrap();
    assert_eq!(faults(other).await, [Fault::Forged { checkpoint: ROWS }]);
    std::fs::write(&path, &genuine).unwrap();
    assert_eq!(faults(tenant).await, []);
}

async fn the_index_of_people_is_checked(stage: Stage) {
    let tenant = trail(&stage).await;
    let whose = of(&stage, tenant);
    // Row 3 concerns two people; row 1 nobody.
    assert_eq!(stage.raw(&format!("DELETE FROM audit_about WHERE {whose} AND sequence = 3")).await, 2);
    assert_eq!(faults(&stage, tenant).await, [Fault::Index { sequence: 3 }]);
    let (home, person) = (stage.id(tenant.0), stage.id(SubjectId::fresh().0));
    stage.raw(&format!("INSERT INTO audit_about (tenant, subject, sequence) VALUES ({home}, {person}, 1)")).await;
    stage.raw(&format!("INSERT INTO audit_about (tenant, subject, sequence) VALUES ({home}, {person}, 4000)")).await;
    let expected = [1, 3, 4000].map(|sequence| Fault::Index { sequence });
    assert_eq!(faults(&stage, tenant).await, expected);
}

async fn concurrent_rows_form_one_chain(stage: Stage) {
    let tenants = [stage.tenant("sculeni").await, stage.tenant("lozova").await];
    let other_host = stage.another().await;
    let mut tasks = tokio::task::JoinSet::new();
    for worker in 0..40usize {
        let tenant = tenants[worker % 2];
        let storage = if worker % 5 == 0 { other_host.clone() } else { stage.storage.clone() };
        tasks.spawn(async move {
            for n in 0..10 {
                if n == 4 {
                    let mut unit = unit();
                    unit.entries.push(account(&format!("{worker}"), &[]));
                    unit.audit.push(row("kept", &[]));
                    storage.commit(tenant, unit).await.unwrap();
                } else {
                    storage.audit(tenant, vec![row("look", &[SubjectId::fresh()])]).await.unwrap();
                }
            }
        });
    }
    tasks.join_all().await;
    for tenant in tenants {
        let verified = stage.storage.verify_audit(tenant).await.unwrap();
        assert_eq!((verified.rows, verified.faults), (200, vec![]));
    }
}

async fn checkpoints_are_kept_every_thousand_rows(stage: Stage) {
    let tenant = stage.tenant("sculeni").await;
    for _ in 0..5 {
        stage.storage.audit(tenant, (0..700).map(|_| row("look", &[])).collect()).await.unwrap();
    }
    let log = std::fs::read_to_string(stage.folder.path().join(format!("{tenant}.log"))).unwrap();
    let kept: Vec<vatra_core::audit::Checkpoint> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(kept.iter().map(|one| one.sequence).collect::<Vec<_>>(), [1_400, 2_100, 3_500]);
    let verified = stage.storage.verify_audit(tenant).await.unwrap();
    assert_eq!((verified.rows, verified.checkpoint, verified.faults), (3_500, Some(3_500), vec![]));
    // Losing the latest leaves those kept.
    stage.storage.close().await;
    let storage = stage.another().await;
    std::fs::remove_file(stage.folder.path().join(format!("{tenant}.json"))).unwrap();
    let whose = of(&stage, tenant);
    stage.raw(&format!("DELETE FROM audit WHERE {whose} AND sequence > 3000")).await;
    forge_head(&stage, tenant, 3_000).await;
    assert_eq!(storage.verify_audit(tenant).await.unwrap().faults, [Fault::CutOff { last: 3_000, checkpoint: 3_500 }]);
}

/// Opening neither fails nor mends.
async fn a_broken_trail_is_noticed_when_storage_opens(stage: Stage) {
    let tenant = trail(&stage).await;
    let whose = of(&stage, tenant);
    stage.raw(&format!("DELETE FROM audit WHERE {whose} AND sequence > 17")).await;
    forge_head(&stage, tenant, 17).await;
    let restarted = stage.another().await;
    let found = restarted.verify_audit(tenant).await.unwrap().faults;
    assert!(found.contains(&Fault::CutOff { last: 17, checkpoint: ROWS }), "{found:?}");
}
