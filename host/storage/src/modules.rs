//! Installed modules and their grants.

use crate::db::{Row, Tx, json, params};
use crate::fault::Fault;
use vatra_core::clock::Instant;
use vatra_core::grants::Grant;
use vatra_core::ids::{Name, TenantId};
use vatra_core::store::Installed;

/// A query for a tenant's installed modules, by name.
pub(crate) const INSTALLED: &str =
    "SELECT module, digest, version, disabled_at, installed_at FROM installed WHERE tenant = ? ORDER BY module";
/// A query for the grants to a tenant's module, by capability.
pub(crate) const GRANTS: &str = "SELECT body FROM grants WHERE tenant = ? AND module = ? ORDER BY capability";

/// Reads an installed module whose columns begin here.
pub(crate) fn installed(row: &Row, first: usize) -> Result<Installed, Fault> {
    Ok(Installed {
        module: row.name(first)?,
        digest: row.get(first + 1)?,
        version: row.get(first + 2)?,
        disabled_at: row.get::<Option<i64>>(first + 3)?.map(Instant),
        installed_at: Instant(row.get(first + 4)?),
    })
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

/// Gives or changes a grant.
pub(crate) async fn put_grant(tx: &mut Tx, tenant: TenantId, module: &Name, grant: &Grant) -> Result<(), Fault> {
    let sql = "INSERT INTO grants (tenant, module, capability, body) VALUES (?, ?, ?, ?) \
         ON CONFLICT (tenant, module, capability) DO UPDATE SET body = EXCLUDED.body";
    tx.execute(sql, params![tenant.0, module.as_str(), grant.capability.as_str(), json(grant)?]).await?;
    Ok(())
}
