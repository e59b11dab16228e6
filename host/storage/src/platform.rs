//! What belongs to the host as a whole.

use crate::committer::HOST;
use crate::db::{Param, Row, params};
use crate::fault::Fault;
use crate::shared::Storage;
use crate::{appointments, audit, cases, changes, inbox, jobs, modules, outbox, tasks, timers};
use async_trait::async_trait;
use uuid::Uuid;
use vatra_core::audit::AuditRow;
use vatra_core::call::Tenant;
use vatra_core::clock::Instant;
use vatra_core::ids::{CallId, DocumentId, TenantId};
use vatra_core::store::{Changes, Installations, Platform, SessionRow, StoreError};

const TENANT: &str = "SELECT id, slug, name, district, cuatm, idno FROM tenants";

/// Reads a row of `id, slug, name, district, cuatm, idno`.
pub(crate) fn tenant(row: &Row) -> Result<Tenant, Fault> {
    let (id, slug) = (TenantId(row.get(0)?), row.name(1)?);
    Ok(Tenant { id, slug, name: row.get(2)?, district: row.get(3)?, cuatm: row.get(4)?, idno: row.get(5)? })
}

/// Ids of municipalities.
fn tenants_of(rows: &[Row]) -> Result<Vec<TenantId>, Fault> {
    rows.iter().map(|row| Ok(TenantId(row.get(0)?))).collect()
}

impl Storage {
    /// One query, a transaction of its own.
    async fn read_rows(&self, sql: &str, params: Vec<Param>) -> Result<Vec<Row>, Fault> {
        self.shared.pools.read_once(sql, params).await
    }
    /// One statement over the host's own tables.
    async fn write_one(&self, sql: &'static str, params: Vec<Param>) -> Result<u64, Fault> {
        let write = self.shared.write(HOST, 1, move |tx| {
            let params = params.clone();
            Box::pin(async move { Ok((tx.execute(sql, params).await?, vec![])) })
        });
        write.await
    }
}

