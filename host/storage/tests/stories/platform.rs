//! What belongs to the host: municipalities, sessions, opening.

use crate::support::*;
use vatra_core::clock::Instant;
use vatra_core::store::{Municipal, Platform, SessionRow, StoreError};
use vatra_storage::{Config, DatabaseUrl, open};

stories![municipalities_by_slug, sessions_expire, opening_again_keeps_everything, many_snapshots_and_a_writer, an_address_is_never_told];

async fn municipalities_by_slug(stage: Stage) {
    let (sculeni, lozova) = (stage.tenant("sculeni").await, stage.tenant("lozova").await);
    let slugs: Vec<_> = stage.storage.tenants().await.unwrap().into_iter().map(|tenant| tenant.slug).collect();
    assert_eq!(slugs, [named("lozova"), named("sculeni")]);
    let mut found = stage.storage.tenant_by_slug("sculeni").await.unwrap().unwrap();
    assert_eq!((found.id, found.district.as_str()), (sculeni, "Ungheni"));
    assert!(stage.storage.tenant_by_slug("Sculeni").await.unwrap().is_none());
    found.id = lozova;
    let refused = stage.storage.add_tenant(&found).await;
    assert!(matches!(refused, Err(StoreError::Exists(_))), "{refused:?}");
}

async fn sessions_expire(stage: Stage) {
    let storage = &stage.storage;
    let row = |key: &str, data: &str, expires: i64| SessionRow { key: key.into(), data: data.into(), expires: Instant(expires) };
    storage.save_session(&row("a", "1", 100)).await.unwrap();
    storage.save_session(&row("a", "2", 200)).await.unwrap();
    storage.save_session(&row("b", "3", 150)).await.unwrap();
    assert_eq!(storage.session("a", Instant(199)).await.unwrap(), Some(row("a", "2", 200)));
    assert_eq!(storage.session("a", Instant(200)).await.unwrap(), None);
    assert_eq!(storage.session("c", Instant(0)).await.unwrap(), None);
    assert_eq!(storage.sweep_sessions(Instant(150)).await.unwrap(), 1);
    assert_eq!(storage.session("b", Instant(0)).await.unwrap(), None);
    storage.drop_session("a").await.unwrap();
    assert_eq!(storage.session("a", Instant(0)).await.unwrap(), None);
}

async fn opening_again_keeps_everything(stage: Stage) {
    let tenant = stage.tenant("sculeni").await;
    let mut unit = unit();
    unit.entries.push(account("1", &[]));
    unit.audit.push(row("import", &[]));
    stage.commit(tenant, unit).await.unwrap();
    stage.storage.close().await;
    let again = open_at(stage.database.clone(), stage.folder.path().into()).await;
    assert_eq!(again.tenants().await.unwrap().len(), 1);
    let verified = again.verify_audit(tenant).await.unwrap();
    assert_eq!((verified.rows, verified.faults), (1, vec![]));
    assert!(stage.storage.tenants().await.is_err(), "the closed one is closed");
}

/// As many snapshots as there are readers may be held while others write.
async fn many_snapshots_and_a_writer(stage: Stage) {
    let tenant = stage.tenant("sculeni").await;
    let mut held = Vec::new();
    for n in 0..8 {
        held.push(stage.storage.snapshot(tenant).await.unwrap());
        let mut unit = unit();
        unit.entries.push(account(&n.to_string(), &[]));
        unit.audit.push(row("import", &[]));
        stage.commit(tenant, unit).await.unwrap();
    }
    for (n, mut snapshot) in held.into_iter().enumerate() {
        assert_eq!(snapshot.register_state(&named("accounts")).await.unwrap(), n as u64);
    }
    // Dropped, they are free again.
    let _again: Vec<_> = futures::future::join_all((0..8).map(|_| stage.storage.snapshot(tenant))).await;
}

async fn an_address_is_never_told(stage: Stage) {
    let checkpoints = || cap_std::fs::Dir::open_ambient_dir(stage.folder.path(), cap_std::ambient_authority()).unwrap();
    for url in ["postgres://vatra:hunter2@/nowhere?host=/nonexistent", "postgres://vatra:hunter2@[bad", "hunter2 is no address"] {
        let database = DatabaseUrl::Postgres(url.into());
        assert!(!format!("{database:?}").contains("hunter2"));
        let error = open(Config { database, checkpoints: checkpoints(), readers: 1 }).await.unwrap_err();
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
    }
}
