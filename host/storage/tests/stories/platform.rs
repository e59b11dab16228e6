//! What belongs to the host: municipalities, sessions, opening.

use crate::support::*;
use vatra_core::audit::AuditEntry;
use vatra_core::clock::Instant;
use vatra_core::ids::TenantId;
use vatra_core::store::{Changed, Installed, Municipal, Platform, SessionRow, StoreError};
use vatra_storage::{Config, DatabaseUrl, open};

stories![
    municipalities_by_slug,
    sessions_expire,
    a_message_is_used_once,
    opening_again_keeps_everything,
    many_snapshots_and_a_writer,
    an_address_is_never_told,
    all_installations_at_once,
    a_call_is_found_in_every_trail,
    changes_are_heard
];

async fn municipalities_by_slug(stage: Stage) {
    let (sculeni, lozova) = (stage.tenant("sculeni").await, stage.tenant("lozova").await);
    let slugs: Vec<_> = stage.storage.tenants().await.unwrap().into_iter().map(|tenant| tenant.slug).collect();
    assert_eq!(slugs, [named("lozova"), named("sculeni")]);
    let mut found = stage.storage.tenant_by_slug("sculeni").await.unwrap().unwrap();
    assert_eq!((found.id, found.district.as_str()), (sculeni, "Ungheni"));
    assert!(stage.storage.tenant_by_slug("Sculeni").await.unwrap().is_none());
    // What a municipality is known by changes, for itself alone; its slug does not.
    found.idno = "1900000000015".into();
    stage.storage.change_tenant(&found).await.unwrap();
    assert_eq!(stage.storage.tenant_by_slug("sculeni").await.unwrap().unwrap(), found);
    assert_eq!(stage.storage.tenant_by_slug("lozova").await.unwrap().unwrap().idno, "");
    let unknown = vatra_core::call::Tenant { id: TenantId::fresh(), ..found.clone() };
    assert!(matches!(stage.storage.change_tenant(&unknown).await, Err(StoreError::Missing(_))));
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

async fn a_message_is_used_once(stage: Stage) {
    let storage = &stage.storage;
    let (one, other) = tokio::join!(storage.first_use("a", Instant(100)), storage.first_use("a", Instant(100)));
    assert!(one.unwrap() != other.unwrap(), "one of two at once");
    assert!(storage.first_use("b", Instant(200)).await.unwrap());
    storage.sweep_sessions(Instant(150)).await.unwrap();
    assert!(storage.first_use("a", Instant(300)).await.unwrap(), "forgotten when it is too old for any use");
    assert!(!storage.first_use("b", Instant(300)).await.unwrap());
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

fn installed(module: &str, version: &str) -> Installed {
    Installed {
        module: named(module),
        digest: "00".repeat(32),
        version: version.into(),
        disabled_at: None,
        installed_at: now(),
        budgets: Default::default(),
        rests_on: None,
    }
}

async fn all_installations_at_once(stage: Stage) {
    let (sculeni, lozova, empty) = (stage.tenant("sculeni").await, stage.tenant("lozova").await, stage.tenant("aa").await);
    for (tenant, module) in [(sculeni, "b-module"), (sculeni, "a-module"), (lozova, "a-module")] {
        stage.storage.put_installed(tenant, &installed(module, "1.0.0"), row("install", &[])).await.unwrap();
    }
    let all = stage.storage.installations().await.unwrap();
    let ids: Vec<_> = all.iter().map(|(tenant, _)| tenant.id).collect();
    assert_eq!(ids, [empty, lozova, sculeni], "by slug");
    for (tenant, modules) in all {
        let (each, grants): (Vec<_>, Vec<_>) = modules.into_iter().unzip();
        assert_eq!(each, stage.storage.installed(tenant.id).await.unwrap());
        assert!(grants.into_iter().all(|grants| grants.is_empty()));
    }
}

async fn a_call_is_found_in_every_trail(stage: Stage) {
    let tenants = [stage.tenant("sculeni").await, stage.tenant("lozova").await, stage.tenant("nisporeni").await];
    // Calls of three days, an id every minute.
    let id = |minute: u64| {
        let seconds = 1_790_000_000 + minute * 60;
        vatra_core::ids::CallId(uuid::Uuid::new_v7(uuid::Timestamp::from_unix(uuid::NoContext, seconds, 0)))
    };
    let calls: Vec<_> = (0..4_320).map(id).collect();
    let rows = |tenant: usize| {
        let mine = calls.iter().enumerate().filter(move |(n, _)| n % 3 == tenant || n % 100 == 0);
        mine.flat_map(|(n, call)| (0..1 + n % 2).map(|_| AuditEntry { call: *call, ..row("look", &[]) })).collect::<Vec<_>>()
    };
    for (n, tenant) in tenants.iter().enumerate() {
        stage.storage.audit(*tenant, rows(n)).await.unwrap();
    }
    for n in [0usize, 1, 2, 1_441, 2_900, 4_319] {
        let found = stage.storage.audit_of_call(calls[n]).await.unwrap();
        assert!(found.iter().all(|(_, row)| row.entry.call == calls[n]));
        let homes = if n % 100 == 0 { 3 } else { 1 };
        assert_eq!(found.len(), homes * (1 + n % 2), "{n}");
    }
    assert_eq!(stage.storage.audit_of_call(id(5_000)).await.unwrap(), vec![]);
}

async fn changes_are_heard(stage: Stage) {
    let tenant = stage.tenant("sculeni").await;
    let here = stage.another().await;
    let mut changes = here.changes().await.unwrap();
    for module in ["a-module", "b-module"] {
        stage.storage.put_installed(tenant, &installed(module, "1.0.0"), row("install", &[])).await.unwrap();
    }
    let DatabaseUrl::Postgres(_) = stage.database else {
        assert!(futures::FutureExt::now_or_never(changes.next()).is_none(), "one host, nobody to hear from");
        return;
    };
    assert_eq!(changes.next().await, Changed::Module(tenant, named("a-module")));
    assert_eq!(changes.next().await, Changed::Module(tenant, named("b-module")));
    // Its connections are cut: it connects by itself, and says that anything may have changed.
    let mine = "SELECT CAST(count(pg_terminate_backend(pid)) AS TEXT) FROM pg_stat_activity \
         WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE 'LISTEN%'";
    assert_eq!(stage.raw_text(mine).await.unwrap(), "1");
    assert_eq!(changes.next().await, Changed::Everything);
    stage.storage.put_installed(tenant, &installed("a-module", "1.1.0"), row("upgrade", &[])).await.unwrap();
    assert_eq!(changes.next().await, Changed::Module(tenant, named("a-module")));
}