#[async_trait]
impl Platform for Storage {
    async fn tenants(&self) -> Result<Vec<Tenant>, StoreError> {
        let rows = self.read_rows(&format!("{TENANT} ORDER BY slug"), vec![]).await?;
        Ok(rows.iter().map(tenant).collect::<Result<_, _>>()?)
    }
    async fn tenant_by_slug(&self, slug: &str) -> Result<Option<Tenant>, StoreError> {
        let rows = self.read_rows(&format!("{TENANT} WHERE slug = ?"), params![slug]).await?;
        Ok(rows.first().map(tenant).transpose()?)
    }
    async fn add_tenant(&self, tenant: &Tenant) -> Result<(), StoreError> {
        let sql = "INSERT INTO tenants (id, slug, name, district, cuatm, idno) VALUES (?, ?, ?, ?, ?, ?)";
        let Tenant { id, slug, name, district, cuatm, idno } = tenant;
        let row = params![id.0, slug.as_str(), name.as_str(), district.as_str(), cuatm.as_str(), idno.as_str()];
        match self.write_one(sql, row).await {
            Err(Fault::Unique) => Err(StoreError::Exists(format!("municipality '{slug}'"))),
            other => Ok(other.map(|_| ())?),
        }
    }
    async fn change_tenant(&self, tenant: &Tenant) -> Result<(), StoreError> {
        let sql = "UPDATE tenants SET name = ?, district = ?, cuatm = ?, idno = ? WHERE id = ?";
        let Tenant { id, name, district, cuatm, idno, slug } = tenant;
        match self.write_one(sql, params![name.as_str(), district.as_str(), cuatm.as_str(), idno.as_str(), id.0]).await? {
            0 => Err(StoreError::Missing(format!("municipality '{slug}'"))),
            _ => Ok(()),
        }
    }
    async fn municipalities_of(&self, idnp: &str) -> Result<Vec<TenantId>, StoreError> {
        let rows = self.read_rows("SELECT tenant FROM official_homes WHERE idnp = ? ORDER BY tenant", params![idnp]).await?;
        Ok(rows.iter().map(|row| row.get::<Uuid>(0).map(TenantId)).collect::<Result<_, _>>()?)
    }
    async fn home_of_order(&self, number: &str) -> Result<Option<TenantId>, StoreError> {
        let rows = self.read_rows("SELECT tenant FROM order_homes WHERE number = ?", params![number]).await?;
        Ok(rows.first().map(|row| row.get::<Uuid>(0).map(TenantId)).transpose()?)
    }
    async fn home_of_document(&self, code: &str) -> Result<Option<(TenantId, DocumentId)>, StoreError> {
        let rows = self.read_rows("SELECT tenant, document FROM document_codes WHERE code = ?", params![code]).await?;
        let home = |row: &Row| Ok::<_, Fault>((TenantId(row.get(0)?), DocumentId(row.get(1)?)));
        Ok(rows.first().map(home).transpose()?)
    }
    async fn session(&self, key: &str, now: Instant) -> Result<Option<SessionRow>, StoreError> {
        let sql = "SELECT data, expires FROM sessions WHERE key = ? AND expires > ?";
        let rows = self.read_rows(sql, params![key, now.0]).await?;
        let read = |row: &Row| Ok::<_, Fault>(SessionRow { key: key.to_owned(), data: row.get(0)?, expires: Instant(row.get(1)?) });
        Ok(rows.first().map(read).transpose()?)
    }
    async fn save_session(&self, row: &SessionRow) -> Result<(), StoreError> {
        let sql = "INSERT INTO sessions (key, data, expires) VALUES (?, ?, ?) \
             ON CONFLICT (key) DO UPDATE SET data = EXCLUDED.data, expires = EXCLUDED.expires";
        self.write_one(sql, params![row.key.as_str(), row.data.as_str(), row.expires.0]).await?;
        Ok(())
    }
    async fn drop_session(&self, key: &str) -> Result<(), StoreError> {
        self.write_one("DELETE FROM sessions WHERE key = ?", params![key]).await?;
        Ok(())
    }
    async fn sweep_sessions(&self, now: Instant) -> Result<u64, StoreError> {
        self.write_one("DELETE FROM seen WHERE until <= ?", params![now.0]).await?;
        Ok(self.write_one("DELETE FROM sessions WHERE expires <= ?", params![now.0]).await?)
    }
    async fn first_use(&self, key: &str, until: Instant) -> Result<bool, StoreError> {
        let sql = "INSERT INTO seen (key, until) VALUES (?, ?) ON CONFLICT (key) DO NOTHING";
        Ok(self.write_one(sql, params![key, until.0]).await? == 1)
    }
    async fn installations(&self) -> Result<Vec<Installations>, StoreError> {
        Ok(modules::all(&self.shared.pools).await?)
    }
    async fn outbox_knows(&self, service: &str, reference: &str) -> Result<bool, StoreError> {
        Ok(!self.shared.pools.read_once(outbox::KNOWS, params![service, reference]).await?.is_empty())
    }
    async fn bookmark(&self, name: &str) -> Result<Option<String>, StoreError> {
        let rows = self.shared.pools.read_once("SELECT place FROM bookmarks WHERE name = ?", params![name]).await?;
        Ok(rows.first().map(|row| row.get(0)).transpose()?)
    }
    async fn set_bookmark(&self, name: &str, place: Option<&str>) -> Result<(), StoreError> {
        let Some(place) = place else {
            self.write_one("DELETE FROM bookmarks WHERE name = ?", params![name]).await?;
            return Ok(());
        };
        let sql = "INSERT INTO bookmarks (name, place) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET place = EXCLUDED.place";
        self.write_one(sql, params![name, place]).await?;
        Ok(())
    }
    async fn lease(&self, name: &str, holder: uuid::Uuid, now: Instant, until: Instant) -> Result<bool, StoreError> {
        let sql = "INSERT INTO leases (name, holder, until) VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE \
             SET holder = EXCLUDED.holder, until = EXCLUDED.until WHERE leases.until <= ? OR leases.holder = EXCLUDED.holder";
        Ok(self.write_one(sql, params![name, holder, until.0, now.0]).await? == 1)
    }
    async fn reminders_waiting(&self, now: Instant) -> Result<Vec<TenantId>, StoreError> {
        let rows = self.shared.pools.read_once(appointments::REMINDERS, params![now.0]).await?;
        Ok(rows.iter().map(|row| Ok(TenantId(row.get(0)?))).collect::<Result<_, Fault>>()?)
    }
    async fn cases_overdue(&self, today: chrono::NaiveDate) -> Result<Vec<TenantId>, StoreError> {
        Ok(tenants_of(&self.read_rows(cases::OVERDUE, params![today.to_string()]).await?)?)
    }
    async fn outbox_waiting(&self, service: &str, now: Instant) -> Result<Vec<TenantId>, StoreError> {
        let rows = self.shared.pools.read_once(outbox::WAITING, params![service, now.0]).await?;
        Ok(rows.iter().map(|row| Ok(TenantId(row.get(0)?))).collect::<Result<_, Fault>>()?)
    }
    async fn inbox_waiting(&self, now: Instant) -> Result<Vec<TenantId>, StoreError> {
        let rows = self.shared.pools.read_once(inbox::WAITING, params![now.0]).await?;
        let tenant = |row: &Row| Ok(TenantId(row.get(0)?));
        Ok(rows.iter().map(tenant).collect::<Result<_, Fault>>()?)
    }
    async fn timers_waiting(&self, now: Instant) -> Result<Vec<TenantId>, StoreError> {
        Ok(tenants_of(&self.read_rows(timers::WAITING, params![now.0]).await?)?)
    }
    async fn jobs_waiting(&self, now: Instant) -> Result<Vec<TenantId>, StoreError> {
        Ok(tenants_of(&self.read_rows(jobs::WAITING, params![now.0]).await?)?)
    }
    async fn tasks_overdue(&self, today: chrono::NaiveDate) -> Result<Vec<TenantId>, StoreError> {
        Ok(tenants_of(&self.read_rows(tasks::OVERDUE, params![today.to_string()]).await?)?)
    }
    async fn changes(&self) -> Result<Box<dyn Changes>, StoreError> {
        Ok(changes::listen(&self.shared.pools).await?)
    }
    async fn audit_of_call(&self, call: CallId) -> Result<Vec<(TenantId, AuditRow)>, StoreError> {
        Ok(audit::of_call::find(&self.shared.pools, call).await?)
    }
    async fn close(&self) {
        Storage::close(self).await;
    }
}
