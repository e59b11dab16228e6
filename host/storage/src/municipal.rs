//! A municipality's data: core's trait over the rooms.

use crate::audit::{self, Appended};
use crate::db::Tx;
use crate::fault::Fault;
use crate::shared::{Shared, Storage, transact};
use crate::snapshot::TenantSnapshot;
use crate::{commit, inbox, modules, payments, people};
use async_trait::async_trait;
use vatra_core::audit::{AuditEntry, AuditRow, Verification};
use vatra_core::call::Official;
use vatra_core::clock::Instant;
use vatra_core::grants::Grant;
use vatra_core::ids::{InboxId, Name, SubmissionId, TenantId};
use vatra_core::providers::Confirmation;
use vatra_core::store::{AuditFilter, CommitError, InboxItem, Installed, Municipal, Recorded, Snapshot, StoreError};
use vatra_core::unit::{Committed, Unit};

/// Reads in a transaction of its own.
macro_rules! read {
    ($storage:expr, $tx:ident, $body:expr) => {{
        let mut $tx = $storage.shared.pools.read().await?;
        let outcome = $body;
        Ok($storage.shared.finish($tx, outcome).await?)
    }};
}

/// Writes an audit row with what it tells of.
async fn audited<T>(tx: &mut Tx, tenant: TenantId, done: Result<T, Fault>, entry: &AuditEntry) -> Result<(T, Option<Appended>), Fault> {
    let done = done?;
    Ok((done, audit::append(tx, tenant, vec![entry.clone()]).await?))
}

async fn record_payment(shared: &Shared, tenant: TenantId, told: &Confirmation, entry: &AuditEntry) -> Result<Recorded, Fault> {
    let _turn = shared.turn(tenant).await;
    let (recorded, appended) = transact!(shared, tx, {
        match payments::record(&mut tx, tenant, told, entry.at).await {
            Ok(Recorded::New) => audited(&mut tx, tenant, Ok(Recorded::New), entry).await,
            Ok(other) => Ok((other, None)),
            // Another host recorded it in this very moment: look again.
            Err(Fault::Unique) => Err(Fault::Serialization),
            Err(fault) => Err(fault),
        }
    })?;
    if let Some(appended) = &appended {
        shared.checkpoints.advance(appended);
    }
    Ok(recorded)
}

#[async_trait]
impl Municipal for Storage {
    async fn officials(&self, tenant: TenantId) -> Result<Vec<Official>, StoreError> {
        read!(self, tx, people::officials(&mut tx, tenant).await)
    }
    async fn put_official(&self, tenant: TenantId, official: &Official) -> Result<(), StoreError> {
        let _turn = self.shared.turn(tenant).await;
        Ok(transact!(self.shared, tx, people::put_official(&mut tx, tenant, official).await)?)
    }

    async fn installed(&self, tenant: TenantId) -> Result<Vec<Installed>, StoreError> {
        read!(self, tx, modules::installed(&mut tx, tenant).await)
    }
    async fn put_installed(&self, tenant: TenantId, installed: &Installed, audit: AuditEntry) -> Result<(), StoreError> {
        let _turn = self.shared.turn(tenant).await;
        let ((), appended) = transact!(self.shared, tx, {
            let done = modules::put_installed(&mut tx, tenant, installed).await;
            audited(&mut tx, tenant, done, &audit).await
        })?;
        appended.iter().for_each(|one| self.shared.checkpoints.advance(one));
        Ok(())
    }
    async fn grants(&self, tenant: TenantId, module: &Name) -> Result<Vec<Grant>, StoreError> {
        read!(self, tx, modules::grants(&mut tx, tenant, module).await)
    }
    async fn put_grant(&self, tenant: TenantId, module: &Name, grant: &Grant, audit: AuditEntry) -> Result<(), StoreError> {
        let _turn = self.shared.turn(tenant).await;
        let ((), appended) = transact!(self.shared, tx, {
            let done = modules::put_grant(&mut tx, tenant, module, grant).await;
            audited(&mut tx, tenant, done, &audit).await
        })?;
        appended.iter().for_each(|one| self.shared.checkpoints.advance(one));
        Ok(())
    }

    async fn snapshot(&self, tenant: TenantId) -> Result<Box<dyn Snapshot>, StoreError> {
        Ok(Box::new(TenantSnapshot::take(&self.shared, tenant).await?))
    }
    async fn commit(&self, tenant: TenantId, unit: Unit) -> Result<Committed, CommitError> {
        Ok(commit::commit(&self.shared, tenant, &unit).await?)
    }
    async fn submission(&self, tenant: TenantId, id: SubmissionId) -> Result<Option<String>, StoreError> {
        read!(self, tx, commit::submission(&mut tx, tenant, id).await)
    }

    async fn audit(&self, tenant: TenantId, entries: Vec<AuditEntry>) -> Result<(), StoreError> {
        self.lanes.write(tenant, entries).await
    }
    async fn audit_rows(&self, tenant: TenantId, filter: &AuditFilter) -> Result<Vec<AuditRow>, StoreError> {
        read!(self, tx, audit::rows(&mut tx, tenant, filter).await)
    }
    async fn verify_audit(&self, tenant: TenantId) -> Result<Verification, StoreError> {
        Ok(audit::verify::verify(&self.shared, tenant).await?)
    }

    async fn record_payment(&self, tenant: TenantId, confirmation: &Confirmation, audit: AuditEntry) -> Result<Recorded, StoreError> {
        Ok(record_payment(&self.shared, tenant, confirmation, &audit).await?)
    }
    async fn inbox_due(&self, tenant: TenantId, now: Instant, limit: u32) -> Result<Vec<InboxItem>, StoreError> {
        read!(self, tx, inbox::due(&mut tx, tenant, now, limit).await)
    }
    async fn inbox_open(&self, tenant: TenantId) -> Result<Vec<InboxItem>, StoreError> {
        read!(self, tx, inbox::open(&mut tx, tenant).await)
    }
    async fn inbox_retry(&self, tenant: TenantId, id: InboxId, next: Option<Instant>, counts: bool) -> Result<(), StoreError> {
        Ok(transact!(self.shared, tx, inbox::retry(&mut tx, tenant, id, next, counts).await)?)
    }
    async fn inbox_wake(&self, tenant: TenantId, module: &Name, now: Instant) -> Result<u64, StoreError> {
        Ok(transact!(self.shared, tx, inbox::wake(&mut tx, tenant, module, now).await)?)
    }
}
