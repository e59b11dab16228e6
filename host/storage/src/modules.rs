//! Installed modules and their grants.

use crate::db::{Row, Tx, json, params};
use crate::fault::Fault;
use vatra_core::clock::Instant;
use vatra_core::grants::Grant;
use vatra_core::ids::{Name, TenantId};
use vatra_core::store::Installed;

/// Installed modules, by name.
pub(crate) async fn installed(tx: &mut Tx, tenant: TenantId) -> Result<Vec<Installed>, Fault> {
    let sql = "SELECT module, digest, version, disabled_at, installed_at FROM installed WHERE tenant = ? ORDER BY module";
    let read = |row: &Row| {
        Ok(Installed {
            module: row.name(0)?,
            digest: row.get(1)?,
            version: row.get(2)?,
            disabled_at: row.get::<Option<i64>>(3)?.map(Instant),
            installed_at: Instant(row.get(4)?),
        })
    };
    tx.rows(sql, params![tenant.0]).await?.iter().map(read).collect()
}

/// Installs or replaces.
pub(crate) async fn put_installed(tx: &mut Tx, tenant: TenantId, module: &Installed) -> Result<(), Fault> {
    let sql = "INSERT INTO installed (tenant, module, digest, version, disabled_at, installed_at) VALUES (?, ?, ?, ?, ?, ?) \
         ON CONFLICT (tenant, module) DO UPDATE SET digest = EXCLUDED.digest, version = EXCLUDED.version, \
         disabled_at = EXCLUDED.disabled_at, installed_at = EXCLUDED.installed_at";
    let disabled_at = module.disabled_at.map(|at| at.0);
    let name = module.module.as_str();
    tx.execute(sql, params![tenant.0, name, module.digest.as_str(), module.version.as_str(), disabled_at, module.installed_at.0]).await?;
    Ok(())
}

/// Grants to a module, by capability.
pub(crate) async fn grants(tx: &mut Tx, tenant: TenantId, module: &Name) -> Result<Vec<Grant>, Fault> {
    let sql = "SELECT body FROM grants WHERE tenant = ? AND module = ? ORDER BY capability";
    tx.rows(sql, params![tenant.0, module.as_str()]).await?.iter().map(|row| row.json(0)).collect()
}

/// Gives or changes a grant.
pub(crate) async fn put_grant(tx: &mut Tx, tenant: TenantId, module: &Name, grant: &Grant) -> Result<(), Fault> {
    let sql = "INSERT INTO grants (tenant, module, capability, body) VALUES (?, ?, ?, ?) \
         ON CONFLICT (tenant, module, capability) DO UPDATE SET body = EXCLUDED.body";
    tx.execute(sql, params![tenant.0, module.as_str(), grant.capability.as_str(), json(grant)?]).await?;
    Ok(())
}
